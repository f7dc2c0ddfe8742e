//! Status lists: which one takes new certificates; it is closed when half of its 2²⁰ places are taken.

use std::sync::{Mutex, PoisonError};

use super::Storage;
use super::database::{execute, read, within};
use super::error::{StorageError, damaged};
use super::standing::standing_of;
use super::statements as sql;
use crate::certificate::Standing;

/// A list is closed at half, so that a random place is free at the second try on average.
const CLOSED_AT: i64 = 1 << 19;
/// Counting the places of a list costs more the fuller it is; so many issuances at most go by between two counts.
const COUNTED_EVERY: i64 = 4096;

/// The list found open, and how many more issuances may use it before its places are counted again.
#[derive(Default)]
pub(super) struct OpenList(Mutex<Option<(i64, i64)>>);

impl Storage {
    /// The number of the status list for the next certificate; opens the first, or the next when the last is half full.
    ///
    /// Several processes may put some thousands more than half into a list before each sees it: that only costs tries.
    pub async fn open_status_list(&self) -> Result<i64, StorageError> {
        if let Some(number) = self.open_list().take_one() {
            return Ok(number);
        }
        let open: Option<i64> =
            read!(self.database(), |pool| sqlx::query_scalar(sql::OPEN_STATUS_LIST).fetch_one(pool))?;
        let open = match open {
            Some(number) => Some((number, CLOSED_AT - self.places_taken(number).await?)),
            None => None,
        };
        let (number, free) = match open {
            Some((number, free)) if free > 0 => (number, free),
            full => (self.open_next(full.map(|(number, _)| number)).await?, CLOSED_AT),
        };
        self.open_list().found(number, free);
        Ok(number)
    }

    /// The numbers of all status lists, in order.
    pub async fn status_lists(&self) -> Result<Vec<i64>, StorageError> {
        Ok(read!(self.database(), |pool| sqlx::query_scalar(sql::STATUS_LISTS).fetch_all(pool))?)
    }

    /// How many changes of standing a status list has seen; none when there is no such list.
    ///
    /// Each change raises the number in its own transaction. Read it before [`Storage::places_out_of_force`]: what is
    /// read afterwards then holds at least so many changes.
    pub async fn status_list_changes(&self, number: i64) -> Result<Option<u64>, StorageError> {
        let changes: Option<i64> = read!(self.database(), |pool| sqlx::query_scalar(sql::STATUS_LIST_CHANGES)
            .bind(number)
            .fetch_optional(pool))?;
        let counted = |changes| u64::try_from(changes).map_err(|_| damaged("status_lists", "changes"));
        changes.map(counted).transpose()
    }

    /// The places of a status list whose certificates are not in force, and how each stands.
    pub async fn places_out_of_force(&self, number: i64) -> Result<Vec<(u32, Standing)>, StorageError> {
        let rows: Vec<(i64, i32)> =
            read!(self.database(), |pool| sqlx::query_as(sql::OUT_OF_FORCE).bind(number).fetch_all(pool))?;
        let place = |(index, standing): (i64, i32)| {
            let index = u32::try_from(index).map_err(|_| damaged("certificates", "status_index"))?;
            let standing = standing_of(standing).ok_or_else(|| damaged("certificates", "standing"))?;
            Ok((index, standing))
        };
        rows.into_iter().map(place).collect()
    }

    async fn places_taken(&self, number: i64) -> Result<i64, StorageError> {
        Ok(read!(self.database(), |pool| sqlx::query_scalar(sql::PLACES_TAKEN).bind(number).fetch_one(pool))?)
    }

    /// Closes `full` and opens the list after the last, unless another process did.
    async fn open_next(&self, full: Option<i64>) -> Result<i64, StorageError> {
        let mut transaction = self.database().begin().await?;
        if let Some(full) = full {
            execute!(&mut transaction, sql::CLOSE_STATUS_LIST, full)?;
        }
        execute!(&mut transaction, sql::OPEN_NEXT_STATUS_LIST)?;
        let open: Option<i64> =
            within!(&mut transaction, |connection| sqlx::query_scalar(sql::OPEN_STATUS_LIST).fetch_one(connection))?;
        let number = open.ok_or_else(|| damaged("status_lists", "closed"))?;
        transaction.commit().await?;
        Ok(number)
    }
}

impl OpenList {
    fn take_one(&self) -> Option<i64> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (number, left) = open.as_mut()?;
        *left -= 1;
        (*left >= 0).then_some(*number)
    }

    fn found(&self, number: i64, free: i64) {
        let uses = free.clamp(1, COUNTED_EVERY) - 1;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((number, uses));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_list_is_counted_again_before_it_is_over_half() {
        let open = OpenList::default();
        assert_eq!(open.take_one(), None);
        open.found(7, 3);
        assert_eq!([open.take_one(), open.take_one(), open.take_one()], [Some(7), Some(7), None]);
    }
}
