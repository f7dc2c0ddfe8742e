//! What stops a sequencer: each contradiction between database, store and clock, before anything is placed or signed.

use std::path::Path;

use ring::signature::Ed25519KeyPair;
use tempfile::TempDir;
use uuid::Uuid;

use super::*;
use crate::certificate::{Code, Number};
use crate::clock::Instant;
use crate::random::Random;
use crate::storage::{Durability, NewAuditEvent, NewCertificate, NewLeaf, Took, Vault, VaultKey};

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
        witnesses: Arc::default(),
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
        recipient: None,
        district: None,
        took: Took::of_millis(0),
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
            organisation: None,
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
    for outcome in [sequencer.turn().await.map(drop), sequencer.start_up().await] {
        assert!(matches!(outcome, Err(SequencerError::Disagreement(Disagreement::ClockBehind { .. }))));
    }
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

/// The same place under the log's next key.
fn next_key(sequencer: &Sequencer) -> Sequencer {
    let key = Ed25519KeyPair::from_seed_unchecked(&[8; 32]).unwrap();
    Sequencer { signer: Arc::new(Signer::new("log.example", key).unwrap()), ..sequencer.clone() }
}

#[tokio::test]
async fn a_new_log_key_takes_over_what_the_former_one_signed_and_goes_on() {
    let (folder, _, old) = begun().await;
    let former = [old.signer.verifier().clone()];
    let before = Checkpoint::open(&old.store.checkpoint().unwrap().unwrap(), &former[0]).unwrap();
    let new = next_key(&old);
    assert!(new.start_up().await.is_err(), "nobody says yet that the former key was this log's");
    assert!(new.succeed(&former).await.unwrap());
    new.start_up().await.unwrap();
    assert!(!new.succeed(&former).await.unwrap());
    let note = new.store.checkpoint().unwrap().unwrap();
    assert_eq!(Checkpoint::open(&note, new.signer.verifier()).unwrap(), before);
    issue(&new, 2).await;
    assert_eq!(new.turn().await.unwrap(), 1);

    // The store is behind the database, or has lost its files, when the key is replaced.
    let (note, third) = (new.store.checkpoint().unwrap().unwrap(), next_key(&new));
    let key = Ed25519KeyPair::from_seed_unchecked(&[9; 32]).unwrap();
    let third = Sequencer { signer: Arc::new(Signer::new("log.example", key).unwrap()), ..third };
    std::fs::remove_dir_all(folder.path().join("log")).unwrap();
    LogStore::open(folder.path().join("log")).unwrap();
    assert!(third.succeed(&[new.signer.verifier().clone()]).await.unwrap());
    third.start_up().await.unwrap();
    let last = third.store.checkpoint().unwrap().unwrap();
    let opened = Checkpoint::open(&last, third.signer.verifier()).unwrap();
    assert_eq!(opened, Checkpoint::open(&note, new.signer.verifier()).unwrap());
    assert_eq!(opened.size, 2);
}

#[tokio::test]
async fn what_a_former_key_signed_beside_the_database_is_not_taken_over() {
    let (folder, clock, old) = begun().await;
    let former = [old.signer.verifier().clone()];
    let (recorded, checkpoint) = (old.storage.log_state().await.unwrap(), folder.path().join("log/checkpoint"));
    for (size, root) in [(1, Hash([9; 32])), (2, Hash([9; 32]))] {
        let forged = Checkpoint { origin: "log.example".to_owned(), size, root }.sign(&old.signer).unwrap();
        std::fs::write(&checkpoint, &forged).unwrap();
        let new = next_key(&old);
        assert!(new.succeed(&former).await.is_err(), "{size}");
        assert_eq!(new.storage.log_state().await.unwrap(), recorded);
        assert_eq!(new.store.checkpoint().unwrap().unwrap(), forged, "nothing is signed");
    }
    // Another database has nothing that it could continue.
    std::fs::write(&checkpoint, &recorded.checkpoint).unwrap();
    let other = next_key(&sequencer(folder.path(), "older.db", &clock).await);
    let outcome = other.succeed(&former).await;
    let ahead = Disagreement::PublishedAhead { published: 1, recorded: 0 };
    assert!(matches!(outcome, Err(SequencerError::Disagreement(found)) if found == ahead));
}
