//! `POST /api/v1/receipts/check`: whether a receipt is ours and what it said, without asking what holds today.

use axum::Json;
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::problem::{Problem, unreadable};
use crate::app::{App, Reader};
use crate::catalogue::Language;
use crate::clock::Instant;
use crate::verification::receipt::{CheckedReceipt, ReceiptRefused};
use crate::verification::sentences;
use crate::verification::{Basis, CheckName, CheckResult, Verdict};

/// A receipt to be checked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReceiptRequest {
    /// The receipt's text, a compact JWS; white space in it is passed over.
    #[schema(
        example = "eyJhbGciOiJFUzI1NiIsImtpZCI6Ii4uLiIsInR5cCI6ImVhcmF5aXMtcmVjZWlwdCtqd3QifQ.eyJpc3MiOiIuLi4ifQ.c2lnbmF0dXJl"
    )]
    receipt: String,
}

/// What a receipt's check found.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceiptAnswer {
    /// Whether this service signed it, and nobody changed it since.
    holds: bool,
    /// `holds`, or why it does not: `not_a_receipt`, `wrong_type`, `unknown_key`, `wrong_purpose`, `key_revoked`,
    /// `key_out_of_period`, `bad_signature`, `foreign_issuer`, `future`.
    reason: &'static str,
    /// The same as a sentence, in the reader's language.
    text: &'static str,
    /// RFC 3339, UTC.
    #[schema(value_type = String, format = DateTime)]
    checked_at: String,
    /// What it states; told only when it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<ReceiptContent>,
    /// The key that signed it; told only when it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<ReceiptKey>,
}

/// What a receipt states: what was found at that time.
#[derive(Debug, Serialize, ToSchema)]
struct ReceiptContent {
    /// The public URL of the service that signed it.
    issuer: String,
    /// The id of the verification.
    verification: Uuid,
    /// The VÖEN of the organisation that asked, when it said who it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    verified_at: String,
    basis: Basis,
    verdict: Verdict,
    checks: Vec<ReceiptCheck>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<String>,
    /// SHA-256 of the file that was presented, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    /// The log's state at that time.
    #[serde(skip_serializing_if = "Option::is_none")]
    checkpoint: Option<ReceiptCheckpoint>,
}

/// One check, as the receipt states it.
#[derive(Debug, Serialize, ToSchema)]
struct ReceiptCheck {
    name: CheckName,
    result: CheckResult,
    reason: String,
}

/// The log's checkpoint, as the receipt states it.
#[derive(Debug, Serialize, ToSchema)]
struct ReceiptCheckpoint {
    origin: String,
    size: u64,
    /// In base64.
    root: String,
}

/// The key that signed a receipt.
#[derive(Debug, Serialize, ToSchema)]
struct ReceiptKey {
    kid: String,
    /// The first instant at which it signs no more.
    #[schema(value_type = String, format = DateTime)]
    until: String,
    /// Whether that is in the past: what it signed before stays good.
    retired: bool,
}

/// Checks a receipt
///
/// Says whether this service signed it, also with a key that has been retired since, and what was found at that time.
/// It says nothing of the present: verify the certificate again for that.
#[utoipa::path(
    post, path = crate::routes::RECEIPT_CHECK, operation_id = "check_receipt", tag = "verification",
    request_body = ReceiptRequest,
    responses(
        (status = 200, body = ReceiptAnswer, description = "Whether the receipt holds"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "The body cannot be read"),
        (status = 413, body = Problem, content_type = "application/problem+json", description = "The body is too large"),
        (status = 415, body = Problem, content_type = "application/problem+json", description = "The body is no JSON"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "The body is not of the described form"),
    )
)]
pub(crate) async fn check(
    State(app): State<App>,
    Reader(language): Reader,
    mut request: Request,
) -> Result<Response, Problem> {
    DefaultBodyLimit::max(MOST_BYTES).apply(&mut request);
    let Json(ReceiptRequest { receipt }) = Json::from_request(request, &app)
        .await
        .map_err(|error: axum::extract::rejection::JsonRejection| unreadable(error.status(), &error.body_text()))?;
    let checked = app.verifier.check_receipt(&receipt);
    let answer = ReceiptAnswer::of(checked, app.clock.now(), language);
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

/// More than any receipt needs.
const MOST_BYTES: usize = 64 * 1024;

impl ReceiptAnswer {
    /// The outcome of a check at `now`, in `language`.
    pub fn of(checked: Result<CheckedReceipt, ReceiptRefused>, now: Instant, language: Language) -> Self {
        let checked_at = now.to_string();
        match checked {
            Ok(checked) => Self {
                holds: true,
                reason: "holds",
                text: sentences::receipt_holds(language),
                checked_at,
                key: Some(ReceiptKey {
                    kid: checked.kid.to_string(),
                    until: checked.key_until.to_string(),
                    retired: checked.key_until <= now,
                }),
                receipt: Some(ReceiptContent::of(checked)),
            },
            Err(refused) => Self {
                holds: false,
                reason: refused.slug(),
                text: sentences::receipt_refused(refused, language),
                checked_at,
                receipt: None,
                key: None,
            },
        }
    }
}

impl ReceiptContent {
    fn of(checked: CheckedReceipt) -> Self {
        let claims = checked.claims;
        let checks = claims.checks.into_iter();
        Self {
            issuer: checked.issuer,
            verification: claims.jti,
            organisation: claims.aud.map(|organisation| organisation.to_string()),
            verified_at: checked.issued_at.to_string(),
            basis: claims.basis,
            verdict: claims.verdict,
            checks: checks
                .map(|check| ReceiptCheck { name: check.name, result: check.result, reason: check.reason })
                .collect(),
            number: claims.number,
            sha256: claims.sha256,
            checkpoint: claims.checkpoint.map(|at| ReceiptCheckpoint {
                origin: at.origin,
                size: at.size,
                root: at.root,
            }),
        }
    }
}
