//! JWS as strangers and thieves write them: only ours, whole and for its purpose, is believed.

use std::path::PathBuf;

use data_encoding::HEXLOWER;
use serde_json::{Value, json};

use super::*;
use crate::keys::{InitOptions, KeyRing, Material, SealingAlgorithm, init};
use crate::random::Random;

fn now() -> Instant {
    Instant::parse_rfc3339("2026-11-24T06:00:00Z").unwrap()
}

fn ring() -> (tempfile::TempDir, KeyRing) {
    let dir = tempfile::tempdir().unwrap();
    let options = InitOptions {
        now: now(),
        issuer: "Nümunə Agentliyi".to_owned(),
        log_origin: "example.test/log".to_owned(),
        sealing: SealingAlgorithm::P256,
        development: true,
    };
    let ring = init(&dir.path().join("keys"), &options, &Random::system()).unwrap();
    (dir, ring)
}

fn receipt(ring: &KeyRing) -> String {
    let payload = json!({ "iat": now().seconds(), "verdict": "valid" }).to_string();
    sign(ring.receipt(), Purpose::Receipt, "test+jwt", payload.as_bytes()).unwrap()
}

/// A text with this header and payload, rightly signed by the receipt key.
fn signed(ring: &KeyRing, header: &str, payload: &str) -> String {
    let text = format!("{}.{}", BASE64URL_NOPAD.encode(header.as_bytes()), BASE64URL_NOPAD.encode(payload.as_bytes()));
    let signature = ring.receipt().sign(Purpose::Receipt, text.as_bytes()).unwrap();
    format!("{text}.{}", BASE64URL_NOPAD.encode(&signature))
}

fn refusal(ring: &KeyRing, text: &str) -> Option<JwsError> {
    verify(text, Purpose::Receipt, "test+jwt", ring.public_keys(), now()).err()
}

#[test]
fn what_was_signed_is_verified_and_every_changed_character_is_refused() {
    let (_dir, ring) = ring();
    let text = receipt(&ring);
    let verified = verify(&text, Purpose::Receipt, "test+jwt", ring.public_keys(), now()).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&verified.payload).unwrap()["verdict"], "valid");
    assert_eq!(verified.key.purpose, Purpose::Receipt);
    for at in 0..text.len() {
        let mut changed = text.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        assert!(refusal(&ring, std::str::from_utf8(&changed).unwrap()).is_some(), "character {at}");
    }
}

#[test]
fn another_type_or_purpose_is_refused() {
    let (_dir, ring) = ring();
    let text = receipt(&ring);
    let asked = |purpose, typ| verify(&text, purpose, typ, ring.public_keys(), now()).unwrap_err();
    assert_eq!(asked(Purpose::Receipt, "statuslist+jwt"), JwsError::WrongType);
    assert_eq!(asked(Purpose::Status, "test+jwt"), JwsError::Key(KeyRefusal::WrongPurpose));
    let misused = sign(ring.receipt(), Purpose::Status, "test+jwt", b"{\"iat\":0}");
    assert!(matches!(misused, Err(KeyError::WrongPurpose { .. })));
    let elsewhere = KeyRefusal::UnknownKey;
    assert_eq!(
        verify(&text, Purpose::Receipt, "test+jwt", &PublicKeys::default(), now()).unwrap_err(),
        JwsError::Key(elsewhere)
    );
}

