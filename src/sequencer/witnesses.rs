//! The witnesses: asked after publishing, so that nobody waits for them; what contradicts them is an alarm, and no start.
//!
//! A checkpoint is published as soon as its tiles are, and cosigned a moment later: a witness that is away never stops
//! issuing. The newest checkpoint that a quorum cosigned is kept beside the newest one, and its age is a metric.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::watch;

use super::publish::blocking;
use super::{Disagreement, Sequencer, SequencerError};
use crate::clock::Instant;
use crate::log_store::LogStore;
use crate::transparency::cosignature::Seconds;
use crate::transparency::{AddCheckpoint, Checkpoint, Witness, build_consistency, root_at, witnessed_at};
use crate::witness::{Answer, WitnessClient, WitnessError};

/// How long a round rests before the next.
const REST: Duration = Duration::from_secs(1);
/// How long it rests when a witness did not answer.
const REST_AFTER_FAILURE: Duration = Duration::from_secs(10);
/// How long a witness is waited for, with all that it asks again.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// How old a cosignature may become before the same checkpoint is shown again: that nothing happens is news too.
const FRESH_SECONDS: u64 = 300;
/// How often a witness may say that it is elsewhere before it is given up until the next round.
const ATTEMPTS: usize = 3;

/// Who cosigns this log.
#[derive(Default)]
pub struct Witnesses {
    clients: Vec<WitnessClient>,
    quorum: usize,
    /// The size that each has cosigned last, as far as this process knows.
    sizes: Mutex<HashMap<String, u64>>,
}

impl Witnesses {
    /// Those witnesses, of whom `quorum` make a checkpoint a witnessed one.
    pub fn new(clients: Vec<WitnessClient>, quorum: usize) -> Self {
        Self { clients, quorum, sizes: Mutex::default() }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.clients.is_empty()
    }

    /// How many must cosign.
    pub fn quorum(&self) -> usize {
        self.quorum
    }

    fn keys(&self) -> Vec<Witness> {
        self.clients.iter().map(|client| client.witness().clone()).collect()
    }

    fn size(&self, name: &str) -> u64 {
        self.sizes.lock().unwrap_or_else(PoisonError::into_inner).get(name).copied().unwrap_or(0)
    }

    fn remember(&self, name: &str, size: u64) {
        self.sizes.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), size);
    }
}

/// What asking a witness came to.
enum Asked {
    Cosigned(String),
    /// It has seen more by now, from another process: the next round asks again.
    Ahead,
}

/// What a witness says of the published checkpoint.
#[derive(Debug)]
pub enum Heard {
    /// It cosigned it: so many leaves.
    Cosigned(u64),
    /// It has seen more by now, from another process of this service.
    Ahead,
    /// Nothing that can be used.
    Nothing(WitnessError),
    /// What it cosigned before is not continued by this log.
    Contradiction(SequencerError),
}

impl Sequencer {
    /// Asks the witnesses about each new checkpoint, and about an old one from time to time, until `stop` turns true.
    pub async fn gather_cosignatures(self, mut stop: watch::Receiver<bool>) {
        if self.witnesses.is_empty() {
            return;
        }
        while !*stop.borrow() {
            let rest = match self.ask_witnesses(PATIENCE).await {
                Ok(true) => REST,
                Ok(false) => REST_AFTER_FAILURE,
                Err(error) => {
                    metrics::counter!("earayis_alarms_total", "alarm" => "witness").increment(1);
                    tracing::error!(
                        alarm = "witness",
                        error = &error as &dyn std::error::Error,
                        "the witnesses could not be asked, or contradict this log"
                    );
                    REST_AFTER_FAILURE
                }
            };
            let _ = tokio::time::timeout(rest, stop.wait_for(|stop| *stop)).await;
        }
    }

