//! The pages: verification for everybody, and what a demonstration adds. No `GET` changes anything or discloses a fact.
//!
//! Pages are made here and work without script; scripts add the camera, the check in the browser and the page offline.

mod asking;
mod assets;
mod desk;
mod developers;
mod fault;
mod forms;
mod frame;
mod guard;
mod home;
mod mine;
mod open_data;
mod provider;
mod receipt;
mod sandbox;
mod session;
mod sheet;
mod signed;
mod take;
mod texts;
mod verdict;
mod verify;
mod visitor;
mod worker;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{StatusCode, Uri, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use crate::app::App;
use crate::routes;
use fault::Fault;

/// The most bytes of a form without a file.
const FORM_BYTES: usize = 16 * 1024;

/// The routes of the pages, among them those about the API that `description` (OpenAPI 3.1) describes. The demonstration's
/// own exist only in a demonstration.
pub fn router(app: &App, description: &serde_json::Value) -> Router<App> {
    let uploads = Router::new()
        .route(routes::VERIFY_FILE, post(verify::file).get(async || session::see_other(routes::VERIFY)))
        .layer(DefaultBodyLimit::max(app.upload_bytes.saturating_add(FORM_BYTES)));
    let mut pages = Router::new()
        .route(routes::VERIFY, get(verify::form).post(verify::typed))
        .route(routes::VERIFY_UPPER, get(verify::form))
        .route(routes::VERIFY_RECEIPT, get(receipt::form).post(receipt::check))
        .route(routes::VERIFY_WORKER, get(worker::worker))
        .route(routes::ASSET, get(assets::serve))
        .route(routes::OPEN_DATA, get(open_data::list))
        .route(routes::AGENCIES, get(open_data::agencies))
        .merge(developers::router(app, description))
        .merge(desk::router())
        .route(routes::SIGN_IN_BEGIN, post(provider::begin).get(async || session::see_other(routes::DESK_SIGN_IN)))
        .route(routes::SIGN_IN_RETURN, get(provider::finish))
        .fallback(nothing_here);
    pages = if app.demonstration.is_some() {
        pages
            .route(routes::HOME, get(home::home))
            .route(routes::SIGN_IN, post(session::sign_in))
            .route(routes::SIGN_OUT, post(session::sign_out))
            .route(routes::TAKE, post(take::take).get(async || session::see_other(routes::HOME)))
            .route(routes::TAKE_ONE, get(take::form))
            .route(routes::MINE, get(mine::list))
            .route(routes::MINE_ONE, get(mine::one))
            .route(routes::MINE_PDF, get(mine::pdf))
            .route(routes::SANDBOX_PAGE, get(sandbox::list))
    } else {
        pages.route(routes::HOME, get(async || session::see_other(routes::VERIFY)))
    };
    pages.layer(DefaultBodyLimit::max(FORM_BYTES)).merge(uploads).layer(from_fn_with_state(app.clone(), guard::guard))
}

/// A path that nobody serves: a page for people, a problem (RFC 9457) for programs.
async fn nothing_here(uri: Uri) -> Response {
    if !uri.path().starts_with(routes::API) {
        return Fault::NotFound.into_response();
    }
    let problem = serde_json::json!({
        "type": "urn:earayis:problem:not-found",
        "title": "Not found",
        "status": 404,
        "detail": "there is no such path; the API's description lists what there is",
    });
    let media_type = [(header::CONTENT_TYPE, "application/problem+json")];
    (StatusCode::NOT_FOUND, media_type, problem.to_string()).into_response()
}
