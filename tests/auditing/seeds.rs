//! A log as long as an agency's year: rows beside a real certificate, each with digest, leaf and audit event.

use std::path::Path;

use earayis::audit::fresh_id;
use earayis::certificate::Number;
use earayis::clock::Instant;
use earayis::keys::KeyRing;
use earayis::random::Random;
use earayis::transparency::{Act, Checkpoint, Entry, Frontier, Record};
use sqlx::{Connection as _, SqliteConnection};

/// What the rows share with a real certificate.
#[derive(sqlx::FromRow)]
struct Model {
    kind: String,
    kind_version: i32,
    issuer: String,
    issued_at: i64,
}

/// Rows of one transaction.
const ROWS: u64 = 5000;

/// Adds rows to the database of a stopped service in `folder` until its log has `size` leaves; the service publishes them.
pub(crate) async fn grow_to(folder: &Path, size: u64) {
    let url = format!("sqlite:{}", folder.join("earayis.db").display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    sqlx::raw_sql(
        "pragma synchronous = off;
         create temp table seeds (id blob, number text, chance blob, salt blob, record blob, entry blob, place integer);
         insert into status_lists (number, closed) values (1000, 1)",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    let model: Model = sqlx::query_as("select kind, kind_version, issuer, issued_at from certificates limit 1")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    let frontier: Vec<u8> =
        sqlx::query_scalar("select frontier from log_state").fetch_one(&mut connection).await.unwrap();
    let mut log = Frontier::from_bytes(&frontier).unwrap();
    let random = Random::system();
    while log.size() < size {
        let mut transaction = connection.begin().await.unwrap();
        for _ in 0..ROWS.min(size - log.size()) {
            let (n, chance) = (log.size(), random.bytes::<64>().unwrap());
            let (digest, salt) = (chance[..32].try_into().unwrap(), chance[32..].try_into().unwrap());
            let at = Instant::from_millis(model.issued_at);
            let record = Record {
                act: Act::Issued,
                id: fresh_id(&random, at).unwrap(),
                kind: model.kind.clone(),
                kind_version: u32::try_from(model.kind_version).unwrap(),
                issuer: model.issuer.clone(),
                digest: Some(digest),
                at,
            };
            let entry = Entry::of(&salt, &record);
            sqlx::query("insert into seeds values ($1, $2, $3, $4, $5, $6, $7)")
                .bind(record.id)
                .bind(Number::from_random(2021, n.to_be_bytes()[3..].try_into().unwrap()).to_string())
                .bind(&chance[..32])
                .bind(&chance[32..])
                .bind(record.to_cbor())
                .bind(&entry.0[..])
                .bind(i64::try_from(n).unwrap())
                .execute(&mut *transaction)
                .await
                .unwrap();
            log.append(entry.leaf_hash());
        }
        transaction.commit().await.unwrap();
    }
    sqlx::raw_sql(
        "begin;
         create temp table model as select * from certificates limit 1;
         insert into certificates select s.id, s.number, m.kind, m.kind_version, m.issuer, m.issued_at, m.as_of,
             m.valid_until, m.keep_until, 0, null, m.issued_at, null, 1, s.entry, m.holder_hmac, m.kek_id, m.data_key,
             m.facts, m.beginning, m.own_bytes, m.seal_key_id, 1000, s.place, m.demonstration, null, null, null
             from seeds s cross join model m;
         insert into certificate_digests select chance, id, 1, m.issued_at from seeds s cross join (select issued_at from model) m;
         insert into leaves select substr(s.salt, 1, 16), s.id, 'issued', s.salt, s.record, s.entry, m.issued_at, s.place
             from seeds s cross join (select issued_at from model) m;
         insert into audit_events select substr(s.chance, 1, 16), 'operator', 'issue',
             lower(substr(hex(s.id), 1, 8) || '-' || substr(hex(s.id), 9, 4) || '-' || substr(hex(s.id), 13, 4) || '-'
                 || substr(hex(s.id), 17, 4) || '-' || substr(hex(s.id), 21)), m.issued_at, '{}', null
             from seeds s cross join (select issued_at from model) m;
         commit",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    let signer = KeyRing::load(&folder.join("keys"), &random).unwrap().log().signer();
    let origin = signer.verifier().name().to_owned();
    let checkpoint = Checkpoint { origin, size: log.size(), root: log.root() };
    sqlx::query("update log_state set size = $1, root = $2, frontier = $3, checkpoint = $4")
        .bind(i64::try_from(log.size()).unwrap())
        .bind(&log.root().0[..])
        .bind(log.to_bytes())
        .bind(checkpoint.sign(&signer).unwrap())
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}
