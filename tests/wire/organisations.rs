//! Organisations over the real service: each credential is good for what it says, and each refusal has its own name.
//!
//! Credentials are made and ended by other processes, the operator's commands, and hold or fail with the next request.

use serde_json::{Value, json};

use crate::service::TestService;
use crate::shared::RUNTIME;
use crate::wire::{Answer, as_issuer, ask, service};

const WHO: &str = "/api/v1/organisation";
const VERIFICATIONS: &str = "/api/v1/verifications";
/// The demonstration's verifiers.
const BANK: &str = "9900310161";
const OTHER_BANK: &str = "9900300221";

/// Runs a command that must succeed; answers what it printed.
#[track_caller]
fn operate(service: &TestService, arguments: &[&str]) -> String {
    let output = service.run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Runs a command that must be refused; answers what it said.
#[track_caller]
fn refused(service: &TestService, arguments: &[&str]) -> String {
    let output = service.run(arguments);
    assert!(!output.status.success() && output.stdout.is_empty(), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// An organisation of a test's own with one member, so that tests do not meet.
fn organisation(service: &TestService, voen: &str, roles: &str) {
    operate(service, &["organisations", "add", voen, "--name", "“Tək Bank” ASC", "--roles", roles]);
    operate(service, &["members", "add", voen, "desk"]);
}

fn token(service: &TestService, voen: &str, name: &str, scopes: &str) -> String {
    operate(service, &["tokens", "issue", voen, name, "--member", "desk", "--scopes", scopes])
}

fn who(service: &TestService, token: &str) -> Answer {
    ask(service.request("GET", WHO).bearer_auth(token))
}

/// Asks about a number that does not exist.
fn verify(service: &TestService, token: &str) -> Answer {
    ask(service.request("POST", VERIFICATIONS).bearer_auth(token).json(&json!({ "number": "2026-0000-0000" })))
}

fn claims(receipt: &Value) -> Value {
    let payload = receipt.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&data_encoding::BASE64URL_NOPAD.decode(payload.as_bytes()).unwrap()).unwrap()
}

#[test]
fn the_demonstrations_bank_learns_who_it_is() {
    let service = service();
    let file = service.dir.join("verifier.token");
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    let answer = who(&service, &service.verifier_token());
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    let told = answer.json();
    assert_eq!((&told["voen"], &told["roles"]), (&json!(BANK), &json!(["verifier"])));
    assert_eq!(told["credential"]["scopes"], json!(["verify", "batch", "watch"]));
    assert!(told["credential"]["expires_at"].as_str().is_some_and(|end| end.ends_with('Z')), "{told}");
    let issuer = who(&service, &service.token()).json();
    assert_eq!(
        (&issuer["roles"], &issuer["credential"]["scopes"]),
        (&json!(["issuer"]), &json!(["verify", "issue", "revoke"]))
    );
}

#[test]
fn what_is_no_credential_is_never_taken_for_nobody() {
    let service = service();
    let good = service.verifier_token();
    let wrong = [
        ("Bearer".to_owned(), "unauthenticated"),
        ("Bearer ".to_owned(), "unauthenticated"),
        (format!("Basic {good}"), "unauthenticated"),
        (good.clone(), "unauthenticated"),
        ("Bearer earayis_wrong".to_owned(), "unknown-token"),
        (format!("Bearer {good}x"), "unknown-token"),
        (format!("Bearer {}", good.to_uppercase()), "unknown-token"),
        (format!("Bearer {good}, Bearer {good}"), "unknown-token"),
    ];
    for (header, slug) in wrong {
        for request in [
            service.request("GET", WHO),
            service.request("POST", VERIFICATIONS).json(&json!({ "number": "2026-0000-0000" })),
        ] {
            let answer = ask(request.header("authorization", &header));
            assert_eq!((answer.status, answer.problem().as_str()), (401, slug), "{header}");
            assert_eq!(answer.header("www-authenticate"), "Bearer");
            assert!(!answer.text().contains(&good[8..]), "a problem repeats a token");
        }
    }
    let twice = service.request("GET", WHO).bearer_auth(&good).header("authorization", "Bearer other");
    assert_eq!(ask(twice).problem(), "unauthenticated");
    let nobody = ask(service.request("GET", WHO));
    assert_eq!((nobody.status, nobody.problem().as_str()), (401, "unauthenticated"));
    let anybody = ask(service.request("POST", VERIFICATIONS).json(&json!({ "number": "2026-0000-0000" })));
    assert_eq!(anybody.json()["verdict"], "unknown", "without a credential anybody may ask");
}

/// Whoever says by a header that she has a certificate or comes from elsewhere is nobody all the same.
#[test]
fn headers_that_claim_an_identity_are_not_read() {
    let service = service();
    let headers = [
        ("x-client-cert", "-----BEGIN CERTIFICATE-----"),
        ("x-ssl-client-cert", "-----BEGIN CERTIFICATE-----"),
        ("client-cert", ":MIIB:"),
        ("x-forwarded-client-cert", "Hash=00;Subject=\"CN=bank\""),
        ("x-ssl-client-verify", "SUCCESS"),
        ("x-ssl-client-s-dn", "CN=9900310161"),
        ("x-forwarded-user", BANK),
        ("x-remote-user", BANK),
        ("x-organisation", BANK),
        ("forwarded", "for=127.0.0.1;by=bank"),
        ("x-forwarded-for", "127.0.0.1"),
    ];
    for (name, value) in headers {
        let answer = ask(service.request("GET", WHO).header(name, value));
        assert_eq!((answer.status, answer.problem().as_str()), (401, "unauthenticated"), "{name}");
        let answer = ask(service.request("GET", WHO).bearer_auth(service.verifier_token()).header(name, value)).json();
        assert_eq!(answer["credential"]["certificate"], false, "{name}");
    }
}

#[test]
fn a_token_that_another_process_revokes_fails_with_the_next_request() {
    let service = service();
    let voen = "9900310291";
    organisation(&service, voen, "verifier");
    let core = token(&service, voen, "core", "verify");
    for _ in 0..3 {
        assert_eq!((who(&service, &core).status, verify(&service, &core).status), (200, 200));
    }
    operate(&service, &["tokens", "revoke", voen, "core"]);
    for answer in [who(&service, &core), verify(&service, &core)] {
        assert_eq!((answer.status, answer.problem().as_str()), (401, "revoked-token"));
    }
    let again = token(&service, voen, "core", "verify");
    assert_eq!(who(&service, &again).status, 200);
    operate(&service, &["members", "remove", voen, "desk"]);
    assert_eq!(who(&service, &again).problem(), "revoked-token");
}

#[test]
fn a_closed_organisation_is_refused_by_that_name() {
    let service = service();
    let voen = "9900300351";
    organisation(&service, voen, "verifier");
    let core = token(&service, voen, "core", "verify");
    operate(&service, &["organisations", "close", voen]);
    let answer = verify(&service, &core);
    assert_eq!((answer.status, answer.problem().as_str()), (403, "closed-organisation"));
    assert!(refused(&service, &["members", "add", voen, "late"]).contains("no open organisation"));
    operate(&service, &["organisations", "reopen", voen]);
    assert_eq!(verify(&service, &core).problem(), "revoked-token");
}

#[test]
fn a_credential_does_what_its_scopes_say_and_its_organisations_roles_allow() {
    let service = service();
    let voen = "9900310311";
    organisation(&service, voen, "verifier,issuer");
    let watching = token(&service, voen, "watching", "watch");
    let answer = verify(&service, &watching);
    assert_eq!((answer.status, answer.problem().as_str()), (403, "missing-scope"));
    assert!(answer.text().contains("`verify`"), "{}", answer.text());
    assert_eq!(who(&service, &watching).status, 200);

    let verifier = service.verifier_token();
    for (method, path) in
        [("POST", "/api/v1/certificates".to_owned()), ("GET", format!("/api/v1/certificates/{}", uuid::Uuid::nil()))]
    {
        let body = json!({ "kind": "is-yeri", "holder": "7DEM001" });
        let answer = ask(service.request(method, &path).bearer_auth(&verifier).json(&body));
        assert_eq!((answer.status, answer.problem().as_str()), (403, "missing-scope"), "{path}");
    }
    let issuing = token(&service, voen, "issuing", "issue");
    let change = service.request("POST", &format!("/api/v1/certificates/{}/revocation", uuid::Uuid::nil()));
    let answer = ask(change.bearer_auth(&issuing).json(&json!({ "reason": "facts_wrong" })));
    assert_eq!((answer.status, answer.problem().as_str()), (403, "missing-scope"));

    let body = json!({ "kind": "is-yeri", "holder": "7DEM001" });
    let foreign = ask(service.request("POST", "/api/v1/certificates").bearer_auth(&issuing).json(&body));
    assert_eq!((foreign.status, foreign.problem().as_str()), (403, "not-permitted"), "another agency's kind");
    operate(&service, &["organisations", "change", voen, "--roles", "verifier"]);
    let answer = ask(service.request("POST", "/api/v1/certificates").bearer_auth(&issuing).json(&body));
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (403, "missing-scope"),
        "its role is gone, and so is the scope"
    );
    let said = refused(&service, &["tokens", "issue", voen, "x", "--member", "desk", "--scopes", "issue"]);
    assert!(said.contains("`issue`"), "{said}");
}

#[test]
fn a_token_alone_does_not_suffice_where_a_certificate_is_needed() {
    let service = service();
    let voen = "9900300481";
    organisation(&service, voen, "verifier");
    let core = token(&service, voen, "core", "verify");
    operate(&service, &["organisations", "change", voen, "--needs-certificate", "true"]);
    let answer = verify(&service, &core);
    assert_eq!((answer.status, answer.problem().as_str()), (403, "certificate-needed"));
    operate(&service, &["organisations", "change", voen, "--needs-certificate", "false"]);
    assert_eq!(verify(&service, &core).status, 200);
}

#[test]
fn who_asks_stands_in_the_receipt_and_another_recipient_in_a_warning() {
    let service = service();
    let certificate = |recipient: Value| {
        let body = json!({ "kind": "is-yeri", "holder": "7DEM001", "recipient": recipient });
        let issued = ask(as_issuer(&service, "POST", "/api/v1/certificates").json(&body));
        assert_eq!(issued.status, 201, "{}", issued.text());
        issued.json()
    };
    let verified = |by: &str, what: &Value, language: &str| {
        let request = service.request("POST", VERIFICATIONS).bearer_auth(service.verifier_token());
        ask(request.header("accept-language", language).json(&json!({ by: what }))).json()
    };
    let own = certificate(json!({ "name": "“Sınaq Bankı” ASC", "voen": BANK }));
    let answer = verified("code", &own["code"], "en");
    assert_eq!((&answer["verdict"], &answer["warnings"]), (&json!("valid"), &Value::Null));
    assert_eq!(claims(&answer["receipt"])["aud"], BANK);
    let checked = service.request("POST", "/api/v1/receipts/check").json(&json!({ "receipt": answer["receipt"] }));
    assert_eq!(ask(checked).json()["receipt"]["organisation"], BANK);

    let others = certificate(json!({ "name": "“Nümunə Bankı” ASC", "voen": OTHER_BANK }));
    let texts = ["az", "en", "ru"].map(|language| {
        let answer = verified("code", &others["code"], language);
        assert_eq!(
            (&answer["verdict"], &answer["warnings"][0]["reason"]),
            (&json!("valid"), &json!("other_recipient"))
        );
        answer["warnings"][0]["text"].as_str().unwrap().to_owned()
    });
    assert!(texts[0] != texts[1] && texts[1] != texts[2], "{texts:?}");
    let named = certificate(json!({ "name": "Hansısa bank" }));
    assert_eq!(verified("code", &named["code"], "az")["warnings"][0]["reason"], "recipient_by_name");

    let by_number = verified("number", &others["number"], "en");
    assert_eq!(
        (&by_number["verdict"], &by_number["warnings"]),
        (&json!("valid"), &Value::Null),
        "the recipient is a fact"
    );
    let anonymous = RUNTIME.block_on(service.verify("code", others["code"].as_str().unwrap()));
    assert_eq!((&anonymous["warnings"], &claims(&anonymous["receipt"])["aud"]), (&Value::Null, &Value::Null));
}

#[test]
fn the_holder_sees_the_name_of_whoever_looked() {
    let service = service();
    let (issued, _) = service.issue("is-yeri", "7DEM001");
    let looked = service.request("POST", VERIFICATIONS).bearer_auth(service.verifier_token());
    assert_eq!(ask(looked.json(&json!({ "code": issued["code"] }))).json()["verdict"], "valid");

    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let form = ("content-type", "application/x-www-form-urlencoded");
    let signed_in = ask(client.post(format!("{}/sign-in", service.url)).header(form.0, form.1).body("person=0"));
    let cookie = signed_in.header("set-cookie").split(';').next().unwrap().to_owned();
    let path = format!("{}/certificates/{}", service.url, issued["id"].as_str().unwrap());
    let page = ask(client.get(path).header("cookie", cookie)).text();
    let (_, looks) = page.split_once("id=\"looks\"").unwrap();
    assert!(looks.contains("“Sınaq Bankı” ASC") && !looks.contains(BANK), "{looks}");
}

#[test]
fn what_the_operator_did_is_listed_and_no_secret_is() {
    let service = service();
    let voen = "9900310441";
    organisation(&service, voen, "verifier");
    let core = token(&service, voen, "core", "verify,batch");
    assert_eq!(who(&service, &core).status, 200);
    let listed: Value = serde_json::from_str(&operate(&service, &["tokens", "list", voen, "--json"])).unwrap();
    assert_eq!((&listed[0]["name"], &listed[0]["state"]), (&json!("core"), &json!("good")));
    assert_eq!(listed[0]["scopes"], json!(["verify", "batch"]));
    let printed = operate(&service, &["tokens", "list", voen]) + &listed.to_string();
    assert!(!printed.contains(&core) && !printed.contains(&core[8..]), "{printed}");
    let members = operate(&service, &["members", "list", voen]);
    assert_eq!(members, "desk");
    let organisations: Value = serde_json::from_str(&operate(&service, &["organisations", "list", "--json"])).unwrap();
    assert!(organisations.as_array().unwrap().iter().any(|one| one["voen"] == voen), "{organisations}");

    let cases: [(&[&str], &str); 6] = [
        (&["organisations", "add", voen, "--name", "Again"], "there is an organisation"),
        (&["tokens", "issue", voen, "core", "--member", "desk"], "one of this name"),
        (&["tokens", "issue", voen, "other", "--member", "nobody"], "no member"),
        (&["tokens", "revoke", voen, "other"], "could be revoked"),
        (&["tokens", "list", "9900310571"], "no open organisation"),
        (
            &["client-certificates", "bind", voen, "gateway", "--member", "desk", "--file", "/nowhere.pem"],
            "/nowhere.pem",
        ),
    ];
    for (arguments, sentence) in cases {
        let said = refused(&service, arguments);
        assert!(said.contains(sentence), "{arguments:?}: {said}");
    }
    for nonsense in [
        &["tokens", "issue", voen, "x", "--member", "desk", "--days", "0"][..],
        &["tokens", "issue", voen, "x", "--member", "desk", "--days", "731"],
        &["tokens", "issue", voen, "x", "--member", "desk", "--scopes", "everything"],
        &["organisations", "add", "9900310171", "--name", "Wrong"],
        &["organisations", "add", "9900310571", "--name", "  "],
    ] {
        assert_eq!(service.run(nonsense).status.code(), Some(2), "{nonsense:?}");
    }
}
