//! Proofs are refused when a single bit of them is wrong, and the published vectors are judged as they must be.

use std::fs;
use std::path::{Path, PathBuf};

use earayis::transparency::{ConsistencyProof, Hash, InclusionProof};

use crate::naive::{NaiveTree, entry};

#[test]
fn every_bit_flip_and_every_other_length_of_a_proof_is_refused() {
    let mut naive = NaiveTree::new(14);
    let root = naive.root(0, 13);
    for index in 0..13 {
        let right = InclusionProof { index: index as u64, size: 13, hashes: naive.path(index, 0, 13) };
        let leaf = entry(index).leaf_hash();
        right.verify(leaf, root).unwrap();
        for hashes in spoilt(&right.hashes) {
            assert!(InclusionProof { hashes, ..right }.verify(leaf, root).is_err());
        }
        for place in (0..20).filter(|&place| place != right.index) {
            assert!(InclusionProof { index: place, ..right.clone() }.verify(leaf, root).is_err());
        }
    }
    for old in 1..13 {
        let right = ConsistencyProof { old_size: old as u64, new_size: 13, hashes: naive.subproof(old, 0, 13) };
        let old_root = naive.root(0, old);
        right.verify(old_root, root).unwrap();
        assert!(right.verify(root, old_root).is_err(), "swapped roots");
        // The older root is told by the hashes wherever they hold it, and false hashes tell no other.
        let told = (!old.is_power_of_two()).then_some(old_root);
        assert_eq!(right.older_root(root), told);
        assert_eq!(right.older_root(old_root), None);
        for hashes in spoilt(&right.hashes) {
            assert_eq!(ConsistencyProof { hashes: hashes.clone(), ..right }.older_root(root), None);
            assert!(ConsistencyProof { hashes, ..right }.verify(old_root, root).is_err());
        }
    }
}

/// The hashes with each bit turned, with one more at either end, with one fewer, and in reverse.
fn spoilt(hashes: &[Hash]) -> Vec<Vec<Hash>> {
    let mut all = Vec::new();
    for (at, bit) in (0..hashes.len()).flat_map(|at| (0..256).map(move |bit| (at, bit))) {
        let mut wrong = hashes.to_vec();
        wrong[at].0[bit / 8] ^= 1 << (bit % 8);
        all.push(wrong);
    }
    all.push([hashes, &[Hash::empty()]].concat());
    all.push([&[Hash::empty()], hashes].concat());
    if let Some((_, fewer)) = hashes.split_last() {
        all.push(fewer.to_vec());
        all.push(hashes[1..].to_vec());
    }
    if hashes.len() > 1 {
        all.push(hashes.iter().rev().copied().collect());
    }
    all
}

#[test]
fn the_published_merkle_vectors_pass_and_fail_as_they_must() {
    let Some(folder) = vectors().map(|vectors| vectors.join("merkle-vectors")) else {
        println!("SKIPPED: no merkle-vectors; set EARAYIS_VECTORS to the folder that holds them");
        return;
    };
    let mut counted = [0; 2];
    for sort in ["inclusion", "consistency", "subtreeinclusion", "subtreeconsistency"] {
        for file in files_below(&folder.join(sort)) {
            let vector: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
            let Some(accepted) = holds(sort, &vector) else { continue };
            let must_fail = vector["wantErr"].as_bool().unwrap();
            assert_eq!(accepted, !must_fail, "{}", file.display());
            counted[usize::from(must_fail)] += 1;
        }
    }
    println!("{} vectors accepted, {} refused", counted[0], counted[1]);
    assert!(counted[0] >= 12 && counted[1] >= 184, "{counted:?}: are these all the vectors?");
}

/// Whether a vector's proof is accepted; `None` for subtrees that are empty or begin inside the log: it makes no such proofs.
fn holds(sort: &str, vector: &serde_json::Value) -> Option<bool> {
    let number = |name: &str| vector[name].as_u64().unwrap();
    let hash = |value: &serde_json::Value| Hash::from_base64(value.as_str().unwrap());
    let hashes = vector["proof"].as_array().map_or(Some(Vec::new()), |all| all.iter().map(hash).collect());
    let (old_size, new_size) = match sort {
        "inclusion" => {
            let proof =
                hashes.map(|hashes| InclusionProof { index: number("leafIdx"), size: number("treeSize"), hashes });
            return Some(included(proof, hash(&vector["leafHash"]), hash(&vector["root"])));
        }
        "subtreeinclusion" if number("start") != 0 => return None,
        "subtreeinclusion" => {
            let proof = hashes.map(|hashes| InclusionProof { index: number("leafIdx"), size: number("end"), hashes });
            return Some(included(proof, hash(&vector["leafHash"]), hash(&vector["root"])));
        }
        "consistency" => (number("size1"), number("size2")),
        _ if number("start") != 0 || number("end") == 0 => return None,
        _ => (number("end"), number("size")),
    };
    let proof = hashes.map(|hashes| ConsistencyProof { old_size, new_size, hashes });
    // Some roots are words about which the vectors care only whether they are the same.
    let root =
        |name: &str| hash(&vector[name]).unwrap_or_else(|| Hash::leaf(vector[name].as_str().unwrap().as_bytes()));
    Some(proof.is_some_and(|proof| proof.verify(root("root1"), root("root2")).is_ok()))
}

fn included(proof: Option<InclusionProof>, leaf: Option<Hash>, root: Option<Hash>) -> bool {
    proof.zip(leaf.zip(root)).is_some_and(|(proof, (leaf, root))| proof.verify(leaf, root).is_ok())
}

fn vectors() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let named = std::env::var_os("EARAYIS_VECTORS").map(PathBuf::from);
    let beside = [here.join("../shared/vectors"), here.join("../../shared/vectors")];
    named.into_iter().chain(beside).find(|folder| folder.join("merkle-vectors").is_dir())
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|found| found.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}
