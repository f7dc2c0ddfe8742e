//! The service that is asked: answers line by line as they come, and what passes is told from what does not.

use std::path::Path;
use std::time::Duration;

use reqwest::header::RETRY_AFTER;
use reqwest::{Client, RequestBuilder, Response, StatusCode, Url};
use serde_json::{Value, json};

use super::Failure;
use crate::routes::{VERIFICATIONS, VERIFICATIONS_BATCH};

/// A service, asked in an organisation's name.
pub(super) struct Service {
    client: Client,
    origin: String,
    token: String,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Trouble {
    /// It may pass: the same can be asked again, after the time that the service named.
    Passing { why: String, wait: Option<Duration> },
    /// It will not, or is of this machine.
    Lasting(Failure),
}

/// The lines of an answer.
pub(super) struct Lines {
    response: Response,
    received: Vec<u8>,
    next: usize,
}

/// How long the service may be silent: longer than it may take for any one item.
const SILENCE: Duration = Duration::from_mins(1);
/// How long a connection may take.
const CONNECTING: Duration = Duration::from_secs(10);
/// The most bytes of one line.
const LINE_BYTES: usize = 1 << 20;

impl Service {
    /// The service at `server`. A token is sent to this machine or through TLS, and nowhere else.
    pub(super) fn new(server: &str, token: String) -> Result<Self, Failure> {
        let url: Url = server.parse().map_err(|_| format!("`{server}` is no address of a service"))?;
        let here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        if url.scheme() != "https" && !here {
            return Err(format!("`{server}`: the token would be sent unprotected; name the service by https").into());
        }
        // Whoever comes second finds the same provider in place.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECTING)
            .read_timeout(SILENCE)
            .build()?;
        Ok(Self { client, origin: server.trim_end_matches('/').to_owned(), token })
    }

    /// Asks for many items.
    pub(super) async fn batch(&self, items: &[Value]) -> Result<Lines, Trouble> {
        let response = self.send(VERIFICATIONS_BATCH, |request| request.json(&json!({ "items": items }))).await?;
        match response.status() {
            StatusCode::OK => Ok(Lines { response, received: Vec::new(), next: 0 }),
            _ => Err(refused(response).await),
        }
    }

    /// Asks about a whole file, and answers a verification, or the problem of this file.
    pub(super) async fn upload(&self, file: &Path) -> Result<Value, Trouble> {
        let bytes = tokio::fs::read(file).await.map_err(|error| Trouble::Lasting(error.into()))?;
        let form = || {
            let part = reqwest::multipart::Part::bytes(bytes).file_name("file");
            reqwest::multipart::Form::new().part("file", part)
        };
        let response = self.send(VERIFICATIONS, |request| request.multipart(form())).await?;
        match response.status() {
            StatusCode::OK | StatusCode::PAYLOAD_TOO_LARGE | StatusCode::UNPROCESSABLE_ENTITY => {
                response.json().await.map_err(|error| broken(&error))
            }
            _ => Err(refused(response).await),
        }
    }

    async fn send(&self, path: &str, body: impl FnOnce(RequestBuilder) -> RequestBuilder) -> Result<Response, Trouble> {
        let request = self.client.post(format!("{}{path}", self.origin));
        let request = request.bearer_auth(&self.token).header("accept-language", "en");
        body(request).send().await.map_err(|error| broken(&error))
    }
}

impl Lines {
    /// What was found of the next item: its verification or its problem.
    pub(super) async fn next(&mut self) -> Result<Value, Trouble> {
        let line = loop {
            if let Some(end) = self.received.iter().position(|&byte| byte == b'\n') {
                break self.received.drain(..=end).collect::<Vec<_>>();
            }
            if self.received.len() > LINE_BYTES {
                return Err(cut_short());
            }
            match self.response.chunk().await.map_err(|error| broken(&error))? {
                Some(chunk) => self.received.extend_from_slice(&chunk),
                None => return Err(cut_short()),
            }
        };
        let mut line: Value = serde_json::from_slice(&line).map_err(|_| cut_short())?;
        // The last line, before every item had its own; or one that belongs elsewhere.
        if line["index"] != self.next {
            return Err(cut_short());
        }
        self.next += 1;
        if line["verification"].is_object() {
            return Ok(line["verification"].take());
        }
        let problem = line["problem"].take();
        match problem["status"].as_u64() {
            Some(429 | 503) => Err(Trouble::Passing { why: detail(&problem), wait: None }),
            Some(_) => Ok(problem),
            None => Err(cut_short()),
        }
    }
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Self {
        Self::Lasting(error.into())
    }
}

fn cut_short() -> Trouble {
    Trouble::Passing { why: "its answer was cut short".to_owned(), wait: None }
}

fn broken(error: &reqwest::Error) -> Trouble {
    let why = if error.is_connect() { "it does not answer" } else { "the connection broke off" };
    Trouble::Passing { why: why.to_owned(), wait: None }
}

async fn refused(response: Response) -> Trouble {
    let status = response.status();
    let seconds = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    let wait = seconds.map(Duration::from_secs);
    let problem: Value = response.json().await.unwrap_or_default();
    let why = match detail(&problem) {
        detail if detail.is_empty() => format!("it answers {status}"),
        detail => detail,
    };
    let passes = [
        StatusCode::TOO_MANY_REQUESTS,
        StatusCode::BAD_GATEWAY,
        StatusCode::SERVICE_UNAVAILABLE,
        StatusCode::GATEWAY_TIMEOUT,
    ];
    if passes.contains(&status) { Trouble::Passing { why, wait } } else { Trouble::Lasting(why.into()) }
}

fn detail(problem: &Value) -> String {
    problem["detail"].as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_through_tls_or_stays_on_this_machine() {
        for server in ["https://arayis.example", "http://127.0.0.1:8080", "http://localhost", "http://[::1]:1/"] {
            assert!(Service::new(server, "t".into()).is_ok(), "{server}");
        }
        for server in ["http://arayis.example", "http://127.0.0.1.example", "ftp://arayis.example", "arayis"] {
            assert!(Service::new(server, "t".into()).is_err(), "{server}");
        }
    }
}
