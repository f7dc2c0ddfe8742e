//! The API under /api/v1, described by the document generated from its handlers.

mod audit;
mod batch;
mod certificates;
mod examples;
mod health;
mod issuing;
mod kinds;
mod open_data;
mod organisation;
mod path;
pub mod problem;
mod receipts;
mod sandbox;
mod status_lists;
mod transparency;
mod verifications;
mod watch;

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::middleware::map_response;
use axum::response::IntoResponse;
use axum::{Router, routing};
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use certificates::IssuedAnswer;
pub use receipts::ReceiptAnswer;
pub use verifications::VerificationAnswer;

use crate::app::App;
use crate::routes::OPENAPI;

/// The routes of the API.
pub fn router(app: &App) -> Router<App> {
    let (router, _) = described(app.upload_bytes).split_for_parts();
    let description = serde_json::to_string_pretty(&description()).unwrap_or_default();
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

/// The API's description, OpenAPI 3.1, as its snapshot in `tests/` keeps it: generated from the handlers, with answers
/// that were once given as examples.
pub fn description() -> serde_json::Value {
    let (_, description) = described(0).split_for_parts();
    examples::added(serde_json::to_value(description).unwrap_or_default())
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
    let certificate = SecurityScheme::MutualTls {
        description: Some("A client certificate that the operator has bound to your organisation".to_owned()),
        deprecated: None,
        extensions: None,
    };
    let components = description.components.get_or_insert_default();
    components.add_security_scheme("token", token);
    components.add_security_scheme("certificate", certificate);
    let session =
        ApiKeyValue::with_description("__Host-member", "The session of an auditor who is signed in at the desk");
    components.add_security_scheme("desk", SecurityScheme::ApiKey(ApiKey::Cookie(session)));
    let uploads = OpenApiRouter::new()
        .routes(routes!(verifications::verify))
        .layer(DefaultBodyLimit::max(upload_bytes.saturating_add(FORM_BYTES)));
    let batches =
        OpenApiRouter::new().routes(routes!(batch::verify_batch)).layer(DefaultBodyLimit::max(batch::BODY_BYTES));

    OpenApiRouter::with_openapi(description)
        // for anybody
        .merge(uploads)
        .routes(routes!(receipts::check))
        .routes(routes!(status_lists::all))
        .routes(routes!(status_lists::one))
        .routes(routes!(open_data::catalogue))
        .routes(routes!(open_data::codes))
        .routes(routes!(open_data::file))
        .routes(routes!(kinds::list))
        .routes(routes!(kinds::schema))
        .routes(routes!(transparency::proof))
        .routes(routes!(transparency::keys))
        .routes(routes!(transparency::checkpoint))
        .routes(routes!(transparency::witnessed))
        .route(crate::routes::LOG_TILE, routing::get(transparency::tile))
        .routes(routes!(sandbox::list))
        .routes(routes!(sandbox::one))
        .routes(routes!(sandbox::file))
        // for organisations
        .routes(routes!(organisation::show))
        .merge(batches)
        .routes(routes!(watch::open, watch::list))
        .routes(routes!(watch::changes))
        .routes(routes!(watch::end))
        // for auditors
        .routes(routes!(audit::certificates))
        .routes(routes!(audit::events))
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
