//! What of a log was proven to stand under a signed root: it can never change again, so it may be kept in memory.
//!
//! A full tile is proven by the one place above it that holds its root, a partial tile as part of the right edge that
//! folds to the checkpoint's root. Once proven, whether an entry is in the log is one comparison.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::growth::frontier_at;
use super::tile::{FULL_WIDTH, Level, Tile};
use super::tiles::{TilesError, full_root};
use super::tree::Hash;

/// The tiles of a log that were proven, as many as there is room for.
#[derive(Debug)]
pub struct ProvenTiles(Mutex<Generations>);

/// What was used lately and what was used before that: when the first is full it becomes the second, which is forgotten.
#[derive(Debug, Default)]
struct Generations {
    room: usize,
    recent: HashMap<Tile, Hashes>,
    before: HashMap<Tile, Hashes>,
}

type Hashes = Arc<[Hash]>;

impl ProvenTiles {
    /// Keeps at most `tiles` of them; one takes up to 8 KiB.
    pub fn with_room(tiles: usize) -> Self {
        Self(Mutex::new(Generations { room: (tiles / 2).max(1), ..Generations::default() }))
    }

    /// The hash of the leaf at `place`, if it is known without reading anything.
    pub fn known(&self, place: u64, size: u64) -> Option<Hash> {
        let tile = Tile::in_tree(Level::Hashes(0), place / WIDTH, size)?;
        self.kept(&tile)?.get(within(place)).copied()
    }

    /// The hash of the leaf at `place` of the tree of `size` leaves under `root`, from tiles that prove it.
    pub fn leaf<E>(
        &self,
        place: u64,
        size: u64,
        root: Hash,
        mut read: impl FnMut(&Tile) -> Result<Option<Vec<u8>>, E>,
    ) -> Result<Hash, TilesError<E>> {
        let tile = Tile::in_tree(Level::Hashes(0), place / WIDTH, size).ok_or(TilesError::NoSuchPlace)?;
        let hashes = self.proven(tile, size, root, &mut read)?;
        hashes.get(within(place)).copied().ok_or(TilesError::NoSuchPlace)
    }

    /// The root of the full subtree of 2^`height` leaves from leaf `first` on, from tiles that prove it.
    pub(super) fn subtree<E>(
        &self,
        first: u64,
        height: u32,
        size: u64,
        root: Hash,
        read: &mut impl FnMut(&Tile) -> Result<Option<Vec<u8>>, E>,
    ) -> Result<Hash, TilesError<E>> {
        let (level, within_tile) = (height / 8, height % 8);
        let place = first >> (8 * level);
        let level = Level::Hashes(u8::try_from(level).map_err(|_| TilesError::NoSuchPlace)?);
        let tile = Tile::in_tree(level, place / WIDTH, size).ok_or(TilesError::NoSuchPlace)?;
        let begins = within(place);
        let hashes = self.proven(tile, size, root, read)?;
        hashes.get(begins..begins + (1 << within_tile)).map(full_root).ok_or(TilesError::NoSuchPlace)
    }

    /// Proves a tile of the tree of `size` leaves under `root`, as `read` gives it.
    pub fn prove<E>(
        &self,
        tile: Tile,
        size: u64,
        root: Hash,
        mut read: impl FnMut(&Tile) -> Result<Option<Vec<u8>>, E>,
    ) -> Result<(), TilesError<E>> {
        self.proven(tile, size, root, &mut read).map(drop)
    }

    fn proven<E>(
        &self,
        tile: Tile,
        size: u64,
        root: Hash,
        read: &mut impl FnMut(&Tile) -> Result<Option<Vec<u8>>, E>,
    ) -> Result<Hashes, TilesError<E>> {
        if let Some(kept) = self.kept(&tile) {
            return Ok(kept);
        }
        let hashes = hashes(&tile, read)?;
        match (tile.level(), tile.is_full()) {
            (Level::Hashes(level), true) => {
                let above = Tile::in_tree(Level::Hashes(level + 1), tile.index() / WIDTH, size)
                    .ok_or(TilesError::NoSuchPlace)?;
                let expected = self.proven(above, size, root, read)?.get(within(tile.index())).copied();
                if expected != Some(full_root(&hashes)) {
                    return Err(TilesError::Disagree { size });
                }
            }
            _ => self.prove_edge(tile, &hashes, size, root, read)?,
        }
        self.keep(tile, &hashes);
        Ok(hashes)
    }

    /// Proves that a partial tile, read as `read_before`, is part of the right edge that folds to the root.
    fn prove_edge<E>(
        &self,
        tile: Tile,
        read_before: &[Hash],
        size: u64,
        root: Hash,
        read: &mut impl FnMut(&Tile) -> Result<Option<Vec<u8>>, E>,
    ) -> Result<(), TilesError<E>> {
        let mut edge = Vec::new();
        frontier_at(size, root, |tile| {
            let bytes = read(tile)?;
            edge.extend(bytes.as_deref().and_then(|bytes| tile.hashes(bytes)).map(|hashes| (*tile, hashes)));
            Ok(bytes)
        })?;
        for (proven, hashes) in &edge {
            self.keep(*proven, hashes);
        }
        let agrees = edge.iter().any(|(proven, hashes)| *proven == tile && hashes == read_before);
        if agrees { Ok(()) } else { Err(TilesError::Disagree { size }) }
    }

