//! Daily figures: what happened, counted by day in Baku without saying to whom.
//!
//! Issuances are counted in the very transaction that stores them: their counts and the certificates never differ. Everything
//! else is counted in memory and written at least once a second: a process that is killed loses what it counted in its last
//! second, and one that ends properly loses nothing. After a commit of which nobody knows whether it happened, what it
//! carried is not written again, so that nothing is counted twice.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use jiff::civil::Date;

use crate::catalogue::{KindCode, SourceCode, Voen};
use crate::clock::Instant;
use crate::random::{Random, RandomUnavailable};

use super::Storage;
use super::database::{Transaction, execute};
use super::error::StorageError;
use super::statements::figures as sql;

/// Of what the counts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// Certificates issued, by agency, kind and district.
    Issued,
    /// How long their issuance took, by agency, kind and [`Took`].
    Took,
    /// Verifications, by verdict, basis and verifying organisation, and by agency and kind where a certificate was found.
    Verified,
    /// Questions to registry sources, by agency, kind, source and outcome.
    Asked,
}

/// How long an issuance took, from the request to the sealed certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Took(&'static str);

/// What one count is of. What its measure does not tell apart is empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Counted {
    /// The agency's VÖEN.
    pub issuer: String,
    /// The kind's code.
    pub kind: String,
    /// The district's code, for a kind that has one.
    pub district: String,
    /// A verdict, a [`Took`], or how a registry answered.
    pub outcome: String,
    /// The basis of a verification.
    pub basis: String,
    /// The VÖEN of the organisation that verified.
    pub organisation: String,
    /// The registry source that was asked.
    pub source: String,
}

/// A day's count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DailyFigure {
    /// The day, in Baku.
    pub day: Date,
    /// Of what.
    pub counted: Counted,
    /// How many; at least 1.
    pub count: u64,
}

/// A measure's count of one day, as it is raised.
pub(super) type Key = (Measure, Date, Counted);

/// What was counted and is not written yet.
#[derive(Default)]
pub(super) struct Pending(Mutex<BTreeMap<Key, i64>>);

/// Which rows of a count an opened database raises: others that are open raise other rows, and none waits for another's
/// commit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shard(u8);

impl Measure {
    pub(super) fn slug(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Took => "took",
            Self::Verified => "verified",
            Self::Asked => "asked",
        }
    }
}

impl Took {
    /// The spans that are told apart, from the shortest: each with its exclusive end in milliseconds.
    pub const SPANS: [(Self, i64); 7] = [
        (Self("under_1s"), 1_000),
        (Self("under_3s"), 3_000),
        (Self("under_10s"), 10_000),
        (Self("under_1m"), 60_000),
        (Self("under_1h"), 3_600_000),
        (Self("under_1d"), 86_400_000),
        (Self("longer"), i64::MAX),
    ];

    /// The span in which so many milliseconds fall.
    pub fn of_millis(millis: i64) -> Self {
        Self::SPANS.iter().find(|(_, end)| millis < *end).map_or(Self("longer"), |(span, _)| *span)
    }

    /// Its name in the records.
    pub fn slug(self) -> &'static str {
        self.0
    }
}

impl Counted {
    /// An issuance.
    pub fn issuance(issuer: &Voen, kind: &KindCode, district: Option<&str>) -> Self {
        Self {
            issuer: issuer.to_string(),
            kind: kind.to_string(),
            district: district.unwrap_or_default().to_owned(),
            ..Self::default()
        }
    }

    /// How long an issuance took.
    pub fn time(issuer: &Voen, kind: &KindCode, took: Took) -> Self {
        Self { outcome: took.slug().to_owned(), ..Self::issuance(issuer, kind, None) }
    }

    /// A verification; `certificate` is the agency and kind of the certificate that was found.
    pub fn verification(
        certificate: Option<(&Voen, &KindCode)>,
        verdict: &str,
        basis: &str,
        organisation: Option<&Voen>,
    ) -> Self {
        let found = certificate.map(|(issuer, kind)| Self::issuance(issuer, kind, None)).unwrap_or_default();
        Self {
            outcome: verdict.to_owned(),
            basis: basis.to_owned(),
            organisation: organisation.map(ToString::to_string).unwrap_or_default(),
            ..found
        }
    }

    /// A question to a registry source on behalf of a kind.
    pub fn question(issuer: &Voen, kind: &KindCode, source: &SourceCode, outcome: &str) -> Self {
        Self { outcome: outcome.to_owned(), source: source.to_string(), ..Self::issuance(issuer, kind, None) }
    }
}

impl Storage {
    /// Counts one act at `at`; it is written within a second. Issuances count themselves.
    pub fn count(&self, measure: Measure, counted: Counted, at: Instant) {
        self.queue().pending().add((measure, at.baku_date(), counted), 1);
    }
}

impl Shard {
    /// One of so few that a day's rows stay few, however often a database is opened; two that draw the same one only wait
    /// for one another.
    pub(super) fn draw(random: &Random) -> Result<Self, RandomUnavailable> {
        let [shard] = random.bytes()?;
        Ok(Self(shard))
    }
}

impl Pending {
    pub(super) fn add(&self, key: Key, count: i64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default() += count;
    }

    pub(super) fn take(&self) -> BTreeMap<Key, i64> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn put_back(&self, counts: BTreeMap<Key, i64>) {
        for (key, count) in counts {
            self.add(key, count);
        }
    }
}

/// Raises counts, always in the same order, so that two processes never wait for each other's rows crosswise.
pub(super) async fn raise(
    transaction: &mut Transaction,
    counts: &BTreeMap<Key, i64>,
    Shard(shard): Shard,
) -> Result<(), StorageError> {
    for ((measure, day, counted), count) in counts {
        execute!(
            transaction,
            sql::RAISE_FIGURE,
            day.to_string(),
            measure.slug(),
            &counted.issuer,
            &counted.kind,
            &counted.district,
            &counted.outcome,
            &counted.basis,
            &counted.organisation,
            &counted.source,
            i32::from(shard),
            *count,
        )?;
    }
    Ok(())
}
