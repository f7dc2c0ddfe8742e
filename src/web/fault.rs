//! What a person sees instead of a page: which fault it was, what to do, and the request's number.

use askama::Template;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{Extension, IntoResponse, Response};

use super::desk;
use super::frame::{Frame, page};
use super::visitor::Visitor;
use crate::app::{App, limited_fields};
use crate::door::Limited;
use crate::routes;

/// Why there is no page. A handler answers with one; the guard dresses it in the reader's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// There is nothing here, or nothing for whoever asks: the same answer, so that nothing is learnt.
    NotFound,
    /// The request was sent by another site.
    Forbidden,
    /// What shows which organisation asks is not good.
    Unwelcome,
    /// Nobody is signed in where somebody must be.
    SignedOut,
    /// Whoever is signed in has not the role for it.
    WithoutRole,
    /// The form is another session's: somebody else signed in meanwhile.
    OtherSession,
    /// Nobody was signed in; the word ends the names of its texts.
    SignIn(&'static str, StatusCode),
    /// The path knows no such method.
    Method,
    /// The form cannot be read.
    Malformed,
    /// What was sent is too large.
    TooLarge,
    /// The side asks too often; the answer has the fields that say how long to wait.
    Limited,
    /// There is no room for another file now.
    Busy,
    /// Something failed inside; telemetry knows what.
    Internal,
}

#[derive(Template)]
#[template(path = "pages/fault.html")]
struct FaultPage {
    frame: Frame,
    title: String,
    advice: String,
    request: Option<String>,
    home: String,
    /// The page's script tells it from an answer by this.
    limited: bool,
}

impl Fault {
    /// Something inside failed; what it was is told to telemetry only.
    pub(super) fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error, "a page could not be made");
        Self::Internal
    }

    fn status(self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden | Self::Unwelcome | Self::WithoutRole => StatusCode::FORBIDDEN,
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::SignIn(_, status) => status,
            Self::OtherSession => StatusCode::CONFLICT,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Limited => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The fault behind a bare status that no handler of ours gave.
    fn of(status: StatusCode) -> Option<Self> {
        match status {
            StatusCode::NOT_FOUND => Some(Self::NotFound),
            StatusCode::METHOD_NOT_ALLOWED => Some(Self::Method),
            StatusCode::PAYLOAD_TOO_LARGE => Some(Self::TooLarge),
            status if status.is_client_error() => Some(Self::Malformed),
            status if status.is_server_error() => Some(Self::Internal),
            _ => None,
        }
    }
}

/// The fault of a side that asks too often.
pub(super) fn limited(limited: &Limited) -> Response {
    (limited_fields(limited), Fault::Limited).into_response()
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        (self.status(), Extension(self)).into_response()
    }
}

/// Puts a page in place of a bare fault; an answer that says something already stays as it is.
pub(super) fn dressed(response: Response, app: &App, visitor: &Visitor) -> Response {
    let bare = || {
        let media_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        media_type.is_none_or(|media_type| media_type.starts_with("text/plain"))
    };
    let named = response.extensions().get::<Fault>().copied();
    let Some(fault) = named.or_else(|| bare().then(|| Fault::of(response.status())).flatten()) else {
        return response;
    };
    if fault == Fault::SignedOut {
        return desk::sign_in_first(app, visitor);
    }
    let frame = Frame::new(app, visitor, routes::VERIFY);
    let texts = frame.t;
    let code = fault.status().as_u16();
    let advice = match fault {
        Fault::Limited => texts.with("fault-429", "seconds", seconds_to_wait(&response)),
        Fault::TooLarge => texts.with("fault-413", "megabytes", app.upload_bytes / 1_000_000),
        Fault::Unwelcome => texts.get("fault-unwelcome"),
        Fault::WithoutRole => texts.get("fault-without-role"),
        Fault::SignIn(reason, _) => texts.get(&format!("fault-sign-in-{reason}")),
        _ => texts.get(&format!("fault-{code}")),
    };
    let home = frame.to(match fault {
        Fault::WithoutRole | Fault::OtherSession => routes::DESK_SIGN_IN,
        Fault::SignIn(..) if app.demonstration.is_none() => routes::DESK_SIGN_IN,
        _ if app.demonstration.is_some() => routes::HOME,
        _ => routes::VERIFY,
    });
    let title = match fault {
        Fault::Unwelcome => texts.get("fault-unwelcome-title"),
        Fault::WithoutRole => texts.get("fault-without-role-title"),
        Fault::SignIn(..) => texts.get("fault-sign-in-title"),
        _ => texts.get(&format!("fault-{code}-title")),
    };
    let mut told = page(
        fault.status(),
        &FaultPage { frame, title, advice, request: visitor.request.clone(), home, limited: fault == Fault::Limited },
    );
    if fault == Fault::Limited {
        for name in ["retry-after", "ratelimit", "ratelimit-policy"] {
            if let Some(value) = response.headers().get(name) {
                told.headers_mut().insert(HeaderName::from_static(name), value.clone());
            }
        }
    }
    told
}

fn seconds_to_wait(response: &Response) -> usize {
    let text = response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    text.and_then(|text| text.parse().ok()).unwrap_or(1)
}
