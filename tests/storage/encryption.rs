//! Personal content is in no file in clear, is not decrypted anywhere but in its own place, and is gone after erasure.

use std::path::Path;
use std::process::Command;

use earayis::certificate::Standing;
use earayis::storage::{NewIdempotency, StorageError, VaultError};

use crate::fixtures::{
    FIN, NAME, WAGE, blob, certificate, code, erase, event, execute, facts, file, fin, id, now, number, open,
    open_with, put, ready, revocation, vault,
};
use crate::support::{TestDatabase, on_each_engine};

/// Whether any file in `folder`, which may be a whole server's, holds `text`.
fn stands_in(folder: &Path, text: &str) -> bool {
    let found = Command::new("grep").env("LC_ALL", "C").args(["-rlaF", text]).arg(folder).output().unwrap();
    !found.stdout.is_empty()
}

/// Whether any file in the small `folder` holds `bytes`.
fn holds(folder: &Path, bytes: &[u8]) -> bool {
    let mut files = std::fs::read_dir(folder).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap());
    files.any(|file| file.windows(bytes.len()).any(|window| window == bytes))
}

/// Makes a server write what it has into its files; SQLite has.
async fn flush(database: &TestDatabase) {
    if database.url.starts_with("postgres") {
        execute(database, "checkpoint").await;
    }
}

/// Exchanges a column of the certificates 1 and 2.
async fn exchange(database: &TestDatabase, column: &str) {
    let read = |n| format!("select {column} from certificates where number = '{}'", number(n));
    let write = |n| format!("update certificates set {column} = $1 where number = '{}'", number(n));
    let (first, second) = (blob(database, read(1)).await, blob(database, read(2)).await);
    put(database, write(1), second).await;
    put(database, write(2), first).await;
}

fn assert_altered(expected: &str, outcome: Result<Option<Vec<u8>>, StorageError>) {
    match outcome {
        Err(StorageError::Vault(VaultError::Altered { column, .. })) => assert_eq!(column, expected),
        other => panic!("{other:?}"),
    }
}

