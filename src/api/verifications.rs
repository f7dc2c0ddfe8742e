//! `POST /api/v1/verifications`: by code, number, digest, QR text or file. Every verdict answers 200, `indeterminate` 503.

use axum::Json;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::FORM_BYTES;
use super::problem::{Problem, limited, not_presented, unreadable};
use crate::app::{App, Asking, Client, NotReceived, Reader, Upload, budget_fields, discard};
use crate::catalogue::Language;
use crate::door::{Pass, Side};
use crate::verification::sentences;
use crate::verification::{
    Basis, CheckName, CheckResult, Disclosed, Finding, Presented, Verdict, Verification, Warning,
};

/// What is to be verified: exactly one of these.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum VerificationRequest {
    /// The printed code, as typed. Discloses the facts.
    #[schema(example = json!({ "code": "7KQ3-M9XD-2T4R-8W0C" }))]
    Code(String),
    /// The printed number, as typed. Discloses the status only.
    #[schema(example = json!({ "number": "2026-7KQ3-M9XD" }))]
    Number(String),
    /// The text of a QR, as a scanner gives it. Discloses the facts.
    Qr(String),
    /// SHA-256 of a file, 64 hexadecimal digits. Discloses the status only.
    Digest(String),
}

/// A file to be verified. Discloses the facts, when it is genuine.
#[derive(ToSchema)]
pub(crate) struct VerificationUpload {
    /// The file.
    #[schema(value_type = String, format = Binary)]
    #[expect(dead_code, reason = "the description is made from this type, the bytes are read from the stream")]
    file: Vec<u8>,
}

/// One act of checking.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerificationAnswer {
    id: Uuid,
    verdict: Verdict,
    basis: Basis,
    /// Always `online` here; an offline check is done elsewhere.
    #[schema(example = "online")]
    mode: &'static str,
    /// RFC 3339, UTC.
    #[schema(value_type = String, format = DateTime)]
    verified_at: String,
    /// The verdict as a sentence, and what to do.
    text: String,
    checks: Vec<CheckAnswer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<CertificateAnswer>,
    /// What your organisation must mind although the verdict stands; told with the facts only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<WarningAnswer>,
    /// A compact JWS (`typ` `earayis-receipt+jwt`) to be kept as evidence; none when nothing could be found out.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<String>,
}

/// One part of a verification.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CheckAnswer {
    name: CheckName,
    result: CheckResult,
    /// From a closed set, unique within the check.
    reason: &'static str,
    /// The reason as words, in the reader's language.
    text: &'static str,
}

/// What to mind although the verdict stands.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WarningAnswer {
    reason: Warning,
    /// The reason as words, in the reader's language.
    text: &'static str,
}

/// What is told of a certificate.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CertificateAnswer {
    #[schema(example = "2026-7KQ3-M9XD")]
    number: String,
    kind: KindAnswer,
    issuer: IssuerAnswer,
    #[schema(value_type = String, format = DateTime)]
    issued_at: String,
    /// When the registry answered.
    #[schema(value_type = String, format = DateTime)]
    as_of: String,
    /// The exclusive end of the validity; none when it does not expire.
    #[schema(value_type = Option<String>, format = DateTime)]
    valid_until: Option<String>,
    #[schema(value_type = String, example = "valid")]
    status: crate::certificate::Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    status_since: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_reason: Option<crate::certificate::StatusReason>,
    /// The number of the certificate that replaced it, told to whoever has the old one.
    #[serde(skip_serializing_if = "Option::is_none")]
    superseded_by: Option<String>,
    /// True for a demonstration's certificate, which has no legal force.
    demonstration: bool,
    /// Told to whoever has the certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    /// The facts as issued, told to whoever has the certificate; see the kind's `schema.json`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    facts: Option<Box<serde_json::value::RawValue>>,
}

/// The kind of a certificate.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct KindAnswer {
    #[schema(value_type = String, example = "is-yeri")]
    code: crate::catalogue::KindCode,
    version: u32,
    /// In the reader's language.
    title: String,
}

