//! The ID token: every rule of OpenID Connect Core 1.0 §3.1.3.7 and RFC 8725, and none of what it says before all hold.

use data_encoding::BASE64URL_NOPAD;
use ring::digest;
use serde_json::{Map, Value};

use super::error::Broken;
use super::json;
use super::keys::{Algorithm, Keys};
use crate::clock::Instant;

/// How far the provider's clock may be from ours, in seconds.
const SKEW: i64 = 60;

/// What a token must fit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client: &'a str,
    pub(super) nonce: &'a str,
    pub(super) access_token: &'a str,
    /// When the sign-in began: no token for it is older.
    pub(super) began: Instant,
    pub(super) now: Instant,
}

/// A token of the compact form whose signature was not looked at yet.
pub(super) struct IdToken<'a> {
    pub(super) algorithm: Algorithm,
    pub(super) kid: Option<String>,
    message: &'a [u8],
    signature: Vec<u8>,
    payload: Vec<u8>,
}

impl<'a> IdToken<'a> {
    /// Reads the form of a token (RFC 7515 §7.1), which says by which key it claims to be signed.
    pub(super) fn read(text: &'a str) -> Result<Self, Broken> {
        let mut parts = text.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Broken::Form);
        };
        let message = &text.as_bytes()[..header.len() + 1 + payload.len()];
        let bytes = |part: &str| BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| Broken::Form);
        let header = json::object(&bytes(header)?).ok_or(Broken::Form)?;
        if header.contains_key("crit") {
            return Err(Broken::Critical);
        }
        let name = header.get("alg").and_then(Value::as_str).ok_or(Broken::Algorithm)?;
        let algorithm = Algorithm::of(name).ok_or(Broken::Algorithm)?;
        let sort = header.get("typ").map(|sort| sort.as_str().is_some_and(|sort| sort.eq_ignore_ascii_case("jwt")));
        if sort == Some(false) {
            return Err(Broken::Sort);
        }
        let kid = match header.get("kid") {
            None => None,
            Some(kid) => Some(kid.as_str().ok_or(Broken::Form)?.to_owned()),
        };
        Ok(Self { algorithm, kid, message, signature: bytes(signature)?, payload: bytes(payload)? })
    }

    /// Its claims, if one of the keys signed it and every rule holds.
    pub(super) fn claims(&self, keys: &Keys, expected: Expected<'_>) -> Result<Map<String, Value>, Broken> {
        match keys.verify(self.algorithm, self.kid.as_deref(), self.message, &self.signature) {
            None => return Err(Broken::UnknownKey),
            Some(false) => return Err(Broken::Signature),
            Some(true) => {}
        }
        let claims = json::object(&self.payload).ok_or(Broken::Form)?;
        addressed(&claims, expected)?;
        in_time(&claims, expected)?;
        of_this_sign_in(&claims, expected)?;
        subject(&claims)?;
        Ok(claims)
    }
}

/// From the provider that was asked, to us and nobody else: no other audience is trusted with our sign-ins.
fn addressed(claims: &Map<String, Value>, expected: Expected<'_>) -> Result<(), Broken> {
    if claims.get("iss").and_then(Value::as_str) != Some(expected.issuer) {
        return Err(Broken::Issuer);
    }
    let audience = match claims.get("aud") {
        Some(Value::Array(all)) if all.len() == 1 => all.first(),
        other => other,
    };
    if audience.and_then(Value::as_str) != Some(expected.client) {
        return Err(Broken::Audience);
    }
    let party = claims.get("azp").map(|party| party.as_str() == Some(expected.client));
    if party == Some(false) { Err(Broken::AuthorizedParty) } else { Ok(()) }
}

fn in_time(claims: &Map<String, Value>, expected: Expected<'_>) -> Result<(), Broken> {
    let now = expected.now.seconds();
    let expires = seconds(claims, "exp").ok_or(Broken::NoExpiry)?;
    if now >= expires.saturating_add(SKEW) {
        return Err(Broken::Expired);
    }
    let issued = seconds(claims, "iat").ok_or(Broken::IssuedAt)?;
    let earliest = expected.began.seconds().saturating_sub(SKEW);
    if issued < earliest || issued > now.saturating_add(SKEW) || issued > expires {
        return Err(Broken::IssuedAt);
    }
    match claims.get("nbf").map(|_| seconds(claims, "nbf")) {
        None => Ok(()),
        Some(Some(from)) if from <= now.saturating_add(SKEW) => Ok(()),
        Some(_) => Err(Broken::NotYet),
    }
}

/// A number of seconds (RFC 7519 §2, `NumericDate`), rounded down.
fn seconds(claims: &Map<String, Value>, name: &str) -> Option<i64> {
    let value = claims.get(name)?;
    #[expect(clippy::cast_possible_truncation, reason = "what is too large is brought to the end of the range")]
    value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds.floor() as i64))
}

fn of_this_sign_in(claims: &Map<String, Value>, expected: Expected<'_>) -> Result<(), Broken> {
    if claims.get("nonce").and_then(Value::as_str) != Some(expected.nonce) {
        return Err(Broken::Nonce);
    }
    let hash = digest::digest(&digest::SHA256, expected.access_token.as_bytes());
    let half = BASE64URL_NOPAD.encode(&hash.as_ref()[..16]);
    match claims.get("at_hash") {
        Some(hash) if hash.as_str() != Some(half.as_str()) => Err(Broken::AccessToken),
        _ => Ok(()),
    }
}

/// The provider's name for the person: 1 to 255 visible characters of ASCII (§2).
pub(super) fn subject(claims: &Map<String, Value>) -> Result<&str, Broken> {
    let subject = claims.get("sub").and_then(Value::as_str).ok_or(Broken::Subject)?;
    let fits =
        (1..=255).contains(&subject.len()) && subject.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    if fits { Ok(subject) } else { Err(Broken::Subject) }
}
