//! The way to the provider of the sign-in and back: a page of ours each time, since no form of ours may lead elsewhere.
//!
//! The browser is known again by a cookie that, unlike a session's, comes with a link from another site. What the provider
//! sends it back with is good once and in that browser only. The page at the end leads on by itself: only what our own
//! page leads to is sent the session's cookie.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::desk;
use super::fault::{self, Fault};
use super::forms::Sent;
use super::frame::{Frame, page};
use super::session;
use super::visitor::Visitor;
use crate::app::{App, Client, cookie};
use crate::auth::InvitationCode;
use crate::routes;
use crate::sign_in::{Answer, Side, SignInError, SignedIn};

/// How long the browser is known again: as long as a sign-in waits for it.
const KNOWN_SECONDS: u32 = 600;

/// What the form that begins a sign-in sends.
#[derive(Deserialize)]
pub(super) struct Wanted {
    r#as: Side,
    #[serde(default)]
    invitation: String,
}

/// A page that leads on by itself, and by its link.
#[derive(Template)]
#[template(path = "pages/on-the-way.html")]
struct OnTheWayPage {
    frame: Frame,
    title: String,
    address: String,
}

/// `POST /sign-in/begin`: leads to the provider. The session that the browser has ends here, where its cookie still comes.
pub(super) async fn begin(
    State(app): State<App>,
    Client(network): Client,
    visitor: Visitor,
    headers: HeaderMap,
    Sent(wanted): Sent<Wanted>,
) -> Result<Response, Fault> {
    if let Err(refusal) = app.let_in_to_sign_in(network) {
        return Ok(fault::limited(&refusal));
    }
    let invitation = match wanted.invitation.trim() {
        "" => None,
        text => Some(text.parse::<InvitationCode>().map_err(|_| refused(&SignInError::NoInvitation))?),
    };
    let begun = app.sign_in.begin(wanted.r#as, invitation, cookie(&headers, cookie_name(&app))).await;
    let begun = begun.map_err(|error| refused(&error))?;
    let ended = match wanted.r#as {
        Side::Member => {
            desk::end_former(&app, &headers).await?;
            desk::session_cookie(&app, "", "; Max-Age=0")
        }
        Side::Holder => {
            if let Some(session) = &visitor.session {
                app.sessions.close(&session.0).await.map_err(|error| Fault::internal(&error))?;
            }
            session::cookie(&app, "", "; Max-Age=0")
        }
    };
    let mut answer = on_the_way(&app, &visitor, &begun.address, "sign-in-leaving");
    answer.headers_mut().extend(header_map(ended));
    answer.headers_mut().extend(header_map(browser_cookie(&app, &begun.browser)));
    Ok(answer)
}

/// `GET /sign-in/return`: ends the sign-in with what the provider sent the browser back with.
pub(super) async fn finish(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    answer: Result<Query<Answer>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(answer) = answer.map_err(|_| refused(&SignInError::Lost))?;
    let signed_in = app.sign_in.finish(cookie(&headers, cookie_name(&app)), &answer).await;
    let (cookie, next) = match signed_in.map_err(|error| refused(&error))? {
        SignedIn::Member(token) => (desk::session_cookie(&app, &token, ""), routes::DESK),
        SignedIn::Holder(token) => {
            if !session::knows(&app, &token).await? {
                return Err(Fault::SignIn("no-holder", StatusCode::FORBIDDEN));
            }
            (session::cookie(&app, &token, ""), routes::HOME)
        }
    };
    Ok((cookie, on_the_way(&app, &visitor, next, "sign-in-done")).into_response())
}

/// A page that leads on to an address of ours or of the provider's.
pub(super) fn on_the_way(app: &App, visitor: &Visitor, address: &str, title: &'static str) -> Response {
    let frame = Frame::new(app, visitor, routes::DESK_SIGN_IN);
    let title = match title {
        "sign-in-leaving" => frame.t.get("sign-in-leaving"),
        "sign-out-leaving" => frame.t.get("sign-out-leaving"),
        _ => frame.t.get("sign-in-done"),
    };
    page(StatusCode::OK, &OnTheWayPage { frame, title, address: address.to_owned() })
}

fn refused(error: &SignInError) -> Fault {
    match error {
        SignInError::NoProvider => Fault::NotFound,
        SignInError::Lost => Fault::SignIn("lost", StatusCode::BAD_REQUEST),
        SignInError::Declined(_) => Fault::SignIn("declined", StatusCode::FORBIDDEN),
        SignInError::Provider(_) => Fault::SignIn("provider", StatusCode::BAD_GATEWAY),
        SignInError::NoMember => Fault::SignIn("no-member", StatusCode::FORBIDDEN),
        SignInError::NoInvitation => Fault::SignIn("no-invitation", StatusCode::FORBIDDEN),
        SignInError::PersonTaken => Fault::SignIn("person-taken", StatusCode::FORBIDDEN),
        SignInError::NoFin => Fault::SignIn("no-holder", StatusCode::FORBIDDEN),
        SignInError::Storage(_) | SignInError::Random(_) => Fault::internal(error),
    }
}

fn cookie_name(app: &App) -> &'static str {
    if session::is_secure(app) { "__Host-sign-in" } else { "sign-in" }
}

/// `SameSite=Lax`: the browser comes back by a link from the provider's site.
fn browser_cookie(app: &App, browser: &str) -> [(header::HeaderName, String); 1] {
    let secure = if session::is_secure(app) { "; Secure" } else { "" };
    let name = cookie_name(app);
    let cookie = format!("{name}={browser}; Path=/; HttpOnly; SameSite=Lax; Max-Age={KNOWN_SECONDS}{secure}");
    [(header::SET_COOKIE, cookie)]
}

fn header_map(pairs: [(header::HeaderName, String); 1]) -> HeaderMap {
    pairs.into_iter().filter_map(|(name, value)| Some((name, value.parse().ok()?))).collect()
}
