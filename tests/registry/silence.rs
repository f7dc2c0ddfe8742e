//! What is said aloud about a question: outcomes in metrics and telemetry, and nobody's FİN, name or token.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;

use crate::service::{Play, ask, question, raw, registry, reply, reply_with, service};

/// The canaries: whatever of the question, the reply or the settings must never be said.
const UNSPEAKABLE: [&str; 9] =
    ["7DEM001", "7DEM002", "Sınaqlı", "SINAQLI", "İlahə", "Nümunə", "1987-0", "canary-wage", "canary-token"];

#[derive(Clone, Default)]
struct Telemetry(Arc<Mutex<Vec<u8>>>);

impl Write for Telemetry {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Telemetry {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn neither_errors_nor_telemetry_tell_on_anybody() {
    let telemetry = Telemetry::default();
    let everything = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(telemetry.clone())
        .finish();
    let _listening = tracing::subscriber::set_default(everything);

    let mut said = vec![format!("{:?}", question())];
    let plays = [
        Play::Reply(reply_with("/answer/rows", json!(["canary-wage"]))),
        Play::Reply(reply_with("/answer", json!("canary-wage"))),
        Play::Reply(reply_with("/holder/fin", json!("7DEM002"))),
        Play::Reply(reply_with("/holder/birth_date", json!("1987-03-15"))),
        Play::Reply(reply_with("/holder/surname", json!("Başqa"))),
        Play::Reply(reply_with("/holder/surname", Value::Null)),
        Play::Text(StatusCode::BAD_GATEWAY, "application/json", reply().to_string()),
        Play::Text(StatusCode::NOT_FOUND, "application/json", reply().to_string()),
        Play::Text(StatusCode::OK, "application/json", format!("7DEM001 {}", reply())),
    ];
    for play in plays {
        let service = service([play]).await;
        let registry = registry(&service.url, &json!({ "headers": { "X-Token": "canary-token" } }));
        said.push(format!("{registry:?}"));
        // Another test may have come to a line for the first time just before anybody listened, and then it stays dumb.
        tracing::callsite::rebuild_interest_cache();
        match ask(&registry).await {
            Ok(extract) => said.push(format!("{extract:?}")),
            Err(error) => said.push(format!("{error:?} {error} {}", error.slug())),
        }
    }
    let (url, _) = raw(b"HTTP/1.1 7DEM001 SINAQLI\r\nX: canary-wage\r\n\r\n").await;
    let error = ask(&registry(&url, &json!({}))).await.unwrap_err();
    said.push(format!("{error:?} {error}"));

    let said = said.join("\n");
    let telemetry = String::from_utf8(telemetry.0.lock().unwrap().clone()).unwrap();
    assert!(telemetry.contains("registry attempt failed"), "telemetry was not listened to");
    assert!(telemetry.contains("registry-refused"), "{telemetry}");
    for word in UNSPEAKABLE {
        assert!(!telemetry.contains(word), "{word} in telemetry: {telemetry}");
        assert!(!said.contains(word), "{word} in {said}");
    }
}

#[tokio::test]
async fn questions_are_counted_by_source_and_outcome() {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let _counting = metrics::set_default_local_recorder(&recorder);
    let service = service([Play::Reply(reply()), Play::Reply(reply_with("/holder/fin", json!("7DEM002")))]).await;
    let registry = registry(&service.url, &json!({}));
    assert!(ask(&registry).await.is_ok());
    assert!(ask(&registry).await.is_err());
    assert!(ask(&registry).await.is_err());

    let metrics = recorder.handle().render();
    for (outcome, times) in [("answered", 1), ("registry-another-person", 2)] {
        let line = format!("earayis_registry_questions_total{{source=\"employment\",outcome=\"{outcome}\"}} {times}");
        assert!(metrics.contains(&line), "{line} is not in {metrics}");
    }
    assert!(metrics.contains("earayis_registry_question_seconds_count{source=\"employment\"} 3"), "{metrics}");
}
