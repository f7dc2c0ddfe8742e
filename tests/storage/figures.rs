//! Daily figures: as many as there were acts, whichever process counted them, and never one for an act that was taken back.

use earayis::catalogue::Voen;
use earayis::clock::Instant;
use earayis::storage::{Counted, DailyFigure, Dimension, Measure, NewCertificate, Period, PublishedDay, Storage, Took};
use jiff::civil::Date;

use crate::fixtures::{certificate, counted, now, number, open, ready};
use crate::support::{TestDatabase, on_each_engine};

const EVER: (&str, &str) = ("2000-01-01", "2099-12-31");

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn voen(text: &str) -> Voen {
    text.parse().unwrap()
}

async fn figures(storage: &Storage, measure: Measure) -> Vec<DailyFigure> {
    storage.daily_sums(measure, date(EVER.0), date(EVER.1)).await.unwrap()
}

async fn summed(storage: &Storage, measure: Measure, by: Dimension, issuer: Option<&str>) -> Vec<(String, u64)> {
    let issuer = issuer.map(voen);
    let period = Period { first: date(EVER.0), last: date(EVER.1), issuer: issuer.as_ref(), kind: None };
    storage.summed(measure, by, period).await.unwrap()
}

fn look_up(verdict: &str) -> Counted {
    Counted::verification(None, verdict, "number", None)
}

on_each_engine! {
    async fn issuances_are_counted_where_they_are_stored(database: TestDatabase) {
        let storage = ready(&database).await;
        for n in [1, 2] {
            let district = Some("baki".to_owned());
            storage.store_issuance(NewCertificate { district, ..certificate(n) }).await.unwrap();
        }
        let took = Took::of_millis(1_500);
        storage.store_issuance(NewCertificate { took, ..certificate(3) }).await.unwrap();
        // Its number is taken: nothing of it was stored, and nothing of it is counted.
        assert!(storage.store_issuance(NewCertificate { number: number(1), ..certificate(4) }).await.is_err());

        let issued = figures(&open(&database).await, Measure::Issued).await;
        let seen: Vec<_> = issued.iter().map(|figure| (figure.counted.district.as_str(), figure.count)).collect();
        assert_eq!(seen, [("", 1), ("baki", 2)]);
        assert!(issued.iter().all(|figure| figure.day == date("2026-11-24") && figure.counted.kind == "is-yeri"));
        let took = figures(&storage, Measure::Took).await;
        let seen: Vec<_> = took.iter().map(|figure| (figure.counted.outcome.as_str(), figure.count)).collect();
        assert_eq!(seen, [("under_1s", 2), ("under_3s", 1)]);
        for (by, name) in [
            (Dimension::Day, "2026-11-24"),
            (Dimension::Kind, "is-yeri"),
            (Dimension::Issuer, "9900000141"),
            (Dimension::Basis, ""),
        ] {
            assert_eq!(summed(&storage, Measure::Issued, by, Some("9900000141")).await, [(name.to_owned(), 3)]);
            assert_eq!(summed(&storage, Measure::Issued, by, Some("1401555071")).await, []);
        }
        let spans = summed(&storage, Measure::Took, Dimension::Outcome, None).await;
        assert_eq!(spans, [("under_1s".to_owned(), 2), ("under_3s".to_owned(), 1)]);
    }

    async fn what_several_processes_counted_is_added_up_by_day_in_baku(database: TestDatabase) {
        let storage = ready(&database).await;
        let other = open(&database).await;
        let midnight = Instant::parse_rfc3339("2026-11-24T20:00:00Z").unwrap();
        for (storage, times) in [(&storage, 3), (&other, 4)] {
            for _ in 0..times {
                storage.count(Measure::Verified, look_up("valid"), midnight);
            }
            storage.count(Measure::Verified, look_up("valid"), midnight.plus_millis(-1));
            storage.count(Measure::Verified, look_up("unknown"), midnight);
        }
        storage.close().await;
        other.close().await;
        let read = figures(&open(&database).await, Measure::Verified).await;
        let seen: Vec<_> =
            read.iter().map(|figure| (figure.day.to_string(), figure.counted.outcome.as_str(), figure.count)).collect();
        let (before, after) = ("2026-11-24".to_owned(), "2026-11-25".to_owned());
        assert_eq!(seen, [(before, "valid", 2), (after.clone(), "unknown", 2), (after, "valid", 7)]);
    }

    async fn processes_of_one_pid_raise_rows_of_their_own(database: TestDatabase) {
        // In containers every process has the pid 1; here they share the test's.
        for _ in 0..6 {
            let storage = ready(&database).await;
            storage.count(Measure::Asked, Counted::default(), now());
            storage.close().await;
        }
        let rows = counted(&database, "select count(*) from daily_figures").await;
        let read = figures(&open(&database).await, Measure::Asked).await;
        assert_eq!(read.iter().map(|figure| figure.count).collect::<Vec<_>>(), [6]);
        // That six draw the same of 256 happens once in a trillion runs.
        assert!(rows > 1, "{rows}");
    }

    async fn a_day_is_published_once_whoever_publishes_it(database: TestDatabase) {
        let (storage, other) = (ready(&database).await, open(&database).await);
        let day = |text: &str, lines: &str| PublishedDay { day: date(text), lines: lines.to_owned() };
        assert_eq!(storage.published_to("issuances").await.unwrap(), None);
        let first = [day("2026-11-23", "one"), day("2026-11-24", "")];
        storage.publish_days("issuances", &first, now()).await.unwrap();
        other.publish_days("issuances", &[day("2026-11-24", "late"), day("2026-11-25", "two")], now()).await.unwrap();
        let all = storage.published_days("issuances", date("2026-11-23"), date("2026-11-25")).await.unwrap();
        assert_eq!(all, [day("2026-11-23", "one"), day("2026-11-24", ""), day("2026-11-25", "two")]);
        let reach = Some((date("2026-11-23"), date("2026-11-25")));
        assert_eq!(storage.published_to("issuances").await.unwrap(), reach);
        assert_eq!(storage.published_to("verifications").await.unwrap(), None);
    }

    async fn what_is_counted_is_written_without_any_other_act(database: TestDatabase) {
        let storage = ready(&database).await;
        storage.count(Measure::Asked, Counted::default(), now());
        let other = open(&database).await;
        for _ in 0..2_000 {
            if !figures(&other, Measure::Asked).await.is_empty() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("what was counted was not written");
    }
}
