//! Requests: each gets an id of ours, one line and one count, without its path, its query or anything in it.

use std::any::Any;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue, Method, Response, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use data_encoding::HEXLOWER;
use tower_http::catch_panic::CatchPanicLayer;
use tracing::{Instrument, Span};

use crate::random::Random;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Lays the observation around every route of `router`; what is added to it later goes unseen.
///
/// A handler finds the request's id in the header `x-request-id`, where nothing from outside is ever left, and a
/// panic in it becomes a 500 problem that tells nothing else.
pub fn observe(router: Router, random: Random) -> Router {
    router.layer(CatchPanicLayer::custom(answer_to_panic)).layer(from_fn_with_state(random, follow))
}

async fn follow(State(random): State<Random>, mut request: Request, next: Next) -> Response<Body> {
    let id = new_id(&random);
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    request.headers_mut().insert(REQUEST_ID, id.clone());
    let span = tracing::info_span!("request", id = id.to_str().unwrap_or_default());
    let observation =
        Observation { method: method_of(request.method()), route, begun: Instant::now(), span, status: None };
    let mut answer = next.run(request).instrument(observation.span.clone()).await;
    observation.ends_with(answer.status());
    answer.headers_mut().insert(REQUEST_ID, id);
    answer
}

/// Without random bytes a request goes on, and is only harder to find.
fn new_id(random: &Random) -> HeaderValue {
    let id = random.bytes::<16>().ok().map(|bytes| HEXLOWER.encode(&bytes));
    id.and_then(|id| HeaderValue::try_from(id).ok()).unwrap_or(HeaderValue::from_static("none"))
}