    fn kept(&self, tile: &Tile) -> Option<Hashes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(tile)
    }

    fn keep(&self, tile: Tile, hashes: &[Hash]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(tile, hashes.into());
    }
}

const WIDTH: u64 = FULL_WIDTH as u64;

fn within(place: u64) -> usize {
    usize::from(place.to_le_bytes()[0])
}

fn hashes<E>(tile: &Tile, read: &mut impl FnMut(&Tile) -> Result<Option<Vec<u8>>, E>) -> Result<Hashes, TilesError<E>> {
    let bytes = read(tile).map_err(|source| TilesError::Read { tile: *tile, source })?;
    let bytes = bytes.ok_or(TilesError::Missing { tile: *tile })?;
    Ok(tile.hashes(&bytes).ok_or(TilesError::Damaged { tile: *tile })?.into())
}

impl Generations {
    fn get(&mut self, tile: &Tile) -> Option<Hashes> {
        if let Some(hashes) = self.recent.get(tile) {
            return Some(Arc::clone(hashes));
        }
        let hashes = self.before.remove(tile)?;
        self.insert(*tile, Arc::clone(&hashes));
        Some(hashes)
    }

    fn insert(&mut self, tile: Tile, hashes: Hashes) {
        if self.recent.len() >= self.room {
            self.before = std::mem::take(&mut self.recent);
        }
        self.recent.insert(tile, hashes);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::convert::Infallible;

    use super::super::entry::Entry;
    use super::super::growth::grow;
    use super::super::tree::Frontier;
    use super::*;

    type Files = BTreeMap<Tile, Vec<u8>>;

    fn entry(n: u64) -> Entry {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&n.to_be_bytes());
        Entry(bytes)
    }

    fn log(size: u64) -> (Files, Hash) {
        let grown = grow::<Infallible>(&Frontier::new(), &(0..size).map(entry).collect::<Vec<_>>(), |_| Ok(None));
        let grown = grown.unwrap();
        (grown.files.into_iter().collect(), grown.frontier.root())
    }

    fn read(files: &Files) -> impl FnMut(&Tile) -> Result<Option<Vec<u8>>, Infallible> + '_ {
        |tile| Ok(files.get(tile).cloned())
    }

    const SIZES: [u64; 9] = [1, 2, 255, 256, 257, 300, 65_536, 65_537, 70_001];

    #[test]
    fn every_place_gives_its_leaf_with_and_without_room_to_keep_tiles() {
        for size in SIZES {
            let (files, root) = log(size);
            for room in [1, 4096] {
                let proven = ProvenTiles::with_room(room);
                for place in (0..size).step_by(89).chain([size - 1]) {
                    assert_eq!(
                        proven.leaf(place, size, root, read(&files)),
                        Ok(entry(place).leaf_hash()),
                        "{place}/{size}"
                    );
                }
                assert_eq!(proven.leaf(size, size, root, read(&files)), Err(TilesError::NoSuchPlace));
            }
        }
    }

    #[test]
    fn what_was_proven_needs_no_reading_and_a_larger_tree_does_not_change_it() {
        let (files, root) = log(300);
        let proven = ProvenTiles::with_room(64);
        assert_eq!(proven.known(5, 300), None);
        proven.leaf(5, 300, root, read(&files)).unwrap();
        assert_eq!(proven.known(5, 300), Some(entry(5).leaf_hash()));
        assert_eq!(proven.known(5, 70_001), Some(entry(5).leaf_hash()));
        // The edge of another size is another tile and is proven anew.
        proven.leaf(299, 300, root, read(&files)).unwrap();
        assert_eq!(proven.known(299, 301), None);
    }

    #[test]
    fn any_changed_byte_on_the_way_to_the_root_is_refused_and_never_kept() {
        for size in [300, 65_537, 70_001] {
            let (files, root) = log(size);
            let mut touched = Vec::new();
            ProvenTiles::with_room(64)
                .leaf::<Infallible>(7, size, root, |tile| {
                    touched.push(*tile);
                    Ok(files.get(tile).cloned())
                })
                .unwrap();
            for tile in touched {
                let mut damaged = files.clone();
                for at in [0, 31, tile.byte_length() - 1] {
                    damaged.get_mut(&tile).unwrap()[at] ^= 1;
                    let proven = ProvenTiles::with_room(64);
                    let told = proven.leaf(7, size, root, read(&damaged));
                    assert_eq!(told, Err(TilesError::Disagree { size }), "{tile}, byte {at}");
                    assert_eq!(proven.known(7, size), None);
                    damaged.get_mut(&tile).unwrap()[at] ^= 1;
                }
                damaged.remove(&tile);
                let told = ProvenTiles::with_room(64).leaf(7, size, root, read(&damaged));
                assert_eq!(told, Err(TilesError::Missing { tile }));
            }
        }
    }

    #[test]
    fn room_is_bounded_however_many_tiles_are_proven() {
        let (files, root) = log(70_001);
        let proven = ProvenTiles::with_room(8);
        for place in (0..70_001).step_by(256) {
            proven.leaf(place, 70_001, root, read(&files)).unwrap();
            let kept = proven.0.lock().unwrap();
            assert!(kept.recent.len() + kept.before.len() <= 8);
        }
    }
}
