//! Files and tokens when the service is gone: what is proven is valid, what is not proven is not.

use earayis::catalogue::Lifecycle;
use serde_json::Value;

use crate::bank::{Bank, Certificate, found};
use crate::service::TestService;

#[tokio::test]
async fn a_token_and_a_file_with_its_proof_are_valid_when_the_service_is_gone() {
    let mut service = TestService::fresh().await;
    let certificate = Certificate::issue(&service, "is-yeri");
    let online = service.verify_file(certificate.bytes.clone()).await.1;
    let bank = Bank::new();
    let (data, talk) = bank.must_fetch(&service);
    assert!(talk.contains("warning: the root was taken from the service itself"), "{talk}");
    assert!(data.contains("demo.earayis.example/log, 1 entries") && data.contains("/api/v1/status-lists/1, signed"));
    service.kill();

    let (code, by_qr) = bank.verify(&["--qr", &certificate.qr]);
    assert_eq!((code, found(&by_qr, "qr")), (Some(0), ("valid", "passed genuine".to_owned())), "{by_qr}");
    assert_eq!((&by_qr["basis"], &by_qr["mode"]), (&"qr".into(), &"offline".into()));
    assert_eq!(found(&by_qr, "bytes").1, "not_done not_presented");
    assert_eq!(by_qr["certificate"]["number"], certificate.number.as_str());
    assert_eq!(by_qr["certificate"]["facts"]["name"], "Əliyeva Günəş Çingiz qızı");
    assert_eq!(by_qr["certificate"]["demonstration"], true);
    assert!(by_qr["receipt"].is_null(), "receipts are not made offline");
    for known in ["keys", "status_list", "checkpoint"] {
        assert!(
            by_qr["knowledge"][known]["age_seconds"].as_i64().is_some_and(|age| (0..3600).contains(&age)),
            "{known}"
        );
    }

    let (code, by_file) = bank.verify_file(&certificate.bytes, Some(&certificate.proof));
    assert_eq!((code, by_file["verdict"].as_str(), by_file["basis"].as_str()), (Some(0), Some("valid"), Some("file")));
    let passed = ["bytes", "seal", "record", "status", "log"].map(|check| found(&by_file, check).1);
    assert_eq!(passed, ["passed released", "passed intact", "passed found", "passed in_force", "passed included"]);
    for member in ["number", "issuer", "issued_at", "as_of", "valid_until", "status", "demonstration", "id", "facts"] {
        assert_eq!(by_file["certificate"][member], online["certificate"][member], "{member}");
    }
    assert_eq!(by_file["certificate"]["kind"]["version"], online["certificate"]["kind"]["version"]);
    let members = |answer: &Value| answer.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let mut expected: Vec<String> = members(&online).into_iter().filter(|member| member != "receipt").collect();
    expected.push("knowledge".to_owned());
    assert_eq!(members(&by_file), expected, "the same shape as the API's");
}

/// What it is, the file, the proof beside it; exit code, verdict and the finding on the bytes.
type Case<'a> = (&'a str, &'a [u8], Option<&'a str>, i32, &'a str, &'a str);

#[tokio::test]
async fn a_file_without_its_own_proof_is_never_valid() {
    let mut service = TestService::fresh().await;
    let certificate = Certificate::issue(&service, "is-yeri");
    let other = Certificate::issue(&service, "is-yeri");
    let bank = Bank::new();
    bank.must_fetch(&service);
    service.kill();
    let cases: [Case<'_>; 8] = [
        ("no proof", &certificate.bytes, None, 2, "indeterminate", "not_done seal_only"),
        ("another's proof", &certificate.bytes, Some(&other.proof), 2, "indeterminate", "not_done proof_of_another"),
        ("no proof at all", &certificate.bytes, Some("salam"), 2, "indeterminate", "not_done seal_only"),
        ("a proof cut short", &certificate.bytes, Some(&other.proof[..200]), 2, "indeterminate", "not_done seal_only"),
        (
            "a byte appended",
            &[&certificate.bytes[..], b"\n"].concat(),
            Some(&certificate.proof),
            1,
            "altered",
            "failed differ",
        ),
        ("cut short", &certificate.bytes[..9000], Some(&certificate.proof), 1, "unknown", "failed unknown"),
        ("no PDF", b"salam", Some(&certificate.proof), 1, "unreadable", "failed unreadable"),
        ("another PDF", b"%PDF-1.7 salam", None, 1, "unknown", "failed unknown"),
    ];
    for (what, bytes, proof, code, verdict, reason) in cases {
        let (exit, answer) = bank.verify_file(bytes, proof);
        assert_eq!((exit, found(&answer, "bytes")), (Some(code), (verdict, reason.to_owned())), "{what}: {answer}");
        assert!(answer["certificate"].is_null(), "{what}: {answer}");
    }
    let (_, answer) = bank.verify_file(&certificate.bytes, Some("salam"));
    assert_eq!(found(&answer, "log").1, "failed proof_refused");
    assert!(answer["text"].as_str().unwrap().contains("not of this log"), "{answer}");
}

