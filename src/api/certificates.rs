//! `/api/v1/certificates`: issued, fetched, and changed in status by the agency that answers for them.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::issuing::{Issuing, Revoking};
use super::path::Path;
use super::problem::{Problem, not_changed, not_issued};
use crate::app::{App, Reader};
use crate::catalogue::{Fin, KindCode, Voen};
use crate::certificate::{Number, Recipient, StatusReason};
use crate::issuance::{IdempotencyKey, IssueRequest, Issued, Question};
use crate::revocation::Change;

/// A request for one certificate.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IssueBody {
    #[schema(value_type = String, example = "is-yeri")]
    kind: KindCode,
    /// The holder's FİN.
    #[schema(value_type = String, example = "7DEM001")]
    holder: Fin,
    /// One of the kind's purposes; its first when none is given.
    purpose: Option<String>,
    /// To whom it is to be given; wherever it is asked for when none is named.
    recipient: Option<RecipientBody>,
}

/// An organisation to which a certificate is to be given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecipientBody {
    #[schema(max_length = 200)]
    name: String,
    #[schema(value_type = Option<String>, example = "9900000141")]
    voen: Option<Voen>,
}

/// An issued certificate.
#[derive(Debug, Serialize, ToSchema)]
pub struct IssuedAnswer {
    id: Uuid,
    #[schema(example = "2026-7KQ3-M9XD")]
    number: String,
    /// Secret: whoever has it sees the facts.
    #[schema(example = "7KQ3-M9XD-2T4R-8W0C")]
    code: String,
    #[schema(value_type = String, format = DateTime)]
    issued_at: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    valid_until: Option<String>,
    /// The facts as issued; see the kind's `schema.json`.
    #[schema(value_type = Object)]
    facts: serde_json::Value,
}

/// Why a status changes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReasonBody {
    reason: StatusReason,
}

/// What replaces a certificate.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SuccessorBody {
    /// The number of the new certificate, of the same holder and kind, in force.
    #[schema(example = "2026-M9XD-7KQ3")]
    by: String,
}

/// A certificate's status after a change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StatusAnswer {
    id: Uuid,
    number: String,
    #[schema(value_type = String, example = "revoked")]
    status: crate::certificate::Status,
    #[schema(value_type = String, format = DateTime)]
    since: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<StatusReason>,
}

/// Issues a certificate
///
/// The registry is asked at once. The same `Idempotency-Key` with the same body returns the first certificate again.
#[utoipa::path(
    post, path = crate::routes::CERTIFICATES, tag = "issuing", request_body = IssueBody, security(("token" = []), ("certificate" = [])),
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 128 visible ASCII characters, kept 30 days"),
        ("Accept-Language" = Option<String>, Header, description = "`az` (default), `en` or `ru`"),
    ),
    responses(
        (status = 201, body = IssuedAnswer, description = "Issued"),
        (status = 200, body = IssuedAnswer, description = "Issued before, under the same key"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "The request cannot be read"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No token, or one that is unknown, expired or revoked"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not your agency's kind, or a credential that may not issue"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Nothing was issued: the agency must approve, the condition is not met, or the registry's record does not suffice"),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "Issued before under this key, and erased since"),
        (status = 413, body = Problem, content_type = "application/problem+json", description = "The body is too large"),
        (status = 415, body = Problem, content_type = "application/problem+json", description = "Not JSON"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "No such kind or purpose, or a malformed body"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "The registry cannot be asked now, or the credential not checked"),
    )
)]
pub(crate) async fn issue(
    State(app): State<App>,
    Issuing(actor): Issuing,
    Reader(language): Reader,
    headers: HeaderMap,
    body: Result<Json<IssueBody>, JsonRejection>,
) -> Result<Response, Problem> {
    let request = body.map_err(|rejection| malformed(&rejection))?.0.parse()?;
    let key = idempotency_key(&headers)?;
    let issued = app.issuance.issue(request, actor, key).await.map_err(|error| not_issued(&error, language))?;
    Ok(answer(issued))
}

/// Returns one of your agency's certificates
#[utoipa::path(
    get, path = crate::routes::CERTIFICATE, tag = "issuing", security(("token" = []), ("certificate" = [])),
    params(("id" = Uuid, Path, description = "The certificate's id")),
    responses(
        (status = 200, body = IssuedAnswer),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "No id"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No token, or one that is unknown, expired or revoked"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The credential may not do this"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "None of your agency's"),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "Its content was erased"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "The credential cannot be checked now"),
    )
)]
pub(crate) async fn fetch(
    State(app): State<App>,
    Issuing(actor): Issuing,
    Reader(language): Reader,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    let refused = |error| not_issued(&error, language);
    app.issuance.seen_by(id, &actor).await.map_err(refused)?.ok_or_else(Problem::not_found)?;
    app.issuance.issued(id).await.map(answer).map_err(refused)
}

/// Returns the sealed file, bit for bit as it was released
#[utoipa::path(
    get, path = crate::routes::CERTIFICATE_PDF, tag = "issuing", security(("token" = []), ("certificate" = [])),
    params(("id" = Uuid, Path, description = "The certificate's id")),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/pdf"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "No id"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No token, or one that is unknown, expired or revoked"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The credential may not do this"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "None of your agency's, or erased"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "The credential cannot be checked now"),
    )
)]
pub(crate) async fn pdf(
    State(app): State<App>,
    Issuing(actor): Issuing,
    Reader(language): Reader,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    let released = app.issuance.released(id, &actor).await.map_err(|error| not_issued(&error, language))?;
    let (number, bytes) = released.ok_or_else(Problem::not_found)?;
    let name = format!("attachment; filename=\"{number}.pdf\"");
    Ok(([(header::CONTENT_TYPE, "application/pdf"), (header::CONTENT_DISPOSITION, name.as_str()), NO_STORE], bytes)
        .into_response())
}

