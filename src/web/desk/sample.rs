//! A random sample for a review: drawn by a seed that stands on the page, so that anybody draws the same again.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::certificates::{Row, kinds};
use super::filter::advice;
use super::{AuditingByPage, Desk, Posted};
use crate::app::App;
use crate::auditing::{AuditingError, Filter, Sample, Seed, Wanted};
use crate::auth::Auditor;
use crate::clock::Instant;
use crate::routes;
use crate::web::fault::Fault;
use crate::web::frame::{Frame, page};
use crate::web::visitor::Visitor;

/// The most certificates of one sample.
const LARGEST: usize = 200;

#[derive(Template)]
#[template(path = "pages/desk/sample.html")]
struct SamplePage {
    frame: Frame,
    desk: Desk,
    asked: Asked,
    kinds: Vec<(String, String, bool)>,
    largest: usize,
    mistake: Option<String>,
    /// How many were drawn of how many; none before the draw.
    drawn: Option<(usize, u64)>,
    rows: Vec<Row>,
}

/// What a sample is drawn of, and how.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    kind: String,
    from: String,
    to: String,
    /// Of those issued before this instant (RFC 3339); empty for the latest that can be drawn of.
    until: String,
    size: String,
    /// Empty for one that nobody chose.
    seed: String,
}

/// `GET /desk/sample`.
pub(super) async fn form(
    State(app): State<App>,
    visitor: Visitor,
    AuditingByPage(auditor): AuditingByPage,
) -> Response {
    shown(&app, &visitor, &auditor, Asked { size: "20".to_owned(), ..Asked::default() }, None, None)
}

/// `POST /desk/sample`.
pub(super) async fn draw(
    State(app): State<App>,
    visitor: Visitor,
    Posted(auditor, mut asked): Posted<Asked>,
) -> Result<Response, Fault> {
    let size = asked.size.trim().parse().ok().filter(|size| (1..=LARGEST).contains(size));
    let seed = match asked.seed.trim() {
        "" => Some(app.auditing.fresh_seed().map_err(|error| Fault::internal(&error))?),
        seed => Seed::parse(seed),
    };
    let refused = |asked, text: &'static str| Ok(shown(&app, &visitor, &auditor, asked, None, Some(text)));
    let (Some(size), Some(seed)) = (size, seed) else { return refused(asked, "sample-no-size") };
    let filter =
        Filter { kind: asked.kind.clone(), from: asked.from.clone(), to: asked.to.clone(), ..Filter::default() };
    let wanted = match filter.certificates(app.clock.now()) {
        Ok(wanted) => wanted,
        Err(unreadable) => return refused(asked, advice(unreadable)),
    };
    let until = match asked.until.trim() {
        "" => Some(wanted.until),
        text => Instant::parse_rfc3339(text).map(|until| until.min(wanted.until)),
    };
    let Some(until) = until else { return refused(asked, "sample-no-instant") };
    asked.seed = seed.as_str().to_owned();
    let wanted = Wanted { until, ..wanted };
    match app.auditing.sample(&auditor, (wanted, &filter.query()), &seed, size).await {
        Ok(sample) => {
            // Whoever draws again by what stands in the form draws the same.
            asked.until = sample.until.to_string();
            Ok(shown(&app, &visitor, &auditor, asked, Some(&sample), None))
        }
        Err(AuditingError::TooMany(_)) => refused(asked, "sample-too-many"),
        Err(error) => Err(Fault::internal(&error)),
    }
}

fn shown(
    app: &App,
    visitor: &Visitor,
    auditor: &Auditor,
    asked: Asked,
    sample: Option<&Sample>,
    mistake: Option<&str>,
) -> Response {
    let frame = Frame::new(app, visitor, routes::DESK_SAMPLE);
    let code = if mistake.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let drawn = sample.into_iter().flat_map(|sample| &sample.drawn);
    let template = SamplePage {
        desk: Desk::new(app, auditor, &frame),
        kinds: kinds(app, auditor, &asked.kind, &frame),
        largest: LARGEST,
        mistake: mistake.map(|text| frame.t.get(text)),
        rows: drawn.map(|found| Row::of(app, found, &frame)).collect(),
        drawn: sample.map(|sample| (sample.drawn.len(), sample.of)),
        asked,
        frame,
    };
    page(code, &template)
}
