//! The fetch and what it leaves: altered files, other roots, other services, forked logs and kills are no way around it.

use std::process::{Command, Stdio};
use std::time::Duration;

use crate::bank::{Bank, Certificate, copy_keys, said};
use crate::service::{PROGRAM, TestService, free_port};

#[tokio::test]
async fn whichever_file_is_altered_nothing_rests_on_the_folder() {
    let mut service = TestService::fresh().await;
    let certificate = Certificate::issue(&service, "diplom");
    let bank = Bank::new();
    bank.must_fetch(&service);
    let kept = bank.kept();
    assert_eq!(kept.len(), 5, "index, root, keys, checkpoint, list");
    for (path, bytes) in &kept {
        for at in [0, bytes.len() / 2, bytes.len() - 1] {
            let mut altered = bytes.clone();
            altered[at] ^= 1;
            std::fs::write(path, altered).unwrap();
            let (code, talk) = bank.verify(&["--qr", &certificate.qr]);
            let file = path.file_name().unwrap().to_str().unwrap();
            assert_eq!(code, Some(2), "{file} at {at}: {talk}");
            assert!(talk.as_str().is_some_and(|talk| talk.contains("is not what was fetched")), "{talk}");
            assert_eq!(bank.fetch(&service).status.code(), Some(2), "nor does a fetch build on it");
        }
        std::fs::remove_file(path).unwrap();
        assert_eq!(bank.verify(&["--qr", &certificate.qr]).0, Some(2));
        std::fs::write(path, bytes).unwrap();
    }
    service.kill();
    assert_eq!(bank.verify(&["--qr", &certificate.qr]).0, Some(0), "what is whole is believed again");
    let empty = Bank::new();
    let (code, talk) = empty.verify(&["--qr", &certificate.qr]);
    assert!(code == Some(2) && talk.as_str().unwrap().contains("earayis trust fetch"), "{talk}");
}

#[tokio::test]
async fn the_root_is_the_one_that_was_given_or_that_was_first_seen() {
    let service = TestService::fresh().await;
    let stranger = TestService::fresh().await;
    let certificate = Certificate::issue(&service, "diplom");
    let root = |service: &TestService| service.dir.join("keys").join("root.cert.pem").to_str().unwrap().to_owned();

    let bank = Bank::new();
    let given = bank.fetch_with(&service.url, &["--root", &root(&service)]);
    assert!(given.status.success() && !said(&given).1.contains("warning"), "{:?}", said(&given));
    let other = bank.fetch_with(&service.url, &["--root", &root(&stranger)]);
    assert!(other.status.code() == Some(2) && said(&other).1.contains("another is given"), "{:?}", said(&other));
    assert!(bank.must_refuse(&stranger).contains("do not stand under the root"), "another service in its place");
    assert_eq!(bank.verify(&["--qr", &certificate.qr]).0, Some(0));

    let wary = Bank::new();
    let wrong = wary.fetch_with(&service.url, &["--root", &root(&stranger)]);
    assert!(wrong.status.code() == Some(2) && said(&wrong).1.contains("do not stand under the root"));
    let no_root = wary.write("root.pem", b"salam");
    let none = wary.fetch_with(&service.url, &["--root", &no_root]);
    assert!(none.status.code() == Some(2) && said(&none).1.contains("not a root's X.509 certificate"));
    assert_eq!(wary.verify(&["--qr", &certificate.qr]).0, Some(2), "nothing was taken");
    for address in ["http://127.0.0.1:9", "ftp://example.test", "127.0.0.1", "http://a.example/x"] {
        assert_eq!(wary.fetch_with(address, &[]).status.code(), Some(2), "{address}");
    }
}

/// Somebody with the service's keys and another history: a log set back, and one that says something else.
#[tokio::test]
async fn a_log_that_was_set_back_or_rewritten_is_refused_and_both_checkpoints_are_kept() {
    let service = TestService::fresh().await;
    let certificate = Certificate::issue(&service, "diplom");
    Certificate::issue(&service, "diplom");
    let bank = Bank::new();
    bank.must_fetch(&service);

    let folder = tempfile::tempdir().unwrap();
    copy_keys(&service.dir, folder.path());
    let mut pretender = TestService::serving(folder.path(), free_port(), "sqlite:earayis.db");
    pretender.start().await;
    Certificate::issue(&pretender, "diplom");
    let talk = bank.must_refuse_log(&pretender);
    assert!(talk.contains("had 2 entries and now has 1") && bank.keeps_evidence("-log"), "{talk}");
    Certificate::issue(&pretender, "diplom");
    let talk = bank.must_refuse_log(&pretender);
    assert!(talk.contains("of 2 entries does not continue the one of 2"), "{talk}");
    let forked = Certificate::issue(&pretender, "diplom");
    let talk = bank.must_refuse_log(&pretender);
    assert!(talk.contains("of 3 entries does not continue the one of 2"), "{talk}");

    // Its certificates are signed by the same keys; the proof of the same size shows that its log is another.
    let other = Bank::new();
    Certificate::issue(&service, "diplom");
    other.must_fetch(&service);
    let (code, answer) = other.verify_file(&forked.bytes, Some(&forked.proof));
    assert_eq!((code, crate::bank::found(&answer, "log").1.as_str()), (Some(2), "failed forked"), "{answer}");
    assert_eq!(bank.verify(&["--qr", &certificate.qr]).0, Some(0));
    let (code, told) = (bank.fetch(&service).status.code(), said(&bank.fetch(&service)).0);
    assert!(code == Some(1) && told.contains("3 entries"), "the pretender's list is named by nobody: {told}");
}

#[tokio::test]
async fn a_fetch_that_is_killed_leaves_what_was_there_or_what_is_new() {
    let service = TestService::fresh().await;
    let certificate = Certificate::issue(&service, "diplom");
    let bank = Bank::new();
    bank.must_fetch(&service);
    for kill in 0..12 {
        if kill % 4 == 0 {
            Certificate::issue(&service, "diplom");
        }
        let mut fetch = Command::new(PROGRAM)
            .args(["trust", "fetch", "--server", &service.url, "--dir"])
            .arg(bank.trust())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(8 * kill));
        let _ = fetch.kill();
        fetch.wait().unwrap();
        let (code, answer) = bank.verify(&["--qr", &certificate.qr]);
        assert_eq!(code, Some(0), "kill {kill}: {answer}");
    }
    // What a kill may leave: a piece half written, one that no index names yet, an index half written.
    std::fs::write(bank.trust().join("trust.unfinished"), b"earayis-trust/v1 ").unwrap();
    std::fs::write(bank.trust().join("pieces").join("00".repeat(32)), b"half").unwrap();
    assert_eq!(bank.verify(&["--qr", &certificate.qr]).0, Some(0));
    bank.must_fetch(&service);
    assert!(!bank.trust().join("pieces").join("00".repeat(32)).exists(), "what nobody names is removed");
    let shown = Command::new(PROGRAM).args(["trust", "show", "--dir"]).arg(bank.trust()).output().unwrap();
    let (data, _) = said(&shown);
    assert!(shown.status.success() && data.contains("fetched") && data.contains("signed"), "{data}");
}
