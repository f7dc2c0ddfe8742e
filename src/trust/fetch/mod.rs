//! The fetch: keys, checkpoint and status lists, each verified against the root and against what was held before.

mod lists;
mod log;

use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::folder::{Index, forget_others, lock, put_index, put_piece};
use super::server::{Server, ServerError};
use super::{Root, Trust, TrustError, evidence};
use crate::clock::{Clock, Instant};
use crate::keys::{PublicKey, PublicKeys, Purpose, RevokedKey, StatedLogKey, stated_log_keys};
use crate::routes::JWKS;
use crate::transparency::Checkpoint;

/// The most bytes of each answer.
const KEYS_BYTES: usize = 4 << 20;
const CHECKPOINT_BYTES: usize = 64 << 10;
const ADDRESSES_BYTES: usize = 4 << 20;
const LIST_BYTES: usize = 1 << 20;

/// By how many entries a log may have grown since the last fetch, unless told otherwise: 3.2 GB of hashes.
pub const MOST_GROWTH: u64 = 100_000_000;

/// Hears what is being fetched, and how many of how many of it are there.
pub type Tell<'a> = &'a mut (dyn FnMut(&'static str, u64, u64) + Send);

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
    /// The keys that are revoked, as far as it was ever told here.
    pub revoked: Vec<RevokedKey>,
    /// Those of them that the list of keys, which nobody signs, shows as good.
    pub concealed: Vec<RevokedKey>,
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

/// Why nothing was taken, or not the log. What the folder held of it, it holds still.
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
    #[error(
        "{what}; it was not taken, and both are kept in `{}`: show them to the service's operator and to others",
        evidence.display()
    )]
    Contradiction {
        /// What.
        what: String,
        /// Where both are kept.
        evidence: PathBuf,
    },
    /// The evidence of a contradiction could not be kept.
    #[error("{what}; it was not taken, and the evidence could not be kept ({reason})")]
    ContradictionUnkept {
        /// What.
        what: String,
        /// What the system said.
        reason: io::Error,
    },
    /// The log's present key did not sign what was offered.
    #[error("the service's checkpoint is not signed by the key of the log that the root stated last")]
    Checkpoint,
    /// The log has grown by more than anybody expects.
    #[error(
        "the log has grown by {grown} entries, and at most {growth} are fetched, of 32 bytes each: if that can be true and \
         there is room, fetch with `--growth {grown}`"
    )]
    Growth {
        /// By how many entries.
        grown: u64,
        /// By how many it may have grown.
        growth: u64,
    },
    /// Keys and status lists were taken, the log was not.
    #[error("keys and status lists were taken, and the log was not: {0}")]
    WithoutLog(#[source] Box<FetchError>),
    /// The service answers that there is no such thing: nothing is known of the log.
    #[error(
        "{0} could not be fetched: the service answers that it is not there; nothing is said against the log by that: try \
         again, and tell the service's operator if it stays so"
    )]
    NotThere(String),
    /// The log's hashes are not those under its checkpoint.
    #[error(
        "the log does not show the hashes under its own checkpoint ({0}): try again, and tell the service's operator if it \
         stays so"
    )]
    Tree(String),
}