/// Some bytes of a seal are signed by nobody: only the identity of all bytes tells a released file.
#[tokio::test]
async fn no_byte_of_a_file_may_differ() {
    let mut service = TestService::fresh().await;
    let certificate = Certificate::issue(&service, "diplom");
    let bank = Bank::new();
    bank.must_fetch(&service);
    service.kill();
    let length = certificate.bytes.len();
    let contents = certificate.bytes.windows(10).rposition(|window| window == b"/Contents<").unwrap() + 10;
    let letter = contents + certificate.bytes[contents..].iter().position(u8::is_ascii_lowercase).unwrap_or(0);
    for at in [100, length / 3, length / 2, letter, length - 8] {
        let mut altered = certificate.bytes.clone();
        altered[at] ^= 0x20;
        let (code, answer) = bank.verify_file(&altered, Some(&certificate.proof));
        assert!(code == Some(1) || code == Some(2), "at {at} of {length}: {answer}");
        assert!(matches!(answer["verdict"].as_str(), Some("altered" | "indeterminate")), "{answer}");
    }
}

#[tokio::test]
async fn a_qr_that_is_not_ours_is_told_by_its_reason_and_a_number_or_code_cannot_be_checked() {
    let mut service = TestService::fresh().await;
    let mut stranger = TestService::fresh().await;
    let certificate = Certificate::issue(&service, "diplom");
    let foreign = Certificate::issue(&stranger, "diplom");
    let bank = Bank::new();
    bank.must_fetch(&service);
    let code_of = |qr: &str| qr.split_once('#').unwrap().1.split_once('.').unwrap().0.to_owned();
    // A token is dated by the second: one of the second in which the keys were fetched counts as older than they are.
    let seconds = || earayis::clock::Clock::System.now().seconds();
    let fetched = seconds();
    while seconds() == fetched {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let late = Certificate::issue(&stranger, "diplom");
    service.kill();
    stranger.kill();
    let (address, secret) = certificate.qr.split_once('#').unwrap();
    let forged = format!("{address}#{}", foreign.qr.split_once('#').unwrap().1);
    let newer = format!("{address}#{}", late.qr.split_once('#').unwrap().1);
    let mut doctored = secret.to_owned();
    let last = if doctored.pop() == Some('A') { 'Q' } else { 'A' };
    let doctored = format!("{address}#{doctored}{last}");
    for (what, text, exit, verdict, reason) in [
        ("another host", foreign.qr.as_str(), 1, "unknown", "failed foreign_host"),
        ("a stranger's token of before", &forged, 1, "unknown", "failed forged"),
        ("a token by a key that may be new", &newer, 2, "indeterminate", "not_done key_unknown"),
        ("a doctored token", &doctored, 1, "unknown", "failed forged"),
        ("no QR of ours", "https://example.test/", 1, "unreadable", "failed unreadable"),
        ("nothing", "", 1, "unreadable", "failed unreadable"),
    ] {
        let (code, answer) = bank.verify(&["--qr", text]);
        assert_eq!((code, found(&answer, "qr")), (Some(exit), (verdict, reason.to_owned())), "{what}: {answer}");
    }
    for arguments in [["--number", certificate.number.as_str()], ["--code", &code_of(&certificate.qr)]] {
        let (code, answer) = bank.verify(&arguments);
        assert_eq!((code, found(&answer, "record").1.as_str()), (Some(2), "not_done offline"), "{answer}");
        assert!(answer["certificate"].is_null());
    }
}

#[tokio::test]
async fn a_file_of_every_kind_tells_its_place_in_a_list() {
    let mut service = TestService::fresh().await;
    let catalogue = earayis::catalogue::Catalogue::built_in().unwrap();
    let instant = catalogue.kinds().iter().filter(|kind| matches!(kind.lifecycle, Lifecycle::Instant));
    let certificates: Vec<_> =
        instant.map(|kind| (kind.code.to_string(), Certificate::issue(&service, kind.code.as_str()))).collect();
    assert!(certificates.len() >= 10);
    let bank = Bank::new();
    bank.must_fetch(&service);
    service.kill();
    for (kind, certificate) in certificates {
        let (code, answer) = bank.verify_file(&certificate.bytes, Some(&certificate.proof));
        assert_eq!((code, answer["verdict"].as_str()), (Some(0), Some("valid")), "{kind}: {answer}");
        assert_eq!(answer["certificate"]["kind"]["code"], kind.as_str());
        let (code, answer) = bank.verify(&["--qr", &certificate.qr]);
        assert_eq!((code, answer["verdict"].as_str()), (Some(0), Some("valid")), "{kind}: {answer}");
    }
}
