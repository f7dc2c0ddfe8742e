//! Inspection: an auditor reads what a certificate states, for a purpose that is recorded and shown to the holder.
//!
//! Where the law lets the showing wait, it waits for a number of days that is bounded, and that it waits is an act of its
//! own in the records.

use uuid::Uuid;

use super::{AuditingError, Inquiry, Purpose};
use crate::audit::{self, Act};
use crate::auth::Auditor;
use crate::catalogue::KindCode;
use crate::storage::{Inspection, NewAuditEvent, StoredContent};

/// For how many days at most the showing to the holder may wait.
pub const LONGEST_DELAY_DAYS: u32 = 90;

/// What a certificate states. `Debug` shows nothing of it.
pub struct Inspected {
    /// Its kind.
    pub kind: KindCode,
    /// The kind's version.
    pub kind_version: u32,
    /// Its facts as issued.
    pub facts: serde_json::Value,
}

impl Inquiry {
    /// What a certificate within the auditor's reach states; none when there is none, or its content was erased.
    ///
    /// The holder is shown who read it and for what, after `delay_days` (at most [`LONGEST_DELAY_DAYS`]). Nothing is read
    /// before all of it is durable.
    pub async fn inspect(
        &self,
        auditor: &Auditor,
        id: Uuid,
        purpose: &Purpose,
        delay_days: u32,
    ) -> Result<Option<Inspected>, AuditingError> {
        let record = self.storage.certificate_by_id(id).await?;
        let record = record.filter(|record| auditor.reach.covers(&record.issuer) && record.erased_at.is_none());
        let Some(record) = record else { return Ok(None) };
        let delay_days = delay_days.min(LONGEST_DELAY_DAYS);
        let act = if delay_days == 0 { Act::Inspect } else { Act::InspectUnshown };
        let (inspection, event) = self.inspection(auditor, id, purpose, delay_days, act)?;
        if !self.storage.record_inspection(&inspection, &event).await? {
            return Ok(None);
        }
        let Some(stored) = self.storage.facts(id).await? else { return Ok(None) };
        let facts = StoredContent::parse(&stored)?.facts;
        Ok(Some(Inspected { kind: record.kind, kind_version: record.kind_version, facts }))
    }

    /// Who is about to be told of a certificate, for what, and from when its holder is shown it; with its event.
    pub(super) fn inspection(
        &self,
        auditor: &Auditor,
        id: Uuid,
        purpose: &Purpose,
        delay_days: u32,
        act: Act,
    ) -> Result<(Inspection, NewAuditEvent), AuditingError> {
        let now = self.clock.now();
        let inspection = Inspection {
            id: audit::fresh_id(&self.random, now)?,
            certificate_id: id,
            auditor: auditor.member.actor().label(),
            organisation: auditor.member.organisation_name.clone(),
            purpose: purpose.as_str().to_owned(),
            inspected_at: now.millis(),
            shown_at: now.plus_days(i64::from(delay_days)).millis(),
        };
        // The purpose may name somebody: it stands where the holder reads it, until the content is erased.
        let detail = serde_json::json!({ "inspection": inspection.id, "shown_after_days": delay_days });
        let event = self.event(auditor, act, &id.to_string(), now, &detail)?;
        Ok((inspection, event))
    }
}

impl std::fmt::Debug for Inspected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Inspected(…)")
    }
}
