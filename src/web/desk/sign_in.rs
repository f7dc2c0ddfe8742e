//! Signing in at the desk and out: each sign-in opens a session of its own, and ends the one that the browser had.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::app::{App, DemonstrationMember, cookie, member_cookie};
use crate::routes;
use crate::web::fault::Fault;
use crate::web::forms::Sent;
use crate::web::frame::{Frame, page};
use crate::web::provider;
use crate::web::session::{is_secure, see_other};
use crate::web::visitor::Visitor;

use super::asking::WithToken;
use super::desk::agency_name;

#[derive(Template)]
#[template(path = "pages/desk/sign-in.html")]
struct SignInPage {
    frame: Frame,
    auditors: Vec<Offered>,
    /// Whether there is a provider to sign in by.
    provider: bool,
    /// Whether she came from a page that needs signing in.
    needed: bool,
}

/// A fictional auditor as the demonstration offers her.
struct Offered {
    name: String,
    organisation: String,
    reach: String,
    /// Whether she decides on erasing too.
    keeper: bool,
}

/// What the form of the fictional auditors sends: which of them, by her place in the list.
#[derive(Deserialize)]
pub(super) struct Choice {
    auditor: usize,
}

/// `GET /desk/sign-in`.
pub(super) async fn form(State(app): State<App>, visitor: Visitor) -> Response {
    shown(&app, &visitor, StatusCode::OK)
}

/// The page of somebody who must sign in before she sees what she asked for.
pub(in crate::web) fn sign_in_first(app: &App, visitor: &Visitor) -> Response {
    shown(app, visitor, StatusCode::UNAUTHORIZED)
}

/// `POST /desk/sign-in`: opens a session for a fictional auditor.
pub(super) async fn sign_in(
    State(app): State<App>,
    headers: HeaderMap,
    Sent(choice): Sent<Choice>,
) -> Result<Response, Fault> {
    let auditors = app.demonstration.as_ref().map_or(&[][..], |demonstration| &demonstration.auditors);
    let DemonstrationMember { id, voen, .. } = auditors.get(choice.auditor).ok_or(Fault::Malformed)?;
    end_former(&app, &headers).await?;
    let token = app.sign_in.demonstrate_member(voen.clone(), *id).await.map_err(|error| Fault::internal(&error))?;
    Ok((session_cookie(&app, &token, ""), see_other(routes::DESK)).into_response())
}

/// `POST /desk/sign-out`: ends the session here, and the cookie there. A page of somebody else's ends nothing.
pub(super) async fn sign_out(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Sent(WithToken { form }): Sent<WithToken>,
) -> Result<Response, Fault> {
    if let Some(token) = cookie(&headers, member_cookie(&app)) {
        let session = app.member_sessions.find(token).await.map_err(|error| Fault::internal(&error))?;
        if session.is_some_and(|session| !session.form.is(&form)) {
            return Err(Fault::OtherSession);
        }
        end_former(&app, &headers).await?;
    }
    let back = format!("{}{}", app.public_url, routes::DESK_SIGN_IN);
    let next = match app.sign_in.end_at_provider(&back).await {
        Some(address) => provider::on_the_way(&app, &visitor, &address, "sign-out-leaving"),
        None => see_other(routes::DESK_SIGN_IN),
    };
    Ok((session_cookie(&app, "", "; Max-Age=0"), next).into_response())
}

/// Ends the session that this browser has, if it has one.
pub(in crate::web) async fn end_former(app: &App, headers: &HeaderMap) -> Result<(), Fault> {
    match cookie(headers, member_cookie(app)) {
        Some(token) => app.sign_in.end_member(token).await.map_err(|error| Fault::internal(&error)),
        None => Ok(()),
    }
}

fn shown(app: &App, visitor: &Visitor, status: StatusCode) -> Response {
    let frame = Frame::new(app, visitor, routes::DESK_SIGN_IN);
    let offered = app.demonstration.iter().flat_map(|demonstration| &demonstration.auditors);
    let auditors = offered.map(|member| Offered::of(app, member, &frame)).collect();
    let provider = app.sign_in.provider.is_some();
    page(status, &SignInPage { frame, auditors, provider, needed: status != StatusCode::OK })
}

impl Offered {
    fn of(app: &App, member: &DemonstrationMember, frame: &Frame) -> Self {
        let reach = match &member.agency {
            Some(agency) => agency_name(app, agency, frame.t),
            None => frame.t.get("desk-all-agencies"),
        };
        let (name, organisation) = (member.name.clone(), member.organisation.clone());
        Self { name, organisation, reach, keeper: member.keeper }
    }
}

/// The cookie of a member's session; `age` ends it, or is nothing.
pub(in crate::web) fn session_cookie(app: &App, token: &str, age: &str) -> [(header::HeaderName, String); 1] {
    let secure = if is_secure(app) { "; Secure" } else { "" };
    let name = member_cookie(app);
    [(header::SET_COOKIE, format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict{secure}{age}"))]
}
