//! Offline verification: what can be said without asking, from what was fetched before, and how old that is.
//!
//! A token's signature and a fresh status list make its facts `valid` on the basis `qr`. A file needs its proof from the
//! log: then its bytes are released ones, its own facts may be believed, and the QR that it shows names its place in a
//! status list. The proof's leaf must stand in the tree that was fetched, whatever the size of the tree that the proof
//! was made of: a fork signed with a stolen key of the log is refused, and what came after the fetch is not known. A seal
//! alone proves too little. What is final (revoked, replaced, expired) is final however old the knowledge is; what could
//! have changed since is not said of a time that the policy does not reach.

mod answer;
mod by_file;
mod by_qr;
mod knowledge;
mod sentences;

use serde_json::Value;
use uuid::Uuid;

pub use answer::OfflineAnswer;
pub use knowledge::{Knowledge, ListKnowledge};

use super::verdict::{Basis, Checks, Finding, Verdict};
use crate::certificate::{Number, Status};
use crate::clock::Instant;
use crate::trust::{Trust, TrustError};

/// How old knowledge may be, unless somebody asks otherwise: a day, after which a status list expires anyway.
pub const MAX_AGE_MILLIS: i64 = 24 * 60 * 60 * 1000;
/// How far the clock of whoever checks may be behind the service's.
const SKEW_MILLIS: i64 = 5 * 60 * 1000;

/// Checks what is presented against a trust folder, and asks nobody.
#[derive(Debug)]
pub struct OfflineVerifier<'a> {
    /// What was fetched.
    pub trust: &'a Trust,
    /// How old knowledge may be, in milliseconds, to say what may have changed since.
    pub max_age_millis: i64,
    /// The present.
    pub now: Instant,
}

/// What is to be checked offline.
pub enum OfflinePresented {
    /// A file, with its proof from the log (C2SP tlog-proof) when there is one.
    File {
        /// Its bytes.
        bytes: Vec<u8>,
        /// The text of the proof.
        proof: Option<String>,
    },
    /// The text of a QR.
    Qr(String),
    /// A number or a code, of which nothing can be known offline.
    Unanswerable(Basis),
}

/// One act of checking, done offline.
#[derive(Debug, Clone)]
pub struct OfflineVerification {
    /// What it concluded.
    pub verdict: Verdict,
    /// What the verdict stands on.
    pub basis: Basis,
    /// When it was done.
    pub verified_at: Instant,
    /// Its parts.
    pub checks: Checks,
    /// What is known of the certificate.
    pub certificate: Option<OfflineCertificate>,
    /// What it stands on, and how old that is.
    pub knowledge: Knowledge,
}

/// What is known of a certificate offline: what its token or its file states.
#[derive(Clone)]
pub struct OfflineCertificate {
    /// Its number.
    pub number: Number,
    /// Its kind's code.
    pub kind: String,
    /// When it was issued.
    pub issued_at: Instant,
    /// The exclusive end of its validity.
    pub valid_until: Option<Instant>,
    /// Its status, as far as it is known.
    pub status: Option<Status>,
    /// Whether it is a demonstration's, without legal force.
    pub demonstration: bool,
    /// Its id, which a file's proof tells.
    pub id: Option<Uuid>,
    /// Its facts: the token's chief ones, or all of a file's.
    pub facts: Value,
}

impl std::fmt::Debug for OfflineCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OfflineCertificate({} {}, …)", self.kind, self.number)
    }
}

/// What was found, before it is told how old the knowledge is.
struct Found {
    verdict: Verdict,
    basis: Basis,
    checks: Checks,
    certificate: Option<OfflineCertificate>,
    list: Option<ListKnowledge>,
}

/// Nothing was done yet, and records and log are not asked.
const NOTHING: Checks = Checks {
    bytes: Finding::BytesNotPresented,
    seal: Finding::SealNotPresented,
    record: Finding::RecordOffline,
    status: Finding::StatusNotDone,
    log: Finding::LogOffline,
    qr: Finding::QrNotPresented,
};

impl OfflineVerifier<'_> {
    /// Checks what is presented. An error is one of the trust folder itself: then nothing rests on it.
    pub fn verify(&self, presented: OfflinePresented) -> Result<OfflineVerification, TrustError> {
        let found = match presented {
            OfflinePresented::File { bytes, proof } => self.by_file(&bytes, proof.as_deref())?,
            OfflinePresented::Qr(text) => self.by_qr(&text)?,
            OfflinePresented::Unanswerable(basis) => Found::refused(basis, Verdict::Indeterminate, NOTHING),
        };
        let Found { verdict, basis, checks, certificate, list } = found;
        let knowledge = Knowledge::of(self.trust, list, self.max_age_millis);
        Ok(OfflineVerification { verdict, basis, verified_at: self.now, checks, certificate, knowledge })
    }

    /// The hosts whose QR and receipts are this service's: the one it was fetched from, and those of its lists.
    fn hosts(&self) -> Vec<String> {
        hosts(self.trust)
    }

    /// The status of the certificate at a place of a list, as far as what was fetched can tell it now.
    fn status(
        &self,
        uri: &str,
        index: u32,
        valid_until: Option<Instant>,
    ) -> Result<(Option<Status>, Finding, Option<ListKnowledge>), TrustError> {
        let expired = valid_until.is_some_and(|end| end <= self.now);
        let unless_expired = |finding| {
            if expired { (Some(Status::Expired), Finding::StatusExpired, None) } else { (None, finding, None) }
        };
        if self.now.plus_millis(SKEW_MILLIS) < self.trust.fetched_at() {
            return Ok((None, Finding::StatusClockBehind, None));
        }
        let list = match self.trust.status_list(uri, self.now) {
            Ok(Some(list)) => list,
            // Not fetched, or not believed any more: its key was revoked since.
            Ok(None) | Err(TrustError::Refused { .. }) => return Ok(unless_expired(Finding::StatusListMissing)),
            Err(error) => return Err(error),
        };
        let Some(standing) = list.standing(index) else { return Ok(unless_expired(Finding::StatusListMissing)) };
        let status = standing.status_at(valid_until, self.now);
        let may_have_changed = matches!(status, Status::Valid | Status::Suspended);
        let known = ListKnowledge::of(&list);
        if may_have_changed && (list.has_expired(self.now) || self.is_too_old(list.issued_at)) {
            return Ok((None, Finding::StatusTooOld, Some(known)));
        }
        Ok((Some(status), super::status_finding(status), Some(known)))
    }

    fn is_too_old(&self, list_issued_at: Instant) -> bool {
        let oldest = list_issued_at.min(self.trust.fetched_at());
        self.now.millis() - oldest.millis() > self.max_age_millis
    }
}

/// The hosts, in lower case with their port, at which a trusted service is and was.
pub fn hosts(trust: &Trust) -> Vec<String> {
    let addresses = trust.list_addresses().chain([trust.server()]);
    let mut hosts: Vec<String> = addresses.filter_map(host_of).collect();
    hosts.sort_unstable();
    hosts.dedup();
    hosts
}

fn host_of(address: &str) -> Option<String> {
    let (_, rest) = address.split_once("://")?;
    Some(rest.split('/').next()?.to_ascii_lowercase())
}

impl Found {
    fn refused(basis: Basis, verdict: Verdict, checks: Checks) -> Self {
        Self { verdict, basis, checks, certificate: None, list: None }
    }
}
