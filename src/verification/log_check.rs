//! The log's part of a verification: every act on record must stand in the published log, and say what the record says.

use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use super::verdict::Finding;
use crate::certificate::Standing;
use crate::clock::Instant;
use crate::log_store::{LogStore, LogStoreError};
use crate::storage::{CertificateRecord, LeafRecord, Recorded, Storage, StorageError};
use crate::transparency::{
    Act, Checkpoint, CheckpointRefused, Entry, ProvenTiles, Record, Tile, TilesError, TlogProof, Verifier,
    build_inclusion,
};

/// For how long a leaf may wait for its place before that is an alarm: a minute.
const PATIENCE_MILLIS: i64 = 60_000;
/// How far the clocks of two machines may differ.
const SKEW_MILLIS: i64 = 5_000;
/// For how long the published checkpoint is taken as read: no longer than its own publishing may take.
const CHECKPOINT_MILLIS: i64 = 1_000;
/// How many proven tiles are kept: 64 MiB at most.
const KEPT_TILES: usize = 8192;

/// Reads the published log and trusts nothing of it but what the log's key signed.
#[derive(Clone)]
pub struct LogReader {
    store: Arc<LogStore>,
    verifier: Verifier,
    memory: Arc<Memory>,
}

/// What was read and proven before: only what cannot change, and a checkpoint for a second.
struct Memory {
    tiles: ProvenTiles,
    checkpoint: Mutex<Option<(Instant, Checkpoint)>>,
}

/// Why the log gave no proof.
#[derive(Debug, thiserror::Error)]
pub enum LogReadError {
    /// Nothing was published yet.
    #[error("the log has no checkpoint yet")]
    NoCheckpoint,
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] LogStoreError),
    /// The checkpoint is not signed by the log's key.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointRefused),
    /// The tiles do not prove what they should.
    #[error(transparent)]
    Tiles(#[from] TilesError<LogStoreError>),
    /// The records did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The reading task was cancelled.
    #[error("reading the log was interrupted")]
    Interrupted,
}

impl LogReader {
    /// Reads from `store` what the key behind `verifier` signed.
    pub fn new(store: Arc<LogStore>, verifier: Verifier) -> Self {
        let memory = Memory { tiles: ProvenTiles::with_room(KEPT_TILES), checkpoint: Mutex::default() };
        Self { store, verifier, memory: Arc::new(memory) }
    }

    /// The published checkpoint as it stood within the last second, or none when there is none that verifies.
    pub async fn latest(&self, now: Instant) -> Option<Checkpoint> {
        if let Some(checkpoint) = self.memory.checkpoint(now) {
            return Some(checkpoint);
        }
        let reader = self.clone();
        tokio::task::spawn_blocking(move || reader.checkpoint_of(now).ok()).await.ok().flatten()
    }

    /// The published checkpoint as it is served, or none before the first.
    pub async fn published(&self) -> Result<Option<String>, LogReadError> {
        let reader = self.clone();
        let task = tokio::task::spawn_blocking(move || reader.store.checkpoint());
        Ok(task.await.map_err(|_| LogReadError::Interrupted)??)
    }

    /// The newest checkpoint that a quorum of witnesses cosigned as it is served, or none before the first.
    pub async fn witnessed(&self) -> Result<Option<String>, LogReadError> {
        let reader = self.clone();
        let task = tokio::task::spawn_blocking(move || reader.store.witnessed());
        Ok(task.await.map_err(|_| LogReadError::Interrupted)??)
    }

    /// The bytes of the tile or entry bundle at a path such as `tile/0/000`, or none when there is no such tile.
    pub async fn tile(&self, path: &str) -> Result<Option<Vec<u8>>, LogReadError> {
        let Some(tile) = Tile::parse(path) else { return Ok(None) };
        let reader = self.clone();
        // A partial tile that no checkpoint covers yet may still be replaced, and what is served is cached for ever.
        let task = tokio::task::spawn_blocking(move || match reader.checkpoint() {
            Ok((_, checkpoint)) if tile.is_within(checkpoint.size) => Ok(reader.store.read(&tile)?),
            Ok(_) | Err(LogReadError::NoCheckpoint) => Ok(None),
            Err(error) => Err(error),
        });
        task.await.map_err(|_| LogReadError::Interrupted)?
    }

