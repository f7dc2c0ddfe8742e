//! The command line beside a running service: data on standard output, talk on standard error, exit codes for programs.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::service::{PROGRAM, TestService};
use crate::wire::service;

/// Runs the program without naming a demonstration's folder.
fn run(arguments: &[&str]) -> Output {
    Command::new(PROGRAM).args(arguments).output().unwrap()
}

fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

/// Verifies in both ways, beside the data and by asking the service, which must agree; answers code and JSON.
fn verify(service: &TestService, arguments: &[&str]) -> (Option<i32>, Value) {
    let beside = service.run(&[&["verify", "--json"], arguments].concat());
    let asked = run(&[&["verify", "--json", "--server", &service.url], arguments].concat());
    assert_eq!(code(&beside), code(&asked), "{:?} {:?}", said(&beside), said(&asked));
    let json = |output: &Output| serde_json::from_slice::<Value>(&output.stdout).unwrap_or(Value::Null);
    let (one, other) = (json(&beside), json(&asked));
    for part in ["verdict", "basis", "text", "certificate"] {
        assert_eq!(one[part], other[part], "{part}");
    }
    (code(&asked), other)
}

#[test]
fn verify_ends_with_the_verdict() {
    let service = service();
    let (issued, bytes) = service.issue("diplom", "7DEM001");
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let file = folder.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let genuine = write("genuine.pdf", &bytes);
    let altered = write("altered.pdf", &[&bytes[..], b"\n"].concat());
    let text = write("text.pdf", b"salam");
    let number = issued["number"].as_str().unwrap();
    let cases: [(&[&str], Option<i32>, &str); 7] = [
        (&[&genuine], Some(0), "valid"),
        (&["--code", issued["code"].as_str().unwrap()], Some(0), "valid"),
        (&["--number", number], Some(0), "valid"),
        (&[&altered], Some(1), "altered"),
        (&[&text], Some(1), "unreadable"),
        (&["--number", "2026-0000-0000"], Some(1), "unknown"),
        (&["--qr", "HTTPS://ARAYIS.EXAMPLE/V#0000000000000000.ABCDEFGH"], Some(1), "unknown"),
    ];
    for (arguments, expected, verdict) in cases {
        let (code, answer) = verify(&service, arguments);
        assert_eq!((code, answer["verdict"].as_str()), (expected, Some(verdict)), "{arguments:?}");
    }
    assert!(service.run(&["revoke", "--number", number, "--reason", "facts_wrong"]).status.success());
    assert_eq!(verify(&service, &[&genuine]).0, Some(1));
}

#[test]
fn verify_ends_with_two_when_it_could_not_find_out() {
    let service = service();
    let cases: [&[&str]; 4] = [
        &["verify", "--server", "http://127.0.0.1:9", "--number", "2026-0000-0000"],
        &["verify", "--server", &service.url, "--code", "0000-0000-0000-0001"],
        &["verify", "--server", &service.url, "/nowhere/certificate.pdf"],
        &["verify", "--dir", "/nowhere", "--number", "2026-0000-0000"],
    ];
    for arguments in cases {
        let output = run(arguments);
        let (data, talk) = said(&output);
        assert_eq!(code(&output), Some(2), "{arguments:?}: {talk}");
        assert_eq!(data, "");
        assert!(talk.starts_with("error: "), "{talk}");
    }
    assert_eq!(code(&run(&["verify"])), Some(2), "nothing to verify is a wrong command");
}

#[test]
fn verify_prints_the_verdict_first_and_says_that_it_is_a_demonstration() {
    let service = service();
    let (issued, _) = service.issue("diplom", "7DEM001");
    let output = service.run(&["verify", "--code", issued["code"].as_str().unwrap()]);
    let (data, talk) = said(&output);
    assert!(data.starts_with("valid (basis: code)\n"), "{data}");
    for line in [issued["number"].as_str().unwrap(), "Əliyeva Günəş Çingiz qızı", "record", "passed"] {
        assert!(data.contains(line), "{line}: {data}");
    }
    assert!(talk.contains("SINAQ – HÜQUQİ QÜVVƏSİ YOXDUR"), "{talk}");
    let by_number = service.run(&["verify", "--number", issued["number"].as_str().unwrap()]);
    assert!(!said(&by_number).0.contains("Əliyeva"));
}

