//! The schedule: content is erased when its kind's term is over, unless a hold keeps it; and each run says what it did.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Erasure, ErasureError};
use crate::audit::{self, Act};
use crate::auth::Actor;
use crate::certificate::Number;
use crate::clock::Instant;
use crate::storage::{Place, StorageError};

/// What a run found and did, by kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// When it began: terms that end later are not over.
    pub as_of: Instant,
    /// How many were erased, or would be.
    pub erased: BTreeMap<String, u64>,
    /// How many stay because of a hold.
    pub held: BTreeMap<String, u64>,
    /// Whether it only looked.
    pub plan: bool,
}

const ROWS: u32 = 500;

impl Erasure {
    /// Erases every content whose term is over and that no hold keeps; `plan` only counts.
    ///
    /// A run that is cut off has erased what it had come to; the next goes on.
    pub async fn run(&self, actor: &Actor, plan: bool) -> Result<Report, ErasureError> {
        let now = self.clock.now();
        let mut report = Report { as_of: now, erased: BTreeMap::new(), held: BTreeMap::new(), plan };
        let mut after = Place { at: Instant::from_millis(i64::MIN), id: uuid::Uuid::nil() };
        loop {
            let over = self.storage.terms_over(now, after, ROWS).await?;
            let Some(last) = over.last() else { break };
            after = Place { at: last.keep_until, id: last.id };
            for certificate in over {
                if certificate.held || (!plan && !self.erase_unless_held(certificate.id, actor).await?) {
                    *report.held.entry(certificate.kind).or_default() += 1;
                } else {
                    *report.erased.entry(certificate.kind).or_default() += 1;
                }
            }
        }
        if !plan {
            let detail = serde_json::to_value(&report).unwrap_or_default();
            let event = audit::event(&self.random, actor.label(), Act::RunErasure, "retention", now, &detail)?;
            self.storage.record_audit(event).await?;
        }
        Ok(report)
    }

    /// Keeps a certificate's content beyond its term, for a reason that names nobody; answers whether this call did.
    pub async fn hold(&self, number: Number, reason: &str, actor: &Actor) -> Result<bool, ErasureError> {
        let id = self.answered_for(number, actor).await?;
        let event = self.event(id, Act::PlaceHold, actor)?;
        Ok(self.storage.place_hold(id, reason, &event).await?)
    }

    /// Lets the term hold again; answers whether a hold stood.
    pub async fn lift(&self, number: Number, actor: &Actor) -> Result<bool, ErasureError> {
        let id = self.answered_for(number, actor).await?;
        let event = self.event(id, Act::LiftHold, actor)?;
        Ok(self.storage.lift_hold(id, &event).await?)
    }

    /// The ledger comes first, and before it once more whether it may be: what the ledger names is erased for ever.
    async fn erase_unless_held(&self, id: uuid::Uuid, actor: &Actor) -> Result<bool, ErasureError> {
        if self.storage.is_held(id).await? {
            return Ok(false);
        }
        self.ledger.record(id, self.clock.now()).await?;
        match self.erase_here(id, actor).await {
            // It is erased; what remains of old pages is overwritten by the next.
            Err(ErasureError::Storage(StorageError::FreedPagesRemain)) => Ok(true),
            // Not erased is what a hold keeps that was placed in this moment: it is erased when that is lifted.
            answer => answer,
        }
    }
}
