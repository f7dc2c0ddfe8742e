//! What a witness answers to a log that grows, and to one that does not, status by status.

use ring::signature::Ed25519KeyPair;
use tempfile::TempDir;

use super::*;
use crate::clock::Instant;
use crate::transparency::{Entry, Frontier, Signer, build_consistency, grow};

struct Log {
    signer: Signer,
    files: BTreeMap<crate::transparency::Tile, Vec<u8>>,
    tree: Frontier,
}

fn signer(name: &str, seed: u8) -> Signer {
    Signer::new(name, Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()).unwrap()
}

impl Log {
    fn new() -> Self {
        Self { signer: signer("log.example", 1), files: BTreeMap::new(), tree: Frontier::new() }
    }

    fn grow(&mut self, entries: &[u8]) -> (u64, Hash) {
        let entries: Vec<_> = entries.iter().map(|byte| Entry([*byte; 32])).collect();
        let grown =
            grow::<std::convert::Infallible>(&self.tree, &entries, |tile| Ok(self.files.get(tile).cloned())).unwrap();
        self.files.extend(grown.files);
        self.tree = grown.frontier;
        (self.tree.size(), self.tree.root())
    }

    fn note(&self) -> String {
        let (size, root) = (self.tree.size(), self.tree.root());
        Checkpoint { origin: self.signer.verifier().name().to_owned(), size, root }.sign(&self.signer).unwrap()
    }

    fn request(&self, old: (u64, Hash)) -> String {
        let new = (self.tree.size(), self.tree.root());
        let read = |tile: &crate::transparency::Tile| Ok::<_, std::convert::Infallible>(self.files.get(tile).cloned());
        let proof = if old.0 == 0 { Vec::new() } else { build_consistency(read, old, new).unwrap().hashes };
        AddCheckpoint { old_size: old.0, proof, note: self.note() }.to_string()
    }
}

fn cosigner() -> Cosigner {
    Cosigner::new("witness.example", Ed25519KeyPair::from_seed_unchecked(&[9; 32]).unwrap()).unwrap()
}

fn witness(folder: &Path) -> Witnessing {
    let clock = Clock::manual(Instant::from_millis(1_795_481_459_483));
    Witnessing::begin(cosigner(), [signer("log.example", 1).verifier().clone()], folder, clock).unwrap()
}

fn begun() -> (TempDir, Witnessing, Log) {
    let folder = tempfile::tempdir().unwrap();
    let witness = witness(folder.path());
    (folder, witness, Log::new())
}

const NOTHING: (u64, Hash) = (0, Hash([0; 32]));

fn evidence(folder: &TempDir) -> Vec<PathBuf> {
    let all = folder.path().join(origin_hash("log.example")).join("evidence");
    fs::read_dir(all).map_or_else(|_| Vec::new(), |found| found.map(|entry| entry.unwrap().path()).collect())
}

#[test]
fn a_log_that_grows_is_cosigned_step_by_step_and_remembered_by_the_next_process() {
    let (folder, first, mut log) = begun();
    let mut old = NOTHING;
    for entries in [&[1, 2, 3][..], &[4], &[], &[5, 6, 7, 8, 9]] {
        let new = log.grow(entries);
        let line = first.add_checkpoint(&log.request(old)).unwrap();
        let own = cosigner().witness().line_for(&log.note(), &line).unwrap();
        assert_eq!(own, line.trim_end());
        let shown = first.checkpoint(&origin_hash("log.example")).unwrap().unwrap();
        assert_eq!(cosigner().witness().cosigned(&shown), Ok(Some(1_795_481_459)));
        assert_eq!(Checkpoint::open(&shown, log.signer.verifier()).unwrap().size, new.0);
        old = new;
    }
    let again = Witnessing::begin(cosigner(), [], folder.path(), Clock::System);
    assert!(matches!(again, Err(WitnessingError::InUse(_))));
    drop(first);
    let second = witness(folder.path());
    assert!(matches!(second.add_checkpoint(&log.request(NOTHING)), Err(Refusal::Conflict(9))));
    log.grow(&[10]);
    second.add_checkpoint(&log.request(old)).unwrap();
    assert!(evidence(&folder).is_empty());
}

