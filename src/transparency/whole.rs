//! The whole of a log, proven tile by tile from its root down to its entries, so that the one file that is wrong is named.
//!
//! Whoever reads hands over the right edge first, then every tile in the order of [`WholeLog::tiles`]. A full tile is
//! held against the place above it that holds its root, a bundle against the tile of its leaves; never more than one
//! tile of each level is kept, however large the log.

use super::entry::Entry;
use super::growth::frontier_at;
use super::tile::{FULL_WIDTH, Level, Tile};
use super::tiles::full_root;
use super::tree::{Frontier, Hash};

/// A published file that is not what the checkpoint signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TileFault {
    /// It has not the length or the shape of its width.
    #[error("{0} is damaged: it has not the length and the form of a tile of its width")]
    Damaged(Tile),
    /// Its hashes are not those that the tiles above it, and so the checkpoint, sign.
    #[error("{0} holds other hashes than those that the checkpoint signs: it was changed after it was published")]
    Hashes(Tile),
    /// The entries are not those of the hashes beside it.
    #[error("{0} holds other entries than those that the checkpoint signs: it was changed after it was published")]
    Entries(Tile),
    /// Every tile agrees with the entries, and the checkpoint signs another root.
    #[error(
        "the checkpoint of {0} entries signs another root than that of the published entries: the log was rewritten"
    )]
    Root(u64),
}

impl TileFault {
    /// The file that is wrong; none when it is the checkpoint.
    pub fn tile(&self) -> Option<Tile> {
        match self {
            Self::Damaged(tile) | Self::Hashes(tile) | Self::Entries(tile) => Some(*tile),
            Self::Root(_) => None,
        }
    }
}

/// A log of one size and root that is being proven.
#[derive(Debug)]
pub struct WholeLog {
    size: u64,
    edge: Vec<(Tile, Vec<Hash>)>,
    /// The tile of each level that was proven last.
    above: Vec<Option<(Tile, Vec<Hash>)>>,
}

const LEVELS: u8 = 8;
const WIDTH: u64 = FULL_WIDTH as u64;

impl WholeLog {
    /// The partial tiles of hashes in a log of that size: its right edge, which folds to the root.
    pub fn edge_tiles(size: u64) -> Vec<Tile> {
        let last = |level: u8| Tile::in_tree(Level::Hashes(level), size >> (8 * u32::from(level)) >> 8, size);
        (0..LEVELS).filter_map(last).collect()
    }

    /// Every tile of a log of that size in the order in which it is proven: what is above a tile comes before it, and
    /// what is partial at its place again.
    pub fn tiles(size: u64) -> impl Iterator<Item = Tile> + Send {
        (0..size.div_ceil(WIDTH)).flat_map(move |leaves| {
            let above = (1..LEVELS).rev().filter(move |level| leaves.trailing_zeros() >= 8 * u32::from(*level));
            let above = above.map(move |level| (Level::Hashes(level), leaves >> (8 * u32::from(level))));
            let below = [(Level::Hashes(0), leaves), (Level::Entries, leaves)];
            above.chain(below).filter_map(move |(level, index)| Tile::in_tree(level, index, size))
        })
    }

    /// Begins with the right edge, the bytes of each of [`WholeLog::edge_tiles`]. None when it does not fold to `root`.
    pub fn begin(size: u64, root: Hash, edge: &[(Tile, Vec<u8>)]) -> Result<Option<Self>, TileFault> {
        let parsed = edge.iter().map(|(tile, bytes)| Ok((*tile, hashes(*tile, bytes)?)));
        let parsed: Vec<_> = parsed.collect::<Result<_, TileFault>>()?;
        let bytes_of = |asked: &Tile| edge.iter().find(|(tile, _)| tile == asked).map(|(_, bytes)| bytes.clone());
        let folds = frontier_at::<std::convert::Infallible>(size, root, |tile| Ok(bytes_of(tile))).is_ok();
        let above = (0..LEVELS).map(|_| None).collect();
        Ok(folds.then_some(Self { size, edge: parsed, above }))
    }

