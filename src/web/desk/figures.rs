//! Figures as charts with their tables, and a registry's own count beside ours.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Deserialize;

use super::certificates::kinds;
use super::chart::Chart;
use super::desk::agency_name;
use super::{AuditingByPage, Desk};
use crate::app::App;
use crate::auditing::{DailyFigure, Figures, Took};
use crate::catalogue::{KindCode, print};
use crate::routes;
use crate::web::fault::Fault;
use crate::web::frame::{Frame, page};
use crate::web::open_data::span;
use crate::web::visitor::Visitor;

/// The longest period, in days.
const LONGEST: i32 = 366;
/// The period unless another is asked for, in days.
const USUAL: i64 = 30;
/// How many organisations a chart names.
const NAMED: usize = 20;

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
    let charts = charts(&app, &figures, &frame).await?;
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
                let ours = frame.t.with("figures-ours", "count", found.ours.to_string());
                compared = Some(format!("{ours} {}", frame.t.with(text, "count", by.to_string())));
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

async fn charts(app: &App, figures: &Figures, frame: &Frame) -> Result<Vec<Chart>, Fault> {
    let texts = frame.t;
    let today = app.clock.now().baku_date();
    let kind = |code: &str| {
        let known = code.parse().ok().and_then(|code| app.catalogue.in_force(&code, today));
        known.map_or_else(|| code.to_owned(), |kind| kind.title.text(frame.language()).to_owned())
    };
    let agency = |voen: &str| voen.parse().map_or_else(|_| voen.to_owned(), |voen| agency_name(app, &voen, texts));
    let day = |figure: &DailyFigure| figure.day.to_string();
    let sums = |figures: &[DailyFigure], by: &dyn Fn(&DailyFigure) -> String| largest_first(summed(figures, by));
    let chart = |id, title: &str, summary: &str, head: &str, counts| {
        let heads = (texts.get(head), texts.get("figures-count"));
        Chart::new(id, texts.get(title), texts.get(summary), heads, counts)
    };
    let by_day = summed(&figures.issued, &day).into_iter().map(|(day, count)| {
        let printed = day.parse().map_or_else(|_| day.clone(), print::date);
        (printed, count)
    });
    let mut verifiers = sums(&figures.verified, &|figure| figure.counted.organisation.clone());
    verifiers.truncate(NAMED);
    for (voen, _) in &mut verifiers {
        *voen = match voen.parse() {
            Ok(known) => {
                let organisation = app.auditing.storage.organisation(&known).await;
                let organisation = organisation.map_err(|error| Fault::internal(&error))?;
                organisation.map_or_else(|| voen.clone(), |organisation| organisation.name)
            }
            Err(_) => texts.get("desk-anybody"),
        };
    }
    let took = Took::SPANS.iter().map(|(took, _)| {
        let here = figures.took.iter().filter(|figure| figure.counted.outcome == took.slug());
        (span(*took, texts), here.map(|figure| figure.count).sum())
    });
    let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
    for row in &figures.out_of_force {
        let reason = if row.reason.is_empty() { "—" } else { &row.reason };
        *reasons.entry(reason.to_owned()).or_default() += row.count;
    }
    let plain = |text: &String| text.clone();
    Ok(vec![
        chart("issued-by-day", "figures-issued-by-day", "figures-issued-help", "figures-day", by_day.collect()),
        chart(
            "issued-by-kind",
            "figures-issued-by-kind",
            "figures-issued-help",
            "figures-kind",
            sums(&figures.issued, &|figure| kind(&figure.counted.kind)),
        ),
        chart(
            "issued-by-agency",
            "figures-issued-by-agency",
            "figures-issued-help",
            "figures-agency",
            sums(&figures.issued, &|figure| agency(&figure.counted.issuer)),
        ),
        chart("took", "figures-took", "figures-took-help", "figures-span", took.collect()),
        chart(
            "by-verdict",
            "figures-by-verdict",
            "figures-verified-help",
            "figures-verdict",
            sums(&figures.verified, &|figure| plain(&figure.counted.outcome)),
        ),
        chart(
            "by-basis",
            "figures-by-basis",
            "figures-verified-help",
            "figures-basis",
            sums(&figures.verified, &|figure| plain(&figure.counted.basis)),
        ),
        chart("by-verifier", "figures-by-verifier", "figures-verified-help", "figures-verifier", verifiers),
        chart("by-reason", "figures-by-reason", "figures-reason-help", "figures-reason", largest_first(reasons)),
        chart(
            "answers",
            "figures-answers",
            "figures-answers-help",
            "figures-source",
            sums(&figures.asked, &|figure| format!("{}: {}", figure.counted.source, figure.counted.outcome)),
        ),
    ])
}

fn summed(figures: &[DailyFigure], by: &dyn Fn(&DailyFigure) -> String) -> BTreeMap<String, u64> {
    let mut sums = BTreeMap::new();
    for figure in figures {
        *sums.entry(by(figure)).or_default() += figure.count;
    }
    sums
}

fn largest_first(sums: BTreeMap<String, u64>) -> Vec<(String, u64)> {
    let mut sums: Vec<_> = sums.into_iter().collect();
    sums.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    sums
}
