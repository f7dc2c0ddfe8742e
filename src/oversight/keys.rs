//! The keys of a log: the one that signs it and those that signed it before, so that a succession is told from a forgery.

use super::fault::Fault;
use crate::transparency::{Checkpoint, CheckpointRefused, NoteRefused, Verifier};

/// The present key of a log and its former ones, as whoever checks knows them.
#[derive(Debug, Clone)]
pub struct LogKeys {
    present: Verifier,
    former: Vec<Verifier>,
}

impl LogKeys {
    /// The key that signs the log now, and those that were succeeded.
    pub fn new(present: Verifier, former: Vec<Verifier>) -> Self {
        Self { present, former }
    }

    /// The published checkpoint, which the present key must have signed.
    pub(super) fn published(&self, note: &str) -> Result<Checkpoint, Fault> {
        let unsigned = |refused: &CheckpointRefused| *refused == NoteRefused::NotSigned.into();
        Checkpoint::open(note, &self.present).map_err(|refused| {
            let former = unsigned(&refused) && self.former.iter().any(|key| Checkpoint::open(note, key).is_ok());
            if former { Fault::FormerKey } else { Fault::Checkpoint(refused) }
        })
    }

    /// A checkpoint that was taken earlier, when a former key may have signed it.
    pub(super) fn earlier(&self, note: &str) -> Result<Checkpoint, CheckpointRefused> {
        let present = Checkpoint::open(note, &self.present);
        present.or_else(|refused| self.former.iter().find_map(|key| Checkpoint::open(note, key).ok()).ok_or(refused))
    }
}

impl From<Verifier> for LogKeys {
    fn from(present: Verifier) -> Self {
        Self::new(present, Vec::new())
    }
}
