//! A service with TLS of its own, in a folder of its own, and clients of it.

use std::net::TcpStream;
use std::time::Duration;

use reqwest::tls::Version;

use crate::asking::set_limits;
use crate::authority::{Authority, Certified};
use crate::service::{TestService, free_port};

/// A service with TLS, and who certifies it and its clients.
pub(crate) struct Tls {
    pub(crate) service: TestService,
    pub(crate) services: Authority,
    pub(crate) clients: Authority,
    pub(crate) folder: tempfile::TempDir,
}

impl Tls {
    /// Not started yet.
    pub(crate) fn prepared() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (services, clients) = (Authority::new(), Authority::new());
        let mut service = TestService::serving(folder.path(), free_port(), "sqlite:earayis.db");
        service.change_settings("public_url = \"http://", "public_url = \"https://");
        let files = "[tls]\ncertificate = \"service.pem\"\nkey = \"service.key\"\nclient_roots = \"clients.pem\"\n";
        set_limits(&service, "anonymous_burst = 1000\n", files);
        service.reach_over_tls(&services.pem());
        let tls = Self { service, services, clients, folder };
        tls.write("clients.pem", &tls.clients.pem());
        tls.serve(&tls.services.service());
        tls
    }

    pub(crate) async fn started() -> Self {
        let mut tls = Self::prepared();
        tls.service.start().await;
        tls
    }

    /// Puts a certificate where the service reads it.
    pub(crate) fn serve(&self, certified: &Certified) {
        self.write("service.pem", &certified.certificate);
        self.write("service.key", &certified.key);
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// A client that trusts the service's authority, and shows a certificate when it has one.
    pub(crate) fn client(&self, own: Option<&Certified>, version: Version) -> reqwest::Client {
        client(&self.services, own, version)
    }

    /// Whether a client gets an answer.
    pub(crate) async fn lets_in(&self, client: &reqwest::Client) -> bool {
        match client.get(format!("{}/health/live", self.service.url)).send().await {
            Ok(answer) => answer.status() == 200,
            Err(_) => false,
        }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.service.url.strip_prefix("https://").unwrap()).unwrap();
        stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        stream
    }
}

/// A client that trusts `root`, and shows a certificate when it has one.
pub(crate) fn client(root: &Authority, own: Option<&Certified>, version: Version) -> reqwest::Client {
    let root = reqwest::Certificate::from_pem(root.pem().as_bytes()).unwrap();
    let mut builder = reqwest::Client::builder()
        .tls_certs_only([root])
        .tls_version_min(version)
        .tls_version_max(version)
        .timeout(Duration::from_mins(1));
    if let Some(own) = own {
        builder = builder.identity(reqwest::Identity::from_pem(&own.both()).unwrap());
    }
    builder.build().unwrap()
}
