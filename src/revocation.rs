//! Changes of status: revoke, suspend, reinstate, supersede, each with its reason, leaf and audit event in one transaction.

use std::sync::Arc;

use crate::audit::{self, Act};
use crate::auth::Actor;
use crate::certificate::status::TransitionError;
use crate::certificate::{Number, Standing, Status, StatusAct, StatusReason};
use crate::clock::{Clock, Instant};
use crate::random::{Random, RandomUnavailable};
use crate::storage::{CertificateRecord, ChangeError, NewLeaf, StandingChange, Storage, StorageError, Successor};
use crate::transparency::{Act as LogAct, Entry, Record};

/// Changes the standing of certificates.
#[derive(Clone)]
pub struct Revocation {
    /// The records.
    pub storage: Storage,
    /// What time it is.
    pub clock: Clock,
    /// Chance.
    pub random: Random,
}

/// What is to be done to a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Withdraw it for good.
    Revoke(StatusReason),
    /// Take it out of force for now.
    Suspend(StatusReason),
    /// Put it back into force.
    Reinstate(StatusReason),
    /// Replace it by the certificate of this number.
    Supersede(Number),
}

/// Why a status did not change.
#[derive(Debug, thiserror::Error)]
pub enum RevocationError {
    /// No certificate of this number that the actor answers for.
    #[error("there is no such certificate among those you answer for")]
    NotFound,
    /// The certificate's status does not allow it.
    #[error(transparent)]
    Transition(#[from] TransitionError),
    /// The new certificate is of another holder or kind.
    #[error("the new certificate must be of the same holder and kind as the old one")]
    NotSuccessor,
    /// The new certificate is not in force.
    #[error("the new certificate must be in force")]
    SuccessorNotInForce,
    /// Another act changed the certificate in the same moment.
    #[error("another act changed the certificate in the same moment; look at its status and try again")]
    Conflict,
    /// The clock is behind the certificate's last act: the new one would be dated before it.
    #[error("the clock is behind the certificate's last change of status; set the clock right and try again")]
    ClockBehind,
    /// The records did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// There was no chance to be had.
    #[error(transparent)]
    Random(#[from] RandomUnavailable),
    /// The task ended before its time.
    #[error("the change of status was interrupted")]
    Interrupted,
}

impl Revocation {
    /// Does `change` to the certificate of this number and answers its record as it is afterwards.
    ///
    /// It runs in a task of its own, so that a caller who goes away leaves no doubt behind.
    pub async fn change(
        self: &Arc<Self>,
        number: Number,
        change: Change,
        actor: Actor,
    ) -> Result<CertificateRecord, RevocationError> {
        let revocation = Arc::clone(self);
        let task = tokio::spawn(async move { revocation.change_here(number, &change, &actor).await });
        task.await.map_err(|_| RevocationError::Interrupted)?
    }

    async fn change_here(
        &self,
        number: Number,
        change: &Change,
        actor: &Actor,
    ) -> Result<CertificateRecord, RevocationError> {
        let record = self.answered_for(number, actor).await?;
        let now = after(record.standing_since, self.clock.now())?;
        let standing = record.standing.after(change.status_act(), record.valid_until, now)?;
        let successor = match change {
            Change::Supersede(new) => Some(self.successor(&record, *new, actor, now).await?),
            Change::Revoke(_) | Change::Suspend(_) | Change::Reinstate(_) => None,
        };
        let change = self.transaction(&record, change, standing, successor, actor, now)?;
        match self.storage.change_standing(change).await {
            Ok(()) => self.answered_for(number, actor).await,
            Err(ChangeError::Conflict) => Err(RevocationError::Conflict),
            Err(ChangeError::Storage(error)) => Err(error.into()),
        }
    }

    /// A certificate of another agency is as absent as one that was never issued.
    async fn answered_for(&self, number: Number, actor: &Actor) -> Result<CertificateRecord, RevocationError> {
        let record = self.storage.certificate_by_number(number).await?;
        record.filter(|record| actor.answers_for(&record.issuer)).ok_or(RevocationError::NotFound)
    }

    async fn successor(
        &self,
        old: &CertificateRecord,
        new: Number,
        actor: &Actor,
        now: Instant,
    ) -> Result<Successor, RevocationError> {
        let new = self.answered_for(new, actor).await?;
        let same = new.id != old.id && new.kind == old.kind && new.holder.is_some() && new.holder == old.holder;
        if !same {
            return Err(RevocationError::NotSuccessor);
        }
        match new.status_at(now) {
            Status::Valid => Ok(Successor { id: new.id, expected_version: new.version }),
            _ => Err(RevocationError::SuccessorNotInForce),
        }
    }

    fn transaction(
        &self,
        record: &CertificateRecord,
        change: &Change,
        standing: Standing,
        successor: Option<Successor>,
        actor: &Actor,
        now: Instant,
    ) -> Result<StandingChange, RevocationError> {
        let reason = change.reason();
        let detail = serde_json::json!({ "number": record.number, "reason": reason.slug() });
        let subject = record.id.to_string();
        Ok(StandingChange {
            id: record.id,
            expected_version: record.version,
            standing,
            reason: Some(reason),
            since: now,
            successor,
            leaf: self.leaf(record, change.log_act(), now)?,
            audit: audit::event(&self.random, actor.label(), change.audit_act(), &subject, now, &detail)?,
        })
    }

    fn leaf(&self, record: &CertificateRecord, act: LogAct, now: Instant) -> Result<NewLeaf, RandomUnavailable> {
        let statement = Record {
            act,
            id: record.id,
            kind: record.kind.to_string(),
            kind_version: record.kind_version,
            issuer: record.issuer.to_string(),
            digest: None,
            at: now,
        };
        let salt = self.random.bytes()?;
        Ok(NewLeaf {
            id: audit::fresh_id(&self.random, now)?,
            certificate_id: record.id,
            act: act.slug().to_owned(),
            entry: Entry::of(&salt, &statement).0,
            salt,
            record: statement.to_cbor(),
            recorded_at: now,
        })
    }
}

/// How far the clocks of two machines may differ.
const SKEW_MILLIS: i64 = 5_000;

/// The instant of an act, later than the `last` one also when another machine, whose clock is ahead, did that a moment
/// ago: a certificate's leaves are read in the order of their instants.
fn after(last: Instant, now: Instant) -> Result<Instant, RevocationError> {
    if now.millis() + SKEW_MILLIS < last.millis() {
        return Err(RevocationError::ClockBehind);
    }
    Ok(now.max(last.plus_millis(1)))
}

impl Change {
    fn status_act(&self) -> StatusAct {
        match self {
            Self::Revoke(_) => StatusAct::Revoke,
            Self::Suspend(_) => StatusAct::Suspend,
            Self::Reinstate(_) => StatusAct::Reinstate,
            Self::Supersede(_) => StatusAct::Supersede,
        }
    }

    fn log_act(&self) -> LogAct {
        match self {
            Self::Revoke(_) => LogAct::Revoked,
            Self::Suspend(_) => LogAct::Suspended,
            Self::Reinstate(_) => LogAct::Reinstated,
            Self::Supersede(_) => LogAct::Superseded,
        }
    }

    fn audit_act(&self) -> Act {
        match self {
            Self::Revoke(_) => Act::Revoke,
            Self::Suspend(_) => Act::Suspend,
            Self::Reinstate(_) => Act::Reinstate,
            Self::Supersede(_) => Act::Supersede,
        }
    }

    fn reason(&self) -> StatusReason {
        match self {
            Self::Revoke(reason) | Self::Suspend(reason) | Self::Reinstate(reason) => *reason,
            Self::Supersede(_) => StatusReason::Superseded,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_is_later_than_the_one_before_it() {
        let last = Instant::from_millis(1_000_000);
        for (now, at) in [(0, 1), (1, 1), (700, 700), (-4_000, 1)] {
            assert_eq!(after(last, last.plus_millis(now)).unwrap(), last.plus_millis(at), "{now}");
        }
        assert!(matches!(after(last, last.plus_millis(-5_001)), Err(RevocationError::ClockBehind)));
    }
}
