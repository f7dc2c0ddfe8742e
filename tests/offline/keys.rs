//! Keys that end: a revoked one is believed no more, offline too, and its revocation cannot be taken back.

use std::path::Path;

use earayis::clock::Clock;
use earayis::keys::Material;
use earayis::random::Random;
use serde_json::Value;

use crate::bank::{Bank, Certificate, found};
use crate::service::TestService;

/// The text of a ring's manifest, changed.
pub(crate) fn change_manifest(dir: &Path, change: impl FnOnce(String) -> String) {
    let file = dir.join("keys").join("ring.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(file, change(text)).unwrap();
}

/// Where the key of a purpose begins in a manifest, and where it ends.
fn key_of(text: &str, purpose: &str) -> std::ops::Range<usize> {
    let begins = text.find(&format!("[[key]]\npurpose = \"{purpose}\"")).unwrap();
    let ends = text[begins + 1..].find("[[key]]").map_or(text.len(), |next| begins + 1 + next);
    begins..ends
}

pub(crate) fn revoke(dir: &Path, purpose: &str, at: &str) {
    change_manifest(dir, |mut text| {
        let ends = key_of(&text, purpose).end;
        text.insert_str(ends, &format!("revoked_at = \"{at}\"\n\n"));
        text
    });
}

/// Retires the key of a purpose at `until` and puts a new one under the same root into its place.
pub(crate) fn rotate(dir: &Path, purpose: &str, until: &str) {
    use rcgen::{CertificateParams, DistinguishedName, DnType, Issuer, KeyPair, KeyUsagePurpose};
    let keys = dir.join("keys");
    let read = |name: &str| std::fs::read_to_string(keys.join(name)).unwrap();
    let issuer = Issuer::from_ca_cert_pem(&read("root.cert.pem"), KeyPair::from_pem(&read("root.key.pem")).unwrap());
    let pair = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    let mut name = DistinguishedName::new();
    name.push(DnType::OrganizationName, "earayis SINAQ");
    name.push(DnType::OrganizationalUnitName, purpose);
    name.push(DnType::CommonName, format!("earayis SINAQ ({purpose} 2)"));
    params.distinguished_name = name;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(2040, 1, 1);
    let certificate = params.signed_by(&pair, &issuer.unwrap()).unwrap();
    std::fs::write(keys.join(format!("{purpose}-2.key.pem")), pair.serialize_pem()).unwrap();
    std::fs::write(keys.join(format!("{purpose}-2.cert.pem")), certificate.pem()).unwrap();
    let kid = Material::of_private(pair.serialized_der(), &Random::system()).unwrap().kid();
    change_manifest(dir, |text| {
        let range = key_of(&text, purpose);
        let old = &text[range.clone()];
        let ends = old.lines().find(|line| line.starts_with("not_after")).unwrap();
        let retired = old.replace("\"active\"", "\"retired\"").replace(ends, &format!("not_after = \"{until}\""));
        let new = format!(
            "[[key]]\npurpose = \"{purpose}\"\nid = \"{kid}\"\nstate = \"active\"\nnot_before = \"2020-01-01T00:00:00Z\"\n\
             not_after = \"2040-01-01T00:00:00Z\"\nprivate_key = \"{purpose}-2.key.pem\"\n\
             certificate = \"{purpose}-2.cert.pem\"\n\n"
        );
        format!("{}{retired}{new}{}", &text[..range.start], &text[range.end..])
    });
}

/// Retires the log's key and puts a new one, which the root states now, into its place.
pub(crate) fn replace_log_key(dir: &Path) {
    use earayis::keys::{LogKey, Purpose, SigningKey, jws};
    use ring::signature::Ed25519KeyPair;
    let keys = dir.join("keys");
    let (random, now) = (Random::system(), Clock::System.now());
    let root = rcgen::KeyPair::from_pem(&std::fs::read_to_string(keys.join("root.key.pem")).unwrap()).unwrap();
    let root = SigningKey::from_pkcs8(Purpose::Root, root.serialized_der(), &random).unwrap();
    let pkcs8 = Ed25519KeyPair::generate_pkcs8(random.ring()).unwrap();
    let text = std::fs::read_to_string(keys.join("ring.toml")).unwrap();
    let origin = text.lines().find_map(|line| line.strip_prefix("log_origin = ")).unwrap().trim_matches('"');
    let key = LogKey::from_pkcs8(origin, pkcs8.as_ref()).unwrap();
    let number = text.matches("purpose = \"log\"").count() + 1;
    // Statements are dated by the second, and a later one must be the newer one.
    let iat = now.seconds() + i64::try_from(number).unwrap();
    let statement = serde_json::json!({ "iat": iat, "vkey": key.vkey() }).to_string();
    let statement = jws::sign(&root, Purpose::Root, "earayis-log-key+jwt", statement.as_bytes()).unwrap();
    let pem = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        data_encoding::BASE64.encode(pkcs8.as_ref())
    );
    std::fs::write(keys.join(format!("log-{number}.key.pem")), pem).unwrap();
    std::fs::write(keys.join(format!("log-{number}.statement.jws")), statement).unwrap();
    change_manifest(dir, |text| {
        let range = text.rfind("[[key]]\npurpose = \"log\"").unwrap()..;
        let (before, old) = (&text[..range.start], text[range.clone()].replacen("\"active\"", "\"retired\"", 1));
        let (id, until) = (key.key_id(), now.plus_days(3000));
        format!(
            "{before}{old}\n[[key]]\npurpose = \"log\"\nid = \"{id}\"\nstate = \"active\"\nnot_before = \"{now}\"\n\
             not_after = \"{until}\"\nprivate_key = \"log-{number}.key.pem\"\n\
             statement = \"log-{number}.statement.jws\"\n"
        )
    });
}

