//! Issuing through the API: by whom, for whom, once for a key, and what each refusal is called.

use serde_json::{Value, json};

use crate::service::TestService;
use crate::wire::{Answer, as_issuer, ask, service};

const CERTIFICATES: &str = "/api/v1/certificates";

fn issue(service: &TestService, key: Option<&str>, body: &Value) -> Answer {
    let request = as_issuer(service, "POST", CERTIFICATES).json(body);
    ask(match key {
        Some(key) => request.header("idempotency-key", key),
        None => request,
    })
}

fn workplace(holder: &str) -> Value {
    json!({ "kind": "is-yeri", "holder": holder })
}

#[test]
fn an_issued_certificate_is_located_fetched_and_verified() {
    let service = service();
    let issued = issue(&service, None, &workplace("7DEM001"));
    assert_eq!((issued.status, issued.header("cache-control")), (201, "no-store"));
    let answer = issued.json();
    let path = issued.header("location");
    assert_eq!(path, format!("{CERTIFICATES}/{}", answer["id"].as_str().unwrap()));
    let fetched = ask(as_issuer(&service, "GET", path));
    assert_eq!((fetched.status, fetched.header("cache-control"), fetched.json()), (200, "no-store", answer.clone()));
    let pdf = ask(as_issuer(&service, "GET", &format!("{path}/pdf")));
    assert_eq!(
        (pdf.status, pdf.header("content-type"), pdf.header("cache-control")),
        (200, "application/pdf", "no-store")
    );
    let name = format!("attachment; filename=\"{}.pdf\"", answer["number"].as_str().unwrap());
    assert_eq!(pdf.header("content-disposition"), name);
    let (status, verification) = crate::shared::RUNTIME.block_on(service.verify_file(pdf.bytes));
    assert_eq!((status, &verification["verdict"]), (200, &json!("valid")));
    assert_eq!(verification["certificate"]["facts"], answer["facts"]);
}

#[test]
fn a_key_makes_repeats_the_first_certificate() {
    let service = service();
    let body = workplace("7DEM002");
    let first = issue(&service, Some("first-key"), &body);
    let again = issue(&service, Some("first-key"), &body);
    assert_eq!((first.status, again.status), (201, 200));
    assert_eq!(first.json(), again.json());
    assert_eq!(first.header("location"), again.header("location"));
    let mut changed = body.clone();
    changed["purpose"] = json!("study");
    let reused = issue(&service, Some("first-key"), &changed);
    assert_eq!((reused.status, reused.problem().as_str()), (409, "idempotency-key-reused"));
    let other = issue(&service, Some("second-key"), &body);
    assert_eq!(other.status, 201);
    assert_ne!(other.json()["id"], first.json()["id"]);
    assert_ne!(issue(&service, None, &body).json()["id"], issue(&service, None, &body).json()["id"]);
    for nonsense in ["", "a b", &"k".repeat(129)] {
        assert_eq!(issue(&service, Some(nonsense), &body).status, 422, "{nonsense:?}");
    }
}

/// A refused request leaves its key free for the same request when the reason is gone.
#[test]
fn a_refusal_is_no_certificate_to_repeat() {
    let service = service();
    for _ in 0..2 {
        let refused = issue(&service, Some("refused-key"), &workplace("7DEM999"));
        assert_eq!(refused.status, 409, "{}", refused.text());
    }
    assert_eq!(issue(&service, Some("refused-key"), &workplace("7DEM003")).status, 201);
}

