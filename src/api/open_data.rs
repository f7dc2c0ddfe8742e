//! `/open-data`: the daily figures as files at stable addresses, their catalogue and their codes, for anybody.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::path::Path;
use super::problem::Problem;
use super::status_lists::has;
use crate::app::App;
use crate::open_data::{Dataset, File, Format, file_of};
use crate::routes;

/// Returns the catalogue of the open data (DCAT-AP, JSON-LD)
#[utoipa::path(
    get, path = routes::OPEN_DATA_CATALOGUE, operation_id = "open_data_catalogue", tag = "open data",
    params(
        ("if-none-match" = Option<String>, Header, description = "The `ETag` of the catalogue that you have"),
    ),
    responses(
        (status = 200, body = Object, content_type = "application/ld+json"),
        (status = 304, description = "You have it"),
        (status = 500, body = Problem, content_type = "application/problem+json", description = "The records do not answer"),
    )
)]
pub(crate) async fn catalogue(State(app): State<App>, asked: HeaderMap) -> Result<Response, Problem> {
    let catalogue = app.open_data.catalogue().await.map_err(|error| Problem::internal(&error))?;
    Ok(unless_known(&asked, "application/ld+json", catalogue))
}

/// Returns the words for the codes of agencies, kinds and districts
#[utoipa::path(
    get, path = routes::OPEN_DATA_CODES, operation_id = "open_data_codes", tag = "open data",
    responses((status = 200, body = Object, content_type = "application/json"))
)]
pub(crate) async fn codes(State(app): State<App>) -> Response {
    published("application/json", app.open_data.codes().to_string())
}

/// Returns a dataset's year as CSV or JSON, or the schema of its rows
///
/// A count under 10 is hidden, and with it whatever would let it be worked out. Days are whole: the present one, and one
/// that ended less than an hour ago, are not there yet. A day's rows never change once they are published.
#[utoipa::path(
    get, path = routes::OPEN_DATA_FILE, operation_id = "open_data_file", tag = "open data",
    params(
        ("dataset" = String, Path, description = "`issuances` or `verifications`", example = "issuances"),
        ("file" = String, Path, description = "A year and `.csv` or `.json`, or `schema.json`", example = "2026.csv"),
        ("if-none-match" = Option<String>, Header, description = "The `ETag` of the file that you have"),
    ),
    responses(
        (status = 200, description = "The file", content(
            (String = "text/csv"), (Object = "application/json"), (Object = "application/schema+json"),
        )),
        (status = 304, description = "You have it"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such file"),
        (status = 500, body = Problem, content_type = "application/problem+json", description = "The records do not answer"),
    )
)]
pub(crate) async fn file(
    State(app): State<App>,
    Path((dataset, file)): Path<(String, String)>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    let dataset = Dataset::from_slug(&dataset).ok_or_else(Problem::not_found)?;
    if file == "schema.json" {
        let address = format!("{}{}", app.public_url, file_of(dataset, &file));
        return Ok(published("application/schema+json", dataset.schema(&address).to_string()));
    }
    let (year, ending) = file.split_once('.').ok_or_else(Problem::not_found)?;
    let year = Some(year).filter(|year| year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()));
    let year = year.and_then(|year| year.parse().ok()).ok_or_else(Problem::not_found)?;
    let (format, media_type) = match ending {
        "csv" => (Format::Csv, "text/csv; charset=utf-8; header=present"),
        "json" => (Format::Json, "application/json"),
        _ => return Err(Problem::not_found()),
    };
    let file = app.open_data.file(dataset, year, format).await.map_err(|error| Problem::internal(&error))?;
    Ok(unless_known(&asked, media_type, file.ok_or_else(Problem::not_found)?))
}

/// A file with its tag, or that whoever asks has it.
fn unless_known(asked: &HeaderMap, media_type: &'static str, file: File) -> Response {
    let etag = format!("\"{}\"", file.tag);
    let mut answer = if has(asked, &etag) {
        let mut answer = published(media_type, Body::empty());
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
        answer
    } else {
        published(media_type, Body::from(Bytes::from_owner(file.bytes)))
    };
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        answer.headers_mut().insert(header::ETAG, etag);
    }
    answer
}

/// A file that anybody may keep for an hour and any page may read.
fn published(media_type: &'static str, text: impl Into<Body>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, "public, max-age=3600"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    (headers, text.into()).into_response()
}
