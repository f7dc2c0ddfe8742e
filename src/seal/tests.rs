//! Seals as other programs judge them, and as they are broken.

use std::path::Path;
use std::process::Command;

use ::cms::cert::CertificateChoices;
use ::cms::content_info::ContentInfo;
use ::cms::signed_data::SignedData;
use der::{Decode, Encode};
use zeroize::Zeroizing;

use super::*;
use crate::keys::{Chain, InitOptions, Purpose, SealingAlgorithm, init};

fn now() -> Instant {
    Instant::parse_rfc3339("2026-11-24T06:00:00Z").unwrap()
}

fn ring(dir: &Path, sealing: SealingAlgorithm) -> KeyRing {
    let options = InitOptions {
        now: now(),
        issuer: "Nümunə Agentliyi".to_owned(),
        log_origin: "example.test/log".to_owned(),
        sealing,
        development: true,
    };
    init(dir, &options, &Random::system()).unwrap()
}

fn openssl(dir: &Path, arguments: &[&str]) -> bool {
    Command::new("openssl").current_dir(dir).args(arguments).output().unwrap().status.success()
}

fn rsa(dir: &Path, bits: u32) -> SealingAlgorithm {
    let option = format!("rsa_keygen_bits:{bits}");
    assert!(openssl(dir, &["genpkey", "-algorithm", "RSA", "-pkeyopt", &option, "-out", "rsa.pem"]));
    SealingAlgorithm::Rsa(Zeroizing::new(std::fs::read_to_string(dir.join("rsa.pem")).unwrap()))
}

/// Whether OpenSSL finds that `cms` seals `content` under the ring's root.
fn openssl_accepts(dir: &Path, keys: &str, cms: &[u8], content: &[u8]) -> bool {
    std::fs::write(dir.join("seal.der"), cms).unwrap();
    std::fs::write(dir.join("content"), content).unwrap();
    let root = format!("{keys}/root.cert.pem");
    openssl(
        dir,
        &[
            "cms",
            "-verify",
            "-cades",
            "-binary",
            "-inform",
            "DER",
            "-in",
            "seal.der",
            "-content",
            "content",
            "-CAfile",
            &root,
            "-purpose",
            "any",
            "-attime",
            "1795500000",
            "-out",
            "out",
        ],
    )
}

fn sha256(content: &[u8]) -> [u8; 32] {
    ring::digest::digest(&ring::digest::SHA256, content).as_ref().try_into().unwrap()
}

#[test]
fn openssl_accepts_our_seal_by_every_kind_of_key_and_refuses_it_changed() {
    let dir = tempfile::tempdir().unwrap();
    let content = b"the bytes of a certificate";
    for (keys, sealing) in
        [("p256", SealingAlgorithm::P256), ("rsa2048", rsa(dir.path(), 2048)), ("rsa3072", rsa(dir.path(), 3072))]
    {
        let ring = ring(&dir.path().join(keys), sealing);
        let sealer = Sealer::from_ring(&ring, now(), &Random::system()).unwrap();
        let seal = sealer.cms(&sha256(content), now()).unwrap();
        assert!(openssl_accepts(dir.path(), keys, &seal, content), "{keys}");
        assert!(!openssl_accepts(dir.path(), keys, &seal, b"the bytes of another!!!!!!"), "{keys}");
        // The signature and the signed attributes stand at the end of a CMS.
        for from_end in [1, 40, 100, 200, 290] {
            let mut flipped = seal.clone();
            let at = flipped.len() - from_end;
            flipped[at] ^= 0x10;
            assert!(!openssl_accepts(dir.path(), keys, &flipped, content), "{keys}, {from_end} bytes before the end");
        }
    }
}

#[test]
fn a_seal_is_der_and_holds_exactly_the_attributes_of_pades_b_b() {
    let dir = tempfile::tempdir().unwrap();
    let ring = ring(&dir.path().join("keys"), SealingAlgorithm::P256);
    let sealer = Sealer::from_ring(&ring, now(), &Random::system()).unwrap();
    let seal = sealer.cms(&[7; 32], now()).unwrap();
    let info = ContentInfo::from_der(&seal).unwrap();
    assert_eq!(info.to_der().unwrap(), seal);
    let data: SignedData = info.content.decode_as().unwrap();
    assert!(data.encap_content_info.econtent.is_none());
    let certificates = data.certificates.unwrap().0;
    let own = certificates.iter().any(|choice| match choice {
        CertificateChoices::Certificate(certificate) => certificate.to_der().unwrap() == ring.seal().chain().own(),
        CertificateChoices::Other(_) => false,
    });
    assert!(own && certificates.len() == 2);
    let signer = &data.signer_infos.0.as_slice()[0];
    assert!(signer.unsigned_attrs.is_none());
    let attributes = signer.signed_attrs.clone().unwrap();
    let encoded: Vec<Vec<u8>> = attributes.iter().map(|attribute| attribute.to_der().unwrap()).collect();
    assert!(encoded.is_sorted(), "a DER SET OF is in the order of its encodings");
    let names: Vec<String> = attributes.iter().map(|attribute| attribute.oid.to_string()).collect();
    assert_eq!(names, ["1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4", "1.2.840.113549.1.9.16.2.47"]);
}

