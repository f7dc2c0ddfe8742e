//! A database as large as a country's: rows beside a few real certificates, each with its digest and its leaf in the log.
//!
//! They have no file and no facts that could be read, so that ten million fit on a machine; their numbers, look-up
//! values and leaves are as good as any, and each verifies.

use std::path::Path;

use earayis::audit::fresh_id;
use earayis::clock::Instant;
use earayis::keys::KeyRing;
use earayis::random::Random;
use earayis::transparency::{Act, Checkpoint, Entry, Frontier, Record};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection as _, SqliteConnection};
use uuid::Uuid;

use crate::Failure;

/// Rows of one statement; SQLite takes 32,766 values in one.
const ROWS: usize = 500;
/// About as many numbers are answered, at least when there are so many rows.
const NUMBERS: u64 = 100_000;
/// Statements of one transaction.
const STATEMENTS: usize = 100;

/// What the rows share with a real certificate.
#[derive(sqlx::FromRow)]
struct Model {
    kind: String,
    kind_version: i32,
    issuer: String,
    issued_at: i64,
    valid_until: Option<i64>,
    keep_until: i64,
    kek_id: String,
    beginning: Vec<u8>,
    seal_key_id: String,
}

/// Adds rows until there are `count` certificates, to the database of a service that does not run; answers numbers of
/// theirs, spread over all of them.
///
/// Keys grow from row to row, so that filling takes minutes and not hours: look-ups meet them in any order, and an index
/// is as deep and as large.
pub(crate) async fn fill(data: &Path, count: u64) -> Result<Vec<String>, Failure> {
    let options = SqliteConnectOptions::new()
        .filename(data.join("earayis.db"))
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Off)
        .pragma("cache_size", "-1000000");
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let model: Model = sqlx::query_as("select * from certificates where kind = 'is-yeri' order by id desc limit 1")
        .fetch_one(&mut connection)
        .await?;
    let present: i64 = sqlx::query_scalar("select count(*) from certificates").fetch_one(&mut connection).await?;
    let frontier: Vec<u8> = sqlx::query_scalar("select frontier from log_state").fetch_one(&mut connection).await?;
    let mut log = Frontier::from_bytes(&frontier)?;
    let random = Random::system();

    let mut numbers = Vec::new();
    let missing = count.saturating_sub(u64::try_from(present)?);
    let lists = missing.div_ceil(PLACES);
    for list in 0..lists {
        let insert = "insert into status_lists (number, closed) values ($1, 1)";
        sqlx::query(insert).bind(FIRST_LIST + i64::try_from(list)?).execute(&mut connection).await?;
    }
    let mut next = 0;
    while next < missing {
        let mut transaction = connection.begin().await?;
        for _ in 0..STATEMENTS {
            let until = missing.min(next + ROWS as u64);
            if next < until {
                let rows = (next..until).map(|n| Row::new(n, &model, &random)).collect::<Result<Vec<_>, _>>()?;
                insert(&mut transaction, &rows, &model, log.size()).await?;
                for row in &rows {
                    log.append(row.entry.leaf_hash());
                }
                let spread = usize::try_from(missing / NUMBERS + 1)?;
                numbers.extend(rows.into_iter().step_by(spread.min(ROWS)).map(|row| row.number));
            }
            next = until;
        }
        transaction.commit().await?;
    }
    set_log(&mut connection, &log, &KeyRing::load(&data.join("keys"), &random)?).await?;
    sqlx::raw_sql("pragma wal_checkpoint(truncate)").execute(&mut connection).await?;
    connection.close().await?;
    Ok(numbers)
}

const FIRST_LIST: i64 = 1000;
/// As many as a list takes before it is closed.
const PLACES: u64 = 1 << 19;
/// An odd number: multiples of it meet every place of a power of two once, in an order that looks like chance.
const ODD: u64 = 0x9E37_79B9_7F4A_7C15;

struct Row {
    id: Uuid,
    number: String,
    list: i64,
    index: i64,
    chance: [u8; 192],
    leaf: Uuid,
    record: Vec<u8>,
    entry: Entry,
}

