//! The tie of a proof to a tree that somebody trusts: whoever has the log's key can sign a fork of any size, so a proof
//! proves something only as far as its leaf stands, or its siblings stand, in the trusted tree too.

use super::checkpoint::Checkpoint;
use super::proven::ProvenTiles;
use super::tile::Tile;
use super::tiles::TilesError;
use super::tlog_proof::{Proven, TlogProof};

/// How a proof stands to a trusted tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tie {
    /// The trusted tree holds this very leaf at this very place.
    Held,
    /// The proof's tree has something else where the trusted one has its own: one log key signed two histories.
    Forked,
    /// The leaf came after the trusted tree, and nothing in the proof contradicts that tree, nor ties the leaf to it.
    Newer,
}

impl TlogProof {
    /// How this proof, which was verified as `proven`, stands to the tree of `trusted`, whose tiles `read` gives.
    ///
    /// Tiles are believed only as far as they hash to the trusted root. None is read where both trees have one size.
    pub fn tie<E>(
        &self,
        proven: &Proven,
        trusted: &Checkpoint,
        mut read: impl FnMut(&Tile) -> Result<Option<Vec<u8>>, E>,
    ) -> Result<Tie, TilesError<E>> {
        let held_or_forked = |same: bool| if same { Tie::Held } else { Tie::Forked };
        let (size, root) = (trusted.size, trusted.root);
        if proven.checkpoint.size == size {
            return Ok(held_or_forked(proven.checkpoint.root == root));
        }
        let tiles = ProvenTiles::with_room(TILES);
        if proven.index < size {
            let leaf = tiles.leaf(proven.index, size, root, read)?;
            return Ok(held_or_forked(leaf == self.leaf_hash()));
        }
        for (first, height, sibling) in self.left_siblings(proven) {
            let is_trusted = 1_u64.checked_shl(height).and_then(|leaves| leaves.checked_add(first));
            if is_trusted.is_some_and(|end| end <= size)
                && tiles.subtree(first, height, size, root, &mut read)? != sibling
            {
                return Ok(Tie::Forked);
            }
        }
        Ok(Tie::Newer)
    }
}

