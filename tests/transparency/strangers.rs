//! What a stranger holds: tlog-proofs, and a log in a folder that a checker sharing no code with the service accepts.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use data_encoding::BASE64;
use earayis::clock::Instant;
use earayis::log_store::LogStore;
use earayis::transparency::{
    Act, Checkpoint, CheckpointRefused, Entry, Frontier, Hash, InclusionProof, NoteRefused, ProofRefused, Record,
    Signer, Tile, TlogProof, TlogProofRefused, build_inclusion, grow,
};
use ring::signature::Ed25519KeyPair;
use uuid::Uuid;

/// A log of certificates in a folder, as the service makes one.
struct Log {
    signer: Signer,
    store: LogStore,
    frontier: Frontier,
}

impl Log {
    fn in_folder(folder: &Path) -> Self {
        let key = Ed25519KeyPair::from_seed_unchecked(&[42; 32]).unwrap();
        let signer = Signer::new("log.example/earayis", key).unwrap();
        Self { signer, store: LogStore::open(folder).unwrap(), frontier: Frontier::new() }
    }

    fn grow_to(&mut self, size: u32) {
        let first = u32::try_from(self.frontier.size()).unwrap();
        let entries: Vec<Entry> = (first..size).map(|n| Entry::of(&salt(n), &record(n))).collect();
        let growth = grow(&self.frontier, &entries, |tile| self.store.read(tile)).unwrap();
        self.frontier = growth.frontier;
        let note = self.checkpoint().sign(&self.signer).unwrap();
        self.store.publish(&growth.files, &note).unwrap();
    }

    fn checkpoint(&self) -> Checkpoint {
        let (size, root) = (self.frontier.size(), self.frontier.root());
        Checkpoint { origin: self.signer.verifier().name().to_owned(), size, root }
    }

    fn proof(&self, n: u32) -> TlogProof {
        let note = self.store.checkpoint().unwrap().unwrap();
        let checkpoint = Checkpoint::open(&note, self.signer.verifier()).unwrap();
        let read = |tile: &Tile| self.store.read(tile);
        let inclusion = build_inclusion(read, n.into(), checkpoint.size, checkpoint.root).unwrap();
        TlogProof::new(salt(n), record(n), inclusion, note)
    }
}

fn salt(n: u32) -> [u8; 32] {
    Hash::leaf(&n.to_be_bytes()).0
}

fn record(n: u32) -> Record {
    let act = Act::ALL[usize::try_from(n % 6).unwrap()];
    Record {
        act,
        id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + u128::from(n)),
        kind: "employment".to_owned(),
        kind_version: n,
        issuer: "9900000141".to_owned(),
        digest: matches!(act, Act::Issued | Act::Restamped).then(|| salt(n + 1)),
        at: Instant::from_millis(1_795_481_459_483 + i64::from(n)),
    }
}

#[test]
fn a_tlog_proof_reads_back_and_proves_its_record_under_the_right_key_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = Log::in_folder(folder.path());
    for size in [1, 2, 13, 300] {
        log.grow_to(size);
        for n in [0, size / 2, size - 1] {
            let text = log.proof(n).to_string();
            let proof: TlogProof = text.parse().unwrap();
            assert_eq!(proof.to_string(), text);
            let proven = proof.verify(log.signer.verifier()).unwrap();
            assert_eq!((proven.record, proven.index), (record(n), u64::from(n)));
            assert_eq!(proven.checkpoint, log.checkpoint());
        }
    }
    let proof = log.proof(7);
    let signer = |name, seed| Signer::new(name, Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()).unwrap();
    let not_signed = TlogProofRefused::Checkpoint(CheckpointRefused::Note(NoteRefused::NotSigned));
    assert_eq!(proof.verify(signer("log.example/earayis", 41).verifier()), Err(not_signed));
    assert_eq!(proof.verify(signer("log.example/other", 42).verifier()), Err(not_signed));

    let inclusion = InclusionProof { index: 7, size: 300, hashes: Vec::new() };
    let other_root = Checkpoint { root: Hash([1; 32]), ..log.checkpoint() }.sign(&log.signer).unwrap();
    let swapped = proof.to_string().split_once("\n\n").map(|(head, _)| format!("{head}\n\n{other_root}")).unwrap();
    let root_refused = Err(TlogProofRefused::Inclusion(ProofRefused::Root));
    assert_eq!(swapped.parse::<TlogProof>().unwrap().verify(log.signer.verifier()), root_refused);
    let foreign = Checkpoint { origin: "log.example/other".to_owned(), ..log.checkpoint() };
    let foreign = TlogProof::new(salt(7), record(7), inclusion, log.signer.sign(&foreign.text()).unwrap());
    let origin_refused = Err(TlogProofRefused::Checkpoint(CheckpointRefused::Origin));
    assert_eq!(foreign.verify(log.signer.verifier()), origin_refused);
}

