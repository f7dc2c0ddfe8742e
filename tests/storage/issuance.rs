//! An issuance is stored whole or not at all, once, and harms no other.

use earayis::storage::{Idempotent, IssuanceError, NewCertificate, NewIdempotency, Storage, StorageError};
use sqlx::Connection as _;
use uuid::Uuid;

use crate::fixtures::{certificate, code, event, facts, file, fin, id, now, number, open, ready, sha256};
use crate::support::{TestDatabase, on_each_engine};

fn idempotency(body: &str) -> NewIdempotency {
    NewIdempotency { actor: "9900000141".into(), key: "key-1".into(), body: body.into() }
}

async fn idempotent(storage: &Storage, body: &str) -> Option<Idempotent> {
    storage.idempotent("9900000141", "key-1", body.as_bytes()).await.unwrap()
}

/// Nothing of the certificate `n` is there.
async fn assert_absent(storage: &Storage, n: u8) {
    assert_eq!(storage.certificate_by_id(id(n)).await.unwrap(), None);
    assert_eq!(storage.recorded_by_digest(&certificate(n).sha256).await.unwrap(), None);
    assert_eq!(storage.leaves_of(id(n)).await.unwrap(), []);
    assert_eq!(storage.audit_events_of(&id(n).to_string()).await.unwrap(), []);
}

/// Everything of the certificate `n` is there.
async fn assert_present(storage: &Storage, n: u8) {
    let record = storage.certificate_by_id(id(n)).await.unwrap().unwrap();
    assert_eq!((record.id, record.number, record.digest), (id(n), number(n), certificate(n).sha256));
    let recorded = storage.recorded_by_digest(&record.digest).await.unwrap().unwrap();
    assert_eq!((&recorded.certificate, &recorded.leaves), (&record, &storage.leaves_of(id(n)).await.unwrap()));
    assert_eq!(storage.facts_of(&recorded).unwrap(), Some(facts(n)));
    assert_eq!(storage.facts(id(n)).await.unwrap(), Some(facts(n)));
    assert_eq!(storage.released_bytes(id(n)).await.unwrap(), Some(file(n)));
    assert_eq!(storage.leaves_of(id(n)).await.unwrap().len(), 1);
    assert_eq!(storage.audit_events_of(&id(n).to_string()).await.unwrap().len(), 1);
}

/// The certificate `n` made a second time, as another process would: only the number is the same.
fn twin(n: u8) -> NewCertificate {
    let mut twin = certificate(n);
    twin.id = Uuid::from_bytes([n; 16]);
    twin.code = code(n + 100);
    twin.status_index += 1000;
    (twin.leaf.id, twin.leaf.certificate_id) = (twin.id, twin.id);
    twin.own.push(b'\n');
    twin.sha256 = sha256(&[&twin.beginning[..], &twin.own].concat());
    twin
}

