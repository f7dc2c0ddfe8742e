//! Daily figures read: added up by the database, so that as few rows are read as there are sums.

use jiff::civil::Date;

use crate::catalogue::{KindCode, Voen};

use super::Storage;
use super::database::read;
use super::error::{StorageError, damaged};
use super::figures::{Counted, DailyFigure, Measure};
use super::statements::figures as sql;

/// Days, and of whose counts.
#[derive(Debug, Clone, Copy)]
pub struct Period<'p> {
    /// The first day, in Baku.
    pub first: Date,
    /// The last, and with it.
    pub last: Date,
    /// In one agency's name, or all.
    pub issuer: Option<&'p Voen>,
    /// Of one kind, or all.
    pub kind: Option<&'p KindCode>,
}

/// By what counts are added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// The day, `2026-11-24`.
    Day,
    /// The kind's code.
    Kind,
    /// The agency's VÖEN.
    Issuer,
    /// A verdict, or a [`Took`].
    Outcome,
    /// The basis of a verification.
    Basis,
    /// The VÖEN of the organisation that verified; empty for who did not say.
    Organisation,
    /// A registry source and how it answered, with a space between them.
    Answer,
}

impl Storage {
    /// A measure's counts of the days from `first` to `last` by agency, kind, district and outcome; the rest is added up.
    pub async fn daily_sums(
        &self,
        measure: Measure,
        first: Date,
        last: Date,
    ) -> Result<Vec<DailyFigure>, StorageError> {
        let rows: Vec<Row> = read!(self.database(), |pool| sqlx::query_as(sql::DAILY_SUMS)
            .bind(measure.slug())
            .bind(first.to_string())
            .bind(last.to_string())
            .fetch_all(pool))?;
        rows.into_iter().map(DailyFigure::try_from).collect()
    }

    /// A measure's counts of a period, added up by the database, by name.
    pub async fn summed(
        &self,
        measure: Measure,
        by: Dimension,
        period: Period<'_>,
    ) -> Result<Vec<(String, u64)>, StorageError> {
        let statement = match by {
            Dimension::Day => sql::SUMMED_BY_DAY,
            Dimension::Kind => sql::SUMMED_BY_KIND,
            Dimension::Issuer => sql::SUMMED_BY_ISSUER,
            Dimension::Outcome => sql::SUMMED_BY_OUTCOME,
            Dimension::Basis => sql::SUMMED_BY_BASIS,
            Dimension::Organisation => sql::SUMMED_BY_ORGANISATION,
            Dimension::Answer => sql::SUMMED_BY_ANSWER,
        };
        let rows: Vec<(String, i64)> = read!(self.database(), |pool| sqlx::query_as(statement)
            .bind(measure.slug())
            .bind(period.first.to_string())
            .bind(period.last.to_string())
            .bind(period.issuer.map(ToString::to_string))
            .bind(period.kind.map(ToString::to_string))
            .fetch_all(pool))?;
        rows.into_iter().map(|(name, count)| Ok((name, counted(count)?))).collect()
    }

    /// A measure's counts from `first` to `last` by agency and outcome, added up by the database.
    pub async fn summed_by_agency(
        &self,
        measure: Measure,
        first: Date,
        last: Date,
    ) -> Result<Vec<(String, String, u64)>, StorageError> {
        let rows: Vec<(String, String, i64)> =
            read!(self.database(), |pool| sqlx::query_as(sql::SUMMED_BY_ISSUER_AND_OUTCOME)
                .bind(measure.slug())
                .bind(first.to_string())
                .bind(last.to_string())
                .fetch_all(pool))?;
        rows.into_iter().map(|(issuer, outcome, count)| Ok((issuer, outcome, counted(count)?))).collect()
    }

    /// The first day of which a measure has a count; none when there is none yet.
    pub async fn first_day(&self, measure: Measure) -> Result<Option<Date>, StorageError> {
        let day: Option<String> =
            read!(self.database(), |pool| sqlx::query_scalar(sql::FIRST_DAY).bind(measure.slug()).fetch_one(pool))?;
        day.map(|day| day.parse().map_err(|_| damaged("daily_figures", "day"))).transpose()
    }
}

fn counted(count: i64) -> Result<u64, StorageError> {
    u64::try_from(count).map_err(|_| damaged("daily_figures", "count"))
}

#[derive(sqlx::FromRow)]
struct Row {
    day: String,
    issuer: String,
    kind: String,
    district: String,
    outcome: String,
    basis: String,
    organisation: String,
    source: String,
    count: i64,
}

impl TryFrom<Row> for DailyFigure {
    type Error = StorageError;

    fn try_from(row: Row) -> Result<Self, StorageError> {
        let Row { day, issuer, kind, district, outcome, basis, organisation, source, count } = row;
        Ok(Self {
            day: day.parse().map_err(|_| damaged("daily_figures", "day"))?,
            counted: Counted { issuer, kind, district, outcome, basis, organisation, source },
            count: counted(count)?,
        })
    }
}
