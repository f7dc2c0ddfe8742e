//! `POST /api/v1/verifications/batch`: up to a thousand verifications in one call, answered one by one and in order.
//!
//! Each line is its own verification or its own problem, and the last line says that it is the last: an answer without
//! `"done": true` is not whole, whatever cut it short.

mod items;

use std::convert::Infallible;
use std::future::ready;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt as _, stream};
use serde::Serialize;
use tokio::sync::watch;
use utoipa::ToSchema;

use items::{BatchRequest, Item, MOST_ITEMS};

use super::problem::{Problem, unreadable};
use super::verifications::VerificationAnswer;
use crate::app::{App, Client, KnownAsker, Reader, needed};
use crate::auth::Asker;
use crate::catalogue::Language;
use crate::door::{Network, Side};

/// One line of the answer: a verification or a problem; the last one says that it is the last.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum BatchLine {
    /// The item was verified; the verdict may be any.
    Verified {
        /// Its place among the items, from 0.
        index: usize,
        /// Its own reference, if it came with one.
        #[serde(skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
        /// What was found.
        verification: Box<VerificationAnswer>,
    },
    /// The item is nothing that could be verified. No other is touched by it.
    NotVerified {
        /// Its place among the items, from 0.
        index: usize,
        /// Its own reference, if it came with one that can be repeated.
        #[serde(skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
        /// Why.
        problem: Problem,
    },
    /// The last line. Without `"done": true` the answer is not whole.
    Last {
        /// Whether every item was answered.
        done: bool,
        /// How many were.
        items: usize,
        /// Why not all of them.
        #[serde(skip_serializing_if = "Option::is_none")]
        problem: Option<Problem>,
    },
}

/// The most bytes of a body: a thousand texts of QR codes, with references.
pub(super) const BODY_BYTES: usize = 2 << 20;
/// How many items of one call are verified at once: enough for their looks to share commits.
const AT_ONCE: usize = 32;
/// How long items are begun after the credential was read: one that was revoked discloses nothing a minute later.
const LONGEST: Duration = Duration::from_secs(45);
const NDJSON: &str = "application/x-ndjson";

/// Verifies many certificates in one call
///
/// Takes up to 1,000 items and answers a stream of lines of JSON (NDJSON), one for each item and in their order, each with
/// its own verdict or its own problem: a mistyped code spoils no other item. The last line is
/// `{"done": true, "items": N}`. An answer without it was cut short: send the items that have no line again. When the
/// service stops meanwhile, or all of it takes longer than 45 seconds, the last line says `"done": false`. Each item
/// counts against your organisation's limit; when all of it but a quarter is used up, the answer goes on as fast as the
/// limit allows, and the quarter stays free for single verifications. As everywhere, a look that discloses facts is
/// recorded in your organisation's name before they leave, and a client that goes away ends the work. A verdict
/// `indeterminate` stands in its line and not in the HTTP status.
#[utoipa::path(
    post, path = crate::routes::VERIFICATIONS_BATCH, tag = "verification", security(("token" = [])),
    request_body = BatchRequest,
    params(("Accept-Language" = Option<String>, Header, description = "`az` (default), `en` or `ru`")),
    responses(
        (status = 200, body = BatchLine, content_type = "application/x-ndjson", description = "One line for each item, and a last one"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "The request cannot be read"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No credential, or none that is good"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The credential has not the scope `batch`"),
        (status = 413, body = Problem, content_type = "application/problem+json", description = "The body is too large"),
        (status = 415, body = Problem, content_type = "application/problem+json", description = "Not JSON"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "No items, or more than 1,000"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "Who asks could not be found out"),
    )
)]
pub(crate) async fn verify_batch(
    State(app): State<App>,
    Client(network): Client,
    KnownAsker(asker, _): KnownAsker<needed::Batch>,
    Reader(language): Reader,
    request: Result<Json<BatchRequest>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(request) = request.map_err(|error| not_read(&error))?;
    let items = request.items.within_bounds().map_err(not_a_batch)?;
    let headers = [(header::CONTENT_TYPE, NDJSON), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, answers(app, items, network, asker, language)).into_response())
}

