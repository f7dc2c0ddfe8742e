//! Days as they were published: written once, and the same for whoever reads them later.

use jiff::civil::Date;

use crate::clock::Instant;

use super::Storage;
use super::database::{execute, read};
use super::error::{StorageError, damaged};
use super::statements::figures as sql;

/// A day of a dataset, as it is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedDay {
    /// The day, in Baku.
    pub day: Date,
    /// Its rows, each a line of CSV that ends in CR LF; empty when nothing was counted.
    pub lines: String,
}

impl Storage {
    /// The first and the last day of which a dataset is published; none before the first.
    pub async fn published_to(&self, dataset: &'static str) -> Result<Option<(Date, Date)>, StorageError> {
        let (first, last): (Option<String>, Option<String>) =
            read!(self.database(), |pool| sqlx::query_as(sql::PUBLISHED_TO).bind(dataset).fetch_one(pool))?;
        first.zip(last).map(|(first, last)| Ok((date(&first)?, date(&last)?))).transpose()
    }

    /// Publishes days of a dataset. One that is published already stays what it is.
    pub async fn publish_days(
        &self,
        dataset: &'static str,
        days: &[PublishedDay],
        at: Instant,
    ) -> Result<(), StorageError> {
        let mut transaction = self.database().begin().await?;
        for PublishedDay { day, lines } in days {
            execute!(&mut transaction, sql::PUBLISH_DAY, dataset, day.to_string(), lines, at.millis())?;
        }
        transaction.commit().await
    }

    /// The published days of a dataset from `first` to `last`, in order.
    pub async fn published_days(
        &self,
        dataset: &'static str,
        first: Date,
        last: Date,
    ) -> Result<Vec<PublishedDay>, StorageError> {
        let rows: Vec<(String, String)> = read!(self.database(), |pool| sqlx::query_as(sql::PUBLISHED_DAYS)
            .bind(dataset)
            .bind(first.to_string())
            .bind(last.to_string())
            .fetch_all(pool))?;
        rows.into_iter().map(|(day, lines)| Ok(PublishedDay { day: date(&day)?, lines })).collect()
    }
}

fn date(text: &str) -> Result<Date, StorageError> {
    text.parse().map_err(|_| damaged("published_days", "day"))
}
