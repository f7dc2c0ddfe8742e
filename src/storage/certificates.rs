//! Reading certificates: record and standing always together, from the primary, and bytes only if they are the released.

use std::io::Read as _;
use std::str::FromStr;

use flate2::read::DeflateDecoder;
use uuid::Uuid;

use crate::catalogue::{Fin, KindCode, Voen};
use crate::certificate::{Number, Standing, Status, StatusReason};
use crate::clock::Instant;

use super::Storage;
use super::content::HolderKey;
use super::database::read;
use super::error::{StorageError, damaged};
use super::standing::standing_of;
use super::statements as sql;
use super::vault::{Cell, WrappedKey};

/// What is known of an issued certificate without its facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateRecord {
    /// Its id.
    pub id: Uuid,
    /// Its printed number.
    pub number: Number,
    /// The kind under which it was issued.
    pub kind: KindCode,
    /// The kind's version.
    pub kind_version: u32,
    /// In whose name.
    pub issuer: Voen,
    /// When.
    pub issued_at: Instant,
    /// When the registry answered.
    pub as_of: Instant,
    /// The exclusive end of its validity.
    pub valid_until: Option<Instant>,
    /// When its content may be erased.
    pub keep_until: Instant,
    /// What was last done to its standing.
    pub standing: Standing,
    /// Why.
    pub standing_reason: Option<StatusReason>,
    /// When.
    pub standing_since: Instant,
    /// The certificate that took its place.
    pub superseded_by: Option<Uuid>,
    /// Counts from 1; each change of standing raises it.
    pub version: i32,
    /// The SHA-256 of its latest released file.
    pub digest: [u8; 32],
    /// The SHA-256 of what its file shares with others.
    pub beginning: [u8; 32],
    /// The key that sealed it.
    pub seal_key_id: String,
    /// Its status list.
    pub status_list: i64,
    /// Its place there.
    pub status_index: i64,
    /// Whether it is a demonstration's.
    pub demonstration: bool,
    /// Whose it is, as far as one holder can be told from another; none once it was erased.
    pub holder: Option<HolderKey>,
    /// When its content was erased.
    pub erased_at: Option<Instant>,
}

/// The columns that are encrypted.
pub(super) const FACTS: &str = "facts";
pub(super) const OWN_BYTES: &str = "own_bytes";

impl CertificateRecord {
    /// The status at `now`.
    pub fn status_at(&self, now: Instant) -> Status {
        self.standing.status_at(self.valid_until, now)
    }
}

impl Storage {
    /// The certificate with this number.
    pub async fn certificate_by_number(&self, number: Number) -> Result<Option<CertificateRecord>, StorageError> {
        let number = number.to_string();
        record(read!(self.database(), |pool| sqlx::query_as(sql::CERTIFICATE_BY_NUMBER)
            .bind(number)
            .fetch_optional(pool))?)
    }

    /// The certificate with this id.
    pub async fn certificate_by_id(&self, id: Uuid) -> Result<Option<CertificateRecord>, StorageError> {
        record(read!(self.database(), |pool| sqlx::query_as(sql::CERTIFICATE_BY_ID).bind(id).fetch_optional(pool))?)
    }

    /// A holder's certificates, newest first, without those that were erased.
    pub async fn certificates_of(&self, holder: &Fin) -> Result<Vec<CertificateRecord>, StorageError> {
        let hmac = self.holder_key(holder).to_vec();
        let rows: Vec<Row> =
            read!(self.database(), |pool| sqlx::query_as(sql::CERTIFICATES_OF).bind(hmac).fetch_all(pool))?;
        rows.into_iter().map(CertificateRecord::try_from).collect()
    }

    /// A certificate's facts as they were stored, a [`super::StoredContent`]; none when there is no such certificate or it
    /// was erased.
    pub async fn facts(&self, id: Uuid) -> Result<Option<Vec<u8>>, StorageError> {
        let row: Option<SealedFacts> =
            read!(self.database(), |pool| sqlx::query_as(sql::FACTS).bind(id).fetch_optional(pool))?;
        let Some(row) = row else { return Ok(None) };
        self.open_facts(id, &row).map(Some)
    }

    /// What was stored under [`FACTS`] of this certificate.
    pub(super) fn open_facts(&self, id: Uuid, row: &SealedFacts) -> Result<Vec<u8>, StorageError> {
        let key = WrappedKey { kek_id: row.kek_id.clone(), bytes: row.data_key.clone() };
        inflate(FACTS, &self.decrypt(id, FACTS, &key, &row.sealed)?)
    }

