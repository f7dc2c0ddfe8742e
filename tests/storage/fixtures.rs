//! Fictional certificates, and the keys of a fictional service.

use std::sync::Arc;

use earayis::catalogue::Fin;
use earayis::certificate::{Code, Number, Standing, StatusReason};
use earayis::clock::Instant;
use earayis::random::Random;
use earayis::storage::{
    Content, Durability, Look, NewAuditEvent, NewCertificate, NewLeaf, StandingChange, Storage, Took, Vault, VaultKey,
};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use uuid::Uuid;

use crate::support::TestDatabase;

/// Runs a query on a connection of its own.
macro_rules! on_connection {
    ($database:expr, |$connection:ident| $query:expr) => {
        if $database.url.starts_with("sqlite:") {
            let mut opened = SqliteConnection::connect(&$database.url).await.unwrap();
            let $connection = &mut opened;
            $query
        } else {
            let mut opened = PgConnection::connect(&$database.url).await.unwrap();
            let $connection = &mut opened;
            $query
        }
    };
}

/// Words that must never stand in a database file in clear.
pub(crate) const FIN: &str = "7DEM001";
pub(crate) const NAME: &str = "Canaryzade";
pub(crate) const WAGE: &str = "98765.43";

const BEGINNING: &[u8] = b"%PDF-1.7 shared fonts and colours";

/// 2026-11-24T05:00:00Z.
pub(crate) fn now() -> Instant {
    Instant::parse_rfc3339("2026-11-24T05:00:00Z").unwrap()
}

/// The vault with the key-encryption keys `keks`, each made of its number, the last of them active.
pub(crate) fn vault(keks: &[u8]) -> Vault {
    let name = |number: &u8| format!("kek-{number}");
    let given = keks.iter().map(|number| VaultKey::new(name(number), [*number; 32])).collect();
    Vault::new(given, &name(keks.last().unwrap()), VaultKey::new("lookup-1", [200; 32]), Random::system()).unwrap()
}

pub(crate) async fn open(database: &TestDatabase) -> Storage {
    open_with(database, &[1]).await
}

pub(crate) async fn open_with(database: &TestDatabase, keks: &[u8]) -> Storage {
    Storage::open(&database.url, None, Durability::Relaxed, vault(keks)).await.unwrap()
}

/// An opened storage with its first status list open.
pub(crate) async fn ready(database: &TestDatabase) -> Storage {
    let storage = open(database).await;
    assert_eq!(storage.open_status_list().await.unwrap(), 1);
    storage
}

