//! Verification: what can be said of a certificate by file, QR, code or number, and on what basis.
//!
//! Genuine means issued: `valid` is said only of what stands in our records, in force, with its proof in the log.
//! Whatever goes wrong on the way ends in a verdict that is not `valid`, and never in an error.

mod address;
mod by_file;
mod by_picture;
mod by_qr;
mod disclosure;
mod held_seals;
mod log_check;
pub mod offline;
mod presented;
pub mod receipt;
pub mod sentences;
pub mod verdict;
mod warning;

use std::sync::Arc;

use tokio::sync::watch;
use uuid::Uuid;

pub use by_file::FileInHand;
pub use disclosure::{Disclosed, Possession};
pub use held_seals::HeldSeals;
pub use log_check::{LogReadError, LogReader};
pub use presented::{NotPresented, Presented};
pub use verdict::{Basis, CheckName, CheckResult, Checks, Finding, Verdict};
pub use warning::Warning;

use crate::auth::Asker;
use crate::catalogue::Catalogue;
use crate::certificate::{Code, Number, Status};
use crate::clock::{Clock, Instant};
use crate::examination::Examiner;
use crate::keys::KeyRing;
use crate::random::Random;
use crate::storage::{Counted, Measure, Recorded, Storage, StorageError};

/// What a verifier needs to check anything that is presented to it.
pub struct Verifier {
    /// The records.
    pub storage: Storage,
    /// The published log.
    pub log: LogReader,
    /// Takes unknown files apart, elsewhere.
    pub examiner: Examiner,
    /// Signs receipts.
    pub receipts: receipt::Receipts,
    /// The keys in use: those that a QR's token, a seal or a receipt may be signed with.
    pub ring: watch::Receiver<Arc<KeyRing>>,
    /// The released files whose seal was found to hold.
    pub held_seals: HeldSeals,
    /// The kinds by version.
    pub catalogue: Arc<Catalogue>,
    /// The hosts whose QR are ours: the present one and former ones, in lower case with their port.
    pub hosts: Vec<String>,
    /// Whether they are reached by HTTPS only, so that a QR which says HTTP is not ours.
    pub secure: bool,
    /// What time it is.
    pub clock: Clock,
    /// Chance.
    pub random: Random,
}

/// One act of checking, as it is answered.
#[derive(Debug, Clone)]
pub struct Verification {
    /// Its id, which the receipt carries as `jti`.
    pub id: Uuid,
    /// What it concluded.
    pub verdict: Verdict,
    /// What the verdict stands on.
    pub basis: Basis,
    /// When it was done.
    pub verified_at: Instant,
    /// Its parts.
    pub checks: Checks,
    /// What is told of the certificate, when there is one to speak of.
    pub certificate: Option<Disclosed>,
    /// What the organisation that asks must mind, as far as facts were disclosed to it.
    pub warnings: Vec<Warning>,
    /// The signed evidence, a compact JWS; none when nothing could be found out.
    pub receipt: Option<String>,
}

impl Verification {
    /// Since when the status that the verdict names holds.
    pub fn since(&self) -> Option<Instant> {
        self.certificate.as_ref().and_then(|certificate| certificate.status_since)
    }
}

/// What was found, before it is decided what of it may be told.
struct Outcome {
    basis: Basis,
    verdict: Verdict,
    checks: Checks,
    record: Option<Recorded>,
    possession: Possession,
    sha256: Option<[u8; 32]>,
}

impl Verifier {
    /// Checks what is presented, records the look when facts are disclosed, and signs a receipt.
    ///
    /// `asker` is the organisation that asks, when it said who it is. A file is taken in hand, examined and looked up at
    /// one go, as only whoever is beside the data may ask: for anybody else the door stands between these steps.
    pub async fn verify(&self, presented: Presented, asker: Option<&Asker>) -> Verification {
        let (now, basis) = (self.clock.now(), presented.basis());
        let outcome = match presented {
            Presented::Number(number) => self.by_number(number, now).await,
            Presented::Code(code) => self.by_code(&code, now).await,
            Presented::Digest(sha256) => self.by_digest(sha256, now).await,
            Presented::Qr(text) => self.by_qr(&text, now).await,
            Presented::File(bytes) => {
                let file = self.examine_file(self.take_in_hand(bytes).await).await;
                return self.verify_file(file, asker).await;
            }
        };
        self.answered(outcome, basis, now, asker).await
    }

