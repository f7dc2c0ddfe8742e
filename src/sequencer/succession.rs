//! The log's next key: what the former one signed is signed anew, the same size and root, so that the log goes on.
//!
//! A former signature only tells that this is the same log, and says nothing that the database does not say too: before
//! anything is signed, what was published is compared with the database, leaf by leaf. So no key, a stolen one neither,
//! can bring another history in, and the signature of a key that was revoked since is as good as another's.

use std::sync::Arc;

use super::publish::blocking;
use super::{Disagreement, Sequencer, SequencerError, right_edge, size_and_root};
use crate::storage::LogState;
use crate::transparency::{Checkpoint, CheckpointRefused, Hash, Verifier};

impl Sequencer {
    /// Signs the recorded checkpoint with the present key, and publishes it, where one of the `former` keys signed it.
    /// Comes before [`Sequencer::start_up`], while nobody signs with a former key any more. Answers whether it did.
    pub async fn succeed(&self, former: &[Verifier]) -> Result<bool, SequencerError> {
        loop {
            let store = Arc::clone(&self.store);
            let note = blocking(move || Ok(store.checkpoint()?)).await?;
            let state = self.storage.log_state().await?;
            let signed = |note: &str| Checkpoint::open(note, self.signer.verifier()).is_ok();
            if note.as_deref().is_none_or(signed) && (state.checkpoint.is_empty() || signed(&state.checkpoint)) {
                return Ok(false);
            }
            let published = note.map(|note| self.by_any(former, &note)).transpose()?;
            if let Some(next) = self.signed_anew(former, published.as_ref(), &state).await? {
                let (size, root) = size_and_root(published.as_ref());
                self.catch_up(size, root, &next).await?;
                tracing::warn!(size, "the log goes on under a new key; tell whoever keeps its vkey");
                return Ok(true);
            }
        }
    }

    /// The recorded state with a checkpoint by the present key; none when the log moved meanwhile.
    async fn signed_anew(
        &self,
        former: &[Verifier],
        published: Option<&Checkpoint>,
        state: &LogState,
    ) -> Result<Option<LogState>, SequencerError> {
        self.clock_is_not_behind(state)?;
        let (size, root) = size_and_root(published);
        if size > state.size || state.checkpoint.is_empty() {
            return Err(Disagreement::PublishedAhead { published: size, recorded: state.size }.into());
        }
        let recorded = self.by_any(former, &state.checkpoint)?;
        let edge = right_edge(state)?;
        if (recorded.size, recorded.root) != (edge.size(), edge.root()) {
            return Err(Disagreement::Differs { size: state.size }.into());
        }
        if published.is_some() {
            self.continues(size, root, state.size, Hash(state.root)).await?;
        }
        let next = self.state(&edge)?;
        Ok(self.storage.advance_log(state.size, &next, &[]).await?.then_some(next))
    }

    /// What a note says that the present key signed, or a former one.
    fn by_any(&self, former: &[Verifier], note: &str) -> Result<Checkpoint, CheckpointRefused> {
        let own = Checkpoint::open(note, self.signer.verifier());
        own.or_else(|refused| former.iter().find_map(|key| Checkpoint::open(note, key).ok()).ok_or(refused))
    }
}