#[test]
fn issue_says_why_nothing_was_issued() {
    let service = service();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("certificate.pdf");
    let out = out.to_str().unwrap();
    let cases: [(&str, &str, &str); 8] = [
        ("is-yeri", "7DEM999", "knows nobody"),
        ("rabite-borcu-yoxdur", "7DEM013", "debt"),
        ("mehkumluq", "7DEM001", "approval"),
        ("aile-uzvleri", "7DEM001", "approval"),
        ("is-yeri", "7DEM016", "incomplete"),
        ("is-yeri", "7DEM017", "another person"),
        ("is-yeri", "7DEM014", "cannot print"),
        ("invented", "7DEM001", "no such kind"),
    ];
    for (kind, holder, reason) in cases {
        let output = service.run(&["issue", "--kind", kind, "--holder", holder, "--out", out]);
        let (data, talk) = said(&output);
        assert!(!output.status.success() && data.is_empty(), "{kind} {holder}: {data}");
        assert!(!Path::new(out).exists());
        assert!(talk.to_lowercase().contains(&reason.to_lowercase()), "{kind} {holder}: {talk}");
    }
    let mistyped = service.run(&["issue", "--kind", "is-yeri", "--holder", "7DEM00I"]);
    assert_eq!(code(&mistyped), Some(2));
    let nowhere = service.run(&["issue", "--kind", "is-yeri", "--holder", "7DEM001", "--out", "/nowhere/x.pdf"]);
    assert!(!nowhere.status.success() && said(&nowhere).1.contains("/nowhere/x.pdf"));
}

#[test]
fn kinds_are_listed() {
    let output = run(&["kinds", "list"]);
    let (data, _) = said(&output);
    assert_eq!((code(&output), data.lines().count()), (Some(0), 12), "{data}");
    assert!(
        data.lines().any(|line| line.starts_with("is-yeri") && line.contains("30 days") && line.contains("at once"))
    );
    assert!(data.lines().any(|line| line.starts_with("mehkumluq") && line.contains("1 working day")), "{data}");
}

#[test]
fn a_broken_kind_is_named_with_file_line_and_reason() {
    assert_eq!(code(&run(&["kinds", "check"])), Some(0));
    let sound =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/kinds/diplom.toml")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let line_of = |text: &str, what: &str| 1 + text.lines().position(|line| line.contains(what)).unwrap();
    let cases = [
        ("an unknown key", sound.replacen("retention_days", "retain_days", 1), "retain_days", "retain_days"),
        (
            "a number that is none",
            sound.replacen("version = 1", "version = \"one\"", 1),
            "version = \"one\"",
            "version",
        ),
        ("a wrong VÖEN", sound.replacen("voen = \"99", "voen = \"88", 1), "voen = \"88", "voen"),
        ("no TOML", sound.replacen("lifecycle = ", "lifecycle ", 1), "lifecycle ", ""),
    ];
    for (name, text, place, word) in cases {
        assert_ne!(text, sound, "{name}");
        let file = folder.path().join("diplom.toml");
        std::fs::write(&file, &text).unwrap();
        let output = run(&["kinds", "check", file.to_str().unwrap()]);
        let (data, _) = said(&output);
        let expected = format!("{}:{}: ", file.display(), line_of(&text, place));
        assert_eq!(code(&output), Some(1), "{name}: {data}");
        assert!(
            data.lines().any(|line| line.starts_with(&expected) && line.contains(word)),
            "{name}, {expected}: {data}"
        );
    }
}

#[test]
fn a_preview_is_a_specimen_without_a_seal() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("specimen.pdf");
    let output = run(&["kinds", "preview", "is-yeri", "--out", out.to_str().unwrap()]);
    assert_eq!(code(&output), Some(0), "{:?}", said(&output));
    let bytes = std::fs::read(&out).unwrap();
    assert!(bytes.starts_with(b"%PDF-1.7"));
    assert!(!bytes.windows(10).any(|window| window == b"/ByteRange"));
    let text = Command::new("pdftotext").args(["-raw", out.to_str().unwrap(), "-"]).output().unwrap();
    assert!(String::from_utf8_lossy(&text.stdout).contains("NÜMUNƏ"));
    let (_, verification) = crate::shared::RUNTIME.block_on(service().verify_file(bytes));
    assert_eq!(verification["verdict"], json!("unknown"));
}

#[test]
fn keys_are_made_once_and_never_for_production() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("keys");
    let dir = dir.to_str().unwrap();
    let first = run(&["keys", "init", "--dir", dir]);
    assert_eq!(code(&first), Some(0), "{:?}", said(&first));
    let manifest = std::fs::read(folder.path().join("keys/ring.toml")).unwrap();
    let again = run(&["keys", "init", "--dir", dir]);
    assert_eq!(code(&again), Some(2));
    assert!(said(&again).1.contains("never overwritten"), "{:?}", said(&again));
    assert_eq!(std::fs::read(folder.path().join("keys/ring.toml")).unwrap(), manifest);
    let (listed, talk) = said(&run(&["keys", "list", "--dir", dir]));
    for purpose in ["root", "seal", "qr", "status", "receipt", "log", "kek", "lookup"] {
        assert_eq!(listed.lines().filter(|line| line.starts_with(&format!("{purpose} "))).count(), 1, "{listed}");
    }
    assert!(talk.contains("for development") && !listed.contains("PRIVATE"));
    let secret = std::fs::metadata(folder.path().join("keys/seal.key.pem")).unwrap();
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&secret.permissions()) & 0o777, 0o600);
}
