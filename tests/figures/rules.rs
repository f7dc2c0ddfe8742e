//! Each alarm of an agency: the records that raise it, those that come close and do not, and that it is raised once.

use earayis::alarms::{Alarms, Thresholds};
use earayis::clock::{Clock, Instant};
use earayis::random::Random;
use earayis::storage::{Durability, Storage, Vault, VaultKey};
use sqlx::{Connection as _, SqliteConnection};

/// The agency whose records these are.
const AGENCY: &str = "9900000141";
/// 14:00 in Baku.
const NOW: &str = "2026-11-24T10:00:00Z";
const MINUTE: i64 = 60_000;

/// A database on which several processes look for what is unusual.
struct Records {
    url: String,
    connection: SqliteConnection,
    stored: i64,
    _folder: tempfile::TempDir,
}

/// A certificate as the alarms see one.
#[derive(Clone, Copy)]
struct Issued {
    at: i64,
    by: &'static str,
    holder: i64,
    /// Revoked (1), suspended (2) or superseded (3), and when.
    withdrawn: Option<(i32, i64)>,
}

/// An alarm that was raised: its name, its subject and what was found.
type Raised = (String, String, i64);

fn now() -> Instant {
    Instant::parse_rfc3339(NOW).unwrap()
}

/// So many minutes before the present.
fn ago(minutes: i64) -> i64 {
    now().millis() - minutes * MINUTE
}

fn raised(alarm: &str, subject: &str, found: i64) -> Vec<Raised> {
    vec![(alarm.to_owned(), subject.to_owned(), found)]
}

impl Records {
    async fn fresh() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("earayis.db").display());
        open(&url).await.close().await;
        let mut connection = SqliteConnection::connect(&url).await.unwrap();
        sqlx::query("pragma foreign_keys = off").execute(&mut connection).await.unwrap();
        Self { url, connection, stored: 0, _folder: folder }
    }

    async fn store(&mut self, Issued { at, by, holder, withdrawn }: Issued) {
        self.stored += 1;
        let (standing, since) = withdrawn.unwrap_or((0, at));
        sqlx::query(
            "insert into certificates (id, number, kind, kind_version, issuer, issued_at, as_of, keep_until, standing,
                 standing_since, version, code_hmac, holder_hmac, kek_id, data_key, facts, beginning, own_bytes,
                 seal_key_id, status_list, status_index, demonstration, issued_by)
             values (randomblob(16), 'N' || $1, 'is-yeri', 1, $2, $3, $3, $3, $4, $5, 1, randomblob(32),
                 cast('holder ' || $6 as blob), 'k', x'00', x'00', zeroblob(32), x'00', 's', 1, $1, 1, $7)",
        )
        .bind(self.stored)
        .bind(AGENCY)
        .bind(at)
        .bind(standing)
        .bind(since)
        .bind(holder)
        .bind(by)
        .execute(&mut self.connection)
        .await
        .unwrap();
    }

    /// So many certificates about as many people, an hour before the present.
    async fn issue(&mut self, many: i64, by: &'static str) {
        for n in 0..many {
            let holder = 1_000 + self.stored;
            self.store(Issued { at: ago(60) - n, by, holder, withdrawn: None }).await;
        }
    }

    /// Certificates of earlier days that were withdrawn so many minutes before the present.
    async fn withdraw(&mut self, standing: i32, minutes: &[i64]) {
        for since in minutes {
            let withdrawn = Some((standing, ago(*since)));
            let holder = 1_000 + self.stored;
            self.store(Issued { at: ago(10_000), by: "holder", holder, withdrawn }).await;
        }
    }

    async fn alarms(&self, at: Instant) -> Alarms {
        let thresholds = Thresholds {
            habit_least: 30,
            outside_hours: 3,
            operator_least: 20,
            same_person: 3,
            revocations: 3,
            ..Thresholds::default()
        };
        Alarms { storage: open(&self.url).await, thresholds, clock: Clock::manual(at), random: Random::system() }
    }

    /// Every alarm that was raised once the records were looked at.
    async fn looked_at(&mut self, at: Instant) -> Vec<Raised> {
        self.alarms(at).await.look().await.unwrap();
        sqlx::query_as("select alarm, subject, found from agency_alarms order by raised_at, alarm, subject")
            .fetch_all(&mut self.connection)
            .await
            .unwrap()
    }
}

async fn open(url: &str) -> Storage {
    let (kek, lookup) = (VaultKey::new("kek-1", [1; 32]), VaultKey::new("lookup-1", [2; 32]));
    let vault = Vault::new(vec![kek], "kek-1", lookup, Random::system()).unwrap();
    Storage::open(url, None, Durability::Relaxed, vault).await.unwrap()
}

#[tokio::test]
async fn issuance_far_above_habit_is_an_alarm_and_a_busy_agency_s_usual_day_is_none() {
    let mut records = Records::fresh().await;
    records.issue(30, "holder").await;
    assert_eq!(records.looked_at(now()).await, []);
    records.issue(1, "holder").await;
    assert_eq!(records.looked_at(now()).await, raised("above_habit", "", 31));

    // The same day where ten a day are usual: five times as many would be unusual.
    let mut records = Records::fresh().await;
    sqlx::query(
        "insert into daily_figures (day, measure, issuer, kind, district, outcome, basis, organisation, source, shard,
             count) values ('2026-11-10', 'issued', $1, 'is-yeri', '', '', '', '', '', 1, 280)",
    )
    .bind(AGENCY)
    .execute(&mut records.connection)
    .await
    .unwrap();
    records.issue(50, "holder").await;
    assert_eq!(records.looked_at(now()).await, []);
    records.issue(1, "holder").await;
    assert_eq!(records.looked_at(now()).await, raised("above_habit", "", 51));
}

