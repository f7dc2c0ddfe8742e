//! Opening: a database is used only if it is this program's, keeps what it confirms, and was written with our keys.

use std::os::unix::fs::PermissionsExt as _;

use earayis::random::Random;
use earayis::storage::{Durability, Storage, StorageError, Vault, VaultError, VaultKey};

use crate::fixtures::{certificate, execute, open, ready, vault};
use crate::support::{TestDatabase, on_each_engine};

async fn refusal(database: &TestDatabase, vault: Vault) -> StorageError {
    Storage::open(&database.url, None, Durability::Relaxed, vault).await.unwrap_err()
}

on_each_engine! {
    async fn every_statement_fits_the_schema(database: TestDatabase) {
        let storage = open(&database).await;
        assert_eq!(storage.unfit_statements().await.unwrap(), [""; 0]);
        storage.close().await;
        execute(&database, "alter table looks rename column basis to ground").await;
        let storage = open(&database).await;
        assert_eq!(storage.unfit_statements().await.unwrap(), ["LOOKS_OF", "LOOK_BY", "LATEST_LOOK_BY"]);
    }

    async fn many_open_a_new_database_at_once(database: TestDatabase) {
        let opening: Vec<_> = (0..6)
            .map(|_| {
                let url = database.url.clone();
                tokio::spawn(async move { Storage::open(&url, None, Durability::Relaxed, vault(&[1])).await })
            })
            .collect();
        for task in opening {
            task.await.unwrap().unwrap().health().await.unwrap();
        }
    }

    async fn what_was_stored_is_there_after_opening_again(database: TestDatabase) {
        let storage = ready(&database).await;
        storage.store_issuance(certificate(1)).await.unwrap();
        let before = storage.statistics().await.unwrap();
        storage.close().await;
        let after = open(&database).await.statistics().await.unwrap();
        assert_eq!((before.certificates, after.certificates), (1, 1));
        assert!(after.database_bytes > 0);
    }

    async fn a_database_of_a_later_program_or_of_another_is_refused(database: TestDatabase) {
        open(&database).await.close().await;
        execute(&database, "insert into schema_migrations (number, name, sha256) values (99, 'later', '00')").await;
        assert!(matches!(refusal(&database, vault(&[1])).await, StorageError::Migration { number: 99 }));
        execute(&database, "delete from schema_migrations where number = 99").await;
        open(&database).await.close().await;
        execute(&database, "update schema_migrations set sha256 = '00' where number = 1").await;
        assert!(matches!(refusal(&database, vault(&[1])).await, StorageError::Migration { number: 1 }));
    }

    async fn missing_or_wrong_keys_are_noticed_before_anything_is_written(database: TestDatabase) {
        open(&database).await.close().await;
        let missing = refusal(&database, vault(&[2])).await;
        assert!(matches!(missing, StorageError::Vault(VaultError::KeyMissing(id)) if id == "kek-1"));

        let made = |kek: u8, lookup: u8| {
            let keks = vec![VaultKey::new("kek-1", [kek; 32])];
            Vault::new(keks, "kek-1", VaultKey::new("lookup-1", [lookup; 32]), Random::system()).unwrap()
        };
        for (vault, key) in [(made(7, 200), "kek-1"), (made(1, 7), "lookup-1")] {
            let differs = refusal(&database, vault).await;
            assert!(matches!(differs, StorageError::Vault(VaultError::KeyDiffers(id)) if id == key));
        }
        open(&database).await.health().await.unwrap();
    }
}

#[tokio::test]
async fn a_server_that_waits_for_no_flush_is_refused_and_one_that_does_is_taken() {
    let forgetful = TestDatabase::postgres(false).await;
    let refused = Storage::open(&forgetful.url, None, Durability::Asserted, vault(&[1])).await;
    assert!(matches!(refused, Err(StorageError::NotDurable(words)) if words.contains("synchronous_commit=off")));

    let durable = TestDatabase::postgres(true).await;
    Storage::open(&durable.url, None, Durability::Asserted, vault(&[1])).await.unwrap().health().await.unwrap();
}

#[tokio::test]
async fn the_files_of_sqlite_are_read_by_their_owner_only() {
    let database = TestDatabase::sqlite();
    let file = database.url.strip_prefix("sqlite:").unwrap();
    std::fs::write(file, "").unwrap();
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let _open = open(&database).await;
    let folder = database.files.as_ref().unwrap();
    let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(Result::unwrap).collect();
    assert!(files.len() >= 2, "{files:?}");
    for file in files {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
    }
}

#[tokio::test]
async fn what_is_no_database_is_refused_without_repeating_a_password() {
    for url in ["mysql://root:sesame@localhost/x", "sqlite::memory:", "earayis.db", ""] {
        let refused = Storage::open(url, None, Durability::Asserted, vault(&[1])).await.unwrap_err();
        assert!(matches!(refused, StorageError::Url(_)), "{url}: {refused}");
        assert!(!refused.to_string().contains("sesame"), "{refused}");
    }
}

#[tokio::test]
async fn opened_twice_by_one_process_the_file_is_still_held_against_others() {
    let database = TestDatabase::sqlite();
    let (first, second) = (open(&database).await, open(&database).await);
    second.close().await;
    // Without its lock whoever looks at the file and leaves takes the write-ahead log along, and what it confirmed.
    let mut look = std::process::Command::new("python3");
    look.args(["-c", LOOK, database.url.trim_start_matches("sqlite:")]);
    assert!(look.status().unwrap().success());
    assert!(database.files.as_ref().unwrap().join("earayis.db-wal").exists(), "the write-ahead log is gone");
    assert_eq!(first.open_status_list().await.unwrap(), 1);
    assert_eq!(open(&database).await.statistics().await.unwrap(), first.statistics().await.unwrap());
}

/// Reads the database, and is the last to leave as far as it can see.
const LOOK: &str = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('select count(*) from certificates').fetchall(); c.close()";
