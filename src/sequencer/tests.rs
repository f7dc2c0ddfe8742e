//! What stops a sequencer: each contradiction between database, store and clock, before anything is placed or signed.

use std::path::Path;

use ring::signature::Ed25519KeyPair;
use tempfile::TempDir;
use uuid::Uuid;

use super::*;
use crate::certificate::{Code, Number};
use crate::clock::Instant;
use crate::random::Random;
use crate::storage::{Durability, NewAuditEvent, NewCertificate, NewLeaf, Vault, VaultKey};

/// A database of the folder and the log that they share, at a time of the test's choosing.
async fn sequencer(folder: &Path, database: &str, clock: &Clock) -> Sequencer {
    let vault = Vault::new(
        vec![VaultKey::new("kek-1", [1; 32])],
        "kek-1",
        VaultKey::new("lookup-1", [2; 32]),
        Random::system(),
    );
    let url = format!("sqlite:{}", folder.join(database).display());
    let key = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    Sequencer {
        storage: Storage::open(&url, None, Durability::Asserted, vault.unwrap()).await.unwrap(),
        store: Arc::new(LogStore::open(folder.join("log")).unwrap()),
        signer: Arc::new(Signer::new("log.example", key).unwrap()),
        clock: clock.clone(),
    }
}

/// Issues the certificate called `n`, whose leaf then waits.
async fn issue(sequencer: &Sequencer, n: u8) {
    let sha256 = |bytes: &[u8]| ring::digest::digest(&ring::digest::SHA256, bytes).as_ref().try_into().unwrap();
    let (id, at) = (Uuid::from_u128(u128::from(n)), sequencer.clock.now());
    let certificate = NewCertificate {
        id,
        number: Number::from_random(2026, [n; 5]),
        code: Code::from_random([n; 15]),
        holder: "7DEM001".parse().unwrap(),
        kind: "is-yeri".parse().unwrap(),
        kind_version: 1,
        issuer: "9900000141".parse().unwrap(),
        issued_at: at,
        as_of: at,
        valid_until: None,
        keep_until: at,
        facts: b"{}".to_vec(),
        beginning: Arc::from(&b"begins"[..]),
        beginning_sha256: sha256(b"begins"),
        own: vec![n],
        sha256: sha256(&[b"begins", &[n][..]].concat()),
        seal_key: "seal-1".into(),
        status_list: sequencer.storage.open_status_list().await.unwrap(),
        status_index: i64::from(n),
        demonstration: true,
        leaf: NewLeaf {
            id,
            certificate_id: id,
            act: "issued".into(),
            salt: [n; 32],
            record: vec![n],
            entry: [n; 32],
            recorded_at: at,
        },
        audit: NewAuditEvent {
            id,
            actor: "operator".into(),
            act: "issue".into(),
            subject: id.to_string(),
            occurred_at: at,
            detail: "{}".into(),
        },
        idempotency: None,
    };
    sequencer.storage.store_issuance(certificate).await.unwrap();
}

fn noon() -> Instant {
    Instant::parse_rfc3339("2026-11-24T08:00:00Z").unwrap()
}

/// A log with one leaf.
async fn begun() -> (TempDir, Clock, Sequencer) {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::manual(noon());
    let sequencer = sequencer(folder.path(), "records.db", &clock).await;
    sequencer.start_up().await.unwrap();
    issue(&sequencer, 1).await;
    assert_eq!(sequencer.turn().await.unwrap(), 1);
    (folder, clock, sequencer)
}

#[tokio::test]
async fn a_database_that_lacks_what_was_published_signs_nothing() {
    let (folder, clock, first) = begun().await;
    let note = first.store.checkpoint().unwrap();
    let set_back = sequencer(folder.path(), "older.db", &clock).await;
    issue(&set_back, 2).await;
    for outcome in [set_back.turn().await.map(drop), set_back.start_up().await] {
        let ahead = Disagreement::PublishedAhead { published: 1, recorded: 0 };
        assert!(matches!(outcome, Err(SequencerError::Disagreement(found)) if found == ahead));
    }
    assert_eq!(set_back.storage.log_state().await.unwrap().checkpoint, "");
    assert_eq!(first.store.checkpoint().unwrap(), note);
}

#[tokio::test]
async fn a_clock_that_went_back_places_nothing_until_it_is_right() {
    let (_folder, clock, sequencer) = begun().await;
    issue(&sequencer, 2).await;
    clock.set(noon().plus_millis(-60_000));
    let outcome = sequencer.turn().await;
    assert!(matches!(outcome, Err(SequencerError::Disagreement(Disagreement::ClockBehind { .. }))));
    assert_eq!(sequencer.storage.log_state().await.unwrap().size, 1);
    clock.set(noon());
    assert_eq!(sequencer.turn().await.unwrap(), 1);
}

#[tokio::test]
async fn a_store_that_lost_its_files_is_filled_again_from_the_database() {
    let (folder, _, sequencer) = begun().await;
    let note = sequencer.store.checkpoint().unwrap();
    std::fs::remove_dir_all(folder.path().join("log")).unwrap();
    LogStore::open(folder.path().join("log")).unwrap();
    sequencer.start_up().await.unwrap();
    assert_eq!(sequencer.store.checkpoint().unwrap(), note);
}
