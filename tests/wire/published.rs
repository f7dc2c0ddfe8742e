//! What anybody may fetch: the log, proofs, keys, kinds and health, each with its type and for how long it may be kept.

use serde_json::json;

use crate::wire::{Answer, ask, service};

fn get(path: &str) -> Answer {
    ask(service().request("GET", path))
}

fn kept(answer: &Answer) -> (u16, &str, &str) {
    (answer.status, answer.header("content-type"), answer.header("cache-control"))
}

#[test]
fn the_log_is_published_and_only_what_cannot_change_may_be_kept() {
    let service = service();
    let (issued, _) = service.issue("diplom", "7DEM001");
    let checkpoint = get("/log/checkpoint");
    assert_eq!(kept(&checkpoint), (200, "text/plain; charset=utf-8", "no-cache"));
    let note = checkpoint.text();
    let size: u64 = note.lines().nth(1).unwrap().parse().unwrap();
    let width = if size.is_multiple_of(256) { String::new() } else { format!(".p/{}", size % 256) };
    assert!(size > 0 && size < 256, "{note}");
    for level in ["0", "entries"] {
        let tile = get(&format!("/log/tile/{level}/000{width}"));
        assert_eq!(kept(&tile), (200, "application/octet-stream", "public, max-age=31536000, immutable"));
        let each = if level == "0" { 32 } else { 34 };
        assert_eq!(tile.bytes.len() as u64, size * each);
    }
    for none in [
        "0/001",
        "0/x000/000",
        "64/000",
        "0/000.p/256",
        "0/000.p/0",
        "0/..%2f..%2fkeys%2fring.toml",
        "0/0",
        "",
        "entries/000",
    ] {
        let answer = get(&format!("/log/tile/{none}"));
        assert_eq!(answer.status, 404, "{none}: {}", answer.text());
        assert_ne!(answer.header("cache-control"), "public, max-age=31536000, immutable");
    }
    assert_eq!(get("/log/checkpoint.witnessed").status, 404, "nobody cosigns it");
    let proof = get(&format!("/api/v1/certificates/{}/proof", issued["id"].as_str().unwrap()));
    assert_eq!(kept(&proof), (200, "text/plain; charset=utf-8", "no-cache"));
    assert!(proof.text().starts_with("c2sp.org/tlog-proof@v1\nextra "), "{}", proof.text());
    let absent = get("/api/v1/certificates/018f0000-0000-7000-8000-000000000000/proof");
    assert_eq!((absent.status, absent.problem().as_str()), (404, "not-found"));
}

#[test]
fn the_public_keys_are_listed_and_no_private_part_of_them() {
    let answer = get("/.well-known/jwks.json");
    assert_eq!(kept(&answer), (200, "application/json", "public, max-age=60"));
    let jwks = answer.json();
    let keys = jwks["keys"].as_array().unwrap();
    let mut purposes: Vec<&str> = keys.iter().map(|key| key["purpose"].as_str().unwrap()).collect();
    purposes.sort_unstable();
    assert_eq!(purposes, ["qr", "receipt", "root", "seal", "status"]);
    for key in keys {
        assert_eq!(
            (&key["kty"], &key["crv"], &key["use"], &key["alg"]),
            (&json!("EC"), &json!("P-256"), &json!("sig"), &json!("ES256"))
        );
        assert_eq!(key["kid"].as_str().map(str::len), Some(11), "eight bytes in base64url");
        assert!(key["nbf"].as_i64() < key["exp"].as_i64() && key["revoked_at"].is_null());
        assert!(!key["x5c"].as_array().unwrap().is_empty());
        for private in ["d", "k", "p", "q", "dp", "dq", "qi"] {
            assert!(key[private].is_null(), "{key}");
        }
    }
}

#[test]
fn the_kinds_are_listed_in_three_languages_with_their_schemas() {
    let service = service();
    let titles = ["az", "en", "ru"].map(|language| {
        let kinds = ask(service.request("GET", "/api/v1/kinds").header("accept-language", language)).json();
        assert_eq!(kinds.as_array().unwrap().len(), 12);
        kinds[0]["title"].as_str().unwrap().to_owned()
    });
    assert!(titles[0] != titles[1] && titles[1] != titles[2]);
    let kinds = get("/api/v1/kinds").json();
    for kind in kinds.as_array().unwrap() {
        let schema = get(kind["schema"].as_str().unwrap());
        assert_eq!(kept(&schema), (200, "application/schema+json", "public, max-age=86400"), "{kind}");
        assert_eq!(schema.json()["properties"]["kind"]["const"], kind["code"]);
    }
    let routed = kinds.as_array().unwrap().iter().filter(|kind| !kind["approval_days"].is_null());
    assert_eq!(routed.map(|kind| kind["code"].as_str().unwrap()).collect::<Vec<_>>(), ["mehkumluq", "aile-uzvleri"]);
}

#[test]
fn a_verification_is_never_kept() {
    let service = service();
    for body in
        [json!({ "number": "2026-0000-0000" }), json!({ "code": "0000-0000-0000-0000" }), json!({ "qr": "salam" })]
    {
        let answer = ask(service.request("POST", "/api/v1/verifications").json(&body));
        assert_eq!(kept(&answer), (200, "application/json", "no-store"), "{body}");
    }
}

#[test]
fn health_is_told_and_metrics_are_not_for_the_public() {
    assert_eq!((get("/health/live").status, get("/health/live").text()), (200, "live\n".to_owned()));
    assert_eq!((get("/health/ready").status, get("/health/ready").text()), (200, "ready\n".to_owned()));
    assert_eq!(get("/metrics").status, 404);
}

#[test]
fn what_the_service_keeps_is_at_no_address() {
    for path in [
        "/issuer.token",
        "/earayis.toml",
        "/keys/ring.toml",
        "/log/../keys/seal.key.pem",
        "/assets/..%2fissuer.token",
        "/earayis.db",
    ] {
        let answer = get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(!answer.text().contains("PRIVATE KEY"));
    }
}
