//! A witness behind TLS: reached under the roots that the settings name for it, and under no others.

use std::sync::Arc;

use earayis::transparency::AddCheckpoint;
use earayis::witness::{Answer, WitnessClient, WitnessError};
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::authority::{Authority, Certified};
use crate::witnesses::{RunningWitness, notes};

/// A proxy that does TLS in front of a plain address of this machine; gives its own.
async fn proxy(certified: &Certified, before: u16) -> String {
    let certificate = CertificateDer::from_pem_slice(certified.certificate.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(certified.key.as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let (acceptor, listener) = (TlsAcceptor::from(Arc::new(config)), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let url = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut inner = TcpStream::connect(("127.0.0.1", before)).await.unwrap();
                if let Ok(mut outer) = acceptor.accept(stream).await {
                    let _ = tokio::io::copy_bidirectional(&mut outer, &mut inner).await;
                }
            });
        }
    });
    url
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_witness_behind_a_proxy_is_reached_under_its_own_roots_alone() {
    let (log, [two, ..]) = notes();
    let (witness, authority) = (RunningWitness::of(&log), Authority::new());
    let url = proxy(&authority.service(), witness.port).await;
    let request = AddCheckpoint { old_size: 0, proof: Vec::new(), note: two };
    let client = |roots: Option<String>| {
        WitnessClient::new(&url, witness.vkey.parse().unwrap(), roots.as_ref().map(String::as_bytes))
    };
    for roots in [None, Some(Authority::new().pem())] {
        let refused = client(roots).unwrap().add_checkpoint(&request).await;
        assert!(matches!(refused, Err(WitnessError::Unreachable(..))), "{refused:?}");
    }
    let answer = client(Some(authority.pem())).unwrap().add_checkpoint(&request).await.unwrap();
    assert!(matches!(answer, Answer::Cosigned(_)), "{answer:?}");
    assert!(matches!(client(Some("none".to_owned())), Err(WitnessError::Roots(_))));
}
