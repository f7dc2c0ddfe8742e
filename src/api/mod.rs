//! The API under /api/v1, described by the document generated from its handlers.

mod certificates;
mod health;
mod issuing;
mod kinds;
mod path;
pub mod problem;
mod transparency;
mod verifications;

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::middleware::map_response;
use axum::response::IntoResponse;
use axum::{Router, routing};
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::OpenApi;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use certificates::IssuedAnswer;
pub use verifications::VerificationAnswer;

use crate::app::App;
use crate::routes::OPENAPI;

/// The routes of the API.
pub fn router(app: &App) -> Router<App> {
    let (router, description) = described(app.upload_bytes).split_for_parts();
    let description = description.to_pretty_json().unwrap_or_default();
    router
        .route(
            OPENAPI,
            routing::get(
                move || async move { ([(header::CONTENT_TYPE, "application/json")], description).into_response() },
            ),
        )
        .route(crate::routes::API_ELSEWHERE, routing::any(async || problem::Problem::not_found()))
        .layer(map_response(problem::tell_refusals))
        .layer(SetResponseHeaderLayer::overriding(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
}

/// The API's description, OpenAPI 3.1, as its snapshot in `tests/` keeps it.
pub fn description() -> utoipa::openapi::OpenApi {
    described(0).split_for_parts().1
}

#[derive(OpenApi)]
#[openapi(info(
    title = "earayis",
    description = "Issues electronic certificates and tells anyone whether one is genuine and still holds."
))]
struct Description;

fn described(upload_bytes: usize) -> OpenApiRouter<App> {
    let mut description = Description::openapi();
    let token = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    description.components.get_or_insert_default().add_security_scheme("token", token);
    let uploads = OpenApiRouter::new()
        .routes(routes!(verifications::verify))
        .layer(DefaultBodyLimit::max(upload_bytes.saturating_add(FORM_BYTES)));

    OpenApiRouter::with_openapi(description)
        // for anybody
        .merge(uploads)
        .routes(routes!(kinds::list))
        .routes(routes!(kinds::schema))
        .routes(routes!(transparency::proof))
        .routes(routes!(transparency::keys))
        .routes(routes!(transparency::checkpoint))
        .route(crate::routes::LOG_TILE, routing::get(transparency::tile))
        // for issuers
        .routes(routes!(certificates::issue))
        .routes(routes!(certificates::fetch))
        .routes(routes!(certificates::pdf))
        .routes(routes!(certificates::revoke))
        .routes(routes!(certificates::suspend))
        .routes(routes!(certificates::reinstate))
        .routes(routes!(certificates::supersede))
        // for whoever balances load
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
}

/// What a form adds to the file it carries.
const FORM_BYTES: usize = 4096;
