//! Every audit event within the auditor's reach, those of auditors among them.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::filter::{advice, place};
use super::{AuditingByPage, Desk, words};
use crate::app::App;
use crate::audit::Act;
use crate::auditing::{Filter, Page};
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
    /// Every act: its name, its words, and whether it is the chosen one.
    acts: Vec<(&'static str, String, bool)>,
    mistake: Option<String>,
    rows: Vec<Event>,
    next: Option<String>,
}

struct Event {
    at: String,
    actor: String,
    /// Where everything is that this actor did.
    actor_link: String,
    /// What was done, as the records call it, and in words.
    slug: String,
    act: String,
    subject: String,
    /// Where everything is that was done to it.
    subject_link: String,
    /// What belongs to it, by name.
    details: Vec<(String, String)>,
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
            let found = app.auditing.events(&auditor, wanted, place(&filter)).await;
            (found.map_err(|error| Fault::internal(&error))?, None)
        }
        Err(unreadable) => (Page { rows: Vec::new(), next: None }, Some(frame.t.get(advice(unreadable)))),
    };
    let row = |event: &crate::auditing::AuditEventRecord| Event {
        at: local_time(event.occurred_at),
        actor: words::actor(&app, &event.actor, frame.t),
        actor_link: format!(
            "{}?{}",
            routes::DESK_EVENTS,
            Filter { operator: event.actor.clone(), ..Filter::default() }.query()
        ),
        slug: event.act.clone(),
        act: words::act(&event.act, frame.t),
        subject: short(words::subject(&app, &event.subject, frame.t)),
        subject_link: format!(
            "{}?{}",
            routes::DESK_EVENTS,
            Filter { subject: event.subject.clone(), ..Filter::default() }.query()
        ),
        details: words::details(&app, &event.detail, frame.t),
    };
    let code = if mistake.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let template = EventsPage {
        desk: Desk::new(&app, &auditor, &frame),
        acts: acts(&filter.act, &frame),
        mistake,
        rows: found.rows.iter().map(row).collect(),
        next: found.next.map(|next| filter.link(routes::DESK_EVENTS, next)),
        filter,
        frame,
    };
    Ok(page(code, &template))
}

/// By their words.
fn acts(chosen: &str, frame: &Frame) -> Vec<(&'static str, String, bool)> {
    let named = |act: &Act| (act.slug(), words::act(act.slug(), frame.t), act.slug() == chosen);
    let mut acts: Vec<_> = Act::ALL.iter().map(named).collect();
    acts.sort_by(|(_, one, _), (_, other, _)| one.cmp(other));
    acts
}

/// As much of an id as tells it from others on a page.
fn short(subject: String) -> String {
    if subject.parse::<uuid::Uuid>().is_ok()
        && let Some((_, end)) = subject.rsplit_once('-')
    {
        return format!("…{end}");
    }
    subject
}
