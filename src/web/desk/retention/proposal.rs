//! One proposal: exactly what it lists, who made it, and for another keeper the form that approves or refuses that list.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::{agency, kind_name, state};
use crate::app::App;
use crate::auth::Auditor;
use crate::erasure::{Decision, ErasureError, ListedCertificate, Proposal, ProposalState};
use crate::routes;
use crate::web::desk::{AuditingByPage, Desk, Posted};
use crate::web::fault::Fault;
use crate::web::frame::{Frame, page};
use crate::web::session::see_other;
use crate::web::verdict::local_time;
use crate::web::visitor::Visitor;

#[derive(Template)]
#[template(path = "pages/desk/proposal.html")]
struct ProposalPage {
    frame: Frame,
    desk: Desk,
    mistake: Option<String>,
    id: String,
    action: String,
    state: String,
    what: String,
    by: String,
    at: String,
    until: String,
    note: String,
    total: u64,
    digest: String,
    /// By whom, when, and with which words.
    decided: Option<(String, String, String)>,
    /// What is to be done next.
    advice: String,
    /// Agency, kind, how many.
    kinds: Vec<(String, String, i64)>,
    listed: Vec<Listed>,
    next: Option<String>,
    /// Whether she may approve, and whether she may refuse.
    approves: bool,
    refuses: bool,
}

/// A certificate of the list.
struct Listed {
    number: String,
    link: String,
    kind: String,
    issued: String,
    ended: String,
    now: String,
}

/// Where the page of the list begins.
#[derive(Deserialize)]
pub(in crate::web) struct After {
    after: Option<String>,
}

/// The form of a decision.
#[derive(Deserialize)]
pub(in crate::web) struct Decided {
    digest: String,
    decision: Word,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Word {
    Approve,
    Refuse,
}

/// How many certificates stand on a page.
const ROWS: u32 = 100;

/// `GET /desk/retention/{id}`.
pub(in crate::web::desk) async fn one(
    State(app): State<App>,
    visitor: Visitor,
    AuditingByPage(auditor): AuditingByPage,
    Path(id): Path<String>,
    Query(After { after }): Query<After>,
) -> Result<Response, Fault> {
    let id = id.parse().map_err(|_| Fault::NotFound)?;
    let after = after.map_or(Ok(Uuid::nil()), |after| after.parse()).map_err(|_| Fault::NotFound)?;
    shown(&app, &visitor, &auditor, id, after, None).await
}

/// `POST /desk/retention/{id}`: another keeper approves exactly what she was shown, or refuses it.
pub(in crate::web::desk) async fn decide(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Posted(auditor, sent): Posted<Decided>,
) -> Result<Response, Fault> {
    let id: Uuid = id.parse().map_err(|_| Fault::NotFound)?;
    let keeper = auditor.keeper().ok_or(Fault::WithoutRole)?;
    let decision = match sent.decision {
        Word::Approve => Decision::Approve,
        Word::Refuse => Decision::Refuse,
    };
    let mistake = match app.erasure.decide(&keeper, id, &sent.digest, decision, &sent.note).await {
        Ok(()) => return Ok(see_other(&routes::DESK_RETENTION_ONE.replace("{id}", &id.to_string()))),
        Err(ErasureError::NoProposal) => return Err(Fault::NotFound),
        Err(ErasureError::Note) => "retention-no-note",
        Err(ErasureError::OwnProposal) => "retention-own",
        Err(ErasureError::Decided) => "retention-decided-already",
        Err(ErasureError::Expired) => "retention-expired",
        Err(ErasureError::OtherList) => "retention-other-list",
        Err(error) => return Err(Fault::internal(&error)),
    };
    shown(&app, &visitor, &auditor, id, Uuid::nil(), Some(mistake)).await
}

async fn shown(
    app: &App,
    visitor: &Visitor,
    auditor: &Auditor,
    id: Uuid,
    after: Uuid,
    mistake: Option<&str>,
) -> Result<Response, Fault> {
    let failed = |error: ErasureError| Fault::internal(&error);
    let found = app.erasure.proposal(id, &auditor.reach).await.map_err(failed)?;
    let proposal = found.ok_or(Fault::NotFound)?;
    let kinds = app.erasure.listed_by_kind(id).await.map_err(failed)?;
    let mut listed = app.erasure.listed(id, after, ROWS + 1).await.map_err(failed)?;
    let path = routes::DESK_RETENTION_ONE.replace("{id}", &id.to_string());
    let more = listed.len() > ROWS as usize;
    listed.truncate(ROWS as usize);
    let next = listed.last().filter(|_| more).map(|last| format!("{path}?after={}", last.id));
    let frame = Frame::new(app, visitor, &path);
    let texts = frame.t;
    let Proposal { record, state: stands } = proposal;
    let keeper = auditor.keeper().filter(|keeper| {
        record.issuer.as_ref().map_or(keeper.reach.only().is_none(), |issuer| keeper.reach.covers(issuer))
    });
    let refuses = stands == ProposalState::Waiting && keeper.is_some();
    let approves = refuses && record.proposed_by != auditor.member.actor().label();
    let code = if mistake.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let template = ProposalPage {
        desk: Desk::new(app, auditor, &frame),
        mistake: mistake.map(|text| texts.get(text)),
        action: path,
        state: state(stands, texts),
        advice: advice(stands, &record.id.to_string(), &frame),
        what: texts.get(if record.single { "retention-what-one" } else { "retention-what-term" }),
        by: record.proposed_by,
        at: local_time(record.proposed_at),
        until: local_time(record.expires_at),
        note: record.note,
        total: record.listed.total,
        digest: data_encoding::HEXLOWER.encode(&record.listed.digest),
        decided: record.decision.map(|decision| (decision.by, local_time(decision.at), decision.note)),
        kinds: kinds
            .into_iter()
            .map(|(issuer, kind, count)| (agency(app, &issuer, texts), kind_name(app, &kind, texts), count))
            .collect(),
        listed: listed.into_iter().map(|one| Listed::of(app, &one, &frame)).collect(),
        next,
        approves,
        refuses,
        id: record.id.to_string(),
        frame,
    };
    Ok(page(code, &template))
}

fn advice(state: ProposalState, id: &str, frame: &Frame) -> String {
    let command = format!("earayis retention run --proposal {id}");
    match state {
        ProposalState::Waiting => frame.t.get("retention-advice-waiting"),
        ProposalState::Approved | ProposalState::Begun => {
            frame.t.with("retention-advice-approved", "command", command.as_str())
        }
        ProposalState::Refused | ProposalState::Expired => frame.t.get("retention-advice-refused"),
        ProposalState::Done => frame.t.get("retention-advice-done"),
    }
}

impl Listed {
    fn of(app: &App, one: &ListedCertificate, frame: &Frame) -> Self {
        let texts = frame.t;
        let now = match (one.erased, one.held) {
            (true, _) => "retention-now-erased",
            (false, true) => "retention-now-held",
            (false, false) => "retention-now-there",
        };
        Self {
            number: one.number.to_string(),
            link: frame.to(&routes::DESK_CERTIFICATE.replace("{id}", &one.id.to_string())),
            kind: kind_name(app, one.kind.as_str(), texts),
            issued: local_time(one.issued_at),
            ended: local_time(one.keep_until),
            now: texts.get(now),
        }
    }
}
