//! An edition: all that is published up to one day, each part made once, by whoever asks first, and kept.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use data_encoding::HEXLOWER;
use jiff::civil::Date;
use ring::digest::{SHA256, digest};
use tokio::sync::OnceCell;

use super::agencies::Agencies;
use super::dataset::{Dataset, Format};

/// A file as it is sent.
#[derive(Debug, Clone)]
pub struct File {
    /// UTF-8.
    pub bytes: Arc<[u8]>,
    /// What tells it from every other: the beginning of its SHA-256 in hexadecimal.
    pub tag: Arc<str>,
}

/// What is published up to one day.
pub(super) struct Edition {
    pub(super) last_day: Date,
    /// The first day of each dataset, once all whole days are published.
    pub(super) first_days: OnceCell<[Option<Date>; 2]>,
    pub(super) catalogue: OnceCell<File>,
    pub(super) agencies: OnceCell<Arc<Agencies>>,
    files: Mutex<Files>,
}

type Files = HashMap<(Dataset, i16, Format), Arc<OnceCell<File>>>;

impl File {
    pub(super) fn new(text: String) -> Self {
        let sha256 = digest(&SHA256, text.as_bytes());
        let tag = HEXLOWER.encode(sha256.as_ref().get(..16).unwrap_or_default());
        Self { bytes: text.into_bytes().into(), tag: tag.into() }
    }
}

impl Edition {
    pub(super) fn of(last_day: Date) -> Self {
        let (first_days, catalogue, agencies) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        Self { last_day, first_days, catalogue, agencies, files: Mutex::default() }
    }

    /// The edition after this one, in which nothing of the years that are over is made again.
    pub(super) fn followed_by(&self, last_day: Date) -> Self {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner).clone();
        files.retain(|(_, year, _), _| *year < self.last_day.year().min(last_day.year()));
        Self { files: Mutex::new(files), ..Self::of(last_day) }
    }

    /// Where the file of a year stands when it is made.
    pub(super) fn file(&self, dataset: Dataset, year: i16, format: Format) -> Arc<OnceCell<File>> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(files.entry((dataset, year, format)).or_default())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[tokio::test]
    async fn the_years_that_are_over_are_made_once_and_the_present_one_each_day() {
        let first = Edition::of(date(2026, 11, 23));
        for year in [2025, 2026] {
            let cell = first.file(Dataset::Issuances, year, Format::Csv);
            cell.get_or_init(async || File::new(year.to_string())).await;
        }
        let second = first.followed_by(date(2026, 11, 24));
        assert!(second.file(Dataset::Issuances, 2025, Format::Csv).initialized());
        assert!(!second.file(Dataset::Issuances, 2026, Format::Csv).initialized());
        // A year's last day is in its file only when the year is over.
        let last = first.followed_by(date(2027, 1, 1));
        assert!(!last.file(Dataset::Issuances, 2026, Format::Csv).initialized());
    }
}
