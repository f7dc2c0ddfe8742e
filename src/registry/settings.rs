//! How a registry source behind HTTP is asked; header values never show in `Debug`.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use serde::Deserialize;

/// A source behind HTTP. Every duration is in milliseconds.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpSettings {
    /// Where questions are posted: `https`, or `http` to this very machine. No user, no fragment.
    pub url: String,
    /// Headers sent with each question, such as an access token; the values are secret.
    #[serde(default)]
    pub headers: BTreeMap<String, Secret>,
    /// A PEM file with our client certificate (and its chain) and its PKCS #8 key.
    pub client_certificate: Option<PathBuf>,
    /// A PEM file with the only roots trusted for this source; without it, the machine's.
    pub root_certificate: Option<PathBuf>,
    /// How long a connection may take to come about. Default 2 000.
    #[serde(default = "connect_timeout_ms")]
    pub connect_timeout_ms: u64,
    /// How long one attempt may take, connection included. Default 4 000.
    #[serde(default = "attempt_timeout_ms")]
    pub attempt_timeout_ms: u64,
    /// How long a question may take, with all its attempts and pauses. Default 10 000.
    #[serde(default = "total_timeout_ms")]
    pub total_timeout_ms: u64,
    /// How many times a question is sent at most, counting the first. Default 3.
    #[serde(default = "max_attempts")]
    pub max_attempts: u32,
    /// The longest pause before the second attempt; it doubles with each, and chance shortens it. Default 200.
    #[serde(default = "backoff_ms")]
    pub backoff_ms: u64,
    /// The longest answer read, in bytes. Default 1 MiB.
    #[serde(default = "max_answer_bytes")]
    pub max_answer_bytes: usize,
    /// How many questions must fail one after another before the source is left in peace. Default 5.
    #[serde(default = "breaker_failures")]
    pub breaker_failures: u32,
    /// For how long it is left in peace. Default 30 000.
    #[serde(default = "breaker_pause_ms")]
    pub breaker_pause_ms: u32,
}

impl HttpSettings {
    /// A source at `url`, with every other setting at its default.
    pub fn to(url: String) -> Self {
        Self {
            url,
            headers: BTreeMap::new(),
            client_certificate: None,
            root_certificate: None,
            connect_timeout_ms: connect_timeout_ms(),
            attempt_timeout_ms: attempt_timeout_ms(),
            total_timeout_ms: total_timeout_ms(),
            max_attempts: max_attempts(),
            backoff_ms: backoff_ms(),
            max_answer_bytes: max_answer_bytes(),
            breaker_failures: breaker_failures(),
            breaker_pause_ms: breaker_pause_ms(),
        }
    }
}

fn connect_timeout_ms() -> u64 {
    2_000
}
fn attempt_timeout_ms() -> u64 {
    4_000
}
fn total_timeout_ms() -> u64 {
    10_000
}
fn max_attempts() -> u32 {
    3
}
fn backoff_ms() -> u64 {
    200
}
fn max_answer_bytes() -> usize {
    1 << 20
}
fn breaker_failures() -> u32 {
    5
}
fn breaker_pause_ms() -> u32 {
    30_000
}

/// The contents of the PEM files that [`HttpSettings`] names; whoever wires the service reads them.
#[derive(Clone, Default)]
pub struct Pem {
    /// Of `client_certificate`.
    pub client_certificate: Option<Vec<u8>>,
    /// Of `root_certificate`.
    pub root_certificate: Option<Vec<u8>>,
}

impl fmt::Debug for Pem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pem(…)")
    }
}

/// A text that `Debug` does not show.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The text itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The settings make no source that could be asked; the service refuses to start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnusableSource {
    /// The address is none, or would carry personal data in the clear.
    #[error("`url` must be an https address (http only to this machine), without user name or fragment")]
    Url,
    /// A header cannot be sent.
    #[error(
        "header {0:?} in `headers` has a name or value that HTTP does not allow, or is one the service sets itself"
    )]
    Header(String),
    /// The client certificate cannot be used.
    #[error("`client_certificate` must be a PEM file with a certificate and its PKCS #8 key")]
    ClientCertificate,
    /// The roots cannot be used.
    #[error("`root_certificate` must be a PEM file with at least one certificate")]
    RootCertificate,
    /// A limit would let nothing through.
    #[error("`{0}` must be greater than 0")]
    Zero(&'static str),
    /// The client could not be made of these parts.
    #[error("no HTTP client can be made of these settings; check that certificate and key belong together")]
    Client,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_values_do_not_show() {
        let token = Secret::from("canary".to_owned());
        let headers = BTreeMap::from([("X-Token".to_owned(), token)]);
        let http = HttpSettings { headers, ..HttpSettings::to("https://registry.example/".to_owned()) };
        assert_eq!(http.headers["X-Token"].reveal(), "canary");
        assert!(!format!("{http:?}").contains("canary"));
    }
}
