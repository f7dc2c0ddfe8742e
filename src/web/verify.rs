//! `/v`: the page that a QR opens, where anybody types a number or a code or gives a file. Only `POST` verifies.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::fault::Fault;
use super::forms::{Sent, SentFile};
use super::frame::{Frame, page};
use super::session;
use super::signed::SignedKind;
use super::verdict::VerdictPage;
use super::visitor::Visitor;
use crate::app::App;
use crate::routes;
use crate::verification::{NotPresented, Presented, Verdict};

/// The empty form, or the form with a hint.
#[derive(Template)]
#[template(path = "pages/verify.html")]
struct VerifyPage {
    frame: Frame,
    forms: Forms,
    kinds: Vec<SignedKind>,
}

/// The two forms as they stand on a page.
#[derive(Default)]
pub(super) struct Forms {
    /// What was typed before.
    pub(super) typed: String,
    /// What to correct in it.
    pub(super) hint: Option<String>,
    /// What to correct about the file.
    pub(super) file_hint: Option<String>,
}

/// What the first form sends; the script asks about a file's digest by the same form.
#[derive(Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    what: String,
    #[serde(default)]
    digest: String,
}

/// `GET /v`: the form. Whatever stands in the address, nothing is verified and nothing disclosed.
pub(super) async fn form(State(app): State<App>, visitor: Visitor) -> Response {
    let frame = frame(&app, &visitor).await;
    asking(&app, frame, StatusCode::OK, Forms::default())
}

/// `POST /v`: verifies what was typed, pasted or scanned.
pub(super) async fn typed(
    State(app): State<App>,
    visitor: Visitor,
    Sent(Typed { what, digest }): Sent<Typed>,
) -> Response {
    let frame = frame(&app, &visitor).await;
    let presented = if digest.is_empty() { Presented::typed(&what) } else { Presented::digest(&digest) };
    match presented {
        Ok(presented) => verified(&app, frame, presented).await,
        Err(error) => {
            let hint = Some(frame.t.get(hint(error, &what)));
            asking(&app, frame, StatusCode::UNPROCESSABLE_ENTITY, Forms { typed: what, hint, file_hint: None })
        }
    }
}

/// `POST /v/file`: verifies a file.
pub(super) async fn file(
    State(app): State<App>,
    visitor: Visitor,
    sent: Result<SentFile, Fault>,
) -> Result<Response, Fault> {
    let frame = frame(&app, &visitor).await;
    let (status, file_hint) = match sent {
        Ok(SentFile(bytes, upload)) if !bytes.is_empty() => {
            let answer = verified(&app, frame, Presented::File(bytes)).await;
            drop(upload);
            return Ok(answer);
        }
        Ok(_) => (StatusCode::UNPROCESSABLE_ENTITY, frame.t.get("hint-no-file")),
        Err(Fault::TooLarge) => {
            (StatusCode::PAYLOAD_TOO_LARGE, frame.t.with("hint-too-large", "megabytes", frame.megabytes))
        }
        Err(fault) => return Err(fault),
    };
    Ok(asking(&app, frame, status, Forms { file_hint: Some(file_hint), ..Forms::default() }))
}

fn asking(app: &App, frame: Frame, status: StatusCode, forms: Forms) -> Response {
    let kinds = SignedKind::all(app, frame.t);
    page(status, &VerifyPage { frame, forms, kinds })
}

async fn verified(app: &App, frame: Frame, presented: Presented) -> Response {
    let verification = app.verifier.verify(presented, None).await;
    let status = match verification.verdict {
        Verdict::Indeterminate => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::OK,
    };
    page(status, &VerdictPage::new(app, frame, &verification))
}

async fn frame(app: &App, visitor: &Visitor) -> Frame {
    let frame = Frame::new(app, visitor, routes::VERIFY);
    // Verification works without the sessions, as it must when they cannot be read.
    let signed_in = session::signed_in(app, visitor).await.unwrap_or_default();
    if signed_in.is_some() { frame.for_holder() } else { frame }
}

fn hint(error: NotPresented, typed: &str) -> &'static str {
    match error {
        NotPresented::Code(_) => "hint-mistyped",
        _ if typed.trim().is_empty() => "hint-empty",
        _ => "hint-nothing",
    }
}
