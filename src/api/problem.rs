//! Errors on the wire, as RFC 9457 problems: the person learns what to do, and nothing of what lies inside.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::{NoRoom, NotAuditing, NotCalling, Unwelcome, limited_fields};
use crate::auth::{NotAdmitted, NotPermitted};
use crate::catalogue::Language;
use crate::certificate::code::NotCode;
use crate::door::Limited;
use crate::issuance::{IssueError, RegistryError, sentences};
use crate::revocation::RevocationError;
use crate::verification::NotPresented;

/// An error, `application/problem+json`. Its `type` is stable and meant for programs, its `detail` for people.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// `urn:earayis:problem:SLUG`.
    #[serde(rename = "type")]
    #[schema(example = "urn:earayis:problem:mistyped-code")]
    pub kind: String,
    /// What sort of problem it is, in English.
    pub title: String,
    /// The HTTP status, once more.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What to do, in the reader's language.
    pub detail: String,
}

impl Problem {
    /// A problem of this slug; `title` in English, `detail` in the reader's language.
    pub(crate) fn new(status: StatusCode, slug: &str, title: &str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:earayis:problem:{slug}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
        }
    }

    /// What is asked for does not exist, or not for whoever asks: the same answer, so that nothing is learnt.
    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "Not found", "there is nothing here for you; check the address")
    }

    /// The request is not of the form that the description asks for.
    pub(crate) fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "malformed-request", "The request cannot be understood", detail)
    }

    /// There is no room for a file now.
    pub(crate) fn busy(error: NoRoom) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "Too many files at once", error.to_string())
    }

    /// Something inside failed; what it was is told to telemetry only.
    pub(crate) fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error, "a request failed");
        let detail = "the service could not do this now; try again later, and repeat an issuance under its `Idempotency-Key` only";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "The service failed", detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// The side asks too often. Said before anything is looked up, and thus the same whatever was asked.
pub(crate) fn limited(limited: &Limited, language: Language) -> Response {
    let mut response = asks_too_often(limited, language).into_response();
    response.headers_mut().extend(limited_fields(limited));
    response
}

/// The refusal of a side that asks too often; [`limited`] adds the fields that say so to programs.
pub(crate) fn asks_too_often(limited: &Limited, language: Language) -> Problem {
    let seconds = limited.budget.reset;
    let detail = match language {
        Language::Az => format!("Çox sorğu göndərilib. {seconds} saniyədən sonra təkrar edin."),
        Language::En => format!("Too many look-ups were sent. Try again in {seconds} seconds."),
        Language::Ru => format!("Отправлено слишком много запросов. Повторите через {seconds} с."),
    };
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", "Too many look-ups", detail)
}

/// Why whoever asks was not let in: 401 where a good token would help, 403 where one alone would not.
impl From<&NotAdmitted> for Problem {
    fn from(reason: &NotAdmitted) -> Self {
        let (status, title) = match reason {
            NotAdmitted::Anonymous => (StatusCode::UNAUTHORIZED, "An API token is needed"),
            NotAdmitted::UnknownToken => (StatusCode::UNAUTHORIZED, "The API token is unknown"),
            NotAdmitted::ExpiredToken => (StatusCode::UNAUTHORIZED, "The API token has expired"),
            NotAdmitted::RevokedToken => (StatusCode::UNAUTHORIZED, "The API token was revoked"),
            NotAdmitted::ClosedOrganisation => (StatusCode::FORBIDDEN, "The organisation is closed"),
            NotAdmitted::UnknownCertificate
            | NotAdmitted::RevokedCertificate
            | NotAdmitted::Certificate(_)
            | NotAdmitted::CertificateOfAnother => (StatusCode::FORBIDDEN, "The client certificate is refused"),
            NotAdmitted::CertificateNeeded => (StatusCode::FORBIDDEN, "A client certificate is needed"),
            NotAdmitted::WithoutRole => (StatusCode::FORBIDDEN, "The role is missing"),
            NotAdmitted::MissingScope(_) => (StatusCode::FORBIDDEN, "The credential may not do this"),
            NotAdmitted::Storage(error) => {
                tracing::error!(error = error as &dyn std::error::Error, "a credential could not be checked");
                let detail = "the service cannot find out now who you are; try again in a few seconds";
                let title = "The credential could not be checked";
                return Self::new(StatusCode::SERVICE_UNAVAILABLE, reason.slug(), title, detail);
            }
        };
        Self::new(status, reason.slug(), title, reason.to_string())
    }
}

impl IntoResponse for NotAuditing {
    fn into_response(self) -> Response {
        Problem::from(&self.0).into_response()
    }
}

impl From<&NotPermitted> for Problem {
    fn from(reason: &NotPermitted) -> Self {
        let (status, slug, title) = match reason {
            NotPermitted::SignedOut => (StatusCode::UNAUTHORIZED, "signed-out", "Nobody is signed in"),
            NotPermitted::WithoutRole => (StatusCode::FORBIDDEN, "without-role", "The role is missing"),
            NotPermitted::Storage(error) => return Self::internal(error),
        };
        Self::new(status, slug, title, reason.to_string())
    }
}

