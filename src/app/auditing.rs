//! The auditor behind a request: on a page by the cookie of her session and nothing else, in a call also by a credential that
//! she answers for; everybody else is refused.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::{App, Unwelcome, recognise};
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

/// The auditor behind a call of her own program, and the name of the credential that it showed; none with her session's
/// cookie. A credential that is shown and not good is refused, whatever the cookie.
#[derive(Debug, Clone)]
pub struct AuditingByCall(pub Auditor, pub Option<String>);

/// A call that is not an auditor's.
#[derive(Debug)]
pub enum NotCalling {
    /// By a credential.
    Unwelcome(Unwelcome),
    /// By a session, or by nothing.
    NotAuditing(NotAuditing),
}

impl FromRequestParts<App> for AuditingByCall {
    type Rejection = NotCalling;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, NotCalling> {
        let refused = |reason| NotCalling::Unwelcome(Unwelcome(reason));
        if let Some(admitted) = recognise(parts, app).await.map_err(refused)? {
            let (auditor, asker) = app.admission.auditor(admitted).await.map_err(refused)?;
            return Ok(Self(auditor, Some(asker.by)));
        }
        let auditing = Auditing::from_request_parts(parts, app).await.map_err(NotCalling::NotAuditing)?;
        Ok(Self(auditing.0, None))
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
