//! Each wrong code in a picture has its own reason, the right one beside a stranger's counts, and none is followed.

use std::net::TcpListener;

use coset::{CoseSign1, TaggedCborSerializable};
use data_encoding::BASE32_NOPAD;
use earayis::clock::{Clock, Instant};
use earayis::keys::{self, InitOptions, KeyRing, SealingAlgorithm};
use earayis::qr::token::{self, Token};
use earayis::random::Random;
use image::ImageFormat;

use crate::answer::{Expected, IN_FORCE, NO_RECORD, discloses_nothing};
use crate::drawn::{codes, encoded, png};
use crate::issued::issued;
use crate::shared::RUNTIME;
use crate::{PICTURE, UNDECODABLE, refused};

const VALID: Expected<'static> =
    Expected { verdict: "valid", basis: "qr", file: PICTURE, record: IN_FORCE, qr: "qr passed genuine" };
const SEVERAL: &str = "qr failed several";
const LOOK_ALIKE: &str = "qr failed look_alike_host";
const UNREADABLE: &str = "qr failed unreadable";
/// What hangs on a bank's wall.
const STRANGERS: &str = "WIFI:S:Bank;T:WPA;P:qonaq2026;;";

fn judge(cases: Vec<(&str, Vec<u8>, Expected<'_>)>) {
    let issued = issued();
    let differences: Vec<String> = RUNTIME.block_on(async {
        let mut differences = Vec::new();
        for (name, file, expected) in cases {
            let (status, answer) = issued.service.verify_file(file).await;
            differences.extend(expected.compare(name, &answer).err());
            if status != 200 || answer["receipt"].is_null() {
                differences.push(format!("{name}: {status} {answer}"));
            }
            if discloses_nothing(&answer) != (expected.verdict != "valid") {
                differences.push(format!("{name} tells too much or too little: {answer}"));
            }
        }
        differences
    });
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn our_code_counts_and_a_strangers_beside_it_does_not() {
    let issued = issued();
    let ours = issued.one.qr.as_str();
    judge(vec![
        ("ours", png(&[ours]), VALID),
        ("ours as JPEG", encoded(codes(&[ours]), ImageFormat::Jpeg), VALID),
        ("ours beside a stranger's", png(&[ours, STRANGERS]), VALID),
        ("ours after a stranger's", png(&[STRANGERS, "https://bank.example/promo", ours]), VALID),
        ("ours twice", png(&[ours, ours]), VALID),
        ("a stranger's", png(&[STRANGERS]), refused("unreadable", UNREADABLE)),
        ("none", png(&[]), refused("unreadable", "qr failed not_found")),
    ]);
}

#[test]
fn of_two_certificates_on_one_picture_none_is_valid() {
    let issued = issued();
    let (ours, twin) = (issued.one.qr.as_str(), issued.twin.qr.as_str());
    let elsewhere = ours.replace("127.0.0.1", "ARAYIS.EXAMPLE");
    let changed = changed_at_the_end(ours);
    let several = refused("unreadable", SEVERAL);
    judge(vec![
        ("two of ours", png(&[ours, twin]), several),
        ("ours and a changed one", png(&[ours, &changed]), several),
        ("ours and one of another address", png(&[&elsewhere, ours]), several),
        ("ours and a look-alike", png(&[ours, "HTTP://127.0.0.1.EXAMPLE/"]), several),
        ("two of ours and a stranger's", png(&[ours, STRANGERS, twin]), several),
    ]);
}

#[test]
fn each_wrong_code_has_its_own_reason() {
    let issued = issued();
    let ours = issued.one.qr.as_str();
    let (origin, secret) = ours.split_once("/V#").unwrap();
    let (code, token) = secret.split_once('.').unwrap();
    let host = origin.split_once("://").unwrap().1;
    let at = |address: &str| format!("{address}/V#{secret}");
    let strangers = format!("{origin}/V#{code}.{}", of_a_stranger(token));
    let look_alike = refused("unknown", LOOK_ALIKE);
    judge(vec![
        ("another host", png(&[&at("HTTPS://ARAYIS.EXAMPLE")]), refused("unknown", "qr failed foreign_host")),
        ("another port", png(&[&at("HTTP://127.0.0.1:9")]), look_alike),
        ("another scheme", png(&[&at(&format!("FTP://{host}"))]), look_alike),
        ("a part of another", png(&[&at(&format!("HTTP://{host}.EXAMPLE"))]), look_alike),
        ("a user's name", png(&[&at(&format!("HTTP://{host}@ARAYIS.EXAMPLE"))]), look_alike),
        ("letters for digits", png(&[&at(&origin.replace("127.0.0.1", "l27.o.o.l"))]), look_alike),
        ("a stranger's signature", png(&[&strangers]), refused("altered", "qr failed stranger")),
        ("changed", png(&[&changed_at_the_end(ours)]), refused("altered", "qr failed forged")),
        ("no code", png(&[&format!("{origin}/V#{token}")]), refused("unreadable", UNREADABLE)),
    ]);
}

#[test]
fn a_format_that_is_not_read_says_what_to_send_instead() {
    let picture = png(&[&issued().one.qr]);
    let undecodable =
        Expected { verdict: "unreadable", basis: "file", file: UNDECODABLE, record: NO_RECORD, qr: NO_QR };
    judge(vec![
        ("GIF", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), undecodable),
        ("WEBP", b"RIFF\x1a\0\0\0WEBPVP8L".to_vec(), undecodable),
        ("TIFF", b"II*\0\x08\0\0\0".to_vec(), undecodable),
        ("HEIC", b"\0\0\0\x18ftypheic".to_vec(), undecodable),
        ("BMP", b"BM\x3a\0\0\0".to_vec(), undecodable),
        ("PNG cut short", picture[..40].to_vec(), undecodable),
        ("JPEG cut short", b"\xff\xd8\xff\xe0\0\x10JFIF".to_vec(), undecodable),
    ]);
    let issued = issued();
    RUNTIME.block_on(async {
        let (_, answer) = issued.service.verify_file(b"GIF89a".to_vec()).await;
        assert!(answer["text"].to_string().contains("PNG"), "{answer}");
    });
}

const NO_QR: &str = crate::answer::NO_QR;

/// Whoever listens where a code leads hears nothing.
#[test]
fn nothing_that_a_code_says_is_fetched() {
    let issued = issued();
    let (_, secret) = issued.one.qr.split_once('#').unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    judge(vec![
        ("our path", png(&[&format!("HTTP://127.0.0.1:{port}/V#{secret}")]), refused("unknown", LOOK_ALIKE)),
        ("another", png(&[&format!("http://localhost:{port}/x.pdf")]), refused("unreadable", UNREADABLE)),
        ("both", png(&[&format!("HTTP://LOCALHOST:{port}/V#{secret}")]), refused("unknown", "qr failed foreign_host")),
    ]);
    let heard = listener.accept();
    assert!(heard.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock), "somebody followed a code");
}

