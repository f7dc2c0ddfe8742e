//! The log store's promises and their breaches, on folders of small logs.

use ring::signature::Ed25519KeyPair;

use super::*;
use crate::transparency::{
    Cosigner, Entry, Frontier, Level, Signer, TilesError, WholeLog, build_inclusion, grow, witnessed_at,
};

/// A log that grows in memory, and what it would publish.
struct Log {
    signer: Signer,
    frontier: Frontier,
    salt: u8,
}

impl Log {
    fn new(salt: u8) -> Self {
        let key = Ed25519KeyPair::from_seed_unchecked(&[1; 32]).unwrap();
        Self { signer: Signer::new("log.example", key).unwrap(), frontier: Frontier::new(), salt }
    }

    fn grow(&mut self, store: &LogStore, more: usize) -> (Vec<(Tile, Vec<u8>)>, String) {
        let first = usize::try_from(self.frontier.size()).unwrap();
        let entries: Vec<Entry> = (first..first + more).map(|n| self.entry(n)).collect();
        let growth = grow(&self.frontier, &entries, |tile| store.read(tile)).unwrap();
        self.frontier = growth.frontier;
        (growth.files, self.checkpoint())
    }

    fn publish(&mut self, store: &LogStore, more: usize) {
        let (files, checkpoint) = self.grow(store, more);
        store.publish(&files, &checkpoint).unwrap();
    }

    fn checkpoint(&self) -> String {
        let (size, root) = (self.frontier.size(), self.frontier.root());
        Checkpoint { origin: "log.example".to_owned(), size, root }.sign(&self.signer).unwrap()
    }

    fn entry(&self, n: usize) -> Entry {
        let mut bytes = [self.salt; 32];
        bytes[..8].copy_from_slice(&n.to_be_bytes());
        Entry(bytes)
    }
}

fn store() -> (tempfile::TempDir, LogStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = LogStore::open(folder.path().join("a/log")).unwrap();
    (folder, store)
}

fn tile(path: &str) -> Tile {
    Tile::parse(path).unwrap()
}

#[test]
fn what_is_published_is_read_back_under_the_paths_of_tlog_tiles() {
    let (_folder, store) = store();
    let mut log = Log::new(0);
    assert_eq!((store.checkpoint().unwrap(), store.read(&tile("tile/0/000")).unwrap()), (None, None));
    log.publish(&store, 300);
    assert_eq!(store.checkpoint().unwrap(), Some(log.checkpoint()));
    for path in ["checkpoint", "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000"] {
        assert!(store.folder().join(path).is_file(), "{path}");
    }
    assert_eq!(LogStore::open(store.folder()).unwrap().checkpoint().unwrap(), Some(log.checkpoint()));
}

#[test]
fn publishing_the_same_again_changes_nothing() {
    let (_folder, store) = store();
    let mut log = Log::new(0);
    let (files, checkpoint) = log.grow(&store, 300);
    store.publish(&files, &checkpoint).unwrap();
    store.publish(&files, &checkpoint).unwrap();
    store.publish(&[], &checkpoint).unwrap();
    assert_eq!(store.checkpoint().unwrap(), Some(checkpoint));
}

#[test]
fn a_partial_tile_that_is_gone_is_answered_from_the_full_one() {
    let (_folder, store) = store();
    let mut log = Log::new(0);
    log.publish(&store, 200);
    let partials = [tile("tile/0/000.p/200"), tile("tile/entries/000.p/200")];
    let before = partials.map(|tile| store.read(&tile).unwrap().unwrap());
    log.publish(&store, 100);
    assert!(!store.folder().join("tile/0/000.p").exists());
    assert_eq!(partials.map(|tile| store.read(&tile).unwrap().unwrap()), before);
}

