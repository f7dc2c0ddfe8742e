//! Where a service under test keeps its data: a folder, and a database on either engine with nothing relaxed.

use std::path::Path;

use sqlx::{Connection as _, PgConnection};
use tempfile::TempDir;

use crate::service::{TestService, free_port};
use crate::support::TestDatabase;

/// A folder with keys and log, and the database beside or behind it.
pub(crate) struct Place {
    folder: TempDir,
    /// What the settings name.
    database: String,
    /// What a second reader opens.
    pub(crate) reading: String,
}

impl Place {
    /// On SQLite, in the folder itself.
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let reading = format!("sqlite:{}", folder.path().join("earayis.db").display());
        Self { folder, database: "sqlite:earayis.db".to_owned(), reading }
    }

    /// On a PostgreSQL server that waits for its disk, which is asserted and not believed.
    pub(crate) async fn postgres() -> Self {
        let url = TestDatabase::postgres(true).await.url;
        let mut connection = PgConnection::connect(&url).await.unwrap();
        for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
            let (value,): (String,) =
                sqlx::query_as("select current_setting($1)").bind(setting).fetch_one(&mut connection).await.unwrap();
            assert_eq!(value, "on", "{setting}: a test of durability on a server that forgets shows nothing");
        }
        connection.close().await.unwrap();
        Self { folder: tempfile::tempdir().unwrap(), database: url.clone(), reading: url }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A service on this data that is not started yet; several may share it.
    pub(crate) fn service(&self) -> TestService {
        TestService::serving(self.folder(), free_port(), &self.database)
    }
}

/// Runs a contract on each engine.
macro_rules! in_each_place {
    ($(async fn $name:ident($place:ident: Place) $body:block)*) => {$(
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn sqlite() {
                contract(Place::sqlite()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn postgres() {
                contract(Place::postgres().await).await;
            }

            async fn contract($place: Place) $body
        }
    )*};
}

pub(crate) use in_each_place;
