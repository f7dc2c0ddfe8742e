//! A service with two banks and some certificates, shared by the tests of this target.

use std::sync::Arc;

use earayis::certificate::Code;
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection, SqliteConnection};

use crate::place::Place;
use crate::service::TestService;
use crate::shared::{RUNTIME, Shared};

/// Fictional banks.
pub(crate) const BANK: &str = "9900310161";
pub(crate) const OTHER_BANK: &str = "9900310291";

static SHARED: Shared<World> = Shared::new();

/// A running service with certificates in several states, and tokens that may ask.
pub(crate) struct World {
    pub(crate) service: TestService,
    pub(crate) place: Place,
    /// May do all that a verifier may.
    pub(crate) bank: String,
    /// The same, of another organisation.
    pub(crate) other_bank: String,
    /// May verify one by one only.
    pub(crate) clerk: String,
    pub(crate) valid: Certificate,
    pub(crate) revoked: Certificate,
    pub(crate) suspended: Certificate,
}

/// An issued certificate in its holder's hands.
#[derive(Debug, Clone)]
pub(crate) struct Certificate {
    pub(crate) id: String,
    pub(crate) number: String,
    pub(crate) code: String,
}

/// The shared world, made by the first that asks.
pub(crate) fn world() -> Arc<World> {
    SHARED.get(World::new())
}

impl World {
    async fn new() -> Self {
        let place = Place::sqlite();
        let mut service = place.service();
        let (bank, other_bank) = (enrol(&service, BANK, "core"), enrol(&service, OTHER_BANK, "core"));
        let clerk = token(&service, BANK, "clerk", "verify");
        service.start().await;
        let valid = Certificate::issue(&service, "7DEM001").await;
        let revoked = Certificate::issue(&service, "7DEM002").await;
        revoked.change(&service, "revocation", &json!({ "reason": "facts_wrong" })).await;
        let suspended = Certificate::issue(&service, "7DEM003").await;
        suspended.change(&service, "suspension", &json!({ "reason": "misuse_suspected" })).await;
        Self { service, place, bank, other_bank, clerk, valid, revoked, suspended }
    }

    /// A request in the bank's name.
    pub(crate) fn ask(&self, method: &str, path: &str) -> RequestBuilder {
        self.service.request(method, path).bearer_auth(&self.bank)
    }

    /// How often an organisation was told a certificate's facts.
    pub(crate) async fn looks(&self, organisation: &str, certificate: &Certificate) -> i64 {
        let text = format!("select count(*) from looks where verifier = '{organisation}' and certificate_id = ");
        count(&self.place.reading, &(text + &hexadecimal(&certificate.id))).await
    }
}

impl Certificate {
    /// Issues one by the agency's API.
    pub(crate) async fn issue(service: &TestService, holder: &str) -> Self {
        let body = json!({ "kind": "is-yeri", "holder": holder });
        let request = service.request("POST", "/api/v1/certificates").bearer_auth(service.token());
        let answer: Value = request.json(&body).send().await.unwrap().json().await.unwrap();
        let text = |name: &str| answer[name].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
        Self { id: text("id"), number: text("number"), code: text("code") }
    }

    /// Changes its status by the agency's API; answers what it became.
    pub(crate) async fn change(&self, service: &TestService, act: &str, body: &Value) -> Value {
        let path = format!("/api/v1/certificates/{}/{act}", self.id);
        let answer = service.request("POST", &path).bearer_auth(service.token()).json(body).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{act}");
        answer.json().await.unwrap()
    }

    /// The SHA-256 of its file.
    pub(crate) async fn digest(&self, service: &TestService) -> String {
        let bytes = self.file(service).await;
        data_encoding::HEXLOWER.encode(ring::digest::digest(&ring::digest::SHA256, &bytes).as_ref())
    }

    /// Its file.
    pub(crate) async fn file(&self, service: &TestService) -> Vec<u8> {
        let path = format!("/api/v1/certificates/{}/pdf", self.id);
        let answer = service.request("GET", &path).bearer_auth(service.token()).send().await.unwrap();
        answer.bytes().await.unwrap().to_vec()
    }
}

/// An organisation with a member and a token for everything that a verifier may do.
pub(crate) fn enrol(service: &TestService, voen: &str, name: &str) -> String {
    run(service, &["organisations", "add", voen, "--name", &format!("Sınaq Bankı {voen}")]);
    run(service, &["members", "add", voen, "desk"]);
    token(service, voen, name, "verify,batch,watch")
}

/// Another token of an organisation.
pub(crate) fn token(service: &TestService, voen: &str, name: &str, scopes: &str) -> String {
    run(service, &["tokens", "issue", voen, name, "--member", "desk", "--scopes", scopes]).trim().to_owned()
}

fn run(service: &TestService, arguments: &[&str]) -> String {
    let output = service.run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A code that nobody was given.
pub(crate) fn unknown_code() -> String {
    Code::from_random([9; 15]).printed()
}

/// `code` with another symbol in the place of its last.
pub(crate) fn mistyped(code: &str) -> String {
    let last = if code.ends_with('A') { 'B' } else { 'A' };
    let kept: String = code.chars().take(code.chars().count() - 1).collect();
    format!("{kept}{last}")
}

/// Runs the future on the runtime that all tests of this target share.
pub(crate) fn on_runtime<T>(future: impl Future<Output = T>) -> T {
    RUNTIME.block_on(future)
}

/// A number out of the database at `url`.
pub(crate) async fn count(url: &str, query: &str) -> i64 {
    let query = sqlx::AssertSqlSafe(query.to_owned());
    if url.starts_with("sqlite:") {
        let mut connection = SqliteConnection::connect(url).await.unwrap();
        sqlx::query_scalar(query).fetch_one(&mut connection).await.unwrap()
    } else {
        let mut connection = PgConnection::connect(url).await.unwrap();
        sqlx::query_scalar(query).fetch_one(&mut connection).await.unwrap()
    }
}

/// An id as SQLite writes a blob.
pub(crate) fn hexadecimal(id: &str) -> String {
    format!("x'{}'", id.replace('-', ""))
}