/// The answer. It is made as fast as it is read. When nobody reads it any more nothing further is begun; what was begun,
/// such as the recording of a look, comes to its end.
fn answers(app: App, items: Vec<Item>, network: Network, asker: Asker, language: Language) -> Body {
    let (all, answered) = (items.len(), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&answered);
    let ends_at = tokio::time::Instant::now() + LONGEST;
    // Its sender goes with the stream that makes lines, and with it whoever waits for a line.
    let reading = watch::Sender::new(());
    let lines = stream::iter(items.into_iter().enumerate())
        .map(move |(index, item)| {
            let (app, asker, read) = (app.clone(), asker.clone(), reading.subscribe());
            // In a task of its own: whoever stops reading must not hold connections of the database in a half-done look-up.
            tokio::spawn(async move {
                let side = Side { network, asker: Some(&asker) };
                answer(&app, index, item, side, Ends { at: ends_at, read }, language).await
            })
        })
        .buffered(AT_ONCE)
        .scan((), |(), line| ready(line.ok().flatten()))
        .inspect(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
        });
    let last = stream::once(async move { last_line(answered.load(Ordering::Relaxed), all) });
    let chunks = lines.chain(last).map(|line| written(&line)).ready_chunks(AT_ONCE);
    Body::from_stream(chunks.map(|lines| Ok::<_, Infallible>(Bytes::from(lines.concat()))))
}

/// When no more items are begun.
struct Ends {
    at: tokio::time::Instant,
    /// Closed when nobody reads the answer any more.
    read: watch::Receiver<()>,
}

impl Ends {
    async fn come(mut self) {
        tokio::select! {
            () = tokio::time::sleep_until(self.at) => {}
            // Nothing is ever sent.
            _ = self.read.changed() => {}
        }
    }
}

/// The line of an item; none when its turn had not come before the answer was to end.
async fn answer(
    app: &App,
    index: usize,
    item: Item,
    side: Side<'_>,
    ends: Ends,
    language: Language,
) -> Option<BatchLine> {
    let (reference, presented) = item.presented();
    Some(match presented {
        Ok(presented) => {
            let pass = tokio::select! {
                biased;
                () = app.stopping.clone().begun() => return None,
                () = ends.come() => return None,
                pass = app.let_in_turn(side, &presented) => pass,
            };
            // Only a file could be refused now, and no item is one.
            let (verification, _) = app.verify(side, pass, presented).await.ok()?;
            let verification = Box::new(VerificationAnswer::of(&verification, language));
            BatchLine::Verified { index, reference, verification }
        }
        Err(refused) => BatchLine::NotVerified { index, reference, problem: refused.problem(language) },
    })
}

fn last_line(items: usize, all: usize) -> BatchLine {
    let done = items == all;
    BatchLine::Last { done, items, problem: (!done).then(stopping) }
}

fn stopping() -> Problem {
    let detail =
        "the answer ends here, since it took long or the service stops; send the items that have no line again";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", "The answer ends before its last item", detail)
}

fn written(line: &BatchLine) -> Vec<u8> {
    // A line that could not be written would be missing from an answer that says it is whole: an empty one is seen.
    let mut line = serde_json::to_vec(line).unwrap_or_default();
    line.push(b'\n');
    line
}

fn not_read(error: &JsonRejection) -> Problem {
    match error.status() {
        status @ StatusCode::PAYLOAD_TOO_LARGE => {
            let detail = format!("the body has more than {BODY_BYTES} bytes; send the items in several calls");
            Problem::new(status, "too-large", "The body is too large", detail)
        }
        status @ StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            Problem::new(status, "unsupported-media-type", "Not JSON", "send JSON, as `application/json`")
        }
        status => unreadable(status, &error.body_text()),
    }
}

pub(super) fn not_a_batch(found: usize) -> Problem {
    if found == 0 {
        return Problem::malformed("`items` is empty; send 1 to 1,000 of them");
    }
    let detail = format!("`items` has {found} items and {MOST_ITEMS} are the most; send them in several calls");
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "too-many-items", "Too many items in one call", detail)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn nothing_is_begun_when_nobody_reads_any_more_or_after_the_longest() {
        let (reading, now) = (watch::Sender::new(()), tokio::time::Instant::now());
        let ends = |at| Ends { at, read: reading.subscribe() };
        let (gone, waiting, late) = (ends(now + LONGEST), ends(now + LONGEST), ends(now));
        late.come().await;
        assert_eq!(waiting.come().now_or_never(), None);
        drop(reading);
        assert_eq!(gone.come().now_or_never(), Some(()));
    }
}
