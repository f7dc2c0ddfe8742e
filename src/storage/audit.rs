//! Audit events: written in the transaction of the act they tell of, and never changed.

use uuid::Uuid;

use crate::catalogue::Voen;
use crate::clock::Instant;

use super::Storage;
use super::database::{Transaction, execute, read};
use super::error::StorageError;
use super::queue::Act;
use super::statements as sql;

/// Who did what to what, and when. It holds no personal data: neither names nor a FİN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAuditEvent {
    /// Its id, a `UUIDv7`.
    pub id: Uuid,
    /// Who: an organisation's member, `operator`, `holder`.
    pub actor: String,
    /// What was done, such as `issued`.
    pub act: String,
    /// To what: a certificate's id, a key's.
    pub subject: String,
    /// When.
    pub occurred_at: Instant,
    /// What else belongs to it, a JSON text without personal data.
    pub detail: String,
    /// Of whose records it is, where the subject does not tell: a certificate is its agency's, and an organisation its own.
    pub organisation: Option<Voen>,
}

/// An event as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEventRecord {
    /// Its id.
    pub id: Uuid,
    /// Who.
    pub actor: String,
    /// What was done.
    pub act: String,
    /// To what.
    pub subject: String,
    /// When.
    pub occurred_at: Instant,
    /// What else belongs to it, a JSON text.
    pub detail: String,
}

impl Storage {
    /// Records an event of an act that stores nothing else; durable when it returns.
    pub async fn record_audit(&self, event: NewAuditEvent) -> Result<(), StorageError> {
        self.queue().perform(Act::Audit(event)).await.map_err(|refusal| refusal.into_storage_error("audit_events"))
    }

    /// What was done to `subject`, in order.
    pub async fn audit_events_of(&self, subject: &str) -> Result<Vec<AuditEventRecord>, StorageError> {
        let rows: Vec<Row> =
            read!(self.database(), |pool| sqlx::query_as(sql::AUDIT_EVENTS_OF).bind(subject).fetch_all(pool))?;
        Ok(rows.into_iter().map(AuditEventRecord::from).collect())
    }
}

impl NewAuditEvent {
    /// The event as one of this organisation's records; none leaves it to the subject.
    #[must_use]
    pub fn of(self, organisation: Option<&Voen>) -> Self {
        Self { organisation: organisation.cloned(), ..self }
    }

    /// Stores it with the organisation whose records it is of: by that alone its auditors find it.
    pub(super) async fn store(&self, transaction: &mut Transaction) -> Result<(), StorageError> {
        let certificate: Option<Uuid> = self.subject.parse().ok();
        let organisation = self.organisation.clone().or_else(|| self.subject.parse().ok());
        execute!(
            transaction,
            sql::INSERT_AUDIT_EVENT,
            self.id,
            &self.actor,
            &self.act,
            &self.subject,
            self.occurred_at.millis(),
            &self.detail,
            certificate,
            organisation.as_ref().map(Voen::as_str),
        )?;
        Ok(())
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: Uuid,
    actor: String,
    act: String,
    subject: String,
    occurred_at: i64,
    detail: String,
}

impl From<Row> for AuditEventRecord {
    fn from(row: Row) -> Self {
        let Row { id, actor, act, subject, occurred_at, detail } = row;
        Self { id, actor, act, subject, occurred_at: Instant::from_millis(occurred_at), detail }
    }
}
