//! `/developers`: the API's documentation, made from its own description at the start, and the guide. Nothing comes from
//! elsewhere.

mod call;
mod closed_sets;
mod guide;
mod operation;
mod reference;
mod schema;

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};

use super::frame::{Frame, page};
use super::visitor::Visitor;
use crate::app::App;
use crate::routes;
use closed_sets::{CheckRow, VerdictRow};
use reference::Reference;

/// Verdicts, checks, problems, operations and objects of the API.
#[derive(Template)]
#[template(path = "pages/developers.html")]
struct DevelopersPage {
    frame: Frame,
    reference: Arc<Reference>,
    verdicts: Vec<VerdictRow>,
    checks: Vec<CheckRow>,
}

/// How a bank's developer begins.
#[derive(Template)]
#[template(path = "pages/guide.html")]
struct GuidePage {
    frame: Frame,
    /// Of a text of ours, and safe as such.
    html: String,
}

/// The pages of the API that `description` (OpenAPI 3.1) describes.
pub(super) fn router(app: &App, description: &serde_json::Value) -> Router<App> {
    let reference = Arc::new(Reference::of(description, &app.public_url));
    Router::new()
        .route(routes::DEVELOPERS, get(documentation))
        .route(routes::GUIDE, get(guide_page))
        .route(routes::GUIDE_TEXT, get(guide_text))
        .layer(Extension(reference))
}

/// `GET /developers`.
async fn documentation(
    State(app): State<App>,
    visitor: Visitor,
    Extension(reference): Extension<Arc<Reference>>,
) -> Response {
    let frame = Frame::new(&app, &visitor, routes::DEVELOPERS);
    let language = frame.language();
    let (verdicts, checks) = (closed_sets::verdicts(language), closed_sets::checks(language));
    page(StatusCode::OK, &DevelopersPage { frame, reference, verdicts, checks })
}

/// `GET /developers/guide`.
async fn guide_page(State(app): State<App>, visitor: Visitor) -> Response {
    let frame = Frame::new(&app, &visitor, routes::GUIDE);
    page(StatusCode::OK, &GuidePage { frame, html: guide::html(&app.public_url) })
}

/// `GET /developers/guide.md`: the same text, whose code can be taken out and run.
async fn guide_text(State(app): State<App>) -> Response {
    ([(header::CONTENT_TYPE, "text/markdown; charset=utf-8")], guide::text(&app.public_url)).into_response()
}
