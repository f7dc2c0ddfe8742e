//! Erasure: takes a certificate's content away for good, and makes sure that no restored backup brings it back, nor loses a
//! hold that keeps content.
//!
//! Deleting the wrapped key makes the content unreadable. The file in the holder's hands still verifies by its bytes,
//! with its true status and without facts; its code is unknown; the log stays whole. Where four eyes are needed, nothing
//! is erased but what one person listed and another approved.

mod hold;
mod ledger;
mod proposals;
mod remains;
mod replay;
mod report;
mod run;
mod shown;
mod told;

use std::sync::Arc;

use uuid::Uuid;

use crate::audit::{self, Act};
use crate::auth::Actor;
use crate::certificate::Number;
use crate::clock::{Clock, Instant};
use crate::random::{Random, RandomUnavailable};
use crate::storage::{Content, NewAuditEvent, Storage, StorageError};

pub use hold::{HoldReason, NotHoldReason};
pub use ledger::{Ledger, LedgerError, Line, Step};
pub use proposals::{Decision, Proposal, ProposalState};
pub use remains::Remains;
pub use replay::Replayed;
pub use report::{Report, ReportRow, Run};
pub use run::Outcome;

pub use crate::storage::{ErasingProposalRecord, ListedCertificate, OverByKind, StandingHold};

/// Erases certificates' content.
#[derive(Clone)]
pub struct Erasure {
    /// The records.
    pub storage: Storage,
    /// What was erased and held, kept outside the database.
    pub ledger: Arc<Ledger>,
    /// Who must agree.
    pub rule: Rule,
    /// What time it is.
    pub clock: Clock,
    /// Chance.
    pub random: Random,
}

/// Who must agree before anything is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Whether nothing is erased but what one person proposed and another approved.
    pub four_eyes: bool,
    /// For how many days a proposal can be approved and carried out.
    pub proposal_days: u16,
}

impl Default for Rule {
    fn default() -> Self {
        Self { four_eyes: false, proposal_days: 14 }
    }
}

