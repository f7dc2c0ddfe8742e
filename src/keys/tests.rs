//! Key rings as they are made, loaded and damaged: what does not fit is refused.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::*;
use crate::clock::Instant;
use crate::random::Random;

fn now() -> Instant {
    Instant::parse_rfc3339("2026-11-24T06:00:00Z").unwrap()
}

fn options(development: bool) -> InitOptions {
    InitOptions {
        now: now(),
        issuer: "Nümunə Agentliyi".to_owned(),
        log_origin: "example.test/log".to_owned(),
        sealing: SealingAlgorithm::P256,
        development,
    }
}

fn made(dir: &Path) -> KeyRing {
    init(dir, &options(true), &Random::system()).unwrap()
}

fn loaded(dir: &Path) -> Result<KeyRing, KeyError> {
    KeyRing::load(dir, &Random::system())
}

fn edit_manifest(dir: &Path, from: &str, to: &str) {
    let file = dir.join("ring.toml");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(file, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn a_loaded_ring_is_the_ring_that_was_made() {
    let dir = tempfile::tempdir().unwrap();
    let made = made(dir.path());
    let loaded = loaded(dir.path()).unwrap();
    assert_eq!(made.public_keys(), loaded.public_keys());
    assert_eq!(made.seal().pkcs8(), loaded.seal().pkcs8());
    assert_eq!(made.log().vkey(), loaded.log().vkey());
    assert_eq!(made.log_statements(), loaded.log_statements());
    assert_eq!(made.active_kek().expose(), loaded.active_kek().expose());
    assert_eq!(made.lookup().expose(), loaded.lookup().expose());
    assert_ne!(made.lookup().expose(), made.active_kek().expose());
    for signing in [KeyRing::qr, KeyRing::status, KeyRing::receipt] {
        assert_eq!(signing(&made).kid(), signing(&loaded).kid());
    }
    assert!(loaded.findings(now()).is_empty());
}

#[test]
fn a_ring_is_never_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let first = made(dir.path());
    let again = init(dir.path(), &options(true), &Random::system());
    assert!(matches!(again, Err(KeyError::Exists(_))));
    fs::remove_file(dir.path().join("ring.toml")).unwrap();
    let over_keys = init(dir.path(), &options(true), &Random::system());
    assert!(matches!(over_keys, Err(KeyError::Write { file, .. }) if file.ends_with("root.key.pem")));
    assert!(fs::read(dir.path().join("seal.key.pem")).unwrap().len() > first.seal().pkcs8().len());
}

#[test]
fn options_that_do_not_fit_leave_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    let keys = dir.path().join("keys");
    let rsa = |pem: &str| SealingAlgorithm::Rsa(zeroize::Zeroizing::new(pem.to_owned()));
    for wrong in [
        InitOptions { log_origin: "two words".to_owned(), ..options(true) },
        InitOptions { log_origin: "a\"b".to_owned(), ..options(true) },
        InitOptions { sealing: rsa("no PEM"), ..options(true) },
    ] {
        assert!(matches!(init(&keys, &wrong, &Random::system()), Err(KeyError::Options(_))), "{wrong:?}");
        assert!(!keys.exists());
    }
}

#[test]
fn development_is_told_by_the_manifest_or_by_the_root() {
    let dir = tempfile::tempdir().unwrap();
    let (marked, real) = (dir.path().join("marked"), dir.path().join("real"));
    assert!(made(&marked).is_development());
    edit_manifest(&marked, "development = true", "development = false");
    assert!(loaded(&marked).unwrap().is_development(), "the root certificate says so still");
    let root = fs::read(marked.join("root.cert.pem")).unwrap();
    assert!(Chain::from_pem(&root, None).unwrap().units().unwrap().contains(&"SINAQ – development".to_owned()));

    assert!(!init(&real, &options(false), &Random::system()).unwrap().is_development());
    edit_manifest(&real, "development = false", "development = true");
    assert!(loaded(&real).unwrap().is_development(), "the manifest says so");
}

