//! What a key is for: the closed set of purposes, each with one algorithm.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a key is for. A key of one purpose is refused for every other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// Signs the certificates of the other keys and the statement of the log's key (P-256, X.509 CA).
    Root,
    /// Seals certificates (P-256 or RSA-2048, -3072, -4096; X.509).
    Seal,
    /// Signs the token in the QR (P-256; X.509).
    Qr,
    /// Signs status lists (P-256; X.509).
    Status,
    /// Signs receipts of verifications (P-256; X.509).
    Receipt,
    /// Signs checkpoints of the transparency log (Ed25519; C2SP vkey).
    Log,
    /// Wraps the data keys of personal content (32 bytes, several versions kept).
    Kek,
    /// Digests codes and FİN for their look-up (32 bytes).
    Lookup,
}

impl Purpose {
    /// Every purpose, in the order of the manifest.
    pub const ALL: [Self; 8] =
        [Self::Root, Self::Seal, Self::Qr, Self::Status, Self::Receipt, Self::Log, Self::Kek, Self::Lookup];

    /// The purposes whose key signs with P-256 under a certificate that names the purpose.
    pub(super) const SIGNING: [Self; 3] = [Self::Qr, Self::Status, Self::Receipt];

    /// The word of the manifest, of the JWKS and of the certificate's organisational unit.
    pub fn word(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Seal => "seal",
            Self::Qr => "qr",
            Self::Status => "status",
            Self::Receipt => "receipt",
            Self::Log => "log",
            Self::Kek => "kek",
            Self::Lookup => "lookup",
        }
    }

    /// The purpose of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.word() == word)
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}
