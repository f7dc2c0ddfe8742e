//! `POST /api/v1/verifications`: by code, number, digest, QR text or file. Every verdict answers 200, `indeterminate` 503.

use std::future::poll_fn;
use std::pin::Pin;

use axum::Json;
use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::FORM_BYTES;
use super::problem::{Problem, not_presented, unreadable};
use crate::app::{App, NotReceived, Reader, Upload};
use crate::catalogue::Language;
use crate::verification::sentences;
use crate::verification::{Basis, CheckName, CheckResult, Disclosed, Finding, Presented, Verdict, Verification};

/// What is to be verified: exactly one of these.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum VerificationRequest {
    /// The printed code, as typed. Discloses the facts.
    #[schema(example = "7KQ3-M9XD-2T4R-8W0C")]
    Code(String),
    /// The printed number, as typed. Discloses the status only.
    #[schema(example = "2026-7KQ3-M9XD")]
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
    facts: Option<serde_json::Value>,
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
    post, path = crate::routes::VERIFICATIONS, tag = "verification",
    request_body(content(
        (VerificationRequest = "application/json"),
        (VerificationUpload = "multipart/form-data"),
    )),
    params(("Accept-Language" = Option<String>, Header, description = "`az` (default), `en` or `ru`")),
    responses(
        (status = 200, body = VerificationAnswer, description = "A verdict"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "The request cannot be read"),
        (status = 413, body = Problem, content_type = "application/problem+json", description = "The file is too large"),
        (status = 415, body = Problem, content_type = "application/problem+json", description = "Neither JSON nor a form"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Nothing that could be verified, such as a mistyped code"),
        (status = 503, body = VerificationAnswer, description = "`indeterminate`: it could not be found out"),
    )
)]
pub(crate) async fn verify(State(app): State<App>, Reader(language): Reader, request: Request) -> Response {
    // The upload's room is held until the answer is made.
    let (presented, _upload) = match presented(&app, request, language).await {
        Ok(presented) => presented,
        Err(problem) => return problem.into_response(),
    };
    let verification = app.verifier.verify(presented, None).await;
    answer(&verification, language)
}

fn answer(verification: &Verification, language: Language) -> Response {
    let status =
        if verification.verdict == Verdict::Indeterminate { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    let body = Json(VerificationAnswer::of(verification, language));
    (status, [(header::CACHE_CONTROL, "no-store")], body).into_response()
}

async fn presented(app: &App, mut request: Request, language: Language) -> Result<(Presented, Upload), Problem> {
    if announced_bytes(&request) > app.upload_bytes.saturating_add(FORM_BYTES) {
        discard(request.into_body(), app.upload_bytes.saturating_mul(4)).await;
        return Err(unreadable(StatusCode::PAYLOAD_TOO_LARGE, ""));
    }
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    if content_type.starts_with("multipart/form-data") {
        let form = Multipart::from_request(request, app)
            .await
            .map_err(|error| unreadable(error.status(), &error.body_text()))?;
        let (bytes, upload) = app.uploads.receive(form).await.map_err(|error| match error {
            NotReceived::Form(error) => unreadable(error.status(), &error.body_text()),
            NotReceived::NoRoom(no_room) => Problem::busy(no_room),
            NotReceived::NoFile => Problem::malformed(NotReceived::NoFile.to_string()),
        })?;
        return Ok((Presented::File(bytes), upload));
    }
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
    let presented = parsed.map_err(|error| not_presented(error, language))?;
    Ok((presented, app.uploads.begin()))
}

/// Far more than a code or the text of a QR needs; only a file may be large.
const JSON_BYTES: usize = 16 * 1024;

fn announced_bytes(request: &Request) -> usize {
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    length.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Reads a body and keeps nothing of it: whoever still sends does not hear an answer. After `most` bytes she need not.
async fn discard(mut body: Body, most: usize) {
    let mut read = 0;
    while let Some(Ok(frame)) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        read += frame.data_ref().map_or(0, Bytes::len);
        if read > most {
            return;
        }
    }
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
            verified_at: verification.verified_at.to_string(),
            text: format!("{headline} {advice}"),
            checks: verification.checks.all().into_iter().map(|finding| CheckAnswer::of(finding, language)).collect(),
            certificate: verification.certificate.as_ref().map(|told| CertificateAnswer::of(told, language)),
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