    /// A certificate's latest released file; none when there is no such certificate or it was erased.
    ///
    /// The bytes have the digest under which they were released, or there is an error and never other bytes.
    pub async fn released_bytes(&self, id: Uuid) -> Result<Option<Vec<u8>>, StorageError> {
        let row: Option<SealedBytes> =
            read!(self.database(), |pool| sqlx::query_as(sql::RELEASED_BYTES).bind(id).fetch_optional(pool))?;
        let Some(row) = row else {
            return Ok(None);
        };
        let own = self.decrypt(id, OWN_BYTES, &WrappedKey { kek_id: row.kek_id, bytes: row.data_key }, &row.sealed)?;
        let own = inflate(OWN_BYTES, &own)?;
        let sha256 = digest(&row.beginning, "certificates", "beginning")?;
        let beginning = self.beginning(&sha256).await?.ok_or_else(|| damaged("certificates", "beginning"))?;
        if beginning.digest_with(&own)[..] != row.digest[..] {
            return Err(StorageError::Digest);
        }
        Ok(Some([beginning.bytes(), &own].concat()))
    }

    fn decrypt(
        &self,
        id: Uuid,
        column: &'static str,
        key: &WrappedKey,
        sealed: &[u8],
    ) -> Result<Vec<u8>, StorageError> {
        let key = self.vault().unwrap(key, id)?;
        Ok(self.vault().open_cell(&key, cell(column, id.as_bytes()), sealed)?)
    }
}

/// An encrypted cell of the certificate `id`.
pub(super) fn cell<'a>(column: &'static str, id: &'a [u8; 16]) -> Cell<'a> {
    Cell { table: "certificates", column, id }
}

/// What was deflated before it was encrypted in `column`.
pub(super) fn inflate(column: &'static str, deflated: &[u8]) -> Result<Vec<u8>, StorageError> {
    let mut bytes = Vec::with_capacity(deflated.len() * 2);
    DeflateDecoder::new(deflated).read_to_end(&mut bytes).map_err(|_| damaged("certificates", column))?;
    Ok(bytes)
}

/// The 32 bytes of a digest column.
pub(super) fn digest(bytes: &[u8], table: &'static str, column: &'static str) -> Result<[u8; 32], StorageError> {
    bytes.try_into().map_err(|_| damaged(table, column))
}

fn record(row: Option<Row>) -> Result<Option<CertificateRecord>, StorageError> {
    row.map(CertificateRecord::try_from).transpose()
}

/// A certificate's facts as they stand in its row.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct SealedFacts {
    pub(super) kek_id: String,
    pub(super) data_key: Vec<u8>,
    pub(super) sealed: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct SealedBytes {
    kek_id: String,
    data_key: Vec<u8>,
    sealed: Vec<u8>,
    beginning: Vec<u8>,
    digest: Vec<u8>,
}

/// The columns of a record.
#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: Uuid,
    number: String,
    kind: String,
    kind_version: i32,
    issuer: String,
    issued_at: i64,
    as_of: i64,
    valid_until: Option<i64>,
    keep_until: i64,
    standing: i32,
    standing_reason: Option<String>,
    standing_since: i64,
    superseded_by: Option<Uuid>,
    version: i32,
    beginning: Vec<u8>,
    seal_key_id: String,
    status_list: i64,
    status_index: i64,
    demonstration: i32,
    erased_at: Option<i64>,
    holder_hmac: Option<Vec<u8>>,
    digest: Vec<u8>,
}

impl TryFrom<Row> for CertificateRecord {
    type Error = StorageError;

    fn try_from(row: Row) -> Result<Self, StorageError> {
        const TABLE: &str = "certificates";
        let holder = row.holder_hmac.map(|hmac| digest(&hmac, TABLE, "holder_hmac").map(HolderKey::new));
        let reason = row.standing_reason.map(|slug| StatusReason::from_slug(&slug).ok_or(()));
        Ok(Self {
            id: row.id,
            number: Number::from_str(&row.number).map_err(|_| damaged(TABLE, "number"))?,
            kind: KindCode::from_str(&row.kind).map_err(|_| damaged(TABLE, "kind"))?,
            kind_version: u32::try_from(row.kind_version).map_err(|_| damaged(TABLE, "kind_version"))?,
            issuer: Voen::from_str(&row.issuer).map_err(|_| damaged(TABLE, "issuer"))?,
            issued_at: Instant::from_millis(row.issued_at),
            as_of: Instant::from_millis(row.as_of),
            valid_until: row.valid_until.map(Instant::from_millis),
            keep_until: Instant::from_millis(row.keep_until),
            standing: standing_of(row.standing).ok_or_else(|| damaged(TABLE, "standing"))?,
            standing_reason: reason.transpose().map_err(|()| damaged(TABLE, "standing_reason"))?,
            standing_since: Instant::from_millis(row.standing_since),
            superseded_by: row.superseded_by,
            version: row.version,
            digest: digest(&row.digest, "certificate_digests", "sha256")?,
            beginning: digest(&row.beginning, TABLE, "beginning")?,
            seal_key_id: row.seal_key_id,
            status_list: row.status_list,
            status_index: row.status_index,
            demonstration: row.demonstration == 1,
            holder: holder.transpose()?,
            erased_at: row.erased_at.map(Instant::from_millis),
        })
    }
}
