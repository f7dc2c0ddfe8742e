//! `/api/v1/watch`: an organisation follows the status of certificates that it held, and pulls the changes.

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::path::Path;
use super::problem::{Problem, unreadable};
use crate::app::{App, KnownAsker, needed};
use crate::certificate::{Status, StatusReason};
use crate::watch::{Change, Days, Held, LONGEST_DAYS, Standing, Watch, WatchError};

/// What is to be watched: exactly one of `verification` and `certificate`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WatchRequest {
    /// The id of a verification by which your organisation was told the facts.
    #[schema(nullable = false)]
    verification: Option<Uuid>,
    /// The id of a certificate whose facts your organisation was told at some time.
    #[schema(nullable = false)]
    certificate: Option<Uuid>,
    /// For how many days, 1 to 90; 90 when it is left out.
    #[schema(minimum = 1, maximum = 90, nullable = false)]
    days: Option<u32>,
}

/// A watch.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WatchAnswer {
    id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    created_at: String,
    /// Its exclusive end. Changes from before it can be pulled for 30 days more.
    #[schema(value_type = String, format = DateTime)]
    ends_at: String,
    /// The exclusive end of the certificate's validity. That it passes is no change and is told nowhere else.
    #[schema(value_type = Option<String>, format = DateTime)]
    valid_until: Option<String>,
    /// The status of the certificate, read after the watch was recorded.
    now: StandingAnswer,
    /// All changes of this watch come after this cursor.
    cursor: u64,
}

/// The status of a certificate, without facts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StandingAnswer {
    #[schema(example = "2026-7KQ3-M9XD")]
    number: String,
    #[schema(value_type = String, example = "revoked")]
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<StatusReason>,
    /// The number of the certificate that replaced it.
    #[serde(skip_serializing_if = "Option::is_none")]
    superseded_by: Option<String>,
}

/// A page of an organisation's open watches.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WatchesAnswer {
    watches: Vec<WatchAnswer>,
    /// What to send as `after` for the next page; none on the last.
    next: Option<Uuid>,
}

/// Changes in the order in which the log holds them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangesAnswer {
    changes: Vec<ChangeAnswer>,
    /// What to send as `after` next time; keep it together with what you did about the changes.
    next: u64,
    /// Whether to ask again at once.
    more: bool,
}

/// One change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangeAnswer {
    /// The place of its leaf in the transparency log, which no other change ever has.
    place: u64,
    #[serde(flatten)]
    standing: StandingAnswer,
}

/// Which part of a list: behind `after`, the `next` of the answer before, and at most `limit`.
#[derive(Debug, Deserialize)]
pub(crate) struct Page<T> {
    after: Option<T>,
    limit: Option<u32>,
}

const USUAL_LIMIT: u32 = 100;
const MOST: u32 = 1000;

/// Begins to watch a certificate
///
/// Needs a look: a verification by code, QR or file in your organisation's name, by which it was told the facts. The watch
/// ends after `days`, and at the latest 90 days after that look; to follow it for longer, verify it again. One that is open
/// already is let end later, and answered with 200. The holder's record shows that your organisation watches.
#[utoipa::path(
    post, path = crate::routes::WATCHES, operation_id = "watch", tag = "watch", security(("token" = [])),
    request_body = WatchRequest,
    responses(
        (status = 200, body = WatchAnswer, description = "Your organisation watches it already; it now ends at the later time"),
        (status = 201, body = WatchAnswer, description = "It is watched"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "The request cannot be read"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No credential, or none that is good"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The credential has not the scope `watch`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Your organisation was told the facts of no such certificate"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The last verification is more than 90 days ago"),
        (status = 413, body = Problem, content_type = "application/problem+json", description = "The body is too large"),
        (status = 415, body = Problem, content_type = "application/problem+json", description = "Not JSON"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Not one of both, or more than 90 days"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "Who asks could not be found out"),
    )
)]
pub(crate) async fn open(
    State(app): State<App>,
    KnownAsker(asker, _): KnownAsker<needed::Watch>,
    request: Result<Json<WatchRequest>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(request) = request.map_err(|error| unreadable(error.status(), &error.body_text()))?;
    let (held, days) = request.understood()?;
    let (watch, new) = app.watching.open(held, days, &asker).await.map_err(|error| not_watched(&error))?;
    let status = if new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, NO_STORE, Json(WatchAnswer::of(&watch))).into_response())
}

/// Lists the open watches of your organisation
#[utoipa::path(
    get, path = crate::routes::WATCHES, operation_id = "watches", tag = "watch", security(("token" = [])),
    params(
        ("after" = Option<Uuid>, Query, description = "The `next` of the page before"),
        ("limit" = Option<u32>, Query, description = "At most so many; 100 when it is left out", minimum = 1, maximum = 1000),
    ),
    responses(
        (status = 200, body = WatchesAnswer, description = "A page of them, in the order in which they were opened"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "The page cannot be read"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No credential, or none that is good"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The credential has not the scope `watch`"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "Who asks could not be found out"),
    )
)]
pub(crate) async fn list(
    State(app): State<App>,
    KnownAsker(asker, _): KnownAsker<needed::Watch>,
    page: Result<Query<Page<Uuid>>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(page) = page.map_err(|_| no_page())?;
    let limit = limit(page.limit)?;
    let watches = app.watching.list(&asker, page.after, limit).await.map_err(|error| not_watched(&error))?;
    let full = watches.len() >= limit as usize;
    let next = watches.last().map(|watch| watch.id).filter(|_| full);
    let watches = watches.iter().map(WatchAnswer::of).collect();
    Ok((NO_STORE, Json(WatchesAnswer { watches, next })).into_response())
}

