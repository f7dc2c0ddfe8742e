//! Frontier, tiles and proofs agree with the naive tree at every size, and no damaged tile is ever built upon.

use std::collections::BTreeMap;

use earayis::transparency::{
    ConsistencyProof, Entry, Frontier, Hash, InclusionProof, ProofRefused, Tile, TilesError, build_consistency,
    build_inclusion, frontier_at, grow, tiles_between,
};

use crate::naive::{NaiveTree, entry};

/// Published tiles in memory.
#[derive(Default)]
struct Published {
    tiles: BTreeMap<Tile, Vec<u8>>,
    unreadable: Option<Tile>,
}

/// What a reader says that cannot read.
#[derive(Debug, PartialEq)]
struct Unreadable;

impl Published {
    fn read(&self, tile: &Tile) -> Result<Option<Vec<u8>>, Unreadable> {
        if self.unreadable == Some(*tile) { Err(Unreadable) } else { Ok(self.tiles.get(tile).cloned()) }
    }

    fn grow(&mut self, old: &Frontier, entries: &[Entry]) -> Frontier {
        let growth = grow(old, entries, |tile| self.read(tile)).unwrap();
        let tiles: Vec<Tile> = growth.files.iter().map(|(tile, _)| *tile).collect();
        assert_eq!(tiles, tiles_between(old.size(), growth.frontier.size()));
        self.tiles.extend(growth.files);
        growth.frontier
    }
}

fn check_size(naive: &mut NaiveTree, published: &Published, size: usize, indices: impl IntoIterator<Item = usize>) {
    let (root, leaves) = (naive.root(0, size), size as u64);
    for index in indices {
        let proof = build_inclusion(|tile| published.read(tile), index as u64, leaves, root).unwrap();
        let hashes = naive.path(index, 0, size);
        assert_eq!(proof, InclusionProof { index: index as u64, size: leaves, hashes });
        proof.verify(entry(index).leaf_hash(), root).unwrap();
        assert_eq!(proof.verify(entry(index + 1).leaf_hash(), root), Err(ProofRefused::Root));
    }
}

fn check_sizes(naive: &mut NaiveTree, published: &Published, old: usize, new: usize) {
    let (old_root, new_root) = (naive.root(0, old), naive.root(0, new));
    let proof = build_consistency(|tile| published.read(tile), (old as u64, old_root), (new as u64, new_root)).unwrap();
    let hashes = naive.subproof(old, 0, new);
    assert_eq!(proof, ConsistencyProof { old_size: old as u64, new_size: new as u64, hashes });
    proof.verify(old_root, new_root).unwrap();
    let wrong = Hash([1; 32]);
    assert!(proof.verify(wrong, new_root).is_err() && proof.verify(old_root, wrong).is_err());
}

#[test]
fn frontier_tiles_and_proofs_agree_with_a_naive_tree_at_every_small_size() {
    let mut naive = NaiveTree::new(601);
    let (mut published, mut frontier) = (Published::default(), Frontier::new());
    for size in 1..=600 {
        frontier = published.grow(&frontier, &[entry(size - 1)]);
        assert_eq!((frontier.size(), frontier.root()), (size as u64, naive.root(0, size)));
        let step = if size <= 70 { 1 } else { 61 };
        check_size(&mut naive, &published, size, (0..size).step_by(step).chain([size - 1]));
        (1..=size).step_by(step).for_each(|old| check_sizes(&mut naive, &published, old, size));
        let read = frontier_at(size as u64, frontier.root(), |tile| published.read(tile)).unwrap();
        assert_eq!(read, frontier);
    }
    for (tile, bytes) in &published.tiles {
        assert_eq!(bytes, &naive.tile(tile), "{tile}");
    }
}

#[test]
fn frontier_tiles_and_proofs_agree_with_a_naive_tree_around_65536() {
    let mut naive = NaiveTree::new(66_001);
    let (mut published, mut frontier) = (Published::default(), Frontier::new());
    let mut before = 0;
    for size in [511, 65_279, 65_535, 65_536, 65_537, 65_792, 65_793, 66_000] {
        frontier = published.grow(&frontier, &naive.entries[before..size]);
        assert_eq!(frontier.root(), naive.root(0, size));
        check_size(&mut naive, &published, size, [0, 255, 256, 510, size / 2, size - 257, size - 1]);
        for old in [1, 255, 256, 257, before.max(1), size - 1, size] {
            check_sizes(&mut naive, &published, old, size);
        }
        before = size;
    }
    let at_once = grow(&Frontier::new(), &naive.entries[..66_000], |tile| Published::default().read(tile)).unwrap();
    assert_eq!(at_once.frontier, frontier);
    for (tile, bytes) in &at_once.files {
        assert_eq!(published.tiles.get(tile), Some(bytes), "{tile}");
        assert_eq!(&naive.tile(tile), bytes, "{tile}");
    }
}

