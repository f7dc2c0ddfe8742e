//! The settings of the service, read from one TOML file; what is unknown or missing is refused.

mod agency_alarms;
mod check;
mod door;
mod error;
mod file;
mod open_data;
mod registries;
mod retention;
mod sign_in;
mod values;
mod witnesses;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::catalogue::Voen;
use crate::{telemetry, transparency};

pub use error::{ConfigError, Mistake};
pub use values::{PublicUrl, Secret};

/// A settings file with every setting explained, to copy and change.
pub const EXAMPLE: &str = include_str!("../../templates/earayis.example.toml");

/// Everything an operator decides. Paths are ready to use, secrets are read, and nothing is left to check.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the service listens.
    pub listen: SocketAddr,
    /// The origin people reach it by, which stands in every QR code.
    pub public_url: PublicUrl,
    /// Hosts it had before, lower case, whose QR codes are still in circulation.
    pub former_hosts: Vec<String>,
    /// False makes every certificate a demonstration.
    pub production: bool,
    /// The database.
    pub storage: Storage,
    /// The transparency log.
    pub log: Log,
    /// The folder of the keys.
    pub keys: PathBuf,
    /// The folder of the kinds; without one, the kinds built in.
    pub kinds: Option<PathBuf>,
    /// The authentic sources, no two of one name.
    pub registries: Vec<Registry>,
    /// Who may use the API as an organisation, no two with one name or one token.
    pub api_tokens: Vec<ApiToken>,
    /// Where the metrics are served: never where the service listens.
    pub metrics: SocketAddr,
    /// How the service logs.
    pub telemetry: telemetry::Settings,
    /// What one request may cost.
    pub limits: Limits,
    /// Who is let in, and how often.
    pub door: crate::door::Settings,
    /// Who says who somebody is; without it nobody signs in but a demonstration's people.
    pub sign_in: Option<crate::identity::Settings>,
    /// What is unusual at an agency.
    pub agency_alarms: crate::alarms::Thresholds,
    /// Under what terms figures are published.
    pub open_data: crate::open_data::Terms,
    /// Who must agree before anything is erased.
    pub retention: crate::erasure::Rule,
    /// TLS of our own; without it, somebody else's stands in front.
    pub tls: Option<Tls>,
}

/// The PEM files of the service's own TLS.
#[derive(Debug, Clone)]
pub struct Tls {
    /// The certificate chain, the service's own first.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
    /// The roots whose client certificates are accepted; without them, none is asked for.
    pub client_roots: Option<PathBuf>,
}

/// The database and how to enter it.
#[derive(Debug, Clone)]
pub struct Storage {
    /// `sqlite:` with a path that does not depend on the working folder, or `postgres://` without a password.
    pub url: String,
    /// The password of a PostgreSQL user, where one is needed.
    pub password: Option<Secret>,
}

/// The transparency log outside the database.
#[derive(Debug, Clone)]
pub struct Log {
    /// The folder of tiles and checkpoint.
    pub directory: PathBuf,
    /// The origin line of its checkpoints (C2SP tlog-checkpoint).
    pub origin: String,
    /// Who cosigns them, no two with one name.
    pub witnesses: Vec<Witness>,
    /// How many of them make a checkpoint a witnessed one: at least one, where there are any.
    pub witness_quorum: usize,
}

/// A witness of the log, of a second organisation.
#[derive(Debug, Clone)]
pub struct Witness {
    /// Its submission prefix: `https`, or `http` on this machine only.
    pub url: String,
    /// Its key.
    pub key: transparency::Witness,
    /// The roots under which alone its certificate counts, as PEM; else the web's.
    pub roots: Option<Vec<u8>>,
}

/// One authentic source.
#[derive(Debug, Clone)]
pub struct Registry {
    /// The name by which kinds ask for it.
    pub source: String,
    /// Where it answers.
    pub place: Place,
}

/// Where a registry source answers.
#[derive(Debug, Clone)]
pub enum Place {
    /// A file or folder on this machine.
    File(PathBuf),
    /// A system of the agency.
    Http(Http),
}

/// How to reach an agency's system.
#[derive(Debug, Clone)]
pub struct Http {
    /// `https`, or `http` on this machine only.
    pub url: String,
    /// How long connecting may take.
    pub connect_timeout: Duration,
    /// How long one answer may take, connecting included.
    pub timeout: Duration,
    /// Headers sent with each question: name and value.
    pub headers: Vec<(String, Secret)>,
    /// PEM file of the certificate chain by which we are known there, and of its key.
    pub client: Option<ClientFiles>,
    /// PEM file of the only root to trust; without one, the web's roots.
    pub root_certificate: Option<PathBuf>,
}

/// The PEM files with which the service shows who it is.
#[derive(Debug, Clone)]
pub struct ClientFiles {
    /// The certificate chain.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// A token by which an organisation's system enters the API.
#[derive(Debug, Clone)]
pub struct ApiToken {
    /// What the audit trail calls it.
    pub name: String,
    /// Whose it is.
    pub organisation: Voen,
    /// What it may do.
    pub role: Role,
    /// SHA-256 of the token.
    pub sha256: [u8; 32],
}

/// What the bearer of an API token is to the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// May issue, suspend and revoke certificates of its organisation.
    Issuer,
}

/// What one request may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The largest body of a request, in bytes.
    pub upload_bytes: usize,
    /// How long one request may take.
    pub request_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { upload_bytes: 20 * 1024 * 1024, request_timeout: Duration::from_secs(30) }
    }
}

impl Settings {
    /// Reads and checks the file at `path`, and the secrets it names.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = read(path)?;
        let absolute =
            std::path::absolute(path).map_err(|reason| ConfigError::Unreadable { file: path.to_owned(), reason })?;
        let folder = absolute.parent().unwrap_or(Path::new("/"));
        Self::parse(&text, path, folder)
    }

    /// Whether the file at `path` is a production service's.
    ///
    /// What it names need not be there yet: keys are made before the folder of the keys exists.
    pub fn are_for_production(path: &Path) -> Result<bool, ConfigError> {
        check::production(&read(path)?).map_err(|mistakes| ConfigError::Mistakes { file: path.to_owned(), mistakes })
    }

    /// Whether all clients of a real service must look like one: only a proxy can reach it, and none is trusted.
    pub fn hides_its_clients(&self) -> bool {
        self.production && self.listen.ip().is_loopback() && self.door.proxies.trusted.is_empty()
    }

    /// Checks settings that stand in `text`: `file` is what to call it in messages, `folder` where its paths begin.
    pub fn parse(text: &str, file: &Path, folder: &Path) -> Result<Self, ConfigError> {
        check::settings(text, folder).map_err(|mistakes| ConfigError::Mistakes { file: file.to_owned(), mistakes })
    }
}

fn read(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|reason| ConfigError::Unreadable { file: path.to_owned(), reason })
}

#[cfg(test)]
mod tests;
