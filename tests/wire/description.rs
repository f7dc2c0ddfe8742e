//! The API's description: a snapshot that changes knowingly, and answers that keep what it promises, whatever is asked.

use std::path::Path;
use std::process::Command;

use crate::wire::{ask, service};

const SNAPSHOT: &str = "tests/wire/openapi.json";

#[test]
fn the_description_is_the_snapshot() {
    let service = service();
    let answer = ask(service.request("GET", "/api/v1/openapi.json"));
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    assert_eq!(answer.json()["openapi"].as_str().map(|version| &version[..4]), Some("3.1."));
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(SNAPSHOT);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&file, format!("{}\n", answer.text().trim_end())).unwrap();
    }
    let snapshot = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        snapshot.trim_end() == answer.text().trim_end(),
        "the API's description differs from {SNAPSHOT}; if the API is meant to change, run \
         `UPDATE_SNAPSHOTS=1 .ci/test --test wire` and commit the file: {}",
        first_difference(&snapshot, &answer.text())
    );
}

fn first_difference(old: &str, new: &str) -> String {
    let lines = old.lines().map(Some).chain([None; 1]).zip(new.lines().map(Some).chain([None; 1])).zip(1..);
    let difference = lines.into_iter().find(|((old, new), _)| old != new);
    difference.map_or_else(String::new, |((old, new), line)| format!("line {line} was {old:?} and is {new:?}"))
}

/// An independent fuzzer reads the description and asks whatever it allows and forbids: no answer breaks it.
#[test]
fn whatever_is_asked_is_answered_as_described() {
    let service = service();
    let python = std::env::var("EARAYIS_PYTHON").expect("run the tests by `.ci/test`: it installs Python's packages");
    let checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,\
                  response_headers_conformance";
    let output = Command::new(Path::new(&python).with_file_name("schemathesis"))
        .args(["run", &format!("{}/api/v1/openapi.json", service.url)])
        .args(["--checks", checks, "--phases", "examples,coverage,fuzzing", "--max-examples", "15", "--seed", "1"])
        .args([
            "--workers",
            "2",
            "--no-shrink",
            "--continue-on-failure",
            "--request-timeout",
            "30",
            "--warnings",
            "off",
        ])
        .args(["--header", &format!("Authorization: Bearer {}", service.token())])
        .current_dir(&service.dir)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
}
