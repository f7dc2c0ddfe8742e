//! Open data: daily figures for everybody, of whole days only, with nothing in them from which a small count can be told.
//!
//! Whatever is published, here and on the page about the agencies, is made of the rows of these datasets and of nothing
//! else: no second sum of the same counts is published anywhere that could be set against them.

mod agencies;
mod catalogue;
mod dataset;
pub mod suppression;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;

pub use agencies::{Agencies, AgencyFigures, Answers, KindFigures};
pub use catalogue::file_of;
pub use dataset::{Dataset, Level, Row, Table};

pub use crate::storage::Took;

use crate::catalogue::Catalogue;
use crate::clock::{Clock, Instant};
use crate::storage::{Storage, StorageError};

/// Publishes figures.
pub struct OpenData {
    /// The records.
    pub storage: Storage,
    /// The kinds, with their agencies and districts.
    pub catalogue: Arc<Catalogue>,
    /// Under what terms.
    pub terms: Terms,
    /// The service's origin.
    pub public_url: Arc<str>,
    /// What time it is.
    pub clock: Clock,
    kept: Mutex<HashMap<(Dataset, i16), Arc<Table>>>,
}

/// Under what terms figures are published, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Who publishes.
    pub publisher: String,
    /// The licence's address.
    pub licence: String,
    /// Whether the agencies are ranked.
    pub ranking: bool,
}

/// Creative Commons Attribution 4.0.
const LICENCE: &str = "https://creativecommons.org/licenses/by/4.0/";
/// How long after its end a day is whole: what was counted in its last moments is written by then.
const SETTLING: i64 = 3_600_000;

impl Terms {
    /// What holds unless the settings say otherwise.
    pub fn usual(publisher: String) -> Self {
        Self { publisher, licence: LICENCE.to_owned(), ranking: false }
    }
}

impl OpenData {
    /// Publishes what is counted in `storage`.
    pub fn new(storage: Storage, catalogue: Arc<Catalogue>, terms: Terms, public_url: Arc<str>, clock: Clock) -> Self {
        Self { storage, catalogue, terms, public_url, clock, kept: Mutex::default() }
    }

    /// The last day that is whole: figures are published of it and of those before it.
    pub fn last_day(&self) -> Date {
        last_day(self.clock.now())
    }

    /// A dataset's rows of one year; none for a year of which there can be no figures.
    ///
    /// A table is kept until another day is whole, since until then it cannot change.
    pub async fn table(&self, dataset: Dataset, year: i16) -> Result<Option<Arc<Table>>, StorageError> {
        let last = self.last_day();
        if !(dataset::FIRST_YEAR..=last.year()).contains(&year) {
            return Ok(None);
        }
        let key = (dataset, year);
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(table) = kept.filter(|table| table.last_day == last) {
            return Ok(Some(table));
        }
        let table = Arc::new(Table::read(&self.storage, dataset, year, last).await?);
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&table));
        Ok(Some(table))
    }

    /// The years of which a dataset has rows, from the first.
    pub async fn years(&self, dataset: Dataset) -> Result<Vec<i16>, StorageError> {
        let last = self.last_day();
        let first = self.storage.first_day(dataset.measure()).await?.filter(|first| *first <= last);
        Ok(first.map_or_else(Vec::new, |first| (first.year().max(dataset::FIRST_YEAR)..=last.year()).collect()))
    }
}

fn last_day(now: Instant) -> Date {
    let day = now.plus_millis(-SETTLING).baku_date();
    day.yesterday().unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_published_when_it_is_over_and_what_it_counted_is_written() {
        for (now, last) in [
            ("2026-11-24T20:00:00Z", "2026-11-23"),
            ("2026-11-24T20:59:59Z", "2026-11-23"),
            ("2026-11-24T21:00:00Z", "2026-11-24"),
            ("2026-11-25T10:00:00Z", "2026-11-24"),
        ] {
            assert_eq!(last_day(Instant::parse_rfc3339(now).unwrap()).to_string(), last, "{now}");
        }
    }
}
