//! Mutual TLS: the source is asked only with our certificate, and only when its own is from the root we were given.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;

use earayis::random::Random;
use earayis::registry::{HttpSource, Pem, RegistryError, UnusableSource};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use serde_json::json;

use crate::service::{ask, registry_with, reply, settings};

type Root = CertifiedIssuer<'static, KeyPair>;

fn root() -> Root {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate for 127.0.0.1 and its key.
fn certified(root: &Root) -> (rcgen::Certificate, KeyPair) {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    (params.signed_by(&key, root).unwrap(), key)
}

fn client_pem(root: &Root) -> Vec<u8> {
    let (certificate, key) = certified(root);
    format!("{}{}", certificate.pem(), key.serialize_pem()).into_bytes()
}

/// Answers every question of a client whose certificate is from `root`; gives its address.
fn server(root: &Root) -> String {
    let mut trusted = RootCertStore::empty();
    trusted.add(root.der().clone()).unwrap();
    let provider = Arc::new(default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(trusted.into(), provider.clone()).build().unwrap();
    let (certificate, key) = certified(root);
    let chain: Vec<CertificateDer<'static>> = vec![certificate.der().clone()];
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, PrivateKeyDer::try_from(key.serialize_der()).unwrap())
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let config = Arc::new(config);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = ServerConnection::new(config.clone()).unwrap();
            // A client that is refused, or refuses us, is the client's matter: the test looks at what it saw.
            let _ = answer(StreamOwned::new(connection, stream));
        }
    });
    url
}

fn answer(mut stream: StreamOwned<ServerConnection, std::net::TcpStream>) -> std::io::Result<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"}") {
        let mut piece = [0; 4096];
        let length = stream.read(&mut piece)?;
        if length == 0 {
            return Ok(());
        }
        request.extend_from_slice(&piece[..length]);
    }
    let body = reply().to_string();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())?;
    stream.conn.send_close_notify();
    stream.flush()
}

fn pem(client: Option<Vec<u8>>, root: Option<&Root>) -> Pem {
    Pem { client_certificate: client, root_certificate: root.map(|root| root.pem().into_bytes()) }
}

#[tokio::test]
async fn mutual_tls_needs_both_certificates() {
    let (ours, strangers) = (root(), root());
    let url = server(&ours);
    let both = json!({ "client_certificate": "client.pem", "root_certificate": "root.pem" });
    let without = json!({ "root_certificate": "root.pem" });

    let good = registry_with(settings(&url, &both), &pem(Some(client_pem(&ours)), Some(&ours)));
    assert_eq!(ask(&good).await.unwrap().reference(), "R-17");

    let refused = [
        (&without, pem(None, Some(&ours)), "no client certificate"),
        (&both, pem(Some(client_pem(&strangers)), Some(&ours)), "a stranger's client certificate"),
        (&both, pem(Some(client_pem(&ours)), Some(&strangers)), "a server of another root"),
    ];
    for (more, pem, case) in refused {
        let registry = registry_with(settings(&url, more), &pem);
        assert_eq!(ask(&registry).await.unwrap_err(), RegistryError::Unreachable, "{case}");
    }
}

#[test]
fn settings_that_would_weaken_the_question_make_no_source() {
    let root = root();
    let url = "https://registry.example/";
    let some_pem = pem(Some(client_pem(&root)), Some(&root));
    let named = json!({ "client_certificate": "client.pem", "root_certificate": "root.pem" });
    let nothing = json!({});
    let header = |name: &str, value: &str| json!({ "headers": { name: value } });
    let cases = [
        ("http://registry.example/", &nothing, Pem::default(), UnusableSource::Url),
        ("https://user:word@registry.example/", &nothing, Pem::default(), UnusableSource::Url),
        ("file:///etc/hostname", &nothing, Pem::default(), UnusableSource::Url),
        (url, &named, Pem::default(), UnusableSource::RootCertificate),
        (url, &named, pem(None, Some(&root)), UnusableSource::ClientCertificate),
        (url, &named, pem(Some(b"no pem".to_vec()), Some(&root)), UnusableSource::ClientCertificate),
        (url, &nothing, some_pem.clone(), UnusableSource::RootCertificate),
        (url, &json!({ "max_attempts": 0 }), Pem::default(), UnusableSource::Zero("max_attempts")),
        (url, &header("X-A", "a\nb"), Pem::default(), UnusableSource::Header("X-A".into())),
        (url, &header("Host", "elsewhere"), Pem::default(), UnusableSource::Header("Host".into())),
    ];
    for (url, more, pem, expected) in cases {
        assert_eq!(HttpSource::new(settings(url, more), &pem, Random::system()).unwrap_err(), expected);
    }
    assert!(HttpSource::new(settings(url, &named), &some_pem, Random::system()).is_ok());
}
