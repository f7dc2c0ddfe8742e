//! Growth: from the right edge of a log and its new entries to the very files it must publish, the same whoever makes them.

use super::entry::Entry;
use super::tile::{FULL_WIDTH, Level, Tile, bundle_bytes, tile_bytes, tiles_between};
use super::tiles::{Tiles, TilesError, full_root};
use super::tree::{Frontier, Hash};

/// What a log becomes when entries join it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Growth {
    /// The right edge with the new entries.
    pub frontier: Frontier,
    /// Every tile and bundle that changes, with its bytes, in the order of [`tiles_between`].
    pub files: Vec<(Tile, Vec<u8>)>,
}

/// Appends `entries` to the tree of `old`, reading through `read` the partial tiles and the bundle that they continue.
///
/// What is read must agree with `old`, down to the last entry: no damaged file is ever continued.
pub fn grow<E>(
    old: &Frontier,
    entries: &[Entry],
    read: impl FnMut(&Tile) -> Result<Option<Vec<u8>>, E>,
) -> Result<Growth, TilesError<E>> {
    let mut frontier = old.clone();
    for entry in entries {
        frontier.append(entry.leaf_hash());
    }
    let (old_size, new_size) = (old.size(), frontier.size());
    let tiles = tiles_between(old_size, new_size);
    let mut published = Tiles::new(old_size, read);

    let all_entries = [&old_entries(old, &mut published)?, entries].concat();
    let bundles = tiles.iter().filter(|tile| tile.level() == Level::Entries);
    let mut files: Vec<(Tile, Vec<u8>)> =
        bundles.zip(all_entries.chunks(FULL_WIDTH.into())).map(|(tile, chunk)| (*tile, bundle_bytes(chunk))).collect();

    let mut fresh: Vec<Hash> = entries.iter().map(Entry::leaf_hash).collect();
    for level in 0..8 {
        if fresh.is_empty() {
            break;
        }
        let mut hashes = old_hashes(old, level, &mut published)?;
        hashes.append(&mut fresh);
        let of_level = tiles.iter().filter(|tile| tile.level() == Level::Hashes(level));
        files.extend(of_level.zip(hashes.chunks(FULL_WIDTH.into())).map(|(tile, chunk)| (*tile, tile_bytes(chunk))));
        fresh = hashes.chunks_exact(FULL_WIDTH.into()).map(full_root).collect();
    }
    Ok(Growth { frontier, files })
}

/// The right edge of the tree that a published checkpoint names, read from its partial tiles and checked against its root.
pub fn frontier_at<E>(
    size: u64,
    root: Hash,
    read: impl FnMut(&Tile) -> Result<Option<Vec<u8>>, E>,
) -> Result<Frontier, TilesError<E>> {
    let mut published = Tiles::new(size, read);
    let mut edge = Vec::new();
    for level in (0..8).rev() {
        if let Some(tile) = partial(Level::Hashes(level), size) {
            edge.extend(subtrees(published.hashes(tile)?));
        }
    }
    let frontier = Frontier::from_edge(size, edge).ok_or(TilesError::Disagree { size })?;
    if frontier.root() == root { Ok(frontier) } else { Err(TilesError::Disagree { size }) }
}

/// The hashes of the old partial tile of a level, which must fold to the part of the frontier that it stands for.
fn old_hashes<E, R>(old: &Frontier, level: u8, published: &mut Tiles<R>) -> Result<Vec<Hash>, TilesError<E>>
where
    R: FnMut(&Tile) -> Result<Option<Vec<u8>>, E>,
{
    let Some(tile) = partial(Level::Hashes(level), old.size()) else {
        return Ok(Vec::new());
    };
    let hashes = published.hashes(tile)?.to_vec();
    let larger = (old.size() >> (8 * u32::from(level) + 7) >> 1).count_ones() as usize;
    let expected = old.edge().iter().skip(larger).take(tile.width().count_ones() as usize);
    if expected.copied().eq(subtrees(&hashes)) { Ok(hashes) } else { Err(TilesError::Disagree { size: old.size() }) }
}

/// The entries of the old partial bundle, which must hash to the old partial tile of level 0.
fn old_entries<E, R>(old: &Frontier, published: &mut Tiles<R>) -> Result<Vec<Entry>, TilesError<E>>
where
    R: FnMut(&Tile) -> Result<Option<Vec<u8>>, E>,
{
    let Some(tile) = partial(Level::Entries, old.size()) else {
        return Ok(Vec::new());
    };
    let entries = tile.entries(&published.bytes(tile)?).ok_or(TilesError::Damaged { tile })?;
    let hashes = old_hashes(old, 0, published)?;
    if entries.iter().map(Entry::leaf_hash).eq(hashes) { Ok(entries) } else { Err(TilesError::Damaged { tile }) }
}

/// The partial tile at the right end of a level, when a tree of that size has one.
fn partial(level: Level, size: u64) -> Option<Tile> {
    let height = if let Level::Hashes(level) = level { 8 * u32::from(level) } else { 0 };
    let index = size >> height >> 8;
    Tile::in_tree(level, index, size)
}

/// The roots of the full subtrees over a partial tile's hashes, the largest first.
fn subtrees(hashes: &[Hash]) -> Vec<Hash> {
    let mut rest = hashes;
    let mut roots = Vec::new();
    while !rest.is_empty() {
        let (subtree, smaller) = rest.split_at(1 << rest.len().ilog2());
        roots.push(full_root(subtree));
        rest = smaller;
    }
    roots
}
