//! The keys a database is written with: a missing or wrong one is noticed at the start, and an old one can be retired.

use uuid::Uuid;

use super::Storage;
use super::database::{Database, execute, read, within};
use super::error::StorageError;
use super::statements as sql;
use super::vault::{Vault, VaultError, VaultKey, WrappedKey};

/// How many data keys are wrapped anew in one transaction.
const AT_ONCE: i64 = 500;

/// Records the vault's keys in a new database; refuses an old one whose keys are missing or differ.
pub(super) async fn recognise(database: &Database, vault: &Vault) -> Result<(), StorageError> {
    let mut transaction = database.begin().await?;
    for (key, purpose) in [(vault.active(), "kek"), (vault.lookup_key(), "lookup")] {
        execute!(&mut transaction, sql::INSERT_VAULT_KEY, key.id(), purpose, key.proof())?;
    }
    let recorded: Vec<(String, String, Vec<u8>)> =
        within!(&mut transaction, |connection| sqlx::query_as(sql::VAULT_KEYS).fetch_all(connection))?;
    for (id, purpose, proof) in recorded {
        let given: &[VaultKey] = if purpose == "kek" { vault.keks() } else { std::slice::from_ref(vault.lookup_key()) };
        let key = given.iter().find(|key| key.id() == id).ok_or_else(|| VaultError::KeyMissing(id.clone()))?;
        if key.proof() != proof {
            return Err(VaultError::KeyDiffers(id).into());
        }
    }
    transaction.commit().await
}

impl Storage {
    /// Wraps every data key under the active KEK, and forgets retired KEKs under which nothing is encrypted any more.
    ///
    /// Answers how many it wrapped. It may run beside issuance and erasure, and be stopped and run again.
    pub async fn rewrap(&self) -> Result<u64, StorageError> {
        let active = self.vault().active().id();
        let mut wrapped = 0;
        let mut after = Uuid::nil();
        loop {
            let rows: Vec<(Uuid, String, Vec<u8>)> = read!(self.database(), |pool| {
                sqlx::query_as(sql::WRAPPED_OTHERWISE).bind(active).bind(after).bind(AT_ONCE).fetch_all(pool)
            })?;
            let mut transaction = self.database().begin().await?;
            let Some(&(last, ..)) = rows.last() else {
                execute!(&mut transaction, sql::FORGET_RETIRED_KEYS, active)?;
                transaction.commit().await?;
                return Ok(wrapped);
            };
            for (id, kek_id, bytes) in rows {
                let old = WrappedKey { kek_id, bytes };
                let new = self.vault().wrap(&self.vault().unwrap(&old, id)?, id)?;
                // Conditional on the old key: an erasure meanwhile is not undone.
                wrapped += execute!(&mut transaction, sql::REWRAP, id, old.bytes, new.kek_id, new.bytes)?;
            }
            transaction.commit().await?;
            after = last;
        }
    }
}
