//! `earayis log check`: all of a log verified, and the database behind it where there is access; the first wrong is named.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use crate::cli::Failure;
use crate::cli::place::Place;
use crate::cli::terminal::{data, fail};
use crate::clock::{Clock, Instant};
use crate::oversight::{self, ActsChecked, CheckError, LogKeys, LogSource, Places, Published};
use crate::server::Service;
use crate::transparency::{Verifier, Witness};

/// Which log, and how to tell.
#[derive(Debug, Args)]
pub(in crate::cli) struct Check {
    #[command(flatten)]
    place: Place,
    /// The log of the service at this address, without its database
    #[arg(long, value_name = "URL", requires = "log", conflicts_with_all = ["config", "dir", "folder"])]
    server: Option<String>,
    /// The log in this folder, without its database
    #[arg(long, value_name = "DIR", requires = "log", conflicts_with_all = ["config", "dir"])]
    folder: Option<PathBuf>,
    /// The log's verifier key, as its operator publishes it
    #[arg(long, value_name = "VKEY")]
    log: Option<Verifier>,
    /// A key that signed this log before the present one; may be given several times
    #[arg(long, value_name = "VKEY")]
    former: Vec<Verifier>,
    /// A witness that must have cosigned the checkpoint; may be given several times
    #[arg(long, value_name = "VKEY")]
    witness: Vec<Witness>,
    /// How many leaves are known to be lost since an older backup was restored
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    lost: u64,
    /// Tell as JSON
    #[arg(long)]
    json: bool,
}

/// What was found right.
struct Sound {
    published: Published,
    acts: Option<ActsChecked>,
}

impl Check {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        // Whoever comes second finds the same provider in place.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (service, source, keys) = self.open().await?;
        let checked = check(service.as_ref(), &source, &keys, &self.witness, self.lost).await;
        if let Some(service) = service {
            service.storage.close().await;
        }
        if self.json { tell_json(checked) } else { tell(checked) }
    }

    async fn open(&self) -> Result<(Option<Service>, LogSource, LogKeys), Failure> {
        let source = match (&self.server, &self.folder) {
            (Some(server), _) => LogSource::server(server)?,
            (None, Some(folder)) => LogSource::folder(folder)?,
            (None, None) => {
                let service = self.place.unchecked().await?;
                let source = LogSource::folder(service.sequencer.store.folder())?;
                let present = self.log.clone().unwrap_or_else(|| service.ring.log().signer().verifier().clone());
                let former = [&self.former[..], service.ring.former_log_keys()].concat();
                return Ok((Some(service), source, LogKeys::new(present, former)));
            }
        };
        let present = self.log.clone().ok_or("name the log's key with `--log VKEY`")?;
        Ok((None, source, LogKeys::new(present, self.former.clone())))
    }
}

async fn check(
    service: Option<&Service>,
    source: &LogSource,
    keys: &LogKeys,
    witnesses: &[Witness],
    lost: u64,
) -> Result<Sound, CheckError> {
    let mut places = service.map(|service| Places::new(service.storage.clone(), Clock::System, lost));
    let bar = bar("entries");
    let tell = |done: u64, all: u64| advance(&bar, done, all);
    let published = oversight::published(source, keys, witnesses, places.as_mut(), &tell).await;
    bar.finish_and_clear();
    let published = published?;
    let Some(service) = service else { return Ok(Sound { published, acts: None }) };
    let bar = self::bar("certificates");
    let tell = |done: u64, all: u64| advance(&bar, done, all);
    let acts = oversight::acts(&service.storage, &tell).await;
    bar.finish_and_clear();
    Ok(Sound { published, acts: Some(acts?) })
}

/// Shown on a terminal, and nowhere else.
fn bar(what: &str) -> ProgressBar {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template(&format!("{{bar:40}} {{pos}}/{{len}} {what}, {{eta}} left")) {
        bar.set_style(style);
    }
    bar
}

fn advance(bar: &ProgressBar, done: u64, all: u64) {
    bar.set_length(all);
    bar.set_position(done.min(all));
}

fn tell(checked: Result<Sound, CheckError>) -> Result<ExitCode, Failure> {
    let Sound { published, acts } = match checked {
        Ok(sound) => sound,
        Err(CheckError::Wrong(fault)) => {
            data(format!("WRONG       {fault}"))?;
            return Ok(ExitCode::FAILURE);
        }
        Err(error) => return Ok(fail(&error)),
    };
    let checkpoint = &published.checkpoint;
    data(format!("checkpoint  {}, {} entries, signed by its key", checkpoint.origin, checkpoint.size))?;
    for (witness, at) in &published.witnessed {
        data(format!("witness     {witness} cosigned it at {}", instant(*at)))?;
    }
    data(format!("tiles       {}, every byte under the root {}", published.tiles, checkpoint.root.to_base64()))?;
    if let Some(acts) = acts {
        data("leaves      each published entry has its own, at its place, made of its record")?;
        data(format!(
            "records     {} certificates and {} acts upon them, each borne out by its leaves",
            acts.certificates, acts.acts
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn tell_json(checked: Result<Sound, CheckError>) -> Result<ExitCode, Failure> {
    let (told, code): (Value, _) = match checked {
        Ok(Sound { published, acts }) => {
            let witnessed = published.witnessed.iter();
            let witnessed = witnessed.map(|(name, at)| json!({ "witness": name, "at": instant(*at).to_string() }));
            let told = json!({
                "verdict": "sound",
                "origin": published.checkpoint.origin,
                "size": published.checkpoint.size,
                "root": published.checkpoint.root.to_base64(),
                "tiles": published.tiles,
                "witnessed": witnessed.collect::<Vec<_>>(),
                "certificates": acts.map(|acts| acts.certificates),
                "acts": acts.map(|acts| acts.acts),
            });
            (told, ExitCode::SUCCESS)
        }
        Err(CheckError::Wrong(fault)) => {
            (json!({ "verdict": "wrong", "fault": fault.slug(), "text": fault.to_string() }), ExitCode::FAILURE)
        }
        Err(error) => (json!({ "verdict": "unknown", "text": error.to_string() }), ExitCode::from(2)),
    };
    data(told.to_string())?;
    Ok(code)
}

fn instant(seconds: u64) -> Instant {
    Instant::from_millis(i64::try_from(seconds.saturating_mul(1000)).unwrap_or(i64::MAX))
}
