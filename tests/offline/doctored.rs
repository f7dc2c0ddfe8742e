//! A service that answers falsely, with the real keys and without: each false list is refused, and the held one stays.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use earayis::certificate::Standing;
use earayis::clock::{Clock, Instant};
use earayis::keys::{KeyRing, Purpose, SigningKey, jws};
use earayis::qr::token::{self, StatusReference};
use earayis::random::Random;
use earayis::status_list::{Places, StatusListStatement, sign, value_of};
use earayis::transparency::{Checkpoint, Hash};
use earayis::trust::{FetchError, Fetched, MOST_GROWTH, Trust, fetch};
use serde_json::json;

use crate::bank::{Bank, Certificate, found};
use crate::service::TestService;

/// What a false service answers at a path.
type Answer = Arc<dyn Fn() -> Response + Send + Sync>;
type Answers = Arc<Mutex<BTreeMap<&'static str, Answer>>>;

const JWKS: &str = "/.well-known/jwks.json";
const CHECKPOINT: &str = "/log/checkpoint";
/// All hashes of a log with one entry.
const TILE: &str = "/log/tile/0/000.p/1";
const LISTS: &str = "/api/v1/status-lists";
const LIST: &str = "/api/v1/status-lists/1";

/// A service in the place of another: its keys and checkpoint, and whatever a test puts in.
struct Impostor {
    url: String,
    keys: KeyRing,
    answers: Answers,
}

impl Impostor {
    async fn of(service: &TestService) -> Self {
        let keys = KeyRing::load(&service.dir.join("keys"), &Random::system()).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let answers = Answers::default();
        let router = Router::new().fallback(answer).with_state(Arc::clone(&answers));
        tokio::spawn(axum::serve(listener, router).into_future());
        let impostor = Self { url, keys, answers };
        for path in [JWKS, CHECKPOINT, TILE] {
            let real = service.request("GET", path).send().await.unwrap().bytes().await.unwrap();
            impostor.answer(path, move || real.clone().into_response());
        }
        let lists = json!({ "status_lists": [impostor.uri()] }).to_string();
        impostor.answer(LISTS, move || lists.clone().into_response());
        impostor
    }

    fn uri(&self) -> String {
        format!("{}/api/v1/status-lists/1", self.url)
    }

    /// A list as the real service would sign it, of this address or another's, that revokes the place 7.
    fn signed(&self, uri: &str, changes: u64, now: Instant) -> String {
        let mut places = Places::all_valid();
        places.set(7, value_of(Standing::Revoked));
        let revoked_keys = &[];
        let statement = StatusListStatement { uri, former_uris: &[], aggregation_uri: "", changes, revoked_keys, now };
        sign(&statement, &places, self.keys.status()).unwrap()
    }

    fn answer(&self, path: &'static str, answer: impl Fn() -> Response + Send + Sync + 'static) {
        self.answers.lock().unwrap().insert(path, Arc::new(answer));
    }

    fn answer_list(&self, token: String) {
        self.answer(LIST, move || token.clone().into_response());
    }

    async fn fetched_into(&self, folder: &Path) -> Result<Fetched, FetchError> {
        self.fetched_at(folder, Clock::System.now()).await
    }

    async fn fetched_at(&self, folder: &Path, now: Instant) -> Result<Fetched, FetchError> {
        fetch(&self.url, folder, None, &Clock::manual(now), MOST_GROWTH, &mut |_, _, _| {}).await
    }
}

async fn answer(State(answers): State<Answers>, uri: Uri) -> Response {
    let answer = answers.lock().unwrap().get(uri.path()).cloned();
    answer.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |answer| answer())
}

fn claims(sub: &str, now: Instant, lst: &[u8]) -> serde_json::Value {
    json!({ "sub": sub, "iat": now.seconds(), "exp": now.seconds() + 3600, "ttl": 60,
            "status_list": { "bits": 2, "lst": data_encoding::BASE64URL_NOPAD.encode(lst) } })
}

fn signed_by(key: &SigningKey, purpose: Purpose, typ: &str, claims: &serde_json::Value) -> String {
    jws::sign(key, purpose, typ, claims.to_string().as_bytes()).unwrap()
}