#[test]
fn a_long_log_is_written_piece_by_piece_and_its_checkpoint_last() {
    let (_folder, store) = store();
    let mut log = Log::new(0);
    for _ in 0..3 {
        let (files, _) = log.grow(&store, 200);
        store.publish_tiles(&files).unwrap();
        assert_eq!(store.checkpoint().unwrap(), None);
    }
    store.publish(&[], &log.checkpoint()).unwrap();
    assert_eq!(store.checkpoint().unwrap(), Some(log.checkpoint()));
    let other = (tile("tile/0/002.p/88"), vec![7; 88 * 32]);
    assert!(matches!(store.publish_tiles(&[other]), Err(LogStoreError::Disagrees { .. })));
}

#[test]
fn a_partial_tile_that_contradicts_its_full_one_is_refused() {
    let (_folder, store) = store();
    let mut log = Log::new(0);
    let (files, _) = log.grow(&store, 256);
    store.publish_tiles(&files).unwrap();
    let refused = store.publish_tiles(&[(tile("tile/0/000.p/9"), vec![7; 288])]).unwrap_err();
    assert!(matches!(&refused, LogStoreError::Disagrees { path } if path.ends_with("tile/0/000")), "{refused}");
}

#[test]
fn other_bytes_in_a_full_tile_are_refused_and_the_published_ones_stay() {
    let (_folder, store) = store();
    let mut log = Log::new(0);
    log.publish(&store, 300);
    let full = store.read(&tile("tile/0/000")).unwrap();
    let (_other_folder, empty) = self::store();
    let (files, checkpoint) = Log::new(9).grow(&empty, 600);
    let refused = store.publish(&files, &checkpoint).unwrap_err();
    assert!(matches!(&refused, LogStoreError::Disagrees { path } if path.ends_with("tile/entries/000")), "{refused}");
    assert_eq!(store.read(&tile("tile/0/000")).unwrap(), full);
    assert_eq!(store.checkpoint().unwrap(), Some(log.checkpoint()));
}

#[test]
fn a_partial_tile_is_replaced_only_where_no_published_checkpoint_rests_on_it() {
    let (_folder, store) = store();
    let mut log = Log::new(0);
    log.publish(&store, 3);
    let covered = vec![(tile("tile/0/000.p/3"), vec![7; 96])];
    let refused = store.publish(&covered, &log.checkpoint()).unwrap_err();
    assert!(matches!(&refused, LogStoreError::Disagrees { path } if path.ends_with("tile/0/000.p/3")), "{refused}");
    let unfinished = store.folder().join("tile/0/000.p/5");
    fs::write(unfinished, [7; 160]).unwrap();
    log.publish(&store, 2);
    assert_eq!(store.checkpoint().unwrap(), Some(log.checkpoint()));
}

#[test]
fn a_checkpoint_never_goes_back_nor_to_another_history() {
    let (_folder, store) = store();
    let mut log = Log::new(0);
    let (files, small) = log.grow(&store, 5);
    store.publish(&files, &small).unwrap();
    log.publish(&store, 1);
    let refused = store.publish(&files, &small).unwrap_err();
    assert!(matches!(refused, LogStoreError::Ahead { published: 6, given: 5, .. }), "{refused}");

    let swapped = Checkpoint { origin: "log.example".to_owned(), size: 6, root: Frontier::new().root() };
    let refused = store.publish(&[], &swapped.sign(&log.signer).unwrap()).unwrap_err();
    assert!(matches!(refused, LogStoreError::AnotherLog { .. }), "{refused}");
    assert_eq!(store.checkpoint().unwrap(), Some(log.checkpoint()));
    assert!(matches!(store.publish(&[], "no note"), Err(LogStoreError::Refused(_))));
}

