//! Status lists as they are signed, doctored, late, of another list, and too large.

use std::io::Write as _;
use std::path::Path;

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

use super::*;
use crate::certificate::Standing;
use crate::clock::Instant;
use crate::keys::jws::{self, JwsError};
use crate::keys::{InitOptions, KeyRefusal, KeyRing, PublicKeys, Purpose, SealingAlgorithm, init};
use crate::random::Random;

const URI: &str = "https://arayis.example/api/v1/status-lists/3";

fn now() -> Instant {
    Instant::parse_rfc3339("2026-11-24T06:00:00Z").unwrap()
}

fn ring(dir: &Path) -> KeyRing {
    let options = InitOptions {
        now: now().plus_days(-1),
        issuer: "Nümunə Agentliyi".to_owned(),
        log_origin: "example.test/log".to_owned(),
        sealing: SealingAlgorithm::P256,
        development: true,
    };
    init(dir, &options, &Random::system()).unwrap()
}

fn statement(changes: u64, now: Instant) -> StatusListStatement<'static> {
    let aggregation_uri = "https://arayis.example/lists";
    StatusListStatement { uri: URI, former_uris: &[], aggregation_uri, changes, revoked_keys: &[], now }
}

fn signed(ring: &KeyRing, changes: u64, now: Instant) -> String {
    let mut places = Places::all_valid();
    places.set(0, value_of(Standing::Revoked));
    places.set(731_442, value_of(Standing::Suspended));
    places.set(ENTRIES - 1, value_of(Standing::Superseded));
    sign(&statement(changes, now), &places, ring.status()).unwrap()
}

fn opened(ring: &KeyRing, token: &str) -> Result<StatusList, StatusListRefused> {
    StatusList::open(token, ring.public_keys(), now())
}

/// A list whose claims were changed before it was signed.
fn signed_otherwise(ring: &KeyRing, change: impl FnOnce(&mut Value)) -> String {
    let token = signed(ring, 7, now());
    let payload = BASE64URL_NOPAD.decode(token.split('.').nth(1).unwrap().as_bytes()).unwrap();
    let mut claims: Value = serde_json::from_slice(&payload).unwrap();
    change(&mut claims);
    jws::sign(ring.status(), Purpose::Status, TYPE, claims.to_string().as_bytes()).unwrap()
}

#[test]
fn a_list_says_after_its_check_what_was_signed() {
    let dir = tempfile::tempdir().unwrap();
    let ring = ring(dir.path());
    let list = opened(&ring, &signed(&ring, 7, now())).unwrap();
    assert_eq!((list.uri.as_str(), list.issued_at, list.changes), (URI, now(), Some(7)));
    assert_eq!(list.expires_at, now().plus_days(1));
    let standing = |index| list.standing(index);
    assert_eq!(standing(0), Some(Standing::Revoked));
    assert_eq!(standing(1), Some(Standing::InForce));
    assert_eq!(standing(731_442), Some(Standing::Suspended));
    assert_eq!(standing(ENTRIES - 1), Some(Standing::Superseded));
    assert_eq!((standing(ENTRIES), standing(u32::MAX)), (None, None), "there is no such place");
}

#[test]
fn an_expired_list_is_refused_and_still_tells_what_was_final() {
    let dir = tempfile::tempdir().unwrap();
    let ring = ring(dir.path());
    let token = signed(&ring, 7, now());
    let end = now().plus_days(1);
    assert!(StatusList::open(&token, ring.public_keys(), end.plus_millis(-1)).is_ok());
    assert_eq!(StatusList::open(&token, ring.public_keys(), end), Err(StatusListRefused::Expired));
    let late = StatusList::open_expired_too(&token, ring.public_keys(), end).unwrap();
    assert!(late.has_expired(end) && late.standing(0) == Some(Standing::Revoked));
}

#[test]
fn a_list_from_the_future_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let ring = ring(dir.path());
    assert!(opened(&ring, &signed(&ring, 7, now().plus_millis(300_000))).is_ok(), "clocks differ a little");
    assert_eq!(opened(&ring, &signed(&ring, 7, now().plus_millis(301_000))), Err(StatusListRefused::Future));
}

#[test]
fn a_list_by_another_key_or_of_another_type_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (ours, theirs) = (ring(&dir.path().join("ours")), ring(&dir.path().join("theirs")));
    let refused = |token: &str| opened(&ours, token).unwrap_err();
    assert_eq!(refused(&signed(&theirs, 7, now())), JwsError::Key(KeyRefusal::UnknownKey).into());
    let payload = json!({ "iat": now().seconds() }).to_string();
    let by = |key, purpose, typ| jws::sign(key, purpose, typ, payload.as_bytes()).unwrap();
    let by_receipt_key = by(ours.receipt(), Purpose::Receipt, TYPE);
    assert_eq!(refused(&by_receipt_key), JwsError::Key(KeyRefusal::WrongPurpose).into());
    let of_another_type = by(ours.status(), Purpose::Status, "earayis-receipt+jwt");
    assert_eq!(refused(&of_another_type), JwsError::WrongType.into());
    assert_eq!(refused("a.b"), JwsError::Malformed.into());
    let mut keys: Vec<_> = ours.public_keys().iter().cloned().collect();
    for key in &mut keys {
        key.revoked_at = Some(now());
    }
    let revoked = StatusList::open(&signed(&ours, 7, now()), &PublicKeys::new(keys), now());
    assert_eq!(revoked, Err(JwsError::Key(KeyRefusal::KeyRevoked).into()));
}

