//! The two engines: what is the same on both is said once here, and neither is used unless it keeps what it confirms.

use std::path::Path;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection as _, Postgres, Sqlite};

use super::error::StorageError;
use super::readers::Readers;
use super::statements as sql;

/// Whether PostgreSQL must be set to keep what it confirms. SQLite always is, by this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Refuse a server whose `fsync`, `synchronous_commit` or `full_page_writes` is off.
    Asserted,
    /// Take it as it is: for tests whose data nobody misses.
    Relaxed,
}

/// The engine behind the storage.
pub(super) enum Database {
    /// SQLite allows one writer at a time, so that there is one connection that writes; the others only read.
    Sqlite {
        writer: SqlitePool,
        readers: Readers,
        /// For the few who read many rows as of one moment; opened when the first comes.
        lookers: SqlitePool,
    },
    Postgres(PgPool),
}

/// A transaction that may write. Dropped without [`Transaction::commit`], it never was.
pub(super) enum Transaction {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

/// Runs a query that only reads, on whichever engine there is.
macro_rules! read {
    ($database:expr, |$pool:ident| $query:expr) => {
        match $database {
            $crate::storage::database::Database::Sqlite { readers, .. } => match readers.lend().await {
                Ok(mut reader) => {
                    let read = match reader.connection() {
                        Some($pool) => $query.await,
                        None => Err(sqlx::Error::WorkerCrashed),
                    };
                    reader.heed(&read);
                    read
                }
                Err(error) => Err(error),
            },
            $crate::storage::database::Database::Postgres($pool) => $query.await,
        }
    };
}

/// Runs a query inside a [`Transaction`], on whichever engine there is.
macro_rules! within {
    ($transaction:expr, |$connection:ident| $query:expr) => {
        match $transaction {
            $crate::storage::database::Transaction::Sqlite(transaction) => {
                let $connection = &mut **transaction;
                $query.await
            }
            $crate::storage::database::Transaction::Postgres(transaction) => {
                let $connection = &mut **transaction;
                $query.await
            }
        }
    };
}

/// Runs a statement inside a [`Transaction`] and says how many rows it changed.
macro_rules! execute {
    ($transaction:expr, $sql:expr $(, $value:expr)* $(,)?) => {
        match $transaction {
            $crate::storage::database::Transaction::Sqlite(transaction) => {
                let query = sqlx::query($sql)$(.bind($value))*;
                query.execute(&mut **transaction).await.map(|done| done.rows_affected())
            }
            $crate::storage::database::Transaction::Postgres(transaction) => {
                let query = sqlx::query($sql)$(.bind($value))*;
                query.execute(&mut **transaction).await.map(|done| done.rows_affected())
            }
        }
    };
}

pub(super) use {execute, read, within};

/// How long one process waits for another to finish writing, or for a free connection.
const PATIENCE: Duration = Duration::from_secs(20);
const LOOKERS: u32 = 2;
const POSTGRES_CONNECTIONS: u32 = 12;

impl Database {
    /// Connects to `sqlite:PATH` or `postgres://…`, with `password` if the URL has none, and asserts that it keeps what it confirms.
    pub(super) async fn connect(
        url: &str,
        password: Option<&str>,
        durability: Durability,
    ) -> Result<Self, StorageError> {
        if url.starts_with("sqlite:") {
            let options: SqliteConnectOptions = url.parse().map_err(|_| StorageError::Url(url.to_owned()))?;
            if url.contains(":memory:") || url.contains("mode=memory") {
                return Err(StorageError::Url(url.to_owned()));
            }
            connect_sqlite(options).await
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            // The URL may hold a password: it is not repeated.
            let options: PgConnectOptions = url.parse().map_err(|_| StorageError::Url("postgres:…".to_owned()))?;
            let options = match password {
                Some(password) => options.password(password),
                None => options,
            };
            connect_postgres(options.application_name("earayis"), durability).await
        } else {
            Err(StorageError::Url(url.split(':').next().unwrap_or_default().to_owned()))
        }
    }

    /// Begins a transaction that may write; in SQLite it waits for its turn here and not later.
    pub(super) async fn begin(&self) -> Result<Transaction, StorageError> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Transaction::Sqlite(writer.begin_with("begin immediate").await?),
            Self::Postgres(pool) => Transaction::Postgres(pool.begin().await?),
        })
    }

    /// Begins a transaction that only reads, and reads everything as of one moment.
    pub(super) async fn look(&self) -> Result<Transaction, StorageError> {
        Ok(match self {
            Self::Sqlite { lookers, .. } => Transaction::Sqlite(lookers.begin().await?),
            Self::Postgres(pool) => Transaction::Postgres(pool.begin_with(sql::LOOK_POSTGRES).await?),
        })
    }

    /// Closes every connection.
    pub(super) async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers, lookers } => {
                // The last connection to close folds the write-ahead log into the file, so it must be the writer's.
                lookers.close().await;
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Transaction {
    /// Makes it durable. After an error it is unknown whether it is.
    pub(super) async fn commit(self) -> Result<(), StorageError> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await?,
            Self::Postgres(transaction) => transaction.commit().await?,
        }
        Ok(())
    }
}