#[test]
fn a_checkpoint_that_its_tiles_do_not_bear_out_is_not_published() {
    let (_folder, store) = store();
    let mut log = Log::new(0);
    log.publish(&store, 5);
    let before = store.checkpoint().unwrap();
    let (mut files, checkpoint) = log.grow(&store, 5);
    let at = files.iter().position(|(tile, _)| tile.level() == Level::Hashes(0)).unwrap();
    let (_, right) = files.remove(at);
    let lacking = store.publish(&files, &checkpoint).unwrap_err();
    assert!(matches!(&lacking, LogStoreError::Unfounded(error) if matches!(**error, TilesError::Missing { .. })));
    let mut wrong = right.clone();
    wrong[0] ^= 1;
    let false_hash = store.publish(&[(tile("tile/0/000.p/10"), wrong)], &checkpoint).unwrap_err();
    assert!(matches!(&false_hash, LogStoreError::Unfounded(error) if matches!(**error, TilesError::Disagree { .. })));
    assert_eq!(store.checkpoint().unwrap(), before);
    store.publish(&[(tile("tile/0/000.p/10"), right)], &checkpoint).unwrap();
}

#[test]
fn a_crash_between_tiles_and_checkpoint_leaves_the_old_checkpoint_valid() {
    let (_folder, store) = store();
    let mut log = Log::new(0);
    log.publish(&store, 250);
    let before = Checkpoint::open(&store.checkpoint().unwrap().unwrap(), log.signer.verifier()).unwrap();
    let (files, checkpoint) = log.grow(&store, 50);
    // A folder stands where the checkpoint would first be written, so that publishing dies right there.
    let obstacle = store.folder().join("checkpoint.unfinished");
    fs::create_dir(&obstacle).unwrap();
    let died = store.publish(&files, &checkpoint).unwrap_err();
    assert!(matches!(&died, LogStoreError::Unavailable { path, .. } if path.ends_with("checkpoint")), "{died}");
    assert!(store.folder().join("tile/0/000").is_file());

    let standing = Checkpoint::open(&store.checkpoint().unwrap().unwrap(), log.signer.verifier()).unwrap();
    assert_eq!(standing, before);
    for index in 0..250 {
        let proof = build_inclusion(|tile| store.read(tile), index, standing.size, standing.root).unwrap();
        let entry = log.entry(usize::try_from(index).unwrap());
        proof.verify(entry.leaf_hash(), standing.root).unwrap();
    }
    fs::remove_dir(obstacle).unwrap();
    store.publish(&files, &checkpoint).unwrap();
    assert_eq!(store.checkpoint().unwrap(), Some(checkpoint));
}

#[test]
fn what_a_dead_writer_left_unfinished_is_written_over() {
    let (_folder, store) = store();
    let mut log = Log::new(0);
    log.publish(&store, 1);
    fs::write(store.folder().join("tile/0/000.unfinished"), "half").unwrap();
    fs::write(store.folder().join("checkpoint.unfinished"), "half").unwrap();
    log.publish(&store, 300);
    assert_eq!(store.checkpoint().unwrap(), Some(log.checkpoint()));
    assert!(!store.folder().join("tile/0/000.unfinished").exists());
}

#[test]
fn a_tile_of_a_wrong_length_is_named_and_not_served() {
    let (_folder, store) = store();
    let mut log = Log::new(0);
    log.publish(&store, 300);
    let path = store.folder().join("tile/0/000");
    fs::write(&path, [0; 100]).unwrap();
    for asked in ["tile/0/000", "tile/0/000.p/3"] {
        let error = store.read(&tile(asked)).unwrap_err();
        assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
    }
    let refused = store.publish(&[(tile("tile/0/001.p/45"), vec![0; 44 * 32])], &log.checkpoint()).unwrap_err();
    assert!(matches!(refused, LogStoreError::Damaged { .. }));
}

