//! What may be told of a certificate: a number gives its status, facts need possession, and the holder learns of every look.

use serde_json::value::RawValue;
use uuid::Uuid;

use super::receipt::Claims;
use super::verdict::{Basis, Checks, Finding, Verdict};
use super::{Outcome, Verification, Verifier, Warning};
use crate::audit::fresh_id;
use crate::auth::Asker;
use crate::catalogue::{Issuer, KindCode, Translated};
use crate::certificate::{Number, Standing, Status, StatusReason};
use crate::clock::Instant;
use crate::storage::{CertificateRecord, Look, Recorded, StorageError, StoredContent};

/// What of a certificate whoever asks has shown to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Possession {
    /// At most its number.
    None,
    /// Its code, alone or in its QR.
    Code,
    /// Its very bytes.
    Bytes,
}

impl Possession {
    pub(super) fn by(basis: Basis) -> Self {
        match basis {
            Basis::File => Self::Bytes,
            Basis::Qr | Basis::Code => Self::Code,
            Basis::Number => Self::None,
        }
    }
}

/// What is told of a certificate.
#[derive(Debug, Clone)]
pub struct Disclosed {
    /// Its number.
    pub number: Number,
    /// Its kind.
    pub kind: KindCode,
    /// The version of the kind it was issued under.
    pub kind_version: u32,
    /// What the kind is called.
    pub title: Translated,
    /// In whose name it was issued.
    pub issuer: Issuer,
    /// When it was issued.
    pub issued_at: Instant,
    /// When the registry answered.
    pub as_of: Instant,
    /// The exclusive end of its validity.
    pub valid_until: Option<Instant>,
    /// Its status at the instant of the verification.
    pub status: Status,
    /// Since when, unless it is valid.
    pub status_since: Option<Instant>,
    /// Why, as far as may be told.
    pub status_reason: Option<StatusReason>,
    /// The number of the certificate that replaced it, told only to whoever has the old one.
    pub superseded_by: Option<Number>,
    /// Whether it is a demonstration's, without legal force.
    pub demonstration: bool,
    /// Its id, told only to whoever has it.
    pub id: Option<Uuid>,
    /// Its facts as issued, a JSON object, told only to whoever has it.
    pub facts: Option<Box<RawValue>>,
}

/// For how long after its end a code still opens the facts: 90 days.
const CODE_OPENS_FOR_DAYS: i64 = 90;

