//! Taking a certificate: what the registry says first, then one form, then one certificate however often it is sent.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;

use super::fault::Fault;
use super::forms::Sent;
use super::frame::{Frame, page};
use super::home;
use super::session::{self, SignedIn, see_other};
use super::sheet::{self, Body, Line, Passage, Sheet};
use super::visitor::Visitor;
use crate::app::App;
use crate::catalogue::{Kind, Language};
use crate::certificate::Recipient;
use crate::issuance::{IdempotencyKey, IssueError, IssueRequest, Question, sentences};
use crate::routes;

/// The form, with what the registry says.
#[derive(Template)]
#[template(path = "pages/take.html")]
struct TakePage {
    frame: Frame,
    kind: Arc<Kind>,
    place: usize,
    sheet: Sheet,
    /// Made with the form: a second press of the button, or a reload, sends the same.
    key: String,
    sent: Wish,
    hint: Option<Hint>,
}

/// Why nothing was issued.
#[derive(Template)]
#[template(path = "pages/refused.html")]
struct RefusedPage {
    frame: Frame,
    title: String,
    approval: bool,
    refusal: String,
    shown: Vec<Line>,
    tables: Vec<Passage>,
}

/// What the form sends.
#[derive(Deserialize, Default)]
pub(super) struct Wish {
    #[serde(default)]
    place: usize,
    #[serde(default)]
    key: String,
    #[serde(default)]
    purpose: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    recipient: String,
    #[serde(default)]
    voen: String,
}

/// A slip in the form, and the field it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hint {
    Name,
    LongName,
    Voen,
}

impl Hint {
    fn text(self) -> &'static str {
        match self {
            Self::Name => "take-recipient-missing",
            Self::LongName => "take-recipient-long",
            Self::Voen => "take-recipient-voen-wrong",
        }
    }
}

/// `GET /take/{place}`: the form. The registry is asked; nothing is issued.
pub(super) async fn form(
    State(app): State<App>,
    visitor: Visitor,
    Path(place): Path<String>,
) -> Result<Response, Fault> {
    let place = place.parse().map_err(|_| Fault::NotFound)?;
    let Some(signed_in) = session::signed_in(&app, &visitor).await? else {
        return Ok(home::sign_in_first(&app, &visitor));
    };
    let kind = offered(&app, place).ok_or(Fault::NotFound)?;
    filled(&app, &visitor, &signed_in, kind, Wish { place, ..Wish::default() }, None).await
}

/// `POST /take`: issues, and leads to the certificate.
pub(super) async fn take(State(app): State<App>, visitor: Visitor, Sent(wish): Sent<Wish>) -> Result<Response, Fault> {
    let Some(signed_in) = session::signed_in(&app, &visitor).await? else {
        return Ok(home::sign_in_first(&app, &visitor));
    };
    let kind = offered(&app, wish.place).ok_or(Fault::Malformed)?;
    let key: IdempotencyKey = wish.key.parse().map_err(|_| Fault::Malformed)?;
    let recipient = match recipient(&wish) {
        Ok(recipient) => recipient,
        Err(hint) => return filled(&app, &visitor, &signed_in, kind, wish, Some(hint)).await,
    };
    let request = request(&kind, &signed_in, Some(wish.purpose).filter(|purpose| !purpose.is_empty()), recipient);
    match app.issuance.issue(request, signed_in.actor, Some(key)).await {
        Ok(issued) => Ok(see_other(&routes::MINE_ONE.replace("{id}", &issued.id.to_string()))),
        Err(error) => Ok(refused(&app, &visitor, &kind, wish.place, &error)),
    }
}

/// The kind at a place of today's list.
fn offered(app: &App, place: usize) -> Option<Arc<Kind>> {
    home::offered(app).into_iter().nth(place)
}