    /// Proves the next tile; answers the entries, if it is a bundle of them.
    pub fn accept(&mut self, tile: Tile, bytes: &[u8]) -> Result<Vec<Entry>, TileFault> {
        let Level::Hashes(level) = tile.level() else {
            let entries = tile.entries(bytes).ok_or(TileFault::Damaged(tile))?;
            let leaves = self.proven(0, tile.index()).ok_or(TileFault::Entries(tile))?;
            let same = entries.iter().map(Entry::leaf_hash).eq(leaves.iter().copied());
            return if same { Ok(entries) } else { Err(TileFault::Entries(tile)) };
        };
        let hashes = hashes(tile, bytes)?;
        let proven = if tile.is_full() {
            let above = self.proven(level + 1, tile.index() / WIDTH);
            let place = usize::from(tile.index().to_le_bytes()[0]);
            above.and_then(|above| above.get(place)) == Some(&full_root(&hashes))
        } else {
            self.edge.iter().any(|(edge, proven)| *edge == tile && *proven == hashes)
        };
        if !proven {
            return Err(TileFault::Hashes(tile));
        }
        if let Some(kept) = self.above.get_mut(usize::from(level)) {
            *kept = Some((tile, hashes));
        }
        Ok(Vec::new())
    }

    /// The size of the log.
    pub fn size(&self) -> u64 {
        self.size
    }

    fn proven(&self, level: u8, index: u64) -> Option<&[Hash]> {
        let kept = self.above.get(usize::from(level))?.as_ref().filter(|(tile, _)| tile.index() == index);
        kept.map(|(_, hashes)| hashes.as_slice())
    }
}

/// A log whose right edge does not fold to its root, computed again from its entries, to find which tile is to blame.
#[derive(Debug, Default)]
pub struct RecomputedLog {
    tree: Frontier,
    /// The hashes of each level that its next tile begins with.
    open: Vec<Vec<Hash>>,
}

impl RecomputedLog {
    /// Takes the next bundle; answers the tiles of hashes that are full with it, and what they hold.
    pub fn accept(&mut self, bundle: Tile, bytes: &[u8]) -> Result<Vec<(Tile, Vec<Hash>)>, TileFault> {
        let mut full = Vec::new();
        for entry in bundle.entries(bytes).ok_or(TileFault::Damaged(bundle))? {
            self.tree.append(entry.leaf_hash());
            let mut hash = entry.leaf_hash();
            for level in 0..LEVELS {
                let at = usize::from(level);
                if self.open.len() == at {
                    self.open.push(Vec::new());
                }
                self.open[at].push(hash);
                if self.open[at].len() < usize::from(FULL_WIDTH) {
                    break;
                }
                let hashes = std::mem::take(&mut self.open[at]);
                hash = full_root(&hashes);
                full.extend(self.tile(level, hashes));
            }
        }
        Ok(full)
    }

    /// The partial tiles after the last bundle, and the root.
    pub fn end(mut self) -> (Vec<(Tile, Vec<Hash>)>, Hash) {
        let open = std::mem::take(&mut self.open);
        let partial = (0..LEVELS).zip(open).filter(|(_, hashes)| !hashes.is_empty());
        (partial.filter_map(|(level, hashes)| self.tile(level, hashes)).collect(), self.tree.root())
    }

    fn tile(&self, level: u8, hashes: Vec<Hash>) -> Option<(Tile, Vec<Hash>)> {
        let places = self.tree.size() >> (8 * u32::from(level));
        let tile = Tile::in_tree(Level::Hashes(level), (places - 1) / WIDTH, self.tree.size());
        tile.map(|tile| (tile, hashes))
    }
}