#[test]
fn a_folder_that_cannot_be_used_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("occupied");
    fs::write(&file, "not a folder").unwrap();
    let error = LogStore::open(&file).unwrap_err();
    assert!(error.to_string().contains("occupied"), "{error}");
    assert!(error.to_string().contains("see that the folder exists"), "{error}");
    assert!(LogStore::open(file.join("below")).is_err());

    let store = LogStore::open(folder.path().join("log")).unwrap();
    let mut log = Log::new(0);
    let (files, checkpoint) = log.grow(&store, 3);
    fs::remove_dir_all(store.folder()).unwrap();
    fs::write(store.folder(), "not a folder any more").unwrap();
    assert!(matches!(store.publish(&files, &checkpoint), Err(LogStoreError::Unavailable { .. })));
    assert!(matches!(store.checkpoint(), Err(LogStoreError::Unavailable { .. })));
}

#[test]
fn of_two_that_cosign_at_once_the_second_finds_that_both_are_enough() {
    let (_folder, store) = store();
    let mut log = Log::new(0);
    log.publish(&store, 3);
    let cosigner =
        |name: &str, seed: u8| Cosigner::new(name, Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()).unwrap();
    let cosigners = [cosigner("one.example", 2), cosigner("two.example", 3)];
    let keys = cosigners.each_ref().map(|cosigner| cosigner.witness().clone());
    let quorum = |note: &str| witnessed_at(note, &keys, 2).is_some();
    // Both processes read the checkpoint before either had a cosignature.
    let note = store.checkpoint().unwrap().unwrap();
    for cosigner in &cosigners {
        assert_eq!(store.witnessed().unwrap(), None);
        let line = cosigner.cosign(&note, 1_795_481_459).unwrap().trim_end().to_owned();
        store.cosign(&note, &[line], quorum).unwrap();
    }
    assert!(store.witnessed().unwrap().is_some_and(|note| quorum(&note)));
    assert_eq!(store.witnessed().unwrap(), store.checkpoint().unwrap());
}

#[test]
fn of_two_that_publish_at_once_one_waits() {
    let (_folder, store) = store();
    let mut log = Log::new(0);
    let (files, checkpoint) = log.grow(&store, 300);
    std::thread::scope(|scope| {
        let both = [(); 2].map(|()| scope.spawn(|| store.publish(&files, &checkpoint)));
        for publisher in both {
            publisher.join().unwrap().unwrap();
        }
    });
    assert_eq!(store.checkpoint().unwrap(), Some(checkpoint));
    let held = store.lock().unwrap();
    let second = File::open(store.folder().join(LOCK)).unwrap();
    assert!(matches!(second.try_lock(), Err(fs::TryLockError::WouldBlock)));
    drop(held);
    second.try_lock().unwrap();
}

#[test]
fn a_log_that_grows_while_it_is_copied_is_copied_whole() {
    let (folder, store) = store();
    let mut log = Log::new(0);
    log.publish(&store, 300);
    let copy = folder.path().join("copy");
    // While it is copied what was partial becomes full, and the file that the copied checkpoint names is dropped.
    let growing = store.clone();
    let mut grown = false;
    let files = store
        .copy_with(&copy, |_| {
            if !std::mem::replace(&mut grown, true) {
                log.publish(&growing, 70_000);
            }
        })
        .unwrap();
    assert_eq!(store.read_exactly(&tile("tile/0/001.p/44")).unwrap(), None);
    let copied = LogStore::open(&copy).unwrap();
    let checkpoint = Checkpoint::unverified(&copied.checkpoint().unwrap().unwrap()).unwrap();
    assert_eq!((checkpoint.size, files), (300, WholeLog::tiles(300).count() + 1));
    for tile in WholeLog::tiles(300) {
        assert!(copied.read_exactly(&tile).unwrap().is_some(), "{tile}");
    }
    frontier_at(checkpoint.size, checkpoint.root, |tile| copied.read(tile)).unwrap();
    // And where the log was cut in truth, the file is named.
    fs::remove_file(store.path(&tile("tile/entries/007"))).unwrap();
    let missing = store.copy_to(&folder.path().join("other")).unwrap_err();
    assert!(matches!(&missing, LogStoreError::Missing { path } if path.ends_with("tile/entries/007")), "{missing}");
    assert!(!folder.path().join("other/checkpoint").exists());
}
