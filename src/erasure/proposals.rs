//! Four eyes: one person lists what is to be erased, another approves exactly that list or refuses it, with a note.

use data_encoding::HEXLOWER;
use uuid::Uuid;

use super::{Erasure, ErasureError};
use crate::audit::{self, Act};
use crate::auth::{Actor, Keeper, Reach};
use crate::catalogue::Voen;
use crate::certificate::Number;
use crate::clock::Instant;
use crate::storage::{
    Content, ErasingDecision, ErasingProposalRecord, ListedCertificate, NewErasingProposal, Proposed,
};

/// A proposal, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// As it was made and decided on.
    pub record: ErasingProposalRecord,
    /// Where it stands now.
    pub state: ProposalState,
}

/// Where a proposal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProposalState {
    /// It waits for another person.
    Waiting,
    /// It may be carried out.
    Approved,
    /// It may not.
    Refused,
    /// Its time is over.
    Expired,
    /// Its run began and has not come to its end: the same command goes on with it.
    Begun,
    /// It was carried out.
    Done,
}

/// What is decided on a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It may be carried out.
    Approve,
    /// It may not.
    Refuse,
}

impl Erasure {
    /// Proposes to erase whatever is over its term and no hold keeps, of one agency or of all.
    pub async fn propose(
        &self,
        issuer: Option<&Voen>,
        note: &str,
        actor: &Actor,
    ) -> Result<ErasingProposalRecord, ErasureError> {
        let subject = issuer.map_or("retention", Voen::as_str);
        self.make(Proposed::Term, issuer.cloned(), subject, note, actor).await
    }

    /// Proposes to erase the content of the certificate of this number.
    pub async fn propose_one(
        &self,
        number: Number,
        note: &str,
        actor: &Actor,
    ) -> Result<ErasingProposalRecord, ErasureError> {
        let record = self.storage.certificate_by_number(number).await?;
        let record = record.filter(|record| actor.answers_for(&record.issuer)).ok_or(ErasureError::NotFound)?;
        let content = self.storage.begin_keeping().await?.look(record.id).await?;
        match content {
            Content::Gone => Err(ErasureError::Erased),
            Content::Held(_) => Err(ErasureError::Held),
            Content::There => {
                let what = Proposed::Certificate(record.id);
                self.make(what, Some(record.issuer), &record.id.to_string(), note, actor).await
            }
        }
    }

    /// The latest proposals within a reach.
    pub async fn proposals(&self, reach: &Reach, limit: u32) -> Result<Vec<Proposal>, ErasureError> {
        let now = self.clock.now();
        let records = self.storage.erasing_proposals(reach.only(), limit).await?;
        Ok(records.into_iter().map(|record| Proposal { state: ProposalState::of(&record, now), record }).collect())
    }

    /// The proposal of this id, if it is within a reach.
    pub async fn proposal(&self, id: Uuid, reach: &Reach) -> Result<Option<Proposal>, ErasureError> {
        let record = self.storage.erasing_proposal(id).await?.filter(|record| covers(reach, record));
        Ok(record.map(|record| Proposal { state: ProposalState::of(&record, self.clock.now()), record }))
    }

    /// What a proposal lists, behind one that was seen, in the order of the ids.
    pub async fn listed(&self, id: Uuid, after: Uuid, limit: u32) -> Result<Vec<ListedCertificate>, ErasureError> {
        Ok(self.storage.listed_in_full(id, after, limit).await?)
    }

    /// How many of each agency's kinds a proposal lists: VÖEN, code of the kind, count.
    pub async fn listed_by_kind(&self, id: Uuid) -> Result<Vec<(String, String, i64)>, ErasureError> {
        Ok(self.storage.listed_by_kind(id).await?)
    }

