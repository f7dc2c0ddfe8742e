//! One running demonstration for all tests of this target, and the shortest way to ask it something.

use std::sync::Arc;

use reqwest::RequestBuilder;
use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::service::TestService;
use crate::shared::{RUNTIME, Shared};

static SHARED: Shared<TestService> = Shared::new();

/// The running demonstration, started by the first that asks.
pub(crate) fn service() -> Arc<TestService> {
    SHARED.get(TestService::demo())
}

/// What was answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    /// The body, which must be JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("{} is no JSON", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// A header's value, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The problem's slug; fails when the answer is no problem of RFC 9457 that says its own status.
    #[track_caller]
    pub(crate) fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{} {}", self.status, self.text());
        assert_eq!(self.header("cache-control"), "no-store");
        let problem = self.json();
        assert_eq!(problem["status"], self.status, "{problem}");
        for member in ["title", "detail"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{problem}");
        }
        problem["type"].as_str().and_then(|kind| kind.strip_prefix("urn:earayis:problem:")).unwrap().to_owned()
    }
}

/// Sends a request and waits for its answer.
pub(crate) fn ask(request: RequestBuilder) -> Answer {
    RUNTIME.block_on(async {
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Answer { status, headers, bytes: answer.bytes().await.unwrap().to_vec() }
    })
}

/// A request of the demonstration's own agency.
pub(crate) fn as_issuer(service: &TestService, method: &str, path: &str) -> RequestBuilder {
    service.request(method, path).bearer_auth(service.token())
}
