//! A trust folder on disk: pieces named by their SHA-256 and one index that names them, replaced at once or not at all.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use super::Root;
use crate::clock::Instant;
use crate::keys::{PublicKeys, stated_log_keys};
use crate::status_list::{StatusList, StatusListRefused};
use crate::transparency::{Checkpoint, Verifier};

const INDEX: &str = "trust";
const PIECES: &str = "pieces";
const LOCK: &str = ".lock";
/// What the index begins with; the SHA-256 of all that follows the line comes after it.
const HEADER: &str = "earayis-trust/v1 ";

/// What is trusted, verified when it was loaded.
#[derive(Debug)]
pub struct Trust {
    folder: PathBuf,
    index: Index,
    /// On which all of it rests.
    pub root: Root,
    /// The keys under that root.
    pub keys: PublicKeys,
    /// The log's keys, present and retired, which the root states.
    pub log_keys: Vec<Verifier>,
    /// The log's newest checkpoint; none when it had none yet.
    pub checkpoint: Option<Checkpoint>,
}

/// Why a trust folder cannot be relied on.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// Nothing was fetched into it yet.
    #[error("there is no trust in `{}` yet: run `earayis trust fetch --server URL --dir {}`", .0.display(), .0.display())]
    Missing(PathBuf),
    /// A file of it was changed, or is gone.
    #[error("{} is not what was fetched: remove the folder and fetch it again, with `--root FILE`", .0.display())]
    Altered(PathBuf),
    /// A file of it is not what it should be, though nobody changed it since.
    #[error("{} is not believed: {problem}", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// Why.
        problem: String,
    },
    /// The file system failed.
    #[error("cannot use {}: {reason}", path.display())]
    Unavailable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// Another process is fetching into it.
    #[error("another process is fetching into `{}`", .0.display())]
    Busy(PathBuf),
}

/// What the index says. It is no secret and no proof: it tells which pieces belong together, and from when they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Index {
    /// From which service.
    pub(super) server: String,
    /// When keys and checkpoint were fetched.
    pub(super) fetched_at: Instant,
    /// The root certificate, in DER.
    pub(super) root: String,
    /// The published keys.
    pub(super) keys: String,
    /// The checkpoint, a signed note.
    pub(super) checkpoint: Option<String>,
    /// The status lists.
    pub(super) status_lists: Vec<ListIndex>,
}

/// One status list in the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListIndex {
    /// The addresses by which tokens name it, the present one first.
    pub(super) uris: Vec<String>,
    /// The token.
    pub(super) piece: String,
}

impl Trust {
    /// Loads what was fetched last, and believes nothing of it that its root does not sign.
    pub fn load(folder: &Path, now: Instant) -> Result<Self, TrustError> {
        let index = read_index(folder)?;
        let root_piece = read_piece(folder, &index.root)?;
        let refused = |name: &str, problem: &str| TrustError::Refused {
            path: folder.join(PIECES).join(name),
            problem: problem.to_owned(),
        };
        let root = Root::parse(&root_piece).map_err(|error| refused(&index.root, &error.to_string()))?;
        let jwks = serde_json::from_slice(&read_piece(folder, &index.keys)?)
            .map_err(|_| refused(&index.keys, "it is no list of keys"))?;
        let keys = PublicKeys::from_jwks(&jwks, root.der());
        let log_keys = stated_log_keys(&jwks, &keys, now);
        if log_keys.is_empty() {
            return Err(refused(&index.keys, "the root states no key of a log in it"));
        }
        let checkpoint = match &index.checkpoint {
            None => None,
            Some(name) => {
                let note = String::from_utf8(read_piece(folder, name)?).unwrap_or_default();
                Some(opened(&note, &log_keys).ok_or_else(|| refused(name, "no key of the log signed it"))?)
            }
        };
        Ok(Self { folder: folder.to_owned(), index, root, keys, log_keys, checkpoint })
    }

    /// From which service it was fetched.
    pub fn server(&self) -> &str {
        &self.index.server
    }

    /// When keys and checkpoint were fetched.
    pub fn fetched_at(&self) -> Instant {
        self.index.fetched_at
    }

    /// The addresses of the status lists that are kept, with former ones.
    pub fn list_addresses(&self) -> impl Iterator<Item = &str> {
        self.index.status_lists.iter().flat_map(|list| &list.uris).map(String::as_str)
    }

    /// The status list that tokens name by `uri`, which may have expired since; none when none was fetched.
    pub fn status_list(&self, uri: &str, now: Instant) -> Result<Option<StatusList>, TrustError> {
        let Some(entry) = self.index.status_lists.iter().find(|list| list.uris.iter().any(|known| known == uri)) else {
            return Ok(None);
        };
        let refused = |problem: StatusListRefused| TrustError::Refused {
            path: self.folder.join(PIECES).join(&entry.piece),
            problem: problem.to_string(),
        };
        let token = String::from_utf8(read_piece(&self.folder, &entry.piece)?).unwrap_or_default();
        let list = StatusList::open_expired_too(&token, &self.keys, now).map_err(refused)?;
        if list.is_at(uri) { Ok(Some(list)) } else { Err(refused(StatusListRefused::AnotherList)) }
    }

    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    /// The checkpoint as it was signed.
    pub(super) fn checkpoint_note(&self) -> Result<Vec<u8>, TrustError> {
        match &self.index.checkpoint {
            Some(name) => read_piece(&self.folder, name),
            None => Ok(Vec::new()),
        }
    }

