//! The check of the seals found in a file: it explains a refusal and never grants a verdict.
//!
//! Some bytes of a signature are signed by nobody (the case of its hexadecimal digits, the certificates of a chain), so
//! that a changed file can still be found clean here: only the identity of all bytes tells a genuine one.
//! The check reads bytes and nothing else: no cross-reference table is followed, so a broken file is judged like a
//! sound one, and no bytes make it panic or work for long. It may run in the service's own process.

mod claim;
mod cms;

use serde::{Deserialize, Serialize};

/// More signatures than this in one file are not looked at: an issued certificate has one, a re-stamped one a few.
const MOST_SEALS: usize = 32;

/// What one signature in a file amounts to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealCheck {
    /// The signer's certificate is, byte for byte, one of our seal certificates. Alone it proves nothing: see `intact`.
    pub ours: bool,
    /// The digest of exactly the bytes in `/ByteRange` is the signed one, and the signature over it is right.
    pub intact: bool,
    /// How much of the file the signature speaks for.
    pub coverage: Coverage,
    /// Everything found wrong, in the order in which it was found, each once.
    pub problems: Vec<SealProblem>,
}

/// How much of a file a signature speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// All of it, save the hexadecimal string that holds the signature itself.
    EntireFile,
    /// Some of it; the rest can be anything.
    Partial,
}

/// What can be wrong with a signature in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SealProblem {
    /// `/ByteRange` is missing, or is not `[0 a b c]` within the file (ISO 32000-1 §12.8.1).
    MalformedByteRange,
    /// `/Contents` is missing, empty, too long, or holds no DER of a CMS `SignedData` with one signer.
    MalformedContainer,
    /// The bytes in `/ByteRange` are not the bytes that were signed.
    DigestMismatch,
    /// The signature does not fit the signer's key.
    BadSignature,
    /// The signer is none of ours.
    UnknownSigner,
    /// `/ByteRange` leaves out more, or less, than the string in `/Contents`.
    Gap,
    /// The file goes on after the last byte in `/ByteRange`.
    TrailingBytes,
    /// An algorithm or a form of signature we never use: not judged.
    UnsupportedAlgorithm,
}

impl SealCheck {
    /// A signature dictionary whose bytes do not stand in the file as they must.
    pub fn malformed() -> Self {
        let problems = vec![SealProblem::MalformedContainer];
        Self { ours: false, intact: false, coverage: Coverage::Partial, problems }
    }
}

/// Judges every signature in `file`, in the order of their places, against `signers`: our seal certificates, present
/// and retired, in DER.
pub fn check(file: &[u8], signers: &[Vec<u8>]) -> Vec<SealCheck> {
    claim::positions(file).into_iter().take(MOST_SEALS).map(|at| judge(file, at, signers)).collect()
}

fn judge(file: &[u8], at: usize, signers: &[Vec<u8>]) -> SealCheck {
    let claim = match claim::read(file, at) {
        Ok(claim) => claim,
        Err(problem) => return SealCheck { problems: vec![problem], ..SealCheck::malformed() },
    };
    let signature = cms::judge(&claim.container, claim.signed, signers);
    let mut problems = claim.problems;
    problems.extend(signature.problems);
    let coverage = if problems.iter().any(|problem| matches!(problem, SealProblem::Gap | SealProblem::TrailingBytes)) {
        Coverage::Partial
    } else {
        Coverage::EntireFile
    };
    SealCheck { ours: signature.ours, intact: signature.intact, coverage, problems }
}
