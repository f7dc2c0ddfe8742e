//! Figures as charts with their tables, and a registry's own count beside ours.

use std::cmp::Ordering;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Deserialize;

use super::certificates::kinds;
use super::chart::Chart;
use super::charts::charts;
use super::{AuditingByPage, Desk};
use crate::app::App;
use crate::catalogue::{KindCode, print};
use crate::routes;
use crate::web::fault::Fault;
use crate::web::frame::{Frame, page};
use crate::web::visitor::Visitor;

/// The longest period, in days.
const LONGEST: i32 = 366;
/// The period unless another is asked for, in days.
const USUAL: i64 = 30;

#[derive(Template)]
#[template(path = "pages/desk/figures.html")]
struct FiguresPage {
    frame: Frame,
    desk: Desk,
    from: String,
    to: String,
    mistake: Option<String>,
    charts: Vec<Chart>,
    kinds: Vec<(String, String, bool)>,
    theirs: String,
    /// What the comparison found.
    compared: Option<String>,
}

/// The period, and what is compared.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    from: String,
    to: String,
    kind: String,
    theirs: String,
}

/// `GET /desk/figures`.
pub(super) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    AuditingByPage(auditor): AuditingByPage,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let frame = Frame::new(&app, &visitor, routes::DESK_FIGURES);
    let today = app.clock.now().baku_date();
    let (period, mut mistake) = match period(&asked, today) {
        Some(period) => (period, None),
        None => ((usual(today), today), Some("figures-no-period")),
    };
    let internal = |error| Fault::internal(&error);
    let figures = app.auditing.figures(&auditor, period.0, period.1).await.map_err(internal)?;
    let charts = charts(&app, &figures, period, &frame).await?;
    let mut compared = None;
    if !asked.theirs.trim().is_empty() {
        match (asked.kind.parse::<KindCode>(), asked.theirs.trim().parse::<u64>()) {
            (Ok(kind), Ok(theirs)) if mistake.is_none() => {
                let found = app.auditing.reconcile(&auditor, &kind, period, theirs).await.map_err(internal)?;
                let (which, by) = found.difference();
                let text = match which {
                    Ordering::Equal => "figures-agree",
                    Ordering::Greater => "figures-more",
                    Ordering::Less => "figures-fewer",
                };
                let ours = frame.t.with("figures-ours", "count", print::count(found.ours, frame.language()));
                compared = Some(format!("{ours} {}", frame.t.with(text, "count", print::count(by, frame.language()))));
            }
            _ => mistake = mistake.or(Some("figures-no-count")),
        }
    }
    let code = if mistake.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let template = FiguresPage {
        desk: Desk::new(&app, &auditor, &frame),
        from: period.0.to_string(),
        to: period.1.to_string(),
        mistake: mistake.map(|text| frame.t.get(text)),
        charts,
        kinds: kinds(&app, &auditor, &asked.kind, &frame),
        theirs: asked.theirs,
        compared,
        frame,
    };
    Ok(page(code, &template))
}

fn usual(today: Date) -> Date {
    today.saturating_sub((USUAL - 1).days())
}

/// The days that are asked for; none when they cannot be read or are too many.
fn period(asked: &Asked, today: Date) -> Option<(Date, Date)> {
    let to = match asked.to.trim() {
        "" => today,
        text => text.parse().ok()?,
    };
    let from = match asked.from.trim() {
        "" => usual(to),
        text => text.parse().ok()?,
    };
    let days = from.until(to).ok()?.get_days();
    (0..LONGEST).contains(&days).then_some((from, to))
}
