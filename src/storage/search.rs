//! Search: certificates and audit events by what auditors ask for, newest first, in pages that stay right while rows arrive.
//!
//! A page continues behind a row that was seen, by its instant and id: whatever arrives meanwhile is newer and changes no
//! page that follows. Nothing personal is searched but by its HMAC, and found only when it is exactly the same.

use std::str::FromStr;

use uuid::Uuid;

use crate::catalogue::{Fin, KindCode, Voen};
use crate::certificate::{Number, Standing, Status, StatusReason};
use crate::clock::Instant;

use super::Storage;
use super::audit::{AuditEventRecord, Row as EventRow};
use super::database::read;
use super::error::{StorageError, damaged};
use super::standing::standing_of;
use super::statements::auditing as sql;

/// Which certificates are meant: all for which everything that is given holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// In whose name.
    pub issuer: Option<Voen>,
    /// Of which kind.
    pub kind: Option<KindCode>,
    /// Issued from this instant on.
    pub since: Instant,
    /// Issued before this instant.
    pub until: Instant,
    /// With this status at `now`.
    pub status: Option<Status>,
    /// The present.
    pub now: Instant,
    /// Issued by this actor; `holder` for citizens.
    pub operator: Option<String>,
    /// About this person.
    pub holder: Option<Fin>,
    /// For this organisation.
    pub recipient: Option<Voen>,
    /// With this number.
    pub number: Option<Number>,
}

/// The last row of a page: the next begins behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Its instant.
    pub at: Instant,
    /// Its id.
    pub id: Uuid,
}

/// A certificate that was found, without anything personal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    pub number: Number,
    /// Its kind.
    pub kind: KindCode,
    /// The version of the kind.
    pub kind_version: u32,
    /// In whose name.
    pub issuer: Voen,
    /// When.
    pub issued_at: Instant,
    /// The exclusive end of its validity.
    pub valid_until: Option<Instant>,
    /// What was last done to its standing.
    pub standing: Standing,
    /// Why.
    pub standing_reason: Option<StatusReason>,
    /// When.
    pub standing_since: Instant,
    /// Who issued it, `holder` for a citizen; none of what was issued before this was kept.
    pub issued_by: Option<String>,
    /// When its content was erased.
    pub erased_at: Option<Instant>,
    /// The place of its issuance in the log; none while it waits.
    pub log_place: Option<u64>,
}

/// Which audit events are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedEvents {
    /// Of this organisation's records.
    pub organisation: Option<Voen>,
    /// Beside those, what this actor did to nobody's records.
    pub own: Option<String>,
    /// By this actor; `holder` for citizens.
    pub actor: Option<String>,
    /// Of this act.
    pub act: Option<String>,
    /// To this subject.
    pub subject: Option<String>,
    /// From this instant on.
    pub since: Instant,
    /// Before this instant.
    pub until: Instant,
}

/// How many certificates are out of force, by agency, kind, standing and reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutOfForce {
    /// The agency's VÖEN.
    pub issuer: String,
    /// The kind's code.
    pub kind: String,
    /// Revoked, suspended or superseded.
    pub standing: Standing,
    /// The reason's name; empty when there is none.
    pub reason: String,
    /// How many.
    pub count: u64,
}

impl Wanted {
    /// Every certificate issued before `now`.
    pub fn everything(now: Instant) -> Self {
        Self {
            issuer: None,
            kind: None,
            since: Instant::from_millis(0),
            until: now.plus_millis(1),
            status: None,
            now,
            operator: None,
            holder: None,
            recipient: None,
            number: None,
        }
    }
}

impl Place {
    /// Before every row.
    pub const START: Self = Self { at: Instant::LAST, id: Uuid::max() };
}

impl Found {
    /// Where the page behind this row begins.
    pub fn place(&self) -> Place {
        Place { at: self.issued_at, id: self.id }
    }

    /// The status at `now`.
    pub fn status_at(&self, now: Instant) -> Status {
        self.standing.status_at(self.valid_until, now)
    }
}

impl Storage {
    /// At most `limit` certificates, newest first, behind `after`.
    pub async fn search(&self, wanted: &Wanted, after: Place, limit: u32) -> Result<Vec<Found>, StorageError> {
        let statement = match wanted {
            Wanted { number: Some(_), .. } => sql::SEARCH_BY_NUMBER,
            Wanted { holder: Some(_), .. } => sql::SEARCH_BY_HOLDER,
            Wanted { recipient: Some(_), .. } => sql::SEARCH_BY_RECIPIENT,
            Wanted { operator: Some(operator), .. } if operator != "holder" => sql::SEARCH_BY_OPERATOR,
            Wanted { kind: Some(_), .. } => sql::SEARCH_BY_KIND,
            Wanted { issuer: Some(_), .. } => sql::SEARCH_BY_ISSUER,
            _ => sql::SEARCH,
        };
        let rows: Vec<Row> = read!(self.database(), |pool| sqlx::query_as(statement)
            .bind(wanted.issuer.as_ref().map(ToString::to_string))
            .bind(wanted.kind.as_ref().map(ToString::to_string))
            .bind(wanted.since.millis())
            .bind(wanted.until.millis())
            .bind(wanted.status.map_or(ANY_STATUS, number_of))
            .bind(wanted.now.millis())
            .bind(wanted.operator.clone())
            .bind(wanted.holder.as_ref().map(|fin| self.holder_key(fin).to_vec()))
            .bind(wanted.recipient.as_ref().map(|voen| self.recipient_key(voen)))
            .bind(wanted.number.map(|number| number.to_string()))
            .bind(after.at.millis())
            .bind(after.id)
            .bind(i64::from(limit))
            .fetch_all(pool))?;
        rows.into_iter().map(Found::try_from).collect()
    }

