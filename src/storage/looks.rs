//! Looks: who was told a certificate's facts, recorded before she is told and shown to the holder.

use uuid::Uuid;

use crate::catalogue::Voen;
use crate::clock::Instant;

use super::Storage;
use super::database::{Transaction, execute, read};
use super::error::StorageError;
use super::queue::Act;
use super::statements as sql;

/// One look at a certificate's facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Its id, a `UUIDv7`.
    pub id: Uuid,
    /// At which certificate.
    pub certificate_id: Uuid,
    /// When.
    pub at: Instant,
    /// What it stood on: `file`, `qr` or `code`.
    pub basis: String,
    /// The organisation that looked, when it said who it is.
    pub verifier: Option<String>,
}

impl Storage {
    /// Records a look; it is durable when this returns `Ok`, and only then may facts leave. Looks share commits.
    pub async fn record_look(&self, look: Look) -> Result<(), StorageError> {
        self.queue().perform(Act::Look(look)).await.map_err(|refusal| refusal.into_storage_error("looks"))
    }

    /// Who looked at a certificate, latest first.
    pub async fn looks_of(&self, id: Uuid) -> Result<Vec<Look>, StorageError> {
        let rows: Vec<Row> = read!(self.database(), |pool| sqlx::query_as(sql::LOOKS_OF).bind(id).fetch_all(pool))?;
        Ok(rows.into_iter().map(Look::from).collect())
    }

    /// The look of this id, which is its verification's; none when another organisation looked.
    pub async fn look_by(&self, organisation: &Voen, id: Uuid) -> Result<Option<Look>, StorageError> {
        let organisation = organisation.to_string();
        let row: Option<Row> = read!(self.database(), |pool| sqlx::query_as(sql::LOOK_BY)
            .bind(id)
            .bind(organisation)
            .fetch_optional(pool))?;
        Ok(row.map(Look::from))
    }

    /// An organisation's latest look at a certificate.
    pub async fn latest_look_by(&self, organisation: &Voen, certificate: Uuid) -> Result<Option<Look>, StorageError> {
        let organisation = organisation.to_string();
        let row: Option<Row> = read!(self.database(), |pool| sqlx::query_as(sql::LATEST_LOOK_BY)
            .bind(certificate)
            .bind(organisation)
            .fetch_optional(pool))?;
        Ok(row.map(Look::from))
    }
}

impl Look {
    pub(super) async fn store(&self, transaction: &mut Transaction) -> Result<(), StorageError> {
        execute!(
            transaction,
            sql::INSERT_LOOK,
            self.id,
            self.certificate_id,
            self.at.millis(),
            &self.basis,
            &self.verifier,
        )?;
        Ok(())
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    certificate_id: Uuid,
    looked_at: i64,
    basis: String,
    verifier: Option<String>,
}

impl From<Row> for Look {
    fn from(row: Row) -> Self {
        let Row { id, certificate_id, looked_at, basis, verifier } = row;
        Self { id, certificate_id, at: Instant::from_millis(looked_at), basis, verifier }
    }
}
