//! The pages as people use them: real Chromium drives a running demonstration, in three languages, with and without script.

#[cfg(test)]
mod limited;
#[cfg(test)]
#[expect(dead_code, reason = "each target drives the service in its own way")]
#[path = "../support/service.rs"]
mod service;

use std::path::PathBuf;
use std::process::Command;

use service::TestService;

/// From sign-in to a certificate, to its verification by code, number, file and QR, to who looked; and axe on every page.
///
/// Screenshots go to the folder that `EARAYIS_PICTURES` names, or are thrown away.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_citizen_takes_a_certificate_and_a_bank_verifies_it() {
    let modules =
        std::env::var("EARAYIS_NODE_MODULES").expect("run this test by `.ci/test`, which installs a browser driver");
    let service = TestService::demo().await;
    let (limited, _limited_folder) = limited::service().await;
    let own = tempfile::tempdir().unwrap();
    let pictures = std::env::var_os("EARAYIS_PICTURES").map_or_else(|| own.path().to_owned(), PathBuf::from);
    std::fs::create_dir_all(&pictures).unwrap();

    let flows = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser/flows.mjs");
    let output = tokio::task::spawn_blocking({
        let mut command = Command::new("node");
        command.arg(flows).args([PathBuf::from(&service.url), pictures.clone()]);
        command.envs([("EARAYIS_PROGRAM", service::PROGRAM), ("EARAYIS_NODE_MODULES", &modules)]);
        command.env("EARAYIS_DIR", &service.dir).env("EARAYIS_LIMITED", &limited.url);
        move || command.output()
    });
    let output = output.await.unwrap().expect("`node` is on the PATH that `.ci/test` makes");
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{complained}");
}
