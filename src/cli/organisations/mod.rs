//! `earayis organisations`, `members`, `tokens`, `client-certificates`: who uses the service in an organisation's name.
//!
//! They work beside a running service on the same data; what they change holds for its very next request. An operator
//! adds an organisation, gives it a member who answers for its credentials, and then makes a token or binds a client
//! certificate for its system; `earayis organisations --help` shows the way.

mod credentials;
mod listing;
mod members;

use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};

pub(super) use credentials::{ClientCertificates, Tokens};
pub(super) use members::Members;

use super::Failure;
use super::place::Place;
use super::terminal::say;
use crate::auth::Actor;
use crate::catalogue::Voen;
use crate::organisations::{Name, Profile};
use crate::server::Service;
use crate::storage::OrganisationRecord;

/// The organisations' commands.
#[derive(Debug, Subcommand)]
#[command(after_help = FROM_NOTHING)]
pub(super) enum Organisations {
    /// List them
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        place: Place,
    },
    /// Add one
    Add {
        /// Its VÖEN
        voen: Voen,
        /// What it is called, as holders see it
        #[arg(long)]
        name: Name,
        /// What it is, between commas
        #[arg(long, value_enum, value_delimiter = ',', default_value = "verifier")]
        roles: Vec<Role>,
        /// Whether its tokens are good only over a connection with its client certificate
        #[arg(long)]
        needs_certificate: bool,
        #[command(flatten)]
        place: Place,
    },
    /// Change one; what is not named stays as it is
    Change(Change),
    /// Close one: its credentials end now and for good
    Close(One),
    /// Open a closed one again; it needs new credentials
    Reopen(One),
}

/// Changes an organisation.
#[derive(Debug, Args)]
pub(super) struct Change {
    /// Its VÖEN
    voen: Voen,
    /// What it is called
    #[arg(long)]
    name: Option<Name>,
    /// What it is, between commas: a credential keeps only the scopes that these roles have
    #[arg(long, value_enum, value_delimiter = ',')]
    roles: Option<Vec<Role>>,
    /// Whether its tokens are good only over a connection with its client certificate
    #[arg(long, value_name = "true|false")]
    needs_certificate: Option<bool>,
    #[command(flatten)]
    place: Place,
}

/// One organisation.
#[derive(Debug, Args)]
pub(super) struct One {
    /// Its VÖEN
    voen: Voen,
    #[command(flatten)]
    place: Place,
}

/// The way from nothing to a system that may ask, for the help text.
const FROM_NOTHING: &str = "\
From nothing to a bank's system that may ask (add --config FILE or --dir DIR to each):
  earayis organisations add 9900310161 --name 'Sınaq Bankı'
  earayis members add 9900310161 'core systems'
  earayis tokens issue 9900310161 core-2026 --member 'core systems' --scopes verify,batch,watch > token
  earayis client-certificates bind 9900310161 gateway --member 'core systems' --file gateway.pem
The bank tries what it got: curl -H \"Authorization: Bearer $(cat token)\" URL/api/v1/organisation";

/// What an organisation is to the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Role {
    /// Verifies certificates
    Verifier,
    /// Issues certificates of its own kinds
    Issuer,
    /// Audits: its members may be auditors of any agency, or of all
    Auditor,
}

impl Organisations {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::List { json, place } => {
                on(&place, async |service| listing::organisations(&service.storage.organisations().await?, json)).await
            }
            Self::Add { voen, name, roles, needs_certificate, place } => {
                on(&place, async |service| {
                    let profile = profile(name, &roles, needs_certificate);
                    service.organisations.add(&voen, profile, &Actor::Operator).await?;
                    done(format!("{voen} is added; give it a member: `earayis members add {voen} NAME`"))
                })
                .await
            }
            Self::Change(change) => change.run().await,
            Self::Close(One { voen, place }) => {
                on(&place, async |service| {
                    service.organisations.close(&voen, &Actor::Operator).await?;
                    done(format!("{voen} is closed; its credentials and its members' roles and sign-ins have ended"))
                })
                .await
            }
            Self::Reopen(One { voen, place }) => on(&place, async |service| {
                service.organisations.reopen(&voen, &Actor::Operator).await?;
                done(format!(
                    "{voen} is open again with its members by name; it needs new credentials, and they new roles and \
                         invitations"
                ))
            })
            .await,
        }
    }
}

impl Change {
    async fn run(self) -> Result<ExitCode, Failure> {
        let Self { voen, name, roles, needs_certificate, place } = self;
        on(&place, async |service| {
            let record = open_organisation(service, &voen).await?;
            let mut profile = Profile {
                name: name.map_or_else(|| record.name.parse(), Ok)?,
                issuer: record.issuer,
                verifier: record.verifier,
                auditor: record.auditor,
                needs_certificate: needs_certificate.unwrap_or(record.needs_certificate),
            };
            if let Some(roles) = roles {
                profile.issuer = roles.contains(&Role::Issuer);
                profile.verifier = roles.contains(&Role::Verifier);
                profile.auditor = roles.contains(&Role::Auditor);
            }
            service.organisations.change(&voen, profile, &Actor::Operator).await?;
            done(format!("{voen} is changed"))
        })
        .await
    }
}

/// Does something to the records of a place. The log need not be in order for it: a revocation must never wait.
async fn on(place: &Place, act: impl AsyncFnOnce(&Service) -> Result<(), Failure>) -> Result<ExitCode, Failure> {
    let service = place.unchecked().await?;
    let outcome = act(&service).await;
    service.storage.close().await;
    outcome.map(|()| ExitCode::SUCCESS)
}

async fn open_organisation(service: &Service, voen: &Voen) -> Result<OrganisationRecord, Failure> {
    let record = service.storage.organisation(voen).await?.filter(|record| record.closed_at.is_none());
    Ok(record.ok_or(crate::storage::OrganisationRefusal::NoOrganisation)?)
}

fn profile(name: Name, roles: &[Role], needs_certificate: bool) -> Profile {
    let (issuer, verifier) = (roles.contains(&Role::Issuer), roles.contains(&Role::Verifier));
    let auditor = roles.contains(&Role::Auditor);
    Profile { name, issuer, verifier, auditor, needs_certificate }
}

#[expect(clippy::unnecessary_wraps, reason = "it ends an act, as every other end of one does")]
fn done(line: String) -> Result<(), Failure> {
    say(line);
    Ok(())
}
