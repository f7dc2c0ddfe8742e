//! The runs of erasing: what each did so far is durable with the erasures that it tells of, and one that was cut off goes on.

use uuid::Uuid;

use crate::catalogue::Voen;
use crate::clock::Instant;

use super::super::Storage;
use super::super::audit::NewAuditEvent;
use super::super::database::{execute, read};
use super::super::erasure::Keeping;
use super::super::error::{StorageError, damaged};
use super::super::statements::retention as sql;
use super::{ListDigest, ROWS};

/// A run about to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewErasingRun {
    /// Its id, a `UUIDv7`.
    pub id: Uuid,
    /// What was approved; none where nothing needs to be.
    pub proposal: Option<Uuid>,
    /// The agency whose certificates it is about; none for those of all.
    pub issuer: Option<Voen>,
    /// Who carries it out.
    pub carried_out_by: String,
    /// When.
    pub began_at: Instant,
    /// What it has done so far, a JSON text without personal data.
    pub report: String,
}

/// A run as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasingRunRecord {
    /// Its id.
    pub id: Uuid,
    /// What was approved; none where nothing needed to be.
    pub proposal: Option<Uuid>,
    /// The agency whose certificates it was about; none for those of all.
    pub issuer: Option<Voen>,
    /// Who carried it out.
    pub carried_out_by: String,
    /// When it began.
    pub began_at: Instant,
    /// When it came to its end; none while it has not.
    pub finished_at: Option<Instant>,
    /// How often its report was brought forward.
    pub steps: i64,
    /// The last certificate that it came to.
    pub reached: Option<Uuid>,
    /// What it did, a JSON text.
    pub report: String,
}

/// A certificate as a proposal lists it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ListedId {
    /// Its id.
    #[sqlx(rename = "certificate_id")]
    pub id: Uuid,
    /// Its agency's VÖEN.
    pub issuer: String,
    /// Its kind's code.
    pub kind: String,
}

impl Storage {
    /// Begins a run, or finds the one that a proposal has already.
    pub async fn begin_erasing_run(&self, new: &NewErasingRun) -> Result<ErasingRunRecord, StorageError> {
        let NewErasingRun { id, proposal, issuer, carried_out_by, began_at, report } = new;
        let mut transaction = self.database().begin().await?;
        let (issuer, began_at) = (issuer.as_ref().map(Voen::as_str), began_at.millis());
        execute!(&mut transaction, sql::INSERT_RUN, id, proposal, issuer, carried_out_by, began_at, report)?;
        transaction.commit().await?;
        let found = match proposal {
            Some(proposal) => {
                let row: Option<Row> = read!(self.database(), |pool| sqlx::query_as(sql::RUN_OF_PROPOSAL)
                    .bind(proposal)
                    .fetch_optional(pool))?;
                row.map(Row::record).transpose()?
            }
            None => self.erasing_run(*id).await?,
        };
        found.ok_or_else(|| damaged("erasing_runs", "id"))
    }

    /// The run of this id.
    pub async fn erasing_run(&self, id: Uuid) -> Result<Option<ErasingRunRecord>, StorageError> {
        let row: Option<Row> = read!(self.database(), |pool| sqlx::query_as(sql::RUN).bind(id).fetch_optional(pool))?;
        row.map(Row::record).transpose()
    }

    /// The latest runs.
    pub async fn erasing_runs(&self, limit: u32) -> Result<Vec<ErasingRunRecord>, StorageError> {
        let rows: Vec<Row> =
            read!(self.database(), |pool| sqlx::query_as(sql::RUNS).bind(i64::from(limit)).fetch_all(pool))?;
        rows.into_iter().map(Row::record).collect()
    }

    /// What a proposal lists behind `after`, in the order of the ids, at most `limit`.
    pub async fn listed(&self, proposal: Uuid, after: Uuid, limit: i64) -> Result<Vec<ListedId>, StorageError> {
        Ok(read!(self.database(), |pool| sqlx::query_as(sql::LISTED)
            .bind(proposal)
            .bind(after)
            .bind(limit)
            .fetch_all(pool))?)
    }

    /// The digest of what a proposal lists now, which is what was approved unless somebody changed the rows.
    pub async fn digest_of_listed(&self, proposal: Uuid) -> Result<[u8; 32], StorageError> {
        let (mut digest, mut after) = (ListDigest::new(), Uuid::nil());
        loop {
            let listed = self.listed(proposal, after, ROWS).await?;
            let Some(last) = listed.last() else { return Ok(digest.finish()) };
            after = last.id;
            for one in &listed {
                digest.add(one.id);
            }
        }
    }
}

impl Keeping {
    /// Brings a run's report forward with what this does; answers whether it was as the caller read it.
    pub async fn advance_run(
        &mut self,
        id: Uuid,
        steps: i64,
        reached: Option<Uuid>,
        report: &str,
    ) -> Result<bool, StorageError> {
        Ok(execute!(&mut self.transaction, sql::ADVANCE_RUN, id, steps, reached, report)? == 1)
    }

    /// Ends a run, with the event that tells of it; answers whether it was as the caller read it.
    pub async fn finish_run(&mut self, id: Uuid, steps: i64, audit: &NewAuditEvent) -> Result<bool, StorageError> {
        let finished = execute!(&mut self.transaction, sql::FINISH_RUN, id, steps, audit.occurred_at.millis())? == 1;
        if finished {
            audit.store(&mut self.transaction).await?;
        }
        Ok(finished)
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    proposal_id: Option<Uuid>,
    issuer: Option<String>,
    carried_out_by: String,
    began_at: i64,
    finished_at: Option<i64>,
    steps: i64,
    reached: Option<Uuid>,
    report: String,
}

impl Row {
    fn record(self) -> Result<ErasingRunRecord, StorageError> {
        let issuer = self.issuer.map(|issuer| issuer.parse()).transpose();
        Ok(ErasingRunRecord {
            id: self.id,
            proposal: self.proposal_id,
            issuer: issuer.map_err(|_| damaged("erasing_runs", "issuer"))?,
            carried_out_by: self.carried_out_by,
            began_at: Instant::from_millis(self.began_at),
            finished_at: self.finished_at.map(Instant::from_millis),
            steps: self.steps,
            reached: self.reached,
            report: self.report,
        })
    }
}
