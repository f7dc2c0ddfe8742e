//! `GET /api/v1/status-lists`: whether certificates still stand, for whoever checks without asking about any one of them.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::path::Path;
use super::problem::Problem;
use crate::app::App;
use crate::publication::PublishedList;

/// Where the status lists are (IETF Token Status List, aggregation).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StatusLists {
    /// The addresses of all lists.
    #[schema(example = json!(["https://arayis.example/api/v1/status-lists/1"]))]
    status_lists: Vec<String>,
}

/// Lists the status lists
///
/// Fetch them all, as the Token Status List's aggregation has it, and no fetch tells which certificate you check.
#[utoipa::path(
    get, path = crate::routes::STATUS_LISTS, operation_id = "status_lists", tag = "offline",
    responses(
        (status = 200, body = StatusLists),
        (status = 500, body = Problem, content_type = "application/problem+json", description = "The records do not answer"),
    )
)]
pub(crate) async fn all(State(app): State<App>) -> Result<Response, Problem> {
    let status_lists = app.status_lists.addresses().await.map_err(|error| Problem::internal(&error))?;
    let headers = [(header::CACHE_CONTROL, "no-cache"), (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
    Ok((headers, Json(StatusLists { status_lists })).into_response())
}

/// Returns a status list, signed (IETF Token Status List, JWT)
///
/// Two bits a place: 0 valid, 1 revoked, 2 suspended, 3 superseded. It holds until its own `exp` and should be fetched
/// anew after its `ttl`; whatever a change of status was acknowledged before the request is in it. Three claims are our
/// own: `changes` counts the list's changes, so that no older one is taken for a newer; `former_subs` are its addresses
/// under former hosts; `revoked_keys` names the service's revoked keys (`kid`, and `revoked_at` in seconds since 1970).
/// Believe nothing that those keys signed, also when the list of keys does not say so, and when a later list does not.
#[utoipa::path(
    get, path = crate::routes::STATUS_LIST, operation_id = "status_list", tag = "offline",
    params(
        ("number" = i64, Path, description = "The list's number", example = 1),
        ("if-none-match" = Option<String>, Header, description = "The `ETag` of the list that you have"),
    ),
    responses(
        (status = 200, body = String, content_type = "application/statuslist+jwt", description = "The list, as a compact JWS"),
        (status = 304, description = "The list that you have is the present one"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "No number"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such list"),
        (status = 500, body = Problem, content_type = "application/problem+json", description = "The records do not answer"),
    )
)]
pub(crate) async fn one(
    State(app): State<App>,
    Path(number): Path<i64>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let list = app.status_lists.list(number).await.map_err(|error| Problem::internal(&error))?;
    let list = list.ok_or_else(Problem::not_found)?;
    Ok(respond(&list, &headers))
}

/// The list in the encoding that the client takes, or that it has it already (RFC 9110 §13.1.2).
fn respond(list: &PublishedList, asked: &HeaderMap) -> Response {
    let compressed = list.gzip.as_ref().filter(|_| takes_gzip(asked));
    // Another encoding is another representation, and a strong validator names one (RFC 9110 §8.8.3).
    let suffix = if compressed.is_some() { "-gzip" } else { "" };
    let etag = format!("\"{}{suffix}\"", list.digest);
    let has_it = has(asked, &etag);
    let mut response = if has_it {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        compressed.unwrap_or(&list.jwt).clone().into_response()
    };
    let answer = response.headers_mut();
    if has_it {
        answer.remove(header::CONTENT_TYPE);
    } else {
        answer.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/statuslist+jwt"));
        if compressed.is_some() {
            answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
    }
    // Whoever keeps it asks whether it is the present one: a revocation is not hidden by a cache on the way.
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, no-cache"));
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        answer.insert(header::ETAG, etag);
    }
    response
}

/// Whether one of the entity tags that the client has is this one; weak ones are compared as if they were strong.
pub(super) fn has(asked: &HeaderMap, etag: &str) -> bool {
    let values = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut tags = values.flat_map(|value| value.split(',')).map(str::trim);
    tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

/// Whether the client names gzip, and not with the weight 0 (RFC 9110 §12.5.3).
fn takes_gzip(asked: &HeaderMap) -> bool {
    let values = asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.trim().parse() == Ok(0.0_f32));
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn a_client_names_the_encodings_it_takes() {
        for (value, takes) in [
            ("gzip", true),
            ("br, GZIP;q=0.5", true),
            ("gzip;q=0", false),
            ("gzip;q=0.000, br", false),
            ("br", false),
            ("", false),
            ("xgzip", false),
        ] {
            assert_eq!(takes_gzip(&asked(header::ACCEPT_ENCODING, value)), takes, "{value}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[test]
    fn any_of_the_tags_that_a_client_has_may_be_the_present_one() {
        for (value, has_it) in [
            ("\"a\"", true),
            ("W/\"a\"", true),
            ("\"b\", \"a\"", true),
            ("*", true),
            ("\"b\"", false),
            ("a", false),
            ("\"a-gzip\"", false),
        ] {
            assert_eq!(has(&asked(header::IF_NONE_MATCH, value), "\"a\""), has_it, "{value}");
        }
    }
}
