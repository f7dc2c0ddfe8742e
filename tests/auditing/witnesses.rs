//! A witness of a second organisation: what it cosigned, a log can neither lose nor rewrite without being refused.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use earayis::transparency::{Checkpoint, Frontier, Hash, Signer};
use tempfile::TempDir;

use crate::checked::{earayis, issue, vkey};
use crate::place::Place;
use crate::records::until_published;
use crate::service::{PROGRAM, TestService, free_port};

/// A witness at work, killed when it goes out of scope.
pub(crate) struct RunningWitness {
    child: Child,
    url: String,
    pub(crate) vkey: String,
    folder: TempDir,
    pub(crate) port: u16,
}

impl RunningWitness {
    pub(crate) fn of(log: &str) -> Self {
        let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
        let (child, vkey) = Self::launch(folder.path(), port, log);
        Self { child, url: format!("http://127.0.0.1:{port}"), vkey, folder, port }
    }

    fn launch(folder: &Path, port: u16, log: &str) -> (Child, String) {
        let mut child = Command::new(PROGRAM)
            .args(["log", "witness", "--name", "witness.example", "--log", log, "--listen"])
            .arg(format!("127.0.0.1:{port}"))
            .arg("--dir")
            .arg(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut vkey = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut vkey).unwrap();
        (child, vkey.trim().to_owned())
    }

    fn kill(&mut self) {
        let _ = self.child.kill();
        self.child.wait().unwrap();
    }

    /// Starts it again, with what it remembers.
    fn revive(&mut self, log: &str) {
        let (child, vkey) = Self::launch(self.folder.path(), self.port, log);
        assert_eq!(vkey, self.vkey, "the same key");
        self.child = child;
    }

    fn settings(&self) -> String {
        format!("[[witness]]\nurl = \"{}\"\nvkey = \"{}\"\n", self.url, self.vkey)
    }

    fn evidence(&self) -> Vec<PathBuf> {
        let logs = fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path().join("evidence"));
        logs.filter(|all| all.is_dir())
            .flat_map(|all| fs::read_dir(all).unwrap())
            .map(|entry| entry.unwrap().path())
            .collect()
    }
}

