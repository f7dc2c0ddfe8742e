//! The description's examples are answers of a running service: renewed by `UPDATE_SNAPSHOTS=1`, and of today's form.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use reqwest::multipart::{Form, Part};
use serde_json::{Map, Value, json};

use crate::service::TestService;
use crate::shared::RUNTIME;
use crate::wire::{Answer, as_issuer, ask, service};

const KEPT: &str = "templates/examples/answers.json";

/// Answers as they are kept, in the order in which they were given.
struct Recorder<'s> {
    service: &'s TestService,
    answers: Vec<Value>,
}

impl Recorder<'_> {
    /// Keeps an answer to a question about `path`, which the description knows as `described`.
    fn keep(&mut self, at: (&str, &str), name: &str, summary: &str, request: &Value, answer: &Answer) {
        let media_type = answer.header("content-type").split(';').next().unwrap_or_default();
        let body = if media_type == "text/plain" { Value::String(answer.text()) } else { answer.json() };
        self.answers.push(json!({
            "name": name, "summary": summary, "method": at.0, "path": at.1, "request": request,
            "status": answer.status, "media_type": media_type, "answer": body,
        }));
    }

    fn verify(&mut self, name: &str, summary: &str, body: &Value) {
        let request = self.service.request("POST", VERIFICATIONS).header("accept-language", "en");
        let answer = ask(request.json(body));
        self.keep(("post", VERIFICATIONS), name, summary, body, &answer);
    }

    fn verify_file(&mut self, name: &str, summary: &str) {
        let sample = name.trim_end_matches("-by-file");
        let bytes = ask(self.service.request("GET", &format!("/api/v1/sandbox/{sample}/file"))).bytes;
        let form = Form::new().part("file", Part::bytes(bytes).file_name("arayis.pdf"));
        let request = self.service.request("POST", VERIFICATIONS).header("accept-language", "en");
        let answer = ask(request.multipart(form));
        self.keep(("post", VERIFICATIONS), name, summary, &Value::Null, &answer);
    }

    fn get(&mut self, described: &str, path: &str, name: &str, summary: &str) {
        let answer = ask(as_issuer(self.service, "GET", path).header("accept-language", "en"));
        self.keep(("get", described), name, summary, &Value::Null, &answer);
    }

    fn post(&mut self, described: &str, path: &str, name: &str, summary: &str, body: &Value) -> Value {
        let request = as_issuer(self.service, "POST", path).header("idempotency-key", "request-2026-11-24-0001");
        let answer = ask(request.json(body));
        self.keep(("post", described), name, summary, body, &answer);
        answer.json()
    }

    fn sample(&self, name: &str, what: &str) -> String {
        let sample = ask(self.service.request("GET", &format!("/api/v1/sandbox/{name}"))).json();
        sample[what].as_str().unwrap().to_owned()
    }
}

const VERIFICATIONS: &str = "/api/v1/verifications";
const CERTIFICATES: &str = "/api/v1/certificates";
const CERTIFICATE: &str = "/api/v1/certificates/{id}";

fn recorded(service: &TestService) -> Vec<Value> {
    placed(service);
    let mut recorder = Recorder { service, answers: Vec::new() };
    verdicts(&mut recorder);
    published(&mut recorder);
    issued(&mut recorder);
    recorder.answers
}

fn verdicts(recorder: &mut Recorder<'_>) {
    let by = |recorder: &Recorder<'_>, sample, what: &str| json!({ what: recorder.sample(sample, what) });
    let valid = by(recorder, "valid", "code");
    recorder.verify("valid-by-code", "Issued and in force: compare the facts with the paper", &valid);
    let bytes = ask(recorder.service.request("GET", "/api/v1/sandbox/valid/file")).bytes;
    let sha256 = ring::digest::digest(&ring::digest::SHA256, &bytes);
    let digest = json!({ "digest": data_encoding::HEXLOWER.encode(sha256.as_ref()) });
    recorder.verify("valid-by-digest", "These bytes were released and are in force; no facts", &digest);
    let number = by(recorder, "valid", "number");
    recorder.verify("valid-by-number", "A certificate of this number is in force; no facts", &number);
    let qr = by(recorder, "valid", "qr");
    recorder.verify("valid-by-qr", "The QR is ours, and its certificate is in force", &qr);
    recorder.verify_file("valid-by-file", "Genuine and in force");
    for (name, summary) in [
        ("suspended", "Out of force for now"),
        ("revoked", "Withdrawn for good"),
        ("superseded", "Replaced: `superseded_by` names the new one"),
        ("expired", "Past its term"),
        ("unknown", "Never issued"),
    ] {
        let code = by(recorder, name, "code");
        recorder.verify(name, summary, &code);
    }
    recorder.verify_file("altered-by-file", "Ours once, and changed since");
    let mixed = by(recorder, "mixed-qr", "qr");
    recorder.verify("altered-by-qr", "The parts of the QR name different certificates", &mixed);
    recorder.verify_file("unreadable-by-file", "No PDF");
    let answer = with_a_broken_log();
    let summary = "The log does not answer, so nothing is said for sure";
    recorder.keep(("post", VERIFICATIONS), "indeterminate", summary, &valid, &answer);
}