#[test]
fn the_command_line_verifies_a_picture_through_the_service() {
    let issued = issued();
    let folder = tempfile::tempdir().unwrap();
    let verify = |name: &str, file: Vec<u8>| {
        let path = folder.path().join(name);
        std::fs::write(&path, file).unwrap();
        let arguments = ["verify", path.to_str().unwrap(), "--json", "--server", &issued.service.url];
        let output = std::process::Command::new(crate::service::PROGRAM).args(arguments).output().unwrap();
        let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code(), answer)
    };
    let (code, answer) = verify("photo.png", png(&[&issued.one.qr]));
    VALID.assert("photo.png", &answer);
    assert_eq!(code, Some(0));
    let (code, answer) = verify("photo.jpg", encoded(codes(&[]), ImageFormat::Jpeg));
    assert_eq!((code, answer["verdict"].as_str()), (Some(1), Some("unreadable")), "{answer}");
}

/// The same text with one letter of its token changed: its last byte is the signature's.
fn changed_at_the_end(qr: &str) -> String {
    let (before, token) = qr.rsplit_once('.').unwrap();
    let mut token = BASE32_NOPAD.decode(token.as_bytes()).unwrap();
    *token.last_mut().unwrap() ^= 1;
    format!("{before}.{}", BASE32_NOPAD.encode(&token))
}

/// What the genuine token says, said and signed by a stranger who has this very program.
fn of_a_stranger(genuine: &str) -> String {
    let random = Random::system();
    let now: Instant = Clock::System.now();
    let genuine = BASE32_NOPAD.decode(genuine.as_bytes()).unwrap();
    assert!(CoseSign1::from_tagged_slice(&genuine).is_ok());
    let ours = KeyRing::load(&issued().service.dir.join("keys"), &random).unwrap();
    let claims: Token = token::verify(&genuine, ours.public_keys(), now).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let options = InitOptions {
        now,
        issuer: "earayis SINAQ".to_owned(),
        log_origin: "demo.earayis.example/log".to_owned(),
        sealing: SealingAlgorithm::P256,
        development: true,
    };
    let strangers = keys::init(folder.path(), &options, &random).map(|_| KeyRing::load(folder.path(), &random));
    BASE32_NOPAD.encode(&token::sign(&claims, strangers.unwrap().unwrap().qr()).unwrap())
}
