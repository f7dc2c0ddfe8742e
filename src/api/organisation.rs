//! `GET /api/v1/organisation`: who the service takes you for, so that credentials can be tried before they are relied on.

use axum::Json;
use axum::http::header;
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::Problem;
use crate::app::Known;
use crate::auth::{Admitted, KnownBy, Scope};
use crate::catalogue::Voen;

/// An organisation and the credential it showed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrganisationAnswer {
    #[schema(value_type = String, example = "9900310161")]
    voen: Voen,
    /// As holders see it among those who looked.
    #[schema(example = "“Sınaq Bankı” ASC")]
    name: String,
    /// What it is to the service.
    roles: Vec<RoleAnswer>,
    credential: CredentialAnswer,
}

/// What an organisation is to the service.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum RoleAnswer {
    Verifier,
    Issuer,
    Auditor,
}

/// By what an organisation was known.
#[derive(Debug, Serialize, ToSchema)]
struct CredentialAnswer {
    /// Of the token, or of the client certificate when there is no token.
    #[schema(example = "core-2026")]
    name: String,
    /// The member who answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    member: Option<String>,
    /// Whether a token was sent.
    token: bool,
    /// Whether the connection has a client certificate bound to the organisation.
    certificate: bool,
    /// What may be done with it.
    scopes: Vec<Scope>,
    /// RFC 3339, UTC; none when it does not expire.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<String>,
}

/// Says who the service takes you for
///
/// Send what your system sends: an API token, a client certificate, or both. Whatever is not good about them is told as
/// a problem, each with its own type.
#[utoipa::path(
    get, path = crate::routes::ORGANISATION, operation_id = "organisation", tag = "organisations", security(("token" = []), ("certificate" = [])),
    responses(
        (status = 200, body = OrganisationAnswer),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No token, or one that is unknown, expired or revoked"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "A closed organisation, or a client certificate that is refused or missing"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "The credential cannot be checked now"),
    )
)]
pub(crate) async fn show(Known(admitted): Known) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "no-store")], Json(OrganisationAnswer::of(admitted)))
}

impl OrganisationAnswer {
    fn of(admitted: Admitted) -> Self {
        let roles = [
            (RoleAnswer::Verifier, admitted.verifier),
            (RoleAnswer::Issuer, admitted.issuer),
            (RoleAnswer::Auditor, admitted.auditor),
        ];
        Self {
            voen: admitted.asker.organisation,
            name: admitted.asker.name,
            roles: roles.into_iter().filter_map(|(role, has)| has.then_some(role)).collect(),
            credential: CredentialAnswer {
                name: admitted.asker.by,
                member: admitted.member.map(|(_, name)| name),
                token: matches!(admitted.known_by, KnownBy::Token | KnownBy::Both),
                certificate: matches!(admitted.known_by, KnownBy::Certificate | KnownBy::Both),
                scopes: admitted.scopes.iter().collect(),
                expires_at: admitted.expires_at.map(|end| end.to_string()),
            },
        }
    }
}
