//! TLS of our own: its files read again without a restart, client certificates accepted from the configured roots only.
//!
//! Who a client certificate belongs to is not decided here: its leaf goes to the request, accepted and no more.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rustls::crypto::ring::default_provider;
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpStream;
use tokio::signal::unix::{SignalKind, signal};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::clock::{Clock, Instant};
use crate::config;

/// How often the files are looked at.
const LOOKED_AT: Duration = Duration::from_mins(1);

/// Why TLS cannot be served with these files.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("{}: cannot be read ({reason}); let the service read it, or name another under [tls]", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// A file holds no certificate.
    #[error("{}: there is no certificate in it; write the chain into it as PEM, the service's own first", .0.display())]
    NoCertificate(PathBuf),
    /// A file holds no key.
    #[error("{}: there is no private key in it; write it into it as PEM (PKCS#8, PKCS#1 or SEC1)", .0.display())]
    NoKey(PathBuf),
    /// The two do not belong together, or are of a sort that cannot be used.
    #[error("{} and {}: cannot be served together ({reason}); use a P-256, P-384, Ed25519 or RSA key and the certificate made for it", certificate.display(), key.display())]
    Pair {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
        /// What was said of them.
        reason: rustls::Error,
    },
    /// A root is none.
    #[error("{}: cannot be the roots of client certificates ({reason}); write certificates of authorities into it as PEM", file.display())]
    Roots {
        /// The file.
        file: PathBuf,
        /// What was said of it.
        reason: String,
    },
    /// Signals cannot be watched.
    #[error("signals cannot be watched: {0}")]
    Signal(io::Error),
}

/// What is served now, and from which files it came.
pub(super) struct Tls {
    files: config::Tls,
    served: RwLock<Served>,
}

struct Served {
    /// What the files held.
    held: Files,
    config: Arc<ServerConfig>,
    /// When its certificate ends, in seconds since 1970.
    ends: Option<i64>,
}

/// The contents of the files.
#[derive(PartialEq, Eq)]
struct Files {
    certificate: Vec<u8>,
    key: zeroize::Zeroizing<Vec<u8>>,
    client_roots: Option<Vec<u8>>,
}

impl Tls {
    /// Reads the files; what is wrong with them is named.
    pub(super) fn load(files: &config::Tls) -> Result<Self, TlsError> {
        let served = Served::of(Files::read(files)?, files)?;
        Ok(Self { files: files.clone(), served: RwLock::new(served) })
    }

    /// Shakes hands; the client's own certificate is answered, DER, when it showed one that was accepted.
    ///
    /// A hand that is refused gets its alert here. How long it may take is the caller's matter.
    pub(super) async fn accept(&self, stream: TcpStream) -> io::Result<(TlsStream<TcpStream>, Option<Arc<[u8]>>)> {
        let stream = TlsAcceptor::from(self.config()).accept(stream).await?;
        let leaf = stream.get_ref().1.peer_certificates().and_then(<[_]>::first).map(|leaf| Arc::from(leaf.as_ref()));
        Ok((stream, leaf))
    }

    /// Reads the files again each minute and on SIGHUP; it never ends of itself. Files that cannot be served leave what
    /// is served as it is.
    pub(super) fn keep_fresh(
        self: Arc<Self>,
        clock: Clock,
    ) -> Result<impl Future<Output = ()> + Send + 'static, TlsError> {
        let mut hang_up = signal(SignalKind::hangup()).map_err(TlsError::Signal)?;
        Ok(async move {
            let mut every = tokio::time::interval(LOOKED_AT);
            loop {
                tokio::select! {
                    _ = every.tick() => {}
                    _ = hang_up.recv() => {}
                }
                let looked = self.look_again();
                self.show_days_left(clock.now());
                match looked {
                    Ok(true) => tracing::info!("the files under [tls] have changed and are served"),
                    Ok(false) => {}
                    Err(error) => tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "the files under [tls] have changed and cannot be served; the former ones are"
                    ),
                }
            }
        })
    }

    /// Whether the files have changed; then they are served.
    fn look_again(&self) -> Result<bool, TlsError> {
        let held = Files::read(&self.files)?;
        if self.served.read().unwrap_or_else(PoisonError::into_inner).held == held {
            return Ok(false);
        }
        let served = Served::of(held, &self.files)?;
        *self.served.write().unwrap_or_else(PoisonError::into_inner) = served;
        Ok(true)
    }

    /// Shows in the metrics for how many days the certificate that is served still holds.
    fn show_days_left(&self, now: Instant) {
        let served = self.served.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(ends) = served.ends {
            #[expect(clippy::cast_precision_loss, reason = "a number of days fits any float")]
            let days = (ends - now.seconds()).div_euclid(86_400) as f64;
            metrics::gauge!("earayis_tls_certificate_days_left").set(days);
        }
    }

    fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.served.read().unwrap_or_else(PoisonError::into_inner).config)
    }
}

impl Served {
    fn of(held: Files, files: &config::Tls) -> Result<Self, TlsError> {
        let config = held.configure(files)?;
        let leaf = CertificateDer::from_pem_slice(&held.certificate).ok();
        let ends = leaf.and_then(|leaf| {
            let (_, certificate) = x509_parser::parse_x509_certificate(&leaf).ok()?;
            Some(certificate.validity().not_after.timestamp())
        });
        Ok(Self { held, config, ends })
    }
}