/// The certificate called `n`, which shares nothing but its beginning and holder with any other.
pub(crate) fn certificate(n: u8) -> NewCertificate {
    let beginning: Arc<[u8]> = Arc::from(BEGINNING);
    let own = format!("<< /Name ({NAME}) /Wage ({WAGE}) /Certificate {n} >> startxref").into_bytes();
    NewCertificate {
        id: id(n),
        number: number(n),
        code: code(n),
        holder: fin(),
        kind: "is-yeri".parse().unwrap(),
        kind_version: 1,
        issuer: "9900000141".parse().unwrap(),
        issued_at: now(),
        as_of: now().plus_millis(-1500),
        valid_until: Some(now().plus_days(30)),
        keep_until: now().plus_days(400),
        recipient: None,
        district: None,
        took: Took::of_millis(0),
        facts: facts(n),
        beginning_sha256: sha256(&beginning),
        sha256: sha256(&[&beginning[..], &own].concat()),
        beginning,
        own,
        seal_key: "seal-1".into(),
        status_list: 1,
        status_index: i64::from(n),
        demonstration: true,
        leaf: leaf(n, "issued"),
        audit: event(n, "issued"),
        idempotency: None,
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    ring::digest::digest(&ring::digest::SHA256, bytes).as_ref().try_into().unwrap()
}

pub(crate) fn facts(n: u8) -> Vec<u8> {
    format!(r#"{{"fin":"{FIN}","name":"{NAME}","wage":"{WAGE}","certificate":{n}}}"#).into_bytes()
}

/// The whole file of the certificate `n`.
pub(crate) fn file(n: u8) -> Vec<u8> {
    let certificate = certificate(n);
    [&certificate.beginning[..], &certificate.own].concat()
}

pub(crate) fn id(n: u8) -> Uuid {
    uuid(n, 1)
}

pub(crate) fn number(n: u8) -> Number {
    Number::from_random(2026, [9, 8, 7, 6, n])
}

pub(crate) fn code(n: u8) -> Code {
    let mut random = [3; 15];
    (random[0], random[1]) = (n & 31, n >> 5);
    Code::from_random(random)
}

pub(crate) fn fin() -> Fin {
    FIN.parse().unwrap()
}

/// The leaf of what was done to the certificate `n`; each act has its own.
pub(crate) fn leaf(n: u8, act: &str) -> NewLeaf {
    let part = act.as_bytes()[0];
    NewLeaf {
        id: uuid(n, part),
        certificate_id: id(n),
        act: act.into(),
        salt: [n; 32],
        record: vec![n, part],
        entry: [n ^ part; 32],
        recorded_at: now().plus_millis(i64::from(n)),
    }
}

pub(crate) fn event(n: u8, act: &str) -> NewAuditEvent {
    NewAuditEvent {
        id: Uuid::from_bytes(random()),
        actor: "operator".into(),
        act: act.into(),
        subject: id(n).to_string(),
        occurred_at: now(),
        detail: r#"{"reason":"test"}"#.into(),
        organisation: None,
    }
}

/// Revokes the certificate `n` as it was at `expected_version`.
pub(crate) fn revocation(n: u8, expected_version: i32) -> StandingChange {
    StandingChange {
        id: id(n),
        expected_version,
        standing: Standing::Revoked,
        reason: Some(StatusReason::FactsWrong),
        since: now().plus_millis(7),
        successor: None,
        leaf: NewLeaf { id: Uuid::from_bytes(random()), ..leaf(n, "revoked") },
        audit: event(n, "revoked"),
    }
}

/// Erases a certificate's content by itself, and has what it freed overwritten; whether it was there and not held.
pub(crate) async fn erase(storage: &Storage, id: Uuid, audit: &NewAuditEvent) -> bool {
    let mut keeping = storage.begin_keeping().await.unwrap();
    let there = keeping.look(id).await.unwrap() == Content::There;
    assert_eq!(keeping.erase(id, audit).await.unwrap(), there);
    keeping.commit().await.unwrap();
    storage.overwrite_freed().await.unwrap();
    there
}

/// Places a hold on a certificate's content at the event's instant.
pub(crate) async fn hold(storage: &Storage, id: Uuid, reason: &str, audit: &NewAuditEvent) -> bool {
    let mut keeping = storage.begin_keeping().await.unwrap();
    let placed = keeping.place_hold(id, audit.occurred_at, reason, audit).await.unwrap();
    keeping.commit().await.unwrap();
    placed
}

/// Lifts a hold.
pub(crate) async fn lift(storage: &Storage, id: Uuid, audit: &NewAuditEvent) -> bool {
    let mut keeping = storage.begin_keeping().await.unwrap();
    let lifted = keeping.lift_hold(id, audit).await.unwrap();
    keeping.commit().await.unwrap();
    lifted
}

pub(crate) fn look(n: u8) -> Look {
    Look {
        id: Uuid::from_bytes(random()),
        certificate_id: id(n),
        at: now(),
        basis: "code".into(),
        verifier: Some("9900000141".into()),
    }
}

fn random() -> [u8; 16] {
    Random::system().bytes().unwrap()
}

fn uuid(n: u8, part: u8) -> Uuid {
    Uuid::from_bytes([1, 2, 3, 4, 5, 6, 0x70, 8, 0x80, 0, 0, 0, 0, n, 0, part])
}

/// What somebody with access to the database itself could do.
pub(crate) async fn execute(database: &TestDatabase, sql: impl Into<String>) {
    let sql = AssertSqlSafe(sql.into());
    on_connection!(database, |connection| sqlx::raw_sql(sql).execute(connection).await.map(drop)).unwrap();
}

/// One value of the only row that has it.
pub(crate) async fn blob(database: &TestDatabase, sql: impl Into<String>) -> Vec<u8> {
    let sql = AssertSqlSafe(sql.into());
    on_connection!(database, |connection| sqlx::query_scalar(sql).fetch_one(connection).await).unwrap()
}

/// How many the only row of a count says.
pub(crate) async fn counted(database: &TestDatabase, sql: &'static str) -> i64 {
    on_connection!(database, |connection| sqlx::query_scalar(sql).fetch_one(connection).await).unwrap()
}

/// Puts `value` where `sql` says.
pub(crate) async fn put(database: &TestDatabase, sql: impl Into<String>, value: Vec<u8>) {
    let sql = AssertSqlSafe(sql.into());
    on_connection!(database, |connection| sqlx::query(sql).bind(value).execute(connection).await.map(drop)).unwrap();
}
