//! Files made from a genuine one with the tools that forgers and careless clerks use: each refused, each with its reason.

use std::path::Path;
use std::process::Command;

use crate::answer::{Expected, IN_FORCE, NO_QR, NO_RECORD, discloses_nothing};
use crate::issued::{Issued, issued, shared_length};
use crate::shared::RUNTIME;

/// What becomes of the bytes' check when the file bears our seal or number, or neither.
const DIFFER: &str = "bytes failed differ";
const UNKNOWN: &str = "bytes failed unknown";

fn altered(seal: &str) -> Expected<'_> {
    Expected { verdict: "altered", basis: "file", file: [DIFFER, seal], record: IN_FORCE, qr: NO_QR }
}

fn unknown(seal: &str) -> Expected<'_> {
    Expected { verdict: "unknown", basis: "file", file: [UNKNOWN, seal], record: NO_RECORD, qr: NO_QR }
}

fn refuse_all(cases: Vec<(&str, Vec<u8>, Expected<'_>)>) {
    let issued = issued();
    let differences: Vec<String> = RUNTIME.block_on(async {
        let mut differences = Vec::new();
        for (name, file, expected) in cases {
            let (status, answer) = issued.service.verify_file(file).await;
            let compared = expected.compare(name, &answer);
            differences.extend(compared.err());
            if status != 200 || !discloses_nothing(&answer) || answer["receipt"].is_null() {
                differences.push(format!("{name}: {status} {answer}"));
            }
        }
        differences
    });
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn cut_and_glued_bytes_are_refused() {
    let issued = issued();
    let Issued { one, twin, other, .. } = &*issued;
    let shared = shared_length(&one.bytes, &twin.bytes);
    let half = usize::midpoint(shared, one.bytes.len());
    let cut = |length: usize| one.bytes[..length].to_vec();
    let glued = |parts: &[&[u8]]| parts.concat();
    refuse_all(vec![
        ("a line appended", glued(&[&one.bytes, b"% a line\n"]), altered("seal failed partial")),
        ("a byte appended", glued(&[&one.bytes, b"\n"]), altered("seal failed partial")),
        ("a byte put before", glued(&[b"\n", &one.bytes]), altered("seal failed broken")),
        ("the last byte cut", cut(one.bytes.len() - 1), altered("seal failed broken")),
        ("half of its own bytes", cut(half), altered("seal failed missing")),
        ("the shared bytes alone", cut(shared), unknown("seal failed missing")),
        ("joined with another", glued(&[&one.bytes, &other.bytes]), altered("seal failed partial")),
        ("joined with itself", glued(&[&one.bytes, &one.bytes]), altered("seal failed partial")),
        ("the seal of another of its kind", with_seal_of(&one.bytes, &twin.bytes), altered("seal failed broken")),
        ("the seal of another kind", with_seal_of(&one.bytes, &other.bytes), altered("seal failed broken")),
        ("no seal in its place", without_seal(&one.bytes), altered("seal failed broken")),
    ]);
}

#[test]
fn a_file_cut_at_any_length_is_refused() {
    let issued = issued();
    let bytes = &issued.one.bytes;
    RUNTIME.block_on(async {
        for length in (0..bytes.len()).step_by(bytes.len() / 40) {
            let (status, answer) = issued.service.verify_file(bytes[..length].to_vec()).await;
            let refused = ["altered", "unknown", "unreadable"].iter().any(|verdict| answer["verdict"] == *verdict);
            assert!(status == 200 && refused && discloses_nothing(&answer), "{length} bytes: {status} {answer}");
        }
    });
}

#[test]
fn what_tools_make_of_a_certificate_is_refused() {
    let issued = issued();
    let folder = tempfile::tempdir().unwrap();
    forge(&issued, folder.path());
    let expected = [
        ("annotated in an update", altered("seal failed partial")),
        ("signed again by a stranger", altered("seal failed partial")),
        ("its page replaced in an update", altered("seal failed partial")),
        ("a form filled in an update", altered("seal failed partial")),
        ("saved again by pikepdf", altered("seal failed broken")),
        ("saved again by qpdf", altered("seal failed broken")),
        ("linearised by qpdf", altered("seal failed broken")),
        ("encrypted by qpdf", altered("seal failed broken")),
        ("merged by qpdf", altered("seal failed broken")),
        ("printed by ghostscript", altered("seal failed missing")),
        ("printed by pdftocairo", altered("seal failed missing")),
        ("printed by a browser from a page", altered("seal failed missing")),
        ("attached to a forgery", altered("seal failed partial")),
        ("a stranger's with our number", altered("seal failed foreign")),
        ("a stranger's with our signer's name", unknown("seal failed foreign")),
        ("a stranger's without a seal", unknown("seal failed missing")),
    ];
    let made = std::fs::read_dir(folder.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|extension| extension == "pdf"));
    assert_eq!(made.count(), expected.len() + 3, "the script makes each of them, and a scan, from two certificates");
    let read = |name: &str| std::fs::read(folder.path().join(format!("{name}.pdf"))).unwrap();
    refuse_all(expected.into_iter().map(|(name, expected)| (name, read(name), expected)).collect());
    // Nothing in it can be read but by looking: like a photograph it is judged by the QR in it, and not as a file.
    let picture = ["bytes not_done picture", "seal not_done picture"];
    let by_qr = Expected { verdict: "valid", basis: "qr", file: picture, record: IN_FORCE, qr: "qr passed genuine" };
    let (_, answer) = RUNTIME.block_on(issued.service.verify_file(read("scanned into a picture")));
    by_qr.assert("scanned into a picture", &answer);
}

/// Every tool at once, by the script beside this file.
fn forge(issued: &Issued, folder: &Path) {
    std::fs::write(folder.join("one.pdf"), &issued.one.bytes).unwrap();
    std::fs::write(folder.join("other.pdf"), &issued.other.bytes).unwrap();
    let python = std::env::var("EARAYIS_PYTHON").expect("run the tests by `.ci/test`: it installs Python's packages");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/breaches/forge.py");
    let root = issued.service.dir.join("keys/seal.cert.pem");
    let output = Command::new(python).arg(script).arg(folder).arg(root).arg(&issued.one.number).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Where the seal's hexadecimal string stands, between its brackets.
fn seal_of(file: &[u8]) -> std::ops::Range<usize> {
    let find = |from: usize, what: &[u8]| from + file[from..].windows(what.len()).position(|at| at == what).unwrap();
    let from = find(find(0, b"/ByteRange"), b"<") + 1;
    from..find(from, b">")
}

/// The file with the other's seal; both keep the same room for one.
fn with_seal_of(file: &[u8], other: &[u8]) -> Vec<u8> {
    let (place, seal) = (seal_of(file), seal_of(other));
    assert_eq!(place.len(), seal.len());
    [&file[..place.start], &other[seal], &file[place.end..]].concat()
}

fn without_seal(file: &[u8]) -> Vec<u8> {
    let place = seal_of(file);
    [&file[..place.start], &vec![b'0'; place.len()], &file[place.end..]].concat()
}
