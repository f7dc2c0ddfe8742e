//! `earayis members`: who answers for an organisation's credentials, who may sign in, by what she is known and as what.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{One, done, listing, on, open_organisation};
use crate::auth::{Actor, Grant, Reach, Role};
use crate::catalogue::{Fin, Voen};
use crate::cli::Failure;
use crate::cli::place::Place;
use crate::cli::terminal::{data, say};
use crate::organisations::Name;

/// The members' commands.
#[derive(Debug, Subcommand)]
#[command(after_help = TO_THE_DESK)]
pub(in crate::cli) enum Members {
    /// List an organisation's members with their roles
    List {
        #[command(flatten)]
        of: One,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Add one, who may then answer for credentials
    Add(Member),
    /// Remove one: its credentials, roles and sessions end now and for good
    Remove(Member),
    /// Give one a role; it holds from the next sign-in
    Grant(GrantRole),
    /// Take a role from one: its sessions end now
    Revoke {
        #[command(flatten)]
        member: Member,
        /// The role
        #[arg(long, default_value = "auditor")]
        role: Role,
    },
    /// Print an invitation's code for one, once: whoever signs in with it is this member from then on
    Invite(Member),
    /// Bind one to the person who has a FİN, where the provider of the sign-in says who has which
    Bind {
        #[command(flatten)]
        member: Member,
        /// The FİN, of which only an HMAC is kept
        #[arg(long, value_parser = fin)]
        fin: Fin,
    },
    /// End whatever one is known by, with its sessions and invitations
    Unbind(Member),
}

/// A member of an organisation.
#[derive(Debug, Args)]
pub(in crate::cli) struct Member {
    /// The organisation's VÖEN
    voen: Voen,
    /// The member's name, such as that of a person or a desk
    name: Name,
    #[command(flatten)]
    place: Place,
}

/// Gives a role.
#[derive(Debug, Args)]
pub(in crate::cli) struct GrantRole {
    #[command(flatten)]
    member: Member,
    /// The role
    #[arg(long, default_value = "auditor")]
    role: Role,
    /// The VÖEN of the agency that it is about
    #[arg(long, value_name = "VÖEN", required_unless_present = "all", conflicts_with = "all")]
    agency: Option<Voen>,
    /// It is about all agencies
    #[arg(long)]
    all: bool,
}

/// The way from nothing to an auditor at her desk, for the help text.
const TO_THE_DESK: &str = "\
From nothing to an auditor at her desk (add --config FILE or --dir DIR to each):
  earayis organisations add 9900400111 --name 'Sınaq Audit Agentliyi' --roles auditor
  earayis members add 9900400111 'Aytən Sınaqlı'
  earayis members grant 9900400111 'Aytən Sınaqlı' --role auditor --all
  earayis members invite 9900400111 'Aytən Sınaqlı'
She opens URL/desk, gives the code, and signs in at the provider that the settings name under [sign_in].";

impl Members {
    pub(in crate::cli) async fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::List { of: One { voen, place }, json } => {
                on(&place, async |service| {
                    open_organisation(service, &voen).await?;
                    listing::members(&service.storage.members_with_roles(&voen).await?, json)
                })
                .await
            }
            Self::Add(Member { voen, name, place }) => {
                on(&place, async |service| {
                    service.organisations.add_member(&voen, &name, &Actor::Operator).await?;
                    done(format!("{name} is a member of {voen}"))
                })
                .await
            }
            Self::Remove(Member { voen, name, place }) => {
                on(&place, async |service| {
                    service.organisations.remove_member(&voen, &name, &Actor::Operator).await?;
                    done(format!("{name} is no member of {voen} any more, and its credentials have ended"))
                })
                .await
            }
            Self::Grant(grant) => grant.run().await,
            Self::Revoke { member: Member { voen, name, place }, role } => {
                on(&place, async |service| {
                    service.organisations.revoke_role(&voen, &name, role, &Actor::Operator).await?;
                    done(format!("{name} is no {} any more, and its sessions have ended", role.slug()))
                })
                .await
            }
            Self::Invite(member) => member.invite().await,
            Self::Bind { member: Member { voen, name, place }, fin } => {
                on(&place, async |service| {
                    service.organisations.bind_member(&voen, &name, &fin, &Actor::Operator).await?;
                    done(format!("whoever has this FİN signs in as {name}"))
                })
                .await
            }
            Self::Unbind(Member { voen, name, place }) => {
                on(&place, async |service| {
                    service.organisations.unbind_member(&voen, &name, &Actor::Operator).await?;
                    done(format!("nobody signs in as {name} any more; `earayis members invite` lets somebody again"))
                })
                .await
            }
        }
    }
}

impl GrantRole {
    async fn run(self) -> Result<ExitCode, Failure> {
        let Self { member: Member { voen, name, place }, role, agency, .. } = self;
        let reach = agency.map_or(Reach::All, Reach::Agency);
        on(&place, async |service| {
            let told = format!("{name} is {} of {reach}", role.slug());
            let grant = Grant { role, reach: reach.clone() };
            service.organisations.grant_role(&voen, &name, &grant, &Actor::Operator).await?;
            done(told)
        })
        .await
    }
}

impl Member {
    async fn invite(self) -> Result<ExitCode, Failure> {
        let Self { voen, name, place } = self;
        on(&place, async |service| {
            let invitation = service.organisations.invite_member(&voen, &name, &Actor::Operator).await?;
            data(invitation.code.printed())?;
            say(format!("good once, until {}; it is shown this once, and kept nowhere", invitation.expires_at));
            Ok(())
        })
        .await
    }
}

/// What was typed is not repeated.
fn fin(text: &str) -> Result<Fin, String> {
    text.parse::<Fin>().map_err(|error| error.to_string())
}
