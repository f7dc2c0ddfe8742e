//! Tokens as they are signed and doctored: not one bit may change.

use std::path::Path;

use ciborium::Value;
use coset::iana::Algorithm;
use coset::{CoseSign1, CoseSign1Builder, Header, HeaderBuilder, TaggedCborSerializable as _};
use proptest::prelude::{any, prop_assert, proptest};

use super::*;
use crate::certificate::{Code, NotCode};
use crate::keys::{InitOptions, KeyRing, SealingAlgorithm, init};
use crate::random::Random;

fn now() -> Instant {
    Instant::parse_rfc3339("2026-11-24T06:00:00Z").unwrap()
}

fn ring(dir: &Path) -> KeyRing {
    let options = InitOptions {
        now: now(),
        issuer: "Nümunə Agentliyi".to_owned(),
        log_origin: "example.test/log".to_owned(),
        sealing: SealingAlgorithm::P256,
        development: true,
    };
    init(dir, &options, &Random::system()).unwrap()
}

fn token() -> Token {
    Token {
        issuer: "9900000141".to_owned(),
        expires: Some(now().end_of_day_in_baku(30)),
        not_before: now(),
        number: "2026-7KQ3-M9XD".to_owned(),
        status_list: StatusReference { index: 731_442, uri: "https://example.test/api/v1/status-lists/3".to_owned() },
        kind: "employment".to_owned(),
        facts: vec![
            ("since".to_owned(), TokenValue::Text("2019-03-01".to_owned())),
            ("pay".to_owned(), TokenValue::Integer(123_456)),
            ("employer".to_owned(), TokenValue::Text("Nümunə MMC".to_owned())),
        ],
        demonstration: true,
    }
}

/// A change of a token's claims.
type Change = fn(&mut Vec<(Value, Value)>);

/// A message that `change` altered before it was signed by the QR key.
fn signed_otherwise(ring: &KeyRing, change: impl FnOnce(&mut CoseSign1)) -> Vec<u8> {
    let key = ring.qr();
    let mut message = unsigned(&token(), key.kid()).unwrap();
    change(&mut message);
    message.signature = key.sign(Purpose::Qr, &message.tbs_data(&[])).unwrap().to_vec();
    message.to_tagged_vec().unwrap()
}

/// The claims of a message, changed.
fn with_claims(message: &mut CoseSign1, change: impl FnOnce(&mut Vec<(Value, Value)>)) {
    let Value::Map(mut claims) = ciborium::from_reader(message.payload.as_deref().unwrap()).unwrap() else {
        panic!("the claims are a map")
    };
    change(&mut claims);
    let mut bytes = Vec::new();
    ciborium::into_writer(&Value::Map(claims), &mut bytes).unwrap();
    message.payload = Some(bytes);
}

#[test]
fn a_token_says_after_its_check_what_it_said_before() {
    let dir = tempfile::tempdir().unwrap();
    let ring = ring(dir.path());
    let mut token = token();
    let bytes = sign(&token, ring.qr()).unwrap();
    assert!(bytes.len() <= LONGEST);
    token.facts.sort_by_key(|(code, _)| code.len());
    let read = verify(&bytes, ring.public_keys(), now()).unwrap();
    assert_eq!(read, token);
    let forever = Token { expires: None, demonstration: false, facts: Vec::new(), ..token };
    let bytes = sign(&forever, ring.qr()).unwrap();
    assert_eq!(verify(&bytes, ring.public_keys(), now()).unwrap(), forever);
}

#[test]
fn an_expired_token_is_genuine_and_tells_that_it_has_expired() {
    let dir = tempfile::tempdir().unwrap();
    let ring = ring(dir.path());
    let bytes = sign(&token(), ring.qr()).unwrap();
    let end = token().expires.unwrap();
    assert!(!verify(&bytes, ring.public_keys(), end.plus_millis(-1)).unwrap().has_expired(end.plus_millis(-1)));
    assert!(verify(&bytes, ring.public_keys(), end).unwrap().has_expired(end));
}

#[test]
fn every_single_flipped_bit_and_every_cut_makes_a_token_refused() {
    let dir = tempfile::tempdir().unwrap();
    let ring = ring(dir.path());
    let bytes = sign(&token(), ring.qr()).unwrap();
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(verify(&flipped, ring.public_keys(), now()).is_err(), "bit {bit}");
    }
    for length in 0..bytes.len() {
        assert!(verify(&bytes[..length], ring.public_keys(), now()).is_err(), "length {length}");
    }
    assert_eq!(verify(&[&bytes[..], &[0]].concat(), ring.public_keys(), now()), Err(TokenError::Malformed));
}