#[test]
fn every_bit_flip_in_a_tlog_proof_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = Log::in_folder(folder.path());
    log.grow_to(5);
    let text = log.proof(3).to_string();
    for (at, bit) in (0..text.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 1 << bit;
        let Ok(flipped) = String::from_utf8(bytes) else { continue };
        let verified = flipped.parse::<TlogProof>().and_then(|proof| proof.verify(log.signer.verifier()));
        assert!(verified.is_err(), "bit {bit} of byte {at}: {flipped}");
    }
    for length in 0..text.len() {
        assert!(text.get(..length).is_none_or(|cut| cut.parse::<TlogProof>().is_err()), "{length}");
    }
}

#[test]
fn the_extra_line_holds_salt_and_record() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = Log::in_folder(folder.path());
    log.grow_to(3);
    let text = log.proof(2).to_string();
    let lines: Vec<&str> = text.lines().collect();
    let extra = BASE64.encode(&[salt(2).as_slice(), &record(2).to_cbor()].concat());
    assert_eq!(lines[..3], ["c2sp.org/tlog-proof@v1", &format!("extra {extra}"), "index 2"]);
    assert_eq!(lines[4..6], ["", "log.example/earayis"]);
    for wrong in ["index 02", "index +2", "index -2", "index 2 ", "index", "Index 2"] {
        let wrong = text.replace("index 2", wrong);
        assert_eq!(wrong.parse::<TlogProof>(), Err(TlogProofRefused::Form));
    }
    let without_extra = text.replace(&format!("extra {extra}\n"), "");
    assert_eq!(without_extra.parse::<TlogProof>(), Err(TlogProofRefused::Form));
}

fn check_log(log: &Log, proofs: &[&Path]) -> Option<Output> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check_log.py");
    let mut command = Command::new("python3");
    command.arg(script).arg(log.store.folder()).arg(log.signer.verifier().to_string());
    for proof in proofs {
        command.arg("--proof").arg(proof);
    }
    command.output().ok()
}

#[test]
fn an_independent_checker_accepts_the_log_and_names_what_was_tampered_with() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = Log::in_folder(&folder.path().join("log"));
    let early = folder.path().join("early.tlog-proof");
    for size in [1, 200, 700] {
        log.grow_to(size);
        if size == 200 {
            fs::write(&early, log.proof(150).to_string()).unwrap();
        }
    }
    let late = folder.path().join("late.tlog-proof");
    fs::write(&late, log.proof(642).to_string()).unwrap();
    let Some(output) = check_log(&log, &[&early, &late]) else {
        println!("SKIPPED: no python3 to run the independent checker with");
        return;
    };
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    for line in
        ["700 entries", "tile/entries/002.p/188", "tile/1/000.p/2", "root: ", "entry 150: issued", "entry 642: issued"]
    {
        assert!(told.contains(line), "{line} is not in {told}");
    }

    let flip = |path: &Path, at: usize| {
        let mut bytes = fs::read(path).unwrap();
        bytes[at] ^= 1;
        fs::write(path, bytes).unwrap();
    };
    let other_entry = log.proof(641).to_string();
    let moved = fs::read_to_string(&late).unwrap().replace("index 642", "index 641");
    for (path, at, named) in [
        ("log/tile/entries/001", 40, "tile/0/001: "),
        ("log/tile/0/000", 8191, "tile/0/000: "),
        ("log/tile/0/002.p/188", 0, "tile/0/002.p/188: "),
        ("log/tile/1/000.p/2", 33, "tile/1/000.p/2: "),
        ("log/tile/entries/000", 0, "tile/entries/000: "),
        ("log/checkpoint", 20, "checkpoint: "),
        ("late.tlog-proof", 40, "late.tlog-proof: "),
    ] {
        let path = folder.path().join(path);
        flip(&path, at);
        refused(&check_log(&log, &[&late]).unwrap(), named);
        flip(&path, at);
    }
    fs::write(&late, moved).unwrap();
    refused(&check_log(&log, &[&late]).unwrap(), "late.tlog-proof: ");
    fs::write(&late, other_entry).unwrap();
    assert!(check_log(&log, &[&late]).unwrap().status.success());
}

fn refused(output: &Output, named: &str) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.starts_with("WRONG: ") && told.contains(named), "{named} is not in {told}");
}