#[test]
fn each_refusal_has_its_name() {
    let service = service();
    let cases = [
        (workplace("7DEM999"), 409, "registry-no-such-person"),
        (workplace("7DEM016"), 409, "registry-incomplete"),
        (workplace("7DEM017"), 409, "registry-another-person"),
        (workplace("7DEM014"), 409, "undrawable"),
        (workplace("7DEM031"), 409, "registry-incomplete"),
        (json!({ "kind": "is-yeri", "holder": "7DEM001", "purpose": "invented" }), 422, "unknown-purpose"),
        (json!({ "kind": "invented", "holder": "7DEM001" }), 422, "unknown-kind"),
        (json!({ "kind": "diplom", "holder": "7DEM001" }), 403, "not-permitted"),
        (json!({ "kind": "mehkumluq", "holder": "7DEM001" }), 403, "not-permitted"),
        (json!({ "kind": "İş yeri", "holder": "7DEM001" }), 422, "malformed-request"),
        (json!({ "kind": "is-yeri", "holder": "7DEM00I" }), 422, "malformed-request"),
        (json!({ "kind": "is-yeri" }), 422, "malformed-request"),
        (json!({ "kind": "is-yeri", "holder": "7DEM001", "facts": {} }), 422, "malformed-request"),
        (json!({ "kind": "is-yeri", "holder": "7DEM001", "recipient": { "name": "" } }), 422, "malformed-request"),
        (
            json!({ "kind": "is-yeri", "holder": "7DEM001", "recipient": { "name": "Bank", "voen": "1401555081" } }),
            422,
            "malformed-request",
        ),
        (
            json!({ "kind": "is-yeri", "holder": "7DEM001", "recipient": { "name": "Bank", "bic": "X" } }),
            422,
            "malformed-request",
        ),
    ];
    let mut differences = Vec::new();
    for (body, status, slug) in cases {
        let refused = issue(&service, None, &body);
        assert_ne!(refused.status, 201, "{body}");
        let found = (refused.status, refused.problem());
        if found != (status, slug.to_owned()) {
            differences.push(format!("{body}: {found:?} instead of {status} {slug}: {}", refused.text()));
        }
        assert!(!refused.text().contains("7DEM"), "a problem repeats a FİN: {}", refused.text());
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn nobody_without_a_token_of_ours_is_let_in() {
    let service = service();
    let id = issue(&service, None, &workplace("7DEM001")).json()["id"].as_str().unwrap().to_owned();
    let one = format!("{CERTIFICATES}/{id}");
    let reason = json!({ "reason": "facts_wrong" });
    let paths = [
        ("POST", CERTIFICATES.to_owned(), workplace("7DEM001")),
        ("GET", one.clone(), Value::Null),
        ("GET", format!("{one}/pdf"), Value::Null),
        ("POST", format!("{one}/revocation"), reason.clone()),
        ("POST", format!("{one}/suspension"), reason.clone()),
        ("POST", format!("{one}/reinstatement"), reason),
        ("POST", format!("{one}/supersession"), json!({ "by": "2026-0000-0000" })),
    ];
    let token = service.token();
    let credentials = [
        (None, "unauthenticated"),
        (Some("Bearer ".to_owned()), "unauthenticated"),
        (Some("Bearer wrong".to_owned()), "unknown-token"),
        (Some(format!("Bearer {token}x")), "unknown-token"),
        (Some(format!("Bearer {}", &token[1..])), "unknown-token"),
        (Some(format!("Basic {token}")), "unauthenticated"),
        (Some(token), "unauthenticated"),
    ];
    for (method, path, body) in &paths {
        for (credential, slug) in &credentials {
            let request = service.request(method, path).json(body);
            let refused = ask(match credential {
                Some(credential) => request.header("authorization", credential),
                None => request,
            });
            assert_eq!((refused.status, refused.problem().as_str()), (401, *slug), "{method} {path}");
            assert_eq!(refused.header("www-authenticate"), "Bearer");
        }
    }
    let number = ask(as_issuer(&service, "GET", &one)).json()["number"].as_str().unwrap().to_owned();
    let verification = crate::shared::RUNTIME.block_on(service.verify("number", &number));
    assert_eq!(verification["verdict"], "valid", "nothing of it was done");
}

/// Another agency's certificate is as absent as one that was never issued.
#[test]
fn an_agency_sees_and_changes_its_own_only() {
    let service = service();
    let (foreign, _) = service.issue("diplom", "7DEM001");
    let absent = "018f0000-0000-7000-8000-000000000000";
    for id in [foreign["id"].as_str().unwrap(), absent] {
        let one = format!("{CERTIFICATES}/{id}");
        let mut answers = vec![
            ask(as_issuer(&service, "GET", &one)),
            ask(as_issuer(&service, "GET", &format!("{one}/pdf"))),
            ask(as_issuer(&service, "POST", &format!("{one}/supersession")).json(&json!({ "by": "2026-0000-0000" }))),
        ];
        for act in ["revocation", "suspension", "reinstatement"] {
            let body = json!({ "reason": "facts_wrong" });
            answers.push(ask(as_issuer(&service, "POST", &format!("{one}/{act}")).json(&body)));
        }
        for answer in answers {
            assert_eq!((answer.status, answer.problem().as_str()), (404, "not-found"), "{id}");
        }
    }
    let no_id = ask(as_issuer(&service, "GET", &format!("{CERTIFICATES}/salam")));
    assert_eq!(no_id.status, 400, "{}", no_id.text());
}

#[test]
fn a_status_changes_by_the_api_as_far_as_it_may() {
    let service = service();
    let [first, second] = ["7DEM001", "7DEM001"].map(|holder| issue(&service, None, &workplace(holder)).json());
    let path = |act: &str| format!("{CERTIFICATES}/{}/{act}", first["id"].as_str().unwrap());
    let change = |act: &str, body: &Value| ask(as_issuer(&service, "POST", &path(act)).json(body));
    let reason = |slug: &str| json!({ "reason": slug });
    let suspended = change("suspension", &reason("misuse_suspected"));
    assert_eq!((suspended.status, &suspended.json()["status"]), (200, &json!("suspended")));
    assert_eq!(suspended.json()["reason"], "misuse_suspected");
    let again = change("suspension", &reason("misuse_suspected"));
    assert_eq!((again.status, again.problem().as_str()), (409, "already-suspended"));
    assert_eq!(change("reinstatement", &reason("cause_removed")).json()["status"], "valid");
    for nonsense in [json!({}), reason("because"), json!({ "reason": "facts_wrong", "text": "salam" })] {
        let refused = change("revocation", &nonsense);
        assert_eq!((refused.status, refused.problem().as_str()), (422, "malformed-request"), "{nonsense}");
    }
    let itself = change("supersession", &json!({ "by": first["number"] }));
    assert_eq!((itself.status, itself.problem().as_str()), (409, "not-a-successor"));
    let superseded = change("supersession", &json!({ "by": second["number"] }));
    assert_eq!((superseded.status, &superseded.json()["status"]), (200, &json!("superseded")));
    assert_eq!(change("revocation", &reason("facts_wrong")).status, 409);
}
