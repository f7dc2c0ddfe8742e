//! The queue of writes: acts of many callers share one commit, each that may conflict in its own savepoint.
//!
//! An act that conflicts is taken back alone and never fails its neighbours; a commit that fails fails all of its
//! batch. An answer is given only after the commit: whoever hears `Ok` may rely on it after a crash.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::audit::NewAuditEvent;
use super::database::{Database, Transaction, execute};
use super::error::{StorageError, met_another};
use super::figures::{self, Key, Pending, Shard};
use super::issuance::PreparedIssuance;
use super::looks::Look;
use super::standing::StandingChange;
use super::statements as sql;

/// The acts that share commits.
pub(super) enum Act {
    Shielded(Shielded),
    Look(Look),
    Audit(NewAuditEvent),
}

/// Acts that may conflict.
pub(super) enum Shielded {
    Issuance(Box<PreparedIssuance>),
    Standing(Box<StandingChange>),
}

/// Why an act was taken back.
#[derive(Debug, Clone)]
pub(super) enum Refusal {
    NumberTaken,
    CodeTaken,
    PlaceTaken,
    IdempotencyTaken,
    Overtaken,
    Erased,
    Storage(StorageError),
}

/// The way to the one task that writes.
pub(super) struct Queue {
    sender: Mutex<Option<mpsc::Sender<Job>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
    pending: Arc<Pending>,
}

struct Job {
    act: Act,
    handed_over: tokio::time::Instant,
    answer: oneshot::Sender<Result<(), Refusal>>,
}

/// How many acts may share a commit: enough for the flush to be cheap, few enough for the first not to wait long.
const BATCH: usize = 64;
/// How many acts may wait before callers do.
const WAITING: usize = 1024;
/// How long a count waits to be written: what a process that is killed may lose.
const COUNTS_WAIT: Duration = Duration::from_secs(1);
/// How long after it was handed over an act is still taken up. What waited longer is refused, and surely not done: no row
/// comes to the records long after the instant that it carries.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often an act that only met another process's transaction is tried alone.
const ATTEMPTS: u8 = 5;

impl Queue {
    pub(super) fn start(database: Arc<Database>, shard: Shard) -> Self {
        let (sender, jobs) = mpsc::channel(WAITING);
        let pending = Arc::new(Pending::default());
        let writer = tokio::spawn(write(database, jobs, Arc::clone(&pending), shard));
        Self { sender: Mutex::new(Some(sender)), writer: Mutex::new(Some(writer)), pending }
    }

    /// What was counted and is not written yet.
    pub(super) fn pending(&self) -> &Pending {
        &self.pending
    }

    /// Does `act`; it is durable when this returns `Ok`. A caller that goes away does not cancel it.
    pub(super) async fn perform(&self, act: Act) -> Result<(), Refusal> {
        const CLOSED: Refusal = Refusal::Storage(StorageError::Closed);
        let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or(CLOSED)?;
        let (answer, answered) = oneshot::channel();
        sender.send(Job { act, handed_over: tokio::time::Instant::now(), answer }).await.map_err(|_| CLOSED)?;
        drop(sender);
        answered.await.map_err(|_| CLOSED)?
    }

    /// Takes no more acts, and returns when those taken are done.
    pub(super) async fn close(&self) {
        drop(self.sender.lock().unwrap_or_else(PoisonError::into_inner).take());
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writer) = writer {
            // A writer that panicked has answered nobody: its callers were told that the storage is closed.
            let _ = writer.await;
        }
    }
}

