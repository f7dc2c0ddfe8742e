//! The fetch: keys, checkpoint and status lists, each verified against the root and against what was held before.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::folder::{Index, ListIndex, forget_others, lock, opened, put_index, put_piece};
use super::server::{Server, ServerError};
use super::{Root, Trust, TrustError, evidence};
use crate::clock::Instant;
use crate::keys::{PublicKey, PublicKeys, stated_log_keys};
use crate::routes::{JWKS, LOG_CHECKPOINT, STATUS_LISTS};
use crate::status_list::{StatusList, StatusListRefused};
use crate::transparency::{Checkpoint, Tile, TilesError, Verifier, build_consistency};

/// The most bytes of each answer.
const KEYS_BYTES: usize = 4 << 20;
const CHECKPOINT_BYTES: usize = 64 << 10;
const ADDRESSES_BYTES: usize = 4 << 20;
const LIST_BYTES: usize = 1 << 20;

/// What a fetch brought.
#[derive(Debug)]
pub struct Fetched {
    /// On which all of it rests.
    pub root: Root,
    /// Whether that root was taken from the service itself, because nothing was known of it before.
    pub pinned_now: bool,
    /// How many keys are published.
    pub keys: usize,
    /// The log's checkpoint.
    pub checkpoint: Option<Checkpoint>,
    /// The size of the checkpoint held before, which the new one was proven to continue.
    pub grown_from: Option<u64>,
    /// The status lists.
    pub lists: Vec<FetchedList>,
}

/// One status list of a fetch.
#[derive(Debug)]
pub struct FetchedList {
    /// Its address.
    pub uri: String,
    /// When the list that is held now was signed; none when none is held.
    pub issued_at: Option<Instant>,
    /// Why the one that the service offers was not taken.
    pub refused: Option<String>,
}

/// Why nothing was taken. What the folder held, it holds still.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The folder cannot be used, or was altered.
    #[error(transparent)]
    Folder(#[from] TrustError),
    /// The service gave no answer that can be used.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// An answer is not of its form.
    #[error("the service's {0} cannot be read")]
    Form(&'static str),
    /// Another root is held than the one given.
    #[error("the folder holds the root {held}, and another is given: fetch into another folder if you mean it")]
    AnotherRoot {
        /// The fingerprint of the one that is held.
        held: String,
    },
    /// No root is known, and the service offers not exactly one.
    #[error("the service offers no root that could be relied on at first use: give one with `--root FILE`")]
    NoRoot,
    /// The service's keys stand under another root.
    #[error("the service's keys do not stand under the root {root}: it is another service, or somebody in its place")]
    NotUnderRoot {
        /// The fingerprint of the trusted one.
        root: String,
    },
    /// The service answers with what contradicts what it signed or published before.
    #[error("{what}; nothing was taken, and both are kept in `{}`: show them to the service's operator and to others", evidence.display())]
    Contradiction {
        /// What.
        what: String,
        /// Where both are kept.
        evidence: PathBuf,
    },
    /// The evidence of a contradiction could not be kept.
    #[error("{what}; nothing was taken, and the evidence could not be kept ({reason})")]
    ContradictionUnkept {
        /// What.
        what: String,
        /// What the system said.
        reason: io::Error,
    },
    /// The log's key signed nothing of what was offered.
    #[error("no key of the log that the root states signed the service's checkpoint")]
    Checkpoint,
}

/// Brings what `address` publishes into `folder`, under `root` or the root that the folder holds; `tell` hears how many
/// of how many status lists are there.
///
/// Everything is put into place at once, at the end. Whatever stops it before, the folder is what it was.
pub async fn fetch(
    address: &str,
    folder: &Path,
    root: Option<Root>,
    now: Instant,
    tell: &mut (dyn FnMut(usize, usize) + Send),
) -> Result<Fetched, FetchError> {
    let server = Server::new(address)?;
    let _lock = lock(folder)?;
    let held = match Trust::load(folder, now) {
        Ok(held) => Some(held),
        Err(TrustError::Missing(_)) => None,
        Err(error) => return Err(error.into()),
    };
    let mut fetching = Fetching { server, folder, now, held };
    let jwks = fetching.server.get(JWKS, KEYS_BYTES).await?;
    let (root, pinned_now) = fetching.root(root, &jwks)?;
    let (keys, log_keys) = fetching.keys(&root, &jwks)?;
    let note = fetching.server.find(LOG_CHECKPOINT, CHECKPOINT_BYTES).await?;
    let checkpoint = fetching.checkpoint(note.as_deref(), &log_keys).await?;
    let (lists, told) = fetching.lists(&keys, tell).await?;

    let index = Index {
        server: fetching.server.base().to_owned(),
        fetched_at: now,
        root: put_piece(folder, root.der())?,
        keys: put_piece(folder, &jwks)?,
        checkpoint: note.map(|note| put_piece(folder, &note)).transpose()?,
        status_lists: lists,
    };
    let before = fetching.held.as_ref().map(Trust::index);
    put_index(folder, &index)?;
    forget_others(folder, &[Some(&index), before].into_iter().flatten().collect::<Vec<_>>())?;
    let grown_from = fetching.held.as_ref().and_then(|held| held.checkpoint.as_ref()).map(|checkpoint| checkpoint.size);
    Ok(Fetched { root, pinned_now, keys: keys.iter().count(), checkpoint, grown_from, lists: told })
}

struct Fetching<'a> {
    server: Server,
    folder: &'a Path,
    now: Instant,
    held: Option<Trust>,
}

