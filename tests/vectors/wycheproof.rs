//! Wycheproof's vectors for ECDSA on P-256 and for JWS with ES256, through the keys and the JWS of this service.

use data_encoding::HEXLOWER;
use earayis::clock::Instant;
use earayis::keys::jws::{self, JwsError};
use earayis::keys::{KeyRefusal, Material, PublicKey, PublicKeys, Purpose};
use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use serde_json::Value;

use crate::vectors;

fn key(point: &[u8]) -> PublicKey {
    PublicKey {
        purpose: Purpose::Receipt,
        material: Material::P256(point.try_into().unwrap()),
        not_before: Instant::from_millis(0),
        not_after: Instant::from_millis(i64::MAX),
        revoked_at: None,
        chain: Vec::new(),
    }
}

fn hex(value: &Value) -> Vec<u8> {
    HEXLOWER.decode(value.as_str().unwrap().as_bytes()).unwrap()
}

/// Every vector of the file, with its group; how many are valid and how many not.
fn each(file: &str, mut hold: impl FnMut(&Value, &Value, bool)) -> Option<(usize, usize)> {
    let vectors: Value = serde_json::from_str(&vectors(file)?).unwrap();
    let mut counts = (0, 0);
    for group in vectors["testGroups"].as_array().unwrap() {
        for vector in group["tests"].as_array().unwrap() {
            let valid = match vector["result"].as_str().unwrap() {
                "valid" => true,
                "invalid" => false,
                other => panic!("{other}: {vector}"),
            };
            *(if valid { &mut counts.0 } else { &mut counts.1 }) += 1;
            hold(group, vector, valid);
        }
    }
    println!("{file}: {} valid, {} invalid", counts.0, counts.1);
    Some(counts)
}

#[test]
fn signatures_of_two_numbers_are_judged_as_the_vectors_say() {
    let file = "wycheproof/ecdsa_secp256r1_sha256_p1363_test.json";
    let counts = each(file, |group, vector, valid| {
        let key = key(&hex(&group["publicKey"]["uncompressed"]));
        let judged = key.verify(Purpose::Receipt, &hex(&vector["msg"]), &hex(&vector["sig"]));
        assert_eq!(judged.is_ok(), valid, "{vector}");
        assert_eq!(
            key.verify(Purpose::Status, &hex(&vector["msg"]), &hex(&vector["sig"])),
            Err(KeyRefusal::WrongPurpose)
        );
    });
    assert!(counts.is_none_or(|(valid, invalid)| valid > 100 && invalid > 50), "{counts:?}");
}

/// Seals and certificates carry signatures in DER; they are verified by this algorithm of the same library.
#[test]
fn signatures_in_der_are_judged_as_the_vectors_say() {
    let counts = each("wycheproof/ecdsa_secp256r1_sha256_test.json", |group, vector, valid| {
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, hex(&group["publicKey"]["uncompressed"]));
        let judged = key.verify(&hex(&vector["msg"]), &hex(&vector["sig"]));
        assert_eq!(judged.is_ok(), valid, "{vector}");
    });
    assert!(counts.is_none_or(|(valid, invalid)| valid > 100 && invalid > 100), "{counts:?}");
}

#[test]
fn jws_of_es256_are_judged_as_the_vectors_say_and_all_others_refused() {
    let (mut accepted, mut of_es256) = (0, 0);
    let counts = each("wycheproof/json_web_signature_test.json", |group, vector, valid| {
        // A few vectors are in the JSON serialisation, which this service neither writes nor reads.
        let text = vector["jws"].as_str().map_or_else(|| vector["jws"].to_string(), str::to_owned);
        let jwk = if group["public"].is_object() { &group["public"] } else { &group["private"] };
        let Some(key) = p256(jwk) else {
            // Of another algorithm: whatever key it is checked with, it is no text of ours.
            let any = key(&HEXLOWER.decode(GENERATOR.as_bytes()).unwrap());
            assert!(jws::payload_signed_by(&text, Purpose::Receipt, &any).is_err(), "{vector}");
            return;
        };
        of_es256 += 1;
        let judged = jws::payload_signed_by(&text, Purpose::Receipt, &key);
        if is_for_signatures(jwk) {
            assert_eq!(judged.is_ok(), valid, "{judged:?} {vector}");
        }
        accepted += usize::from(valid);
        // A key that is not published under our root, with its purpose, signs nothing.
        let published = PublicKeys::from_jwks(&serde_json::json!({ "keys": [jwk] }), b"");
        let trusted = jws::verify(&text, Purpose::Receipt, "earayis-receipt+jwt", &published, Instant::from_millis(0));
        assert!(matches!(trusted, Err(JwsError::Malformed | JwsError::WrongType | JwsError::Key(_))), "{vector}");
    });
    assert!(counts.is_none() || (accepted >= 2 && of_es256 > 30), "{accepted} of {of_es256}");
}

fn p256(jwk: &Value) -> Option<PublicKey> {
    if jwk["crv"] != "P-256" {
        return None;
    }
    let coordinate = |name: &str| data_encoding::BASE64URL_NOPAD.decode(jwk[name].as_str()?.as_bytes()).ok();
    Some(key(&[&[4], &coordinate("x")?[..], &coordinate("y")?[..]].concat()))
}

/// Those for encryption this service could not even hold: a key has one purpose, and that is none.
fn is_for_signatures(jwk: &Value) -> bool {
    jwk["use"] != "enc" && jwk["key_ops"].as_array().is_none_or(|ops| ops.contains(&"verify".into()))
}

/// The base point (SEC 2 §2.4.2): a key whose private half is 1.
const GENERATOR: &str = "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296\
                         4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
