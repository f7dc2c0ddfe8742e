//! The page of a verdict: words, an icon and a colour that say the same; solid green for a genuine file and nothing else.

use askama::Template;
use fluent_bundle::FluentArgs;

use super::frame::Frame;
use super::sheet::{Body, Sheet};
use super::texts::Texts;
use super::verify::Forms;
use crate::app::App;
use crate::catalogue::print;
use crate::certificate::Status;
use crate::clock::Instant;
use crate::verification::{Basis, CheckName, CheckResult, Disclosed, Finding, Verdict, Verification, sentences};

/// The page that a verification is answered with.
#[derive(Template)]
#[template(path = "pages/verdict.html")]
pub(super) struct VerdictPage {
    pub(super) frame: Frame,
    tone: Tone,
    headline: String,
    advice: &'static str,
    notes: Vec<String>,
    summary: Vec<(String, String)>,
    sheet: Option<Sheet>,
    as_of: Option<String>,
    by_digest: bool,
    checks: Vec<CheckLine>,
    checks_count: String,
    receipt: Option<String>,
    id: String,
    verified_at: String,
    again: bool,
    forms: Forms,
}

/// How a verdict looks. The words never depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tone {
    /// Solid green: these very bytes are genuine and in force.
    Genuine,
    /// Blue outline: such a certificate exists, the paper is yet to be compared.
    Compare,
    /// Plain outline: only a number was asked about.
    Neutral,
    /// Amber outline: issued, and out of force without anybody's fault.
    Paused,
    /// Red outline: not to be accepted.
    Refused,
    /// Grey outline: nothing was found out.
    Unsure,
}

/// One check as a line.
pub(super) struct CheckLine {
    pub(super) name: &'static str,
    pub(super) text: String,
    result: CheckResult,
    pub(super) word: String,
}

impl Tone {
    fn of(verdict: Verdict, basis: Basis) -> Self {
        match (verdict, basis) {
            (Verdict::Valid, Basis::File) => Self::Genuine,
            (Verdict::Valid, Basis::Code | Basis::Qr) => Self::Compare,
            (Verdict::Valid, Basis::Number) => Self::Neutral,
            (Verdict::Suspended | Verdict::Superseded | Verdict::Expired, _) => Self::Paused,
            (Verdict::Revoked | Verdict::Altered | Verdict::Unknown, _) => Self::Refused,
            (Verdict::Unreadable | Verdict::Indeterminate, _) => Self::Unsure,
        }
    }

    /// The class that the style sheet knows, and the name of the icon.
    fn name(self) -> &'static str {
        match self {
            Self::Genuine => "genuine",
            Self::Compare => "compare",
            Self::Neutral => "neutral",
            Self::Paused => "paused",
            Self::Refused => "refused",
            Self::Unsure => "unsure",
        }
    }
}

impl CheckLine {
    pub(super) fn of(finding: Finding, texts: Texts) -> Self {
        let text = sentences::finding(finding, texts.0).to_owned();
        Self::new(finding.check(), finding.result(), text, texts)
    }

    /// A check with the words of what it found.
    pub(super) fn new(check: CheckName, result: CheckResult, text: String, texts: Texts) -> Self {
        Self {
            name: sentences::check(check, texts.0),
            text,
            result,
            word: match result {
                CheckResult::Passed => texts.get("checks-passed"),
                CheckResult::Failed => texts.get("checks-failed"),
                CheckResult::NotDone => texts.get("checks-not-done"),
            },
        }
    }

    pub(super) fn class(&self) -> &'static str {
        match self.result {
            CheckResult::Passed => "passed",
            CheckResult::Failed => "failed",
            CheckResult::NotDone => "not-done",
        }
    }
}

impl VerdictPage {
    /// The page for a verification.
    pub(super) fn new(app: &App, frame: Frame, verification: &Verification) -> Self {
        let Verification { verdict, basis, .. } = *verification;
        let texts = frame.t;
        let (headline, advice) = sentences::verdict(verdict, basis, verification.since(), texts.0);
        let told = verification.certificate.as_ref();
        let sheet = told.and_then(|told| sheet(app, told, texts));
        let findings = verification.checks.all();
        let by_digest = basis == Basis::File && verification.checks.seal == Finding::SealNotPresented;
        let facts_missing = sheet.is_none() && told.is_some_and(|told| told.id.is_some() || basis == Basis::Number);
        let mut notes = notes(&frame, verification);
        notes.extend(verification.warnings.iter().map(|&warning| sentences::warning(warning, texts.0).to_owned()));
        if facts_missing {
            let closed = match basis {
                Basis::Number => "verdict-facts-closed",
                Basis::File => "certificate-erased",
                Basis::Code | Basis::Qr => "verdict-code-closed",
            };
            notes.push(texts.get(closed));
        }
        Self {
            tone: Tone::of(verdict, basis),
            headline,
            advice,
            notes,
            summary: told.map(|told| summary(told, texts)).unwrap_or_default(),
            as_of: told.filter(|_| sheet.is_some()).map(|told| sentences::facts_as_of(told.as_of, texts.0)),
            sheet,
            by_digest: by_digest && told.is_some(),
            checks: findings.map(|finding| CheckLine::of(finding, texts)).into(),
            checks_count: checks_count(&findings, texts),
            receipt: verification.receipt.clone(),
            id: verification.id.to_string(),
            verified_at: moment(verification.verified_at, texts),
            again: matches!(
                verdict,
                Verdict::Altered | Verdict::Unknown | Verdict::Unreadable | Verdict::Indeterminate
            ),
            forms: Forms::default(),
            frame,
        }
    }
}

