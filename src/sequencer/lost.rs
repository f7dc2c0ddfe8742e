//! The way back when the newest backup is older than what was published: the log is kept, and what it lost is named.
//!
//! The published log must not be set back, or everybody who holds a checkpoint holds proof of a fork. So the database
//! goes forward to it: published entries whose leaves no backup holds stay as bare hashes, and what they recorded,
//! revocations among them, is lost for good.

use std::collections::HashMap;
use std::sync::Arc;

use super::publish::blocking;
use super::{Disagreement, Sequencer, SequencerError, published, right_edge};
use crate::audit::{self, Act};
use crate::auth::Actor;
use crate::random::Random;
use crate::storage::{LogState, LostEntry, StorageError};
use crate::transparency::{Entry, Level, Tile, TilesError, frontier_at};

/// How many waiting leaves are looked through for those that were placed after the backup.
const MOST_WAITING: i64 = 1_000_000;

impl Sequencer {
    /// How many published entries the database lacks; none when it lacks none.
    pub async fn missing(&self) -> Result<u64, SequencerError> {
        let (store, signer) = (Arc::clone(&self.store), Arc::clone(&self.signer));
        let published = blocking(move || published(&store, &signer)).await?;
        let recorded = self.storage.log_state().await?.size;
        Ok(published.map_or(0, |checkpoint| checkpoint.size.saturating_sub(recorded)))
    }

    /// Brings the database forward to the published log, which must continue it. Answers how many leaves are lost: fewer
    /// than were missing, where the backup has some of them waiting for their places.
    pub async fn give_up_missing(&self, random: &Random) -> Result<usize, SequencerError> {
        let state = self.storage.log_state().await?;
        let mut tree = right_edge(&state)?;
        let (store, signer) = (Arc::clone(&self.store), Arc::clone(&self.signer));
        let Some(published) = blocking(move || published(&store, &signer)).await? else { return Ok(0) };
        if published.size <= state.size {
            return Ok(0);
        }
        let (store, from, to) = (Arc::clone(&self.store), state.size, published.size);
        let root = published.root;
        let entries = blocking(move || {
            frontier_at(to, root, |tile| store.read(tile))?;
            let bundles = (from / 256..to.div_ceil(256)).filter_map(|index| Tile::in_tree(Level::Entries, index, to));
            let mut entries = Vec::new();
            for tile in bundles {
                let bytes = store.read(&tile)?.ok_or(TilesError::Missing { tile })?;
                entries.extend(tile.entries(&bytes).ok_or(TilesError::Damaged { tile })?);
            }
            Ok(entries)
        })
        .await?;
        let skipped = usize::try_from(from % 256).unwrap_or_default();
        let now = self.clock.now();
        let waiting = self.storage.waiting_leaves(MOST_WAITING).await?.into_iter();
        let mut waiting: HashMap<[u8; 32], _> = waiting.map(|leaf| (leaf.entry, leaf.id)).collect();
        let (mut lost, mut placements) = (Vec::new(), Vec::new());
        for entry in entries.into_iter().skip(skipped) {
            let place = tree.size();
            match waiting.remove(&entry.0) {
                Some(leaf) => placements.push((leaf, place)),
                None => lost.push(LostEntry { place, entry: entry.0, given_up_at: now }),
            }
            tree.append(Entry(entry.0).leaf_hash());
        }
        // The published entries after the database's own must lead to the published root: else it is another log's.
        if tree.root() != root {
            return Err(Disagreement::Differs { size: published.size }.into());
        }
        let checkpoint = published.sign(&self.signer)?;
        let new = LogState {
            size: published.size,
            root: root.0,
            frontier: tree.to_bytes(),
            checkpoint,
            updated_at: now.max(state.updated_at),
        };
        let detail = serde_json::json!({ "from": state.size, "to": published.size, "lost": lost.len() });
        let subject = self.signer.verifier().name();
        let event = audit::event(random, Actor::Operator.label(), Act::GiveUpEntries, subject, now, &detail);
        let event = event.map_err(StorageError::from)?;
        let given_up = self.storage.give_up(state.size, &new, &lost, &placements, &event).await?;
        if given_up { Ok(lost.len()) } else { Err(SequencerError::Interrupted) }
    }
}
