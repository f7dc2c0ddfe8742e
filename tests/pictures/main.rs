//! Pictures of certificates: their QR is found and judged, each wrong one has its reason, and none breaks or deceives us.

#[cfg(test)]
#[expect(dead_code, reason = "shared with the breaches, which need more of it")]
#[path = "../breaches/answer.rs"]
mod answer;
#[cfg(test)]
mod drawn;
#[cfg(test)]
mod hostile;
#[cfg(test)]
#[expect(dead_code, reason = "shared with the breaches, which need more of it")]
#[path = "../breaches/issued.rs"]
mod issued;
#[cfg(test)]
#[expect(dead_code, reason = "shared with the examination, which needs more of it")]
#[path = "../examination/pdf.rs"]
mod pdf;
#[cfg(test)]
mod reasons;
#[cfg(test)]
mod scans;
#[cfg(test)]
#[expect(dead_code, reason = "each target drives the service in its own way")]
#[path = "../support/service.rs"]
mod service;
#[cfg(test)]
mod share;
#[cfg(test)]
#[path = "../support/shared.rs"]
mod shared;

#[cfg(test)]
use answer::{Expected, NO_RECORD};

/// What is told of the bytes and the seal of a picture.
#[cfg(test)]
const PICTURE: [&str; 2] = ["bytes not_done picture", "seal not_done picture"];
/// What is told of a file that only calls itself a picture.
#[cfg(test)]
const UNDECODABLE: [&str; 2] = ["bytes failed picture_format", "seal failed missing"];

/// A verdict of a picture that is about no certificate.
#[cfg(test)]
fn refused<'a>(verdict: &'a str, qr: &'a str) -> Expected<'a> {
    Expected { verdict, basis: "qr", file: PICTURE, record: NO_RECORD, qr }
}

/// What a Python script beside this file says, given these arguments.
#[cfg(test)]
fn python(script: &str, arguments: &[&str]) -> String {
    let python = std::env::var("EARAYIS_PYTHON").expect("run the tests by `.ci/test`: it installs Python's packages");
    let script = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pictures").join(script);
    let output = std::process::Command::new(python).arg(script).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
