//! The root: the one certificate on which everything in a trust folder rests, known by its fingerprint.

use std::fmt;

use ring::digest::{SHA256, digest};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use serde_json::Value;

use crate::clock::Instant;
use crate::keys::{Chain, PublicKeys, Purpose};

/// A self-signed certificate that somebody trusts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root(Vec<u8>);

/// The bytes are no root certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not a root's X.509 certificate, in PEM or DER: ask the service's operator for it")]
pub struct NotRoot;

impl Root {
    /// Reads a certificate in PEM or DER that signed itself.
    pub fn parse(bytes: &[u8]) -> Result<Self, NotRoot> {
        let der = CertificateDer::from_pem_slice(bytes).map_or_else(|_| bytes.to_vec(), |der| der.to_vec());
        match Chain::from_der(vec![der.clone()]) {
            Ok(_) => Ok(Self(der)),
            Err(_) => Err(NotRoot),
        }
    }

    /// The root under which the keys in use of a published list stand, for who has none yet; none when there is not
    /// exactly one.
    pub(super) fn of_first_use(jwks: &Value, now: Instant) -> Option<Self> {
        let keys = jwks.get("keys")?.as_array()?;
        let roots = keys.iter().filter(|key| key["purpose"] == Purpose::Root.word());
        let certificates = roots.filter_map(|key| {
            let der = data_encoding::BASE64.decode(key["x5c"][0].as_str()?.as_bytes()).ok()?;
            Self::parse(&der).ok()
        });
        let mut in_use = certificates.filter(|root| {
            let keys = PublicKeys::from_jwks(jwks, root.der());
            keys.iter().any(|key| key.purpose == Purpose::Qr && key.not_before <= now && now < key.not_after)
        });
        let root = in_use.next()?;
        in_use.next().is_none().then_some(root)
    }

    /// The certificate in DER.
    pub fn der(&self) -> &[u8] {
        &self.0
    }

    /// SHA-256 of the certificate, as people compare it: `AB:CD:…`.
    pub fn fingerprint(&self) -> String {
        let bytes = digest(&SHA256, &self.0);
        let pairs: Vec<String> = bytes.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
        pairs.join(":")
    }
}

impl fmt::Display for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.fingerprint())
    }
}
