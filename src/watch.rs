//! Watching: an organisation that held a certificate follows its status for a while, and no change is lost or told twice.
//!
//! The cursor of the changes is a place in the transparency log. Places are given in one transaction, in order, so that
//! a later change can never get a smaller one; neither a time nor an id would promise that. A watch is committed before
//! the status is read that its opening answers: a change falls before that reading, or comes among the changes.

use uuid::Uuid;

use crate::audit::{self, Act};
use crate::auth::Asker;
use crate::certificate::{Number, Status, StatusReason};
use crate::clock::{Clock, Instant};
use crate::random::{Random, RandomUnavailable};
use crate::storage::{Look, NewWatch, Storage, StorageError, WatchRecord, WatchedChange};

/// The longest that a watch may last, and that it may outlast the look on which it rests, in days.
pub const LONGEST_DAYS: u8 = 90;
/// For how many days after its end a watch's changes can still be pulled.
const PULLED_FOR_DAYS: i64 = 30;

/// Opens and ends watches, and tells the changes.
#[derive(Clone)]
pub struct Watching {
    /// The records.
    pub storage: Storage,
    /// What time it is.
    pub clock: Clock,
    /// Chance.
    pub random: Random,
}

/// What shows that the organisation held the certificate: a look of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// The verification that disclosed the facts to it.
    Verification(Uuid),
    /// The certificate, at which it looked at some time.
    Certificate(Uuid),
}

/// For how long a watch is opened: 1 to 90 days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days(u8);

impl Days {
    /// Up to [`LONGEST_DAYS`]; none for any other number.
    pub fn new(days: u32) -> Option<Self> {
        u8::try_from(days).ok().filter(|days| (1..=LONGEST_DAYS).contains(days)).map(Self)
    }
}

/// A watch, with its certificate as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// Its id.
    pub id: Uuid,
    /// When it was opened.
    pub created_at: Instant,
    /// Its exclusive end.
    pub ends_at: Instant,
    /// The exclusive end of the certificate's validity, which is no change and comes without one.
    pub valid_until: Option<Instant>,
    /// The certificate's status now.
    pub now: Standing,
    /// The cursor behind which all of its changes come.
    pub cursor: u64,
}

/// The status of a certificate at an instant, with no fact of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its number.
    pub number: Number,
    /// Its status.
    pub status: Status,
    /// Since when; none for one in force that was never out of it.
    pub since: Option<Instant>,
    /// Why.
    pub reason: Option<StatusReason>,
    /// The number of the certificate that replaced it.
    pub superseded_by: Option<Number>,
}

/// A change of status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The place of its leaf in the log.
    pub place: u64,
    /// What it made of the certificate.
    pub standing: Standing,
}

/// A part of the changes, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The changes.
    pub changes: Vec<Change>,
    /// The cursor with which to ask for what follows.
    pub next: u64,
    /// Whether there may be more already.
    pub more: bool,
}

/// Why a watch was not opened, or no changes were told.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// The organisation looked at no such certificate, or there is none: it must not learn which.
    #[error("verify the certificate by its code, QR or file first")]
    NotHeld,
    /// Its look is older than a watch may last.
    #[error("the last verification is more than {LONGEST_DAYS} days ago; verify the certificate again")]
    LookTooOld,
    /// The cursor is none that was ever answered.
    #[error("the cursor is ahead of the log; continue with the `next` of the last answer")]
    CursorAhead,
    /// The records did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// There was no chance to be had.
    #[error(transparent)]
    Random(#[from] RandomUnavailable),
}

impl Watching {
    /// Opens a watch, or lets the one that is open end later. It ends at the latest 90 days after the look on which it
    /// rests; the holder's record shows it. Answers it, and whether it is new.
    pub async fn open(&self, held: Held, days: Days, asker: &Asker) -> Result<(Watch, bool), WatchError> {
        let now = self.clock.now();
        let look = self.look(held, asker).await?.ok_or(WatchError::NotHeld)?;
        let last = look.at.plus_days(i64::from(LONGEST_DAYS));
        if last <= now {
            return Err(WatchError::LookTooOld);
        }
        let ends_at = now.plus_days(i64::from(days.0)).min(last);
        let new = NewWatch {
            id: audit::fresh_id(&self.random, now)?,
            organisation: asker.organisation.clone(),
            certificate_id: look.certificate_id,
            created_at: now,
            ends_at,
        };
        let detail = serde_json::json!({ "look": look.id, "until": ends_at });
        let event = self.event(asker, Act::Watch, look.certificate_id, now, &detail)?;
        let id = self.storage.open_watch(&new, &event).await?;
        let watch = self.watch(id, asker).await?.ok_or(WatchError::NotHeld)?;
        Ok((watch, id == new.id))
    }