impl Row {
    fn new(n: u64, model: &Model, random: &Random) -> Result<Self, Failure> {
        let mut chance = random.bytes::<192>()?;
        for part in [0, 64, 96] {
            chance[part..part + 8].copy_from_slice(&(n << 24).to_be_bytes());
        }
        let mixed = n.wrapping_mul(ODD);
        let mut bits = [0; 5];
        bits.copy_from_slice(&(n << 8).to_be_bytes()[3..]);
        let at = Instant::from_millis(model.issued_at - 40_000_000_000 + i64::try_from(n)?);
        let record = Record {
            act: Act::Issued,
            id: fresh_id(random, at)?,
            kind: model.kind.clone(),
            kind_version: u32::try_from(model.kind_version)?,
            issuer: model.issuer.clone(),
            digest: Some(part(&chance, 0)),
            at: Instant::from_millis(model.issued_at),
        };
        Ok(Self {
            id: record.id,
            // Another year than real ones have, so that none is met twice.
            number: earayis::certificate::Number::from_random(2021, bits).to_string(),
            list: FIRST_LIST + i64::try_from(n / PLACES)?,
            index: i64::try_from(mixed & 0xf_ffff)?,
            leaf: fresh_id(random, at)?,
            entry: Entry::of(&part(&chance, 1), &record),
            record: record.to_cbor(),
            chance,
        })
    }
}

/// The `n`th 32 bytes.
fn part(chance: &[u8; 192], n: usize) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(&chance[32 * n..32 * (n + 1)]);
    bytes
}

async fn insert(connection: &mut SqliteConnection, rows: &[Row], model: &Model, size: u64) -> Result<(), Failure> {
    let certificates = statement(
        "insert into certificates (id, number, code_hmac, holder_hmac, data_key, status_list, status_index, kind,
         kind_version, issuer, issued_at, as_of, valid_until, keep_until, standing, standing_since, version, kek_id,
         facts, beginning, own_bytes, seal_key_id, demonstration)",
        23,
        rows.len(),
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(certificates));
    for row in rows {
        query = query
            .bind(row.id)
            .bind(&row.number)
            .bind(&row.chance[64..96])
            .bind(&row.chance[96..128])
            .bind(&row.chance[128..188])
            .bind(row.list)
            .bind(row.index)
            .bind(&model.kind)
            .bind(model.kind_version)
            .bind(&model.issuer)
            .bind(model.issued_at)
            .bind(model.issued_at)
            .bind(model.valid_until)
            .bind(model.keep_until)
            .bind(0)
            .bind(model.issued_at)
            .bind(1)
            .bind(&model.kek_id)
            .bind(&[][..])
            .bind(&model.beginning)
            .bind(&[][..])
            .bind(&model.seal_key_id)
            .bind(1);
    }
    query.execute(&mut *connection).await?;

    let digests =
        statement("insert into certificate_digests (sha256, certificate_id, revision, released_at)", 4, rows.len());
    let mut query = sqlx::query(sqlx::AssertSqlSafe(digests));
    for row in rows {
        query = query.bind(&row.chance[..32]).bind(row.id).bind(1).bind(model.issued_at);
    }
    query.execute(&mut *connection).await?;

    let leaves = statement(
        "insert into leaves (id, certificate_id, act, salt, record, entry, recorded_at, place)",
        8,
        rows.len(),
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(leaves));
    for (place, row) in (i64::try_from(size)?..).zip(rows) {
        query = query
            .bind(row.leaf)
            .bind(row.id)
            .bind("issued")
            .bind(&row.chance[32..64])
            .bind(&row.record)
            .bind(&row.entry.0[..])
            .bind(model.issued_at)
            .bind(place);
    }
    query.execute(&mut *connection).await?;
    Ok(())
}

/// `head values (?, …), …` for so many rows of so many values: SQLite seeks a named one among all that stand before it.
fn statement(head: &str, values: usize, rows: usize) -> String {
    let mut text = format!("{head} values ");
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for value in 0..values {
            text.push_str(if value == 0 { "?" } else { ", ?" });
        }
        text.push(')');
    }
    text
}

/// Signs the log that the rows made; the service's next start publishes its tiles.
async fn set_log(connection: &mut SqliteConnection, log: &Frontier, ring: &KeyRing) -> Result<(), Failure> {
    let signer = ring.log().signer();
    let checkpoint = Checkpoint { origin: signer.verifier().name().to_owned(), size: log.size(), root: log.root() };
    sqlx::query("update log_state set size = $1, root = $2, frontier = $3, checkpoint = $4")
        .bind(i64::try_from(log.size())?)
        .bind(&log.root().0[..])
        .bind(log.to_bytes())
        .bind(checkpoint.sign(&signer)?)
        .execute(connection)
        .await?;
    Ok(())
}
