//! Sessions: who is signed in; found only by whoever has the token, and never longer than until they end.

use crate::clock::Instant;

use super::Storage;
use super::database::{execute, read};
use super::error::StorageError;
use super::statements as sql;
use super::vault::{Cell, Lookup};

/// A session that has not ended. `Debug` does not show whose.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// Who is signed in, as `auth` encodes it.
    pub subject: Vec<u8>,
    /// Since when.
    pub created_at: Instant,
    /// Until when, exclusively.
    pub expires_at: Instant,
}

impl Storage {
    /// Opens a session under a random token, of which only an HMAC is kept.
    pub async fn create_session(
        &self,
        token: &str,
        subject: &[u8],
        created_at: Instant,
        expires_at: Instant,
    ) -> Result<(), StorageError> {
        let hmac = self.vault().digest(Lookup::Session, token.as_bytes());
        let (kek_id, subject) = self.vault().seal_row(cell(&hmac), subject)?;
        let (created_at, expires_at) = (created_at.millis(), expires_at.millis());
        let mut transaction = self.database().begin().await?;
        execute!(&mut transaction, sql::INSERT_SESSION, &hmac, kek_id, subject, created_at, expires_at)?;
        transaction.commit().await
    }

    /// The session with this token, if it has not ended at `now`.
    pub async fn session(&self, token: &str, now: Instant) -> Result<Option<Session>, StorageError> {
        let hmac = self.vault().digest(Lookup::Session, token.as_bytes());
        let now = now.millis();
        let row: Option<Row> =
            read!(self.database(), |pool| sqlx::query_as(sql::SESSION).bind(&hmac).bind(now).fetch_optional(pool))?;
        let Some(row) = row else {
            return Ok(None);
        };
        Ok(Some(Session {
            subject: self.vault().open_row(&row.kek_id, cell(&hmac), &row.subject)?,
            created_at: Instant::from_millis(row.created_at),
            expires_at: Instant::from_millis(row.expires_at),
        }))
    }

    /// Ends a session; no error when there is none.
    pub async fn delete_session(&self, token: &str) -> Result<(), StorageError> {
        let hmac = self.vault().digest(Lookup::Session, token.as_bytes());
        let mut transaction = self.database().begin().await?;
        execute!(&mut transaction, sql::DELETE_SESSION, hmac)?;
        transaction.commit().await
    }

    /// Forgets the sessions that have ended at `now`; answers how many.
    pub async fn purge_sessions(&self, now: Instant) -> Result<u64, StorageError> {
        let mut transaction = self.database().begin().await?;
        let forgotten = execute!(&mut transaction, sql::PURGE_SESSIONS, now.millis())?;
        transaction.commit().await?;
        Ok(forgotten)
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session(until {})", self.expires_at)
    }
}

fn cell(hmac: &[u8]) -> Cell<'_> {
    Cell { table: "sessions", column: "subject", id: hmac }
}

#[derive(sqlx::FromRow)]
struct Row {
    kek_id: String,
    subject: Vec<u8>,
    created_at: i64,
    expires_at: i64,
}
