//! What tests on both engines share: a fresh database for each test, thrown away with it.

pub(crate) mod postgres;

use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A fresh, empty database.
pub(crate) struct TestDatabase {
    /// Its URL, as `Storage::open` takes it.
    pub(crate) url: String,
    /// The folder in which everything it writes stands, if this machine has it.
    pub(crate) files: Option<PathBuf>,
    _folder: Option<TempDir>,
}

impl TestDatabase {
    /// An SQLite file in a folder of its own.
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("earayis.db").display());
        Self { url, files: Some(folder.path().to_owned()), _folder: Some(folder) }
    }

    /// A database on the test's PostgreSQL server; without waiting for flushes, unless `durable`.
    pub(crate) async fn postgres(durable: bool) -> Self {
        let server = postgres::server();
        let url = server.fresh_database(durable).await;
        Self { url, files: server.data().map(Path::to_owned), _folder: None }
    }
}

/// Runs each contract on each engine, each time on a fresh database.
macro_rules! on_each_engine {
    ($($(#[$doc:meta])* async fn $name:ident($database:ident: TestDatabase) $body:block)*) => {$(
        #[cfg(test)]
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                contract(TestDatabase::sqlite()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                contract(TestDatabase::postgres(false).await).await;
            }

            $(#[$doc])*
            async fn contract($database: TestDatabase) $body
        }
    )*};
}

pub(crate) use on_each_engine;
