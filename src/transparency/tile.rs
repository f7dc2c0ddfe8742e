//! Tiles: the files in which a log publishes its hashes and entries, named and filled exactly as C2SP tlog-tiles says.

use std::fmt;

use super::entry::Entry;
use super::tree::Hash;

/// How many hashes or entries a full tile holds.
pub const FULL_WIDTH: u16 = 256;
/// tlog-tiles counts levels from 0 to 63; a tree that 64 bits can count has eight of them.
const MAX_LEVEL: u8 = 63;
/// An entry of this log in a bundle: its length as a big-endian u16, then its 32 bytes.
const BUNDLED_ENTRY: usize = 34;
const ENTRY_LENGTH: [u8; 2] = [0, 32];

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The entries themselves: an entry bundle.
    Entries,
    /// Hashes of subtrees of 256ⁿ leaves.
    Hashes(u8),
}

/// One tile of a log: its level, its place in that level and how many of its 256 places are filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    level: Level,
    index: u64,
    width: u16,
}

impl Tile {
    /// A tile; `None` when the level is above 63 or the width not 1 to 256.
    pub fn new(level: Level, index: u64, width: u16) -> Option<Self> {
        let level_exists = matches!(level, Level::Entries | Level::Hashes(0..=MAX_LEVEL));
        (level_exists && (1..=FULL_WIDTH).contains(&width)).then_some(Self { level, index, width })
    }

    /// The tile at that place, as wide as a tree of `size` leaves makes it; `None` when such a tree has none there.
    pub fn in_tree(level: Level, index: u64, size: u64) -> Option<Self> {
        let before = index.checked_mul(u64::from(FULL_WIDTH))?;
        let left = places(level, size).checked_sub(before)?;
        let width = u16::try_from(left).unwrap_or(FULL_WIDTH).min(FULL_WIDTH);
        Self::new(level, index, width)
    }

    /// Reads a tile's path, such as `tile/0/x001/234.p/5`, and refuses every other spelling of it.
    pub fn parse(path: &str) -> Option<Self> {
        let (level, rest) = path.strip_prefix("tile/")?.split_once('/')?;
        let level = match level {
            "entries" => Level::Entries,
            number => Level::Hashes(decimal(number)?.try_into().ok()?),
        };
        let (index, width) = match rest.split_once(".p/") {
            Some((index, width)) => (index, decimal(width)?.try_into().ok()?),
            None => (rest, FULL_WIDTH),
        };
        let tile = Self::new(level, parse_index(index)?, width)?;
        (tile.path() == path).then_some(tile)
    }

    /// The path under the log's prefix.
    pub fn path(&self) -> String {
        self.to_string()
    }

    /// What it holds.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Its place in its level.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// How many places are filled: 1 to 256.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// Whether all 256 places are filled, so that it never changes again.
    pub fn is_full(&self) -> bool {
        self.width == FULL_WIDTH
    }

    /// The full tile at the same place, whose first bytes are this tile's.
    #[must_use]
    pub fn full(&self) -> Self {
        Self { width: FULL_WIDTH, ..*self }
    }

    /// How many bytes it has.
    pub fn byte_length(&self) -> usize {
        let place = if self.level == Level::Entries { BUNDLED_ENTRY } else { size_of::<Hash>() };
        usize::from(self.width) * place
    }

    /// Whether a tree of `size` leaves has all of this tile's places.
    pub fn is_within(&self, size: u64) -> bool {
        let end = self.index.checked_mul(u64::from(FULL_WIDTH)).and_then(|start| start.checked_add(self.width.into()));
        end.is_some_and(|end| end <= places(self.level, size))
    }

    /// Its hashes, when the bytes are as many as a tile of hashes of this width has.
    pub fn hashes(&self, bytes: &[u8]) -> Option<Vec<Hash>> {
        if self.level == Level::Entries || bytes.len() != self.byte_length() {
            return None;
        }
        let (hashes, _) = bytes.as_chunks::<32>();
        Some(hashes.iter().copied().map(Hash).collect())
    }

