//! The items of a batch: each is read for itself, so that one that is nothing leaves the others as they are.

use std::fmt;

use axum::http::StatusCode;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};
use utoipa::ToSchema;

use crate::api::problem::{Problem, not_presented};
use crate::catalogue::Language;
use crate::verification::{NotPresented, Presented};

/// The most items of one call.
pub(super) const MOST_ITEMS: usize = 1000;
/// The most characters of a reference.
const MOST_REFERENCE: usize = 200;

/// What is to be verified, in the order in which it is to be answered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BatchRequest {
    /// 1 to 1,000 items.
    #[schema(value_type = Vec<BatchItem>, min_items = 1, max_items = 1000)]
    pub(super) items: Items,
}

/// One thing to be verified: exactly one of `code`, `number`, `qr` and `digest`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BatchItem {
    /// The printed code, as typed. Discloses the facts.
    #[schema(example = "7KQ3-M9XD-2T4R-8W0C", nullable = false)]
    code: Option<String>,
    /// The printed number, as typed. Discloses the status only.
    #[schema(nullable = false)]
    number: Option<String>,
    /// The text of a QR, as a scanner gives it. Discloses the facts.
    #[schema(nullable = false)]
    qr: Option<String>,
    /// SHA-256 of a file, 64 hexadecimal digits. Discloses the status only.
    #[schema(nullable = false)]
    digest: Option<String>,
    /// Your own reference, repeated in the answer and not kept: a credit file's number, say.
    #[schema(max_length = 200, example = "row 7", nullable = false)]
    reference: Option<String>,
}

/// An item as it was sent, whatever it is.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Item {
    /// Of the described form.
    Whole(BatchItem),
    /// Of another form, with a reference.
    Referenced {
        /// The reference.
        reference: String,
    },
    /// Of another form.
    Other(IgnoredAny),
}

/// The items of a request, or how many there are when they are too many to be kept.
#[derive(Debug)]
pub(super) enum Items {
    Kept(Vec<Item>),
    TooMany(usize),
}

/// Why an item is not verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// It is not of the described form.
    Form,
    /// It has a reference that is too long to be repeated.
    Reference,
    /// What it presents is nothing that could be verified.
    NotPresented(NotPresented),
}

impl Items {
    /// The items, if they are neither none nor too many; otherwise how many there are.
    pub(super) fn within_bounds(self) -> Result<Vec<Item>, usize> {
        match self {
            Self::Kept(items) if items.is_empty() => Err(0),
            Self::Kept(items) => Ok(items),
            Self::TooMany(found) => Err(found),
        }
    }
}

impl Item {
    /// Its reference, and what it presents.
    pub(super) fn presented(self) -> (Option<String>, Result<Presented, Refused>) {
        let (item, reference) = match self {
            Self::Whole(mut item) => {
                let reference = item.reference.take();
                (Some(item), reference)
            }
            Self::Referenced { reference } => (None, Some(reference)),
            Self::Other(_) => (None, None),
        };
        if reference.as_ref().is_some_and(|reference| reference.chars().count() > MOST_REFERENCE) {
            return (None, Err(Refused::Reference));
        }
        (reference, item.ok_or(Refused::Form).and_then(BatchItem::presented))
    }
}

impl BatchItem {
    fn presented(self) -> Result<Presented, Refused> {
        let presented = match (self.code, self.number, self.qr, self.digest) {
            (Some(code), None, None, None) => code.parse().map(Presented::Code).map_err(NotPresented::from),
            (None, Some(number), None, None) => number.parse().map(Presented::Number).map_err(NotPresented::from),
            (None, None, Some(text), None) => Ok(Presented::Qr(text)),
            (None, None, None, Some(digest)) => Presented::digest(&digest),
            _ => return Err(Refused::Form),
        };
        presented.map_err(Refused::NotPresented)
    }
}

