//! The published log, proven to its last byte: signature, cosignatures, every tile and every entry.

use futures_util::StreamExt as _;
use futures_util::stream;

use super::Tell;
use super::fault::{CheckError, Fault};
use super::keys::LogKeys;
use super::places::Places;
use super::source::LogSource;
use super::witnessed::Witnessed;
use crate::transparency::cosignature::Seconds;
use crate::transparency::{
    Checkpoint, CheckpointRefused, Hash, Level, NoteRefused, RecomputedLog, Tile, TileFault, WholeLog, Witness,
};

/// How many files are read at once: enough that a distant log is read as fast as a near one.
const AT_ONCE: usize = 32;

/// A log that was proven.
#[derive(Debug)]
pub struct Published {
    /// What its key signs.
    pub checkpoint: Checkpoint,
    /// The signed note, with every signature.
    pub note: String,
    /// How many files were read.
    pub tiles: u64,
    /// The witnesses that cosigned, and when.
    pub witnessed: Vec<(String, Seconds)>,
}

/// Proves all of a log: that its present key signed the checkpoint, each of `witnesses` cosigned it or an earlier one
/// that it continues, and every published byte is under its root. `places` holds each entry against the database.
pub async fn published(
    source: &LogSource,
    keys: &LogKeys,
    witnesses: &[Witness],
    mut places: Option<&mut Places>,
    tell: Tell<'_>,
) -> Result<Published, CheckError> {
    // Read first: what is published afterwards is never the older of the two.
    let before = if witnesses.is_empty() { None } else { witnessed_note(source).await? };
    let bytes = match source.checkpoint().await {
        Err(error) if error.is_damage() => return Err(Fault::Checkpoint(CheckpointRefused::Form).into()),
        read => read?.ok_or(Fault::NoCheckpoint)?,
    };
    let note = String::from_utf8(bytes).map_err(|_| Fault::Checkpoint(NoteRefused::Form.into()))?;
    let checkpoint = keys.published(&note)?;
    let cosigned = Witnessed::read(keys, witnesses, &note, &checkpoint, before)?;
    if let Some(places) = &mut places {
        places.begin(checkpoint.size).await?;
    }

    let edge = read(source, WholeLog::edge_tiles(checkpoint.size)).await?;
    let Some(mut whole) = WholeLog::begin(checkpoint.size, checkpoint.root, &edge)? else {
        return Err(blame(source, &checkpoint, tell).await?.into());
    };
    let (mut tiles, mut entries_proven) = (0, 0);
    let mut reading = std::pin::pin!(reading(source, checkpoint.size));
    while let Some((tile, bytes)) = reading.next().await {
        let entries = whole.accept(tile, &bytes?)?;
        tiles += 1;
        if let Some(places) = &mut places {
            places.hold(&entries).await?;
        }
        entries_proven += entries.len() as u64;
        tell(entries_proven, checkpoint.size);
    }
    if let Some(places) = places {
        places.end().await?;
    }
    let cosigned = cosigned.proven(source, &checkpoint).await?;
    Ok(Published { checkpoint, note, tiles, witnessed: cosigned })
}

async fn witnessed_note(source: &LogSource) -> Result<Option<Vec<u8>>, CheckError> {
    match source.witnessed().await {
        Err(error) if error.is_damage() => Err(Fault::WitnessedNote(CheckpointRefused::Form).into()),
        read => Ok(read?),
    }
}

/// The right edge does not fold to the root: computed again from the entries, the first tile that is to blame is found.
async fn blame(source: &LogSource, checkpoint: &Checkpoint, tell: Tell<'_>) -> Result<TileFault, CheckError> {
    let mut again = RecomputedLog::default();
    let bundles = WholeLog::tiles(checkpoint.size).filter(|tile| tile.level() == Level::Entries);
    for (nth, bundle) in bundles.enumerate() {
        let (_, bytes) = one(source, bundle).await;
        let full = again.accept(bundle, &bytes?)?;
        if let Some(fault) = first_other(source, full).await? {
            return Ok(fault);
        }
        tell((nth as u64 * 256).min(checkpoint.size), checkpoint.size);
    }
    let (partial, _) = again.end();
    Ok(first_other(source, partial).await?.unwrap_or(TileFault::Root(checkpoint.size)))
}

async fn first_other(source: &LogSource, right: Vec<(Tile, Vec<Hash>)>) -> Result<Option<TileFault>, CheckError> {
    for (tile, right) in right {
        let (_, bytes) = one(source, tile).await;
        if tile.hashes(&bytes?).is_none_or(|found| found != right) {
            return Ok(Some(TileFault::Hashes(tile)));
        }
    }
    Ok(None)
}

/// Every tile of a log in the order in which it is proven, several read ahead.
fn reading(
    source: &LogSource,
    size: u64,
) -> impl stream::Stream<Item = (Tile, Result<Vec<u8>, CheckError>)> + Send + use<> {
    let source = source.clone();
    let reads = WholeLog::tiles(size).map(move |tile| {
        let source = source.clone();
        async move { one(&source, tile).await }
    });
    stream::iter(reads).buffered(AT_ONCE)
}

async fn read(source: &LogSource, tiles: Vec<Tile>) -> Result<Vec<(Tile, Vec<u8>)>, CheckError> {
    let mut read = Vec::with_capacity(tiles.len());
    for tile in tiles {
        read.push((tile, one(source, tile).await.1?));
    }
    Ok(read)
}

async fn one(source: &LogSource, tile: Tile) -> (Tile, Result<Vec<u8>, CheckError>) {
    let bytes = match source.tile(tile).await {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(Fault::Missing(tile).into()),
        Err(error) if error.is_damage() => Err(TileFault::Damaged(tile).into()),
        Err(error) => Err(error.into()),
    };
    (tile, bytes)
}
