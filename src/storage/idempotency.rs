//! Idempotency: a key makes one certificate, however often and however simultaneously it is sent.

use uuid::Uuid;

use crate::clock::Instant;

use super::Storage;
use super::database::{execute, read};
use super::error::StorageError;
use super::statements as sql;
use super::vault::{Lookup, Vault};

/// A key to be remembered with the certificate it makes. Only HMACs of key and body are kept.
#[derive(Clone, PartialEq, Eq)]
pub struct NewIdempotency {
    /// Whose key it is: keys of different actors never meet.
    pub actor: String,
    /// The key as sent.
    pub key: String,
    /// The canonical body.
    pub body: Vec<u8>,
}

/// What a key made before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Idempotent {
    /// The certificate.
    pub certificate_id: Uuid,
    /// Whether the body is the one that was sent then; with another the key must be refused.
    pub same_body: bool,
}

/// For how many days a key is remembered.
const TERM_DAYS: i64 = 30;

impl Storage {
    /// What `actor`'s key made before; none when it is new. `body` is the canonical body that is sent now.
    pub async fn idempotent(&self, actor: &str, key: &str, body: &[u8]) -> Result<Option<Idempotent>, StorageError> {
        let (key, body) = digests(self.vault(), key, body);
        let row: Option<(Vec<u8>, Uuid)> = read!(self.database(), |pool| sqlx::query_as(sql::IDEMPOTENCY)
            .bind(actor)
            .bind(&key)
            .fetch_optional(pool))?;
        Ok(row.map(|(stored, certificate_id)| Idempotent { certificate_id, same_body: stored == body }))
    }

    /// Forgets the keys that are older than their term at `now`; answers how many.
    pub async fn purge_idempotency(&self, now: Instant) -> Result<u64, StorageError> {
        let mut transaction = self.database().begin().await?;
        let forgotten = execute!(&mut transaction, sql::PURGE_IDEMPOTENCY, now.plus_days(-TERM_DAYS).millis())?;
        transaction.commit().await?;
        Ok(forgotten)
    }
}

impl NewIdempotency {
    /// The HMACs of key and body.
    pub(super) fn digests(&self, vault: &Vault) -> (Vec<u8>, Vec<u8>) {
        digests(vault, &self.key, &self.body)
    }
}

fn digests(vault: &Vault, key: &str, body: &[u8]) -> (Vec<u8>, Vec<u8>) {
    (vault.digest(Lookup::IdempotencyKey, key.as_bytes()), vault.digest(Lookup::IdempotencyBody, body))
}

impl std::fmt::Debug for NewIdempotency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewIdempotency(…)")
    }
}
