//! The words that the script needs to show a QR's signed facts: what each kind calls the fields its QR carries.

use super::home;
use super::texts::Texts;
use crate::app::App;
use crate::catalogue::{FieldCode, FieldSort, Kind};

/// A kind, as far as its QR goes.
pub(super) struct SignedKind {
    pub(super) code: String,
    pub(super) title: String,
    pub(super) fields: Vec<SignedField>,
}

/// A field that a QR may carry.
pub(super) struct SignedField {
    pub(super) code: String,
    pub(super) label: String,
    /// How the script prints it: `money`, `choice` or as it stands.
    pub(super) sort: &'static str,
    pub(super) choices: Vec<(String, String)>,
}

impl SignedKind {
    /// Every kind in force.
    pub(super) fn all(app: &App, texts: Texts) -> Vec<Self> {
        home::offered(app).iter().map(|kind| Self::of(kind, texts)).collect()
    }

    fn of(kind: &Kind, texts: Texts) -> Self {
        let name = SignedField::plain("name", texts.get("holder-name"));
        let fields = kind.qr.iter().filter_map(|code| SignedField::of(kind, code, texts));
        Self {
            code: kind.code.to_string(),
            title: kind.title.text(texts.0).to_owned(),
            fields: [name].into_iter().chain(fields).collect(),
        }
    }
}

impl SignedField {
    fn plain(code: &str, label: String) -> Self {
        Self { code: code.to_owned(), label, sort: "text", choices: Vec::new() }
    }

    /// A field of the kind's, or one that every certificate states.
    fn of(kind: &Kind, code: &FieldCode, texts: Texts) -> Option<Self> {
        let Some(field) = kind.field(code) else {
            let label = match code.as_str() {
                "birth_date" => "holder-birth-date",
                "recipient" => "holder-recipient",
                "as_of" => "signed-as-of",
                _ => return None,
            };
            return Some(Self::plain(code.as_str(), texts.get(label)));
        };
        let mut signed = Self::plain(code.as_str(), field.label.text(texts.0).to_owned());
        match &field.sort {
            FieldSort::Money => signed.sort = "money",
            FieldSort::Choice(choices) => {
                signed.sort = "choice";
                let words =
                    |choice: &crate::catalogue::Choice| (choice.code.clone(), choice.label.text(texts.0).to_owned());
                signed.choices = choices.iter().map(words).collect();
            }
            _ => {}
        }
        Some(signed)
    }
}