on_each_engine! {
    async fn an_issued_certificate_is_found_by_everything_it_is_known_by(database: TestDatabase) {
        let storage = ready(&database).await;
        let issued = certificate(1);
        storage.store_issuance(certificate(1)).await.unwrap();
        assert_present(&storage, 1).await;

        let record = storage.certificate_by_number(number(1)).await.unwrap().unwrap();
        assert_eq!(record.kind, issued.kind);
        assert_eq!(record.issuer, issued.issuer);
        assert_eq!((record.issued_at, record.as_of), (issued.issued_at, issued.as_of));
        assert_eq!((record.valid_until, record.keep_until), (issued.valid_until, issued.keep_until));
        assert_eq!((record.status_list, record.status_index, record.version), (1, 1, 1));
        assert!(record.demonstration);
        for recorded in [storage.recorded_by_code(&code(1)).await, storage.recorded_by_number(number(1)).await] {
            assert_eq!(recorded.unwrap().unwrap().certificate, record);
        }
        assert_eq!(storage.certificates_of(&fin()).await.unwrap(), std::slice::from_ref(&record));
        assert_eq!(record.holder, Some(storage.holder_key(&fin())));

        let leaf = &storage.leaves_of(id(1)).await.unwrap()[0];
        assert_eq!((leaf.id, leaf.certificate_id, leaf.act.as_str()), (issued.leaf.id, id(1), "issued"));
        assert_eq!((leaf.salt, &leaf.record, leaf.entry), (issued.leaf.salt, &issued.leaf.record, issued.leaf.entry));
        assert_eq!((leaf.recorded_at, leaf.place), (issued.leaf.recorded_at, None));
    }

    async fn what_was_never_issued_is_none(database: TestDatabase) {
        let storage = ready(&database).await;
        assert_absent(&storage, 9).await;
        assert_eq!(storage.certificate_by_number(number(9)).await.unwrap(), None);
        assert_eq!(storage.recorded_by_code(&code(9)).await.unwrap(), None);
        assert_eq!(storage.facts(id(9)).await.unwrap(), None);
        assert_eq!(storage.released_bytes(id(9)).await.unwrap(), None);
        assert_eq!(storage.certificates_of(&fin()).await.unwrap(), []);
    }

    async fn a_second_number_code_or_place_is_refused_and_leaves_nothing(database: TestDatabase) {
        let storage = ready(&database).await;
        storage.store_issuance(certificate(1)).await.unwrap();

        let mut second = certificate(2);
        second.number = number(1);
        assert!(matches!(storage.store_issuance(second).await, Err(IssuanceError::NumberTaken)));
        let mut second = certificate(2);
        second.code = code(1);
        assert!(matches!(storage.store_issuance(second).await, Err(IssuanceError::CodeTaken)));
        let mut second = certificate(2);
        second.status_index = 1;
        assert!(matches!(storage.store_issuance(second).await, Err(IssuanceError::PlaceTaken)));
        assert_absent(&storage, 2).await;

        storage.store_issuance(certificate(2)).await.unwrap();
        assert_present(&storage, 2).await;
    }

    async fn a_conflict_in_a_shared_commit_harms_no_neighbour(database: TestDatabase) {
        let storage = ready(&database).await;
        // One hundred at once, every third with the number of the one before.
        let issuing: Vec<_> = (1..=100_u8)
            .map(|n| {
                let storage = storage.clone();
                let mut certificate = certificate(n);
                if n % 3 == 0 {
                    certificate.number = number(n - 1);
                }
                tokio::spawn(async move { storage.store_issuance(certificate).await })
            })
            .collect();
        let mut stored = 0;
        for task in issuing {
            match task.await.unwrap() {
                Ok(()) => stored += 1,
                Err(error) => assert!(matches!(error, IssuanceError::NumberTaken), "{error}"),
            }
        }
        assert_eq!(stored, 67);
        for n in (1..=100).filter(|n| n % 3 == 1) {
            assert_present(&storage, n).await;
        }
        let statistics = storage.statistics().await.unwrap();
        assert_eq!((statistics.certificates, statistics.leaves, statistics.audit_events), (67, 67, 67));
        assert_eq!(statistics.beginnings, 1);
    }

    async fn a_hundred_at_once_under_one_key_make_one_certificate(database: TestDatabase) {
        let storage = ready(&database).await;
        let issuing: Vec<_> = (1..=100)
            .map(|n| {
                let storage = storage.clone();
                let mut certificate = certificate(n);
                certificate.idempotency = Some(idempotency("{}"));
                tokio::spawn(async move { storage.store_issuance(certificate).await })
            })
            .collect();
        let mut stored = Vec::new();
        for (n, task) in (1..).zip(issuing) {
            match task.await.unwrap() {
                Ok(()) => stored.push(id(n)),
                Err(error) => assert!(matches!(error, IssuanceError::IdempotencyTaken), "{error}"),
            }
        }
        assert_eq!(stored.len(), 1);
        assert_eq!(storage.statistics().await.unwrap().certificates, 1);
        let again = idempotent(&storage, "{}").await.unwrap();
        assert_eq!((again.certificate_id, again.same_body), (stored[0], true));
        assert!(!idempotent(&storage, "{ }").await.unwrap().same_body);
        assert_eq!(storage.idempotent("another", "key-1", b"{}").await.unwrap(), None);
    }

    async fn a_key_is_forgotten_after_thirty_days_and_not_before(database: TestDatabase) {
        let storage = ready(&database).await;
        let mut certificate = certificate(1);
        certificate.idempotency = Some(idempotency("{}"));
        storage.store_issuance(certificate).await.unwrap();
        assert_eq!(storage.purge_idempotency(now().plus_days(30)).await.unwrap(), 0);
        assert!(idempotent(&storage, "{}").await.is_some());
        assert_eq!(storage.purge_idempotency(now().plus_days(30).plus_millis(1)).await.unwrap(), 1);
        assert_eq!(idempotent(&storage, "{}").await, None);
    }

    async fn bytes_that_do_not_have_their_digest_are_not_stored(database: TestDatabase) {
        let storage = ready(&database).await;
        let mut wrong = certificate(1);
        wrong.own[3] ^= 1;
        let refused = storage.store_issuance(wrong).await;
        assert!(matches!(refused, Err(IssuanceError::Storage(StorageError::Digest))));
        assert_absent(&storage, 1).await;
    }

    async fn two_processes_issue_into_one_database(database: TestDatabase) {
        let first = ready(&database).await;
        let second = open(&database).await;
        // Both issue each certificate, in opposite orders: their commits wait for one another, and one must come second.
        let issue = |storage: &Storage, certificate: NewCertificate| {
            let storage = storage.clone();
            tokio::spawn(async move { storage.store_issuance(certificate).await })
        };
        let one: Vec<_> = (1..=60).map(|n| issue(&first, certificate(n))).collect();
        let other: Vec<_> = (1..=60).rev().map(|n| issue(&second, twin(n))).collect();
        for (one, other) in one.into_iter().zip(other.into_iter().rev()) {
            let (one, other) = (one.await.unwrap(), other.await.unwrap());
            assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
            let refused = one.err().or(other.err());
            assert!(matches!(refused, Some(IssuanceError::NumberTaken)), "{refused:?}");
        }
        assert_eq!(second.statistics().await.unwrap().certificates, 60);
        assert_eq!(first.statistics().await.unwrap().leaves, 60);
    }

    async fn a_closed_storage_finished_what_it_took_and_takes_no_more(database: TestDatabase) {
        let storage = ready(&database).await;
        let issuing: Vec<_> = (1..=50)
            .map(|n| {
                let storage = storage.clone();
                tokio::spawn(async move { (n, storage.store_issuance(certificate(n)).await) })
            })
            .collect();
        storage.close().await;
        let mut outcomes = Vec::new();
        for task in issuing {
            outcomes.push(task.await.unwrap());
        }
        let refused = storage.record_audit(event(1, "late")).await;
        assert!(matches!(refused, Err(StorageError::Closed)));
        let storage = open(&database).await;
        for (n, outcome) in outcomes {
            match outcome {
                Ok(()) => assert_present(&storage, n).await,
                Err(_) => assert_absent(&storage, n).await,
            }
        }
    }
}

