//! The search for certificates: by what is not personal in the address, by a person or a recipient in a form with a purpose.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::desk::agency_name;
use super::filter::{Filter, STATUSES, Unreadable};
use super::{AuditingByPage, Desk, Posted};
use crate::app::App;
use crate::auditing::{AuditingError, Found, Page, Place, Purpose, Wanted};
use crate::auth::Auditor;
use crate::routes;
use crate::web::fault::Fault;
use crate::web::frame::{Frame, page};
use crate::web::verdict::{local_time, status};
use crate::web::visitor::Visitor;

#[derive(Template)]
#[template(path = "pages/desk/certificates.html")]
struct CertificatesPage {
    frame: Frame,
    desk: Desk,
    filter: Filter,
    kinds: Vec<(String, String, bool)>,
    agencies: Vec<(String, String, bool)>,
    statuses: Vec<(&'static str, String, bool)>,
    /// What is wrong with what was typed.
    mistake: Option<String>,
    /// Whether it was searched for a person or a recipient.
    personal: bool,
    rows: Vec<Row>,
    next: Option<String>,
}

/// A certificate in the list.
pub(super) struct Row {
    pub(super) number: String,
    pub(super) link: String,
    pub(super) kind: String,
    pub(super) agency: String,
    pub(super) issued: String,
    pub(super) by: String,
    pub(super) status: String,
    pub(super) place: String,
}

const NOTHING: Page<Found> = Page { rows: Vec::new(), next: None };

/// The form of a search by what is personal.
#[derive(Deserialize)]
pub(super) struct Personal {
    #[serde(default)]
    fin: String,
    #[serde(default)]
    recipient: String,
    #[serde(default)]
    purpose: String,
}

/// `GET /desk/certificates`.
pub(super) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    AuditingByPage(auditor): AuditingByPage,
    Query(filter): Query<Filter>,
) -> Result<Response, Fault> {
    match filter.certificates(app.clock.now()) {
        Ok(wanted) => {
            let found = app.auditing.search(&auditor, wanted, filter.place(), None).await;
            let found = found.map_err(|error| Fault::internal(&error))?;
            Ok(shown(&app, &visitor, &auditor, filter, &found, None, false))
        }
        Err(Unreadable(text)) => Ok(shown(&app, &visitor, &auditor, filter, &NOTHING, Some(text), false)),
    }
}

/// `POST /desk/certificates/person`.
pub(super) async fn personal(
    State(app): State<App>,
    visitor: Visitor,
    Posted(auditor, form): Posted<Personal>,
) -> Result<Response, Fault> {
    let answer =
        |found: &Page<Found>, mistake| shown(&app, &visitor, &auditor, Filter::default(), found, mistake, true);
    let now = app.clock.now();
    let wanted = match (form.fin.trim(), form.recipient.trim()) {
        ("", "") => return Ok(answer(&NOTHING, Some("filter-no-person"))),
        ("", recipient) => recipient
            .parse()
            .map(|voen| Wanted { recipient: Some(voen), ..Wanted::everything(now) })
            .map_err(|_| "filter-no-voen"),
        (fin, _) => {
            fin.parse().map(|fin| Wanted { holder: Some(fin), ..Wanted::everything(now) }).map_err(|_| "filter-no-fin")
        }
    };
    let wanted = match wanted {
        Ok(wanted) => wanted,
        Err(text) => return Ok(answer(&NOTHING, Some(text))),
    };
    let purpose = Purpose::parse(&form.purpose);
    match app.auditing.search(&auditor, wanted, Place::START, purpose.as_ref()).await {
        Ok(found) => Ok(answer(&found, None)),
        Err(AuditingError::Purpose) => Ok(answer(&NOTHING, Some("filter-no-purpose"))),
        Err(error) => Err(Fault::internal(&error)),
    }
}

fn shown(
    app: &App,
    visitor: &Visitor,
    auditor: &Auditor,
    filter: Filter,
    found: &Page<Found>,
    mistake: Option<&str>,
    personal: bool,
) -> Response {
    let frame = Frame::new(app, visitor, routes::DESK_CERTIFICATES);
    let texts = frame.t;
    let next = found.next.filter(|_| !personal).map(|next| filter.link(routes::DESK_CERTIFICATES, next));
    let code = if mistake.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let template = CertificatesPage {
        desk: Desk::new(app, auditor, &frame),
        kinds: kinds(app, auditor, &filter.kind, &frame),
        agencies: agencies(app, auditor, &filter.issuer, &frame),
        statuses: STATUSES.map(|one| (one.slug(), status(one, texts), one.slug() == filter.status)).into(),
        mistake: mistake.map(|text| texts.get(text)),
        personal,
        rows: found.rows.iter().map(|found| Row::of(app, found, &frame)).collect(),
        next,
        filter,
        frame,
    };
    page(code, &template)
}

/// The kinds within the auditor's reach: code, title, and whether it is the chosen one.
pub(super) fn kinds(app: &App, auditor: &Auditor, chosen: &str, frame: &Frame) -> Vec<(String, String, bool)> {
    let today = app.clock.now().baku_date();
    let kinds = app.catalogue.codes().into_iter().filter_map(|code| app.catalogue.in_force(code, today));
    let kinds = kinds.filter(|kind| auditor.reach.covers(&kind.issuer.voen));
    let named = |kind: &std::sync::Arc<crate::catalogue::Kind>| {
        let (code, title) = (kind.code.to_string(), kind.title.text(frame.language()).to_owned());
        let is_chosen = code == chosen;
        (code, title, is_chosen)
    };
    kinds.map(named).collect()
}

fn agencies(app: &App, auditor: &Auditor, chosen: &str, frame: &Frame) -> Vec<(String, String, bool)> {
    let mut agencies: Vec<(String, String, bool)> = Vec::new();
    for kind in app.catalogue.kinds().iter().filter(|kind| auditor.reach.covers(&kind.issuer.voen)) {
        let voen = kind.issuer.voen.to_string();
        if agencies.iter().all(|(known, ..)| *known != voen) {
            let is_chosen = voen == chosen;
            agencies.push((voen, kind.issuer.name.text(frame.language()).to_owned(), is_chosen));
        }
    }
    agencies
}

impl Row {
    pub(super) fn of(app: &App, found: &Found, frame: &Frame) -> Self {
        let kind = app.catalogue.get(&found.kind, found.kind_version);
        Self {
            number: found.number.to_string(),
            link: frame.to(&routes::DESK_CERTIFICATE.replace("{id}", &found.id.to_string())),
            kind: kind.map_or_else(|| found.kind.to_string(), |kind| kind.title.text(frame.language()).to_owned()),
            agency: agency_name(app, &found.issuer, frame.t),
            issued: local_time(found.issued_at),
            by: found.issued_by.clone().unwrap_or_default(),
            status: status(found.status_at(app.clock.now()), frame.t),
            place: found.log_place.map_or_else(|| frame.t.get("desk-waits"), |place| place.to_string()),
        }
    }
}
