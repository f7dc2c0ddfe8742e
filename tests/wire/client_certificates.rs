//! Client certificates as the API meets them behind the listener: bound to one organisation, or refused with the reason.
//!
//! The listener's word is the request extension [`Peer`]; these tests speak in its place, on a service of their own in
//! this process whose clock they hold.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use earayis::app::Peer;
use earayis::auth::{Actor, Scope};
use earayis::catalogue::Voen;
use earayis::clock::Clock;
use earayis::config::Settings;
use earayis::organisations::{Credential, OrganisationError, Profile};
use earayis::random::Random;
use earayis::server::{Service, assemble};
use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose, date_time_ymd};
use serde_json::Value;
use tower::ServiceExt as _;

use crate::service::TestService;

const BANK: &str = "9900310161";
const OTHER_BANK: &str = "9900300221";

/// A service in this process, with two banks of one member each.
struct Bench {
    service: Service,
    clock: Clock,
    _folder: tempfile::TempDir,
}

impl Bench {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        TestService::serving(folder.path(), 1, "sqlite:earayis.db");
        let settings = Settings::read(&folder.path().join("service-1.toml")).unwrap();
        let clock = Clock::manual(Clock::System.now());
        let service = assemble(&settings, None, clock.clone(), Random::system()).await.unwrap();
        let bench = Self { service, clock, _folder: folder };
        for voen in [BANK, OTHER_BANK] {
            bench.profile(voen, false).await;
            let organisations = &bench.service.organisations;
            organisations.add_member(&voen.parse().unwrap(), &"desk".parse().unwrap(), &Actor::Operator).await.unwrap();
        }
        bench
    }

    /// Adds the bank, or changes whether its tokens need its certificate.
    async fn profile(&self, voen: &str, needs_certificate: bool) {
        let (voen, name): (Voen, _) = (voen.parse().unwrap(), "Bank".parse().unwrap());
        let profile = Profile { name, issuer: false, verifier: true, auditor: false, needs_certificate };
        let organisations = &self.service.organisations;
        if organisations.add(&voen, profile.clone(), &Actor::Operator).await.is_err() {
            organisations.change(&voen, profile, &Actor::Operator).await.unwrap();
        }
    }

    fn credential(name: &str, scopes: &[Scope]) -> Credential {
        let scopes = scopes.iter().copied().collect();
        Credential { name: name.parse().unwrap(), member: "desk".parse().unwrap(), scopes }
    }

    async fn bind(&self, voen: &str, name: &str, der: &[u8]) -> Result<(), OrganisationError> {
        let credential = Self::credential(name, &[Scope::Verify]);
        let organisations = &self.service.organisations;
        organisations.bind_certificate(&voen.parse().unwrap(), credential, der, &Actor::Operator).await.map(drop)
    }

    async fn token(&self, voen: &str) -> String {
        let credential = Self::credential("core", &[Scope::Verify, Scope::Batch]);
        let organisations = &self.service.organisations;
        let issued = organisations.issue_token(&voen.parse().unwrap(), credential, 1, &Actor::Operator).await;
        issued.unwrap().token.expose().to_owned()
    }

    /// Who is behind a connection with this certificate and a request with this token: a VÖEN, or the problem's slug.
    async fn who(&self, certificate: Option<&[u8]>, token: Option<&str>) -> String {
        let answer = self.ask("GET", "/api/v1/organisation", certificate, token, Body::empty()).await;
        match answer["voen"].as_str() {
            Some(voen) => {
                assert_eq!(answer["credential"]["certificate"], certificate.is_some(), "{answer}");
                assert_eq!(answer["credential"]["token"], token.is_some(), "{answer}");
                voen.to_owned()
            }
            None => answer["type"].as_str().unwrap().strip_prefix("urn:earayis:problem:").unwrap().to_owned(),
        }
    }

    async fn ask(
        &self,
        method: &str,
        path: &str,
        certificate: Option<&[u8]>,
        token: Option<&str>,
        body: Body,
    ) -> Value {
        let app = &self.service.app;
        let mut request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let peer = Peer { address: "127.0.0.1:1".parse().unwrap(), certificate: certificate.map(Arc::from) };
        let request = request.extension(peer).body(body).unwrap();
        let answer = earayis::api::router(app).with_state(app.clone()).oneshot(request).await.unwrap();
        serde_json::from_slice(&to_bytes(answer.into_body(), usize::MAX).await.unwrap()).unwrap()
    }
}

