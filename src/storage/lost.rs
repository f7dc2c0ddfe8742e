//! Copies and losses: a database copied as of one moment, and published entries whose leaves no copy holds.

use std::path::Path;

use uuid::Uuid;

use crate::clock::Instant;

use super::Storage;
use super::audit::NewAuditEvent;
use super::certificates::digest;
use super::database::{Database, execute, read};
use super::error::{StorageError, damaged};
use super::leaves::LogState;
use super::statements as sql;

/// A published entry whose leaf is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LostEntry {
    /// Its place in the log.
    pub place: u64,
    /// The entry.
    pub entry: [u8; 32],
    /// When its leaf was given up.
    pub given_up_at: Instant,
}

impl Storage {
    /// Copies the whole database, as of one moment, into a file that is not there yet. Answers `false` where the engine
    /// has tools of its own for that: PostgreSQL.
    pub async fn copy_to(&self, file: &Path) -> Result<bool, StorageError> {
        let Database::Sqlite { writer, .. } = self.database() else { return Ok(false) };
        sqlx::query(sql::COPY_SQLITE).bind(file.display().to_string()).execute(writer).await?;
        Ok(true)
    }

    /// The entries whose leaves were given up, in order.
    pub async fn lost_entries(&self) -> Result<Vec<LostEntry>, StorageError> {
        let rows: Vec<(i64, Vec<u8>, i64)> =
            read!(self.database(), |pool| sqlx::query_as(sql::oversight::LOST_ENTRIES).fetch_all(pool))?;
        let entry = |(place, entry, at): (i64, Vec<u8>, i64)| {
            Ok(LostEntry {
                place: u64::try_from(place).map_err(|_| damaged("lost_entries", "place"))?,
                entry: digest(&entry, "lost_entries", "entry")?,
                given_up_at: Instant::from_millis(at),
            })
        };
        rows.into_iter().map(entry).collect()
    }

    /// How many entries have no leaf, because it was given up.
    pub async fn lost_entries_counted(&self) -> Result<i64, StorageError> {
        Ok(read!(self.database(), |pool| sqlx::query_scalar(sql::oversight::LOST_ENTRIES_COUNTED).fetch_one(pool))?)
    }

    /// Takes what was published over the database's log, which has `expected_size`, into it: leaves that still waited
    /// get the places in `placements`, and of the `lost` ones only the entry remains. Answers whether it was done.
    pub async fn give_up(
        &self,
        expected_size: u64,
        new: &LogState,
        lost: &[LostEntry],
        placements: &[(Uuid, u64)],
        audit: &NewAuditEvent,
    ) -> Result<bool, StorageError> {
        let number = |place: u64| i64::try_from(place).map_err(|_| StorageError::Places);
        let mut transaction = self.database().begin().await?;
        let advanced = execute!(
            &mut transaction,
            sql::ADVANCE_LOG,
            number(expected_size)?,
            number(new.size)?,
            &new.root[..],
            &new.frontier,
            &new.checkpoint,
            new.updated_at.millis(),
        )?;
        if advanced != 1 {
            return Ok(false);
        }
        for &(leaf, place) in placements {
            if execute!(&mut transaction, sql::PLACE_LEAF, leaf, number(place)?)? != 1 {
                return Ok(false);
            }
        }
        for entry in lost {
            execute!(
                &mut transaction,
                sql::oversight::INSERT_LOST_ENTRY,
                number(entry.place)?,
                &entry.entry[..],
                entry.given_up_at.millis(),
            )?;
        }
        audit.store(&mut transaction).await?;
        transaction.commit().await?;
        Ok(true)
    }
}
