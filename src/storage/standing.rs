//! Changes of standing: each with its leaf and audit event, and only if nobody changed the certificate meanwhile.

use uuid::Uuid;

use crate::certificate::{Standing, StatusReason};
use crate::clock::Instant;

use super::Storage;
use super::audit::NewAuditEvent;
use super::database::{Transaction, execute};
use super::error::StorageError;
use super::leaves::NewLeaf;
use super::queue::{Act, Refusal, Shielded};
use super::statements as sql;

/// A change of a certificate's standing, which the domain has allowed.
#[derive(Debug, Clone)]
pub struct StandingChange {
    /// Which certificate.
    pub id: Uuid,
    /// The version on which the decision rests.
    pub expected_version: i32,
    /// What it becomes.
    pub standing: Standing,
    /// Why.
    pub reason: Option<StatusReason>,
    /// When.
    pub since: Instant,
    /// The certificate that takes its place.
    pub successor: Option<Successor>,
    /// Its leaf.
    pub leaf: NewLeaf,
    /// Who did it.
    pub audit: NewAuditEvent,
}

/// A certificate that takes another's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Successor {
    /// Which.
    pub id: Uuid,
    /// The version of it on which the decision rests.
    pub expected_version: i32,
}

/// Why a standing was not changed. Nothing was.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ChangeError {
    /// Somebody changed the certificate, or the one that was to take its place, meanwhile: read again and decide again.
    #[error("somebody changed the certificate meanwhile; read its status and decide again")]
    Conflict,
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Storage {
    /// Changes a certificate's standing; durable when it returns `Ok`.
    pub async fn change_standing(&self, change: StandingChange) -> Result<(), ChangeError> {
        self.queue().perform(Act::Shielded(Shielded::Standing(Box::new(change)))).await.map_err(|refusal| match refusal
        {
            Refusal::Overtaken => ChangeError::Conflict,
            other => ChangeError::Storage(other.into_storage_error("certificates")),
        })
    }
}

impl StandingChange {
    pub(super) async fn store(&self, transaction: &mut Transaction) -> Result<(), Refusal> {
        if let Some(successor) = self.successor
            && execute!(transaction, sql::HOLD_VERSION, successor.id, successor.expected_version)? != 1
        {
            return Err(Refusal::Overtaken);
        }
        let changed = execute!(
            transaction,
            sql::CHANGE_STANDING,
            self.id,
            self.expected_version,
            number_of(self.standing),
            self.reason.map(StatusReason::slug),
            self.since.millis(),
            self.successor.map(|successor| successor.id),
        )?;
        if changed != 1 {
            return Err(Refusal::Overtaken);
        }
        execute!(transaction, sql::RAISE_CHANGES, self.id)?;
        self.leaf.store(transaction).await?;
        self.audit.store(transaction).await?;
        Ok(())
    }
}

/// As the database and a status list count them.
fn number_of(standing: Standing) -> i32 {
    match standing {
        Standing::InForce => 0,
        Standing::Revoked => 1,
        Standing::Suspended => 2,
        Standing::Superseded => 3,
    }
}

pub(super) fn standing_of(number: i32) -> Option<Standing> {
    [Standing::InForce, Standing::Revoked, Standing::Suspended, Standing::Superseded]
        .into_iter()
        .find(|&standing| number_of(standing) == number)
}
