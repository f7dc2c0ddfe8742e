//! The sequencer: gives waiting leaves their places, signs the next checkpoint and publishes it, within a second.
//!
//! Order is the whole of it. Places, size and root are fixed in one transaction that compares and swaps; tiles follow
//! from committed rows; the checkpoint that names them is published last. Several processes may do this at once: one
//! wins the transaction, and whoever publishes writes the same bytes. A crash after the transaction leaves a store that
//! is behind the database, which the next turn of anybody brings up to it. Nothing is placed, and so nothing signed,
//! while store, database and clock contradict each other: a second checkpoint of one size must never come to be.

mod lost;
mod publish;
mod start_up;
mod succession;
mod witnesses;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

pub use start_up::Disagreement;
pub use witnesses::{Heard, Witnesses};

use crate::clock::Clock;
use crate::log_store::{LogStore, LogStoreError};
use crate::storage::{LogState, Storage, StorageError};
use crate::transparency::{Checkpoint, CheckpointRefused, Entry, Frontier, Hash, Signer, TilesError};

/// Gives places and publishes.
#[derive(Clone)]
pub struct Sequencer {
    /// The records.
    pub storage: Storage,
    /// Where tiles and checkpoint are published.
    pub store: Arc<LogStore>,
    /// Signs checkpoints; its name is the log's origin.
    pub signer: Arc<Signer>,
    /// Who cosigns them.
    pub witnesses: Arc<Witnesses>,
    /// What time it is.
    pub clock: Clock,
}

/// Why a turn did not end well. The next one begins where the records stand.
#[derive(Debug, thiserror::Error)]
pub enum SequencerError {
    /// The records did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The store could not be read or written.
    #[error(transparent)]
    Store(#[from] LogStoreError),
    /// Published tiles are not what the database says.
    #[error(transparent)]
    Tiles(#[from] TilesError<LogStoreError>),
    /// A checkpoint could not be signed, or a published one is not ours.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointRefused),
    /// The stored right edge of the tree is damaged.
    #[error("the log's right edge in the database is damaged: check the database with `earayis doctor`")]
    Frontier,
    /// The database and the published log contradict each other.
    #[error(transparent)]
    Disagreement(#[from] Disagreement),
    /// The task was cancelled.
    #[error("the sequencer was interrupted")]
    Interrupted,
}

/// The most leaves that one turn places.
const LEAVES_A_TURN: i64 = 1024;
/// How long the sequencer rests when nothing waits.
const REST: Duration = Duration::from_millis(100);
/// How long it rests when a turn failed: what is broken is not mended within the usual rest, and each turn is reported.
const REST_AFTER_FAILURE: Duration = Duration::from_secs(1);

impl Sequencer {
    /// Takes turns until `stop` turns true, then one last turn, so that a clean stop leaves no leaf waiting.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        loop {
            // Read before the turn: a leaf that comes while one goes on is only found by the next.
            let stopping = *stop.borrow();
            let rest = match self.turn().await {
                Ok(0) => REST,
                Ok(_) => continue,
                Err(error) => {
                    metrics::counter!("earayis_sequencer_errors_total").increment(1);
                    tracing::error!(error = &error as &dyn std::error::Error, "a turn of the sequencer failed");
                    REST_AFTER_FAILURE
                }
            };
            if stopping {
                return;
            }
            let _ = tokio::time::timeout(rest, stop.wait_for(|stop| *stop)).await;
        }
    }

    /// Places what waits, publishes what is placed, and answers how many leaves were placed.
    pub async fn turn(&self) -> Result<usize, SequencerError> {
        let state = self.publish().await?;
        self.clock_is_not_behind(&state)?;
        let placed = self.place(&state).await?;
        // Also when another process was quicker: whoever took a turn may rely on what was placed being published.
        self.publish().await?;
        let waiting_since = self.storage.oldest_waiting_since().await?;
        let lag = waiting_since.map_or(0, |since| self.clock.now().millis() - since.millis());
        #[expect(clippy::cast_precision_loss, reason = "a lag of milliseconds is shown as seconds on a gauge")]
        metrics::gauge!("earayis_log_lag_seconds").set(lag.max(0) as f64 / 1000.0);
        Ok(placed.unwrap_or(0))
    }

    /// One transaction that compares and swaps. Whoever loses it places nothing; a crash before its commit neither.
    ///
    /// `state` is the one that was found to agree with the store. Answers how many leaves were placed, and `None` when
    /// the log did not move.
    async fn place(&self, state: &LogState) -> Result<Option<usize>, SequencerError> {
        let waiting = self.storage.waiting_leaves(LEAVES_A_TURN).await?;
        if waiting.is_empty() && !state.checkpoint.is_empty() {
            return Ok(None);
        }
        let mut frontier = right_edge(state)?;
        let mut placements = Vec::with_capacity(waiting.len());
        for leaf in &waiting {
            placements.push((leaf.id, frontier.size()));
            frontier.append(Entry(leaf.entry).leaf_hash());
        }
        let next = self.state(&frontier)?;
        let won = self.storage.advance_log(state.size, &next, &placements).await?;
        Ok(won.then_some(placements.len()))
    }

    fn state(&self, frontier: &Frontier) -> Result<LogState, SequencerError> {
        let root = frontier.root();
        let origin = self.signer.verifier().name().to_owned();
        let checkpoint = Checkpoint { origin, size: frontier.size(), root }.sign(&self.signer)?;
        Ok(LogState {
            size: frontier.size(),
            root: root.0,
            frontier: frontier.to_bytes(),
            checkpoint,
            updated_at: self.clock.now(),
        })
    }
}

/// The tree's right edge as the database has it; an empty log has none yet.
fn right_edge(state: &LogState) -> Result<Frontier, SequencerError> {
    if state.size == 0 {
        return Ok(Frontier::new());
    }
    let edge = Frontier::from_bytes(&state.frontier).map_err(|_| SequencerError::Frontier)?;
    if edge.size() == state.size && edge.root().0 == state.root { Ok(edge) } else { Err(SequencerError::Frontier) }
}

/// The checkpoint that the store shows, if it shows one, verified with the log's key.
fn published(store: &LogStore, signer: &Signer) -> Result<Option<Checkpoint>, SequencerError> {
    match store.checkpoint()? {
        Some(note) => Ok(Some(Checkpoint::open(&note, signer.verifier())?)),
        None => Ok(None),
    }
}

/// The tree of nothing, which the store shows before its first checkpoint.
fn size_and_root(checkpoint: Option<&Checkpoint>) -> (u64, Hash) {
    checkpoint.map_or((0, Hash::empty()), |checkpoint| (checkpoint.size, checkpoint.root))
}

#[cfg(test)]
mod tests;
