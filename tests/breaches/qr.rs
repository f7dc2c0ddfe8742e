//! QR texts of each wrong sort: parts that do not belong together, tokens that are not ours, addresses that are not ours.

use coset::{CoseSign1, TaggedCborSerializable};
use data_encoding::BASE32_NOPAD;
use earayis::keys::{self, InitOptions, KeyRing, Purpose, SealingAlgorithm};
use earayis::qr::token::{self, Token};
use earayis::{clock::Clock, random::Random};

use crate::answer::{Expected, IN_FORCE, NO_FILE, NO_RECORD, discloses_nothing};
use crate::issued::{Certificate, issued};
use crate::shared::RUNTIME;

fn refused<'a>(verdict: &'a str, qr: &'a str) -> Expected<'a> {
    Expected { verdict, basis: "qr", file: NO_FILE, record: NO_RECORD, qr }
}

const MIXED: &str = "qr failed mixed";
const FORGED: &str = "qr failed forged";
const FOREIGN: &str = "qr failed foreign_host";
const LOOK_ALIKE: &str = "qr failed look_alike_host";
const STRANGER: &str = "qr failed stranger";
const UNREADABLE: &str = "qr failed unreadable";
const GENUINE: &str = "qr passed genuine";

/// A right code that nobody issued: all zeros sum to zero.
const UNISSUED: &str = "0000000000000000";

/// The parts of a QR's text.
struct Parts<'a> {
    origin: &'a str,
    code: &'a str,
    token: &'a str,
}

fn parts(certificate: &Certificate) -> Parts<'_> {
    let (address, secret) = certificate.qr.split_once('#').unwrap();
    let (code, token) = secret.split_once('.').unwrap();
    Parts { origin: address.strip_suffix("/V").unwrap(), code, token }
}

