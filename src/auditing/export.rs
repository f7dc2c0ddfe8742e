//! Export: what was found, streamed as CSV or XLSX, with a manifest by which it can be proved whole later.
//!
//! Who takes what is recorded before the first row leaves, the manifest after the last. The manifest names the filter, the
//! instant up to which certificates are meant, the log's checkpoint, and two digests: of the file, and of what can never
//! change of its rows. [`Inquiry::prove`] asks the records for the same rows again and compares.

use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::sheet::csv_line;
use super::workbook::Workbook;
use super::{AuditingError, Found, Inquiry, Place, Wanted, WantedEvents, within, without_pseudonym};
use crate::audit::Act;
use crate::auth::{Auditor, Reach};
use crate::clock::Instant;
use crate::storage::{AuditEventRecord, StorageError};

/// The format of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180, UTF-8.
    Csv,
    /// ECMA-376.
    Xlsx,
}

/// An export under way.
pub struct Export {
    /// Its id, under which its manifest is found when it has ended.
    pub id: Uuid,
    /// The file, piece by piece; an error where it breaks off, and then there is no manifest.
    pub pieces: mpsc::Receiver<std::io::Result<Vec<u8>>>,
}

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
    /// What was asked for, as the desk's address has it.
    pub filter: String,
    /// Rows from this instant on, UTC milliseconds.
    pub since: i64,
    /// And before this one.
    pub until: i64,
    /// How many rows there are.
    pub rows: u64,
    /// SHA-256 of the whole file.
    pub sha256: String,
    /// SHA-256 of what never changes of the rows, one line each.
    pub rows_sha256: String,
    /// The log's checkpoint when the export began (C2SP tlog-checkpoint).
    pub checkpoint: String,
}

const ROWS: u32 = 500;

/// Rows that can be exported.
trait Rows: Clone + Send + Sync + 'static {
    const OF: &'static str;
    type Row: Send + Sync;

    fn head() -> Vec<String>;
    fn period(&self) -> (Instant, Instant);
    fn read(
        &self,
        inquiry: &Inquiry,
        after: Place,
    ) -> impl Future<Output = Result<Vec<Self::Row>, StorageError>> + Send;
    fn place(row: &Self::Row) -> Place;
    fn cells(&self, row: &Self::Row) -> Vec<String>;
    /// What never changes of a row.
    fn lasting(row: &Self::Row) -> Vec<String>;
}

impl Inquiry {
    /// Exports the certificates that are meant, as far as the auditor's reach goes. Nobody is exported by who she is.
    pub async fn export(
        &self,
        auditor: &Auditor,
        wanted: Wanted,
        filter: &str,
        format: Format,
    ) -> Result<Export, AuditingError> {
        let until = wanted.until.min(self.clock.now());
        let wanted = Wanted { holder: None, recipient: None, until, ..wanted };
        match within(auditor, wanted.clone()) {
            Some(wanted) => self.begin(auditor, wanted, filter, format).await,
            None => self.begin(auditor, Wanted { until: wanted.since, ..wanted }, filter, format).await,
        }
    }

    /// Exports the audit events that are meant, as far as the auditor's reach goes.
    pub async fn export_events(
        &self,
        auditor: &Auditor,
        wanted: WantedEvents,
        filter: &str,
        format: Format,
    ) -> Result<Export, AuditingError> {
        let until = wanted.until.min(self.clock.now());
        let wanted = WantedEvents { organisation: auditor.reach.only().cloned(), until, ..wanted };
        self.begin(auditor, wanted, filter, format).await
    }

    /// The manifest of an export that ended, for whoever made it and for auditors of all agencies.
    pub async fn manifest(&self, auditor: &Auditor, export: Uuid) -> Result<Option<Manifest>, AuditingError> {
        let events = self.storage.audit_events_of(&export.to_string()).await?;
        let own = auditor.member.actor().label();
        let visible = |event: &&AuditEventRecord| event.actor == own || auditor.reach == Reach::All;
        let ended = events.iter().filter(|event| event.act == Act::FinishExport.slug()).find(visible);
        Ok(ended.map(|event| serde_json::from_str(&event.detail)).transpose()?)
    }

    /// Whether the records have the same rows still: none missing, none added, nothing changed that never may. None for an
    /// export whose rows were chosen by their status, which may have changed rightly.
    pub async fn prove(&self, manifest: &Manifest, wanted: &Wanted) -> Result<Option<bool>, AuditingError> {
        if wanted.status.is_some() || manifest.of != Wanted::OF {
            return Ok(None);
        }
        let mut wanted = wanted.clone();
        (wanted.since, wanted.until) = (Instant::from_millis(manifest.since), Instant::from_millis(manifest.until));
        wanted.issuer = manifest.reach.parse().ok().or(wanted.issuer);
        let (mut sums, mut rows, mut after) = (Context::new(&SHA256), 0, Place::START);
        loop {
            let found = wanted.read(self, after).await?;
            let Some(last) = found.last() else { break };
            (rows, after) = (rows + found.len() as u64, Wanted::place(last));
            for row in &found {
                sums.update(csv_line(&Wanted::lasting(row)).as_bytes());
            }
        }
        Ok(Some(rows == manifest.rows && hex(sums) == manifest.rows_sha256))
    }

