//! A fork signed with the log's own stolen key: of whatever size, it makes no file genuine for who fetched the real log.

use earayis::clock::Clock;
use earayis::transparency::TlogProof;
use earayis::trust::Trust;

use crate::bank::{Bank, Certificate, copy_keys, found, said};
use crate::service::{TestService, free_port};

/// Somebody with all keys of a service, and a history of his own.
async fn thief(of: &TestService, folder: &std::path::Path) -> TestService {
    copy_keys(&of.dir, folder);
    let mut thief = TestService::serving(folder, free_port(), "sqlite:earayis.db");
    thief.start().await;
    thief
}

#[tokio::test]
async fn a_fork_of_a_smaller_an_equal_and_a_larger_size_is_refused_each_time() {
    let service = TestService::fresh().await;
    let genuine: Vec<Certificate> = (0..5).map(|_| Certificate::issue(&service, "diplom")).collect();
    let bank = Bank::new();
    bank.must_fetch(&service);

    let folder = tempfile::tempdir().unwrap();
    let thief = thief(&service, folder.path()).await;
    let forged: Vec<Certificate> = (0..7).map(|_| Certificate::issue(&thief, "diplom")).collect();
    for (forged, size) in forged.iter().zip(1..) {
        let (code, answer) = bank.verify_file(&forged.bytes, Some(&forged.proof));
        let expected = ("indeterminate", "failed forked".to_owned());
        assert_eq!((code, found(&answer, "log")), (Some(2), expected), "of size {size}: {answer}");
        assert!(answer["certificate"].is_null(), "{answer}");
    }
    for (certificate, size) in genuine.iter().zip(1..) {
        let (code, answer) = bank.verify_file(&certificate.bytes, Some(&certificate.proof));
        assert_eq!((code, found(&answer, "log").1.as_str()), (Some(0), "passed included"), "of size {size}: {answer}");
    }
}

/// Nobody is shown a contradiction where there is none: who forks what comes after the fetch is found at the next one.
#[tokio::test]
async fn a_fork_after_the_fetch_is_unknown_until_the_next_fetch() {
    let folder = tempfile::tempdir().unwrap();
    let mut service = TestService::serving(folder.path(), free_port(), "sqlite:earayis.db");
    service.start().await;
    let first = Certificate::issue(&service, "diplom");
    let bank = Bank::new();
    bank.must_fetch(&service);

    // The thief has the whole log, and goes on from there.
    service.kill();
    let stolen = tempfile::tempdir().unwrap();
    copy(folder.path(), stolen.path());
    service.start().await;
    let mut thief = TestService::serving(stolen.path(), free_port(), "sqlite:earayis.db");
    thief.start().await;
    let forged = Certificate::issue(&thief, "diplom");
    let genuine = Certificate::issue(&service, "diplom");
    for (certificate, what) in [(&forged, "forged"), (&genuine, "genuine")] {
        let (code, answer) = bank.verify_file(&certificate.bytes, Some(&certificate.proof));
        let expected = ("indeterminate", "not_done log_not_fetched".to_owned());
        assert_eq!((code, found(&answer, "log")), (Some(2), expected), "{what}: {answer}");
        assert!(answer["text"].as_str().unwrap().contains("earayis trust fetch"), "{answer}");
        assert!(answer["certificate"].is_null(), "{what}: {answer}");
    }

    Certificate::issue(&service, "diplom");
    let (data, _) = bank.must_fetch(&service);
    assert!(data.contains("3 entries, proven to continue the 1 held before"), "{data}");
    let (code, answer) = bank.verify_file(&forged.bytes, Some(&forged.proof));
    assert_eq!((code, found(&answer, "log").1.as_str()), (Some(2), "failed forked"), "{answer}");
    for certificate in [&first, &genuine] {
        let (code, answer) = bank.verify_file(&certificate.bytes, Some(&certificate.proof));
        assert_eq!((code, found(&answer, "log").1.as_str()), (Some(0), "passed included"), "{answer}");
    }
    // Who follows the thief is told by the real log, and keeps both checkpoints.
    let victim = Bank::new();
    victim.must_fetch(&thief);
    let talk = victim.must_refuse_log(&service);
    assert!(talk.contains("does not continue") && victim.keeps_evidence("-log"), "{talk}");
}

