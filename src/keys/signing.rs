//! A key that signs with P-256 for JOSE and COSE, and for one purpose only.

use std::fmt;

use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};

use super::{KeyError, Kid, Material, Purpose};
use crate::random::Random;

/// A P-256 private key whose signatures are r ‖ s, 64 bytes (RFC 7518 §3.4, RFC 9053 §2.1).
pub struct SigningKey {
    purpose: Purpose,
    kid: Kid,
    material: Material,
    pair: EcdsaKeyPair,
    revoked: bool,
    random: Random,
}

impl SigningKey {
    /// The key of a PKCS#8 document, or none when it is no P-256 key.
    pub fn from_pkcs8(purpose: Purpose, pkcs8: &[u8], random: &Random) -> Option<Self> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, random.ring()).ok()?;
        let material = Material::P256(pair.public_key().as_ref().try_into().ok()?);
        Some(Self { purpose, kid: material.kid(), material, pair, revoked: false, random: random.clone() })
    }

    /// The same key, which signs nothing when it is `revoked`.
    pub(super) fn revoked(self, revoked: bool) -> Self {
        Self { revoked, ..self }
    }

    /// What the key is for.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// The key's identifier.
    pub fn kid(&self) -> Kid {
        self.kid
    }

    /// The public half.
    pub fn material(&self) -> &Material {
        &self.material
    }

    /// Signs `message` as `purpose`, which must be the key's own. A revoked key does not sign.
    pub fn sign(&self, purpose: Purpose, message: &[u8]) -> Result<[u8; 64], KeyError> {
        if purpose != self.purpose {
            return Err(KeyError::WrongPurpose { held: self.purpose, asked: purpose });
        }
        if self.revoked {
            return Err(KeyError::Revoked { purpose });
        }
        let signature = self.pair.sign(self.random.ring(), message).map_err(|_| KeyError::Signing)?;
        signature.as_ref().try_into().map_err(|_| KeyError::Signing)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({} {}, …)", self.purpose, self.kid)
    }
}
