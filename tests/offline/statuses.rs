//! Statuses offline: as old as the fetch, never older than the policy, and final where they are final.

use crate::bank::{Bank, Certificate, found};
use crate::service::TestService;

#[tokio::test]
async fn what_was_done_since_is_known_after_the_next_fetch() {
    let service = TestService::fresh().await;
    let [revoked, suspended, superseded, valid] = [(); 4].map(|()| Certificate::issue(&service, "diplom"));
    let bank = Bank::new();
    bank.must_fetch(&service);
    let act = |arguments: &[&str]| assert!(service.run(arguments).status.success(), "{arguments:?}");
    act(&["revoke", "--number", &revoked.number, "--reason", "facts_wrong"]);
    act(&["suspend", "--number", &suspended.number, "--reason", "misuse_suspected"]);
    act(&["supersede", "--number", &superseded.number, "--by", &valid.number]);
    for certificate in [&revoked, &suspended, &superseded, &valid] {
        let (code, answer) = bank.verify(&["--qr", &certificate.qr]);
        assert_eq!((code, answer["verdict"].as_str()), (Some(0), Some("valid")), "old knowledge says what it knows");
        assert!(answer["knowledge"]["status_list"]["age_seconds"].is_i64(), "{answer}");
        assert!(answer["text"].as_str().unwrap().contains("Checked offline: status as of"), "{answer}");
    }

    let (data, _) = bank.must_fetch(&service);
    assert!(data.contains("proven to continue the 4 held before"), "{data}");
    for (certificate, verdict, code) in
        [(&revoked, "revoked", 1), (&suspended, "suspended", 1), (&superseded, "superseded", 1), (&valid, "valid", 0)]
    {
        let (exit, by_qr) = bank.verify(&["--qr", &certificate.qr]);
        assert_eq!((exit, by_qr["verdict"].as_str()), (Some(code), Some(verdict)), "{by_qr}");
        assert_eq!(by_qr["certificate"]["status"], verdict);
        let (exit, by_file) = bank.verify_file(&certificate.bytes, Some(&certificate.proof));
        assert_eq!((exit, by_file["verdict"].as_str()), (Some(code), Some(verdict)), "{by_file}");
        assert!(!by_file["text"].as_str().unwrap().contains('—'), "a list tells no date: {by_file}");
    }

    // What may have changed since is not said of a time that the policy does not reach; what is final is.
    for (certificate, verdict, reason) in [
        (&valid, "indeterminate", "not_done too_old"),
        (&suspended, "indeterminate", "not_done too_old"),
        (&revoked, "revoked", "failed revoked"),
        (&superseded, "superseded", "failed superseded"),
    ] {
        let (_, answer) = bank.verify(&["--qr", &certificate.qr, "--max-age", "0s"]);
        assert_eq!(found(&answer, "status"), (verdict, reason.to_owned()), "{answer}");
    }
    let (code, _) = bank.verify(&["--qr", &valid.qr, "--max-age", "0s"]);
    assert_eq!(code, Some(2));

    act(&["reinstate", "--number", &suspended.number, "--reason", "cause_removed"]);
    bank.must_fetch(&service);
    assert_eq!(bank.verify(&["--qr", &suspended.qr]).0, Some(0));
}
