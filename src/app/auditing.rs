//! The auditor behind a request, by the cookie of her session and nothing else; everybody else is refused.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::App;
use crate::auth::{Auditor, NotPermitted};

/// The auditor who asks. Every page and call of the desk takes one, or is for nobody.
#[derive(Debug, Clone)]
pub struct Auditing(pub Auditor);

/// A request that is not an auditor's.
#[derive(Debug)]
pub struct NotAuditing(pub NotPermitted);

impl FromRequestParts<App> for Auditing {
    type Rejection = NotAuditing;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, NotAuditing> {
        let Some(token) = cookie(&parts.headers, member_cookie(app)) else {
            return Err(NotAuditing(NotPermitted::SignedOut));
        };
        app.member_sessions.auditor(token).await.map(Self).map_err(NotAuditing)
    }
}

/// The name of the cookie that holds a member's session. The prefix `__Host-` binds it to this very host, and browsers
/// take it over HTTPS only.
pub fn member_cookie(app: &App) -> &'static str {
    if app.public_url.starts_with("https://") { "__Host-member" } else { "member" }
}

/// What a request's cookie of this name holds.
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value)
}