    /// At most `limit` open watches of the organisation, after the one with the id `after`.
    pub async fn list(&self, asker: &Asker, after: Option<Uuid>, limit: u32) -> Result<Vec<Watch>, WatchError> {
        let now = self.clock.now();
        let after = after.unwrap_or_default();
        let records = self.storage.watches(&asker.organisation, now, after, limit).await?;
        Ok(records.iter().map(|record| Watch::of(record, now)).collect())
    }

    /// Ends a watch; answers whether the organisation had it.
    pub async fn end(&self, id: Uuid, asker: &Asker) -> Result<bool, WatchError> {
        let Some(record) = self.storage.watch(&asker.organisation, id).await? else { return Ok(false) };
        let now = self.clock.now();
        let event = self.event(asker, Act::EndWatch, record.certificate_id, now, &serde_json::json!({}))?;
        Ok(self.storage.end_watch(&asker.organisation, id, &event).await?)
    }

    /// At most `limit` changes behind the cursor `after`; from the beginning of the organisation's watches without one.
    pub async fn changes(&self, asker: &Asker, after: Option<u64>, limit: u32) -> Result<Changes, WatchError> {
        let from = after.unwrap_or_default();
        let found = self.storage.watched_changes(&asker.organisation, from, limit).await?;
        if from > found.size {
            return Err(WatchError::CursorAhead);
        }
        let last = found.changes.last().map(|change| change.place + 1);
        let (next, more) = match last {
            Some(behind) if found.changes.len() >= limit as usize => (behind, behind < found.size),
            _ => (found.size, false),
        };
        let mut changes = Vec::with_capacity(found.changes.len());
        for change in found.changes {
            changes.push(self.told(change).await?);
        }
        Ok(Changes { changes, next, more })
    }

    /// Forgets watches whose changes can no longer be pulled; answers how many.
    pub async fn purge(&self) -> Result<u64, StorageError> {
        self.storage.purge_watches(self.clock.now().plus_days(-PULLED_FOR_DAYS)).await
    }

    async fn look(&self, held: Held, asker: &Asker) -> Result<Option<Look>, StorageError> {
        match held {
            Held::Verification(id) => self.storage.look_by(&asker.organisation, id).await,
            Held::Certificate(id) => self.storage.latest_look_by(&asker.organisation, id).await,
        }
    }

    async fn watch(&self, id: Uuid, asker: &Asker) -> Result<Option<Watch>, StorageError> {
        let now = self.clock.now();
        Ok(self.storage.watch(&asker.organisation, id).await?.map(|record| Watch::of(&record, now)))
    }

    async fn told(&self, change: WatchedChange) -> Result<Change, StorageError> {
        let status = match change.act.as_str() {
            "revoked" => Status::Revoked,
            "suspended" => Status::Suspended,
            "superseded" => Status::Superseded,
            _ => Status::Valid,
        };
        let reason = match change.reason {
            Some(reason) => Some(reason),
            None => self.reason_then(&change).await?,
        };
        let superseded_by = change.superseded_by.filter(|_| status == Status::Superseded);
        let standing = Standing { number: change.number, status, since: Some(change.at), reason, superseded_by };
        Ok(Change { place: change.place, standing })
    }

    /// The reason of a change that another has followed: its audit event, of the same instant, still names it.
    async fn reason_then(&self, change: &WatchedChange) -> Result<Option<StatusReason>, StorageError> {
        let events = self.storage.audit_events_of(&change.certificate_id.to_string()).await?;
        let then = events.into_iter().filter(|event| event.occurred_at == change.at);
        Ok(then.into_iter().find_map(|event| {
            let detail: serde_json::Value = serde_json::from_str(&event.detail).ok()?;
            StatusReason::from_slug(detail["reason"].as_str()?)
        }))
    }

    fn event(
        &self,
        asker: &Asker,
        act: Act,
        certificate: Uuid,
        now: Instant,
        detail: &serde_json::Value,
    ) -> Result<crate::storage::NewAuditEvent, RandomUnavailable> {
        let actor = format!("verifier:{}:{}", asker.organisation, asker.by);
        audit::event(&self.random, actor, act, &certificate.to_string(), now, detail)
    }
}

impl Watch {
    fn of(record: &WatchRecord, now: Instant) -> Self {
        let status = record.standing.status_at(record.valid_until, now);
        let standing = Standing {
            number: record.number,
            status,
            since: match status {
                Status::Expired => record.valid_until,
                // One that was never out of force has no reason for being in it.
                _ => record.standing_reason.map(|_| record.standing_since),
            },
            reason: record.standing_reason.filter(|_| status != Status::Expired),
            superseded_by: record.superseded_by.filter(|_| status == Status::Superseded),
        };
        Self {
            id: record.id,
            created_at: record.created_at,
            ends_at: record.ends_at,
            valid_until: record.valid_until,
            now: standing,
            cursor: record.from_place,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_watch_lasts_one_to_ninety_days() {
        for days in [1, 90] {
            assert!(Days::new(days).is_some(), "{days}");
        }
        for days in [0, 91, 256 + 1, u32::MAX] {
            assert!(Days::new(days).is_none(), "{days}");
        }
    }
}
