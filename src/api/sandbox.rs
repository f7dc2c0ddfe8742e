//! `/api/v1/sandbox`: what a demonstration gives to present, each with the answer it must get. A real service has none.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::path::Path;
use super::problem::Problem;
use crate::app::{App, Expected, Reader, Sample, Sandbox};
use crate::catalogue::Language;
use crate::verification::Verdict;

/// The samples of a demonstration's sandbox.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SandboxAnswer {
    samples: Vec<SampleAnswer>,
}

/// Something to present. Whatever of it is presented gives the same answer: a verdict, or a problem.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SampleAnswer {
    #[schema(example = "revoked")]
    name: &'static str,
    /// What it shows, in the reader's language.
    shows: String,
    /// The verdict that it gets; none when nothing is verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<Verdict>,
    /// The slug of the problem that it gets instead of a verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "mistyped-code")]
    problem: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026-7KQ3-M9XD")]
    number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "7KQ3-M9XD-2T4R-8W0C")]
    code: Option<String>,
    /// The text of a QR, as a scanner gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    qr: Option<String>,
    /// The address of a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "/api/v1/sandbox/revoked/file")]
    file: Option<String>,
}

/// Lists what the sandbox gives to present
///
/// A demonstration holds something for each verdict but `indeterminate`, which only a fault brings about, and publishes
/// it: fictional people only. A real service has no sandbox, and answers 404.
#[utoipa::path(
    get, path = crate::routes::SANDBOX, operation_id = "sandbox", tag = "sandbox",
    params(("Accept-Language" = Option<String>, Header, description = "`az` (default), `en` or `ru`")),
    responses(
        (status = 200, body = SandboxAnswer),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "This is a real service"),
    )
)]
pub(crate) async fn list(State(app): State<App>, Reader(language): Reader) -> Result<Json<SandboxAnswer>, Problem> {
    let samples = sandbox(&app)?.samples().iter().map(|sample| SampleAnswer::of(sample, language)).collect();
    Ok(Json(SandboxAnswer { samples }))
}

/// Returns one sample of the sandbox
#[utoipa::path(
    get, path = crate::routes::SANDBOX_SAMPLE, operation_id = "sandbox_sample", tag = "sandbox",
    params(
        ("name" = String, Path, description = "The sample's name", example = "revoked"),
        ("Accept-Language" = Option<String>, Header, description = "`az` (default), `en` or `ru`"),
    ),
    responses(
        (status = 200, body = SampleAnswer),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "No name"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such sample, or a real service"),
    )
)]
pub(crate) async fn one(
    State(app): State<App>,
    Reader(language): Reader,
    Path(name): Path<String>,
) -> Result<Json<SampleAnswer>, Problem> {
    let sample = sandbox(&app)?.sample(&name).ok_or_else(Problem::not_found)?;
    Ok(Json(SampleAnswer::of(sample, language)))
}

/// Returns a sample's file
#[utoipa::path(
    get, path = crate::routes::SANDBOX_FILE, operation_id = "sandbox_file", tag = "sandbox",
    params(("name" = String, Path, description = "The sample's name", example = "altered")),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/octet-stream", description = "A PDF file, or what passes itself off as one"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "No name"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such file, or a real service"),
    )
)]
pub(crate) async fn file(State(app): State<App>, Path(name): Path<String>) -> Result<Response, Problem> {
    let sample = sandbox(&app)?.sample(&name).ok_or_else(Problem::not_found)?;
    let file = sample.file.as_ref().ok_or_else(Problem::not_found)?;
    let disposition = format!("attachment; filename=\"{}\"", file.name);
    let headers =
        [(header::CONTENT_TYPE, "application/octet-stream"), (header::CONTENT_DISPOSITION, disposition.as_str())];
    Ok((headers, file.bytes.clone()).into_response())
}

fn sandbox(app: &App) -> Result<&Sandbox, Problem> {
    app.demonstration.as_ref().map(|demonstration| &demonstration.sandbox).ok_or_else(Problem::not_found)
}

impl SampleAnswer {
    fn of(sample: &Sample, language: Language) -> Self {
        let (verdict, problem) = match sample.expected {
            Expected::Verdict(verdict) => (Some(verdict), None),
            Expected::Problem(slug) => (None, Some(slug)),
        };
        Self {
            name: sample.name,
            shows: sample.shows.text(language).to_owned(),
            verdict,
            problem,
            number: sample.number.map(|number| number.to_string()),
            code: sample.code.clone(),
            qr: sample.qr.clone(),
            file: sample.file.as_ref().map(|_| crate::routes::SANDBOX_FILE.replace("{name}", sample.name)),
        }
    }
}
