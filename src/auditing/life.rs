//! One certificate's whole life: everything that was done with it, by whom, each status change with its leaf and place.

use uuid::Uuid;

use super::{AuditingError, Inquiry, without_pseudonym};
use crate::audit::Act;
use crate::auth::Auditor;
use crate::certificate::Status;
use crate::clock::Instant;
use crate::storage::{CertificateRecord, LeafRecord, Look};

/// A certificate and all that happened with it.
#[derive(Debug, Clone)]
pub struct Life {
    /// The certificate, without anything personal.
    pub record: CertificateRecord,
    /// Its status now.
    pub status: Status,
    /// What happened, in order.
    pub moments: Vec<Moment>,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// When.
    pub at: Instant,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Somebody did something; the record of it.
    Done {
        /// Who; `holder` for a citizen.
        actor: String,
        /// What, as the records call it.
        act: String,
    },
    /// A leaf was recorded in the transparency log.
    Logged {
        /// What it says was done.
        act: String,
        /// Its place; none while it waits.
        place: Option<u64>,
    },
    /// Somebody verified it and was told its facts.
    Verified {
        /// On what basis.
        basis: String,
        /// Who, when it said who it is.
        verifier: Option<String>,
    },
}

impl Inquiry {
    /// A certificate's life; none when there is no such certificate within the auditor's reach. That she looked is recorded.
    pub async fn life(&self, auditor: &Auditor, id: Uuid) -> Result<Option<Life>, AuditingError> {
        let record = self.storage.certificate_by_id(id).await?;
        let Some(record) = record.filter(|record| auditor.reach.covers(&record.issuer)) else { return Ok(None) };
        self.record(auditor, Act::FollowLife, &id.to_string(), &serde_json::json!({})).await?;
        let names = self.storage.names_of_lookers(id).await?;
        let events = self.storage.audit_events_of(&id.to_string()).await?;
        let done = events
            .into_iter()
            .map(without_pseudonym)
            .map(|event| Moment { at: event.occurred_at, what: What::Done { actor: event.actor, act: event.act } });
        let logged = self.storage.leaves_of(id).await?.into_iter().map(Moment::from);
        let verified = self.storage.looks_of(id).await?.into_iter().map(|look| Moment::of_look(look, &names));
        let mut moments: Vec<Moment> = done.chain(logged).chain(verified).collect();
        moments.sort_by_key(|moment| moment.at);
        let status = record.status_at(self.clock.now());
        Ok(Some(Life { record, status, moments }))
    }
}

impl From<LeafRecord> for Moment {
    fn from(leaf: LeafRecord) -> Self {
        Self { at: leaf.recorded_at, what: What::Logged { act: leaf.act, place: leaf.place } }
    }
}

impl Moment {
    fn of_look(look: Look, names: &[(String, String)]) -> Self {
        let called =
            |voen: String| names.iter().find(|(known, _)| *known == voen).map_or(voen, |(_, name)| name.clone());
        Self { at: look.at, what: What::Verified { basis: look.basis, verifier: look.verifier.map(called) } }
    }
}