    /// At most `limit` audit events, latest first, behind `after`.
    pub async fn audit_events(
        &self,
        wanted: &WantedEvents,
        after: Place,
        limit: u32,
    ) -> Result<Vec<AuditEventRecord>, StorageError> {
        let statement = match wanted {
            WantedEvents { subject: Some(_), .. } => sql::EVENTS_BY_SUBJECT,
            WantedEvents { actor: Some(actor), .. } if actor != "holder" => sql::EVENTS_BY_ACTOR,
            WantedEvents { organisation: Some(_), .. } => sql::EVENTS_BY_ORGANISATION,
            _ => sql::EVENTS,
        };
        let organisation = wanted.organisation.as_ref().map(ToString::to_string);
        let rows: Vec<EventRow> = read!(self.database(), |pool| sqlx::query_as(statement)
            .bind(organisation)
            .bind(wanted.own.clone())
            .bind(wanted.actor.clone())
            .bind(wanted.act.clone())
            .bind(wanted.subject.clone())
            .bind(wanted.since.millis())
            .bind(wanted.until.millis())
            .bind(after.at.millis())
            .bind(after.id)
            .bind(i64::from(limit))
            .fetch_all(pool))?;
        Ok(rows.into_iter().map(AuditEventRecord::from).collect())
    }

    /// How many certificates are out of force by a change made in a period, in one agency's name or all.
    pub async fn out_of_force(
        &self,
        since: Instant,
        until: Instant,
        issuer: Option<&Voen>,
    ) -> Result<Vec<OutOfForce>, StorageError> {
        let rows: Vec<(String, String, i32, String, i64)> =
            read!(self.database(), |pool| sqlx::query_as(sql::OUT_OF_FORCE_BY_REASON)
                .bind(since.millis())
                .bind(until.millis())
                .bind(issuer.map(ToString::to_string))
                .fetch_all(pool))?;
        let row = |(issuer, kind, standing, reason, count): (String, String, i32, String, i64)| {
            let standing = standing_of(standing).ok_or_else(|| damaged("certificates", "standing"))?;
            Ok(OutOfForce { issuer, kind, standing, reason, count: count.unsigned_abs() })
        };
        rows.into_iter().map(row).collect()
    }
}

const ANY_STATUS: i32 = -1;

/// As the statements number them.
fn number_of(status: Status) -> i32 {
    match status {
        Status::Valid => 0,
        Status::Revoked => 1,
        Status::Suspended => 2,
        Status::Superseded => 3,
        Status::Expired => 4,
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    number: String,
    kind: String,
    kind_version: i32,
    issuer: String,
    issued_at: i64,
    valid_until: Option<i64>,
    standing: i32,
    standing_reason: Option<String>,
    standing_since: i64,
    issued_by: Option<String>,
    erased_at: Option<i64>,
    place: Option<i64>,
}

impl TryFrom<Row> for Found {
    type Error = StorageError;

    fn try_from(row: Row) -> Result<Self, StorageError> {
        const TABLE: &str = "certificates";
        let reason = row.standing_reason.map(|slug| StatusReason::from_slug(&slug).ok_or(()));
        Ok(Self {
            id: row.id,
            number: Number::from_str(&row.number).map_err(|_| damaged(TABLE, "number"))?,
            kind: KindCode::from_str(&row.kind).map_err(|_| damaged(TABLE, "kind"))?,
            kind_version: u32::try_from(row.kind_version).map_err(|_| damaged(TABLE, "kind_version"))?,
            issuer: Voen::from_str(&row.issuer).map_err(|_| damaged(TABLE, "issuer"))?,
            issued_at: Instant::from_millis(row.issued_at),
            valid_until: row.valid_until.map(Instant::from_millis),
            standing: standing_of(row.standing).ok_or_else(|| damaged(TABLE, "standing"))?,
            standing_reason: reason.transpose().map_err(|()| damaged(TABLE, "standing_reason"))?,
            standing_since: Instant::from_millis(row.standing_since),
            issued_by: row.issued_by,
            erased_at: row.erased_at.map(Instant::from_millis),
            log_place: row.place.map(u64::try_from).transpose().map_err(|_| damaged("leaves", "place"))?,
        })
    }
}