async fn write(database: Arc<Database>, mut jobs: mpsc::Receiver<Job>, pending: Arc<Pending>, shard: Shard) {
    let mut batch: Vec<Job> = Vec::with_capacity(BATCH);
    let mut every = tokio::time::interval(COUNTS_WAIT);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let taken = tokio::select! {
            taken = jobs.recv_many(&mut batch, BATCH) => taken,
            _ = every.tick() => {
                write_counts(&database, &pending, shard).await;
                continue;
            }
        };
        if taken == 0 {
            break;
        }
        for late in batch.extract_if(.., |job| job.is_late()) {
            late.answer(Err(StorageError::Overdue.into()));
        }
        if batch.is_empty() {
            continue;
        }
        match perform(&database, &batch, shard).await {
            // Alone, each fails for itself, and holds nothing for which another process waits while it waits itself.
            Err(failed) if failed.nothing_was_done() => {
                for job in batch.drain(..) {
                    let outcome = perform_alone(&database, &job, shard).await;
                    job.answer(outcome);
                }
            }
            Err(failed) => batch.drain(..).for_each(|job| job.answer(Err(Refusal::Storage(failed.error().clone())))),
            Ok(outcomes) => batch.drain(..).zip(outcomes).for_each(|(job, outcome)| job.answer(outcome)),
        }
    }
    write_counts(&database, &pending, shard).await;
}

/// Writes what was counted; what surely was not written is tried again with the next.
async fn write_counts(database: &Database, pending: &Pending, shard: Shard) {
    let counts = pending.take();
    if counts.is_empty() {
        return;
    }
    let raised: Result<(), Failed> = async {
        let mut transaction = database.begin().await?;
        figures::raise(&mut transaction, &counts, shard).await?;
        transaction.commit().await.map_err(Failed::ToCommit)
    }
    .await;
    if let Err(failed) = raised {
        tracing::warn!(error = failed.error() as &dyn std::error::Error, "daily figures could not be written");
        if failed.nothing_was_done() {
            pending.put_back(counts);
        }
    }
}

/// Does one act in a transaction of its own, again when it only met another process's.
async fn perform_alone(database: &Database, job: &Job, shard: Shard) -> Result<(), Refusal> {
    let mut attempt = 1;
    loop {
        if job.is_late() {
            return Err(StorageError::Overdue.into());
        }
        match perform(database, std::slice::from_ref(job), shard).await {
            Ok(outcomes) => return outcomes.into_iter().collect(),
            Err(failed) if is_passing(failed.error()) && attempt < ATTEMPTS => attempt += 1,
            Err(failed) => return Err(failed.error().clone().into()),
        }
    }
}

/// Does the acts one after the other and commits them together.
///
/// One that meets another process's transaction in a deadlock takes back the whole batch: only so are the rows freed
/// for which the other waits.
async fn perform(database: &Database, batch: &[Job], shard: Shard) -> Result<Vec<Result<(), Refusal>>, Failed> {
    let mut transaction = database.begin().await?;
    let mut outcomes = Vec::with_capacity(batch.len());
    let looks: Vec<&Look> = batch.iter().filter_map(|job| job.act.look()).collect();
    let recorded = Look::store_all(&looks, &mut transaction).await?;
    for job in batch {
        outcomes.push(match &job.act {
            // Nothing but its fresh id could conflict: where these fail the database does, and so does the batch.
            Act::Look(look) => recorded.contains(&look.id).then_some(()).ok_or(Refusal::Erased),
            Act::Audit(event) => Ok(event.store(&mut transaction).await?),
            Act::Shielded(act) => shielded(&mut transaction, act).await?,
        });
    }
    figures::raise(&mut transaction, &issued(batch, &outcomes), shard).await?;
    transaction.commit().await.map_err(Failed::ToCommit)?;
    Ok(outcomes)
}

/// What the issuances of a batch add to the daily figures: counted where they are stored, so that the two never differ.
fn issued(batch: &[Job], outcomes: &[Result<(), Refusal>]) -> BTreeMap<Key, i64> {
    let mut counts = BTreeMap::new();
    for (job, outcome) in batch.iter().zip(outcomes) {
        if let (Act::Shielded(Shielded::Issuance(issuance)), Ok(())) = (&job.act, outcome) {
            issuance.counts().into_iter().for_each(|key| *counts.entry(key).or_default() += 1);
        }
    }
    counts
}

/// Why a batch was not done. A commit that failed may have been done all the same, and is never tried again.
enum Failed {
    BeforeCommit(StorageError),
    ToCommit(StorageError),
}

