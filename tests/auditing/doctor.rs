//! What `earayis doctor` says of those outside on whom a service relies: its witnesses, and the provider of its sign-in.

use std::net::TcpListener;

use axum::Json;
use axum::routing::get;
use earayis::transparency::Cosigner;
use ring::signature::Ed25519KeyPair;
use serde_json::json;

use crate::place::Place;
use crate::service::TestService;

fn doctor(service: &TestService) -> (Option<i32>, String) {
    let told = tokio::task::block_in_place(|| service.run(&["doctor"]));
    (told.status.code(), String::from_utf8(told.stdout).unwrap())
}

/// A provider of which only what a doctor reads is there.
async fn provider() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let named = |path: &str| format!("{issuer}{path}");
    let description = json!({ "issuer": issuer, "authorization_endpoint": named("/auth"),
                              "token_endpoint": named("/token"), "jwks_uri": named("/jwks") });
    let key = json!({ "kty": "RSA", "kid": "1", "n": "AQAB", "e": "AQAB", "use": "sig" });
    let router = axum::Router::new()
        .route("/.well-known/openid-configuration", get(async || Json(description)))
        .route("/jwks", get(async move || Json(json!({ "keys": [key] }))));
    tokio::spawn(axum::serve(listener, router).into_future());
    issuer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_provider_of_the_sign_in_is_asked_and_its_silence_told() {
    let place = Place::sqlite();
    let mut service = place.service();
    service.start().await;
    let (code, words) = doctor(&service);
    assert!(code == Some(0) && words.contains("mind   sign-in: no provider is configured"), "{words}");
    let issuer = provider().await;
    let settings = |issuer: &str| format!("[sign_in]\nissuer = \"{issuer}\"\nclient_id = \"earayis\"\n[keys]");
    service.change_settings("[keys]", &settings(&issuer));
    let (code, words) = doctor(&service);
    assert!(code == Some(0) && words.contains(&format!("good   sign-in: {issuer} answers")), "{words}");
    service.change_settings(&settings(&issuer), &settings("http://127.0.0.1:1"));
    let (code, words) = doctor(&service);
    assert!(code == Some(1) && words.contains("WRONG  sign-in: http://127.0.0.1:1: "), "{words}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_silent_witness_holds_up_no_act_and_is_named() {
    // It takes whatever connection comes, and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let pair = Ed25519KeyPair::from_seed_unchecked(&[3; 32]).unwrap();
    let vkey = Cosigner::new("silent.example", pair).unwrap().witness().to_string();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let place = Place::sqlite();
    let service = place.service();
    service.change_settings("[keys]", &format!("[[witness]]\nurl = \"{url}\"\nvkey = \"{vkey}\"\n[keys]"));
    // Nobody serves: what an act records is placed and published by itself.
    let issued = tokio::task::block_in_place(|| service.issue("is-yeri", "7DEM001").0);
    let number = issued["number"].as_str().unwrap();
    let revoke = ["revoke", "--number", number, "--reason", "facts_wrong"];
    let revoked = tokio::task::block_in_place(|| service.run(&revoke));
    assert!(revoked.status.success(), "{}", String::from_utf8_lossy(&revoked.stderr));
    let (code, words) = doctor(&service);
    assert!(code == Some(0) && words.contains("mind   witness silent.example: "), "{words}");
    assert!(words.contains("did not answer in time") && words.contains("[[witness]]"), "{words}");
}
