//! One certificate of each instant kind, judged by programs that share no code with the service: file, seal, page, log.
//!
//! The judges are the scripts beside this file and the programs of the system; `.ci/test` installs both.

#[cfg(test)]
mod issued;
#[cfg(test)]
#[expect(dead_code, reason = "each target drives the service in its own way")]
#[path = "../support/service.rs"]
mod service;
#[cfg(test)]
#[path = "../support/shared.rs"]
mod shared;

#[cfg(test)]
use std::path::Path;
#[cfg(test)]
use std::process::{Command, Output};

#[cfg(test)]
use issued::{KINDS, issued, sha256_hex};

#[test]
fn every_file_is_sound_to_qpdf() {
    let issued = issued();
    for certificate in &issued.certificates {
        let output = Command::new("qpdf").arg("--check").arg(&certificate.file).output().unwrap();
        let (said, complained) = (text(&output.stdout), text(&output.stderr));
        assert!(output.status.success(), "{}: {said}{complained}", certificate.kind);
        assert!(said.contains("No syntax or stream encoding errors found"), "{}: {said}", certificate.kind);
        assert_eq!(complained, "", "{}", certificate.kind);
    }
}

#[test]
fn every_seal_is_valid_to_three_validators() {
    judged_by("seals.py");
}

#[test]
fn every_qr_is_read_from_paper_and_its_token_verifies() {
    judged_by("codes.py");
}

#[test]
fn every_fact_is_read_back_as_text() {
    judged_by("texts.py");
}

#[test]
fn every_attachment_is_the_facts_and_fits_its_schema() {
    judged_by("attachments.py");
}

#[test]
fn every_file_claims_and_keeps_the_rules_of_archive_and_access() {
    judged_by("archive.py");
}

#[test]
fn every_structure_tree_holds_each_mark_once() {
    judged_by("structure.py");
}

#[test]
fn two_certificates_of_a_kind_begin_with_the_same_bytes_stored_once() {
    judged_by("beginnings.py");
}

#[test]
fn every_receipt_is_evidence_to_a_stranger() {
    judged_by("receipts.py");
}

/// The independent checker reads the whole log over HTTP and finds every certificate's issuance in it.
#[test]
fn the_live_log_and_a_proof_of_each_certificate_verify() {
    let issued = issued();
    let mut check = Command::new(python());
    check.arg(script("../check_log.py")).arg(format!("{}/log", issued.url())).arg(&issued.vkey);
    for certificate in &issued.certificates {
        check.arg("--proof").arg(&certificate.proof);
    }
    let output = check.output().unwrap();
    let said = text(&output.stdout);
    assert!(output.status.success(), "{said}{}", text(&output.stderr));
    assert!(said.contains("checkpoint: signed by "), "{said}");
    for certificate in &issued.certificates {
        let told = format!("issued {}, {} version 1 by ", certificate.id, certificate.kind);
        assert!(said.contains(&told), "{told}: {said}");
        let digest = format!("file {}", sha256_hex(&std::fs::read(&certificate.file).unwrap()));
        assert!(said.contains(&digest), "{}: {said}", certificate.kind);
    }
}

#[test]
fn every_instant_kind_is_issued_to_the_first_citizen() {
    let issued = issued();
    let mut kinds: Vec<&str> = issued.certificates.iter().map(|certificate| certificate.kind.as_str()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, KINDS);
}

/// Runs one of the scripts over everything that was issued; it names what is wrong and with which certificate.
#[cfg(test)]
fn judged_by(name: &str) {
    let issued = issued();
    let output: Output = Command::new(python()).arg(script(name)).arg(&issued.manifest).output().unwrap();
    assert!(output.status.success(), "{name}:\n{}{}", text(&output.stdout), text(&output.stderr));
    assert!(!output.stdout.is_empty(), "{name} judged nothing");
}

#[cfg(test)]
fn script(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance").join(name)
}

#[cfg(test)]
fn python() -> String {
    std::env::var("EARAYIS_PYTHON").expect("run the tests by `.ci/test`: it installs Python's packages and names them")
}

#[cfg(test)]
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
