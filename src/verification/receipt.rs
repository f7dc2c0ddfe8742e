//! The receipt: what a verification found, signed, so that it can be filed and checked years later.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use uuid::Uuid;

use super::verdict::{Basis, CheckName, CheckResult, Verdict};
use super::{Verification, Verifier};
use crate::catalogue::Voen;
use crate::certificate::Number;
use crate::clock::Instant;
use crate::keys::jws::JwsError;
use crate::keys::{KeyError, KeyRefusal, KeyRing, Kid, PublicKeys, Purpose, jws};
use crate::transparency::Checkpoint;

/// The type that a receipt's header names.
pub const TYPE: &str = "earayis-receipt+jwt";

/// A receipt whose signature holds: what it states may be believed of the moment at which it was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedReceipt {
    /// The service that signed it: its public URL at that time.
    pub issuer: String,
    /// What it states.
    pub claims: Claims,
    /// When the verification was done, to the second.
    pub issued_at: Instant,
    /// The key that signed it.
    pub kid: Kid,
    /// The first instant at which that key signs no more: in the past for a retired key, whose receipts stay good.
    pub key_until: Instant,
}

/// Why a receipt is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptRefused {
    /// The text is no receipt: cut short, or another form of signed text.
    #[error("this is not a receipt: take the whole text of it, three parts joined by full stops")]
    Form,
    /// It is signed, and something else than a receipt.
    #[error("this signed text is no receipt of a verification")]
    WrongType,
    /// Its key or signature is refused.
    #[error(transparent)]
    Key(#[from] KeyRefusal),
    /// It was signed in the name of another service.
    #[error("the receipt is of another service: check it there")]
    ForeignIssuer,
    /// It is dated in the future.
    #[error("the receipt is dated in the future: set the clock right")]
    Future,
}

/// Longer than any receipt.
const LONGEST: usize = 16 * 1024;
/// How far the clock of whoever checks may be behind ours.
const SKEW_MILLIS: i64 = 5 * 60 * 1000;

impl ReceiptRefused {
    /// The reason's name on the wire.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Form => "not_a_receipt",
            Self::WrongType => "wrong_type",
            Self::Key(KeyRefusal::UnknownKey) => "unknown_key",
            Self::Key(KeyRefusal::WrongPurpose) => "wrong_purpose",
            Self::Key(KeyRefusal::KeyRevoked) => "key_revoked",
            Self::Key(KeyRefusal::OutOfPeriod) => "key_out_of_period",
            Self::Key(KeyRefusal::BadSignature) => "bad_signature",
            Self::ForeignIssuer => "foreign_issuer",
            Self::Future => "future",
        }
    }
}

impl From<JwsError> for ReceiptRefused {
    fn from(error: JwsError) -> Self {
        match error {
            JwsError::Malformed => Self::Form,
            JwsError::WrongType => Self::WrongType,
            JwsError::Key(refusal) => Self::Key(refusal),
        }
    }
}

impl Verifier {
    /// Checks a receipt that this service signed, also under a former host or with a key that has been retired since.
    pub fn check_receipt(&self, text: &str) -> Result<CheckedReceipt, ReceiptRefused> {
        check(text, self.keys().public_keys(), &self.hosts, self.clock.now())
    }
}

/// Believes a receipt only if a receipt key among `keys`, in use at its date and not revoked at `now`, signed it for a
/// service at one of `hosts` (lower case, with a port that is not the usual one).
///
/// White space is passed over: a receipt may have been printed or mailed in lines.
pub fn check(text: &str, keys: &PublicKeys, hosts: &[String], now: Instant) -> Result<CheckedReceipt, ReceiptRefused> {
    if text.len() > LONGEST {
        return Err(ReceiptRefused::Form);
    }
    let text: String = text.split_ascii_whitespace().collect();
    let verified = jws::verify(&text, Purpose::Receipt, TYPE, keys, now)?;
    let Stated { iss, claims } = serde_json::from_slice(&verified.payload).map_err(|_| ReceiptRefused::Form)?;
    let host = iss.split_once("://").map_or("", |(_, host)| host).to_ascii_lowercase();
    if !hosts.contains(&host) {
        return Err(ReceiptRefused::ForeignIssuer);
    }
    let issued_at = Instant::from_millis(claims.iat.saturating_mul(1000));
    if issued_at > now.plus_millis(SKEW_MILLIS) {
        return Err(ReceiptRefused::Future);
    }
    let key = verified.key;
    Ok(CheckedReceipt { issuer: iss, claims, issued_at, kid: key.kid(), key_until: key.not_after })
}

#[derive(Deserialize)]
struct Stated {
    iss: String,
    #[serde(flatten)]
    claims: Claims,
}

/// Signs receipts.
pub struct Receipts {
    ring: watch::Receiver<Arc<KeyRing>>,
    issuer: String,
}

