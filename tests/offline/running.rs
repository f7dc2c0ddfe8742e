//! Keys that change while a service runs: it takes them over without a new start, and never signs with those it should not.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::bank::{Bank, Certificate, found};
use crate::keys::{change_manifest, revoke, rotate};
use crate::service::TestService;

/// Sooner than a minute, the bound that is promised.
const BOUND: Duration = Duration::from_secs(55);

/// Asks until `done`, for no longer than the bound.
async fn within_the_bound<T>(what: &str, mut ask: impl AsyncFnMut() -> Result<T, String>) -> T {
    let begun = Instant::now();
    loop {
        match ask().await {
            Ok(found) => return found,
            Err(otherwise) => assert!(begun.elapsed() < BOUND, "{what}: {otherwise}"),
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

fn finding(answer: &Value, check: &str) -> String {
    let checks = answer["checks"].as_array().unwrap();
    checks.iter().find(|found| found["name"] == check).unwrap()["reason"].as_str().unwrap().to_owned()
}

async fn published(service: &TestService) -> Value {
    service.request("GET", "/.well-known/jwks.json").send().await.unwrap().json().await.unwrap()
}

fn kid_of(receipt: &str) -> String {
    let header = receipt.split('.').next().unwrap();
    let header: Value =
        serde_json::from_slice(&data_encoding::BASE64URL_NOPAD.decode(header.as_bytes()).unwrap()).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

/// An issuance by the running process, not by a command beside it.
async fn issue(service: &TestService) -> reqwest::Response {
    let body = serde_json::json!({ "kind": "is-yeri", "holder": "7DEM001" });
    let request = service.request("POST", "/api/v1/certificates").bearer_auth(service.token()).json(&body);
    request.send().await.unwrap()
}

fn hang_up(service: &TestService) {
    let sent = std::process::Command::new("kill").args(["-HUP", &service.pid().to_string()]).status();
    assert!(sent.unwrap().success());
}

#[tokio::test]
async fn a_revoked_qr_key_is_believed_no_more_and_signs_no_more() {
    let service = TestService::fresh().await;
    let certificate = Certificate::issue(&service, "diplom");
    assert_eq!(service.verify("qr", &certificate.qr).await["verdict"], "valid");
    assert_eq!(issue(&service).await.status(), 201);
    let (keys, folder) = (published(&service).await, service.dir.join("keys"));
    let kid = keys["keys"].as_array().unwrap().iter().find(|key| key["purpose"] == "qr").unwrap()["kid"].clone();
    let mut command = std::process::Command::new(crate::service::PROGRAM);
    command.args(["keys", "revoke", "--kid", kid.as_str().unwrap(), "--dir"]).arg(&folder);
    assert!(command.output().unwrap().status.success());
    within_the_bound("the QR", async || {
        let answer = service.verify("qr", &certificate.qr).await;
        if finding(&answer, "qr") == "key_revoked" && answer["verdict"] != "valid" {
            Ok(())
        } else {
            Err(answer.to_string())
        }
    })
    .await;
    assert_eq!(
        service.verify_file(certificate.bytes.clone()).await.1["verdict"],
        "valid",
        "the file stands on the log"
    );
    let refused = issue(&service).await;
    assert!(refused.status().is_server_error(), "{}", refused.status());
    let keys = published(&service).await;
    assert!(keys["keys"].as_array().unwrap().iter().any(|key| key["purpose"] == "qr" && key["revoked_at"].is_i64()));
    let bank = Bank::new();
    bank.must_fetch(&service);
    assert_eq!(found(&bank.verify(&["--qr", &certificate.qr]).1, "qr").1, "failed key_revoked");

    // A new key in its place: issuing goes on, and what the revoked one signed stays refused.
    rotate(&service.dir, "qr", "2036-01-01T00:00:00Z");
    let issued: Value = within_the_bound("issuing", async || {
        let answer = issue(&service).await;
        if answer.status() == 201 { Ok(answer.json().await.unwrap()) } else { Err(answer.status().to_string()) }
    })
    .await;
    let path = format!("/api/v1/certificates/{}/pdf", issued["id"].as_str().unwrap());
    let file = service.request("GET", &path).bearer_auth(service.token()).send().await.unwrap().bytes().await.unwrap();
    let qr = earayis::pdf::Contents::of(&file).unwrap().qr_payload;
    assert_eq!(finding(&service.verify("qr", &qr).await, "qr"), "genuine");
    assert_eq!(finding(&service.verify("qr", &certificate.qr).await, "qr"), "key_revoked");
}

#[tokio::test]
async fn a_rotated_receipt_key_signs_from_then_on_and_old_receipts_hold() {
    let service = TestService::fresh().await;
    let certificate = Certificate::issue(&service, "diplom");
    let receipt = async |service: &TestService| {
        service.verify("number", &certificate.number).await["receipt"].as_str().unwrap().to_owned()
    };
    let before = receipt(&service).await;
    rotate(&service.dir, "receipt", "2036-01-01T00:00:00Z");
    let after = within_the_bound("the receipt", async || {
        let after = receipt(&service).await;
        if kid_of(&after) == kid_of(&before) { Err(kid_of(&after)) } else { Ok(after) }
    })
    .await;
    let bank = Bank::new();
    bank.must_fetch(&service);
    for (which, text) in [("old", &before), ("new", &after)] {
        let request = service.request("POST", "/api/v1/receipts/check").json(&serde_json::json!({ "receipt": text }));
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["holds"], true, "{which}: {answer}");
    }
}

#[tokio::test]
async fn a_rotated_seal_key_and_a_revoked_one_are_taken_over() {
    let service = TestService::fresh().await;
    assert_eq!(issue(&service).await.status(), 201);
    revoke(&service.dir, "seal", "2026-01-01T00:00:00Z");
    within_the_bound("the seal", async || {
        let status = issue(&service).await.status();
        if status.is_server_error() { Ok(()) } else { Err(status.to_string()) }
    })
    .await;
    rotate(&service.dir, "seal", "2036-01-01T00:00:00Z");
    within_the_bound("the new seal", async || {
        let status = issue(&service).await.status();
        if status == 201 { Ok(()) } else { Err(status.to_string()) }
    })
    .await;
    let certificate = Certificate::issue(&service, "is-yeri");
    let answer = service.verify_file(certificate.bytes).await.1;
    assert_eq!((answer["verdict"].as_str(), finding(&answer, "seal").as_str()), (Some("valid"), "intact"));
}

/// Half-written files are passed over for a while; a ring that stays unusable ends the service rather than be ignored.
#[tokio::test]
async fn a_ring_that_cannot_be_used_is_waited_for_and_then_ends_the_service() {
    let mut service = TestService::fresh().await;
    let certificate = Certificate::issue(&service, "diplom");
    let manifest = std::fs::read_to_string(service.dir.join("keys").join("ring.toml")).unwrap();
    let told = |service: &TestService| std::fs::read_to_string(&service.telemetry).unwrap();
    change_manifest(&service.dir, |text| text[..text.len() / 2].to_owned());
    within_the_bound("the log of the service", async || {
        if told(&service).contains("cannot be used") { Ok(()) } else { Err("nothing is told".to_owned()) }
    })
    .await;
    assert_eq!(service.verify("number", &certificate.number).await["verdict"], "valid", "it goes on meanwhile");
    change_manifest(&service.dir, |_| manifest.clone());
    revoke(&service.dir, "status", "2026-01-01T00:00:00Z");
    within_the_bound("the whole ring", async || {
        let keys = published(&service).await.to_string();
        if keys.contains("revoked_at") { Ok(()) } else { Err(told(&service)) }
    })
    .await;
    change_manifest(&service.dir, |text| text[..text.len() / 2].to_owned());
    let status = within_the_bound("the end", async || service.ended().ok_or_else(|| "it runs still".to_owned())).await;
    assert!(!status.success() && told(&service).contains("must not sign on"), "{status}");
}

#[tokio::test]
async fn a_hang_up_takes_the_change_at_once_and_another_log_key_ends_the_service() {
    let mut service = TestService::fresh().await;
    let before = published(&service).await;
    revoke(&service.dir, "status", "2026-01-01T00:00:00Z");
    hang_up(&service);
    within_the_bound("the keys", async || {
        let keys = published(&service).await;
        if keys == before { Err("they are the former ones".to_owned()) } else { Ok(()) }
    })
    .await;
    change_manifest(&service.dir, |text| {
        let at = text.find("purpose = \"log\"").unwrap();
        let line = at + text[at..].find("not_before").unwrap();
        format!("{}revoked_at = \"2026-01-01T00:00:00Z\"\n{}", &text[..line], &text[line..])
    });
    hang_up(&service);
    let status = within_the_bound("the end", async || service.ended().ok_or_else(|| "it runs still".to_owned())).await;
    assert!(!status.success(), "{status}");
}
