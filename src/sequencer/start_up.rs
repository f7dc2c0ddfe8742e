//! The comparison of database, published log and clock before anything is served: who finds them at odds refuses to start.

use std::sync::Arc;
use std::time::Duration;

use super::publish::blocking;
use super::witnesses::PATIENCE;
use super::{Sequencer, SequencerError, published};
use crate::clock::Instant;
use crate::storage::LogState;
use crate::transparency::{Entry, Hash, frontier_at};

/// How far the clocks of two machines may differ.
const SKEW_MILLIS: i64 = 5_000;

/// What stands against starting: each is a sign of a restored backup, a wrong folder or a wrong clock.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Disagreement {
    /// More was published than the database knows.
    #[error(
        "the published log has {published} leaves and the database only {recorded}: the database was restored from an \
         older backup, or belongs to another log; restore the newest backup, and issue nothing before; where there is \
         none newer, `earayis restore` goes on with what is left"
    )]
    PublishedAhead {
        /// Leaves the published checkpoint names.
        published: u64,
        /// Leaves the database knows.
        recorded: u64,
    },
    /// Published and recorded histories differ.
    #[error(
        "the published log and the database differ within their first {size} leaves: one of them was rewritten, or the \
         log's folder belongs to another database; compare both with their backups, and issue nothing before"
    )]
    Differs {
        /// The size at which they should agree.
        size: u64,
    },
    /// A witness saw more than the database knows.
    #[error(
        "the witness {witness} cosigned this log at {saw} leaves, and the database has only {recorded}: database and log \
         were restored from an older backup together; restore the newest backup, and issue nothing before. If it is the \
         witness that is wrong, take it out of the settings, and tell its operator"
    )]
    WitnessAhead {
        /// Its name.
        witness: String,
        /// Leaves it has seen.
        saw: u64,
        /// Leaves the database knows.
        recorded: u64,
    },
    /// What a witness cosigned is another history than the database's.
    #[error(
        "this log does not continue what the witness {witness} cosigned at {size} leaves: database and log were \
         rewritten together, or restored and then continued; restore what stood before, and issue nothing. If it is the \
         witness that is wrong, take it out of the settings, and tell its operator"
    )]
    WitnessDiffers {
        /// Its name.
        witness: String,
        /// The size that it cosigned.
        size: u64,
    },
    /// The clock is behind what was recorded.
    #[error("the clock shows {now}, and the log was last written at {recorded}: set the clock right and start again")]
    ClockBehind {
        /// What the clock shows.
        now: Instant,
        /// When the log was last written.
        recorded: Instant,
    },
}

impl Sequencer {
    /// Compares, and refuses with a [`Disagreement`]; brings a store that is merely behind up to the database.
    pub async fn start_up(&self) -> Result<(), SequencerError> {
        self.start_up_within(PATIENCE).await
    }

    /// The same, where no witness is waited for longer than `patience`.
    pub async fn start_up_within(&self, patience: Duration) -> Result<(), SequencerError> {
        // The store is read first: what another process has published by then stands in the database it is held against.
        let (store, signer) = (Arc::clone(&self.store), Arc::clone(&self.signer));
        let published = blocking(move || published(&store, &signer)).await?;
        let state = self.storage.log_state().await?;
        self.clock_is_not_behind(&state)?;
        if let Some(checkpoint) = published {
            if checkpoint.size > state.size {
                return Err(Disagreement::PublishedAhead { published: checkpoint.size, recorded: state.size }.into());
            }
            self.continues(checkpoint.size, checkpoint.root, state.size, Hash(state.root)).await?;
        }
        if !self.witnesses.is_empty() {
            // Before anything new is signed. A witness that is away stops nobody.
            self.publish().await?;
            self.ask_witnesses(patience).await?;
        }
        self.turn().await?;
        Ok(())
    }

    /// A clock that went back would date acts before those that are in the log already.
    pub(super) fn clock_is_not_behind(&self, state: &LogState) -> Result<(), Disagreement> {
        let now = self.clock.now();
        if state.updated_at.millis() > now.millis() + SKEW_MILLIS {
            return Err(Disagreement::ClockBehind { now, recorded: state.updated_at });
        }
        Ok(())
    }

    /// The published tree, read from its own tiles and grown by the database's rows, must have the database's root.
    pub(super) async fn continues(
        &self,
        size: u64,
        root: Hash,
        recorded: u64,
        recorded_root: Hash,
    ) -> Result<(), SequencerError> {
        let store = Arc::clone(&self.store);
        let mut frontier = blocking(move || Ok(frontier_at(size, root, |tile| store.read(tile))?)).await?;
        let mut at = size;
        while at < recorded {
            let until = recorded.min(at + 16_384);
            for entry in self.storage.entries(at, until).await? {
                frontier.append(Entry(entry).leaf_hash());
            }
            if frontier.size() != until {
                return Err(Disagreement::Differs { size: recorded }.into());
            }
            at = until;
        }
        if frontier.root() == recorded_root { Ok(()) } else { Err(Disagreement::Differs { size: recorded }.into()) }
    }
}
