//! Daily figures: as many as there were acts, whichever process counted them, and never one for an act that was taken back.

use earayis::catalogue::Voen;
use earayis::clock::Instant;
use earayis::storage::{Counted, DailyFigure, Measure, NewCertificate, Storage, Took};
use jiff::civil::Date;

use crate::fixtures::{certificate, now, number, open, ready};
use crate::support::{TestDatabase, on_each_engine};

const EVER: (&str, &str) = ("2000-01-01", "2099-12-31");

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn voen(text: &str) -> Voen {
    text.parse().unwrap()
}

async fn figures(storage: &Storage, measure: Measure, issuer: Option<&str>) -> Vec<DailyFigure> {
    let issuer = issuer.map(voen);
    storage.daily_figures(measure, date(EVER.0), date(EVER.1), issuer.as_ref()).await.unwrap()
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

        let issued = figures(&open(&database).await, Measure::Issued, None).await;
        let seen: Vec<_> = issued.iter().map(|figure| (figure.counted.district.as_str(), figure.count)).collect();
        assert_eq!(seen, [("", 1), ("baki", 2)]);
        assert!(issued.iter().all(|figure| figure.day == date("2026-11-24") && figure.counted.kind == "is-yeri"));
        let took = figures(&storage, Measure::Took, None).await;
        let seen: Vec<_> = took.iter().map(|figure| (figure.counted.outcome.as_str(), figure.count)).collect();
        assert_eq!(seen, [("under_1s", 2), ("under_3s", 1)]);
        assert_eq!(figures(&storage, Measure::Issued, Some("9900000141")).await, issued);
        assert_eq!(figures(&storage, Measure::Issued, Some("1401555071")).await, []);
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
        let read = figures(&open(&database).await, Measure::Verified, None).await;
        let seen: Vec<_> =
            read.iter().map(|figure| (figure.day.to_string(), figure.counted.outcome.as_str(), figure.count)).collect();
        let (before, after) = ("2026-11-24".to_owned(), "2026-11-25".to_owned());
        assert_eq!(seen, [(before, "valid", 2), (after.clone(), "unknown", 2), (after, "valid", 7)]);
    }

    async fn what_is_counted_is_written_without_any_other_act(database: TestDatabase) {
        let storage = ready(&database).await;
        storage.count(Measure::Asked, Counted::default(), now());
        let other = open(&database).await;
        for _ in 0..2_000 {
            if !figures(&other, Measure::Asked, None).await.is_empty() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("what was counted was not written");
    }
}
