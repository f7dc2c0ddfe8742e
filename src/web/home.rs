//! The demonstration's first page: what this is, who one may sign in as, and which certificates can be taken.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::fault::Fault;
use super::frame::{Frame, page};
use super::session::{self, SignedIn};
use super::visitor::Visitor;
use crate::app::{App, Person};
use crate::catalogue::{Kind, Lifecycle};
use crate::routes;

/// For somebody who is not signed in.
#[derive(Template)]
#[template(path = "pages/welcome.html")]
struct WelcomePage {
    frame: Frame,
    people: Vec<Person>,
    /// Whether there is a provider that says which citizen somebody is.
    provider: bool,
    /// Whether she came from a page that needs signing in.
    needed: bool,
}

/// For somebody who is.
#[derive(Template)]
#[template(path = "pages/home.html")]
struct HomePage {
    frame: Frame,
    person: Person,
    offers: Vec<Offer>,
    certificates: usize,
}

/// A kind as the list offers it.
struct Offer {
    title: String,
    issuer: String,
    terms: String,
    /// The form for it; none for a kind that the agency must approve.
    link: Option<String>,
}

/// `GET /`.
pub(super) async fn home(State(app): State<App>, visitor: Visitor) -> Result<Response, Fault> {
    let Some(SignedIn { actor, person }) = session::signed_in(&app, &visitor).await? else {
        return Ok(welcome(&app, &visitor, StatusCode::OK));
    };
    let certificates = app.issuance.held_by(&actor).await.map_err(|error| Fault::internal(&error))?.len();
    let frame = Frame::new(&app, &visitor, routes::HOME).for_holder();
    let offers = offered(&app).into_iter().enumerate().map(|(place, kind)| Offer::of(place, &kind, &frame)).collect();
    Ok(page(StatusCode::OK, &HomePage { frame, person, offers, certificates }))
}

/// The kinds that are issued today, in the order of the list.
pub(super) fn offered(app: &App) -> Vec<Arc<Kind>> {
    let today = app.clock.now().baku_date();
    let codes = app.catalogue.codes().into_iter();
    codes.filter_map(|code| app.catalogue.in_force(code, today)).cloned().collect()
}

/// The page of a person who must sign in before she sees what she asked for.
pub(super) fn sign_in_first(app: &App, visitor: &Visitor) -> Response {
    welcome(app, visitor, StatusCode::UNAUTHORIZED)
}

fn welcome(app: &App, visitor: &Visitor, status: StatusCode) -> Response {
    let people = app.demonstration.as_ref().map(|demonstration| demonstration.people.clone()).unwrap_or_default();
    let frame = Frame::new(app, visitor, routes::HOME);
    let provider = app.sign_in.provider.as_ref().is_some_and(|provider| provider.knows_fin());
    page(status, &WelcomePage { frame, people, provider, needed: status != StatusCode::OK })
}

impl Offer {
    fn of(place: usize, kind: &Kind, frame: &Frame) -> Self {
        let texts = frame.t;
        let (terms, instant) = match (kind.lifecycle, kind.validity.days) {
            (Lifecycle::Routed { working_days }, _) => (texts.with("home-needs-approval", "days", working_days), false),
            (Lifecycle::Instant, Some(days)) => (texts.with("home-valid-days", "days", days), true),
            (Lifecycle::Instant, None) => (texts.get("home-valid-always"), true),
        };
        Self {
            title: kind.title.text(texts.0).to_owned(),
            issuer: kind.issuer.name.text(texts.0).to_owned(),
            terms,
            link: instant.then(|| frame.to(&routes::TAKE_ONE.replace("{place}", &place.to_string()))),
        }
    }
}
