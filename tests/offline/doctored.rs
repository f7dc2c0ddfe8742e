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
use earayis::trust::{FetchError, Fetched, Trust, fetch};
use serde_json::json;

use crate::bank::{Bank, Certificate, found};
use crate::service::TestService;

/// What a false service answers at a path.
type Answer = Arc<dyn Fn() -> Response + Send + Sync>;
type Answers = Arc<Mutex<BTreeMap<&'static str, Answer>>>;

const JWKS: &str = "/.well-known/jwks.json";
const CHECKPOINT: &str = "/log/checkpoint";
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
        for path in [JWKS, CHECKPOINT] {
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
        let statement = StatusListStatement { uri, former_uris: &[], aggregation_uri: "", changes, now };
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
        fetch(&self.url, folder, None, now, &mut |_, _| {}).await
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
    let held = bank.kept();
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
        ("another's checkpoint", CHECKPOINT, published(&stranger, CHECKPOINT).await, "no key of the log"),
        ("no checkpoint", CHECKPOINT, b"salam".to_vec(), "no key of the log"),
        ("no lists", LISTS, b"{}".to_vec(), "list of status lists cannot be read"),
    ];
    for (what, path, false_answer, reason) in cases {
        let impostor = Impostor::of(&service).await;
        impostor.answer(path, move || false_answer.clone().into_response());
        let refused = impostor.fetched_into(&bank.trust()).await.unwrap_err().to_string();
        assert!(refused.contains(reason), "{what}: {refused}");
        assert_eq!(bank.kept(), held, "{what}");
    }
    let impostor = Impostor::of(&service).await;
    impostor.answer(CHECKPOINT, || StatusCode::NOT_FOUND.into_response());
    let refused = impostor.fetched_into(&bank.trust()).await.unwrap_err().to_string();
    assert!(refused.contains("had 1 entries and now has none"), "{refused}");
    assert_eq!(bank.verify(&["--qr", &certificate.qr]).0, Some(0));
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
