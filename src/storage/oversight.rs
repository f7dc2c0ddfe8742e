//! The whole database, read page by page, so that all of it can be held against the log: each page as of one moment.

use uuid::Uuid;

use crate::certificate::Standing;
use crate::clock::Instant;

use super::Storage;
use super::certificates::digest;
use super::database::{read, within};
use super::error::{StorageError, damaged};
use super::leaves::{LeafRecord, LeafRow};
use super::standing::standing_of;
use super::statements::oversight as sql;

/// A certificate's row as far as the log tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateOnRecord {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    pub number: String,
    /// Its kind's code.
    pub kind: String,
    /// Its kind's version.
    pub kind_version: u32,
    /// Its issuer.
    pub issuer: String,
    /// When it was issued.
    pub issued_at: Instant,
    /// What was last done to it.
    pub standing: Standing,
    /// When.
    pub standing_since: Instant,
    /// Counts from 1; each change of standing raises it.
    pub version: i32,
}

/// An act upon a certificate, as an audit event tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActOnRecord {
    /// The certificate, if it names one.
    pub certificate: Option<Uuid>,
    /// What it names.
    pub subject: String,
    /// What was done.
    pub act: String,
    /// When.
    pub at: Instant,
}

/// Certificates in the order of their ids, and everything that belongs to ids up to the last one's, all of one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordsPage {
    /// The certificates.
    pub certificates: Vec<CertificateOnRecord>,
    /// Their leaves, each one's in order.
    pub leaves: Vec<LeafRecord>,
    /// Certificate and SHA-256 of each released file.
    pub digests: Vec<(Uuid, [u8; 32])>,
    /// The acts upon them, each one's in order.
    pub acts: Vec<ActOnRecord>,
    /// Where the next page begins; none after the last.
    pub next: Option<Uuid>,
}

/// How far the log has come, and the last place that any leaf has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogReach {
    /// How many leaves have places.
    pub size: u64,
    /// The root over them.
    pub root: [u8; 32],
    /// The highest place that was given.
    pub last_place: Option<u64>,
}

/// Sorted after every id as it is written.
const AFTER_ALL_IDS: &str = "g";

impl Storage {
    /// The leaves at the places from `from` up to, and not with, `to`, in order; a place without its leaf is left out.
    pub async fn leaves_at(&self, from: u64, to: u64) -> Result<Vec<LeafRecord>, StorageError> {
        let number = |place| i64::try_from(place).map_err(|_| StorageError::Places);
        let (from, to) = (number(from)?, number(to)?);
        let rows: Vec<LeafRow> =
            read!(self.database(), |pool| sqlx::query_as(sql::LEAVES_AT).bind(from).bind(to).fetch_all(pool))?;
        rows.into_iter().map(LeafRecord::try_from).collect()
    }

    /// How far the log has come, in one look.
    pub async fn log_reach(&self) -> Result<LogReach, StorageError> {
        let (size, root, last): (i64, Vec<u8>, Option<i64>) =
            read!(self.database(), |pool| sqlx::query_as(sql::LOG_STATE_AND_LAST_PLACE).fetch_one(pool))?;
        let place = |value: i64| u64::try_from(value).map_err(|_| damaged("log_state", "size"));
        Ok(LogReach {
            size: place(size)?,
            root: digest(&root, "log_state", "root")?,
            last_place: last.map(place).transpose()?,
        })
    }

    /// The leaf that waits longest for its place, if any does.
    pub async fn longest_waiting(&self) -> Result<Option<LeafRecord>, StorageError> {
        let row: Option<LeafRow> =
            read!(self.database(), |pool| sqlx::query_as(sql::LONGEST_WAITING).fetch_optional(pool))?;
        row.map(LeafRecord::try_from).transpose()
    }

    /// How many certificates there are.
    pub async fn certificates_counted(&self) -> Result<u64, StorageError> {
        let certificates: i64 =
            read!(self.database(), |pool| sqlx::query_scalar(sql::CERTIFICATES_COUNTED).fetch_one(pool))?;
        Ok(certificates.unsigned_abs())
    }

