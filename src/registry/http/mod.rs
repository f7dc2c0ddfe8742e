//! A source behind HTTP: asked within a budget of time, bytes and patience, and never believed beyond what it may say.

mod client;

use std::time::Duration;

use jiff::civil::Date;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, StatusCode, Url};
use serde::Serialize;
use tokio::time::{Instant as Stopwatch, sleep, timeout};

use super::breaker::Breaker;
use super::{Extract, HttpSettings, Pem, Question, RegistryError, UnusableSource, reply};
use crate::catalogue::SourceCode;
use crate::clock::Instant;
use crate::random::{Random, RandomUnavailable};

/// The header that bears the question's id; every attempt of one question bears the same.
const QUESTION_ID: &str = "idempotency-key";

/// A service that answers `POST url` with `{"fin", "birth_date"}`: 200 and a reply, or 404 for no such person.
///
/// A question is a look-up and changes nothing there. So it is repeated after a connection that broke before an answer
/// began and after 502, 503 and 504; and once after a time-out, though the first may have been answered unheard.
/// It is not repeated after any other answer, nor after one that breaks off.
#[derive(Debug)]
pub struct HttpSource {
    client: Client,
    url: Url,
    random: Random,
    breaker: Breaker,
    settings: HttpSettings,
}

#[derive(Serialize)]
struct Body<'a> {
    fin: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    birth_date: Option<Date>,
}

impl HttpSource {
    /// A source of these settings; asks nothing yet.
    pub fn new(settings: HttpSettings, pem: &Pem, random: Random) -> Result<Self, UnusableSource> {
        let (client, url) = client::build(&settings, pem)?;
        let breaker = Breaker::new(settings.breaker_failures, i64::from(settings.breaker_pause_ms));
        Ok(Self { client, url, random, breaker, settings })
    }

    /// Asks, unless the circuit is open.
    pub(super) async fn ask(
        &self,
        source: &SourceCode,
        question: &Question,
        now: Instant,
    ) -> Result<Extract, RegistryError> {
        let id = self.question_id(now)?;
        self.breaker.admit(now).map_err(|until| RegistryError::CircuitOpen { until })?;
        let total = Duration::from_millis(self.settings.total_timeout_ms);
        let attempts = self.attempts(source, question, &id);
        let answer = timeout(total, attempts).await.unwrap_or(Err(RegistryError::Slow));
        match &answer {
            Err(error) if error.is_outage() => self.breaker.failed(now),
            _ => self.breaker.succeeded(),
        }
        reply::read(&answer?, source, question, now)
    }

    async fn attempts(&self, source: &SourceCode, question: &Question, id: &str) -> Result<Vec<u8>, RegistryError> {
        let began = Stopwatch::now();
        let budget = Duration::from_millis(self.settings.total_timeout_ms);
        let mut slow_before = false;
        let mut attempt = 1;
        loop {
            let error = match self.attempt(source, question, id).await {
                Ok(body) => return Ok(body),
                Err(error) => error,
            };
            tracing::warn!(source = %source, question = id, attempt, outcome = error.slug(), "registry attempt failed");
            let pause = self.pause_after(attempt);
            let exhausted = attempt >= self.settings.max_attempts || began.elapsed() + pause >= budget;
            if exhausted || !may_be_repeated(&error, slow_before) {
                return Err(error);
            }
            slow_before |= error == RegistryError::Slow;
            sleep(pause).await;
            attempt += 1;
        }
    }

    async fn attempt(&self, source: &SourceCode, question: &Question, id: &str) -> Result<Vec<u8>, RegistryError> {
        let allowed = Duration::from_millis(self.settings.attempt_timeout_ms);
        timeout(allowed, self.exchange(source, question, id)).await.unwrap_or(Err(RegistryError::Slow))
    }

    async fn exchange(&self, source: &SourceCode, question: &Question, id: &str) -> Result<Vec<u8>, RegistryError> {
        let body = Body { fin: question.fin.as_str(), birth_date: question.birth_date };
        let request = self.client.post(self.url.clone()).header(QUESTION_ID, id).json(&body);
        let mut response = request.send().await.map_err(|error| {
            let cause = root_cause(&error);
            tracing::warn!(source = %source, question = id, cause, "registry source unreachable");
            RegistryError::Unreachable
        })?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Err(RegistryError::NoSuchPerson),
            status => return Err(RegistryError::Refused { status: status.as_u16() }),
        }
        let kind = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !is_json(kind) {
            return Err(RegistryError::Garbled { what: "its content type is not application/json" });
        }
        self.read_capped(&mut response).await
    }

    /// Reads piece by piece, so that an endless answer costs no more than the limit.
    async fn read_capped(&self, response: &mut reqwest::Response) -> Result<Vec<u8>, RegistryError> {
        let limit = self.settings.max_answer_bytes;
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|_| RegistryError::Garbled { what: "it breaks off" })? {
            if body.len() + piece.len() > limit {
                return Err(RegistryError::Garbled { what: "it is longer than allowed" });
            }
            body.extend_from_slice(&piece);
        }
        Ok(body)
    }

    fn question_id(&self, now: Instant) -> Result<String, RandomUnavailable> {
        let millis = u64::try_from(now.millis()).unwrap_or_default();
        Ok(uuid::Builder::from_unix_timestamp_millis(millis, &self.random.bytes()?).into_uuid().to_string())
    }

    /// Doubles with each attempt; chance takes away up to half, so that many askers do not return at one moment.
    fn pause_after(&self, attempt: u32) -> Duration {
        let longest = self.settings.backoff_ms.saturating_mul(1 << (attempt - 1).min(16));
        let chance = self.random.bytes::<1>().map_or(0, |[byte]| u64::from(byte));
        Duration::from_millis(longest - longest / 2 * chance / 255)
    }
}

fn may_be_repeated(error: &RegistryError, slow_before: bool) -> bool {
    match error {
        RegistryError::Unreachable | RegistryError::Refused { status: 502..=504 } => true,
        RegistryError::Slow => !slow_before,
        _ => false,
    }
}

fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

/// The innermost cause, such as “connection refused”. It comes from sockets and TLS, which never see the question.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
