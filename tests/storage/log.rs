//! The transparency log's rows: leaves get their places once, one after another, whoever gives them.

use earayis::storage::{LogState, Storage, StorageError};
use uuid::Uuid;

use crate::fixtures::{certificate, leaf, now, open, ready, sha256};
use crate::support::{TestDatabase, on_each_engine};

fn state(size: u64) -> LogState {
    LogState {
        size,
        root: [u8::try_from(size).unwrap(); 32],
        frontier: vec![1, 2, 3],
        checkpoint: format!("earayis.example/log\n{size}\n"),
        updated_at: now(),
    }
}

async fn issue(storage: &Storage, numbers: std::ops::RangeInclusive<u8>) {
    for n in numbers {
        storage.store_issuance(certificate(n)).await.unwrap();
    }
}

async fn waiting(storage: &Storage) -> Vec<Uuid> {
    storage.waiting_leaves(100).await.unwrap().into_iter().map(|leaf| leaf.id).collect()
}

on_each_engine! {
    async fn a_new_log_is_the_empty_tree(database: TestDatabase) {
        let state = open(&database).await.log_state().await.unwrap();
        assert_eq!((state.size, state.root, state.checkpoint.as_str()), (0, sha256(b""), ""));
        assert!(state.frontier.is_empty());
    }

    async fn waiting_leaves_get_their_places_and_wait_no_longer(database: TestDatabase) {
        let storage = ready(&database).await;
        assert_eq!(storage.oldest_waiting_since().await.unwrap(), None);
        issue(&storage, 1..=3).await;
        assert_eq!(storage.oldest_waiting_since().await.unwrap(), Some(now().plus_millis(1)));
        let ids = waiting(&storage).await;
        assert_eq!(ids, [1, 2, 3].map(|n| leaf(n, "issued").id));
        assert_eq!(storage.waiting_leaves(2).await.unwrap().len(), 2);

        assert!(storage.advance_log(0, &state(2), &[(ids[0], 0), (ids[1], 1)]).await.unwrap());
        assert_eq!(storage.log_state().await.unwrap(), state(2));
        assert_eq!(waiting(&storage).await, [ids[2]]);
        let entries = [1, 2, 3].map(|n| leaf(n, "issued").entry);
        assert_eq!(storage.entries(0, 10).await.unwrap(), entries[..2]);
        assert_eq!(storage.entries(1, 2).await.unwrap(), entries[1..2]);
        assert_eq!(storage.leaves_of(certificate(2).id).await.unwrap()[0].place, Some(1));

        assert!(storage.advance_log(2, &state(3), &[(ids[2], 2)]).await.unwrap());
        assert_eq!(storage.entries(0, 3).await.unwrap(), entries);
        assert_eq!(storage.oldest_waiting_since().await.unwrap(), None);
    }

    async fn whoever_comes_second_changes_nothing(database: TestDatabase) {
        let (storage, other) = (ready(&database).await, open(&database).await);
        issue(&storage, 1..=2).await;
        let ids = waiting(&storage).await;
        let (mine, theirs) = ([(ids[0], 0), (ids[1], 1)], [(ids[1], 0)]);
        let (two, one) = (state(2), state(1));
        let (first, second) = tokio::join!(storage.advance_log(0, &two, &mine), other.advance_log(0, &one, &theirs));
        let (first, second) = (first.unwrap(), second.unwrap());
        assert!(first != second);
        let (expected, left) = if first { (state(2), vec![]) } else { (state(1), vec![ids[0]]) };
        assert_eq!(storage.log_state().await.unwrap(), expected);
        assert_eq!(waiting(&storage).await, left);
    }

    async fn a_leaf_that_has_its_place_stops_the_whole_advance(database: TestDatabase) {
        let storage = ready(&database).await;
        issue(&storage, 1..=2).await;
        let ids = waiting(&storage).await;
        assert!(storage.advance_log(0, &state(1), &[(ids[0], 0)]).await.unwrap());
        assert!(!storage.advance_log(1, &state(3), &[(ids[1], 1), (ids[0], 2)]).await.unwrap());
        assert_eq!(storage.log_state().await.unwrap(), state(1));
        assert_eq!(waiting(&storage).await, [ids[1]]);
    }

    async fn places_that_do_not_follow_one_by_one_are_refused(database: TestDatabase) {
        let storage = ready(&database).await;
        issue(&storage, 1..=2).await;
        let ids = waiting(&storage).await;
        for (size, placements) in [(2, vec![(ids[0], 0)]), (1, vec![(ids[0], 1)]), (2, vec![(ids[0], 1), (ids[1], 0)])] {
            let refused = storage.advance_log(0, &state(size), &placements).await;
            assert!(matches!(refused, Err(StorageError::Places)), "{refused:?}");
        }
        assert_eq!(storage.log_state().await.unwrap().size, 0);
    }

    async fn a_checkpoint_can_be_renewed_without_a_new_leaf(database: TestDatabase) {
        let storage = ready(&database).await;
        assert!(storage.advance_log(0, &state(0), &[]).await.unwrap());
        assert_eq!(storage.log_state().await.unwrap(), state(0));
    }
}