    /// Checks that each of the certificate's acts is in the log, and that together they say what its record says.
    pub(super) async fn check(&self, recorded: &Recorded, now: Instant) -> Finding {
        reported(self.try_check(recorded, now).await, recorded.certificate.id)
    }

    async fn try_check(&self, recorded: &Recorded, now: Instant) -> Result<Finding, LogReadError> {
        if !tells_the_same(&recorded.leaves, &recorded.certificate) {
            return Ok(Finding::LogDisagrees);
        }
        if self.remembers(&recorded.leaves, now) {
            return Ok(Finding::LogIncluded);
        }
        let (reader, leaves) = (self.clone(), recorded.leaves.clone());
        let task = tokio::task::spawn_blocking(move || reader.included(&leaves, now));
        task.await.map_err(|_| LogReadError::Interrupted)?
    }

    /// Whether every leaf is known to stand in its place. Whatever else, the published log is read and says what it is.
    fn remembers(&self, leaves: &[LeafRecord], now: Instant) -> bool {
        self.memory.checkpoint(now).is_some_and(|checkpoint| {
            leaves.iter().all(|leaf| {
                let place = leaf.place.filter(|place| *place < checkpoint.size);
                let known = place.and_then(|place| self.memory.tiles.known(place, checkpoint.size));
                known == Some(Entry(leaf.entry).leaf_hash())
            })
        })
    }

    fn included(&self, leaves: &[LeafRecord], now: Instant) -> Result<Finding, LogReadError> {
        let published = match self.checkpoint_of(now) {
            Ok(checkpoint) => Some(checkpoint),
            Err(LogReadError::NoCheckpoint) => None,
            Err(error) => return Err(error),
        };
        let mut finding = Finding::LogIncluded;
        for leaf in leaves {
            match (&published, leaf.place) {
                (Some(Checkpoint { size, root, .. }), Some(place)) if place < *size => {
                    let proven = self.memory.tiles.leaf(place, *size, *root, |tile| self.store.read(tile))?;
                    if proven != Entry(leaf.entry).leaf_hash() {
                        return Ok(Finding::LogDisagrees);
                    }
                }
                _ if waits_shortly(leaf, now) => finding = Finding::LogPending,
                _ => return Ok(Finding::LogLate),
            }
        }
        Ok(finding)
    }

    /// The proof of a certificate's issuance, for anybody to keep; none while it waits for its place.
    pub async fn proof(&self, storage: &Storage, certificate: Uuid) -> Result<Option<TlogProof>, LogReadError> {
        let leaves = storage.leaves_of(certificate).await?;
        let Some(issued) = leaves.into_iter().find(|leaf| leaf.act == Act::Issued.slug()) else { return Ok(None) };
        let (Some(place), Ok(record)) = (issued.place, Record::from_cbor(&issued.record)) else { return Ok(None) };
        let reader = self.clone();
        let task = tokio::task::spawn_blocking(move || {
            let (note, checkpoint) = reader.checkpoint()?;
            if place >= checkpoint.size {
                return Ok(None);
            }
            let inclusion = build_inclusion(|tile| reader.store.read(tile), place, checkpoint.size, checkpoint.root)?;
            Ok(Some(TlogProof::new(issued.salt, record, inclusion, note)))
        });
        task.await.map_err(|_| LogReadError::Interrupted)?
    }

    fn checkpoint_of(&self, now: Instant) -> Result<Checkpoint, LogReadError> {
        let (_, checkpoint) = self.checkpoint()?;
        self.memory.keep(now, checkpoint.clone());
        Ok(checkpoint)
    }

