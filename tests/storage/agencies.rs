//! What the records say of an agency's day, alarms that are raised once, and holds that keep what would be erased.

use earayis::catalogue::Voen;
use earayis::clock::Instant;
use earayis::storage::{NewAgencyAlarm, NewAuditEvent, NewCertificate, Notable, Place, StandingChange, Storage};
use uuid::Uuid;

use crate::fixtures::{certificate, erase, event, hold, id, lift, now, number, open, ready, revocation};
use crate::support::{TestDatabase, on_each_engine};

const AGENCY: &str = "9900000141";

fn notable(subject: &str, found: i64) -> Notable {
    Notable { issuer: AGENCY.into(), subject: subject.into(), found }
}

fn alarm(part: u8) -> NewAgencyAlarm {
    NewAgencyAlarm {
        id: Uuid::from_bytes([part; 16]),
        alarm: "same_person",
        notable: notable("2026-0000-0001", 11),
        day: "2026-11-24".into(),
        threshold: 10,
        raised_at: now(),
    }
}

fn noted(part: u8, act: &str) -> NewAuditEvent {
    NewAuditEvent { subject: AGENCY.into(), ..event(part, act) }
}

async fn alarms(storage: &Storage, agency: Option<&str>) -> usize {
    let agency: Option<Voen> = agency.map(|voen| voen.parse().unwrap());
    storage.agency_alarms(agency.as_ref(), Place::START, 9).await.unwrap().len()
}

on_each_engine! {
    async fn a_day_is_counted_by_operator_hour_person_and_change(database: TestDatabase) {
        let storage = ready(&database).await;
        // 09:00 and 23:00 in Baku.
        for (n, hours) in [(1, 0), (2, 0), (3, 14)] {
            let issued_at = now().plus_millis(hours * 3_600_000);
            storage.store_issuance(NewCertificate { issued_at, ..certificate(n) }).await.unwrap();
        }
        let citizens = NewCertificate {
            audit: NewAuditEvent { actor: "holder:a1".into(), ..event(4, "issue") },
            issued_at: now().plus_millis(14 * 3_600_000),
            holder: "7DEM002".parse().unwrap(),
            ..certificate(4)
        };
        storage.store_issuance(citizens).await.unwrap();
        storage.change_standing(revocation(1, 1)).await.unwrap();
        let (since, until) = (Instant::parse_rfc3339("2026-11-23T20:00:00Z").unwrap(), now().plus_days(1));

        let operators = storage.issued_by_operator(since, until).await.unwrap();
        assert_eq!(operators, [notable("holder", 1), notable("operator", 3)]);
        assert_eq!(storage.issued_outside_hours(since, until, 8, 20).await.unwrap(), [notable("", 1)]);
        assert_eq!(storage.issued_outside_hours(since, until, 10, 24).await.unwrap(), [notable("", 2)]);
        let often = storage.issued_about_one_person(since, until, 3).await.unwrap();
        assert_eq!(often, [notable(&number(1).to_string(), 3)], "told by the first");
        assert_eq!(storage.issued_about_one_person(since, until, 4).await.unwrap(), []);
        let in_a_row = async |pause| storage.withdrawn_in_a_row(since, until, pause).await.unwrap();
        assert_eq!(in_a_row(1_000).await, [notable("", 1)]);
        for (n, after) in [(2, 1_000), (3, 2_001), (4, 3_001)] {
            let revocation = revocation(n, 1);
            let since = revocation.since.plus_millis(after);
            storage.change_standing(StandingChange { since, ..revocation }).await.unwrap();
        }
        assert_eq!([in_a_row(999).await, in_a_row(1_000).await, in_a_row(1_001).await], [1, 2, 4].map(|n| [notable("", n)]));
        assert_eq!(storage.withdrawn_in_a_row(until, until.plus_days(1), 1_000).await.unwrap(), []);
    }

    async fn of_several_processes_one_raises_and_one_acknowledges(database: TestDatabase) {
        let storage = ready(&database).await;
        let other = open(&database).await;
        let (first, second) = (noted(1, "raise_alarm"), noted(2, "raise_alarm"));
        let (first_alarm, second_alarm) = (alarm(1), alarm(2));
        let (one, two) = tokio::join!(
            storage.raise_agency_alarm(&first_alarm, &first),
            other.raise_agency_alarm(&second_alarm, &second),
        );
        assert_ne!(one.unwrap(), two.unwrap(), "one of them did");
        assert_eq!((alarms(&storage, None).await, alarms(&storage, Some(AGENCY)).await), (1, 1));
        assert_eq!(alarms(&storage, Some("1401555071")).await, 0);
        assert_eq!(storage.audit_events_of(AGENCY).await.unwrap().len(), 1);

        let raised = storage.agency_alarms(None, Place::START, 9).await.unwrap().remove(0);
        let acknowledge = async |agency: &str, note| {
            let (agency, told) = (agency.parse::<Voen>().unwrap(), noted(3, "acknowledge_alarm"));
            storage.acknowledge_agency_alarm(raised.id, Some(&agency), ("member:x", note), &told).await.unwrap()
        };
        assert!(!acknowledge("1401555071", "another agency's").await);
        assert!(acknowledge(AGENCY, "looked into").await);
        assert!(!acknowledge(AGENCY, "too late").await);
        let raised = storage.agency_alarms(None, Place::START, 9).await.unwrap().remove(0);
        assert_eq!(raised.note.as_deref(), Some("looked into"));
    }

    async fn a_hold_keeps_content_until_it_is_lifted(database: TestDatabase) {
        let storage = ready(&database).await;
        for n in [1, 2] {
            storage.store_issuance(NewCertificate { keep_until: now(), ..certificate(n) }).await.unwrap();
        }
        storage.store_issuance(certificate(3)).await.unwrap();
        let over = async || {
            let before = Place { at: Instant::from_millis(i64::MIN), id: Uuid::nil() };
            let over = storage.terms_over(now(), before, 9).await.unwrap();
            over.into_iter().map(|one| (one.id, one.held)).collect::<Vec<_>>()
        };
        assert_eq!(over().await, [(id(1), false), (id(2), false)]);
        assert!(hold(&storage, id(1), "case 7", &event(1, "place_hold")).await);
        assert!(!hold(&storage, id(1), "case 8", &event(1, "place_hold")).await);
        assert_eq!(over().await, [(id(1), true), (id(2), false)]);

        assert!(!erase(&storage, id(1), &event(1, "erase")).await);
        assert!(storage.facts(id(1)).await.unwrap().is_some());
        assert!(erase(&storage, id(2), &event(2, "erase")).await);
        assert!(!hold(&storage, id(2), "too late", &event(2, "place_hold")).await);

        assert!(lift(&storage, id(1), &event(1, "lift_hold")).await);
        assert!(!lift(&storage, id(1), &event(1, "lift_hold")).await);
        assert!(erase(&storage, id(1), &event(1, "erase")).await);
        assert_eq!(over().await, []);
    }

    async fn of_a_hold_and_an_erasure_at_once_one_comes_first(database: TestDatabase) {
        let storage = ready(&database).await;
        let other = open(&database).await;
        for n in 1..=10 {
            storage.store_issuance(certificate(n)).await.unwrap();
            let (held, erased) = (event(n, "place_hold"), event(n, "erase"));
            let (held, erased) =
                tokio::join!(hold(&storage, id(n), "case", &held), erase(&other, id(n), &erased));
            assert_ne!(held, erased, "certificate {n} is either kept or erased");
        }
    }
}
