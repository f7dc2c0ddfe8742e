//! The sealing key: P-256 or RSA, signing nothing but the signed attributes of a seal, and shown by no `Debug`.

use std::fmt;

use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair};

use super::SealError;
use crate::keys::Material;
use crate::random::Random;

/// The private key of seals.
pub struct SealKey {
    pair: Pair,
    material: Material,
    random: Random,
}

enum Pair {
    P256(Box<EcdsaKeyPair>),
    Rsa(Box<RsaKeyPair>),
}

impl SealKey {
    /// The key of a PKCS#8 document; none when it is neither P-256 nor RSA of 2048, 3072 or 4096 bits.
    pub fn from_pkcs8(pkcs8: &[u8], random: &Random) -> Option<Self> {
        let material = Material::of_private(pkcs8, random)?;
        let pair = match material {
            Material::P256(_) => {
                let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8, random.ring()).ok()?;
                Pair::P256(Box::new(pair))
            }
            Material::Rsa { .. } => Pair::Rsa(Box::new(RsaKeyPair::from_pkcs8(pkcs8).ok()?)),
        };
        Some(Self { pair, material, random: random.clone() })
    }

    /// The public half.
    pub fn material(&self) -> &Material {
        &self.material
    }

    /// Signs with SHA-256: ECDSA in DER, or RSASSA-PKCS1-v1_5.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SealError> {
        match &self.pair {
            Pair::P256(pair) => {
                let signature = pair.sign(self.random.ring(), message).map_err(|_| SealError::Signing)?;
                Ok(signature.as_ref().to_vec())
            }
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, self.random.ring(), message, &mut signature)
                    .map_err(|_| SealError::Signing)?;
                Ok(signature)
            }
        }
    }

    /// The most bytes a signature can have: two 33-byte integers and three headers, or the modulus.
    pub(super) fn longest_signature(&self) -> usize {
        match &self.pair {
            Pair::P256(_) => 72,
            Pair::Rsa(pair) => pair.public().modulus_len(),
        }
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealKey({}, …)", self.material.kid())
    }
}