#[test]
fn a_log_that_was_rewritten_is_refused_and_the_evidence_kept() {
    let (folder, witness, mut log) = begun();
    let three = log.grow(&[1, 2, 3]);
    witness.add_checkpoint(&log.request(NOTHING)).unwrap();
    let held = witness.checkpoint(&origin_hash("log.example")).unwrap().unwrap();

    let mut fork = Log::new();
    fork.grow(&[1, 2, 9]);
    let same_size = AddCheckpoint { old_size: 3, proof: Vec::new(), note: fork.note() }.to_string();
    assert!(matches!(witness.add_checkpoint(&same_size), Err(Refusal::Forked)));
    let other = (3, fork.tree.root());
    fork.grow(&[4]);
    assert!(matches!(witness.add_checkpoint(&fork.request(other)), Err(Refusal::Forked)));
    assert_eq!(evidence(&folder).len(), 2);
    // The same checkpoint under another false proof tells nothing new.
    let again = AddCheckpoint { old_size: 3, proof: vec![Hash([1; 32])], note: fork.note() }.to_string();
    assert!(matches!(witness.add_checkpoint(&again), Err(Refusal::Unproven)));
    assert_eq!(evidence(&folder).len(), 2);
    for place in evidence(&folder) {
        assert_eq!(fs::read_to_string(place.join("held")).unwrap(), held);
        let offered = AddCheckpoint::parse(&fs::read_to_string(place.join("offered")).unwrap()).unwrap();
        assert!(Checkpoint::open(&offered.note, log.signer.verifier()).is_ok(), "the log's own word against itself");
    }
    // Whatever was offered, the true log goes on.
    assert_eq!(witness.checkpoint(&origin_hash("log.example")).unwrap().unwrap(), held);
    log.grow(&[4, 5]);
    witness.add_checkpoint(&log.request(three)).unwrap();
}

#[test]
fn a_fork_is_kept_whoever_reports_it_and_from_whatever_size() {
    let (folder, witness, mut log) = begun();
    log.grow(&[1, 2, 3]);
    witness.add_checkpoint(&log.request(NOTHING)).unwrap();
    let mut fork = Log::new();
    fork.grow(&[1, 2, 9]);
    // Whoever merely reports it does not know what was cosigned last.
    assert!(matches!(witness.add_checkpoint(&fork.request(NOTHING)), Err(Refusal::Conflict(3))));
    assert_eq!(evidence(&folder).len(), 1);
}

#[test]
fn strangers_fill_no_folder_and_crowd_out_no_fork() {
    let (folder, witness, mut log) = begun();
    let three = log.grow(&[1, 2, 3]);
    witness.add_checkpoint(&log.request(NOTHING)).unwrap();
    // What is cosigned already tells nothing, whatever proof comes with it.
    let needless = AddCheckpoint { old_size: 3, proof: vec![Hash([1; 32])], note: log.note() };
    assert!(matches!(witness.add_checkpoint(&needless.to_string()), Err(Refusal::Unproven)));
    assert!(evidence(&folder).is_empty());
    // A true checkpoint under any number of false proofs and strangers' signatures is kept once, and without those.
    log.grow(&[4]);
    let stranger = signer("stranger.example", 7);
    for byte in 0..20 {
        let line = stranger.sign(&format!("{byte}\n")).unwrap().lines().last().unwrap().to_owned();
        let note = log.note() + &line + "\n";
        let offered = AddCheckpoint { old_size: 3, proof: vec![Hash([byte; 32])], note };
        assert!(matches!(witness.add_checkpoint(&offered.to_string()), Err(Refusal::Unproven)));
    }
    let [kept] = &evidence(&folder)[..] else { panic!("{:?}", evidence(&folder)) };
    assert!(!fs::read_to_string(kept.join("offered")).unwrap().contains("stranger.example"));
    // As many true checkpoints as there may ever be stay within bounds, and a fork is kept beside them.
    for byte in 0..120 {
        log.grow(&[byte]);
        let offered = AddCheckpoint { old_size: 3, proof: vec![Hash([1; 32])], note: log.note() };
        assert!(matches!(witness.add_checkpoint(&offered.to_string()), Err(Refusal::Unproven)));
    }
    assert_eq!(evidence(&folder).len(), 100);
    let mut fork = Log::new();
    fork.grow(&[1, 2, 9]);
    let forked = AddCheckpoint { old_size: 3, proof: Vec::new(), note: fork.note() }.to_string();
    assert!(matches!(witness.add_checkpoint(&forked), Err(Refusal::Forked)));
    assert_eq!(evidence(&folder).len(), 101);
    // What turns out to be what is cosigned is no evidence any more.
    let mut true_log = Log::new();
    true_log.grow(&[1, 2, 3, 4]);
    witness.add_checkpoint(&true_log.request(three)).unwrap();
    assert_eq!(evidence(&folder).len(), 100);
}

