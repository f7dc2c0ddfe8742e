//! The transparency log in the database: leaves, their places, and how far the log has come.

use uuid::Uuid;

use crate::clock::Instant;

use super::Storage;
use super::certificates::digest;
use super::database::{Transaction, execute, read};
use super::error::{StorageError, damaged};
use super::statements as sql;

/// A leaf to be recorded with its act. None of it is personal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLeaf {
    /// Its id, a `UUIDv7`: leaves get their places by it.
    pub id: Uuid,
    /// Of which certificate.
    pub certificate_id: Uuid,
    /// `issued`, `revoked`, `suspended`, `reinstated`, `superseded` or `restamped`.
    pub act: String,
    /// The random salt.
    pub salt: [u8; 32],
    /// The record, deterministic CBOR.
    pub record: Vec<u8>,
    /// The entry made of both.
    pub entry: [u8; 32],
    /// When.
    pub recorded_at: Instant,
}

/// A leaf as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeafRecord {
    /// Its id.
    pub id: Uuid,
    /// Of which certificate.
    pub certificate_id: Uuid,
    /// What was done.
    pub act: String,
    /// The random salt.
    pub salt: [u8; 32],
    /// The record, deterministic CBOR.
    pub record: Vec<u8>,
    /// The entry made of both.
    pub entry: [u8; 32],
    /// When.
    pub recorded_at: Instant,
    /// Its place in the log; none while it waits.
    pub place: Option<u64>,
}

/// How far the log has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogState {
    /// How many leaves have places.
    pub size: u64,
    /// The root over them (RFC 6962 §2.1).
    pub root: [u8; 32],
    /// What the tree needs to grow, as its owner encodes it; empty at size 0.
    pub frontier: Vec<u8>,
    /// The signed note of the latest checkpoint; empty before the first.
    pub checkpoint: String,
    /// When it was signed; the epoch before the first.
    pub updated_at: Instant,
}

impl Storage {
    /// A certificate's leaves, in the order in which they were recorded.
    pub async fn leaves_of(&self, id: Uuid) -> Result<Vec<LeafRecord>, StorageError> {
        let rows: Vec<LeafRow> =
            read!(self.database(), |pool| sqlx::query_as(sql::LEAVES_OF).bind(id).fetch_all(pool))?;
        rows.into_iter().map(LeafRecord::try_from).collect()
    }

    /// At most `limit` leaves that wait for their places, oldest id first.
    pub async fn waiting_leaves(&self, limit: i64) -> Result<Vec<LeafRecord>, StorageError> {
        let rows: Vec<LeafRow> =
            read!(self.database(), |pool| sqlx::query_as(sql::WAITING_LEAVES).bind(limit).fetch_all(pool))?;
        rows.into_iter().map(LeafRecord::try_from).collect()
    }

    /// When the leaf that waits longest was recorded; none when none waits.
    pub async fn oldest_waiting_since(&self) -> Result<Option<Instant>, StorageError> {
        let oldest: Option<i64> =
            read!(self.database(), |pool| sqlx::query_scalar(sql::OLDEST_WAITING).fetch_one(pool))?;
        Ok(oldest.map(Instant::from_millis))
    }

    /// The entries at the places from `from` up to, and not with, `to`, in order; fewer where the log ends before.
    pub async fn entries(&self, from: u64, to: u64) -> Result<Vec<[u8; 32]>, StorageError> {
        let (start, end) = (place_number(from)?, place_number(to)?);
        let rows: Vec<(i64, Vec<u8>)> =
            read!(self.database(), |pool| sqlx::query_as(sql::ENTRIES).bind(start).bind(end).fetch_all(pool))?;
        let mut entries = Vec::with_capacity(rows.len());
        for (expected, (place, entry)) in (start..).zip(rows) {
            if place != expected {
                return Err(damaged("leaves", "place"));
            }
            entries.push(digest(&entry, "leaves", "entry")?);
        }
        Ok(entries)
    }

    /// How far the log has come.
    pub async fn log_state(&self) -> Result<LogState, StorageError> {
        let row: StateRow = read!(self.database(), |pool| sqlx::query_as(sql::LOG_STATE).fetch_one(pool))?;
        row.try_into()
    }

    /// Gives leaves their places and moves the log to `new`, if it still has `expected_size`; durable when it returns.
    ///
    /// `placements` follow `expected_size` one by one up to `new.size`; none renews the checkpoint only. Answers whether
    /// it was done: `false` when another sequencer came first or a leaf has its place already, and nothing changed.
    pub async fn advance_log(
        &self,
        expected_size: u64,
        new: &LogState,
        placements: &[(Uuid, u64)],
    ) -> Result<bool, StorageError> {
        let follows = placements.iter().map(|&(_, place)| place).eq(expected_size..new.size);
        if !follows || new.size < expected_size {
            return Err(StorageError::Places);
        }
        let mut transaction = self.database().begin().await?;
        let advanced = execute!(
            &mut transaction,
            sql::ADVANCE_LOG,
            place_number(expected_size)?,
            place_number(new.size)?,
            &new.root[..],
            &new.frontier,
            &new.checkpoint,
            new.updated_at.millis(),
        )?;
        if advanced != 1 {
            return Ok(false);
        }
        for &(leaf, place) in placements {
            if execute!(&mut transaction, sql::PLACE_LEAF, leaf, place_number(place)?)? != 1 {
                return Ok(false);
            }
        }
        transaction.commit().await?;
        Ok(true)
    }
}

impl NewLeaf {
    pub(super) async fn store(&self, transaction: &mut Transaction) -> Result<(), StorageError> {
        execute!(
            transaction,
            sql::INSERT_LEAF,
            self.id,
            self.certificate_id,
            &self.act,
            &self.salt[..],
            &self.record,
            &self.entry[..],
            self.recorded_at.millis(),
        )?;
        Ok(())
    }
}

fn place_number(place: u64) -> Result<i64, StorageError> {
    i64::try_from(place).map_err(|_| StorageError::Places)
}

#[derive(sqlx::FromRow)]
pub(super) struct LeafRow {
    id: Uuid,
    certificate_id: Uuid,
    act: String,
    salt: Vec<u8>,
    record: Vec<u8>,
    entry: Vec<u8>,
    recorded_at: i64,
    place: Option<i64>,
}

impl TryFrom<LeafRow> for LeafRecord {
    type Error = StorageError;

    fn try_from(row: LeafRow) -> Result<Self, StorageError> {
        let place = row.place.map(u64::try_from).transpose();
        Ok(Self {
            id: row.id,
            certificate_id: row.certificate_id,
            act: row.act,
            salt: digest(&row.salt, "leaves", "salt")?,
            record: row.record,
            entry: digest(&row.entry, "leaves", "entry")?,
            recorded_at: Instant::from_millis(row.recorded_at),
            place: place.map_err(|_| damaged("leaves", "place"))?,
        })
    }
}

#[derive(sqlx::FromRow)]
struct StateRow {
    size: i64,
    root: Vec<u8>,
    frontier: Vec<u8>,
    checkpoint: String,
    updated_at: i64,
}

impl TryFrom<StateRow> for LogState {
    type Error = StorageError;

    fn try_from(row: StateRow) -> Result<Self, StorageError> {
        Ok(Self {
            size: u64::try_from(row.size).map_err(|_| damaged("log_state", "size"))?,
            root: digest(&row.root, "log_state", "root")?,
            frontier: row.frontier,
            checkpoint: row.checkpoint,
            updated_at: Instant::from_millis(row.updated_at),
        })
    }
}
