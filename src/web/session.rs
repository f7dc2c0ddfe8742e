//! Signing in and out: a session lives on the server, the cookie holds only its name and no script can read it.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::fault::Fault;
use super::forms::Sent;
use super::visitor::{Session, Visitor};
use crate::app::{App, Person};
use crate::auth::Actor;
use crate::routes;

/// What the form of the citizens sends: which of them, by her place in the list.
#[derive(Deserialize)]
pub(super) struct Choice {
    person: usize,
}

/// A signed-in citizen of the demonstration.
pub(super) struct SignedIn {
    /// As the acts know her.
    pub(super) actor: Actor,
    /// As the demonstration knows her.
    pub(super) person: Person,
}

/// `POST /sign-in`: opens a session for a fictional citizen.
pub(super) async fn sign_in(State(app): State<App>, Sent(choice): Sent<Choice>) -> Result<Response, Fault> {
    let people = app.demonstration.as_ref().map_or(&[][..], |demonstration| &demonstration.people);
    let person = people.get(choice.person).ok_or(Fault::Malformed)?;
    let token = app.sessions.open(&person.holder.fin).await.map_err(|error| Fault::internal(&error))?;
    Ok((cookie(&app, &token, ""), see_other(routes::HOME)).into_response())
}

/// `POST /sign-out`: ends the session here, and the cookie there.
pub(super) async fn sign_out(State(app): State<App>, visitor: Visitor) -> Result<Response, Fault> {
    if let Some(session) = &visitor.session {
        app.sessions.close(&session.0).await.map_err(|error| Fault::internal(&error))?;
    }
    Ok((cookie(&app, "", "; Max-Age=0"), see_other(routes::HOME)).into_response())
}

/// Who is signed in, if anybody.
pub(super) async fn signed_in(app: &App, visitor: &Visitor) -> Result<Option<SignedIn>, Fault> {
    let (Some(session), Some(demonstration)) = (&visitor.session, &app.demonstration) else { return Ok(None) };
    let actor = app.sessions.actor(&session.0).await.map_err(|error| Fault::internal(&error))?;
    let Some(actor) = actor else { return Ok(None) };
    let Actor::Holder { fin, .. } = &actor else { return Ok(None) };
    let person = demonstration.people.iter().find(|person| person.holder.fin == *fin).cloned();
    Ok(person.map(|person| SignedIn { actor, person }))
}

/// Whether the citizen of a session is one whom these pages are for.
pub(super) async fn knows(app: &App, token: &str) -> Result<bool, Fault> {
    let visitor = Visitor { session: Some(Session(token.to_owned())), ..Visitor::default() };
    Ok(signed_in(app, &visitor).await?.is_some())
}

/// The cookie's name. The prefix `__Host-` binds it to this very host, and browsers take it over HTTPS only.
pub(super) fn cookie_name(app: &App) -> &'static str {
    if is_secure(app) { "__Host-session" } else { "session" }
}

/// Whether the service is reached over HTTPS.
pub(super) fn is_secure(app: &App) -> bool {
    app.public_url.starts_with("https://")
}

/// An answer that leads on to a page of ours by `GET`, so that a reload repeats nothing.
pub(super) fn see_other(path: &str) -> Response {
    let location = HeaderValue::try_from(path).unwrap_or(HeaderValue::from_static(routes::HOME));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location), (header::CACHE_CONTROL, NO_STORE)]).into_response()
}

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// The cookie of a citizen's session; `age` ends it, or is nothing.
pub(super) fn cookie(app: &App, token: &str, age: &str) -> [(header::HeaderName, String); 1] {
    let secure = if is_secure(app) { "; Secure" } else { "" };
    let name = cookie_name(app);
    [(header::SET_COOKIE, format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict{secure}{age}"))]
}
