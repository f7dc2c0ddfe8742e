//! What can be exported, row by row: certificates as they stood at one instant, and audit events.

use super::Manifest;
use crate::auditing::sheet::csv_line;
use crate::auditing::{AuditingError, Found, Inquiry, Place, Unreadable, Wanted, WantedEvents, without_pseudonym};
use crate::auditing::{Filter, WantedStatus};
use crate::clock::Instant;
use crate::storage::{AuditEventRecord, ExportedRow, StorageError};

/// How many rows are read at once.
const ROWS: u32 = 500;

/// Rows that were read, and the place of the last one that was looked at.
pub(super) type PageRead<R> = (Vec<R>, Place);

/// Rows that can be exported, and read again later.
pub(super) trait Rows: Sized + Send + Sync + 'static {
    const OF: &'static str;
    type Row: Send + Sync;

    fn head() -> Vec<String>;
    /// From when, and before when.
    fn period(&self) -> (Instant, Instant);
    /// What the manifest's export was of.
    fn again(manifest: &Manifest) -> Result<Self, Unreadable>;
    /// The next rows that are meant, and the place of the last that was read; none when all were.
    fn read(
        &self,
        inquiry: &Inquiry,
        after: Place,
    ) -> impl Future<Output = Result<Option<PageRead<Self::Row>>, AuditingError>> + Send;
    fn place(row: &Self::Row) -> Place;
    fn cells(&self, row: &Self::Row) -> Vec<String>;
    /// What never changes of a row.
    fn lasting(row: &Self::Row) -> Vec<String>;

    /// What never changes of a row, as its digests are made of it.
    fn lasting_line(row: &Self::Row) -> String {
        csv_line(&Self::lasting(row))
    }

    /// What proves a row.
    fn exported(row: &Self::Row) -> ExportedRow {
        let sum = ring::digest::digest(&ring::digest::SHA256, Self::lasting_line(row).as_bytes());
        let mut digest = [0; 16];
        digest.copy_from_slice(&sum.as_ref()[..16]);
        ExportedRow { place: Self::place(row), digest }
    }
}

/// Certificates as they stood at one instant.
pub(super) struct Certificates {
    /// Which; their status is not asked for here.
    wanted: Wanted,
    /// With this status at `as_of`.
    status: WantedStatus,
}

impl Certificates {
    /// Those that are meant, as they stood at `as_of`.
    pub(super) fn of(wanted: Wanted, as_of: Instant) -> Self {
        let status = WantedStatus { status: wanted.status, as_of };
        Self { wanted: Wanted { status: None, holder: None, recipient: None, now: as_of, ..wanted }, status }
    }
}

impl Rows for Certificates {
    const OF: &'static str = "certificates";
    type Row = Found;

    fn head() -> Vec<String> {
        let names = [
            "id",
            "number",
            "kind",
            "kind_version",
            "issuer",
            "issued_at",
            "issued_by",
            "place",
            "valid_until",
            "status",
            "status_reason",
            "status_since",
            "erased_at",
        ];
        names.map(str::to_owned).into()
    }

    fn period(&self) -> (Instant, Instant) {
        (self.wanted.since, self.wanted.until)
    }

    fn again(manifest: &Manifest) -> Result<Self, Unreadable> {
        let as_of = manifest.as_of();
        let mut wanted = Filter::of_query(&manifest.filter).certificates(as_of)?;
        (wanted.since, wanted.until) = (Instant::from_millis(manifest.since), Instant::from_millis(manifest.until));
        wanted.issuer = manifest.reach.parse().ok().or(wanted.issuer);
        Ok(Self::of(wanted, as_of))
    }

    async fn read(&self, inquiry: &Inquiry, after: Place) -> Result<Option<(Vec<Found>, Place)>, AuditingError> {
        let found = inquiry.storage.search(&self.wanted, after, ROWS).await?;
        let Some(last) = found.last().map(Found::place) else { return Ok(None) };
        let mut meant = Vec::with_capacity(found.len());
        for found in found {
            meant.extend(inquiry.as_then(found, self.status).await?);
        }
        Ok(Some((meant, last)))
    }

    fn place(row: &Found) -> Place {
        row.place()
    }

    fn cells(&self, row: &Found) -> Vec<String> {
        let or_empty = |text: Option<String>| text.unwrap_or_default();
        let mut cells = Self::lasting(row);
        cells.extend([
            or_empty(row.log_place.map(|place| place.to_string())),
            or_empty(row.valid_until.map(|at| at.to_string())),
            row.status_at(self.status.as_of).slug().to_owned(),
            or_empty(row.standing_reason.map(|reason| reason.slug().to_owned())),
            row.standing_since.to_string(),
            or_empty(row.erased_at.map(|at| at.to_string())),
        ]);
        cells
    }

    fn lasting(row: &Found) -> Vec<String> {
        vec![
            row.id.to_string(),
            row.number.to_string(),
            row.kind.to_string(),
            row.kind_version.to_string(),
            row.issuer.to_string(),
            row.issued_at.to_string(),
            row.issued_by.clone().unwrap_or_default(),
        ]
    }
}

impl Rows for WantedEvents {
    const OF: &'static str = "events";
    type Row = AuditEventRecord;

    fn head() -> Vec<String> {
        ["id", "occurred_at", "actor", "act", "subject", "detail"].map(str::to_owned).into()
    }

    fn period(&self) -> (Instant, Instant) {
        (self.since, self.until)
    }

    fn again(manifest: &Manifest) -> Result<Self, Unreadable> {
        let mut wanted = Filter::of_query(&manifest.filter).events(manifest.as_of())?;
        (wanted.since, wanted.until) = (Instant::from_millis(manifest.since), Instant::from_millis(manifest.until));
        wanted.organisation = manifest.reach.parse().ok();
        wanted.own = Some(manifest.by.clone());
        Ok(wanted)
    }

    async fn read(
        &self,
        inquiry: &Inquiry,
        after: Place,
    ) -> Result<Option<(Vec<AuditEventRecord>, Place)>, AuditingError> {
        let events = inquiry.storage.audit_events(self, after, ROWS).await?;
        let last = events.last().map(Self::place);
        let events = events.into_iter().map(without_pseudonym).collect();
        Ok(last.map(|last| (events, last)))
    }

    fn place(row: &AuditEventRecord) -> Place {
        Place { at: row.occurred_at, id: row.id }
    }

    fn cells(&self, row: &AuditEventRecord) -> Vec<String> {
        Self::lasting(row)
    }

    fn lasting(row: &AuditEventRecord) -> Vec<String> {
        let AuditEventRecord { id, actor, act, subject, occurred_at, detail } = row.clone();
        vec![id.to_string(), occurred_at.to_string(), actor, act, subject, detail]
    }
}

/// What reading rows can meet beside the records: an unreadable filter is of another program's making.
impl From<Unreadable> for AuditingError {
    fn from(_: Unreadable) -> Self {
        Self::Storage(StorageError::Damaged { table: "audit_events", column: "detail" })
    }
}