#[tokio::test]
async fn each_false_list_is_refused_with_its_reason_and_the_held_one_stays() {
    let service = TestService::fresh().await;
    Certificate::issue(&service, "diplom");
    let impostor = Impostor::of(&service).await;
    let (bank, now, uri) = (Bank::new(), Clock::System.now(), impostor.uri());
    impostor.answer_list(impostor.signed(&uri, 7, now));
    let fetched = impostor.fetched_into(&bank.trust()).await.unwrap();
    assert!(fetched.pinned_now && fetched.lists[0].refused.is_none());

    let hour = 3_600_000;
    let empty = Places::all_valid().compress();
    let good = claims(&uri, now, &empty);
    let typed = "statuslist+jwt";
    let (status, receipt) = (impostor.keys.status(), impostor.keys.receipt());
    let cases = [
        ("another list", impostor.signed(&format!("{uri}1"), 8, now), "another status list"),
        ("a rollback", impostor.signed(&uri, 6, now), "older than the one held"),
        ("one from the future", impostor.signed(&uri, 8, now.plus_millis(hour)), "dated in the future"),
        ("another type", signed_by(status, Purpose::Status, "jwt", &good), "another type"),
        ("another purpose", signed_by(receipt, Purpose::Receipt, typed, &good), "not for this purpose"),
        ("not counted any more", signed_by(status, Purpose::Status, typed, &good), "older than the one held"),
        ("no list", "salam".to_owned(), "not a signed text"),
    ];
    for (what, token, reason) in cases {
        impostor.answer_list(token);
        let fetched = impostor.fetched_into(&bank.trust()).await.unwrap();
        let refused = fetched.lists[0].refused.clone().unwrap_or_default();
        assert!(refused.contains(reason), "{what}: {refused}");
        assert!(fetched.lists[0].issued_at.is_some(), "the one before is held still");
        let trust = Trust::load(&bank.trust(), now).unwrap();
        let held = trust.status_list(&uri, now).unwrap().unwrap();
        assert_eq!((held.changes, held.standing(7)), (Some(7), Some(Standing::Revoked)), "{what}");
    }
    assert!(bank.keeps_evidence("-status-list-1"));

    impostor.answer_list(impostor.signed(&uri, 8, now));
    let fetched = impostor.fetched_at(&bank.trust(), now.plus_millis(25 * hour)).await.unwrap();
    assert!(fetched.lists[0].refused.as_ref().unwrap().contains("has expired"));

    impostor.answer(LIST, || StatusCode::INTERNAL_SERVER_ERROR.into_response());
    let fetched = impostor.fetched_into(&bank.trust()).await.unwrap();
    assert!(fetched.lists[0].refused.as_ref().unwrap().contains("answers 500"));
    let elsewhere = format!("{}/api/v1/status-lists/2", impostor.url);
    impostor.answer(LIST, move || (StatusCode::FOUND, [(header::LOCATION, elsewhere.clone())]).into_response());
    let fetched = impostor.fetched_into(&bank.trust()).await.unwrap();
    assert!(fetched.lists[0].refused.as_ref().unwrap().contains("answers 302"), "nobody is sent elsewhere");
    impostor.answer(LIST, || vec![b'a'; 2 << 20].into_response());
    let fetched = impostor.fetched_into(&bank.trust()).await.unwrap();
    assert!(fetched.lists[0].refused.as_ref().unwrap().contains("more than 1048576 bytes"));

    impostor.answer_list(impostor.signed(&uri, 8, now));
    let fetched = impostor.fetched_into(&bank.trust()).await.unwrap();
    assert!(fetched.lists[0].refused.is_none(), "a newer one is taken");
}

