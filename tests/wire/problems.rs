//! Problems: one form for all, a detail in the reader's language, and never a word of what lies inside.

use serde_json::json;

use crate::wire::{Answer, as_issuer, ask, service};

const VERIFICATIONS: &str = "/api/v1/verifications";

#[test]
fn a_hint_is_told_in_the_readers_language() {
    let service = service();
    let hint = |languages: &str| {
        let request = service.request("POST", VERIFICATIONS).json(&json!({ "code": "0000-0000-0000-0001" }));
        let answer = ask(request.header("accept-language", languages));
        assert_eq!((answer.status, answer.problem().as_str()), (422, "mistyped-code"));
        answer.json()["detail"].as_str().unwrap().to_owned()
    };
    let [az, en, ru] = ["az", "en", "ru"].map(hint);
    assert!(az.contains("səhv") && en.contains("mistyped") && ru.contains("ошибкой"), "{az} {en} {ru}");
    for (languages, expected) in [
        ("", &az),
        ("de, fr;q=0.5", &az),
        ("de, en;q=0.8, ru;q=0.9", &ru),
        ("en-GB", &en),
        ("*", &az),
        ("nonsense;;;q=q", &az),
    ] {
        assert_eq!(&hint(languages), expected, "{languages}");
    }
}

#[test]
fn a_verdict_and_its_checks_are_told_in_the_readers_language() {
    let service = service();
    let texts = ["az", "en", "ru"].map(|language| {
        let request = service.request("POST", VERIFICATIONS).json(&json!({ "code": "0000-0000-0000-0000" }));
        let answer = ask(request.header("accept-language", language)).json();
        let checks =
            answer["checks"].as_array().unwrap().iter().map(|check| check["text"].as_str().unwrap().to_owned());
        assert_eq!(checks.len(), 6);
        (answer["text"].as_str().unwrap().to_owned(), checks.collect::<Vec<_>>())
    });
    assert_eq!(texts[0].0, "Belə arayış tapılmadı. Qəbul etməyin.");
    assert_eq!(texts[1].0, "No such certificate found. Do not accept it.");
    assert_eq!(texts[2].0, "Такая справка не найдена. Не принимайте.");
    assert!(texts[0].1 != texts[1].1 && texts[1].1 != texts[2].1);
}

#[test]
fn a_refused_issuance_is_told_in_the_readers_language() {
    let service = service();
    let details = ["az", "en", "ru"].map(|language| {
        let request = as_issuer(&service, "POST", "/api/v1/certificates").header("accept-language", language);
        let answer = ask(request.json(&json!({ "kind": "is-yeri", "holder": "7DEM999" })));
        assert_eq!(answer.status, 409);
        answer.problem();
        answer.json()["detail"].as_str().unwrap().to_owned()
    });
    assert!(details[0] != details[1] && details[1] != details[2], "{details:?}");
}

#[test]
fn unknown_fields_and_questions_are_refused() {
    let service = service();
    for body in [
        json!({ "code": "0000-0000-0000-0000", "facts": true }),
        json!({ "number": "2026-0000-0000", "code": "0000-0000-0000-0000" }),
        json!({ "url": "http://arayis.example/" }),
        json!({ "Code": "0000-0000-0000-0000" }),
        json!({ "file": "JVBERi0=" }),
        json!({}),
        json!([]),
        json!("2026-0000-0000"),
        json!(null),
    ] {
        let answer = ask(service.request("POST", VERIFICATIONS).json(&body));
        let refused = [(422, "malformed-request".to_owned()), (400, "unreadable-request".to_owned())];
        assert!(refused.contains(&(answer.status, answer.problem())), "{body}: {}", answer.text());
    }
}

/// Whatever stands behind an address of the API that is none, it is a problem and no page.
#[test]
fn an_address_or_method_that_is_none_is_a_problem() {
    let service = service();
    let answers: Vec<(&str, Answer)> = [
        ("GET", "/api/v1/salam"),
        ("GET", "/api/v1/certificates"),
        ("DELETE", "/api/v1/verifications"),
        ("PUT", "/api/v1/kinds"),
        ("GET", "/api/v1/certificates/salam/proof"),
        ("GET", "/api/v1/kinds/is-yeri/x/schema.json"),
        ("GET", "/api/v1/kinds/is-yeri/99999999999/schema.json"),
        ("GET", "/api/v1/kinds/invented/1/schema.json"),
        ("GET", "/api/v1/kinds/is-yeri/2/schema.json"),
    ]
    .map(|(method, path)| (path, ask(service.request(method, path))))
    .into();
    let wrong: Vec<String> = answers
        .iter()
        .filter(|(_, answer)| {
            let told = answer.header("content-type") == "application/problem+json";
            !([400, 404, 405].contains(&answer.status) && told)
        })
        .map(|(path, answer)| format!("{path}: {} {} {}", answer.status, answer.header("content-type"), answer.text()))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_problem_tells_what_lies_inside() {
    let service = service();
    for body in ["{\"code\":\"\\ud800\"}", "{\"code\":", "\u{0}", "{\"code\":1e999}", "{\"number\":{\"a\":[]}}"] {
        let request = service.request("POST", VERIFICATIONS).header("content-type", "application/json");
        let answer = ask(request.body(body));
        answer.problem();
        for inside in ["src/", "panicked", "sqlx", "axum", "serde", "earayis::", "/tmp", "unwrap"] {
            assert!(!answer.text().contains(inside), "{}", answer.text());
        }
    }
}
