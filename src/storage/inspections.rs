//! Inspections and searches: which auditor was told what is personal, and for what; durable before she is told.
//!
//! A purpose is free text and may name somebody: it stands here alone, in no audit event, and goes with the content of the
//! certificate that it was about. That of a search without a hit goes when its term is over.

use uuid::Uuid;

use crate::catalogue::Voen;
use crate::clock::Instant;

use super::Storage;
use super::audit::NewAuditEvent;
use super::database::{Transaction, execute, read};
use super::error::StorageError;
use super::search::Place;
use super::statements::auditing as sql;

/// That an auditor was told a certificate's facts, or found it by whom it is about.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Inspection {
    /// Its id, a `UUIDv7`.
    pub id: Uuid,
    /// Of which certificate.
    pub certificate_id: Uuid,
    /// The auditor's label as an actor.
    pub auditor: String,
    /// The name of her organisation.
    pub organisation: String,
    /// For what she needed them.
    pub purpose: String,
    /// When, UTC milliseconds.
    pub inspected_at: i64,
    /// From when on the holder is shown it, UTC milliseconds.
    pub shown_at: i64,
}

/// That an auditor searched for a person, a recipient or both; whom, is recorded nowhere.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PersonalSearch {
    /// Its audit event's id.
    pub id: Uuid,
    /// The auditor's label as an actor.
    pub auditor: String,
    /// The name of her organisation.
    pub organisation: String,
    /// The VÖEN of the agency whose certificates she audits; none when she audits all.
    pub reach: Option<String>,
    /// `person`, `recipient` or `both`.
    pub sought: String,
    /// For what; empty when its term is over, or a certificate that was found was erased.
    pub purpose: String,
    /// How many certificates she was told of.
    pub found: i64,
    /// When, UTC milliseconds.
    pub searched_at: i64,
}

impl Storage {
    /// Records that an auditor is told a certificate's facts, unless it was erased: then `false`. It is durable when this
    /// returns `true`, and only then may she be.
    pub async fn record_inspection(
        &self,
        inspection: &Inspection,
        audit: &NewAuditEvent,
    ) -> Result<bool, StorageError> {
        let mut transaction = self.database().begin().await?;
        let recorded = insert(&mut transaction, inspection, None, audit).await?;
        transaction.commit().await?;
        Ok(recorded)
    }

    /// Records a search and what it found of a person, each with its event, in one transaction; answers which of the
    /// certificates were erased meanwhile and are not to be told.
    pub async fn record_search(
        &self,
        search: &PersonalSearch,
        audit: &NewAuditEvent,
        found: &[(Inspection, NewAuditEvent)],
    ) -> Result<Vec<Uuid>, StorageError> {
        let mut transaction = self.database().begin().await?;
        execute!(
            &mut transaction,
            sql::INSERT_SEARCH,
            search.id,
            &search.auditor,
            &search.organisation,
            &search.reach,
            &search.sought,
            &search.purpose,
            search.found,
            search.searched_at,
        )?;
        audit.store(&mut transaction).await?;
        let mut erased = Vec::new();
        // In the order in which erasures take certificates: neither waits for the other crosswise.
        let mut found: Vec<_> = found.iter().collect();
        found.sort_unstable_by_key(|(inspection, _)| inspection.certificate_id);
        for (inspection, audit) in found {
            if !insert(&mut transaction, inspection, Some(search.id), audit).await? {
                erased.push(inspection.certificate_id);
            }
        }
        if !erased.is_empty() {
            // No erasure is to come that would take the purpose away.
            execute!(&mut transaction, sql::ERASE_SEARCH_PURPOSE, search.id)?;
        }
        transaction.commit().await?;
        Ok(erased)
    }

    /// Which auditors were told a certificate's facts, latest first, as far as its holder is shown it at `now`.
    pub async fn inspections_of(&self, id: Uuid, now: Instant) -> Result<Vec<Inspection>, StorageError> {
        Ok(read!(self.database(), |pool| sqlx::query_as(sql::INSPECTIONS_OF)
            .bind(id)
            .bind(now.millis())
            .fetch_all(pool))?)
    }

    /// At most `limit` searches by auditors of one agency, or all, latest first, behind `after`.
    pub async fn personal_searches(
        &self,
        reach: Option<&Voen>,
        after: Place,
        limit: u32,
    ) -> Result<Vec<PersonalSearch>, StorageError> {
        let statement = if reach.is_some() { sql::SEARCHES_OF } else { sql::SEARCHES };
        Ok(read!(self.database(), |pool| sqlx::query_as(statement)
            .bind(reach.map(ToString::to_string))
            .bind(after.at.millis())
            .bind(after.id)
            .bind(i64::from(limit))
            .fetch_all(pool))?)
    }

    /// Takes away the purposes of searches from before `before`; answers of how many.
    pub async fn forget_purposes(&self, before: Instant) -> Result<u64, StorageError> {
        let mut transaction = self.database().begin().await?;
        let forgotten = execute!(&mut transaction, sql::FORGET_PURPOSES, before.millis())?;
        transaction.commit().await?;
        Ok(forgotten)
    }
}

/// Takes away what auditors wrote of a certificate that is erased in this transaction.
pub(super) async fn erase_purposes(transaction: &mut Transaction, certificate: Uuid) -> Result<(), StorageError> {
    execute!(transaction, sql::ERASE_SEARCHED_PURPOSES, certificate)?;
    execute!(transaction, sql::ERASE_INSPECTED_PURPOSES, certificate)?;
    Ok(())
}

/// An erasure that is under way is waited for, and then seen: no purpose comes after it.
async fn insert(
    transaction: &mut Transaction,
    inspection: &Inspection,
    search: Option<Uuid>,
    audit: &NewAuditEvent,
) -> Result<bool, StorageError> {
    let Inspection { id, certificate_id, auditor, organisation, purpose, inspected_at, shown_at } = inspection;
    if execute!(transaction, super::statements::retention::HOLD_CERTIFICATE, certificate_id)? != 1 {
        return Ok(false);
    }
    execute!(
        transaction,
        sql::INSERT_INSPECTION,
        id,
        certificate_id,
        auditor,
        organisation,
        purpose,
        inspected_at,
        shown_at,
        search,
    )?;
    audit.store(transaction).await?;
    Ok(true)
}