    /// Decides on a proposal within the keeper's reach. `digest` is that of the list which was shown to her, hexadecimal:
    /// nothing else is approved. Whoever proposed may refuse, and never approve.
    pub async fn decide(
        &self,
        keeper: &Keeper,
        id: Uuid,
        digest: &str,
        decision: Decision,
        note: &str,
    ) -> Result<(), ErasureError> {
        let note = words(note).filter(|note| !note.is_empty()).ok_or(ErasureError::Note)?;
        let proposal = self.proposal(id, &keeper.reach).await?.ok_or(ErasureError::NoProposal)?.record;
        let (approved, actor, at) = (decision == Decision::Approve, keeper.member.actor(), self.clock.now());
        if HEXLOWER.encode(&proposal.listed.digest) != digest {
            return Err(ErasureError::OtherList);
        }
        if approved && proposal.proposed_by == actor.label() {
            return Err(ErasureError::OwnProposal);
        }
        match ProposalState::of(&proposal, at) {
            ProposalState::Waiting => {}
            ProposalState::Expired if proposal.decision.is_none() => return Err(ErasureError::Expired),
            _ => return Err(ErasureError::Decided),
        }
        let act = if approved { Act::ApproveErasing } else { Act::RefuseErasing };
        let subject = self.subject(&proposal).await?;
        let detail = serde_json::json!({ "proposal": id, "total": proposal.listed.total, "digest": digest });
        let event = self.event_about(&subject, act, &actor, at, &detail)?;
        let decision = ErasingDecision { approved, by: actor.label(), at, note: note.to_owned() };
        let decided = self.storage.decide_erasing(id, &proposal.listed.digest, &decision, &event).await?;
        if decided { Ok(()) } else { Err(ErasureError::Decided) }
    }

    async fn make(
        &self,
        what: Proposed,
        issuer: Option<Voen>,
        subject: &str,
        note: &str,
        actor: &Actor,
    ) -> Result<ErasingProposalRecord, ErasureError> {
        let now = self.clock.now();
        let new = NewErasingProposal {
            id: audit::fresh_id(&self.random, now)?,
            what,
            issuer,
            note: words(note).ok_or(ErasureError::Note)?.to_owned(),
            proposed_by: actor.label(),
            proposed_at: now,
            expires_at: now.plus_days(i64::from(self.rule.proposal_days)),
        };
        let listed = self.storage.propose_erasing(&new, |listed| {
            let digest = HEXLOWER.encode(&listed.digest);
            let detail = serde_json::json!({ "proposal": new.id, "total": listed.total, "digest": digest });
            // Listing takes its time, and no event may come later to the records than its instant says.
            self.event_about(subject, Act::ProposeErasing, actor, self.clock.now(), &detail)
        });
        listed.await?.ok_or(ErasureError::Nothing)?;
        self.storage.erasing_proposal(new.id).await?.ok_or(ErasureError::NoProposal)
    }

    /// What an event about a proposal is about: the certificate, the agency, or all of retention.
    async fn subject(&self, proposal: &ErasingProposalRecord) -> Result<String, ErasureError> {
        if proposal.single
            && let Some(one) = self.storage.listed(proposal.id, Uuid::nil(), 1).await?.first()
        {
            return Ok(one.id.to_string());
        }
        Ok(proposal.issuer.as_ref().map_or("retention", Voen::as_str).to_owned())
    }
}

impl ProposalState {
    /// Where it stands at `now`. A run that began may come to its end.
    pub(super) fn of(proposal: &ErasingProposalRecord, now: Instant) -> Self {
        let approved = proposal.decision.as_ref().map(|decision| decision.approved);
        match (proposal.began_at, proposal.finished_at, approved) {
            (_, Some(_), _) => Self::Done,
            (Some(_), None, _) => Self::Begun,
            (None, None, Some(false)) => Self::Refused,
            _ if proposal.expires_at <= now => Self::Expired,
            (None, None, Some(true)) => Self::Approved,
            (None, None, None) => Self::Waiting,
        }
    }

    /// Its word on the command line and in the names of the pages' texts.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Expired => "expired",
            Self::Begun => "begun",
            Self::Done => "done",
        }
    }
}

/// What is about all agencies is for those alone who answer for all.
fn covers(reach: &Reach, proposal: &ErasingProposalRecord) -> bool {
    proposal.issuer.as_ref().map_or(reach.only().is_none(), |issuer| reach.covers(issuer))
}

/// A note's words: none, or 3 to 500 printable characters.
fn words(note: &str) -> Option<&str> {
    let note = note.trim();
    let fits = (3..=500).contains(&note.chars().count()) && !note.chars().any(char::is_control);
    (note.is_empty() || fits).then_some(note)
}
