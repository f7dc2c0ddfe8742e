//! The provider's keys (RFC 7517), of which only public ones for signing by an accepted algorithm exist here.

use data_encoding::BASE64URL_NOPAD;
use ring::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey};
use serde_json::{Map, Value};

/// The algorithms that are accepted (RFC 7518 §3.1). `none` and those of a shared secret do not exist here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    Rs256,
    Ps256,
    Es256,
}

/// Keys as a provider lists them.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys(Vec<Key>);

#[derive(Debug, Clone)]
struct Key {
    kid: Option<String>,
    /// The one algorithm it is for, when it says so.
    algorithm: Option<String>,
    material: Material,
}

#[derive(Debug, Clone)]
enum Material {
    /// Modulus and exponent, big-endian.
    Rsa(Vec<u8>, Vec<u8>),
    /// The uncompressed point of a key on P-256.
    P256(Vec<u8>),
}

/// More keys than any provider has.
const MOST_KEYS: usize = 100;

impl Algorithm {
    pub(super) fn of(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "PS256" => Some(Self::Ps256),
            "ES256" => Some(Self::Es256),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
        }
    }
}

impl Keys {
    /// The keys of a JWK set that can sign an ID token; others are left out. None when it is no set.
    pub(super) fn read(set: &Map<String, Value>) -> Option<Self> {
        let keys = set.get("keys")?.as_array().filter(|keys| keys.len() <= MOST_KEYS)?;
        Some(Self(keys.iter().filter_map(Value::as_object).filter_map(Key::read).collect()))
    }

    /// Whether there is none that can be used.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the key called `kid` is listed for this algorithm; without a name, whether there is one such key only.
    pub(super) fn know(&self, algorithm: Algorithm, kid: Option<&str>) -> bool {
        self.one(algorithm, kid).is_some()
    }

    /// Whether the signature over `message` is that of the key called `kid`; none when there is no such key.
    pub(super) fn verify(
        &self,
        algorithm: Algorithm,
        kid: Option<&str>,
        message: &[u8],
        signature: &[u8],
    ) -> Option<bool> {
        self.one(algorithm, kid).map(|key| key.verify(algorithm, message, signature))
    }

    /// A name that two keys share names none.
    fn one(&self, algorithm: Algorithm, kid: Option<&str>) -> Option<&Key> {
        let mut fitting =
            self.0.iter().filter(|key| key.fits(algorithm) && (kid.is_none() || key.kid.as_deref() == kid));
        fitting.next().filter(|_| fitting.next().is_none())
    }
}

impl Key {
    fn read(jwk: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        let for_signing = text("use").map_or(!jwk.contains_key("use"), |usage| usage == "sig");
        let verifies = match jwk.get("key_ops") {
            None => true,
            Some(operations) => operations.as_array()?.iter().any(|operation| operation == "verify"),
        };
        if !for_signing || !verifies {
            return None;
        }
        let bytes = |name: &str| BASE64URL_NOPAD.decode(text(name)?.as_bytes()).ok();
        let material = match text("kty")? {
            "RSA" => Material::Rsa(bytes("n")?, bytes("e")?),
            "EC" if text("crv") == Some("P-256") => {
                let (x, y) = (bytes("x")?, bytes("y")?);
                let whole = x.len() == 32 && y.len() == 32;
                Material::P256(whole.then(|| [&[4][..], &x, &y].concat())?)
            }
            _ => return None,
        };
        Some(Self { kid: text("kid").map(str::to_owned), algorithm: text("alg").map(str::to_owned), material })
    }

    fn fits(&self, algorithm: Algorithm) -> bool {
        let sort = match algorithm {
            Algorithm::Rs256 | Algorithm::Ps256 => matches!(self.material, Material::Rsa(..)),
            Algorithm::Es256 => matches!(self.material, Material::P256(_)),
        };
        sort && self.algorithm.as_deref().is_none_or(|own| own == algorithm.name())
    }

    /// Keys of fewer than 2048 bits verify nothing.
    fn verify(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        let rsa = |n: &Vec<u8>, e: &Vec<u8>, parameters| {
            RsaPublicKeyComponents { n, e }.verify(parameters, message, signature).is_ok()
        };
        match (&self.material, algorithm) {
            (Material::Rsa(n, e), Algorithm::Rs256) => rsa(n, e, &signature::RSA_PKCS1_2048_8192_SHA256),
            (Material::Rsa(n, e), Algorithm::Ps256) => rsa(n, e, &signature::RSA_PSS_2048_8192_SHA256),
            (Material::P256(point), Algorithm::Es256) => {
                UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, point).verify(message, signature).is_ok()
            }
            _ => false,
        }
    }
}
