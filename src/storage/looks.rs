//! Looks: who was told a certificate's facts, recorded before she is told and shown to the holder.

use std::collections::HashSet;

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::catalogue::Voen;
use crate::clock::Instant;

use super::Storage;
use super::database::{Transaction, read};
use super::error::StorageError;
use super::queue::{Act, Refusal};
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
    /// Records a look, unless its certificate was erased meanwhile: then `false`, and facts that were read before may not
    /// leave. It is durable when this returns `true`, and only then may they. Looks share commits.
    pub async fn record_look(&self, look: Look) -> Result<bool, StorageError> {
        match self.queue().perform(Act::Look(look)).await {
            Ok(()) => Ok(true),
            Err(Refusal::Erased) => Ok(false),
            Err(refusal) => Err(refusal.into_storage_error("looks")),
        }
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
    /// Records looks, and says which were: none at a certificate that is erased. With as few statements as a few lengths
    /// of them allow, since each is prepared once and kept.
    pub(super) async fn store_all(
        looks: &[&Self],
        transaction: &mut Transaction,
    ) -> Result<HashSet<Uuid>, StorageError> {
        let (mut left, mut recorded) = (looks, HashSet::with_capacity(looks.len()));
        while let Some(log) = left.len().checked_ilog2() {
            let (now, later) = left.split_at(1 << log);
            recorded.extend(Self::store(now, transaction).await?);
            left = later;
        }
        Ok(recorded)
    }

    async fn store(looks: &[&Self], transaction: &mut Transaction) -> Result<Vec<Uuid>, StorageError> {
        macro_rules! insert {
            ($transaction:expr, $hold:expr) => {{
                let mut query = sqlx::query_scalar(AssertSqlSafe(sql::insert_looks(looks.len(), $hold)));
                for look in looks {
                    query = query
                        .bind(look.id)
                        .bind(look.certificate_id)
                        .bind(look.at.millis())
                        .bind(&look.basis)
                        .bind(&look.verifier);
                }
                query.fetch_all(&mut **$transaction).await?
            }};
        }
        Ok(match transaction {
            Transaction::Sqlite(transaction) => insert!(transaction, sql::HOLD_SQLITE),
            Transaction::Postgres(transaction) => insert!(transaction, sql::HOLD_POSTGRES),
        })
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