#[test]
fn a_header_of_any_other_form_is_refused_though_rightly_signed() {
    let (_dir, ring) = ring();
    let kid = ring.receipt().kid();
    let payload = json!({ "iat": now().seconds() }).to_string();
    let header = |more: &str| format!(r#"{{"alg":"ES256","kid":"{kid}","typ":"test+jwt"{more}}}"#);
    assert_eq!(refusal(&ring, &signed(&ring, &header(""), &payload)), None);
    for wrong in [
        header(r#","crit":["b64"],"b64":false"#),
        header(r#","jwk":{"kty":"EC"}"#),
        header(r#","jku":"https://evil.test""#),
        header(r#","x5u":"https://evil.test""#),
        header(r#","x5c":[]"#),
        header(r#","alg":"ES256""#),
        header(&format!(r#","kid":"{kid}""#)),
        header("").replace("ES256", "none"),
        header("").replace("ES256", "HS256"),
        header("").replace("ES256", "es256"),
        "[]".to_owned(),
        String::new(),
    ] {
        assert_eq!(refusal(&ring, &signed(&ring, &wrong, &payload)), Some(JwsError::Malformed), "{wrong}");
    }
    let text = signed(&ring, &header(""), &payload);
    for wrong in [format!("{text}="), format!("{text}."), format!(" {text}"), text.replacen('.', "..", 1)] {
        assert_eq!(refusal(&ring, &wrong), Some(JwsError::Malformed), "{wrong}");
    }
    assert_eq!(refusal(&ring, &signed(&ring, &header(""), "{}")), Some(JwsError::Malformed));
    let early = json!({ "iat": now().seconds() - 1 }).to_string();
    assert_eq!(refusal(&ring, &signed(&ring, &header(""), &early)), Some(KeyRefusal::OutOfPeriod.into()));
}

/// A published vector file, if the folder of vectors is there.
fn vectors(name: &str) -> Option<Value> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let named = std::env::var_os("EARAYIS_VECTORS").map(PathBuf::from);
    let folders = named.into_iter().chain([here.join("../shared/vectors"), here.join("../../shared/vectors")]);
    let found = folders.map(|folder| folder.join("wycheproof").join(name)).find(|file| file.exists());
    let Some(file) = found else {
        println!("SKIPPED: no {name}; set EARAYIS_VECTORS to the folder of published vectors");
        return None;
    };
    Some(serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap())
}

fn trusting(material: Material) -> PublicKey {
    let (not_before, not_after) = (Instant::from_millis(0), now());
    PublicKey { purpose: Purpose::Receipt, material, not_before, not_after, revoked_at: None, chain: Vec::new() }
}

#[test]
fn wycheproof_p256_signatures_are_judged_rightly() {
    let Some(file) = vectors("ecdsa_secp256r1_sha256_p1363_test.json") else { return };
    let hex = |value: &Value| HEXLOWER.decode(value.as_str().unwrap().as_bytes()).unwrap();
    let mut judged = 0;
    for group in file["testGroups"].as_array().unwrap() {
        let point = hex(&group["publicKey"]["uncompressed"]).try_into().unwrap();
        let key = trusting(Material::P256(point));
        for test in group["tests"].as_array().unwrap() {
            let holds = key.verify(Purpose::Receipt, &hex(&test["msg"]), &hex(&test["sig"])).is_ok();
            assert_eq!(holds, test["result"] == "valid", "{}: {}", test["tcId"], test["comment"]);
            judged += 1;
        }
    }
    assert_eq!(judged, file["numberOfTests"]);
}

#[test]
fn wycheproof_jws_is_accepted_only_where_es256_is_valid() {
    let Some(file) = vectors("json_web_signature_test.json") else { return };
    let mut accepted = 0;
    for group in file["testGroups"].as_array().unwrap() {
        let public = &group["public"];
        let coordinate = |name: &str| BASE64URL_NOPAD.decode(public[name].as_str()?.as_bytes()).ok();
        let point = coordinate("x").zip(coordinate("y")).map(|(x, y)| [&[4], x.as_slice(), y.as_slice()].concat());
        let material = point.and_then(|point| point.try_into().ok()).map(Material::P256);
        // Wycheproof expects the marks of a key for encryption to be heeded; among ours stands none.
        let encrypts = public["use"] == "enc" || public["key_ops"] == json!(["encrypt"]);
        let material = material.filter(|_| !encrypts);
        let is_es256 = public["alg"] == "ES256" && public["use"] == "sig";
        for test in group["tests"].as_array().unwrap() {
            let text = test["jws"].as_str().map_or_else(|| test["jws"].to_string(), str::to_owned);
            let believed = Unverified::parse(&text).is_ok_and(|jws| {
                material.clone().is_some_and(|material| {
                    let named = public["kid"].as_str().is_none_or(|kid| kid == jws.header.kid);
                    named && trusting(material).verify(Purpose::Receipt, jws.signed.as_bytes(), &jws.signature).is_ok()
                })
            });
            let valid = is_es256 && test["result"] == "valid";
            assert_eq!(believed, valid, "{}: {}", test["tcId"], test["comment"]);
            accepted += usize::from(believed);
        }
    }
    assert!(accepted > 0);
}
