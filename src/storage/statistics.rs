//! Figures for `doctor` and the benchmarks: what there is and what it takes.

use super::Storage;
use super::database::{Database, read};
use super::error::StorageError;
use super::statements as sql;

/// What there is. Counting reads whole tables: ask rarely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Statistics {
    /// Certificates ever issued.
    pub certificates: i64,
    /// Those whose content was erased.
    pub erased: i64,
    /// Leaves of the log.
    pub leaves: i64,
    /// Those that wait for their places.
    pub waiting_leaves: i64,
    /// Audit events.
    pub audit_events: i64,
    /// Looks.
    pub looks: i64,
    /// Sessions, with those that ended and were not purged.
    pub sessions: i64,
    /// Shared beginnings.
    pub beginnings: i64,
    /// Bytes of the whole database on disk.
    #[sqlx(skip)]
    pub database_bytes: i64,
}

impl Statistics {
    /// Bytes on disk for each certificate, everything counted; 0 before the first.
    pub fn bytes_per_certificate(&self) -> i64 {
        self.database_bytes.checked_div(self.certificates).unwrap_or(0)
    }
}

impl Storage {
    /// Counts what there is.
    pub async fn statistics(&self) -> Result<Statistics, StorageError> {
        let figures: Statistics = read!(self.database(), |pool| sqlx::query_as(sql::FIGURES).fetch_one(pool))?;
        let statement = match self.database() {
            Database::Sqlite { .. } => sql::DATABASE_BYTES_SQLITE,
            Database::Postgres(_) => sql::DATABASE_BYTES_POSTGRES,
        };
        let database_bytes = read!(self.database(), |pool| sqlx::query_scalar(statement).fetch_one(pool))?;
        Ok(Statistics { database_bytes, ..figures })
    }
}
