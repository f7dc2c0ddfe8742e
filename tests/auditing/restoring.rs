//! Backups, and the ways back from them: what was published stays published, what was erased stays erased.

use std::fs;
use std::path::Path;

use crate::checked::{act, assert_sound, assert_wrong, earayis, issue, told, vkey};
use crate::clients::Acknowledged;
use crate::place::Place;
use crate::records::{assert_log_verifies, until_published};
use crate::service::TestService;

fn stop(service: &mut TestService) {
    assert_eq!(tokio::task::block_in_place(|| service.stop()).code(), Some(0));
}

fn run(service: &TestService, arguments: &[&str]) -> (Option<i32>, String) {
    let output = tokio::task::block_in_place(|| service.run(arguments));
    let words = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code(), words)
}

fn backup(service: &TestService, out: &Path) {
    let (code, words) = run(service, &["backup", "--out", out.to_str().unwrap()]);
    assert!(code == Some(0) && words.contains("each published entry with its leaf"), "{words}");
    assert!(words.contains("keep a copy of") && !out.join("keys").exists(), "{words}");
}

fn restore(service: &TestService, from: &Path, more: &[&str]) -> (Option<i32>, String) {
    run(service, &[&["restore", "--from", from.to_str().unwrap()], more].concat())
}

fn move_database_away(place: &Place) {
    for name in ["earayis.db", "earayis.db-wal", "earayis.db-shm"] {
        let file = place.folder().join(name);
        if file.exists() {
            fs::rename(&file, place.folder().join(format!("gone-{name}"))).unwrap();
        }
    }
}

async fn verdict(service: &TestService, certificate: &Acknowledged) -> String {
    service.verify("number", &certificate.number).await["verdict"].as_str().unwrap().to_owned()
}