#[tokio::test]
async fn false_keys_and_checkpoints_change_nothing() {
    let service = TestService::fresh().await;
    let stranger = TestService::fresh().await;
    let certificate = Certificate::issue(&service, "diplom");
    Certificate::issue(&stranger, "diplom");
    let bank = Bank::new();
    bank.must_fetch(&service);
    let checkpoint = || Trust::load(&bank.trust(), Clock::System.now()).unwrap().checkpoint.unwrap();
    let log = checkpoint();
    let published = async |service: &TestService, path: &str| -> Vec<u8> {
        service.request("GET", path).send().await.unwrap().bytes().await.unwrap().to_vec()
    };
    let (jwks, theirs) = (published(&service, JWKS).await, published(&stranger, JWKS).await);
    let changed = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut jwks: serde_json::Value = serde_json::from_slice(&jwks).unwrap();
        change(&mut jwks);
        jwks.to_string().into_bytes()
    };
    let their_statement = serde_json::from_slice::<serde_json::Value>(&theirs).unwrap()["log_statements"].clone();
    let cases: [(&str, &'static str, Vec<u8>, &str); 8] = [
        ("another's keys", JWKS, theirs, "do not stand under the root"),
        ("no statement of the log's key", JWKS, changed(&|jwks| jwks["log_statements"] = json!([])), "under the root"),
        (
            "another's log key",
            JWKS,
            changed(&|jwks| jwks["log_statements"] = their_statement.clone()),
            "under the root",
        ),
        ("no keys", JWKS, changed(&|jwks| jwks["keys"] = json!([])), "under the root"),
        ("no JSON", JWKS, b"salam".to_vec(), "cannot be read"),
        (
            "another's checkpoint",
            CHECKPOINT,
            published(&stranger, CHECKPOINT).await,
            "not signed by the key of the log",
        ),
        ("no checkpoint", CHECKPOINT, b"salam".to_vec(), "not signed by the key of the log"),
        ("no lists", LISTS, b"{}".to_vec(), "list of status lists cannot be read"),
    ];
    for (what, path, false_answer, reason) in cases {
        let (impostor, held) = (Impostor::of(&service).await, bank.kept());
        impostor.answer(path, move || false_answer.clone().into_response());
        let refused = impostor.fetched_into(&bank.trust()).await.unwrap_err().to_string();
        assert!(refused.contains(reason), "{what}: {refused}");
        assert!(path == CHECKPOINT || bank.kept() == held, "{what}");
        assert_eq!(checkpoint(), log, "{what}");
    }
    let impostor = Impostor::of(&service).await;
    impostor.answer(CHECKPOINT, || StatusCode::NOT_FOUND.into_response());
    let refused = impostor.fetched_into(&bank.trust()).await.unwrap_err().to_string();
    assert!(refused.contains("the log's checkpoint could not be fetched"), "{refused}");
    assert!(!bank.keeps_evidence("-log"), "who answers nothing has said nothing");
    assert_eq!(bank.verify(&["--qr", &certificate.qr]).0, Some(0));
}

/// Whoever withholds the log, or a tile of it, withholds no revocation with it.
#[tokio::test]
async fn trouble_with_the_log_withholds_neither_keys_nor_lists() {
    let service = TestService::fresh().await;
    let certificate = Certificate::issue(&service, "diplom");
    let bank = Bank::new();
    bank.must_fetch(&service);
    assert_eq!(bank.verify(&["--qr", &certificate.qr]).0, Some(0));
    assert!(service.run(&["revoke", "--number", &certificate.number, "--reason", "facts_wrong"]).status.success());
    let between = Impostor::of(&service).await;
    for path in [LISTS, LIST] {
        let real = service.request("GET", path).send().await.unwrap().bytes().await.unwrap();
        between.answer(path, move || real.clone().into_response());
    }
    // The tiles of the two entries are not among what is passed on.
    let refused = between.fetched_into(&bank.trust()).await.unwrap_err().to_string();
    assert!(refused.contains("keys and status lists were taken, and the log was not"), "{refused}");
    assert!(refused.contains("tile/0/000.p/2 could not be fetched"), "{refused}");
    assert!(!bank.keeps_evidence("-log"), "a tile that is not there contradicts nothing");
    // Nor does a tile with something else in it, or a service that is at its limits.
    for (status, body) in [(StatusCode::SERVICE_UNAVAILABLE, vec![]), (StatusCode::OK, vec![7; 64])] {
        between.answer("/log/tile/0/000.p/2", move || (status, body.clone()).into_response());
        let refused = between.fetched_into(&bank.trust()).await.unwrap_err().to_string();
        assert!(refused.contains("and the log was not") && !refused.contains("does not continue"), "{refused}");
        assert!(!bank.keeps_evidence("-log"), "{refused}");
    }
    let (code, answer) = bank.verify(&["--qr", &certificate.qr]);
    assert_eq!((code, answer["verdict"].as_str()), (Some(1), Some("revoked")), "{answer}");

    // Who takes the root itself on the service's word takes all of it or nothing.
    let first = Bank::new();
    let refused = between.fetched_into(&first.trust()).await.unwrap_err().to_string();
    assert!(!refused.contains("were taken"), "{refused}");
    assert!(Trust::load(&first.trust(), Clock::System.now()).is_err());
}

