//! `earayis log`: the published checkpoint and its key, the proof of one certificate, and the auditor's tools.

mod check;
mod monitor;
mod witness;

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
    /// Verify all of a log, and of the database behind it: exit code 0 when all is right, 1 when something is wrong, 2
    /// when it could not be found out
    Check(check::Check),
    /// Follow a log, and prove each new checkpoint to continue the last: exit code 1 with the evidence when one does not
    Monitor(monitor::Monitor),
    /// Run a witness, which cosigns the checkpoints of logs that only grow (C2SP tlog-witness)
    Witness(witness::Witness),
}

impl Log {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Checkpoint(place) => show(&place, Shown::Checkpoint).await,
            Self::Vkey(place) => show(&place, Shown::Vkey).await,
            Self::Proof { number, place } => show(&place, Shown::Proof(number)).await,
            Self::Check(check) => check.run().await,
            Self::Monitor(monitor) => monitor.run().await,
            Self::Witness(witness) => witness.run().await,
        }
    }
}

/// What is printed of the log of a service at hand.
enum Shown {
    Checkpoint,
    Vkey,
    Proof(Number),
}

async fn show(place: &Place, what: Shown) -> Result<ExitCode, Failure> {
    let service = place.unchecked().await?;
    let text = match what {
        Shown::Checkpoint => service.app.log.published().await?.ok_or("nothing was published yet")?,
        Shown::Vkey => format!("{}\n", service.ring.log().vkey()),
        Shown::Proof(number) => {
            let record = service.storage.certificate_by_number(number).await?.ok_or("there is no such certificate")?;
            let proof = service.app.verifier.proof(record.id).await?;
            proof.ok_or("its leaf still waits for its place; a running service gives it one within a second")?
        }
    };
    service.storage.close().await;
    bytes(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
