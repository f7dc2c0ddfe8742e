//! The records behind a service, read past it: every row has what belongs to it, and the log holds them all.

use std::collections::BTreeSet;
use std::process::Command;

use data_encoding::BASE64;
use earayis::transparency::{Entry, Record};
use ring::digest::{Context, SHA256};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use uuid::Uuid;

use crate::service::TestService;

/// Runs a query on a connection of its own, past the service.
macro_rules! past_the_service {
    ($url:expr, |$connection:ident| $query:expr) => {
        if $url.starts_with("sqlite:") {
            let mut opened = sqlx::SqliteConnection::connect($url).await.unwrap();
            let $connection = &mut opened;
            let answer = $query.await.unwrap();
            opened.close().await.unwrap();
            answer
        } else {
            let mut opened = sqlx::PgConnection::connect($url).await.unwrap();
            let $connection = &mut opened;
            let answer = $query.await.unwrap();
            opened.close().await.unwrap();
            answer
        }
    };
}

/// How many rows there are of what the statement counts.
pub(crate) async fn count(url: &str, statement: &str) -> i64 {
    let statement = AssertSqlSafe(statement.to_owned());
    past_the_service!(url, |connection| sqlx::query_scalar(statement).fetch_one(connection))
}

/// Changes rows past the service, as somebody with the database's password could.
pub(crate) async fn change_by_hand(url: &str, statements: &str) {
    let statements = AssertSqlSafe(statements.to_owned());
    if url.starts_with("sqlite:") {
        let mut connection = SqliteConnection::connect(url).await.unwrap();
        sqlx::raw_sql(statements).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    } else {
        let mut connection = PgConnection::connect(url).await.unwrap();
        sqlx::raw_sql(statements).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }
}

/// A leaf of a file stamped again, with its digest.
pub(crate) struct Stamped {
    pub(crate) id: Uuid,
    /// Of the certificate's files, a number of its own.
    pub(crate) revision: usize,
    pub(crate) digest: [u8; 32],
    pub(crate) salt: [u8; 32],
    pub(crate) record: Record,
    pub(crate) entry: Entry,
}

/// Adds leaves that wait for their places, past the service, all at once.
pub(crate) async fn insert_stamped(url: &str, leaves: &[Stamped]) {
    past_the_service!(url, |connection| async {
        sqlx::raw_sql("begin").execute(&mut *connection).await?;
        for leaf in leaves {
            let (certificate, at) = (leaf.record.id, leaf.record.at.millis());
            sqlx::query("insert into certificate_digests (sha256, certificate_id, revision, released_at) values ($1, $2, $3, $4)")
                .bind(&leaf.digest[..])
                .bind(certificate)
                .bind(i32::try_from(leaf.revision).unwrap())
                .bind(at)
                .execute(&mut *connection)
                .await?;
            sqlx::query(
                "insert into leaves (id, certificate_id, act, salt, record, entry, recorded_at)
                 values ($1, $2, 'restamped', $3, $4, $5, $6)",
            )
            .bind(leaf.id)
            .bind(certificate)
            .bind(&leaf.salt[..])
            .bind(leaf.record.to_cbor())
            .bind(&leaf.entry.0[..])
            .bind(at)
            .execute(&mut *connection)
            .await?;
        }
        sqlx::raw_sql("commit").execute(&mut *connection).await.map(drop)
    });
}

/// Every certificate has its one digest, leaf and audit event, and none of these is without a certificate.
///
/// `keys` is how many idempotency keys were ever answered: as many certificates there are, and not one more.
pub(crate) async fn assert_complete(url: &str, keys: usize) {
    let certificates: Vec<Uuid> =
        past_the_service!(url, |connection| sqlx::query_scalar("select id from certificates order by id")
            .fetch_all(connection));
    assert_eq!(certificates.len(), keys, "a certificate for each key and no other");

    let of_leaves: Vec<Uuid> = past_the_service!(url, |connection| sqlx::query_scalar(
        "select certificate_id from leaves where act = 'issued' order by certificate_id"
    )
    .fetch_all(connection));
    assert_eq!(of_leaves, certificates, "a leaf for each certificate");

    let of_digests: Vec<Uuid> = past_the_service!(url, |connection| sqlx::query_scalar(
        "select certificate_id from certificate_digests order by certificate_id"
    )
    .fetch_all(connection));
    assert_eq!(of_digests, certificates, "a digest for each certificate");

    let of_keys: Vec<Uuid> = past_the_service!(url, |connection| sqlx::query_scalar(
        "select certificate_id from idempotency order by certificate_id"
    )
    .fetch_all(connection));
    assert_eq!(of_keys, certificates, "a key for each certificate");

    let subjects: Vec<String> =
        past_the_service!(url, |connection| sqlx::query_scalar("select subject from audit_events where act = 'issue'")
            .fetch_all(connection));
    let mut of_events = subjects.iter().map(|subject| subject.parse::<Uuid>().unwrap()).collect::<Vec<_>>();
    of_events.sort();
    assert_eq!(of_events, certificates, "an audit event for each certificate");

    assert_places(url).await;
}