fn request(kind: &Kind, signed_in: &SignedIn, purpose: Option<String>, recipient: Recipient) -> IssueRequest {
    let subject = Question::about(&signed_in.person.holder);
    IssueRequest { kind: kind.code.clone(), subject, purpose, recipient }
}

/// The form with what the person has filled in already.
async fn filled(
    app: &App,
    visitor: &Visitor,
    signed_in: &SignedIn,
    kind: Arc<Kind>,
    sent: Wish,
    hint: Option<Hint>,
) -> Result<Response, Fault> {
    let asked = request(&kind, signed_in, None, Recipient::WhereRequired);
    let content = match app.issuance.preview(&asked, &signed_in.actor).await {
        Ok((_, content)) => content,
        Err(error) => return Ok(refused(app, visitor, &kind, sent.place, &error)),
    };
    let frame = Frame::new(app, visitor, &path(sent.place)).for_holder();
    let sheet = Sheet::before(&kind, &signed_in.person.holder, &content, frame.t);
    let key = if sent.key.is_empty() {
        BASE64URL_NOPAD.encode(&app.random.bytes::<18>().map_err(|error| Fault::internal(&error))?)
    } else {
        sent.key.clone()
    };
    let status = if hint.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(page(status, &TakePage { frame, kind, place: sent.place, sheet, key, sent, hint }))
}

fn refused(app: &App, visitor: &Visitor, kind: &Kind, place: usize, error: &IssueError) -> Response {
    let frame = Frame::new(app, visitor, &path(place)).for_holder();
    let approval = matches!(error, IssueError::NeedsApproval { .. });
    let (mut shown, mut tables) = (Vec::new(), Vec::new());
    if let IssueError::Condition(unmet) = error {
        (shown, tables) = sheet::shown(kind, &unmet.shown, frame.language());
    }
    let status = match error {
        IssueError::UnknownPurpose | IssueError::UnknownKind => StatusCode::UNPROCESSABLE_ENTITY,
        IssueError::NotPermitted => StatusCode::FORBIDDEN,
        error if error.slug() == "internal" => {
            tracing::error!(error = error as &dyn std::error::Error, "a certificate could not be made");
            StatusCode::INTERNAL_SERVER_ERROR
        }
        _ => StatusCode::CONFLICT,
    };
    let refusal = sentences::refusal(error, frame.language());
    page(
        status,
        &RefusedPage { title: kind.title.text(frame.language()).to_owned(), approval, refusal, shown, tables, frame },
    )
}

fn path(place: usize) -> String {
    routes::TAKE_ONE.replace("{place}", &place.to_string())
}

fn recipient(wish: &Wish) -> Result<Recipient, Hint> {
    if wish.to != "named" {
        return Ok(Recipient::WhereRequired);
    }
    let name = wish.recipient.trim();
    if name.is_empty() {
        return Err(Hint::Name);
    }
    let voen = match wish.voen.trim() {
        "" => None,
        text => Some(text.parse().map_err(|_| Hint::Voen)?),
    };
    Recipient::named(name, voen).ok_or(Hint::LongName)
}

impl TakePage {
    fn language(&self) -> Language {
        self.frame.language()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(to: &str, recipient: &str, voen: &str) -> Wish {
        Wish { to: to.into(), recipient: recipient.into(), voen: voen.into(), ..Wish::default() }
    }

    #[test]
    fn a_recipient_is_nobody_in_particular_or_well_named() {
        assert_eq!(recipient(&wish("any", "left over", "")), Ok(Recipient::WhereRequired));
        assert!(matches!(recipient(&wish("named", " Nümunə Bank ", "9900000141")), Ok(Recipient::Named { .. })));
        assert_eq!(recipient(&wish("named", "  ", "")), Err(Hint::Name));
        assert_eq!(recipient(&wish("named", "Nümunə Bank", "9900000151")), Err(Hint::Voen));
        assert_eq!(recipient(&wish("named", &"B".repeat(201), "")), Err(Hint::LongName));
    }
}
