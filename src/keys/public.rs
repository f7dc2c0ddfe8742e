//! Public keys: what a verifier trusts, for which purpose, and in which period.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE64URL_NOPAD;
use ring::digest::{SHA256, digest};
use ring::rsa::PublicKeyComponents;
use ring::signature::{self, EcdsaKeyPair, KeyPair, RsaKeyPair, UnparsedPublicKey};
use x509_parser::prelude::SubjectPublicKeyInfo;
use x509_parser::public_key::PublicKey as Parsed;

use super::Purpose;
use crate::clock::Instant;
use crate::random::Random;

/// A key's identifier: the first 8 bytes of its RFC 7638 SHA-256 thumbprint.
///
/// Text (JOSE, manifest) is base64url; COSE carries the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Kid(pub [u8; 8]);

/// The text is no key identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key identifier is 8 bytes in base64url")]
pub struct NotKid;

impl fmt::Display for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64URL_NOPAD.encode(&self.0))
    }
}

impl FromStr for Kid {
    type Err = NotKid;

    fn from_str(text: &str) -> Result<Self, NotKid> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| NotKid)?;
        bytes.try_into().map(Self).map_err(|_| NotKid)
    }
}

/// The public half of a key pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Material {
    /// A P-256 point, uncompressed: 04 ‖ x ‖ y.
    P256([u8; 65]),
    /// An RSA modulus and exponent, big-endian without leading zeros.
    Rsa {
        /// The modulus.
        modulus: Vec<u8>,
        /// The public exponent.
        exponent: Vec<u8>,
    },
}

impl Material {
    /// The public half of a PKCS#8 private key, or none when it is neither P-256 nor RSA of 2048, 3072 or 4096 bits.
    pub fn of_private(pkcs8: &[u8], random: &Random) -> Option<Self> {
        if let Ok(pair) = EcdsaKeyPair::from_pkcs8(&signature::ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, random.ring()) {
            return Some(Self::P256(pair.public_key().as_ref().try_into().ok()?));
        }
        let pair = RsaKeyPair::from_pkcs8(pkcs8).ok()?;
        let PublicKeyComponents { n, e } = PublicKeyComponents::<Vec<u8>>::from(pair.public_key());
        Self::rsa(&n, &e)
    }

    /// The key of a certificate, or none when it is of another kind.
    pub(super) fn of_certificate(spki: &SubjectPublicKeyInfo<'_>) -> Option<Self> {
        match spki.parsed().ok()? {
            Parsed::EC(point) => {
                let curve = spki.algorithm.parameters.as_ref()?.as_oid().ok()?;
                let is_p256 = curve == x509_parser::oid_registry::OID_EC_P256;
                is_p256.then_some(Self::P256(point.data().try_into().ok()?))
            }
            Parsed::RSA(key) => Self::rsa(key.modulus, key.exponent),
            _ => None,
        }
    }

    fn rsa(modulus: &[u8], exponent: &[u8]) -> Option<Self> {
        let (modulus, exponent) = (without_leading_zeros(modulus), without_leading_zeros(exponent));
        matches!(modulus.len(), 256 | 384 | 512).then_some(Self::Rsa { modulus, exponent })
    }

    /// The JWK members of this key, in the order RFC 7638 §3.2 digests them.
    pub(super) fn jwk_members(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::P256(point) => vec![
                ("crv", "P-256".to_owned()),
                ("kty", "EC".to_owned()),
                ("x", BASE64URL_NOPAD.encode(&point[1..33])),
                ("y", BASE64URL_NOPAD.encode(&point[33..])),
            ],
            Self::Rsa { modulus, exponent } => vec![
                ("e", BASE64URL_NOPAD.encode(exponent)),
                ("kty", "RSA".to_owned()),
                ("n", BASE64URL_NOPAD.encode(modulus)),
            ],
        }
    }

    /// The identifier of this key.
    pub fn kid(&self) -> Kid {
        let members: Vec<String> =
            self.jwk_members().into_iter().map(|(name, value)| format!("\"{name}\":\"{value}\"")).collect();
        let thumbprint = digest(&SHA256, format!("{{{}}}", members.join(",")).as_bytes());
        let mut kid = [0; 8];
        kid.copy_from_slice(&thumbprint.as_ref()[..8]);
        Kid(kid)
    }
}

