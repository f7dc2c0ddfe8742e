//! What a certificate's records weigh, read past the service, and what the disk takes when nothing but bytes is kept.

use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection as _, SqliteConnection};

use crate::Failure;

/// Certificates in the database, and the bytes of what belongs to one of them on average.
pub(crate) struct Weights {
    pub(crate) certificates: usize,
    /// Of the whole database file.
    pub(crate) database: i64,
    pub(crate) parts: Vec<(&'static str, f64)>,
    /// Of what all share.
    pub(crate) shared: i64,
}

/// Each part with the statement that sums its bytes up.
const PARTS: [(&str, &str); 7] = [
    ("own bytes of the file, encrypted", "select sum(length(own_bytes)) from certificates"),
    ("facts and code, encrypted", "select sum(length(facts)) from certificates"),
    (
        "the rest of the certificate's row",
        "select sum(16 + length(number) + length(kind) + length(issuer) + 8 * 6 + length(code_hmac) + length(holder_hmac)
             + length(kek_id) + length(data_key) + length(beginning) + length(seal_key_id)) from certificates",
    ),
    ("digest", "select sum(length(sha256) + 16 + 10) from certificate_digests"),
    ("leaf: salt, record, entry", "select sum(length(salt) + length(record) + length(entry) + 48) from leaves"),
    (
        "audit event",
        "select sum(16 + length(actor) + length(act) + length(subject) + 8 + length(detail)) from audit_events",
    ),
    ("idempotency", "select sum(length(actor) + length(key_hmac) + length(body_hmac) + 24) from idempotency"),
];

/// Weighs a database that no service has open any more.
pub(crate) async fn weigh(database: &Path) -> Result<Weights, Failure> {
    let mut connection = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(database)).await?;
    let count: i64 = sqlx::query_scalar("select count(*) from certificates").fetch_one(&mut connection).await?;
    let certificates = usize::try_from(count)?;
    let of_one =
        |bytes: i64| f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / f64::from(u32::try_from(count).unwrap_or(1));
    let mut parts = Vec::new();
    for (name, statement) in PARTS {
        let bytes: Option<i64> = sqlx::query_scalar(statement).fetch_one(&mut connection).await?;
        parts.push((name, of_one(bytes.unwrap_or_default())));
    }
    let shared = sqlx::query_scalar("select sum(length(bytes)) from beginnings").fetch_one(&mut connection).await?;
    let pages = "select page_count * page_size from pragma_page_count(), pragma_page_size()";
    let database = sqlx::query_scalar(pages).fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(Weights { certificates, database, parts, shared })
}

/// How long `commits` durable commits take, each of `rows` rows of `bytes` bytes and nothing else: SQLite as the service
/// sets it, on the same disk.
pub(crate) async fn bare_commits(
    folder: &Path,
    commits: usize,
    rows: usize,
    bytes: usize,
) -> Result<Duration, Failure> {
    let file = folder.join(format!("bare-{rows}.db"));
    let options = SqliteConnectOptions::new()
        .filename(&file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    sqlx::raw_sql("create table bare (id integer primary key, bytes blob not null)").execute(&mut connection).await?;
    let chance = earayis::random::Random::system().bytes::<1024>()?;
    let content = chance.iter().copied().cycle().take(bytes).collect::<Vec<_>>();
    let begun = Instant::now();
    for _ in 0..commits {
        let mut transaction = connection.begin_with("begin immediate").await?;
        for _ in 0..rows {
            sqlx::query("insert into bare (bytes) values ($1)").bind(&content).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
    }
    let elapsed = begun.elapsed();
    connection.close().await?;
    Ok(elapsed)
}
