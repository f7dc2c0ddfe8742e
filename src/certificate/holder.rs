//! The holder: the person of whom a certificate speaks, and when two records name the same one.

use std::fmt;

use jiff::civil::Date;
use serde_json::Value as Json;
use unicode_normalization::UnicodeNormalization as _;

use super::fit::misleads;
use crate::catalogue::Fin;

/// More letters than any one part of a name has.
const LETTERS_AT_MOST: usize = 100;

/// A person as a registry names her. `Debug` prints nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Holder {
    /// The identification number, which never changes.
    pub fin: Fin,
    /// The surname, in NFC.
    pub surname: String,
    /// The given name, in NFC.
    pub given_name: String,
    /// The father's name with *oğlu* or *qızı*; not everybody has one.
    pub patronymic: Option<String>,
    /// The date of birth.
    pub birth_date: Date,
}

/// Why a record names no person. It names the part and never its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotHolder {
    /// A part that everybody has is missing.
    #[error("the registry's record is incomplete: `{0}` is missing; ask the agency to complete it")]
    Missing(&'static str),
    /// A part is not what it should be.
    #[error("the registry's record is garbled: `{0}` is not of its type; ask the agency to correct it")]
    Malformed(&'static str),
}

impl Holder {
    /// The person of `{"fin", "surname", "given_name", "patronymic"?, "birth_date"}`; other keys are not looked at.
    ///
    /// Names come out in NFC, with single spaces. Whether the certificate's font has their letters is asked later, by
    /// [`Holder::undrawable`].
    pub fn from_json(json: &Json) -> Result<Self, NotHolder> {
        let need = |part: &'static str| text(json, part)?.ok_or(NotHolder::Missing(part));
        let birth_date = need("birth_date")?;
        let date: Date = birth_date.parse().map_err(|_| NotHolder::Malformed("birth_date"))?;
        if birth_date.len() != 10 || !(1900..=2100).contains(&date.year()) {
            return Err(NotHolder::Malformed("birth_date"));
        }
        Ok(Self {
            fin: need("fin")?.parse().map_err(|_| NotHolder::Malformed("fin"))?,
            surname: need("surname")?,
            given_name: need("given_name")?,
            patronymic: text(json, "patronymic")?,
            birth_date: date,
        })
    }

    /// The part of the name that has a letter which the certificate's font lacks.
    pub fn undrawable(&self, drawable: &dyn Fn(char) -> bool) -> Option<&'static str> {
        let parts = [
            ("surname", Some(&self.surname)),
            ("given_name", Some(&self.given_name)),
            ("patronymic", self.patronymic.as_ref()),
        ];
        let lacks = |part: Option<&String>| part.is_some_and(|text| !text.chars().all(drawable));
        parts.into_iter().find(|(_, part)| lacks(*part)).map(|(name, _)| name)
    }

    /// Whether both records give the same name: in any case by Azerbaijani rules (i and İ, ı and I), in any Unicode
    /// form, with any number of spaces. Without the patronymic it is another name.
    pub fn same_name(&self, other: &Self) -> bool {
        let patronymic = |holder: &Self| holder.patronymic.as_deref().map(folded);
        folded(&self.surname) == folded(&other.surname)
            && folded(&self.given_name) == folded(&other.given_name)
            && patronymic(self) == patronymic(other)
    }

    /// Surname, given name and patronymic, as a certificate prints them.
    pub fn full_name(&self) -> String {
        let mut name = format!("{} {}", self.surname, self.given_name);
        if let Some(patronymic) = &self.patronymic {
            name.push(' ');
            name.push_str(patronymic);
        }
        name
    }
}

impl fmt::Debug for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Holder(…)")
    }
}