/// A certificate for TLS clients that holds from 2000 on, changed by `change`, in DER.
fn certificate(change: impl FnOnce(&mut CertificateParams)) -> Vec<u8> {
    let mut params = CertificateParams::new(vec!["bank.example".to_owned()]).unwrap();
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    (params.not_before, params.not_after) = (date_time_ymd(2000, 1, 1), date_time_ymd(2090, 1, 1));
    change(&mut params);
    params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn token_and_certificate_agree_or_are_refused() {
    let bench = Bench::new().await;
    let (own, theirs, stranger) = (certificate(|_| {}), certificate(|_| {}), certificate(|_| {}));
    bench.bind(BANK, "gateway", &own).await.unwrap();
    bench.bind(OTHER_BANK, "gateway", &theirs).await.unwrap();
    let token = bench.token(BANK).await;

    assert_eq!(bench.who(None, None).await, "unauthenticated");
    assert_eq!(bench.who(Some(&own), None).await, BANK, "a bound certificate alone");
    assert_eq!(bench.who(None, Some(&token)).await, BANK, "a token alone");
    assert_eq!(bench.who(Some(&own), Some(&token)).await, BANK);
    assert_eq!(bench.who(Some(&theirs), Some(&token)).await, "certificate-of-another-organisation");
    assert_eq!(bench.who(Some(&stranger), Some(&token)).await, "unknown-certificate");
    assert_eq!(bench.who(Some(&stranger), None).await, "unknown-certificate");
    assert_eq!(
        bench.who(Some(&own), Some("earayis_wrong")).await,
        "unknown-token",
        "a certificate covers no wrong token"
    );
    assert_eq!(bench.who(Some(b"no certificate"), None).await, "unreadable-certificate");
    assert_eq!(bench.who(Some(&[&own[..], b"more"].concat()), None).await, "unreadable-certificate");

    bench.profile(BANK, true).await;
    assert_eq!(bench.who(None, Some(&token)).await, "certificate-needed");
    assert_eq!(bench.who(Some(&theirs), Some(&token)).await, "certificate-of-another-organisation");
    assert_eq!(bench.who(Some(&own), Some(&token)).await, BANK);
    assert_eq!(bench.who(Some(&own), None).await, BANK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_that_does_not_serve_is_refused_with_its_reason() {
    let bench = Bench::new().await;
    let expired = certificate(|params| params.not_after = date_time_ymd(2001, 1, 1));
    let early = certificate(|params| params.not_before = date_time_ymd(2080, 1, 1));
    let server = certificate(|params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth]);
    let cipher = certificate(|params| params.key_usages = vec![KeyUsagePurpose::KeyEncipherment]);
    let authority = certificate(|params| params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained));
    for (der, slug) in [
        (&expired, "expired-certificate"),
        (&early, "certificate-not-yet-valid"),
        (&server, "certificate-not-for-clients"),
        (&cipher, "certificate-not-for-clients"),
        (&authority, "certificate-not-for-clients"),
    ] {
        assert_eq!(bench.who(Some(der), None).await, slug);
        let bound = bench.bind(BANK, slug, der).await;
        assert_eq!(
            bound.is_ok(),
            slug == "certificate-not-yet-valid",
            "{slug}: only the next one is bound before it serves"
        );
        assert_eq!(bench.who(Some(der), None).await, slug);
    }
    let unrestricted = certificate(|params| (params.extended_key_usages, params.key_usages) = (vec![], vec![]));
    bench.bind(BANK, "unrestricted", &unrestricted).await.unwrap();
    assert_eq!(bench.who(Some(&unrestricted), None).await, BANK);
    bench.clock.set(Clock::System.now().plus_days(70 * 365));
    assert_eq!(bench.who(Some(&unrestricted), None).await, "expired-certificate");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_revoked_closed_or_over_fails_with_the_next_request() {
    let bench = Bench::new().await;
    let (bank, own): (Voen, _) = (BANK.parse().unwrap(), certificate(|_| {}));
    bench.bind(BANK, "gateway", &own).await.unwrap();
    let stolen = bench.bind(OTHER_BANK, "gateway", &own).await;
    assert!(stolen.is_err_and(|error| error.to_string().contains("bound once")));
    let token = bench.token(BANK).await;
    assert_eq!(bench.who(Some(&own), Some(&token)).await, BANK);

    let organisations = &bench.service.organisations;
    organisations.revoke_certificate(&bank, &"gateway".parse().unwrap(), &Actor::Operator).await.unwrap();
    assert_eq!(bench.who(Some(&own), None).await, "revoked-certificate");
    assert_eq!(bench.who(Some(&own), Some(&token)).await, "revoked-certificate", "a token does not cover it");
    assert_eq!(bench.who(None, Some(&token)).await, BANK);

    let next = certificate(|_| {});
    bench.bind(BANK, "gateway", &next).await.unwrap();
    let end = bench.clock.now().plus_days(1);
    bench.clock.set(end.plus_millis(-1));
    assert_eq!(bench.who(None, Some(&token)).await, BANK);
    bench.clock.set(end);
    assert_eq!(bench.who(None, Some(&token)).await, "expired-token");
    assert_eq!(bench.who(Some(&next), Some(&token)).await, "expired-token", "a certificate does not cover it");

    organisations.close(&bank, &Actor::Operator).await.unwrap();
    assert_eq!(bench.who(Some(&next), None).await, "closed-organisation");
    let acts: Vec<String> =
        bench.service.storage.audit_events_of(BANK).await.unwrap().into_iter().map(|event| event.act).collect();
    for act in [
        "add_organisation",
        "add_member",
        "bind_certificate",
        "issue_token",
        "revoke_certificate",
        "close_organisation",
    ] {
        assert!(acts.iter().any(|done| done == act), "{act}: {acts:?}");
    }
}

/// What a certificate may do alone stands in its binding; a token has its own scopes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_alone_does_what_its_binding_says() {
    let bench = Bench::new().await;
    let own = certificate(|_| {});
    let credential = Bench::credential("watcher", &[Scope::Watch]);
    let bank: Voen = BANK.parse().unwrap();
    bench.service.organisations.bind_certificate(&bank, credential, &own, &Actor::Operator).await.unwrap();
    let token = bench.token(BANK).await;
    let number = || Body::from(r#"{"number":"2026-0000-0000"}"#);
    let verify =
        async |token: Option<&str>| bench.ask("POST", "/api/v1/verifications", Some(&own), token, number()).await;
    assert_eq!(verify(None).await["type"], "urn:earayis:problem:missing-scope");
    assert_eq!(verify(Some(&token)).await["verdict"], "unknown");
}

/// A clerk's browser shows the certificate of her bank like any other client.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_knows_who_asks_and_a_bad_certificate_is_told_as_a_page() {
    let bench = Bench::new().await;
    let (own, stranger) = (certificate(|_| {}), certificate(|_| {}));
    bench.bind(BANK, "gateway", &own).await.unwrap();
    for (certificate, status, words) in [
        (None, 200, "Belə arayış tapılmadı"),
        (Some(own), 200, "Belə arayış tapılmadı"),
        (Some(stranger), 403, "sertifikatı və ya tokeni qəbul edilmədi"),
    ] {
        let peer = Peer { address: "127.0.0.1:1".parse().unwrap(), certificate: certificate.map(Arc::from) };
        let request = Request::post("/v").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let request = request.extension(peer).body(Body::from("what=2026-0000-0000")).unwrap();
        let app = &bench.service.app;
        let answer = earayis::web::router(app, &Value::Null).with_state(app.clone()).oneshot(request).await.unwrap();
        assert_eq!(answer.status(), status);
        assert!(answer.headers()[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/html"));
        let page = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        assert!(String::from_utf8_lossy(&page).contains(words), "{}", String::from_utf8_lossy(&page));
    }
}
