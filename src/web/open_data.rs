//! `/open-data` and the page about the agencies: what anybody may know, made of what is published and of nothing else.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::fault::Fault;
use super::frame::{Frame, page};
use super::texts::Texts;
use super::visitor::Visitor;
use crate::app::App;
use crate::catalogue::print;
use crate::open_data::{AgencyFigures, Dataset, Took, file_of};
use crate::routes;

/// What is published, and where.
#[derive(Template)]
#[template(path = "pages/open-data.html")]
struct OpenDataPage {
    frame: Frame,
    publisher: String,
    licence: String,
    last_day: String,
    datasets: Vec<Published>,
}

/// A dataset with its files.
struct Published {
    name: &'static str,
    title: String,
    help: String,
    columns: String,
    schema: String,
    years: Vec<Files>,
}

struct Files {
    year: i16,
    csv: String,
    json: String,
}

/// The agencies.
#[derive(Template)]
#[template(path = "pages/agencies.html")]
struct AgenciesPage {
    frame: Frame,
    first: String,
    last: String,
    ranking: bool,
    agencies: Vec<Agency>,
}

struct Agency {
    name: String,
    /// Whether anything is told of it beside what it issues.
    has_figures: bool,
    voen: String,
    issued: String,
    half: String,
    most: String,
    answers: String,
    kinds: Vec<(String, String)>,
}

/// `GET /open-data`.
pub(super) async fn list(State(app): State<App>, visitor: Visitor) -> Result<Response, Fault> {
    let frame = Frame::new(&app, &visitor, routes::OPEN_DATA);
    let mut datasets = Vec::new();
    for dataset in Dataset::ALL {
        let years = app.open_data.years(dataset).await.map_err(|error| Fault::internal(&error))?;
        datasets.push(Published::of(dataset, &years, frame.t));
    }
    let terms = &app.open_data.terms;
    let (publisher, licence) = (terms.publisher.clone(), terms.licence.clone());
    let last_day = print::date(app.open_data.last_day());
    Ok(page(StatusCode::OK, &OpenDataPage { frame, publisher, licence, last_day, datasets }))
}

/// `GET /open-data/agencies`.
pub(super) async fn agencies(State(app): State<App>, visitor: Visitor) -> Result<Response, Fault> {
    let frame = Frame::new(&app, &visitor, routes::AGENCIES);
    let figures = app.open_data.agencies().await.map_err(|error| Fault::internal(&error))?;
    let agencies = figures.agencies.iter().map(|agency| Agency::of(agency, frame.t)).collect();
    let (first, last) = (print::date(figures.first), print::date(figures.last));
    let ranking = app.open_data.terms.ranking;
    Ok(page(StatusCode::OK, &AgenciesPage { frame, first, last, ranking, agencies }))
}

impl Published {
    fn of(dataset: Dataset, years: &[i16], texts: Texts) -> Self {
        let (title, help) = match dataset {
            Dataset::Issuances => ("open-data-issuances", "open-data-issuances-help"),
            Dataset::Verifications => ("open-data-verifications", "open-data-verifications-help"),
        };
        let file = |year: i16, ending: &str| file_of(dataset, &format!("{year}.{ending}"));
        let years = years.iter().rev().map(|&year| Files { year, csv: file(year, "csv"), json: file(year, "json") });
        Self {
            name: dataset.slug(),
            title: texts.get(title),
            help: texts.get(help),
            columns: dataset.columns().join(", "),
            schema: file_of(dataset, "schema.json"),
            years: years.collect(),
        }
    }
}

impl Agency {
    fn of(figures: &AgencyFigures, texts: Texts) -> Self {
        let at_least = |count: u64| match count {
            0 => texts.get("agencies-hidden"),
            count => texts.with("agencies-at-least", "count", print::count(count, texts.0)),
        };
        let too_few = || texts.get("agencies-too-few");
        let kinds = figures.kinds.iter().map(|kind| (kind.title.text(texts.0).to_owned(), at_least(kind.issued)));
        Self {
            name: figures.name.text(texts.0).to_owned(),
            has_figures: figures.issued > 0 || figures.answers.is_some(),
            voen: figures.voen.to_string(),
            issued: at_least(figures.issued),
            half: figures.half_within.map_or_else(too_few, |took| span(took, texts)),
            most: figures.most_within.map_or_else(too_few, |took| span(took, texts)),
            answers: figures.answers.map_or_else(too_few, |answers| print::percent(answers.0, texts.0)),
            kinds: kinds.collect(),
        }
    }
}

/// How long an issuance took, in words.
pub(super) fn span(took: Took, texts: Texts) -> String {
    texts.get(match took.slug() {
        "under_1s" => "took-1s",
        "under_3s" => "took-3s",
        "under_10s" => "took-10s",
        "under_1m" => "took-1m",
        "under_1h" => "took-1h",
        "under_1d" => "took-1d",
        _ => "took-longer",
    })
}