    pub(super) fn keys_piece(&self) -> Result<Vec<u8>, TrustError> {
        read_piece(&self.folder, &self.index.keys)
    }
}

/// A checkpoint that one of the log's keys signed.
pub(super) fn opened(note: &str, log_keys: &[Verifier]) -> Option<Checkpoint> {
    log_keys.iter().find_map(|key| Checkpoint::open(note, key).ok())
}

/// Makes the folder and lets this process alone change it, for as long as the file is held.
pub(super) fn lock(folder: &Path) -> Result<File, TrustError> {
    let pieces = folder.join(PIECES);
    fs::create_dir_all(&pieces).map_err(unavailable(&pieces))?;
    let path = folder.join(LOCK);
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(unavailable(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(TrustError::Busy(folder.to_owned())),
        Err(fs::TryLockError::Error(reason)) => Err(TrustError::Unavailable { path, reason }),
    }
}

/// Puts a piece where its name says, durable, and answers the name. It disturbs nobody: no index names it yet.
pub(super) fn put_piece(folder: &Path, bytes: &[u8]) -> Result<String, TrustError> {
    let name = name_of(bytes);
    let path = folder.join(PIECES).join(&name);
    if fs::read(&path).is_ok_and(|there| there == bytes) {
        return Ok(name);
    }
    replace(&path, bytes).map_err(unavailable(&path))?;
    Ok(name)
}

/// Puts a new index in the place of the old one: from this moment, and not before, the new pieces are trusted.
pub(super) fn put_index(folder: &Path, index: &Index) -> Result<(), TrustError> {
    let path = folder.join(INDEX);
    let body = serde_json::to_string_pretty(index)
        .map_err(|error| TrustError::Unavailable { path: path.clone(), reason: error.into() })?;
    let text = format!("{HEADER}{}\n{body}\n", name_of(format!("{body}\n").as_bytes()));
    let pieces = folder.join(PIECES);
    sync_folder(&pieces).map_err(unavailable(&pieces))?;
    replace(&path, text.as_bytes()).map_err(unavailable(&path))?;
    sync_folder(folder).map_err(unavailable(folder))
}

/// Removes the pieces that neither of two indices names: whoever still reads by the older one finds its pieces.
pub(super) fn forget_others(folder: &Path, indices: &[&Index]) -> Result<(), TrustError> {
    let named: BTreeSet<&str> = indices.iter().flat_map(|index| index.pieces()).collect();
    let pieces = folder.join(PIECES);
    for entry in fs::read_dir(&pieces).map_err(unavailable(&pieces))? {
        let entry = entry.map_err(unavailable(&pieces))?;
        if entry.file_name().to_str().is_none_or(|name| !named.contains(name)) {
            fs::remove_file(entry.path()).map_err(unavailable(&entry.path()))?;
        }
    }
    Ok(())
}

impl Index {
    fn pieces(&self) -> impl Iterator<Item = &str> {
        let lists = self.status_lists.iter().map(|list| list.piece.as_str());
        [self.root.as_str(), self.keys.as_str()].into_iter().chain(self.checkpoint.as_deref()).chain(lists)
    }
}

fn read_index(folder: &Path) -> Result<Index, TrustError> {
    let path = folder.join(INDEX);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(TrustError::Missing(folder.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => return Err(TrustError::Altered(path)),
        Err(reason) => return Err(TrustError::Unavailable { path, reason }),
    };
    let parsed = || {
        let (head, body) = text.split_once('\n')?;
        if head.strip_prefix(HEADER)? != name_of(body.as_bytes()) {
            return None;
        }
        serde_json::from_str(body).ok()
    };
    parsed().ok_or(TrustError::Altered(path))
}

fn read_piece(folder: &Path, name: &str) -> Result<Vec<u8>, TrustError> {
    let path = folder.join(PIECES).join(name);
    // A name is what `name_of` makes, and leads nowhere else.
    let is_name = name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    match fs::read(&path) {
        Ok(bytes) if is_name && name_of(&bytes) == name => Ok(bytes),
        Ok(_) => Err(TrustError::Altered(path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(TrustError::Altered(path)),
        Err(reason) => Err(TrustError::Unavailable { path, reason }),
    }
}

fn name_of(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(digest(&SHA256, bytes).as_ref())
}

/// Writes beside the place, makes it durable, then renames it into the place.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let unfinished = path.with_extension("unfinished");
    let mut file = File::create(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn unavailable(path: &Path) -> impl Fn(io::Error) -> TrustError {
    let path = path.to_owned();
    move |reason| TrustError::Unavailable { path: path.clone(), reason }
}