#[test]
fn another_algorithm_a_second_kid_or_an_unprotected_header_is_refused_though_signed() {
    let dir = tempfile::tempdir().unwrap();
    let ring = ring(dir.path());
    let kid = ring.qr().kid().0.to_vec();
    let protect = |message: &mut CoseSign1, header: Header| {
        let rest = message.clone();
        *message = CoseSign1Builder::new().protected(header).payload(rest.payload.unwrap()).build();
    };
    let unchanged = signed_otherwise(&ring, |_| {});
    assert!(verify(&unchanged, ring.public_keys(), now()).is_ok());
    let refused = [
        (
            "HS256",
            signed_otherwise(&ring, |m| {
                protect(m, HeaderBuilder::new().algorithm(Algorithm::HMAC_256_256).key_id(kid.clone()).build());
            }),
        ),
        ("no algorithm", signed_otherwise(&ring, |m| protect(m, HeaderBuilder::new().key_id(kid.clone()).build()))),
        (
            "no kid",
            signed_otherwise(&ring, |m| {
                protect(m, HeaderBuilder::new().algorithm(Algorithm::ES256).build());
            }),
        ),
        (
            "another protected header",
            signed_otherwise(&ring, |m| {
                let header = HeaderBuilder::new().algorithm(Algorithm::ES256).key_id(kid.clone()).value(99, 1.into());
                protect(m, header.build());
            }),
        ),
        (
            "a second kid",
            signed_otherwise(&ring, |m| {
                m.unprotected = HeaderBuilder::new().key_id(kid.clone()).build();
            }),
        ),
        (
            "an unprotected algorithm",
            signed_otherwise(&ring, |m| {
                m.unprotected = HeaderBuilder::new().algorithm(Algorithm::ES256).build();
            }),
        ),
        ("no payload", signed_otherwise(&ring, |m| m.payload = None)),
    ];
    for (what, bytes) in refused {
        assert_eq!(verify(&bytes, ring.public_keys(), now()), Err(TokenError::Malformed), "{what}");
    }
    let untagged = coset::CborSerializable::to_vec(CoseSign1::from_tagged_slice(&unchanged).unwrap()).unwrap();
    assert_eq!(verify(&untagged, ring.public_keys(), now()), Err(TokenError::Malformed));
}

#[test]
fn claims_in_another_order_unknown_missing_or_repeated_are_refused_though_signed() {
    let dir = tempfile::tempdir().unwrap();
    let ring = ring(dir.path());
    let changes: [(&str, Change); 7] = [
        ("another order", |claims| claims.swap(0, 1)),
        ("unknown", |claims| claims.insert(1, (2.into(), "somebody".into()))),
        ("missing", |claims| drop(claims.remove(0))),
        ("repeated", |claims| claims.insert(0, claims[0].clone())),
        ("a false demonstration", |claims| claims.last_mut().unwrap().1 = false.into()),
        ("a date in fractions", |claims| claims[1].1 = 1.5.into()),
        ("a number as text", |claims| claims[3].1 = "2026-7KQ3-M9XD".into()),
    ];
    for (what, change) in changes {
        let bytes = signed_otherwise(&ring, |message| with_claims(message, change));
        assert_eq!(verify(&bytes, ring.public_keys(), now()), Err(TokenError::Malformed), "{what}");
    }
}

#[test]
fn a_token_by_another_key_is_refused_by_name_of_the_reason() {
    let dir = tempfile::tempdir().unwrap();
    let ours = ring(&dir.path().join("ours"));
    let theirs = ring(&dir.path().join("theirs"));
    let receipt = ours.receipt();
    assert_eq!(sign(&token(), receipt), Err(TokenError::Key(KeyRefusal::WrongPurpose)));

    let mut message = unsigned(&token(), receipt.kid()).unwrap();
    message.signature = receipt.sign(Purpose::Receipt, &message.tbs_data(&[])).unwrap().to_vec();
    let by_receipt_key = message.to_tagged_vec().unwrap();
    assert_eq!(verify(&by_receipt_key, ours.public_keys(), now()), Err(KeyRefusal::WrongPurpose.into()));

    let bytes = sign(&token(), theirs.qr()).unwrap();
    assert_eq!(verify(&bytes, ours.public_keys(), now()), Err(KeyRefusal::UnknownKey.into()));
}

#[test]
fn a_key_out_of_its_period_or_revoked_is_not_believed() {
    let dir = tempfile::tempdir().unwrap();
    let ring = ring(dir.path());
    let key = ring.qr();
    for not_before in [now().plus_days(-1), now().plus_days(366 * 10)] {
        let bytes = sign(&Token { not_before, ..token() }, key).unwrap();
        let late = now().plus_days(366 * 10);
        assert_eq!(verify(&bytes, ring.public_keys(), late), Err(KeyRefusal::OutOfPeriod.into()));
    }
    let future = sign(&Token { not_before: now().plus_days(1), ..token() }, key).unwrap();
    assert_eq!(verify(&future, ring.public_keys(), now()), Err(TokenError::NotYetValid));

    let bytes = sign(&token(), key).unwrap();
    let mut keys: Vec<_> = ring.public_keys().iter().cloned().collect();
    for key in &mut keys {
        key.revoked_at = Some(now().plus_days(2));
    }
    let keys = PublicKeys::new(keys);
    assert!(verify(&bytes, &keys, now().plus_days(1)).is_ok());
    assert_eq!(verify(&bytes, &keys, now().plus_days(2)), Err(KeyRefusal::KeyRevoked.into()));
}