/// More than the way from a leaf to the root has, and from all the siblings beside it.
const TILES: usize = 256;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::convert::Infallible;

    use ring::signature::Ed25519KeyPair;
    use uuid::Uuid;

    use super::super::entry::{Act, Entry, Record};
    use super::super::growth::grow;
    use super::super::note::Signer;
    use super::super::proof::build_inclusion;
    use super::super::tree::Frontier;
    use super::*;
    use crate::clock::Instant;

    /// The log of one key: `world` tells one history from another, which differ in every leaf from `fork` on.
    struct Log {
        tiles: BTreeMap<Tile, Vec<u8>>,
        checkpoint: Checkpoint,
        records: Vec<Record>,
    }

    fn signer() -> Signer {
        Signer::new("log.example", Ed25519KeyPair::from_seed_unchecked(&[1; 32]).unwrap()).unwrap()
    }

    fn record(n: u64, world: u8) -> Record {
        Record {
            act: Act::Issued,
            id: Uuid::from_u128(u128::from(n)),
            kind: "diplom".to_owned(),
            kind_version: 1,
            issuer: "9900000141".to_owned(),
            digest: Some([world; 32]),
            at: Instant::from_millis(1_800_000_000_000),
        }
    }

    fn log(size: u64, fork: u64) -> Log {
        let records: Vec<_> = (0..size).map(|n| record(n, u8::from(n >= fork))).collect();
        let entries: Vec<_> = records.iter().map(|record| Entry::of(&[7; 32], record)).collect();
        let grown = grow::<Infallible>(&Frontier::new(), &entries, |_| Ok(None)).unwrap();
        let root = grown.frontier.root();
        let checkpoint = Checkpoint { origin: "log.example".to_owned(), size, root };
        Log { tiles: grown.files.into_iter().collect(), checkpoint, records }
    }

    fn read(log: &Log) -> impl FnMut(&Tile) -> Result<Option<Vec<u8>>, Infallible> + '_ {
        |tile| Ok(log.tiles.get(tile).cloned())
    }

    fn proof(log: &Log, index: u64) -> (TlogProof, Proven) {
        let Checkpoint { size, root, .. } = log.checkpoint;
        let inclusion = build_inclusion(read(log), index, size, root).unwrap();
        let note = log.checkpoint.sign(&signer()).unwrap();
        let record = log.records[usize::try_from(index).unwrap()].clone();
        let proof = TlogProof::new([7; 32], record, inclusion, note);
        let proven = proof.verify(signer().verifier()).unwrap();
        (proof, proven)
    }

    fn tie(from: &Log, index: u64, trusted: &Log) -> Tie {
        let (proof, proven) = proof(from, index);
        proof.tie(&proven, &trusted.checkpoint, read(trusted)).unwrap()
    }

    const NONE: u64 = u64::MAX;

    #[test]
    fn a_proof_of_the_same_history_is_held_whatever_its_size() {
        let trusted = log(700, NONE);
        for size in [1, 2, 255, 256, 257, 300, 512, 513, 699, 700, 701, 768, 1000] {
            let from = log(size, NONE);
            for index in [0, 1, 255, 256, 299, 511, 512, 699, 700, 703, 767, 999, size - 1] {
                if index < size {
                    let expected = if index < 700 { Tie::Held } else { Tie::Newer };
                    assert_eq!(tie(&from, index, &trusted), expected, "{index}/{size}");
                }
            }
        }
    }

    #[test]
    fn a_fork_by_the_logs_own_key_is_seen_at_every_size() {
        let trusted = log(700, NONE);
        for (size, fork) in [(1, 0), (300, 299), (300, 100), (699, 698), (700, 699), (701, 699), (1000, 3), (1000, 600)]
        {
            let from = log(size, fork);
            for index in [fork, size - 1] {
                if index < 700 {
                    assert_eq!(tie(&from, index, &trusted), Tie::Forked, "{index}/{size} from {fork}");
                } else {
                    assert_ne!(tie(&from, index, &trusted), Tie::Held, "{index}/{size} from {fork}");
                }
            }
        }
        // A later leaf beside the changed ones shows them; the leaf right after the trusted tree shows all of it.
        assert_eq!(tie(&log(1000, 3), 900, &trusted), Tie::Forked);
        assert_eq!(tie(&log(1000, 699), 700, &trusted), Tie::Forked);
        assert_eq!(tie(&log(701, 0), 700, &trusted), Tie::Forked);
    }

    #[test]
    fn a_leaf_that_both_histories_share_is_held_and_one_after_the_trusted_tree_is_not() {
        let trusted = log(700, NONE);
        assert_eq!(tie(&log(600, 500), 499, &trusted), Tie::Held, "it is in the trusted tree");
        assert_eq!(tie(&log(1000, 700), 700, &trusted), Tie::Newer, "a fork from there on cannot be told");
    }

    #[test]
    fn tiles_that_do_not_hash_to_the_trusted_root_tie_nothing() {
        let (trusted, from) = (log(700, NONE), log(300, NONE));
        let (proof, proven) = proof(&from, 299);
        for tile in trusted.tiles.keys() {
            let mut touched = false;
            let outcome = proof.tie::<Infallible>(&proven, &trusted.checkpoint, |wanted| {
                let mut bytes = trusted.tiles.get(wanted).cloned();
                if let (true, Some(bytes)) = (wanted == tile, &mut bytes) {
                    touched = true;
                    bytes[9] ^= 1;
                }
                Ok(bytes)
            });
            assert_eq!(outcome.is_err(), touched, "{tile}");
        }
        let missing = proof.tie::<Infallible>(&proven, &trusted.checkpoint, |_| Ok(None));
        assert!(matches!(missing, Err(TilesError::Missing { .. })));
    }
}
