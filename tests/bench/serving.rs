//! The running service on SQLite: durable issuances a second, what one leaves on the disk, and verifications a second.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::Failure;
use crate::measure::{rate, ratio};
use crate::rows::{bare_commits, weigh};

const CLIENTS: usize = 32;
const ISSUANCES: usize = 3000;
const WARM_UP: usize = 200;
const VERIFICATIONS: usize = 4000;
/// How many issuances of 32 clients at once may be expected to share a commit.
const GROUP: usize = 16;

/// A demonstration in a folder of its own, ended with this value.
struct Running {
    child: Child,
    url: String,
    token: String,
    client: reqwest::Client,
}

/// A certificate as its clients know it.
struct Issued {
    id: String,
    code: String,
}

/// Prints the figures.
pub(crate) async fn run() -> Result<(), Failure> {
    let parent =
        std::env::var("EARAYIS_BENCH_DIR").map_or_else(|_| PathBuf::from(env!("CARGO_TARGET_TMPDIR")), PathBuf::from);
    std::fs::create_dir_all(&parent)?;
    let folder = tempfile::tempdir_in(&parent)?;
    let data = folder.path().join("data");
    let running = Arc::new(Running::start(&data).await?);

    println!("\nserving: SQLite in {}, {CLIENTS} clients over HTTP on the same processors\n", parent.display());
    issue(&running, WARM_UP).await?;
    let begun = Instant::now();
    let issued = issue(&running, ISSUANCES).await?;
    let issuing = begun.elapsed();
    let by_code = verify_by_code(&running, &issued).await?;
    let by_file = verify_by_file(&running, &issued).await?;
    Arc::into_inner(running).ok_or("a client still runs")?.stop()?;

    let weights = weigh(&data.join("earayis.db")).await?;
    let bytes = usize::try_from(weights.database - weights.shared)? / weights.certificates;
    let single = bare_commits(folder.path(), 400, 1, bytes).await?;
    let grouped = bare_commits(folder.path(), 100, GROUP, bytes).await?;
    let issuances = rate(ISSUANCES, issuing);
    let (single, grouped) = (rate(400, single), rate(100 * GROUP, grouped));
    println!("  durable issuances a second                     {issuances:>10.0}");
    println!("  bare commits of {bytes} bytes a second, one each  {single:>10.0}");
    println!("  such rows a second, {GROUP} to a commit             {grouped:>10.0}");
    ratio("issuances / bare commits, one each", issuances / single, "aim 0.5");
    ratio("issuances / bare rows, sharing commits", issuances / grouped, "what group commit could reach");
    println!("  verifications a second by code                 {by_code:>10.0}");
    println!("  verifications a second by file                 {by_file:>10.0}");

    println!(
        "\n  stored for each of {} certificates: {bytes} bytes in the database (aim 12000), of which",
        weights.certificates
    );
    let mut told = 0.0;
    for (name, bytes) in &weights.parts {
        println!("    {name:<44} {bytes:>8.0}");
        told += bytes;
    }
    println!("    {:<44} {:>8.0}", "indexes, pages not full, looks", f64::from(u32::try_from(bytes)?) - told);
    let log = folder_bytes(&data.join("log"))? / u64::try_from(weights.certificates)?;
    println!("  beside it {log} bytes in the published log; {} bytes are shared by all", weights.shared);
    Ok(())
}

async fn issue(running: &Arc<Running>, count: usize) -> Result<Vec<Issued>, Failure> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let (running, next) = (Arc::clone(running), Arc::clone(&next));
        clients.spawn(async move {
            let mut issued = Vec::new();
            while next.fetch_add(1, Ordering::Relaxed) < count {
                issued.push(running.issue().await?);
            }
            Ok::<_, Failure>(issued)
        });
    }
    let mut issued = Vec::new();
    while let Some(client) = clients.join_next().await {
        issued.extend(client??);
    }
    Ok(issued)
}

async fn verify_by_code(running: &Arc<Running>, issued: &[Issued]) -> Result<f64, Failure> {
    let codes = issued.iter().map(|one| one.code.clone()).collect::<Vec<_>>();
    verify(codes, VERIFICATIONS, |code| running.post().json(&json!({ "code": code }))).await
}

async fn verify_by_file(running: &Arc<Running>, issued: &[Issued]) -> Result<f64, Failure> {
    let mut files = Vec::new();
    for one in issued.iter().take(100) {
        files.push(running.pdf(&one.id).await?);
    }
    let upload = |file: &Vec<u8>| {
        let part = reqwest::multipart::Part::bytes(file.clone());
        running.post().multipart(reqwest::multipart::Form::new().part("file", part))
    };
    verify(files, VERIFICATIONS / 2, upload).await
}

/// Verifies `count` times by what `items` hold in turn; answers how often a second.
async fn verify<T>(
    items: Vec<T>,
    count: usize,
    request: impl Fn(&T) -> reqwest::RequestBuilder,
) -> Result<f64, Failure> {
    let mut under_way = JoinSet::new();
    let begun = Instant::now();
    for item in items.iter().cycle().take(count) {
        if under_way.len() == CLIENTS
            && let Some(verified) = under_way.join_next().await
        {
            verified??;
        }
        let request = request(item);
        under_way.spawn(async move {
            let told: Value = request.send().await?.json().await?;
            if told["verdict"] == "valid" { Ok::<_, Failure>(()) } else { Err(told.to_string().into()) }
        });
    }
    while let Some(verified) = under_way.join_next().await {
        verified??;
    }
    Ok(rate(count, begun.elapsed()))
}

impl Running {
    async fn start(data: &Path) -> Result<Self, Failure> {
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
        for _ in 0..500 {
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
        match (told["id"].as_str(), told["code"].as_str()) {
            (Some(id), Some(code)) => Ok(Issued { id: id.to_owned(), code: code.to_owned() }),
            _ => Err(told.to_string().into()),
        }
    }

    async fn pdf(&self, id: &str) -> Result<Vec<u8>, Failure> {
        let request = self.client.get(format!("{}/api/v1/certificates/{id}/pdf", self.url)).bearer_auth(&self.token);
        Ok(request.send().await?.error_for_status()?.bytes().await?.to_vec())
    }

    fn post(&self) -> reqwest::RequestBuilder {
        self.client.post(format!("{}/api/v1/verifications", self.url))
    }

    /// Asks it to stop, so that its database is one whole file.
    fn stop(mut self) -> Result<(), Failure> {
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

fn folder_bytes(folder: &Path) -> Result<u64, Failure> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        bytes += if entry.file_type()?.is_dir() { folder_bytes(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(bytes)
}