    /// Its entries, when the bytes are a bundle of entries of 32 bytes and of this width.
    pub fn entries(&self, bytes: &[u8]) -> Option<Vec<Entry>> {
        if self.level != Level::Entries || bytes.len() != self.byte_length() {
            return None;
        }
        let (places, _) = bytes.as_chunks::<BUNDLED_ENTRY>();
        places.iter().map(|place| Some(Entry(place.strip_prefix(&ENTRY_LENGTH)?.try_into().ok()?))).collect()
    }
}

/// The path, as tlog-tiles writes it.
impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level {
            Level::Entries => f.write_str("tile/entries/")?,
            Level::Hashes(level) => write!(f, "tile/{level}/")?,
        }
        let mut groups = vec![self.index % 1000];
        let mut rest = self.index / 1000;
        while rest > 0 {
            groups.push(rest % 1000);
            rest /= 1000;
        }
        for group in groups[1..].iter().rev() {
            write!(f, "x{group:03}/")?;
        }
        write!(f, "{:03}", groups[0])?;
        if self.is_full() { Ok(()) } else { write!(f, ".p/{}", self.width) }
    }
}

/// Every tile that must be written when a log grows from `old_size` to `new_size` leaves: bundles, then level by level.
pub fn tiles_between(old_size: u64, new_size: u64) -> Vec<Tile> {
    let width = u64::from(FULL_WIDTH);
    let levels = [Level::Entries].into_iter().chain((0..8).map(Level::Hashes));
    levels
        .flat_map(|level| {
            let first = places(level, old_size) / width;
            let grows = places(level, new_size) > places(level, old_size);
            let end = if grows { places(level, new_size).div_ceil(width) } else { first };
            (first..end).filter_map(move |index| Tile::in_tree(level, index, new_size))
        })
        .collect()
}

/// Every full tile of hashes of a tree of `size` leaves, from the top: what proves a tile comes before it.
///
/// One after the other: a tree may be said to be of any size.
pub fn full_hash_tiles(size: u64) -> impl Iterator<Item = Tile> {
    let levels = (0..8).rev().map(Level::Hashes);
    levels.flat_map(move |level| (0..full(level, size)).filter_map(move |index| Tile::new(level, index, FULL_WIDTH)))
}

/// How many tiles [`full_hash_tiles`] has.
pub fn full_hash_tiles_counted(size: u64) -> u64 {
    (0..8).map(|level| full(Level::Hashes(level), size)).sum()
}

fn full(level: Level, size: u64) -> u64 {
    places(level, size) / u64::from(FULL_WIDTH)
}

/// The bytes of a tile of hashes.
pub fn tile_bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// The bytes of an entry bundle.
pub fn bundle_bytes(entries: &[Entry]) -> Vec<u8> {
    entries.iter().flat_map(|entry| ENTRY_LENGTH.into_iter().chain(entry.0)).collect()
}

/// How many places of a level a tree of `size` leaves fills.
fn places(level: Level, size: u64) -> u64 {
    match level {
        Level::Entries => size,
        Level::Hashes(level) => size.checked_shr(u32::from(level) * 8).unwrap_or(0),
    }
}

/// Groups of three digits; [`Tile::parse`] refuses those that another spelling of the same number would have.
fn parse_index(text: &str) -> Option<u64> {
    text.split('/').try_fold(0_u64, |number, group| {
        let digits = group.strip_prefix('x').unwrap_or(group);
        number.checked_mul(1000)?.checked_add(decimal(digits)?)
    })
}

