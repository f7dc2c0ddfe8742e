//! Erasing by four eyes as the records keep it: a proposal is bound to its list, decided once by another, and run once.

use earayis::clock::Instant;
use earayis::random::Random;
use earayis::storage::{
    ErasingDecision, NewCertificate, NewErasingProposal, NewErasingRun, Proposed, Storage, StorageError,
};
use uuid::Uuid;

use crate::fixtures::{certificate, event, execute, hold, id, now, open, ready};
use crate::support::{TestDatabase, on_each_engine};

fn proposal(what: Proposed) -> NewErasingProposal {
    NewErasingProposal {
        id: Uuid::from_bytes(Random::system().bytes().unwrap()),
        what,
        issuer: None,
        note: "quarterly run".into(),
        proposed_by: "operator".into(),
        proposed_at: now(),
        expires_at: now().plus_days(14),
    }
}

async fn propose(storage: &Storage, new: &NewErasingProposal) -> Option<(u64, [u8; 32])> {
    let listed = storage.propose_erasing(new, |_| Ok::<_, StorageError>(event(1, "propose_erasing"))).await.unwrap();
    listed.map(|listed| (listed.total, listed.digest))
}

async fn decide(storage: &Storage, id: Uuid, digest: &[u8; 32], by: &str, at: Instant) -> bool {
    let decision = ErasingDecision { approved: true, by: by.into(), at, note: "looks right".into() };
    storage.decide_erasing(id, digest, &decision, &event(1, "approve_erasing")).await.unwrap()
}

on_each_engine! {
    async fn a_proposal_lists_what_is_over_and_not_held_and_is_decided_once_by_another(database: TestDatabase) {
        let (storage, other) = (ready(&database).await, open(&database).await);
        for n in 1..=3 {
            storage.store_issuance(NewCertificate { keep_until: now(), ..certificate(n) }).await.unwrap();
        }
        storage.store_issuance(certificate(4)).await.unwrap();
        assert!(hold(&storage, id(3), "case 7", &event(3, "place_hold")).await);
        let over = storage.over_by_kind(now(), None).await.unwrap();
        assert_eq!(over.iter().map(|row| (row.over, row.held)).collect::<Vec<_>>(), [(3, 1)]);

        let new = proposal(Proposed::Term);
        let (total, digest) = propose(&storage, &new).await.unwrap();
        assert_eq!(total, 2);
        assert_eq!(other.digest_of_listed(new.id).await.unwrap(), digest);
        let listed = other.listed_in_full(new.id, Uuid::nil(), 9).await.unwrap();
        assert_eq!(listed.iter().map(|one| one.id).collect::<Vec<_>>(), [id(1), id(2)]);
        assert_eq!(other.listed_by_kind(new.id).await.unwrap()[0].2, 2);

        assert!(!decide(&other, new.id, &digest, "operator", now()).await, "who proposed");
        assert!(!decide(&other, new.id, &[0; 32], "another", now()).await, "another list");
        assert!(!decide(&other, new.id, &digest, "another", now().plus_days(14)).await, "too late");
        assert!(decide(&other, new.id, &digest, "another", now()).await);
        assert!(!decide(&storage, new.id, &digest, "third", now()).await, "decided");
        let record = other.erasing_proposal(new.id).await.unwrap().unwrap();
        assert!(record.decision.is_some_and(|decision| decision.approved && decision.by == "another"));
        assert_eq!(other.erasing_proposals(None, 9).await.unwrap().len(), 1);
        let elsewhere = "1401555071".parse().unwrap();
        assert_eq!(other.erasing_proposals(Some(&elsewhere), 9).await.unwrap(), []);

        let one = listed[0].number;
        let by_hand = format!(
            "delete from erasing_listed where certificate_id = (select id from certificates where number = '{one}')"
        );
        execute(&database, by_hand).await;
        assert_ne!(other.digest_of_listed(new.id).await.unwrap(), digest, "changed by hand");
    }

    async fn nothing_is_proposed_of_what_is_held_or_gone(database: TestDatabase) {
        let storage = ready(&database).await;
        storage.store_issuance(certificate(1)).await.unwrap();
        assert_eq!(propose(&storage, &proposal(Proposed::Term)).await, None, "no term is over");
        assert_eq!(propose(&storage, &proposal(Proposed::Certificate(id(9)))).await, None);
        assert!(hold(&storage, id(1), "case 7", &event(1, "place_hold")).await);
        assert_eq!(propose(&storage, &proposal(Proposed::Certificate(id(1)))).await, None);
        assert_eq!(storage.erasing_proposals(None, 9).await.unwrap(), [], "what lists nothing is not there");
        let holds = storage.standing_holds(None, 9).await.unwrap();
        assert_eq!((holds.len(), holds[0].certificate, holds[0].reason.as_str()), (1, id(1), "case 7"));
    }

    async fn a_run_goes_on_where_it_was_and_two_processes_do_not_do_it_twice(database: TestDatabase) {
        let (storage, other) = (ready(&database).await, open(&database).await);
        storage.store_issuance(certificate(1)).await.unwrap();
        let new = proposal(Proposed::Certificate(id(1)));
        assert!(propose(&storage, &new).await.is_some());
        let run = |id: u128| NewErasingRun {
            id: Uuid::from_u128(id),
            proposal: Some(new.id),
            issuer: None,
            carried_out_by: "operator".into(),
            began_at: now(),
            report: "{}".into(),
        };
        let first = storage.begin_erasing_run(&run(1)).await.unwrap();
        let second = other.begin_erasing_run(&run(2)).await.unwrap();
        assert_eq!(second, first, "a proposal has one run");

        let mut keeping = storage.begin_keeping().await.unwrap();
        assert!(keeping.advance_run(first.id, first.steps, Some(id(1)), "{\"rows\":[]}").await.unwrap());
        assert!(keeping.erase(id(1), &event(1, "erase")).await.unwrap());
        drop(keeping);
        assert!(storage.facts(id(1)).await.unwrap().is_some(), "a run that dies before its end did nothing");
        let mut keeping = storage.begin_keeping().await.unwrap();
        assert!(keeping.advance_run(first.id, first.steps, Some(id(1)), "{\"rows\":[]}").await.unwrap());
        keeping.commit().await.unwrap();
        let mut keeping = other.begin_keeping().await.unwrap();
        assert!(!keeping.advance_run(second.id, second.steps, None, "{}").await.unwrap(), "somebody else went on");
        assert!(!keeping.finish_run(second.id, second.steps, &event(1, "run_erasure")).await.unwrap());
        drop(keeping);
        let gone_on = other.begin_erasing_run(&run(3)).await.unwrap();
        assert_eq!((gone_on.steps, gone_on.reached, gone_on.report.as_str()), (1, Some(id(1)), "{\"rows\":[]}"));
        let mut keeping = other.begin_keeping().await.unwrap();
        assert!(keeping.finish_run(gone_on.id, gone_on.steps, &event(1, "run_erasure")).await.unwrap());
        keeping.commit().await.unwrap();
        assert_eq!(storage.erasing_runs(9).await.unwrap()[0].finished_at, Some(now()));
        assert_eq!(storage.erasing_proposal(new.id).await.unwrap().unwrap().finished_at, Some(now()));
    }
}
