//! The receipt: what a verification found, signed, so that it can be filed and checked years later.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Verification;
use super::verdict::{Basis, CheckName, CheckResult, Verdict};
use crate::certificate::Number;
use crate::keys::{KeyError, KeyRing, Purpose, jws};
use crate::transparency::Checkpoint;

/// The type that a receipt's header names.
pub const TYPE: &str = "earayis-receipt+jwt";

/// Signs receipts.
pub struct Receipts {
    ring: Arc<KeyRing>,
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
    /// Signs with the ring's key for receipts, in the name of `issuer`, the service's public URL.
    pub fn new(ring: Arc<KeyRing>, issuer: String) -> Self {
        Self { ring, issuer }
    }

    /// A compact JWS, ES256, `typ: earayis-receipt+jwt`.
    pub fn sign(&self, claims: &Claims) -> Result<String, ReceiptError> {
        let claims = Signed { iss: &self.issuer, claims };
        Ok(jws::sign(self.ring.receipt(), Purpose::Receipt, TYPE, &serde_json::to_vec(&claims)?)?)
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