async fn issue_all(service: &TestService, place: &Place, keys: &[&str]) -> Vec<Acknowledged> {
    let mut issued = Vec::new();
    for key in keys {
        issued.push(issue(service, key).await);
    }
    until_published(service, &place.reading).await;
    issued
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn everything_lost_is_restored_from_the_newest_backup_and_the_keys() {
    let (place, kept) = (Place::sqlite(), tempfile::tempdir().unwrap());
    let (mut service, out) = (place.service(), kept.path().join("backup"));
    service.start().await;
    let issued = issue_all(&service, &place, &["one", "two"]).await;
    act(&service, &issued[1], "revocation", "facts_wrong").await;
    until_published(&service, &place.reading).await;
    // Beside a running service.
    backup(&service, &out);
    let again = run(&service, &["backup", "--out", out.to_str().unwrap()]);
    assert!(again.0 == Some(2) && again.1.contains("not there yet"), "{}", again.1);
    stop(&mut service);

    let (code, words) = restore(&service, &out, &[]);
    assert!(code == Some(2) && words.contains("move it away first"), "{words}");
    move_database_away(&place);
    fs::remove_dir_all(place.folder().join("log")).unwrap();
    fs::create_dir(place.folder().join("log")).unwrap();
    fs::rename(out.join("manifest.json"), out.join("elsewhere")).unwrap();
    let (code, words) = restore(&service, &out, &[]);
    assert!(code == Some(2) && words.contains("unfinished backup"), "{words}");
    fs::rename(out.join("elsewhere"), out.join("manifest.json")).unwrap();
    let right = fs::read(out.join("earayis.db")).unwrap();
    fs::write(out.join("earayis.db"), &right[..right.len() / 2]).unwrap();
    let (code, words) = restore(&service, &out, &[]);
    assert!(code == Some(2) && words.contains("use another copy"), "{words}");
    fs::write(out.join("earayis.db"), right).unwrap();

    let (code, words) = restore(&service, &out, &[]);
    assert!(code == Some(0) && words.contains("3 leaves; database and published log agree"), "{words}");
    service.start().await;
    assert_eq!(verdict(&service, &issued[0]).await, "valid");
    assert_eq!(verdict(&service, &issued[1]).await, "revoked");
    assert_sound(&service);
    assert_log_verifies(&service);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_older_backup_is_refused_and_goes_on_only_with_what_it_lacks_given_up_by_number() {
    let (place, kept) = (Place::sqlite(), tempfile::tempdir().unwrap());
    let (mut service, out) = (place.service(), kept.path().join("backup"));
    service.start().await;
    let issued = issue_all(&service, &place, &["one", "two"]).await;
    backup(&service, &out);
    let later = issue_all(&service, &place, &["three"]).await;
    let erased = run(&service, &["erase", "--number", &issued[0].number]);
    assert_eq!(erased.0, Some(0), "{}", erased.1);
    act(&service, &issued[1], "revocation", "facts_wrong").await;
    until_published(&service, &place.reading).await;
    stop(&mut service);
    move_database_away(&place);

    let (code, words) = restore(&service, &out, &[]);
    assert!(code == Some(2) && words.contains("2 more leaves") && words.contains("--give-up 2"), "{words}");
    assert!(words.contains("revoked since will count as in force"), "{words}");
    let refused = tokio::task::block_in_place(|| service.refused_start());
    assert!(refused.contains("`earayis restore`"), "{refused}");
    assert_wrong(&service, "database-behind", "4 entries and the database only 2");
    let (code, words) = run(&service, &["restore", "--give-up", "1"]);
    assert!(code == Some(2) && words.contains("--give-up 2"), "{words}");

    let (code, words) = run(&service, &["restore", "--give-up", "2"]);
    assert!(code == Some(0) && words.contains("given up    2 leaves"), "{words}");
    assert!(words.contains("erasures    1 made again"), "{words}");
    service.start().await;
    assert_eq!(verdict(&service, &later[0]).await, "unknown");
    // What is lost is lost: the revocation is to be made again, and is.
    assert_eq!(verdict(&service, &issued[1]).await, "valid");
    act(&service, &issued[1], "revocation", "facts_wrong").await;
    issue(&service, "four").await;
    let begun = std::time::Instant::now();
    while run(&service, &["log", "checkpoint"]).1.lines().nth(1) != Some("6") {
        assert!(begun.elapsed().as_secs() < 30, "the log does not go on");
    }
    assert_eq!(service.verify("code", &issued[0].code).await["verdict"], "unknown", "erased, and erased again");
    assert_log_verifies(&service);
    // Nobody is silent about what is lost.
    assert_wrong(&service, "leaves-lost", "--lost 2");
    let known = told(&tokio::task::block_in_place(|| service.run(&["log", "check", "--json", "--lost", "2"])));
    assert_eq!((known.0, known.1["size"].as_u64()), (0, Some(6)), "{}", known.1);
    let (code, words) = run(&service, &["doctor"]);
    assert!(code == Some(0) && words.contains("log: 2 leaves, from the place 2 on, were given up at "), "{words}");
    assert!(words.contains("`earayis log check --lost 2`"), "{words}");
    let from_outside = ["log", "check", "--server", &service.url, "--log", &vkey(&service)];
    assert!(tokio::task::block_in_place(|| earayis(&from_outside)).status.success());
    stop(&mut service);
    // An older copy of the log still holds against the database: what was given up lies beyond the copy's end.
    let (log, newer) = (place.folder().join("log"), place.folder().join("newer-log"));
    fs::rename(&log, &newer).unwrap();
    fs::rename(out.join("log"), &log).unwrap();
    let older = told(&tokio::task::block_in_place(|| service.run(&["log", "check", "--json", "--lost", "2"])));
    assert_eq!((older.0, older.1["size"].as_u64()), (0, Some(2)), "{}", older.1);
    fs::remove_dir_all(&log).unwrap();
    fs::rename(&newer, &log).unwrap();
    service.start().await;
    assert_eq!(verdict(&service, &issued[1]).await, "revoked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn with_postgresql_its_own_tool_makes_the_database_s_part() {
    let (place, kept) = (Place::postgres().await, tempfile::tempdir().unwrap());
    let (mut service, out) = (place.service(), kept.path().join("backup"));
    service.start().await;
    issue_all(&service, &place, &["one", "two"]).await;
    let (code, words) = run(&service, &["backup", "--out", out.to_str().unwrap()]);
    assert!(code == Some(0) && words.contains("pg_dump") && words.contains("2 entries"), "{words}");
    assert!(!out.join("earayis.db").exists());
    stop(&mut service);
    fs::remove_dir_all(place.folder().join("log")).unwrap();
    fs::create_dir(place.folder().join("log")).unwrap();
    let (code, words) = restore(&service, &out, &[]);
    assert!(code == Some(0) && words.contains("2 leaves; database and published log agree"), "{words}");
    service.start().await;
    assert_sound(&service);
    assert_log_verifies(&service);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_log_that_lost_files_is_published_again_as_the_check_says() {
    let place = Place::sqlite();
    let mut service = place.service();
    service.start().await;
    issue_all(&service, &place, &["one", "two"]).await;
    stop(&mut service);
    let log = place.folder().join("log");
    let before = fs::read(log.join("tile/entries/000.p/2")).unwrap();
    fs::remove_file(log.join("tile/entries/000.p/2")).unwrap();
    assert_wrong(&service, "tile-missing", "move the log's `checkpoint` aside");
    fs::rename(log.join("checkpoint"), place.folder().join("checkpoint.aside")).unwrap();
    service.start().await;
    assert_sound(&service);
    assert_eq!(fs::read(log.join("tile/entries/000.p/2")).unwrap(), before);
    stop(&mut service);

    // A file that somebody changed is in the way until it is moved aside too.
    let mut changed = before.clone();
    *changed.last_mut().unwrap() ^= 1;
    fs::write(log.join("tile/entries/000.p/2"), changed).unwrap();
    assert_wrong(&service, "tile-changed", "move this file and the log's `checkpoint` aside");
    for name in ["tile/entries/000.p/2", "checkpoint"] {
        fs::remove_file(log.join(name)).unwrap();
    }
    service.start().await;
    assert_sound(&service);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_database_that_was_cut_off_is_refused() {
    let place = Place::sqlite();
    let mut service = place.service();
    service.start().await;
    issue_all(&service, &place, &["one", "two"]).await;
    stop(&mut service);
    let file = place.folder().join("earayis.db");
    let whole = fs::read(&file).unwrap();
    fs::write(&file, &whole[..whole.len() / 8 * 4]).unwrap();
    let words = tokio::task::block_in_place(|| service.refused_start());
    assert!(words.contains("database"), "{words}");
    let (code, words) = run(&service, &["log", "check"]);
    assert!(code != Some(0) && words.contains("database"), "{words}");
    fs::write(&file, whole).unwrap();
    service.start().await;
    assert_sound(&service);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_erased_or_held_after_the_backup_is_so_after_the_restore() {
    let (place, kept) = (Place::sqlite(), tempfile::tempdir().unwrap());
    let (mut service, out) = (place.service(), kept.path().join("backup"));
    service.start().await;
    let [erased, held, lifted] = issue_all(&service, &place, &["one", "two", "three"]).await.try_into().unwrap();
    let retention = |service: &TestService, verb: &str, certificate: &Acknowledged| {
        let reason: &[&str] = if verb == "hold" { &["--reason", "case 7"] } else { &[] };
        let told = run(service, &[&["retention", verb, "--number", &certificate.number], reason].concat());
        assert_eq!(told.0, Some(0), "{}", told.1);
    };
    retention(&service, "hold", &erased);
    retention(&service, "hold", &lifted);
    backup(&service, &out);
    retention(&service, "lift", &erased);
    let told = run(&service, &["erase", "--number", &erased.number]);
    assert_eq!(told.0, Some(0), "{}", told.1);
    retention(&service, "lift", &lifted);
    retention(&service, "hold", &held);
    stop(&mut service);
    move_database_away(&place);

    let (code, words) = restore(&service, &out, &[]);
    assert_eq!(code, Some(0), "{words}");
    assert!(words.contains("erasures    1 made again") && words.contains("1 set again and 1 lifted again"), "{words}");
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &fs::metadata(place.folder().join("earayis.db")).unwrap().permissions(),
    );
    assert_eq!(mode & 0o777, 0o600);
    service.start().await;
    assert_eq!(
        service.verify("code", &erased.code).await["verdict"],
        "unknown",
        "the hold of the backup does not bring it back"
    );
    let told = run(&service, &["erase", "--number", &held.number]);
    assert!(told.0 == Some(2) && told.1.contains("legal hold"), "{}", told.1);
    let told = run(&service, &["retention", "hold", "--number", &held.number, "--reason", "case 8"]);
    assert!(told.0 == Some(2) && told.1.contains("held already"), "{}", told.1);
    let told = run(&service, &["erase", "--number", &lifted.number]);
    assert_eq!(told.0, Some(0), "{}", told.1);
    assert_sound(&service);
    // It is done once: nothing is left to catch up with.
    stop(&mut service);
    let (_, words) = run(&service, &["restore"]);
    assert!(words.contains("erasures    0 made again") && words.contains("0 set again and 0 lifted again"), "{words}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_a_ledger_that_can_be_read_there_is_no_backup() {
    let (place, kept) = (Place::sqlite(), tempfile::tempdir().unwrap());
    let (mut service, ledger) = (place.service(), place.folder().join("erasures"));
    service.start().await;
    let issued = issue_all(&service, &place, &["one", "two"]).await;
    // Nothing was erased yet: there is no ledger, and none is missed.
    backup(&service, &kept.path().join("first"));
    assert_eq!(run(&service, &["erase", "--number", &issued[0].number]).0, Some(0));
    let lines = fs::read_to_string(&ledger).unwrap();
    let refused = |name: &str, said: &str| {
        let out = kept.path().join(name);
        let (code, words) = run(&service, &["backup", "--out", out.to_str().unwrap()]);
        assert!(code == Some(2) && words.contains("erasures") && words.contains(said), "{words}");
        assert!(!out.join("manifest.json").exists(), "{name} is no backup");
    };
    fs::remove_file(&ledger).unwrap();
    refused("missing", "is missing");
    fs::create_dir(&ledger).unwrap();
    refused("unreadable", "can be read");
    fs::remove_dir(&ledger).unwrap();
    fs::write(&ledger, lines.replacen('-', " ", 1)).unwrap();
    refused("damaged", "line 1 is damaged");
    fs::write(&ledger, &lines).unwrap();
    let out = kept.path().join("second");
    backup(&service, &out);
    assert_eq!(fs::read_to_string(out.join("erasures")).unwrap(), lines);
    // A backup that lost its ledger is not put into place.
    stop(&mut service);
    move_database_away(&place);
    fs::rename(out.join("erasures"), out.join("elsewhere")).unwrap();
    let (code, words) = restore(&service, &out, &[]);
    assert!(code == Some(2) && words.contains("erasures is missing"), "{words}");
    assert!(!place.folder().join("earayis.db").exists());
}