on_each_engine! {
    async fn nothing_personal_stands_in_any_file_before_or_after_erasure(database: TestDatabase) {
        let Some(folder) = database.files.clone() else {
            println!("SKIPPED: the server's files are not on this machine");
            return;
        };
        let storage = ready(&database).await;
        let mut issued = certificate(1);
        issued.idempotency = Some(NewIdempotency { actor: "operator".into(), key: format!("key of {NAME}"), body: facts(1) });
        storage.store_issuance(issued).await.unwrap();
        storage.create_session("token", FIN.as_bytes(), now(), now().plus_days(1)).await.unwrap();
        flush(&database).await;
        let code = code(1);
        let secrets = [FIN, NAME, WAGE, &code.compact(), &code.printed()];
        let assert_hidden = || {
            // What is not personal is found, so that the search is known to see.
            assert!(stands_in(&folder, &number(1).to_string()));
            for secret in secrets {
                assert!(!stands_in(&folder, secret), "{secret}");
            }
        };
        assert_hidden();
        erase(&storage, id(1), &event(1, "erase")).await;
        flush(&database).await;
        assert_hidden();
    }

    async fn an_erased_certificate_keeps_its_status_and_loses_its_content(database: TestDatabase) {
        let storage = ready(&database).await;
        let mut issued = certificate(1);
        issued.idempotency = Some(NewIdempotency { actor: "operator".into(), key: "key".into(), body: vec![] });
        issued.audit.actor = "holder:1a2b3c4d".into();
        storage.store_issuance(issued).await.unwrap();
        storage.store_issuance(certificate(2)).await.unwrap();
        assert!(erase(&storage, id(1), &event(1, "erase")).await);

        assert_eq!(storage.facts(id(1)).await.unwrap(), None);
        assert_eq!(storage.released_bytes(id(1)).await.unwrap(), None);
        assert_eq!(storage.recorded_by_code(&code(1)).await.unwrap(), None);
        assert_eq!(storage.certificates_of(&fin()).await.unwrap().len(), 1);
        // A repeat must still be told that it was issued once.
        assert_eq!(storage.idempotent("operator", "key", b"").await.unwrap().map(|first| first.certificate_id), Some(id(1)));

        let recorded = storage.recorded_by_digest(&certificate(1).sha256).await.unwrap().unwrap();
        assert_eq!((storage.facts_of(&recorded).unwrap(), recorded.leaves.len()), (None, 1));
        let record = recorded.certificate;
        assert_eq!((record.erased_at, record.holder, record.standing), (Some(now()), None, Standing::InForce));
        assert_eq!(storage.leaves_of(id(1)).await.unwrap().len(), 1);
        storage.change_standing(revocation(1, 1)).await.unwrap();
        let record = storage.certificate_by_number(number(1)).await.unwrap().unwrap();
        assert_eq!(record.standing, Standing::Revoked);

        assert_eq!(storage.facts(id(2)).await.unwrap(), Some(facts(2)));
        assert!(!erase(&storage, id(1), &event(1, "erase")).await);
        assert!(!erase(&storage, id(9), &event(9, "erase")).await);
        let events = storage.audit_events_of(&id(1).to_string()).await.unwrap();
        assert_eq!(events.len(), 3);
        assert!(events.iter().all(|event| !event.actor.contains("1a2b3c4d")));
    }

    async fn ciphertext_moved_between_rows_or_columns_does_not_decrypt(database: TestDatabase) {
        let storage = ready(&database).await;
        storage.store_issuance(certificate(1)).await.unwrap();
        storage.store_issuance(certificate(2)).await.unwrap();
        execute(&database, "update certificates set facts = own_bytes, own_bytes = facts").await;
        assert_altered("facts", storage.facts(id(1)).await);
        assert_altered("own_bytes", storage.released_bytes(id(1)).await);
        execute(&database, "update certificates set facts = own_bytes, own_bytes = facts").await;

        exchange(&database, "facts").await;
        assert_altered("facts", storage.facts(id(1)).await);
        // Not even together with the key that belongs to it.
        exchange(&database, "data_key").await;
        assert_altered("data_key", storage.facts(id(1)).await);
        exchange(&database, "facts").await;
        assert_altered("data_key", storage.facts(id(1)).await);
        exchange(&database, "data_key").await;
        exchange(&database, "own_bytes").await;
        assert_altered("own_bytes", storage.released_bytes(id(1)).await);
        exchange(&database, "own_bytes").await;

        assert_eq!(storage.facts(id(1)).await.unwrap(), Some(facts(1)));
        assert_eq!(storage.released_bytes(id(2)).await.unwrap(), Some(file(2)));
    }

    async fn a_flipped_bit_is_an_error_and_never_other_bytes(database: TestDatabase) {
        let storage = ready(&database).await;
        storage.store_issuance(certificate(1)).await.unwrap();
        let own = blob(&database, "select own_bytes from certificates").await;
        for at in [0, own.len() / 2, own.len() - 1] {
            let mut flipped = own.clone();
            flipped[at] ^= 1;
            put(&database, "update certificates set own_bytes = $1", flipped).await;
            assert!(storage.released_bytes(id(1)).await.is_err(), "byte {at}");
        }
        put(&database, "update certificates set own_bytes = $1", own).await;
        assert_eq!(storage.released_bytes(id(1)).await.unwrap(), Some(file(1)));

        // A beginning is read once by each process: another process meets the altered one.
        let beginning = blob(&database, "select bytes from beginnings").await;
        put(&database, "update beginnings set bytes = $1", [&beginning[1..], b"x"].concat()).await;
        assert!(open(&database).await.released_bytes(id(1)).await.is_err());
        put(&database, "update beginnings set bytes = $1", beginning).await;

        let another = blob(&database, "select sha256 from certificate_digests").await.iter().map(|byte| !byte).collect();
        put(&database, "update certificate_digests set sha256 = $1", another).await;
        assert!(matches!(storage.released_bytes(id(1)).await, Err(StorageError::Digest)));
    }

    async fn after_rotation_the_old_key_can_be_destroyed(database: TestDatabase) {
        let storage = ready(&database).await;
        storage.store_issuance(certificate(1)).await.unwrap();
        storage.store_issuance(certificate(2)).await.unwrap();
        erase(&storage, id(2), &event(2, "erase")).await;
        storage.close().await;

        let rotating = open_with(&database, &[1, 2]).await;
        rotating.store_issuance(certificate(3)).await.unwrap();
        assert_eq!(rotating.rewrap().await.unwrap(), 1);
        assert_eq!(rotating.rewrap().await.unwrap(), 0);
        assert_eq!(rotating.facts(id(2)).await.unwrap(), None);
        rotating.close().await;

        let rotated = open_with(&database, &[2]).await;
        assert_eq!(rotated.facts(id(1)).await.unwrap(), Some(facts(1)));
        assert_eq!(rotated.released_bytes(id(3)).await.unwrap(), Some(file(3)));
    }
}

#[tokio::test]
async fn a_wrapped_key_is_in_no_file_of_sqlite_after_erasure() {
    let database = TestDatabase::sqlite();
    let folder = database.files.clone().unwrap();
    let storage = ready(&database).await;
    storage.store_issuance(certificate(1)).await.unwrap();
    let key = blob(&database, "select data_key from certificates").await;
    assert!(holds(&folder, &key));
    erase(&storage, id(1), &event(1, "erase")).await;
    assert!(!holds(&folder, &key));
}

#[test]
fn debug_shows_nothing_personal() {
    let idempotency = NewIdempotency { actor: FIN.into(), key: NAME.into(), body: WAGE.into() };
    let shown = format!("{:?} {:?} {idempotency:?}", certificate(1), vault(&[1]));
    for secret in [FIN, NAME, WAGE, &code(1).compact()] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