    /// One round: asks each witness whose cosignature of the published checkpoint is missing or old. Answers whether all
    /// of them answered within `patience`; a witness that contradicts the log is an error.
    pub async fn ask_witnesses(&self, patience: Duration) -> Result<bool, SequencerError> {
        let Some((note, checkpoint)) = self.shown().await? else { return Ok(true) };
        let now = seconds(self.clock.now());
        let stale = |client: &&WitnessClient| {
            let at = client.witness().cosigned(&note).ok().flatten();
            at.is_none_or(|at| at + FRESH_SECONDS < now)
        };
        let asked = self.witnesses.clients.iter().filter(stale);
        let answers = join_all(asked.map(|client| self.ask_within(patience, client, &note, &checkpoint))).await;
        let (mut lines, mut all) = (Vec::new(), true);
        let mut disagreement = None;
        for answer in answers {
            match answer {
                Ok(Asked::Cosigned(own)) => lines.push(own),
                Ok(Asked::Ahead) => {}
                Err(Unasked::Witness(error)) => {
                    all = false;
                    metrics::counter!("earayis_witness_errors_total").increment(1);
                    tracing::warn!(error = &error as &dyn std::error::Error, "a witness gave no cosignature");
                }
                // What the others signed is kept all the same.
                Err(Unasked::Log(error)) => disagreement = Some(error),
            }
        }
        if !lines.is_empty() {
            self.keep(note, lines).await?;
        }
        self.show_age().await?;
        disagreement.map_or(Ok(all), Err)
    }

    /// What each witness says when it is asked now, by name, however fresh its cosignature is: for whoever looks after it.
    pub async fn hear_witnesses(&self) -> Result<Vec<(String, Heard)>, SequencerError> {
        let Some((note, checkpoint)) = self.shown().await? else { return Ok(Vec::new()) };
        let clients = &self.witnesses.clients;
        let answers = clients.iter().map(|client| self.ask_within(PATIENCE, client, &note, &checkpoint));
        let (mut lines, mut heard) = (Vec::new(), Vec::new());
        for (client, answer) in clients.iter().zip(join_all(answers).await) {
            let said = match answer {
                Ok(Asked::Cosigned(own)) => {
                    lines.push(own);
                    Heard::Cosigned(checkpoint.size)
                }
                Ok(Asked::Ahead) => Heard::Ahead,
                Err(Unasked::Witness(error)) => Heard::Nothing(error),
                Err(Unasked::Log(error)) => Heard::Contradiction(error),
            };
            heard.push((client.witness().name().to_owned(), said));
        }
        if !lines.is_empty() {
            self.keep(note, lines).await?;
        }
        Ok(heard)
    }

    /// The published checkpoint and its note, which this log's key signed.
    async fn shown(&self) -> Result<Option<(String, Checkpoint)>, SequencerError> {
        let store = Arc::clone(&self.store);
        let Some(note) = blocking(move || Ok(store.checkpoint()?)).await? else { return Ok(None) };
        let checkpoint = Checkpoint::open(&note, self.signer.verifier())?;
        Ok(Some((note, checkpoint)))
    }

    async fn ask_within(
        &self,
        patience: Duration,
        client: &WitnessClient,
        note: &str,
        new: &Checkpoint,
    ) -> Result<Asked, Unasked> {
        let silent = || Unasked::Witness(WitnessError::Silent(client.witness().name().to_owned()));
        tokio::time::timeout(patience, self.ask(client, note, new)).await.map_err(|_| silent())?
    }

    async fn keep(&self, note: String, lines: Vec<String>) -> Result<(), SequencerError> {
        let (store, witnesses) = (Arc::clone(&self.store), Arc::clone(&self.witnesses));
        blocking(move || {
            // Told under the store's lock: of two processes each may have one cosignature of the two that are enough.
            let enough = |cosigned: &str| witnessed_at(cosigned, &witnesses.keys(), witnesses.quorum).is_some();
            store.cosign(&note, &lines, enough)?;
            Ok(())
        })
        .await
    }

