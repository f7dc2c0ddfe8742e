//! Clients of the issuing API, each with keys of its own, who write down only what they were told completely.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::chance::Chance;
use crate::service::TestService;

/// Citizens of whom the registry says enough for a certificate of employment, one of them on three pages.
const HOLDERS: [&str; 7] = ["7DEM001", "7DEM002", "7DEM003", "7DEM004", "7DEM005", "7DEM008", "7DEM011"];

/// One request, which may be sent again word for word.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) key: String,
    pub(crate) holder: &'static str,
}

/// A certificate as its `201` told of it, received to the last byte.
#[derive(Debug, Clone)]
pub(crate) struct Acknowledged {
    pub(crate) request: Request,
    pub(crate) id: String,
    pub(crate) number: String,
    pub(crate) code: String,
    pub(crate) facts: Value,
}

/// What clients came home with.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) acknowledged: Vec<Acknowledged>,
    /// Requests whose answer never came: each may have made its certificate or not.
    pub(crate) unanswered: Vec<Request>,
}

/// What a request came to.
pub(crate) enum Answer {
    Told(StatusCode, Value),
    Nothing,
}

/// How a client reaches a service, apart from the process that the test kills.
#[derive(Clone)]
pub(crate) struct Issuing {
    client: reqwest::Client,
    url: String,
    token: String,
}

impl Issuing {
    pub(crate) fn at(service: &TestService) -> Self {
        let client = reqwest::Client::builder().timeout(std::time::Duration::from_mins(1)).build().unwrap();
        Self { client, url: service.url.clone(), token: service.token() }
    }

    /// Asks for a certificate of employment.
    pub(crate) async fn issue(&self, request: &Request) -> Answer {
        self.send(&request.key, &json!({ "kind": "is-yeri", "holder": request.holder })).await
    }

    pub(crate) async fn send(&self, key: &str, body: &Value) -> Answer {
        let posted = self.client.post(format!("{}/api/v1/certificates", self.url));
        let posted = posted.bearer_auth(&self.token).header("idempotency-key", key).json(body).send().await;
        let Ok(answer) = posted else { return Answer::Nothing };
        let status = answer.status();
        match answer.bytes().await {
            Ok(body) => Answer::Told(status, serde_json::from_slice(&body).unwrap_or_default()),
            Err(_) => Answer::Nothing,
        }
    }

    /// Verifies by code, number or digest; answers the JSON.
    pub(crate) async fn verify(&self, by: &str, what: &str) -> Value {
        let request = self.client.post(format!("{}/api/v1/verifications", self.url)).json(&json!({ by: what }));
        request.send().await.unwrap().json().await.unwrap()
    }

    /// Verifies a file; answers the JSON.
    pub(crate) async fn verify_file(&self, bytes: Vec<u8>) -> Value {
        let form = reqwest::multipart::Form::new().part("file", reqwest::multipart::Part::bytes(bytes));
        let request = self.client.post(format!("{}/api/v1/verifications", self.url)).multipart(form);
        request.send().await.unwrap().json().await.unwrap()
    }

    /// The file of a certificate.
    pub(crate) async fn pdf(&self, id: &str) -> Vec<u8> {
        let request = self.client.get(format!("{}/api/v1/certificates/{id}/pdf", self.url)).bearer_auth(&self.token);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200, "the file of {id}");
        answer.bytes().await.unwrap().to_vec()
    }
}

impl Acknowledged {
    pub(crate) fn read(request: Request, body: &Value) -> Self {
        let text = |name: &str| body[name].as_str().unwrap_or_else(|| panic!("no `{name}` in {body}")).to_owned();
        let (id, number, code) = (text("id"), text("number"), text("code"));
        Self { request, id, number, code, facts: body["facts"].clone() }
    }
}

impl Told {
    pub(crate) fn add(&mut self, mut other: Self) {
        self.acknowledged.append(&mut other.acknowledged);
        self.unanswered.append(&mut other.unanswered);
    }
}

/// Clients at work.
pub(crate) struct Crowd {
    clients: JoinSet<Told>,
    enough: Arc<AtomicBool>,
    issued: Arc<AtomicUsize>,
}

impl Crowd {
    /// Lets `count` clients issue, one certificate after the other, until they are called home or find nobody.
    pub(crate) fn send_out(service: &TestService, count: usize, name: &str, chance: &mut Chance) -> Self {
        let (enough, issued) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let mut clients = JoinSet::new();
        for client in 0..count {
            let work = work(
                Issuing::at(service),
                format!("{name}-{client}"),
                chance.fork(),
                Arc::clone(&enough),
                Arc::clone(&issued),
            );
            clients.spawn(work);
        }
        Self { clients, enough, issued }
    }

    /// Waits until they were told of `count` certificates together.
    pub(crate) async fn until_issued(&self, count: usize) {
        while self.issued.load(Ordering::Relaxed) < count {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }

    /// Calls them home; each finishes the request it has sent.
    pub(crate) async fn come_home(mut self) -> Told {
        self.enough.store(true, Ordering::Relaxed);
        let mut told = Told::default();
        while let Some(client) = self.clients.join_next().await {
            told.add(client.unwrap());
        }
        told
    }
}

async fn work(
    issuing: Issuing,
    name: String,
    mut chance: Chance,
    enough: Arc<AtomicBool>,
    issued: Arc<AtomicUsize>,
) -> Told {
    let mut told = Told::default();
    for count in 0.. {
        if enough.load(Ordering::Relaxed) {
            break;
        }
        let request = Request { key: format!("{name}-{count}"), holder: HOLDERS[chance.below(HOLDERS.len())] };
        match issuing.issue(&request).await {
            Answer::Told(StatusCode::CREATED, body) => {
                told.acknowledged.push(Acknowledged::read(request, &body));
                issued.fetch_add(1, Ordering::Relaxed);
            }
            Answer::Told(status, body) => panic!("a service that is well answered {status}: {body}"),
            Answer::Nothing => {
                told.unanswered.push(request);
                break;
            }
        }
    }
    told
}
