//! Database, published log and clock at odds: the service does not start, and says what to do about it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::clients::{Answer, Issuing, Request};
use crate::place::{Place, in_each_place};
use crate::records::{assert_log_verifies, change_by_hand, until_published};
use crate::service::TestService;

/// Starts it, issues, waits until all is published, and stops it.
async fn issue(service: &mut TestService, place: &Place, keys: &[&str]) {
    service.start().await;
    let issuing = Issuing::at(service);
    for key in keys {
        let request = Request { key: (*key).to_owned(), holder: "7DEM001" };
        let Answer::Told(status, body) = issuing.issue(&request).await else { panic!("not answered") };
        assert_eq!(status, 201, "{body}");
    }
    until_published(service, &place.reading).await;
    assert_eq!(tokio::task::block_in_place(|| service.stop()).code(), Some(0));
}

fn refused(service: &TestService) -> String {
    tokio::task::block_in_place(|| service.refused_start())
}

/// Every file under a folder, by its path within.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn copy(from: &Path, to: &Path) {
    for (path, bytes) in files(from) {
        let to = to.join(path);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, bytes).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_restored_from_an_older_copy_is_refused() {
    let place = Place::sqlite();
    let mut service = place.service();
    issue(&mut service, &place, &["one", "two"]).await;
    let database = place.folder().join("earayis.db");
    let backup = fs::read(&database).unwrap();
    issue(&mut service, &place, &["three", "four"]).await;
    let newest = fs::read(&database).unwrap();

    fs::write(&database, backup).unwrap();
    let words = refused(&service);
    assert!(words.contains("restored from an older backup") && words.contains("restore the newest"), "{words}");

    fs::write(&database, newest).unwrap();
    service.start().await;
    assert_log_verifies(&service);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_of_the_same_size_and_another_history_is_refused() {
    let (place, other) = (Place::sqlite(), Place::sqlite());
    let mut service = place.service();
    issue(&mut service, &place, &["one", "two"]).await;
    // The same keys, so that every signature is right, and certificates of its own.
    copy(&place.folder().join("keys"), &other.folder().join("keys"));
    issue(&mut other.service(), &other, &["one", "two"]).await;

    let log = place.folder().join("log");
    fs::remove_dir_all(&log).unwrap();
    copy(&other.folder().join("log"), &log);
    let words = refused(&service);
    assert!(words.contains("differ") && words.contains("issue nothing before"), "{words}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_is_behind_and_of_another_history_is_refused() {
    let (place, other) = (Place::sqlite(), Place::sqlite());
    let mut service = place.service();
    issue(&mut service, &place, &["one", "two", "three"]).await;
    copy(&place.folder().join("keys"), &other.folder().join("keys"));
    issue(&mut other.service(), &other, &["one", "two"]).await;

    let log = place.folder().join("log");
    fs::remove_dir_all(&log).unwrap();
    copy(&other.folder().join("log"), &log);
    let words = refused(&service);
    assert!(words.contains("differ"), "{words}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_checkpoint_of_another_log_is_refused() {
    let (place, other) = (Place::sqlite(), Place::sqlite());
    let mut service = place.service();
    issue(&mut service, &place, &["one", "two"]).await;
    issue(&mut other.service(), &other, &["one", "two"]).await;
    fs::copy(other.folder().join("log/checkpoint"), place.folder().join("log/checkpoint")).unwrap();
    let words = refused(&service);
    assert!(words.contains("checkpoint") || words.contains("sign"), "{words}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_tile_is_refused() {
    let place = Place::sqlite();
    let mut service = place.service();
    issue(&mut service, &place, &["one", "two", "three"]).await;
    let log = place.folder().join("log");
    // The last is the one that the checkpoint rests on; outgrown partial tiles before it are read by nobody here.
    let tile = files(&log).into_keys().rfind(|path| path.starts_with("tile/0")).unwrap();
    let mut bytes = fs::read(log.join(&tile)).unwrap();
    bytes[7] ^= 1;
    fs::write(log.join(&tile), bytes).unwrap();
    let words = refused(&service);
    assert!(words.contains("tile"), "{words}");
}

in_each_place! {
    async fn a_clock_behind_the_log_is_refused(place: Place) {
        let mut service = place.service();
        issue(&mut service, &place, &["one"]).await;
        // An hour ahead of now is what a clock that lost an hour finds.
        change_by_hand(&place.reading, "update log_state set updated_at = updated_at + 3600000").await;
        let words = refused(&service);
        assert!(words.contains("set the clock right"), "{words}");
        change_by_hand(&place.reading, "update log_state set updated_at = updated_at - 3600000").await;
        service.start().await;
    }

    async fn a_published_log_that_was_deleted_is_published_again_alike(place: Place) {
        let mut service = place.service();
        issue(&mut service, &place, &["one", "two", "three"]).await;
        issue(&mut service, &place, &["four", "five"]).await;
        let log = place.folder().join("log");
        let before = files(&log);
        assert!(before.contains_key(Path::new("checkpoint")) && before.len() > 2, "{:?}", before.keys());
        fs::remove_dir_all(&log).unwrap();
        fs::create_dir(&log).unwrap();
        service.start().await;
        until_published(&service, &place.reading).await;
        assert_log_verifies(&service);
        let after = files(&log);
        for (path, bytes) in &after {
            assert_eq!(before.get(path), Some(bytes), "{} is not what it was", path.display());
        }
        // What the checkpoint needs is all there; of partial tiles, only what larger ones have taken the place of is not.
        let gone = before.keys().filter(|path| !after.contains_key(*path)).collect::<Vec<_>>();
        assert!(gone.iter().all(|path| path.to_string_lossy().contains(".p/")), "{gone:?}");
    }
}
