//! Audit events: who did what to what, and when, without personal data.

use uuid::Uuid;

use crate::clock::Instant;
use crate::random::{Random, RandomUnavailable};
use crate::storage::NewAuditEvent;

/// What an actor did. Each is stored by its slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// A certificate was issued.
    Issue,
    /// A certificate was withdrawn.
    Revoke,
    /// A certificate was taken out of force for now.
    Suspend,
    /// A suspended certificate was put back into force.
    Reinstate,
    /// A certificate was replaced by another.
    Supersede,
    /// A certificate's content was erased.
    Erase,
    /// A sealed file was handed out again.
    Download,
    /// A registry answered for another person than asked.
    RefuseOtherPerson,
}

impl Act {
    /// Its name in the records.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::Revoke => "revoke",
            Self::Suspend => "suspend",
            Self::Reinstate => "reinstate",
            Self::Supersede => "supersede",
            Self::Erase => "erase",
            Self::Download => "download",
            Self::RefuseOtherPerson => "refuse_other_person",
        }
    }
}

/// An event ready to be stored in the transaction of the act it tells of.
///
/// `actor` is the label of whoever acts; `detail` must hold no personal data: codes of kinds, reasons and numbers only.
pub fn event(
    random: &Random,
    actor: String,
    act: Act,
    subject: &str,
    occurred_at: Instant,
    detail: &serde_json::Value,
) -> Result<NewAuditEvent, RandomUnavailable> {
    Ok(NewAuditEvent {
        id: fresh_id(random, occurred_at)?,
        actor,
        act: act.slug().to_owned(),
        subject: subject.to_owned(),
        occurred_at,
        detail: detail.to_string(),
    })
}

/// A `UUIDv7` (RFC 9562 §5.7) of this instant.
pub fn fresh_id(random: &Random, at: Instant) -> Result<Uuid, RandomUnavailable> {
    let millis = u64::try_from(at.millis()).unwrap_or_default();
    Ok(uuid::Builder::from_unix_timestamp_millis(millis, &random.bytes()?).into_uuid())
}
