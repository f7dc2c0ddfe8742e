//! Erasure: a certificate's content, and every way from a person to it, is gone; that it was issued stays true.
//!
//! What remains: number, kind, issuer, dates, standing, digests, leaves, looks and audit events, none of which says of
//! whom; and, until their 30 days are over, the HMACs of idempotency keys, so that no repeat issues anew. SQLite overwrites freed pages at once. PostgreSQL gives them to the next writer; old pages, its write-ahead
//! log and backups then hold ciphertext whose wrapped key is readable until [`Storage::rewrap`] retired its KEK.

use uuid::Uuid;

use crate::clock::Instant;

use super::Storage;
use super::audit::NewAuditEvent;
use super::database::{Database, execute};
use super::error::StorageError;
use super::statements as sql;

impl Storage {
    /// Erases a certificate's content at `at`, and has what is freed overwritten.
    ///
    /// Answers whether this call erased it: `false` when there is no such certificate, a hold keeps it, or it was erased
    /// before. After
    /// [`StorageError::FreedPagesRemain`] it is erased, and the same call again overwrites what remained.
    pub async fn erase(&self, id: Uuid, at: Instant, audit: &NewAuditEvent) -> Result<bool, StorageError> {
        let mut transaction = self.database().begin().await?;
        // A hold that is being placed is waited for, and then seen.
        execute!(&mut transaction, super::statements::retention::HOLD_CERTIFICATE, id)?;
        let erased = execute!(&mut transaction, sql::ERASE, id, at.millis())? == 1;
        if erased {
            execute!(&mut transaction, sql::ERASE_ACTOR, id.to_string())?;
            audit.store(&mut transaction).await?;
        }
        transaction.commit().await?;
        self.overwrite_freed().await?;
        Ok(erased)
    }

    async fn overwrite_freed(&self) -> Result<(), StorageError> {
        match self.database() {
            Database::Sqlite { writer, .. } => {
                let (busy, _, _): (i64, i64, i64) =
                    sqlx::query_as(sql::OVERWRITE_FREED_SQLITE).fetch_one(writer).await?;
                if busy != 0 {
                    return Err(StorageError::FreedPagesRemain);
                }
            }
            Database::Postgres(pool) => {
                for statement in sql::OVERWRITE_FREED_POSTGRES {
                    sqlx::raw_sql(statement).execute(pool).await?;
                }
            }
        }
        Ok(())
    }
}