impl IntoResponse for NotCalling {
    fn into_response(self) -> Response {
        match self {
            Self::Unwelcome(unwelcome) => unwelcome.into_response(),
            Self::NotAuditing(refused) => refused.into_response(),
        }
    }
}

impl IntoResponse for Unwelcome {
    fn into_response(self) -> Response {
        Problem::from(&self.0).into_response()
    }
}

/// Why a certificate was not issued, in the reader's language.
pub(crate) fn not_issued(error: &IssueError, language: Language) -> Problem {
    let (status, title) = match error {
        IssueError::UnknownKind => (StatusCode::UNPROCESSABLE_ENTITY, "No such kind"),
        IssueError::UnknownPurpose => (StatusCode::UNPROCESSABLE_ENTITY, "No such purpose"),
        IssueError::NotPermitted => (StatusCode::FORBIDDEN, "Not permitted"),
        IssueError::NeedsApproval { .. } => (StatusCode::CONFLICT, "The agency must approve"),
        IssueError::KeyReused => (StatusCode::CONFLICT, "The idempotency key was used for another request"),
        IssueError::Condition(_) => (StatusCode::CONFLICT, "The condition of this kind is not met"),
        IssueError::Misfit(_) => (StatusCode::CONFLICT, "The registry's record does not suffice"),
        IssueError::Undrawable(_) => (StatusCode::CONFLICT, "A name cannot be printed"),
        IssueError::TermOver => (StatusCode::CONFLICT, "The stated term has ended"),
        IssueError::Erased => (StatusCode::GONE, "The content was erased"),
        IssueError::Registry(registry) => registry_status(registry),
        IssueError::NoFreePlace
        | IssueError::ClockBehind { .. }
        | IssueError::Draw(_)
        | IssueError::Seal(_)
        | IssueError::Token(_)
        | IssueError::Storage(_)
        | IssueError::Random(_)
        | IssueError::Content(_)
        | IssueError::Interrupted => return Problem::internal(error),
    };
    tracing::info!(outcome = error.slug(), error = error as &dyn std::error::Error, "nothing was issued");
    Problem::new(status, error.slug(), title, sentences::refusal(error, language))
}

fn registry_status(error: &RegistryError) -> (StatusCode, &'static str) {
    match error {
        RegistryError::NoSuchPerson => (StatusCode::CONFLICT, "The registry knows no such person"),
        RegistryError::Incomplete { .. } => (StatusCode::CONFLICT, "The registry's record does not suffice"),
        RegistryError::AnotherPerson => (StatusCode::CONFLICT, "The registry answered about another person"),
        RegistryError::AnotherName => (StatusCode::CONFLICT, "The registry has another name"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "The registry cannot be asked now"),
    }
}

/// Why a status did not change.
pub(crate) fn not_changed(error: &RevocationError) -> Problem {
    match error {
        RevocationError::NotFound => Problem::not_found(),
        RevocationError::Transition(refused) => {
            Problem::new(StatusCode::CONFLICT, refused.slug(), "The status does not allow it", error.to_string())
        }
        RevocationError::NotSuccessor | RevocationError::SuccessorNotInForce => Problem::new(
            StatusCode::CONFLICT,
            "not-a-successor",
            "The certificate cannot replace it",
            error.to_string(),
        ),
        RevocationError::Conflict => {
            Problem::new(StatusCode::CONFLICT, "status-changed", "The status has just changed", error.to_string())
        }
        RevocationError::ClockBehind
        | RevocationError::Storage(_)
        | RevocationError::Random(_)
        | RevocationError::Interrupted => Problem::internal(error),
    }
}

/// Why nothing was verified: a slip of the hand is told, and is no verification.
pub(crate) fn not_presented(error: NotPresented, language: Language) -> Problem {
    let mistyped = [
        "Kod səhv yazılıb: yoxlama simvolu uyğun gəlmir. Kodu yenidən yazın.",
        "The code was mistyped: its check symbol does not fit. Type it again.",
        "Код введён с ошибкой: контрольный знак не сходится. Введите его снова.",
    ];
    let (slug, title, [az, en, ru]) = match error {
        NotPresented::Code(NotCode::Check) => ("mistyped-code", "The code was mistyped", mistyped),
        NotPresented::Code(NotCode::Form) => (
            "malformed-code",
            "This is no verification code",
            [
                "Yoxlama kodu 16 hərf və rəqəmdən ibarətdir.",
                "A verification code has sixteen letters and digits.",
                "Код проверки состоит из 16 букв и цифр.",
            ],
        ),
        NotPresented::Number(_) => (
            "malformed-number",
            "This is no number of a certificate",
            [
                "Arayışın nömrəsi belə olur: 2026-7KQ3-M9XD.",
                "A certificate's number looks like 2026-7KQ3-M9XD.",
                "Номер справки выглядит так: 2026-7KQ3-M9XD.",
            ],
        ),
        NotPresented::Digest => (
            "malformed-digest",
            "This is no SHA-256",
            [
                "Faylın SHA-256 cəmi 64 onaltılıq rəqəmdir.",
                "A digest is the SHA-256 of a file as 64 hexadecimal digits.",
                "Хеш SHA-256 — это 64 шестнадцатеричные цифры.",
            ],
        ),
        NotPresented::Nothing => (
            "nothing-to-verify",
            "There is nothing to verify",
            [
                "Bu nə nömrə, nə kod, nə də QR mətnidir.",
                "This is neither a number, nor a code, nor the text of a QR code.",
                "Это не номер, не код и не текст QR-кода.",
            ],
        ),
    };
    let detail = match language {
        Language::Az => az,
        Language::En => en,
        Language::Ru => ru,
    };
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, slug, title, detail)
}

