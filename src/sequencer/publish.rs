//! Publishing: tiles first, the checkpoint that names them last, so that no reader ever misses what a checkpoint promises.

use std::sync::Arc;

use super::{Disagreement, Sequencer, SequencerError, published, size_and_root};
use crate::log_store::LogStoreError;
use crate::storage::LogState;
use crate::transparency::{Entry, Frontier, Hash, frontier_at, grow};

/// The most entries that one step reads from the database.
const ENTRIES_A_STEP: u64 = 16_384;

impl Sequencer {
    /// Brings the store up to the database. A crash between two files is mended by the next turn, of whichever process:
    /// the same rows make the same tiles, and the only checkpoint ever published is the one that the transaction which
    /// gave the places has stored.
    ///
    /// Answers the database's state that the store was found to agree with.
    pub(super) async fn publish(&self) -> Result<LogState, SequencerError> {
        let state = self.storage.log_state().await?;
        let (store, signer) = (Arc::clone(&self.store), Arc::clone(&self.signer));
        let published = blocking(move || published(&store, &signer)).await?;
        let (size, root) = size_and_root(published.as_ref());
        if published.is_some() && size >= state.size {
            self.not_behind(size, root, &state).await?;
        } else if !state.checkpoint.is_empty() {
            self.catch_up(size, root, &state).await?;
        }
        Ok(state)
    }

    pub(super) async fn catch_up(&self, size: u64, root: Hash, state: &LogState) -> Result<(), SequencerError> {
        let store = Arc::clone(&self.store);
        let mut edge = blocking(move || Ok(frontier_at(size, root, |tile| store.read(tile))?)).await?;
        while edge.size() < state.size {
            edge = self.step(edge, state).await?;
        }
        if edge.root() != Hash(state.root) {
            return Err(Disagreement::Differs { size: state.size }.into());
        }
        let (store, checkpoint) = (Arc::clone(&self.store), state.checkpoint.clone());
        match blocking(move || Ok(store.publish(&[], &checkpoint)?)).await {
            Err(SequencerError::Store(LogStoreError::Ahead { published, .. })) => self.recorded(published).await,
            outcome => outcome,
        }
    }

    /// The store shows as much as the database had when we looked, or more.
    async fn not_behind(&self, size: u64, root: Hash, state: &LogState) -> Result<(), SequencerError> {
        if size > state.size {
            return self.recorded(size).await;
        }
        if root == Hash(state.root) { Ok(()) } else { Err(Disagreement::Differs { size }.into()) }
    }

    /// Another process may have published more than was in the database when we looked: by now it must be there.
    async fn recorded(&self, published: u64) -> Result<(), SequencerError> {
        let recorded = self.storage.log_state().await?.size;
        if recorded >= published { Ok(()) } else { Err(Disagreement::PublishedAhead { published, recorded }.into()) }
    }

    /// Writes the tiles of the next entries, ahead of their checkpoint.
    async fn step(&self, edge: Frontier, state: &LogState) -> Result<Frontier, SequencerError> {
        let until = state.size.min(edge.size().saturating_add(ENTRIES_A_STEP));
        let entries: Vec<Entry> = self.storage.entries(edge.size(), until).await?.into_iter().map(Entry).collect();
        if edge.size() + entries.len() as u64 != until {
            return Err(Disagreement::Differs { size: state.size }.into());
        }
        let store = Arc::clone(&self.store);
        blocking(move || {
            let growth = grow(&edge, &entries, |tile| store.read(tile))?;
            store.publish_tiles(&growth.files)?;
            Ok(growth.frontier)
        })
        .await
    }
}

/// Files are read and written off the threads that serve requests.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SequencerError> + Send + 'static,
) -> Result<T, SequencerError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| SequencerError::Interrupted)?
}
