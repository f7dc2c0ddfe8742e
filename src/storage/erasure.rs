//! Erasure: a certificate's content, and every way from a person to it, is gone; that it was issued stays true.
//!
//! What remains: number, kind, issuer, dates, standing, digests, leaves, looks and audit events, none of which says of
//! whom, and who inspected it, without her purpose; and, until their 30 days are over, the HMACs of idempotency keys, so
//! that no repeat issues anew. SQLite overwrites freed pages at once. PostgreSQL gives them to the next writer; old pages,
//! its write-ahead log and backups then hold ciphertext whose wrapped key is readable until [`Storage::rewrap`] retired
//! its KEK.

use uuid::Uuid;

use crate::clock::Instant;

use super::Storage;
use super::audit::NewAuditEvent;
use super::database::{Database, Transaction, execute, within};
use super::error::StorageError;
use super::statements as sql;
use super::statements::retention as keeping_sql;

/// Some erasures and holds that become durable at once, or not at all. What [`Keeping::look`] saw of a certificate nobody
/// else changes before the end: neither is it erased nor held in between.
pub struct Keeping {
    pub(super) transaction: Transaction,
}

/// What stands between a certificate's content and its erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// There is no such certificate, or its content is erased.
    Gone,
    /// It is there, and nothing keeps it.
    There,
    /// A hold has kept it since then.
    Held(Instant),
}

impl Storage {
    /// Begins some erasures and holds.
    pub async fn begin_keeping(&self) -> Result<Keeping, StorageError> {
        Ok(Keeping { transaction: self.database().begin().await? })
    }

    /// Has overwritten whatever erasures freed. Until then it is erased all the same, but old pages hold its ciphertext.
    ///
    /// After [`StorageError::FreedPagesRemain`] somebody still reads them: the same call later does it.
    pub async fn overwrite_freed(&self) -> Result<(), StorageError> {
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

impl Keeping {
    /// What stands between a certificate's content and its erasure, from now until the end of this.
    pub async fn look(&mut self, id: Uuid) -> Result<Content, StorageError> {
        if execute!(&mut self.transaction, keeping_sql::HOLD_CERTIFICATE, id)? != 1 {
            return Ok(Content::Gone);
        }
        let since: Option<i64> =
            within!(&mut self.transaction, |connection| sqlx::query_scalar(keeping_sql::HELD_SINCE)
                .bind(id)
                .fetch_optional(connection))?;
        Ok(since.map_or(Content::There, |since| Content::Held(Instant::from_millis(since))))
    }

    /// Erases a certificate's content at the event's instant; answers whether this did: not when it is gone or held.
    pub async fn erase(&mut self, id: Uuid, audit: &NewAuditEvent) -> Result<bool, StorageError> {
        let erased = execute!(&mut self.transaction, sql::ERASE, id, audit.occurred_at.millis())? == 1;
        if erased {
            execute!(&mut self.transaction, sql::ERASE_ACTOR, id.to_string())?;
            super::inspections::erase_purposes(&mut self.transaction, id).await?;
            audit.store(&mut self.transaction).await?;
        }
        Ok(erased)
    }

    /// Places a hold on a certificate's content at `at`; answers whether this did: not when one stands or it is erased.
    pub async fn place_hold(
        &mut self,
        id: Uuid,
        at: Instant,
        reason: &str,
        audit: &NewAuditEvent,
    ) -> Result<bool, StorageError> {
        if execute!(&mut self.transaction, keeping_sql::HOLD_CERTIFICATE, id)? != 1 {
            return Ok(false);
        }
        let sql = keeping_sql::PLACE_HOLD;
        let placed = execute!(&mut self.transaction, sql, audit.id, id, reason, &audit.actor, at.millis())? == 1;
        if placed {
            audit.store(&mut self.transaction).await?;
        }
        Ok(placed)
    }

    /// Lifts the hold on a certificate's content; answers whether one stood.
    pub async fn lift_hold(&mut self, id: Uuid, audit: &NewAuditEvent) -> Result<bool, StorageError> {
        let at = audit.occurred_at.millis();
        let lifted = execute!(&mut self.transaction, keeping_sql::LIFT_HOLD, id, &audit.actor, at)? == 1;
        if lifted {
            audit.store(&mut self.transaction).await?;
        }
        Ok(lifted)
    }

    /// Makes all of it durable.
    pub async fn commit(self) -> Result<(), StorageError> {
        self.transaction.commit().await
    }
}
