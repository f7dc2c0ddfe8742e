//! Storing an issuance: certificate, digest, place, waiting leaf, audit event and idempotency, all of them or none.

use std::io::Write as _;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use uuid::Uuid;

use crate::catalogue::{Fin, KindCode, Voen};
use crate::certificate::{Code, Number};
use crate::clock::Instant;

use super::Storage;
use super::audit::NewAuditEvent;
use super::beginnings::Beginning;
use super::certificates::{FACTS, OWN_BYTES, cell, inflate};
use super::database::{Transaction, execute};
use super::error::{StorageError, damaged, violates};
use super::figures::{Counted, Key, Measure, Took};
use super::idempotency::NewIdempotency;
use super::leaves::NewLeaf;
use super::queue::{Act, Refusal, Shielded};
use super::statements as sql;
use super::vault::{Lookup, WrappedKey};

/// A certificate as it is about to be released. `Debug` shows its id only.
#[derive(Clone)]
pub struct NewCertificate {
    /// Its id, a `UUIDv7`.
    pub id: Uuid,
    /// Its printed number.
    pub number: Number,
    /// Its printed secret; only an HMAC of it is kept.
    pub code: Code,
    /// Of whom it speaks; only an HMAC of it is kept.
    pub holder: Fin,
    /// Under which kind it was issued.
    pub kind: KindCode,
    /// And which version of it.
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
    /// The organisation for which it is; only an HMAC of it is kept.
    pub recipient: Option<Voen>,
    /// The code of the district of which it speaks, for a kind that has one; kept in a count only.
    pub district: Option<String>,
    /// How long its issuance took.
    pub took: Took,
    /// Its content, a [`super::StoredContent`]; kept encrypted.
    pub facts: Vec<u8>,
    /// The first part of its file, which it shares with others.
    pub beginning: Arc<[u8]>,
    /// The SHA-256 of that part.
    pub beginning_sha256: [u8; 32],
    /// The rest of its file; kept encrypted.
    pub own: Vec<u8>,
    /// The SHA-256 of the whole file.
    pub sha256: [u8; 32],
    /// The id of the key that sealed it.
    pub seal_key: String,
    /// Its status list, from [`Storage::open_status_list`].
    pub status_list: i64,
    /// Its random place there, below 2²⁰.
    pub status_index: i64,
    /// Whether it is a demonstration's.
    pub demonstration: bool,
    /// Its leaf.
    pub leaf: NewLeaf,
    /// Who issued it.
    pub audit: NewAuditEvent,
    /// The key under which it was asked for, if any.
    pub idempotency: Option<NewIdempotency>,
}

/// Why an issuance was not stored. Nothing of it was.
#[derive(Debug, Clone, thiserror::Error)]
pub enum IssuanceError {
    /// Another certificate has the number; draw again under another.
    #[error("the number is taken")]
    NumberTaken,
    /// Another certificate has the code; draw again under another.
    #[error("the code is taken")]
    CodeTaken,
    /// Another certificate has the place in the status list; draw again with another.
    #[error("the place in the status list is taken")]
    PlaceTaken,
    /// The key made a certificate already; ask [`Storage::idempotent`] which.
    #[error("the idempotency key was used already")]
    IdempotencyTaken,
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// A certificate encrypted and checked, ready for the queue.
pub(super) struct PreparedIssuance {
    certificate: NewCertificate,
    /// The beginning, when it may not be in the database yet.
    new_beginning: Option<Beginning>,
    code_hmac: Vec<u8>,
    holder_hmac: Vec<u8>,
    recipient_hmac: Option<Vec<u8>>,
    data_key: WrappedKey,
    facts: Vec<u8>,
    own_bytes: Vec<u8>,
    idempotency: Option<(Vec<u8>, Vec<u8>)>,
}

impl Storage {
    /// Stores an issuance; it is durable when this returns `Ok`, and nothing of it may leave the process before.
    ///
    /// Issuances under way share a commit; one that conflicts harms no other.
    pub async fn store_issuance(&self, certificate: NewCertificate) -> Result<(), IssuanceError> {
        let prepared = self.prepare(certificate).await?;
        let beginning = prepared.new_beginning.clone();
        self.queue().perform(Act::Shielded(Shielded::Issuance(Box::new(prepared)))).await?;
        if let Some(beginning) = beginning {
            self.known_beginnings().remember(&beginning);
        }
        Ok(())
    }

    /// Encrypts a certificate, and checks that what was encrypted leads back to the released bytes.
    async fn prepare(&self, certificate: NewCertificate) -> Result<PreparedIssuance, StorageError> {
        let vault = self.vault();
        let (beginning, new_beginning) = if let Some(stored) = self.beginning(&certificate.beginning_sha256).await? {
            (stored, None)
        } else {
            let new = Beginning::new(Arc::clone(&certificate.beginning), certificate.beginning_sha256);
            let new = new.ok_or(StorageError::Digest)?;
            (new.clone(), Some(new))
        };
        let (data_key, wrapped) = vault.fresh_data_key(certificate.id)?;
        let id = certificate.id.as_bytes();
        let facts = vault.seal_cell(&data_key, cell(FACTS, id), &deflate(&certificate.facts)?)?;
        let own_bytes = vault.seal_cell(&data_key, cell(OWN_BYTES, id), &deflate(&certificate.own)?)?;

        let unwrapped = vault.unwrap(&wrapped, certificate.id)?;
        let reopened = vault.open_cell(&unwrapped, cell(OWN_BYTES, id), &own_bytes)?;
        if beginning.digest_with(&inflate(OWN_BYTES, &reopened)?) != certificate.sha256 {
            return Err(StorageError::Digest);
        }
        Ok(PreparedIssuance {
            new_beginning,
            code_hmac: vault.digest(Lookup::Code, certificate.code.compact().as_bytes()),
            holder_hmac: self.holder_key(&certificate.holder).to_vec(),
            recipient_hmac: certificate.recipient.as_ref().map(|voen| self.recipient_key(voen)),
            idempotency: certificate.idempotency.as_ref().map(|idempotency| idempotency.digests(vault)),
            data_key: wrapped,
            facts,
            own_bytes,
            certificate,
        })
    }
}

impl PreparedIssuance {
    /// What this issuance adds to the daily figures.
    pub(super) fn counts(&self) -> [Key; 2] {
        let NewCertificate { issuer, kind, district, took, issued_at, .. } = &self.certificate;
        let day = issued_at.baku_date();
        [
            (Measure::Issued, day, Counted::issuance(issuer, kind, district.as_deref())),
            (Measure::Took, day, Counted::time(issuer, kind, *took)),
        ]
    }

