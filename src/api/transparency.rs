//! The published log and the public keys: served to anybody, cacheable where they cannot change.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::path::Path;
use super::problem::Problem;
use crate::app::App;

/// Returns the log's newest checkpoint, a signed note (C2SP tlog-checkpoint)
#[utoipa::path(
    get, path = crate::routes::LOG_CHECKPOINT, tag = "log",
    responses(
        (status = 200, body = String, content_type = "text/plain"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Nothing was published yet"),
        (status = 500, body = Problem, content_type = "application/problem+json", description = "The log's store does not answer"),
    )
)]
pub(crate) async fn checkpoint(State(app): State<App>) -> Result<Response, Problem> {
    let note = app.log.published().await.map_err(|error| Problem::internal(&error))?.ok_or_else(Problem::not_found)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")], note)
        .into_response())
}

/// Returns the newest checkpoint that a quorum of the log's witnesses cosigned (C2SP tlog-cosignature)
///
/// The newest checkpoint of all bears their cosignatures a moment after it was published.
#[utoipa::path(
    get, path = crate::routes::LOG_WITNESSED, tag = "log",
    responses(
        (status = 200, body = String, content_type = "text/plain"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No checkpoint was witnessed yet"),
        (status = 500, body = Problem, content_type = "application/problem+json", description = "The log's store does not answer"),
    )
)]
pub(crate) async fn witnessed(State(app): State<App>) -> Result<Response, Problem> {
    let note = app.log.witnessed().await.map_err(|error| Problem::internal(&error))?.ok_or_else(Problem::not_found)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")], note)
        .into_response())
}

/// Returns a tile or an entry bundle of the log (C2SP tlog-tiles)
#[utoipa::path(
    get, path = "/log/tile/{path}", tag = "log",
    params(("path" = String, Path, description = "Level, index and width as tlog-tiles writes them", example = "0/000")),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such tile"),
        (status = 500, body = Problem, content_type = "application/problem+json", description = "The log's store does not answer"),
    )
)]
pub(crate) async fn tile(State(app): State<App>, Path(path): Path<String>) -> Result<Response, Problem> {
    let tile = app.log.tile(&format!("tile/{path}")).await.map_err(|error| Problem::internal(&error))?;
    let bytes = tile.ok_or_else(Problem::not_found)?;
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, bytes).into_response())
}

/// Returns the proof that a certificate's issuance stands in the log (C2SP tlog-proof)
#[utoipa::path(
    get, path = crate::routes::CERTIFICATE_PROOF, tag = "log",
    params(("id" = Uuid, Path, description = "The certificate's id")),
    responses(
        (status = 200, body = String, content_type = "text/plain"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "No id"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such certificate, or its leaf waits for its place"),
        (status = 500, body = Problem, content_type = "application/problem+json", description = "The log does not answer"),
    )
)]
pub(crate) async fn proof(State(app): State<App>, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let proof = app.verifier.proof(id).await.map_err(|error| Problem::internal(&error))?;
    let text = proof.ok_or_else(Problem::not_found)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")], text)
        .into_response())
}

/// Returns the public keys, present and retired (RFC 7517), each with its chain to the root
#[utoipa::path(get, path = crate::routes::JWKS, tag = "log", responses((status = 200, body = Object)))]
pub(crate) async fn keys(State(app): State<App>) -> Response {
    let jwks = app.jwks.borrow().as_ref().clone();
    // A revocation of a key must not wait longer in a cache than here.
    ([(header::CACHE_CONTROL, "public, max-age=60")], Json(jwks)).into_response()
}
