//! The report of a run: what it erased and what stays, by agency and kind; it names nobody.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::ErasureError;
use crate::auth::Reach;
use crate::catalogue::Voen;
use crate::clock::Instant;
use crate::storage::{ErasingRunRecord, OverByKind};

/// What was done, or would be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// By agency and kind.
    pub rows: Vec<ReportRow>,
}

/// What was done to the certificates of an agency's kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportRow {
    /// The agency's VÖEN.
    pub issuer: String,
    /// The kind's code.
    pub kind: String,
    /// How many were erased, or would be.
    pub erased: u64,
    /// How many stay because of a hold.
    pub held: u64,
    /// How many had been erased before the run came to them.
    pub gone: u64,
}

/// A run, and what it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Run {
    /// Its id.
    pub id: Uuid,
    /// What was approved; none where nothing needed to be.
    pub proposal: Option<Uuid>,
    /// Who carried it out.
    pub carried_out_by: String,
    /// When it began: terms that ended later were not over.
    pub began_at: Instant,
    /// When it came to its end; none while it has not.
    pub finished_at: Option<Instant>,
    /// What it did.
    pub report: Report,
}

impl Report {
    /// The row of an agency's kind.
    pub(super) fn row(&mut self, issuer: &str, kind: &str) -> &mut ReportRow {
        let at = self.rows.iter().position(|row| row.issuer == issuer && row.kind == kind).unwrap_or_else(|| {
            self.rows.push(ReportRow { issuer: issuer.to_owned(), kind: kind.to_owned(), ..ReportRow::default() });
            self.rows.len() - 1
        });
        &mut self.rows[at]
    }

    /// What a run would do with what is over its term.
    pub(super) fn planned(over: Vec<OverByKind>) -> Self {
        let row = |OverByKind { issuer, kind, over, held }: OverByKind| ReportRow {
            issuer,
            kind,
            erased: over.saturating_sub(held),
            held,
            gone: 0,
        };
        Self { rows: over.into_iter().map(row).collect() }
    }

    /// As much of it as is within a reach.
    #[must_use]
    pub fn within(self, reach: &Reach) -> Self {
        let covers = |row: &ReportRow| row.issuer.parse::<Voen>().is_ok_and(|issuer| reach.covers(&issuer));
        Self { rows: self.rows.into_iter().filter(covers).collect() }
    }
}

impl Run {
    pub(super) fn of(record: ErasingRunRecord) -> Result<Self, ErasureError> {
        let ErasingRunRecord { id, proposal, carried_out_by, began_at, finished_at, report, .. } = record;
        Ok(Self { id, proposal, carried_out_by, began_at, finished_at, report: serde_json::from_str(&report)? })
    }
}
