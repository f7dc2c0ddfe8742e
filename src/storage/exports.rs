//! Exports: how far each is, and of each of its rows a digest, so that what differs from the records later can be named.

use uuid::Uuid;

use crate::clock::Instant;

use super::Storage;
use super::audit::NewAuditEvent;
use super::database::{execute, read};
use super::error::{StorageError, damaged};
use super::search::Place;
use super::statements::exports as sql;

/// An export that begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewExport {
    /// Its audit event's id.
    pub id: Uuid,
    /// Who makes it.
    pub actor: String,
    /// `certificates` or `events`.
    pub contents: &'static str,
    /// `csv` or `xlsx`.
    pub format: &'static str,
    /// What was asked for, as the desk's address has it.
    pub filter: String,
    /// Rows from this instant on.
    pub since: Instant,
    /// And before this one.
    pub until: Instant,
}

/// An export that has not ended: it is under way, or broke off.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ExportRecord {
    /// Its id.
    pub id: Uuid,
    /// `certificates` or `events`.
    pub contents: String,
    /// `csv` or `xlsx`.
    pub format: String,
    /// What was asked for.
    pub filter: String,
    /// Rows from this instant on, UTC milliseconds.
    pub since: i64,
    /// And before this one.
    pub until: i64,
    /// When it began.
    pub began_at: i64,
    /// How many rows were written.
    pub row_count: i64,
    /// How far back it has come: rows are written from `until` back to `since`.
    pub reached: i64,
    /// When that was.
    pub noted_at: i64,
}

/// What proves a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportedRow {
    /// Where it stands.
    pub place: Place,
    /// The beginning of the SHA-256 of what never changes of it.
    pub digest: [u8; 16],
}

impl Storage {
    /// Records that an export begins, with its event.
    pub async fn begin_export(&self, export: &NewExport, audit: &NewAuditEvent) -> Result<(), StorageError> {
        let mut transaction = self.database().begin().await?;
        execute!(
            &mut transaction,
            sql::BEGIN_EXPORT,
            export.id,
            &export.actor,
            export.contents,
            export.format,
            &export.filter,
            export.since.millis(),
            export.until.millis(),
            audit.occurred_at.millis(),
        )?;
        audit.store(&mut transaction).await?;
        transaction.commit().await
    }

    /// Keeps what proves the rows of an export's next piece, none where there are none, and notes at `now` how far back it
    /// has come.
    pub async fn note_export(
        &self,
        id: Uuid,
        (piece, rows): (u32, &[ExportedRow]),
        reached: Instant,
        now: Instant,
    ) -> Result<(), StorageError> {
        let digests: Vec<u8> = rows.iter().copied().flat_map(ExportedRow::to_bytes).collect();
        let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        let mut transaction = self.database().begin().await?;
        if !rows.is_empty() {
            execute!(&mut transaction, sql::INSERT_EXPORT_PIECE, id, i64::from(piece), digests)?;
        }
        execute!(&mut transaction, sql::NOTE_EXPORT, id, count, reached.millis(), now.millis())?;
        transaction.commit().await
    }

    /// Records that an export has ended, with its event.
    pub async fn end_export(&self, id: Uuid, audit: &NewAuditEvent) -> Result<(), StorageError> {
        let mut transaction = self.database().begin().await?;
        execute!(&mut transaction, sql::END_EXPORT, id, audit.occurred_at.millis())?;
        audit.store(&mut transaction).await?;
        transaction.commit().await
    }

    /// Forgets an export that broke off; that it was begun stays among the events.
    pub async fn forget_export(&self, id: Uuid) -> Result<(), StorageError> {
        let mut transaction = self.database().begin().await?;
        execute!(&mut transaction, sql::DELETE_EXPORT_PIECES, id)?;
        execute!(&mut transaction, sql::DELETE_EXPORT, id)?;
        transaction.commit().await
    }

    /// Forgets exports that have not ended and were not written to since `before`: their process was killed.
    pub async fn forget_abandoned_exports(&self, before: Instant) -> Result<(), StorageError> {
        let before = before.millis();
        let abandoned: Vec<Uuid> =
            read!(self.database(), |pool| sqlx::query_scalar(sql::ABANDONED_EXPORTS).bind(before).fetch_all(pool))?;
        for id in abandoned {
            self.forget_export(id).await?;
        }
        Ok(())
    }

    /// An actor's exports that have not ended, latest first.
    pub async fn unfinished_exports(&self, actor: &str) -> Result<Vec<ExportRecord>, StorageError> {
        Ok(read!(self.database(), |pool| sqlx::query_as(sql::UNFINISHED_EXPORTS).bind(actor).fetch_all(pool))?)
    }

    /// What proves the rows of an export's piece; none where it has no such piece.
    pub async fn export_piece(&self, id: Uuid, piece: u32) -> Result<Option<Vec<ExportedRow>>, StorageError> {
        let digests: Option<Vec<u8>> = read!(self.database(), |pool| sqlx::query_scalar(sql::EXPORT_PIECE)
            .bind(id)
            .bind(i64::from(piece))
            .fetch_optional(pool))?;
        let rows = |digests: Vec<u8>| {
            let (rows, rest) = digests.as_chunks::<ROW_BYTES>();
            let read = rows.iter().map(ExportedRow::read).collect();
            rest.is_empty().then_some(read).ok_or_else(|| damaged("export_pieces", "digests"))
        };
        digests.map(rows).transpose()
    }
}

/// Instant, id, digest.
const ROW_BYTES: usize = 8 + 16 + 16;

impl ExportedRow {
    fn to_bytes(self) -> [u8; ROW_BYTES] {
        let mut bytes = [0; ROW_BYTES];
        bytes[..8].copy_from_slice(&self.place.at.millis().to_be_bytes());
        bytes[8..24].copy_from_slice(self.place.id.as_bytes());
        bytes[24..].copy_from_slice(&self.digest);
        bytes
    }

    fn read(bytes: &[u8; ROW_BYTES]) -> Self {
        let (mut at, mut id, mut digest) = ([0; 8], [0; 16], [0; 16]);
        at.copy_from_slice(&bytes[..8]);
        id.copy_from_slice(&bytes[8..24]);
        digest.copy_from_slice(&bytes[24..]);
        let place = Place { at: Instant::from_millis(i64::from_be_bytes(at)), id: Uuid::from_bytes(id) };
        Self { place, digest }
    }
}
