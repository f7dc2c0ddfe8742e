//! What a check says of a log whose newest checkpoint its witnesses have not cosigned yet: what is known, and no more.

use std::fs;
use std::path::{Path, PathBuf};

use earayis::log_store::LogStore;
use earayis::oversight::{CheckError, LogKeys, LogSource, Monitor, MonitorError, Published, published};
use earayis::transparency::{Checkpoint, Cosigner, Entry, Frontier, Signer, Verifier, Witness, grow};
use ring::signature::Ed25519KeyPair;
use tempfile::TempDir;

fn pair(seed: u8) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()
}

fn log_key(seed: u8) -> Signer {
    Signer::new("log.example", pair(seed)).unwrap()
}

fn witness(name: &str, seed: u8) -> Cosigner {
    Cosigner::new(name, pair(seed)).unwrap()
}

/// A log in a folder, which differs from others from the leaf `fork` on.
struct Log {
    folder: TempDir,
    fork: u64,
    tree: Frontier,
}

impl Log {
    fn of(size: u64, fork: u64) -> Self {
        let mut log = Self { folder: tempfile::tempdir().unwrap(), fork, tree: Frontier::new() };
        log.grow(size, &log_key(1));
        log
    }

    fn grow(&mut self, size: u64, key: &Signer) {
        let store = LogStore::open(self.folder.path()).unwrap();
        let entry = |n: u64| Entry([n.to_le_bytes()[0] ^ u8::from(n >= self.fork); 32]);
        let entries: Vec<_> = (self.tree.size()..size).map(entry).collect();
        let grown = grow(&self.tree, &entries, |tile| store.read(tile)).unwrap();
        self.tree = grown.frontier;
        store.publish(&grown.files, &self.checkpoint().sign(key).unwrap()).unwrap();
    }

    fn checkpoint(&self) -> Checkpoint {
        Checkpoint { origin: "log.example".to_owned(), size: self.tree.size(), root: self.tree.root() }
    }

