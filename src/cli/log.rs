//! `earayis log`: the published checkpoint, the key it is signed with, and the proof of one certificate.

use std::process::ExitCode;

use clap::Subcommand;

use super::Failure;
use super::place::Place;
use super::terminal::bytes;
use crate::certificate::Number;

/// The log's commands.
#[derive(Debug, Subcommand)]
pub(super) enum Log {
    /// Print the published checkpoint
    Checkpoint(Place),
    /// Print the log's verifier key (C2SP signed-note)
    Vkey(Place),
    /// Print the proof that a certificate's issuance stands in the log (C2SP tlog-proof)
    Proof {
        /// The certificate's number
        #[arg(long)]
        number: Number,
        #[command(flatten)]
        place: Place,
    },
}

impl Log {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let (Self::Checkpoint(place) | Self::Vkey(place) | Self::Proof { place, .. }) = &self;
        let service = place.unchecked().await?;
        let text = match &self {
            Self::Checkpoint(_) => service.app.log.published().await?.ok_or("nothing was published yet")?,
            Self::Vkey(_) => format!("{}\n", service.ring.log().vkey()),
            Self::Proof { number, .. } => {
                let record =
                    service.storage.certificate_by_number(*number).await?.ok_or("there is no such certificate")?;
                let proof = service.app.verifier.proof(record.id).await?;
                proof.ok_or("its leaf still waits for its place; a running service gives it one within a second")?
            }
        };
        service.storage.close().await;
        bytes(text.as_bytes())?;
        Ok(ExitCode::SUCCESS)
    }
}
