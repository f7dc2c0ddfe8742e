//! `/v/receipt`: whether a receipt is ours, and what it states, as a *yoxlama protokolu* to be printed. A receipt arrives by `POST` only.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::forms::Sent;
use super::frame::{Frame, page};
use super::texts::Texts;
use super::verdict::{CheckLine, moment};
use super::verify;
use super::visitor::Visitor;
use crate::app::App;
use crate::catalogue::print;
use crate::clock::Instant;
use crate::routes;
use crate::verification::receipt::{CheckClaim, CheckedReceipt, Claims};
use crate::verification::{Basis, Finding, Verdict, sentences};

/// The form, with what became of the receipt that was sent.
#[derive(Template)]
#[template(path = "pages/receipt.html")]
struct ReceiptPage {
    frame: Frame,
    text: String,
    refused: Option<&'static str>,
    protocol: Option<Protocol>,
}

/// A receipt that holds, as a document.
struct Protocol {
    /// What the check was and what it found.
    lines: Vec<(String, String)>,
    /// What this sort of check does and does not show.
    note: String,
    checks: Vec<CheckLine>,
    /// Where it was signed and by which key.
    origin: Vec<(String, String)>,
    /// The receipt itself in one line.
    jws: String,
    /// The address that opens its check.
    link: String,
    id: String,
    demonstration: bool,
}

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct Pasted {
    #[serde(default)]
    receipt: String,
}

/// `GET /v/receipt`: the form. A receipt behind the `#` of the address is sent by the page's own script.
pub(super) async fn form(State(app): State<App>, visitor: Visitor) -> Response {
    let frame = verify::frame(&app, &visitor, routes::VERIFY_RECEIPT).await;
    page(StatusCode::OK, &ReceiptPage { frame, text: String::new(), refused: None, protocol: None })
}

/// `POST /v/receipt`: checks a receipt, and shows what it states when it holds.
pub(super) async fn check(
    State(app): State<App>,
    visitor: Visitor,
    Sent(Pasted { receipt }): Sent<Pasted>,
) -> Response {
    let frame = verify::frame(&app, &visitor, routes::VERIFY_RECEIPT).await;
    match app.verifier.check_receipt(&receipt) {
        Ok(checked) => {
            let jws: String = receipt.split_ascii_whitespace().collect();
            let protocol = Some(Protocol::of(&app, &checked, jws, frame.t));
            page(StatusCode::OK, &ReceiptPage { frame, text: String::new(), refused: None, protocol })
        }
        Err(refused) => {
            let refused = Some(sentences::receipt_refused(refused, frame.t.0));
            page(StatusCode::UNPROCESSABLE_ENTITY, &ReceiptPage { frame, text: receipt, refused, protocol: None })
        }
    }
}

impl Protocol {
    fn of(app: &App, checked: &CheckedReceipt, jws: String, texts: Texts) -> Self {
        let claims = &checked.claims;
        Self {
            lines: lines(claims, checked.issued_at, texts),
            note: texts.get(note(claims.verdict, claims.basis)),
            checks: claims.checks.iter().map(|check| line(check, texts)).collect(),
            origin: origin(checked, app.clock.now(), texts),
            link: format!("{}{}#{jws}", app.public_url, routes::VERIFY_RECEIPT),
            id: claims.jti.to_string(),
            demonstration: app.without_force,
            jws,
        }
    }
}

fn lines(claims: &Claims, at: Instant, texts: Texts) -> Vec<(String, String)> {
    let verdict = match (claims.verdict, claims.basis) {
        (Verdict::Valid, Basis::File) => texts.get("protocol-genuine"),
        (verdict, _) => texts.get(&format!("status-{}", verdict.slug())),
    };
    let mut lines = vec![
        (texts.get("protocol-verdict"), verdict),
        (texts.get("protocol-basis"), texts.get(&format!("certificate-basis-{}", claims.basis.slug()))),
        (texts.get("verdict-verified-at"), moment(at, texts)),
    ];
    if let Some(organisation) = &claims.aud {
        lines.push((texts.get("protocol-asker"), format!("VÖEN {organisation}")));
    }
    if let Some(number) = &claims.number {
        lines.push((texts.get("verdict-number"), number.clone()));
    }
    if let Some(sha256) = &claims.sha256 {
        lines.push((texts.get("protocol-sha256"), sha256.clone()));
    }
    lines
}

/// A check by code says nothing of the paper, one by number nothing of any document.
fn note(verdict: Verdict, basis: Basis) -> &'static str {
    match (verdict, basis) {
        (Verdict::Valid, Basis::File) => "protocol-note-file",
        (Verdict::Valid, Basis::Number) => "protocol-note-number",
        (Verdict::Valid, Basis::Code | Basis::Qr) => "protocol-note-code",
        _ => "protocol-note-other",
    }
}

/// A check in today's words; one that is not known any more in its own.
fn line(check: &CheckClaim, texts: Texts) -> CheckLine {
    let known = Finding::ALL.iter().find(|known| known.check() == check.name && known.slug() == check.reason);
    match known {
        Some(finding) => CheckLine::of(*finding, texts),
        None => CheckLine::new(check.name, check.result, check.reason.clone(), texts),
    }
}

fn origin(checked: &CheckedReceipt, now: Instant, texts: Texts) -> Vec<(String, String)> {
    let until = print::date(checked.key_until.baku_date());
    let retired = if checked.key_until <= now { "protocol-key-retired" } else { "protocol-key-until" };
    let key = [checked.kid.to_string(), texts.with(retired, "date", until)].join(", ");
    let mut lines = vec![
        (texts.get("receipt-id"), checked.claims.jti.to_string()),
        (texts.get("protocol-issuer"), checked.issuer.clone()),
        (texts.get("protocol-key"), key),
    ];
    if let Some(checkpoint) = &checked.claims.checkpoint {
        let log = format!("{}, {}, {}", checkpoint.origin, checkpoint.size, checkpoint.root);
        lines.push((texts.get("protocol-log"), log));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Language;
    use crate::verification::{CheckName, CheckResult};

    #[test]
    fn only_a_check_by_file_speaks_of_the_document() {
        assert_eq!(note(Verdict::Valid, Basis::File), "protocol-note-file");
        for basis in [Basis::Qr, Basis::Code, Basis::Number] {
            assert_ne!(note(Verdict::Valid, basis), "protocol-note-file", "{basis:?}");
        }
        assert_eq!(note(Verdict::Altered, Basis::File), "protocol-note-other");
    }

    #[test]
    fn a_reason_that_nobody_knows_any_more_is_told_as_it_stands() {
        let check =
            CheckClaim { name: CheckName::Log, result: CheckResult::Passed, reason: "of_another_age".to_owned() };
        assert_eq!(line(&check, Texts(Language::En)).text, "of_another_age");
        let check = CheckClaim { reason: "included".to_owned(), ..check };
        assert_eq!(line(&check, Texts(Language::En)).text, sentences::finding(Finding::LogIncluded, Language::En));
    }
}
