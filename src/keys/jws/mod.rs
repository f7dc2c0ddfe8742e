//! Compact JWS with ES256 (RFC 7515), as receipts and status lists use it: one algorithm, one form, no key from outside.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

use super::{KeyError, KeyRefusal, Kid, PublicKey, PublicKeys, Purpose, SigningKey};
use crate::clock::Instant;

/// The protected header: exactly these members. Any other (`crit`, `jwk`, `jku`, `x5u`, `x5c`…) or a repeated one makes
/// the text malformed.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    kid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    typ: Option<String>,
}

/// Why a JWS is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// It is not a compact JWS of the one form that is written here.
    #[error("this is not a signed text of the expected form")]
    Malformed,
    /// It is something else that was signed, such as a receipt in place of a status list.
    #[error("this signed text is of another type than expected")]
    WrongType,
    /// Its key or signature is refused.
    #[error(transparent)]
    Key(#[from] KeyRefusal),
}

/// A JWS whose signature holds.
#[derive(Debug, Clone)]
pub struct Verified<'a> {
    /// The payload's bytes: a JSON object with `iat`.
    pub payload: Vec<u8>,
    /// The key that signed it.
    pub key: &'a PublicKey,
}

/// Signs `payload`, a JSON object with `iat` in seconds, as a JWS of type `typ`.
pub fn sign(key: &SigningKey, purpose: Purpose, typ: &str, payload: &[u8]) -> Result<String, KeyError> {
    let header = Header { alg: "ES256".to_owned(), kid: key.kid().to_string(), typ: Some(typ.to_owned()) };
    let header = serde_json::to_vec(&header).map_err(|_| KeyError::Signing)?;
    let mut text = format!("{}.{}", BASE64URL_NOPAD.encode(&header), BASE64URL_NOPAD.encode(payload));
    let signature = key.sign(purpose, text.as_bytes())?;
    text.push('.');
    text.push_str(&BASE64URL_NOPAD.encode(&signature));
    Ok(text)
}

/// Believes `text` only if it is a JWS of type `typ`, signed by a key of `purpose` among `keys` that is not revoked at
/// `now` and was in use at the payload's `iat`.
pub fn verify<'a>(
    text: &str,
    purpose: Purpose,
    typ: &str,
    keys: &'a PublicKeys,
    now: Instant,
) -> Result<Verified<'a>, JwsError> {
    let unverified = Unverified::parse(text)?;
    if unverified.header.typ.as_deref() != Some(typ) {
        return Err(JwsError::WrongType);
    }
    let kid: Kid = unverified.header.kid.parse().map_err(|_| KeyRefusal::UnknownKey)?;
    let Issued { iat } = serde_json::from_slice(&unverified.payload).map_err(|_| JwsError::Malformed)?;
    let key = keys.trusted(kid, purpose, Instant::from_millis(iat.saturating_mul(1000)), now)?;
    key.verify(purpose, unverified.signed.as_bytes(), &unverified.signature)?;
    Ok(Verified { payload: unverified.payload, key })
}

/// The payload of `text`, if it has the one form that is written here and `key`, being for `purpose`, signed it.
///
/// Neither the type nor any date is looked at: whoever relies on a text calls [`verify`].
pub fn payload_signed_by(text: &str, purpose: Purpose, key: &PublicKey) -> Result<Vec<u8>, JwsError> {
    let unverified = Unverified::parse(text)?;
    key.verify(purpose, unverified.signed.as_bytes(), &unverified.signature)?;
    Ok(unverified.payload)
}

/// What every payload says: when it was signed, in seconds since 1970 (RFC 7519 §4.1.6).
#[derive(Deserialize)]
struct Issued {
    iat: i64,
}

/// The parts of a JWS before anything is believed.
struct Unverified<'a> {
    header: Header,
    signed: &'a str,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

impl<'a> Unverified<'a> {
    fn parse(text: &'a str) -> Result<Self, JwsError> {
        let decode = |part: &str| BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| JwsError::Malformed);
        let (signed, signature) = text.rsplit_once('.').ok_or(JwsError::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(JwsError::Malformed)?;
        let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| JwsError::Malformed)?;
        if header.alg != "ES256" {
            return Err(JwsError::Malformed);
        }
        Ok(Self { header, signed, payload: decode(payload)?, signature: decode(signature)? })
    }
}

#[cfg(test)]
mod tests;
