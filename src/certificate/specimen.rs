//! A specimen: a certificate of nobody, with a value of its sort in every field, to show how a kind's page will look.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Answer, Certificate, Code, Holder, Misfit, Number, Recipient, fit, form};
use crate::catalogue::kind::Origin;
use crate::catalogue::{Field, FieldSort, Fin, Kind};
use crate::clock::Instant;

/// A specimen of `kind`, as if issued at `now`. It has no holder, and its number and code are no certificate's.
pub fn of(kind: &Arc<Kind>, now: Instant) -> Result<Certificate, Misfit> {
    let bodies: Vec<_> = kind.sources.iter().map(|source| (source, answer(kind, source.as_str()))).collect();
    let answers: Vec<_> = bodies.iter().map(|(source, body)| Answer { source, body }).collect();
    let content = fit::fit(kind, &answers, &|_| true)?;
    Ok(Certificate {
        id: Uuid::nil(),
        number: Number::from_random(now.baku_date().year(), [0; 5]),
        code: Code::from_random([0; 15]),
        kind: Arc::clone(kind),
        issued_at: now,
        valid_until: form::valid_until(kind, &content, now),
        as_of: now,
        registry_reference: "NÜMUNƏ".to_owned(),
        holder: nobody(now),
        purpose: kind.purposes.first().map(|purpose| purpose.code.clone()).unwrap_or_default(),
        recipient: Recipient::WhereRequired,
        content,
        demonstration: true,
    })
}

/// The rows that a specimen's tables have: enough to see a table's lines.
const ROWS: usize = 3;

fn nobody(now: Instant) -> Holder {
    Holder {
        fin: Fin::nobody(),
        surname: "Nümunəyeva".to_owned(),
        given_name: "Nümunə".to_owned(),
        patronymic: Some("Nümunə qızı".to_owned()),
        birth_date: now.plus_days(-12_000).baku_date(),
    }
}

/// What a source would answer: each field of it, at its place.
fn answer(kind: &Kind, source: &str) -> Value {
    let mut body = json!({});
    for field in &kind.fields {
        if let Origin::Answer { source: of, pointer } = &field.origin
            && of.as_str() == source
        {
            place(&mut body, pointer, value(field, 0));
        }
    }
    body
}

fn value(field: &Field, row: usize) -> Value {
    match &field.sort {
        FieldSort::Text => json!("Nümunə"),
        FieldSort::Date => json!("2026-01-15"),
        FieldSort::Month => json!(format!("2026-{:02}", row + 1)),
        FieldSort::Money => json!("1234.56"),
        FieldSort::Integer => json!(2026),
        FieldSort::Choice(choices) => json!(choices.first().map(|choice| &choice.code)),
        FieldSort::Fin => json!("0000000"),
        FieldSort::Voen => json!("9900000141"),
        FieldSort::Table(columns) => (0..ROWS).map(|row| table_row(columns, row)).collect(),
    }
}

fn table_row(columns: &[Field], row: usize) -> Value {
    let mut body = json!({});
    for column in columns {
        if let Origin::Answer { pointer, .. } = &column.origin {
            place(&mut body, pointer, value(column, row));
        }
    }
    body
}

/// Puts a value where a JSON pointer (RFC 6901) of object members leads, making what is missing on the way.
fn place(body: &mut Value, pointer: &str, value: Value) {
    let mut at = body;
    for member in pointer.split('/').skip(1) {
        let member = member.replace("~1", "/").replace("~0", "~");
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        at = &mut at[member.as_str()];
    }
    *at = value;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn every_built_in_kind_has_a_specimen() {
        let now = Instant::parse_rfc3339("2026-11-24T08:00:00Z").unwrap();
        for kind in Catalogue::built_in().unwrap().kinds() {
            let specimen = of(kind, now).unwrap_or_else(|misfit| panic!("{}: {misfit}", kind.code));
            assert!(specimen.demonstration);
        }
    }
}
