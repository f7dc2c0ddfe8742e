//! The laws of this repository: what its text must keep, read from the text itself, each breach with file and line.
//!
//! Each law is a function from one source file to its breaches; the last test shows that each can find one.

// Marked so that the lints know it for a test's own.
#[cfg(test)]
mod source;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use source::{Source, root, sources};

const GROUND: &[&str] = &["clock", "random", "routes"];
const DOMAIN: &[&str] = &["catalogue", "certificate", "transparency"];
const INSTRUMENTS: &[&str] = &[
    "durable",
    "qr",
    "pdf",
    "seal",
    "registry",
    "keys",
    "log_store",
    "examination",
    "status_list",
    "trust",
    "identity",
    "witness",
];
const ACTS: &[&str] = &[
    "alarms",
    "audit",
    "auditing",
    "auth",
    "door",
    "erasure",
    "issuance",
    "open_data",
    "organisations",
    "oversight",
    "publication",
    "revocation",
    "sequencer",
    "sign_in",
    "verification",
    "watch",
];
const WIRING: &[&str] = &["config", "telemetry", "server", "cli", "main", "lib"];

const LONGEST_FILE: usize = 400;
/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &["utils", "util", "helpers", "helper", "manager", "common", "misc"];
const STATEMENTS: &str = "src/storage/statements/";
const DESCRIPTIONS: &str = "src/telemetry/metrics.rs";

/// Which modules `module` may name; `None` for a module that has no place in the layers yet.
fn may_import(module: &str) -> Option<Vec<&'static str>> {
    let everything = || [GROUND, DOMAIN, INSTRUMENTS, &["storage"], ACTS, &["app", "api", "web"], WIRING].concat();
    let allowed = match module {
        "clock" | "routes" | "durable" => vec![],
        "random" => vec!["clock"],
        "catalogue" | "transparency" => GROUND.to_vec(),
        "certificate" => [GROUND, &["catalogue"]].concat(),
        "registry" | "storage" | "identity" => [GROUND, DOMAIN].concat(),
        "keys" => [GROUND, DOMAIN, &["durable"]].concat(),
        "qr" | "status_list" => [GROUND, DOMAIN, &["keys"]].concat(),
        "trust" => [GROUND, DOMAIN, &["durable", "keys", "status_list"]].concat(),
        "pdf" => [GROUND, DOMAIN, &["qr"]].concat(),
        "seal" => [GROUND, DOMAIN, &["pdf", "registry", "keys"]].concat(),
        "log_store" | "witness" => [GROUND, &["transparency", "durable"]].concat(),
        "examination" => [GROUND, DOMAIN, &["pdf", "seal"]].concat(),
        "audit" | "auth" => [GROUND, DOMAIN, INSTRUMENTS, &["storage"]].concat(),
        act if ACTS.contains(&act) => [GROUND, DOMAIN, INSTRUMENTS, &["storage", "audit", "auth"]].concat(),
        "app" => [GROUND, DOMAIN, ACTS].concat(),
        "api" | "web" => [GROUND, DOMAIN, ACTS, &["app"]].concat(),
        wiring if WIRING.contains(&wiring) => everything(),
        _ => return None,
    };
    Some(allowed)
}

fn layers(source: &Source) -> Vec<String> {
    let module = source.top_module();
    let Some(allowed) = may_import(module) else {
        return vec![source.breach(1, &format!("give `{module}` its place in the layers, in tests/laws/main.rs"))];
    };
    let named = source.imports().into_iter();
    named
        .filter(|import| import.module != module && !allowed.contains(&import.module.as_str()))
        .map(|import| source.breach(import.line, &format!("`{module}` may not import `{}`", import.module)))
        .collect()
}

fn opens_with_a_sentence(source: &Source) -> Vec<String> {
    let opens = source.text.starts_with("//! ");
    source.breach_unless(opens, 1, "begin with one `//!` sentence: what the file is and the promise it keeps")
}

