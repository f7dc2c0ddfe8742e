//! What was found of one row, as the cells that stand behind its own; none of them can do anything in a spreadsheet.

use serde_json::Value;

use crate::certificate::Number;

/// The columns that are added to a table's own.
pub(super) const COLUMNS: [&str; 10] =
    ["verdict", "basis", "reason", "text", "certificate_number", "kind", "issuer", "valid_until", "status", "receipt"];

/// What was found of a row: a cell for each of [`COLUMNS`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Found([String; COLUMNS.len()]);

/// How a row counts at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    /// `valid`.
    Valid,
    /// Any other verdict, or nothing that could be verified.
    NotValid,
    /// It could not be found out.
    Unknowable,
}

/// The reason of a row whose file could not be read here.
const FILE_UNREADABLE: &str = "file-unreadable";

impl Found {
    /// A verification as the API answers it.
    pub(super) fn verification(answer: &Value) -> Self {
        let certificate = &answer["certificate"];
        let mut text = text(&answer["text"]);
        if certificate["demonstration"] == true {
            text.insert_str(0, "SINAQ – HÜQUQİ QÜVVƏSİ YOXDUR: a demonstration without legal force. ");
        }
        for warning in warnings(answer) {
            text.push(' ');
            text.push_str(&self::text(&warning["text"]));
        }
        Self([
            self::text(&answer["verdict"]),
            self::text(&answer["basis"]),
            reason(answer),
            text,
            self::text(&certificate["number"]),
            self::text(&certificate["kind"]["code"]),
            self::text(&certificate["issuer"]["name"]),
            self::text(&certificate["valid_until"]),
            self::text(&certificate["status"]),
            self::text(&answer["receipt"]),
        ])
    }

    /// A problem as the API answers it, in the place of a verdict.
    pub(super) fn problem(problem: &Value) -> Self {
        let kind = text(&problem["type"]);
        let slug = kind.rsplit(':').next().unwrap_or_default();
        Self::refused(slug, &text(&problem["detail"]))
    }

    /// A row of which nothing was asked, or whose answer does not hold for it.
    pub(super) fn refused(reason: &str, text: &str) -> Self {
        let mut found = Self::default();
        (found.0[2], found.0[3]) = (reason.to_owned(), text.to_owned());
        found
    }

    /// A file that cannot be read here.
    pub(super) fn file_unreadable(error: &std::io::Error) -> Self {
        Self::refused(FILE_UNREADABLE, &format!("the file cannot be read: {error}"))
    }

    /// The same, unless the table says another number beside what was asked by: then the verdict is not this row's.
    pub(super) fn beside(self, number: Option<&str>) -> Self {
        let Some(number) = number else { return self };
        let Ok(number) = number.parse::<Number>() else {
            return Self::refused("malformed-number", "the number beside it is none; it looks like 2026-7KQ3-M9XD");
        };
        match self.0[4].parse::<Number>() {
            Ok(named) if named != number => {
                let text = format!("the number beside it is {number}, and it belongs to {named}: compare the papers");
                Self::refused("number-differs", &text)
            }
            _ => self,
        }
    }

    /// Whether it is a verdict about bytes that nobody knows, of which the whole file may tell more.
    pub(super) fn is_unknown(&self) -> bool {
        self.0[0] == "unknown"
    }

    /// The cells, in the order of [`COLUMNS`].
    pub(super) fn cells(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Reads the cells back, as a row holds them behind its own.
    pub(super) fn read<'a>(cells: impl Iterator<Item = &'a str>) -> Self {
        let mut found = Self::default();
        for (cell, text) in found.0.iter_mut().zip(cells) {
            text.clone_into(cell);
        }
        found
    }

    /// How it counts.
    pub(super) fn outcome(&self) -> Outcome {
        match (self.0[0].as_str(), self.0[2].as_str()) {
            ("valid", _) => Outcome::Valid,
            ("indeterminate", _) | (_, FILE_UNREADABLE) => Outcome::Unknowable,
            _ => Outcome::NotValid,
        }
    }

    /// By what it is counted: its verdict, or its reason when it has none.
    pub(super) fn name(&self) -> &str {
        if self.0[0].is_empty() { &self.0[2] } else { &self.0[0] }
    }
}