/// A receipt could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// Its claims could not be written.
    #[error("the claims of a receipt could not be written")]
    Claims(#[from] serde_json::Error),
    /// The key did not sign.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl Receipts {
    /// Signs with the key for receipts that is in use, in the name of `issuer`, the service's public URL.
    pub fn new(ring: watch::Receiver<Arc<KeyRing>>, issuer: String) -> Self {
        Self { ring, issuer }
    }

    /// A compact JWS, ES256, `typ: earayis-receipt+jwt`.
    pub fn sign(&self, claims: &Claims) -> Result<String, ReceiptError> {
        let claims = Signed { iss: &self.issuer, claims };
        let ring = Arc::clone(&self.ring.borrow());
        Ok(jws::sign(ring.receipt(), Purpose::Receipt, TYPE, &serde_json::to_vec(&claims)?)?)
    }
}

#[derive(Serialize)]
struct Signed<'a> {
    iss: &'a str,
    #[serde(flatten)]
    claims: &'a Claims,
}

/// What a receipt states beside its issuer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// When the verification was done, in whole seconds (RFC 7519 §4.1.6).
    pub iat: i64,
    /// The verification's id.
    pub jti: Uuid,
    /// The VÖEN of the organisation for which it was done, when it said who it is (RFC 7519 §4.1.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aud: Option<Voen>,
    /// What the verdict stands on.
    pub basis: Basis,
    /// What was concluded.
    pub verdict: Verdict,
    /// Its parts.
    pub checks: Vec<CheckClaim>,
    /// The certificate's number, when one was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// SHA-256 of the file, in hexadecimal, when one was presented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The log's state at that time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<CheckpointClaim>,
}

/// One check, as a receipt states it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckClaim {
    /// Which.
    pub name: CheckName,
    /// How it ended.
    pub result: CheckResult,
    /// Why, by its name on the wire.
    pub reason: String,
}

/// The log's checkpoint, as a receipt states it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckpointClaim {
    /// The log's name.
    pub origin: String,
    /// How many leaves it had.
    pub size: u64,
    /// Its root, in base64.
    pub root: String,
}

impl Claims {
    /// What a receipt says of `verification`.
    pub fn of(verification: &Verification, sha256: Option<&[u8; 32]>, checkpoint: Option<Checkpoint>) -> Self {
        Self {
            iat: verification.verified_at.seconds(),
            jti: verification.id,
            aud: None,
            basis: verification.basis,
            verdict: verification.verdict,
            checks: verification
                .checks
                .all()
                .map(|finding| CheckClaim {
                    name: finding.check(),
                    result: finding.result(),
                    reason: finding.slug().to_owned(),
                })
                .to_vec(),
            number: verification.certificate.as_ref().map(|certificate| number_text(certificate.number)),
            sha256: sha256.map(|digest| data_encoding::HEXLOWER.encode(digest)),
            checkpoint: checkpoint.map(|checkpoint| CheckpointClaim {
                root: checkpoint.root.to_base64(),
                origin: checkpoint.origin,
                size: checkpoint.size,
            }),
        }
    }
}