#[test]
fn a_token_too_long_for_a_qr_or_with_a_fact_twice_is_not_signed() {
    let dir = tempfile::tempdir().unwrap();
    let ring = ring(dir.path());
    let key = ring.qr();
    let with = |facts| Token { facts, ..token() };
    let long = with(vec![("employer".to_owned(), TokenValue::Text("Ə".repeat(100)))]);
    assert!(matches!(sign(&long, key), Err(TokenError::TooLong { bytes: 331.. })));
    let twice = with(vec![("pay".to_owned(), TokenValue::Integer(1)), ("pay".to_owned(), TokenValue::Integer(2))]);
    assert_eq!(sign(&twice, key), Err(TokenError::RepeatedFact));
}

#[test]
fn a_payload_is_alphanumeric_but_for_its_number_sign_and_reads_back_in_any_case() {
    let code = Code::from_random([7; 15]);
    let text = payload("http://127.0.0.1:8080/", &code, &[1, 2, 3]);
    assert_eq!(text, format!("HTTP://127.0.0.1:8080/V#{}.AEBAG", code.compact()));
    for typed in [text.clone(), text.to_lowercase()] {
        let read = parse_payload(&typed).unwrap();
        assert_eq!(
            (read.scheme, read.host.as_str(), &read.token[..]),
            (Scheme::Http, "127.0.0.1:8080", &[1, 2, 3][..])
        );
        assert_eq!(read.code, Some(code.clone()));
    }
    assert_eq!(parse_payload("https://example.test/v#aebag").unwrap().code, None);
}

#[test]
fn what_is_not_exactly_the_address_of_a_check_is_refused() {
    let code = Code::from_random([7; 15]).compact();
    for address in [
        "ftp://example.test/v",
        "https:/example.test/v",
        "https://user@example.test/v",
        "https://example.test@evil.test/v",
        "https://example.test/v/",
        "https://example.test/v?x=1",
        "https://example.test/w",
        "https://example.test",
        "https:///v",
        "https://example.test:/v",
        "https://example.test:0/v",
        "https://example.test:65536/v",
        "https://example.test:+80/v",
        "https://example..test/v",
        "https://exam ple.test/v",
        "https://example%2etest/v",
        "https://example.test\\v/v",
        " https://example.test/v",
    ] {
        assert_eq!(parse_payload(&format!("{address}#{code}.AEBAG")), Err(PayloadError::NotOurs), "{address}");
    }
    let after = |secret: &str| parse_payload(&format!("https://example.test/v#{secret}"));
    assert_eq!(after(&format!("{}.AEBAG", &code[..15])), Err(PayloadError::Code(NotCode::Form)));
    assert_eq!(after(&format!("{code}-.AEBAG")), Err(PayloadError::Code(NotCode::Form)));
    for token in ["", "AEBAG===", "AEBA1", "AEBAH", "A", "AEBAG.AEBAG", "AEBAG#", &"A".repeat(529)] {
        assert_eq!(after(&format!("{code}.{token}")), Err(PayloadError::Token), "{token}");
    }
}

#[test]
fn a_host_that_only_looks_like_ours_stays_another() {
    let ours = parse_payload("HTTPS://EXAMPLE.TEST/V#AEBAG").unwrap().host;
    for look_alike in
        ["https://ехample.test/v#AEBAG", "https://EXAMPLE.TEST:444/V#AEBAG", "https://example.test.evil/v#AEBAG"]
    {
        assert_ne!(parse_payload(look_alike).unwrap().host, ours);
    }
}

#[test]
fn what_anybody_may_have_put_into_a_qr_is_read_without_harm() {
    let dir = tempfile::tempdir().unwrap();
    let ring = ring(dir.path());
    let genuine = sign(&token(), ring.qr()).unwrap();
    let spliced = (proptest::collection::vec(any::<u8>(), 0..80), 0..genuine.len());
    proptest!(|((bytes, at) in spliced, text in "(?i)https?://[a-zə.:0-9/]{0,12}(/v)?#[a-z0-9.#-]{0,40}")| {
        let mut forged = genuine.clone();
        forged.splice(at.., bytes);
        if forged != genuine {
            prop_assert!(verify(&forged, ring.public_keys(), now()).is_err());
        }
        if let Ok(read) = parse_payload(&text) {
            prop_assert!(!read.host.is_empty() && !read.host.contains('/') && !read.token.is_empty());
        }
    });
}

#[test]
fn debug_shows_no_fact_and_no_code() {
    let code = Code::from_random([7; 15]);
    let read = parse_payload(&payload("https://example.test", &code, b"secret")).unwrap();
    let shown = format!("{:?} {:?} {read:?}", token(), token().facts);
    assert!(!shown.contains("MMC") && !shown.contains("123456") && !shown.contains(&code.compact()), "{shown}");
}