#[test]
fn no_seal_is_longer_than_its_reserved_place() {
    let dir = tempfile::tempdir().unwrap();
    let ring = ring(&dir.path().join("keys"), SealingAlgorithm::P256);
    let sealer = Sealer::from_ring(&ring, now(), &Random::system()).unwrap();
    let again = Sealer::from_ring(&ring, now(), &Random::system()).unwrap();
    assert_eq!(sealer.reserve(), again.reserve());
    for digest in 0..200 {
        let length = sealer.cms(&[digest; 32], now()).unwrap().len();
        assert!(length <= sealer.reserve() && length + 16 > sealer.reserve(), "{length} of {}", sealer.reserve());
    }
}

#[test]
fn a_signer_certificate_out_of_its_time_is_refused_in_words() {
    let dir = tempfile::tempdir().unwrap();
    let ring = ring(&dir.path().join("keys"), SealingAlgorithm::P256);
    let chain = ring.seal().chain();
    let early = SignerCertificate::new(chain, now().plus_millis(-1000)).unwrap_err();
    assert_eq!(early, SealError::NotYetValid { from: now() });
    assert!(early.to_string().contains("not valid before 2026-11-24T06:00:00Z"));
    let end = now().plus_days(3650);
    let late = SignerCertificate::new(chain, end.plus_days(1)).unwrap_err();
    assert!(matches!(late, SealError::Expired { .. }) && late.to_string().contains("has expired"));

    assert!(Sealer::from_ring(&ring, end.plus_days(1), &Random::system()).is_err());
    let sealer = Sealer::whenever_valid(&ring, &Random::system()).unwrap();
    assert_eq!(sealer.certificate().days_left(now()), 3650);
    assert_eq!(sealer.certificate().days_left(end.plus_millis(1)), -1);
    assert!(sealer.cms(&[0; 32], end).is_ok());
    assert!(matches!(sealer.cms(&[0; 32], end.plus_days(1)), Err(SealError::Expired { .. })));
}

#[test]
fn a_certificate_for_another_purpose_or_key_seals_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let ours = ring(&dir.path().join("ours"), SealingAlgorithm::P256);
    let theirs = ring(&dir.path().join("theirs"), SealingAlgorithm::P256);
    let of_purpose = |purpose| {
        let key = ours.public_keys().iter().find(|key| key.purpose == purpose).unwrap();
        SignerCertificate::new(&Chain::from_der(key.chain.clone()).unwrap(), now())
    };
    assert_eq!(of_purpose(Purpose::Qr).unwrap_err(), SealError::WrongPurpose);
    assert_eq!(of_purpose(Purpose::Receipt).unwrap_err(), SealError::WrongPurpose);
    assert!(of_purpose(Purpose::Seal).is_ok());

    let key = SealKey::from_pkcs8(ours.seal().pkcs8(), &Random::system()).unwrap();
    let certificate = SignerCertificate::new(theirs.seal().chain(), now()).unwrap();
    assert_eq!(Sealer::new(key, certificate).unwrap_err(), SealError::KeyDoesNotFit);

    let own = ours.seal().chain().own().to_vec();
    let foreign_root = theirs.seal().chain().root().to_vec();
    assert!(Chain::from_der(vec![own, foreign_root]).is_err());
}

#[test]
fn debug_shows_no_sealing_key() {
    let dir = tempfile::tempdir().unwrap();
    let ring = ring(&dir.path().join("keys"), SealingAlgorithm::P256);
    let sealer = Sealer::from_ring(&ring, now(), &Random::system()).unwrap();
    let shown = format!("{sealer:?}");
    assert!(shown.contains("SealKey(") && !shown.contains("pair"), "{shown}");
}