/// Why nothing was erased, held or decided.
#[derive(Debug, thiserror::Error)]
pub enum ErasureError {
    /// No certificate of this number that the actor answers for.
    #[error("there is no such certificate among those you answer for")]
    NotFound,
    /// A hold keeps the content.
    #[error("a legal hold keeps the content of this certificate; lift it first, with `earayis retention lift`")]
    Held,
    /// Nobody but the one who asks agreed.
    #[error(
        "erasing needs four eyes here: `earayis retention propose` lists what is to be erased, another person approves it at the desk, and `earayis retention run --proposal ID` carries it out"
    )]
    FourEyes,
    /// There is nothing that could be listed.
    #[error("nothing is to be erased: no term is over, or holds keep what is over its term")]
    Nothing,
    /// The content is erased.
    #[error("the content of this certificate is erased already")]
    Erased,
    /// No such proposal within the reach of whoever asks.
    #[error("there is no such proposal; `earayis retention show` lists them")]
    NoProposal,
    /// Whoever proposed would approve.
    #[error("whoever proposed cannot approve: another person must")]
    OwnProposal,
    /// The decision was made.
    #[error("this proposal was decided on already")]
    Decided,
    /// Its time is over.
    #[error("the time of this proposal is over; propose anew")]
    Expired,
    /// It was not approved.
    #[error("this proposal was not approved: another person than who made it must approve it at the desk")]
    NotApproved,
    /// It was carried out.
    #[error("this proposal was carried out already; `earayis retention show` prints the report")]
    Done,
    /// What it lists is not what was shown, or approved.
    #[error(
        "the certificates that this proposal lists are not those that it was made about; nothing is erased: compare the database with a backup"
    )]
    OtherList,
    /// Another process carries it out.
    #[error("another process carries this run out at this moment")]
    Elsewhere,
    /// The words are too few or too many.
    #[error("say why, in 3 to 500 characters; name nobody")]
    Note,
    /// The ledger cannot be read or written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The records did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// What is stored is not what this service writes.
    #[error("a report is not what this service writes")]
    Report(#[from] serde_json::Error),
    /// There was no chance to be had.
    #[error(transparent)]
    Random(#[from] RandomUnavailable),
}

impl Erasure {
    /// Erases the content of the certificate of this number; that it was erased before is as good.
    ///
    /// The ledger comes first, while nobody else can hold or erase: a crash between the two erases at the next start what
    /// was promised here.
    pub async fn erase(&self, number: Number, actor: &Actor) -> Result<(), ErasureError> {
        if self.rule.four_eyes {
            return Err(ErasureError::FourEyes);
        }
        let id = self.answered_for(number, actor).await?;
        let mut keeping = self.storage.begin_keeping().await?;
        match keeping.look(id).await? {
            Content::Held(_) => return Err(ErasureError::Held),
            Content::Gone => drop(keeping),
            Content::There => {
                let event = self.event(id, Act::Erase, actor, &serde_json::json!({}))?;
                self.ledger.append(&[Line { certificate: id, at: event.occurred_at, step: Step::Erase }]).await?;
                keeping.erase(id, &event).await?;
                keeping.commit().await?;
            }
        }
        Ok(self.storage.overwrite_freed().await?)
    }

    /// Keeps a certificate's content beyond its term; answers whether this call did: not when a hold stands or it is
    /// erased.
    pub async fn hold(&self, number: Number, reason: &HoldReason, actor: &Actor) -> Result<bool, ErasureError> {
        let id = self.answered_for(number, actor).await?;
        let mut keeping = self.storage.begin_keeping().await?;
        if keeping.look(id).await? != Content::There {
            return Ok(false);
        }
        let event = self.event(id, Act::PlaceHold, actor, &serde_json::json!({}))?;
        let at = event.occurred_at;
        self.ledger.append(&[Line { certificate: id, at, step: Step::Hold(reason.clone()) }]).await?;
        let placed = keeping.place_hold(id, at, reason.as_str(), &event).await?;
        keeping.commit().await?;
        Ok(placed)
    }

    /// Lets the term hold again; answers whether a hold stood.
    pub async fn lift(&self, number: Number, actor: &Actor) -> Result<bool, ErasureError> {
        let id = self.answered_for(number, actor).await?;
        let mut keeping = self.storage.begin_keeping().await?;
        if !matches!(keeping.look(id).await?, Content::Held(_)) {
            return Ok(false);
        }
        let event = self.event(id, Act::LiftHold, actor, &serde_json::json!({}))?;
        self.ledger.append(&[Line { certificate: id, at: event.occurred_at, step: Step::Lift }]).await?;
        let lifted = keeping.lift_hold(id, &event).await?;
        keeping.commit().await?;
        Ok(lifted)
    }

    /// Reads the ledger, which must be there when anything was ever erased.
    pub async fn check_ledger(&self) -> Result<(), ErasureError> {
        if !self.ledger.exists() && self.storage.ever_erased().await? {
            return Err(LedgerError::Missing { file: self.ledger.file().to_owned() }.into());
        }
        self.ledger.lines().await?;
        Ok(())
    }

    async fn answered_for(&self, number: Number, actor: &Actor) -> Result<Uuid, ErasureError> {
        let record = self.storage.certificate_by_number(number).await?;
        let record = record.filter(|record| actor.answers_for(&record.issuer)).ok_or(ErasureError::NotFound)?;
        Ok(record.id)
    }

    fn event(
        &self,
        certificate: Uuid,
        act: Act,
        actor: &Actor,
        detail: &serde_json::Value,
    ) -> Result<NewAuditEvent, ErasureError> {
        self.event_about(&certificate.to_string(), act, actor, self.clock.now(), detail)
    }

    fn event_about(
        &self,
        subject: &str,
        act: Act,
        actor: &Actor,
        at: Instant,
        detail: &serde_json::Value,
    ) -> Result<NewAuditEvent, ErasureError> {
        Ok(audit::event(&self.random, actor.label(), act, subject, at, detail)?)
    }
}
