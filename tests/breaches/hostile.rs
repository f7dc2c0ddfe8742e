//! Uploads made to kill or to confuse: each gets its answer within bounds, and the service is as well as before.

use std::io::Write;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use serde_json::Value;

use crate::answer::{Expected, NO_QR, NO_RECORD};
use crate::issued::{Issued, issued};
use crate::shared::RUNTIME;

/// No answer takes longer than the limits of the examination and a slow machine together.
const PATIENCE: Duration = Duration::from_secs(45);

fn refused<'a>(verdict: &'a str, file: [&'a str; 2]) -> Expected<'a> {
    Expected { verdict, basis: "file", file, record: NO_RECORD, qr: NO_QR }
}

const UNKNOWN: [&str; 2] = ["bytes failed unknown", "seal failed missing"];
const UNDECODABLE: [&str; 2] = ["bytes failed picture_format", "seal failed missing"];
const UNREADABLE: [&str; 2] = ["bytes failed unreadable", "seal failed missing"];

/// A PDF whose fourth object is this, and whose page draws it.
fn pdf(object: &[u8]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n\
        2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n\
        3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>\nendobj\n4 0 obj\n"
        .to_vec();
    file.extend_from_slice(object);
    file.extend_from_slice(b"\nendobj\ntrailer\n<</Root 1 0 R/Size 5>>\n%%EOF\n");
    file
}

fn stream(entries: &str, data: &[u8]) -> Vec<u8> {
    [format!("<<{entries}/Length {}>>\nstream\n", data.len()).as_bytes(), data, b"\nendstream"].concat()
}

/// This many mebibytes of nothing, deflated to a thousandth.
fn bomb(mebibytes: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    for _ in 0..mebibytes {
        encoder.write_all(&vec![0; 1 << 20]).unwrap();
    }
    encoder.finish().unwrap()
}

fn deflated(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn hostile_files_are_answered_in_bounded_time_and_memory() {
    let issued = issued();
    let nested = |open: &str, close: &str| format!("{}{}", open.repeat(10_000), close.repeat(10_000)).into_bytes();
    let png = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &[0; 200]].concat();
    let twice = deflated(&bomb(512));
    let cases = [
        ("10,000 arrays", pdf(&nested("[", "]"))),
        ("10,000 dictionaries", pdf(&nested("<</A", ">>"))),
        ("10,000 strings", pdf(&nested("(", ")"))),
        ("10,000 states", pdf(&stream("", &nested("q ", "Q ")))),
        ("a bomb", pdf(&stream("/Filter/FlateDecode", &bomb(512)))),
        ("a bomb in a bomb", pdf(&stream("/Filter[/FlateDecode/FlateDecode]", &twice))),
        ("a bomb of objects", pdf(&stream("/Type/ObjStm/N 9/First 9/Filter/FlateDecode", &bomb(512)))),
        ("a length that lies", pdf(b"<</Length 99999999999>>\nstream\nsalam\nendstream")),
        ("a length that is itself", pdf(b"<</Length 4 0 R>>\nstream\nsalam\nendstream")),
        ("19 MiB of brackets", pdf(&b"[".repeat(19 << 20))),
        ("19 MiB of numbers", pdf(&b"9 0 obj ".repeat((19 << 20) / 8))),
        ("a picture", png),
        ("a text", b"salam".to_vec()),
        ("nothing", Vec::new()),
        ("the first four bytes of a PDF", b"%PDF".to_vec()),
    ];
    RUNTIME.block_on(async {
        for (name, file) in cases {
            let is_pdf = file.starts_with(b"%PDF-");
            let begun = Instant::now();
            let (status, answer) = issued.service.verify_file(file).await;
            assert!(begun.elapsed() < PATIENCE, "{name}: {:?}", begun.elapsed());
            assert_eq!(status, 200, "{name}: {answer}");
            if is_pdf {
                let refused = ["unknown", "unreadable"].iter().any(|verdict| answer["verdict"] == *verdict);
                assert!(refused, "{name}: {answer}");
            } else {
                let reason = if name == "a picture" { UNDECODABLE } else { UNREADABLE };
                refused("unreadable", reason).assert(name, &answer);
            }
        }
        is_well(&issued).await;
    });
    let peak = peak_kilobytes(issued.service.pid());
    assert!(peak < 1 << 20, "the service took {peak} kB");
}

#[test]
fn a_sound_pdf_of_a_stranger_is_unknown() {
    let issued = issued();
    RUNTIME.block_on(async {
        let (_, answer) = issued.service.verify_file(pdf(&stream("", b"BT (salam) Tj ET"))).await;
        refused("unknown", UNKNOWN).assert("a stranger's", &answer);
        assert!(answer["certificate"].is_null());
    });
}

#[test]
fn what_is_too_large_is_refused_before_it_is_read() {
    let issued = issued();
    RUNTIME.block_on(async {
        let (status, problem) = issued.service.verify_file(vec![b'x'; 30 << 20]).await;
        assert_eq!((status, problem["type"].as_str()), (413, Some("urn:earayis:problem:too-large")));
        let body = format!("{{\"qr\":\"{}\"}}", "A".repeat(30 << 20));
        let (status, _) = raw(&issued, "application/json", body.into_bytes()).await;
        assert_eq!(status, 413);
        is_well(&issued).await;
    });
}

#[test]
fn a_form_that_lies_is_a_problem_and_no_verification() {
    let issued = issued();
    let part = |head: &str, body: &str| format!("--b\r\n{head}\r\n\r\n{body}\r\n--b--\r\n");
    let file = "Content-Disposition: form-data; name=\"file\"; filename=\"f.pdf\"";
    let cases = [
        ("no boundary", "multipart/form-data", part(file, "salam")),
        ("another boundary", "multipart/form-data; boundary=c", part(file, "salam")),
        ("no end", "multipart/form-data; boundary=b", format!("--b\r\n{file}\r\n\r\nsalam")),
        ("no parts", "multipart/form-data; boundary=b", "--b--\r\n".to_owned()),
        ("another part", "multipart/form-data; boundary=b", part("Content-Disposition: form-data; name=\"code\"", "x")),
        ("a part without a name", "multipart/form-data; boundary=b", part("Content-Type: application/pdf", "salam")),
        ("an endless head", "multipart/form-data; boundary=b", part(&format!("X: {}", "y".repeat(1 << 16)), "salam")),
        ("a file that says it is JSON", "application/json", "%PDF-1.7".to_owned()),
        (
            "JSON that says it is a form",
            "multipart/form-data; boundary=b",
            "{\"number\":\"2026-0000-0000\"}".to_owned(),
        ),
        ("no type", "", "{\"number\":\"2026-0000-0000\"}".to_owned()),
        ("another type", "application/pdf", "%PDF-1.7".to_owned()),
        ("two questions", "application/json", "{\"number\":\"2026-0000-0000\",\"code\":\"x\"}".to_owned()),
        ("an unknown question", "application/json", "{\"url\":\"http://arayis.example/\"}".to_owned()),
        ("no question", "application/json", "{}".to_owned()),
        ("a number for a text", "application/json", "{\"code\":7}".to_owned()),
        ("10,000 brackets", "application/json", "[".repeat(10_000)),
        ("no UTF-8", "application/json", String::new()),
    ];
    RUNTIME.block_on(async {
        for (name, content_type, body) in cases {
            let body = if name == "no UTF-8" { b"{\"code\":\"\xff\"}".to_vec() } else { body.into_bytes() };
            let (status, problem) = raw(&issued, content_type, body).await;
            assert!([400, 413, 415, 422].contains(&status), "{name}: {status} {problem}");
            assert!(problem["verdict"].is_null(), "{name}: {problem}");
            assert_eq!(problem["status"], status, "{name}: {problem}");
        }
        is_well(&issued).await;
    });
}

async fn raw(issued: &Issued, content_type: &str, body: Vec<u8>) -> (u16, Value) {
    let request = issued.service.request("POST", "/api/v1/verifications");
    let request = if content_type.is_empty() { request } else { request.header("content-type", content_type) };
    let answer = request.body(body).send().await.unwrap();
    let status = answer.status().as_u16();
    assert_eq!(answer.headers()["content-type"], "application/problem+json", "{status}");
    (status, answer.json().await.unwrap())
}

async fn is_well(issued: &Issued) {
    let (status, answer) = issued.service.verify_file(issued.one.bytes.clone()).await;
    assert_eq!((status, answer["verdict"].as_str()), (200, Some("valid")));
}

/// The most memory that the process ever had, and the examiner's children are not it.
fn peak_kilobytes(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
