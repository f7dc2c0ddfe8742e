//! Search: each row once on whichever page, though others arrive meanwhile, and nothing but what was asked for.

use std::collections::BTreeSet;

use earayis::catalogue::Voen;
use earayis::certificate::{Number, Status};
use earayis::clock::Instant;
use earayis::storage::{
    ExportedRow, Found, Inspection, NewAuditEvent, NewCertificate, NewExport, PersonalSearch, Place, Storage, Wanted,
    WantedEvents,
};
use uuid::Uuid;

use crate::fixtures::{certificate, erase, event, fin, id, now, number, ready, revocation};
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
        erase(&storage, id(1), &event(1, "erase")).await;
        let found = storage.search(&everything(), Place::START, 9).await.unwrap();
        assert_eq!((found.len(), found[0].erased_at), (1, Some(now())));
        for wanted in [Wanted { holder: Some(fin()), ..everything() }, Wanted { recipient, ..everything() }] {
            assert_eq!(numbers(&storage, &wanted).await, []);
        }
    }

    async fn events_belong_to_the_agency_whose_records_they_are_of(database: TestDatabase) {
        let storage = ready(&database).await;
        storage.store_issuance(certificate(1)).await.unwrap();
        let other = NewCertificate { issuer: voen("1401555071"), ..certificate(2) };
        storage.store_issuance(other).await.unwrap();
        // A member of an auditing agency audits 9900000141; a colleague of hers at the same desk audits all.
        let (auditor, colleague) = ("member:9900310161:a", "member:9900310161:b");
        let new = |millis, actor: &str, act, subject: &str, of: Option<&str>| NewAuditEvent {
            actor: actor.into(),
            subject: subject.into(),
            occurred_at: now().plus_millis(millis),
            organisation: of.map(voen),
            ..event(1, act)
        };
        for event in [
            new(5, auditor, "search_person", "search", Some("9900000141")),
            new(6, "operator", "add_member", "1401555071", None),
            new(7, "operator", "download", &id(1).to_string(), None),
            new(8, colleague, "search_person", "search", None),
            // What a member of the agency itself does to another's records is not of its own.
            new(9, "member:9900000141:c", "follow_life", &id(2).to_string(), None),
            new(10, "service", "refuse_other_person", "is-yeri", Some("9900000141")),
            // As it was stored before events had their organisation in full.
            new(11, auditor, "finish_export", "certificates", None),
        ] {
            storage.record_audit(event).await.unwrap();
        }
        let events = async |wanted: WantedEvents| {
            let mut acts = Vec::new();
            let mut after = Place::START;
            // One a page: each is met once.
            while let Some(event) = storage.audit_events(&wanted, after, 1).await.unwrap().pop() {
                after = Place { at: event.occurred_at, id: event.id };
                acts.push(event.act);
            }
            acts
        };
        let of = |organisation: Option<&str>| WantedEvents {
            organisation: organisation.map(voen),
            own: None,
            actor: None,
            act: None,
            subject: None,
            since: Instant::from_millis(0),
            until: now().plus_millis(100),
        };
        let own = WantedEvents { own: Some(auditor.into()), ..of(Some("9900000141")) };
        let acts = ["refuse_other_person", "download", "search_person", "issued"];
        assert_eq!(events(of(Some("9900000141"))).await, acts);
        assert_eq!(events(own.clone()).await, [&["finish_export"][..], &acts[..]].concat());
        assert_eq!(events(of(Some("1401555071"))).await, ["follow_life", "add_member", "issued"]);
        assert_eq!(events(of(None)).await.len(), 9);
        let by = |actor: &str| WantedEvents { actor: Some(actor.into()), ..own.clone() };
        assert_eq!(events(by(auditor)).await, ["finish_export", "search_person"]);
        assert_eq!(events(by(colleague)).await, [""; 0]);
        assert_eq!(events(WantedEvents { act: Some("download".into()), ..of(None) }).await, ["download"]);
    }

    async fn a_citizens_acts_are_found_by_what_citizens_are_called_and_by_nothing_more(database: TestDatabase) {
        let storage = ready(&database).await;
        storage.store_issuance(certificate(1)).await.unwrap();
        for (millis, actor) in [(1, "holder:a1"), (2, "holder:b2"), (3, "holder"), (4, "holdership")] {
            let new = NewAuditEvent { actor: actor.into(), occurred_at: now().plus_millis(millis), ..event(1, "download") };
            storage.record_audit(new).await.unwrap();
        }
        for organisation in [None, Some(voen("9900000141"))] {
            let wanted = WantedEvents {
                organisation,
                own: None,
                actor: Some("holder".into()),
                act: None,
                subject: None,
                since: Instant::from_millis(0),
                until: now().plus_millis(100),
            };
            let found = storage.audit_events(&wanted, Place::START, 9).await.unwrap();
            let actors: Vec<_> = found.into_iter().map(|event| event.actor).collect();
            assert_eq!(actors, ["holder", "holder:b2", "holder:a1"]);
        }
    }

    async fn purposes_go_with_the_content_they_were_about_and_with_their_term(database: TestDatabase) {
        let storage = ready(&database).await;
        for n in [1, 2] {
            storage.store_issuance(certificate(n)).await.unwrap();
        }
        let search = |n: u128, millis| PersonalSearch {
            id: Uuid::from_u128(n),
            auditor: "member:9900310161:a".into(),
            organisation: "Audit".into(),
            reach: Some("9900000141".into()),
            sought: "person".into(),
            purpose: "complaint of Aygün".into(),
            found: 1,
            searched_at: now().plus_millis(millis).millis(),
        };
        let inspection = |n: u128, certificate| Inspection {
            id: Uuid::from_u128(n),
            certificate_id: certificate,
            auditor: "member:9900310161:a".into(),
            organisation: "Audit".into(),
            purpose: "complaint of Aygün".into(),
            inspected_at: now().millis(),
            shown_at: now().millis(),
        };
        let found = [
            (inspection(11, id(1)), event(1, "find_by_person")),
            (inspection(12, id(2)), event(2, "find_by_person")),
        ];
        assert!(storage.record_search(&search(1, 1), &event(1, "search_person"), &found).await.unwrap().is_empty());
        // One without a hit is recorded with its purpose too.
        let nothing = PersonalSearch { found: 0, ..search(2, 2) };
        assert!(storage.record_search(&nothing, &event(1, "search_person"), &[]).await.unwrap().is_empty());
        assert!(storage.record_inspection(&inspection(13, id(1)), &event(1, "inspect")).await.unwrap());
        let purposes = async || {
            let searches = storage.personal_searches(Some(&voen("9900000141")), Place::START, 9).await.unwrap();
            searches.into_iter().map(|search| search.purpose).collect::<Vec<_>>()
        };
        assert_eq!(purposes().await, ["complaint of Aygün", "complaint of Aygün"]);
        assert_eq!(storage.personal_searches(Some(&voen("1401555071")), Place::START, 9).await.unwrap(), []);

        assert!(erase(&storage, id(1), &event(1, "erase")).await);
        assert_eq!(purposes().await, ["complaint of Aygün", ""]);
        let inspected = async |n| storage.inspections_of(id(n), now()).await.unwrap();
        assert!(inspected(1).await.iter().all(|one| one.purpose.is_empty()) && inspected(1).await.len() == 2);
        assert_eq!(inspected(2).await[0].purpose, "complaint of Aygün", "another certificate's stands");
        // Nothing is written of it any more.
        assert!(!storage.record_inspection(&inspection(14, id(1)), &event(1, "inspect")).await.unwrap());
        let again = [(inspection(15, id(1)), event(1, "find_by_person"))];
        let erased = storage.record_search(&search(3, 3), &event(1, "search_person"), &again).await.unwrap();
        assert_eq!((erased, inspected(1).await.len()), (vec![id(1)], 2));
        // Nor stays the purpose of a search whose finds were erased before it was recorded.
        assert_eq!(purposes().await, ["", "complaint of Aygün", ""]);

        assert_eq!(storage.forget_purposes(now().plus_millis(3)).await.unwrap(), 1);
        assert_eq!(purposes().await, ["", "", ""]);
    }

    async fn an_export_is_as_far_as_was_noted_and_keeps_what_proves_it(database: TestDatabase) {
        let storage = ready(&database).await;
        let row = |n: u8| ExportedRow { place: Place { at: now(), id: id(n) }, digest: [n; 16] };
        let new = |n: u128| NewExport {
            id: Uuid::from_u128(n),
            actor: "member:9900310161:a".into(),
            contents: "events",
            format: "csv",
            filter: String::new(),
            since: Instant::from_millis(0),
            until: now(),
        };
        storage.begin_export(&new(1), &event(1, "export")).await.unwrap();
        storage.begin_export(&new(2), &event(1, "export")).await.unwrap();
        let (whole, abandoned) = (Uuid::from_u128(1), Uuid::from_u128(2));
        storage.note_export(whole, (0, &[row(1), row(2)]), now(), now().plus_millis(1)).await.unwrap();
        storage.note_export(whole, (1, &[]), now().plus_millis(-5), now().plus_millis(2)).await.unwrap();
        storage.note_export(whole, (1, &[row(3)]), now().plus_millis(-9), now().plus_millis(3)).await.unwrap();
        let unfinished = storage.unfinished_exports("member:9900310161:a").await.unwrap();
        let far = unfinished.iter().find(|export| export.id == whole).unwrap();
        assert_eq!((unfinished.len(), far.row_count, far.reached), (2, 3, now().plus_millis(-9).millis()));
        assert_eq!(storage.unfinished_exports("member:9900310161:b").await.unwrap(), []);
        storage.end_export(whole, &event(1, "finish_export")).await.unwrap();
        // Whatever is told later changes nothing of one that has ended.
        storage.forget_export(whole).await.unwrap();
        storage.forget_abandoned_exports(now().plus_days(1)).await.unwrap();
        assert_eq!(storage.unfinished_exports("member:9900310161:a").await.unwrap(), []);
        assert_eq!(storage.export_piece(whole, 0).await.unwrap(), Some(vec![row(1), row(2)]));
        assert_eq!(storage.export_piece(whole, 1).await.unwrap(), Some(vec![row(3)]));
        assert_eq!(storage.export_piece(whole, 2).await.unwrap(), None);
        assert_eq!(storage.export_piece(abandoned, 0).await.unwrap(), None);
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