    fn file(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Those witnesses cosign what is published, which counts as witnessed when it is `enough`.
    fn cosign(&self, by: &[&Cosigner], enough: bool) {
        let store = LogStore::open(self.folder.path()).unwrap();
        let note = store.checkpoint().unwrap().unwrap();
        let lines: Vec<_> =
            by.iter().map(|one| one.cosign(&note, 1_795_481_459).unwrap().trim_end().to_owned()).collect();
        store.cosign(&note, &lines, |_| enough).unwrap();
    }

    async fn check(&self, keys: &LogKeys, by: &[&Cosigner]) -> Result<Published, CheckError> {
        let witnesses: Vec<Witness> = by.iter().map(|one| one.witness().clone()).collect();
        published(&LogSource::folder(self.folder.path())?, keys, &witnesses, None, &|_, _| ()).await
    }

    async fn fault(&self, keys: &LogKeys, by: &[&Cosigner]) -> (&'static str, String) {
        match self.check(keys, by).await {
            Err(CheckError::Wrong(fault)) => (fault.slug(), fault.to_string()),
            other => panic!("{other:?}"),
        }
    }
}

const NOWHERE: u64 = u64::MAX;

fn keys() -> LogKeys {
    LogKeys::from(verifier(1))
}

fn verifier(seed: u8) -> Verifier {
    log_key(seed).verifier().clone()
}

fn flip(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    bytes[40] ^= 1;
    fs::write(file, bytes).unwrap();
}

#[tokio::test]
async fn a_changed_tile_is_named_and_the_log_not_called_rewritten() {
    let (mut log, one) = (Log::of(300, NOWHERE), witness("one.example", 2));
    log.cosign(&[&one], true);
    log.grow(700, &log_key(1));
    assert_eq!(log.check(&keys(), &[&one]).await.unwrap().witnessed, [("one.example".to_owned(), 1_795_481_459)]);
    // The proof from 300 to 700 leaves needs this tile; what it says of the 300 is not known without it.
    for path in ["tile/0/001", "tile/0/000"] {
        let right = fs::read(log.file(path)).unwrap();
        flip(&log.file(path));
        let (slug, words) = log.fault(&keys(), &[&one]).await;
        assert!(slug == "tile-changed" && words.starts_with(path), "{slug}: {words}");
        fs::write(log.file(path), right).unwrap();
    }
}

#[tokio::test]
async fn a_log_that_was_rewritten_or_set_back_is_told_with_who_cosigned_what_it_was() {
    let (log, one) = (Log::of(300, NOWHERE), witness("one.example", 2));
    log.cosign(&[&one], true);
    for (size, fork, slug, words) in [
        (
            700,
            299,
            "witnessed-otherwise",
            "that of 700 entries does not continue the one of 300 entries which one.example",
        ),
        (
            300,
            10,
            "witnessed-otherwise",
            "that of 300 entries does not continue the one of 300 entries which one.example",
        ),
        (299, NOWHERE, "set-back", "it has 299 entries, and one.example cosigned one of 300"),
    ] {
        let other = Log::of(size, fork);
        fs::copy(log.file("checkpoint.witnessed"), other.file("checkpoint.witnessed")).unwrap();
        let told = other.fault(&keys(), &[&one]).await;
        assert!(told.0 == slug && told.1.contains(words), "{told:?}");
    }
}

#[tokio::test]
async fn whichever_byte_of_the_witnessed_checkpoint_is_changed_it_is_told_and_no_rewriting() {
    let (mut log, one) = (Log::of(300, NOWHERE), witness("one.example", 2));
    log.cosign(&[&one], true);
    log.grow(301, &log_key(1));
    let file = log.file("checkpoint.witnessed");
    let right = fs::read(&file).unwrap();
    for at in 0..right.len() {
        let mut wrong = right.clone();
        wrong[at] ^= 1 << (at % 8);
        fs::write(&file, wrong).unwrap();
        let (slug, words) = log.fault(&keys(), &[&one]).await;
        let named = ["witnessed-checkpoint", "cosignature", "not-cosigned", "not-cosigned-under-this-key"];
        assert!(named.contains(&slug) && words.starts_with("checkpoint"), "byte {at}: {slug}: {words}");
    }
    fs::write(&file, right).unwrap();
    log.check(&keys(), &[&one]).await.unwrap();
}

#[tokio::test]
async fn the_witness_that_has_not_cosigned_is_the_one_that_is_named() {
    let (mut log, one, two) = (Log::of(300, NOWHERE), witness("one.example", 2), witness("two.example", 3));
    log.cosign(&[&one], false);
    let told = log.fault(&keys(), &[&one, &two]).await;
    assert!(told.0 == "not-cosigned" && told.1.contains("two.example has not cosigned it"), "{told:?}");
    // The one cosigned the newest checkpoint and the other the one before it: both have cosigned.
    let mut log_of_both = Log::of(300, NOWHERE);
    log_of_both.cosign(&[&two], true);
    log_of_both.grow(301, &log_key(1));
    log_of_both.cosign(&[&one], false);
    assert_eq!(log_of_both.check(&keys(), &[&one, &two]).await.unwrap().witnessed.len(), 2);
    log.grow(301, &log_key(1));
    let told = log.fault(&keys(), &[&two]).await;
    assert!(told.0 == "not-cosigned" && told.1.contains("two.example"), "{told:?}");
}

#[tokio::test]
async fn what_a_former_key_signed_accuses_nobody_and_counts_where_that_key_is_known() {
    let (mut log, one) = (Log::of(300, NOWHERE), witness("one.example", 2));
    log.cosign(&[&one], true);
    log.grow(301, &log_key(7));
    let (alone, both) = (LogKeys::from(verifier(7)), LogKeys::new(verifier(7), vec![verifier(1)]));
    let told = log.fault(&alone, &[&one]).await;
    assert!(told.0 == "not-cosigned-under-this-key" && told.1.contains("`--former`"), "{told:?}");
    assert_eq!(log.check(&both, &[&one]).await.unwrap().witnessed.len(), 1);
    // The former key may not go on signing.
    log.grow(302, &log_key(1));
    let told = log.fault(&both, &[]).await;
    assert!(told.0 == "former-key" && told.1.contains("a former key of this log signed it"), "{told:?}");
    assert_eq!(log.fault(&alone, &[]).await.0, "checkpoint");
}

#[tokio::test]
async fn a_monitor_accuses_only_of_what_is_proven_and_follows_the_next_key() {
    let (mut log, seen) = (Log::of(300, NOWHERE), tempfile::tempdir().unwrap());
    let source = LogSource::folder(log.folder.path()).unwrap();
    let monitor = Monitor::open(seen.path(), keys()).unwrap();
    monitor.look(&source).await.unwrap();
    log.grow(700, &log_key(1));
    let right = fs::read(log.file("tile/0/001")).unwrap();
    flip(&log.file("tile/0/001"));
    let unknown = monitor.look(&source).await.unwrap_err();
    assert!(!unknown.is_wrong() && unknown.to_string().contains("was not found out"), "{unknown}");
    fs::write(log.file("tile/0/001"), right).unwrap();
    let checkpoint = fs::read(log.file("checkpoint")).unwrap();
    fs::remove_file(log.file("checkpoint")).unwrap();
    let unknown = monitor.look(&source).await.unwrap_err();
    assert!(!unknown.is_wrong() && unknown.to_string().contains("could not be fetched"), "{unknown}");
    assert!(!seen.path().join("evidence").exists(), "nothing was proven");
    fs::write(log.file("checkpoint"), checkpoint).unwrap();
    assert_eq!(monitor.look(&source).await.unwrap().before, Some(300));
    drop(monitor);

    log.grow(701, &log_key(7));
    let monitor = Monitor::open(seen.path(), LogKeys::from(verifier(7))).unwrap();
    assert!(matches!(monitor.look(&source).await, Err(MonitorError::Held { .. })));
    drop(monitor);
    let monitor = Monitor::open(seen.path(), LogKeys::new(verifier(7), vec![verifier(1)])).unwrap();
    assert_eq!(monitor.look(&source).await.unwrap().before, Some(700));
    let fork = Log::of(800, 650);
    let source = LogSource::folder(fork.folder.path()).unwrap();
    let same_key = Monitor::open(&seen.path().join("other"), keys()).unwrap();
    same_key.look(&LogSource::folder(Log::of(700, NOWHERE).folder.path()).unwrap()).await.unwrap();
    let forked = same_key.look(&source).await.unwrap_err();
    assert!(matches!(&forked, MonitorError::Fork { evidence, .. } if evidence.join("offered").exists()), "{forked}");
}