impl VerdictPage {
    /// Whether the reader is to compare the facts with a paper.
    fn compare(&self) -> bool {
        self.sheet.is_some() && self.tone == Tone::Compare
    }

    /// Whether the checks are unfolded: whenever one of them is the reason for the verdict.
    fn checks_open(&self) -> bool {
        !matches!(self.tone, Tone::Genuine | Tone::Compare | Tone::Neutral)
    }
}

fn sheet(app: &App, told: &Disclosed, texts: Texts) -> Option<Sheet> {
    let kind = app.catalogue.get(&told.kind, told.kind_version)?;
    let facts = serde_json::from_str(told.facts.as_ref()?.get()).ok()?;
    Sheet::of(kind, &facts, texts)
}

/// What to do beyond the advice that every such verdict carries.
fn notes(frame: &Frame, verification: &Verification) -> Vec<String> {
    let texts = frame.t;
    let mut notes = Vec::new();
    match (verification.verdict, verification.basis) {
        (Verdict::Altered, Basis::File) => notes.push(texts.get("verdict-altered-qr")),
        (Verdict::Unknown, Basis::Code) => notes.push(texts.get("verdict-unknown-help")),
        _ => {}
    }
    if matches!(verification.checks.qr, Finding::QrForeignHost | Finding::QrLookAlikeHost) {
        notes.push(texts.with("verdict-foreign-host", "host", frame.host.as_str()));
    }
    if verification.certificate.as_ref().is_some_and(|told| told.demonstration) {
        notes.push(texts.get("verdict-demonstration"));
    }
    notes
}

/// What is told of a certificate to anybody.
fn summary(told: &Disclosed, texts: Texts) -> Vec<(String, String)> {
    let date = |at: Instant| print::date(at.baku_date());
    let mut lines = vec![
        (texts.get("verdict-certificate"), told.title.text(texts.0).to_owned()),
        (texts.get("verdict-issuer"), told.issuer.name.text(texts.0).to_owned()),
        (texts.get("verdict-number"), told.number.to_string()),
        (texts.get("verdict-issued"), date(told.issued_at)),
        (texts.get("verdict-valid-until"), last_day(told.valid_until, texts)),
    ];
    let status = status(told.status, texts);
    let since = told.status_since.map(|since| {
        let mut arguments = FluentArgs::new();
        arguments.set("status", status.as_str());
        arguments.set("date", date(since));
        texts.fill("verdict-status-since", Some(&arguments))
    });
    lines.push((texts.get("verdict-status"), since.unwrap_or(status)));
    if let Some(reason) = told.status_reason {
        lines.push((texts.get("verdict-reason"), sentences::status_reason(reason, texts.0).to_owned()));
    }
    if let Some(number) = told.superseded_by {
        lines.push((texts.get("verdict-superseded-by"), number.to_string()));
    }
    lines
}

fn checks_count(findings: &[Finding], texts: Texts) -> String {
    let count = |result: CheckResult| findings.iter().filter(|finding| finding.result() == result).count();
    let mut arguments = FluentArgs::new();
    arguments.set("passed", count(CheckResult::Passed));
    arguments.set("failed", count(CheckResult::Failed));
    arguments.set("not_done", count(CheckResult::NotDone));
    texts.fill("checks-count", Some(&arguments))
}

/// A status as a word.
pub(super) fn status(status: Status, texts: Texts) -> String {
    texts.get(&format!("status-{}", Verdict::from(status).slug()))
}

/// The last day on which a certificate holds, since its end is the midnight after it.
pub(super) fn last_day(valid_until: Option<Instant>, texts: Texts) -> String {
    valid_until.map_or_else(|| texts.get("verdict-no-term"), |end| print::date(end.plus_millis(-1).baku_date()))
}

/// A moment with its zone: `24.11.2026, 09:41:07 (Bakı vaxtı, UTC+4)`.
pub(super) fn moment(at: Instant, texts: Texts) -> String {
    format!("{} ({}, UTC+4)", local_time(at), texts.get("baku-time"))
}

/// A moment in Baku, where the words around it name the zone: `24.11.2026, 09:41:07`.
pub(super) fn local_time(at: Instant) -> String {
    let local = at.in_baku();
    let (hour, minute, second) = (local.hour(), local.minute(), local.second());
    format!("{}, {hour:02}:{minute:02}:{second:02}", print::date(local.date()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERDICTS: [Verdict; 9] = [
        Verdict::Valid,
        Verdict::Suspended,
        Verdict::Revoked,
        Verdict::Superseded,
        Verdict::Expired,
        Verdict::Altered,
        Verdict::Unknown,
        Verdict::Unreadable,
        Verdict::Indeterminate,
    ];

    #[test]
    fn only_a_valid_file_is_solid_green() {
        for verdict in VERDICTS {
            for basis in [Basis::File, Basis::Qr, Basis::Code, Basis::Number] {
                let green = Tone::of(verdict, basis) == Tone::Genuine;
                assert_eq!(green, verdict == Verdict::Valid && basis == Basis::File, "{verdict:?} {basis:?}");
            }
        }
    }

    #[test]
    fn the_last_day_is_the_one_before_the_end() {
        let end = Instant::parse_rfc3339("2026-12-24T20:00:00Z");
        assert_eq!(last_day(end, Texts(crate::catalogue::Language::Az)), "24.12.2026");
    }

    #[test]
    fn a_moment_says_its_zone() {
        let at = Instant::parse_rfc3339("2026-11-24T05:41:07Z").unwrap();
        let printed = moment(at, Texts(crate::catalogue::Language::Az));
        assert_eq!(printed, "24.11.2026, 09:41:07 (Bakı vaxtı, UTC+4)");
    }
}