/// The agency in whose name a certificate was issued.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct IssuerAnswer {
    #[schema(value_type = String, example = "9900000141")]
    voen: crate::catalogue::Voen,
    /// In the reader's language.
    name: String,
}

/// Verifies a certificate
///
/// A number or a digest gives the status only; a code, a QR or the file itself gives the facts as well, and the holder
/// sees that somebody looked. Only `valid` on the basis `file` says that the document before you is genuine.
#[utoipa::path(
    post, path = crate::routes::VERIFICATIONS, tag = "verification", security((), ("token" = []), ("certificate" = [])),
    request_body(content(
        (VerificationRequest = "application/json"),
        (VerificationUpload = "multipart/form-data"),
    )),
    params(("Accept-Language" = Option<String>, Header, description = "`az` (default), `en` or `ru`")),
    responses(
        (status = 200, body = VerificationAnswer, description = "A verdict", headers(
            ("RateLimit-Policy" = String, description = "Your limit: units at once, and in how many seconds they are back"),
            ("RateLimit" = String, description = "Units that are left, and in how many seconds all are (draft-ietf-httpapi-ratelimit-headers)"),
        )),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "The request cannot be read"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "A token that is none, expired or revoked; without one anybody may ask"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "A credential that may not verify"),
        (status = 413, body = Problem, content_type = "application/problem+json", description = "The file is too large"),
        (status = 415, body = Problem, content_type = "application/problem+json", description = "Neither JSON nor a form"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Nothing that could be verified, such as a mistyped code"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "Too many look-ups; said before what is too much is looked up: of a file that nobody knows, also when examinations or the numbers in its text are",
            headers(
                ("Retry-After" = u64, description = "Seconds to wait"),
                ("RateLimit-Policy" = String, description = "The limit that is used up, such as `\"anonymous\";q=120;w=120`"),
                ("RateLimit" = String, description = "What is left of it, and in how many seconds it suffices"),
            )),
        (status = 503, description = "`indeterminate`: it could not be found out; or a problem, before anything was verified", content(
            (VerificationAnswer = "application/json"),
            (Problem = "application/problem+json"),
        )),
    )
)]
pub(crate) async fn verify(
    State(app): State<App>,
    Client(network): Client,
    Asking(asker): Asking,
    Reader(language): Reader,
    request: Request,
) -> Result<Response, Response> {
    let side = Side { network, asker: asker.as_ref() };
    // The upload's room is held until the answer is made.
    let (pass, presented, _upload) = presented(&app, side, request, language).await?;
    let verified = app.verify(side, pass, presented).await;
    let (verification, budget) = verified.map_err(|refusal| limited(&refusal, language))?;
    Ok((budget_fields(&budget), answer(&verification, language)).into_response())
}

