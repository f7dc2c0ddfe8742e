//! The proof of an export: the records are read again, and each row that is gone, was added or is another is named.

use std::cmp::Ordering;
use std::vec::IntoIter;

use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::rows::{Certificates, Rows};
use super::{Manifest, hex};
use crate::audit::Act;
use crate::auditing::{AuditingError, Inquiry, Place, WantedEvents};
use crate::auth::Auditor;
use crate::clock::Instant;
use crate::storage::ExportedRow;

/// What came of comparing an export with the records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// How many rows the records have now.
    pub rows: u64,
    /// Whether they are the same: none missing, none added, nothing changed that never may.
    pub whole: bool,
    /// Which differ, in the export's order, [`NAMED`] at most. None of an export that was made before its rows were kept.
    pub differences: Vec<Difference>,
}

/// A row that differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// How.
    pub what: Differs,
    /// The certificate's or event's id.
    pub id: Uuid,
    /// When it was issued or happened.
    pub at: Instant,
}

/// How a row differs from the one that was exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Differs {
    /// It was exported, and the records do not have it any more.
    Removed,
    /// The records have it, and it was not exported.
    Added,
    /// Something that never may has changed.
    Changed,
}

/// The most rows that are named.
pub const NAMED: usize = 100;

impl Inquiry {
    /// Proves an export, in a task of its own that nobody needs to wait for: what came of it is recorded, and
    /// [`Inquiry::proved`] finds it. A long one takes longer than a request may.
    pub fn prove_and_record(&self, auditor: &Auditor, manifest: Manifest) -> JoinHandle<Result<Proof, AuditingError>> {
        let (inquiry, auditor) = (self.clone(), auditor.clone());
        tokio::spawn(async move {
            let proof = inquiry.prove(&manifest).await?;
            let (subject, detail) = (manifest.export.to_string(), serde_json::to_value(&proof)?);
            inquiry.record(&auditor, Act::ProveExport, &subject, &detail).await?;
            Ok(proof)
        })
    }

    /// When an export was last compared with the records, and what came of it.
    pub async fn proved(&self, export: Uuid) -> Result<Option<(Instant, Proof)>, AuditingError> {
        let events = self.storage.audit_events_of(&export.to_string()).await?;
        let last = events.into_iter().rfind(|event| event.act == Act::ProveExport.slug());
        let Some(event) = last else { return Ok(None) };
        Ok(Some((event.occurred_at, serde_json::from_str(&event.detail)?)))
    }

    /// Whether the records have the same rows as when the export was made, and which differ.
    pub async fn prove(&self, manifest: &Manifest) -> Result<Proof, AuditingError> {
        if manifest.of == WantedEvents::OF {
            self.compare::<WantedEvents>(manifest).await
        } else {
            self.compare::<Certificates>(manifest).await
        }
    }

    async fn compare<R: Rows>(&self, manifest: &Manifest) -> Result<Proof, AuditingError> {
        let rows = R::again(manifest)?;
        let mut now =
            Present { inquiry: self, rows: &rows, sums: Context::new(&SHA256), count: 0, after: Place::START };
        let mut then = Kept { inquiry: self, export: manifest.export, piece: 0 };
        let (mut present, mut kept) = (IntoIter::default(), IntoIter::default());
        let (mut one, mut other) = (now.next(&mut present).await?, then.next(&mut kept).await?);
        let named = other.is_some() || manifest.rows == 0;
        let mut differences = Vec::new();
        while one.is_some() || other.is_some() {
            let (differs, step) = compared(one, other);
            differences.extend(differs.filter(|_| named && differences.len() < NAMED));
            if step != Ordering::Greater {
                one = now.next(&mut present).await?;
            }
            if step != Ordering::Less {
                other = then.next(&mut kept).await?;
            }
        }
        let whole = now.count == manifest.rows && hex(now.sums) == manifest.rows_sha256;
        let differences = if whole { Vec::new() } else { differences };
        Ok(Proof { rows: now.count, whole, differences })
    }
}