impl Files {
    fn read(files: &config::Tls) -> Result<Self, TlsError> {
        let read = |file: &Path| std::fs::read(file).map_err(|reason| TlsError::Read { file: file.to_owned(), reason });
        Ok(Self {
            certificate: read(&files.certificate)?,
            key: read(&files.key)?.into(),
            client_roots: files.client_roots.as_deref().map(read).transpose()?,
        })
    }

    fn configure(&self, files: &config::Tls) -> Result<Arc<ServerConfig>, TlsError> {
        let certificates = CertificateDer::pem_slice_iter(&self.certificate).collect::<Result<Vec<_>, _>>();
        let chain = certificates.ok().filter(|chain| !chain.is_empty());
        let chain = chain.ok_or_else(|| TlsError::NoCertificate(files.certificate.clone()))?;
        let key = PrivateKeyDer::from_pem_slice(&self.key).map_err(|_| TlsError::NoKey(files.key.clone()))?;
        let unfit = |reason| TlsError::Pair { certificate: files.certificate.clone(), key: files.key.clone(), reason };
        let provider = Arc::new(default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(unfit)?;
        let builder = match (&self.client_roots, &files.client_roots) {
            (Some(pem), Some(file)) => {
                let unfit = |reason: String| TlsError::Roots { file: file.clone(), reason };
                let roots = Arc::new(roots(pem).map_err(unfit)?);
                let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider)
                    .allow_unauthenticated()
                    .build()
                    .map_err(|reason| unfit(reason.to_string()))?;
                builder.with_client_cert_verifier(verifier)
            }
            _ => builder.with_no_client_auth(),
        };
        let mut config = builder.with_single_cert(chain, key).map_err(unfit)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        if self.client_roots.is_some() {
            // A resumed session would carry a client certificate that has expired since, or whose root is gone.
            config.session_storage = Arc::new(NoServerSessionStorage {});
            config.send_tls13_tickets = 0;
        }
        Ok(Arc::new(config))
    }
}

fn roots(pem: &[u8]) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    for root in CertificateDer::pem_slice_iter(pem) {
        let root = root.map_err(|reason| reason.to_string())?;
        roots.add(root).map_err(|reason| reason.to_string())?;
    }
    if roots.is_empty() {
        return Err("there is no certificate in it".to_owned());
    }
    Ok(roots)
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use axum::{Extension, Router};
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
    use rustls::ClientConfig;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsConnector;

    use super::*;
    use crate::app::Peer;
    use crate::door::Proxies;
    use crate::server::connections::{self, Bounds};

    /// Says whom it sees: the address, and the client certificate in hexadecimal.
    async fn whom(Extension(peer): Extension<Peer>) -> String {
        let certificate = peer.certificate.map(|leaf| data_encoding::HEXLOWER.encode(&leaf));
        format!("{} {}.", peer.address, certificate.unwrap_or_default())
    }

    /// Asks once, and answers what is seen of the client.
    async fn asked(mut stream: impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin) -> String {
        stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nx-client-cert: 00\r\n\r\n").await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b".") {
            assert_ne!(stream.read_buf(&mut answer).await.unwrap(), 0, "closed before the answer");
        }
        let answer = String::from_utf8(answer).unwrap();
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    }

    #[tokio::test]
    async fn a_request_knows_its_connections_address_and_certificate_and_no_header_makes_one() {
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let root = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let certified = || {
            let key = KeyPair::generate().unwrap();
            let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
            (params.signed_by(&key, &root).unwrap(), key)
        };
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: String| {
            let file = folder.path().join(name);
            std::fs::write(&file, text).unwrap();
            file
        };
        let (own, key) = certified();
        let files = config::Tls {
            certificate: write("service.pem", own.pem()),
            key: write("service.key", key.serialize_pem()),
            client_roots: Some(write("clients.pem", root.pem())),
        };
        let serve = async |tls: Option<Arc<Tls>>| {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let router = Router::new().route("/", get(whom));
            let bounds = Bounds::of(Duration::from_secs(30));
            tokio::spawn(connections::serve(listener, tls, router, bounds, Proxies::default(), std::future::pending()));
            TcpStream::connect(address).await.unwrap()
        };

        let mut roots = RootCertStore::empty();
        roots.add(root.der().clone()).unwrap();
        let (bank, key) = certified();
        let client = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let shown = client.clone().with_client_auth_cert(vec![bank.der().clone()], key).unwrap();
        let tls = Arc::new(Tls::load(&files).unwrap());
        for (client, leaf) in [(shown, bank.der().as_ref()), (client.with_no_client_auth(), &[])] {
            let stream = serve(Some(Arc::clone(&tls))).await;
            let from = stream.local_addr().unwrap();
            let connector = TlsConnector::from(Arc::new(client));
            let stream = connector.connect("localhost".try_into().unwrap(), stream).await.unwrap();
            assert_eq!(asked(stream).await, format!("{from} {}.", data_encoding::HEXLOWER.encode(leaf)));
        }
        let stream = serve(None).await;
        let from = stream.local_addr().unwrap();
        assert_eq!(asked(stream).await, format!("{from} ."));
    }
}
