//! A provider that breaks each rule in turn: nobody is signed in, each time for the right reason; and sign-ins gone astray.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::members::with_desk;
use crate::provider::{Provider, Said, Signing, Word, jwk, now};
use crate::service::{TestService, free_port};
use crate::visitor::Visitor;

const MEMBER: &str = "as=member";

/// A service that signs people in at a provider, and one auditor, `person-1`, who has done so before.
pub(crate) async fn service(more: &str) -> (TestService, Provider, tempfile::TempDir) {
    let provider = Provider::start().await;
    let folder = tempfile::tempdir().unwrap();
    let mut service = TestService::serving(folder.path(), free_port(), "sqlite:earayis.db");
    std::fs::write(folder.path().join("sign-in.secret"), crate::provider::SECRET).unwrap();
    service.change_settings("format = \"text\"\nlevel = \"warn\"", "format = \"json\"\nlevel = \"info\"");
    service.change_settings("[keys]", &format!("{}\n[keys]", provider.settings(more)));
    service.start().await;
    let code = with_desk(&service);
    let mut visitor = Visitor::of(&service.url);
    let seen = visitor.sign_in(&provider, &format!("as=member&invitation={code}")).await;
    assert_eq!(seen.status, 200, "{}", seen.text);
    assert_eq!(visitor.open("/desk", false).await.status, 200);
    (service, provider, folder)
}

/// The reason that the service last gave for signing nobody in.
pub(crate) fn reason(service: &TestService) -> String {
    let told = std::fs::read_to_string(&service.telemetry).unwrap();
    let last = told.lines().rev().find(|line| line.contains("nobody was signed in")).unwrap_or_default();
    let told: Value = serde_json::from_str(last).unwrap_or_default();
    let reason = told.pointer("/fields/reason").or(told.get("reason")).and_then(Value::as_str);
    reason.map_or_else(|| last.to_owned(), str::to_owned)
}

type Case = (&'static str, &'static str, fn(&mut Word));

fn claim(word: &mut Word, name: &str, value: Value) {
    word.claims[name] = value;
}

fn without(word: &mut Word, name: &str) {
    word.claims.as_object_mut().unwrap().remove(name);
}

