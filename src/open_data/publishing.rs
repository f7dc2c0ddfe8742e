//! Publishing: each whole day once, in order, and read again only as it was published.

use jiff::ToSpan as _;
use jiff::civil::{Date, date};

use super::OpenData;
use super::dataset::{Dataset, Table, rows_of};
use crate::storage::{DailyFigure, PublishedDay, StorageError};

/// How many days are published in one transaction.
const DAYS: i64 = 31;

impl OpenData {
    /// Publishes a dataset's days up to `last` that are not yet; answers its first day. Of several processes that do, one
    /// publishes each day, and the others leave it.
    pub(super) async fn publish(&self, dataset: Dataset, last: Date) -> Result<Option<Date>, StorageError> {
        let published = self.storage.published_to(dataset.slug()).await?;
        let (first, mut next) = match published {
            Some((first, to)) => (first, to.saturating_add(1.day())),
            None => match self.storage.first_day(dataset.measure()).await?.filter(|first| *first <= last) {
                Some(first) => (first, first),
                None => return Ok(None),
            },
        };
        while next <= last {
            let until = next.saturating_add((DAYS - 1).days()).min(last);
            let figures = self.storage.daily_sums(dataset.measure(), next, until).await?;
            let days = published_days(dataset, &figures, next, until);
            self.storage.publish_days(dataset.slug(), &days, self.clock.now()).await?;
            next = until.saturating_add(1.day());
        }
        Ok(Some(first))
    }

    /// A dataset's rows of one year, of days up to `last`, as they were published.
    pub(super) async fn table(&self, dataset: Dataset, year: i16, last: Date) -> Result<Table, StorageError> {
        let (first, end) = (date(year, 1, 1), date(year, 12, 31).min(last));
        let days = self.storage.published_days(dataset.slug(), first, end).await?;
        Ok(Table { dataset, year, last_day: end, days })
    }
}

/// The days from `first` to `last`, those without any act too.
fn published_days(dataset: Dataset, figures: &[DailyFigure], first: Date, last: Date) -> Vec<PublishedDay> {
    let days = first.series(1.day()).take_while(|day| *day <= last);
    let of = |day: Date| {
        let from = figures.partition_point(|figure| figure.day < day);
        let to = figures.partition_point(|figure| figure.day <= day);
        figures.get(from..to).unwrap_or_default()
    };
    let lines = |day| rows_of(dataset, of(day)).iter().map(super::dataset::Row::line).collect();
    days.map(|day| PublishedDay { day, lines: lines(day) }).collect()
}
