//! The terms of a watch, on a clock that a test moves: no longer than asked for, nor than 90 days after the look.

use earayis::auth::Asker;
use earayis::catalogue::Voen;
use earayis::certificate::{Standing, StatusReason};
use earayis::clock::{Clock, Instant};
use earayis::random::Random;
use earayis::storage::{LogState, Look, NewLeaf, StandingChange, Storage};
use earayis::watch::{Days, Held, WatchError, Watching};
use uuid::Uuid;

use crate::fixtures::{certificate, event, id, leaf, look, now, ready};
use crate::support::{TestDatabase, on_each_engine};

const BANK: &str = "9900310161";

fn bank() -> Asker {
    let organisation: Voen = BANK.parse().unwrap();
    Asker { organisation, name: "Sınaq Bankı".into(), by: "core".into() }
}

fn days(days: u32) -> Days {
    Days::new(days).unwrap()
}

/// A storage with one certificate, at which the bank looked now.
async fn looked(database: &TestDatabase) -> (Storage, Watching, Clock) {
    let (storage, clock) = (ready(database).await, Clock::manual(now()));
    storage.store_issuance(certificate(1)).await.unwrap();
    look_again(&storage, now()).await;
    let watching = Watching { storage: storage.clone(), clock: clock.clone(), random: Random::system() };
    (storage, watching, clock)
}

async fn look_again(storage: &Storage, at: Instant) {
    storage.record_look(Look { at, verifier: Some(BANK.into()), ..look(1) }).await.unwrap();
}

/// Suspends or reinstates the certificate at `at`, and gives its leaf a place.
async fn change(storage: &Storage, at: Instant) {
    let record = storage.certificate_by_id(id(1)).await.unwrap().unwrap();
    let (standing, act) = match record.standing {
        Standing::InForce => (Standing::Suspended, "suspended"),
        _ => (Standing::InForce, "reinstated"),
    };
    let change = StandingChange {
        id: record.id,
        expected_version: record.version,
        standing,
        reason: Some(StatusReason::MisuseSuspected),
        since: at,
        successor: None,
        leaf: NewLeaf { id: Uuid::from_bytes(Random::system().bytes().unwrap()), recorded_at: at, ..leaf(1, act) },
        audit: event(1, act),
    };
    storage.change_standing(change).await.unwrap();
    place(storage).await;
}

/// Gives every leaf that waits its place.
async fn place(storage: &Storage) {
    let state = storage.log_state().await.unwrap();
    let waiting = storage.waiting_leaves(100).await.unwrap();
    let placements: Vec<_> = waiting.iter().map(|leaf| leaf.id).zip(state.size..).collect();
    let size = state.size + placements.len() as u64;
    assert!(storage.advance_log(state.size, &LogState { size, ..state }, &placements).await.unwrap());
}

async fn pulled(watching: &Watching) -> Vec<i64> {
    let changes = watching.changes(&bank(), None, 1000).await.unwrap().changes;
    let since = changes.into_iter().map(|change| change.standing.since.unwrap().millis() - now().millis());
    since.collect()
}

on_each_engine! {
    async fn a_watch_ends_when_it_was_asked_to_and_at_the_latest_ninety_days_after_the_look(database: TestDatabase) {
        let (storage, watching, clock) = looked(&database).await;
        let held = Held::Certificate(id(1));
        let (watch, new) = watching.open(held, days(30), &bank()).await.unwrap();
        assert!(new);
        assert_eq!(watch.ends_at, now().plus_days(30));
        clock.set(now().plus_days(20));
        let (watch, new) = watching.open(held, days(90), &bank()).await.unwrap();
        assert!(!new);
        assert_eq!(watch.ends_at, now().plus_days(90), "not 110");
        clock.set(now().plus_days(90).plus_millis(-1));
        assert_eq!(watching.list(&bank(), None, 10).await.unwrap().len(), 1);
        watching.open(held, days(90), &bank()).await.unwrap();
        clock.set(now().plus_days(90));
        assert!(watching.list(&bank(), None, 10).await.unwrap().is_empty());
        assert!(matches!(watching.open(held, days(1), &bank()).await, Err(WatchError::LookTooOld)));
        look_again(&storage, now().plus_days(90)).await;
        let (watch, new) = watching.open(held, days(90), &bank()).await.unwrap();
        assert!(new);
        assert_eq!(watch.ends_at, now().plus_days(180));
    }

    async fn only_what_changes_while_it_is_open_is_told_and_stays_to_be_pulled_for_a_while(database: TestDatabase) {
        let (storage, watching, clock) = looked(&database).await;
        change(&storage, now().plus_millis(-1)).await;
        let held = Held::Certificate(id(1));
        let (watch, _) = watching.open(held, days(1), &bank()).await.unwrap();
        let day = now().plus_days(1).millis() - now().millis();
        for at in [1, day - 1, day, day + 1] {
            change(&storage, now().plus_millis(at)).await;
        }
        assert_eq!(pulled(&watching).await, [1, day - 1]);
        clock.set(now().plus_days(5));
        let (again, new) = watching.open(held, days(1), &bank()).await.unwrap();
        assert!(new && again.id != watch.id);
        change(&storage, now().plus_days(5).plus_millis(1)).await;
        assert_eq!(pulled(&watching).await, [1, day - 1, 5 * day + 1], "what changed between the two is not told");

        clock.set(now().plus_days(31).plus_millis(-1));
        assert_eq!(watching.purge().await.unwrap(), 0);
        clock.set(now().plus_days(31));
        assert_eq!(watching.purge().await.unwrap(), 1);
        assert_eq!(pulled(&watching).await, [5 * day + 1]);
    }

    async fn a_change_that_waited_for_its_place_when_the_watch_was_opened_was_told_by_the_opening(database: TestDatabase) {
        let (storage, watching, _) = looked(&database).await;
        let record = storage.certificate_by_id(id(1)).await.unwrap().unwrap();
        let waits = StandingChange {
            id: record.id, expected_version: record.version, standing: Standing::Suspended,
            reason: Some(StatusReason::MisuseSuspected), since: now(), successor: None,
            leaf: NewLeaf { recorded_at: now(), ..leaf(1, "suspended") }, audit: event(1, "suspended"),
        };
        storage.change_standing(waits).await.unwrap();
        let (watch, _) = watching.open(Held::Certificate(id(1)), days(1), &bank()).await.unwrap();
        assert_eq!(watch.now.since, Some(now()));
        place(&storage).await;
        assert_eq!(pulled(&watching).await, [] as [i64; 0]);
        change(&storage, now().plus_millis(1)).await;
        assert_eq!(pulled(&watching).await, [1]);
    }

    async fn pages_of_any_size_tell_the_same_changes(database: TestDatabase) {
        let (storage, watching, _) = looked(&database).await;
        // Two watches at once, as two processes may open them, tell each change once.
        watching.open(Held::Certificate(id(1)), days(1), &bank()).await.unwrap();
        for at in 1..=7 {
            change(&storage, now().plus_millis(at)).await;
        }
        for limit in 1..=8 {
            let (mut after, mut told) = (0, Vec::new());
            loop {
                let page = watching.changes(&bank(), Some(after), limit).await.unwrap();
                told.extend(page.changes.iter().map(|change| change.standing.since.unwrap().millis() - now().millis()));
                assert!(page.next > after || !page.more);
                after = page.next;
                if !page.more {
                    break;
                }
            }
            assert_eq!(told, [1, 2, 3, 4, 5, 6, 7], "by {limit}");
            assert_eq!(after, storage.log_state().await.unwrap().size);
        }
    }
}
