//! What an issuer, a verifier and an operator do with the canaries, and what the service answers where it must be wary.

use std::process::{Command, Stdio};

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::canaries::{ANOTHER, FIN, GARBLED, INCOMPLETE, RECIPIENT, RENAMED, UNDRAWABLE};
use crate::service::TestService;

/// What came of it all.
#[derive(Default)]
pub(crate) struct Said {
    /// Codes, which are secrets too: as printed, as looked up, and without hyphens in lower case.
    pub(crate) codes: Vec<String>,
    pub(crate) numbers: Vec<String>,
    /// Answers that must hold nothing personal, with what was asked.
    pub(crate) unwary: Vec<(String, String)>,
}

impl Said {
    pub(crate) fn issued(&mut self, certificate: &Value) {
        let code = certificate["code"].as_str().unwrap().to_owned();
        self.codes.push(code.replace('-', ""));
        self.codes.push(code);
        self.numbers.push(certificate["number"].as_str().unwrap().to_owned());
    }

    pub(crate) async fn refused(&mut self, what: &str, answer: reqwest::Response) -> StatusCode {
        let status = answer.status();
        let headers = format!("{:?}", answer.headers());
        let body = answer.text().await.unwrap();
        assert!(!status.is_success(), "{what}: {status}: {body}");
        self.unwary.push((what.to_owned(), headers + &body));
        status
    }
}

/// Sends a request for a certificate of employment.
pub(crate) async fn ask(service: &TestService, key: &str, body: &Value) -> reqwest::Response {
    let request = service.request("POST", "/api/v1/certificates").bearer_auth(service.token());
    request.header("idempotency-key", key).json(body).send().await.unwrap()
}

/// Issues by API and by command, and verifies in every way, genuine and not.
pub(crate) async fn issue_and_verify(service: &TestService, said: &mut Said) {
    let body = json!({ "kind": "is-yeri", "holder": FIN, "recipient": { "name": RECIPIENT, "voen": "9900000141" } });
    let answer = ask(service, "canary-one", &body).await;
    assert_eq!(answer.status(), 201);
    let certificate: Value = answer.json().await.unwrap();
    said.issued(&certificate);
    assert_eq!(ask(service, "canary-one", &body).await.status(), 200);
    let (id, code) = (certificate["id"].as_str().unwrap(), certificate["code"].as_str().unwrap());
    let number = certificate["number"].as_str().unwrap();
    let path = format!("/api/v1/certificates/{id}");
    let get = |path: String| service.request("GET", &path).bearer_auth(service.token()).send();
    assert_eq!(get(path.clone()).await.unwrap().status(), 200);
    let file = get(format!("{path}/pdf")).await.unwrap().bytes().await.unwrap().to_vec();

    for kind in ["sexsiyyet-vesiqesi", "yasayis-yeri", "ferdi-melumat"] {
        let elsewhere = tempfile::tempdir().unwrap();
        let out = elsewhere.path().join("canary.pdf");
        let arguments = [
            "issue",
            "--json",
            "--kind",
            kind,
            "--holder",
            FIN,
            "--recipient",
            RECIPIENT,
            "--out",
            out.to_str().unwrap(),
        ];
        let output = tokio::task::block_in_place(|| service.run(&arguments));
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{words}");
        said.issued(&serde_json::from_slice(&output.stdout).unwrap());
        said.unwary.push((format!("issue --kind {kind}, standard error"), words));
    }

    assert_eq!(service.verify("code", code).await["verdict"], "valid");
    assert_eq!(service.verify("number", number).await["verdict"], "valid");
    let sha256 = data_encoding::HEXLOWER.encode(ring::digest::digest(&ring::digest::SHA256, &file).as_ref());
    assert_eq!(service.verify("digest", &sha256).await["verdict"], "valid");
    assert_eq!(service.verify_file(file.clone()).await.1["verdict"], "valid");
    let altered = [file.clone(), b"\n%altered\n".to_vec()].concat();
    let (_, told) = service.verify_file(altered).await;
    assert_eq!(told["verdict"], "altered", "{told}");
    let (_, told) = service.verify_file(file[..file.len() / 2].to_vec()).await;
    assert_ne!(told["verdict"], "valid", "{told}");
    match qr_of(&file) {
        Some(text) => {
            assert_eq!(service.verify("qr", &text).await["verdict"], "valid", "{text}");
            let (before, token) = text.rsplit_once('.').unwrap();
            let forged = format!("{before}.{}", token.replace('A', "B"));
            assert_ne!(service.verify("qr", &forged).await["verdict"], "valid");
        }
        None => println!("SKIPPED: the way by the QR, for which pdftoppm and zbarimg are missing"),
    }
    let without_token = format!("{}/V#{code}", service.url.to_uppercase());
    service.verify("qr", &without_token).await;

    let revoked = service.request("POST", &format!("{path}/revocation")).bearer_auth(service.token());
    let revoked = revoked.json(&json!({ "reason": "facts_wrong" })).send().await.unwrap();
    assert_eq!(revoked.status(), 200);
    assert_eq!(service.verify("code", code).await["verdict"], "revoked");
}

