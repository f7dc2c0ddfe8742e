//! One certificate's life, and its facts for whoever says for what she needs them.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::desk::agency_name;
use super::{AuditingByPage, Desk, Posted, words};
use crate::app::App;
use crate::auditing::{Inspected, LONGEST_DELAY_DAYS, Life, Moment, Purpose, What};
use crate::auth::Auditor;
use crate::catalogue::print;
use crate::routes;
use crate::web::fault::Fault;
use crate::web::frame::{Frame, page};
use crate::web::sheet::{Body, Sheet};
use crate::web::verdict::{last_day, local_time, status};
use crate::web::visitor::Visitor;

#[derive(Template)]
#[template(path = "pages/desk/certificate.html")]
struct LifePage {
    frame: Frame,
    desk: Desk,
    number: String,
    kind: String,
    agency: String,
    issued: String,
    until: String,
    status: String,
    erased: Option<String>,
    digest: String,
    moments: Vec<(String, String, String)>,
    action: String,
    longest_delay: u32,
    mistake: Option<String>,
    sheet: Option<Sheet>,
}

/// The form by which facts are asked for.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    purpose: String,
    /// For how many days the showing waits; empty for none.
    #[serde(default)]
    delay: String,
}

/// `GET /desk/certificates/{id}`.
pub(super) async fn one(
    State(app): State<App>,
    visitor: Visitor,
    AuditingByPage(auditor): AuditingByPage,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let id: Uuid = id.parse().map_err(|_| Fault::NotFound)?;
    shown(&app, &visitor, &auditor, id, None, None).await
}

/// `POST /desk/certificates/{id}/facts`.
pub(super) async fn facts(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Posted(auditor, asked): Posted<Asked>,
) -> Result<Response, Fault> {
    let id: Uuid = id.parse().map_err(|_| Fault::NotFound)?;
    let delay = asked.delay.trim();
    let days = if delay.is_empty() { Some(0) } else { delay.parse().ok().filter(|days| *days <= LONGEST_DELAY_DAYS) };
    let (Some(purpose), Some(days)) = (Purpose::parse(&asked.purpose), days) else {
        return shown(&app, &visitor, &auditor, id, None, Some("filter-no-purpose")).await;
    };
    let inspected = app.auditing.inspect(&auditor, id, &purpose, days).await;
    let inspected = inspected.map_err(|error| Fault::internal(&error))?.ok_or(Fault::NotFound)?;
    shown(&app, &visitor, &auditor, id, Some(inspected), None).await
}

async fn shown(
    app: &App,
    visitor: &Visitor,
    auditor: &Auditor,
    id: Uuid,
    inspected: Option<Inspected>,
    mistake: Option<&str>,
) -> Result<Response, Fault> {
    let life = app.auditing.life(auditor, id).await.map_err(|error| Fault::internal(&error))?.ok_or(Fault::NotFound)?;
    let Life { record, status: now, moments } = life;
    let path = routes::DESK_CERTIFICATE.replace("{id}", &id.to_string());
    let frame = Frame::new(app, visitor, &path);
    let texts = frame.t;
    let kind = app.catalogue.get(&record.kind, record.kind_version);
    let code = if mistake.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let sheet = inspected.and_then(|inspected| {
        let kind = app.catalogue.get(&inspected.kind, inspected.kind_version)?;
        Sheet::of(kind, &inspected.facts, texts)
    });
    let template = LifePage {
        desk: Desk::new(app, auditor, &frame),
        number: record.number.to_string(),
        kind: kind.map_or_else(|| record.kind.to_string(), |kind| kind.title.text(frame.language()).to_owned()),
        agency: agency_name(app, &record.issuer, texts),
        issued: local_time(record.issued_at),
        until: last_day(record.valid_until, texts),
        status: status(now, texts),
        erased: record.erased_at.map(local_time),
        digest: data_encoding::HEXLOWER.encode(&record.digest),
        moments: moments.iter().map(|moment| told(app, moment, &frame)).collect(),
        action: routes::DESK_CERTIFICATE_FACTS.replace("{id}", &id.to_string()),
        longest_delay: LONGEST_DELAY_DAYS,
        mistake: mistake.map(|text| texts.get(text)),
        sheet,
        frame,
    };
    Ok(page(code, &template))
}

/// When, what, and by whom or at which place.
fn told(app: &App, moment: &Moment, frame: &Frame) -> (String, String, String) {
    let texts = frame.t;
    let (what, who) = match &moment.what {
        What::Done { actor, act } => (words::act(act, texts), words::actor(app, actor, texts)),
        What::Logged { act, place } => {
            let at = place.map_or_else(
                || texts.get("desk-waits"),
                |place| texts.with("desk-place", "place", place_of(place, frame)),
            );
            (texts.with("desk-logged", "act", words::leaf(act, texts)), at)
        }
        What::Verified { basis, verifier } => {
            let who = verifier.clone().unwrap_or_else(|| texts.get("desk-anybody"));
            (texts.with("desk-verified", "basis", texts.get(&format!("certificate-basis-{basis}"))), who)
        }
    };
    (local_time(moment.at), what, who)
}

fn place_of(place: u64, frame: &Frame) -> String {
    print::count(place, frame.language())
}
