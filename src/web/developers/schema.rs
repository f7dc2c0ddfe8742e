//! The objects of the description as a reader meets them: fields with their sorts, or the values of a closed set.

use serde_json::Value;

use super::reference::{Prose, text};

/// A named schema.
pub(super) struct Object {
    pub(super) name: String,
    pub(super) about: Prose,
    pub(super) fields: Vec<Field>,
    /// The values, when it is a closed set.
    pub(super) values: Vec<String>,
}

/// A field of an object, or a parameter of an operation.
pub(super) struct Field {
    pub(super) name: String,
    pub(super) sort: Sort,
    pub(super) required: bool,
    pub(super) about: Prose,
}

/// What may stand in a field: words, and the object it is, if it is one.
#[derive(Default)]
pub(super) struct Sort {
    pub(super) words: String,
    pub(super) object: Option<String>,
}

impl Object {
    pub(super) fn of(name: &str, schema: &Value) -> Self {
        let mut fields = fields(schema);
        // Exactly one of several: each has a field of its own.
        for choice in schema["oneOf"].as_array().into_iter().flatten() {
            fields.extend(self::fields(choice).into_iter().map(|field| Field { required: false, ..field }));
        }
        let values = schema["enum"].as_array().into_iter().flatten().map(text).collect();
        Self { name: name.to_owned(), about: Prose::of(&schema["description"]), fields, values }
    }
}

fn fields(schema: &Value) -> Vec<Field> {
    let required = |name: &str| schema["required"].as_array().is_some_and(|names| names.iter().any(|one| one == name));
    let properties = schema["properties"].as_object().into_iter().flatten();
    let field = |(name, property): (&String, &Value)| Field {
        name: name.clone(),
        sort: Sort::of(property),
        required: required(name),
        about: Prose::of(&property["description"]),
    };
    properties.map(field).collect()
}

impl Sort {
    pub(super) fn of(schema: &Value) -> Self {
        if let Some(object) = named(schema) {
            return Self { words: String::new(), object: Some(object) };
        }
        let mut choices = schema["oneOf"].as_array().into_iter().flatten();
        if let Some(object) = choices.find_map(named) {
            return Self { words: " / null".to_owned(), object: Some(object) };
        }
        let types = match &schema["type"] {
            Value::Array(types) => types.iter().map(text).collect::<Vec<_>>().join(" / "),
            one => text(one),
        };
        let format = schema["format"].as_str().map(|format| format!(" ({format})")).unwrap_or_default();
        match schema.get("items") {
            Some(items) => {
                let of = Self::of(items);
                Self { words: format!("array: {}", of.words), object: of.object }
            }
            None => Self { words: format!("{types}{format}"), object: None },
        }
    }
}

/// The name of the schema that is referred to.
pub(super) fn named(schema: &Value) -> Option<String> {
    schema["$ref"].as_str()?.rsplit_once('/').map(|(_, name)| name.to_owned())
}