#[test]
fn private_keys_are_for_their_owner_alone_and_an_open_one_is_found() {
    let dir = tempfile::tempdir().unwrap();
    made(dir.path());
    let open = dir.path().join("qr.key.pem");
    for entry in fs::read_dir(dir.path()).unwrap() {
        let path = entry.unwrap().path();
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        let is_private = path.to_string_lossy().contains(".key");
        assert_eq!(mode == 0o600, is_private, "{} has {mode:o}", path.display());
    }
    fs::set_permissions(&open, fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(loaded(dir.path()).unwrap().findings(now()), [Finding::ReadableByOthers(open)]);
}

#[test]
fn a_root_key_that_lies_with_the_keys_in_use_is_found_and_the_ring_works_without_it() {
    let dir = tempfile::tempdir().unwrap();
    let ring = init(dir.path(), &options(false), &Random::system()).unwrap();
    let root = dir.path().join("root.key.pem");
    assert_eq!(ring.findings(now()), [Finding::RootAtHand(root.clone())]);
    fs::remove_file(root).unwrap();
    assert!(loaded(dir.path()).unwrap().findings(now()).is_empty());
}

#[test]
fn a_key_whose_end_is_near_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let ring = made(dir.path());
    let until = now().plus_days(3650);
    let near = ring.findings(until.plus_days(-60));
    assert!(near.contains(&Finding::Ends { purpose: Purpose::Qr, until }));
    assert_eq!(near.len(), 5, "all that sign but the root: {near:?}");
    assert!(ring.findings(until.plus_days(-61)).is_empty());
}

#[test]
fn an_active_key_that_is_revoked_is_found_and_one_that_has_not_begun_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let ring = made(dir.path());
    assert_eq!((ring.check_begun(now()).is_ok(), ring.revoked().count()), (true, 0));
    let begins = now().plus_days(1);
    edit_manifest(
        dir.path(),
        &format!("id = \"{}\"\nstate = \"active\"\nnot_before = \"{}\"", ring.qr().kid(), now()),
        &format!("id = \"{}\"\nstate = \"active\"\nnot_before = \"{begins}\"", ring.qr().kid()),
    );
    revoke(dir.path(), ring.receipt().kid(), now()).unwrap();
    let ring = loaded(dir.path()).unwrap();
    assert_eq!(ring.findings(now()), [Finding::Revoked { purpose: Purpose::Receipt }]);
    let refused = ring.check_begun(begins.plus_millis(-1000)).unwrap_err().to_string();
    assert!(refused.contains("`qr`") && refused.contains(&begins.to_string()), "{refused}");
    assert!(ring.check_begun(begins).is_ok());
}

#[test]
fn a_revoked_log_key_is_stated_to_nobody_and_known_still() {
    let dir = tempfile::tempdir().unwrap();
    let (ring, theirs) = (made(dir.path()), tempfile::tempdir().unwrap());
    let other = made(theirs.path());
    assert!(ring.former_log_keys().is_empty());
    // The root's own statement of another key, as the active one's: the first is retired beside it.
    let root = fs::read_to_string(dir.path().join("root.key.pem")).unwrap();
    let root = rcgen::KeyPair::from_pem(&root).unwrap();
    let root = SigningKey::from_pkcs8(Purpose::Root, root.serialized_der(), &Random::system()).unwrap();
    let said = serde_json::json!({ "iat": now().seconds() + 1, "vkey": other.log().vkey() }).to_string();
    let statement = jws::sign(&root, Purpose::Root, init::LOG_STATEMENT, said.as_bytes()).unwrap();
    fs::write(dir.path().join("log-2.statement.jws"), statement).unwrap();
    fs::copy(theirs.path().join("log.key.pem"), dir.path().join("log-2.key.pem")).unwrap();
    let id = ring.log().key_id();
    edit_manifest(
        dir.path(),
        &format!("id = \"{id}\"\nstate = \"active\""),
        &format!("id = \"{id}\"\nstate = \"retired\""),
    );
    let manifest = dir.path().join("ring.toml");
    let more = format!(
        "\n[[key]]\npurpose = \"log\"\nid = \"{}\"\nstate = \"active\"\nnot_before = \"{}\"\nnot_after = \"2036-01-01T00:00:00Z\"\n\
         private_key = \"log-2.key.pem\"\nstatement = \"log-2.statement.jws\"\n",
        other.log().key_id(),
        now()
    );
    fs::write(&manifest, fs::read_to_string(&manifest).unwrap() + &more).unwrap();
    let stated = |ring: &KeyRing| {
        let stated = stated_log_keys(&ring.jwks(), ring.public_keys(), now());
        stated.into_iter().map(|key| key.verifier.to_string()).collect::<Vec<_>>()
    };
    let both = loaded(dir.path()).unwrap();
    assert_eq!(stated(&both), [ring.log().vkey(), other.log().vkey()]);
    let retired = format!("id = \"{id}\"\n");
    edit_manifest(dir.path(), &retired, &format!("{retired}revoked_at = \"2026-11-24T06:00:00Z\"\n"));
    let revoked = loaded(dir.path()).unwrap();
    assert_eq!(stated(&revoked), [other.log().vkey()]);
    assert_eq!(revoked.former_log_keys(), [ring.log().signer().verifier().clone()]);
}

