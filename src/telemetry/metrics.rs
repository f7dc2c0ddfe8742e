//! Metrics: counted anywhere by the `metrics` macros, described here, served to Prometheus on an address of their own.

use std::time::Duration;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

use super::AlreadyStarted;

/// Seconds: from an answer out of memory to one that waits for an agency.
const DURATION_BUCKETS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
/// How often observations are folded into buckets, so that memory stays small when nobody scrapes.
const FOLDING: Duration = Duration::from_secs(5);
const PROMETHEUS_TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Everything counted so far in this process.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

/// Why there are no metrics.
#[derive(Debug, thiserror::Error)]
pub enum MetricsError {
    /// The exporter refused its settings.
    #[error("the metrics cannot be set up")]
    Exporter(#[from] BuildError),
    /// Something else counts already.
    #[error(transparent)]
    Started(#[from] AlreadyStarted),
}

impl Metrics {
    /// Starts counting, for the rest of the process.
    pub fn start() -> Result<Self, MetricsError> {
        let recorder = recorder()?;
        let metrics = Self(recorder.handle());
        metrics::set_global_recorder(recorder).map_err(|_| AlreadyStarted)?;
        describe();
        Ok(metrics)
    }

    /// Everything counted, in Prometheus' text format.
    pub fn text(&self) -> String {
        self.0.render()
    }

    /// The service of the metrics' own address: `GET /metrics`.
    pub fn router(&self) -> Router {
        let metrics = self.clone();
        let answer = async move || ([(CONTENT_TYPE, PROMETHEUS_TEXT)], metrics.text()).into_response();
        Router::new().route("/metrics", get(answer))
    }

    /// Keeps memory small as long as it is polled; it never ends of itself.
    pub async fn keep_small(self) {
        let mut every = tokio::time::interval(FOLDING);
        loop {
            every.tick().await;
            self.0.run_upkeep();
        }
    }
}

fn recorder() -> Result<PrometheusRecorder, BuildError> {
    Ok(PrometheusBuilder::new().set_buckets(DURATION_BUCKETS)?.build_recorder())
}

/// The meaning of every metric; `tests/laws.rs` refuses one that is counted and not described.
fn describe() {
    describe_counter!("earayis_sign_ins_total", "Sign-ins, by outcome: member, holder, or why nobody was signed in.");
    describe_counter!("earayis_http_requests_total", "Requests answered, by method, route and status.");
    describe_histogram!(
        "earayis_http_request_duration_seconds",
        Unit::Seconds,
        "Time from a request's head to its answer's head, by method, route and status."
    );
    describe_counter!("earayis_panics_total", "Panics: each is a fault in the program.");
    describe_counter!("earayis_alarms_total", "What an operator must look into at once, by alarm.");
    describe_counter!("earayis_limited_total", "Look-ups refused by a rate limit, by its policy.");
    describe_counter!("earayis_connections_refused_total", "Connections closed since their network held its share.");
    describe_counter!("earayis_tls_handshakes_total", "TLS handshakes that did not succeed, by outcome.");
    describe_counter!("earayis_issuances_total", "Attempts to issue a certificate, by outcome.");
    describe_counter!("earayis_verifications_total", "Verifications, by verdict and basis.");
    describe_counter!("earayis_credentials_refused_total", "API tokens and client certificates refused, by reason.");
    describe_counter!("earayis_registry_questions_total", "Questions to registry sources, by source and outcome.");
    describe_histogram!(
        "earayis_registry_question_seconds",
        Unit::Seconds,
        "Time until a registry source answered or failed, by source."
    );
    describe_counter!("earayis_sequencer_errors_total", "Turns of the sequencer that failed.");
    describe_counter!(
        "earayis_keys_unusable_total",
        "Times that changed keys were read and could not be used; after half a minute the service stops."
    );
    describe_gauge!("earayis_seal_certificate_days_left", Unit::Count, "Days for which the sealing certificate holds.");
    describe_gauge!("earayis_tls_certificate_days_left", Unit::Count, "Days for which the TLS certificate holds.");
    describe_counter!("earayis_witness_errors_total", "Witnesses that gave no cosignature when asked.");
    describe_gauge!(
        "earayis_log_witnessed_age_seconds",
        Unit::Seconds,
        "Time since a quorum of witnesses last cosigned a checkpoint."
    );
    describe_gauge!("earayis_log_lag_seconds", Unit::Seconds, "Age of the oldest leaf that waits for its place.");
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use tower::ServiceExt;

    /// Counts what `work` does, on this thread only.
    pub(in crate::telemetry) fn counted(work: impl Future<Output = ()>) -> Metrics {
        let recorder = recorder().unwrap();
        let metrics = Metrics(recorder.handle());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        metrics::with_local_recorder(&recorder, || {
            describe();
            runtime.block_on(work);
        });
        metrics
    }

    #[test]
    fn what_is_counted_is_served_with_its_meaning() {
        let metrics = counted(async { metrics::counter!("earayis_panics_total").increment(2) });
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let text = runtime.block_on(async {
            let request = Request::get("/metrics").body(Body::empty()).unwrap();
            let answer = metrics.router().oneshot(request).await.unwrap();
            assert_eq!(answer.headers()[CONTENT_TYPE], PROMETHEUS_TEXT);
            String::from_utf8(to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap()
        });
        assert!(text.contains("# HELP earayis_panics_total Panics"), "{text}");
        assert!(text.contains("earayis_panics_total 2"), "{text}");
    }
}