/// What is wrong, the reason that must be given, and how to do it.
const CASES: &[Case] = &[
    ("another nonce", "nonce", |word| claim(word, "nonce", json!("x".repeat(43)))),
    ("no nonce", "nonce", |word| without(word, "nonce")),
    ("another issuer", "issuer", |word| claim(word, "iss", json!("https://id.example"))),
    ("almost the issuer", "issuer", |word| {
        let longer = format!("{}/", word.claims["iss"].as_str().unwrap());
        claim(word, "iss", json!(longer));
    }),
    ("no issuer", "issuer", |word| without(word, "iss")),
    ("another audience", "audience", |word| claim(word, "aud", json!("bank"))),
    ("an audience beside us", "audience", |word| claim(word, "aud", json!(["earayis", "bank"]))),
    ("no audience", "audience", |word| without(word, "aud")),
    ("no audience in a list", "audience", |word| claim(word, "aud", json!([]))),
    ("given to another party", "authorized-party", |word| claim(word, "azp", json!("bank"))),
    ("expired", "expired", |word| claim(word, "exp", json!(now() - 61))),
    ("no expiry", "no-expiry", |word| without(word, "exp")),
    ("an expiry in words", "no-expiry", |word| claim(word, "exp", json!("tomorrow"))),
    ("issued in the future", "issued-at", |word| claim(word, "iat", json!(now() + 120))),
    ("issued at no time", "issued-at", |word| without(word, "iat")),
    ("issued before the sign-in began", "issued-at", |word| claim(word, "iat", json!(now() - 120))),
    ("not valid yet", "not-yet", |word| claim(word, "nbf", json!(now() + 120))),
    ("valid from nobody knows when", "not-yet", |word| claim(word, "nbf", json!("noon"))),
    ("unsigned", "algorithm", |word| {
        word.header["alg"] = "none".into();
        word.signing = Signing::Nobody;
    }),
    ("unsigned in capitals", "algorithm", |word| {
        word.header["alg"] = "NONE".into();
        word.signing = Signing::Nobody;
    }),
    ("no signature under an algorithm", "signature", |word| word.signing = Signing::Nobody),
    ("HMAC with the public key", "algorithm", |word| {
        word.header["alg"] = "HS256".into();
        word.signing = Signing::PublicKeyAsSecret;
    }),
    ("HMAC that calls itself ECDSA", "signature", |word| word.signing = Signing::PublicKeyAsSecret),
    ("another key", "signature", |word| word.signing = Signing::Stranger),
    ("a key that nobody lists", "unknown-key", |word| {
        word.header["kid"] = "invented".into();
        word.signing = Signing::Stranger;
    }),
    ("a key for encryption", "unknown-key", |word| {
        word.header["kid"] = "for-encryption".into();
        word.signing = Signing::Stranger;
    }),
    ("a key for another algorithm", "unknown-key", |word| {
        word.header["kid"] = "for-another-algorithm".into();
        word.signing = Signing::Stranger;
    }),
    ("an algorithm that is not the key's", "unknown-key", |word| word.header["alg"] = "RS256".into()),
    ("changed after it was signed", "signature", |word| word.signing = Signing::Before),
    ("what must be understood and is not", "critical", |word| word.header["crit"] = json!(["b64"])),
    ("an access token", "sort", |word| word.header["typ"] = "at+jwt".into()),
    ("no algorithm", "algorithm", |word| word.header = json!({ "kid": "one" })),
    ("two subjects", "form", |word| {
        let twice = word.claims.to_string().replacen('{', "{\"sub\":\"person-2\",", 1);
        word.payload = Some(twice);
    }),
    ("two algorithms", "form", |word| {
        word.header_text = Some("{\"alg\":\"none\",\"alg\":\"ES256\",\"kid\":\"one\"}".to_owned());
    }),
    ("claims that are none", "form", |word| word.payload = Some("[]".to_owned())),
    ("five parts", "form", |word| word.signing = Signing::FiveParts),
    ("another access token", "access-token", |word| claim(word, "at_hash", json!("x".repeat(22)))),
    ("no subject", "subject", |word| without(word, "sub")),
    ("a subject that is a number", "subject", |word| claim(word, "sub", json!(1))),
    ("an empty subject", "subject", |word| claim(word, "sub", json!(""))),
    ("a subject of several lines", "subject", |word| claim(word, "sub", json!("person-1\nperson-2"))),
    ("no FİN", "claim", |word| without(word, "fin")),
    ("a FİN that is none", "claim", |word| claim(word, "fin", json!("7DEMOO1"))),
    ("a FİN that is a number", "claim", |word| claim(word, "fin", json!(7_000_001))),
    ("the token endpoint refuses", "refused", |word| {
        word.said = Said::Status(400, json!({ "error": "invalid_grant", "error_description": "7DEM001" }));
    }),
    ("the token endpoint fails", "refused", |word| word.said = Said::Status(500, json!({}))),
    ("the token endpoint leads elsewhere", "refused", |word| word.said = Said::Redirect),
    ("a page in place of tokens", "garbled", |word| word.said = Said::Html),
    ("a huge answer", "garbled", |word| word.said = Said::Huge),
    ("an answer that does not come", "unreachable", |word| word.said = Said::Never),
    ("two ID tokens", "garbled", |word| word.said = Said::Text("\"id_token\":\"a.b.c\"".to_owned())),
    ("no ID token", "garbled", |word| word.said = Said::Without("id_token")),
    ("no access token", "garbled", |word| word.said = Said::Without("access_token")),
    ("another type of token", "garbled", |word| word.said = Said::With("token_type", json!("MAC"))),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_rule_the_provider_breaks_nobody_is_signed_in() {
    let (service, provider, _folder) = service("").await;
    assert!(CASES.len() >= 25);
    for (name, expected, breach) in CASES {
        provider.break_by(Some(Arc::new(breach)));
        let mut visitor = Visitor::of(&service.url);
        let seen = visitor.sign_in(&provider, MEMBER).await;
        assert_eq!(seen.status, 502, "{name}: {}", seen.text);
        assert_eq!(reason(&service), *expected, "{name}");
        assert!(!visitor.is_member(), "{name}");
        assert_eq!(visitor.open("/desk", false).await.status, 401, "{name}");
    }
    // A key in the token's own header is nobody's word.
    let own = jwk(provider.stranger(), "one");
    provider.break_by(Some(Arc::new(move |word: &mut Word| {
        word.header["jwk"] = own.clone();
        word.signing = Signing::Stranger;
    })));
    let mut visitor = Visitor::of(&service.url);
    assert_eq!(visitor.sign_in(&provider, MEMBER).await.status, 502);
    assert_eq!(reason(&service), "signature");

    provider.break_by(None);
    assert_eq!(visitor.sign_in(&provider, MEMBER).await.status, 200, "the same person, and no rule broken");
    assert!(visitor.is_member());
    let told = std::fs::read_to_string(&service.telemetry).unwrap();
    for personal in ["7DEM001", "7DEMOO1", "person-1", "Aytən", "access-code"] {
        assert!(!told.contains(personal), "{personal} stands in the log");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_ends_once_in_its_own_browser_and_at_its_own_provider() {
    let (service, provider, _folder) = service("").await;
    let lost = async |visitor: &mut Visitor, path: &str, expected: &str, name: &str| {
        let seen = visitor.open(path, true).await;
        assert!(seen.status >= 400 && !visitor.is_member(), "{name}: {}", seen.text);
        assert_eq!(reason(&service), expected, "{name}");
    };
    let mut visitor = Visitor::of(&service.url);
    let address = visitor.leave(MEMBER).await;
    let authorized = provider.authorize(&address);
    let mut stranger = Visitor::of(&service.url);
    stranger.leave(MEMBER).await;
    lost(&mut stranger, &authorized.query(), "lost", "the state of another browser").await;
    lost(&mut visitor, &authorized.query(), "lost", "a state that was tried elsewhere").await;

    let authorized = provider.authorize(&visitor.leave(MEMBER).await);
    let cookie = visitor.cookie("sign-in").unwrap().to_owned();
    visitor.forget_cookie("sign-in");
    lost(&mut visitor, &authorized.query(), "lost", "no cookie").await;
    visitor.put_cookie("sign-in", &cookie);

    let authorized = provider.authorize(&visitor.leave(MEMBER).await);
    let mut mixed = authorized.clone();
    mixed.issuer = "https://another.example".to_owned();
    lost(&mut visitor, &mixed.query(), "mixed-up", "another provider's answer").await;
    let authorized = provider.authorize(&visitor.leave(MEMBER).await);
    let unnamed = authorized.query().split("&iss=").next().unwrap().to_owned();
    lost(&mut visitor, &unnamed, "mixed-up", "an answer without the promised issuer").await;

    let first = provider.authorize(&visitor.leave(MEMBER).await);
    let second = provider.authorize(&visitor.leave(MEMBER).await);
    let mut swapped = first.clone();
    swapped.code.clone_from(&second.code);
    lost(&mut visitor, &swapped.query(), "refused", "the code of another sign-in").await;

    for (path, name) in [
        ("/sign-in/return", "nothing"),
        ("/sign-in/return?code=x", "no state"),
        ("/sign-in/return?state=invented&code=x", "an invented state"),
    ] {
        let seen = visitor.open(path, true).await;
        assert_eq!(seen.status, 400, "{name}");
    }
    let authorized = provider.authorize(&visitor.leave(MEMBER).await);
    let twice = format!("{}&state={}", authorized.query(), authorized.state);
    assert_eq!(visitor.open(&twice, true).await.status, 400, "two states");
    let declined = format!("/sign-in/return?state={}&error=access_denied&iss={}", authorized.state, provider.url);
    lost(&mut visitor, &declined, "declined", "declined").await;

    let authorized = provider.authorize(&visitor.leave(MEMBER).await);
    assert_eq!(visitor.come_back(&authorized).await.status, 200);
    assert!(visitor.is_member());
    let mut again = visitor.clone();
    again.forget_cookie("member");
    lost(&mut again, &authorized.query(), "lost", "the same answer again").await;
    let fresh = provider.authorize(&again.leave(MEMBER).await);
    let mut replayed = fresh.clone();
    replayed.code.clone_from(&authorized.code);
    lost(&mut again, &replayed.query(), "refused", "a code that was used").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_userinfo_endpoint_says_is_of_the_same_person_or_nothing() {
    let (service, provider, _folder) = service("claims_from = \"userinfo\"\n").await;
    let cases: [Case; 3] = [
        ("another subject", "other-subject", |word| word.userinfo["sub"] = "person-2".into()),
        ("no subject", "subject", |word| word.userinfo = json!({ "fin": "7DEM001" })),
        ("no FİN", "claim", |word| word.userinfo = json!({ "sub": "person-1" })),
    ];
    for (name, expected, breach) in cases {
        provider.break_by(Some(Arc::new(breach)));
        let mut visitor = Visitor::of(&service.url);
        assert_eq!(visitor.sign_in(&provider, MEMBER).await.status, 502, "{name}");
        assert_eq!(reason(&service), expected, "{name}");
    }
}
