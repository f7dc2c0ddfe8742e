//! The signed token in a certificate's QR: its chief facts, which anyone checks without asking us.
//!
//! A `COSE_Sign1` (RFC 9052 §4.2) with ES256 around a CBOR Web Token (RFC 8392) in deterministic CBOR (RFC 8949 §4.2.1).
//! There is exactly one encoding of a token: whatever differs from it in a single bit is refused.

mod claims;
mod payload;

use std::fmt;

use coset::iana::Algorithm;
use coset::{CoseSign1, CoseSign1Builder, HeaderBuilder, RegisteredLabelWithPrivate, TaggedCborSerializable as _};

use crate::clock::Instant;
use crate::keys::{KeyError, KeyRefusal, Kid, PublicKeys, Purpose, SigningKey};

pub use payload::{Payload, PayloadError, Scheme, parse_payload, payload};

/// The most bytes of a token, so that the QR stays readable on a photocopy.
pub const LONGEST: usize = crate::catalogue::qr_room::TOKEN_BYTES;

/// How far the clock of whoever checks may be behind ours, in milliseconds.
const CLOCK_SKEW: i64 = 5 * 60 * 1000;

/// What a QR says of its certificate. Instants are whole seconds; `Debug` shows no facts.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// Who issued it (`iss`).
    pub issuer: String,
    /// The exclusive end of its validity (`exp`), if it has one.
    pub expires: Option<Instant>,
    /// When it was issued (`nbf`).
    pub not_before: Instant,
    /// The certificate's number (`cti`).
    pub number: String,
    /// Where its status is published.
    pub status_list: StatusReference,
    /// The kind's code.
    pub kind: String,
    /// The chief facts, by the field's code.
    pub facts: Vec<(String, TokenValue)>,
    /// Whether it is a demonstration without legal force.
    pub demonstration: bool,
}

/// A place in a Token Status List.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusReference {
    /// The place (`idx`).
    pub index: u32,
    /// The list (`uri`).
    pub uri: String,
}

/// A fact's value. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub enum TokenValue {
    /// A text.
    Text(String),
    /// A whole number, such as qəpik.
    Integer(i64),
}

/// Why a token is not signed or not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is not a token in its one encoding.
    #[error("this is not a certificate's token")]
    Malformed,
    /// It was issued in the reader's future.
    #[error("this token is dated in the future: set the clock right")]
    NotYetValid,
    /// Its key or signature is refused.
    #[error(transparent)]
    Key(#[from] KeyRefusal),
    /// The facts are too long for a QR.
    #[error("the token has {bytes} bytes and a QR holds {LONGEST}: let the kind put fewer facts into its QR")]
    TooLong {
        /// The length it would have.
        bytes: usize,
    },
    /// Two facts have the same code.
    #[error("two facts of the token have the same code")]
    RepeatedFact,
    /// The cryptographic library refused.
    #[error("the token could not be signed")]
    Signing,
}

impl Token {
    /// Whether its validity has ended at `now`. An expired token is genuine still.
    pub fn has_expired(&self, now: Instant) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({} {}, …)", self.kind, self.number)
    }
}

impl fmt::Debug for TokenValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenValue(…)")
    }
}

/// Signs `token` with the QR key.
pub fn sign(token: &Token, key: &SigningKey) -> Result<Vec<u8>, TokenError> {
    let mut message = unsigned(token, key.kid())?;
    let signature = key.sign(Purpose::Qr, &message.tbs_data(&[])).map_err(|error| match error {
        KeyError::WrongPurpose { .. } => TokenError::Key(KeyRefusal::WrongPurpose),
        _ => TokenError::Signing,
    })?;
    message.signature = signature.to_vec();
    let bytes = message.to_tagged_vec().map_err(|_| TokenError::Signing)?;
    if bytes.len() > LONGEST { Err(TokenError::TooLong { bytes: bytes.len() }) } else { Ok(bytes) }
}

/// Believes `bytes` only if they are the one encoding of a token, signed by a QR key among `keys` that is not revoked
/// at `now` and was in use when the token was issued. Whether it has expired, the token tells.
pub fn verify(bytes: &[u8], keys: &PublicKeys, now: Instant) -> Result<Token, TokenError> {
    if bytes.len() > LONGEST {
        return Err(TokenError::Malformed);
    }
    let received = CoseSign1::from_tagged_slice(bytes).map_err(|_| TokenError::Malformed)?;
    let header = &received.protected.header;
    if header.alg != Some(RegisteredLabelWithPrivate::Assigned(Algorithm::ES256)) {
        return Err(TokenError::Malformed);
    }
    let kid = Kid(header.key_id.as_slice().try_into().map_err(|_| TokenError::Malformed)?);
    let token = claims::decode(received.payload.as_deref().unwrap_or_default()).ok_or(TokenError::Malformed)?;
    // Made anew from what was understood, the message must come out the same: so nothing else was in it.
    let mut message = unsigned(&token, kid)?;
    message.signature = received.signature;
    if message.clone().to_tagged_vec().map_err(|_| TokenError::Malformed)? != bytes {
        return Err(TokenError::Malformed);
    }
    let key = keys.trusted(kid, Purpose::Qr, token.not_before, now)?;
    key.verify(Purpose::Qr, &message.tbs_data(&[]), &message.signature)?;
    if token.not_before > now.plus_millis(CLOCK_SKEW) {
        return Err(TokenError::NotYetValid);
    }
    Ok(token)
}

/// What a token says whose signature nobody checked: for a file whose bytes are known to be ours, never for a QR that
/// somebody shows.
pub fn unverified(bytes: &[u8]) -> Option<Token> {
    let message = CoseSign1::from_tagged_slice(bytes).ok()?;
    claims::decode(message.payload.as_deref()?)
}

/// The message of a token, before its signature.
fn unsigned(token: &Token, kid: Kid) -> Result<CoseSign1, TokenError> {
    let header = HeaderBuilder::new().algorithm(Algorithm::ES256).key_id(kid.0.to_vec()).build();
    Ok(CoseSign1Builder::new().protected(header).payload(claims::encode(token)?).build())
}

#[cfg(test)]
mod tests;
