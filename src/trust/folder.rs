//! A trust folder on disk: pieces named by their SHA-256 and one index that names them, replaced at once or not at all.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use super::Root;
use super::tree::KeptTree;
use crate::clock::Instant;
use crate::durable;
use crate::keys::{PublicKeys, RevokedKey, StatedLogKey, stated_log_keys};
use crate::status_list::{StatusList, StatusListRefused};
use crate::transparency::{Checkpoint, Proven, Tie, TilesError, TlogProof, Verifier};

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
    /// The log's keys, present and retired, which the root states: proofs may bear the signature of any.
    pub log_keys: Vec<Verifier>,
    /// When the newest of the log's keys that was ever seen here was stated.
    newest_stated_at: Instant,
    /// The log's newest checkpoint; none when it had none yet.
    pub checkpoint: Option<Checkpoint>,
    /// The key that signed it.
    checkpoint_key: Option<StatedLogKey>,
}

/// A checkpoint and the key that signed it.
type Signed = (Checkpoint, StatedLogKey);

/// Why a trust folder cannot be relied on.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// Nothing was fetched into it yet.
    #[error("there is no trust in `{}` yet: run `earayis trust fetch --server URL --dir {}`", .0.display(), .0.display())]
    Missing(PathBuf),
    /// A file of it was changed, or is gone.
    #[error("{} is not what was fetched: remove the folder and fetch it again, with `--root FILE`", .0.display())]
    Altered(PathBuf),
    /// The kept tree was changed, or is gone.
    #[error("{} is not what was fetched: run `earayis trust fetch` again, which mends it", .0.display())]
    Tree(PathBuf),
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
    /// When keys and status lists were fetched.
    pub(super) fetched_at: Instant,
    /// The root certificate, in DER.
    pub(super) root: String,
    /// The published keys.
    pub(super) keys: String,
    /// The checkpoint, a signed note.
    pub(super) checkpoint: Option<String>,
    /// The root's statement of the key that signed it.
    #[serde(default)]
    pub(super) checkpoint_key: Option<String>,
    /// When it was fetched; none where that was with the keys.
    #[serde(default)]
    pub(super) checkpoint_fetched_at: Option<Instant>,
    /// Whether the hashes of the log's tree are kept up to that checkpoint.
    #[serde(default)]
    pub(super) keeps_tree: bool,
    /// The keys of which it was ever told that they are revoked.
    #[serde(default)]
    pub(super) revoked_keys: Vec<RevokedKey>,
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
        let keys = PublicKeys::from_jwks(&jwks, root.der()).with_revoked(&index.revoked_keys);
        let stated = stated_log_keys(&jwks, &keys, now);
        if stated.is_empty() {
            return Err(refused(&index.keys, "the root states no key of a log in it"));
        }
        // Kept apart: the list of keys may be newer than the checkpoint, and not state the key any more that signed it.
        let signed_by = index.checkpoint_key.as_ref().map(|statement| StatedLogKey::read(statement, &keys, now));
        let signed_by = signed_by.map_or_else(|| stated.clone(), |key| key.into_iter().collect());
        let signed = match &index.checkpoint {
            None => None,
            Some(name) => {
                let note = String::from_utf8(read_piece(folder, name)?).unwrap_or_default();
                Some(opened(&note, signed_by).ok_or_else(|| refused(name, "no key of the log signed it"))?)
            }
        };
        let (checkpoint, checkpoint_key) = signed.unzip();
        let newest_stated_at = stated.iter().chain(&checkpoint_key).map(|key| key.stated_at).max().unwrap_or(now);
        let log_keys = stated.into_iter().map(|key| key.verifier).collect();
        let folder = folder.to_owned();
        Ok(Self { folder, index, root, keys, log_keys, newest_stated_at, checkpoint, checkpoint_key })
    }

    /// From which service it was fetched.
    pub fn server(&self) -> &str {
        &self.index.server
    }

    /// When keys and status lists were fetched.
    pub fn fetched_at(&self) -> Instant {
        self.index.fetched_at
    }

    /// When the checkpoint was fetched.
    pub fn checkpoint_fetched_at(&self) -> Instant {
        self.index.checkpoint_fetched_at.unwrap_or(self.index.fetched_at)
    }

    /// The keys of which it was ever told that they are revoked.
    pub fn revoked_keys(&self) -> &[RevokedKey] {
        &self.index.revoked_keys
    }

    /// Checks every hash of the kept tree against the checkpoint.
    pub fn check_tree(&self) -> Result<(), TrustError> {
        let Some(checkpoint) = self.checkpoint.as_ref().filter(|_| self.index.keeps_tree) else { return Ok(()) };
        let tree = KeptTree::of(&self.folder);
        match tree.is_whole(checkpoint.size, checkpoint.root) {
            Ok(true) => Ok(()),
            Ok(false) => Err(TrustError::Tree(tree.folder().to_owned())),
            Err(reason) => Err(TrustError::Unavailable { path: tree.folder().to_owned(), reason }),
        }
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

    /// How a proof, which one of the log's keys signed and was verified as `proven`, stands to the trusted checkpoint's
    /// tree; none when too little of the log was fetched to tell.
    pub fn tie(&self, proof: &TlogProof, proven: &Proven) -> Result<Option<Tie>, TrustError> {
        let Some(trusted) = &self.checkpoint else { return Ok(None) };
        let tree = KeptTree::of(&self.folder);
        match proof.tie(proven, trusted, |tile| tree.read(tile)) {
            Ok(tie) => Ok(Some(tie)),
            Err(TilesError::Missing { .. }) if !self.index.keeps_tree => Ok(None),
            Err(TilesError::Read { source, .. }) => {
                Err(TrustError::Unavailable { path: tree.folder().to_owned(), reason: source })
            }
            Err(_) => Err(TrustError::Tree(tree.folder().to_owned())),
        }
    }

    /// When the newest of the log's keys that was ever seen here was stated.
    pub(super) fn newest_stated_at(&self) -> Instant {
        self.newest_stated_at
    }

    /// The keys as they were published, whatever else was told of them.
    pub(super) fn published_keys(&self) -> Result<PublicKeys, TrustError> {
        let jwks = serde_json::from_slice(&self.keys_piece()?).unwrap_or_default();
        Ok(PublicKeys::from_jwks(&jwks, self.root.der()))
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

    /// The root's statement of the key that signed the checkpoint.
    pub(super) fn checkpoint_statement(&self) -> Option<String> {
        self.checkpoint_key.as_ref().map(|key| key.statement.clone())
    }

    pub(super) fn keys_piece(&self) -> Result<Vec<u8>, TrustError> {
        read_piece(&self.folder, &self.index.keys)
    }
}

/// A checkpoint that one of the log's keys signed.
fn opened(note: &str, log_keys: Vec<StatedLogKey>) -> Option<Signed> {
    let mut signed = log_keys.into_iter().filter_map(|key| Some((Checkpoint::open(note, &key.verifier).ok()?, key)));
    signed.next()
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
    durable::replace(&path, bytes).map_err(unavailable(&path))?;
    Ok(name)
}

/// Puts a new index in the place of the old one: from this moment, and not before, the new pieces are trusted.
pub(super) fn put_index(folder: &Path, index: &Index) -> Result<(), TrustError> {
    let path = folder.join(INDEX);
    let body = serde_json::to_string_pretty(index)
        .map_err(|error| TrustError::Unavailable { path: path.clone(), reason: error.into() })?;
    let text = format!("{HEADER}{}\n{body}\n", name_of(format!("{body}\n").as_bytes()));
    let pieces = folder.join(PIECES);
    durable::sync_folder(&pieces).map_err(unavailable(&pieces))?;
    durable::replace(&path, text.as_bytes()).map_err(unavailable(&path))?;
    durable::sync_folder(folder).map_err(unavailable(folder))
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

fn unavailable(path: &Path) -> impl Fn(io::Error) -> TrustError {
    let path = path.to_owned();
    move |reason| TrustError::Unavailable { path: path.clone(), reason }
}