#[test]
fn claims_that_are_missing_or_of_another_form_are_refused_though_signed() {
    let dir = tempfile::tempdir().unwrap();
    let ring = ring(dir.path());
    let refused = |change: &dyn Fn(&mut Value)| opened(&ring, &signed_otherwise(&ring, change)).unwrap_err();
    for missing in ["sub", "exp", "ttl", "status_list"] {
        let remove = |claims: &mut Value| drop(claims.as_object_mut().unwrap().remove(missing));
        assert_eq!(refused(&remove), StatusListRefused::Claims, "{missing}");
    }
    for (name, value) in [("sub", json!("")), ("sub", json!(7)), ("ttl", json!(0)), ("exp", json!("tomorrow"))] {
        assert_eq!(refused(&|claims| claims[name] = value.clone()), StatusListRefused::Claims, "{name} {value}");
    }
    assert_eq!(refused(&|claims| claims["exp"] = claims["iat"].clone()), StatusListRefused::Claims);
    assert_eq!(refused(&|claims| claims["status_list"]["lst"] = json!("+")), StatusListRefused::Claims);
    for bits in [1, 4, 8, 3] {
        assert_eq!(refused(&|claims| claims["status_list"]["bits"] = json!(bits)), StatusListRefused::Bits(bits));
    }
    let extra = signed_otherwise(&ring, |claims| claims["more"] = json!(true));
    assert!(opened(&ring, &extra).is_ok(), "a JWT may say more");
}

#[test]
fn what_unpacks_to_more_than_a_list_holds_is_refused_unread() {
    let dir = tempfile::tempdir().unwrap();
    let ring = ring(dir.path());
    let zlib = |bytes: &[u8]| {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let lst = |compressed: &[u8]| {
        let lst = BASE64URL_NOPAD.encode(compressed);
        opened(&ring, &signed_otherwise(&ring, |claims| claims["status_list"]["lst"] = json!(lst)))
    };
    let full = (ENTRIES / 4) as usize;
    assert!(lst(&zlib(&vec![0; full])).is_ok());
    assert_eq!(lst(&zlib(&vec![0; full + 1])), Err(PlacesRefused::TooLarge.into()));
    assert_eq!(lst(&zlib(&vec![0; 1 << 26])), Err(PlacesRefused::TooLarge.into()));
    let whole = zlib(&vec![0; full]);
    for damaged in [&whole[..whole.len() - 1], &[&whole[..], &[0]].concat(), b"", &[7; 9]] {
        assert_eq!(lst(damaged), Err(PlacesRefused::Damaged.into()), "{} bytes", damaged.len());
    }
    let short = lst(&zlib(&[0b01])).unwrap();
    assert_eq!((short.standing(0), short.standing(4)), (Some(Standing::Revoked), None));
}

#[test]
fn an_older_list_does_not_take_the_place_of_a_newer_one() {
    let dir = tempfile::tempdir().unwrap();
    let ring = ring(dir.path());
    let list =
        |changes, minutes: i64| opened(&ring, &signed(&ring, changes, now().plus_millis(minutes * 60_000))).unwrap();
    let held = list(7, -30);
    assert_eq!(list(7, -30).follows(&held), Ok(()));
    assert_eq!(list(8, -60).follows(&held), Ok(()), "it knows more; another machine's clock signed it");
    assert_eq!(list(7, -60).follows(&held), Ok(()), "it knows as much");
    assert_eq!(list(6, 0).follows(&held), Err(StatusListRefused::Older), "a fresh date on an old state");
    let uncounted = |minutes: i64| {
        let mut list = list(0, minutes);
        list.changes = None;
        list
    };
    assert_eq!(uncounted(0).follows(&held), Err(StatusListRefused::Older));
    assert_eq!(uncounted(-60).follows(&uncounted(-30)), Err(StatusListRefused::Older));
    assert_eq!(uncounted(-30).follows(&uncounted(-60)), Ok(()));
    let mut another = list(9, 0);
    another.uri = format!("{URI}1");
    assert_eq!(another.follows(&held), Err(StatusListRefused::AnotherList));
    another.former_uris = vec![URI.to_owned()];
    assert_eq!(another.follows(&held), Ok(()), "the service moved, and says so");
    assert!(another.is_at(URI) && !held.is_at(&another.uri));
}

#[test]
fn each_place_is_its_own() {
    let mut places = Places::all_valid();
    for index in 0..64 {
        places.set(index, (index % 4) as u8);
    }
    for index in (0..64).rev() {
        assert_eq!(places.get(index), Some((index % 4) as u8));
    }
    places.set(5, 0);
    assert_eq!([places.get(4), places.get(5), places.get(6)], [Some(0), Some(0), Some(2)]);
    places.set(ENTRIES, 3);
    assert_eq!(Places::decompress(2, &places.compress()), Ok(places));
    for standing in [Standing::InForce, Standing::Revoked, Standing::Suspended, Standing::Superseded] {
        assert_eq!(standing_of(value_of(standing)), Some(standing));
    }
    assert_eq!(standing_of(4), None);
}