/// The places given are 0, 1, 2 … without a gap, and as many as the log's size says. One statement reads them all,
/// since the sequencer goes on meanwhile.
async fn assert_places(url: &str) {
    const PLACES: &str = "select size, (select count(*) from leaves where place is not null),
         (select count(*) from leaves where place >= size) from log_state";
    let (size, placed, beyond): (i64, i64, i64) =
        past_the_service!(url, |connection| sqlx::query_as(PLACES).fetch_one(connection));
    assert_eq!((placed, beyond), (size, 0), "places and the log's size");
}

/// Waits until every leaf has its place and stands in the published checkpoint, as it must within seconds.
pub(crate) async fn until_published(service: &TestService, url: &str) {
    let begun = std::time::Instant::now();
    loop {
        let leaves = count(url, "select count(*) from leaves").await;
        let published = published_checkpoint(service).await.map_or(0, |checkpoint| checkpoint.size);
        if usize::try_from(leaves).unwrap() == published {
            return;
        }
        assert!(begun.elapsed().as_secs() < 30, "{published} of {leaves} leaves are published");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// A checkpoint as far as its history matters; its signature is the independent checker's affair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Checkpoint {
    pub(crate) size: usize,
    root: [u8; 32],
}

pub(crate) async fn published_checkpoint(service: &TestService) -> Option<Checkpoint> {
    let answer = service.request("GET", "/log/checkpoint").send().await.ok()?;
    if answer.status() != 200 {
        return None;
    }
    let note = answer.text().await.ok()?;
    let mut lines = note.lines().skip(1);
    let size = lines.next().unwrap().parse().unwrap();
    let root = BASE64.decode(lines.next().unwrap().as_bytes()).unwrap().try_into().unwrap();
    Some(Checkpoint { size, root })
}

/// The checkpoints that were seen, in the order in which they were, are of one log that only grew into what it is now.
pub(crate) async fn assert_one_history(url: &str, seen: &[Checkpoint]) {
    for pair in seen.windows(2) {
        assert!(pair[0].size <= pair[1].size, "the published log shrank: {pair:?}");
    }
    let entries: Vec<Vec<u8>> = past_the_service!(url, |connection| sqlx::query_scalar(
        "select entry from leaves where place is not null order by place"
    )
    .fetch_all(connection));
    let leaves = entries.iter().map(|entry| hash(&[&[0], entry])).collect::<Vec<_>>();
    let mut held = BTreeSet::new();
    for checkpoint in seen {
        if held.insert((checkpoint.size, checkpoint.root)) {
            assert_eq!(root(&leaves[..checkpoint.size]), checkpoint.root, "at {}", checkpoint.size);
        }
    }
}

/// The Merkle tree hash, as RFC 6962 §2.1 writes it down.
fn root(leaves: &[[u8; 32]]) -> [u8; 32] {
    match leaves {
        [] => hash(&[]),
        [leaf] => *leaf,
        _ => {
            let split = leaves.len().next_power_of_two() / 2;
            hash(&[&[1], &root(&leaves[..split]), &root(&leaves[split..])])
        }
    }
}

fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    context.finish().as_ref().try_into().unwrap()
}

/// The independent checker finds nothing wrong with the log that the service shows.
pub(crate) fn assert_log_verifies(service: &TestService) {
    let vkey = service.run(&["log", "vkey"]);
    assert!(vkey.status.success(), "{}", String::from_utf8_lossy(&vkey.stderr));
    let vkey = String::from_utf8(vkey.stdout).unwrap();
    let python = std::env::var("EARAYIS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let checked = Command::new(python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/check_log.py"))
        .arg(format!("{}/log", service.url))
        .arg(vkey.trim())
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&checked.stdout).into_owned() + &String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "{words}");
}