    fn checkpoint(&self) -> Result<(String, Checkpoint), LogReadError> {
        let note = self.store.checkpoint()?.ok_or(LogReadError::NoCheckpoint)?;
        let checkpoint = Checkpoint::open(&note, &self.verifier)?;
        Ok((note, checkpoint))
    }
}

impl Memory {
    fn checkpoint(&self, now: Instant) -> Option<Checkpoint> {
        let kept = self.checkpoint.lock().unwrap_or_else(PoisonError::into_inner);
        let (read_at, checkpoint) = kept.as_ref()?;
        (0..CHECKPOINT_MILLIS).contains(&(now.millis() - read_at.millis())).then(|| checkpoint.clone())
    }

    fn keep(&self, now: Instant, checkpoint: Checkpoint) {
        *self.checkpoint.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, checkpoint));
    }
}

/// A leaf from the future waits for as long as nobody knows: the clock went back, and no patience may rest on it.
fn waits_shortly(leaf: &LeafRecord, now: Instant) -> bool {
    (-SKEW_MILLIS..PATIENCE_MILLIS).contains(&(now.millis() - leaf.recorded_at.millis()))
}

/// A finding, with an alarm when the log does not hold what it should.
fn reported(outcome: Result<Finding, LogReadError>, certificate: Uuid) -> Finding {
    let finding = match outcome {
        Ok(finding @ (Finding::LogIncluded | Finding::LogPending)) => return finding,
        Ok(finding) => {
            tracing::error!(alarm = "log", %certificate, ?finding, "a certificate's log check failed");
            finding
        }
        Err(LogReadError::Tiles(TilesError::Read { .. }) | LogReadError::Store(_)) => {
            return Finding::LogUnreachable;
        }
        Err(error) => {
            tracing::error!(
                alarm = "log",
                error = &error as &dyn std::error::Error,
                "the published log does not verify"
            );
            Finding::LogDisagrees
        }
    };
    metrics::counter!("earayis_alarms_total", "alarm" => "log").increment(1);
    finding
}

/// Whether the acts that the leaves record lead to the standing that the certificate's row shows.
///
/// A row that was added or changed by hand, without its leaf, is found here.
fn tells_the_same(leaves: &[LeafRecord], certificate: &CertificateRecord) -> bool {
    let mut standing = None;
    for leaf in leaves {
        let Ok(record) = Record::from_cbor(&leaf.record) else { return false };
        let states = record.id == certificate.id
            && record.kind == certificate.kind.as_str()
            && record.kind_version == certificate.kind_version
            && record.issuer == certificate.issuer.as_str()
            && Entry(leaf.entry) == Entry::of(&leaf.salt, &record);
        if !states {
            return false;
        }
        standing = match (record.act, standing) {
            (Act::Issued, None) if record.digest == Some(certificate.digest) => Some(Standing::InForce),
            (Act::Restamped, Some(before)) if record.digest.is_some() => Some(before),
            (Act::Revoked, Some(_)) => Some(Standing::Revoked),
            (Act::Suspended, Some(_)) => Some(Standing::Suspended),
            (Act::Superseded, Some(_)) => Some(Standing::Superseded),
            (Act::Reinstated, Some(_)) => Some(Standing::InForce),
            _ => return false,
        };
    }
    standing == Some(certificate.standing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leaf_waits_a_minute_and_never_on_a_clock_that_went_back() {
        let recorded_at = Instant::from_millis(1_000_000);
        let leaf = LeafRecord {
            id: Uuid::nil(),
            certificate_id: Uuid::nil(),
            act: Act::Issued.slug().to_owned(),
            salt: [0; 32],
            record: Vec::new(),
            entry: [0; 32],
            recorded_at,
            place: None,
        };
        for (waited, shortly) in [(0, true), (59_999, true), (60_000, false), (-5_000, true), (-5_001, false)] {
            assert_eq!(waits_shortly(&leaf, recorded_at.plus_millis(waited)), shortly, "{waited}");
        }
    }
}