fn number_text(number: Number) -> String {
    number.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{InitOptions, SealingAlgorithm, init};
    use crate::random::Random;

    fn now() -> Instant {
        Instant::parse_rfc3339("2026-11-24T06:00:00Z").unwrap()
    }

    fn ring(dir: &std::path::Path) -> Arc<KeyRing> {
        let options = InitOptions {
            now: now().plus_days(-1),
            issuer: "Nümunə Agentliyi".to_owned(),
            log_origin: "example.test/log".to_owned(),
            sealing: SealingAlgorithm::P256,
            development: true,
        };
        Arc::new(init(dir, &options, &Random::system()).unwrap())
    }

    fn claims(at: Instant) -> Claims {
        let check = CheckClaim { name: CheckName::Status, result: CheckResult::Passed, reason: "in_force".to_owned() };
        Claims {
            iat: at.seconds(),
            jti: Uuid::from_u128(7),
            aud: Some("9900310161".parse().unwrap()),
            basis: Basis::File,
            verdict: Verdict::Valid,
            checks: vec![check],
            number: Some("2026-7KQ3-M9XD".to_owned()),
            sha256: Some("ab".repeat(32)),
            checkpoint: None,
        }
    }

    fn hosts() -> Vec<String> {
        vec!["arayis.example".to_owned(), "old.example:8080".to_owned()]
    }

    fn receipt(ring: &Arc<KeyRing>, issuer: &str, at: Instant) -> String {
        Receipts::new(watch::channel(Arc::clone(ring)).1, issuer.to_owned()).sign(&claims(at)).unwrap()
    }

    #[test]
    fn a_receipt_says_after_its_check_what_was_signed() {
        let dir = tempfile::tempdir().unwrap();
        let ring = ring(dir.path());
        let text = receipt(&ring, "https://arayis.example", now());
        let checked = check(&text, ring.public_keys(), &hosts(), now()).unwrap();
        assert_eq!((checked.claims, checked.issued_at), (claims(now()), now()));
        assert_eq!((checked.issuer.as_str(), checked.kid), ("https://arayis.example", ring.receipt().kid()));
        let lines: Vec<&str> = text.as_bytes().chunks(60).map(|line| std::str::from_utf8(line).unwrap()).collect();
        let printed = lines.join("\r\n");
        assert!(check(&printed, ring.public_keys(), &hosts(), now()).is_ok());
        let former = receipt(&ring, "http://OLD.example:8080", now());
        assert!(check(&former, ring.public_keys(), &hosts(), now()).is_ok());
    }

    #[test]
    fn a_receipt_of_another_service_or_from_the_future_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let ring = ring(dir.path());
        let refused = |issuer, at| check(&receipt(&ring, issuer, at), ring.public_keys(), &hosts(), now()).unwrap_err();
        for issuer in
            ["https://evil.example", "arayis.example", "https://arayis.example.evil", "https://arayis.example/x"]
        {
            assert_eq!(refused(issuer, now()), ReceiptRefused::ForeignIssuer, "{issuer}");
        }
        assert_eq!(refused("https://arayis.example", now().plus_millis(301_000)), ReceiptRefused::Future);
    }

    #[test]
    fn every_changed_symbol_and_every_cut_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let ring = ring(dir.path());
        let text = receipt(&ring, "https://arayis.example", now());
        for at in 0..text.len() {
            let mut altered = text.clone().into_bytes();
            altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(altered).unwrap();
            assert!(check(&altered, ring.public_keys(), &hosts(), now()).is_err(), "at {at}");
            assert!(check(&text[..at], ring.public_keys(), &hosts(), now()).is_err(), "cut at {at}");
        }
        let long = format!("{text}{}", " ".repeat(LONGEST));
        assert_eq!(check(&long, ring.public_keys(), &hosts(), now()), Err(ReceiptRefused::Form));
    }

    #[test]
    fn a_text_signed_for_something_else_is_no_receipt() {
        let dir = tempfile::tempdir().unwrap();
        let ring = ring(dir.path());
        let payload = serde_json::json!({ "iss": "https://arayis.example", "iat": now().seconds() }).to_string();
        let sign = |key, purpose, typ| jws::sign(key, purpose, typ, payload.as_bytes()).unwrap();
        let refused = |text: String| check(&text, ring.public_keys(), &hosts(), now()).unwrap_err();
        assert_eq!(refused(sign(ring.receipt(), Purpose::Receipt, "statuslist+jwt")), ReceiptRefused::WrongType);
        assert_eq!(refused(sign(ring.status(), Purpose::Status, TYPE)), KeyRefusal::WrongPurpose.into());
        assert_eq!(refused(sign(ring.receipt(), Purpose::Receipt, TYPE)), ReceiptRefused::Form, "claims are missing");
        let other = tempfile::tempdir().unwrap();
        let stranger = self::ring(other.path());
        assert_eq!(refused(receipt(&stranger, "https://arayis.example", now())), KeyRefusal::UnknownKey.into());
    }

    #[test]
    fn another_algorithm_or_a_critical_extension_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let ring = ring(dir.path());
        let text = receipt(&ring, "https://arayis.example", now());
        let (_, rest) = text.split_once('.').unwrap();
        let kid = ring.receipt().kid();
        for header in [
            format!(r#"{{"alg":"none","kid":"{kid}","typ":"{TYPE}"}}"#),
            format!(r#"{{"alg":"HS256","kid":"{kid}","typ":"{TYPE}"}}"#),
            format!(r#"{{"alg":"ES256","kid":"{kid}","typ":"{TYPE}","crit":["x"],"x":1}}"#),
            format!(r#"{{"alg":"ES256","kid":"{kid}","typ":"{TYPE}","jwk":{{}}}}"#),
        ] {
            let forged = format!("{}.{rest}", data_encoding::BASE64URL_NOPAD.encode(header.as_bytes()));
            assert_eq!(check(&forged, ring.public_keys(), &hosts(), now()), Err(ReceiptRefused::Form), "{header}");
        }
    }

    #[test]
    fn a_retired_key_vouches_for_what_it_signed_before_and_a_revoked_one_for_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let ring = ring(dir.path());
        let change = |edit: &dyn Fn(&mut crate::keys::PublicKey)| {
            let mut keys: Vec<_> = ring.public_keys().iter().cloned().collect();
            keys.iter_mut().for_each(edit);
            PublicKeys::new(keys)
        };
        let text = receipt(&ring, "https://arayis.example", now());
        let years_later = now().plus_days(2000);
        let retired = change(&|key| key.not_after = now().plus_days(1));
        let checked = check(&text, &retired, &hosts(), years_later).unwrap();
        assert!(checked.key_until <= years_later);
        let too_early = change(&|key| key.not_after = now());
        assert_eq!(check(&text, &too_early, &hosts(), years_later), Err(KeyRefusal::OutOfPeriod.into()));
        let revoked = change(&|key| key.revoked_at = Some(now().plus_days(1)));
        assert_eq!(check(&text, &revoked, &hosts(), years_later), Err(KeyRefusal::KeyRevoked.into()));
    }
}