/// Why a request's body could not be read: too large, of another type, or malformed.
pub(crate) fn unreadable(status: StatusCode, detail: &str) -> Problem {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new(status, "too-large", "The file is too large", "send a file within the limit, or its SHA-256")
        }
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            let detail = "send JSON, or a form with the part `file`";
            Problem::new(status, "unsupported-media-type", "Neither JSON nor a form", detail)
        }
        StatusCode::UNPROCESSABLE_ENTITY => Problem::malformed(place_of(detail)),
        _ => {
            Problem::new(StatusCode::BAD_REQUEST, "unreadable-request", "The request cannot be read", place_of(detail))
        }
    }
}

/// Where in a body the mistake is, and nothing of what was sent: a parser repeats it, and names our own types.
fn place_of(detail: &str) -> String {
    let (_, said) = detail.split_once(": ").unwrap_or(("", detail));
    let field = said.split_once(": ").map(|(field, _)| field).filter(|field| FIELDS.contains(field));
    let position = said.rsplit_once(" at line ").map(|(_, position)| position);
    let position = position.filter(|text| text.bytes().all(|b| b.is_ascii_digit() || b" column".contains(&b)));
    let place = match (field, position) {
        (Some(field), Some(position)) => format!(": see `{field}`, line {position}"),
        (Some(field), None) => format!(": see `{field}`"),
        (None, Some(position)) => format!(": see line {position}"),
        (None, None) => String::new(),
    };
    format!("the body is not what `{}` describes{place}", crate::routes::OPENAPI)
}

/// The fields of all bodies.
const FIELDS: [&str; 12] = [
    "kind",
    "holder",
    "purpose",
    "recipient",
    "recipient.name",
    "recipient.voen",
    "reason",
    "by",
    "code",
    "number",
    "qr",
    "digest",
];

/// Makes a problem of what the router refuses by itself, in plain text, before a handler is asked.
pub(crate) async fn tell_refusals(answer: Response) -> Response {
    let plain = answer.headers().get(header::CONTENT_TYPE).is_none_or(|value| value.as_bytes().starts_with(b"text/"));
    let problem = match answer.status() {
        _ if !plain => return answer,
        StatusCode::NOT_FOUND => Problem::not_found(),
        status @ StatusCode::BAD_REQUEST => {
            let detail = "a part of the address is not of its form; see the API's description";
            Problem::new(status, "unreadable-request", "The request cannot be read", detail)
        }
        StatusCode::METHOD_NOT_ALLOWED => method_not_allowed(),
        _ => return answer,
    };
    let mut told = problem.into_response();
    if let Some(allowed) = answer.headers().get(header::ALLOW) {
        told.headers_mut().insert(header::ALLOW, allowed.clone());
    }
    told
}

/// Says of a request that took too long that it may have been done all the same. Only the time-out answers 504, and a
/// client that repeats by itself must not issue twice.
pub async fn tell_time_out(answer: Response) -> Response {
    if answer.status() != StatusCode::GATEWAY_TIMEOUT {
        return answer;
    }
    took_too_long().into_response()
}

pub(super) fn took_too_long() -> Problem {
    let detail = "it is unknown whether this was done; repeat an issuance under its `Idempotency-Key` only";
    Problem::new(StatusCode::GATEWAY_TIMEOUT, "took-too-long", "The request took too long", detail)
}

pub(super) fn method_not_allowed() -> Problem {
    let detail = "this address takes other methods; see the API's description";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "Another method is needed", detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_body_is_told_by_its_place_and_never_repeated() {
        let place = |detail: &str| unreadable(StatusCode::UNPROCESSABLE_ENTITY, detail).detail;
        let told = place(
            "Failed to deserialize the JSON body into the target type: holder: no FİN: `7DEM00I` at line 1 column 30",
        );
        assert!(told.ends_with(": see `holder`, line 1 column 30"), "{told}");
        for detail in [
            "Failed to deserialize the JSON body into the target type: invalid type: string \"7DEM001\", expected struct X at line 1 column 9",
            "Failed to deserialize the JSON body into the target type: unknown field `7DEM001`, expected `kind` at line 2 column 1",
            "Failed to deserialize the JSON body into the target type: 7DEM001: no at line 7DEM001",
            "7DEM001",
        ] {
            let told = place(detail);
            assert!(told.contains("/api/v1/openapi.json") && !told.contains("7DEM001"), "{told}");
            assert!(!told.contains("struct"), "{told}");
        }
    }
}
