//! `/v`: the page that a QR opens, where anybody types a number or a code or gives a file. Only `POST` verifies.

use askama::Template;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::asking::AskingByPage;
use super::fault::{self, Fault};
use super::forms::{Sent, SentFile};
use super::frame::{Frame, page};
use super::session;
use super::signed::SignedKind;
use super::verdict::VerdictPage;
use super::visitor::Visitor;
use crate::app::{App, Client, budget_fields, discard};
use crate::door::{Pass, Side};
use crate::routes;
use crate::verification::{NotPresented, Presented, Verdict};

/// The empty form, or the form with a hint.
#[derive(Template)]
#[template(path = "pages/verify.html")]
pub(super) struct VerifyPage {
    frame: Frame,
    forms: Forms,
    kinds: Vec<SignedKind>,
}

impl VerifyPage {
    /// The page on which nothing was typed yet.
    pub(super) fn empty(app: &App, frame: Frame) -> Self {
        Self { kinds: SignedKind::all(app, frame.t), frame, forms: Forms::default() }
    }
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
    let frame = frame(&app, &visitor, routes::VERIFY).await;
    asking(&app, frame, StatusCode::OK, Forms::default())
}

/// `POST /v`: verifies what was typed, pasted or scanned.
pub(super) async fn typed(
    State(app): State<App>,
    Client(network): Client,
    AskingByPage(asker): AskingByPage,
    visitor: Visitor,
    Sent(Typed { what, digest }): Sent<Typed>,
) -> Response {
    let frame = frame(&app, &visitor, routes::VERIFY).await;
    let presented = if digest.is_empty() { Presented::typed(&what) } else { Presented::digest(&digest) };
    match presented {
        Ok(presented) => {
            let side = Side { network, asker: asker.as_ref() };
            match app.let_in(side, &presented) {
                Ok(pass) => verified(&app, side, pass, frame, presented).await,
                Err(refusal) => fault::limited(&refusal),
            }
        }
        Err(error) => {
            let hint = Some(frame.t.get(hint(error, &what)));
            asking(&app, frame, StatusCode::UNPROCESSABLE_ENTITY, Forms { typed: what, hint, file_hint: None })
        }
    }
}

/// `POST /v/file`: verifies a file.
pub(super) async fn file(
    State(app): State<App>,
    Client(network): Client,
    AskingByPage(asker): AskingByPage,
    visitor: Visitor,
    request: Request,
) -> Result<Response, Fault> {
    let side = Side { network, asker: asker.as_ref() };
    let pass = match app.let_in_file(side) {
        Ok(pass) => pass,
        Err(refusal) => {
            discard(request.into_body(), app.upload_bytes).await;
            return Ok(fault::limited(&refusal));
        }
    };
    let frame = frame(&app, &visitor, routes::VERIFY).await;
    let (status, file_hint) = match SentFile::receive(&app, side, request).await {
        Ok(SentFile(bytes, upload)) if !bytes.is_empty() => {
            let answer = verified(&app, side, pass, frame, Presented::File(bytes)).await;
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

async fn verified(app: &App, side: Side<'_>, pass: Pass, frame: Frame, presented: Presented) -> Response {
    let (verification, budget) = match app.verify(side, pass, presented).await {
        Ok(verified) => verified,
        Err(refusal) => return fault::limited(&refusal),
    };
    let status = match verification.verdict {
        Verdict::Indeterminate => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::OK,
    };
    (budget_fields(&budget), page(status, &VerdictPage::new(app, frame, &verification))).into_response()
}

/// The frame of the page at `path`, for whoever is signed in or not.
pub(super) async fn frame(app: &App, visitor: &Visitor, path: &str) -> Frame {
    let frame = Frame::new(app, visitor, path);
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