/// A commit that fails, and connections that break, as only a server's do.
mod of_a_server {
    use super::*;

    async fn administer(database: &TestDatabase, sql: &'static str) {
        let mut admin = sqlx::PgConnection::connect(&database.url).await.unwrap();
        sqlx::raw_sql(sql).execute(&mut admin).await.unwrap();
        admin.close().await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn after_its_connections_broke_the_storage_finds_new_ones() {
        let database = TestDatabase::postgres(false).await;
        let storage = ready(&database).await;
        storage.store_issuance(certificate(1)).await.unwrap();
        administer(
            &database,
            "select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and pid <> pg_backend_pid()",
        )
        .await;
        storage.store_issuance(certificate(2)).await.unwrap();
        assert_present(&storage, 2).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_commit_that_fails_fails_all_that_share_it_and_stores_none() {
        let database = TestDatabase::postgres(false).await;
        let storage = ready(&database).await;
        administer(
            &database,
            "create function refuse() returns trigger language plpgsql as
                 $$ begin if new.status_index = 13 then raise 'not at commit'; end if; return new; end $$;
             create constraint trigger refuse_at_commit after insert on certificates
                 deferrable initially deferred for each row execute function refuse()",
        )
        .await;
        let issuing: Vec<_> = (1..=30)
            .map(|n| {
                let storage = storage.clone();
                tokio::spawn(async move { (n, storage.store_issuance(certificate(n)).await) })
            })
            .collect();
        let mut failed = 0;
        for task in issuing {
            match task.await.unwrap() {
                (n, Ok(())) => assert_present(&storage, n).await,
                (n, Err(_)) => {
                    failed += 1;
                    assert_absent(&storage, n).await;
                }
            }
        }
        assert!(failed >= 1);
        storage.store_issuance(certificate(31)).await.unwrap();
    }
}
