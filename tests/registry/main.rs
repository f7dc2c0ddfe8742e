//! The HTTP registry source against real servers: what it accepts, what it refuses, and that no refusal tells on anybody.
#![expect(clippy::unwrap_used, reason = "a test's helpers may fail as loudly as the test")]

mod service;
mod silence;
mod tls;

use axum::http::StatusCode;
use earayis::catalogue::SourceCode;
use earayis::clock::Clock;
use earayis::registry::{Registry, RegistryError};
use serde_json::{Value, json};

use service::*;

#[tokio::test]
async fn a_good_answer_becomes_an_extract() {
    let service = service([Play::Reply(reply())]).await;
    let extract = ask(&registry(&service.url, &json!({ "headers": { "X-Client": "canary-token" } }))).await.unwrap();
    assert_eq!(extract.source().as_str(), SOURCE);
    assert_eq!(extract.as_of().to_string(), "2026-11-24T05:40:59Z");
    assert_eq!(extract.reference(), "R-17");
    assert_eq!(extract.holder().full_name(), "SINAQLI İLAHƏ Nümunə qızı");
    assert_eq!(extract.answer(), &json!({ "rows": [] }));

    let asked = service.asked.lock().unwrap();
    let (headers, body) = &asked[0];
    assert_eq!(headers["x-client"], "canary-token");
    assert_eq!(headers["idempotency-key"].len(), 36);
    let body: Value = serde_json::from_slice(body).unwrap();
    assert_eq!(body, json!({ "fin": "7DEM001", "birth_date": "1987-03-14" }));
}

#[tokio::test]
async fn an_unconfigured_source_is_named() {
    let other: SourceCode = "family".parse().unwrap();
    let error = Registry::default().ask(&other, &question(), now()).await.unwrap_err();
    assert_eq!(error, RegistryError::UnknownSource(other));
}

#[tokio::test]
async fn a_question_is_repeated_once_after_a_time_out() {
    let service = service([Play::Hang, Play::Reply(reply())]).await;
    let patient = registry(&service.url, &json!({ "attempt_timeout_ms": 1000 }));
    assert!(ask(&patient).await.is_ok());
}

#[tokio::test]
async fn a_source_that_stays_slow_is_given_up() {
    let service = service([Play::Hang]).await;
    let impatient = registry(&service.url, &json!({ "attempt_timeout_ms": 300, "max_attempts": 5 }));
    assert_eq!(ask(&impatient).await.unwrap_err(), RegistryError::Slow);
    assert!(service.times_asked() <= 2);
}

#[tokio::test]
async fn the_whole_question_has_a_budget_too() {
    let service = service([Play::Hang]).await;
    let an_hour = 3_600_000;
    let bounded = registry(&service.url, &json!({ "attempt_timeout_ms": an_hour, "total_timeout_ms": 200 }));
    assert_eq!(ask(&bounded).await.unwrap_err(), RegistryError::Slow);
}

#[tokio::test]
async fn a_source_that_is_down_is_unreachable() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    assert_eq!(ask(&registry(&url, &json!({}))).await.unwrap_err(), RegistryError::Unreachable);
}

