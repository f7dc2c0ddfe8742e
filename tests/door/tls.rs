//! TLS of the service's own: who is let in with which certificate, and that nobody's handshake holds up another's.

use std::io::{Read, Write};
use std::process::Command;
use std::time::{Duration, Instant};

use reqwest::tls::Version;

use crate::authority::Authority;
use crate::secured::{Tls, client};
use crate::service::TestService;

#[tokio::test]
async fn a_client_certificate_is_of_our_roots_in_force_and_for_clients_or_refused() {
    let tls = Tls::started().await;
    let right = tls.clients.client_until(4000);
    let strangers = Authority::new().client_until(4000);
    let expired = tls.clients.client_until(2001);
    let wrong_use = tls.clients.service();
    let of_the_service = tls.services.client_until(4000);
    for version in [Version::TLS_1_2, Version::TLS_1_3] {
        for (own, let_in, what) in [
            (None, true, "none at all"),
            (Some(&right), true, "the right one"),
            (Some(&strangers), false, "another authority's"),
            (Some(&expired), false, "an expired one"),
            (Some(&wrong_use), false, "one for services"),
            (Some(&of_the_service), false, "the service's own authority's"),
        ] {
            assert_eq!(tls.lets_in(&tls.client(own, version)).await, let_in, "{what}, {version:?}");
        }
    }
}

#[tokio::test]
async fn browsers_are_told_to_come_by_https_only() {
    let tls = Tls::started().await;
    for path in ["/v", "/health/live", "/api/v1/kinds", "/nothing/here"] {
        let answer = tls.service.request("GET", path).send().await.unwrap();
        assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000", "{path}");
    }
    let plain = TestService::demo().await;
    let answer = plain.request("GET", "/v").send().await.unwrap();
    assert!(!answer.headers().contains_key("strict-transport-security"));
}

#[tokio::test]
async fn silent_and_senseless_handshakes_hold_nobody_up() {
    let tls = Tls::started().await;
    let silent: Vec<_> = (0..50).map(|_| tls.connect()).collect();
    let mut half = tls.connect();
    half.write_all(&[22, 3, 1, 2, 0, 1]).unwrap();
    let mut senseless = tls.connect();
    senseless.write_all(&[0xff; 64]).unwrap();
    assert!(tls.lets_in(&tls.client(None, Version::TLS_1_3)).await, "others are served meanwhile");
    // The senseless one is let go at once, the silent ones when their time is over.
    let mut rest = Vec::new();
    let _ = senseless.read_to_end(&mut rest);
    for mut stream in silent.into_iter().chain([half]) {
        assert_eq!(stream.read(&mut [0; 1]).unwrap_or(0), 0, "nothing is told to a silent client");
    }
    assert!(tls.lets_in(&tls.client(None, Version::TLS_1_3)).await);
}

#[tokio::test]
async fn plain_http_to_the_port_is_told_so() {
    let tls = Tls::started().await;
    let mut plain = tls.connect();
    plain.write_all(b"GET /v HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    let mut told = String::new();
    plain.read_to_string(&mut told).unwrap();
    let (head, body) = told.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 400 "), "{head}");
    assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())), "{told}");
    assert!(body.contains("https://"), "{body}");
    assert!(tls.lets_in(&tls.client(None, Version::TLS_1_3)).await);
}

#[tokio::test]
async fn changed_files_are_served_without_a_restart_and_broken_ones_are_not() {
    let tls = Tls::started().await;
    let renewed = Authority::new();
    let new_client = || client(&renewed, None, Version::TLS_1_3);
    assert!(!tls.lets_in(&new_client()).await);
    tls.serve(&renewed.service());
    hang_up(&tls.service);
    let begun = Instant::now();
    while !tls.lets_in(&new_client()).await {
        assert!(begun.elapsed() < Duration::from_secs(30), "the new certificate is not served");
    }
    assert!(!tls.lets_in(&tls.client(None, Version::TLS_1_3)).await, "the former one is not served any more");

    tls.write("service.pem", "no certificate");
    hang_up(&tls.service);
    let begun = Instant::now();
    while !std::fs::read_to_string(&tls.service.telemetry).unwrap().contains("the former ones are") {
        assert!(begun.elapsed() < Duration::from_secs(30), "nobody was told that the file is broken");
        tokio::task::yield_now().await;
    }
    assert!(tls.lets_in(&new_client()).await);
}

#[tokio::test]
async fn a_client_whose_root_is_taken_away_is_refused_from_then_on() {
    let tls = Tls::started().await;
    let bank = tls.clients.client_until(4000);
    assert!(tls.lets_in(&tls.client(Some(&bank), Version::TLS_1_3)).await);
    tls.write("clients.pem", &Authority::new().pem());
    hang_up(&tls.service);
    let begun = Instant::now();
    while tls.lets_in(&tls.client(Some(&bank), Version::TLS_1_3)).await {
        assert!(begun.elapsed() < Duration::from_secs(30), "the root is still accepted");
    }
    assert!(tls.lets_in(&tls.client(None, Version::TLS_1_3)).await);
}

#[test]
fn files_that_cannot_be_served_stop_the_start_and_are_named() {
    let tls = Tls::prepared();
    let right = tls.services.service();
    for (name, text, said) in [
        ("service.pem", "", "service.pem: there is no certificate in it"),
        ("service.key", "salam", "service.key: there is no private key in it"),
        ("service.key", &tls.services.service().key, "cannot be served together"),
        ("clients.pem", "", "clients.pem: cannot be the roots of client certificates"),
        ("clients.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "clients.pem: cannot be"),
    ] {
        tls.serve(&right);
        tls.write("clients.pem", &tls.clients.pem());
        tls.write(name, text);
        let words = tls.service.refused_start();
        assert!(words.contains(said), "{said}: {words}");
        assert!(!words.contains("PRIVATE"), "{words}");
    }
}

fn hang_up(service: &TestService) {
    assert!(Command::new("kill").args(["-HUP", &service.pid().to_string()]).status().unwrap().success());
}
