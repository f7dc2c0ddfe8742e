//! Servers that play a registry, well or badly, and the question that is put to them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use earayis::clock::Instant;
use earayis::random::Random;
use earayis::registry::{Extract, HttpSettings, HttpSource, Pem, Question, Registry, RegistryError, RegistrySource};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

pub(crate) const SOURCE: &str = "employment";

pub(crate) fn now() -> Instant {
    Instant::parse_rfc3339("2026-11-24T05:41:00Z").unwrap()
}

pub(crate) fn question() -> Question {
    Question {
        fin: "7DEM001".parse().unwrap(),
        birth_date: Some("1987-03-14".parse().unwrap()),
        name: Some(("Sınaqlı".into(), "İlahə".into(), Some("Nümunə qızı".into()))),
    }
}

pub(crate) fn reply() -> Value {
    json!({
        "as_of": "2026-11-24T05:40:59Z", "reference": "R-17",
        "holder": { "fin": "7DEM001", "surname": "SINAQLI", "given_name": "İLAHƏ", "patronymic": "Nümunə  qızı",
                    "birth_date": "1987-03-14" },
        "answer": { "rows": [] },
    })
}

/// The reply with the value at a JSON pointer replaced; `null` stands for a missing value.
pub(crate) fn reply_with(pointer: &str, value: Value) -> Value {
    let mut reply = reply();
    *reply.pointer_mut(pointer).unwrap() = value;
    reply
}

/// What a server does with one request.
#[derive(Clone)]
pub(crate) enum Play {
    Reply(Value),
    Text(StatusCode, &'static str, String),
    Redirect(String),
    Hang,
}

/// A server that plays its list, the last item for ever, and remembers what it was asked.
pub(crate) struct Service {
    pub(crate) url: String,
    pub(crate) asked: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
}

pub(crate) async fn service(plays: impl Into<Vec<Play>>) -> Service {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/extracts", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let app = axum::Router::new().fallback(play).with_state((Arc::new(plays.into()), asked.clone()));
    tokio::spawn(async move { axum::serve(listener, app).await });
    Service { url, asked }
}

pub(crate) type Asked = Arc<Mutex<Vec<(HeaderMap, Bytes)>>>;

async fn play(State((plays, asked)): State<(Arc<Vec<Play>>, Asked)>, headers: HeaderMap, body: Bytes) -> Response {
    let turn = {
        let mut asked = asked.lock().unwrap();
        asked.push((headers, body));
        asked.len() - 1
    };
    match plays[turn.min(plays.len() - 1)].clone() {
        Play::Reply(reply) => axum::Json(reply).into_response(),
        Play::Text(status, kind, text) => (status, [(header::CONTENT_TYPE, kind)], text).into_response(),
        Play::Redirect(to) => (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response(),
        Play::Hang => std::future::pending().await,
    }
}

impl Service {
    pub(crate) fn times_asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

/// A server that reads something of each connection, writes these bytes and hangs up; it counts its connections.
pub(crate) async fn raw(bytes: &'static [u8]) -> (String, Arc<Mutex<usize>>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let connections = Arc::new(Mutex::new(0));
    let count = connections.clone();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            *count.lock().unwrap() += 1;
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(bytes).await;
        }
    });
    (url, connections)
}

pub(crate) fn settings(url: &str, more: &Value) -> HttpSettings {
    let mut settings = json!({ "url": url, "backoff_ms": 1, "attempt_timeout_ms": 5000, "breaker_failures": 100 });
    settings.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(settings).unwrap()
}

pub(crate) fn registry_with(settings: HttpSettings, pem: &Pem) -> Registry {
    let source = HttpSource::new(settings, pem, Random::system()).unwrap();
    Registry::new(BTreeMap::from([(SOURCE.parse().unwrap(), RegistrySource::Http(Box::new(source)))]))
}

pub(crate) fn registry(url: &str, more: &Value) -> Registry {
    registry_with(settings(url, more), &Pem::default())
}

pub(crate) async fn ask(registry: &Registry) -> Result<Extract, RegistryError> {
    registry.ask(&SOURCE.parse().unwrap(), &question(), now()).await
}

pub(crate) async fn ask_once(play: Play) -> (Result<Extract, RegistryError>, usize) {
    let service = service([play]).await;
    let answer = ask(&registry(&service.url, &json!({}))).await;
    (answer, service.times_asked())
}