macro_rules! status_change {
    ($(#[doc = $doc:literal])* $name:ident, $path:expr, $body:ty, |$parsed:ident| $change:expr) => {
        $(#[doc = $doc])*
        #[utoipa::path(
            post, path = $path, tag = "issuing", request_body = $body, security(("token" = []), ("certificate" = [])),
            params(("id" = Uuid, Path, description = "The certificate's id")),
            responses(
                (status = 200, body = StatusAnswer),
                (status = 400, body = Problem, content_type = "application/problem+json", description = "The request cannot be read"),
                (status = 401, body = Problem, content_type = "application/problem+json", description = "No token, or one that is unknown, expired or revoked"),
                (status = 403, body = Problem, content_type = "application/problem+json", description = "The credential may not do this"),
                (status = 404, body = Problem, content_type = "application/problem+json", description = "None of your agency's"),
                (status = 409, body = Problem, content_type = "application/problem+json", description = "The certificate's status does not allow it"),
                (status = 413, body = Problem, content_type = "application/problem+json", description = "The body is too large"),
                (status = 415, body = Problem, content_type = "application/problem+json", description = "Not JSON"),
                (status = 422, body = Problem, content_type = "application/problem+json", description = "A malformed body"),
                (status = 503, body = Problem, content_type = "application/problem+json", description = "The credential cannot be checked now"),
            )
        )]
        pub(crate) async fn $name(
            State(app): State<App>,
            Revoking(actor): Revoking,
            Path(id): Path<Uuid>,
            body: Result<Json<$body>, JsonRejection>,
        ) -> Result<Json<StatusAnswer>, Problem> {
            let $parsed = body.map_err(|rejection| malformed(&rejection))?.0;
            let change: Change = $change;
            let number = number_of(&app, id, &actor).await?;
            let record = app.revocation.change(number, change, actor).await.map_err(|error| not_changed(&error))?;
            Ok(Json(StatusAnswer {
                id: record.id,
                number: record.number.to_string(),
                status: record.standing.status_at(record.valid_until, app.clock.now()),
                since: record.standing_since.to_string(),
                reason: record.standing_reason,
            }))
        }
    };
}

status_change! {
    /// Withdraws a certificate for good
    revoke, crate::routes::REVOCATION, ReasonBody, |body| Change::Revoke(body.named()?)
}
status_change! {
    /// Takes a certificate out of force for now
    suspend, crate::routes::SUSPENSION, ReasonBody, |body| Change::Suspend(body.named()?)
}
status_change! {
    /// Puts a suspended certificate back into force
    reinstate, crate::routes::REINSTATEMENT, ReasonBody, |body| Change::Reinstate(body.named()?)
}
status_change! {
    /// Replaces a certificate by a newer one of the same holder and kind
    supersede, crate::routes::SUPERSESSION, SuccessorBody, |body| {
        let successor: Number = body.by.parse().map_err(|error: crate::certificate::number::NotNumber| Problem::malformed(error.to_string()))?;
        Change::Supersede(successor)
    }
}

const NO_STORE: (header::HeaderName, &str) = (header::CACHE_CONTROL, "no-store");

impl ReasonBody {
    /// That a certificate was replaced is no reason to give: it follows from naming what replaces it.
    fn named(self) -> Result<StatusReason, Problem> {
        match self.reason {
            StatusReason::Superseded => Err(Problem::malformed(format!(
                "`superseded` is the reason of `{}` alone; name another",
                crate::routes::SUPERSESSION
            ))),
            reason => Ok(reason),
        }
    }
}

impl IssueBody {
    fn parse(self) -> Result<IssueRequest, Problem> {
        let recipient = match self.recipient {
            None => Recipient::WhereRequired,
            Some(RecipientBody { name, voen }) => Recipient::named(&name, voen)
                .ok_or_else(|| Problem::malformed("a recipient's name has 1 to 200 printable characters"))?,
        };
        let subject = Question { fin: self.holder, birth_date: None, name: None };
        Ok(IssueRequest { kind: self.kind, subject, purpose: self.purpose, recipient })
    }
}

fn answer(issued: Issued) -> Response {
    let status = if issued.repeated { StatusCode::OK } else { StatusCode::CREATED };
    let location = crate::routes::CERTIFICATE.replace("{id}", &issued.id.to_string());
    (status, [(header::LOCATION, location.as_str()), NO_STORE], Json(IssuedAnswer::of(issued))).into_response()
}

impl IssuedAnswer {
    /// An issued certificate as the API answers it.
    pub fn of(issued: Issued) -> Self {
        Self {
            id: issued.id,
            number: issued.number.to_string(),
            code: issued.code.printed(),
            issued_at: issued.issued_at.to_string(),
            valid_until: issued.valid_until.map(|end| end.to_string()),
            facts: issued.facts,
        }
    }
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<IdempotencyKey>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    text.parse().map(Some).map_err(|error: crate::issuance::NotIdempotencyKey| Problem::malformed(error.to_string()))
}

async fn number_of(app: &App, id: Uuid, actor: &crate::auth::Actor) -> Result<Number, Problem> {
    let held = app.issuance.seen_by(id, actor).await.map_err(|error| Problem::internal(&error))?;
    held.map(|held| held.number).ok_or_else(Problem::not_found)
}

fn malformed(rejection: &JsonRejection) -> Problem {
    super::problem::unreadable(rejection.status(), &rejection.body_text())
}