#[tokio::test]
async fn a_token_by_a_revoked_key_is_refused_and_the_revocation_stays_known() {
    let mut service = TestService::fresh().await;
    let certificate = Certificate::issue(&service, "diplom");
    let bank = Bank::new();
    bank.must_fetch(&service);
    let manifest = std::fs::read(service.dir.join("keys").join("ring.toml")).unwrap();
    service.kill();
    revoke(&service.dir, "qr", "2026-01-01T00:00:00Z");
    service.start().await;
    assert_eq!(bank.verify(&["--qr", &certificate.qr]).0, Some(0), "nobody has told yet");
    bank.must_fetch(&service);
    let (code, answer) = bank.verify(&["--qr", &certificate.qr]);
    let expected = ("unknown", "failed key_revoked".to_owned());
    assert_eq!((code, found(&answer, "qr")), (Some(1), expected), "{answer}");
    let (code, answer) = bank.verify_file(&certificate.bytes, Some(&certificate.proof));
    assert_eq!((code, answer["verdict"].as_str()), (Some(0), Some("valid")), "the file stands on the log: {answer}");

    // Since when may be put right; that is no contradiction, and nothing that anybody conceals.
    service.kill();
    change_manifest(&service.dir, |text| text.replace("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"));
    service.start().await;
    let (_, talk) = bank.must_fetch(&service);
    assert!(!talk.contains("warning"), "{talk}");
    let shown = crate::bank::said(&bank.show()).0;
    assert!(shown.contains("revoked     "), "{shown}");

    service.kill();
    std::fs::write(service.dir.join("keys").join("ring.toml"), manifest).unwrap();
    service.start().await;
    let talk = bank.must_refuse(&service);
    assert!(talk.contains("without its revocation") && bank.keeps_evidence("-keys"), "{talk}");
    let (_, answer) = bank.verify(&["--qr", &certificate.qr]);
    assert_eq!(found(&answer, "qr").1, "failed key_revoked");
}

#[tokio::test]
async fn a_list_by_a_revoked_key_says_nothing_until_another_key_signs_it() {
    let mut service = TestService::fresh().await;
    let certificate = Certificate::issue(&service, "diplom");
    let bank = Bank::new();
    bank.must_fetch(&service);
    service.kill();
    revoke(&service.dir, "status", "2026-01-01T00:00:00Z");
    service.start().await;
    for _ in 0..2 {
        let output = bank.fetch(&service);
        assert_eq!(output.status.code(), Some(1), "keys and checkpoint are taken, the list is not");
        assert!(String::from_utf8_lossy(&output.stderr).contains("answers 500"), "a revoked key signs nothing");
        let (code, answer): (_, Value) = bank.verify(&["--qr", &certificate.qr]);
        assert_eq!((code, found(&answer, "status").1.as_str()), (Some(2), "not_done no_list"), "{answer}");
    }
    service.kill();
    rotate(&service.dir, "status", &Clock::System.now().plus_days(1).to_string());
    service.start().await;
    bank.must_fetch(&service);
    assert_eq!(bank.verify(&["--qr", &certificate.qr]).0, Some(0));
}
