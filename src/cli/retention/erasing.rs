//! `earayis retention plan`, `propose` and `run`: each tells what stays and why.

use std::process::ExitCode;

use clap::Args;
use data_encoding::HEXLOWER;
use serde_json::json;
use uuid::Uuid;

use super::Told;
use crate::auth::Actor;
use crate::catalogue::Voen;
use crate::cli::Failure;
use crate::cli::place::{Place, finish};
use crate::cli::terminal::{data, say};
use crate::erasure::{ErasingProposalRecord, Remains};

/// A look at what is over its term.
#[derive(Debug, Args)]
pub(in crate::cli) struct Plan {
    #[command(flatten)]
    told: Told,
    #[command(flatten)]
    place: Place,
}

/// A proposal.
#[derive(Debug, Args)]
pub(in crate::cli) struct Propose {
    /// Only certificates of the agency with this VÖEN
    #[arg(long, value_name = "VÖEN")]
    agency: Option<Voen>,
    /// Why, for whoever decides; it must name nobody
    #[arg(long, value_name = "TEXT", default_value = "")]
    note: String,
    #[command(flatten)]
    place: Place,
}

/// A run.
#[derive(Debug, Args)]
pub(in crate::cli) struct Run {
    /// What was approved, by the id that `propose` printed
    #[arg(long, value_name = "ID")]
    proposal: Option<Uuid>,
    #[command(flatten)]
    told: Told,
    #[command(flatten)]
    place: Place,
}

impl Plan {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let service = self.place.service().await?;
        let (report, as_of) = (service.erasure.plan().await, service.app.clock.now());
        finish(service).await;
        let report = report?;
        if self.told.json {
            let printed = json!({ "plan": true, "as_of": as_of, "rows": report.rows, "remains": Remains::ALL });
            data(printed.to_string())?;
        } else {
            data(report.told(self.told.lang, true).trim_end())?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Propose {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let service = self.place.service().await?;
        let made = service.erasure.propose(self.agency.as_ref(), &self.note, &Actor::Operator).await;
        finish(service).await;
        proposed(&made?)
    }
}

/// Tells of a proposal that was made: its id, and the way on.
pub(in crate::cli) fn proposed(proposal: &ErasingProposalRecord) -> Result<ExitCode, Failure> {
    data(proposal.id.to_string())?;
    let (total, digest) = (proposal.listed.total, HEXLOWER.encode(&proposal.listed.digest));
    say(format!(
        "{total} certificates are listed, digest {digest}. Another person with the role `keeper` approves exactly this list \
         at the desk, until {}; then `earayis retention run --proposal {}` erases it",
        proposal.expires_at, proposal.id
    ));
    Ok(ExitCode::SUCCESS)
}

impl Run {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let service = self.place.service().await?;
        let done = match self.proposal {
            Some(proposal) => service.erasure.carry_out(proposal, &Actor::Operator).await,
            None => service.erasure.run(&Actor::Operator).await,
        };
        finish(service).await;
        let done = done?;
        let report = &done.run.report;
        if self.told.json {
            let (rows, run) = (&report.rows, &done.run);
            let printed = json!({
                "plan": false,
                "id": run.id,
                "proposal": run.proposal,
                "as_of": run.began_at,
                "finished_at": run.finished_at,
                "rows": rows,
                "remains": Remains::ALL,
                "overwritten": done.overwritten,
            });
            data(printed.to_string())?;
        } else {
            data(report.told(self.told.lang, false).trim_end())?;
        }
        if !done.overwritten {
            say("somebody still reads old pages of the database; the next run overwrites them");
        }
        Ok(ExitCode::SUCCESS)
    }
}