/// Pulls the changes of status of what your organisation watches
///
/// Revoked, suspended, reinstated (told as `valid`) and superseded, each once and in the order of the transparency log; they
/// appear within a second of taking effect. Keep `next` and send it as `after`: whatever happens between, no change is
/// lost and none comes twice. Only changes made while a watch was open are told, for 30 days after it ended, and none of a
/// watch that was deleted. That a validity ends is no change: each watch says its `valid_until`.
#[utoipa::path(
    get, path = crate::routes::WATCH_CHANGES, operation_id = "watch_changes", tag = "watch", security(("token" = [])),
    params(
        ("after" = Option<u64>, Query, description = "The `next` of the answer before, or a watch's `cursor`; everything that can still be pulled when it is left out"),
        ("limit" = Option<u32>, Query, description = "At most so many; 100 when it is left out", minimum = 1, maximum = 1000),
    ),
    responses(
        (status = 200, body = ChangesAnswer, description = "The changes after the cursor; none when there are none"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "The cursor cannot be read"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No credential, or none that is good"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The credential has not the scope `watch`"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The cursor is ahead of the log: it was never answered"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "Who asks could not be found out"),
    )
)]
pub(crate) async fn changes(
    State(app): State<App>,
    KnownAsker(asker, _): KnownAsker<needed::Watch>,
    page: Result<Query<Page<u64>>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(page) = page.map_err(|_| no_page())?;
    let limit = limit(page.limit)?;
    let found = app.watching.changes(&asker, page.after, limit).await.map_err(|error| not_watched(&error))?;
    let changes = found.changes.iter().map(ChangeAnswer::of).collect();
    Ok((NO_STORE, Json(ChangesAnswer { changes, next: found.next, more: found.more })).into_response())
}

/// Ends a watch
///
/// At once, with the changes that were not pulled yet.
#[utoipa::path(
    delete, path = crate::routes::WATCH, operation_id = "end_watch", tag = "watch", security(("token" = [])),
    params(("id" = Uuid, Path, description = "The watch's id")),
    responses(
        (status = 204, description = "It is ended"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "The id cannot be read"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No credential, or none that is good"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The credential has not the scope `watch`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Your organisation has no such watch"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "Who asks could not be found out"),
    )
)]
pub(crate) async fn end(
    State(app): State<App>,
    KnownAsker(asker, _): KnownAsker<needed::Watch>,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, Problem> {
    let ended = app.watching.end(id, &asker).await.map_err(|error| not_watched(&error))?;
    if ended { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found()) }
}

const NO_STORE: [(header::HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

impl WatchRequest {
    fn understood(self) -> Result<(Held, Days), Problem> {
        let held = match (self.verification, self.certificate) {
            (Some(verification), None) => Held::Verification(verification),
            (None, Some(certificate)) => Held::Certificate(certificate),
            _ => return Err(Problem::malformed("send exactly one of `verification` and `certificate`")),
        };
        let days = Days::new(self.days.unwrap_or(u32::from(LONGEST_DAYS))).ok_or_else(too_long)?;
        Ok((held, days))
    }
}

pub(super) fn too_long() -> Problem {
    let detail = format!("`days` is 1 to {LONGEST_DAYS}; to follow it for longer, verify the certificate again");
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "watch-too-long", "A watch lasts 1 to 90 days", detail)
}

fn limit(limit: Option<u32>) -> Result<u32, Problem> {
    Some(limit.unwrap_or(USUAL_LIMIT)).filter(|limit| (1..=MOST).contains(limit)).ok_or_else(no_page)
}

pub(super) fn no_page() -> Problem {
    let detail = "`after` is the `next` of the answer before, `limit` is 1 to 1000";
    Problem::new(StatusCode::BAD_REQUEST, "malformed-page", "The page cannot be read", detail)
}

pub(super) fn not_watched(error: &WatchError) -> Problem {
    match error {
        WatchError::NotHeld => Problem::new(StatusCode::NOT_FOUND, "not-held", "No look of yours", error.to_string()),
        WatchError::LookTooOld => {
            Problem::new(StatusCode::CONFLICT, "look-too-old", "The look is too old", error.to_string())
        }
        WatchError::CursorAhead => {
            Problem::new(StatusCode::CONFLICT, "cursor-ahead", "No such place in the log", error.to_string())
        }
        WatchError::Storage(_) | WatchError::Random(_) => Problem::internal(error),
    }
}

impl WatchAnswer {
    fn of(watch: &Watch) -> Self {
        Self {
            id: watch.id,
            created_at: watch.created_at.to_string(),
            ends_at: watch.ends_at.to_string(),
            valid_until: watch.valid_until.map(|end| end.to_string()),
            now: StandingAnswer::of(&watch.now),
            cursor: watch.cursor,
        }
    }
}

impl StandingAnswer {
    fn of(standing: &Standing) -> Self {
        Self {
            number: standing.number.to_string(),
            status: standing.status,
            since: standing.since.map(|since| since.to_string()),
            reason: standing.reason,
            superseded_by: standing.superseded_by.map(|number| number.to_string()),
        }
    }
}

impl ChangeAnswer {
    fn of(change: &Change) -> Self {
        Self { place: change.place, standing: StandingAnswer::of(&change.standing) }
    }
}