/// Verifies in an organisation's name: neither a token that is good nor one that never was is written anywhere.
pub(crate) async fn verify_by_token(service: &TestService, said: &mut Said) {
    let run = |arguments: &[&str]| {
        let output = tokio::task::block_in_place(|| service.run(arguments));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    run(&["organisations", "add", "9900310161", "--name", "“Sınaq Bankı” ASC"]);
    run(&["members", "add", "9900310161", "desk"]);
    let (token, words) = run(&["tokens", "issue", "9900310161", "core", "--member", "desk"]);
    said.unwary.push(("tokens issue, standard error".to_owned(), words));
    let (listed, _) = run(&["tokens", "list", "9900310161", "--json"]);
    said.unwary.push(("tokens list".to_owned(), listed));
    let ask = async |token: &str| {
        let request = service.request("POST", "/api/v1/verifications").bearer_auth(token);
        request.json(&json!({ "code": said.codes[1] })).send().await.unwrap()
    };
    let good = ask(token.trim()).await;
    assert_eq!(good.status(), 200);
    let wrong = format!("earayis_{}", "w7onq".repeat(10));
    let refused = ask(&wrong).await;
    said.refused("a token that never was", refused).await;
    run(&["tokens", "revoke", "9900310161", "core"]);
    let request = service.request("GET", "/api/v1/organisation").bearer_auth(token.trim());
    said.refused("a revoked token", request.send().await.unwrap()).await;
    said.codes.extend([token.trim(), &wrong].map(|token| token["earayis_".len()..].to_owned()));
}

/// Asks for certificates that the registry's answers do not allow.
pub(crate) async fn be_refused(service: &TestService, said: &mut Said) {
    for (number, holder) in [INCOMPLETE, ANOTHER, UNDRAWABLE, GARBLED, "QN4RY7Y"].into_iter().enumerate() {
        let body = json!({ "kind": "is-yeri", "holder": holder, "recipient": { "name": RECIPIENT } });
        let answer = ask(service, &format!("refused-{number}"), &body).await;
        let status = said.refused(&format!("the canary {number} that is refused"), answer).await;
        assert!(status == 409 || status == 503, "{status}: {:?}", said.unwary.last());
    }
    // Her name changed, which an agency that gives only the FİN need not know.
    let renamed = ask(service, "renamed", &json!({ "kind": "is-yeri", "holder": RENAMED })).await;
    if renamed.status().is_success() {
        said.issued(&renamed.json().await.unwrap());
    } else {
        said.refused("the canary whose name changed", renamed).await;
    }
    for (kind, status) in [("mehkumluq", 403), ("aile-uzvleri", 403), ("no-such-kind", 422)] {
        let answer = ask(service, kind, &json!({ "kind": kind, "holder": FIN })).await;
        let told = said.refused(kind, answer).await;
        assert!(told == status || told == 409, "{kind}: {told}");
    }
    let answer = ask(service, "purpose", &json!({ "kind": "is-yeri", "holder": FIN, "purpose": "fun" })).await;
    said.refused("a purpose that is none", answer).await;
    for holder in [INCOMPLETE, ANOTHER, UNDRAWABLE, GARBLED] {
        let elsewhere = tempfile::tempdir().unwrap();
        let out = elsewhere.path().join("canary.pdf");
        let arguments = ["issue", "--kind", "is-yeri", "--holder", holder, "--out", out.to_str().unwrap()];
        let output = tokio::task::block_in_place(|| service.run(&arguments));
        assert!(!output.status.success());
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        said.unwary.push(("a refused `earayis issue`".to_owned(), words));
    }
}

/// The text of the QR on a certificate's last page, read from its picture.
fn qr_of(file: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let (pdf, page) = (folder.path().join("file.pdf"), folder.path().join("page"));
    std::fs::write(&pdf, file).unwrap();
    let drawn = Command::new("pdftoppm").args(["-r", "300", "-png"]).arg(&pdf).arg(&page).status().ok()?;
    assert!(drawn.success());
    for picture in std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()) {
        if picture.extension().is_some_and(|extension| extension == "png") {
            let read =
                Command::new("zbarimg").args(["-q", "--raw"]).arg(&picture).stderr(Stdio::null()).output().ok()?;
            let text = String::from_utf8(read.stdout).unwrap();
            if let Some(text) = text.lines().find(|line| line.to_uppercase().contains("/V#")) {
                return Some(text.trim().to_owned());
            }
        }
    }
    panic!("no page has a QR that can be read");
}
