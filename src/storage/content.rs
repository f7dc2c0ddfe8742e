//! What is stored of a certificate's content, encrypted, and the key by which its holder is known again.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::catalogue::{Fin, Voen};

use super::Storage;
use super::vault::Lookup;

/// The code and the facts, as JSON, for encryption. `Debug` shows nothing of them.
///
/// The code is among them since a request that is repeated must get it again; by itself it is kept as an HMAC only.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredContent {
    /// The code's sixteen symbols.
    pub code: String,
    /// The facts as the API shows them.
    pub facts: serde_json::Value,
}

/// An HMAC of a FİN: equal for equal persons, and nothing can be read from it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct HolderKey([u8; 32]);

impl StoredContent {
    /// As it is handed to [`super::NewCertificate::facts`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }

    /// From what [`Storage::facts`] gave.
    pub fn parse(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }

    /// The facts alone, word for word as they were stored.
    pub fn facts_of(bytes: &[u8]) -> Result<Box<RawValue>, serde_json::Error> {
        #[derive(Deserialize)]
        struct Facts<'a> {
            #[serde(borrow)]
            facts: &'a RawValue,
        }

        serde_json::from_slice::<Facts<'_>>(bytes).map(|content| content.facts.to_owned())
    }
}

impl HolderKey {
    pub(super) fn new(hmac: [u8; 32]) -> Self {
        Self(hmac)
    }
}

impl Storage {
    /// The key by which this person is known in the records.
    pub fn holder_key(&self, fin: &Fin) -> HolderKey {
        let mut key = [0; 32];
        key.copy_from_slice(&self.vault().digest(Lookup::Fin, fin.as_str().as_bytes()));
        HolderKey(key)
    }

    /// The HMAC by which certificates for this organisation are found.
    pub(super) fn recipient_key(&self, voen: &Voen) -> Vec<u8> {
        self.vault().digest(Lookup::Recipient, voen.as_str().as_bytes())
    }
}

impl Deref for HolderKey {
    type Target = [u8; 32];

    fn deref(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for StoredContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredContent(…)")
    }
}

impl fmt::Debug for HolderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HolderKey(…)")
    }
}
