//! The door: one value of the wire becomes one typed value, or a misfit that names its place.

use jiff::civil::Date;
use serde_json::Value as Json;
use unicode_normalization::UnicodeNormalization as _;

use super::{Misfit, Place};
use crate::catalogue::{Absence, Choice, Field, FieldSort, Money, Month, Value};

const FIRST_YEAR: i16 = 1900;
const LAST_YEAR: i16 = 2100;
/// 10¹¹ qəpik: a thousand million manat.
const QEPIK_AT_MOST: u64 = 100_000_000_000;
const INTEGER_AT_MOST: u64 = 1_000_000_000;
const LETTERS_AT_MOST: usize = 300;
const ROWS_AT_MOST: usize = 500;

/// Whose wire a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::certificate) enum Wire {
    /// A registry's: it may be absent only where the kind allows, and columns stand where the kind says.
    Registry,
    /// Our own facts: absent wherever we found it so, and columns stand under their codes.
    Facts,
}

/// The value of `field` in `json`; nothing at all is the same as null.
pub(in crate::certificate) fn value(
    field: &Field,
    json: Option<&Json>,
    wire: Wire,
    drawable: &dyn Fn(char) -> bool,
) -> Result<Value, Misfit> {
    let door = Door { place: Place { field: field.code.clone(), column: None }, wire, drawable };
    door.value(field, json)
}

struct Door<'a> {
    place: Place,
    wire: Wire,
    drawable: &'a dyn Fn(char) -> bool,
}

impl Door<'_> {
    fn value(&self, field: &Field, json: Option<&Json>) -> Result<Value, Misfit> {
        let json = json.unwrap_or(&Json::Null);
        if let Some(reason) = self.absence(json)? {
            let allowed = field.optional || self.wire == Wire::Facts;
            return if allowed { Ok(Value::Absent(reason)) } else { Err(Misfit::Missing(self.place.clone())) };
        }
        match &field.sort {
            FieldSort::Text => self.text(json).map(Value::Text),
            FieldSort::Date => self.date(json).map(Value::Date),
            FieldSort::Month => self.month(json).map(Value::Month),
            FieldSort::Money => self.money(json).map(Value::Money),
            FieldSort::Integer => self.integer(json).map(Value::Integer),
            FieldSort::Choice(choices) => self.choice(json, choices).map(Value::Choice),
            FieldSort::Fin => self.parsed(json).map(Value::Fin),
            FieldSort::Voen => self.parsed(json).map(Value::Voen),
            FieldSort::Table(columns) => self.table(json, columns).map(Value::Table),
        }
    }

    /// Null, an empty text and a missing value say that nothing was provided; an object may give another reason.
    fn absence(&self, json: &Json) -> Result<Option<Absence>, Misfit> {
        match json {
            Json::Null => Ok(Some(Absence::NotProvided)),
            Json::String(text) if text.trim().is_empty() => Ok(Some(Absence::NotProvided)),
            Json::Object(object) if object.contains_key("absent") && object.len() == 1 => {
                serde_json::from_value(object["absent"].clone()).map(Some).map_err(|_| self.malformed())
            }
            _ => Ok(None),
        }
    }

    fn text(&self, json: &Json) -> Result<String, Misfit> {
        let text: String = self.string(json)?.trim().nfc().collect();
        if text.chars().any(misleads) {
            return Err(self.malformed());
        }
        if text.chars().count() > LETTERS_AT_MOST {
            return Err(self.implausible());
        }
        if text.chars().all(self.drawable) { Ok(text) } else { Err(Misfit::Undrawable(self.place.clone())) }
    }

    fn date(&self, json: &Json) -> Result<Date, Misfit> {
        let text = self.string(json)?;
        // jiff reads more forms than the one that our facts have.
        let date: Date =
            if text.len() == 10 { text.parse().map_err(|_| self.malformed())? } else { return Err(self.malformed()) };
        self.in_our_time(date.year()).map(|()| date)
    }

    fn month(&self, json: &Json) -> Result<Month, Misfit> {
        let month = Month::parse(self.string(json)?).ok_or_else(|| self.malformed())?;
        self.in_our_time(month.year()).map(|()| month)
    }

    fn in_our_time(&self, year: i16) -> Result<(), Misfit> {
        if (FIRST_YEAR..=LAST_YEAR).contains(&year) { Ok(()) } else { Err(self.implausible()) }
    }

    /// `"1234.56"`, or `{"amount": "1234.56", "currency": "AZN"}`; never a number, which loses qəpik on its way.
    fn money(&self, json: &Json) -> Result<Money, Misfit> {
        let amount = match json {
            Json::Object(object) if object.len() == 2 && object.get("currency").is_some_and(|c| c == "AZN") => {
                object.get("amount").ok_or_else(|| self.malformed())?
            }
            Json::Object(_) => return Err(self.malformed()),
            plain => plain,
        };
        let money = Money::parse(self.string(amount)?).ok_or_else(|| self.malformed())?;
        if money.qepik().unsigned_abs() <= QEPIK_AT_MOST || self.wire == Wire::Facts {
            Ok(money)
        } else {
            Err(self.implausible())
        }
    }

    fn integer(&self, json: &Json) -> Result<i64, Misfit> {
        let number = json.as_i64().ok_or_else(|| self.malformed())?;
        if number.unsigned_abs() <= INTEGER_AT_MOST { Ok(number) } else { Err(self.implausible()) }
    }

    fn choice(&self, json: &Json, choices: &[Choice]) -> Result<String, Misfit> {
        let code = self.string(json)?;
        if choices.iter().any(|choice| choice.code == code) { Ok(code.to_owned()) } else { Err(self.malformed()) }
    }

    fn table(&self, json: &Json, columns: &[Field]) -> Result<Vec<Vec<Value>>, Misfit> {
        let rows = json.as_array().ok_or_else(|| self.malformed())?;
        if rows.len() > ROWS_AT_MOST {
            return Err(self.implausible());
        }
        rows.iter().map(|row| self.row(row, columns)).collect()
    }

    fn row(&self, row: &Json, columns: &[Field]) -> Result<Vec<Value>, Misfit> {
        if !row.is_object() {
            return Err(self.malformed());
        }
        let cell = |column: &Field| {
            let place = Place { field: self.place.field.clone(), column: Some(column.code.clone()) };
            let at = match (self.wire, &column.origin) {
                (Wire::Registry, crate::catalogue::kind::Origin::Answer { pointer, .. }) => row.pointer(pointer),
                _ => row.get(column.code.as_str()),
            };
            Door { place, ..*self }.value(column, at)
        };
        columns.iter().map(cell).collect()
    }

    fn parsed<T: std::str::FromStr>(&self, json: &Json) -> Result<T, Misfit> {
        self.string(json)?.parse().map_err(|_| self.malformed())
    }

    fn string<'j>(&self, json: &'j Json) -> Result<&'j str, Misfit> {
        json.as_str().ok_or_else(|| self.malformed())
    }

    fn malformed(&self) -> Misfit {
        Misfit::Malformed(self.place.clone())
    }

    fn implausible(&self) -> Misfit {
        Misfit::Implausible(self.place.clone())
    }
}

/// Whether a character is a control, reorders what a reader sees, or cannot be seen.
pub(in crate::certificate) fn misleads(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
