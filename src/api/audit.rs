//! `/api/v1/audit`: certificates and audit events for auditors' own programs, read only, within the auditor's reach, and
//! nothing personal.
//!
//! Whoever asks is an auditor: by her desk's session, or by a credential with the scope `audit` for which she answers. A
//! person or a recipient is not searched for here, since that needs a purpose.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problem::Problem;
use crate::app::{App, AuditingByCall, Reader};
use crate::auditing::{AuditEventRecord, Filter, Found, Page, Unreadable};
use crate::catalogue::Language;
use crate::clock::Instant;

/// A page of certificates, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditedCertificates {
    certificates: Vec<AuditedCertificate>,
    /// What to send as `after` for the next page; none when this is the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A certificate, without anything personal.
#[derive(Debug, Serialize, ToSchema)]
struct AuditedCertificate {
    #[schema(format = Uuid)]
    id: String,
    #[schema(example = "2026-7KQ3-M9XD")]
    number: String,
    #[schema(example = "is-yeri")]
    kind: String,
    kind_version: u32,
    /// The VÖEN of the agency in whose name it is.
    issuer: String,
    #[schema(format = DateTime)]
    issued_at: String,
    /// Who issued it; `holder` for a citizen.
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_by: Option<String>,
    /// The exclusive end of its validity.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    valid_until: Option<String>,
    /// Now.
    #[schema(example = "valid")]
    status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_reason: Option<String>,
    #[schema(format = DateTime)]
    status_since: String,
    /// The place of its issuance in the log; none while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    log_place: Option<u64>,
    /// When its content was erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    erased_at: Option<String>,
}

/// A page of audit events, latest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditedEvents {
    events: Vec<AuditedEvent>,
    /// What to send as `after` for the next page; none when this is the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Who did what to what, and when.
#[derive(Debug, Serialize, ToSchema)]
struct AuditedEvent {
    #[schema(format = Uuid)]
    id: String,
    #[schema(format = DateTime)]
    occurred_at: String,
    /// `holder` for a citizen.
    actor: String,
    act: String,
    subject: String,
    #[schema(value_type = Object)]
    detail: serde_json::Value,
}

/// Which certificates, and which part of the list. Another parameter is refused: a list must not be longer than was meant.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct CertificatesAsked {
    number: String,
    kind: String,
    issuer: String,
    from: String,
    to: String,
    status: String,
    operator: String,
    after: String,
    limit: Option<u32>,
}

/// Which events, and which part of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct EventsAsked {
    operator: String,
    act: String,
    subject: String,
    from: String,
    to: String,
    after: String,
    limit: Option<u32>,
}

const USUAL_LIMIT: u32 = 100;
const MOST: u32 = 500;

/// Lists certificates within the auditor's reach
///
/// Newest first. A page continues behind the last row of the one before, so that what arrives meanwhile moves nothing. Each
/// page that is read is recorded. Rows of the last three minutes may still be joined by others.
#[utoipa::path(
    get, path = crate::routes::AUDIT_CERTIFICATES, operation_id = "audited_certificates", tag = "audit",
    security(("token" = []), ("certificate" = []), ("desk" = [])),
    params(
        ("number" = Option<String>, Query, description = "The printed number"),
        ("kind" = Option<String>, Query, description = "A kind's code"),
        ("issuer" = Option<String>, Query, description = "The VÖEN of an agency"),
        ("from" = Option<String>, Query, description = "The first day of issuance, in Baku", example = "2026-11-01"),
        ("to" = Option<String>, Query, description = "The last day"),
        ("status" = Option<String>, Query, description = "`valid`, `suspended`, `revoked`, `superseded` or `expired`"),
        ("operator" = Option<String>, Query, description = "Who issued it, as the records have it; `holder` for citizens"),
        ("after" = Option<String>, Query, description = "The `next` of the page before"),
        ("limit" = Option<u32>, Query, description = "At most so many rows, 1 to 500; 100 unless told"),
    ),
    responses(
        (status = 200, body = AuditedCertificates),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "Nobody is signed in, or the credential is not good"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The credential has not the scope `audit`, or the member not the role"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "A parameter cannot be read, or is none of these"),
        (status = 500, body = Problem, content_type = "application/problem+json", description = "The records do not answer"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "The credential cannot be checked now"),
    )
)]
pub(crate) async fn certificates(
    State(app): State<App>,
    AuditingByCall(auditor, credential): AuditingByCall,
    Reader(language): Reader,
    asked: Result<Query<CertificatesAsked>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(asked) = asked.map_err(|_| unknown(language))?;
    let (limit, filter) = asked.read().map_err(|unreadable| refused(unreadable, language))?;
    let unreadable = |field| refused(Misread::Field(field), language);
    let now = app.clock.now();
    let (wanted, after) = (filter.certificates(now).map_err(unreadable)?, filter.place().map_err(unreadable)?);
    let noted = app.auditing.note_reading(&auditor, "certificates", &filter.query(), credential.as_deref()).await;
    noted.map_err(|error| Problem::internal(&error))?;
    let page = app.auditing.search_page(&auditor, wanted, after, limit).await;
    let Page { rows, next } = page.map_err(|error| Problem::internal(&error))?;
    let certificates = rows.into_iter().map(|found| AuditedCertificate::of(found, now)).collect();
    Ok(told(AuditedCertificates { certificates, next: next.map(Filter::after) }))
}

