//! How an operation is called with curl: one command for each way to call it, to be copied into a POSIX shell.

use serde_json::Value;

use super::reference::text;

/// The commands that call `method` on `path` at `origin`, with the examples that the description gives.
pub(super) fn with_curl(method: &str, path: &str, operation: &Value, origin: &str) -> Vec<String> {
    let address = format!("{origin}{}", filled(path, operation));
    let mut front = vec![format!("curl -sS {}'{address}'", if method == "GET" { "" } else { "-X POST " })];
    if method != "GET" && method != "POST" {
        front = vec![format!("curl -sS -X {method} '{address}'")];
    }
    if operation.get("security").is_some() {
        front.push("-H \"Authorization: Bearer $TOKEN\"".to_owned());
    }
    if gives_a_file(operation) {
        front.push("-o arayis.pdf".to_owned());
    }
    let Some(bodies) = operation["requestBody"]["content"].as_object() else { return vec![joined(&front, &[])] };
    let call = |(media_type, content): (&String, &Value)| match media_type.as_str() {
        "multipart/form-data" => joined(&front, &["-F file=@arayis.pdf".to_owned()]),
        _ => joined(&front, &[format!("-H 'Content-Type: {media_type}'"), format!("-d '{}'", example(content))]),
    };
    bodies.iter().map(call).collect()
}

fn joined(front: &[String], more: &[String]) -> String {
    front.iter().chain(more).cloned().collect::<Vec<_>>().join(" \\\n  ")
}

/// The path with its parameters' examples in place.
fn filled(path: &str, operation: &Value) -> String {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    parameters.filter(|parameter| parameter["in"] == "path").fold(path.to_owned(), |path, parameter| {
        let name = text(&parameter["name"]);
        let example = match &parameter["example"] {
            Value::Null => UUID.to_owned(),
            Value::String(example) => example.clone(),
            example => example.to_string(),
        };
        path.replace(&format!("{{{name}}}"), &example)
    })
}

/// Stands for the id of a certificate.
const UUID: &str = "019ab3c0-5f00-7000-8000-000000000000";

fn gives_a_file(operation: &Value) -> bool {
    let answer = &operation["responses"]["200"]["content"];
    ["application/pdf", "application/octet-stream"].iter().any(|media_type| answer.get(media_type).is_some())
}

/// The first example of a body, within single quotation marks.
fn example(content: &Value) -> String {
    let examples = content["examples"].as_object().into_iter().flatten();
    let first = examples.map(|(_, example)| &example["value"]).next();
    first.map_or_else(|| "{}".to_owned(), ToString::to_string).replace('\'', "'\\''")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_command_has_address_token_and_body() {
        let operation = json!({
            "security": [{ "token": [] }],
            "parameters": [{ "name": "id", "in": "path" }, { "name": "Accept-Language", "in": "header" }],
            "requestBody": { "content": { "application/json": { "examples": { "one": { "value": { "a": "it's" } } } } } },
        });
        let calls = with_curl("POST", "/api/v1/certificates/{id}/revocation", &operation, "https://arayis.example");
        assert_eq!(
            calls,
            [
                "curl -sS -X POST 'https://arayis.example/api/v1/certificates/019ab3c0-5f00-7000-8000-000000000000/revocation' \\\n  \
              -H \"Authorization: Bearer $TOKEN\" \\\n  -H 'Content-Type: application/json' \\\n  -d '{\"a\":\"it'\\''s\"}'"
            ]
        );
        assert_eq!(with_curl("GET", "/health/live", &json!({}), "http://a"), ["curl -sS 'http://a/health/live'"]);
    }
}
