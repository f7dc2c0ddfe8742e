//! A service with limits of its own, and look-ups of it from several networks of this machine.

use std::net::IpAddr;

use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use crate::service::{TestService, free_port};

/// A code that is well formed and leads nowhere.
pub(crate) const UNKNOWN_CODE: &str = "0000-0000-0000-0000";

/// What was answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The policy, what is left of it and the seconds until it is whole, or suffices, from the field `RateLimit`.
    pub(crate) fn left(&self) -> (String, u32, u64) {
        let field = self.header("ratelimit");
        let mut parts = field.split(';');
        let policy = parts.next().unwrap().trim_matches('"').to_owned();
        let number = |part: Option<&str>, name: &str| part.unwrap().strip_prefix(name).unwrap().parse::<u64>().unwrap();
        let remaining = number(parts.next(), "r=");
        (policy, u32::try_from(remaining).unwrap(), number(parts.next(), "t="))
    }
}

/// A service on SQLite with `limits` in place of the generous ones of other tests, and `more` settings after them.
pub(crate) async fn service(limits: &str, more: &str) -> (TestService, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let service = TestService::serving(folder.path(), free_port(), "sqlite:earayis.db");
    set_limits(&service, limits, more);
    let mut service = service;
    service.start().await;
    (service, folder)
}

/// Puts `limits` in place of those of the file, and `more` after them.
pub(crate) fn set_limits(service: &TestService, limits: &str, more: &str) {
    let config = service.settings();
    let begins = config.find("[limits]").unwrap();
    let ends = begins + config[begins..].find("[[").unwrap();
    service.change_settings(&config[begins..ends], &format!("[limits]\n{limits}\n{more}\n"));
}

/// Where look-ups come from: an address of this machine, whose whole 127.0.0.0/8 is its own.
pub(crate) struct From {
    client: reqwest::Client,
    url: String,
}

impl From {
    pub(crate) fn new(service: &TestService, address: &str) -> Self {
        let address: IpAddr = address.parse().unwrap();
        let client = reqwest::Client::builder().local_address(address).build().unwrap();
        Self { client, url: service.url.clone() }
    }

    pub(crate) async fn ask(&self, by: &str, what: &str) -> Answer {
        self.asked_through(by, what, &[]).await
    }

    /// Asks with further headers, as a proxy or a forger would write them.
    pub(crate) async fn asked_through(&self, by: &str, what: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.client.post(format!("{}/api/v1/verifications", self.url)).json(&json!({ by: what }));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request).await
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method.parse().unwrap(), format!("{}{path}", self.url))
    }
}

pub(crate) async fn answer(request: reqwest::RequestBuilder) -> Answer {
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    Answer { status, headers, text: answer.text().await.unwrap() }
}
