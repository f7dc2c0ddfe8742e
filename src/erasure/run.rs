//! A run: erases what is over its term, or exactly what was approved, some at a time; one that was cut off is gone on with.
//!
//! The ledger is durable before each some is erased, and the report with them; what is freed is overwritten once, at the
//! end. So a run costs as much for each certificate however many there are and were.

use uuid::Uuid;

use super::{Erasure, ErasureError, Line, ProposalState, Report, Run, Step};
use crate::audit::{self, Act};
use crate::auth::Actor;
use crate::clock::Instant;
use crate::storage::{Content, ErasingProposalRecord, ErasingRunRecord, NewErasingRun, Place, StorageError};

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What it did.
    pub run: Run,
    /// Whether what it freed is overwritten; somebody may still read old pages, and the next run overwrites them.
    pub overwritten: bool,
}

/// A certificate that a run comes to.
struct Due {
    id: Uuid,
    issuer: String,
    kind: String,
    /// Whether a hold kept it when the list was read.
    held: bool,
}

/// A run as far as it has come.
struct Going<'a> {
    id: Uuid,
    steps: i64,
    reached: Option<Uuid>,
    report: Report,
    proposal: Option<&'a ErasingProposalRecord>,
    actor: &'a Actor,
}

/// How many certificates are erased in one transaction, with one flush of the ledger: few enough that nobody who issues
/// waits for long.
const AT_ONCE: u32 = 200;

impl Erasure {
    /// What a run would do now.
    pub async fn plan(&self) -> Result<Report, ErasureError> {
        Ok(Report::planned(self.storage.over_by_kind(self.clock.now(), None).await?))
    }

    /// Erases every content whose term is over and that no hold keeps; refused where four eyes are needed.
    pub async fn run(&self, actor: &Actor) -> Result<Outcome, ErasureError> {
        if self.rule.four_eyes {
            return Err(ErasureError::FourEyes);
        }
        let now = self.clock.now();
        let record = self.begin(None, actor, now).await?;
        let mut going = Going::on(&record, None, actor)?;
        let done = self.erase_over(&mut going, now).await;
        self.end(going, done).await
    }

    /// Erases exactly what a proposal lists that another person approved, but for what a hold keeps by now.
    pub async fn carry_out(&self, proposal: Uuid, actor: &Actor) -> Result<Outcome, ErasureError> {
        let now = self.clock.now();
        let proposal = self.storage.erasing_proposal(proposal).await?.ok_or(ErasureError::NoProposal)?;
        match ProposalState::of(&proposal, now) {
            ProposalState::Approved | ProposalState::Begun => {}
            ProposalState::Done => return Err(ErasureError::Done),
            ProposalState::Expired => return Err(ErasureError::Expired),
            ProposalState::Waiting | ProposalState::Refused => return Err(ErasureError::NotApproved),
        }
        if self.storage.digest_of_listed(proposal.id).await? != proposal.listed.digest {
            return Err(ErasureError::OtherList);
        }
        let record = self.begin(Some(&proposal), actor, now).await?;
        let mut going = Going::on(&record, Some(&proposal), actor)?;
        let done = self.erase_listed(&mut going, proposal.id).await;
        self.end(going, done).await
    }

    async fn begin(
        &self,
        proposal: Option<&ErasingProposalRecord>,
        actor: &Actor,
        now: Instant,
    ) -> Result<ErasingRunRecord, ErasureError> {
        let new = NewErasingRun {
            id: audit::fresh_id(&self.random, now)?,
            proposal: proposal.map(|proposal| proposal.id),
            issuer: proposal.and_then(|proposal| proposal.issuer.clone()),
            carried_out_by: actor.label(),
            began_at: now,
            report: serde_json::to_string(&Report::default())?,
        };
        Ok(self.storage.begin_erasing_run(&new).await?)
    }

    async fn erase_over(&self, going: &mut Going<'_>, now: Instant) -> Result<(), ErasureError> {
        let mut after = Place { at: Instant::from_millis(i64::MIN), id: Uuid::nil() };
        loop {
            let over = self.storage.terms_over(now, after, AT_ONCE).await?;
            let Some(last) = over.last() else { return Ok(()) };
            after = Place { at: last.keep_until, id: last.id };
            let due =
                over.into_iter().map(|one| Due { id: one.id, issuer: one.issuer, kind: one.kind, held: one.held });
            self.erase_some(going, due.collect()).await?;
        }
    }

