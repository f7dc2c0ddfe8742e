//! `/api/v1/kinds`: the catalogue, and the JSON Schema of what each version of a kind states.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::path::Path;
use super::problem::Problem;
use crate::app::{App, Reader};
use crate::catalogue::{KindCode, Lifecycle};
use crate::certificate::schema::schema as schema_of;

/// A kind in force.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KindInForce {
    #[schema(value_type = String, example = "is-yeri")]
    code: KindCode,
    version: u32,
    /// In the reader's language.
    title: String,
    /// The agency, in the reader's language.
    issuer: String,
    /// Days after the day of issue; none when certificates of this kind do not expire.
    valid_days: Option<u32>,
    /// Working days within which the agency approves; none when certificates of this kind are issued at once.
    approval_days: Option<u32>,
    /// The codes of the purposes it may be issued for.
    purposes: Vec<String>,
    /// Where the JSON Schema of its facts is.
    schema: String,
}

/// Lists the kinds in force today
#[utoipa::path(
    get, path = crate::routes::KINDS, operation_id = "kinds", tag = "kinds",
    responses((status = 200, body = Vec<KindInForce>))
)]
pub(crate) async fn list(State(app): State<App>, Reader(language): Reader) -> Json<Vec<KindInForce>> {
    let today = app.clock.now().baku_date();
    let kinds = app.catalogue.codes().into_iter().filter_map(|code| app.catalogue.in_force(code, today)).map(|kind| {
        KindInForce {
            code: kind.code.clone(),
            version: kind.version,
            title: kind.title.text(language).to_owned(),
            issuer: kind.issuer.name.text(language).to_owned(),
            valid_days: kind.validity.days,
            approval_days: match kind.lifecycle {
                Lifecycle::Instant => None,
                Lifecycle::Routed { working_days } => Some(working_days),
            },
            purposes: kind.purposes.iter().map(|purpose| purpose.code.clone()).collect(),
            schema: crate::routes::KIND_SCHEMA
                .replace("{code}", kind.code.as_str())
                .replace("{version}", &kind.version.to_string()),
        }
    });
    Json(kinds.collect())
}

/// Returns the JSON Schema of what one version of a kind states
#[utoipa::path(
    get, path = crate::routes::KIND_SCHEMA, tag = "kinds",
    params(
        ("code" = String, Path, description = "The kind's code", example = "is-yeri"),
        ("version" = u32, Path, description = "The version", example = 1),
    ),
    responses(
        (status = 200, body = Object, content_type = "application/schema+json"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "No version"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such kind or version"),
    )
)]
pub(crate) async fn schema(
    State(app): State<App>,
    Path((code, version)): Path<(String, u32)>,
) -> Result<Response, Problem> {
    let code: KindCode = code.parse().map_err(|_| Problem::not_found())?;
    let kind = app.catalogue.get(&code, version).ok_or_else(Problem::not_found)?;
    let headers = [(header::CONTENT_TYPE, "application/schema+json"), (header::CACHE_CONTROL, "public, max-age=86400")];
    Ok((headers, schema_of(kind).to_string()).into_response())
}
