//! The sandbox keeps its word: whatever it gives to present gets the answer it names, by API, command line and page.

use std::process::Command;

use serde_json::{Value, json};
use sqlx::{Connection, SqliteConnection};

use crate::service::{PROGRAM, TestService, free_port};
use crate::shared::RUNTIME;
use crate::wire::{ask, service};

const VERDICTS: [&str; 8] =
    ["valid", "suspended", "revoked", "superseded", "expired", "altered", "unknown", "unreadable"];
/// How many certificates the sandbox holds: one for each status, one for another bank, and the successor.
const CERTIFICATES: i64 = 7;

fn samples(service: &TestService) -> Vec<Value> {
    let answer = ask(service.request("GET", "/api/v1/sandbox").header("accept-language", "en"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["samples"].as_array().unwrap().clone()
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_else(|| panic!("{value} has no {name}"))
}

/// The verdict or the problem that a sample names.
fn expected(sample: &Value) -> String {
    sample["verdict"].as_str().unwrap_or_else(|| text(sample, "problem")).to_owned()
}

fn file_of(service: &TestService, sample: &Value) -> Option<Vec<u8>> {
    let answer = ask(service.request("GET", sample["file"].as_str()?));
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/octet-stream"));
    assert!(answer.header("content-disposition").contains(&format!("{}.pdf", text(sample, "name"))));
    Some(answer.bytes)
}

/// Each thing that a sample gives to present: its name on the wire, and what it is.
fn presented(sample: &Value) -> impl Iterator<Item = (&'static str, &str)> {
    ["number", "code", "qr"].into_iter().filter_map(|by| Some((by, sample[by].as_str()?)))
}

#[test]
fn there_is_a_sample_for_every_verdict_that_can_be_brought_about() {
    let samples = samples(&service());
    for verdict in VERDICTS {
        assert!(samples.iter().any(|sample| sample["verdict"] == verdict), "{verdict}");
    }
    let reasons = ["forged", "mixed", "foreign_host"].len();
    assert!(samples.iter().filter(|sample| sample["qr"].is_string()).count() > reasons);
    for sample in &samples {
        let one = ask(service().request("GET", &format!("/api/v1/sandbox/{}", text(sample, "name"))));
        assert_eq!(one.json()["name"], sample["name"]);
    }
    assert_eq!(ask(service().request("GET", "/api/v1/sandbox/nobody")).problem(), "not-found");
    assert_eq!(ask(service().request("GET", "/api/v1/sandbox/unknown/file")).problem(), "not-found");
}

#[test]
fn the_api_answers_what_each_sample_names() {
    let service = service();
    for sample in samples(&service) {
        let answers = presented(&sample).map(|(by, what)| {
            let request = service.request("POST", "/api/v1/verifications").json(&json!({ by: what }));
            (by, ask(request))
        });
        for (by, answer) in answers {
            let told = answer.json();
            let found = told["verdict"].as_str().map_or_else(|| answer.problem(), str::to_owned);
            assert_eq!(found, expected(&sample), "{} by {by}: {told}", sample["name"]);
        }
        if let Some(bytes) = file_of(&service, &sample) {
            let (status, answer) = RUNTIME.block_on(service.verify_file(bytes));
            assert_eq!((status, text(&answer, "verdict")), (200, expected(&sample).as_str()), "{answer}");
        }
    }
}

#[test]
fn a_sample_shows_what_it_says() {
    let service = service();
    let samples = samples(&service);
    let sample = |name: &str| samples.iter().find(|sample| sample["name"] == name).unwrap();
    let by_code = |name: &str| RUNTIME.block_on(service.verify("code", text(sample(name), "code")));
    assert_eq!(by_code("superseded")["certificate"]["superseded_by"], sample("successor")["number"]);
    assert_eq!(by_code("named-recipient")["certificate"]["facts"]["recipient"]["name"], "“Nümunə Bank” ASC");
    assert_eq!(by_code("revoked")["certificate"]["status_reason"], "facts_wrong");
    let expired = by_code("expired");
    let certificate = &expired["certificate"];
    assert!(text(certificate, "issued_at") < text(certificate, "valid_until"), "{expired}");
    assert!(text(certificate, "valid_until") < text(&expired, "verified_at"), "{expired}");
    for (name, reason) in [("mixed-qr", "mixed"), ("doctored-qr", "forged"), ("foreign-qr", "foreign_host")] {
        let answer = RUNTIME.block_on(service.verify("qr", text(sample(name), "qr")));
        assert_eq!(answer["checks"][5]["reason"], reason, "{name}");
    }
    for (name, reason) in [("altered", "broken"), ("printed-anew", "missing")] {
        let bytes = file_of(&service, sample(name)).unwrap();
        let (_, answer) = RUNTIME.block_on(service.verify_file(bytes));
        assert_eq!(answer["checks"][1]["reason"], reason, "{name}");
        assert_eq!(answer["certificate"]["number"], sample("valid")["number"], "{name}");
    }
}

#[test]
fn the_command_line_answers_what_each_sample_names() {
    let service = service();
    let folder = tempfile::tempdir().unwrap();
    for sample in samples(&service) {
        let mut questions: Vec<Vec<String>> =
            presented(&sample).map(|(by, what)| vec![format!("--{by}"), what.to_owned()]).collect();
        if let Some(bytes) = file_of(&service, &sample) {
            let file = folder.path().join("sample.pdf");
            std::fs::write(&file, bytes).unwrap();
            questions.push(vec![file.display().to_string()]);
        }
        for question in questions {
            let mut command = Command::new(PROGRAM);
            let output = command.args(["verify", "--json", "--server", &service.url]).args(&question).output().unwrap();
            let code = match expected(&sample).as_str() {
                "valid" => 0,
                "mistyped-code" => 2,
                _ => 1,
            };
            assert_eq!(output.status.code(), Some(code), "{question:?}: {}", String::from_utf8_lossy(&output.stderr));
            if code < 2 {
                let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
                assert_eq!(answer["verdict"], sample["verdict"], "{question:?}");
            }
        }
    }
}

#[test]
fn the_pages_answer_what_each_sample_names() {
    let service = service();
    let english = |path: &str| ask(service.request("GET", &format!("{path}?lang=en"))).text();
    let page = english("/sandbox");
    for sample in samples(&service) {
        let (name, code) = (text(&sample, "name"), sample["code"].as_str());
        assert!(page.contains(&format!("id=\"{name}\"")) && page.contains(text(&sample, "shows")), "{name}");
        assert!(code.is_none_or(|code| page.contains(code)), "{name}");
        for (_, what) in presented(&sample) {
            let request = service.request("POST", "/v?lang=en");
            let request = request.header("content-type", "application/x-www-form-urlencoded");
            let answer = ask(request.body(format!("what={}", encoded(what))));
            let headline = match (expected(&sample).as_str(), sample["qr"].is_string()) {
                ("valid", _) => "in force.",
                ("suspended", _) => "Suspended since",
                ("revoked", _) => "Revoked on",
                ("superseded", _) => "Replaced on",
                ("expired", _) => "Expired on",
                ("altered", true) => "not as we issued it",
                ("unknown", _) => "No such certificate found.",
                ("unreadable", _) => "No QR code could be read",
                _ => "The code is mistyped",
            };
            assert_eq!(answer.status, if headline.ends_with("mistyped") { 422 } else { 200 });
            assert!(answer.text().contains(headline), "{name}: {headline}: {}", answer.text());
        }
    }
}

/// Every byte as a form may carry it.
fn encoded(text: &str) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap();
    text.bytes().flat_map(|byte| ['%', digit(byte >> 4), digit(byte & 15)]).collect()
}

#[test]
fn a_real_service_has_no_sandbox() {
    RUNTIME.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite:{}", folder.path().join("earayis.db").display());
        let mut service = TestService::serving(folder.path(), free_port(), &database);
        service.start().await;
        let status = async |path: &str| service.request("GET", path).send().await.unwrap().status().as_u16();
        for path in ["/api/v1/sandbox", "/api/v1/sandbox/valid", "/api/v1/sandbox/valid/file", "/sandbox"] {
            assert_eq!(status(path).await, 404, "{path}");
        }
        assert_eq!((status("/developers").await, status("/developers/guide").await), (200, 200));
        assert_eq!(certificates(folder.path()).await, Some(0));
    });
}

