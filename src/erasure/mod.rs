//! Erasure: takes a certificate's content away for good, and makes sure that no restored backup brings it back.
//!
//! Deleting the wrapped key makes the content unreadable. The file in the holder's hands still verifies by its bytes,
//! with its true status and without facts; its code is unknown; the log stays whole.

mod ledger;
mod retention;

use std::sync::Arc;

use uuid::Uuid;

use crate::audit::{self, Act};
use crate::auth::Actor;
use crate::certificate::Number;
use crate::clock::Clock;
use crate::random::{Random, RandomUnavailable};
use crate::storage::{NewAuditEvent, Storage, StorageError};

pub use ledger::{Ledger, LedgerError};
pub use retention::Report;

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
    /// A hold keeps the content.
    #[error("a legal hold keeps the content of this certificate; lift it first, with `earayis retention lift`")]
    Held,
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
        let id = self.answered_for(number, actor).await?;
        if self.storage.is_held(id).await? {
            return Err(ErasureError::Held);
        }
        self.ledger.record(id, self.clock.now()).await?;
        if !self.erase_here(id, actor).await? && self.storage.is_held(id).await? {
            return Err(ErasureError::Held);
        }
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

    async fn erase_here(&self, id: Uuid, actor: &Actor) -> Result<bool, ErasureError> {
        let event = self.event(id, Act::Erase, actor)?;
        Ok(self.storage.erase(id, event.occurred_at, &event).await?)
    }

    async fn answered_for(&self, number: Number, actor: &Actor) -> Result<Uuid, ErasureError> {
        let record = self.storage.certificate_by_number(number).await?;
        let record = record.filter(|record| actor.answers_for(&record.issuer)).ok_or(ErasureError::NotFound)?;
        Ok(record.id)
    }

    fn event(&self, id: Uuid, act: Act, actor: &Actor) -> Result<NewAuditEvent, ErasureError> {
        let (now, detail) = (self.clock.now(), serde_json::json!({}));
        Ok(audit::event(&self.random, actor.label(), act, &id.to_string(), now, &detail)?)
    }
}
