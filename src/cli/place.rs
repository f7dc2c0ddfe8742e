//! Where a command finds its data: a settings file, or a demonstration's folder.

use std::path::{Path, PathBuf};

use clap::Args;

use super::Failure;
use super::terminal::say;
use crate::clock::Clock;
use crate::config::Settings;
use crate::random::Random;
use crate::sequencer::SequencerError;
use crate::server::{Service, assemble};

/// The settings file of a demonstration's folder.
pub(super) const DEMONSTRATION_SETTINGS: &str = "earayis.toml";

/// Which service's data a command touches.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(super) struct Place {
    /// The settings file of a service
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// A demonstration's folder, keys and all
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

impl Place {
    /// Whether the command line names a place at all.
    pub(super) fn is_named(&self) -> bool {
        self.config.is_some() || self.dir.is_some()
    }

    /// The settings of the place.
    pub(super) fn settings(&self) -> Result<Settings, Failure> {
        if let Some(config) = &self.config {
            return Ok(Settings::read(config)?);
        }
        let dir = self.dir.as_deref().unwrap_or(Path::new("data"));
        let file = dir.join(DEMONSTRATION_SETTINGS);
        if !file.exists() {
            let dir = dir.display();
            return Err(format!(
                "there is no demonstration in `{dir}`; start one with `earayis demo --dir {dir}`, or name a service's \
                 settings with `--config FILE`"
            )
            .into());
        }
        Ok(Settings::read(&file)?)
    }

    /// The service of the place, to do one act beside a running one: refused where a service would refuse to start.
    /// Its telemetry is quiet.
    pub(super) async fn service(&self) -> Result<Service, Failure> {
        let service = self.unchecked().await?;
        service.start_up_for_an_act().await?;
        Ok(service)
    }

    /// The service of the place as it is, to look at it.
    pub(super) async fn unchecked(&self) -> Result<Service, Failure> {
        Ok(assemble(&self.settings()?, None, Clock::System, Random::system()).await?)
    }
}

/// Ends an act: gives its leaves their places, as a running service would, and closes the storage.
///
/// What was done stays done when that fails, and must not look as if it had not been.
pub(super) async fn finish(service: Service) {
    if let Err(error) = settle(&service).await {
        say(format!("the log was not brought up to date ({error}); a running service does so within a second"));
    }
    service.storage.close().await;
}

/// Takes turns until nothing of the act waits: a running service may have taken one at the same time, without its leaf.
async fn settle(service: &Service) -> Result<(), SequencerError> {
    let acted = service.app.clock.now();
    loop {
        service.sequencer.turn().await?;
        if service.storage.oldest_waiting_since().await?.is_none_or(|since| since > acted) {
            return Ok(());
        }
    }
}