fn hashes(tile: Tile, bytes: &[u8]) -> Result<Vec<Hash>, TileFault> {
    tile.hashes(bytes).ok_or(TileFault::Damaged(tile))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::convert::Infallible;

    use super::super::growth::grow;
    use super::super::tile::tiles_between;
    use super::*;

    type Files = BTreeMap<Tile, Vec<u8>>;

    fn entry(n: u64) -> Entry {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&n.to_be_bytes());
        Entry(bytes)
    }

    fn log(size: u64) -> (Files, Hash) {
        let entries: Vec<_> = (0..size).map(entry).collect();
        let grown = grow::<Infallible>(&Frontier::new(), &entries, |_| Ok(None)).unwrap();
        (grown.files.into_iter().collect(), grown.frontier.root())
    }

    /// Everything from the root down, and from the entries up where the edge does not fold.
    fn check(size: u64, root: Hash, files: &Files) -> Result<Vec<Entry>, TileFault> {
        let edge: Vec<_> = WholeLog::edge_tiles(size).into_iter().map(|tile| (tile, files[&tile].clone())).collect();
        if let Some(mut whole) = WholeLog::begin(size, root, &edge)? {
            let tiles = WholeLog::tiles(size).map(|tile| whole.accept(tile, &files[&tile]));
            return Ok(tiles.collect::<Result<Vec<_>, _>>()?.concat());
        }
        let mut again = RecomputedLog::default();
        let compare = |tiles: Vec<(Tile, Vec<Hash>)>| {
            let wrong = tiles.into_iter().find(|(tile, right)| tile.hashes(&files[tile]).as_ref() != Some(right));
            wrong.map_or(Ok(()), |(tile, _)| Err(TileFault::Hashes(tile)))
        };
        for tile in WholeLog::tiles(size).filter(|tile| tile.level() == Level::Entries) {
            compare(again.accept(tile, &files[&tile])?)?;
        }
        let (partial, found) = again.end();
        compare(partial)?;
        if found == root { Ok(Vec::new()) } else { Err(TileFault::Root(size)) }
    }

    const SIZES: [u64; 9] = [0, 1, 2, 255, 256, 257, 700, 65_536, 66_000];

    #[test]
    fn the_order_has_every_tile_of_the_log_and_the_whole_of_it_is_proven() {
        for size in SIZES {
            let (files, root) = log(size);
            let ordered: Vec<_> = WholeLog::tiles(size).collect();
            assert_eq!(ordered.len(), ordered.iter().collect::<BTreeSet<_>>().len());
            assert_eq!(ordered.iter().copied().collect::<BTreeSet<_>>(), tiles_between(0, size).into_iter().collect());
            assert_eq!(check(size, root, &files).unwrap(), (0..size).map(entry).collect::<Vec<_>>(), "{size}");
        }
    }

    #[test]
    fn whichever_tile_is_changed_is_the_one_that_is_named() {
        for size in [1, 256, 257, 700, 66_000] {
            let (files, root) = log(size);
            // Of the many full tiles alike, the first and the last.
            let named = |tile: &&Tile| tile.index() < 2 || tile.index() + 2 > size / WIDTH;
            for tile in files.keys().filter(named) {
                for at in [0, 1, 33, tile.byte_length() / 2, tile.byte_length() - 1] {
                    let at = at.min(tile.byte_length() - 1);
                    let mut damaged = files.clone();
                    damaged.get_mut(tile).unwrap()[at] ^= 0x40;
                    let fault = check(size, root, &damaged).unwrap_err();
                    assert_eq!(fault.tile(), Some(*tile), "byte {at} of {size} entries: {fault}");
                }
            }
        }
    }

    #[test]
    fn a_log_that_is_another_one_throughout_is_blamed_on_its_checkpoint() {
        let (files, _) = log(700);
        assert_eq!(check(700, Hash([7; 32]), &files), Err(TileFault::Root(700)));
    }

    #[test]
    fn a_tile_of_another_length_is_damaged() {
        let (mut files, root) = log(300);
        for path in ["tile/0/000", "tile/0/001.p/44", "tile/entries/000"] {
            let tile = Tile::parse(path).unwrap();
            let whole = files[&tile].clone();
            files.get_mut(&tile).unwrap().pop();
            assert_eq!(check(300, root, &files), Err(TileFault::Damaged(tile)));
            files.insert(tile, whole);
        }
    }
}
