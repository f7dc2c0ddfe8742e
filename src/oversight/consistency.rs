//! Whether a log's newer checkpoint continues an older one, proven from the tiles that it publishes.

use std::collections::BTreeMap;

use super::fault::{CheckError, Fault};
use super::source::LogSource;
use crate::transparency::{Checkpoint, Hash, Tile, TileFault, TilesError, build_consistency, frontier_at};

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
    if old.size == new.size {
        return Ok(if old.root == new.root { Continuity::Continues } else { Continuity::Forked });
    }
    let mut tiles = BTreeMap::new();
    let founded = proven(source, &mut tiles, |read| frontier_at(new.size, new.root, read).map(drop)).await?;
    if !founded {
        return Ok(Continuity::Unfounded);
    }
    if old.size == 0 {
        return Ok(if old.root == Hash::empty() { Continuity::Continues } else { Continuity::Forked });
    }
    let (before, after) = ((old.size, old.root), (new.size, new.root));
    let continues = proven(source, &mut tiles, |read| build_consistency(read, before, after).map(drop)).await?;
    Ok(if continues { Continuity::Continues } else { Continuity::Forked })
}

type Read<'a> = &'a mut dyn FnMut(&Tile) -> Result<Option<Vec<u8>>, NotFetched>;

/// Tries a proof again and again, each time with one tile more, until it needs none.
async fn proven(
    source: &LogSource,
    tiles: &mut BTreeMap<Tile, Option<Vec<u8>>>,
    attempt: impl Fn(Read<'_>) -> Result<(), TilesError<NotFetched>>,
) -> Result<bool, CheckError> {
    loop {
        let outcome = attempt(&mut |tile: &Tile| tiles.get(tile).cloned().ok_or(NotFetched));
        match outcome {
            Ok(()) => return Ok(true),
            Err(TilesError::Read { tile, .. }) => {
                let bytes = source.tile(tile).await.map_err(CheckError::from)?;
                tiles.insert(tile, bytes);
            }
            Err(TilesError::Missing { tile }) => return Err(Fault::Missing(tile).into()),
            Err(TilesError::Damaged { tile }) => return Err(TileFault::Damaged(tile).into()),
            Err(TilesError::Disagree { .. } | TilesError::NoSuchPlace) => return Ok(false),
        }
    }
}