impl Failed {
    fn error(&self) -> &StorageError {
        match self {
            Self::BeforeCommit(error) | Self::ToCommit(error) => error,
        }
    }

    fn nothing_was_done(&self) -> bool {
        matches!(self, Self::BeforeCommit(_)) || is_passing(self.error())
    }
}

impl From<StorageError> for Failed {
    fn from(error: StorageError) -> Self {
        Self::BeforeCommit(error)
    }
}

impl From<sqlx::Error> for Failed {
    fn from(error: sqlx::Error) -> Self {
        Self::BeforeCommit(error.into())
    }
}

/// Does an act that may conflict in a savepoint of its own: what it did is taken back, and its neighbours' is not.
async fn shielded(transaction: &mut Transaction, act: &Shielded) -> Result<Result<(), Refusal>, StorageError> {
    execute!(transaction, sql::SAVEPOINT)?;
    let outcome = act.perform(transaction).await;
    match &outcome {
        Ok(()) => {}
        Err(Refusal::Storage(error)) if is_passing(error) => return Err(error.clone()),
        Err(_) => {
            execute!(transaction, sql::ROLL_BACK)?;
        }
    }
    execute!(transaction, sql::RELEASE)?;
    Ok(outcome)
}

/// Whether an act only met another process's transaction.
fn is_passing(error: &StorageError) -> bool {
    matches!(error, StorageError::Database(error) if met_another(error))
}

impl Job {
    fn is_late(&self) -> bool {
        self.handed_over.elapsed() > PATIENCE
    }

    fn answer(self, outcome: Result<(), Refusal>) {
        // The caller may have gone away; what was done stays done.
        let _ = self.answer.send(outcome);
    }
}

impl Act {
    fn look(&self) -> Option<&Look> {
        if let Self::Look(look) = self { Some(look) } else { None }
    }
}

impl Shielded {
    async fn perform(&self, transaction: &mut Transaction) -> Result<(), Refusal> {
        match self {
            Self::Issuance(issuance) => issuance.store(transaction).await,
            Self::Standing(change) => change.store(transaction).await,
        }
    }
}

impl Refusal {
    /// For acts that can meet no conflict.
    pub(super) fn into_storage_error(self, table: &'static str) -> StorageError {
        match self {
            Self::Storage(error) => error,
            _ => StorageError::Damaged { table, column: "id" },
        }
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Self::Storage(error.into())
    }
}

impl From<StorageError> for Refusal {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn event() -> NewAuditEvent {
        NewAuditEvent {
            id: uuid::Uuid::nil(),
            actor: "operator".into(),
            act: "issue".into(),
            subject: "x".into(),
            occurred_at: crate::clock::Instant::from_millis(0),
            detail: "{}".into(),
            organisation: None,
        }
    }

    /// The settling of exports rests on it: what waited too long is refused, and not done late.
    #[tokio::test]
    async fn an_act_that_waited_too_long_is_not_done() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("empty.db").display());
        let database = Arc::new(Database::connect(&url, None, super::super::Durability::Asserted).await.unwrap());
        let (sender, jobs) = mpsc::channel(2);
        let hand_over = |ago: Duration| {
            let (answer, answered) = oneshot::channel();
            let handed_over = tokio::time::Instant::now().checked_sub(ago).unwrap();
            assert!(sender.try_send(Job { act: Act::Audit(event()), handed_over, answer }).is_ok());
            answered
        };
        let (late, in_time) = (hand_over(PATIENCE + Duration::from_secs(1)), hand_over(Duration::ZERO));
        drop(sender);
        let shard = Shard::draw(&Random::system()).unwrap();
        write(database, jobs, Arc::new(Pending::default()), shard).await;
        assert!(matches!(late.await.unwrap(), Err(Refusal::Storage(StorageError::Overdue))));
        // This one was tried: the empty database has no such table.
        assert!(matches!(in_time.await.unwrap(), Err(Refusal::Storage(StorageError::Database(_)))));
    }
}
