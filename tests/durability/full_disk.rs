//! A disk that fills up: issuing is refused with a problem, nothing promised is lost, and with room it goes on.
//!
//! It needs a file system of its own and small, so it runs as root where mounting is allowed, and says so where not.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use reqwest::StatusCode;

use crate::chance::Chance;
use crate::clients::{Acknowledged, Answer, Issuing, Request};
use crate::ledger::Ledger;
use crate::records::{assert_complete, assert_log_verifies, until_published};
use crate::service::{TestService, free_port};

/// What one issuance may at most take before it must be refused, many times over.
const ENOUGH: usize = 3000;
/// How often a full disk is asked again.
const AGAIN: usize = 12;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_full_disk_loses_nothing_and_promises_nothing() {
    let Some(disk) = SmallDisk::mount() else {
        println!("SKIPPED: a small disk cannot be mounted here; run this as root");
        return;
    };
    let mut chance = Chance::seeded("full disk");
    let data = disk.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let reading = format!("sqlite:{}", data.join("earayis.db").display());
    let mut service = TestService::serving(&data, free_port(), &reading);
    // What it says must not go to the disk that is full.
    let elsewhere = tempfile::tempdir().unwrap();
    service.telemetry = elsewhere.path().join("telemetry.txt");
    service.start().await;

    let mut ledger = Ledger::default();
    for round in ["freed", "killed"] {
        let issuing = Issuing::at(&service);
        let old = ledger.acknowledged.len();
        disk.fill();
        let refused = issue_until_refused(&service, &issuing, &mut ledger, round).await;
        assert_nothing_is_invented(&service, &ledger).await;
        if round == "killed" {
            service.kill();
        }
        disk.free();
        if round == "killed" {
            service.start().await;
        }
        let issuing = Issuing::at(&service);
        for request in refused {
            let asked_again = issuing.issue(&request).await;
            let Answer::Told(StatusCode::CREATED | StatusCode::OK, body) = asked_again else {
                panic!("with room on its disk again it does not go on: {}", telemetry(&service));
            };
            ledger.acknowledged.push(Acknowledged::read(request, &body));
        }
        until_published(&service, &reading).await;
        assert_complete(&reading, ledger.acknowledged.len()).await;
        ledger.hold_new(&service, old, &mut chance).await;
    }
    ledger.hold_all(&service).await;
    assert_log_verifies(&service);
}

/// Issues until the disk is full and then goes on asking; answers the requests that were refused, each with a problem.
async fn issue_until_refused(
    service: &TestService,
    issuing: &Issuing,
    ledger: &mut Ledger,
    round: &str,
) -> Vec<Request> {
    let mut refused = Vec::new();
    for number in 0..ENOUGH {
        let request = Request { key: format!("full-{round}-{number}"), holder: "7DEM011" };
        match issuing.issue(&request).await {
            Answer::Told(StatusCode::CREATED, body) => ledger.acknowledged.push(Acknowledged::read(request, &body)),
            Answer::Told(status, problem) => {
                assert!(status.is_server_error(), "{status}: {problem}");
                let slug = problem["type"].as_str().unwrap();
                assert!(slug.starts_with("urn:earayis:problem:"), "{problem}");
                refused.push(request);
            }
            Answer::Nothing => panic!("a full disk is no reason not to answer: {}", telemetry(service)),
        }
        if refused.len() > AGAIN {
            return refused;
        }
    }
    panic!("{ENOUGH} certificates fitted on a small disk");
}

/// On a full disk a verification tells what is known, or that it cannot be found out, and nothing else.
async fn assert_nothing_is_invented(service: &TestService, ledger: &Ledger) {
    for certificate in ledger.acknowledged.iter().rev().take(20) {
        for (by, what) in [("number", &certificate.number), ("code", &certificate.code)] {
            let told = service.verify(by, what).await;
            let verdict = told["verdict"].as_str().unwrap_or_default();
            assert!(["valid", "indeterminate"].contains(&verdict), "{told}");
            assert!(verdict == "valid" || told["certificate"]["facts"].is_null(), "{told}");
        }
    }
    let never_issued = service.verify("number", "2026-0000-0000").await;
    assert_eq!(never_issued["verdict"], "unknown", "{never_issued}");
}

fn telemetry(service: &TestService) -> String {
    std::fs::read_to_string(&service.telemetry).unwrap_or_default()
}

/// A file system in memory, gone with this value.
struct SmallDisk {
    folder: Option<tempfile::TempDir>,
    filler: PathBuf,
}

impl SmallDisk {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=24m", "tmpfs"]).arg(folder.path()).output().ok()?;
        if !mounted.status.success() {
            return None;
        }
        let filler = folder.path().join("filler");
        Some(Self { folder: Some(folder), filler })
    }

    fn path(&self) -> &Path {
        self.folder.as_ref().unwrap().path()
    }

    /// Takes all room but a little.
    fn fill(&self) {
        let mut filler = std::fs::File::create(&self.filler).unwrap();
        let mut length = 0;
        while filler.write_all(&[0; 4096]).is_ok() {
            length += 4096;
        }
        filler.set_len(length - 128 * 1024).unwrap();
    }

    fn free(&self) {
        std::fs::remove_file(&self.filler).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let folder = self.folder.take().unwrap();
        // Lazily: a process that still runs there keeps its files, and nobody else sees them.
        let _ = Command::new("umount").arg("-l").arg(folder.path()).status();
    }
}