fn is_short(source: &Source) -> Vec<String> {
    let lines = source.text.lines().count();
    let sentence = format!("{lines} lines: divide it by subject, {LONGEST_FILE} are the most");
    source.breach_unless(lines <= LONGEST_FILE, lines, &sentence)
}

fn has_a_name_that_says_something(source: &Source) -> Vec<String> {
    let empty = source.path.split(['/', '.']).find(|part| EMPTY_NAMES.contains(part));
    source.breach_unless(empty.is_none(), 1, "name the file by its subject")
}

/// Lints are answered and tests are run; neither is switched off.
fn switches_nothing_off(source: &Source) -> Vec<String> {
    let ignored = source.lines_with(&["#[ignore"]).into_iter();
    let allowed = source.lines_with(&["[allow("]).into_iter();
    let ignored = ignored.map(|line| source.breach(line, "a test that does not run proves nothing"));
    ignored
        .chain(allowed.map(|line| source.breach(line, "answer the lint, or `#[expect(…, reason = …)]` it")))
        .collect()
}

fn names_sqlx_in_storage_only(source: &Source) -> Vec<String> {
    if source.path.starts_with("src/storage/") {
        return Vec::new();
    }
    let named = source.words().into_iter().filter(|(_, word)| word == "sqlx");
    named.map(|(line, _)| source.breach(line, "only `storage` may name `sqlx`")).collect()
}

fn writes_sql_in_statements_only(source: &Source) -> Vec<String> {
    if source.path.starts_with(STATEMENTS) {
        return Vec::new();
    }
    let sql = source.literals().into_iter().filter(|(_, text)| is_sql(text));
    sql.map(|(line, _)| source.breach(line, &format!("SQL stands under {STATEMENTS} only"))).collect()
}

fn is_sql(text: &str) -> bool {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let has = |start: &str, middle: &str| text.starts_with(start) && text.contains(middle);
    has("select ", " from ")
        || has("insert into ", " ")
        || has("update ", " set ")
        || has("delete from ", "")
        || has("create table ", "")
        || has("alter table ", "")
        || has("drop table ", "")
}

/// Tests may read where `.ci/test` has put their tools.
fn reads_the_environment_in_the_wiring_only(source: &Source) -> Vec<String> {
    if WIRING.contains(&source.top_module()) {
        return Vec::new();
    }
    let tests_begin = source.tests_begin();
    let reads = source.lines_with(&["std::env", "std::{env"]).into_iter().filter(|line| *line < tests_begin);
    reads.map(|line| source.breach(line, "only the wiring reads the environment: take it as an argument")).collect()
}

fn counts_what_is_described(source: &Source, described: &BTreeSet<String>) -> Vec<String> {
    let unknown = source.metrics().into_iter().filter(|(_, name)| !described.contains(name));
    unknown
        .map(|(line, name)| source.breach(line, &format!("describe the metric `{name}` in {DESCRIPTIONS}")))
        .collect()
}

fn described_in(source: &Source) -> BTreeSet<String> {
    source.literals().into_iter().map(|(_, text)| text).filter(|text| text.starts_with("earayis_")).collect()
}

/// No breach of `law` in any file under `folders`, and at least one file to hold it against.
fn hold(folders: &[&str], law: impl Fn(&Source) -> Vec<String>) {
    let sources = folders.iter().flat_map(|folder| sources(folder)).collect::<Vec<_>>();
    assert!(!sources.is_empty(), "no source file in {folders:?}");
    let breaches = sources.iter().flat_map(law).collect::<Vec<_>>();
    assert!(breaches.is_empty(), "\n{}\n", breaches.join("\n"));
}

#[test]
fn every_import_follows_the_layers() {
    hold(&["src"], layers);
}

#[test]
fn every_file_begins_with_a_sentence() {
    hold(&["src", "tests"], opens_with_a_sentence);
}

#[test]
fn every_file_is_short() {
    hold(&["src", "tests"], is_short);
}

#[test]
fn every_name_says_something() {
    hold(&["src", "tests"], has_a_name_that_says_something);
}

