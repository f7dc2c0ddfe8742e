//! One byte changed anywhere in what is published: found, and the file named.
//!
//! Every byte of the partial tiles, of the top tile and of the checkpoint with its cosignature, and of the full tiles
//! one in sixteen; `EARAYIS_EVERY_BYTE=1` flips them all.

use std::fs;
use std::path::Path;

use earayis::log_store::LogStore;
use earayis::oversight::{CheckError, LogKeys, LogSource, published};
use earayis::transparency::{Checkpoint, Cosigner, Entry, Frontier, Signer, Verifier, Witness, grow};
use ring::signature::Ed25519KeyPair;

const ENTRIES: u64 = 300;

fn pair(seed: u8) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()
}

/// A small log in `folder`, cosigned.
fn publish(folder: &Path) -> (Verifier, Witness) {
    let (log, witness) =
        (Signer::new("log.example", pair(1)).unwrap(), Cosigner::new("witness.example", pair(2)).unwrap());
    let store = LogStore::open(folder).unwrap();
    let entries: Vec<_> = (0..ENTRIES).map(|n| Entry([n.to_le_bytes()[0] ^ n.to_le_bytes()[1]; 32])).collect();
    let grown = grow(&Frontier::new(), &entries, |tile| store.read(tile)).unwrap();
    let checkpoint = Checkpoint { origin: "log.example".to_owned(), size: ENTRIES, root: grown.frontier.root() };
    let note = checkpoint.sign(&log).unwrap();
    store.publish(&grown.files, &note).unwrap();
    let line = witness.cosign(&note, 1_795_481_459).unwrap();
    store.cosign(&note, &[line.trim_end().to_owned()], |_| true).unwrap();
    // Without the older one, the published checkpoint must bear every signature itself.
    fs::remove_file(folder.join("checkpoint.witnessed")).unwrap();
    (log.verifier().clone(), witness.witness().clone())
}

async fn check(folder: &Path, log: &Verifier, witness: &Witness) -> Result<(), CheckError> {
    let source = LogSource::folder(folder)?;
    let keys = LogKeys::from(log.clone());
    published(&source, &keys, std::slice::from_ref(witness), None, &|_, _| ()).await.map(drop)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_changed_byte_is_found_and_its_file_named() {
    let folder = tempfile::tempdir().unwrap();
    let (log, witness) = publish(folder.path());
    check(folder.path(), &log, &witness).await.unwrap();
    let of_full_tiles = if std::env::var("EARAYIS_EVERY_BYTE").is_ok() { 1 } else { 16 };
    let mut flipped = 0;
    for (path, step) in [
        ("checkpoint", 1),
        ("tile/1/000.p/1", 1),
        ("tile/0/001.p/44", 1),
        ("tile/entries/001.p/44", 1),
        ("tile/0/000", of_full_tiles),
        ("tile/entries/000", of_full_tiles),
    ] {
        let file = folder.path().join(path);
        let right = fs::read(&file).unwrap();
        for at in (0..right.len()).step_by(step) {
            let mut wrong = right.clone();
            wrong[at] ^= 1 << (at % 8);
            fs::write(&file, wrong).unwrap();
            let told = check(folder.path(), &log, &witness).await;
            let Err(CheckError::Wrong(fault)) = told else { panic!("byte {at} of {path}: {told:?}") };
            assert!(fault.to_string().starts_with(path), "byte {at} of {path}: {fault}");
            flipped += 1;
        }
        fs::write(&file, &right[..right.len() - 1]).unwrap();
        let told = check(folder.path(), &log, &witness).await;
        assert!(
            matches!(&told, Err(CheckError::Wrong(fault)) if fault.to_string().starts_with(path)),
            "{path}: {told:?}"
        );
        fs::remove_file(&file).unwrap();
        let told = check(folder.path(), &log, &witness).await;
        assert!(
            matches!(&told, Err(CheckError::Wrong(fault)) if fault.to_string().starts_with(path)),
            "{path}: {told:?}"
        );
        fs::write(&file, right).unwrap();
    }
    check(folder.path(), &log, &witness).await.unwrap();
    println!("{flipped} bytes flipped, each found");
}
