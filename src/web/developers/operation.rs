//! One operation of the API: what it takes, every answer with its examples, and how to call it with curl.

use serde_json::Value;

use super::call;
use super::reference::{Prose, text};
use super::schema::{Field, Sort};

/// A method on a path.
pub(super) struct Operation {
    /// Its name within the page.
    pub(super) anchor: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) summary: String,
    pub(super) about: Prose,
    /// Whether it needs an API token.
    pub(super) token: bool,
    pub(super) parameters: Vec<Field>,
    pub(super) bodies: Vec<Content>,
    pub(super) answers: Vec<Answer>,
    pub(super) calls: Vec<String>,
}

/// A media type with what is in it.
pub(super) struct Content {
    pub(super) media_type: String,
    pub(super) sort: Sort,
}

/// An answer of one HTTP status.
pub(super) struct Answer {
    pub(super) status: String,
    pub(super) about: Prose,
    pub(super) contents: Vec<Content>,
    pub(super) examples: Vec<Example>,
}

/// An answer as it was given once.
pub(super) struct Example {
    pub(super) name: String,
    pub(super) summary: Prose,
    pub(super) value: Value,
}

impl Operation {
    pub(super) fn of(method: &str, path: &str, operation: &Value, origin: &str) -> Self {
        let method = method.to_ascii_uppercase();
        let responses = operation["responses"].as_object().into_iter().flatten();
        Self {
            anchor: text(&operation["operationId"]),
            summary: text(&operation["summary"]),
            about: Prose::of(&operation["description"]),
            token: operation.get("security").is_some(),
            parameters: operation["parameters"].as_array().into_iter().flatten().map(parameter).collect(),
            bodies: contents(&operation["requestBody"]),
            answers: responses.map(|(status, answer)| Answer::of(status, answer)).collect(),
            calls: call::with_curl(&method, path, operation, origin),
            path: path.to_owned(),
            method,
        }
    }
}

fn parameter(parameter: &Value) -> Field {
    let sort = Sort::of(&parameter["schema"]);
    Field {
        name: text(&parameter["name"]),
        sort: Sort { words: format!("{}, {}", text(&parameter["in"]), sort.words), ..sort },
        required: parameter["required"] == true,
        about: Prose::of(&parameter["description"]),
    }
}

fn contents(body: &Value) -> Vec<Content> {
    let contents = body["content"].as_object().into_iter().flatten();
    contents
        .map(|(media_type, content)| Content { media_type: media_type.clone(), sort: Sort::of(&content["schema"]) })
        .collect()
}

impl Answer {
    fn of(status: &str, answer: &Value) -> Self {
        let examples = answer["content"].as_object().into_iter().flatten();
        let examples = examples.flat_map(|(_, content)| content["examples"].as_object().into_iter().flatten());
        Self {
            status: status.to_owned(),
            about: Prose::of(&answer["description"]),
            contents: contents(answer),
            examples: examples.map(|(name, example)| Example::of(name, example)).collect(),
        }
    }
}

impl Example {
    fn of(name: &str, example: &Value) -> Self {
        Self { name: name.to_owned(), summary: Prose::of(&example["summary"]), value: example["value"].clone() }
    }

    /// The answer's body, set out to be read.
    pub(super) fn printed(&self) -> String {
        match &self.value {
            Value::String(text) => text.clone(),
            value => serde_json::to_string_pretty(value).unwrap_or_default(),
        }
    }
}