/// Lists audit events within the auditor's reach
///
/// Latest first: those of the records of the auditor's agency, and what she did herself; or all. A citizen acts as `holder`.
#[utoipa::path(
    get, path = crate::routes::AUDIT_EVENTS, operation_id = "audited_events", tag = "audit",
    security(("token" = []), ("certificate" = []), ("desk" = [])),
    params(
        ("operator" = Option<String>, Query, description = "Who did it, as the records have it; `holder` for citizens"),
        ("act" = Option<String>, Query, description = "What was done", example = "revoke"),
        ("subject" = Option<String>, Query, description = "To what: a certificate's id, a VÖEN, a word of the records"),
        ("from" = Option<String>, Query, description = "The first day, in Baku", example = "2026-11-01"),
        ("to" = Option<String>, Query, description = "The last day"),
        ("after" = Option<String>, Query, description = "The `next` of the page before"),
        ("limit" = Option<u32>, Query, description = "At most so many rows, 1 to 500; 100 unless told"),
    ),
    responses(
        (status = 200, body = AuditedEvents),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "Nobody is signed in, or the credential is not good"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The credential has not the scope `audit`, or the member not the role"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "A parameter cannot be read, or is none of these"),
        (status = 500, body = Problem, content_type = "application/problem+json", description = "The records do not answer"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "The credential cannot be checked now"),
    )
)]
pub(crate) async fn events(
    State(app): State<App>,
    AuditingByCall(auditor, credential): AuditingByCall,
    Reader(language): Reader,
    asked: Result<Query<EventsAsked>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(asked) = asked.map_err(|_| unknown(language))?;
    let (limit, filter) = asked.read().map_err(|unreadable| refused(unreadable, language))?;
    let unreadable = |field| refused(Misread::Field(field), language);
    let wanted = filter.events(app.clock.now()).map_err(unreadable)?;
    let after = filter.place().map_err(unreadable)?;
    let noted = app.auditing.note_reading(&auditor, "events", &filter.query(), credential.as_deref()).await;
    noted.map_err(|error| Problem::internal(&error))?;
    let page = app.auditing.events_page(&auditor, wanted, after, limit).await;
    let Page { rows, next } = page.map_err(|error| Problem::internal(&error))?;
    Ok(told(AuditedEvents { events: rows.into_iter().map(AuditedEvent::of).collect(), next: next.map(Filter::after) }))
}

/// What cannot be read of a request.
#[derive(Clone, Copy)]
enum Misread {
    Field(Unreadable),
    Limit,
}

impl CertificatesAsked {
    fn read(self) -> Result<(u32, Filter), Misread> {
        let Self { number, kind, issuer, from, to, status, operator, after, limit } = self;
        let filter = Filter { number, kind, issuer, from, to, status, operator, after, ..Filter::default() };
        Ok((within(limit)?, filter))
    }
}

impl EventsAsked {
    fn read(self) -> Result<(u32, Filter), Misread> {
        let Self { operator, act, subject, from, to, after, limit } = self;
        Ok((within(limit)?, Filter { from, to, operator, act, subject, after, ..Filter::default() }))
    }
}

fn within(limit: Option<u32>) -> Result<u32, Misread> {
    let limit = limit.unwrap_or(USUAL_LIMIT);
    if (1..=MOST).contains(&limit) { Ok(limit) } else { Err(Misread::Limit) }
}

