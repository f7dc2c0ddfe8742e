//! Offline verification by file: its proof from the log makes its bytes released ones; its seal alone does not.

use serde_json::Value;

use super::{Found, NOTHING, OfflineCertificate, OfflineVerifier};
use crate::clock::Instant;
use crate::pdf::Contents;
use crate::qr::token::{self, Token};
use crate::seal::check;
use crate::transparency::{Act, Proven, Tie, TlogProof};
use crate::trust::TrustError;
use crate::verification::by_file::{seal_finding, sha256};
use crate::verification::verdict::{Basis, Checks, Finding, Verdict};

impl OfflineVerifier<'_> {
    pub(super) fn by_file(&self, bytes: &[u8], proof: Option<&str>) -> Result<Found, TrustError> {
        let seal = seal_finding(&check::check(bytes, &self.trust.keys.seal_certificates()));
        let proven = match proof {
            None => return Ok(without_proof(bytes, seal, Finding::BytesSealOnly, Finding::LogProofMissing)),
            Some(proof) => match self.proven(proof)? {
                Ok(proven) => proven,
                Err(log) => return Ok(without_proof(bytes, seal, Finding::BytesSealOnly, log)),
            },
        };
        let released = matches!(proven.record.act, Act::Issued | Act::Restamped);
        if !released || proven.record.digest != Some(sha256(bytes)) {
            return Ok(without_proof(bytes, seal, Finding::BytesNotInProof, Finding::LogIncluded));
        }
        self.released(bytes, seal, &proven)
    }

    /// What the proof proves of the tree that was fetched. A proof that only the log's key stands behind proves
    /// nothing: whoever stole that key signs a tree of any size.
    fn proven(&self, proof: &str) -> Result<Result<Proven, Finding>, TrustError> {
        let Ok(proof) = proof.parse::<TlogProof>() else { return Ok(Err(Finding::LogProofRefused)) };
        let Some(proven) = self.trust.log_keys.iter().find_map(|key| proof.verify(key).ok()) else {
            return Ok(Err(Finding::LogProofRefused));
        };
        if self.trust.checkpoint.as_ref().is_some_and(|trusted| trusted.origin != proven.checkpoint.origin) {
            return Ok(Err(Finding::LogProofRefused));
        }
        Ok(match self.trust.tie(&proof, &proven)? {
            Some(Tie::Held) => Ok(proven),
            Some(Tie::Forked) => Err(Finding::LogForked),
            Some(Tie::Newer) | None => Err(Finding::LogNotFetched),
        })
    }

    /// Bytes that the log says were released: what they state may be believed.
    fn released(&self, bytes: &[u8], seal: Finding, proven: &Proven) -> Result<Found, TrustError> {
        let checks = Checks {
            bytes: Finding::BytesReleased,
            seal,
            record: Finding::RecordFound,
            log: Finding::LogIncluded,
            ..NOTHING
        };
        let Some((facts, token)) = stated(bytes) else {
            let checks = Checks { status: Finding::StatusListMissing, ..checks };
            return Ok(Found::refused(Basis::File, Verdict::Indeterminate, checks));
        };
        let Ok(number) = token.number.parse() else {
            return Ok(Found::refused(Basis::File, Verdict::Indeterminate, checks));
        };
        let place = &token.status_list;
        let (status, finding, list) = self.status(&place.uri, place.index, token.expires)?;
        // As online: that a released file's own seal fails would mean that the keys are not what they were.
        let verdict = match status {
            Some(status) if seal == Finding::SealIntact => Verdict::from(status),
            _ => Verdict::Indeterminate,
        };
        let certificate = OfflineCertificate {
            number,
            kind: proven.record.kind.clone(),
            issued_at: facts["issued_at"].as_str().and_then(Instant::parse_rfc3339).unwrap_or(token.not_before),
            valid_until: token.expires,
            status,
            demonstration: token.demonstration,
            id: Some(proven.record.id),
            facts,
        };
        let checks = Checks { status: finding, ..checks };
        Ok(Found { verdict, basis: Basis::File, checks, certificate: Some(certificate), list })
    }
}

/// The facts and the token that a released file carries. Its bytes are proven, and so is what it states.
fn stated(bytes: &[u8]) -> Option<(Value, Token)> {
    let contents = Contents::of(bytes)?;
    let facts: Value = serde_json::from_slice(&contents.attachment).ok()?;
    let payload = token::parse_payload(&contents.qr_payload).ok()?;
    let token = token::unverified(&payload.token)?;
    (facts["number"].as_str() == Some(&token.number)).then_some((facts, token))
}

/// Bytes of which the log proves nothing here. Our seal tells at most that they were changed.
fn without_proof(bytes: &[u8], seal: Finding, unproven: Finding, log: Finding) -> Found {
    let (verdict, bytes) = match seal {
        Finding::SealIntact => (Verdict::Indeterminate, unproven),
        Finding::SealBroken | Finding::SealPartial => (Verdict::Altered, Finding::BytesDiffer),
        // A seal by a key that is not known here may be by a newer one of ours.
        Finding::SealForeign => (Verdict::Indeterminate, Finding::BytesUnreachable),
        _ if is_pdf(bytes) => (Verdict::Unknown, Finding::BytesUnknown),
        _ => (Verdict::Unreadable, Finding::BytesUnreadable),
    };
    Found::refused(Basis::File, verdict, Checks { bytes, seal, log, ..NOTHING })
}

/// Viewers accept the header within the first 1,024 bytes.
fn is_pdf(bytes: &[u8]) -> bool {
    memchr::memmem::find(&bytes[..bytes.len().min(1024)], b"%PDF-").is_some()
}