/// A method from a closed set: others are free text from outside.
fn method_of(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// One request, told when it is dropped: thus also when the client went away before the answer.
struct Observation {
    method: &'static str,
    route: String,
    begun: Instant,
    span: Span,
    status: Option<StatusCode>,
}

impl Observation {
    fn ends_with(mut self, status: StatusCode) {
        self.status = Some(status);
    }
}

impl Drop for Observation {
    fn drop(&mut self) {
        let elapsed = self.begun.elapsed();
        let status = self.status.map_or_else(|| "gone".to_owned(), |status| status.as_str().to_owned());
        let duration_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        self.span.in_scope(|| tracing::info!(method = self.method, route = self.route, status, duration_ms, "request"));
        let labels = [("method", self.method.to_owned()), ("route", self.route.clone()), ("status", status)];
        metrics::counter!("earayis_http_requests_total", &labels).increment(1);
        metrics::histogram!("earayis_http_request_duration_seconds", &labels).record(elapsed);
    }
}

/// The hook has logged the panic; the person learns only that it was not their doing.
fn answer_to_panic(_payload: Box<dyn Any + Send + 'static>) -> Response<Body> {
    let problem = serde_json::json!({
        "type": "urn:earayis:problem:internal",
        "title": "The service made a mistake; try again, and name the request's id when you report it",
        "status": 500,
    });
    let mut answer = Response::new(Body::from(problem.to_string()));
    *answer.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    answer
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use axum::body::to_bytes;
    use axum::http::HeaderMap;
    use axum::routing::get;
    use tower::ServiceExt;
    use tracing_subscriber::fmt::MakeWriter;

    use super::*;
    use crate::telemetry::metrics::tests::counted;
    use crate::telemetry::{Settings, subscriber};

    /// Log lines, kept for a test.
    #[derive(Clone, Default)]
    pub(in crate::telemetry) struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Lines {
        pub(in crate::telemetry) fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for Lines {
        type Writer = Self;

        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    fn service() -> Router {
        let seen = async |headers: HeaderMap| headers[REQUEST_ID].to_str().unwrap().to_owned();
        let faulty = async || -> StatusCode { panic!("holder {}", "7DEM001") };
        let router = Router::new().route("/kinds/{kind}", get(seen)).route("/faulty", get(faulty));
        observe(router, Random::system())
    }

    /// What the service answers, logs and counts.
    fn ask(request: Request) -> (Response<Body>, String, String) {
        let lines = Lines::default();
        let mut answer = None;
        let metrics = tracing::subscriber::with_default(subscriber(Settings::default(), lines.clone()), || {
            counted(async { answer = Some(service().oneshot(request).await.unwrap()) })
        });
        (answer.unwrap(), lines.text(), metrics.text())
    }

    fn get_of(uri: &str) -> Request {
        Request::get(uri).body(Body::empty()).unwrap()
    }

    fn body_of(answer: Response<Body>) -> String {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let bytes = runtime.block_on(to_bytes(answer.into_body(), usize::MAX)).unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[test]
    fn an_id_from_outside_is_replaced_everywhere() {
        let mut request = get_of("/kinds/income");
        request.headers_mut().insert(REQUEST_ID, HeaderValue::from_static("forged"));
        let (answer, lines, _) = ask(request);
        let id = answer.headers()[REQUEST_ID].to_str().unwrap().to_owned();
        assert_eq!(id.len(), 32);
        assert!(lines.contains(&id) && !lines.contains("forged"), "{lines}");
        assert_eq!(body_of(answer), id);
    }

    #[test]
    fn a_request_is_told_once_by_its_route_and_never_by_its_path() {
        let (_, lines, counts) = ask(get_of("/kinds/7DEM001?code=SECRET"));
        let line: serde_json::Value = serde_json::from_str(&lines).unwrap();
        assert_eq!(
            (&line["method"], &line["route"], &line["status"]),
            (&"GET".into(), &"/kinds/{kind}".into(), &"200".into())
        );
        assert!(line["duration_ms"].is_u64());
        assert!(
            counts.contains(r#"earayis_http_requests_total{method="GET",route="/kinds/{kind}",status="200"} 1"#),
            "{counts}"
        );
        assert!(counts.contains("earayis_http_request_duration_seconds_bucket"), "{counts}");
        for secret in ["7DEM001", "SECRET"] {
            assert!(!lines.contains(secret) && !counts.contains(secret), "{lines} {counts}");
        }
    }

    #[test]
    fn an_unknown_path_and_an_invented_method_add_no_labels() {
        let request = Request::builder().method("7DEM001").uri("/7DEM001").body(Body::empty()).unwrap();
        let (answer, lines, counts) = ask(request);
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        assert!(counts.contains(r#"{method="other",route="none",status="404"} 1"#), "{counts}");
        assert!(!lines.contains("7DEM001") && !counts.contains("7DEM001"));
    }

    #[test]
    fn a_panic_becomes_a_problem_that_tells_nothing() {
        let (answer, _, counts) = ask(get_of("/faulty"));
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(answer.headers()[CONTENT_TYPE], "application/problem+json");
        assert!(answer.headers().contains_key(REQUEST_ID));
        assert!(counts.contains(r#"route="/faulty",status="500"} 1"#), "{counts}");
        let body = body_of(answer);
        assert!(body.contains("urn:earayis:problem:internal") && !body.contains("7DEM001"), "{body}");
    }

    #[test]
    fn a_client_that_leaves_early_is_told_as_gone() {
        let lines = Lines::default();
        let waits = observe(Router::new().route("/slow", get(std::future::pending::<()>)), Random::system());
        let metrics = tracing::subscriber::with_default(subscriber(Settings::default(), lines.clone()), || {
            counted(async {
                let mut answer = Box::pin(waits.oneshot(get_of("/slow")));
                assert!(
                    std::future::poll_fn(|context| std::task::Poll::Ready(answer.as_mut().poll(context)))
                        .await
                        .is_pending()
                );
            })
        });
        assert!(lines.text().contains(r#""status":"gone""#), "{}", lines.text());
        assert!(metrics.text().contains(r#"route="/slow",status="gone"} 1"#));
    }
}