    async fn erase_listed(&self, going: &mut Going<'_>, proposal: Uuid) -> Result<(), ErasureError> {
        loop {
            let after = going.reached.unwrap_or_else(Uuid::nil);
            let listed = self.storage.listed(proposal, after, i64::from(AT_ONCE)).await?;
            if listed.is_empty() {
                return Ok(());
            }
            let due = listed.into_iter().map(|one| Due { id: one.id, issuer: one.issuer, kind: one.kind, held: false });
            self.erase_some(going, due.collect()).await?;
        }
    }

    /// Erases some, all of them or none. What may be erased is found first, and from then on nobody else changes it; then
    /// the ledger names it; then it is erased.
    async fn erase_some(&self, going: &mut Going<'_>, mut due: Vec<Due>) -> Result<(), ErasureError> {
        let reached = due.last().map(|one| one.id);
        // Whoever takes several takes them in one order, so that no two wait for each other.
        due.sort_unstable_by_key(|one| one.id);
        let (mut keeping, mut report) = (self.storage.begin_keeping().await?, going.report.clone());
        let mut lines = Vec::new();
        for one in &due {
            let content = if one.held { None } else { Some(keeping.look(one.id).await?) };
            let row = report.row(&one.issuer, &one.kind);
            match content {
                None | Some(Content::Held(_)) => row.held += 1,
                Some(Content::Gone) => row.gone += 1,
                Some(Content::There) => {
                    row.erased += 1;
                    lines.push(Line { certificate: one.id, at: self.clock.now(), step: Step::Erase });
                }
            }
        }
        let told = serde_json::to_string(&report)?;
        if !keeping.advance_run(going.id, going.steps, reached, &told).await? {
            return Err(ErasureError::Elsewhere);
        }
        self.ledger.append(&lines).await?;
        let detail = serde_json::json!({ "run": going.id });
        for line in &lines {
            let subject = line.certificate.to_string();
            let event = self.event_about(&subject, Act::Erase, going.actor, line.at, &detail)?;
            keeping.erase(line.certificate, &event).await?;
        }
        keeping.commit().await?;
        (going.report, going.reached, going.steps) = (report, reached, going.steps + 1);
        Ok(())
    }

    /// Ends a run that came to its end, and overwrites what it freed, be it cut off or not.
    async fn end(&self, going: Going<'_>, done: Result<(), ErasureError>) -> Result<Outcome, ErasureError> {
        let overwritten = match self.storage.overwrite_freed().await {
            Ok(()) => Ok(true),
            Err(StorageError::FreedPagesRemain) => Ok(false),
            Err(error) => Err(error),
        };
        done?;
        let mut keeping = self.storage.begin_keeping().await?;
        let proposal = going.proposal;
        let issuer = proposal.and_then(|proposal| proposal.issuer.as_ref());
        let subject = issuer.map_or("retention", |issuer| issuer.as_str());
        let detail = serde_json::json!({
            "run": going.id,
            "proposal": proposal.map(|proposal| proposal.id),
            "digest": proposal.map(|proposal| data_encoding::HEXLOWER.encode(&proposal.listed.digest)),
            "rows": going.report.rows,
        });
        let event = self.event_about(subject, Act::RunErasure, going.actor, self.clock.now(), &detail)?;
        if !keeping.finish_run(going.id, going.steps, &event).await? {
            return Err(ErasureError::Elsewhere);
        }
        keeping.commit().await?;
        let run = self.storage.erasing_run(going.id).await?.ok_or(ErasureError::NoProposal)?;
        Ok(Outcome { run: Run::of(run)?, overwritten: overwritten? })
    }
}

impl<'a> Going<'a> {
    fn on(
        record: &ErasingRunRecord,
        proposal: Option<&'a ErasingProposalRecord>,
        actor: &'a Actor,
    ) -> Result<Self, ErasureError> {
        let (id, steps, reached) = (record.id, record.steps, record.reached);
        Ok(Self { id, steps, reached, report: serde_json::from_str(&record.report)?, proposal, actor })
    }
}