fn without_leading_zeros(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().skip_while(|&byte| byte == 0).collect()
}

/// A key that a verifier trusts for one purpose, in its period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// What it is for.
    pub purpose: Purpose,
    /// The key itself.
    pub material: Material,
    /// The first instant at which it signed.
    pub not_before: Instant,
    /// The first instant at which it signs no more.
    pub not_after: Instant,
    /// Since when nothing signed by it is believed, whatever date it carries: a leaked key can write any date.
    pub revoked_at: Option<Instant>,
    /// Its X.509 certificate and those above it, to the root; DER.
    pub chain: Vec<Vec<u8>>,
}

impl PublicKey {
    /// The key's identifier.
    pub fn kid(&self) -> Kid {
        self.material.kid()
    }

    /// Whether `signature` (r ‖ s, 64 bytes) over `message` is this key's, and this key is for `purpose`.
    pub fn verify(&self, purpose: Purpose, message: &[u8], signature: &[u8]) -> Result<(), KeyRefusal> {
        if self.purpose != purpose {
            return Err(KeyRefusal::WrongPurpose);
        }
        let Material::P256(point) = &self.material else { return Err(KeyRefusal::BadSignature) };
        UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, point)
            .verify(message, signature)
            .map_err(|_| KeyRefusal::BadSignature)
    }
}

/// Why a key, or a signature by it, is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyRefusal {
    /// No trusted key has this identifier.
    #[error("the signing key is not among the trusted keys: fetch the present list of keys")]
    UnknownKey,
    /// The key is for something else.
    #[error("the signing key is not for this purpose")]
    WrongPurpose,
    /// The key has been revoked.
    #[error("the signing key has been revoked: nothing it signed is believed any more")]
    KeyRevoked,
    /// The key did not sign yet, or no more, at the date that the signed text carries.
    #[error("the signing key was not in use at the date of the signature")]
    OutOfPeriod,
    /// The signature is not this key's over these bytes.
    #[error("the signature does not fit")]
    BadSignature,
}

/// The keys that a verifier trusts: present and retired.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PublicKeys(Vec<(Kid, PublicKey)>);

impl PublicKeys {
    /// Trusts `keys`.
    pub fn new(keys: Vec<PublicKey>) -> Self {
        Self(keys.into_iter().map(|key| (key.kid(), key)).collect())
    }

    /// Each key changed.
    pub(super) fn map(mut self, mut change: impl FnMut(&mut PublicKey)) -> Self {
        self.0.iter_mut().for_each(|(_, key)| change(key));
        self
    }

    /// Every key.
    pub fn iter(&self) -> impl Iterator<Item = &PublicKey> {
        self.0.iter().map(|(_, key)| key)
    }

    /// The certificates of every key that seals or ever sealed, in DER.
    pub fn seal_certificates(&self) -> Vec<Vec<u8>> {
        let seals = self.iter().filter(|key| key.purpose == Purpose::Seal);
        seals.filter_map(|key| key.chain.first().cloned()).collect()
    }

    /// The key `kid`, if at `now` it may be believed to have signed something for `purpose` at `signed_at`.
    pub fn trusted(
        &self,
        kid: Kid,
        purpose: Purpose,
        signed_at: Instant,
        now: Instant,
    ) -> Result<&PublicKey, KeyRefusal> {
        let key = self.0.iter().find(|(own, _)| *own == kid).map(|(_, key)| key).ok_or(KeyRefusal::UnknownKey)?;
        if key.purpose != purpose {
            return Err(KeyRefusal::WrongPurpose);
        }
        if key.revoked_at.is_some_and(|revoked_at| revoked_at <= now) {
            return Err(KeyRefusal::KeyRevoked);
        }
        // Signed dates are whole seconds; a key's first second may have begun a few milliseconds before it.
        if signed_at.seconds() < key.not_before.seconds() || signed_at >= key.not_after {
            return Err(KeyRefusal::OutOfPeriod);
        }
        Ok(key)
    }
}