/// One part of a record, tidied; none when it is missing, null or blank.
fn text(json: &Json, part: &'static str) -> Result<Option<String>, NotHolder> {
    let written = match json.get(part) {
        None | Some(Json::Null) => return Ok(None),
        Some(Json::String(written)) => written,
        Some(_) => return Err(NotHolder::Malformed(part)),
    };
    let tidied = spaced(&written.nfc().collect::<String>());
    if tidied.chars().any(misleads) || tidied.chars().count() > LETTERS_AT_MOST {
        return Err(NotHolder::Malformed(part));
    }
    Ok((!tidied.is_empty()).then_some(tidied))
}

fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The name in lower case by Azerbaijani rules, in NFC, with single spaces.
pub(crate) fn folded(name: &str) -> String {
    let composed: String = name.nfc().collect();
    let lower: String = composed
        .chars()
        .flat_map(|letter| match letter {
            'İ' => vec!['i'],
            'I' => vec!['ı'],
            other => other.to_lowercase().collect(),
        })
        .collect();
    // A small i with a dot of its own is what other software makes of İ.
    spaced(&lower.replace("i\u{307}", "i").nfc().collect::<String>())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn named(surname: &str, given_name: &str, patronymic: Option<&str>) -> Holder {
        Holder::from_json(&json!({
            "fin": "7DEM001", "surname": surname, "given_name": given_name, "patronymic": patronymic,
            "birth_date": "1987-03-14",
        }))
        .unwrap()
    }

    #[test]
    fn a_name_is_the_same_in_any_case_form_and_spacing() {
        let holder = named("İsmayılova", "Işıq", Some("Çingiz qızı"));
        for same in [
            named("İSMAYILOVA", "IŞIQ", Some("ÇİNGİZ QIZI")),
            named("ismayılova", "ışıq", Some("çingiz  qızı")),
            named("I\u{307}smayılova", "Is\u{327}ıq", Some(" C\u{327}ingiz qızı ")),
            named("i\u{307}smayılova", "Işıq", Some("Çingiz qızı")),
        ] {
            assert!(holder.same_name(&same), "{}", same.full_name());
        }
    }

    #[test]
    fn dotted_and_dotless_i_are_two_letters() {
        let holder = named("Quliyev", "Ilqar", None);
        assert!(holder.same_name(&named("QULİYEV", "ılqar", None)));
        assert!(!holder.same_name(&named("Quliyev", "İlqar", None)));
        assert!(!holder.same_name(&named("QULIYEV", "Ilqar", None)));
        assert!(!holder.same_name(&named("Quliyev", "Ilqar", Some("Anar oğlu"))));
        assert!(!named("Əliyeva", "Aynur", None).same_name(&named("Aliyeva", "Aynur", None)));
    }

    #[test]
    fn a_record_without_a_name_or_with_a_hidden_letter_is_refused() {
        let record = |key: &str, value: Json| {
            let mut record = json!({
                "fin": "7DEM001", "surname": "Əliyeva", "given_name": "Günəş", "birth_date": "1987-03-14",
            });
            record[key] = value;
            Holder::from_json(&record)
        };
        assert!(record("patronymic", Json::Null).is_ok());
        assert_eq!(record("surname", json!("  ")), Err(NotHolder::Missing("surname")));
        assert_eq!(record("fin", json!("7DEMO01")), Err(NotHolder::Malformed("fin")));
        assert_eq!(record("birth_date", json!("1787-03-14")), Err(NotHolder::Malformed("birth_date")));
        assert_eq!(record("birth_date", json!("14.03.1987")), Err(NotHolder::Malformed("birth_date")));
        assert_eq!(record("given_name", json!("Gü\u{202e}nəş")), Err(NotHolder::Malformed("given_name")));
        assert_eq!(record("given_name", json!(7)), Err(NotHolder::Malformed("given_name")));
    }

    #[test]
    fn a_letter_that_the_font_lacks_is_told_by_its_part() {
        let holder = named("Əliyeva", "გულნარა", None);
        assert_eq!(holder.undrawable(&|letter| letter < '\u{1000}'), Some("given_name"));
        assert_eq!(holder.undrawable(&|_| true), None);
    }
}
