//! `earayis issue`, `revoke`, `suspend`, `reinstate`, `supersede`, `erase`: acts of the operator beside the data.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::Failure;
use super::place::{Place, finish};
use super::retention::proposed;
use super::terminal::{data, say};
use crate::auth::Actor;
use crate::catalogue::{Fin, KindCode, Language, Voen};
use crate::certificate::{Number, Recipient, StatusReason};
use crate::issuance::{IssueError, IssueRequest, sentences};
use crate::registry::Question;
use crate::revocation::Change;
use crate::server::Service;

/// Issues a certificate.
#[derive(Debug, Args)]
pub(super) struct Issue {
    /// Of which kind; `earayis kinds list` shows them
    #[arg(long)]
    kind: KindCode,
    /// The holder's FİN
    #[arg(long, value_name = "FIN")]
    holder: Fin,
    /// One of the kind's purposes [default: its first]
    #[arg(long)]
    purpose: Option<String>,
    /// The organisation it is for [default: wherever it is asked for]
    #[arg(long, value_name = "NAME")]
    recipient: Option<String>,
    /// That organisation's VÖEN
    #[arg(long, value_name = "VOEN", requires = "recipient")]
    recipient_voen: Option<Voen>,
    /// Where to write the PDF [default: NUMBER.pdf]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Print the certificate as the API would answer it
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

impl Issue {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let service = self.place.service().await?;
        let outcome = self.issue(&service).await;
        finish(service).await;
        outcome
    }

    async fn issue(&self, service: &Service) -> Result<ExitCode, Failure> {
        let request = self.request()?;
        self.writable()?;
        let issuance = &service.app.issuance;
        let issued = issuance.issue(request, Actor::Operator, None).await.map_err(|error| explained(&error))?;
        let (id, number) = (issued.id, issued.number);
        let out = self.out.clone().unwrap_or_else(|| PathBuf::from(format!("{number}.pdf")));
        // Told before the file is written: whatever becomes of the file, the certificate exists.
        if self.json {
            data(serde_json::to_string_pretty(&crate::api::IssuedAnswer::of(issued))?)?;
        } else {
            data(format!("number  {number}\ncode    {}\nfile    {}", issued.code.printed(), out.display()))?;
        }
        let (_, bytes) = issuance.released(id, &Actor::Operator).await?.ok_or("the certificate is gone")?;
        std::fs::write(&out, bytes).map_err(|error| {
            format!(
                "{}: cannot be written: {error}; the certificate is issued all the same: the holder and the agency's \
                 API have its file, or revoke {number}",
                out.display()
            )
        })?;
        Ok(ExitCode::SUCCESS)
    }

    /// Refuses, before anything is issued, a place where no file can be written.
    fn writable(&self) -> Result<(), Failure> {
        let Some(out) = &self.out else { return Ok(()) };
        let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if out.is_dir() || !folder.is_dir() {
            return Err(format!("{}: no file can be written there; nothing was issued", out.display()).into());
        }
        Ok(())
    }

    fn request(&self) -> Result<IssueRequest, Failure> {
        let recipient = match &self.recipient {
            None => Recipient::WhereRequired,
            Some(name) => Recipient::named(name, self.recipient_voen.clone())
                .ok_or("`--recipient` takes 1 to 200 printable characters")?,
        };
        let subject = Question { fin: self.holder.clone(), birth_date: None, name: None };
        Ok(IssueRequest { kind: self.kind.clone(), subject, purpose: self.purpose.clone(), recipient })
    }
}

/// Both voices: what the holder would be told, and what happened.
fn explained(error: &IssueError) -> Failure {
    format!("{} ({error})", sentences::refusal(error, Language::En)).into()
}

/// Changes a certificate's status, with a reason.
#[derive(Debug, Args)]
pub(super) struct Reasoned {
    /// The certificate's number
    #[arg(long)]
    number: Number,
    /// Why
    #[arg(long, value_parser = reason, help = REASONS)]
    reason: StatusReason,
    #[command(flatten)]
    place: Place,
}

/// Which of the three acts with a reason.
#[derive(Debug, Clone, Copy)]
pub(super) enum StatusVerb {
    /// Withdraw.
    Revoke,
    /// Take out of force.
    Suspend,
    /// Put back into force.
    Reinstate,
}

impl Reasoned {
    pub(super) async fn run(self, verb: StatusVerb) -> Result<ExitCode, Failure> {
        let change = match verb {
            StatusVerb::Revoke => Change::Revoke(self.reason),
            StatusVerb::Suspend => Change::Suspend(self.reason),
            StatusVerb::Reinstate => Change::Reinstate(self.reason),
        };
        run_change(&self.place, self.number, change).await
    }
}

/// Replaces a certificate.
#[derive(Debug, Args)]
pub(super) struct Supersede {
    /// The number of the certificate that is replaced
    #[arg(long, value_name = "OLD")]
    number: Number,
    /// The number of the new one: same holder and kind, in force
    #[arg(long, value_name = "NEW")]
    by: Number,
    #[command(flatten)]
    place: Place,
}

impl Supersede {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        run_change(&self.place, self.number, Change::Supersede(self.by)).await
    }
}

/// Erases a certificate's content.
#[derive(Debug, Args)]
pub(super) struct Erase {
    /// The certificate's number
    #[arg(long)]
    number: Number,
    /// Why, for whoever decides where erasing needs four eyes; it must name nobody
    #[arg(long, value_name = "TEXT", default_value = "")]
    note: String,
    #[command(flatten)]
    place: Place,
}

impl Erase {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let service = self.place.service().await?;
        if service.erasure.rule.four_eyes {
            let made = service.erasure.propose_one(self.number, &self.note, &Actor::Operator).await;
            finish(service).await;
            return proposed(&made?);
        }
        let erased = service.erasure.erase(self.number, &Actor::Operator).await;
        finish(service).await;
        erased?;
        say(format!("the content of {} is erased; its file still verifies, without facts", self.number));
        Ok(ExitCode::SUCCESS)
    }
}

async fn run_change(place: &Place, number: Number, change: Change) -> Result<ExitCode, Failure> {
    let service = place.service().await?;
    let changed = service.app.revocation.change(number, change, Actor::Operator).await;
    finish(service).await;
    let record = changed?;
    let status = record.standing.status_at(record.valid_until, record.standing_since);
    say(format!("{number} is now {}", crate::verification::Verdict::from(status).slug()));
    Ok(ExitCode::SUCCESS)
}

/// What `--reason` takes, for the help text.
const REASONS: &str = "Why: facts_wrong, facts_changed, holder_request, issued_in_error, official_order, \
                       misuse_suspected or cause_removed";

fn reason(text: &str) -> Result<StatusReason, String> {
    StatusReason::from_slug(text).filter(|reason| *reason != StatusReason::Superseded).ok_or_else(|| {
        let known = StatusReason::ALL.map(StatusReason::slug).join(", ");
        format!("the reasons are {known}; `superseded` belongs to `earayis supersede`")
    })
}
