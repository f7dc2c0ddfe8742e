//! Export: what was found, streamed as CSV or XLSX, with a manifest by which it can be proved whole later.
//!
//! Who takes what is recorded before the first row leaves, the manifest after the last. The manifest names the filter, the
//! period, the log's checkpoint, and two digests: of the file, and of what can never change of its rows. An export ends where
//! the records have settled, so that no row which is under way makes it false later; statuses are those of that instant.
//! [`Inquiry::prove`] asks the records for the same rows again and names each that differs.

mod file;
mod manifest;
mod proof;
mod rows;

use ring::digest::{Context, SHA256};
use tokio::sync::mpsc;
use uuid::Uuid;

pub use manifest::{Manifest, Unfinished};
pub use proof::{Difference, Differs, NAMED, Proof};

use file::File;
use rows::{Certificates, Rows};

use super::{AuditingError, Inquiry, Place, SETTLING_MILLIS, Wanted, WantedEvents, within};
use crate::audit::Act;
use crate::auth::Auditor;
use crate::clock::Instant;
use crate::storage::{ExportedRow, NewExport, StorageError};

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

impl Inquiry {
    /// Exports the certificates that are meant, as far as the auditor's reach goes. Nobody is exported by who she is.
    pub async fn export(
        &self,
        auditor: &Auditor,
        wanted: Wanted,
        filter: &str,
        format: Format,
    ) -> Result<Export, AuditingError> {
        let as_of = self.settled();
        let wanted = Wanted { until: ended(wanted.since, wanted.until, as_of), ..wanted };
        let nothing = Wanted { until: wanted.since, ..wanted.clone() };
        let rows = Certificates::of(within(auditor, wanted).unwrap_or(nothing), as_of);
        self.begin(auditor, rows, (filter, as_of), format).await
    }

    /// Exports the audit events that are meant, as far as the auditor's reach goes.
    pub async fn export_events(
        &self,
        auditor: &Auditor,
        wanted: WantedEvents,
        filter: &str,
        format: Format,
    ) -> Result<Export, AuditingError> {
        let as_of = self.settled();
        let wanted = WantedEvents { until: ended(wanted.since, wanted.until, as_of), ..wanted }.within(auditor);
        self.begin(auditor, wanted, (filter, as_of), format).await
    }

    async fn begin<R: Rows>(
        &self,
        auditor: &Auditor,
        rows: R,
        (filter, as_of): (&str, Instant),
        format: Format,
    ) -> Result<Export, AuditingError> {
        let checkpoint = self.storage.log_state().await?.checkpoint;
        let detail = serde_json::json!({ "of": R::OF, "format": format.slug(), "filter": filter });
        let event = self.event(auditor, Act::Export, R::OF, self.clock.now(), &detail)?;
        let (id, by, (since, until)) = (event.id, event.actor.clone(), rows.period());
        let (contents, actor, filter) = (R::OF, by.clone(), filter.to_owned());
        let begun = NewExport { id, actor, contents, format: format.slug(), filter: filter.clone(), since, until };
        self.storage.begin_export(&begun, &event).await?;
        let manifest = Manifest {
            export: id,
            of: R::OF.to_owned(),
            format: format.slug().to_owned(),
            reach: auditor.reach.to_string(),
            by,
            filter,
            since: since.millis(),
            until: until.millis(),
            as_of: Some(as_of.millis()),
            settling: SETTLING_MILLIS,
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
        let (mut sums, mut lasting) = (Context::new(&SHA256), Context::new(&SHA256));
        let (mut after, mut pieces) = (Place::START, 0);
        while let Some((read, last)) = rows.read(self, after).await? {
            for row in &read {
                lasting.update(R::lasting_line(row).as_bytes());
                file.row(&rows.cells(row)).map_err(StorageError::from)?;
            }
            let kept: Vec<ExportedRow> = read.iter().map(R::exported).collect();
            self.storage.note_export(manifest.export, (pieces, &kept), last.at, self.clock.now()).await?;
            (pieces, after) = (pieces + u32::from(!kept.is_empty()), last);
            manifest.rows += read.len() as u64;
            let piece = file.take();
            sums.update(&piece);
            if sender.send(Ok(piece)).await.is_err() {
                // Whoever asked is gone: there is no manifest of what she has not.
                return Ok(());
            }
        }
        let rest = file.finish().map_err(StorageError::from)?;
        sums.update(&rest);
        (manifest.sha256, manifest.rows_sha256) = (hex(sums), hex(lasting));
        let (subject, detail) = (manifest.export.to_string(), serde_json::to_value(&manifest)?);
        let event = self.event(auditor, Act::FinishExport, &subject, self.clock.now(), &detail)?;
        self.storage.end_export(manifest.export, &event).await?;
        let _ = sender.send(Ok(rest)).await;
        Ok(())
    }
}

impl Format {
    fn slug(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

/// Where a period ends that no row can join any more.
fn ended(since: Instant, until: Instant, settled: Instant) -> Instant {
    until.min(settled).max(since)
}

fn hex(sums: Context) -> String {
    data_encoding::HEXLOWER.encode(sums.finish().as_ref())
}
