//! A client certificate (RFC 5280) as far as it matters who shows it: what it is, when it holds, and whether it is for clients.

use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

use super::api_token::sha256;
use crate::clock::Instant;

/// A client certificate, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCertificate {
    /// SHA-256 of its DER, by which it is bound (RFC 8705 §3.1).
    pub sha256: [u8; 32],
    /// The first instant at which it holds.
    pub not_before: Instant,
    /// The last instant at which it holds, to the second.
    pub not_after: Instant,
    for_clients: bool,
}

/// Why a client certificate shows nobody's identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateFault {
    /// It is no X.509 certificate.
    #[error("the client certificate cannot be read; have a new one made")]
    Unreadable,
    /// It is not for TLS clients.
    #[error("the client certificate is not for TLS clients; have one made with the extended key usage `clientAuth`")]
    Usage,
    /// It is not valid yet.
    #[error("the client certificate is not valid yet; use the one before it until then")]
    Early,
    /// It has expired.
    #[error("the client certificate has expired; have a new one made and bound")]
    Expired,
}

impl ClientCertificate {
    /// Reads a certificate in DER, of which nothing may be left over.
    pub fn read(der: &[u8]) -> Result<Self, CertificateFault> {
        let (rest, certificate) = X509Certificate::from_der(der).map_err(|_| CertificateFault::Unreadable)?;
        if !rest.is_empty() {
            return Err(CertificateFault::Unreadable);
        }
        let validity = certificate.validity();
        let instant = |seconds: i64| Instant::from_millis(seconds.saturating_mul(1000));
        Ok(Self {
            sha256: sha256(der),
            not_before: instant(validity.not_before.timestamp()),
            not_after: instant(validity.not_after.timestamp()),
            for_clients: is_for_clients(&certificate)?,
        })
    }

    /// Whether it may show who a client is at `now`.
    pub fn check(&self, now: Instant) -> Result<(), CertificateFault> {
        if !self.for_clients {
            return Err(CertificateFault::Usage);
        }
        if now < self.not_before {
            return Err(CertificateFault::Early);
        }
        // The last second counts whole (RFC 5280 §4.1.2.5).
        if now >= self.not_after.plus_millis(1000) {
            return Err(CertificateFault::Expired);
        }
        Ok(())
    }
}

/// A usage that is not named is not restricted (RFC 5280 §4.2.1.3, §4.2.1.12); an authority's certificate is no client's.
fn is_for_clients(certificate: &X509Certificate<'_>) -> Result<bool, CertificateFault> {
    let unreadable = |_| CertificateFault::Unreadable;
    let extended = certificate.extended_key_usage().map_err(unreadable)?;
    let usage = certificate.key_usage().map_err(unreadable)?;
    let constraints = certificate.basic_constraints().map_err(unreadable)?;
    Ok(extended.is_none_or(|extended| extended.value.client_auth || extended.value.any)
        && usage.is_none_or(|usage| usage.value.digital_signature())
        && constraints.is_none_or(|constraints| !constraints.value.ca))
}