    /// When the newest checkpoint that a quorum cosigned was cosigned, and its size; none when there is none.
    pub async fn last_witnessed(&self) -> Result<Option<(u64, Seconds)>, SequencerError> {
        let (store, witnesses) = (Arc::clone(&self.store), Arc::clone(&self.witnesses));
        let verifier = self.signer.verifier().clone();
        blocking(move || {
            let Some(note) = store.witnessed()? else { return Ok(None) };
            // One that a former key signed: since the present one signs, nothing was cosigned yet.
            let Ok(Checkpoint { size, .. }) = Checkpoint::open(&note, &verifier) else { return Ok(None) };
            Ok(witnessed_at(&note, &witnesses.keys(), witnesses.quorum).map(|at| (size, at)))
        })
        .await
    }

    async fn show_age(&self) -> Result<(), SequencerError> {
        if let Some((_, at)) = self.last_witnessed().await? {
            #[expect(clippy::cast_precision_loss, reason = "an age in seconds fits any float")]
            metrics::gauge!("earayis_log_witnessed_age_seconds")
                .set(seconds(self.clock.now()).saturating_sub(at) as f64);
        }
        Ok(())
    }

    /// Asks one witness, from what it has cosigned last.
    async fn ask(&self, client: &WitnessClient, note: &str, new: &Checkpoint) -> Result<Asked, Unasked> {
        let name = client.witness().name();
        for _ in 0..ATTEMPTS {
            let old_size = self.witnesses.size(name);
            if old_size > new.size {
                self.saw_no_more_than_recorded(name, old_size).await?;
                return Ok(Asked::Ahead);
            }
            let (store, checkpoint) = (Arc::clone(&self.store), new.clone());
            let proof = blocking(move || proof(&store, old_size, &checkpoint)).await.map_err(Unasked::Log)?;
            let request = AddCheckpoint { old_size, proof, note: text_and_own_signature(note, new, self)? };
            match client.add_checkpoint(&request).await.map_err(Unasked::Witness)? {
                Answer::Cosigned(line) => {
                    self.witnesses.remember(name, new.size);
                    return Ok(Asked::Cosigned(line));
                }
                Answer::Conflict(size) => self.witnesses.remember(name, size),
                Answer::Unproven => {
                    let disagreement = Disagreement::WitnessDiffers { witness: name.to_owned(), size: old_size };
                    return Err(Unasked::Log(disagreement.into()));
                }
            }
        }
        // Another process asks it as fast as this one does, and is no worse informed.
        Ok(Asked::Ahead)
    }

    /// What a witness saw was placed by somebody on this database, or the database was set back.
    async fn saw_no_more_than_recorded(&self, witness: &str, saw: u64) -> Result<(), Unasked> {
        let recorded = self.storage.log_state().await.map_err(|error| Unasked::Log(error.into()))?.size;
        if recorded >= saw {
            return Ok(());
        }
        // Asked anew the next time: it may be put right, or the database be restored.
        self.witnesses.remember(witness, 0);
        Err(Unasked::Log(Disagreement::WitnessAhead { witness: witness.to_owned(), saw, recorded }.into()))
    }
}

enum Unasked {
    Witness(WitnessError),
    Log(SequencerError),
}

/// The checkpoint as the log signs it: others' cosignatures are nobody else's affair.
fn text_and_own_signature(note: &str, checkpoint: &Checkpoint, log: &Sequencer) -> Result<String, Unasked> {
    let own = checkpoint.sign(&log.signer).map_err(|refused| Unasked::Log(refused.into()))?;
    Ok(if note.starts_with(&own) { own } else { note.to_owned() })
}

fn proof(store: &LogStore, old_size: u64, new: &Checkpoint) -> Result<Vec<crate::transparency::Hash>, SequencerError> {
    if old_size == 0 || old_size == new.size {
        return Ok(Vec::new());
    }
    let old_root = root_at(|tile| store.read(tile), old_size, new.size)?;
    let proof = build_consistency(|tile| store.read(tile), (old_size, old_root), (new.size, new.root))?;
    Ok(proof.hashes)
}

fn seconds(at: Instant) -> Seconds {
    u64::try_from(at.seconds()).unwrap_or(0)
}
