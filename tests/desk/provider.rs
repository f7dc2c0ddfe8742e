//! A provider of sign-ins for tests, which keeps every rule of OpenID Connect but those that it is told to break.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use data_encoding::BASE64URL_NOPAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use ring::{digest, hmac};
use serde_json::{Map, Value, json};

/// Our name and secret at it.
pub(crate) const CLIENT: &str = "earayis";
pub(crate) const SECRET: &str = "a secret: of two words";

/// What a provider is about to say, to be broken before it is said.
pub(crate) struct Word {
    pub(crate) header: Value,
    pub(crate) claims: Value,
    /// The claims' text as it is, in place of `claims`.
    pub(crate) payload: Option<String>,
    pub(crate) header_text: Option<String>,
    pub(crate) signing: Signing,
    pub(crate) said: Said,
    pub(crate) userinfo: Value,
}

pub(crate) enum Signing {
    /// By the key that is listed.
    Listed,
    /// By a key that is not listed, whatever the header says.
    Stranger,
    /// By nobody.
    Nobody,
    /// By HMAC under the text of the public key.
    PublicKeyAsSecret,
    /// Right, and then the claims are changed.
    Before,
    /// With one part too many.
    FiveParts,
}

pub(crate) enum Said {
    Tokens,
    Status(u16, Value),
    Redirect,
    Html,
    Huge,
    Never,
    Text(String),
    Without(&'static str),
    With(&'static str, Value),
}

type Breach = Arc<dyn Fn(&mut Word) + Send + Sync>;

/// A provider at an address of its own.
#[derive(Clone)]
pub(crate) struct Provider {
    pub(crate) url: String,
    state: Arc<Mutex<Known>>,
    key: Arc<EcdsaKeyPair>,
    stranger: Arc<EcdsaKeyPair>,
}

struct Known {
    /// What belongs to each code.
    codes: BTreeMap<String, Asked>,
    /// How many it ever made.
    made: usize,
    breach: Option<Breach>,
    person: (String, Value),
    kid: String,
    listed: Vec<Value>,
    keys_read: usize,
    metadata: Map<String, Value>,
    userinfo: Value,
    signer: Option<(String, Signer)>,
}

type Signer = Arc<dyn Fn(&str) -> Vec<u8> + Send + Sync>;

#[derive(Clone)]
struct Asked {
    nonce: String,
    challenge: String,
    redirect: String,
}

fn key() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap()
}

pub(crate) fn jwk(key: &EcdsaKeyPair, kid: &str) -> Value {
    let point = key.public_key().as_ref();
    let (x, y) = (BASE64URL_NOPAD.encode(&point[1..33]), BASE64URL_NOPAD.encode(&point[33..65]));
    json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": kid, "use": "sig", "alg": "ES256" })
}

pub(crate) fn now() -> i64 {
    earayis::clock::Clock::System.now().seconds()
}

impl Provider {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (key, stranger) = (key(), key());
        let mut encryption = jwk(&stranger, "for-encryption");
        encryption["use"] = "enc".into();
        let mut rsa = jwk(&stranger, "for-another-algorithm");
        rsa["alg"] = "ES384".into();
        let listed = vec![jwk(&key, "one"), encryption, rsa];
        let metadata = json!({
            "issuer": url,
            "authorization_endpoint": format!("{url}/authorize"),
            "token_endpoint": format!("{url}/token"),
            "jwks_uri": format!("{url}/keys"),
            "userinfo_endpoint": format!("{url}/userinfo"),
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true,
        });
        let known = Known {
            codes: BTreeMap::new(),
            made: 0,
            breach: None,
            person: ("person-1".to_owned(), json!({ "fin": "7DEM001", "name": "Aytən Sınaqlı" })),
            kid: "one".to_owned(),
            listed,
            keys_read: 0,
            metadata: metadata.as_object().unwrap().clone(),
            userinfo: Value::Null,
            signer: None,
        };
        let provider =
            Self { url, state: Arc::new(Mutex::new(known)), key: Arc::new(key), stranger: Arc::new(stranger) };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(metadata_of))
            .route("/keys", get(keys_of))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .with_state(provider.clone());
        tokio::spawn(axum::serve(listener, router).into_future());
        provider
    }

    /// The settings of a service that signs people in here.
    pub(crate) fn settings(&self, more: &str) -> String {
        format!(
            "\n[sign_in]\nissuer = \"{}\"\nclient_id = \"{CLIENT}\"\nclient_secret_file = \"sign-in.secret\"\n\
             fin_claim = \"fin\"\nanswer_timeout_ms = 1500\n{more}",
            self.url
        )
    }

    /// Who signs in next.
    pub(crate) fn person(&self, subject: &str, claims: Value) {
        self.state.lock().unwrap().person = (subject.to_owned(), claims);
    }

    /// What is wrong with the next words.
    pub(crate) fn break_by(&self, breach: Option<Breach>) {
        self.state.lock().unwrap().breach = breach;
    }

    pub(crate) fn describe(&self, name: &str, value: Option<Value>) {
        let metadata = &mut self.state.lock().unwrap().metadata;
        match value {
            Some(value) => metadata.insert(name.to_owned(), value),
            None => metadata.remove(name),
        };
    }

    /// From now on it signs as `kid`, which is `listed` or not.
    pub(crate) fn sign_as(&self, kid: &str, listed: bool) {
        let mut known = self.state.lock().unwrap();
        known.kid = kid.to_owned();
        known.listed = if listed { vec![jwk(&self.key, kid)] } else { Vec::new() };
    }

    /// It lists these keys, the first of which signs.
    pub(crate) fn list(&self, keys: Vec<Value>) {
        let mut known = self.state.lock().unwrap();
        known.kid = keys[0]["kid"].as_str().unwrap().to_owned();
        known.listed = keys;
    }

    /// It signs by this from now on.
    pub(crate) fn sign_by(&self, algorithm: &str, signer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) {
        self.state.lock().unwrap().signer = Some((algorithm.to_owned(), Arc::new(signer)));
    }

    /// How often its keys were read.
    pub(crate) fn keys_read(&self) -> usize {
        self.state.lock().unwrap().keys_read
    }

    pub(crate) fn stranger(&self) -> &EcdsaKeyPair {
        &self.stranger
    }

    /// Somebody signs in at the address to which she was sent: the query with which the browser comes back.
    pub(crate) fn authorize(&self, address: &str) -> Authorized {
        let url = reqwest::Url::parse(address).unwrap();
        assert!(address.starts_with(&format!("{}/authorize?", self.url)), "{address}");
        let asked: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["client_id"], CLIENT);
        assert_eq!(asked["code_challenge_method"], "S256");
        assert!(asked["scope"].split(' ').any(|scope| scope == "openid"));
        assert!(asked["state"].len() >= 43 && asked["nonce"].len() >= 43, "too short to be secret");
        let mut known = self.state.lock().unwrap();
        known.made += 1;
        let code = format!("code-{}", known.made);
        let (nonce, challenge) = (asked["nonce"].clone(), asked["code_challenge"].clone());
        known.codes.insert(code.clone(), Asked { nonce, challenge, redirect: asked["redirect_uri"].clone() });
        Authorized {
            code,
            state: asked["state"].clone(),
            issuer: self.url.clone(),
            redirect: asked["redirect_uri"].clone(),
        }
    }
}

