//! A demonstration of the release binary, driven over HTTP as its clients drive it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinSet;

use crate::Failure;

/// How many clients ask at once.
pub(crate) const CLIENTS: usize = 32;

/// A demonstration in a folder of its own, ended with this value.
pub(crate) struct Running {
    child: Child,
    url: String,
    token: String,
    client: reqwest::Client,
}

/// A certificate as its clients know it.
pub(crate) struct Issued {
    pub(crate) id: String,
    pub(crate) number: String,
    pub(crate) code: String,
}

impl Running {
    /// Starts it and waits until it is ready.
    pub(crate) async fn start(data: &Path) -> Result<Self, Failure> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let address = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let child = Command::new(env!("CARGO_BIN_EXE_earayis"))
            .args(["demo", "--listen", &address.to_string(), "--dir"])
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let client = reqwest::Client::builder().timeout(Duration::from_mins(1)).build()?;
        let mut running = Self { child, url: format!("http://{address}"), token: String::new(), client };
        // The log of millions of rows is published before the first answer.
        for _ in 0..30_000 {
            let ready = running.client.get(format!("{}/health/ready", running.url)).send().await;
            if ready.is_ok_and(|answer| answer.status() == 200) {
                std::fs::read_to_string(data.join("issuer.token"))?.trim().clone_into(&mut running.token);
                return Ok(running);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err("the service is not ready".into())
    }

    async fn issue(&self) -> Result<Issued, Failure> {
        let request = self.client.post(format!("{}/api/v1/certificates", self.url)).bearer_auth(&self.token);
        let key = data_encoding::HEXLOWER.encode(&earayis::random::Random::system().bytes::<16>()?);
        let body = json!({ "kind": "is-yeri", "holder": "7DEM001" });
        let told: Value = request.header("idempotency-key", key).json(&body).send().await?.json().await?;
        match (told["id"].as_str(), told["number"].as_str(), told["code"].as_str()) {
            (Some(id), Some(number), Some(code)) => {
                Ok(Issued { id: id.to_owned(), number: number.to_owned(), code: code.to_owned() })
            }
            _ => Err(told.to_string().into()),
        }
    }

    /// Whether the log proves the certificate already.
    pub(crate) async fn has_proof(&self, id: &str) -> Result<bool, Failure> {
        let answer = self.client.get(format!("{}/api/v1/certificates/{id}/proof", self.url)).send().await?;
        if answer.status() == 404 { Ok(false) } else { answer.error_for_status().map(|_| true).map_err(Failure::from) }
    }

    pub(crate) async fn pdf(&self, id: &str) -> Result<Vec<u8>, Failure> {
        let request = self.client.get(format!("{}/api/v1/certificates/{id}/pdf", self.url)).bearer_auth(&self.token);
        Ok(request.send().await?.error_for_status()?.bytes().await?.to_vec())
    }

    pub(crate) fn post(&self) -> reqwest::RequestBuilder {
        self.client.post(format!("{}/api/v1/verifications", self.url))
    }

    /// Asks it to stop, so that its database is one whole file.
    pub(crate) fn stop(mut self) -> Result<(), Failure> {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A folder on a real disk for everything of one run.
pub(crate) fn folder() -> Result<tempfile::TempDir, Failure> {
    let parent =
        std::env::var("EARAYIS_BENCH_DIR").map_or_else(|_| PathBuf::from(env!("CARGO_TARGET_TMPDIR")), PathBuf::from);
    std::fs::create_dir_all(&parent)?;
    Ok(tempfile::tempdir_in(&parent)?)
}

/// Issues `count` certificates by [`CLIENTS`] clients at once.
pub(crate) async fn issue(running: &Arc<Running>, count: usize) -> Result<Vec<Issued>, Failure> {
    issue_and_tell(running, count, None).await
}

/// As [`issue`], telling the id of each as soon as its answer is there.
pub(crate) async fn issue_and_tell(
    running: &Arc<Running>,
    count: usize,
    tell: Option<UnboundedSender<String>>,
) -> Result<Vec<Issued>, Failure> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let (running, next, tell) = (Arc::clone(running), Arc::clone(&next), tell.clone());
        clients.spawn(async move {
            let mut issued = Vec::new();
            while next.fetch_add(1, Ordering::Relaxed) < count {
                let certificate = running.issue().await?;
                if let Some(tell) = &tell {
                    tell.send(certificate.id.clone())?;
                }
                issued.push(certificate);
            }
            Ok::<_, Failure>(issued)
        });
    }
    drop(tell);
    let mut issued = Vec::new();
    while let Some(client) = clients.join_next().await {
        issued.extend(client??);
    }
    Ok(issued)
}
