//! A bank's machine: a folder of trust, certificates as they were handed in, and the program that checks them.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use earayis::clock::Clock;
use earayis::pdf::Contents;
use earayis::trust::Trust;
use serde_json::Value;
use tempfile::TempDir;

use crate::service::{PROGRAM, TestService};

/// A bank, gone with its folder.
pub(crate) struct Bank {
    folder: TempDir,
}

/// A certificate as its holder hands it in.
pub(crate) struct Certificate {
    pub(crate) number: String,
    /// The text of its QR.
    pub(crate) qr: String,
    pub(crate) bytes: Vec<u8>,
    /// Its proof from the log.
    pub(crate) proof: String,
}

impl Certificate {
    /// Issues one and takes its proof; the command gives the leaf its place before it ends.
    pub(crate) fn issue(service: &TestService, kind: &str) -> Self {
        let (issued, bytes) = service.issue(kind, "7DEM001");
        let number = issued["number"].as_str().unwrap().to_owned();
        let proof = service.run(&["log", "proof", "--number", &number]);
        let proof = String::from_utf8(proof.stdout).unwrap();
        Self { qr: Contents::of(&bytes).unwrap().qr_payload, number, bytes, proof }
    }
}

impl Bank {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// Where its trust is kept.
    pub(crate) fn trust(&self) -> PathBuf {
        self.folder.path().join("trust")
    }

    /// Every file of its trust but the lock, each with its bytes.
    pub(crate) fn kept(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut kept = Vec::new();
        for folder in [self.trust(), self.trust().join("pieces")] {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_file() && !path.ends_with(".lock") {
                    kept.push((path.clone(), std::fs::read(path).unwrap()));
                }
            }
        }
        kept.sort();
        kept
    }

    /// Whether evidence of a contradiction is kept, under a name that ends so.
    pub(crate) fn keeps_evidence(&self, what: &str) -> bool {
        let folder = std::fs::read_dir(self.trust().join("evidence"));
        folder.is_ok_and(|mut found| found.any(|entry| entry.unwrap().path().to_str().unwrap().ends_with(what)))
    }

    /// A file of the bank's.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Fetches from a service.
    pub(crate) fn fetch(&self, service: &TestService) -> Output {
        self.fetch_with(&service.url, &[])
    }

    pub(crate) fn fetch_with(&self, url: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(PROGRAM);
        command.args(["trust", "fetch", "--server", url, "--dir"]).arg(self.trust()).args(arguments);
        command.output().unwrap()
    }

    /// Fetches, and it must succeed.
    pub(crate) fn must_fetch(&self, service: &TestService) -> (String, String) {
        let output = self.fetch(service);
        let said = said(&output);
        assert!(output.status.success(), "{said:?}");
        said
    }

    /// Fetches, and nothing must be taken; answers why.
    pub(crate) fn must_refuse(&self, service: &TestService) -> String {
        let before = self.kept();
        let output = self.fetch(service);
        assert_eq!(output.status.code(), Some(2), "{:?}", said(&output));
        assert_eq!(self.kept(), before, "nothing may have been taken");
        said(&output).1
    }

    /// Fetches, and no log must be taken; answers why.
    pub(crate) fn must_refuse_log(&self, service: &TestService) -> String {
        let held = || Trust::load(&self.trust(), Clock::System.now()).unwrap().checkpoint;
        let before = held();
        let output = self.fetch(service);
        assert_eq!(output.status.code(), Some(2), "{:?}", said(&output));
        assert_eq!(held(), before, "no checkpoint may have been taken");
        said(&output).1
    }

    /// Says what its trust holds.
    pub(crate) fn show(&self) -> Output {
        Command::new(PROGRAM).args(["trust", "show", "--dir"]).arg(self.trust()).output().unwrap()
    }

    /// Verifies offline; answers the exit code and the JSON, or what was said instead.
    pub(crate) fn verify(&self, arguments: &[&str]) -> (Option<i32>, Value) {
        let mut command = Command::new(PROGRAM);
        command.args(["verify", "--offline", "--json", "--trust"]).arg(self.trust()).args(arguments);
        let output = command.output().unwrap();
        let answer = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| Value::String(said(&output).1));
        (output.status.code(), answer)
    }

    /// Verifies a file, with its proof beside it where there is one.
    pub(crate) fn verify_file(&self, bytes: &[u8], proof: Option<&str>) -> (Option<i32>, Value) {
        let file = self.write("certificate.pdf", bytes);
        let beside = format!("{file}.tlog-proof");
        match proof {
            Some(proof) => std::fs::write(&beside, proof).unwrap(),
            None => drop(std::fs::remove_file(&beside)),
        }
        self.verify(&[&file])
    }
}

/// What a command wrote, to standard output and to standard error.
pub(crate) fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

/// The verdict and the reason of one check.
pub(crate) fn found<'a>(answer: &'a Value, check: &str) -> (&'a str, String) {
    let checks = answer["checks"].as_array().unwrap_or_else(|| panic!("{answer}"));
    let check = checks.iter().find(|found| found["name"] == check).unwrap();
    let reason = format!("{} {}", check["result"].as_str().unwrap(), check["reason"].as_str().unwrap());
    (answer["verdict"].as_str().unwrap(), reason)
}

/// Copies the keys of a service for another that pretends to be it.
pub(crate) fn copy_keys(from: &Path, to: &Path) {
    std::fs::create_dir_all(to.join("keys")).unwrap();
    for entry in std::fs::read_dir(from.join("keys")).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, to.join("keys").join(path.file_name().unwrap())).unwrap();
    }
}
