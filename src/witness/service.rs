//! The witness on the wire: `add-checkpoint` and the checkpoints it cosigned, status by status as C2SP tlog-witness says.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tower_http::timeout::TimeoutLayer;

use super::memory::{Refusal, Witnessing};

/// A checkpoint with a hundred signatures and a proof of 63 hashes is far smaller.
const BODY_BYTES: usize = 1 << 20;
const PATIENCE: Duration = Duration::from_secs(10);

/// What a witness answers; its submission and its monitoring prefix are the same.
pub fn router(witnessing: Arc<Witnessing>) -> Router {
    Router::new()
        .route("/add-checkpoint", post(add_checkpoint))
        .route("/{origin_hash}/checkpoint", get(checkpoint))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, PATIENCE))
        .with_state(witnessing)
}

async fn add_checkpoint(State(witnessing): State<Arc<Witnessing>>, body: String) -> Response {
    let answered = tokio::task::spawn_blocking(move || witnessing.add_checkpoint(&body)).await;
    match answered {
        Ok(Ok(line)) => ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], line).into_response(),
        Ok(Err(refusal)) => refused(&refusal),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn checkpoint(State(witnessing): State<Arc<Witnessing>>, Path(hash): Path<String>) -> Response {
    match tokio::task::spawn_blocking(move || witnessing.checkpoint(&hash)).await {
        Ok(Ok(Some(note))) => ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], note).into_response(),
        Ok(Ok(None)) => StatusCode::NOT_FOUND.into_response(),
        Ok(Err(error)) => refused(&Refusal::Memory(error)),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn refused(refusal: &Refusal) -> Response {
    let status = match refusal {
        Refusal::Malformed => StatusCode::BAD_REQUEST,
        Refusal::UnknownLog => StatusCode::NOT_FOUND,
        Refusal::NotSigned(_) => StatusCode::FORBIDDEN,
        Refusal::Conflict(size) => {
            let size_alone = [(header::CONTENT_TYPE, "text/x.tlog.size")];
            return (StatusCode::CONFLICT, size_alone, format!("{size}\n")).into_response();
        }
        Refusal::Unproven | Refusal::Forked => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::Memory(error) => {
            tracing::error!(alarm = "witness", %error, "what was cosigned cannot be read or written");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    (status, format!("{refusal}\n")).into_response()
}
