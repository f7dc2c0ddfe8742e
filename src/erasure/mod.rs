//! Erasure: takes a certificate's content away for good, and makes sure that no restored backup brings it back.
//!
//! Deleting the wrapped key makes the content unreadable. The file in the holder's hands still verifies by its bytes,
//! with its true status and without facts; its code is unknown; the log stays whole.

mod ledger;

use std::sync::Arc;

use crate::audit::{self, Act};
use crate::auth::Actor;
use crate::certificate::Number;
use crate::clock::Clock;
use crate::random::{Random, RandomUnavailable};
use crate::storage::{Storage, StorageError};

pub use ledger::{Ledger, LedgerError};

/// Erases certificates' content.
#[derive(Clone)]
pub struct Erasure {
    /// The records.
    pub storage: Storage,
    /// What was erased, kept outside the database.
    pub ledger: Arc<Ledger>,
    /// What time it is.
    pub clock: Clock,
    /// Chance.
    pub random: Random,
}

/// Why nothing was erased.
#[derive(Debug, thiserror::Error)]
pub enum ErasureError {
    /// No certificate of this number that the actor answers for.
    #[error("there is no such certificate among those you answer for")]
    NotFound,
    /// The ledger cannot be read or written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The records did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// There was no chance to be had.
    #[error(transparent)]
    Random(#[from] RandomUnavailable),
}

impl Erasure {
    /// Erases the content of the certificate of this number; that it was erased before is as good.
    ///
    /// The ledger comes first: a crash between the two erases at the next start what was promised here.
    pub async fn erase(&self, number: Number, actor: &Actor) -> Result<(), ErasureError> {
        let record = self.storage.certificate_by_number(number).await?;
        let record = record.filter(|record| actor.answers_for(&record.issuer)).ok_or(ErasureError::NotFound)?;
        self.ledger.record(record.id, self.clock.now()).await?;
        self.erase_here(record.id, actor).await?;
        Ok(())
    }

    /// Erases again what the ledger names and the database, restored from a backup, holds anew. Answers how many.
    pub async fn replay(&self) -> Result<usize, ErasureError> {
        let mut replayed = 0;
        for id in self.ledger.erased().await? {
            let restored = self.storage.certificate_by_id(id).await?.is_some_and(|record| record.erased_at.is_none());
            if !restored {
                continue;
            }
            match self.erase_here(id, &Actor::Service).await {
                Ok(erased) => replayed += usize::from(erased),
                // It is erased; another process still reads old pages, and whoever erases next overwrites them.
                Err(ErasureError::Storage(StorageError::FreedPagesRemain)) => replayed += 1,
                Err(error) => return Err(error),
            }
        }
        Ok(replayed)
    }

    async fn erase_here(&self, id: uuid::Uuid, actor: &Actor) -> Result<bool, ErasureError> {
        let now = self.clock.now();
        let detail = serde_json::json!({});
        let event = audit::event(&self.random, actor.label(), Act::Erase, &id.to_string(), now, &detail)?;
        Ok(self.storage.erase(id, now, &event).await?)
    }
}