    async fn begin<R: Rows>(
        &self,
        auditor: &Auditor,
        rows: R,
        filter: &str,
        format: Format,
    ) -> Result<Export, AuditingError> {
        let format_name = if format == Format::Csv { "csv" } else { "xlsx" };
        let checkpoint = self.storage.log_state().await?.checkpoint;
        let detail = serde_json::json!({ "of": R::OF, "format": format_name, "filter": filter });
        let id = self.record(auditor, Act::Export, R::OF, &detail).await?;
        let (since, until) = rows.period();
        let manifest = Manifest {
            export: id,
            of: R::OF.to_owned(),
            format: format_name.to_owned(),
            reach: auditor.reach.to_string(),
            filter: filter.to_owned(),
            since: since.millis(),
            until: until.millis(),
            rows: 0,
            sha256: String::new(),
            rows_sha256: String::new(),
            checkpoint,
        };
        let (sender, pieces) = mpsc::channel(4);
        let (inquiry, auditor) = (self.clone(), auditor.clone());
        tokio::spawn(async move {
            let told = inquiry.stream(&auditor, rows, manifest, format, &sender).await;
            if let Err(error) = told {
                tracing::warn!(error = &error as &dyn std::error::Error, "an export broke off");
                let _ = sender.send(Err(std::io::Error::other("the export broke off"))).await;
            }
        });
        Ok(Export { id, pieces })
    }

    async fn stream<R: Rows>(
        &self,
        auditor: &Auditor,
        rows: R,
        mut manifest: Manifest,
        format: Format,
        sender: &mpsc::Sender<std::io::Result<Vec<u8>>>,
    ) -> Result<(), AuditingError> {
        let mut file = File::begin(format, R::head()).map_err(StorageError::from)?;
        let (mut sums, mut lasting, mut after) = (Context::new(&SHA256), Context::new(&SHA256), Place::START);
        loop {
            let read = rows.read(self, after).await?;
            let last = read.last().map(R::place);
            for row in &read {
                lasting.update(csv_line(&R::lasting(row)).as_bytes());
                file.row(&rows.cells(row)).map_err(StorageError::from)?;
            }
            manifest.rows += read.len() as u64;
            let piece = file.take();
            sums.update(&piece);
            if sender.send(Ok(piece)).await.is_err() {
                // Whoever asked is gone: there is no manifest of what she has not.
                return Ok(());
            }
            let Some(last) = last else { break };
            after = last;
        }
        let rest = file.finish().map_err(StorageError::from)?;
        sums.update(&rest);
        (manifest.sha256, manifest.rows_sha256) = (hex(sums), hex(lasting));
        let detail = serde_json::to_value(&manifest)?;
        self.record(auditor, Act::FinishExport, &manifest.export.to_string(), &detail).await?;
        let _ = sender.send(Ok(rest)).await;
        Ok(())
    }
}

/// A file that grows.
enum File {
    Csv(Vec<u8>),
    Xlsx(Box<Workbook>),
}

impl File {
    fn begin(format: Format, head: Vec<String>) -> std::io::Result<Self> {
        Ok(match format {
            Format::Csv => Self::Csv(csv_line(&head).into_bytes()),
            Format::Xlsx => Self::Xlsx(Box::new(Workbook::new(head)?)),
        })
    }

    fn row(&mut self, cells: &[String]) -> std::io::Result<()> {
        match self {
            Self::Csv(bytes) => bytes.extend(csv_line(cells).into_bytes()),
            Self::Xlsx(workbook) => workbook.row(cells)?,
        }
        Ok(())
    }

    fn take(&mut self) -> Vec<u8> {
        match self {
            Self::Csv(bytes) => std::mem::take(bytes),
            Self::Xlsx(workbook) => workbook.take(),
        }
    }

    fn finish(self) -> std::io::Result<Vec<u8>> {
        match self {
            Self::Csv(bytes) => Ok(bytes),
            Self::Xlsx(workbook) => workbook.finish(),
        }
    }
}

impl Rows for Wanted {
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
        (self.since, self.until)
    }

    async fn read(&self, inquiry: &Inquiry, after: Place) -> Result<Vec<Found>, StorageError> {
        inquiry.storage.search(self, after, ROWS).await
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
            row.status_at(self.now).slug().to_owned(),
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

    async fn read(&self, inquiry: &Inquiry, after: Place) -> Result<Vec<AuditEventRecord>, StorageError> {
        let events = inquiry.storage.audit_events(self, after, ROWS).await?;
        Ok(events.into_iter().map(without_pseudonym).collect())
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

fn hex(sums: Context) -> String {
    data_encoding::HEXLOWER.encode(sums.finish().as_ref())
}