impl Refused {
    /// What is told of it.
    pub(super) fn problem(self, language: Language) -> Problem {
        let [az, en, ru] = match self {
            Self::NotPresented(error) => return not_presented(error, language),
            Self::Form => [
                "Elementdə `code`, `number`, `qr` və `digest` sahələrindən yalnız biri olmalıdır, mətn şəklində.",
                "An item has exactly one of `code`, `number`, `qr` and `digest`, as a text.",
                "В элементе должно быть ровно одно из полей `code`, `number`, `qr` и `digest`, в виде текста.",
            ],
            Self::Reference => [
                "`reference` ən çoxu 200 simvoldan ibarət ola bilər.",
                "`reference` has at most 200 characters.",
                "`reference` содержит не более 200 символов.",
            ],
        };
        let detail = match language {
            Language::Az => az,
            Language::En => en,
            Language::Ru => ru,
        };
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "malformed-item", "The item cannot be understood", detail)
    }
}

/// Codes and the texts of QR codes are not shown.
impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Item(…)")
    }
}

impl<'de> Deserialize<'de> for Items {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ItemsVisitor)
    }
}

/// Keeps no more than may be sent, and counts the rest.
struct ItemsVisitor;

impl<'de> Visitor<'de> for ItemsVisitor {
    type Value = Items;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sent: A) -> Result<Items, A::Error> {
        let mut items = Vec::new();
        while items.len() < MOST_ITEMS {
            match sent.next_element()? {
                Some(item) => items.push(item),
                None => return Ok(Items::Kept(items)),
            }
        }
        let mut found = items.len();
        while sent.next_element::<IgnoredAny>()?.is_some() {
            found += 1;
        }
        Ok(if found > MOST_ITEMS { Items::TooMany(found) } else { Items::Kept(items) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Vec<Item> {
        serde_json::from_str::<BatchRequest>(body).unwrap().items.within_bounds().unwrap()
    }

    fn of(item: &str) -> (Option<String>, Option<Refused>) {
        let item = read(&format!(r#"{{"items":[{item}]}}"#)).remove(0);
        let (reference, presented) = item.presented();
        (reference, presented.err())
    }

    #[test]
    fn an_item_presents_exactly_one_thing() {
        assert_eq!(of(r#"{"number":"2026-7KQ3-M9XD"}"#), (None, None));
        assert_eq!(of(r#"{"qr":"anything","reference":"7"}"#), (Some("7".into()), None));
        for malformed in [
            "{}",
            "7",
            "null",
            "[]",
            r#""7KQ3-M9XD-2T4R-8W0C""#,
            r#"{"code":7}"#,
            r#"{"file":"a.pdf"}"#,
            r#"{"code":"7KQ3-M9XD-2T4R-8W0C","number":"2026-7KQ3-M9XD"}"#,
        ] {
            assert_eq!(of(malformed), (None, Some(Refused::Form)), "{malformed}");
        }
        assert!(matches!(of(r#"{"code":"no code"}"#).1, Some(Refused::NotPresented(NotPresented::Code(_)))));
        assert_eq!(of(r#"{"digest":"ab"}"#).1, Some(Refused::NotPresented(NotPresented::Digest)));
    }

    #[test]
    fn a_malformed_item_keeps_a_reference_that_can_be_repeated() {
        assert_eq!(of(r#"{"code":7,"reference":"row 7"}"#), (Some("row 7".into()), Some(Refused::Form)));
        let long = format!(r#"{{"number":"2026-7KQ3-M9XD","reference":"{}"}}"#, "ə".repeat(201));
        assert_eq!(of(&long), (None, Some(Refused::Reference)));
        let longest = format!(r#"{{"number":"2026-7KQ3-M9XD","reference":"{}"}}"#, "ə".repeat(200));
        assert_eq!(of(&longest).1, None);
    }

    #[test]
    fn a_thousand_are_taken_and_one_more_is_counted_and_refused() {
        let body = |items: usize| format!(r#"{{"items":[{}]}}"#, vec!["7"; items].join(","));
        let bounds = |items| serde_json::from_str::<BatchRequest>(&body(items)).unwrap().items.within_bounds();
        assert_eq!(bounds(1000).unwrap().len(), 1000);
        assert_eq!(bounds(1001).unwrap_err(), 1001);
        assert_eq!(bounds(5000).unwrap_err(), 5000);
        assert_eq!(bounds(0).unwrap_err(), 0);
        assert!(serde_json::from_str::<BatchRequest>(r#"{"items":[7,"#).is_err());
    }

    #[test]
    fn debug_shows_no_code() {
        let items = read(r#"{"items":[{"code":"7KQ3-M9XD-2T4R-8W0C"}]}"#);
        assert!(!format!("{items:?}").contains("7KQ3"));
    }
}