/// Digits alone: `str::parse` would also take a sign.
fn decimal(text: &str) -> Option<u64> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_tlog_tiles_and_read_back() {
        for (level, index, width, path) in [
            (Level::Hashes(0), 0, 256, "tile/0/000"),
            (Level::Hashes(0), 1_234_067, 256, "tile/0/x001/x234/067"),
            (Level::Hashes(63), 1000, 1, "tile/63/x001/000.p/1"),
            (Level::Entries, 999, 255, "tile/entries/999.p/255"),
            (Level::Hashes(2), u64::MAX, 5, "tile/2/x018/x446/x744/x073/x709/x551/615.p/5"),
        ] {
            let tile = Tile::new(level, index, width).unwrap();
            assert_eq!(tile.path(), path);
            assert_eq!(Tile::parse(path), Some(tile));
        }
    }

    #[test]
    fn every_other_spelling_of_a_path_is_refused() {
        for path in [
            "",
            "tile",
            "tile/",
            "tile/0",
            "tile/0/",
            "/tile/0/000",
            "tile/00/000",
            "tile/64/000",
            "tile/256/000",
            "tile/-1/000",
            "tile/+1/000",
            "tile/0/0",
            "tile/0/0000",
            "tile/0/x000",
            "tile/0/x000/001",
            "tile/0/001/002",
            "tile/0/x001/x002",
            "tile/0/001.p/0",
            "tile/0/001.p/256",
            "tile/0/001.p/01",
            "tile/0/001.p/",
            "tile/0/001.p",
            "tile/0/001.p/5.p/5",
            "tile/0/001/",
            "tile/0/../001",
            "tile/0/x1/001",
            "tile/entries/x000/000",
            "tile/Entries/000",
            "tile/0/x018/x446/x744/x073/x709/x551/616",
            "tile/0/00a",
            "tile/0/000\n",
            "tile/0/+01",
        ] {
            assert_eq!(Tile::parse(path), None, "{path}");
        }
    }

    #[test]
    fn a_tree_of_70000_has_the_tiles_that_the_specification_counts() {
        let tiles = tiles_between(0, 70_000);
        let count = |level, full| tiles.iter().filter(|tile| tile.level() == level && tile.is_full() == full).count();
        let width = |level| tiles.iter().find(|tile| tile.level() == level && !tile.is_full()).unwrap().width();
        assert_eq!((count(Level::Hashes(0), true), width(Level::Hashes(0))), (273, 112));
        assert_eq!((count(Level::Entries, true), width(Level::Entries)), (273, 112));
        assert_eq!((count(Level::Hashes(1), true), width(Level::Hashes(1))), (1, 17));
        assert_eq!((count(Level::Hashes(2), true), width(Level::Hashes(2))), (0, 1));
        assert_eq!(tiles.len(), 274 + 274 + 2 + 1);
    }

    #[test]
    fn growing_step_by_step_writes_the_full_tiles_that_growing_at_once_does() {
        let full =
            |tiles: Vec<Tile>| tiles.into_iter().filter(Tile::is_full).collect::<std::collections::BTreeSet<_>>();
        let steps = (0..70_000).step_by(70).flat_map(|size| tiles_between(size, size + 70)).collect();
        assert_eq!(full(steps), full(tiles_between(0, 70_000)));
        assert_eq!(tiles_between(256, 256), []);
        assert_eq!(
            tiles_between(255, 256).iter().map(Tile::path).collect::<Vec<_>>(),
            ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]
        );
    }

    #[test]
    fn the_full_tiles_of_hashes_are_those_that_must_be_written_and_none_is_gathered() {
        for size in [0, 1, 255, 256, 257, 70_000] {
            let full = |tile: &Tile| tile.is_full() && tile.level() != Level::Entries;
            let tiles: std::collections::BTreeSet<Tile> = full_hash_tiles(size).collect();
            assert_eq!(tiles, tiles_between(0, size).into_iter().filter(full).collect(), "{size}");
            assert_eq!(full_hash_tiles_counted(size), tiles.len() as u64);
        }
        assert!(full_hash_tiles_counted(u64::MAX >> 1) > 1 << 54);
        assert_eq!(full_hash_tiles(u64::MAX >> 1).next().unwrap().path(), "tile/6/000");
    }

    #[test]
    fn a_bundle_is_refused_when_its_lengths_are_not_those_of_entries() {
        let entries = [Entry([1; 32]), Entry([2; 32])];
        let tile = Tile::new(Level::Entries, 0, 2).unwrap();
        let bytes = bundle_bytes(&entries);
        assert_eq!(tile.entries(&bytes).unwrap(), entries);
        assert_eq!(&bytes[..3], [0, 32, 1]);
        let mut longer = bytes.clone();
        longer[1] = 33;
        assert_eq!(tile.entries(&longer), None);
        assert_eq!(tile.entries(&bytes[..67]), None);
        assert_eq!(tile.hashes(&bytes), None);
    }
}
