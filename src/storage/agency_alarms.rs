//! The agencies' alarms: what a day's records hold that may be unusual, and what was raised, once for all processes.

use uuid::Uuid;

use crate::catalogue::Voen;
use crate::clock::Instant;

use super::Storage;
use super::audit::NewAuditEvent;
use super::database::{execute, read, within};
use super::error::StorageError;
use super::search::Place;
use super::statements::agency_alarms as sql;

/// A count of an agency's that may be unusual.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Notable {
    /// The agency's VÖEN.
    pub issuer: String,
    /// Which operator, or the number of the first of a person's certificates; empty where the agency itself is counted.
    pub subject: String,
    /// How many.
    pub found: i64,
}

/// An alarm about to be raised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAgencyAlarm {
    /// Its id, a `UUIDv7`.
    pub id: Uuid,
    /// Its name.
    pub alarm: &'static str,
    /// The agency and what was counted.
    pub notable: Notable,
    /// The day in Baku, `2026-11-24`.
    pub day: String,
    /// What was exceeded.
    pub threshold: i64,
    /// When.
    pub raised_at: Instant,
}

/// An alarm as it stands.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AgencyAlarmRecord {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub alarm: String,
    /// The agency's VÖEN; empty for what concerns all.
    pub issuer: String,
    /// Which operator, or the number of one of a person's certificates.
    pub subject: String,
    /// The day in Baku.
    pub day: String,
    /// How many were found when it was raised.
    pub found: i64,
    /// What was exceeded.
    pub threshold: i64,
    /// When it was raised, UTC milliseconds.
    pub raised_at: i64,
    /// When somebody acknowledged it, UTC milliseconds.
    pub acknowledged_at: Option<i64>,
    /// Who.
    pub acknowledged_by: Option<String>,
    /// With which words.
    pub note: Option<String>,
}

impl Storage {
    /// Who issued how many in each agency's name.
    pub async fn issued_by_operator(&self, since: Instant, until: Instant) -> Result<Vec<Notable>, StorageError> {
        Ok(read!(self.database(), |pool| sqlx::query_as(sql::ISSUED_BY_OPERATOR)
            .bind(since.millis())
            .bind(until.millis())
            .fetch_all(pool))?)
    }

    /// How many were issued by others than citizens before the hour `opens` and from `closes` on, in Baku.
    pub async fn issued_outside_hours(
        &self,
        since: Instant,
        until: Instant,
        opens: u8,
        closes: u8,
    ) -> Result<Vec<Notable>, StorageError> {
        Ok(read!(self.database(), |pool| sqlx::query_as(sql::ISSUED_OUTSIDE_HOURS)
            .bind(since.millis())
            .bind(until.millis())
            .bind(i64::from(opens) * HOUR)
            .bind(i64::from(closes) * HOUR)
            .fetch_all(pool))?)
    }

    /// Each person about whom an agency issued at least so many.
    pub async fn issued_about_one_person(
        &self,
        since: Instant,
        until: Instant,
        least: i64,
    ) -> Result<Vec<Notable>, StorageError> {
        Ok(read!(self.database(), |pool| sqlx::query_as(sql::ISSUED_ABOUT_ONE_PERSON)
            .bind(since.millis())
            .bind(until.millis())
            .bind(least)
            .fetch_all(pool))?)
    }

    /// How many of each agency's certificates were revoked or suspended in a row, each within `pause` milliseconds of the
    /// one before: the longest row of the period.
    pub async fn withdrawn_in_a_row(
        &self,
        since: Instant,
        until: Instant,
        pause: i64,
    ) -> Result<Vec<Notable>, StorageError> {
        Ok(read!(self.database(), |pool| sqlx::query_as(sql::WITHDRAWN_IN_A_ROW)
            .bind(since.millis())
            .bind(until.millis())
            .bind(pause)
            .fetch_all(pool))?)
    }

    /// Raises an alarm with its audit event, unless it was raised before; answers whether this call did.
    pub async fn raise_agency_alarm(&self, new: &NewAgencyAlarm, audit: &NewAuditEvent) -> Result<bool, StorageError> {
        let mut transaction = self.database().begin().await?;
        let raised = execute!(
            &mut transaction,
            sql::RAISE_AGENCY_ALARM,
            new.id,
            new.alarm,
            &new.notable.issuer,
            &new.notable.subject,
            &new.day,
            new.notable.found,
            new.threshold,
            new.raised_at.millis(),
        )? == 1;
        if raised {
            audit.store(&mut transaction).await?;
        }
        transaction.commit().await?;
        Ok(raised)
    }

    /// At most `limit` alarms of one agency, with those that concern all, or of all agencies; latest first.
    pub async fn agency_alarms(
        &self,
        agency: Option<&Voen>,
        after: Place,
        limit: u32,
    ) -> Result<Vec<AgencyAlarmRecord>, StorageError> {
        Ok(read!(self.database(), |pool| sqlx::query_as(sql::AGENCY_ALARMS)
            .bind(agency.map(ToString::to_string))
            .bind(after.at.millis())
            .bind(after.id)
            .bind(i64::from(limit))
            .fetch_all(pool))?)
    }

    /// Acknowledges an alarm of `agency`, or of any; answers whether this call did.
    pub async fn acknowledge_agency_alarm(
        &self,
        id: Uuid,
        agency: Option<&Voen>,
        (by, note): (&str, &str),
        audit: &NewAuditEvent,
    ) -> Result<bool, StorageError> {
        let mut transaction = self.database().begin().await?;
        let issuer: Option<String> =
            within!(&mut transaction, |connection| sqlx::query_scalar(sql::ACKNOWLEDGE_AGENCY_ALARM)
                .bind(id)
                .bind(audit.occurred_at.millis())
                .bind(by)
                .bind(note)
                .bind(agency.map(ToString::to_string))
                .fetch_optional(connection))?;
        if let Some(issuer) = &issuer {
            // An alarm that concerns all agencies is no one's.
            audit.clone().of(issuer.parse().ok().as_ref()).store(&mut transaction).await?;
        }
        transaction.commit().await?;
        Ok(issuer.is_some())
    }
}

const HOUR: i64 = 3_600_000;
