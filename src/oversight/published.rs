//! The published log, proven to its last byte: signature, cosignatures, every tile and every entry.

use futures_util::StreamExt as _;
use futures_util::stream;

use super::Tell;
use super::consistency::{Continuity, continuity};
use super::fault::{CheckError, Fault};
use super::places::Places;
use super::source::LogSource;
use crate::transparency::cosignature::Seconds;
use crate::transparency::{
    Checkpoint, CheckpointRefused, Hash, Level, NoteRefused, RecomputedLog, Tile, TileFault, Verifier, WholeLog,
    Witness,
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

/// Proves all of a log: that `verifier` signed the checkpoint, each of `witnesses` cosigned it, and every published
/// byte is under its root. `places` holds each entry against the database.
pub async fn published(
    source: &LogSource,
    verifier: &Verifier,
    witnesses: &[Witness],
    mut places: Option<&mut Places>,
    tell: Tell<'_>,
) -> Result<Published, CheckError> {
    // Read first: what is published afterwards is never the older of the two.
    let before = if witnesses.is_empty() { None } else { source.witnessed().await? };
    let bytes = match source.checkpoint().await {
        Err(error) if error.is_damage() => return Err(Fault::Checkpoint(CheckpointRefused::Form).into()),
        read => read?.ok_or(Fault::NoCheckpoint)?,
    };
    let note = String::from_utf8(bytes).map_err(|_| Fault::Checkpoint(NoteRefused::Form.into()))?;
    let checkpoint = Checkpoint::open(&note, verifier).map_err(Fault::Checkpoint)?;
    let cosignatures = match witnessed(witnesses, &note) {
        Err(Fault::NotCosigned(_)) => witnessed_before(source, verifier, witnesses, before, &checkpoint).await?,
        found => found?,
    };
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
    Ok(Published { checkpoint, note, tiles, witnessed: cosignatures })
}

fn witnessed(witnesses: &[Witness], note: &str) -> Result<Vec<(String, Seconds)>, Fault> {
    witnesses.iter().map(|witness| cosigned(witness, note)).collect()
}

/// A checkpoint is published before it is cosigned: until then the newest that was cosigned stands beside it, and the
/// published one must continue it.
async fn witnessed_before(
    source: &LogSource,
    verifier: &Verifier,
    witnesses: &[Witness],
    before: Option<Vec<u8>>,
    published: &Checkpoint,
) -> Result<Vec<(String, Seconds)>, CheckError> {
    let nobody = || Fault::NotCosigned(witnesses.first().map_or("nobody", Witness::name).to_owned());
    let note = before.ok_or_else(nobody)?;
    let note = String::from_utf8(note).map_err(|_| Fault::Checkpoint(NoteRefused::Form.into()))?;
    let before = Checkpoint::open(&note, verifier).map_err(Fault::Checkpoint)?;
    let cosignatures = witnessed(witnesses, &note)?;
    if before.size > published.size || continuity(source, &before, published).await? != Continuity::Continues {
        return Err(Fault::Witnessed { witnessed: before.size, published: published.size }.into());
    }
    Ok(cosignatures)
}

fn cosigned(witness: &Witness, note: &str) -> Result<(String, Seconds), Fault> {
    let name = witness.name().to_owned();
    match witness.cosigned(note) {
        Ok(Some(at)) => Ok((name, at)),
        Ok(None) => Err(Fault::NotCosigned(name)),
        Err(reason) => Err(Fault::Cosignature { witness: name, reason }),
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
