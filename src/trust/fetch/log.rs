//! The log's part of a fetch: a checkpoint that continues the held one, and the tree of hashes under its root.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use futures_util::future::try_join_all;

use super::super::tree::{IN_MEMORY, KeptTree};
use super::super::{Trust, TrustError};
use super::{CHECKPOINT_BYTES, FetchError, Fetching, Tell};
use crate::keys::StatedLogKey;
use crate::routes::LOG_CHECKPOINT;
use crate::transparency::{
    Checkpoint, ProvenTiles, Tile, TilesError, frontier_at, full_hash_tiles, full_hash_tiles_counted, proven_root_at,
};

/// So many tiles are asked for at once.
const AT_ONCE: usize = 8;

/// A tile that must be fetched before it can be read.
#[derive(Debug)]
struct NotFetched;

impl Fetching<'_> {
    /// The checkpoint as it was signed and what it says, with the tree under it in its place, which has grown by no more
    /// than `growth` entries.
    pub(super) async fn log(
        &self,
        key: &StatedLogKey,
        growth: u64,
        tell: Tell<'_>,
    ) -> Result<Option<(Vec<u8>, Checkpoint)>, FetchError> {
        let note = self.server.find(LOG_CHECKPOINT, CHECKPOINT_BYTES).await?;
        let Some(checkpoint) = self.checkpoint(note.as_deref(), key, growth).await? else { return Ok(None) };
        self.tree(&checkpoint, tell).await?;
        Ok(note.map(|note| (note, checkpoint)))
    }

    /// The checkpoint, if it continues the one that is held.
    async fn checkpoint(
        &self,
        note: Option<&[u8]>,
        key: &StatedLogKey,
        growth: u64,
    ) -> Result<Option<Checkpoint>, FetchError> {
        let held = self.held.as_ref().and_then(|held| held.checkpoint.clone());
        let Some(note) = note else {
            return match held {
                None => Ok(None),
                Some(_) => Err(FetchError::NotThere("the log's checkpoint".to_owned())),
            };
        };
        let text = std::str::from_utf8(note).map_err(|_| FetchError::Form("checkpoint"))?;
        // Whoever stole a former key signs what he likes; the root has stated another since.
        let new = Checkpoint::open(text, &key.verifier).map_err(|_| FetchError::Checkpoint)?;
        let grown = new.size.saturating_sub(held.as_ref().map_or(0, |held| held.size));
        if grown > growth {
            return Err(FetchError::Growth { grown, growth });
        }
        let Some(held) = held else { return Ok(Some(new)) };
        if new.origin != held.origin {
            return Err(self.broken_log(format!("the log `{}` is now called `{}`", held.origin, new.origin), note)?);
        }
        if new.size < held.size {
            let what = format!("the log had {} entries and now has {}", held.size, new.size);
            return Err(self.broken_log(what, note)?);
        }
        if !self.continues(&held, &new).await? {
            let what = format!("the log of {} entries does not continue the one of {}", new.size, held.size);
            return Err(self.broken_log(what, note)?);
        }
        Ok(Some(new))
    }

    /// Whether the new tree begins with the whole of the old one, as the log's tiles prove it. Tiles that are not there or
    /// are not those of the new tree prove neither, and accuse nobody.
    async fn continues(&self, old: &Checkpoint, new: &Checkpoint) -> Result<bool, FetchError> {
        if old.size == new.size || old.size == 0 {
            return Ok(old.size == 0 || old.root == new.root);
        }
        let mut tiles: BTreeMap<Tile, Vec<u8>> = BTreeMap::new();
        loop {
            let read = |tile: &Tile| tiles.get(tile).cloned().map(Some).ok_or(NotFetched);
            match proven_root_at(read, old.size, (new.size, new.root)) {
                Ok(root) => return Ok(root == old.root),
                Err(TilesError::Read { tile, .. }) => {
                    let bytes = self.tile(&tile).await?;
                    tiles.insert(tile, bytes);
                }
                Err(error) => return Err(FetchError::Tree(error.to_string())),
            }
        }
    }

    async fn tile(&self, tile: &Tile) -> Result<Vec<u8>, FetchError> {
        let found = self.server.tile(tile).await?;
        found.ok_or_else(|| FetchError::NotThere(format!("the log's {tile}")))
    }

    /// Brings the kept tree up to `new`, each tile proven under its root before it is put to its place.
    ///
    /// What is there is proven like what is fetched, whoever left it: what was damaged since is fetched again.
    async fn tree(&self, new: &Checkpoint, tell: Tell<'_>) -> Result<(), FetchError> {
        let tree = KeptTree::of(self.folder);
        let edge = self.edge(new).await?;
        let (size, root, proven) = (new.size, new.root, ProvenTiles::with_room(IN_MEMORY));
        for (tile, bytes) in &edge {
            tree.write(tile, bytes).map_err(unkept(&tree))?;
        }
        // From the top: what proves a tile stands above it.
        let (mut wanted, all) = (full_hash_tiles(size), full_hash_tiles_counted(size));
        let mut done = 0;
        while done < all {
            tell("hashes of the log", done, all);
            let tiles: Vec<Tile> = wanted.by_ref().take(AT_ONCE).collect();
            let prove = |tile: &Tile, bytes: &[u8]| {
                let read = |wanted: &Tile| if wanted == tile { Ok(Some(bytes.to_vec())) } else { tree.read(wanted) };
                proven.prove(*tile, size, root, read)
            };
            let kept: BTreeSet<Tile> = tiles
                .iter()
                .filter(|tile| tree.read(tile).is_ok_and(|kept| kept.is_some_and(|bytes| prove(tile, &bytes).is_ok())))
                .copied()
                .collect();
            let fetched = tiles.iter().filter(|tile| !kept.contains(tile));
            let fetched = fetched.map(async |tile| Ok::<_, FetchError>((tile, self.tile(tile).await?)));
            for (tile, bytes) in try_join_all(fetched).await? {
                prove(tile, &bytes).map_err(|error| unproven(&tree, error))?;
                tree.write(tile, &bytes).map_err(unkept(&tree))?;
            }
            done += AT_ONCE as u64;
        }
        tree.sync().map_err(unkept(&tree))
    }

    /// The tiles at the right end of the tree, which fold to its root.
    async fn edge(&self, new: &Checkpoint) -> Result<BTreeMap<Tile, Vec<u8>>, FetchError> {
        let mut edge: BTreeMap<Tile, Vec<u8>> = BTreeMap::new();
        loop {
            let read = |tile: &Tile| edge.get(tile).cloned().map(Some).ok_or(NotFetched);
            let missing = match frontier_at(new.size, new.root, read) {
                Ok(_) => return Ok(edge),
                Err(TilesError::Read { tile, .. }) => tile,
                Err(error) => return Err(FetchError::Tree(error.to_string())),
            };
            let bytes = self.tile(&missing).await?;
            edge.insert(missing, bytes);
        }
    }

    fn broken_log(&self, what: String, offered: &[u8]) -> Result<FetchError, TrustError> {
        let before = self.held.as_ref().map(Trust::checkpoint_note).transpose()?.unwrap_or_default();
        Ok(self.contradiction(what, "log", &[("held-checkpoint", &before), ("offered-checkpoint", offered)]))
    }
}

fn unkept(tree: &KeptTree) -> impl Fn(io::Error) -> FetchError {
    let path = tree.folder().to_owned();
    move |reason| TrustError::Unavailable { path: path.clone(), reason }.into()
}

fn unproven(tree: &KeptTree, error: TilesError<io::Error>) -> FetchError {
    match error {
        TilesError::Read { source, .. } => unkept(tree)(source),
        error => FetchError::Tree(error.to_string()),
    }
}