#[tokio::test]
async fn nobody_is_made_to_fetch_without_end() {
    let service = TestService::fresh().await;
    Certificate::issue(&service, "diplom");
    let bank = Bank::new();
    bank.must_fetch(&service);
    let impostor = Impostor::of(&service).await;
    let signer = impostor.keys.log().signer();
    for size in [u64::MAX >> 1, 1 << 62, MOST_GROWTH + 2] {
        let origin = signer.verifier().name().to_owned();
        let note = Checkpoint { origin, size, root: Hash([7; 32]) }.sign(&signer).unwrap();
        impostor.answer(CHECKPOINT, move || note.clone().into_response());
        let refused = impostor.fetched_into(&bank.trust()).await.unwrap_err().to_string();
        assert!(refused.contains(&format!("--growth {}", size - 1)), "{refused}");
    }
    let now = Clock::System.now();
    let evidence = || std::fs::read_dir(bank.trust().join("evidence")).map_or(0, Iterator::count);
    let origin = signer.verifier().name().to_owned();
    let note = Checkpoint { origin, size: 1, root: Hash([7; 32]) }.sign(&signer).unwrap();
    impostor.answer(CHECKPOINT, move || note.clone().into_response());
    for _ in 0..3 {
        let refused = impostor.fetched_at(&bank.trust(), now).await.unwrap_err().to_string();
        assert!(refused.contains("does not continue"), "{refused}");
        assert_eq!(evidence(), 1, "the same is kept once");
    }
    for (named, what) in
        [(vec![impostor.uri(); 500], "continue"), ((0..1001).map(|at| at.to_string()).collect(), "lists")]
    {
        let lists = json!({ "status_lists": named }).to_string();
        impostor.answer(LISTS, move || lists.clone().into_response());
        let refused = impostor.fetched_into(&bank.trust()).await.unwrap_err().to_string();
        assert!(refused.contains(what), "{refused}");
    }
}

/// The thief has the log's former key: the service goes on under the next, and he is believed by nobody who knows it.
#[tokio::test]
async fn a_log_goes_on_under_its_next_key_and_the_former_one_signs_no_checkpoint() {
    let mut service = TestService::fresh().await;
    let early = Certificate::issue(&service, "diplom");
    let bank = Bank::new();
    bank.must_fetch(&service);
    let thief = Impostor::of(&service).await;
    service.kill();
    crate::keys::replace_log_key(&service.dir);
    service.start().await;
    Certificate::issue(&service, "diplom");
    let told = bank.must_fetch(&service).0;
    assert!(told.contains("2 entries, proven to continue the 1 held before"), "{told}");
    assert_eq!(bank.verify_file(&early.bytes, Some(&early.proof)).0, Some(0), "an old proof is tied still");

    // With the list of keys as it was, and with the present one.
    let refused = thief.fetched_into(&bank.trust()).await.unwrap_err().to_string();
    assert!(refused.contains("names an older key of the log") && bank.keeps_evidence("-keys"), "{refused}");
    let between = Impostor::of(&service).await;
    let signer = thief.keys.log().signer();
    let held = Trust::load(&bank.trust(), Clock::System.now()).unwrap().checkpoint.unwrap();
    let note = held.sign(&signer).unwrap();
    between.answer(CHECKPOINT, move || note.clone().into_response());
    let refused = between.fetched_into(&bank.trust()).await.unwrap_err().to_string();
    assert!(refused.contains("not signed by the key of the log"), "{refused}");

    // Revoked, and replaced once more by who had revoked it first: the service starts, and the folder goes on.
    service.kill();
    crate::keys::replace_log_key(&service.dir);
    crate::keys::revoke(&service.dir, "log", "2026-01-01T00:00:00Z");
    service.start().await;
    bank.must_fetch(&service);
    assert!(bank.show().status.success());
    let late = Certificate::issue(&service, "diplom");
    bank.must_fetch(&service);
    assert_eq!(bank.verify_file(&late.bytes, Some(&late.proof)).0, Some(0));
    let (_, answer) = bank.verify_file(&early.bytes, Some(&early.proof));
    assert_eq!(found(&answer, "log").1, "failed proof_refused", "what the revoked key signed proves nothing: {answer}");
}