/// What the browser comes back with.
#[derive(Clone)]
pub(crate) struct Authorized {
    pub(crate) code: String,
    pub(crate) state: String,
    pub(crate) issuer: String,
    pub(crate) redirect: String,
}

impl Authorized {
    pub(crate) fn query(&self) -> String {
        let mut url = reqwest::Url::parse("http://localhost/sign-in/return").unwrap();
        url.query_pairs_mut().extend_pairs([("code", &self.code), ("state", &self.state), ("iss", &self.issuer)]);
        format!("/sign-in/return?{}", url.query().unwrap())
    }
}

async fn metadata_of(State(provider): State<Provider>) -> Response {
    Json(Value::Object(provider.state.lock().unwrap().metadata.clone())).into_response()
}

async fn keys_of(State(provider): State<Provider>) -> Response {
    let mut known = provider.state.lock().unwrap();
    known.keys_read += 1;
    Json(json!({ "keys": known.listed })).into_response()
}

async fn userinfo(State(provider): State<Provider>, headers: HeaderMap) -> Response {
    assert!(headers[header::AUTHORIZATION].to_str().unwrap().starts_with("Bearer access-"));
    Json(provider.state.lock().unwrap().userinfo.clone()).into_response()
}

async fn token(
    State(provider): State<Provider>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    let (mut word, access_token) = {
        let mut known = provider.state.lock().unwrap();
        let basic = format!("{CLIENT}:a+secret%3A+of+two+words");
        let expected = format!("Basic {}", data_encoding::BASE64.encode(basic.as_bytes()));
        assert_eq!(headers[header::AUTHORIZATION], expected.as_str(), "{SECRET} as RFC 6749 §2.3.1 encodes it");
        assert_eq!(form["grant_type"], "authorization_code");
        let Some(asked) = known.codes.remove(&form["code"]) else {
            return refused();
        };
        let verifier = digest::digest(&digest::SHA256, form["code_verifier"].as_bytes());
        if BASE64URL_NOPAD.encode(verifier.as_ref()) != asked.challenge || form["redirect_uri"] != asked.redirect {
            return refused();
        }
        let access_token = format!("access-{}", form["code"]);
        let hash = digest::digest(&digest::SHA256, access_token.as_bytes());
        let (subject, more) = known.person.clone();
        let mut claims = json!({
            "iss": provider.url, "sub": subject, "aud": CLIENT, "exp": now() + 300, "iat": now(),
            "nonce": asked.nonce, "at_hash": BASE64URL_NOPAD.encode(&hash.as_ref()[..16]),
        });
        claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let mut word = Word {
            header: json!({ "alg": "ES256", "kid": known.kid, "typ": "JWT" }),
            userinfo: claims.clone(),
            claims,
            payload: None,
            header_text: None,
            signing: Signing::Listed,
            said: Said::Tokens,
        };
        if let Some(breach) = known.breach.clone() {
            breach(&mut word);
        }
        known.userinfo = word.userinfo.take();
        (word, access_token)
    };
    let tokens = json!({
        "access_token": access_token, "token_type": "Bearer", "expires_in": 300, "id_token": provider.signed(&mut word),
    });
    say(word.said, tokens).await
}