#[test]
fn what_was_unproven_is_a_fork_once_another_checkpoint_of_its_size_is_cosigned() {
    let (folder, witness, mut log) = begun();
    let two = log.grow(&[1, 2]);
    witness.add_checkpoint(&log.request(NOTHING)).unwrap();
    let mut fork = Log::new();
    let other = fork.grow(&[1, 9]);
    fork.grow(&[3]);
    // Of a tree that is one full subtree the proof does not tell the root.
    assert!(matches!(witness.add_checkpoint(&fork.request(other)), Err(Refusal::Unproven)));
    log.grow(&[3]);
    witness.add_checkpoint(&log.request(two)).unwrap();
    let [kept] = &evidence(&folder)[..] else { panic!("{:?}", evidence(&folder)) };
    let held = Checkpoint::open(&fs::read_to_string(kept.join("held")).unwrap(), log.signer.verifier()).unwrap();
    let offered = AddCheckpoint::parse(&fs::read_to_string(kept.join("offered")).unwrap()).unwrap();
    let offered = Checkpoint::open(&offered.note, log.signer.verifier()).unwrap();
    assert_eq!((held.size, offered.size), (3, 3));
    assert_ne!(held.root, offered.root);
}

#[test]
fn each_refusal_is_the_one_that_the_specification_names() {
    let (folder, witness, mut log) = begun();
    log.grow(&[1, 2, 3]);
    let body = log.request(NOTHING);
    for malformed in ["", "old 0\n", &body.replace("old 0", "old 00"), &body.replace("old 0", "old 4")] {
        assert!(matches!(witness.add_checkpoint(malformed), Err(Refusal::Malformed)), "{malformed}");
    }
    let unknown = Log { signer: signer("other.example", 1), ..Log::new() };
    assert!(matches!(witness.add_checkpoint(&unknown.request(NOTHING)), Err(Refusal::UnknownLog)));
    let stranger = Log { signer: signer("log.example", 2), ..Log::new() };
    assert!(matches!(witness.add_checkpoint(&stranger.request(NOTHING)), Err(Refusal::NotSigned(_))));
    let line = log.note().lines().last().unwrap().to_owned();
    let false_signature = format!("old 0\n\n{}", stranger.note()) + &line + "\n";
    assert!(matches!(witness.add_checkpoint(&false_signature), Err(Refusal::NotSigned(_))));
    let needless = AddCheckpoint { old_size: 0, proof: vec![Hash([1; 32])], note: log.note() }.to_string();
    assert!(matches!(witness.add_checkpoint(&needless), Err(Refusal::Unproven)));
    let empty = Checkpoint { origin: "log.example".to_owned(), size: 0, root: Hash([1; 32]) };
    let empty = format!("old 0\n\n{}", empty.sign(&log.signer).unwrap());
    assert!(matches!(witness.add_checkpoint(&empty), Err(Refusal::Unproven)));
    assert!(matches!(
        witness.add_checkpoint(&log.request((2, {
            let mut two = Log::new();
            two.grow(&[1, 2]).1
        }))),
        Err(Refusal::Conflict(0))
    ));
    assert_eq!(witness.checkpoint(&origin_hash("log.example")).unwrap(), None);
    assert_eq!(witness.checkpoint("../x").unwrap(), None);
    assert!(evidence(&folder).is_empty());
}

#[test]
fn what_was_remembered_and_then_changed_is_not_believed() {
    let (folder, witness, mut log) = begun();
    log.grow(&[1, 2, 3]);
    witness.add_checkpoint(&log.request(NOTHING)).unwrap();
    let path = folder.path().join(origin_hash("log.example")).join(CHECKPOINT);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\n3\n", "\n2\n")).unwrap();
    assert!(matches!(witness.add_checkpoint(&log.request(NOTHING)), Err(Refusal::Memory(_))));
    assert!(witness.checkpoint(&origin_hash("log.example")).is_err());
}

#[test]
fn of_many_at_once_each_is_held_against_what_the_one_before_it_left() {
    let (_folder, witness, mut log) = begun();
    let three = log.grow(&[1, 2, 3]);
    witness.add_checkpoint(&log.request(NOTHING)).unwrap();
    let requests: Vec<_> = (0..8)
        .map(|_| {
            log.grow(&[7]);
            log.request(three)
        })
        .collect();
    let cosigned = std::thread::scope(|scope| {
        let asked: Vec<_> = requests.iter().map(|body| scope.spawn(|| witness.add_checkpoint(body).is_ok())).collect();
        asked.into_iter().filter(|_| true).map(|one| usize::from(one.join().unwrap())).sum::<usize>()
    });
    assert_eq!(cosigned, 1, "all of them continue the same three entries, and one of them came first");
}
