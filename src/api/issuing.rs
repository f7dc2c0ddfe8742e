//! The issuer behind a request: an organisation whose credential may issue, or change statuses, or a refusal.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::app::{App, KnownAsker, Unwelcome, needed};
use crate::auth::{Actor, Asker};

/// Whoever issues through the API, and reads what it issued.
pub(crate) struct Issuing(pub(crate) Actor);

/// Whoever changes statuses through the API.
pub(crate) struct Revoking(pub(crate) Actor);

impl FromRequestParts<App> for Issuing {
    type Rejection = Unwelcome;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Unwelcome> {
        let KnownAsker(asker, _) = KnownAsker::<needed::Issue>::from_request_parts(parts, app).await?;
        Ok(Self(issuer(asker)))
    }
}

impl FromRequestParts<App> for Revoking {
    type Rejection = Unwelcome;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Unwelcome> {
        let KnownAsker(asker, _) = KnownAsker::<needed::Revoke>::from_request_parts(parts, app).await?;
        Ok(Self(issuer(asker)))
    }
}

fn issuer(asker: Asker) -> Actor {
    Actor::Issuer { organisation: asker.organisation, token: asker.by }
}