impl AuditedCertificate {
    fn of(found: Found, now: Instant) -> Self {
        let status = found.status_at(now).slug().to_owned();
        Self {
            id: found.id.to_string(),
            number: found.number.to_string(),
            kind: found.kind.to_string(),
            kind_version: found.kind_version,
            issuer: found.issuer.to_string(),
            issued_at: found.issued_at.to_string(),
            issued_by: found.issued_by,
            valid_until: found.valid_until.map(|until| until.to_string()),
            status,
            status_reason: found.standing_reason.map(|reason| reason.slug().to_owned()),
            status_since: found.standing_since.to_string(),
            log_place: found.log_place,
            erased_at: found.erased_at.map(|at| at.to_string()),
        }
    }
}

impl AuditedEvent {
    fn of(event: AuditEventRecord) -> Self {
        let AuditEventRecord { id, actor, act, subject, occurred_at, detail } = event;
        let detail = serde_json::from_str(&detail).unwrap_or(serde_json::Value::String(detail));
        Self { id: id.to_string(), occurred_at: occurred_at.to_string(), actor, act, subject, detail }
    }
}

fn told(answer: impl Serialize) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response()
}

/// A parameter that is none, or no text. What was sent is not repeated.
pub(super) fn unknown(language: Language) -> Problem {
    let detail = match language {
        Language::Az => "Parametrlərdən biri burada yoxdur və ya səhv yazılıb: API-nin təsvirinə baxın.",
        Language::En => "One of the parameters is none of this call's, or miswritten: see the API's description.",
        Language::Ru => "Один из параметров здесь не предусмотрен или записан неверно: см. описание API.",
    };
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "malformed-filter", "A parameter cannot be read", detail)
}

fn refused(misread: Misread, language: Language) -> Problem {
    let [az, en, ru] = match misread {
        Misread::Limit => ["`limit` 1–500 olmalıdır.", "`limit` must be 1 to 500.", "`limit` должен быть от 1 до 500."],
        Misread::Field(Unreadable::Number) => [
            "`number` belə yazılır: 2026-7KQ3-M9XD.",
            "`number` is written like 2026-7KQ3-M9XD.",
            "`number` записывается так: 2026-7KQ3-M9XD.",
        ],
        Misread::Field(Unreadable::Kind) => {
            ["`kind` belə növ yoxdur.", "`kind` is no code of a kind.", "`kind` — такого вида нет."]
        }
        Misread::Field(Unreadable::Issuer) => [
            "`issuer` on rəqəmli VÖEN olmalıdır.",
            "`issuer` must be a VÖEN of ten digits.",
            "`issuer` должен быть VÖEN из десяти цифр.",
        ],
        Misread::Field(Unreadable::Date) => [
            "`from` və `to` belə yazılır: 2026-11-24.",
            "`from` and `to` are written like 2026-11-24.",
            "`from` и `to` записываются так: 2026-11-24.",
        ],
        Misread::Field(Unreadable::Period) => {
            ["`to` `from`-dan əvvəldir.", "`to` is before `from`.", "`to` раньше, чем `from`."]
        }
        Misread::Field(Unreadable::Status) => [
            "`status` valid, suspended, revoked, superseded və ya expired ola bilər.",
            "`status` is valid, suspended, revoked, superseded or expired.",
            "`status` — это valid, suspended, revoked, superseded или expired.",
        ],
        Misread::Field(Unreadable::Operator) => [
            "`operator` qeydlərdəki kimi yazılır: operator, holder, service, issuer:VÖEN:ad.",
            "`operator` is written as the records have it: operator, holder, service, issuer:VÖEN:name.",
            "`operator` записывается как в записях: operator, holder, service, issuer:VÖEN:имя.",
        ],
        Misread::Field(Unreadable::Act) => [
            "`act` qeydlərdəki kimi kiçik hərflərlə yazılır: revoke.",
            "`act` is written as the records have it, in lower case: revoke.",
            "`act` записывается как в записях, строчными буквами: revoke.",
        ],
        Misread::Field(Unreadable::Subject) => [
            "`subject` arayışın id-si, VÖEN və ya qeydlərin sözüdür. FİN burada axtarılmır.",
            "`subject` is a certificate's id, a VÖEN or a word of the records. A FİN is not searched for here.",
            "`subject` — это id справки, VÖEN или слово из записей. FİN здесь не ищется.",
        ],
        Misread::Field(Unreadable::After) => [
            "`after` əvvəlki səhifənin `next` dəyəri olmalıdır.",
            "`after` must be the `next` of the page before.",
            "`after` должен быть значением `next` предыдущей страницы.",
        ],
    };
    let detail = match language {
        Language::Az => az,
        Language::En => en,
        Language::Ru => ru,
    };
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "malformed-filter", "A parameter cannot be read", detail)
}
