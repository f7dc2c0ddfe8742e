//! `earayis keys`: makes a development ring, revokes keys, and shows what a ring holds without showing a secret.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;

use super::Failure;
use super::place::Place;
use super::terminal::{data, say};
use crate::clock::Clock;
use crate::config::Settings;
use crate::keys::{self, InitOptions, KeyRing, Revoked, SealingAlgorithm};
use crate::random::Random;

/// The keys' commands.
#[derive(Debug, Subcommand)]
pub(super) enum Keys {
    /// Make all keys for development: everything sealed with them says that it has no legal force
    Init {
        /// The folder to make, which must not hold keys yet
        #[arg(long, value_name = "DIR")]
        dir: PathBuf,
        /// The settings file the keys are for: refused when it says production
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// The name in the certificates' subjects
        #[arg(long, default_value = "earayis SINAQ")]
        issuer: String,
        /// The log's origin, which can never change
        #[arg(long, default_value = "demo.earayis.example/log")]
        origin: String,
        /// A PKCS#8 PEM file with an RSA key of 2048, 3072 or 4096 bits to seal with [default: a new P-256 key]
        #[arg(long, value_name = "FILE")]
        rsa: Option<PathBuf>,
    },
    /// List the keys of a folder
    List {
        /// The folder
        #[arg(long, value_name = "DIR")]
        dir: PathBuf,
    },
    /// Revoke a key: from now on nothing it signed is believed, and running services sign with it no more within a minute
    Revoke {
        /// The folder
        #[arg(long, value_name = "DIR")]
        dir: PathBuf,
        /// The key's `kid`, as `list` shows it
        #[arg(long)]
        kid: keys::Kid,
    },
    /// Wrap every certificate's data key under the newest key-encryption key
    Rewrap(Place),
}

impl Keys {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let random = Random::system();
        match self {
            Self::Init { dir, config, issuer, origin, rsa } => {
                if let Some(config) = config
                    && Settings::are_for_production(&config)?
                {
                    return Err("the settings say `production = true`, and these keys are for development: \
                                make production keys by the ceremony that `keys/README.md` describes"
                        .into());
                }
                let sealing = match rsa {
                    Some(file) => SealingAlgorithm::Rsa(std::fs::read_to_string(file)?.into()),
                    None => SealingAlgorithm::P256,
                };
                let options =
                    InitOptions { now: Clock::System.now(), issuer, log_origin: origin, sealing, development: true };
                keys::init(&dir, &options, &random)?;
                say(format!("development keys are in {}; keep the folder to yourself", dir.display()));
            }
            Self::List { dir } => list(&KeyRing::load(&dir, &random)?)?,
            Self::Revoke { dir, kid } => {
                let Revoked { purpose, active } = keys::revoke(&dir, kid, Clock::System.now())?;
                let advice =
                    "; put another in its place, for until then nothing is signed for that purpose (keys/README.md)";
                say(format!("the `{purpose}` key {kid} is revoked{}", if active { advice } else { "" }));
            }
            Self::Rewrap(place) => {
                let service = place.unchecked().await?;
                let wrapped = service.storage.rewrap().await?;
                service.storage.close().await;
                say(format!("{wrapped} data keys were wrapped anew"));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn list(ring: &KeyRing) -> Result<(), Failure> {
    for key in ring.public_keys().iter() {
        let revoked = key.revoked_at.map(|at| format!(", revoked {at}")).unwrap_or_default();
        data(format!("{:<8} {}  {} to {}{revoked}", key.purpose, key.kid(), key.not_before, key.not_after))?;
    }
    data(format!("log      {}", ring.log().vkey()))?;
    for kek in ring.keks() {
        data(format!("kek      version {}", kek.version()))?;
    }
    data(format!("lookup   version {}", ring.lookup().version()))?;
    if ring.is_development() {
        say("these keys are for development: nothing sealed with them has legal force");
    }
    ring.findings(Clock::System.now()).iter().for_each(|finding| say(finding.to_string()));
    Ok(())
}