fn refuse_all(cases: &[(&str, String, Expected<'_>)]) {
    let issued = issued();
    let differences: Vec<String> = RUNTIME.block_on(async {
        let mut differences = Vec::new();
        for (name, text, expected) in cases {
            let answer = issued.service.verify("qr", text).await;
            differences.extend(expected.compare(name, &answer).err());
            if !discloses_nothing(&answer) {
                differences.push(format!("{name} discloses: {answer}"));
            }
        }
        differences
    });
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn a_genuine_qr_is_valid_and_discloses_the_facts() {
    let issued = issued();
    let Parts { origin, code, token } = parts(&issued.one);
    let valid = Expected { verdict: "valid", basis: "qr", file: NO_FILE, record: IN_FORCE, qr: GENUINE };
    RUNTIME.block_on(async {
        for text in [issued.one.qr.clone(), issued.one.qr.to_lowercase(), format!("{origin}/v#{code}.{token}")] {
            let answer = issued.service.verify("qr", &text).await;
            valid.assert(&text, &answer);
            assert_eq!(answer["certificate"]["facts"]["fin"], "7DEM001");
        }
    });
}

#[test]
fn parts_of_two_certificates_are_altered() {
    let issued = issued();
    let (one, twin, other) = (parts(&issued.one), parts(&issued.twin), parts(&issued.other));
    let text = |code: &str, token: &str| format!("{}/V#{code}.{token}", one.origin);
    refuse_all(&[
        ("the code of its twin", text(twin.code, one.token), refused("altered", MIXED)),
        ("the token of its twin", text(one.code, twin.token), refused("altered", MIXED)),
        ("the token of another kind", text(one.code, other.token), refused("altered", MIXED)),
        ("a code that nobody issued", text(UNISSUED, one.token), refused("altered", MIXED)),
    ]);
}

#[test]
fn a_token_that_is_not_ours_is_altered() {
    let issued = issued();
    let Parts { origin, code, token } = parts(&issued.one);
    let genuine = BASE32_NOPAD.decode(token.as_bytes()).unwrap();
    let text = |code: &str, token: &[u8]| format!("{origin}/V#{code}.{}", BASE32_NOPAD.encode(token));
    let mut changed = genuine.clone();
    changed[genuine.len() / 2] ^= 1;
    let mut signature = genuine.clone();
    *signature.last_mut().unwrap() ^= 1;
    let mut cases = vec![
        ("one bit of its claims", text(code, &changed), refused("altered", FORGED)),
        ("one bit of its signature", text(code, &signature), refused("altered", FORGED)),
        ("cut short", text(code, &genuine[..genuine.len() - 5]), refused("altered", FORGED)),
        ("five bytes", text(code, b"salam"), refused("altered", FORGED)),
        ("the signature of a stranger", text(code, &signed_by_a_stranger(&genuine)), refused("altered", FORGED)),
        ("our key for receipts", text(code, &signed_as_receipt(&genuine)), refused("altered", FORGED)),
        ("a stranger's key", text(code, &of_a_stranger(&genuine)), refused("altered", STRANGER)),
        ("a stranger's, for nobody's code", text(UNISSUED, &of_a_stranger(&genuine)), refused("unknown", STRANGER)),
    ];
    let untagged = CoseSign1::from_tagged_slice(&genuine).unwrap();
    let untagged = coset::CborSerializable::to_vec(untagged).unwrap();
    cases.push(("the same in another encoding", text(code, &untagged), refused("altered", FORGED)));
    refuse_all(&cases);
}

#[test]
fn an_address_that_is_not_ours_is_unknown() {
    let issued = issued();
    let Parts { origin, code, token } = parts(&issued.one);
    let host = origin.split_once("://").unwrap().1;
    let port = host.split_once(':').unwrap().1;
    let at = |address: &str| format!("HTTP://{address}/V#{code}.{token}");
    let unknown = refused("unknown", FOREIGN);
    let look_alike = refused("unknown", LOOK_ALIKE);
    let unreadable = refused("unreadable", UNREADABLE);
    refuse_all(&[
        ("another host", at("ARAYIS.EXAMPLE"), unknown),
        ("our address with another port", at("127.0.0.1:9"), look_alike),
        ("our address without its port", at("127.0.0.1"), look_alike),
        ("our address as a part of another", at(&format!("127.0.0.1.ARAYIS.EXAMPLE:{port}")), look_alike),
        ("another name for our machine", at(&format!("LOCALHOST:{port}")), unknown),
        ("digits of another script", at(&format!("１２７.0.0.1:{port}")), look_alike),
        ("our address as a user's name", at(&format!("{host}@ARAYIS.EXAMPLE")), look_alike),
        ("our address behind a backslash", at(&format!("ARAYIS.EXAMPLE\\{host}")), look_alike),
        ("another scheme", format!("FTP://{host}/V#{code}.{token}"), look_alike),
        ("another path", format!("{origin}/W#{code}.{token}"), unreadable),
        ("a query instead of the fragment", format!("{origin}/V?{code}.{token}"), unreadable),
    ]);
}

#[test]
fn what_is_no_qr_of_a_certificate_is_unreadable() {
    let issued = issued();
    let Parts { origin, code, token } = parts(&issued.one);
    let unreadable = refused("unreadable", UNREADABLE);
    refuse_all(&[
        ("nothing", String::new(), unreadable),
        ("a word", "salam".to_owned(), unreadable),
        ("no token", format!("{origin}/V#{code}"), unreadable),
        ("an empty token", format!("{origin}/V#{code}."), unreadable),
        ("no code", format!("{origin}/V#{token}"), unreadable),
        ("a mistyped code", format!("{origin}/V#{}7.{token}", &UNISSUED[1..]), unreadable),
        ("a code as people type it", format!("{origin}/V#{}.{token}", issued.one.code), unreadable),
        ("a token that is no base32", format!("{origin}/V#{code}.{token}1"), unreadable),
        ("a token without end", format!("{origin}/V#{code}.{}", token.repeat(20)), unreadable),
        ("text after it", format!("{} salam", issued.one.qr), unreadable),
    ]);
}

/// The genuine message, our key's identifier and all, with a signature that only its own maker can give.
fn signed_by_a_stranger(genuine: &[u8]) -> Vec<u8> {
    let strangers = strangers_ring();
    let key = strangers.qr();
    resigned(genuine, |message| key.sign(Purpose::Qr, message).unwrap())
}

/// The genuine message signed by another of our own keys.
fn signed_as_receipt(genuine: &[u8]) -> Vec<u8> {
    let ring = KeyRing::load(&issued().service.dir.join("keys"), &Random::system()).unwrap();
    let key = ring.receipt();
    resigned(genuine, |message| key.sign(Purpose::Receipt, message).unwrap())
}

fn resigned(genuine: &[u8], sign: impl Fn(&[u8]) -> [u8; 64]) -> Vec<u8> {
    let mut message = CoseSign1::from_tagged_slice(genuine).unwrap();
    message.signature = sign(&message.tbs_data(&[])).to_vec();
    message.to_tagged_vec().unwrap()
}

/// What the genuine token says, said and signed by a stranger who has this very program.
fn of_a_stranger(genuine: &[u8]) -> Vec<u8> {
    let random = Random::system();
    let ours = KeyRing::load(&issued().service.dir.join("keys"), &random).unwrap();
    let claims: Token = token::verify(genuine, ours.public_keys(), Clock::System.now()).unwrap();
    token::sign(&claims, strangers_ring().qr()).unwrap()
}

fn strangers_ring() -> KeyRing {
    let folder = tempfile::tempdir().unwrap();
    let options = InitOptions {
        now: Clock::System.now(),
        issuer: "earayis SINAQ".to_owned(),
        log_origin: "demo.earayis.example/log".to_owned(),
        sealing: SealingAlgorithm::P256,
        development: true,
    };
    keys::init(folder.path(), &options, &Random::system()).unwrap()
}
