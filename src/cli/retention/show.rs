//! `earayis retention show`: what was proposed and by whom, what was decided, and what each run did.

use std::process::ExitCode;

use clap::Args;
use data_encoding::HEXLOWER;
use serde_json::{Value, json};

use super::Told;
use crate::auth::Reach;
use crate::cli::Failure;
use crate::cli::place::Place;
use crate::cli::terminal::data;
use crate::erasure::Proposal;

/// Everything that was proposed and done, latest first.
#[derive(Debug, Args)]
pub(in crate::cli) struct Show {
    #[command(flatten)]
    told: Told,
    #[command(flatten)]
    place: Place,
}

/// The most proposals that are shown.
const SHOWN: u32 = 50;

impl Show {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let service = self.place.unchecked().await?;
        let proposals = service.erasure.proposals(&Reach::All, SHOWN).await;
        let runs = service.erasure.runs(&Reach::All).await;
        service.storage.close().await;
        let (proposals, runs) = (proposals?, runs?);
        if self.told.json {
            let proposals: Vec<Value> = proposals.iter().map(printed).collect();
            data(json!({ "proposals": proposals, "runs": runs }).to_string())?;
            return Ok(ExitCode::SUCCESS);
        }
        for proposal in &proposals {
            data(line(proposal))?;
        }
        for run in &runs {
            let ended = run.finished_at.map_or_else(|| "cut off".to_owned(), |at| format!("ended {at}"));
            data(format!("\nrun {}  began {}, {ended}, by {}", run.id, run.began_at, run.carried_out_by))?;
            data(run.report.told(self.told.lang, false).trim_end())?;
        }
        if proposals.is_empty() && runs.is_empty() {
            data("nothing was proposed or carried out yet")?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn line(proposal: &Proposal) -> String {
    let record = &proposal.record;
    let decided = record.decision.as_ref().map(|decision| format!(", decided by {}: {}", decision.by, decision.note));
    format!(
        "proposal {}  {}: {} certificates, proposed {} by {}, until {}{}",
        record.id,
        proposal.state.slug(),
        record.listed.total,
        record.proposed_at,
        record.proposed_by,
        record.expires_at,
        decided.unwrap_or_default()
    )
}

fn printed(proposal: &Proposal) -> Value {
    let record = &proposal.record;
    let decision = record.decision.as_ref().map(|decision| {
        json!({ "approved": decision.approved, "by": decision.by, "at": decision.at, "note": decision.note })
    });
    json!({
        "id": record.id,
        "state": proposal.state.slug(),
        "single": record.single,
        "issuer": record.issuer.as_ref().map(ToString::to_string),
        "total": record.listed.total,
        "digest": HEXLOWER.encode(&record.listed.digest),
        "note": record.note,
        "proposed_by": record.proposed_by,
        "proposed_at": record.proposed_at,
        "expires_at": record.expires_at,
        "decision": decision,
        "began_at": record.began_at,
        "finished_at": record.finished_at,
    })
}
