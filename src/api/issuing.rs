//! The issuer behind a request: an API token in `Authorization: Bearer`, or a refusal.

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use super::problem::Problem;
use crate::app::App;
use crate::auth::Actor;

/// Whoever issues through the API.
pub(crate) struct Issuing(pub(crate) Actor);

impl FromRequestParts<App> for Issuing {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token =
            header.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let token = token.map(|(_, token)| token.trim());
        token.and_then(|token| app.tokens.authenticate(token)).map(Self).ok_or_else(Problem::unauthenticated)
    }
}
