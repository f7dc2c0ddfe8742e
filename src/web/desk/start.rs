//! The desk's first page: whom it is for and where its pages are.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::{AuditingByPage, Desk};
use crate::app::App;
use crate::routes;
use crate::web::frame::{Frame, page};
use crate::web::visitor::Visitor;

#[derive(Template)]
#[template(path = "pages/desk/start.html")]
struct StartPage {
    frame: Frame,
    desk: Desk,
}

/// `GET /desk`.
pub(super) async fn start(
    State(app): State<App>,
    visitor: Visitor,
    AuditingByPage(auditor): AuditingByPage,
) -> Response {
    let frame = Frame::new(&app, &visitor, routes::DESK);
    let desk = Desk::new(&app, &auditor, &frame);
    page(StatusCode::OK, &StartPage { frame, desk })
}
