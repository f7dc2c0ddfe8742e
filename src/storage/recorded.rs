//! What the records say of one certificate at one moment: its record, its leaves and its sealed facts, by one statement.

use std::fmt;

use uuid::Uuid;

use crate::certificate::{Code, Number};
use crate::clock::Instant;

use super::Storage;
use super::certificates::{CertificateRecord, Row, SealedFacts, digest};
use super::database::read;
use super::error::{StorageError, damaged};
use super::leaves::LeafRecord;
use super::statements as sql;
use super::vault::Lookup;

/// A certificate with its leaves, as they stood together.
#[derive(Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its record.
    pub certificate: CertificateRecord,
    /// Its leaves, in the order in which they were recorded.
    pub leaves: Vec<LeafRecord>,
    facts: Option<SealedFacts>,
}

impl fmt::Debug for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { certificate, leaves, facts: _ } = self;
        f.debug_struct("Recorded").field("certificate", certificate).field("leaves", leaves).finish_non_exhaustive()
    }
}

impl Storage {
    /// The certificate with this number, without its facts.
    pub async fn recorded_by_number(&self, number: Number) -> Result<Option<Recorded>, StorageError> {
        let number = number.to_string();
        recorded(read!(self.database(), |pool| sqlx::query_as(sql::RECORDED_BY_NUMBER).bind(number).fetch_all(pool))?)
    }

    /// The certificate with this code; none once it was erased.
    pub async fn recorded_by_code(&self, code: &Code) -> Result<Option<Recorded>, StorageError> {
        let hmac = self.vault().digest(Lookup::Code, code.compact().as_bytes());
        recorded(read!(self.database(), |pool| sqlx::query_as(sql::RECORDED_BY_CODE).bind(hmac).fetch_all(pool))?)
    }

    /// The certificate of which the file with this SHA-256 was released, be it the latest revision or an older one.
    pub async fn recorded_by_digest(&self, sha256: &[u8; 32]) -> Result<Option<Recorded>, StorageError> {
        let sha256 = &sha256[..];
        recorded(read!(self.database(), |pool| sqlx::query_as(sql::RECORDED_BY_DIGEST).bind(sha256).fetch_all(pool))?)
    }

    /// The facts that were read with the record, a [`super::StoredContent`]; none when it was found by its number or is
    /// erased.
    pub fn facts_of(&self, recorded: &Recorded) -> Result<Option<Vec<u8>>, StorageError> {
        recorded.facts.as_ref().map(|facts| self.open_facts(recorded.certificate.id, facts)).transpose()
    }
}

#[derive(sqlx::FromRow)]
struct RecordedRow {
    #[sqlx(flatten)]
    certificate: Row,
    #[sqlx(flatten)]
    facts: FactColumns,
    #[sqlx(flatten)]
    leaf: LeafColumns,
}

#[derive(Default, sqlx::FromRow)]
#[sqlx(default)]
struct FactColumns {
    kek_id: Option<String>,
    data_key: Option<Vec<u8>>,
    facts: Option<Vec<u8>>,
}

#[derive(sqlx::FromRow)]
struct LeafColumns {
    leaf_id: Option<Uuid>,
    act: Option<String>,
    salt: Option<Vec<u8>>,
    record: Option<Vec<u8>>,
    entry: Option<Vec<u8>>,
    recorded_at: Option<i64>,
    place: Option<i64>,
}

/// The rows of one certificate, one for each of its leaves.
fn recorded(rows: Vec<RecordedRow>) -> Result<Option<Recorded>, StorageError> {
    let mut found: Option<Recorded> = None;
    for RecordedRow { certificate, facts, leaf } in rows {
        let recorded = match &mut found {
            Some(recorded) => recorded,
            None => found.insert(Recorded {
                certificate: certificate.try_into()?,
                leaves: Vec::with_capacity(1),
                facts: facts.into_sealed(),
            }),
        };
        recorded.leaves.extend(leaf.into_record(recorded.certificate.id)?);
    }
    if let Some(recorded) = &mut found {
        recorded.leaves.sort_by_key(|leaf| (leaf.recorded_at, leaf.id));
    }
    Ok(found)
}

impl FactColumns {
    fn into_sealed(self) -> Option<SealedFacts> {
        let Self { kek_id, data_key, facts } = self;
        Some(SealedFacts { kek_id: kek_id?, data_key: data_key?, sealed: facts? })
    }
}

impl LeafColumns {
    /// None when the certificate has no leaf: every column is then empty.
    fn into_record(self, certificate_id: Uuid) -> Result<Option<LeafRecord>, StorageError> {
        let Self {
            leaf_id: Some(id),
            act: Some(act),
            salt: Some(salt),
            record: Some(record),
            entry,
            recorded_at,
            place,
        } = self
        else {
            return Ok(None);
        };
        let place = place.map(u64::try_from).transpose();
        Ok(Some(LeafRecord {
            id,
            certificate_id,
            act,
            salt: digest(&salt, "leaves", "salt")?,
            record,
            entry: digest(&entry.unwrap_or_default(), "leaves", "entry")?,
            recorded_at: Instant::from_millis(recorded_at.ok_or_else(|| damaged("leaves", "recorded_at"))?),
            place: place.map_err(|_| damaged("leaves", "place"))?,
        }))
    }
}