    /// The same of a file that was taken in hand and, if it had to be, examined.
    pub async fn verify_file(&self, file: FileInHand, asker: Option<&Asker>) -> Verification {
        let now = file.judged_at(self.clock.now());
        let outcome = self.by_file(file, now).await;
        self.answered(outcome, Basis::File, now, asker).await
    }

    /// What is said when it was not found out in time: nothing, as when the records are out of reach.
    pub async fn out_of_time(&self, basis: Basis) -> Verification {
        tracing::error!("a verification took too long, since the records or the log do not answer");
        self.answered(Ok(Outcome::unreachable(basis)), basis, self.clock.now(), None).await
    }

    async fn answered(
        &self,
        outcome: Result<Outcome, StorageError>,
        basis: Basis,
        now: Instant,
        asker: Option<&Asker>,
    ) -> Verification {
        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a verification could not read the records");
                Outcome::unreachable(basis)
            }
        };
        let verification = self.disclose(outcome, now, asker).await;
        metrics::counter!(
            "earayis_verifications_total",
            "verdict" => verification.verdict.slug(),
            "basis" => verification.basis.slug()
        )
        .increment(1);
        let found = verification.certificate.as_ref().map(|found| (&found.issuer.voen, &found.kind));
        let (verdict, basis) = (verification.verdict.slug(), verification.basis.slug());
        let counted = Counted::verification(found, verdict, basis, asker.map(|asker| &asker.organisation));
        self.storage.count(Measure::Verified, counted, now);
        verification
    }

    /// The proof that a certificate's issuance stands in the log, as text (C2SP tlog-proof); none while it waits.
    pub async fn proof(&self, certificate: Uuid) -> Result<Option<String>, LogReadError> {
        Ok(self.log.proof(&self.storage, certificate).await?.map(|proof| proof.to_string()))
    }

    /// Whether records and log answer.
    pub async fn ready(&self) -> Result<(), LogReadError> {
        self.storage.health().await?;
        self.log.published().await.map(drop)
    }

    /// The keys in use at this moment.
    fn keys(&self) -> Arc<KeyRing> {
        Arc::clone(&self.ring.borrow())
    }

    async fn by_number(&self, number: Number, now: Instant) -> Result<Outcome, StorageError> {
        let record = self.storage.recorded_by_number(number).await?;
        Ok(self.judge(Basis::Number, record, Checks::NONE, now).await)
    }

    async fn by_code(&self, code: &Code, now: Instant) -> Result<Outcome, StorageError> {
        let record = self.storage.recorded_by_code(code).await?;
        Ok(self.judge(Basis::Code, record, Checks::NONE, now).await)
    }

    /// Judges by the record alone; `checks` holds what was found of file or QR before.
    async fn judge(&self, basis: Basis, record: Option<Recorded>, checks: Checks, now: Instant) -> Outcome {
        let possession = Possession::by(basis);
        let Some(record) = record else {
            return Outcome { basis, verdict: Verdict::Unknown, checks, record: None, possession, sha256: None };
        };
        let log = self.log.check(&record, now).await;
        let certificate = &record.certificate;
        let status = certificate.status_at(now);
        let checks = Checks {
            record: if certificate.erased_at.is_some() { Finding::RecordErased } else { Finding::RecordFound },
            status: status_finding(status),
            log,
            ..checks
        };
        let verdict = match checks.log {
            Finding::LogIncluded | Finding::LogPending => Verdict::from(status),
            _ => Verdict::Indeterminate,
        };
        Outcome { basis, verdict, checks, record: Some(record), possession, sha256: None }
    }

    async fn by_digest(&self, sha256: [u8; 32], now: Instant) -> Result<Outcome, StorageError> {
        let record = self.storage.recorded_by_digest(&sha256).await?;
        let bytes = if record.is_some() { Finding::BytesReleased } else { Finding::BytesUnknown };
        let outcome = self.judge(Basis::File, record, Checks { bytes, ..Checks::NONE }, now).await;
        Ok(Outcome { possession: Possession::None, sha256: Some(sha256), ..outcome })
    }
}

impl Outcome {
    fn unreachable(basis: Basis) -> Self {
        Self {
            basis,
            verdict: Verdict::Indeterminate,
            checks: Checks::UNREACHABLE,
            record: None,
            possession: Possession::None,
            sha256: None,
        }
    }
}

fn status_finding(status: Status) -> Finding {
    match status {
        Status::Valid => Finding::StatusInForce,
        Status::Suspended => Finding::StatusSuspended,
        Status::Revoked => Finding::StatusRevoked,
        Status::Superseded => Finding::StatusSuperseded,
        Status::Expired => Finding::StatusExpired,
    }
}
