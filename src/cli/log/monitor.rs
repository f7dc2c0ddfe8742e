//! `earayis log monitor`: follows a log from what was seen last; a log that contradicts itself ends it, with the evidence.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use serde_json::json;

use crate::cli::Failure;
use crate::cli::terminal::{data, fail, say};
use crate::oversight::{self, LogKeys, LogSource, MonitorError, Seen};
use crate::transparency::Verifier;

/// Which log, and where to keep what is seen of it.
#[derive(Debug, Args)]
pub(in crate::cli) struct Monitor {
    /// The service that publishes the log
    #[arg(long, value_name = "URL")]
    server: String,
    /// The log's verifier key, as its operator publishes it
    #[arg(long, value_name = "VKEY")]
    log: Verifier,
    /// A key that signed this log before the present one; may be given several times
    #[arg(long, value_name = "VKEY")]
    former: Vec<Verifier>,
    /// The folder that keeps the checkpoints seen
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// Look once, and end
    #[arg(long)]
    once: bool,
    /// Seconds between two looks
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    every: u64,
    /// Tell as JSON, a line for each look
    #[arg(long)]
    json: bool,
}

impl Monitor {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        // Whoever comes second finds the same provider in place.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let source = LogSource::server(&self.server)?;
        let keys = LogKeys::new(self.log.clone(), self.former.clone());
        let monitor = oversight::Monitor::open(&self.dir, keys)?;
        loop {
            match monitor.look(&source).await {
                Ok(seen) => self.tell(&seen)?,
                Err(error) if error.is_wrong() => return self.wrong(&error),
                Err(error) if self.once => return Ok(fail(&error)),
                Err(error) => say(format!("nothing was found out: {error}")),
            }
            if self.once {
                return Ok(ExitCode::SUCCESS);
            }
            tokio::time::sleep(Duration::from_secs(self.every)).await;
        }
    }

    fn tell(&self, seen: &Seen) -> Result<(), Failure> {
        let (checkpoint, before) = (&seen.checkpoint, seen.before);
        if self.json {
            let root = checkpoint.root.to_base64();
            let told = json!({ "verdict": "sound", "size": checkpoint.size, "root": root, "before": before });
            return Ok(data(told.to_string())?);
        }
        let size = checkpoint.size;
        data(match before {
            None => format!("{size} entries, held from now on"),
            Some(before) if before == size => format!("{size} entries, as before"),
            Some(before) => format!("{size} entries, proven to continue the {before} seen before"),
        })?;
        Ok(())
    }

    fn wrong(&self, error: &MonitorError) -> Result<ExitCode, Failure> {
        if self.json {
            let evidence = if let MonitorError::Fork { evidence, .. } = error { Some(evidence) } else { None };
            data(json!({ "verdict": "wrong", "text": error.to_string(), "evidence": evidence }).to_string())?;
        } else {
            data(format!("WRONG  {error}"))?;
        }
        Ok(ExitCode::FAILURE)
    }
}
