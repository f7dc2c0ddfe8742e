//! Retention at the desk: how long each kind's content is kept and why, what is over its term, what is held, what was done;
//! and, for keepers, proposing what is to be erased.

mod proposal;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::desk::agency_name;
use super::{AuditingByPage, Desk, Posted};
use crate::app::App;
use crate::auth::Auditor;
use crate::catalogue::{Kind, KindCode, Voen};
use crate::erasure::{ErasureError, OverByKind, Proposal, ProposalState, Remains, Run};
use crate::routes;
use crate::web::fault::Fault;
use crate::web::frame::{Frame, page};
use crate::web::session::see_other;
use crate::web::texts::Texts;
use crate::web::verdict::local_time;
use crate::web::visitor::Visitor;

pub(super) use proposal::{decide, one};

#[derive(Template)]
#[template(path = "pages/desk/retention.html")]
struct RetentionPage {
    frame: Frame,
    desk: Desk,
    mistake: Option<String>,
    /// What must be before anything is erased.
    rule: String,
    schedule: Vec<Scheduled>,
    /// Whether she may propose.
    keeper: bool,
    /// Whether anything is over its term that no hold keeps.
    due: bool,
    proposals: Vec<Row>,
    holds: Vec<Held>,
    runs: Vec<Ran>,
    /// What stays, and why.
    remains: Vec<(&'static str, &'static str)>,
}

/// A kind, and how much of it is over its term.
struct Scheduled {
    kind: String,
    agency: String,
    kept: String,
    why: String,
    due: u64,
    held: u64,
}

/// A proposal in the list.
struct Row {
    link: String,
    at: String,
    by: String,
    total: u64,
    state: String,
}

struct Held {
    number: String,
    link: String,
    kind: String,
    reason: String,
    by: String,
    since: String,
}

struct Ran {
    at: String,
    by: String,
    ended: Option<String>,
    /// What was approved.
    proposal: Option<String>,
    /// Agency, kind, and how many were erased, are held, and had been erased before.
    rows: Vec<(String, String, u64, u64, u64)>,
}

/// The form of a proposal.
#[derive(Deserialize)]
pub(super) struct Proposing {
    #[serde(default)]
    note: String,
}

/// The most proposals that are shown.
const PROPOSALS: u32 = 50;

/// `GET /desk/retention`.
pub(super) async fn overview(
    State(app): State<App>,
    visitor: Visitor,
    AuditingByPage(auditor): AuditingByPage,
) -> Result<Response, Fault> {
    shown(&app, &visitor, &auditor, None).await.map_err(|error| Fault::internal(&error))
}

/// `POST /desk/retention`: a keeper lists what is over its term, for another to approve.
pub(super) async fn propose(
    State(app): State<App>,
    visitor: Visitor,
    Posted(auditor, sent): Posted<Proposing>,
) -> Result<Response, Fault> {
    let keeper = auditor.keeper().ok_or(Fault::WithoutRole)?;
    let mistake = match app.erasure.propose(keeper.reach.only(), &sent.note, &keeper.member.actor()).await {
        Ok(proposal) => return Ok(see_other(&routes::DESK_RETENTION_ONE.replace("{id}", &proposal.id.to_string()))),
        Err(ErasureError::Nothing) => "retention-nothing",
        Err(ErasureError::Note) => "retention-no-note",
        Err(error) => return Err(Fault::internal(&error)),
    };
    shown(&app, &visitor, &auditor, Some(mistake)).await.map_err(|error| Fault::internal(&error))
}

async fn shown(
    app: &App,
    visitor: &Visitor,
    auditor: &Auditor,
    mistake: Option<&str>,
) -> Result<Response, ErasureError> {
    let frame = Frame::new(app, visitor, routes::DESK_RETENTION);
    let (texts, reach) = (frame.t, &auditor.reach);
    let over = app.erasure.over(reach).await?;
    let proposals = app.erasure.proposals(reach, PROPOSALS).await?;
    let holds = app.erasure.holds(reach).await?;
    let runs = app.erasure.runs(reach).await?;
    let rule = app.erasure.rule;
    let rule_text = if rule.four_eyes { "retention-four-eyes" } else { "retention-two-eyes" };
    let code = if mistake.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let held = |hold: crate::erasure::StandingHold| Held {
        number: hold.number.to_string(),
        link: frame.to(&routes::DESK_CERTIFICATE.replace("{id}", &hold.certificate.to_string())),
        kind: kind_name(app, hold.kind.as_str(), texts),
        reason: hold.reason,
        by: hold.placed_by,
        since: local_time(hold.placed_at),
    };
    let template = RetentionPage {
        desk: Desk::new(app, auditor, &frame),
        mistake: mistake.map(|text| texts.get(text)),
        rule: texts.with(rule_text, "days", rule.proposal_days),
        keeper: auditor.keeper().is_some(),
        due: over.iter().any(|row| row.over > row.held),
        schedule: schedule(app, auditor, over, texts),
        proposals: proposals.iter().map(|proposal| Row::of(proposal, &frame)).collect(),
        holds: holds.into_iter().map(held).collect(),
        runs: runs.into_iter().map(|run| Ran::of(app, run, &frame)).collect(),
        remains: Remains::ALL.map(|one| (one.name(texts.0), one.reason(texts.0))).into(),
        frame,
    };
    Ok(page(code, &template))
}

