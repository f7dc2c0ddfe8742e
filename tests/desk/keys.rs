//! The provider's keys and description: read again when they change, not oftener than they should, and never another's.

use std::fmt::Write as _;
use std::process::Command;
use std::time::Duration;

use earayis::clock::{Clock, Instant};
use earayis::identity::{
    Broken, ClaimsFrom, ClientSecret, Endpoints, IdentityError, Pending, Provider as Asked, Returned, SecretShown,
    Settings, address,
};
use earayis::random::Random;
use serde_json::json;

use crate::provider::{CLIENT, Provider, SECRET, now};

const BACK: &str = "http://127.0.0.1:1/sign-in/return";

fn settings(provider: &Provider) -> Settings {
    Settings {
        issuer: provider.url.clone(),
        client: CLIENT.to_owned(),
        secret: Some(ClientSecret::from(SECRET.to_owned())),
        shown: SecretShown::Basic,
        endpoints: None,
        scopes: "openid".to_owned(),
        claims_from: ClaimsFrom::IdToken,
        member_claim: "sub".to_owned(),
        fin_claim: None,
        patience: Duration::from_secs(2),
        roots: None,
    }
}

fn clock() -> Clock {
    Clock::manual(Instant::from_millis(now() * 1000))
}

async fn sign_in(asked: &Asked, provider: &Provider) -> Result<String, IdentityError> {
    let (address, pending): (String, Pending) = asked.begin(&"s".repeat(43), BACK, &Random::system()).await?;
    let authorized = provider.authorize(&address);
    let returned = Returned { code: &authorized.code, issuer: Some(&authorized.issuer) };
    asked.finish(&pending, returned).await.map(|person| person.member)
}

#[tokio::test]
async fn keys_that_change_are_read_again_and_no_oftener_than_once_a_minute() {
    let (provider, clock) = (Provider::start().await, clock());
    let asked = Asked::new(settings(&provider), clock.clone()).unwrap();
    for _ in 0..3 {
        assert_eq!(sign_in(&asked, &provider).await.unwrap(), "person-1");
    }
    assert_eq!(provider.keys_read(), 1);
    provider.sign_as("two", true);
    let refused = sign_in(&asked, &provider).await;
    assert!(matches!(refused, Err(IdentityError::Token(Broken::UnknownKey))), "within the minute: {refused:?}");
    assert_eq!(provider.keys_read(), 1);
    clock.set(clock.now().plus_millis(60_000));
    assert_eq!(sign_in(&asked, &provider).await.unwrap(), "person-1", "the key was changed");
    assert_eq!(provider.keys_read(), 2);
    clock.set(clock.now().plus_millis(3_600_000));
    provider.sign_as("two", false);
    assert!(sign_in(&asked, &provider).await.is_err(), "a key that was withdrawn serves no longer than an hour");
    assert_eq!(provider.keys_read(), 3);
}

#[tokio::test]
async fn only_the_description_of_the_provider_that_was_asked_is_believed() {
    for (name, value) in [
        ("issuer", Some(json!("https://id.example"))),
        ("issuer", None),
        ("token_endpoint", None),
        ("token_endpoint", Some(json!("http://id.example/token"))),
        ("jwks_uri", Some(json!("file:///etc/passwd"))),
        ("authorization_endpoint", Some(json!("javascript:alert(1)"))),
        ("userinfo_endpoint", Some(json!(7))),
        ("code_challenge_methods_supported", Some(json!(["plain"]))),
    ] {
        let provider = Provider::start().await;
        provider.describe(name, value.clone());
        let asked = Asked::new(settings(&provider), clock()).unwrap();
        let refused = sign_in(&asked, &provider).await;
        assert!(matches!(refused, Err(IdentityError::Metadata(_))), "{name} {value:?}: {refused:?}");
    }
}

#[tokio::test]
async fn a_provider_that_does_not_describe_itself_is_described_by_the_settings() {
    let provider = Provider::start().await;
    provider.describe("issuer", None);
    let part = |path: &str| address(&format!("{}{path}", provider.url)).unwrap();
    let endpoints = Endpoints {
        authorization: part("/authorize"),
        token: part("/token"),
        keys: part("/keys"),
        userinfo: None,
        end_session: Some(part("/logout?realm=x")),
    };
    let by_hand = Settings { endpoints: Some(endpoints), ..settings(&provider) };
    let asked = Asked::new(by_hand, clock()).unwrap();
    assert_eq!(sign_in(&asked, &provider).await.unwrap(), "person-1");
    let out = asked.end_session("https://earayis.example/desk/sign-in").await.unwrap().unwrap();
    let there = format!("{}/logout?realm=x&client_id=earayis&post_logout_redirect_uri=", provider.url);
    assert!(out.starts_with(&there) && !out.contains("id_token"), "{out}");
}

#[tokio::test]
async fn nobody_answers_is_an_answer() {
    let provider = Provider::start().await;
    let nowhere = Settings { issuer: "http://127.0.0.1:9".to_owned(), ..settings(&provider) };
    let refused = sign_in(&Asked::new(nowhere, clock()).unwrap(), &provider).await;
    assert!(matches!(refused, Err(IdentityError::Unreachable(_))), "{refused:?}");
}

/// Tokens that OpenSSL signed with RSA, by PKCS#1 v1.5 and PSS, as a provider would list the key.
#[tokio::test]
async fn tokens_signed_with_rsa_are_believed_and_short_keys_are_not() {
    for (bits, algorithm, believed) in
        [("2048", "RS256", true), ("3072", "PS256", true), ("1024", "RS256", false), ("2048", "PS384", false)]
    {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let openssl = |arguments: &[&str]| {
            let output = Command::new("openssl").current_dir(folder.path()).args(arguments).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap()
        };
        openssl(&["genrsa", "-out", "key.pem", bits]);
        let modulus = openssl(&["rsa", "-in", "key.pem", "-noout", "-modulus"]);
        let modulus = modulus.trim().strip_prefix("Modulus=").unwrap();
        let modulus = data_encoding::HEXUPPER.decode(modulus.as_bytes()).unwrap();
        let provider = Provider::start().await;
        provider.list(vec![json!({
            "kty": "RSA", "kid": "rsa", "use": "sig", "e": "AQAB",
            "n": data_encoding::BASE64URL_NOPAD.encode(&modulus),
        })]);
        let name = algorithm.to_owned();
        let (message, signature, key) = (path("message"), path("signature"), path("key.pem"));
        provider.sign_by(algorithm, move |text: &str| {
            std::fs::write(&message, text).unwrap();
            let mut command = Command::new("openssl");
            command.args(["dgst", "-sha256", "-sign"]).arg(&key).arg("-out").arg(&signature);
            if name.starts_with("PS") {
                command.args(["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"]);
            }
            assert!(command.arg(&message).status().unwrap().success());
            std::fs::read(&signature).unwrap()
        });
        let asked = Asked::new(settings(&provider), clock()).unwrap();
        let mut told = String::new();
        let outcome = sign_in(&asked, &provider).await;
        write!(told, "{bits} {algorithm}: {outcome:?}").unwrap();
        assert_eq!(outcome.is_ok(), believed, "{told}");
    }
}
