//! A live log of tens of thousands of leaves, verified by the service's own tools and by one that shares no code with them.
//!
//! A tenth of what must be shown before a release is done each time; all of it is
//!
//! ```sh
//! EARAYIS_LEAVES=100000 .ci/test --test auditing live -- --nocapture
//! ```

use std::process::Command;
use std::time::Instant;

use crate::checked::{act, assert_sound, issue, vkey};
use crate::place::Place;
use crate::records::until_published;
use crate::seeds::grow_to;

fn leaves() -> u64 {
    std::env::var("EARAYIS_LEAVES").map_or(10_000, |leaves| leaves.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_live_log_is_verified_to_its_last_byte_by_two_that_share_no_code() {
    let place = Place::sqlite();
    let mut service = place.service();
    service.start().await;
    let first = issue(&service, "first").await;
    until_published(&service, &place.reading).await;
    let checkpoints = tempfile::tempdir().unwrap();
    let mut seen = 0;
    let mut keep = async |service: &crate::service::TestService| {
        let note = service.request("GET", "/log/checkpoint").send().await.unwrap().bytes().await.unwrap();
        let file = checkpoints.path().join(format!("{seen}"));
        std::fs::write(&file, note).unwrap();
        seen += 1;
        file.to_str().unwrap().to_owned()
    };
    let mut files = vec![keep(&service).await];
    assert_eq!(tokio::task::block_in_place(|| service.stop()).code(), Some(0));
    grow_to(place.folder(), leaves()).await;
    let begun = Instant::now();
    service.start().await;
    println!("{} leaves published in {:?}", leaves(), begun.elapsed());
    files.push(keep(&service).await);

    let mut proofs = Vec::new();
    for n in 0..20 {
        let certificate = issue(&service, &format!("live-{n}")).await;
        if n % 4 == 0 {
            act(&service, &certificate, "suspension", "misuse_suspected").await;
            files.push(keep(&service).await);
        }
        proofs.push(certificate.id);
    }
    proofs.push(first.id);
    until_published(&service, &place.reading).await;
    files.push(keep(&service).await);

    let begun = Instant::now();
    let sound = tokio::task::block_in_place(|| assert_sound(&service));
    println!("log check: {:?}: {sound}", begun.elapsed());
    assert_eq!(sound["size"].as_u64(), Some(leaves() + 25));

    let mut arguments = vec![format!("{}/log", service.url), vkey(&service)];
    for (nth, id) in proofs.iter().enumerate() {
        let proof = service.request("GET", &format!("/api/v1/certificates/{id}/proof")).send().await.unwrap();
        let file = checkpoints.path().join(format!("{nth}.tlog-proof"));
        std::fs::write(&file, proof.bytes().await.unwrap()).unwrap();
        arguments.extend(["--proof".to_owned(), file.to_str().unwrap().to_owned()]);
    }
    for file in files {
        arguments.extend(["--checkpoint".to_owned(), file]);
    }
    let python = std::env::var("EARAYIS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let begun = Instant::now();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/check_log.py");
    let checked = Command::new(python).arg(script).args(arguments).output().unwrap();
    let words = String::from_utf8_lossy(&checked.stdout).into_owned() + &String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "{words}");
    println!("check_log.py: {:?}", begun.elapsed());
    assert_eq!(words.matches(": entry ").count(), proofs.len(), "{words}");
    assert_eq!(words.matches("the log continues it").count(), seen, "{words}");
}
