//! Standing, looks, erasure's neighbours: what happens to a certificate after it was issued.

use earayis::certificate::{Standing, Status, StatusReason};
use earayis::storage::{ChangeError, NewLeaf, StandingChange, Successor};
use futures_util::future::join_all;
use uuid::Uuid;

use crate::fixtures::{certificate, erase, event, execute, id, leaf, look, now, number, open, ready, revocation};
use crate::support::{TestDatabase, on_each_engine};

on_each_engine! {
    async fn a_revocation_is_read_at_once_by_every_process(database: TestDatabase) {
        let storage = ready(&database).await;
        let other = open(&database).await;
        storage.store_issuance(certificate(1)).await.unwrap();
        assert_eq!(other.certificate_by_number(number(1)).await.unwrap().unwrap().status_at(now()), Status::Valid);

        storage.change_standing(revocation(1, 1)).await.unwrap();
        let record = other.certificate_by_number(number(1)).await.unwrap().unwrap();
        assert_eq!((record.standing, record.status_at(now())), (Standing::Revoked, Status::Revoked));
        assert_eq!(record.standing_reason, Some(StatusReason::FactsWrong));
        assert_eq!((record.standing_since, record.version), (now().plus_millis(7), 2));
        assert_eq!(other.leaves_of(id(1)).await.unwrap().len(), 2);
        assert_eq!(other.audit_events_of(&id(1).to_string()).await.unwrap().len(), 2);
    }

    async fn each_change_of_standing_is_counted_by_its_status_list(database: TestDatabase) {
        let storage = ready(&database).await;
        let other = open(&database).await;
        for n in [1, 2] {
            storage.store_issuance(certificate(n)).await.unwrap();
        }
        assert_eq!((other.status_lists().await.unwrap(), other.status_list_changes(1).await.unwrap()), (vec![1], Some(0)));
        assert_eq!(other.places_out_of_force(1).await.unwrap(), []);
        storage.change_standing(revocation(1, 1)).await.unwrap();
        assert!(storage.change_standing(revocation(1, 1)).await.is_err(), "what is taken back is not counted");
        assert_eq!(other.status_list_changes(1).await.unwrap(), Some(1));
        assert_eq!(other.places_out_of_force(1).await.unwrap(), [(1, Standing::Revoked)]);
        let suspension = StandingChange { standing: Standing::Suspended, ..revocation(2, 1) };
        storage.change_standing(suspension).await.unwrap();
        let reinstatement = StandingChange { standing: Standing::InForce, ..revocation(2, 2) };
        storage.change_standing(reinstatement).await.unwrap();
        assert_eq!(other.status_list_changes(1).await.unwrap(), Some(3));
        assert_eq!(other.places_out_of_force(1).await.unwrap(), [(1, Standing::Revoked)]);
        assert_eq!(other.status_list_changes(2).await.unwrap(), None);
    }

    async fn of_concurrent_changes_one_wins_and_the_others_leave_nothing(database: TestDatabase) {
        let storage = ready(&database).await;
        let other = open(&database).await;
        storage.store_issuance(certificate(1)).await.unwrap();
        let changing: Vec<_> = (0..20)
            .map(|turn| {
                let storage = if turn % 2 == 0 { storage.clone() } else { other.clone() };
                tokio::spawn(async move { storage.change_standing(revocation(1, 1)).await })
            })
            .collect();
        let mut won = 0;
        for task in changing {
            match task.await.unwrap() {
                Ok(()) => won += 1,
                Err(error) => assert!(matches!(error, ChangeError::Conflict), "{error}"),
            }
        }
        assert_eq!(won, 1);
        assert_eq!(storage.certificate_by_id(id(1)).await.unwrap().unwrap().version, 2);
        assert_eq!(storage.leaves_of(id(1)).await.unwrap().len(), 2);
        assert_eq!(storage.audit_events_of(&id(1).to_string()).await.unwrap().len(), 2);
    }

    async fn a_certificate_is_superseded_only_by_one_that_did_not_change_meanwhile(database: TestDatabase) {
        let storage = ready(&database).await;
        storage.store_issuance(certificate(1)).await.unwrap();
        storage.store_issuance(certificate(2)).await.unwrap();
        let supersession = |expected_version| StandingChange {
            standing: Standing::Superseded,
            reason: Some(StatusReason::Superseded),
            successor: Some(Successor { id: id(2), expected_version }),
            leaf: NewLeaf { id: Uuid::from_bytes([9; 16]), ..leaf(1, "superseded") },
            ..revocation(1, 1)
        };
        assert!(matches!(storage.change_standing(supersession(2)).await, Err(ChangeError::Conflict)));
        let untouched = storage.certificate_by_id(id(1)).await.unwrap().unwrap();
        assert_eq!((untouched.standing, untouched.superseded_by), (Standing::InForce, None));

        storage.change_standing(supersession(1)).await.unwrap();
        let record = storage.certificate_by_id(id(1)).await.unwrap().unwrap();
        assert_eq!((record.standing, record.superseded_by), (Standing::Superseded, Some(id(2))));
        assert_eq!(storage.certificate_by_id(id(2)).await.unwrap().unwrap().version, 1);
    }

    async fn looks_are_there_when_they_are_confirmed_latest_first(database: TestDatabase) {
        let storage = ready(&database).await;
        storage.store_issuance(certificate(1)).await.unwrap();
        let mut later = look(1);
        later.at = now().plus_millis(5);
        storage.record_look(look(1)).await.unwrap();
        storage.record_look(later.clone()).await.unwrap();
        let looks = open(&database).await.looks_of(id(1)).await.unwrap();
        assert_eq!(looks.len(), 2);
        assert_eq!(looks[0], later);
    }

    async fn a_look_at_nothing_is_not_recorded_and_harms_no_other_act(database: TestDatabase) {
        let storage = ready(&database).await;
        storage.store_issuance(certificate(1)).await.unwrap();
        let (nothing, something) = tokio::join!(storage.record_look(look(9)), storage.record_look(look(1)));
        assert!(!nothing.unwrap() && something.unwrap());
        assert_eq!(storage.looks_of(id(1)).await.unwrap().len(), 1);
    }

    async fn of_looks_that_share_commits_those_at_what_was_erased_are_not_recorded(database: TestDatabase) {
        let (storage, eraser) = (ready(&database).await, open(&database).await);
        for n in 1..=3 {
            storage.store_issuance(certificate(n)).await.unwrap();
        }
        assert!(erase(&eraser, id(2), &event(2, "erase")).await);
        let looks = (0..60).map(|n| storage.record_look(look(1 + n % 3)));
        let recorded: Vec<_> = join_all(looks).await.into_iter().map(Result::unwrap).collect();
        assert!(recorded.iter().enumerate().all(|(n, recorded)| *recorded == (n % 3 != 1)), "{recorded:?}");
        for (n, looks) in [(1, 20), (2, 0), (3, 20)] {
            assert_eq!(storage.looks_of(id(n)).await.unwrap().len(), looks);
        }
    }

    async fn audit_events_come_back_in_order(database: TestDatabase) {
        let storage = ready(&database).await;
        let mut second = event(1, "download");
        second.occurred_at = now().plus_millis(1);
        storage.record_audit(second.clone()).await.unwrap();
        storage.record_audit(event(1, "refuse_other_person")).await.unwrap();
        let events = storage.audit_events_of(&id(1).to_string()).await.unwrap();
        assert_eq!(events.iter().map(|event| event.act.as_str()).collect::<Vec<_>>(), ["refuse_other_person", "download"]);
        assert_eq!((&events[1].actor, &events[1].detail), (&second.actor, &second.detail));
    }

    async fn a_session_is_found_by_its_token_until_it_ends(database: TestDatabase) {
        let storage = ready(&database).await;
        let end = now().plus_millis(1000);
        storage.create_session("token", b"7DEM001", now(), end).await.unwrap();
        let session = storage.session("token", now()).await.unwrap().unwrap();
        assert_eq!((session.subject.as_slice(), session.created_at, session.expires_at), (&b"7DEM001"[..], now(), end));
        assert!(!format!("{session:?}").contains("7DEM001"));
        assert_eq!(storage.session("another", now()).await.unwrap(), None);
        assert_eq!(storage.session("token", end).await.unwrap(), None);

        storage.create_session("second", b"7DEM002", now(), end).await.unwrap();
        storage.delete_session("second").await.unwrap();
        assert_eq!(storage.session("second", now()).await.unwrap(), None);
        assert_eq!(storage.purge_sessions(end).await.unwrap(), 1);
    }

    async fn processes_agree_on_the_open_status_list(database: TestDatabase) {
        let (one, other) = (open(&database).await, open(&database).await);
        let (first, second) = tokio::join!(one.open_status_list(), other.open_status_list());
        assert_eq!((first.unwrap(), second.unwrap()), (1, 1));

        execute(&database, "update status_lists set closed = 1").await;
        let (one, other) = (open(&database).await, open(&database).await);
        let (first, second) = tokio::join!(one.open_status_list(), other.open_status_list());
        assert_eq!((first.unwrap(), second.unwrap()), (2, 2));
    }
}
