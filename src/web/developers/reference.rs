//! The documentation's content, read from the description: operations by subject, objects, and every problem once.

use serde_json::Value;

use super::operation::Operation;
use super::schema::Object;

/// Everything the page shows of an API.
pub(super) struct Reference {
    pub(super) groups: Vec<Group>,
    pub(super) objects: Vec<Object>,
    pub(super) problems: Vec<ProblemRow>,
}

/// The operations of one subject.
pub(super) struct Group {
    /// Its name within the page.
    pub(super) name: String,
    pub(super) title: String,
    pub(super) operations: Vec<Operation>,
}

/// A problem as it is answered.
pub(super) struct ProblemRow {
    pub(super) slug: String,
    pub(super) status: String,
    pub(super) title: String,
    pub(super) detail: Prose,
}

/// A text of the description, in which code stands between backticks.
#[derive(Default)]
pub(super) struct Prose(pub(super) Vec<Piece>);

/// A part of it.
pub(super) struct Piece {
    pub(super) code: bool,
    pub(super) text: String,
}

impl Reference {
    /// Reads a description (OpenAPI 3.1) for the service at `origin`.
    pub(super) fn of(description: &Value, origin: &str) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        for (path, item) in description["paths"].as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                let name = text(&operation["tags"][0]);
                let operation = Operation::of(method, path, operation, origin);
                match groups.iter_mut().find(|group| group.name == name) {
                    Some(group) => group.operations.push(operation),
                    None => groups.push(Group { title: capital(&name), name, operations: vec![operation] }),
                }
            }
        }
        groups.sort_by_key(|group| place(&group.name));
        let schemas = description["components"]["schemas"].as_object().into_iter().flatten();
        let problems = problems(description);
        Self { groups, objects: schemas.map(|(name, schema)| Object::of(name, schema)).collect(), problems }
    }
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What a verifier needs stands first.
fn place(group: &str) -> usize {
    const ORDER: [&str; 6] = ["verification", "sandbox", "kinds", "log", "issuing", "health"];
    ORDER.iter().position(|name| *name == group).unwrap_or(1)
}

/// Every problem there is, by its slug.
fn problems(description: &Value) -> Vec<ProblemRow> {
    let all = description["x-problems"].as_array().into_iter().flatten();
    let mut rows: Vec<ProblemRow> = all
        .map(|problem| ProblemRow {
            slug: text(&problem["type"]).trim_start_matches("urn:earayis:problem:").to_owned(),
            status: problem["status"].to_string(),
            title: text(&problem["title"]),
            detail: Prose::of(&problem["detail"]),
        })
        .collect();
    rows.sort_by(|one, other| (&one.status, &one.slug).cmp(&(&other.status, &other.slug)));
    rows
}

impl Prose {
    pub(super) fn of(value: &Value) -> Self {
        let pieces = value.as_str().unwrap_or_default().split('`').enumerate();
        let pieces = pieces.map(|(place, text)| Piece { code: place % 2 == 1, text: text.to_owned() });
        Self(pieces.filter(|piece| !piece.text.is_empty()).collect())
    }
}

/// A string's text, and nothing of what is none.
pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn operations_stand_under_their_subject() {
        let problem = json!({ "type": "urn:earayis:problem:busy", "title": "Busy", "status": 503, "detail": "wait" });
        let operation = |tag: &str| json!({ "tags": [tag], "summary": "Does", "responses": {} });
        let description = json!({
            "x-problems": [problem],
            "paths": { "/h": { "get": operation("health") }, "/v": { "post": operation("verification") } },
            "components": { "schemas": { "A": { "type": "object", "required": ["b"], "properties": {
                "b": { "type": ["string", "null"], "format": "uuid" },
                "c": { "oneOf": [{ "$ref": "#/components/schemas/D" }, { "type": "null" }] },
            } } } }
        });
        let reference = Reference::of(&description, "https://arayis.example");
        assert_eq!(
            reference.groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>(),
            ["verification", "health"]
        );
        assert_eq!(reference.problems[0].slug, "busy");
        let [b, c] = reference.objects[0].fields.as_slice() else { panic!("two fields") };
        assert_eq!((b.required, b.sort.words.as_str()), (true, "string / null (uuid)"));
        assert_eq!((c.required, c.sort.object.as_deref()), (false, Some("D")));
    }

    #[test]
    fn code_is_told_from_words() {
        let prose = Prose::of(&json!("Say `az` or `ru`."));
        let code: Vec<_> = prose.0.iter().filter(|piece| piece.code).map(|piece| piece.text.as_str()).collect();
        assert_eq!(code, ["az", "ru"]);
    }
}