#[test]
fn what_does_not_fit_is_refused_by_the_name_of_its_file() {
    let swaps = [
        ("qr.key.pem", "status.key.pem", "not the key that its certificate certifies"),
        ("qr.cert.pem", "receipt.cert.pem", "another purpose than `qr`"),
        ("seal.cert.pem", "qr.cert.pem", "another purpose than `seal`"),
        ("log.key.pem", "qr.key.pem", "not an Ed25519 key"),
        ("qr.key.pem", "log.key.pem", "not the key that its certificate certifies"),
        ("kek-1.key", "log.statement.jws", "not a key of 32 bytes"),
        ("seal.key.pem", "seal.cert.pem", "not a PKCS#8 private key"),
    ];
    for (file, by, problem) in swaps {
        let dir = tempfile::tempdir().unwrap();
        made(dir.path());
        fs::copy(dir.path().join(by), dir.path().join(file)).unwrap();
        let error = loaded(dir.path()).unwrap_err().to_string();
        assert!(error.contains(file) && error.contains(problem), "{file} replaced by {by}: {error}");
    }
}

#[test]
fn a_root_file_with_more_than_the_root_is_refused_in_words() {
    let dir = tempfile::tempdir().unwrap();
    made(dir.path());
    let file = dir.path().join("root.cert.pem");
    let more = fs::read_to_string(&file).unwrap() + &fs::read_to_string(dir.path().join("qr.cert.pem")).unwrap();
    fs::write(&file, more).unwrap();
    let error = loaded(dir.path()).unwrap_err().to_string();
    assert!(error.contains("root.cert.pem: holds more than the root's own certificate"), "{error}");
}

#[test]
fn a_certificate_of_another_root_and_a_statement_of_another_log_are_refused() {
    for file in ["qr.cert.pem", "log.statement.jws", "log.key.pem"] {
        let dir = tempfile::tempdir().unwrap();
        let (ours, theirs) = (dir.path().join("ours"), dir.path().join("theirs"));
        made(&ours);
        made(&theirs);
        fs::copy(theirs.join(file), ours.join(file)).unwrap();
        let error = loaded(&ours).unwrap_err().to_string();
        assert!(error.contains(file), "{error}");
    }
}

#[test]
fn a_manifest_that_is_wrong_is_refused() {
    let edits = [
        ("state = \"active\"", "state = \"retired\"", "exactly one active `root` key"),
        ("purpose = \"qr\"", "purpose = \"receipt\"", "another purpose than `receipt`"),
        ("qr.key.pem", "../qr.key.pem", "stand beside its manifest"),
        ("development = true", "developmnt = true", "not a manifest of keys"),
        ("id = \"1\"", "id = \"one\"", "not a key of 32 bytes"),
        ("not_after = \"2036", "not_after = \"2046", "the manifest's period for the key is not within that"),
    ];
    for (from, to, problem) in edits {
        let dir = tempfile::tempdir().unwrap();
        made(dir.path());
        edit_manifest(dir.path(), from, to);
        let error = loaded(dir.path()).unwrap_err().to_string();
        assert!(error.contains(problem), "{from} → {to}: {error}");
    }
    let dir = tempfile::tempdir().unwrap();
    let missing = loaded(dir.path()).unwrap_err().to_string();
    assert!(missing.contains("ring.toml") && missing.contains("restore it"), "{missing}");
}

#[test]
fn a_retired_key_is_still_published_and_an_older_kek_still_at_hand() {
    let dir = tempfile::tempdir().unwrap();
    let ring = made(dir.path());
    let retired = ring.qr().kid();
    let other = dir.path().join("other");
    // The successor comes from a ring whose root takes the first one's place beside it.
    let successor = made(&other);
    for file in ["root", "qr"] {
        fs::copy(other.join(format!("{file}.cert.pem")), dir.path().join(format!("{file}-2.cert.pem"))).unwrap();
    }
    fs::copy(other.join("qr.key.pem"), dir.path().join("qr-2.key.pem")).unwrap();
    fs::copy(other.join("kek-1.key"), dir.path().join("kek-2.key")).unwrap();
    let mut chain = fs::read(dir.path().join("qr-2.cert.pem")).unwrap();
    chain.extend(fs::read(dir.path().join("root-2.cert.pem")).unwrap());
    fs::write(dir.path().join("qr-2.cert.pem"), chain).unwrap();
    edit_manifest(
        dir.path(),
        &format!("id = \"{retired}\"\nstate = \"active\""),
        &format!("id = \"{retired}\"\nstate = \"retired\""),
    );
    edit_manifest(
        dir.path(),
        "purpose = \"kek\"\nid = \"1\"\nstate = \"active\"",
        "purpose = \"kek\"\nid = \"1\"\nstate = \"retired\"",
    );
    let period = "not_before = \"2026-11-24T06:00:00Z\"\nnot_after = \"2036-01-01T00:00:00Z\"";
    let new_root = successor.public_keys().iter().find(|key| key.purpose == Purpose::Root).unwrap().kid();
    let new_qr = successor.qr().kid();
    let more = format!(
        "\n[[key]]\npurpose = \"root\"\nid = \"{new_root}\"\nstate = \"retired\"\n{period}\ncertificate = \"root-2.cert.pem\"\n\
         \n[[key]]\npurpose = \"qr\"\nid = \"{new_qr}\"\nstate = \"active\"\n{period}\ncertificate = \"qr-2.cert.pem\"\nprivate_key = \"qr-2.key.pem\"\n\
         \n[[key]]\npurpose = \"kek\"\nid = \"2\"\nstate = \"active\"\n{period}\nprivate_key = \"kek-2.key\"\n"
    );
    let manifest = dir.path().join("ring.toml");
    fs::write(&manifest, fs::read_to_string(&manifest).unwrap() + &more).unwrap();

    let ring = loaded(dir.path()).unwrap();
    assert_eq!(ring.qr().kid(), new_qr);
    assert!(ring.public_keys().trusted(retired, Purpose::Qr, now(), now()).is_ok());
    assert!(ring.public_keys().trusted(new_qr, Purpose::Qr, now(), now()).is_ok());
    assert_eq!(ring.active_kek().version(), 2);
    assert!(ring.kek(1).is_some() && ring.kek(3).is_none());
}

