//! Tiles as they were read: parsed, kept for the length of one question, and never trusted before they hash to a root.

use std::collections::BTreeMap;

use super::tile::{FULL_WIDTH, Level, Tile};
use super::tree::Hash;

/// Why published tiles gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TilesError<E> {
    /// The reader failed; it can be asked again.
    #[error("could not read {tile}: try again when the log's folder can be read")]
    Read {
        /// What was asked for.
        tile: Tile,
        /// What the reader said.
        source: E,
    },
    /// A tile that a tree of this size has is not there.
    #[error("the log lacks {tile}: publish its tiles again from the database")]
    Missing {
        /// What was asked for.
        tile: Tile,
    },
    /// A tile has not the length or the shape that its width demands.
    #[error("{tile} is damaged: move it away and publish the tiles again from the database")]
    Damaged {
        /// What was read.
        tile: Tile,
    },
    /// What was read does not hash to the checkpoint's root.
    #[error("the tiles of size {size} do not hash to the log's root: compare them with the database and a witness")]
    Disagree {
        /// The size of the tree that was asked about.
        size: u64,
    },
    /// There is no such leaf, or no such pair of sizes, to prove anything of.
    #[error("the log has no such place: ask for an index below its size, or for an old size from 1 to the new one")]
    NoSuchPlace,
}

/// The tiles of a tree of one size, through whatever reads them.
pub(super) struct Tiles<R> {
    size: u64,
    read: R,
    seen: BTreeMap<Tile, Vec<Hash>>,
}

impl<R, E> Tiles<R>
where
    R: FnMut(&Tile) -> Result<Option<Vec<u8>>, E>,
{
    pub(super) fn new(size: u64, read: R) -> Self {
        Self { size, read, seen: BTreeMap::new() }
    }

    /// The hashes of one tile of hashes.
    pub(super) fn hashes(&mut self, tile: Tile) -> Result<&[Hash], TilesError<E>> {
        if !self.seen.contains_key(&tile) {
            let bytes = self.bytes(tile)?;
            let hashes = tile.hashes(&bytes).ok_or(TilesError::Damaged { tile })?;
            self.seen.insert(tile, hashes);
        }
        self.seen.get(&tile).map(Vec::as_slice).ok_or(TilesError::Missing { tile })
    }

    /// The bytes of one tile or bundle.
    pub(super) fn bytes(&mut self, tile: Tile) -> Result<Vec<u8>, TilesError<E>> {
        let read = (self.read)(&tile).map_err(|source| TilesError::Read { tile, source })?;
        read.ok_or(TilesError::Missing { tile })
    }

    /// The root of the leaves `start..end`, where `start` is a multiple of the largest power of two below their number.
    pub(super) fn range(&mut self, start: u64, end: u64) -> Result<Hash, TilesError<E>> {
        let leaves = end - start;
        if leaves.is_power_of_two() {
            return self.subtree(start, leaves.ilog2());
        }
        let middle = start + split(leaves);
        Ok(Hash::node(self.range(start, middle)?, self.range(middle, end)?))
    }

    /// The root of the full subtree of 2^`height` leaves that begins at leaf `start`.
    fn subtree(&mut self, start: u64, height: u32) -> Result<Hash, TilesError<E>> {
        let (level, within) = (height / 8, height % 8);
        let place = start >> (8 * level);
        let index = place / u64::from(FULL_WIDTH);
        let level = Level::Hashes(u8::try_from(level).map_err(|_| TilesError::NoSuchPlace)?);
        let tile = Tile::in_tree(level, index, self.size).ok_or(TilesError::NoSuchPlace)?;
        let first = usize::from(place.to_le_bytes()[0]);
        let hashes = self.hashes(tile)?.get(first..first + (1 << within)).ok_or(TilesError::NoSuchPlace)?;
        Ok(full_root(hashes))
    }
}

/// The largest power of two below `leaves`, which is at least 2: where RFC 6962 §2.1 splits a tree.
pub(super) fn split(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}

/// The root over hashes whose number is a power of two.
pub(super) fn full_root(hashes: &[Hash]) -> Hash {
    match hashes {
        [] => Hash::empty(),
        [only] => *only,
        several => {
            let (left, right) = several.split_at(several.len() / 2);
            Hash::node(full_root(left), full_root(right))
        }
    }
}