#[tokio::test]
async fn operators_outside_their_hours_are_an_alarm_and_citizens_are_none() {
    let mut records = Records::fresh().await;
    // 07:59 in Baku; citizens come at any hour, and 08:00 is an hour of work.
    let early = ago(6 * 60 + 1);
    for holder in 0..3 {
        records.store(Issued { at: early, by: "operator", holder, withdrawn: None }).await;
        records.store(Issued { at: early, by: "holder", holder: 10 + holder, withdrawn: None }).await;
        records.store(Issued { at: early + MINUTE, by: "operator", holder: 20 + holder, withdrawn: None }).await;
    }
    assert_eq!(records.looked_at(now()).await, []);
    records.store(Issued { at: early, by: "operator", holder: 4, withdrawn: None }).await;
    assert_eq!(records.looked_at(now()).await, raised("outside_hours", "", 4));
}

#[tokio::test]
async fn one_operator_of_several_with_nearly_all_is_an_alarm_and_shared_work_is_none() {
    let mut records = Records::fresh().await;
    records.issue(16, "issuer:9900000141:a").await;
    records.issue(4, "issuer:9900000141:b").await;
    assert_eq!(records.looked_at(now()).await, [], "eighty of a hundred, and of twenty nothing is said");
    records.issue(3, "issuer:9900000141:a").await;
    assert_eq!(records.looked_at(now()).await, raised("operator_share", "issuer:9900000141:a", 82));
}

#[tokio::test]
async fn the_same_person_again_and_again_is_one_alarm_however_often_it_goes_on() {
    let mut records = Records::fresh().await;
    let again = |minutes| Issued { at: ago(minutes), by: "holder", holder: 7, withdrawn: None };
    for minutes in [50, 40, 30] {
        records.store(again(minutes)).await;
        records.store(Issued { holder: 100 + minutes, ..again(minutes) }).await;
    }
    // Three today, and one of yesterday.
    records.store(again(20 * 60)).await;
    assert_eq!(records.looked_at(now()).await, []);
    records.store(again(20)).await;
    let first = raised("same_person", "N1", 4);
    assert_eq!(records.looked_at(now()).await, first);
    // It goes on: the fact is the same, and told already.
    for minutes in [15, 10, 5] {
        records.store(again(minutes)).await;
        assert_eq!(records.looked_at(now()).await, first);
    }
}

#[tokio::test]
async fn revocations_in_a_row_are_an_alarm_and_as_many_over_the_day_are_none() {
    let mut records = Records::fresh().await;
    // Half an hour apart; replacements, which are no withdrawals, stand between them.
    records.withdraw(1, &[400, 370, 340, 310, 280, 250]).await;
    records.withdraw(3, &[390, 380, 360, 350]).await;
    assert_eq!(records.looked_at(now()).await, []);
    records.withdraw(1, &[120, 112]).await;
    records.withdraw(2, &[103]).await;
    assert_eq!(records.looked_at(now()).await, [], "three in a row");
    records.withdraw(1, &[93]).await;
    assert_eq!(records.looked_at(now()).await, raised("revocations", "", 4));
}

#[tokio::test]
async fn a_log_that_lags_is_an_alarm_and_a_leaf_that_waits_a_moment_is_none() {
    let mut records = Records::fresh().await;
    let leaf = "insert into leaves (id, certificate_id, act, salt, record, entry, recorded_at)
        values (randomblob(16), zeroblob(16), 'issued', zeroblob(32), x'00', zeroblob(32), $1)";
    let waits = now().millis() - 60_000;
    sqlx::query(leaf).bind(waits).execute(&mut records.connection).await.unwrap();
    assert_eq!(records.looked_at(now()).await, []);
    assert_eq!(records.looked_at(now().plus_millis(1_000)).await, raised("log_lag", "", 61));
    assert_eq!(records.looked_at(now().plus_millis(9_000)).await, raised("log_lag", "", 61), "raised once a day");
}

#[tokio::test]
async fn what_a_day_s_last_look_missed_is_seen_in_the_next_day_s_first() {
    let mut records = Records::fresh().await;
    let midnight = Instant::parse_rfc3339("2026-11-24T20:00:00Z").unwrap();
    for n in 0..4 {
        records.store(Issued { at: midnight.millis() - 4 + n, by: "holder", holder: 7, withdrawn: None }).await;
    }
    assert_eq!(records.looked_at(midnight.plus_millis(5 * MINUTE)).await, raised("same_person", "N1", 4));
    let days: Vec<String> =
        sqlx::query_scalar("select day from agency_alarms").fetch_all(&mut records.connection).await.unwrap();
    assert_eq!(days, ["2026-11-24"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_processes_that_look_at_once_one_raises_each_alarm() {
    let mut records = Records::fresh().await;
    records.issue(40, "holder").await;
    records.withdraw(1, &[9, 8, 7, 6]).await;
    let mut looking = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let alarms = records.alarms(now()).await;
        looking.spawn(async move { alarms.look().await.unwrap() });
    }
    assert_eq!(looking.join_all().await.into_iter().sum::<usize>(), 2);
    let told = "select count(*) from audit_events where act = 'raise_alarm'";
    let told: i64 = sqlx::query_scalar(told).fetch_one(&mut records.connection).await.unwrap();
    assert_eq!((told, records.looked_at(now()).await.len()), (2, 2));
}