    pub(super) async fn store(&self, transaction: &mut Transaction) -> Result<(), Refusal> {
        let certificate = &self.certificate;
        self.store_certificate(transaction).await?;
        execute!(
            transaction,
            sql::INSERT_DIGEST,
            &certificate.sha256[..],
            certificate.id,
            1_i32,
            certificate.issued_at.millis(),
        )?;
        certificate.leaf.store(transaction).await?;
        certificate.audit.store(transaction).await?;
        if let (Some(idempotency), Some((key, body))) = (&certificate.idempotency, &self.idempotency) {
            let at = certificate.issued_at.millis();
            execute!(transaction, sql::INSERT_IDEMPOTENCY, &idempotency.actor, key, body, certificate.id, at)
                .map_err(|error| refusal(error, IDEMPOTENCY_CONFLICT))?;
        }
        Ok(())
    }

    async fn store_certificate(&self, transaction: &mut Transaction) -> Result<(), Refusal> {
        let certificate = &self.certificate;
        if let Some(beginning) = &self.new_beginning {
            execute!(transaction, sql::INSERT_BEGINNING, beginning.sha256(), beginning.bytes())?;
        }
        let kind_version =
            i32::try_from(certificate.kind_version).map_err(|_| damaged("certificates", "kind_version"))?;
        execute!(
            transaction,
            sql::INSERT_CERTIFICATE,
            certificate.id,
            certificate.number.to_string(),
            certificate.kind.as_str(),
            kind_version,
            certificate.issuer.as_str(),
            certificate.issued_at.millis(),
            certificate.as_of.millis(),
            certificate.valid_until.map(Instant::millis),
            certificate.keep_until.millis(),
            &self.code_hmac,
            &self.holder_hmac,
            &self.data_key.kek_id,
            &self.data_key.bytes,
            &self.facts,
            &certificate.beginning_sha256[..],
            &self.own_bytes,
            &certificate.seal_key,
            certificate.status_list,
            certificate.status_index,
            i32::from(certificate.demonstration),
            issued_by(&certificate.audit.actor),
            &self.recipient_hmac,
        )
        .map_err(|error| {
            let conflict = CERTIFICATE_CONFLICTS.iter().find(|(name, columns, _)| violates(&error, name, columns));
            conflict.map_or_else(|| error.into(), |(_, _, refusal)| refusal())
        })?;
        Ok(())
    }
}

/// Who issued it, as it is searched for: a citizen without the look-up value that would name her.
fn issued_by(actor: &str) -> &str {
    if actor.starts_with("holder:") { "holder" } else { actor }
}

/// A constraint as PostgreSQL names it and as SQLite describes it, and what its breach means.
type Conflict = (&'static str, &'static str, fn() -> Refusal);

const CERTIFICATE_CONFLICTS: [Conflict; 3] = [
    ("certificates_number_key", "certificates.number", || Refusal::NumberTaken),
    ("certificates_code_key", "certificates.code_hmac", || Refusal::CodeTaken),
    ("certificates_place_key", "certificates.status_list, certificates.status_index", || Refusal::PlaceTaken),
];
const IDEMPOTENCY_CONFLICT: Conflict =
    ("idempotency_pkey", "idempotency.actor, idempotency.key_hmac", || Refusal::IdempotencyTaken);

fn refusal(error: sqlx::Error, (name, columns, refusal): Conflict) -> Refusal {
    if violates(&error, name, columns) { refusal() } else { error.into() }
}

/// Source, deflated pages and a seal in hexadecimal follow one another in a file. With a code of its own for each piece
/// of this size, it is stored in 5 % less than with one code for all.
const PIECE: usize = 3000;

fn deflate(bytes: &[u8]) -> Result<Vec<u8>, StorageError> {
    let mut encoder = DeflateEncoder::new(Vec::with_capacity(bytes.len() / 2), Compression::default());
    for piece in bytes.chunks(PIECE) {
        encoder.write_all(piece)?;
        encoder.flush()?;
    }
    Ok(encoder.finish()?)
}

impl From<Refusal> for IssuanceError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NumberTaken => Self::NumberTaken,
            Refusal::CodeTaken => Self::CodeTaken,
            Refusal::PlaceTaken => Self::PlaceTaken,
            Refusal::IdempotencyTaken => Self::IdempotencyTaken,
            other => Self::Storage(other.into_storage_error("certificates")),
        }
    }
}

impl std::fmt::Debug for NewCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewCertificate({})", self.id)
    }
}
