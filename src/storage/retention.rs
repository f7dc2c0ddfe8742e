//! Retention: which certificates' terms are over, and the holds that keep their content all the same.

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::catalogue::{KindCode, Voen};
use crate::certificate::Number;
use crate::clock::Instant;

use super::Storage;
use super::database::read;
use super::error::{StorageError, damaged};
use super::search::Place;
use super::statements::retention as sql;

/// A certificate whose term is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermOver {
    /// Its id.
    pub id: Uuid,
    /// Its agency's VÖEN.
    pub issuer: String,
    /// Its kind's code.
    pub kind: String,
    /// When its term ended.
    pub keep_until: Instant,
    /// Whether a hold keeps its content.
    pub held: bool,
}

/// How many certificates of an agency's kind are over their term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverByKind {
    /// The agency's VÖEN.
    pub issuer: String,
    /// The kind's code.
    pub kind: String,
    /// How many there are, those that are held among them.
    pub over: u64,
    /// How many a hold keeps.
    pub held: u64,
}

/// A hold that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingHold {
    /// The certificate's id.
    pub certificate: Uuid,
    /// Its number.
    pub number: Number,
    /// Its agency.
    pub issuer: Voen,
    /// Its kind.
    pub kind: KindCode,
    /// When its term ends or ended.
    pub keep_until: Instant,
    /// Why.
    pub reason: String,
    /// Who placed it.
    pub placed_by: String,
    /// When.
    pub placed_at: Instant,
}

/// A certificate whose content is there, as far as holds tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptContent {
    /// Its id.
    pub id: Uuid,
    /// Since when a hold keeps it; none when none stands.
    pub held_since: Option<Instant>,
    /// When a hold was last placed on it, be it lifted or not.
    pub last_held: Option<Instant>,
}

/// How many ids one statement is asked about.
const AT_ONCE: usize = 500;

impl Storage {
    /// At most `limit` certificates whose term was over at `now` and whose content is there, behind `after`.
    pub async fn terms_over(&self, now: Instant, after: Place, limit: u32) -> Result<Vec<TermOver>, StorageError> {
        let rows: Vec<(Uuid, String, String, i64, i64)> =
            read!(self.database(), |pool| sqlx::query_as(sql::TERM_OVER)
                .bind(now.millis())
                .bind(after.at.millis())
                .bind(after.id)
                .bind(i64::from(limit))
                .fetch_all(pool))?;
        let row = |(id, issuer, kind, keep_until, holds)| TermOver {
            id,
            issuer,
            kind,
            keep_until: Instant::from_millis(keep_until),
            held: holds > 0,
        };
        Ok(rows.into_iter().map(row).collect())
    }

    /// What is over its term at `now`, of one agency or of all, by agency and kind.
    pub async fn over_by_kind(&self, now: Instant, issuer: Option<&Voen>) -> Result<Vec<OverByKind>, StorageError> {
        let rows: Vec<(String, String, i64, i64)> = read!(self.database(), |pool| sqlx::query_as(sql::OVER_BY_KIND)
            .bind(now.millis())
            .bind(issuer.map(Voen::as_str))
            .fetch_all(pool))?;
        let row = |(issuer, kind, over, held): (String, String, i64, i64)| OverByKind {
            issuer,
            kind,
            over: over.unsigned_abs(),
            held: held.unsigned_abs(),
        };
        Ok(rows.into_iter().map(row).collect())
    }

    /// At most `limit` holds that stand on certificates of one agency or of any, latest first.
    pub async fn standing_holds(&self, issuer: Option<&Voen>, limit: u32) -> Result<Vec<StandingHold>, StorageError> {
        let rows: Vec<HoldRow> = read!(self.database(), |pool| sqlx::query_as(sql::HOLDS)
            .bind(issuer.map(Voen::as_str))
            .bind(i64::from(limit))
            .fetch_all(pool))?;
        rows.into_iter().map(HoldRow::hold).collect()
    }

    /// Those among `ids` whose content is there.
    pub async fn kept_among(&self, ids: &[Uuid]) -> Result<Vec<KeptContent>, StorageError> {
        let mut kept = Vec::new();
        for ids in ids.chunks(AT_ONCE) {
            let statement = sql::kept_among(ids.len());
            let rows: Vec<(Uuid, Option<i64>, Option<i64>)> = read!(self.database(), |pool| {
                let query = sqlx::query_as(AssertSqlSafe(statement));
                ids.iter().fold(query, sqlx::query::QueryAs::bind).fetch_all(pool)
            })?;
            kept.extend(rows.into_iter().map(|(id, held_since, last_held)| KeptContent {
                id,
                held_since: held_since.map(Instant::from_millis),
                last_held: last_held.map(Instant::from_millis),
            }));
        }
        Ok(kept)
    }

    /// Whether any certificate's content was ever erased.
    pub async fn ever_erased(&self) -> Result<bool, StorageError> {
        let erased: i64 = read!(self.database(), |pool| sqlx::query_scalar(sql::EVER_ERASED).fetch_one(pool))?;
        Ok(erased > 0)
    }
}

#[derive(sqlx::FromRow)]
struct HoldRow {
    id: Uuid,
    number: String,
    issuer: String,
    kind: String,
    keep_until: i64,
    reason: String,
    placed_by: String,
    placed_at: i64,
}

impl HoldRow {
    fn hold(self) -> Result<StandingHold, StorageError> {
        Ok(StandingHold {
            certificate: self.id,
            number: self.number.parse().map_err(|_| damaged("certificates", "number"))?,
            issuer: self.issuer.parse().map_err(|_| damaged("certificates", "issuer"))?,
            kind: self.kind.parse().map_err(|_| damaged("certificates", "kind"))?,
            keep_until: Instant::from_millis(self.keep_until),
            reason: self.reason,
            placed_by: self.placed_by,
            placed_at: Instant::from_millis(self.placed_at),
        })
    }
}