fn answer(verification: &Verification, language: Language) -> Response {
    let status =
        if verification.verdict == Verdict::Indeterminate { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    let body = Json(VerificationAnswer::of(verification, language));
    (status, [(header::CACHE_CONTROL, "no-store")], body).into_response()
}

/// What is to be verified, let in: a file before it is received, all else when it was understood.
async fn presented(
    app: &App,
    side: Side<'_>,
    request: Request,
    language: Language,
) -> Result<(Pass, Presented, Option<Upload>), Response> {
    if announced_bytes(&request) > app.upload_bytes.saturating_add(FORM_BYTES) {
        discard(request.into_body(), app.upload_bytes.saturating_mul(4)).await;
        return Err(unreadable(StatusCode::PAYLOAD_TOO_LARGE, "").into_response());
    }
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    if content_type.starts_with("multipart/form-data") {
        let pass = match app.let_in_file(side) {
            Ok(pass) => pass,
            Err(refusal) => {
                discard(request.into_body(), app.upload_bytes).await;
                return Err(limited(&refusal, language));
            }
        };
        let (presented, upload) = received(app, side, request).await.map_err(Problem::into_response)?;
        return Ok((pass, presented, Some(upload)));
    }
    let presented = asked(app, request, language).await.map_err(Problem::into_response)?;
    let pass = app.let_in(side, &presented).map_err(|refusal| limited(&refusal, language))?;
    Ok((pass, presented, None))
}

async fn received(app: &App, side: Side<'_>, request: Request) -> Result<(Presented, Upload), Problem> {
    let form =
        Multipart::from_request(request, app).await.map_err(|error| unreadable(error.status(), &error.body_text()))?;
    let (bytes, upload) = app.uploads.receive(side.sharer(), form).await.map_err(|error| match error {
        NotReceived::Form(error) => unreadable(error.status(), &error.body_text()),
        NotReceived::NoRoom(no_room) => Problem::busy(no_room),
        NotReceived::NoFile => Problem::malformed(NotReceived::NoFile.to_string()),
    })?;
    Ok((Presented::File(bytes), upload))
}

async fn asked(app: &App, mut request: Request, language: Language) -> Result<Presented, Problem> {
    DefaultBodyLimit::max(JSON_BYTES).apply(&mut request);
    let Json(request) = Json::<VerificationRequest>::from_request(request, app)
        .await
        .map_err(|error| unreadable(error.status(), &error.body_text()))?;
    let parsed = match request {
        VerificationRequest::Code(text) => text.parse().map(Presented::Code).map_err(Into::into),
        VerificationRequest::Number(text) => text.parse().map(Presented::Number).map_err(Into::into),
        VerificationRequest::Digest(text) => Presented::digest(&text),
        VerificationRequest::Qr(text) => Ok(Presented::Qr(text)),
    };
    parsed.map_err(|error| not_presented(error, language))
}

/// Far more than a code or the text of a QR needs; only a file may be large.
const JSON_BYTES: usize = 16 * 1024;

fn announced_bytes(request: &Request) -> usize {
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    length.and_then(|text| text.parse().ok()).unwrap_or(0)
}

impl VerificationAnswer {
    /// A verification as the API answers it, in `language`.
    pub fn of(verification: &Verification, language: Language) -> Self {
        let (headline, advice) =
            sentences::verdict(verification.verdict, verification.basis, verification.since(), language);
        Self {
            id: verification.id,
            verdict: verification.verdict,
            basis: verification.basis,
            mode: "online",
            verified_at: verification.verified_at.to_text_of_one_length(),
            text: format!("{headline} {advice}"),
            checks: verification.checks.all().into_iter().map(|finding| CheckAnswer::of(finding, language)).collect(),
            certificate: verification.certificate.as_ref().map(|told| CertificateAnswer::of(told, language)),
            warnings: verification.warnings.iter().map(|&warning| WarningAnswer::of(warning, language)).collect(),
            receipt: verification.receipt.clone(),
        }
    }
}

impl CheckAnswer {
    fn of(finding: Finding, language: Language) -> Self {
        Self {
            name: finding.check(),
            result: finding.result(),
            reason: finding.slug(),
            text: sentences::finding(finding, language),
        }
    }
}

impl WarningAnswer {
    fn of(warning: Warning, language: Language) -> Self {
        Self { reason: warning, text: sentences::warning(warning, language) }
    }
}

impl CertificateAnswer {
    fn of(told: &Disclosed, language: Language) -> Self {
        Self {
            number: told.number.to_string(),
            kind: KindAnswer {
                code: told.kind.clone(),
                version: told.kind_version,
                title: told.title.text(language).to_owned(),
            },
            issuer: IssuerAnswer { voen: told.issuer.voen.clone(), name: told.issuer.name.text(language).to_owned() },
            issued_at: told.issued_at.to_string(),
            as_of: told.as_of.to_string(),
            valid_until: told.valid_until.map(|end| end.to_string()),
            status: told.status,
            status_since: told.status_since.map(|since| since.to_string()),
            status_reason: told.status_reason,
            superseded_by: told.superseded_by.map(|number| number.to_string()),
            demonstration: told.demonstration,
            id: told.id,
            facts: told.facts.clone(),
        }
    }
}