fn refused() -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response()
}

async fn say(said: Said, mut tokens: Value) -> Response {
    match said {
        Said::Tokens => Json(tokens).into_response(),
        Said::Status(status, body) => (StatusCode::from_u16(status).unwrap(), Json(body)).into_response(),
        Said::Redirect => {
            (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, "/elsewhere")], Json(tokens)).into_response()
        }
        Said::Html => ([(header::CONTENT_TYPE, "text/html")], tokens.to_string()).into_response(),
        Said::Huge => {
            tokens["padding"] = "x".repeat(1 << 20).into();
            Json(tokens).into_response()
        }
        Said::Never => {
            tokio::time::sleep(Duration::from_mins(1)).await;
            Json(tokens).into_response()
        }
        Said::Text(more) => {
            let text = tokens.to_string().replacen('{', &format!("{{{more},"), 1);
            ([(header::CONTENT_TYPE, "application/json")], text).into_response()
        }
        Said::Without(name) => {
            tokens.as_object_mut().unwrap().remove(name);
            Json(tokens).into_response()
        }
        Said::With(name, value) => {
            tokens[name] = value;
            Json(tokens).into_response()
        }
    }
}

impl Provider {
    fn signed(&self, word: &mut Word) -> String {
        let text = |value: &Value, text: &Option<String>| text.clone().unwrap_or_else(|| value.to_string());
        let encode = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
        let signer = self.state.lock().unwrap().signer.clone();
        if let Some((algorithm, _)) = &signer {
            word.header["alg"] = algorithm.as_str().into();
        }
        let header = encode(&text(&word.header, &word.header_text));
        let payload = encode(&text(&word.claims, &word.payload));
        let message = format!("{header}.{payload}");
        let by = |key: &EcdsaKeyPair| {
            let signature = key.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
            format!("{message}.{}", BASE64URL_NOPAD.encode(signature.as_ref()))
        };
        if let Some((_, signer)) = signer {
            return format!("{message}.{}", BASE64URL_NOPAD.encode(&signer(&message)));
        }
        match word.signing {
            Signing::Listed => by(&self.key),
            Signing::Stranger => by(&self.stranger),
            Signing::Nobody => format!("{message}."),
            Signing::PublicKeyAsSecret => {
                let secret = hmac::Key::new(hmac::HMAC_SHA256, self.key.public_key().as_ref());
                format!("{message}.{}", BASE64URL_NOPAD.encode(hmac::sign(&secret, message.as_bytes()).as_ref()))
            }
            Signing::Before => {
                let whole = by(&self.key);
                word.claims["sub"] = "person-2".into();
                let signature = whole.rsplit('.').next().unwrap();
                format!("{header}.{}.{signature}", encode(&word.claims.to_string()))
            }
            Signing::FiveParts => format!("{}.x.y", by(&self.key)),
        }
    }
}
