//! `earayis retention`: what is over its term, erased or kept by a hold, with a report for people or programs.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::Failure;
use super::place::{Place, finish};
use super::terminal::{data, say};
use crate::auth::Actor;
use crate::certificate::Number;
use crate::erasure::Report;

/// What is done with content whose term is over.
#[derive(Debug, Subcommand)]
pub(super) enum Retention {
    /// Say what a run would erase and what holds would keep
    Plan(Run),
    /// Erase every content whose kind's term is over and that no hold keeps
    Run(Run),
    /// Keep a certificate's content beyond its term
    Hold(Hold),
    /// Let a held certificate's term hold again
    Lift(Lift),
}

/// A run.
#[derive(Debug, Args)]
pub(super) struct Run {
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

/// A hold.
#[derive(Debug, Args)]
pub(super) struct Hold {
    /// The certificate's number
    #[arg(long)]
    number: Number,
    /// Why, such as the case's number; it must name nobody
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    place: Place,
}

/// The end of a hold.
#[derive(Debug, Args)]
pub(super) struct Lift {
    /// The certificate's number
    #[arg(long)]
    number: Number,
    #[command(flatten)]
    place: Place,
}

impl Retention {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Plan(run) => run.go(true).await,
            Self::Run(run) => run.go(false).await,
            Self::Hold(hold) => hold.place().await,
            Self::Lift(lift) => lift.lift().await,
        }
    }
}

impl Run {
    async fn go(self, plan: bool) -> Result<ExitCode, Failure> {
        let service = self.place.service().await?;
        let report = service.erasure.run(&Actor::Operator, plan).await;
        finish(service).await;
        let report = report?;
        if self.json {
            data(serde_json::to_string(&report)?)?;
        } else {
            data(told(&report).trim_end())?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Hold {
    async fn place(self) -> Result<ExitCode, Failure> {
        let reason = self.reason.trim();
        if !(3..=200).contains(&reason.chars().count()) || reason.chars().any(char::is_control) {
            return Err("give a reason of 3 to 200 characters, such as the case's number".into());
        }
        let service = self.place.service().await?;
        let placed = service.erasure.hold(self.number, reason, &Actor::Operator).await;
        finish(service).await;
        if !placed? {
            return Err(format!("{} is held already, or its content is erased", self.number).into());
        }
        say(format!("the content of {} is kept until the hold is lifted", self.number));
        Ok(ExitCode::SUCCESS)
    }
}

impl Lift {
    async fn lift(self) -> Result<ExitCode, Failure> {
        let service = self.place.service().await?;
        let lifted = service.erasure.lift(self.number, &Actor::Operator).await;
        finish(service).await;
        if !lifted? {
            return Err(format!("no hold keeps {}", self.number).into());
        }
        say(format!("the content of {} is kept for its term only", self.number));
        Ok(ExitCode::SUCCESS)
    }
}

/// A line for each kind, and why what stays does.
fn told(report: &Report) -> String {
    let verb = if report.plan { "would be erased" } else { "erased" };
    let erased = report.erased.iter().map(|(kind, count)| format!("{kind}: {count} {verb}, the term is over\n"));
    let held = report.held.iter().map(|(kind, count)| format!("{kind}: {count} kept by a hold\n"));
    let lines: Vec<String> = erased.chain(held).collect();
    if lines.is_empty() { format!("nothing is over its term at {}", report.as_of) } else { lines.concat() }
}