#[tokio::test]
async fn hashes_that_were_altered_or_are_gone_tie_nothing() {
    let service = TestService::fresh().await;
    let certificates = [(); 3].map(|()| Certificate::issue(&service, "diplom"));
    let bank = Bank::new();
    bank.must_fetch(&service);
    let early = &certificates[0];
    let level = bank.trust().join("log").join("level-0");
    let hashes = std::fs::read(&level).unwrap();
    assert_eq!(hashes.len(), 3 * 32);
    for at in [0, 40, hashes.len() - 1] {
        let mut altered = hashes.clone();
        altered[at] ^= 1;
        std::fs::write(&level, altered).unwrap();
        let (code, talk) = bank.verify_file(&early.bytes, Some(&early.proof));
        assert!(code == Some(2) && talk.as_str().unwrap().contains("is not what was fetched"), "at {at}: {talk}");
    }
    std::fs::remove_file(&level).unwrap();
    let (code, talk) = bank.verify_file(&early.bytes, Some(&early.proof));
    assert!(code == Some(2) && talk.as_str().unwrap().contains("is not what was fetched"), "{talk}");
    // The newest needs none of them: its proof names the trusted checkpoint itself.
    let newest = &certificates[2];
    assert_eq!(bank.verify_file(&newest.bytes, Some(&newest.proof)).0, Some(0));
    std::fs::write(&level, hashes).unwrap();
    assert_eq!(bank.verify_file(&early.bytes, Some(&early.proof)).0, Some(0));
}

/// More than one tile, so that full ones are fetched, continued and resumed.
#[tokio::test]
async fn a_tree_of_several_tiles_is_kept_continued_and_resumed() {
    let folder = tempfile::tempdir().unwrap();
    let mut service = TestService::serving(folder.path(), free_port(), "sqlite:earayis.db");
    service.start().await;
    let early = Certificate::issue(&service, "diplom");
    let (suspended, _) = service.issue("is-yeri", "7DEM001");
    let id = suspended["id"].as_str().unwrap();
    // Leaves are cheap where a status goes back and forth.
    let toggle = async |times: usize| {
        for _ in 0..times {
            for (act, reason) in [("suspension", "misuse_suspected"), ("reinstatement", "cause_removed")] {
                let path = format!("/api/v1/certificates/{id}/{act}");
                let body = serde_json::json!({ "reason": reason });
                let request = service.request("POST", &path).bearer_auth(service.token()).json(&body);
                let answer = request.send().await.unwrap();
                assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
            }
        }
    };
    toggle(60).await;
    assert!(service.run(&["log", "proof", "--number", &early.number]).status.success());
    let bank = Bank::new();
    bank.must_fetch(&service);
    toggle(100).await;
    let late = Certificate::issue(&service, "diplom");
    bank.must_fetch(&service);
    let kept = |level: &str| std::fs::read(bank.trust().join("log").join(level)).unwrap().len();
    assert_eq!((kept("level-0"), kept("level-1")), (323 * 32, 32));

    // A fetch that was stopped left some hashes, and wrong ones among them: another one puts all of it right.
    let other = Bank::new();
    std::fs::create_dir_all(other.trust().join("log")).unwrap();
    std::fs::write(other.trust().join("log").join("level-0"), [7; 300 * 32]).unwrap();
    other.must_fetch(&service);
    for bank in [&bank, &other] {
        let trust = Trust::load(&bank.trust(), Clock::System.now()).unwrap();
        for certificate in [&early, &late] {
            let proof: TlogProof = certificate.proof.parse().unwrap();
            let proven = proof.verify(&trust.log_keys[0]).unwrap();
            assert_eq!(trust.tie(&proof, &proven).unwrap(), Some(earayis::transparency::Tie::Held));
            assert_eq!(bank.verify_file(&certificate.bytes, Some(&certificate.proof)).0, Some(0));
        }
    }

    // What was damaged since, in a full tile too, is told and mended by the next fetch, though the log has not grown.
    let log = bank.trust().join("log");
    let damage: [&dyn Fn(); 3] = [
        &|| std::fs::write(log.join("level-0"), [0; 323 * 32]).unwrap(),
        &|| std::fs::remove_file(log.join("level-0")).unwrap(),
        &|| std::fs::remove_dir_all(&log).unwrap(),
    ];
    for damage in damage {
        damage();
        let (code, talk) = bank.verify_file(&early.bytes, Some(&early.proof));
        assert!(code == Some(2) && talk.as_str().unwrap().contains("run `earayis trust fetch` again"), "{talk}");
        let shown = bank.show();
        assert!(!shown.status.success() && said(&shown).1.contains("is not what was fetched"), "{:?}", said(&shown));
        bank.must_fetch(&service);
        assert!(bank.show().status.success());
        assert_eq!(bank.verify_file(&early.bytes, Some(&early.proof)).0, Some(0));
    }
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let place = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &place);
        } else {
            std::fs::copy(&path, &place).unwrap();
        }
    }
}
