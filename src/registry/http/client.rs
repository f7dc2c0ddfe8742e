//! The client of one source: it trusts only whom it is told to, follows no redirect and obeys no proxy of the environment.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Certificate, Client, Identity, Url, redirect, retry};

use super::QUESTION_ID;
use crate::registry::{HttpSettings, Pem, UnusableSource};

/// The client and the address it posts to.
pub(super) fn build(settings: &HttpSettings, pem: &Pem) -> Result<(Client, Url), UnusableSource> {
    refuse_zero(settings)?;
    let url = address(&settings.url)?;
    // Whoever came first has installed a provider already, and then it stays: its choice is the whole process's.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .connect_timeout(Duration::from_millis(settings.connect_timeout_ms))
        .default_headers(headers(settings)?);
    if let Some(bundle) = named(settings.root_certificate.is_some(), pem.root_certificate.as_ref())
        .map_err(|Absent| UnusableSource::RootCertificate)?
    {
        let roots = Certificate::from_pem_bundle(bundle).map_err(|_| UnusableSource::RootCertificate)?;
        if roots.is_empty() {
            return Err(UnusableSource::RootCertificate);
        }
        builder = builder.tls_certs_only(roots);
    }
    if let Some(bundle) = named(settings.client_certificate.is_some(), pem.client_certificate.as_ref())
        .map_err(|Absent| UnusableSource::ClientCertificate)?
    {
        builder = builder.identity(Identity::from_pem(bundle).map_err(|_| UnusableSource::ClientCertificate)?);
    }
    Ok((builder.build().map_err(|_| UnusableSource::Client)?, url))
}

/// Settings name a file whose contents were not handed over, or the other way round.
struct Absent;

/// A certificate that the settings name must be there: without it the source would be asked under weaker conditions.
fn named(named: bool, bytes: Option<&Vec<u8>>) -> Result<Option<&Vec<u8>>, Absent> {
    if named == bytes.is_some() { Ok(bytes) } else { Err(Absent) }
}

fn refuse_zero(settings: &HttpSettings) -> Result<(), UnusableSource> {
    let limits = [
        ("connect_timeout_ms", settings.connect_timeout_ms == 0),
        ("attempt_timeout_ms", settings.attempt_timeout_ms == 0),
        ("total_timeout_ms", settings.total_timeout_ms == 0),
        ("max_attempts", settings.max_attempts == 0),
        ("max_answer_bytes", settings.max_answer_bytes == 0),
        ("breaker_failures", settings.breaker_failures == 0),
        ("breaker_pause_ms", settings.breaker_pause_ms == 0),
    ];
    match limits.into_iter().find(|(_, is_zero)| *is_zero) {
        Some((name, _)) => Err(UnusableSource::Zero(name)),
        None => Ok(()),
    }
}

fn address(text: &str) -> Result<Url, UnusableSource> {
    let url = Url::parse(text).map_err(|_| UnusableSource::Url)?;
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let this_machine =
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    let sealed = url.scheme() == "https" || (url.scheme() == "http" && this_machine);
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    if sealed && plain { Ok(url) } else { Err(UnusableSource::Url) }
}

fn headers(settings: &HttpSettings) -> Result<HeaderMap, UnusableSource> {
    let ours = [QUESTION_ID, "content-type", "content-length", "transfer-encoding", "host", "connection"];
    let mut headers = HeaderMap::new();
    for (name, value) in &settings.headers {
        let refused = || UnusableSource::Header(name.clone());
        let header: HeaderName = name.parse().map_err(|_| refused())?;
        let mut value = HeaderValue::from_str(value.reveal()).map_err(|_| refused())?;
        value.set_sensitive(true);
        if ours.contains(&header.as_str()) || headers.insert(header, value).is_some() {
            return Err(refused());
        }
    }
    Ok(headers)
}
