//! The manifest of an export: by it and the records alone it can be said later whether the export was whole.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::audit::Act;
use crate::auditing::{AuditingError, Inquiry};
use crate::auth::{Auditor, Reach};
use crate::clock::Instant;
use crate::storage::{AuditEventRecord, ExportRecord};

/// What proves an export whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The export's id.
    pub export: Uuid,
    /// `certificates` or `events`.
    pub of: String,
    /// `csv` or `xlsx`.
    pub format: String,
    /// Whose: an agency's VÖEN, or `all`.
    pub reach: String,
    /// Who made it, as the records of what was done have it.
    #[serde(default)]
    pub by: String,
    /// What was asked for, as the desk's address has it.
    pub filter: String,
    /// Rows from this instant on, UTC milliseconds.
    pub since: i64,
    /// And before this one: never within [`crate::auditing::SETTLING_MILLIS`] of the export's beginning, for what is newer
    /// may still be joined by rows that are under way.
    pub until: i64,
    /// The instant at which a certificate's status is told and chosen, UTC milliseconds.
    #[serde(default)]
    pub as_of: Option<i64>,
    /// How long before its beginning the export ends at the latest, milliseconds.
    #[serde(default)]
    pub settling: i64,
    /// How many rows there are.
    pub rows: u64,
    /// SHA-256 of the whole file.
    pub sha256: String,
    /// SHA-256 of what never changes of the rows, one line each.
    pub rows_sha256: String,
    /// The log's checkpoint when the export began (C2SP tlog-checkpoint).
    pub checkpoint: String,
}

/// How long nothing was written of an export that has broken off: two minutes.
const SILENT_MILLIS: i64 = 120_000;

/// An export that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    /// How far it is.
    pub record: ExportRecord,
    /// Whether it is not being written any more: whoever took it has gone, or its process was stopped.
    pub broken_off: bool,
}

impl Manifest {
    /// The instant at which a status is told.
    pub fn as_of(&self) -> Instant {
        Instant::from_millis(self.as_of.unwrap_or(self.until))
    }
}

impl Inquiry {
    /// The manifest of an export that ended, for whoever made it and for auditors of all agencies; none of an export that
    /// reached further than the auditor does now.
    pub async fn manifest(&self, auditor: &Auditor, export: Uuid) -> Result<Option<Manifest>, AuditingError> {
        let events = self.storage.audit_events_of(&export.to_string()).await?;
        let own = auditor.member.actor().label();
        let visible = |event: &&AuditEventRecord| event.actor == own || auditor.reach == Reach::All;
        let ended = events.iter().filter(|event| event.act == Act::FinishExport.slug()).find(visible);
        let manifest: Option<Manifest> = ended.map(|event| serde_json::from_str(&event.detail)).transpose()?;
        let within = |manifest: &Manifest| auditor.reach == Reach::All || manifest.reach == auditor.reach.to_string();
        Ok(manifest.filter(within))
    }

    /// The auditor's exports that have not ended, latest first.
    pub async fn unfinished(&self, auditor: &Auditor) -> Result<Vec<Unfinished>, AuditingError> {
        let silent_since = self.clock.now().plus_millis(-SILENT_MILLIS).millis();
        let unfinished = self.storage.unfinished_exports(&auditor.member.actor().label()).await?;
        let told = |record: ExportRecord| Unfinished { broken_off: record.noted_at < silent_since, record };
        Ok(unfinished.into_iter().map(told).collect())
    }
}