impl Drop for RunningWitness {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Waits until the published checkpoint bears a cosignature, as it must within seconds.
async fn until_witnessed(service: &TestService) -> String {
    let begun = Instant::now();
    loop {
        let note = service.request("GET", "/log/checkpoint").send().await.unwrap().text().await.unwrap();
        if note.contains("\n— witness.example ") {
            return note;
        }
        assert!(begun.elapsed().as_secs() < 30, "not witnessed: {note}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, to) = (entry.as_ref().unwrap().path(), to.join(entry.as_ref().unwrap().file_name()));
        if path.is_dir() { copied(&path, &to) } else { fs::copy(path, to).map(drop).unwrap() }
    }
}

/// Database and log of a place, to be set back together.
struct Older(TempDir);

impl Older {
    fn of(place: &Place) -> Self {
        let kept = tempfile::tempdir().unwrap();
        copied(&place.folder().join("log"), &kept.path().join("log"));
        fs::copy(place.folder().join("earayis.db"), kept.path().join("earayis.db")).unwrap();
        Self(kept)
    }

    fn put_back(&self, place: &Place) {
        fs::remove_dir_all(place.folder().join("log")).unwrap();
        copied(&self.0.path().join("log"), &place.folder().join("log"));
        fs::copy(self.0.path().join("earayis.db"), place.folder().join("earayis.db")).unwrap();
    }
}

fn stop(service: &mut TestService) {
    assert_eq!(tokio::task::block_in_place(|| service.stop()).code(), Some(0));
}

async fn issue_all(service: &TestService, place: &Place, keys: &[&str]) {
    for key in keys {
        issue(service, key).await;
    }
    until_published(service, &place.reading).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_log_is_cosigned_and_goes_on_without_its_witness() {
    let place = Place::sqlite();
    let mut service = place.service();
    let key = vkey(&service);
    let mut witness = RunningWitness::of(&key);
    service.change_settings("[keys]", &format!("{}[keys]", witness.settings()));
    service.start().await;
    issue_all(&service, &place, &["one", "two"]).await;
    until_witnessed(&service).await;
    let checked = |by: &str| {
        let arguments = ["log", "check", "--server", &service.url, "--log", &key, "--witness", by];
        let checked = tokio::task::block_in_place(|| earayis(&arguments));
        (checked.status.code(), String::from_utf8(checked.stdout).unwrap())
    };
    let (code, words) = checked(&witness.vkey);
    assert!(code == Some(0) && words.contains("witness.example cosigned it at "), "{words}");
    let doctor = String::from_utf8(service.run(&["doctor"]).stdout).unwrap();
    assert!(doctor.contains("log: witnessed at 2 leaves"), "{doctor}");
    assert!(doctor.contains("good   witness witness.example: answers"), "{doctor}");

    witness.kill();
    issue_all(&service, &place, &["three"]).await;
    // The newest checkpoint is not cosigned; the one beside it is, and the newest continues it.
    let (code, words) = checked(&witness.vkey);
    assert!(code == Some(0) && words.contains("3 entries"), "{words}");
    let other = RunningWitness::of(&key);
    let (code, words) = checked(&other.vkey);
    assert!(code == Some(1) && words.contains("witness.example has not cosigned it"), "{words}");
    stop(&mut service);
    service.start().await;
    witness.revive(&key);
    issue_all(&service, &place, &["four"]).await;
    let note = until_witnessed(&service).await;
    assert!(note.contains("\n4\n"), "{note}");
    assert!(witness.evidence().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn database_and_log_set_back_together_are_refused_and_what_they_become_is_kept_as_evidence() {
    let place = Place::sqlite();
    let mut service = place.service();
    let key = vkey(&service);
    let witness = RunningWitness::of(&key);
    let settings = format!("{}[keys]", witness.settings());
    service.change_settings("[keys]", &settings);
    service.start().await;
    issue_all(&service, &place, &["one", "two"]).await;
    stop(&mut service);
    let older = Older::of(&place);
    service.start().await;
    issue_all(&service, &place, &["three", "four"]).await;
    until_witnessed(&service).await;
    stop(&mut service);
    let newest = Older::of(&place);

    older.put_back(&place);
    let words = tokio::task::block_in_place(|| service.refused_start());
    assert!(words.contains("witness.example") && words.contains("from an older backup together"), "{words}");

    // Continued all the same, without its witness, and then shown to it again: another history of the same log.
    service.change_settings(&settings, "[keys]");
    service.start().await;
    issue_all(&service, &place, &["five", "six", "seven"]).await;
    stop(&mut service);
    service.change_settings("[keys]", &settings);
    let words = tokio::task::block_in_place(|| service.refused_start());
    assert!(words.contains("does not continue what the witness witness.example cosigned"), "{words}");
    let evidence = witness.evidence();
    assert!(!evidence.is_empty());
    for place in evidence {
        let held = fs::read_to_string(place.join("held")).unwrap();
        let offered = fs::read_to_string(place.join("offered")).unwrap();
        assert!(held.contains("\n4\n") && offered.contains("\n5\n"), "{held}{offered}");
    }

    newest.put_back(&place);
    service.start().await;
    issue_all(&service, &place, &["eight"]).await;
    until_witnessed(&service).await;
}

/// The log of a test, of two leaves or three, and another of three that forked from it.
pub(crate) fn notes() -> (String, [String; 3]) {
    let key = ring::signature::Ed25519KeyPair::from_seed_unchecked(&[1; 32]).unwrap();
    let log = Signer::new("log.example", key).unwrap();
    let note = |leaves: &[u8]| {
        let mut tree = Frontier::new();
        for leaf in leaves {
            tree.append(Hash::leaf(&[*leaf]));
        }
        let (size, root) = (tree.size(), tree.root());
        Checkpoint { origin: "log.example".to_owned(), size, root }.sign(&log).unwrap()
    };
    (log.verifier().to_string(), [note(&[1, 2]), note(&[1, 2, 3]), note(&[1, 9, 3])])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_witness_answers_as_the_specification_says() {
    let (key, [two, three, fork]) = notes();
    let fork_root = fork.lines().nth(2).unwrap().to_owned();
    let witness = RunningWitness::of(&key);
    let client = reqwest::Client::new();
    let add = async |body: String| {
        let answer = client.post(format!("{}/add-checkpoint", witness.url)).body(body).send().await.unwrap();
        let kind = answer.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
        (answer.status().as_u16(), kind.unwrap_or_default(), answer.text().await.unwrap())
    };
    let shown = format!("{}/{}/checkpoint", witness.url, earayis::witness::origin_hash("log.example"));
    assert_eq!(client.get(&shown).send().await.unwrap().status(), 404, "nothing was cosigned yet");

    let (status, _, line) = add(format!("old 0\n\n{two}")).await;
    assert!(status == 200 && line.starts_with("— witness.example ") && line.ends_with('\n'), "{status} {line}");
    let held = client.get(&shown).send().await.unwrap().text().await.unwrap();
    assert_eq!(held, format!("{two}{line}"));
    let other_log = two.replace("log.example", "other.example");
    let by_nobody = two.replace("— log.example ", "— log.example/2 ");
    let false_signature = three.rsplit_once("\n\n").unwrap().0.to_owned() + "\n\n" + two.rsplit_once("\n\n").unwrap().1;
    // The proof from two leaves to three is the third leaf's hash.
    let third = Hash::leaf(&[3]).to_base64();
    for (body, status, answer) in [
        ("old 2\n".to_owned(), 400, None),
        (format!("old 3\n\n{two}"), 400, None),
        (format!("old 0\n\n{other_log}"), 404, None),
        (format!("old 2\n\n{by_nobody}"), 403, None),
        (format!("old 2\n{third}\n\n{false_signature}"), 403, None),
        (format!("old 0\n\n{three}"), 409, Some("2\n")),
        (format!("old 1\n{third}\n\n{three}"), 409, Some("2\n")),
        (format!("old 2\n\n{three}"), 422, None),
        (format!("old 2\n{third}\n\n{fork}"), 422, None),
    ] {
        let (found, kind, text) = add(body.clone()).await;
        assert_eq!(found, status, "{body}{text}");
        if let Some(size) = answer {
            assert_eq!((kind.as_str(), text.as_str()), ("text/x.tlog.size", size));
        }
    }
    assert_eq!(client.get(&shown).send().await.unwrap().text().await.unwrap(), held, "nothing refused was remembered");
    assert_eq!(add(format!("old 2\n{third}\n\n{three}")).await.0, 200);
    assert_eq!(add(format!("old 3\n\n{three}")).await.0, 200, "the same again is cosigned anew");
    assert_eq!(add(format!("old 3\n\n{fork}")).await.0, 422, "the same size and another root");
    assert_eq!(client.get(format!("{}/add-checkpoint", witness.url)).send().await.unwrap().status(), 405);
    let [fork] = &witness.evidence()[..] else { panic!("{:?}", witness.evidence()) };
    let held = fs::read_to_string(fork.join("held")).unwrap();
    assert!(
        held.starts_with(&three) && fs::read_to_string(fork.join("offered")).unwrap().contains(&fork_root),
        "{held}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_witness_that_is_killed_whenever_never_goes_back() {
    let (key, [two, three, _]) = notes();
    let mut witness = RunningWitness::of(&key);
    let client = reqwest::Client::new();
    let url = witness.url.clone();
    let add = async |body: String| client.post(format!("{url}/add-checkpoint")).body(body).send().await;
    assert_eq!(add(format!("old 0\n\n{two}")).await.unwrap().status(), 200);
    witness.kill();
    witness.revive(&key);
    assert_eq!(add(format!("old 0\n\n{three}")).await.unwrap().status(), 409);
    let third = Hash::leaf(&[3]).to_base64();
    assert_eq!(add(format!("old 2\n{third}\n\n{three}")).await.unwrap().status(), 200);
    witness.kill();
    witness.revive(&key);
    let conflict = add(format!("old 2\n{third}\n\n{three}")).await.unwrap();
    assert_eq!((conflict.status().as_u16(), conflict.text().await.unwrap().as_str()), (409, "3\n"));
}

fn look(service: &TestService, key: &str, dir: &Path) -> (Option<i32>, String) {
    let dir = dir.to_str().unwrap();
    let arguments = ["log", "monitor", "--once", "--server", &service.url, "--log", key, "--dir", dir];
    let looked = tokio::task::block_in_place(|| earayis(&arguments));
    (looked.status.code(), String::from_utf8(looked.stdout).unwrap() + &String::from_utf8(looked.stderr).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_monitor_follows_a_log_and_keeps_both_when_it_contradicts_itself() {
    let (place, seen) = (Place::sqlite(), tempfile::tempdir().unwrap());
    let mut service = place.service();
    let key = vkey(&service);
    service.start().await;
    issue_all(&service, &place, &["one", "two"]).await;
    let look = |service: &TestService| look(service, &key, seen.path());
    assert_eq!(look(&service), (Some(0), "2 entries, held from now on\n".to_owned()));
    stop(&mut service);
    let older = Older::of(&place);
    assert_eq!(look(&service).0, Some(2), "nobody answers");
    service.start().await;
    assert_eq!(look(&service), (Some(0), "2 entries, as before\n".to_owned()));
    issue_all(&service, &place, &["three", "four"]).await;
    assert_eq!(look(&service), (Some(0), "4 entries, proven to continue the 2 seen before\n".to_owned()));
    stop(&mut service);

    older.put_back(&place);
    service.start().await;
    let (code, words) = look(&service);
    assert!(code == Some(1) && words.contains("had 4 entries and shows 2: it was set back"), "{words}");
    issue_all(&service, &place, &["five", "six", "seven"]).await;
    let (code, words) = look(&service);
    assert!(code == Some(1) && words.contains("5 entries does not continue the one of 4 entries"), "{words}");
    let evidence = fs::read_dir(seen.path().join("evidence")).unwrap().map(|entry| entry.unwrap().path());
    let evidence: Vec<_> = evidence.collect();
    assert_eq!(evidence.len(), 2);
    for place in evidence {
        assert!(fs::read_to_string(place.join("held")).unwrap().contains("\n4\n"));
        assert!(!fs::read_to_string(place.join("offered")).unwrap().is_empty());
    }
    assert_eq!(fs::read_dir(seen.path().join("checkpoints")).unwrap().count(), 2, "each that was believed");
}