async fn connect_sqlite(options: SqliteConnectOptions) -> Result<Database, StorageError> {
    protect(options.get_filename())?;
    let options = options
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("secure_delete", "on")
        .busy_timeout(PATIENCE);

    write_ahead(&options).await?;

    // SQLite ends a transaction by itself when the disk is full; the driver then counts one that is not there, and
    // would refuse every other on this connection for ever.
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .before_acquire(|connection, _| Box::pin(async { Ok(!connection.is_in_transaction()) }))
        .connect_with(options.clone())
        .await?;
    assert_durable_sqlite(&mut *writer.acquire().await?).await?;
    let reading = options.pragma("query_only", "on");
    let lookers = SqlitePoolOptions::new().max_connections(LOOKERS).acquire_timeout(PATIENCE);
    let lookers = lookers.connect_lazy_with(reading.clone());
    Ok(Database::Sqlite { writer, readers: Readers::connect(reading, PATIENCE).await?, lookers })
}

/// Gives a new file its write-ahead log. SQLite waits for nobody when it changes the journal: of several processes that
/// begin at once on a new file all but one are told that it is locked, and ask again.
async fn write_ahead(options: &SqliteConnectOptions) -> Result<(), StorageError> {
    let begun = std::time::Instant::now();
    loop {
        match SqliteConnection::connect_with(options).await {
            Ok(connection) => return Ok(connection.close().await?),
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("5") && begun.elapsed() < PATIENCE => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Makes the file if there is none, and lets nobody but its owner read it. SQLite gives its companions the same mode.
///
/// One that is there is never opened: with its closing this process would lose every lock that SQLite has on it (POSIX
/// says so of `fcntl`), and whoever looks at the file beside the service would take the write-ahead log from under it.
fn protect(file: &Path) -> Result<(), StorageError> {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};

    match std::fs::OpenOptions::new().create_new(true).write(true).mode(0o600).open(file) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            if std::fs::metadata(file)?.permissions().mode() & 0o077 != 0 {
                std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600))?;
            }
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn assert_durable_sqlite(connection: &mut SqliteConnection) -> Result<(), StorageError> {
    const FULL: i64 = 2;
    let settings: (String, i64, i64, i64) = sqlx::query_as(sql::DURABILITY_SQLITE).fetch_one(connection).await?;
    if settings == ("wal".to_owned(), FULL, 1, 1) {
        return Ok(());
    }
    let (journal, synchronous, foreign_keys, secure_delete) = settings;
    Err(StorageError::NotDurable(format!(
        "journal_mode={journal} synchronous={synchronous} foreign_keys={foreign_keys} secure_delete={secure_delete}"
    )))
}

async fn connect_postgres(options: PgConnectOptions, durability: Durability) -> Result<Database, StorageError> {
    // Asked by a connection of its own first: the pool would try again for long and hide the reason.
    let mut first = PgConnection::connect_with(&options).await?;
    let settings = sqlx::query_as(sql::DURABILITY_POSTGRES).fetch_one(&mut first).await?;
    first.close().await?;
    if let Some(fault) = fault_of_postgres(&settings, durability) {
        return Err(StorageError::NotDurable(fault));
    }
    // Each new connection is asked again, since after a failover it may lead to another server than the first.
    let pool = PgPoolOptions::new().max_connections(POSTGRES_CONNECTIONS).acquire_timeout(PATIENCE).after_connect(
        move |connection, _| {
            Box::pin(async move {
                let settings = sqlx::query_as(sql::DURABILITY_POSTGRES).fetch_one(connection).await?;
                match fault_of_postgres(&settings, durability) {
                    None => Ok(()),
                    Some(fault) => Err(sqlx::Error::Configuration(fault.into())),
                }
            })
        },
    );
    Ok(Database::Postgres(pool.connect_with(options).await?))
}

fn fault_of_postgres(settings: &(String, String, String, bool), durability: Durability) -> Option<String> {
    let (fsync, synchronous_commit, full_page_writes, standby) = settings;
    if *standby {
        return Some("it is a standby; statuses are read from the primary".to_owned());
    }
    let durable =
        fsync == "on" && matches!(synchronous_commit.as_str(), "on" | "remote_apply") && full_page_writes == "on";
    (durability == Durability::Asserted && !durable).then(|| {
        format!(
            "fsync={fsync} synchronous_commit={synchronous_commit} full_page_writes={full_page_writes}, all must be on"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(fsync: &str, commit: &str, pages: &str, standby: bool) -> (String, String, String, bool) {
        (fsync.into(), commit.into(), pages.into(), standby)
    }

    #[test]
    fn a_server_that_forgets_is_refused_unless_nobody_misses_the_data() {
        assert_eq!(fault_of_postgres(&settings("on", "on", "on", false), Durability::Asserted), None);
        for forgetful in [
            settings("off", "on", "on", false),
            settings("on", "off", "on", false),
            settings("on", "local", "on", false),
            settings("on", "on", "off", false),
        ] {
            assert!(fault_of_postgres(&forgetful, Durability::Asserted).is_some(), "{forgetful:?}");
            assert_eq!(fault_of_postgres(&forgetful, Durability::Relaxed), None);
        }
    }

    #[test]
    fn a_standby_is_refused_always() {
        assert!(fault_of_postgres(&settings("on", "on", "on", true), Durability::Relaxed).is_some());
    }
}
