//! `earayis tokens` and `earayis client-certificates`: a token is shown once, on standard output, and kept by nobody here.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

use super::{One, listing, on, open_organisation};
use crate::auth::{Actor, Scope, Scopes};
use crate::catalogue::Voen;
use crate::cli::Failure;
use crate::cli::place::Place;
use crate::cli::terminal::{data, say};
use crate::organisations::{Credential, MOST_TOKEN_DAYS, Name, TOKEN_DAYS};

/// The tokens' commands.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Tokens {
    /// Make a token and print it: it is shown this once, and kept nowhere
    Issue(IssueToken),
    /// List an organisation's tokens, also those that have ended
    List {
        #[command(flatten)]
        of: One,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// End a token: the next request with it is refused
    Revoke(Ended),
}

/// The client certificates' commands.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ClientCertificates {
    /// Bind a client certificate to an organisation, once and for ever
    Bind(Bind),
    /// List an organisation's client certificates, also those that have ended
    List {
        #[command(flatten)]
        of: One,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// End a client certificate's binding: the next request on any connection with it is refused
    Revoke(Ended),
}

/// A credential to be made.
#[derive(Debug, Args)]
pub(in crate::cli) struct NewCredential {
    /// The organisation's VÖEN
    voen: Voen,
    /// What the records call it, such as the system that uses it; no person's name
    name: Name,
    /// The member who answers for it
    #[arg(long, value_name = "NAME")]
    member: Name,
}

/// Makes a token.
#[derive(Debug, Args)]
pub(in crate::cli) struct IssueToken {
    #[command(flatten)]
    new: NewCredential,
    /// What it may do, between commas: verify, batch, watch; an issuer's: issue, revoke, verify
    #[arg(long, value_delimiter = ',', default_value = "verify")]
    scopes: Vec<Scope>,
    /// For how many days it is good
    #[arg(long, default_value_t = TOKEN_DAYS, value_parser = clap::value_parser!(u16).range(1..=i64::from(MOST_TOKEN_DAYS)))]
    days: u16,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

/// Binds a client certificate.
#[derive(Debug, Args)]
pub(in crate::cli) struct Bind {
    #[command(flatten)]
    new: NewCredential,
    /// The certificate, PEM or DER; of a chain, the first
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
    /// What it may do without a token, between commas
    #[arg(long, value_delimiter = ',', default_value = "verify")]
    scopes: Vec<Scope>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

/// A credential to be ended.
#[derive(Debug, Args)]
pub(in crate::cli) struct Ended {
    /// The organisation's VÖEN
    voen: Voen,
    /// What the records call it
    name: Name,
    #[command(flatten)]
    place: Place,
}

impl Tokens {
    pub(in crate::cli) async fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Issue(issue) => issue.run().await,
            Self::List { of: One { voen, place }, json } => {
                on(&place, async |service| {
                    open_organisation(service, &voen).await?;
                    listing::tokens(&service.storage.api_tokens_of(&voen).await?, service.app.clock.now(), json)
                })
                .await
            }
            Self::Revoke(Ended { voen, name, place }) => {
                on(&place, async |service| {
                    service.organisations.revoke_token(&voen, &name, &Actor::Operator).await?;
                    super::done(format!("the token {name} is revoked"))
                })
                .await
            }
        }
    }
}

impl IssueToken {
    async fn run(self) -> Result<ExitCode, Failure> {
        let Self { new, scopes, days, json, place } = self;
        on(&place, async |service| {
            let (voen, credential) = new.credential(scopes);
            let issued = service.organisations.issue_token(&voen, credential, days, &Actor::Operator).await?;
            let token = issued.token.expose();
            if json {
                let told = serde_json::json!({ "id": issued.id, "token": token, "expires_at": issued.expires_at });
                data(serde_json::to_string_pretty(&told)?)?;
            } else {
                data(token)?;
            }
            say(format!("this is the only time it is shown; it is good until {}", issued.expires_at));
            Ok(())
        })
        .await
    }
}

impl ClientCertificates {
    pub(in crate::cli) async fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Bind(bind) => bind.run().await,
            Self::List { of: One { voen, place }, json } => {
                on(&place, async |service| {
                    open_organisation(service, &voen).await?;
                    let certificates = service.storage.client_certificates_of(&voen).await?;
                    listing::certificates(&certificates, service.app.clock.now(), json)
                })
                .await
            }
            Self::Revoke(Ended { voen, name, place }) => {
                on(&place, async |service| {
                    service.organisations.revoke_certificate(&voen, &name, &Actor::Operator).await?;
                    super::done(format!("the client certificate {name} is revoked"))
                })
                .await
            }
        }
    }
}

impl Bind {
    async fn run(self) -> Result<ExitCode, Failure> {
        let Self { new, file, scopes, json, place } = self;
        let unreadable = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
        let bytes = std::fs::read(&file).map_err(|error| unreadable(&error))?;
        let der = if bytes.starts_with(b"-----") || bytes.windows(11).any(|window| window == b"-----BEGIN ") {
            CertificateDer::from_pem_slice(&bytes).map_err(|_| unreadable(&"there is no certificate in it"))?.to_vec()
        } else {
            bytes
        };
        on(&place, async |service| {
            let (voen, credential) = new.credential(scopes);
            let bound = service.organisations.bind_certificate(&voen, credential, &der, &Actor::Operator).await?;
            let sha256 = data_encoding::HEXLOWER.encode(&bound.certificate.sha256);
            let until = bound.certificate.not_after;
            if json {
                let told = serde_json::json!({ "id": bound.id, "sha256": sha256, "not_after": until });
                data(serde_json::to_string_pretty(&told)?)?;
            } else {
                data(sha256)?;
            }
            say(format!("bound to {voen}; it is good until {until}"));
            Ok(())
        })
        .await
    }
}

impl NewCredential {
    fn credential(self, scopes: Vec<Scope>) -> (Voen, Credential) {
        let Self { voen, name, member } = self;
        (voen, Credential { name, member, scopes: scopes.into_iter().collect::<Scopes>() })
    }
}
