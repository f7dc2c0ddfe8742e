//! Watches: whose status an organisation follows, and the changes it is told of, each exactly once by its place in the log.

use std::str::FromStr;

use uuid::Uuid;

use crate::catalogue::Voen;
use crate::certificate::{Number, Standing, StatusReason};
use crate::clock::Instant;

use super::Storage;
use super::audit::NewAuditEvent;
use super::database::{execute, read, within};
use super::error::{StorageError, damaged};
use super::standing::standing_of;
use super::statements::watches as sql;

/// A watch to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWatch {
    /// Its id, a `UUIDv7`.
    pub id: Uuid,
    /// Who watches.
    pub organisation: Voen,
    /// Whose status.
    pub certificate_id: Uuid,
    /// When it is opened.
    pub created_at: Instant,
    /// Its exclusive end.
    pub ends_at: Instant,
}

/// A watch, with its certificate as it stands when this is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchRecord {
    /// Its id.
    pub id: Uuid,
    /// Of which certificate.
    pub certificate_id: Uuid,
    /// When it was opened.
    pub created_at: Instant,
    /// Its exclusive end.
    pub ends_at: Instant,
    /// How many leaves had places when it was opened: its changes come after them.
    pub from_place: u64,
    /// The certificate's number.
    pub number: Number,
    /// The exclusive end of its validity.
    pub valid_until: Option<Instant>,
    /// What was last done to its standing.
    pub standing: Standing,
    /// Why.
    pub standing_reason: Option<StatusReason>,
    /// When.
    pub standing_since: Instant,
    /// The number of the certificate that took its place.
    pub superseded_by: Option<Number>,
}

/// A change of status, made while the organisation watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedChange {
    /// The place of its leaf in the log.
    pub place: u64,
    /// Of which certificate.
    pub certificate_id: Uuid,
    /// `revoked`, `suspended`, `reinstated` or `superseded`.
    pub act: String,
    /// When.
    pub at: Instant,
    /// The certificate's number.
    pub number: Number,
    /// Why; none when another change has followed it, whose reason this is not.
    pub reason: Option<StatusReason>,
    /// The number of the certificate that took its place by now.
    pub superseded_by: Option<Number>,
}

/// Changes in the order of their places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedChanges {
    /// As many as were asked for, or fewer when there are no more.
    pub changes: Vec<WatchedChange>,
    /// How many leaves had places before the changes were read: every one at a smaller place was seen.
    pub size: u64,
}

impl Storage {
    /// Opens a watch, or lets the one that is open end later when `new` would; answers its id. Durable when it returns.
    ///
    /// Whoever reads the certificate's status afterwards misses no change: what that status does not show yet,
    /// [`Storage::watched_changes`] tells.
    pub async fn open_watch(&self, new: &NewWatch, audit: &NewAuditEvent) -> Result<Uuid, StorageError> {
        let organisation = new.organisation.to_string();
        let mut transaction = self.database().begin().await?;
        let open: Vec<Uuid> = within!(&mut transaction, |connection| sqlx::query_scalar(sql::EXTEND_WATCH)
            .bind(&organisation)
            .bind(new.certificate_id)
            .bind(new.created_at.millis())
            .bind(new.ends_at.millis())
            .fetch_all(connection))?;
        if open.is_empty() {
            execute!(
                &mut transaction,
                sql::INSERT_WATCH,
                new.id,
                &organisation,
                new.certificate_id,
                new.created_at.millis(),
                new.ends_at.millis(),
            )?;
        }
        audit.store(&mut transaction).await?;
        transaction.commit().await?;
        Ok(open.first().copied().unwrap_or(new.id))
    }

    /// An organisation's watch; none when it is another's.
    pub async fn watch(&self, organisation: &Voen, id: Uuid) -> Result<Option<WatchRecord>, StorageError> {
        let organisation = organisation.to_string();
        let row: Option<Row> =
            read!(self.database(), |pool| sqlx::query_as(sql::WATCH).bind(id).bind(organisation).fetch_optional(pool))?;
        row.map(WatchRecord::try_from).transpose()
    }

    /// At most `limit` of an organisation's watches that are open at `now`, in the order of their ids, after `after`.
    pub async fn watches(
        &self,
        organisation: &Voen,
        now: Instant,
        after: Uuid,
        limit: u32,
    ) -> Result<Vec<WatchRecord>, StorageError> {
        let organisation = organisation.to_string();
        let rows: Vec<Row> = read!(self.database(), |pool| sqlx::query_as(sql::WATCHES)
            .bind(organisation)
            .bind(now.millis())
            .bind(after)
            .bind(i64::from(limit))
            .fetch_all(pool))?;
        rows.into_iter().map(WatchRecord::try_from).collect()
    }

