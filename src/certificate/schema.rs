//! The JSON Schema (2020-12) of a kind's version: exactly the facts that its certificates carry, for those who read them.

use serde_json::{Map, Value as Json, json};

use crate::catalogue::kind::Origin;
use crate::catalogue::{Field, FieldSort, Kind, Translated};

/// The schema of [`super::Certificate::facts`] for certificates of this version.
pub fn schema(kind: &Kind) -> Json {
    let mut properties = common(kind);
    let mut required: Vec<String> = properties.keys().filter(|name| !may_lack(kind, name)).cloned().collect();
    for field in &kind.fields {
        properties.insert(field.code.to_string(), property(field, Some(kind)));
        required.push(field.code.to_string());
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": kind.title.az,
        "description": kind.title.en,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// Whether a fact that all kinds know may be missing from a certificate of this kind.
fn may_lack(kind: &Kind, name: &str) -> bool {
    match name {
        "valid_until" => kind.validity.days.is_none(),
        "patronymic" | "recipient" | "demonstration" => true,
        _ => false,
    }
}

fn common(kind: &Kind) -> Map<String, Json> {
    let instant = json!({ "type": "string", "format": "date-time" });
    let text = json!({ "type": "string", "minLength": 1 });
    let purposes: Vec<&str> = kind.purposes.iter().map(|purpose| purpose.code.as_str()).collect();
    let organisation = |required: &[&str]| {
        json!({
            "type": "object",
            "properties": { "name": text, "voen": { "type": "string", "pattern": "^[0-9]{10}$" } },
            "required": required,
            "additionalProperties": false,
        })
    };
    [
        ("number", json!({ "type": "string", "pattern": "^2[0-9]{3}(-[0-9A-HJKMNP-TV-Z]{4}){2}$" })),
        ("issued_at", instant.clone()),
        ("valid_until", instant.clone()),
        ("as_of", instant),
        ("issuer", organisation(&["voen", "name"])),
        ("kind", json!({ "const": kind.code })),
        ("kind_version", json!({ "const": kind.version })),
        ("registry_ref", text.clone()),
        ("surname", text.clone()),
        ("given_name", text.clone()),
        ("patronymic", text.clone()),
        ("fin", json!({ "type": "string", "pattern": "^[0-9A-HJ-NP-Z]{7}$" })),
        ("birth_date", json!({ "type": "string", "format": "date" })),
        ("purpose", json!({ "enum": purposes })),
        ("recipient", organisation(&["name"])),
        ("demonstration", json!({ "const": true })),
    ]
    .into_iter()
    .map(|(name, schema)| (name.to_owned(), schema))
    .collect()
}

/// The schema of one field; `kind` is given for a field of the kind itself, and not for a table's column.
fn property(field: &Field, kind: Option<&Kind>) -> Json {
    let present = present(&field.sort);
    let reasons = absences(field, kind);
    let mut property = if reasons.is_empty() {
        present
    } else {
        json!({ "anyOf": [present, {
            "type": "object",
            "properties": { "absent": { "enum": reasons } },
            "required": ["absent"],
            "additionalProperties": false,
        }] })
    };
    let Translated { az, en, .. } = &field.label;
    property["title"] = json!(az);
    property["description"] = json!(en);
    property
}

/// The reasons for which a field may be absent.
fn absences(field: &Field, kind: Option<&Kind>) -> Vec<&'static str> {
    if field.optional || matches!(field.origin, Origin::Derived(_)) {
        return vec!["not_provided", "not_applicable", "indefinite", "ongoing"];
    }
    let hidden = kind.is_some_and(|kind| kind.variants.iter().any(|variant| variant.hides.contains(&field.code)));
    if hidden { vec!["not_applicable"] } else { Vec::new() }
}

fn present(sort: &FieldSort) -> Json {
    match sort {
        FieldSort::Text => json!({ "type": "string", "minLength": 1, "maxLength": 300 }),
        FieldSort::Date => json!({ "type": "string", "format": "date" }),
        FieldSort::Month => json!({ "type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$" }),
        FieldSort::Money => json!({
            "type": "object",
            "properties": {
                "amount": { "type": "string", "pattern": "^-?[0-9]+\\.[0-9]{2}$" },
                "currency": { "const": "AZN" },
            },
            "required": ["amount", "currency"],
            "additionalProperties": false,
        }),
        FieldSort::Integer => json!({ "type": "integer" }),
        FieldSort::Choice(choices) => {
            json!({ "enum": choices.iter().map(|choice| choice.code.as_str()).collect::<Vec<_>>() })
        }
        FieldSort::Fin => json!({ "type": "string", "pattern": "^[0-9A-HJ-NP-Z]{7}$" }),
        FieldSort::Voen => json!({ "type": "string", "pattern": "^[0-9]{10}$" }),
        FieldSort::Table(columns) => {
            let properties: Map<String, Json> =
                columns.iter().map(|column| (column.code.to_string(), property(column, None))).collect();
            let required: Vec<&str> = columns.iter().map(|column| column.code.as_str()).collect();
            json!({
                "type": "array",
                "maxItems": 500,
                "items": {
                    "type": "object",
                    "properties": properties,
                    "required": required,
                    "additionalProperties": false,
                },
            })
        }
    }
}