#[test]
fn the_published_keys_are_believed_only_under_the_trusted_root() {
    let dir = tempfile::tempdir().unwrap();
    let (ours, theirs) = (made(&dir.path().join("ours")), made(&dir.path().join("theirs")));
    let mut published = ours.public_keys().jwks();
    assert_eq!(&PublicKeys::from_jwks(&published, ours.root_certificate()), ours.public_keys());
    assert_eq!(PublicKeys::from_jwks(&published, theirs.root_certificate()), PublicKeys::default());
    for key in published["keys"].as_array_mut().unwrap() {
        assert_eq!(key["use"], "sig");
        assert!(key["x5c"].as_array().unwrap().len() <= 2);
        key["purpose"] = if key["purpose"] == "qr" { "receipt".into() } else { "qr".into() };
    }
    assert_eq!(PublicKeys::from_jwks(&published, ours.root_certificate()), PublicKeys::default());
}

#[test]
fn a_revoked_key_is_published_as_revoked() {
    let dir = tempfile::tempdir().unwrap();
    let ring = made(dir.path());
    let kid = ring.receipt().kid();
    let id = format!("id = \"{kid}\"\n");
    edit_manifest(dir.path(), &id, &format!("{id}revoked_at = \"2026-12-01T00:00:00Z\"\n"));
    let ring = loaded(dir.path()).unwrap();
    let jwks = ring.public_keys().jwks();
    let key = jwks["keys"].as_array().unwrap().iter().find(|key| key["kid"] == kid.to_string().as_str()).unwrap();
    let revoked_at = Instant::parse_rfc3339("2026-12-01T00:00:00Z").unwrap();
    assert_eq!(key["revoked_at"], revoked_at.seconds());
    let read = PublicKeys::from_jwks(&jwks, ring.root_certificate());
    let trusted = |at| read.trusted(kid, Purpose::Receipt, now(), at).map(PublicKey::kid);
    assert_eq!(trusted(revoked_at.plus_millis(-1)), Ok(kid));
    assert_eq!(trusted(revoked_at), Err(KeyRefusal::KeyRevoked));
}

#[test]
fn a_kid_is_the_beginning_of_the_rfc_7638_thumbprint() {
    // RFC 7638 §3.1's example key and thumbprint.
    let modulus = data_encoding::BASE64URL_NOPAD
        .decode(
            b"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3\
              oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdA\
              ZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-\
              kEgU8awapJzKnqDKgw",
        )
        .unwrap();
    let kid = Material::Rsa { modulus, exponent: vec![1, 0, 1] }.kid();
    assert!("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs".starts_with(&kid.to_string()[..10]));
    assert_eq!(kid.to_string().parse(), Ok(kid));
    assert_eq!("AAAA".parse::<Kid>(), Err(public::NotKid));
}

#[test]
fn debug_shows_no_key() {
    let dir = tempfile::tempdir().unwrap();
    let ring = made(dir.path());
    let shown = format!("{ring:?}");
    let secret = ring.active_kek().expose();
    assert!(!shown.contains(&format!("{secret:?}")), "{shown}");
    assert!(!shown.contains(&format!("{:?}", ring.seal().pkcs8())));
    assert!(shown.contains("Secret(version 1, …)") && shown.contains("SealFiles(…)"));
    let rsa = SealingAlgorithm::Rsa(zeroize::Zeroizing::new("private".to_owned()));
    assert!(!format!("{rsa:?}").contains("private"));
}
