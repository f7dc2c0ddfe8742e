//! The log's key: Ed25519, known by its C2SP vkey, and signing nothing but notes of its origin.

use std::fmt;
use std::sync::Arc;

use ring::signature::Ed25519KeyPair;

use crate::transparency::{Signer, Verifier};

/// The private key that signs checkpoints.
#[derive(Clone)]
pub struct LogKey(Arc<Signer>);

impl LogKey {
    /// The key of a PKCS#8 document for the log `origin`; none when the document is no Ed25519 key or the origin is
    /// empty or holds white space or `+` (C2SP signed-note).
    pub fn from_pkcs8(origin: &str, pkcs8: &[u8]) -> Option<Self> {
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8).ok()?;
        Signer::new(origin, pair).ok().map(|signer| Self(Arc::new(signer)))
    }

    /// The log's origin, which is the key's name.
    pub fn origin(&self) -> &str {
        self.0.verifier().name()
    }

    /// What signs the log's checkpoints.
    pub fn signer(&self) -> Arc<Signer> {
        Arc::clone(&self.0)
    }

    /// The verifier key as it is published: `NAME+KEYID+BASE64(01 ‖ public key)`.
    pub fn vkey(&self) -> String {
        self.0.verifier().to_string()
    }

    /// The key's id as its vkey and every signature by it carry it, in hexadecimal.
    pub fn key_id(&self) -> String {
        data_encoding::HEXLOWER.encode(&self.0.verifier().id())
    }
}

/// Whether a vkey can carry `origin` as its name.
pub(super) fn is_origin(origin: &str) -> bool {
    Verifier::new(origin, [0; 32]).is_ok()
}

impl fmt::Debug for LogKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LogKey({}, …)", self.vkey())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn key(origin: &str) -> Option<LogKey> {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(Random::system().ring()).unwrap();
        LogKey::from_pkcs8(origin, pkcs8.as_ref())
    }

    #[test]
    fn a_vkey_bears_origin_and_key_id() {
        let key = key("log.example/earayis").unwrap();
        assert!(key.vkey().starts_with(&format!("log.example/earayis+{}+", key.key_id())));
        assert_eq!(key.origin(), "log.example/earayis");
    }

    #[test]
    fn an_origin_that_no_vkey_can_carry_is_refused() {
        for origin in ["", "a b", "a+b", "a\nb"] {
            assert!(key(origin).is_none(), "{origin:?}");
        }
    }

    #[test]
    fn debug_shows_the_vkey_alone() {
        let key = key("log.example").unwrap();
        assert_eq!(format!("{key:?}"), format!("LogKey({}, …)", key.vkey()));
    }
}
