//! Open data: daily figures for everybody, of whole days only, with nothing in them from which a small count can be told.
//!
//! Whatever is published, here and on the page about the agencies, is made of the rows of these datasets and of nothing
//! else: no second sum of the same counts is published anywhere that could be set against them. A day is published once
//! and never again otherwise, so that no two versions of a file differ by one late count. What anybody asks for is made
//! once for each day that ends, however many ask.
//!
//! How many acts a day had in all, the public log tells as well, by its size: the sum of a whole day is no secret.

mod agencies;
mod catalogue;
mod dataset;
mod edition;
mod publishing;
pub mod suppression;

use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;

pub use agencies::{Agencies, AgencyFigures, Answers, KindFigures, is_answer};
pub use catalogue::file_of;
pub use dataset::{Dataset, Format, Level, Row, Table};
pub use edition::File;

pub use crate::storage::Took;

use crate::catalogue::Catalogue;
use crate::clock::{Clock, Instant};
use crate::storage::{Storage, StorageError};
use edition::Edition;

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
    latest: Mutex<Arc<Edition>>,
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
        let latest = Mutex::new(Arc::new(Edition::of(last_day(clock.now()))));
        Self { storage, catalogue, terms, public_url, clock, latest }
    }

    /// The last day that is whole: figures are published of it and of those before it.
    pub fn last_day(&self) -> Date {
        last_day(self.clock.now())
    }

    /// A dataset's file of one year; none for a year of which there can be no figures.
    pub async fn file(&self, dataset: Dataset, year: i16, format: Format) -> Result<Option<File>, StorageError> {
        let edition = self.edition();
        if !(dataset::FIRST_YEAR..=edition.last_day.year()).contains(&year) {
            return Ok(None);
        }
        let cell = edition.file(dataset, year, format);
        let made = cell.get_or_try_init(async || {
            self.first_days(&edition).await?;
            let table = self.table(dataset, year, edition.last_day).await?;
            Ok::<_, StorageError>(File::new(table.text(format, &self.terms.licence)))
        });
        Ok(Some(made.await?.clone()))
    }

    /// The catalogue of the datasets.
    pub async fn catalogue(&self) -> Result<File, StorageError> {
        let edition = self.edition();
        let made = edition.catalogue.get_or_try_init(async || {
            let catalogue = self.described(&self.first_days(&edition).await?, edition.last_day);
            Ok::<_, StorageError>(File::new(catalogue.to_string()))
        });
        Ok(made.await?.clone())
    }

    /// The agencies' figures.
    pub async fn agencies(&self) -> Result<Arc<Agencies>, StorageError> {
        let edition = self.edition();
        let made = edition.agencies.get_or_try_init(async || {
            self.first_days(&edition).await?;
            Ok::<_, StorageError>(Arc::new(self.agencies_until(edition.last_day).await?))
        });
        Ok(Arc::clone(made.await?))
    }

    /// The years of which a dataset has rows, from the first.
    pub async fn years(&self, dataset: Dataset) -> Result<Vec<i16>, StorageError> {
        let edition = self.edition();
        let firsts = self.first_days(&edition).await?;
        Ok(years(firsts[dataset as usize], edition.last_day))
    }

    /// Publishes every day that is whole and is not published yet.
    pub async fn publish_whole_days(&self) -> Result<(), StorageError> {
        self.first_days(&self.edition()).await.map(drop)
    }

    /// What is published up to the last whole day. What was made of the years before stays what it is.
    fn edition(&self) -> Arc<Edition> {
        let last = self.last_day();
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if latest.last_day != last {
            *latest = Arc::new(latest.followed_by(last));
        }
        Arc::clone(&latest)
    }

    /// The first published day of each dataset; by then all whole days are published.
    async fn first_days(&self, edition: &Edition) -> Result<[Option<Date>; 2], StorageError> {
        let published = edition.first_days.get_or_try_init(async || {
            let mut firsts = [None; 2];
            for dataset in Dataset::ALL {
                firsts[dataset as usize] = self.publish(dataset, edition.last_day).await?;
            }
            Ok::<_, StorageError>(firsts)
        });
        Ok(*published.await?)
    }
}

fn years(first: Option<Date>, last: Date) -> Vec<i16> {
    first.map_or_else(Vec::new, |first| (first.year().max(dataset::FIRST_YEAR)..=last.year()).collect())
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