/// A cell that a spreadsheet takes for text, not for a formula. A number with its sign stays as it is.
pub(super) fn disarmed(cell: &str) -> String {
    let begins = cell.trim_start_matches([' ', '\u{a0}', '\u{feff}']);
    let signed = begins.starts_with(['+', '-']);
    let only_a_number = || begins.chars().skip(1).all(|letter| letter.is_ascii_digit() || " .,()-".contains(letter));
    let armed =
        begins.starts_with(['=', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) || (signed && !only_a_number());
    if armed { format!("'{cell}") } else { cell.to_owned() }
}

/// The first check that failed, or that could not be done where that decided; otherwise what is to be minded.
fn reason(answer: &Value) -> String {
    let checks = answer["checks"].as_array().map(Vec::as_slice).unwrap_or_default();
    let undecided = answer["verdict"] == "indeterminate";
    let first = |result: &str| {
        let check = checks.iter().find(|check| check["result"] == result)?;
        Some(format!("{}/{}", text(&check["name"]), text(&check["reason"])))
    };
    let unreachable = || {
        let check = checks.iter().find(|check| check["reason"] == "unreachable")?;
        Some(format!("{}/unreachable", text(&check["name"])))
    };
    let minded = || Some(format!("warning/{}", text(&warnings(answer).first()?["reason"])));
    first("failed").or_else(|| unreachable().filter(|_| undecided)).or_else(minded).unwrap_or_default()
}

fn warnings(answer: &Value) -> &[Value] {
    answer["warnings"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn formulas_are_disarmed_and_numbers_are_left() {
        for formula in
            ["=1+1", "@SUM(A1)", "+1+cmd|' /C calc'!A0", "-2+3+A1", "\t=1", "\r=1", " =1", "＝1", "+HYPERLINK(1)", "-a"]
        {
            assert_eq!(disarmed(formula), format!("'{formula}"));
        }
        for harmless in ["", "-5", "-5,20", "+994 50 123-45-67", "2026-7KQ3-M9XD", "Əli", "a=b", "'=1", "-"] {
            assert_eq!(disarmed(harmless), harmless);
        }
    }

    #[test]
    fn an_answer_becomes_cells_and_an_outcome() {
        let answer = json!({
            "verdict": "revoked", "basis": "code", "text": "Withdrawn.", "receipt": "a.b.c",
            "checks": [{ "name": "bytes", "result": "not_done", "reason": "not_presented" },
                { "name": "status", "result": "failed", "reason": "revoked" }],
            "certificate": { "number": "2026-7KQ3-M9XD", "kind": { "code": "is-yeri" }, "issuer": { "name": "Agency" },
                "valid_until": null, "status": "revoked", "demonstration": true },
        });
        let found = Found::verification(&answer);
        let cells: Vec<_> = found.cells().collect();
        assert_eq!(cells[..3], ["revoked", "code", "status/revoked"]);
        assert!(cells[3].starts_with("SINAQ – HÜQUQİ QÜVVƏSİ YOXDUR") && cells[3].ends_with("Withdrawn."));
        assert_eq!(cells[4..], ["2026-7KQ3-M9XD", "is-yeri", "Agency", "", "revoked", "a.b.c"]);
        assert_eq!(found.outcome(), Outcome::NotValid);
        assert_eq!(Found::read(found.cells()), found);
        assert_eq!(found.clone().beside(Some("2026-7kq3-m9xd")), found);
        assert_eq!(found.clone().beside(Some("2026-7KQ3-M9XE")).name(), "number-differs");
        assert_eq!(found.beside(Some("seven")).name(), "malformed-number");
    }

    #[test]
    fn a_warning_stands_beside_a_verdict_that_holds() {
        let answer = json!({ "verdict": "valid", "text": "In force.",
            "checks": [{ "name": "status", "result": "passed", "reason": "in_force" }],
            "warnings": [{ "reason": "other_recipient", "text": "It is for another." }] });
        let found = Found::verification(&answer);
        assert_eq!(
            found.cells().skip(2).take(2).collect::<Vec<_>>(),
            ["warning/other_recipient", "In force. It is for another."]
        );
        assert_eq!(found.outcome(), Outcome::Valid);
    }

    #[test]
    fn problems_and_doubts_are_never_valid() {
        let problem = json!({ "type": "urn:earayis:problem:mistyped-code", "detail": "Type it again." });
        assert_eq!(Found::problem(&problem).name(), "mistyped-code");
        assert_eq!(Found::problem(&problem).outcome(), Outcome::NotValid);
        let doubt = json!({ "verdict": "indeterminate", "checks": [
            { "name": "record", "result": "not_done", "reason": "unreachable" }] });
        assert_eq!(Found::verification(&doubt).outcome(), Outcome::Unknowable);
        assert_eq!(Found::verification(&doubt).cells().nth(2), Some("record/unreachable"));
        assert_eq!(Found::verification(&json!({})).outcome(), Outcome::NotValid);
        let error = std::io::Error::from(std::io::ErrorKind::NotFound);
        assert_eq!(Found::file_unreadable(&error).outcome(), Outcome::Unknowable);
    }
}