/// Brings what `address` publishes into `folder`, under `root` or the root that the folder holds; `tell` hears how far
/// it is.
///
/// Keys and status lists are put into place at once, and do not wait for the log, which may be long in coming or be
/// withheld: then checkpoint and tree at once. Whatever stops it before, the folder is what it was. Only where the root
/// itself is taken from the service, all of it is put into place at the end.
pub async fn fetch(
    address: &str,
    folder: &Path,
    root: Option<Root>,
    clock: &Clock,
    growth: u64,
    tell: Tell<'_>,
) -> Result<Fetched, FetchError> {
    let server = Server::new(address)?;
    let _lock = lock(folder)?;
    let now = clock.now();
    let held = match Trust::load(folder, now) {
        Ok(held) => Some(held),
        Err(TrustError::Missing(_)) => None,
        Err(error) => return Err(error.into()),
    };
    let fetching = Fetching { server, folder, clock, now, held };
    let jwks = fetching.server.get(JWKS, KEYS_BYTES).await?;
    let (root, pinned_now) = fetching.root(root, &jwks)?;
    let (published, log_key) = fetching.keys(&root, &jwks)?;
    let remembered = fetching.held.as_ref().map_or(&[][..], |held| &held.index().revoked_keys);
    let keys = published.clone().with_revoked(remembered);
    let lists = fetching.lists(&keys, tell).await?;

    let mut revoked = RevokedKey::joined(&RevokedKey::joined(&published.revoked(), remembered), &lists.revoked);
    // Of the root nothing is believed that stands under it.
    revoked.retain(|told| published.iter().all(|key| key.kid() != told.kid || key.purpose != Purpose::Root));
    let before = fetching.held.as_ref().map(Trust::index);
    let with_lists = Index {
        server: fetching.server.base().to_owned(),
        fetched_at: now,
        root: put_piece(folder, root.der())?,
        keys: put_piece(folder, &jwks)?,
        checkpoint: before.and_then(|index| index.checkpoint.clone()),
        checkpoint_key: fetching.held.as_ref().and_then(Trust::checkpoint_statement),
        checkpoint_fetched_at: fetching.held.as_ref().map(Trust::checkpoint_fetched_at),
        keeps_tree: before.is_some_and(|index| index.keeps_tree),
        revoked_keys: revoked.clone(),
        status_lists: lists.entries,
    };
    let mut indices: Vec<&Index> = before.into_iter().collect();
    if !pinned_now {
        put_index(folder, &with_lists)?;
        indices.push(&with_lists);
        forget_others(folder, &indices)?;
    }
    let log = fetching.log(&log_key, growth, tell).await;
    let log = log.map_err(|error| if pinned_now { error } else { FetchError::WithoutLog(Box::new(error)) })?;
    let index = Index {
        checkpoint: log.as_ref().map(|(note, _)| put_piece(folder, note)).transpose()?,
        checkpoint_key: log.as_ref().map(|_| log_key.statement),
        checkpoint_fetched_at: Some(now),
        keeps_tree: true,
        ..with_lists.clone()
    };
    put_index(folder, &index)?;
    indices.push(&index);
    forget_others(folder, &indices)?;
    let checkpoint = log.map(|(_, checkpoint)| checkpoint);
    let grown_from = fetching.held.as_ref().and_then(|held| held.checkpoint.as_ref()).map(|checkpoint| checkpoint.size);
    let is_concealed = |told: &&RevokedKey| {
        told.revoked_at <= now && published.iter().any(|key| key.kid() == told.kid && !is_revoked(key, now))
    };
    let concealed = revoked.iter().filter(is_concealed).copied().collect();
    let keys = published.iter().count();
    Ok(Fetched { root, pinned_now, keys, checkpoint, grown_from, lists: lists.told, revoked, concealed })
}

struct Fetching<'a> {
    server: Server,
    folder: &'a Path,
    clock: &'a Clock,
    /// When it began.
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

    /// The keys and the log's present key, as far as the root signs them. A key that is known as revoked stays so, and a
    /// key of the log that the root has stated is followed by no earlier one.
    fn keys(&self, root: &Root, published: &[u8]) -> Result<(PublicKeys, StatedLogKey), FetchError> {
        let jwks = parsed(published)?;
        let keys = PublicKeys::from_jwks(&jwks, root.der());
        let log_key = stated_log_keys(&jwks, &keys, self.now).into_iter().max_by_key(|key| key.stated_at);
        let log_key = log_key.ok_or_else(|| FetchError::NotUnderRoot { root: root.fingerprint() })?;
        let Some(held) = &self.held else { return Ok((keys, log_key)) };
        if log_key.stated_at < held.newest_stated_at() {
            let what = "the service names an older key of the log than is known here".to_owned();
            return Err(self.broken_keys(held, what, published)?);
        }
        // What only a status list told may be missing from an older copy of the list of keys: it stays known all the same.
        let revoked_here = held.published_keys()?;
        let mut revoked_here = revoked_here.iter().filter(|key| is_revoked(key, self.now));
        let is_told = |kid| keys.iter().any(|key| key.kid() == kid && is_revoked(key, self.now));
        if let Some(key) = revoked_here.find(|key| !is_told(key.kid())) {
            let what = format!("the service lists the key {} without its revocation, which is known here", key.kid());
            return Err(self.broken_keys(held, what, published)?);
        }
        Ok((keys, log_key))
    }

    fn broken_keys(&self, held: &Trust, what: String, offered: &[u8]) -> Result<FetchError, TrustError> {
        let before = held.keys_piece()?;
        Ok(self.contradiction(what, "keys", &[("held-jwks.json", &before), ("offered-jwks.json", offered)]))
    }

    fn contradiction(&self, what: String, name: &str, pieces: &[(&str, &[u8])]) -> FetchError {
        match evidence::keep(self.folder, name, pieces) {
            Ok(evidence) => FetchError::Contradiction { what, evidence },
            Err(reason) => FetchError::ContradictionUnkept { what, reason },
        }
    }
}

fn parsed(bytes: &[u8]) -> Result<Value, FetchError> {
    serde_json::from_slice(bytes).map_err(|_| FetchError::Form("JSON"))
}

/// Whether a key is revoked at `now`. Since when may be put right, and a revocation to come be withdrawn.
fn is_revoked(key: &PublicKey, now: Instant) -> bool {
    key.revoked_at.is_some_and(|at| at <= now)
}
