//! The guard before every page: no form of another site is obeyed, and no page is without its protective headers.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::fault::{self, Fault};
use super::session;
use super::visitor::{LANGUAGE_COOKIE, Visitor};
use crate::app::App;
use crate::routes;

/// Nothing but our own files, forms to ourselves, no frame around us, no inline script or style.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; \
     img-src 'self'; connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// No page asks for a device, and nothing on it may.
const NO_DEVICES: &str = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()";
/// The verification page reads QR codes by the camera.
const CAMERA_ONLY: &str = "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()";
/// Where the reader may open her camera: the form, and the verdicts that offer it again.
const WITH_CAMERA: [&str; 3] = [routes::VERIFY, routes::VERIFY_UPPER, routes::VERIFY_FILE];

/// A PDF is shown by the browser's own viewer, which the page's policy would leave without its styles.
const PDF_SECURITY_POLICY: &str = "frame-ancestors 'none'";

/// Lets a request through to the pages, and their answer back.
pub(super) async fn guard(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let visitor = Visitor::of(request.uri(), request.headers(), session::cookie_name(&app));
    let devices = if WITH_CAMERA.contains(&request.uri().path()) { CAMERA_ONLY } else { NO_DEVICES };
    let answer = if changes(request.method()) && !is_our_own(request.headers(), &app.public_url) {
        Fault::Forbidden.into_response()
    } else {
        request.extensions_mut().insert(visitor.clone());
        next.run(request).await
    };
    let mut answer = fault::dressed(answer, &app, &visitor);
    protect(answer.headers_mut(), devices);
    if visitor.chosen {
        remember_language(answer.headers_mut(), &visitor, session::is_secure(&app));
    }
    answer
}

fn changes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Whether a request that changes something was sent by a page of ours, or by no page at all.
///
/// `Sec-Fetch-Site` cannot be forged by a script and decides where there is one. Older browsers send `Origin`, which is
/// `null` from our own forms, since our pages send no referrer; those the cookie's `SameSite` protects.
fn is_our_own(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, None | Some("null")) => true,
        (None, Some(origin)) => {
            let to = text("host");
            origin == public_url || origin.split_once("://").is_some_and(|(_, host)| Some(host) == to)
        }
    }
}

fn protect(headers: &mut HeaderMap, devices: &'static str) {
    let is_pdf = headers.get(header::CONTENT_TYPE).is_some_and(|value| value == "application/pdf");
    let policy = if is_pdf { PDF_SECURITY_POLICY } else { CONTENT_SECURITY_POLICY };
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), devices),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// The language is no secret and no state of ours: one of three words, for a year.
fn remember_language(headers: &mut HeaderMap, visitor: &Visitor, secure: bool) {
    let secure = if secure { "; Secure" } else { "" };
    let tag = visitor.language.tag();
    let cookie = format!("{LANGUAGE_COOKIE}={tag}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly{secure}");
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        headers.append(header::SET_COOKIE, cookie);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(pairs: &[(&'static str, &'static str)]) -> bool {
        let headers =
            pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        is_our_own(&headers.collect(), "https://arayis.example")
    }

    #[test]
    fn forms_of_our_own_pages_are_accepted() {
        assert!(accepted(&[("sec-fetch-site", "same-origin"), ("origin", "null")]));
        assert!(accepted(&[("sec-fetch-site", "none")]));
        assert!(accepted(&[("origin", "https://arayis.example")]));
        assert!(accepted(&[("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080")]));
        assert!(accepted(&[("host", "arayis.example")]));
    }

    #[test]
    fn forms_of_other_sites_are_refused() {
        assert!(!accepted(&[("sec-fetch-site", "cross-site"), ("origin", "https://arayis.example")]));
        assert!(!accepted(&[("sec-fetch-site", "same-site")]));
        assert!(!accepted(&[("origin", "https://arayis.example.evil.example"), ("host", "arayis.example")]));
        assert!(!accepted(&[("origin", "https://evil.example")]));
    }

    #[test]
    fn only_reading_methods_need_no_origin() {
        assert!(!changes(&Method::GET) && !changes(&Method::HEAD));
        assert!(changes(&Method::POST) && changes(&Method::DELETE) && changes(&Method::PUT));
    }
}