    /// Ends an organisation's watch, with its changes; answers whether there was one.
    pub async fn end_watch(&self, organisation: &Voen, id: Uuid, audit: &NewAuditEvent) -> Result<bool, StorageError> {
        let mut transaction = self.database().begin().await?;
        if execute!(&mut transaction, sql::DELETE_WATCH, id, organisation.to_string())? != 1 {
            return Ok(false);
        }
        audit.store(&mut transaction).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// At most `limit` changes at the places from `from` on, each made while the organisation watched the certificate.
    ///
    /// The size is read first. Places are given in the transaction that moves the size, so that a leaf below it is there
    /// to be read afterwards, and none below it can come later: whoever continues at the size, or behind the last of
    /// `limit` changes, loses none and meets none twice.
    pub async fn watched_changes(
        &self,
        organisation: &Voen,
        from: u64,
        limit: u32,
    ) -> Result<WatchedChanges, StorageError> {
        let organisation = organisation.to_string();
        let size: i64 = read!(self.database(), |pool| sqlx::query_scalar(sql::LOG_SIZE).fetch_one(pool))?;
        // A place beyond every number is beyond the log.
        let from = i64::try_from(from).unwrap_or(i64::MAX);
        let rows: Vec<ChangeRow> = read!(self.database(), |pool| sqlx::query_as(sql::WATCHED_CHANGES)
            .bind(organisation)
            .bind(from)
            .bind(size)
            .bind(i64::from(limit))
            .fetch_all(pool))?;
        let changes = rows.into_iter().map(WatchedChange::try_from).collect::<Result<_, _>>()?;
        Ok(WatchedChanges { changes, size: u64::try_from(size).map_err(|_| damaged("log_state", "size"))? })
    }

    /// Forgets the watches that had ended at `before`; answers how many.
    pub async fn purge_watches(&self, before: Instant) -> Result<u64, StorageError> {
        let mut transaction = self.database().begin().await?;
        let forgotten = execute!(&mut transaction, sql::PURGE_WATCHES, before.millis())?;
        transaction.commit().await?;
        Ok(forgotten)
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    certificate_id: Uuid,
    created_at: i64,
    ends_at: i64,
    from_place: i64,
    number: String,
    valid_until: Option<i64>,
    standing: i32,
    standing_reason: Option<String>,
    standing_since: i64,
    superseded_by: Option<String>,
}

impl TryFrom<Row> for WatchRecord {
    type Error = StorageError;

    fn try_from(row: Row) -> Result<Self, StorageError> {
        Ok(Self {
            id: row.id,
            certificate_id: row.certificate_id,
            created_at: Instant::from_millis(row.created_at),
            ends_at: Instant::from_millis(row.ends_at),
            from_place: u64::try_from(row.from_place).map_err(|_| damaged("watches", "from_place"))?,
            number: number(&row.number)?,
            valid_until: row.valid_until.map(Instant::from_millis),
            standing: standing_of(row.standing).ok_or_else(|| damaged("certificates", "standing"))?,
            standing_reason: reason(row.standing_reason)?,
            standing_since: Instant::from_millis(row.standing_since),
            superseded_by: row.superseded_by.as_deref().map(number).transpose()?,
        })
    }
}

#[derive(sqlx::FromRow)]
struct ChangeRow {
    place: i64,
    certificate_id: Uuid,
    act: String,
    recorded_at: i64,
    number: String,
    standing_reason: Option<String>,
    standing_since: i64,
    superseded_by: Option<String>,
}

impl TryFrom<ChangeRow> for WatchedChange {
    type Error = StorageError;

    fn try_from(row: ChangeRow) -> Result<Self, StorageError> {
        let latest = row.standing_since == row.recorded_at;
        Ok(Self {
            place: u64::try_from(row.place).map_err(|_| damaged("leaves", "place"))?,
            certificate_id: row.certificate_id,
            act: row.act,
            at: Instant::from_millis(row.recorded_at),
            number: number(&row.number)?,
            reason: reason(row.standing_reason.filter(|_| latest))?,
            superseded_by: row.superseded_by.as_deref().map(number).transpose()?,
        })
    }
}

fn number(text: &str) -> Result<Number, StorageError> {
    Number::from_str(text).map_err(|_| damaged("certificates", "number"))
}

fn reason(slug: Option<String>) -> Result<Option<StatusReason>, StorageError> {
    slug.map(|slug| StatusReason::from_slug(&slug).ok_or_else(|| damaged("certificates", "standing_reason")))
        .transpose()
}