#[test]
fn no_lint_and_no_test_is_switched_off() {
    hold(&["src", "tests"], switches_nothing_off);
}

#[test]
fn only_the_storage_names_sqlx() {
    hold(&["src"], names_sqlx_in_storage_only);
}

#[test]
fn sql_stands_in_one_file() {
    hold(&["src"], writes_sql_in_statements_only);
}

#[test]
fn only_the_wiring_reads_the_environment() {
    hold(&["src"], reads_the_environment_in_the_wiring_only);
}

#[test]
fn every_metric_is_described() {
    let described = sources("src").iter().filter(|source| source.path == DESCRIPTIONS).flat_map(described_in).collect();
    hold(&["src"], |source| counts_what_is_described(source, &described));
}

#[test]
fn both_engines_have_the_same_migrations() {
    let names = |folder: &Path| {
        let entries = fs::read_dir(folder).into_iter().flatten();
        entries.map(|entry| entry.unwrap().file_name()).collect::<BTreeSet<_>>()
    };
    let migrations = root().join("migrations");
    assert_eq!(names(&migrations.join("sqlite")), names(&migrations.join("postgres")));
}

#[test]
fn each_law_finds_its_breach() {
    let bad = Source::new(
        "src/catalogue/helpers.rs",
        r##"// no sentence
use crate::{clock::Instant, storage::{Database, web}};
/// Not code: crate::web, sqlx. Nor is this: "crate::web".
fn looks<'a>(quote: char) -> &'a str { if quote == '"' { crate::pdf::draw() } else { "crate::api" } }
mod inner {
    use super::super::{certificate, catalogue::Voen};
    use super::inner;
}
#[allow(dead_code)]
#[ignore]
fn asks() { sqlx::query(r#"select "name"
    from certificates"#); std::env::var("HOME"); counter!("earayis_unknown_total"); counter!(
    "earayis_known_total"); }
const LATER: &str = "earayis_later_seconds";
"##,
    );
    assert_eq!(
        layers(&bad),
        [
            "src/catalogue/helpers.rs:2: `catalogue` may not import `storage`",
            "src/catalogue/helpers.rs:4: `catalogue` may not import `pdf`",
        ]
    );
    let found = |breaches: Vec<String>| {
        breaches.iter().map(|breach| breach.split(':').nth(1).unwrap().parse::<usize>().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(found(opens_with_a_sentence(&bad)), [1]);
    assert_eq!(found(has_a_name_that_says_something(&bad)), [1]);
    assert_eq!(found(switches_nothing_off(&bad)), [10, 9]);
    assert_eq!(found(names_sqlx_in_storage_only(&bad)), [11]);
    assert_eq!(found(writes_sql_in_statements_only(&bad)), [11]);
    assert_eq!(found(reads_the_environment_in_the_wiring_only(&bad)), [12]);
    assert_eq!(found(counts_what_is_described(&bad, &BTreeSet::from(["earayis_known_total".to_owned()]))), [12, 14]);
    assert_eq!(found(is_short(&Source::new("src/clock.rs", &"\n".repeat(LONGEST_FILE + 1)))), [401]);

    let tested = "//! x\nfn f() { std::env::args(); }\n#[cfg(test)]\nmod tests { use std::env::var; }\n";
    assert_eq!(found(reads_the_environment_in_the_wiring_only(&Source::new("src/clock.rs", tested))), [2]);

    let outside = Source::new("src/clock.rs", "use super::random::Random;\nmod tests { use super::*; }\n");
    assert_eq!(layers(&outside), ["src/clock.rs:1: `clock` may not import `random`"]);
    let nowhere = Source::new("src/invented.rs", "//! New.\n");
    assert_eq!(found(layers(&nowhere)), [1]);
    let siblings = Source::new("src/api/mod.rs", "use crate::web::page;\nuse crate::app::App;\nuse crate::*;\n");
    assert_eq!(found(layers(&siblings)), [1, 3]);
}
