//! `/sandbox`: what the demonstration gives to present, each with the answer it must get, to be tried at once.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::fault::Fault;
use super::frame::{Frame, page};
use super::visitor::Visitor;
use crate::app::{App, Expected, Sample};
use crate::routes;

/// The samples, one after the other.
#[derive(Template)]
#[template(path = "pages/sandbox.html")]
struct SandboxPage {
    frame: Frame,
    samples: Vec<Shown>,
}

/// A sample as the page shows it.
struct Shown {
    name: &'static str,
    shows: String,
    /// The verdict or the problem, as the API names it.
    expected: &'static str,
    /// Whether nothing is verified, since it is a slip of the hand.
    problem: bool,
    number: Option<String>,
    code: Option<String>,
    qr: Option<String>,
    /// Where its file is.
    file: Option<String>,
}

/// `GET /sandbox`.
pub(super) async fn list(State(app): State<App>, visitor: Visitor) -> Result<Response, Fault> {
    let demonstration = app.demonstration.as_ref().ok_or(Fault::NotFound)?;
    let frame = Frame::new(&app, &visitor, routes::SANDBOX_PAGE);
    let samples = demonstration.sandbox.samples().iter().map(|sample| Shown::of(sample, &frame)).collect();
    Ok(page(StatusCode::OK, &SandboxPage { frame, samples }))
}

impl Shown {
    fn of(sample: &Sample, frame: &Frame) -> Self {
        Self {
            name: sample.name,
            shows: sample.shows.text(frame.language()).to_owned(),
            expected: sample.expected.slug(),
            problem: matches!(sample.expected, Expected::Problem(_)),
            number: sample.number.map(|number| number.to_string()),
            code: sample.code.clone(),
            qr: sample.qr.clone(),
            file: sample.file.as_ref().map(|_| routes::SANDBOX_FILE.replace("{name}", sample.name)),
        }
    }

    /// What is typed into the verification's field when the sample is tried: the most telling that it has.
    fn typed(&self) -> Option<&str> {
        [&self.code, &self.qr, &self.number].into_iter().flatten().next().map(String::as_str)
    }
}
