//! The search for certificates: by what is not personal in the address, by a person or a recipient in a form with a purpose.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::desk::agency_name;
use super::filter::{advice, place};
use super::{AuditingByPage, Desk, Posted, words};
use crate::app::App;
use crate::auditing::{Filter, Found, Page, Place, Purpose, STATUSES, Sought};
use crate::auth::Auditor;
use crate::catalogue::print;
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
    /// What the form of the next page of a search by what is personal carries.
    further: Option<Personal>,
}

/// A certificate in the list.
pub(super) struct Row {
    pub(super) number: String,
    pub(super) link: String,
    pub(super) kind: String,
    pub(super) agency: String,
    pub(super) issued: String,
    pub(super) by: String,
    /// Where the certificates of whoever issued it are.
    pub(super) by_link: Option<String>,
    pub(super) status: String,
    pub(super) place: String,
}

const NOTHING: Page<Found> = Page { rows: Vec::new(), next: None };

/// The form of a search by what is personal. A FİN never stands in an address: also the next page is asked for by a form.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Personal {
    fin: String,
    recipient: String,
    purpose: String,
    /// Where the page begins.
    after: String,
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
            let found = app.auditing.search(&auditor, wanted, place(&filter)).await;
            let found = found.map_err(|error| Fault::internal(&error))?;
            Ok(shown(&app, &visitor, &auditor, Asked::Openly(filter), &found, None))
        }
        Err(unreadable) => {
            Ok(shown(&app, &visitor, &auditor, Asked::Openly(filter), &NOTHING, Some(advice(unreadable))))
        }
    }
}

/// `POST /desk/certificates/person`.
pub(super) async fn personal(
    State(app): State<App>,
    visitor: Visitor,
    Posted(auditor, form): Posted<Personal>,
) -> Result<Response, Fault> {
    let (sought, purpose, after) = match form.read() {
        Ok(read) => read,
        Err(text) => {
            return Ok(shown(&app, &visitor, &auditor, Asked::Personally(form), &NOTHING, Some(text)));
        }
    };
    let found = app.auditing.search_personally(&auditor, &sought, after, &purpose).await;
    let found = found.map_err(|error| Fault::internal(&error))?;
    Ok(shown(&app, &visitor, &auditor, Asked::Personally(form), &found, None))
}

/// What was asked for.
enum Asked {
    Openly(Filter),
    Personally(Personal),
}

impl Personal {
    /// Whom, for what and from where on; or the name of the text that says what to write.
    fn read(&self) -> Result<(Sought, Purpose, Place), &'static str> {
        let fin = || self.fin.trim().parse().map_err(|_| "filter-no-fin");
        let recipient = || self.recipient.trim().parse().map_err(|_| "filter-no-voen");
        let sought = match (self.fin.trim(), self.recipient.trim()) {
            ("", "") => return Err("filter-no-person"),
            ("", _) => Sought::Recipient(recipient()?),
            (_, "") => Sought::Person(fin()?),
            _ => Sought::Both(fin()?, recipient()?),
        };
        let purpose = Purpose::parse(&self.purpose).ok_or("filter-no-purpose")?;
        let after = Filter { after: self.after.clone(), ..Filter::default() };
        Ok((sought, purpose, place(&after)))
    }
}

fn shown(
    app: &App,
    visitor: &Visitor,
    auditor: &Auditor,
    asked: Asked,
    found: &Page<Found>,
    mistake: Option<&str>,
) -> Response {
    let frame = Frame::new(app, visitor, routes::DESK_CERTIFICATES);
    let texts = frame.t;
    let personal = matches!(asked, Asked::Personally(_));
    let (filter, further) = match asked {
        Asked::Openly(filter) => (filter, None),
        Asked::Personally(form) => {
            (Filter::default(), found.next.map(|next| Personal { after: Filter::after(next), ..form }))
        }
    };
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
        further,
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
            by: found.issued_by.as_deref().map(|by| words::actor(app, by, frame.t)).unwrap_or_default(),
            by_link: found.issued_by.as_ref().map(|by| {
                let filter = Filter { operator: by.clone(), ..Filter::default() };
                format!("{}?{}", routes::DESK_CERTIFICATES, filter.query())
            }),
            status: status(found.status_at(app.clock.now()), frame.t),
            place: found
                .log_place
                .map_or_else(|| frame.t.get("desk-waits"), |place| print::count(place, frame.language())),
        }
    }
}