/// The service's own key signed it, and it names a place that no list has: no statement can be made.
#[tokio::test]
async fn a_token_that_names_no_place_is_not_valid() {
    let service = TestService::fresh().await;
    let certificate = Certificate::issue(&service, "diplom");
    let bank = Bank::new();
    bank.must_fetch(&service);
    let keys = KeyRing::load(&service.dir.join("keys"), &Random::system()).unwrap();
    let payload = token::parse_payload(&certificate.qr).unwrap();
    let genuine = token::unverified(&payload.token).unwrap();
    let (code, uri) = (payload.code.unwrap(), genuine.status_list.uri.clone());
    for (what, index, uri) in [
        ("a place beyond the last", 1 << 20, uri.clone()),
        ("the last number", u32::MAX, uri.clone()),
        ("another list", 0, format!("{uri}1")),
        ("another service's list", 0, "https://evil.example/api/v1/status-lists/1".to_owned()),
    ] {
        let mut token = genuine.clone();
        token.status_list = StatusReference { index, uri };
        let text = token::payload(&service.url, &code, &token::sign(&token, keys.qr()).unwrap());
        let (exit, answer) = bank.verify(&["--qr", &text]);
        assert_eq!((exit, found(&answer, "status").1.as_str()), (Some(2), "not_done no_list"), "{what}: {answer}");
    }
}

/// Somebody on the way who answers with the list of keys as it was before a key was revoked: nobody signs that list, and
/// whoever checks offline learns of the revocation all the same, and never forgets it.
#[tokio::test]
async fn a_revocation_that_is_concealed_in_the_list_of_keys_is_told_by_the_status_lists() {
    let mut service = TestService::fresh().await;
    let certificate = Certificate::issue(&service, "diplom");
    let between = Impostor::of(&service).await;
    let pass_on = async |service: &TestService, path: &'static str| {
        let real = service.request("GET", path).send().await.unwrap().bytes().await.unwrap();
        between.answer(path, move || real.clone().into_response());
    };
    pass_on(&service, LISTS).await;
    pass_on(&service, LIST).await;
    let bank = Bank::new();
    let fetched = between.fetched_into(&bank.trust()).await.unwrap();
    assert!(fetched.revoked.is_empty() && fetched.lists[0].refused.is_none(), "{fetched:?}");
    assert_eq!(bank.verify(&["--qr", &certificate.qr]).0, Some(0));

    service.kill();
    crate::keys::revoke(&service.dir, "qr", "2026-01-01T00:00:00Z");
    service.start().await;
    pass_on(&service, LIST).await;
    let fetched = between.fetched_into(&bank.trust()).await.unwrap();
    let kid = between.keys.qr().kid();
    assert_eq!(
        fetched.concealed.iter().map(|key| key.kid).collect::<Vec<_>>(),
        [kid],
        "it is told that it was concealed"
    );
    let refused = |what: &str| {
        let (code, answer) = bank.verify(&["--qr", &certificate.qr]);
        let expected = ("unknown", "failed key_revoked".to_owned());
        assert_eq!((code, found(&answer, "qr")), (Some(1), expected), "{what}: {answer}");
    };
    refused("told by the list");

    // A later list that does not say so any more, truly signed, takes nothing back.
    let now = Clock::System.now();
    let uri = format!("{}/api/v1/status-lists/1", service.url);
    between.answer_list(between.signed(&uri, 9, now));
    let fetched = between.fetched_into(&bank.trust()).await.unwrap();
    assert!(fetched.lists[0].refused.is_none() && fetched.revoked.len() == 1, "{fetched:?}");
    refused("not told any more");
    let clock = Clock::manual(now);
    let own = fetch(&service.url, &bank.trust(), None, &clock, MOST_GROWTH, &mut |_, _, _| {}).await.unwrap();
    assert!(own.concealed.is_empty(), "the service itself conceals nothing");
    refused("told by both");
}
