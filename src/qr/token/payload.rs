//! The text of a QR: the address of the check, and after `#`, where no server sees it, the code and the token.

use std::fmt;

use data_encoding::BASE32_NOPAD;

use super::LONGEST;
use crate::certificate::{Code, NotCode};

/// The text of a certificate's QR, `HTTPS://HOST/V#CODE.TOKEN`, in upper case as QR's alphanumeric mode wants it.
///
/// `public_url` is the service's origin, such as `https://arayis.example`; it has no path.
pub fn payload(public_url: &str, code: &Code, token: &[u8]) -> String {
    let origin = public_url.trim_end_matches('/').to_ascii_uppercase();
    format!("{origin}/V#{}.{}", code.compact(), BASE32_NOPAD.encode(token))
}

/// What the text of a QR consists of. Nothing of it is believed yet: the caller compares the host and checks the token.
#[derive(Clone, PartialEq, Eq)]
pub struct Payload {
    /// How the address is reached.
    pub scheme: Scheme,
    /// The host, with its port if one is given, in lower case as far as it is ASCII. Letters of other scripts stay what
    /// they are, so that a look-alike of our host is another host.
    pub host: String,
    /// The code, unless whoever showed the QR withheld it.
    pub code: Option<Code>,
    /// The token's bytes.
    pub token: Vec<u8>,
}

/// The scheme of a QR's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// `HTTP`, of a demonstration.
    Http,
    /// `HTTPS`.
    Https,
}

/// Why a text is not that of a certificate's QR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// It is something else.
    #[error("this QR code is not that of a certificate")]
    NotOurs,
    /// Its code is none.
    #[error(transparent)]
    Code(#[from] NotCode),
    /// Its token is not base32 of a possible length.
    #[error("the token in this QR code is damaged: scan it again")]
    Token,
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Payload({:?} {}, …)", self.scheme, self.host)
    }
}

/// Takes the text of a QR apart: `HTTPS://HOST[:PORT]/V#[CODE.]TOKEN` in any case, and nothing else.
pub fn parse_payload(text: &str) -> Result<Payload, PayloadError> {
    let (scheme, rest) = text.split_once("://").ok_or(PayloadError::NotOurs)?;
    let scheme = match scheme.to_ascii_lowercase().as_str() {
        "https" => Scheme::Https,
        "http" => Scheme::Http,
        _ => return Err(PayloadError::NotOurs),
    };
    let (address, secret) = rest.split_once('#').ok_or(PayloadError::NotOurs)?;
    let (host, path) = address.split_once('/').ok_or(PayloadError::NotOurs)?;
    if !is_host(host) || !path.eq_ignore_ascii_case("v") {
        return Err(PayloadError::NotOurs);
    }
    let (code, token) = match secret.split_once('.') {
        Some((code, token)) => (Some(exact_code(code)?), token),
        None => (None, secret),
    };
    let token = BASE32_NOPAD.decode(token.to_ascii_uppercase().as_bytes()).map_err(|_| PayloadError::Token)?;
    if token.is_empty() || token.len() > LONGEST {
        return Err(PayloadError::Token);
    }
    Ok(Payload { scheme, host: host.to_ascii_lowercase(), code, token })
}

/// A code as a machine writes it: what people may mistype is not forgiven here.
fn exact_code(text: &str) -> Result<Code, NotCode> {
    let code: Code = text.parse()?;
    if code.compact().eq_ignore_ascii_case(text) { Ok(code) } else { Err(NotCode::Form) }
}

/// A host's name or IPv4 address with perhaps a port: no user, no brackets, no percent signs.
fn is_host(text: &str) -> bool {
    let (name, port) = text.split_once(':').map_or((text, None), |(name, port)| (name, Some(port)));
    let port_fits = port.is_none_or(|port| {
        port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|number| number > 0)
    });
    let label_fits = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    port_fits && name.len() <= 253 && name.split('.').all(label_fits)
}
