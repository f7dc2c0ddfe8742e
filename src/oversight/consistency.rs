//! Whether a log's newer checkpoint continues an older one, proven from the tiles that it publishes.

use std::collections::BTreeMap;

use super::fault::{CheckError, Fault};
use super::source::LogSource;
use crate::transparency::{Checkpoint, Hash, Tile, TileFault, TilesError, proven_root_at};

/// What the published tiles prove of two checkpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Continuity {
    /// The newer begins with the whole of the older.
    Continues,
    /// The tiles are the newer checkpoint's, and it does not begin with the older: the log's key signed two histories.
    Forked,
    /// The tiles are not the newer checkpoint's, so that nothing is proven of it.
    Unfounded,
}

/// A tile that must be fetched before it can be read.
#[derive(Debug)]
struct NotFetched;

/// Reads what a proof needs and no more. `old` may be of any size up to that of `new`.
pub(super) async fn continuity(
    source: &LogSource,
    old: &Checkpoint,
    new: &Checkpoint,
) -> Result<Continuity, CheckError> {
    let held_or_forked = |same| if same { Continuity::Continues } else { Continuity::Forked };
    if old.size == new.size {
        return Ok(held_or_forked(old.root == new.root));
    }
    if old.size == 0 {
        return Ok(held_or_forked(old.root == Hash::empty()));
    }
    let began_with = older_root(source, old.size, (new.size, new.root)).await?;
    Ok(began_with.map_or(Continuity::Unfounded, |root| held_or_forked(root == old.root)))
}

/// The root that a log had at an older size, as its tiles prove it under its newer root; none when they are not that
/// root's. Tried again and again, each time with one tile more, until the proof needs none.
async fn older_root(source: &LogSource, old_size: u64, new: (u64, Hash)) -> Result<Option<Hash>, CheckError> {
    let mut tiles: BTreeMap<Tile, Option<Vec<u8>>> = BTreeMap::new();
    loop {
        let read = |tile: &Tile| tiles.get(tile).cloned().ok_or(NotFetched);
        match proven_root_at(read, old_size, new) {
            Ok(root) => return Ok(Some(root)),
            Err(TilesError::Read { tile, .. }) => {
                let bytes = source.tile(tile).await.map_err(CheckError::from)?;
                tiles.insert(tile, bytes);
            }
            Err(TilesError::Missing { tile }) => return Err(Fault::Missing(tile).into()),
            Err(TilesError::Damaged { tile }) => return Err(TileFault::Damaged(tile).into()),
            Err(TilesError::Disagree { .. } | TilesError::NoSuchPlace) => return Ok(None),
        }
    }
}
