//! The facts that a certificate's QR code carries, small enough for a code that a telephone reads from a photocopy.

use std::fmt;

use super::{Certificate, Recipient};
use crate::catalogue::qr_room::{self, CommonFact, NAME_BYTES, TEXT_BYTES};
use crate::catalogue::{FieldCode, FieldSort, Value};

/// A fact's value in the QR. `Debug` prints nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub enum QrValue {
    /// A text, an ISO date or month, a choice's code, a VÖEN, an instant in RFC 3339.
    Text(String),
    /// A whole number; an amount in qəpik.
    Integer(i64),
}

impl fmt::Debug for QrValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("QrValue(…)")
    }
}

impl Certificate {
    /// The holder's full name under `name`, then the facts of the kind's `qr` by code; what is absent is left out.
    ///
    /// A name of more than 60 bytes of UTF-8 and, where room is short, the longest other texts end in `…`: the page
    /// that a reader compares has them whole.
    pub fn qr_facts(&self) -> Vec<(String, QrValue)> {
        let name = shortened(&self.holder.full_name(), NAME_BYTES);
        let mut facts = vec![("name".to_owned(), QrValue::Text(name))];
        let mut texts = Vec::new();
        for code in &self.kind.qr {
            let Some(value) = self.qr_value(code) else { continue };
            if self.may_be_shortened(code) {
                texts.push(facts.len());
            }
            facts.push((code.to_string(), value));
        }
        make_room(&mut facts, &texts, qr_room::room_for_facts(&self.kind));
        facts
    }

    fn qr_value(&self, code: &FieldCode) -> Option<QrValue> {
        match CommonFact::of(code) {
            Some(CommonFact::BirthDate) => return Some(QrValue::Text(self.holder.birth_date.to_string())),
            Some(CommonFact::AsOf) => {
                let seconds = self.as_of.seconds().saturating_mul(1000);
                return Some(QrValue::Text(crate::clock::Instant::from_millis(seconds).to_string()));
            }
            Some(CommonFact::Recipient) => {
                return match &self.recipient {
                    Recipient::WhereRequired => None,
                    Recipient::Named { name, .. } => Some(QrValue::Text(name.clone())),
                };
            }
            None => {}
        }
        match self.content.value(code)? {
            Value::Text(text) | Value::Choice(text) => Some(QrValue::Text(text.clone())),
            Value::Date(date) => Some(QrValue::Text(date.to_string())),
            Value::Month(month) => Some(QrValue::Text(month.to_string())),
            Value::Voen(voen) => Some(QrValue::Text(voen.to_string())),
            Value::Money(amount) => Some(QrValue::Integer(amount.qepik())),
            Value::Integer(number) => Some(QrValue::Integer(*number)),
            // A FİN never stands in a token, and no table fits into one; `kinds check` refuses both.
            Value::Fin(_) | Value::Table(_) | Value::Absent(_) => None,
        }
    }

    fn may_be_shortened(&self, code: &FieldCode) -> bool {
        match CommonFact::of(code) {
            Some(common) => common == CommonFact::Recipient,
            None => self.kind.field(code).is_some_and(|field| field.sort == FieldSort::Text),
        }
    }
}

/// Shortens the longest of the texts until the facts have room, or each is as short as it may be.
fn make_room(facts: &mut [(String, QrValue)], texts: &[usize], room: usize) {
    while facts.iter().map(bytes).sum::<usize>() > room {
        let longest = texts.iter().copied().max_by_key(|&at| bytes(&facts[at]) - facts[at].0.len());
        let Some(QrValue::Text(text)) = longest.map(|at| &mut facts[at].1) else { return };
        if text.len() <= TEXT_BYTES {
            return;
        }
        *text = shortened(text, text.len() - 1);
    }
}

/// The bytes of a key and its value in CBOR (RFC 8949 §3).
fn bytes((code, value): &(String, QrValue)) -> usize {
    let value = match value {
        QrValue::Text(text) => qr_room::text_item(text.len()),
        QrValue::Integer(number) => match number.unsigned_abs() {
            0..24 => 1,
            24..256 => 2,
            256..65_536 => 3,
            65_536..4_294_967_296 => 5,
            _ => 9,
        },
    };
    qr_room::text_item(code.len()) + value
}

/// The text in at most `limit` bytes, its end replaced by `…` when it is longer.
fn shortened(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let kept = text.trim_end_matches('…');
    let end = (0..=limit.saturating_sub('…'.len_utf8())).rev().find(|&end| kept.is_char_boundary(end)).unwrap_or(0);
    format!("{}…", kept[..end.min(kept.len())].trim_end())
}
