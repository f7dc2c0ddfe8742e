//! Whether the process runs, and whether it can do its work: for whoever balances load.

use axum::extract::State;
use axum::http::StatusCode;

use crate::app::App;

/// Says that the process runs
#[utoipa::path(get, path = crate::routes::HEALTH_LIVE, tag = "health", responses((status = 200, body = String, content_type = "text/plain")))]
pub(crate) async fn live() -> &'static str {
    "live\n"
}

/// Says whether the records and the log answer
#[utoipa::path(
    get, path = crate::routes::HEALTH_READY, tag = "health",
    responses(
        (status = 200, body = String, content_type = "text/plain"),
        (status = 503, body = String, content_type = "text/plain", description = "Send nobody here for now"),
    )
)]
pub(crate) async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    match app.verifier.ready().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
        }
    }
}