    /// An act that the log must tell of too, upon what no page has since it stands outside of all ids.
    pub async fn act_outside(&self) -> Result<Option<ActOnRecord>, StorageError> {
        let row: Option<(String, String, i64)> = read!(self.database(), |pool| sqlx::query_as(sql::ACT_OUTSIDE)
            .bind(Uuid::nil().to_string())
            .bind(AFTER_ALL_IDS)
            .fetch_optional(pool))?;
        Ok(row.map(ActOnRecord::from))
    }

    /// At most `limit` certificates from the id `from` on, with everything that belongs to ids up to the last one's, or
    /// to any later id on the last page: so page by page no row is left out, whatever its id.
    pub async fn records_page(&self, from: Uuid, limit: u16) -> Result<RecordsPage, StorageError> {
        let mut moment = self.database().look().await?;
        let rows: Vec<CertificateRow> = within!(&mut moment, |connection| sqlx::query_as(sql::CERTIFICATES_FROM)
            .bind(from)
            .bind(i64::from(limit))
            .fetch_all(connection))?;
        let full = rows.last().filter(|_| rows.len() == usize::from(limit));
        let next = full.and_then(|row| row.id.as_u128().checked_add(1)).map(Uuid::from_u128);
        let last = full.filter(|_| next.is_some()).map_or(Uuid::max(), |row| row.id);
        let leaves: Vec<LeafRow> = within!(&mut moment, |connection| sqlx::query_as(sql::LEAVES_BETWEEN)
            .bind(from)
            .bind(last)
            .fetch_all(connection))?;
        let digests: Vec<(Uuid, Vec<u8>)> = within!(&mut moment, |connection| sqlx::query_as(sql::DIGESTS_BETWEEN)
            .bind(from)
            .bind(last)
            .fetch_all(connection))?;
        // Up to the next page's first, so that also what is no id, and is sorted between two of them, stands on one page.
        let until = next.map_or_else(|| AFTER_ALL_IDS.to_owned(), |next| next.to_string());
        let acts: Vec<(String, String, i64)> = within!(&mut moment, |connection| sqlx::query_as(sql::ACTS_BETWEEN)
            .bind(from.to_string())
            .bind(&until)
            .fetch_all(connection))?;
        let digests =
            digests.into_iter().map(|(id, sha256)| Ok((id, digest(&sha256, "certificate_digests", "sha256")?)));
        Ok(RecordsPage {
            certificates: rows.into_iter().map(CertificateOnRecord::try_from).collect::<Result<_, _>>()?,
            leaves: leaves.into_iter().map(LeafRecord::try_from).collect::<Result<_, _>>()?,
            digests: digests.collect::<Result<_, StorageError>>()?,
            acts: acts.into_iter().map(ActOnRecord::from).collect(),
            next,
        })
    }
}

impl From<(String, String, i64)> for ActOnRecord {
    fn from((act, subject, at): (String, String, i64)) -> Self {
        Self { certificate: Uuid::parse_str(&subject).ok(), subject, act, at: Instant::from_millis(at) }
    }
}

#[derive(sqlx::FromRow)]
struct CertificateRow {
    id: Uuid,
    number: String,
    kind: String,
    kind_version: i32,
    issuer: String,
    issued_at: i64,
    standing: i32,
    standing_since: i64,
    version: i32,
}

impl TryFrom<CertificateRow> for CertificateOnRecord {
    type Error = StorageError;

    fn try_from(row: CertificateRow) -> Result<Self, StorageError> {
        Ok(Self {
            id: row.id,
            number: row.number,
            kind: row.kind,
            kind_version: u32::try_from(row.kind_version).map_err(|_| damaged("certificates", "kind_version"))?,
            issuer: row.issuer,
            issued_at: Instant::from_millis(row.issued_at),
            standing: standing_of(row.standing).ok_or_else(|| damaged("certificates", "standing"))?,
            standing_since: Instant::from_millis(row.standing_since),
            version: row.version,
        })
    }
}
