//! A gate between the command line and the service: it lets as much of each answer through as a test says.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use futures_util::{StreamExt as _, stream};
use serde_json::Value;

/// What the gate does with one call; when nothing is left to do, it lets everything through.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Turn {
    /// Lets so many lines through, and then nothing for ever.
    Hang(usize),
    /// Lets so many lines through and ends the answer as if it were whole.
    End(usize),
    /// The same, with half of the next line.
    EndInLine(usize),
    /// Lets so many lines through, and then says that the service stops.
    Stop(usize),
    /// Answers this status instead.
    Refuse(u16),
}

/// A gate that is open as long as its runtime lives.
#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) url: String,
    turns: Arc<Mutex<VecDeque<Turn>>>,
    asked: Arc<Mutex<Vec<Vec<Value>>>>,
    service: String,
}

impl Gate {
    /// Before the service at `service`.
    pub(crate) async fn before(service: &str) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let gate = Self { url, turns: Arc::default(), asked: Arc::default(), service: service.to_owned() };
        let router = Router::new().route("/api/v1/verifications/batch", post(pass)).with_state(gate.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        gate
    }

    /// What is done with the next calls.
    pub(crate) fn does(&self, turns: &[Turn]) {
        self.turns.lock().unwrap().extend(turns);
    }

    /// The items of each call so far.
    pub(crate) fn asked(&self) -> Vec<Vec<Value>> {
        self.asked.lock().unwrap().clone()
    }
}

async fn pass(State(gate): State<Gate>, headers: HeaderMap, body: Bytes) -> Response {
    let sent: Value = serde_json::from_slice(&body).unwrap();
    gate.asked.lock().unwrap().push(sent["items"].as_array().unwrap().clone());
    let turn = gate.turns.lock().unwrap().pop_front();
    if let Some(Turn::Refuse(status)) = turn {
        return (StatusCode::from_u16(status).unwrap(), [("retry-after", "0")], "{}").into_response();
    }
    let mut request = reqwest::Client::new().post(format!("{}/api/v1/verifications/batch", gate.service)).body(body);
    for name in ["authorization", "content-type", "accept-language"] {
        request = request.header(name, headers[name].clone());
    }
    let answer = request.send().await.unwrap();
    let status = StatusCode::from_u16(answer.status().as_u16()).unwrap();
    let whole = answer.bytes().await.unwrap();
    let lines: Vec<Bytes> = whole.split_inclusive(|&byte| byte == b'\n').map(Bytes::copy_from_slice).collect();
    let first = |lines: usize| whole.split_inclusive(|&byte| byte == b'\n').take(lines).collect::<Vec<_>>().concat();
    let body = match turn {
        None => Body::from(whole),
        Some(Turn::Hang(through)) => {
            let through = stream::iter(lines.into_iter().take(through).map(Ok::<_, Infallible>));
            Body::from_stream(through.chain(stream::pending()))
        }
        Some(Turn::End(through)) => Body::from(first(through)),
        Some(Turn::EndInLine(through)) => {
            let next = &lines[through];
            Body::from([&first(through)[..], &next[..next.len() / 2]].concat())
        }
        Some(Turn::Stop(through)) => {
            let last = format!("{{\"done\":false,\"items\":{through}}}\n");
            Body::from([&first(through)[..], last.as_bytes()].concat())
        }
        Some(Turn::Refuse(_)) => unreachable!(),
    };
    (status, [("content-type", "application/x-ndjson")], body).into_response()
}
