//! The closed sets of an answer in the reader's words: every verdict, and every reason of every check.

use crate::catalogue::Language;
use crate::verification::{Basis, Finding, Verdict, sentences};

/// A verdict and what a person is told of it.
pub(super) struct VerdictRow {
    pub(super) name: &'static str,
    pub(super) headline: String,
    pub(super) advice: &'static str,
    pub(super) status: u16,
}

/// What a check can find.
pub(super) struct CheckRow {
    pub(super) check: String,
    pub(super) name: &'static str,
    pub(super) findings: Vec<FindingRow>,
}

/// A result with its reason.
pub(super) struct FindingRow {
    pub(super) reason: &'static str,
    pub(super) result: String,
    pub(super) text: &'static str,
}

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

/// Every verdict, as it is told on the basis `file`.
pub(super) fn verdicts(language: Language) -> Vec<VerdictRow> {
    let row = |verdict: Verdict| {
        let (headline, advice) = sentences::verdict(verdict, Basis::File, None, language);
        let status = if verdict == Verdict::Indeterminate { 503 } else { 200 };
        // No date is told where there is no certificate.
        VerdictRow { name: verdict.slug(), headline: headline.replace('—', "…"), advice, status }
    };
    VERDICTS.map(row).into()
}

/// Every finding, by its check, in the order in which an answer has the checks.
pub(super) fn checks(language: Language) -> Vec<CheckRow> {
    let mut rows: Vec<CheckRow> = Vec::new();
    for finding in Finding::ALL {
        let check = wire(finding.check());
        if rows.last().is_none_or(|row| row.check != check) {
            let name = sentences::check(finding.check(), language);
            rows.push(CheckRow { check, name, findings: Vec::new() });
        }
        let text = sentences::finding(*finding, language);
        let found = FindingRow { reason: finding.slug(), result: wire(finding.result()), text };
        if let Some(row) = rows.last_mut() {
            row.findings.push(found);
        }
    }
    rows
}

/// The name of a unit variant on the wire.
fn wire(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finding_stands_under_its_check() {
        let rows = checks(Language::En);
        let names: Vec<&str> = rows.iter().map(|row| row.check.as_str()).collect();
        assert_eq!(names, ["bytes", "seal", "record", "status", "log", "qr"]);
        assert_eq!(rows.iter().map(|row| row.findings.len()).sum::<usize>(), Finding::ALL.len());
    }
}
