//! PDF files of pictures, as scanners make them: each way of storing a picture is read, and what names our number is not.

use crate::answer::{Expected, IN_FORCE, NO_QR};
use crate::issued::issued;
use crate::shared::RUNTIME;
use crate::{PICTURE, python, refused};

#[test]
fn a_scan_is_checked_by_the_code_in_it() {
    let issued = issued();
    let folder = tempfile::tempdir().unwrap();
    let certificate = folder.path().join("certificate");
    std::fs::write(&certificate, &issued.one.bytes).unwrap();
    python("scans.py", &[folder.path().to_str().unwrap(), certificate.to_str().unwrap(), &issued.one.number]);

    let valid = Expected { verdict: "valid", basis: "qr", file: PICTURE, record: IN_FORCE, qr: "qr passed genuine" };
    let differ = ["bytes failed differ", "seal failed missing"];
    let altered = Expected { verdict: "altered", basis: "file", file: differ, record: IN_FORCE, qr: NO_QR };
    let blank = refused("unreadable", "qr failed not_found");
    let cases = [
        ("photograph", valid),
        ("fax", valid),
        ("third-page", valid),
        ("grey", valid),
        ("colour", valid),
        ("black", valid),
        ("predicted", valid),
        ("indexed", valid),
        ("stencil", valid),
        ("in-a-form", valid),
        ("recognised", valid),
        ("watermarked", valid),
        ("recognised-number", altered),
        ("typed-number", altered),
        ("blank", blank),
    ];
    let made = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(made, cases.len() + 1, "the script makes each of them from the certificate");
    let differences: Vec<String> = RUNTIME.block_on(async {
        let mut differences = Vec::new();
        for (name, expected) in cases {
            let file = std::fs::read(folder.path().join(format!("{name}.pdf"))).unwrap();
            let (_, answer) = issued.service.verify_file(file).await;
            differences.extend(expected.compare(name, &answer).err());
        }
        differences
    });
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
