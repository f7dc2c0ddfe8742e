//! A citizen's own certificates: their files, their status, and who looked at them.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::fault::Fault;
use super::frame::{Frame, page};
use super::home;
use super::session::{self, SignedIn};
use super::sheet::{Body, Sheet};
use super::texts::Texts;
use super::verdict::{self, last_day, local_time};
use super::visitor::Visitor;
use crate::app::App;
use crate::catalogue::print;
use crate::certificate::Status;
use crate::clock::Instant;
use crate::issuance::{Held, Inspection, IssueError, Seen};
use crate::routes;

/// All of them.
#[derive(Template)]
#[template(path = "pages/mine.html")]
struct MinePage {
    frame: Frame,
    certificates: Vec<Entry>,
}

/// One of them.
#[derive(Template)]
#[template(path = "pages/certificate.html")]
struct CertificatePage {
    frame: Frame,
    entry: Entry,
    code: Option<String>,
    sheet: Option<Sheet>,
    looks: Vec<Look>,
    /// When, by which organisation's auditor, and for what.
    inspections: Vec<(String, String, String)>,
    file_name: String,
    pdf: String,
}

/// A certificate as the list and its own page name it.
struct Entry {
    title: String,
    number: String,
    issued: String,
    until: String,
    status: String,
    in_force: bool,
    link: String,
}

/// One look of somebody's at the facts.
struct Look {
    at: String,
    basis: String,
    verifier: Option<String>,
}

/// `GET /certificates`.
pub(super) async fn list(State(app): State<App>, visitor: Visitor) -> Result<Response, Fault> {
    let Some(SignedIn { actor, .. }) = session::signed_in(&app, &visitor).await? else {
        return Ok(home::sign_in_first(&app, &visitor));
    };
    let held = app.issuance.held_by(&actor).await.map_err(|error| Fault::internal(&error))?;
    let frame = Frame::new(&app, &visitor, routes::MINE).for_holder();
    let certificates = held.iter().map(|held| Entry::of(held, &frame)).collect();
    Ok(page(StatusCode::OK, &MinePage { frame, certificates }))
}

/// `GET /certificates/{id}`. Another's certificate is answered like one that does not exist.
pub(super) async fn one(State(app): State<App>, visitor: Visitor, Path(id): Path<String>) -> Result<Response, Fault> {
    let id = parse(&id)?;
    let Some(SignedIn { actor, .. }) = session::signed_in(&app, &visitor).await? else {
        return Ok(home::sign_in_first(&app, &visitor));
    };
    let internal = |error: IssueError| Fault::internal(&error);
    let held = app.issuance.seen_by(id, &actor).await.map_err(internal)?.ok_or(Fault::NotFound)?;
    let issued = match app.issuance.issued(id).await {
        Ok(issued) => Some(issued),
        Err(IssueError::Erased) => None,
        Err(error) => return Err(internal(error)),
    };
    let looks = app.issuance.looks(id, &actor).await.map_err(internal)?;
    let inspections = app.issuance.inspections(id, &actor).await.map_err(internal)?;
    let read_by = |one: Inspection| (local_time(Instant::from_millis(one.inspected_at)), one.organisation, one.purpose);
    let path = routes::MINE_ONE.replace("{id}", &id.to_string());
    let frame = Frame::new(&app, &visitor, &path).for_holder();
    let kind = app.catalogue.get(&held.kind, held.kind_version);
    let facts = issued.as_ref().map(|issued| &issued.facts);
    Ok(page(
        StatusCode::OK,
        &CertificatePage {
            entry: Entry::of(&held, &frame),
            code: issued.as_ref().map(|issued| issued.code.printed()),
            sheet: kind.zip(facts).and_then(|(kind, facts)| Sheet::of(kind, facts, frame.t)),
            looks: looks.into_iter().map(|seen| Look::of(seen, frame.t)).collect(),
            inspections: inspections.into_iter().map(read_by).collect(),
            file_name: file_name(&held.number.to_string()),
            pdf: routes::MINE_PDF.replace("{id}", &id.to_string()),
            frame,
        },
    ))
}

/// `GET /certificates/{id}/pdf`: the file as it was released, bit for bit, to be seen or kept.
pub(super) async fn pdf(State(app): State<App>, visitor: Visitor, Path(id): Path<String>) -> Result<Response, Fault> {
    let id = parse(&id)?;
    let Some(SignedIn { actor, .. }) = session::signed_in(&app, &visitor).await? else {
        return Ok(home::sign_in_first(&app, &visitor));
    };
    let released = app.issuance.released(id, &actor).await.map_err(|error| Fault::internal(&error))?;
    let (number, bytes) = released.ok_or(Fault::NotFound)?;
    let disposition = format!("inline; filename=\"{}\"", file_name(&number.to_string()));
    let headers = [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::CONTENT_DISPOSITION, disposition.as_str()),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, bytes).into_response())
}

fn parse(id: &str) -> Result<Uuid, Fault> {
    id.parse().map_err(|_| Fault::NotFound)
}

/// The file's name in whatever folder it lands: its number, and nothing of the person or the kind.
fn file_name(number: &str) -> String {
    format!("arayis-{number}.pdf")
}

impl Entry {
    fn of(held: &Held, frame: &Frame) -> Self {
        let texts = frame.t;
        Self {
            title: held.title.text(texts.0).to_owned(),
            number: held.number.to_string(),
            issued: print::date(held.issued_at.baku_date()),
            until: last_day(held.valid_until, texts),
            status: verdict::status(held.status, texts),
            in_force: held.status == Status::Valid,
            link: frame.to(&routes::MINE_ONE.replace("{id}", &held.id.to_string())),
        }
    }
}

impl Look {
    fn of(seen: Seen, texts: Texts) -> Self {
        let basis = texts.get(&format!("certificate-basis-{}", seen.basis));
        Self { at: local_time(seen.at), basis, verifier: seen.verifier }
    }
}