#[tokio::test]
async fn a_connection_that_breaks_before_the_answer_is_tried_again() {
    for noise in [&b""[..], b"HTTP/1.1 200 OK\r\nContent-", b"not http at all\r\n\r\n"] {
        let (url, connections) = raw(noise).await;
        assert_eq!(ask(&registry(&url, &json!({}))).await.unwrap_err(), RegistryError::Unreachable);
        assert_eq!(*connections.lock().unwrap(), 3);
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_garbled_and_not_tried_again() {
    let (url, connections) =
        raw(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"as_of\":").await;
    let error = ask(&registry(&url, &json!({}))).await.unwrap_err();
    assert_eq!(error, RegistryError::Garbled { what: "it breaks off" });
    assert_eq!(*connections.lock().unwrap(), 1);
}

#[tokio::test]
async fn garbled_answers_are_refused_by_what_is_wrong() {
    let text = |kind, text: &str| Play::Text(StatusCode::OK, kind, text.to_owned());
    let cases = [
        (text("application/json", "{\"as_of\": SINAQLI"), "not JSON"),
        (text("application/json", ""), "not JSON"),
        (text("text/html", &reply().to_string()), "content type"),
        (text("application/json", &format!("{{\"answer\":{{\"rows\":{}", "[".repeat(10_000))), "not JSON"),
        (Play::Reply(json!({ "holder": "SINAQLI" })), "wrong type"),
        (Play::Reply(json!([])), "wrong type"),
        (Play::Reply(reply_with("/answer", json!("SINAQLI"))), "wrong type"),
        (Play::Reply(reply_with("/as_of", json!("yesterday"))), "`as_of` is not"),
        (Play::Reply(reply_with("/as_of", json!("2026-11-24T05:46:01Z"))), "future"),
        (Play::Reply(reply_with("/reference", json!("  "))), "`reference`"),
        (Play::Reply(reply_with("/reference", json!("r".repeat(101)))), "`reference`"),
        (Play::Reply(reply_with("/holder/fin", json!("7DEM00I"))), "`fin`"),
        (Play::Reply(reply_with("/holder/birth_date", json!("1987-02-30"))), "`birth_date`"),
        (Play::Reply(reply_with("/holder/surname", json!("SINAQLI\u{7}"))), "control"),
    ];
    for (play, named) in cases {
        let (answer, times) = ask_once(play).await;
        let Err(RegistryError::Garbled { what }) = answer else { panic!("{named}: {answer:?}") };
        assert!(what.contains(named), "{what} does not name {named}");
        assert_eq!(times, 1, "{what}");
    }
}

#[tokio::test]
async fn a_clock_five_minutes_ahead_is_tolerated() {
    let (answer, _) = ask_once(Play::Reply(reply_with("/as_of", json!("2026-11-24T05:46:00Z")))).await;
    assert_eq!(answer.unwrap().as_of(), now().plus_millis(300_000));
}

#[tokio::test]
async fn an_answer_of_two_mebibytes_is_not_read() {
    let (answer, _) = ask_once(Play::Reply(reply_with("/answer/rows", json!("x".repeat(2 << 20))))).await;
    assert_eq!(answer.unwrap_err(), RegistryError::Garbled { what: "it is longer than allowed" });
    let (answer, _) = ask_once(Play::Reply(reply_with("/answer/rows", json!("x".repeat(1 << 19))))).await;
    assert!(answer.is_ok(), "half a mebibyte is allowed");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = service([Play::Reply(reply())]).await;
    let (answer, _) = ask_once(Play::Redirect(elsewhere.url.clone())).await;
    assert_eq!(answer.unwrap_err(), RegistryError::Refused { status: 307 });
    assert_eq!(elsewhere.times_asked(), 0);
}

#[tokio::test]
async fn a_passing_failure_is_tried_again_under_the_same_id() {
    let busy = Play::Text(StatusCode::SERVICE_UNAVAILABLE, "text/plain", "later".into());
    let service = service([busy.clone(), busy, Play::Reply(reply())]).await;
    assert!(ask(&registry(&service.url, &json!({}))).await.is_ok());
    let asked = service.asked.lock().unwrap();
    let ids: Vec<_> = asked.iter().map(|(headers, _)| &headers["idempotency-key"]).collect();
    assert_eq!(ids.len(), 3);
    assert!(ids.iter().all(|id| *id == ids[0]));
}

#[tokio::test]
async fn refusals_and_no_such_person_are_final() {
    for status in [StatusCode::INTERNAL_SERVER_ERROR, StatusCode::UNAUTHORIZED, StatusCode::NO_CONTENT] {
        let (answer, times) = ask_once(Play::Text(status, "text/plain", String::new())).await;
        assert_eq!(answer.unwrap_err(), RegistryError::Refused { status: status.as_u16() });
        assert_eq!(times, 1);
    }
    let (answer, times) = ask_once(Play::Text(StatusCode::NOT_FOUND, "text/plain", String::new())).await;
    assert_eq!((answer.unwrap_err(), times), (RegistryError::NoSuchPerson, 1));
}

#[tokio::test]
async fn an_answer_about_somebody_else_makes_no_extract() {
    let mut other_and_incomplete = reply_with("/holder/fin", json!("7DEM002"));
    other_and_incomplete["holder"]["surname"] = Value::Null;
    let cases = [
        (reply_with("/holder/fin", json!("7DEM002")), RegistryError::AnotherPerson),
        (other_and_incomplete, RegistryError::AnotherPerson),
        (reply_with("/holder/birth_date", json!("1987-03-15")), RegistryError::AnotherPerson),
        (reply_with("/holder/surname", json!("SİNAQLI")), RegistryError::AnotherName),
        (reply_with("/holder/given_name", json!("Aysel")), RegistryError::AnotherName),
        (reply_with("/holder/patronymic", Value::Null), RegistryError::AnotherName),
        (reply_with("/holder/surname", Value::Null), RegistryError::Incomplete { what: "surname" }),
        (reply_with("/holder/given_name", json!(" ")), RegistryError::Incomplete { what: "given_name" }),
        (reply_with("/holder/birth_date", Value::Null), RegistryError::Incomplete { what: "birth_date" }),
    ];
    for (reply, expected) in cases {
        assert_eq!(ask_once(Play::Reply(reply)).await.0.unwrap_err(), expected);
    }
}

#[tokio::test]
async fn the_circuit_opens_half_opens_and_closes() {
    let failure = Play::Text(StatusCode::INTERNAL_SERVER_ERROR, "text/plain", String::new());
    let service = service([failure.clone(), failure.clone(), failure, Play::Reply(reply())]).await;
    let registry = registry(&service.url, &json!({ "breaker_failures": 2, "breaker_pause_ms": 1000 }));
    let clock = Clock::manual(now());
    let ask = async || registry.ask(&SOURCE.parse().unwrap(), &question(), clock.now()).await;
    let refused = RegistryError::Refused { status: 500 };

    assert_eq!(ask().await.unwrap_err(), refused);
    assert_eq!(ask().await.unwrap_err(), refused);
    let until = now().plus_millis(1000);
    assert_eq!(ask().await.unwrap_err(), RegistryError::CircuitOpen { until });
    assert_eq!(service.times_asked(), 2, "an open circuit asks nobody");

    clock.set(until);
    assert_eq!(ask().await.unwrap_err(), refused, "the probe");
    assert_eq!(ask().await.unwrap_err(), RegistryError::CircuitOpen { until: until.plus_millis(1000) });

    clock.set(until.plus_millis(1000));
    assert!(ask().await.is_ok(), "the second probe");
    assert!(ask().await.is_ok(), "closed again");
}