#[test]
fn however_a_log_grows_whoever_writes_it_writes_the_same_tiles() {
    let entries: Vec<Entry> = (0..1500).map(entry).collect();
    let mut by_steps: BTreeMap<u64, Published> = BTreeMap::new();
    for step in [1, 7, 255, 256, 257, 1500] {
        let (published, mut frontier) = (by_steps.entry(step as u64).or_default(), Frontier::new());
        for chunk in entries.chunks(step) {
            frontier = published.grow(&frontier, chunk);
        }
    }
    for tile in tiles_between(0, 1500) {
        let written: Vec<_> = by_steps.values().map(|published| &published.tiles[&tile]).collect();
        assert!(written.windows(2).all(|pair| pair[0] == pair[1]), "{tile}");
    }
}

#[test]
fn a_damaged_or_missing_tile_is_never_continued() {
    let mut published = Published::default();
    let old = published.grow(&Frontier::new(), &(0..700).map(entry).collect::<Vec<_>>());
    let more: Vec<Entry> = (700..800).map(entry).collect();
    for path in ["tile/entries/002.p/188", "tile/0/002.p/188", "tile/1/000.p/2"] {
        let tile = Tile::parse(path).unwrap();
        let right = published.tiles.remove(&tile).unwrap();
        assert_eq!(grow(&old, &more, |tile| published.read(tile)), Err(TilesError::Missing { tile }));
        for at in [0, 33, right.len() - 1] {
            let mut wrong = right.clone();
            wrong[at] ^= 4;
            published.tiles.insert(tile, wrong);
            let error = grow(&old, &more, |tile| published.read(tile)).unwrap_err();
            assert!(
                matches!(error, TilesError::Disagree { size: 700 } | TilesError::Damaged { .. }),
                "{path} {error:?}"
            );
        }
        published.tiles.insert(tile, right);
    }
    published.grow(&old, &more);
}

#[test]
fn nothing_is_proven_from_a_damaged_missing_or_unreadable_tile() {
    let mut published = Published::default();
    let log = published.grow(&Frontier::new(), &(0..700).map(entry).collect::<Vec<_>>());
    let tile = Tile::parse("tile/0/001").unwrap();
    let prove = |published: &Published, index| build_inclusion(|tile| published.read(tile), index, 700, log.root());

    let right = published.tiles.insert(tile, vec![9; 8192]).unwrap();
    assert_eq!(prove(&published, 300), Err(TilesError::Disagree { size: 700 }));
    assert!(prove(&published, 5).is_ok(), "what a proof does not read cannot harm it");
    published.tiles.insert(tile, right[1..].to_vec());
    assert_eq!(prove(&published, 300), Err(TilesError::Damaged { tile }));
    published.tiles.remove(&tile);
    assert_eq!(prove(&published, 300), Err(TilesError::Missing { tile }));
    published.unreadable = Some(tile);
    assert_eq!(prove(&published, 300), Err(TilesError::Read { tile, source: Unreadable }));
    assert_eq!(prove(&published, 700), Err(TilesError::NoSuchPlace));

    for (old, new) in [(0, 5), (6, 5)] {
        let refused = build_consistency(|tile| published.read(tile), (old, log.root()), (new, log.root()));
        assert_eq!(refused, Err(TilesError::NoSuchPlace));
    }
    let other_old_root = build_consistency(|tile| published.read(tile), (512, Hash::empty()), (700, log.root()));
    assert_eq!(other_old_root, Err(TilesError::Disagree { size: 700 }));
    assert_eq!(frontier_at(700, Hash::empty(), |tile| published.read(tile)), Err(TilesError::Disagree { size: 700 }));
    assert!(frontier_at(699, log.root(), |tile| published.read(tile)).is_err());
}
