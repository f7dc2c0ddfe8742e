//! The seal: PAdES B-B around exactly the bytes of one certificate, and the check of a seal found in a file.

pub mod check;
mod cms;
mod key;
mod release;
mod signer_certificate;

use crate::clock::Instant;
use crate::keys::KeyRing;
use crate::pdf::PdfError;
use crate::random::Random;

pub use key::SealKey;
pub use signer_certificate::SignerCertificate;

use self::cms::Template;

/// Why nothing was sealed, or the service cannot begin to seal; each message says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The private key is of no kind that seals.
    #[error("the sealing key is neither P-256 nor RSA of 2048, 3072 or 4096 bits in PKCS#8: restore the right key")]
    UnsupportedKey,
    /// The certificate certifies another key.
    #[error("the signer certificate certifies another key than the sealing key: restore the one that belongs to it")]
    KeyDoesNotFit,
    /// The certificate, or one above it, is malformed or not issued by the root.
    #[error("the signer certificate cannot be used: {0}")]
    Chain(String),
    /// A certificate of the chain is not valid yet.
    #[error("the signer certificate is not valid before {from}: wait, or set the machine's clock right")]
    NotYetValid {
        /// The first instant of validity.
        from: Instant,
    },
    /// A certificate of the chain has expired.
    #[error("the signer certificate has expired, it was valid until {until}: have a new one issued and load it")]
    Expired {
        /// The last second of validity.
        until: Instant,
    },
    /// The certificate's key usage does not let it seal.
    #[error("the signer certificate is not for seals: its key usage has neither digital signature nor non-repudiation")]
    KeyUsage,
    /// The certificate names another purpose.
    #[error("the signer certificate names another purpose than `seal`: load the one made for seals")]
    WrongPurpose,
    /// The key is revoked.
    #[error("the active `seal` key is revoked and seals nothing: put another in its place (keys/README.md)")]
    Revoked,
    /// The cryptographic library refused.
    #[error("the seal could not be signed")]
    Signing,
    /// No registry said anything.
    #[error("no extract of a registry stands behind this certificate: nothing is sealed without one")]
    NoExtract,
    /// The extracts speak of different persons.
    #[error("the extracts behind this certificate speak of different persons: nothing is sealed from them")]
    AnotherPerson,
    /// The seal does not go into the file.
    #[error(transparent)]
    Pdf(#[from] PdfError),
}

/// Seals: a key, its certificate, and everything of a seal that does not change from one to the next.
#[derive(Debug)]
pub struct Sealer {
    key: SealKey,
    certificate: SignerCertificate,
    template: Template,
    revoked: bool,
}

impl Sealer {
    /// A sealer with `key` and the `certificate` that certifies it.
    pub fn new(key: SealKey, certificate: SignerCertificate) -> Result<Self, SealError> {
        if key.material() != certificate.material() {
            return Err(SealError::KeyDoesNotFit);
        }
        let template = Template::new(&key, &certificate)?;
        Ok(Self { key, certificate, template, revoked: false })
    }

    /// The sealer of a key ring, which must be able to seal at `now`.
    pub fn from_ring(ring: &KeyRing, now: Instant, random: &Random) -> Result<Self, SealError> {
        let sealer = Self::whenever_valid(ring, random)?;
        sealer.certificate.check_validity(now)?;
        Ok(sealer)
    }

    /// The sealer of a key ring, whose certificate may have expired, or not begun: then it seals nothing.
    pub fn whenever_valid(ring: &KeyRing, random: &Random) -> Result<Self, SealError> {
        let key = SealKey::from_pkcs8(ring.seal().pkcs8(), random).ok_or(SealError::UnsupportedKey)?;
        let sealer = Self::new(key, SignerCertificate::whenever_valid(ring.seal().chain())?)?;
        Ok(Self { revoked: ring.seal().is_revoked(), ..sealer })
    }

    /// The certificate that a reader of the seal sees.
    pub fn certificate(&self) -> &SignerCertificate {
        &self.certificate
    }

    /// The sealing key's id, as the JWKS shows it.
    pub fn key_id(&self) -> String {
        self.key.material().kid().to_string()
    }

    /// The bytes to keep free for a seal: no seal by this key is longer, and each is at most a few bytes shorter.
    pub fn reserve(&self) -> usize {
        self.template.longest(self.key.longest_signature())
    }

    /// The detached CMS (RFC 5652, ETSI EN 319 142-1 §5.3 B-B) over bytes whose SHA-256 is `digest`, in DER.
    ///
    /// It has no signing-time: in PAdES the signature dictionary's `/M` says when.
    fn cms(&self, digest: &[u8; 32], now: Instant) -> Result<Vec<u8>, SealError> {
        if self.revoked {
            return Err(SealError::Revoked);
        }
        self.certificate.check_validity(now)?;
        let attributes = self.template.attributes(digest);
        let signature = self.key.sign(&attributes)?;
        Ok(self.template.assemble(&attributes, &signature))
    }
}

#[cfg(test)]
mod tests;
