//! An API token's text: 256 random bits behind a prefix that secret scanners find; shown once, known by its SHA-256.

use ring::digest;

use crate::random::{Random, RandomUnavailable};

/// What every token begins with.
const PREFIX: &str = "earayis_";

/// A new token, to be shown once. `Debug` shows nothing of it.
pub struct NewApiToken(String);

impl NewApiToken {
    /// A token that nobody can guess: the prefix and 256 random bits in base32, lower case.
    pub fn generate(random: &Random) -> Result<Self, RandomUnavailable> {
        let secret = data_encoding::BASE32_NOPAD.encode(&random.bytes::<32>()?).to_ascii_lowercase();
        Ok(Self(format!("{PREFIX}{secret}")))
    }

    /// The text, for whom it is meant.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub fn sha256(&self) -> [u8; 32] {
        sha256(self.0.as_bytes())
    }
}

impl std::fmt::Debug for NewApiToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewApiToken(…)")
    }
}

/// SHA-256, by which tokens and client certificates are found.
pub(super) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    sha256
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_recognised_by_its_prefix_and_guessed_by_nobody() {
        let tokens = [(); 50].map(|()| NewApiToken::generate(&Random::system()).unwrap());
        for token in &tokens {
            let secret = token.expose().strip_prefix("earayis_").unwrap();
            assert_eq!(secret.len(), 52);
            assert!(secret.bytes().all(|byte| byte.is_ascii_lowercase() || (b'2'..=b'7').contains(&byte)));
            assert!(!format!("{token:?}").contains(secret));
        }
        let different: std::collections::BTreeSet<_> = tokens.iter().map(NewApiToken::sha256).collect();
        assert_eq!(different.len(), tokens.len());
    }
}
