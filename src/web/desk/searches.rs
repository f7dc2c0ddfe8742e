//! Who searched for a person or a recipient, when and for what: those who audit see it of one another.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::filter::place;
use super::{AuditingByPage, Desk};
use crate::app::App;
use crate::auditing::{Filter, PersonalSearch};
use crate::clock::Instant;
use crate::routes;
use crate::web::fault::Fault;
use crate::web::frame::{Frame, page};
use crate::web::verdict::local_time;
use crate::web::visitor::Visitor;

#[derive(Template)]
#[template(path = "pages/desk/searches.html")]
struct SearchesPage {
    frame: Frame,
    desk: Desk,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    at: String,
    auditor: String,
    organisation: String,
    sought: String,
    purpose: String,
    found: i64,
}

/// `GET /desk/searches`.
pub(super) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    AuditingByPage(auditor): AuditingByPage,
    Query(filter): Query<Filter>,
) -> Result<Response, Fault> {
    let frame = Frame::new(&app, &visitor, routes::DESK_SEARCHES);
    let searches = app.auditing.personal_searches(&auditor, place(&filter)).await;
    let searches = searches.map_err(|error| Fault::internal(&error))?;
    let row = |search: PersonalSearch| Row {
        at: local_time(Instant::from_millis(search.searched_at)),
        auditor: search.auditor,
        organisation: search.organisation,
        sought: frame.t.get(match search.sought.as_str() {
            "person" => "searches-person",
            "recipient" => "searches-recipient",
            _ => "searches-both",
        }),
        purpose: search.purpose,
        found: search.found,
    };
    let template = SearchesPage {
        desk: Desk::new(&app, &auditor, &frame),
        rows: searches.rows.into_iter().map(row).collect(),
        next: searches.next.map(|next| Filter::default().link(routes::DESK_SEARCHES, next)),
        frame,
    };
    Ok(page(StatusCode::OK, &template))
}