/// Each kind within the auditor's reach, and whatever else is over its term.
fn schedule(app: &App, auditor: &Auditor, mut over: Vec<OverByKind>, texts: Texts) -> Vec<Scheduled> {
    let today = app.clock.now().baku_date();
    let kinds = app.catalogue.codes().into_iter().filter_map(|code| app.catalogue.in_force(code, today));
    let kinds = kinds.filter(|kind| auditor.reach.covers(&kind.issuer.voen));
    let mut schedule: Vec<_> = kinds
        .map(|kind| {
            let own = |row: &OverByKind| row.kind == kind.code.as_str() && row.issuer == kind.issuer.voen.as_str();
            let (over_now, held) = over.iter().position(own).map_or((0, 0), |at| (over[at].over, over[at].held));
            over.retain(|row| !own(row));
            Scheduled {
                kind: kind.title.text(texts.0).to_owned(),
                agency: kind.issuer.name.text(texts.0).to_owned(),
                kept: kept(kind, texts),
                why: match &kind.legal_basis {
                    Some(basis) => basis.text(texts.0).to_owned(),
                    None => texts.get("retention-why"),
                },
                due: over_now - held,
                held,
            }
        })
        .collect();
    schedule.extend(over.into_iter().map(|row| Scheduled {
        kind: kind_name(app, &row.kind, texts),
        agency: agency(app, &row.issuer, texts),
        kept: String::new(),
        why: texts.get("retention-why-before"),
        due: row.over - row.held,
        held: row.held,
    }));
    schedule
}

fn kept(kind: &Kind, texts: Texts) -> String {
    let after = if kind.validity.days.is_some() { "retention-kept-after-end" } else { "retention-kept-after-issue" };
    texts.with(after, "days", kind.retention_days)
}

/// What a kind is called now, or its code.
pub(super) fn kind_name(app: &App, code: &str, texts: Texts) -> String {
    let today = app.clock.now().baku_date();
    let known: Option<KindCode> = code.parse().ok();
    let kind = known.and_then(|code| app.catalogue.in_force(&code, today));
    kind.map_or_else(|| code.to_owned(), |kind| kind.title.text(texts.0).to_owned())
}

pub(super) fn agency(app: &App, issuer: &str, texts: Texts) -> String {
    let voen: Option<Voen> = issuer.parse().ok();
    voen.map_or_else(|| issuer.to_owned(), |voen| agency_name(app, &voen, texts))
}

pub(super) fn state(state: ProposalState, texts: Texts) -> String {
    texts.get(match state {
        ProposalState::Waiting => "retention-state-waiting",
        ProposalState::Approved => "retention-state-approved",
        ProposalState::Refused => "retention-state-refused",
        ProposalState::Expired => "retention-state-expired",
        ProposalState::Begun => "retention-state-begun",
        ProposalState::Done => "retention-state-done",
    })
}

impl Row {
    fn of(proposal: &Proposal, frame: &Frame) -> Self {
        let record = &proposal.record;
        Self {
            link: frame.to(&routes::DESK_RETENTION_ONE.replace("{id}", &record.id.to_string())),
            at: local_time(record.proposed_at),
            by: record.proposed_by.clone(),
            total: record.listed.total,
            state: state(proposal.state, frame.t),
        }
    }
}

impl Ran {
    fn of(app: &App, run: Run, frame: &Frame) -> Self {
        let texts = frame.t;
        let rows = run.report.rows.into_iter().map(|row| {
            (agency(app, &row.issuer, texts), kind_name(app, &row.kind, texts), row.erased, row.held, row.gone)
        });
        Self {
            at: local_time(run.began_at),
            by: run.carried_out_by,
            ended: run.finished_at.map(local_time),
            proposal: run.proposal.map(|id| frame.to(&routes::DESK_RETENTION_ONE.replace("{id}", &id.to_string()))),
            rows: rows.collect(),
        }
    }
}
