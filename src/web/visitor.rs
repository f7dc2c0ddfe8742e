//! The visitor behind a request: her language, her session and the request's number, read once for every page.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};

use crate::app::{cookie, preferred};
use crate::catalogue::Language;

/// The cookie that remembers a chosen language.
pub(super) const LANGUAGE_COOKIE: &str = "lang";

/// The header in which telemetry leaves the request's own id.
const REQUEST_ID: &str = "x-request-id";

/// Who asks, as far as a page needs it.
#[derive(Debug, Clone, Default)]
pub(super) struct Visitor {
    /// The language that the address, else the cookie, else the browser asks for.
    pub(super) language: Language,
    /// Whether the address itself asks for it; then links go on asking.
    pub(super) chosen: bool,
    /// The text of the session's cookie.
    pub(super) session: Option<Session>,
    /// The request's number.
    pub(super) request: Option<String>,
}

/// The text of a session's cookie. `Debug` prints nothing.
#[derive(Clone)]
pub(super) struct Session(pub(super) String);

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Session(…)")
    }
}

impl Visitor {
    /// Reads what a request says of its sender; `session` names the cookie that holds a session.
    pub(super) fn of(uri: &Uri, headers: &HeaderMap, session: &str) -> Self {
        let asked = asked_language(uri);
        let remembered = || cookie(headers, LANGUAGE_COOKIE).and_then(known_language);
        let browser = || headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok().and_then(preferred);
        Self {
            language: asked.or_else(remembered).or_else(browser).unwrap_or_default(),
            chosen: asked.is_some(),
            session: cookie(headers, session).map(|text| Session(text.to_owned())),
            request: headers.get(REQUEST_ID).and_then(|id| id.to_str().ok()).map(str::to_owned),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}

fn asked_language(uri: &Uri) -> Option<Language> {
    let pairs = uri.query()?.split('&');
    pairs.filter_map(|pair| pair.strip_prefix("lang=")).find_map(known_language)
}

/// Only the bare tags: what comes from a cookie or an address is one of three words or nothing.
fn known_language(tag: &str) -> Option<Language> {
    Language::ALL.into_iter().find(|language| language.tag() == tag)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn visitor(uri: &str, headers: &[(header::HeaderName, &'static str)]) -> Visitor {
        let headers = headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
        Visitor::of(&uri.parse().unwrap(), &headers.collect(), "session")
    }

    #[test]
    fn the_address_goes_before_the_cookie_and_that_before_the_browser() {
        let headers = [(header::COOKIE, "a=b; lang=ru"), (header::ACCEPT_LANGUAGE, "en")];
        assert_eq!(visitor("/v?lang=az", &headers).language, Language::Az);
        assert_eq!(visitor("/v", &headers).language, Language::Ru);
        assert_eq!(visitor("/v", &headers[1..]).language, Language::En);
        assert_eq!(visitor("/v", &[]).language, Language::Az);
    }

    #[test]
    fn an_unknown_language_is_no_language() {
        let visitor = visitor("/v?lang=%3Cscript%3E", &[(header::COOKIE, "lang=\"><b>")]);
        assert_eq!((visitor.language, visitor.chosen), (Language::Az, false));
    }

    #[test]
    fn a_session_is_its_own_cookie_and_never_printed() {
        let visitor = visitor("/", &[(header::COOKIE, "xsession=no; session=secret")]);
        assert_eq!(visitor.session.as_ref().map(|session| session.0.as_str()), Some("secret"));
        assert!(!format!("{visitor:?}").contains("secret"));
    }
}