impl Verifier {
    /// Turns an outcome into an answer: no more than possession allows, and facts only after the look is durable.
    pub(super) async fn disclose(&self, outcome: Outcome, now: Instant, asker: Option<&Asker>) -> Verification {
        let basis = outcome.basis;
        match self.try_disclose(outcome, now, asker).await {
            Ok(verification) => verification,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a verification could not be completed");
                self.incomplete(basis, now)
            }
        }
    }

    async fn try_disclose(
        &self,
        outcome: Outcome,
        now: Instant,
        asker: Option<&Asker>,
    ) -> Result<Verification, Incomplete> {
        let Outcome { basis, verdict, mut checks, record, possession, sha256 } = outcome;
        let id = fresh_id(&self.random, now)?;
        let certificate = match record {
            Some(recorded) => {
                let mut facts = self.facts(&recorded, verdict, possession, now)?;
                let record = &recorded.certificate;
                if facts.is_some() {
                    let look = Look {
                        id,
                        certificate_id: record.id,
                        at: now,
                        basis: basis.slug().to_owned(),
                        verifier: asker.map(|asker| asker.organisation.to_string()),
                    };
                    if !self.storage.record_look(look).await? {
                        (facts, checks.record) = (None, Finding::RecordErased);
                    }
                }
                Some(self.disclosed(record, facts, possession, now).await?)
            }
            None => None,
        };
        let facts = certificate.as_ref().and_then(|told: &Disclosed| told.facts.as_ref());
        let warnings = match facts.zip(asker) {
            Some((facts, asker)) => Warning::of(&serde_json::from_str(facts.get())?, asker),
            None => Vec::new(),
        };
        let mut verification =
            Verification { id, verdict, basis, verified_at: now, checks, certificate, warnings, receipt: None };
        if verdict != Verdict::Indeterminate {
            let mut claims = Claims::of(&verification, sha256.as_ref(), self.log.latest(now).await);
            claims.aud = asker.map(|asker| asker.organisation.clone());
            verification.receipt = Some(self.receipts.sign(&claims)?);
        }
        Ok(verification)
    }

    fn facts(
        &self,
        recorded: &Recorded,
        verdict: Verdict,
        possession: Possession,
        now: Instant,
    ) -> Result<Option<Box<RawValue>>, Incomplete> {
        let open = match possession {
            Possession::None => false,
            Possession::Bytes => true,
            Possession::Code => code_is_open(&recorded.certificate, now),
        };
        if !open || verdict == Verdict::Indeterminate {
            return Ok(None);
        }
        let Some(stored) = self.storage.facts_of(recorded)? else { return Ok(None) };
        Ok(Some(StoredContent::facts_of(&stored)?))
    }

    async fn disclosed(
        &self,
        record: &CertificateRecord,
        facts: Option<Box<RawValue>>,
        possession: Possession,
        now: Instant,
    ) -> Result<Disclosed, Incomplete> {
        let kind = self.catalogue.get(&record.kind, record.kind_version).ok_or(Incomplete::KindGone)?;
        let status = record.status_at(now);
        let holds = possession != Possession::None;
        let superseded_by = match record.superseded_by {
            Some(successor) if holds => self.storage.certificate_by_id(successor).await?.map(|record| record.number),
            _ => None,
        };
        Ok(Disclosed {
            number: record.number,
            kind: record.kind.clone(),
            kind_version: record.kind_version,
            title: kind.title.clone(),
            issuer: kind.issuer.clone(),
            issued_at: record.issued_at,
            as_of: record.as_of,
            valid_until: record.valid_until,
            status,
            status_since: since(record, status),
            status_reason: record.standing_reason.filter(|_| !matches!(status, Status::Valid | Status::Expired)),
            superseded_by,
            demonstration: record.demonstration,
            id: holds.then_some(record.id),
            facts,
        })
    }

    fn incomplete(&self, basis: Basis, now: Instant) -> Verification {
        let checks = Checks { record: Finding::RecordUnreachable, ..Checks::UNREACHABLE };
        let id = fresh_id(&self.random, now).unwrap_or_default();
        Verification {
            id,
            verdict: Verdict::Indeterminate,
            basis,
            verified_at: now,
            checks,
            certificate: None,
            warnings: Vec::new(),
            receipt: None,
        }
    }
}

/// Why an outcome could not be told.
#[derive(Debug, thiserror::Error)]
enum Incomplete {
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error(transparent)]
    Random(#[from] crate::random::RandomUnavailable),
    #[error("the stored content is not what this service writes")]
    Content(#[from] serde_json::Error),
    #[error("the catalogue does not hold the kind's version any more")]
    KindGone,
    #[error(transparent)]
    Receipt(#[from] super::receipt::ReceiptError),
}

fn since(record: &CertificateRecord, status: Status) -> Option<Instant> {
    match status {
        Status::Valid => None,
        Status::Expired => record.valid_until,
        Status::Suspended | Status::Revoked | Status::Superseded => Some(record.standing_since),
    }
}

/// What ended first counts: the revocation of a certificate that had expired opens nothing again.
fn code_is_open(record: &CertificateRecord, now: Instant) -> bool {
    let ended = match record.standing {
        Standing::Revoked | Standing::Superseded => Some(record.standing_since),
        Standing::InForce | Standing::Suspended => None,
    };
    [ended, record.valid_until].into_iter().flatten().min().is_none_or(|at| now < at.plus_days(CODE_OPENS_FOR_DAYS))
}
