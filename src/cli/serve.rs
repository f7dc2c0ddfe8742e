//! `earayis serve`: the service of a settings file, with nothing of the demonstration in it.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::Failure;
use crate::clock::Clock;
use crate::config::Settings;
use crate::random::Random;
use crate::server::{assemble, serve};
use crate::telemetry::{self, Metrics};

/// Runs the service.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// The settings file
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

impl Serve {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let settings = Settings::read(&self.config)?;
        telemetry::start(settings.telemetry)?;
        let metrics = Metrics::start()?;
        let service = assemble(&settings, None, Clock::System, Random::system()).await?;
        let ready = |address, metrics| tracing::info!(%address, %metrics, "ready");
        serve(service, &settings, metrics, ready).await?;
        Ok(ExitCode::SUCCESS)
    }
}
