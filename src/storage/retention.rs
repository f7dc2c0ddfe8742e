//! Retention: which certificates' terms are over, and the holds that keep their content all the same.

use uuid::Uuid;

use crate::clock::Instant;

use super::Storage;
use super::audit::NewAuditEvent;
use super::database::{execute, read};
use super::error::StorageError;
use super::search::Place;
use super::statements::retention as sql;

/// A certificate whose term is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermOver {
    /// Its id.
    pub id: Uuid,
    /// Its kind's code.
    pub kind: String,
    /// When its term ended.
    pub keep_until: Instant,
    /// Whether a hold keeps its content.
    pub held: bool,
}

impl Storage {
    /// At most `limit` certificates whose term was over at `now` and whose content is there, behind `after`.
    pub async fn terms_over(&self, now: Instant, after: Place, limit: u32) -> Result<Vec<TermOver>, StorageError> {
        let rows: Vec<(Uuid, String, i64, i64)> = read!(self.database(), |pool| sqlx::query_as(sql::TERM_OVER)
            .bind(now.millis())
            .bind(after.at.millis())
            .bind(after.id)
            .bind(i64::from(limit))
            .fetch_all(pool))?;
        let row = |(id, kind, keep_until, holds)| TermOver {
            id,
            kind,
            keep_until: Instant::from_millis(keep_until),
            held: holds > 0,
        };
        Ok(rows.into_iter().map(row).collect())
    }

    /// Whether a hold keeps a certificate's content.
    pub async fn is_held(&self, id: Uuid) -> Result<bool, StorageError> {
        let holds: i64 = read!(self.database(), |pool| sqlx::query_scalar(sql::HOLDS).bind(id).fetch_one(pool))?;
        Ok(holds > 0)
    }

    /// Places a hold on a certificate's content; answers whether this call did: not when one stands or it is erased.
    ///
    /// Erasing takes the certificate first as this does, so that of the two one comes first.
    pub async fn place_hold(&self, id: Uuid, reason: &str, audit: &NewAuditEvent) -> Result<bool, StorageError> {
        let mut transaction = self.database().begin().await?;
        if execute!(&mut transaction, sql::HOLD_CERTIFICATE, id)? != 1 {
            return Ok(false);
        }
        let placed_at = audit.occurred_at.millis();
        let placed = execute!(&mut transaction, sql::PLACE_HOLD, audit.id, id, reason, &audit.actor, placed_at)? == 1;
        if placed {
            audit.store(&mut transaction).await?;
        }
        transaction.commit().await?;
        Ok(placed)
    }

    /// Lifts the hold on a certificate's content; answers whether one stood.
    pub async fn lift_hold(&self, id: Uuid, audit: &NewAuditEvent) -> Result<bool, StorageError> {
        let mut transaction = self.database().begin().await?;
        let lifted = execute!(&mut transaction, sql::LIFT_HOLD, id, &audit.actor, audit.occurred_at.millis())? == 1;
        if lifted {
            audit.store(&mut transaction).await?;
        }
        transaction.commit().await?;
        Ok(lifted)
    }
}
