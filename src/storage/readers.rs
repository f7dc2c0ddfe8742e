//! The connections that only read a SQLite database: lent out one at a time, and none reads what an earlier reading saw.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use super::database::assert_durable_sqlite;
use super::error::StorageError;

/// How many connections read at once.
const READERS: u32 = 4;

/// A pool that asks no connection whether it lives before and after each use, as the driver's own does: each such
/// question goes to the connection's thread and back, which takes as long as the reading itself.
pub(super) struct Readers {
    options: Box<SqliteConnectOptions>,
    patience: Duration,
    turns: Semaphore,
    idle: Mutex<Vec<SqliteConnection>>,
}

/// A connection on loan. A reading that is given up is reset by the driver before the next one begins on it.
pub(super) struct Reader<'a> {
    readers: &'a Readers,
    connection: Option<SqliteConnection>,
    _turn: SemaphorePermit<'a>,
}

impl Readers {
    /// Opens the first connection, so that a database that cannot be read is known at once. Whoever finds all of them
    /// lent out waits for `patience`.
    pub(super) async fn connect(options: SqliteConnectOptions, patience: Duration) -> Result<Self, StorageError> {
        let mut first = options.connect().await?;
        assert_durable_sqlite(&mut first).await?;
        let turns = Semaphore::new(READERS as usize);
        Ok(Self { options: Box::new(options), patience, turns, idle: Mutex::new(vec![first]) })
    }

    /// The next free connection.
    pub(super) async fn lend(&self) -> Result<Reader<'_>, sqlx::Error> {
        let turn = timeout(self.patience, self.turns.acquire()).await.map_err(|_| sqlx::Error::PoolTimedOut)?;
        let turn = turn.map_err(|_| sqlx::Error::PoolClosed)?;
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.options.connect().await?,
        };
        Ok(Reader { readers: self, connection: Some(connection), _turn: turn })
    }

    /// Lends nothing any more, and closes each connection when its reading is done.
    pub(super) async fn close(&self) {
        // As many turns as there are: all have come back. The semaphore is closed only here.
        let all = self.turns.acquire_many(READERS).await;
        self.turns.close();
        drop(all);
        let connections = std::mem::take(&mut *self.idle());
        for connection in connections {
            // What it read is read; the writer, who is closed last, leaves the file whole.
            let _ = connection.close().await;
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<SqliteConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader<'_> {
    /// The connection; none after it was given up.
    pub(super) fn connection(&mut self) -> Option<&mut SqliteConnection> {
        self.connection.as_mut()
    }

    /// Heeds how a reading ended: after an error that is not SQLite's word on a statement nobody reads here again.
    pub(super) fn heed<T>(&mut self, read: &Result<T, sqlx::Error>) {
        if let Err(error) = read
            && !matches!(error, sqlx::Error::Database(_) | sqlx::Error::RowNotFound)
        {
            self.connection = None;
        }
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.readers.idle().push(connection);
        }
    }
}