#[test]
fn a_second_start_keeps_the_sandbox() {
    RUNTIME.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let mut service = TestService::at(folder.path(), free_port());
        let list = async |service: &TestService| -> Value {
            service.request("GET", "/api/v1/sandbox").send().await.unwrap().json().await.unwrap()
        };
        service.start().await;
        let first = list(&service).await;
        assert!(service.stop().success());
        service.start().await;
        assert_eq!(list(&service).await, first);
        assert_eq!(certificates(folder.path()).await, Some(CERTIFICATES));
    });
}

/// The same folder, killed again and again while more and more of it stands: the next start goes on, and nothing is
/// made twice.
#[test]
fn a_start_that_was_killed_is_continued_by_the_next() {
    RUNTIME.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let mut service = TestService::at(folder.path(), free_port());
        for stage in 0..=CERTIFICATES {
            service.launch();
            while certificates(folder.path()).await.is_none_or(|count| count < stage) {
                tokio::task::yield_now().await;
            }
            service.kill();
        }
        service.start().await;
        let answer: Value = service.request("GET", "/api/v1/sandbox").send().await.unwrap().json().await.unwrap();
        for verdict in VERDICTS {
            let samples = answer["samples"].as_array().unwrap();
            assert!(samples.iter().any(|sample| sample["verdict"] == verdict), "{verdict}");
        }
        assert_eq!(certificates(folder.path()).await, Some(CERTIFICATES));
        let told = service.run(&["doctor"]);
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stdout));
    });
}

/// How many certificates a folder's records hold; none when there are no records yet.
async fn certificates(folder: &std::path::Path) -> Option<i64> {
    let url = format!("sqlite:{}?mode=ro", folder.join("earayis.db").display());
    let mut records = SqliteConnection::connect(&url).await.ok()?;
    let count = sqlx::query_scalar("select count(*) from certificates").fetch_one(&mut records).await.ok();
    let _ = records.close().await;
    count
}
