//! RFC 6962 written down word by word: slow, and too plain to be wrong in the same way as the log.

use std::collections::HashMap;

use earayis::transparency::tile::{bundle_bytes, tile_bytes};
use earayis::transparency::{Entry, Hash, Level, Tile};

/// A tree with nothing clever in it but remembering what was computed.
pub(crate) struct NaiveTree {
    pub(crate) entries: Vec<Entry>,
    known: HashMap<(usize, usize), Hash>,
}

impl NaiveTree {
    pub(crate) fn new(size: usize) -> Self {
        Self { entries: (0..size).map(entry).collect(), known: HashMap::new() }
    }

    pub(crate) fn root(&mut self, start: usize, end: usize) -> Hash {
        match end - start {
            0 => Hash::empty(),
            1 => self.entries[start].leaf_hash(),
            leaves => {
                if let Some(known) = self.known.get(&(start, end)) {
                    return *known;
                }
                let middle = start + split(leaves);
                let hash = Hash::node(self.root(start, middle), self.root(middle, end));
                self.known.insert((start, end), hash);
                hash
            }
        }
    }

    /// PATH of RFC 6962 §2.1.1.
    pub(crate) fn path(&mut self, index: usize, start: usize, end: usize) -> Vec<Hash> {
        if end - start == 1 {
            return Vec::new();
        }
        let middle = start + split(end - start);
        let (mut path, sibling) = if index < middle {
            (self.path(index, start, middle), self.root(middle, end))
        } else {
            (self.path(index, middle, end), self.root(start, middle))
        };
        path.push(sibling);
        path
    }

    /// SUBPROOF of RFC 6962 §2.1.2.
    pub(crate) fn subproof(&mut self, old: usize, start: usize, end: usize) -> Vec<Hash> {
        if old == end {
            return if start == 0 { Vec::new() } else { vec![self.root(start, end)] };
        }
        let middle = start + split(end - start);
        let (mut proof, sibling) = if old <= middle {
            (self.subproof(old, start, middle), self.root(middle, end))
        } else {
            (self.subproof(old, middle, end), self.root(start, middle))
        };
        proof.push(sibling);
        proof
    }

    /// The bytes of a tile, from the formula of tlog-tiles.
    pub(crate) fn tile(&mut self, tile: &Tile) -> Vec<u8> {
        let start = usize::try_from(tile.index()).unwrap() * 256;
        let places = start..start + usize::from(tile.width());
        match tile.level() {
            Level::Entries => bundle_bytes(&self.entries[places]),
            Level::Hashes(level) => {
                let leaves = 256_usize.pow(level.into());
                tile_bytes(&places.map(|place| self.root(place * leaves, (place + 1) * leaves)).collect::<Vec<_>>())
            }
        }
    }
}

fn split(leaves: usize) -> usize {
    leaves.next_power_of_two() / 2
}

/// The entry at place `n` of every log in these tests.
pub(crate) fn entry(n: usize) -> Entry {
    let mut bytes = [0xe5; 32];
    bytes[..8].copy_from_slice(&n.to_be_bytes());
    Entry(bytes)
}