/// What the row of now and the one of then say of one another, and whether the first (`Less`), the second (`Greater`) or
/// both (`Equal`) are done with. Newest come first.
fn compared(now: Option<ExportedRow>, then: Option<ExportedRow>) -> (Option<Difference>, Ordering) {
    let key = |row: &ExportedRow| (row.place.at, row.place.id);
    let told = |what, row: ExportedRow| Some(Difference { what, id: row.place.id, at: row.place.at });
    match (now, then) {
        (Some(now), Some(then)) => match key(&then).cmp(&key(&now)) {
            Ordering::Less => (told(Differs::Added, now), Ordering::Less),
            Ordering::Greater => (told(Differs::Removed, then), Ordering::Greater),
            Ordering::Equal if now.digest != then.digest => (told(Differs::Changed, now), Ordering::Equal),
            Ordering::Equal => (None, Ordering::Equal),
        },
        (Some(now), None) => (told(Differs::Added, now), Ordering::Less),
        (None, Some(then)) => (told(Differs::Removed, then), Ordering::Greater),
        (None, None) => (None, Ordering::Equal),
    }
}

/// The rows as the records have them now.
struct Present<'a, R> {
    inquiry: &'a Inquiry,
    rows: &'a R,
    sums: Context,
    count: u64,
    after: Place,
}

impl<R: Rows> Present<'_, R> {
    async fn next(&mut self, read: &mut IntoIter<ExportedRow>) -> Result<Option<ExportedRow>, AuditingError> {
        loop {
            if let Some(row) = read.next() {
                return Ok(Some(row));
            }
            let Some((rows, last)) = self.rows.read(self.inquiry, self.after).await? else { return Ok(None) };
            (self.after, self.count) = (last, self.count + rows.len() as u64);
            for row in &rows {
                self.sums.update(R::lasting_line(row).as_bytes());
            }
            *read = rows.iter().map(R::exported).collect::<Vec<_>>().into_iter();
        }
    }
}

/// The rows as they were exported.
struct Kept<'a> {
    inquiry: &'a Inquiry,
    export: Uuid,
    piece: u32,
}

impl Kept<'_> {
    async fn next(&mut self, read: &mut IntoIter<ExportedRow>) -> Result<Option<ExportedRow>, AuditingError> {
        loop {
            if let Some(row) = read.next() {
                return Ok(Some(row));
            }
            let Some(rows) = self.inquiry.storage.export_piece(self.export, self.piece).await? else {
                return Ok(None);
            };
            self.piece += 1;
            *read = rows.into_iter();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(at: i64, id: u128, digest: u8) -> ExportedRow {
        ExportedRow { place: Place { at: Instant::from_millis(at), id: Uuid::from_u128(id) }, digest: [digest; 16] }
    }

    #[test]
    fn the_newer_of_two_rows_is_told_first() {
        let difference = |one, other| compared(one, other).0.map(|difference| difference.what);
        assert_eq!(difference(Some(row(2, 1, 0)), Some(row(2, 1, 0))), None);
        assert_eq!(difference(Some(row(2, 1, 0)), Some(row(2, 1, 9))), Some(Differs::Changed));
        assert_eq!(difference(Some(row(3, 1, 0)), Some(row(2, 1, 0))), Some(Differs::Added));
        assert_eq!(difference(Some(row(2, 1, 0)), Some(row(3, 1, 0))), Some(Differs::Removed));
        // Of one instant the id decides.
        assert_eq!(difference(Some(row(2, 2, 0)), Some(row(2, 1, 0))), Some(Differs::Added));
        assert_eq!(difference(None, Some(row(2, 1, 0))), Some(Differs::Removed));
        assert_eq!(difference(Some(row(2, 1, 0)), None), Some(Differs::Added));
    }
}