impl Fetching<'_> {
    /// The root to trust, and whether it is taken on the service's own word.
    fn root(&self, given: Option<Root>, jwks: &[u8]) -> Result<(Root, bool), FetchError> {
        match (given, &self.held) {
            (Some(given), Some(held)) if given != held.root => {
                Err(FetchError::AnotherRoot { held: held.root.fingerprint() })
            }
            (Some(given), _) => Ok((given, false)),
            (None, Some(held)) => Ok((held.root.clone(), false)),
            (None, None) => {
                let root = Root::of_first_use(&parsed(jwks)?, self.now).ok_or(FetchError::NoRoot)?;
                Ok((root, true))
            }
        }
    }

    /// The keys and the log's keys, as far as the root signs them. A key that is known as revoked stays so.
    fn keys(&self, root: &Root, published: &[u8]) -> Result<(PublicKeys, Vec<Verifier>), FetchError> {
        let jwks = parsed(published)?;
        let keys = PublicKeys::from_jwks(&jwks, root.der());
        let log_keys = stated_log_keys(&jwks, &keys, self.now);
        if log_keys.is_empty() {
            return Err(FetchError::NotUnderRoot { root: root.fingerprint() });
        }
        if let Some(held) = &self.held
            && let Some(key) = held.keys.iter().find(|key| key.revoked_at.is_some() && !is_revoked(&keys, key))
        {
            let what = format!("the service lists the key {} without its revocation, which is known here", key.kid());
            let before = held.keys_piece()?;
            return Err(self.contradiction(
                what,
                "keys",
                &[("held-jwks.json", &before), ("offered-jwks.json", published)],
            ));
        }
        Ok((keys, log_keys))
    }

    /// The checkpoint, if it continues the one that is held.
    async fn checkpoint(
        &mut self,
        note: Option<&[u8]>,
        log_keys: &[Verifier],
    ) -> Result<Option<Checkpoint>, FetchError> {
        let held = self.held.as_ref().and_then(|held| held.checkpoint.clone());
        let Some(note) = note else {
            return match held {
                None => Ok(None),
                Some(held) => Err(self.broken_log(format!("the log had {} entries and now has none", held.size), b"")?),
            };
        };
        let text = std::str::from_utf8(note).map_err(|_| FetchError::Form("checkpoint"))?;
        let new = opened(text, log_keys).ok_or(FetchError::Checkpoint)?;
        let Some(held) = held else { return Ok(Some(new)) };
        if new.origin != held.origin {
            return Err(self.broken_log(format!("the log `{}` is now called `{}`", held.origin, new.origin), note)?);
        }
        if new.size < held.size {
            let what = format!("the log had {} entries and now has {}", held.size, new.size);
            return Err(self.broken_log(what, note)?);
        }
        if !self.continues(&held, &new).await? {
            let what = format!("the log of {} entries does not continue the one of {}", new.size, held.size);
            return Err(self.broken_log(what, note)?);
        }
        Ok(Some(new))
    }

    /// Whether the log's tiles prove that the new tree begins with the whole of the old one.
    async fn continues(&self, old: &Checkpoint, new: &Checkpoint) -> Result<bool, FetchError> {
        if old.size == new.size || old.size == 0 {
            return Ok(old.size == 0 || old.root == new.root);
        }
        let mut tiles: BTreeMap<Tile, Option<Vec<u8>>> = BTreeMap::new();
        loop {
            let read = |tile: &Tile| tiles.get(tile).cloned().ok_or(NotFetched);
            match build_consistency(read, (old.size, old.root), (new.size, new.root)) {
                Ok(_) => return Ok(true),
                Err(TilesError::Read { tile, .. }) => {
                    let bytes = self.server.tile(&tile).await?;
                    tiles.insert(tile, bytes);
                }
                // Without its tiles a log may have been anything: what cannot be proven is not taken.
                Err(_) => return Ok(false),
            }
        }
    }

    /// Every status list that the service names, and those held that it does not name; what is refused leaves the held
    /// one where it is.
    async fn lists(
        &self,
        keys: &PublicKeys,
        tell: &mut (dyn FnMut(usize, usize) + Send),
    ) -> Result<(Vec<ListIndex>, Vec<FetchedList>), FetchError> {
        let answer = parsed(&self.server.get(STATUS_LISTS, ADDRESSES_BYTES).await?)?;
        let uris = answer["status_lists"].as_array().ok_or(FetchError::Form("list of status lists"))?;
        let (mut lists, mut told) = (Vec::new(), Vec::new());
        for (at, uri) in uris.iter().enumerate() {
            tell(at, uris.len());
            let uri = uri.as_str().ok_or(FetchError::Form("list of status lists"))?;
            let before = self.held_list(uri)?;
            let issued_before = before.as_ref().map(|(_, list)| list.issued_at);
            match self.list(uri, keys, before.as_ref().map(|(_, list)| list)).await {
                Ok((entry, list)) => {
                    lists.push(entry);
                    told.push(FetchedList { uri: uri.to_owned(), issued_at: Some(list.issued_at), refused: None });
                }
                Err(refused) => {
                    lists.extend(before.map(|(entry, _)| entry));
                    told.push(FetchedList { uri: uri.to_owned(), issued_at: issued_before, refused: Some(refused) });
                }
            }
        }
        tell(uris.len(), uris.len());
        for entry in self.held.iter().flat_map(|held| &held.index().status_lists) {
            let is_there = |list: &ListIndex| entry.uris.iter().any(|uri| list.uris.contains(uri));
            if !lists.iter().any(is_there) {
                let refused = Some("the service does not name it any more".to_owned());
                told.push(FetchedList {
                    uri: entry.uris.first().cloned().unwrap_or_default(),
                    issued_at: None,
                    refused,
                });
                lists.push(entry.clone());
            }
        }
        Ok((lists, told))
    }

    /// One list, and where it was put. The address that the service names is read for its path alone.
    async fn list(
        &self,
        uri: &str,
        keys: &PublicKeys,
        held: Option<&StatusList>,
    ) -> Result<(ListIndex, StatusList), String> {
        let path = path_of(uri).ok_or_else(|| "its address is not one of a status list".to_owned())?;
        let token = self.server.get(path, LIST_BYTES).await.map_err(|error| error.to_string())?;
        let text = std::str::from_utf8(&token).map_err(|_| StatusListRefused::Claims.to_string())?;
        let list = StatusList::open(text, keys, self.now).map_err(|error| error.to_string())?;
        if list.uri != uri {
            return Err(StatusListRefused::AnotherList.to_string());
        }
        if let Some(held) = held {
            list.follows(held).map_err(|error| {
                let kept = evidence::keep(self.folder, self.now, &evidence_name(uri), &[("offered.jwt", &token)]);
                let place = kept.map(|place| format!("; it is kept in {}", place.display())).unwrap_or_default();
                format!("{error}{place}")
            })?;
        }
        let piece = put_piece(self.folder, &token).map_err(|error| error.to_string())?;
        let uris = std::iter::once(list.uri.clone()).chain(list.former_uris.iter().cloned()).collect();
        Ok((ListIndex { uris, piece }, list))
    }

    /// The list that is held at an address, with its entry in the index; none when its key was revoked since.
    fn held_list(&self, uri: &str) -> Result<Option<(ListIndex, StatusList)>, TrustError> {
        let Some(held) = &self.held else { return Ok(None) };
        let knows = |entry: &&ListIndex| entry.uris.iter().any(|known| known == uri);
        let Some(entry) = held.index().status_lists.iter().find(knows) else { return Ok(None) };
        match held.status_list(uri, self.now) {
            Ok(list) => Ok(list.map(|list| (entry.clone(), list))),
            Err(TrustError::Refused { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn broken_log(&self, what: String, offered: &[u8]) -> Result<FetchError, TrustError> {
        let before = self.held.as_ref().map(Trust::checkpoint_note).transpose()?.unwrap_or_default();
        Ok(self.contradiction(what, "log", &[("held-checkpoint", &before), ("offered-checkpoint", offered)]))
    }

    fn contradiction(&self, what: String, name: &str, pieces: &[(&str, &[u8])]) -> FetchError {
        match evidence::keep(self.folder, self.now, name, pieces) {
            Ok(evidence) => FetchError::Contradiction { what, evidence },
            Err(reason) => FetchError::ContradictionUnkept { what, reason },
        }
    }
}

/// A tile that must be fetched before it can be read.
#[derive(Debug)]
struct NotFetched;

fn parsed(bytes: &[u8]) -> Result<Value, FetchError> {
    serde_json::from_slice(bytes).map_err(|_| FetchError::Form("JSON"))
}

/// Whether a published list says of a key that it is revoked, and since no later than is known.
fn is_revoked(keys: &PublicKeys, known: &PublicKey) -> bool {
    let same = keys.iter().find(|key| key.kid() == known.kid());
    same.is_some_and(|key| key.revoked_at.is_some_and(|at| Some(at) <= known.revoked_at))
}

/// The path of a status list's address, of this service's form and no other.
fn path_of(uri: &str) -> Option<&str> {
    let (_, rest) = uri.split_once("://")?;
    let path = &rest[rest.find('/')?..];
    let number = path.strip_prefix(STATUS_LISTS)?.strip_prefix('/')?;
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(path)
}

/// Each list's evidence has a folder of its own.
fn evidence_name(uri: &str) -> String {
    let number: String = uri.chars().rev().take_while(char::is_ascii_digit).collect();
    format!("status-list-{}", number.chars().rev().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_status_lists_path_is_ever_asked_for() {
        assert_eq!(path_of("https://a.example/api/v1/status-lists/12"), Some("/api/v1/status-lists/12"));
        for other in [
            "https://a.example/api/v1/status-lists/",
            "https://a.example/api/v1/status-lists/1/..",
            "https://a.example/api/v1/status-lists/../keys",
            "https://a.example/x/api/v1/status-lists/1",
            "https://a.example",
            "/api/v1/status-lists/1",
            "",
        ] {
            assert_eq!(path_of(other), None, "{other}");
        }
    }
}
