//! A change of status beside the running service: the very next verification shows it, on every basis.

use serde_json::Value;

use crate::answer::{Expected, IN_FORCE, NO_FILE, NO_QR};
use crate::issued::{Certificate, Issued, issued};
use crate::shared::RUNTIME;

/// Runs a command beside the service; it ends when the change is durable.
fn act(issued: &Issued, arguments: &[&str]) -> bool {
    issued.service.run(arguments).status.success()
}

/// The answers on each basis: file, QR, code, number.
async fn answers(issued: &Issued, certificate: &Certificate) -> [Value; 4] {
    let service = &issued.service;
    [
        service.verify_file(certificate.bytes.clone()).await.1,
        service.verify("qr", &certificate.qr).await,
        service.verify("code", &certificate.code).await,
        service.verify("number", &certificate.number).await,
    ]
}

async fn assert_status(issued: &Issued, certificate: &Certificate, verdict: &str, status: &str) -> [Value; 4] {
    let answers = answers(issued, certificate).await;
    for (answer, basis) in answers.iter().zip(["file", "qr", "code", "number"]) {
        let file = if basis == "file" { ["bytes passed released", "seal passed intact"] } else { NO_FILE };
        let qr = if basis == "qr" { "qr passed genuine" } else { NO_QR };
        let record = [IN_FORCE[0], status, IN_FORCE[2]];
        Expected { verdict, basis, file, record, qr }.assert(basis, answer);
        assert_eq!(answer["certificate"]["status"], verdict, "{basis}: {answer}");
        assert_eq!(answer["certificate"]["status_since"].is_null(), verdict == "valid", "{basis}: {answer}");
        // Facts are disclosed by possession, whatever the status.
        assert_eq!(answer["certificate"]["facts"].is_null(), basis == "number", "{basis}: {answer}");
    }
    answers
}

#[test]
fn suspended_reinstated_revoked_each_shows_at_once() {
    let issued = issued();
    let certificate = Certificate::issue(&issued.service, "diplom");
    let number = certificate.number.as_str();
    RUNTIME.block_on(async {
        assert_status(&issued, &certificate, "valid", IN_FORCE[1]).await;
        assert!(act(&issued, &["suspend", "--number", number, "--reason", "misuse_suspected"]));
        let answers = assert_status(&issued, &certificate, "suspended", "status failed suspended").await;
        assert_eq!(answers[0]["certificate"]["status_reason"], "misuse_suspected");
        assert!(!act(&issued, &["suspend", "--number", number, "--reason", "misuse_suspected"]));
        assert!(act(&issued, &["reinstate", "--number", number, "--reason", "cause_removed"]));
        let answers = assert_status(&issued, &certificate, "valid", IN_FORCE[1]).await;
        assert!(answers[0]["certificate"]["status_reason"].is_null());
        assert!(act(&issued, &["revoke", "--number", number, "--reason", "facts_wrong"]));
        assert_status(&issued, &certificate, "revoked", "status failed revoked").await;
        for verb in ["suspend", "reinstate", "revoke"] {
            assert!(!act(&issued, &[verb, "--number", number, "--reason", "facts_wrong"]), "{verb} after the end");
        }
        assert_status(&issued, &certificate, "revoked", "status failed revoked").await;
    });
}

#[test]
fn the_successor_is_named_to_whoever_has_the_old_one() {
    let issued = issued();
    let [old, new] = [(); 2].map(|()| Certificate::issue(&issued.service, "elillik"));
    RUNTIME.block_on(async {
        assert!(!act(&issued, &["supersede", "--number", &old.number, "--by", &issued.other.number]), "another kind");
        assert!(!act(&issued, &["supersede", "--number", &old.number, "--by", &old.number]), "itself");
        assert!(act(&issued, &["supersede", "--number", &old.number, "--by", &new.number]));
        let answers = assert_status(&issued, &old, "superseded", "status failed superseded").await;
        let [file, qr, code, number] = answers.map(|answer| answer["certificate"]["superseded_by"].clone());
        assert_eq!([file, qr, code], [(); 3].map(|()| Value::from(new.number.as_str())));
        assert!(number.is_null(), "a number alone names no other certificate");
        assert_status(&issued, &new, "valid", IN_FORCE[1]).await;
        assert!(!act(&issued, &["reinstate", "--number", &old.number, "--reason", "cause_removed"]));
    });
}

/// A forged copy of a revoked certificate is told to be both: not ours, and of one that is revoked.
#[test]
fn a_changed_file_of_a_revoked_certificate_is_altered_and_its_status_shown() {
    let issued = issued();
    let certificate = Certificate::issue(&issued.service, "yasayis-yeri");
    assert!(act(&issued, &["revoke", "--number", &certificate.number, "--reason", "issued_in_error"]));
    RUNTIME.block_on(async {
        let (_, answer) = issued.service.verify_file([&certificate.bytes[..], b"\n"].concat()).await;
        let record = [IN_FORCE[0], "status failed revoked", IN_FORCE[2]];
        let file = ["bytes failed differ", "seal failed partial"];
        Expected { verdict: "altered", basis: "file", file, record, qr: NO_QR }.assert("a copy", &answer);
    });
}
