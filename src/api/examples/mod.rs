//! The examples of the description: answers that were given once, kept in `templates/examples` and renewed by tests.

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

const ANSWERS: &str = include_str!("../../../templates/examples/answers.json");
const PROBLEMS: &str = include_str!("../../../templates/examples/problems.json");

/// A request and its answer, as a running service gave it.
#[derive(Deserialize)]
struct Answered {
    /// Unique within the operation.
    name: String,
    summary: String,
    /// The method, in lower case.
    method: String,
    /// The path, as the description writes it.
    path: String,
    /// The body that was sent, if it was JSON.
    request: Option<Value>,
    status: u16,
    media_type: String,
    answer: Value,
}

/// A problem as it is answered, and where.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Told {
    /// The operations' ids; without any, every operation that may answer its status.
    operations: Vec<String>,
    problem: Value,
}

/// The description with what every operation may answer, the examples in their places, and all problems as `x-problems`.
pub(super) fn added(mut description: Value) -> Value {
    let answers: Vec<Answered> = serde_json::from_str(ANSWERS).unwrap_or_default();
    let problems: Vec<Told> = serde_json::from_str(PROBLEMS).unwrap_or_default();
    for operation in operations(&mut description) {
        may_fail(operation);
        for told in &problems {
            put_problem(operation, told);
        }
    }
    for example in answers {
        put_answer(&mut description, &example);
    }
    description["x-problems"] = problems.into_iter().map(|told| told.problem).collect();
    description
}

fn operations(description: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = description.get_mut("paths").and_then(Value::as_object_mut).into_iter().flatten();
    paths.flat_map(|(_, path)| path.as_object_mut().into_iter().flatten().map(|(_, operation)| operation))
}

/// What no handler answers, but the service around it.
fn may_fail(operation: &mut Value) {
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for (status, about) in [("500", "The service failed"), ("504", "The request took too long")] {
        let schema = json!({ "$ref": "#/components/schemas/Problem" });
        let answer = json!({ "description": about, "content": { PROBLEM: { "schema": schema } } });
        responses.entry(status).or_insert(answer);
    }
    responses.sort_keys();
}

const PROBLEM: &str = "application/problem+json";

fn put_problem(operation: &mut Value, told: &Told) {
    let here = told.operations.is_empty() || told.operations.iter().any(|id| operation["operationId"] == **id);
    let (status, name) = (told.problem["status"].to_string(), told.slug().to_owned());
    let answer = operation.get_mut("responses").and_then(|answers| answers.get_mut(status));
    if let Some(content) = answer.filter(|_| here).and_then(|answer| answer.get_mut("content")?.get_mut(PROBLEM)) {
        put(content, &name, told.problem["title"].as_str().unwrap_or_default(), &told.problem);
    }
}

/// An example whose operation or answer is not described has no place.
fn put_answer(description: &mut Value, example: &Answered) {
    let path = description.get_mut("paths").and_then(|paths| paths.get_mut(&example.path));
    let Some(operation) = path.and_then(|path| path.get_mut(&example.method)) else { return };
    let body = operation.pointer_mut("/requestBody/content/application~1json");
    if let (Some(content), Some(request)) = (body, &example.request) {
        put(content, &example.name, &example.summary, request);
    }
    let answers = operation.get_mut("responses").and_then(|answers| answers.get_mut(example.status.to_string()));
    if let Some(content) = answers.and_then(|answer| answer.get_mut("content")?.get_mut(&example.media_type)) {
        put(content, &example.name, &example.summary, &example.answer);
    }
}

fn put(content: &mut Value, name: &str, summary: &str, value: &Value) {
    let Some(content) = content.as_object_mut() else { return };
    let examples = content.entry("examples").or_insert_with(|| Value::Object(Map::new()));
    examples[name] = json!({ "summary": summary, "value": value });
}

impl Told {
    fn slug(&self) -> &str {
        let kind = self.problem["type"].as_str().unwrap_or_default();
        kind.strip_prefix("urn:earayis:problem:").unwrap_or_default()
    }
}
