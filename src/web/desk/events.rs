//! Every audit event within the auditor's reach, those of auditors among them.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::filter::{Filter, Unreadable};
use super::{AuditingByPage, Desk};
use crate::app::App;
use crate::auditing::Page;
use crate::routes;
use crate::web::fault::Fault;
use crate::web::frame::{Frame, page};
use crate::web::verdict::local_time;
use crate::web::visitor::Visitor;

#[derive(Template)]
#[template(path = "pages/desk/events.html")]
struct EventsPage {
    frame: Frame,
    desk: Desk,
    filter: Filter,
    mistake: Option<String>,
    rows: Vec<Event>,
    next: Option<String>,
}

struct Event {
    at: String,
    actor: String,
    act: String,
    subject: String,
    detail: String,
}

/// `GET /desk/events`.
pub(super) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    AuditingByPage(auditor): AuditingByPage,
    Query(filter): Query<Filter>,
) -> Result<Response, Fault> {
    let frame = Frame::new(&app, &visitor, routes::DESK_EVENTS);
    let (found, mistake) = match filter.events(app.clock.now()) {
        Ok(wanted) => {
            let found = app.auditing.events(&auditor, wanted, filter.place()).await;
            (found.map_err(|error| Fault::internal(&error))?, None)
        }
        Err(Unreadable(text)) => (Page { rows: Vec::new(), next: None }, Some(frame.t.get(text))),
    };
    let row = |event: &crate::auditing::AuditEventRecord| Event {
        at: local_time(event.occurred_at),
        actor: event.actor.clone(),
        act: event.act.clone(),
        subject: event.subject.clone(),
        detail: event.detail.clone(),
    };
    let code = if mistake.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let template = EventsPage {
        desk: Desk::new(&app, &auditor, &frame),
        mistake,
        rows: found.rows.iter().map(row).collect(),
        next: found.next.map(|next| filter.link(routes::DESK_EVENTS, next)),
        filter,
        frame,
    };
    Ok(page(code, &template))
}