/// A question of the same form where the log cannot be read.
fn with_a_broken_log() -> Answer {
    let broken = RUNTIME.block_on(TestService::demo());
    let code = placed(&broken);
    std::fs::remove_file(broken.dir.join("log/checkpoint")).unwrap();
    std::fs::create_dir(broken.dir.join("log/checkpoint")).unwrap();
    // What the log said is taken as read for a second.
    loop {
        let request = broken.request("POST", VERIFICATIONS).header("accept-language", "en");
        let answer = ask(request.json(&json!({ "code": code })));
        if answer.status == 503 {
            return answer;
        }
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
}

/// The code of the sandbox's valid certificate, once its issuance has its place in the log.
fn placed(service: &TestService) -> String {
    let code = ask(service.request("GET", "/api/v1/sandbox/valid")).json()["code"].as_str().unwrap().to_owned();
    RUNTIME.block_on(async {
        while service.verify("code", &code).await["checks"][4]["reason"] == "pending" {
            tokio::task::yield_now().await;
        }
    });
    code
}

fn published(recorder: &mut Recorder<'_>) {
    recorder.get("/api/v1/sandbox/{name}", "/api/v1/sandbox/revoked", "revoked", "A certificate that was revoked");
    recorder.get("/api/v1/kinds", "/api/v1/kinds", "kinds", "The kinds in force");
    recorder.get("/.well-known/jwks.json", "/.well-known/jwks.json", "keys", "All public keys");
    recorder.get("/log/checkpoint", "/log/checkpoint", "checkpoint", "A signed note");
    recorder.get("/health/live", "/health/live", "live", "");
    recorder.get("/health/ready", "/health/ready", "ready", "");
}

fn issued(recorder: &mut Recorder<'_>) {
    let body = json!({ "kind": "is-yeri", "holder": "7DEM001" });
    let answer = recorder.post(CERTIFICATES, CERTIFICATES, "issued", "Issued now", &body);
    recorder.post(CERTIFICATES, CERTIFICATES, "issued-before", "The same request under the same key", &body);
    let id = answer["id"].as_str().unwrap();
    let here = CERTIFICATE.replace("{id}", id);
    recorder.get(CERTIFICATE, &here, "fetched", "One of your agency's");
    let change = |name: &str| (format!("{CERTIFICATE}/{name}"), format!("{here}/{name}"));
    let (described, path) = change("suspension");
    let reason = json!({ "reason": "misuse_suspected" });
    recorder.post(&described, &path, "suspended", "Out of force for now", &reason);
    let (described, path) = change("reinstatement");
    recorder.post(&described, &path, "reinstated", "In force again", &json!({ "reason": "cause_removed" }));
    let newer = ask(as_issuer(recorder.service, "POST", CERTIFICATES).json(&body)).json();
    let (described, path) = change("supersession");
    recorder.post(&described, &path, "superseded", "Replaced", &json!({ "by": newer["number"] }));
    let path = format!("{CERTIFICATES}/{}/revocation", newer["id"].as_str().unwrap());
    let described = format!("{CERTIFICATE}/revocation");
    recorder.post(&described, &path, "revoked", "Withdrawn for good", &json!({ "reason": "facts_wrong" }));
}

/// What of an answer does not change from run to run: its members, and the words of closed sets.
fn form(value: &Value) -> Value {
    const WORDS: [&str; 8] = ["verdict", "basis", "mode", "name", "result", "reason", "status", "problem"];
    match value {
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| {
                let word = WORDS.contains(&name.as_str()) && value.is_string();
                (name.clone(), if word { value.clone() } else { form(value) })
            };
            Value::Object(members.iter().map(member).collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(form).collect(),
        Value::String(_) => json!("text"),
        Value::Number(_) => json!(0),
        other => other.clone(),
    }
}

#[test]
fn the_examples_have_the_form_of_todays_answers() {
    let answers = recorded(&service());
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(KEPT);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&file, format!("{}\n", serde_json::to_string_pretty(&answers).unwrap())).unwrap();
        return;
    }
    let kept: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    for (kept, answer) in kept.iter().zip(&answers) {
        let same =
            [&kept["name"], &kept["summary"], &kept["method"], &kept["path"], &kept["status"], &form(&kept["answer"])]
                == [
                    &answer["name"],
                    &answer["summary"],
                    &answer["method"],
                    &answer["path"],
                    &answer["status"],
                    &form(&answer["answer"]),
                ];
        assert!(same, "renew {KEPT} with `UPDATE_SNAPSHOTS=1 .ci/test --test wire examples`: {kept}\n{answer}");
    }
    assert_eq!(kept.len(), answers.len());
}

#[test]
fn every_verdict_has_an_example() {
    let description = ask(service().request("GET", "/api/v1/openapi.json")).json();
    let responses = description["paths"][VERIFICATIONS]["post"]["responses"].as_object().unwrap();
    let examples =
        responses.values().filter_map(|answer| answer["content"]["application/json"]["examples"].as_object());
    let shown: BTreeSet<&str> =
        examples.flat_map(Map::values).filter_map(|example| example["value"]["verdict"].as_str()).collect();
    let verdicts = description["components"]["schemas"]["Verdict"]["enum"].as_array().unwrap();
    assert_eq!(shown, verdicts.iter().map(|verdict| verdict.as_str().unwrap()).collect());
}

/// A validator of others' (JSON Schema 2020-12) holds each example against the schema it stands beside.
#[test]
fn every_example_is_valid_by_its_own_schema() {
    let service = service();
    let python = std::env::var("EARAYIS_PYTHON").expect("run the tests by `.ci/test`: it installs Python's packages");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, ask(service.request("GET", "/api/v1/openapi.json")).bytes).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/wire/examples.py");
    let output = Command::new(python).arg(script).arg(file.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let counted: usize = said.trim().split(' ').next().unwrap().parse().unwrap();
    assert!(counted > 100, "{said}");
}
