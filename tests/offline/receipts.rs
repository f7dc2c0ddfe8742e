//! Receipts, checked by the service, beside its data and offline, before and after their key was retired or revoked.

use std::process::Command;

use earayis::clock::Instant;
use serde_json::Value;

use crate::bank::{Bank, said};
use crate::keys::{change_manifest, rotate};
use crate::service::{PROGRAM, TestService};

/// Checks a receipt in each of the three ways, which must agree; answers the exit code and the JSON.
fn check(service: &TestService, bank: &Bank, receipt: &str) -> (Option<i32>, Value) {
    let file = bank.write("receipt.txt", receipt.as_bytes());
    let run = |arguments: &[&str]| {
        let output =
            Command::new(PROGRAM).args(["receipt", "check", &file, "--json"]).args(arguments).output().unwrap();
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{:?}", said(&output)));
        (output.status.code(), answer)
    };
    let (dir, trust) = (service.dir.to_str().unwrap(), bank.trust());
    let asked = run(&["--server", &service.url]);
    let beside = run(&["--dir", dir]);
    let offline = run(&["--offline", "--trust", trust.to_str().unwrap()]);
    for (code, answer) in [&beside, &offline] {
        assert_eq!(*code, asked.0, "{answer}");
        for member in ["holds", "reason", "receipt", "key"] {
            assert_eq!(answer[member], asked.1[member], "{member}");
        }
    }
    asked
}

#[tokio::test]
async fn a_receipt_holds_after_its_key_was_retired_and_not_after_it_was_revoked() {
    let mut service = TestService::demo().await;
    let (issued, bytes) = service.issue("diplom", "7DEM001");
    let verification = service.verify_file(bytes).await.1;
    let receipt = verification["receipt"].as_str().unwrap().to_owned();
    let bank = Bank::new();
    bank.must_fetch(&service);

    let (code, answer) = check(&service, &bank, &receipt);
    assert_eq!((code, &answer["holds"], &answer["reason"]), (Some(0), &true.into(), &"holds".into()), "{answer}");
    let said = &answer["receipt"];
    assert_eq!((&said["verdict"], &said["basis"]), (&"valid".into(), &"file".into()));
    assert_eq!((&said["number"], &said["verification"]), (&issued["number"], &verification["id"]));
    assert_eq!(said["checks"].as_array().unwrap().len(), 6);
    let kid = answer["key"]["kid"].clone();
    assert_eq!(answer["key"]["retired"], false);

    for (what, forged) in [
        ("changed", receipt.replacen('.', ".A", 1)),
        ("cut short", receipt[..receipt.len() - 9].to_owned()),
        ("salam", "salam".to_owned()),
    ] {
        let (code, answer) = check(&service, &bank, &forged);
        assert_eq!((code, &answer["holds"]), (Some(1), &false.into()), "{what}: {answer}");
        assert!(answer["receipt"].is_null() && answer["key"].is_null(), "what does not hold is not told");
    }

    service.kill();
    let signed_at = Instant::parse_rfc3339(said["verified_at"].as_str().unwrap()).unwrap();
    rotate(&service.dir, "receipt", &signed_at.plus_millis(1000).to_string());
    service.start().await;
    bank.must_fetch(&service);
    let (code, answer) = check(&service, &bank, &receipt);
    assert_eq!((code, &answer["key"]["kid"]), (Some(0), &kid), "{answer}");
    let new =
        service.verify("number", issued["number"].as_str().unwrap()).await["receipt"].as_str().unwrap().to_owned();
    let (code, answer) = check(&service, &bank, &new);
    assert_eq!(code, Some(0));
    assert_ne!(answer["key"]["kid"], kid, "another key signs now");

    service.kill();
    change_manifest(&service.dir, |text| {
        let retired = text.find("\"retired\"").unwrap();
        let line = retired + text[retired..].find('\n').unwrap() + 1;
        format!("{}revoked_at = \"2026-01-01T00:00:00Z\"\n{}", &text[..line], &text[line..])
    });
    service.start().await;
    bank.must_fetch(&service);
    let (code, answer) = check(&service, &bank, &receipt);
    assert_eq!((code, &answer["reason"]), (Some(1), &"key_revoked".into()), "{answer}");
    assert_eq!(check(&service, &bank, &new).0, Some(0));
}

#[tokio::test]
async fn a_receipt_of_another_service_is_not_ours() {
    let service = TestService::demo().await;
    let stranger = TestService::demo().await;
    let bank = Bank::new();
    bank.must_fetch(&service);
    let receipt = stranger.verify("number", "2026-0000-0000").await["receipt"].as_str().unwrap().to_owned();
    let (code, answer) = check(&service, &bank, &receipt);
    assert_eq!((code, &answer["reason"]), (Some(1), &"unknown_key".into()));
    let text = Command::new(PROGRAM).args(["receipt", "check", &receipt, "--server", &stranger.url]).output().unwrap();
    assert!(text.status.success() && said(&text).0.starts_with("holds: "), "{:?}", said(&text));
    for arguments in [vec!["/nowhere/receipt.txt"], vec![&receipt, "--server", "http://127.0.0.1:9"]] {
        let output = Command::new(PROGRAM).args(["receipt", "check"]).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{:?}", said(&output));
    }
    for body in ["{}", "[]", "salam", r#"{"receipt":7}"#, r#"{"receipt":"a","more":1}"#] {
        let request = service.request("POST", "/api/v1/receipts/check").header("content-type", "application/json");
        let answer = request.body(body).send().await.unwrap();
        assert!(answer.status() == 422 || answer.status() == 400, "{body}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
    }
}
