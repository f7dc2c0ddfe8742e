//! `earayis log witness`: a small witness that a second organisation runs on a machine of its own.

use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use ring::signature::Ed25519KeyPair;
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject as _;

use crate::cli::Failure;
use crate::cli::terminal::{data, say};
use crate::clock::Clock;
use crate::keys::private_pem;
use crate::random::Random;
use crate::transparency::{Cosigner, Verifier};
use crate::witness::{Witnessing, router};

/// Which logs, under which name, and where it remembers them.
#[derive(Debug, Args)]
pub(in crate::cli) struct Witness {
    /// Where it listens; a proxy in front of it does TLS
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
    /// The folder that remembers what was cosigned, and keeps evidence: back it up, and never set it back
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// The verifier key of a log that it cosigns; may be given several times
    #[arg(long, value_name = "VKEY", required = true)]
    log: Vec<Verifier>,
    /// The witness's name, such as witness.example
    #[arg(long, value_name = "NAME")]
    name: String,
    /// Its private key, an Ed25519 key in PKCS#8 PEM; made when it is not there [default: key.pem in the folder]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

impl Witness {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        std::fs::create_dir_all(&self.dir)?;
        let key = self.key.unwrap_or_else(|| self.dir.join("key.pem"));
        let cosigner = Cosigner::new(&self.name, pair(&key)?)?;
        let vkey = cosigner.witness().to_string();
        let witnessing = Witnessing::begin(cosigner, self.log, &self.dir, Clock::System)?;
        let listener = tokio::net::TcpListener::bind(self.listen).await?;
        data(&vkey)?;
        let address = listener.local_addr()?;
        say(format!(
            "the line above is this witness's key, for the settings of the logs; it listens on http://{address}"
        ));
        let stopping = async {
            let _ = stop().await;
        };
        axum::serve(listener, router(Arc::new(witnessing))).with_graceful_shutdown(stopping).await?;
        Ok(ExitCode::SUCCESS)
    }
}

async fn stop() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

/// The key in a file, or a new one that is written there.
fn pair(file: &Path) -> Result<Ed25519KeyPair, Failure> {
    let unfit = || format!("{}: is no Ed25519 key in PKCS#8 PEM", file.display());
    if file.exists() {
        let pkcs8 = PrivatePkcs8KeyDer::from_pem_file(file).map_err(|_| unfit())?;
        return Ok(Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8.secret_pkcs8_der()).map_err(|_| unfit())?);
    }
    let pkcs8 = Ed25519KeyPair::generate_pkcs8(Random::system().ring()).map_err(|_| "no key could be made")?;
    let mut options = std::fs::OpenOptions::new();
    let mut new = options.write(true).create_new(true).mode(0o600).open(file)?;
    new.write_all(private_pem(pkcs8.as_ref()).as_bytes())?;
    new.sync_all()?;
    Ok(Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).map_err(|_| unfit())?)
}
