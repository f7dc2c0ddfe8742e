//! What can go wrong between the service and its database, and which constraint a statement broke.

use std::sync::Arc;

use crate::random::RandomUnavailable;

use super::vault::VaultError;

/// Why the storage could not do what it was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StorageError {
    /// The database refused or could not be reached. After a failed commit it is unknown whether it happened:
    /// nothing may leave the process, and a repeat under the same idempotency key finds out.
    #[error("the database could not do it: {0}")]
    Database(#[from] Arc<sqlx::Error>),
    /// The URL names no database that this service can use.
    #[error("`{0}` is no database here; write `sqlite:PATH` or `postgres://USER@HOST/NAME`")]
    Url(String),
    /// The database file could not be made or protected.
    #[error("the database file cannot be used: {0}")]
    File(#[from] Arc<std::io::Error>),
    /// The database would forget what it confirmed.
    #[error("the database is not set to keep what it confirms: {0}")]
    NotDurable(String),
    /// A migration that ran is not the one this program has.
    #[error("migration {number} of the database is not this program's; use the program that wrote it, or a later one")]
    Migration {
        /// Its number.
        number: i32,
    },
    /// A row holds what cannot be: damage, or another program's hand.
    #[error("column `{column}` of table `{table}` holds what cannot be; check the database with `earayis doctor`")]
    Damaged {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// Encrypting or decrypting failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The bytes that were to be stored, or were stored, do not have the digest that they must.
    #[error("the bytes of the certificate do not have the digest under which they are released")]
    Digest,
    /// The places given to leaves do not follow the log's size one by one.
    #[error("the places given to leaves must follow the size of the log one by one")]
    Places,
    /// The erasure is recorded, but a reader keeps old pages alive.
    #[error(
        "the erasure is recorded, but old pages could not be overwritten yet; repeat it when there is less traffic"
    )]
    FreedPagesRemain,
    /// The act waited too long for its turn, and was not done.
    #[error("the database is too busy: this was not done; try again later")]
    Overdue,
    /// The storage was closed.
    #[error("the storage is closed")]
    Closed,
}

impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(Arc::new(error))
    }
}

impl From<std::io::Error> for StorageError {
    fn from(error: std::io::Error) -> Self {
        Self::File(Arc::new(error))
    }
}

impl From<RandomUnavailable> for StorageError {
    fn from(error: RandomUnavailable) -> Self {
        Self::Vault(error.into())
    }
}

/// A column whose content cannot be.
pub(super) fn damaged(table: &'static str, column: &'static str) -> StorageError {
    StorageError::Damaged { table, column }
}

/// Whether `error` is a breach of the unique constraint that PostgreSQL calls `name` and SQLite by its `columns`.
pub(super) fn violates(error: &sqlx::Error, name: &str, columns: &str) -> bool {
    error.as_database_error().is_some_and(|error| {
        error.is_unique_violation()
            && error.constraint().map_or_else(|| error.message().ends_with(columns), |constraint| constraint == name)
    })
}

/// Whether the engine took back a statement only because it met another transaction: trying again is right.
pub(super) fn met_another(error: &sqlx::Error) -> bool {
    const DEADLOCK: &str = "40P01";
    const SERIALIZATION: &str = "40001";
    error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .is_some_and(|code| code == DEADLOCK || code == SERIALIZATION)
}
