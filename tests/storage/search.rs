//! Search: each row once on whichever page, though others arrive meanwhile, and nothing but what was asked for.

use std::collections::BTreeSet;

use earayis::catalogue::Voen;
use earayis::certificate::{Number, Status};
use earayis::clock::Instant;
use earayis::storage::{Found, NewAuditEvent, NewCertificate, Place, Storage, Wanted, WantedEvents};
use uuid::Uuid;

use crate::fixtures::{certificate, event, fin, id, now, number, ready, revocation};
use crate::support::{TestDatabase, on_each_engine};

fn voen(text: &str) -> Voen {
    text.parse().unwrap()
}

fn everything() -> Wanted {
    Wanted::everything(now().plus_days(1))
}

async fn numbers(storage: &Storage, wanted: &Wanted) -> Vec<Number> {
    let found = storage.search(wanted, Place::START, 100).await.unwrap();
    found.iter().map(|found| found.number).collect()
}

/// The certificate `n`, issued `millis` after the others.
fn later(n: u8, millis: i64) -> NewCertificate {
    NewCertificate { issued_at: now().plus_millis(millis), ..certificate(n) }
}

on_each_engine! {
    async fn each_row_stands_on_one_page_though_others_arrive(database: TestDatabase) {
        let storage = ready(&database).await;
        // Some in the same millisecond: then the id decides.
        for n in 1..=10 {
            storage.store_issuance(later(n, i64::from(n / 3))).await.unwrap();
        }
        let (mut seen, mut after) = (Vec::new(), Place::START);
        for arriving in 11..=14 {
            let page = storage.search(&everything(), after, 3).await.unwrap();
            seen.extend(page.iter().map(|found| found.number));
            after = page.last().map_or(after, Found::place);
            storage.store_issuance(later(arriving, 100)).await.unwrap();
        }
        let newest_first: Vec<_> = (1..=10).rev().map(number).collect();
        assert_eq!(seen, newest_first);
    }

    async fn what_is_asked_for_is_found_and_nothing_else(database: TestDatabase) {
        let storage = ready(&database).await;
        let plain = |n| later(n, i64::from(n));
        let other = NewCertificate { issuer: voen("1401555071"), kind: "diplom".parse().unwrap(), ..plain(2) };
        let hers = NewCertificate {
            holder: "7DEM002".parse().unwrap(),
            audit: NewAuditEvent { actor: "holder:a1b2".into(), ..event(3, "issue") },
            ..plain(3)
        };
        let theirs = NewCertificate { recipient: Some(voen("1400057421")), ..plain(4) };
        let ended = NewCertificate { valid_until: Some(now().plus_millis(50)), ..plain(5) };
        for new in [plain(1), other, hers, theirs, ended] {
            storage.store_issuance(new).await.unwrap();
        }
        storage.change_standing(revocation(1, 1)).await.unwrap();

        let everything = everything();
        for (wanted, found) in [
            (Wanted { issuer: Some(voen("1401555071")), ..everything.clone() }, vec![2]),
            (Wanted { kind: Some("diplom".parse().unwrap()), ..everything.clone() }, vec![2]),
            (Wanted { holder: Some("7DEM002".parse().unwrap()), ..everything.clone() }, vec![3]),
            (Wanted { holder: Some(fin()), ..everything.clone() }, vec![5, 4, 2, 1]),
            (Wanted { recipient: Some(voen("1400057421")), ..everything.clone() }, vec![4]),
            (Wanted { operator: Some("holder".into()), ..everything.clone() }, vec![3]),
            (Wanted { operator: Some("operator".into()), ..everything.clone() }, vec![5, 4, 2, 1]),
            (Wanted { operator: Some("holder:a1b2".into()), ..everything.clone() }, vec![]),
            (Wanted { number: Some(number(4)), ..everything.clone() }, vec![4]),
            (Wanted { number: Some(number(4)), issuer: Some(voen("1401555071")), ..everything.clone() }, vec![]),
            (Wanted { status: Some(Status::Revoked), ..everything.clone() }, vec![1]),
            (Wanted { status: Some(Status::Expired), ..everything.clone() }, vec![5]),
            (Wanted { status: Some(Status::Valid), ..everything.clone() }, vec![4, 3, 2]),
            (Wanted { since: now().plus_millis(2), until: now().plus_millis(4), ..everything.clone() }, vec![3, 2]),
        ] {
            let found: Vec<_> = found.into_iter().map(number).collect();
            assert_eq!(numbers(&storage, &wanted).await, found, "{wanted:?}");
        }
        assert!(!format!("{:?}", Wanted { holder: Some(fin()), ..everything }).contains("7DEM001"));
    }

    async fn an_erased_certificate_is_found_by_nothing_personal(database: TestDatabase) {
        let storage = ready(&database).await;
        let recipient = Some(voen("1400057421"));
        storage.store_issuance(NewCertificate { recipient: recipient.clone(), ..certificate(1) }).await.unwrap();
        storage.erase(id(1), now(), &event(1, "erase")).await.unwrap();
        let found = storage.search(&everything(), Place::START, 9).await.unwrap();
        assert_eq!((found.len(), found[0].erased_at), (1, Some(now())));
        for wanted in [Wanted { holder: Some(fin()), ..everything() }, Wanted { recipient, ..everything() }] {
            assert_eq!(numbers(&storage, &wanted).await, []);
        }
    }

    async fn events_belong_to_the_agency_of_their_certificate(database: TestDatabase) {
        let storage = ready(&database).await;
        storage.store_issuance(certificate(1)).await.unwrap();
        let other = NewCertificate { issuer: voen("1401555071"), ..certificate(2) };
        storage.store_issuance(other).await.unwrap();
        let at = |millis| now().plus_millis(millis);
        let by_member = NewAuditEvent {
            actor: "member:9900000141:x".into(),
            subject: "search".into(),
            occurred_at: at(5),
            ..event(1, "search_person")
        };
        let organisation = NewAuditEvent { subject: "1401555071".into(), occurred_at: at(6), ..event(1, "add_member") };
        for new in [by_member, organisation, NewAuditEvent { occurred_at: at(7), ..event(1, "download") }] {
            storage.record_audit(new).await.unwrap();
        }
        let events = async |organisation: Option<&str>, act: Option<&str>| {
            let wanted = WantedEvents {
                organisation: organisation.map(voen),
                actor: None,
                act: act.map(str::to_owned),
                subject: None,
                since: Instant::from_millis(0),
                until: at(100),
            };
            let mut acts = Vec::new();
            let mut after = Place::START;
            // One a page: each is met once.
            while let Some(event) = storage.audit_events(&wanted, after, 1).await.unwrap().pop() {
                after = Place { at: event.occurred_at, id: event.id };
                acts.push(event.act);
            }
            acts
        };
        assert_eq!(events(Some("9900000141"), None).await, ["download", "search_person", "issued"]);
        assert_eq!(events(Some("1401555071"), None).await, ["add_member", "issued"]);
        assert_eq!(events(None, None).await.len(), 5);
        assert_eq!(events(None, Some("download")).await, ["download"]);
    }

    async fn a_page_holds_no_row_twice_when_all_are_of_one_instant(database: TestDatabase) {
        let storage = ready(&database).await;
        for n in 1..=9 {
            storage.store_issuance(certificate(n)).await.unwrap();
        }
        let (mut ids, mut after) = (BTreeSet::<Uuid>::new(), Place::START);
        for _ in 0..3 {
            let page = storage.search(&everything(), after, 3).await.unwrap();
            after = page.last().unwrap().place();
            ids.extend(page.iter().map(|found| found.id));
        }
        assert_eq!(ids.len(), 9);
        assert_eq!(storage.search(&everything(), after, 3).await.unwrap(), []);
    }
}
