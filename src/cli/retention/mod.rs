//! `earayis retention`: what is over its term, erased or kept by a hold; where four eyes are needed, what was proposed.

mod erasing;
mod show;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::Failure;
use super::place::{Place, finish};
use super::terminal::say;
use crate::auth::Actor;
use crate::catalogue::Language;
use crate::certificate::Number;
use crate::erasure::HoldReason;

pub(super) use erasing::proposed;

/// What is done with content whose term is over.
#[derive(Debug, Subcommand)]
pub(super) enum Retention {
    /// Say what a run would erase and what holds would keep
    Plan(erasing::Plan),
    /// List what a run would erase, for another person to approve at the desk
    Propose(erasing::Propose),
    /// Erase every content whose kind's term is over and that no hold keeps, or exactly what was approved
    Run(erasing::Run),
    /// Show what was proposed, approved and carried out
    Show(show::Show),
    /// Keep a certificate's content beyond its term
    Hold(Hold),
    /// Let a held certificate's term hold again
    Lift(Lift),
}

/// How a report is told.
#[derive(Debug, Args)]
struct Told {
    /// Print it as JSON
    #[arg(long)]
    json: bool,
    /// The language of its words: az, en or ru
    #[arg(long, value_name = "LANGUAGE", default_value = "en", value_parser = language)]
    lang: Language,
}

/// A hold.
#[derive(Debug, Args)]
pub(super) struct Hold {
    /// The certificate's number
    #[arg(long)]
    number: Number,
    /// Why, such as the case's number; it must name nobody
    #[arg(long)]
    reason: HoldReason,
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
            Self::Plan(plan) => plan.run().await,
            Self::Propose(propose) => propose.run().await,
            Self::Run(run) => run.run().await,
            Self::Show(show) => show.run().await,
            Self::Hold(hold) => hold.place().await,
            Self::Lift(lift) => lift.lift().await,
        }
    }
}

impl Hold {
    async fn place(self) -> Result<ExitCode, Failure> {
        let service = self.place.service().await?;
        let placed = service.erasure.hold(self.number, &self.reason, &Actor::Operator).await;
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

fn language(text: &str) -> Result<Language, String> {
    Language::from_tag(text).ok_or_else(|| "the languages are az, en and ru".to_owned())
}
