//! Organisations: who uses the service as a verifier or issuer, with which members and credentials.
//!
//! Every change is durable with its audit event before it is told, and holds for the very next request of whatever
//! process. Nothing is deleted: what is closed, removed or revoked stays known, so that the records stay readable.

mod members;
mod name;

use uuid::Uuid;

pub use members::{INVITATION_DAYS, Invitation};
pub use name::{Name, NotName};

use crate::audit::{self, Act};
use crate::auth::{Actor, CertificateFault, ClientCertificate, NewApiToken, Scope, Scopes};
use crate::catalogue::Voen;
use crate::clock::{Clock, Instant};
use crate::random::{Random, RandomUnavailable};
use crate::storage::{
    MemberRecord, NewAuditEvent, NewCredential, OrganisationRecord, OrganisationRefusal, Storage, StorageError,
};

/// Keeps organisations, their members and their credentials.
#[derive(Clone)]
pub struct Organisations {
    /// The records.
    pub storage: Storage,
    /// What time it is.
    pub clock: Clock,
    /// Chance.
    pub random: Random,
}

/// What an organisation is to the service.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four answers about an organisation, none of which follows from another"
)]
pub struct Profile {
    /// What it is called, as holders see it.
    pub name: Name,
    /// Whether it issues certificates.
    pub issuer: bool,
    /// Whether it verifies them.
    pub verifier: bool,
    /// Whether it audits: its members may be auditors of any agency, or of all.
    pub auditor: bool,
    /// Whether its tokens are good only beside one of its client certificates.
    pub needs_certificate: bool,
}

/// A credential that an organisation is to have.
#[derive(Debug, Clone)]
pub struct Credential {
    /// What the records call it. It is no person's name.
    pub name: Name,
    /// The member who answers for it.
    pub member: Name,
    /// What it may do: for a client certificate, when it is shown without a token.
    pub scopes: Scopes,
}

/// A token that was just made. It is not kept, and cannot be shown again.
#[derive(Debug)]
pub struct IssuedToken {
    /// Its id.
    pub id: Uuid,
    /// The token.
    pub token: NewApiToken,
    /// Until when it is good.
    pub expires_at: Instant,
}

/// A client certificate that was just bound.
#[derive(Debug)]
pub struct BoundCertificate {
    /// The binding's id.
    pub id: Uuid,
    /// What was bound.
    pub certificate: ClientCertificate,
}

/// For how many days a token is good unless told otherwise.
pub const TOKEN_DAYS: u16 = 365;
/// For how many days it may be good at most: two years.
pub const MOST_TOKEN_DAYS: u16 = 730;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum OrganisationError {
    /// The records do not allow it.
    #[error(transparent)]
    Refused(#[from] OrganisationRefusal),
    /// A credential that may do nothing.
    #[error("name at least one scope: a credential without any can do nothing")]
    NoScope,
    /// The scope belongs to a role that the organisation has not.
    #[error("the scope `{}` is not for an organisation with these roles; `earayis organisations change` gives it another", .0.slug())]
    ScopeOfAnotherRole(Scope),
    /// The role is about certificates that are not the organisation's to audit.
    #[error("an agency's members audit that agency alone, and those of an organisation with the role `auditor` any")]
    RoleOfAnother,
    /// An organisation that is nothing to the service.
    #[error("an organisation is a verifier, an issuer, an auditor, or several of these")]
    NoRole,
    /// The token would live too long, or not at all.
    #[error("a token is good for 1 to {MOST_TOKEN_DAYS} days")]
    Days,
    /// The certificate would show nobody's identity.
    #[error(transparent)]
    Certificate(#[from] CertificateFault),
    /// There was no chance to be had.
    #[error(transparent)]
    Random(#[from] RandomUnavailable),
}

impl Organisations {
    /// Adds an organisation under its VÖEN.
    pub async fn add(&self, voen: &Voen, profile: Profile, actor: &Actor) -> Result<(), OrganisationError> {
        let organisation = self.record(voen, profile)?;
        let event = self.event(actor, Act::AddOrganisation, voen, &organisation_detail(&organisation))?;
        Ok(self.storage.add_organisation(&organisation, &event).await?)
    }

    /// Changes what an organisation is; its credentials keep only the scopes that its roles have.
    pub async fn change(&self, voen: &Voen, profile: Profile, actor: &Actor) -> Result<(), OrganisationError> {
        let organisation = self.record(voen, profile)?;
        let event = self.event(actor, Act::ChangeOrganisation, voen, &organisation_detail(&organisation))?;
        Ok(self.storage.change_organisation(&organisation, &event).await?)
    }

    /// Closes an organisation and ends all its credentials, and its members' roles, sessions and ways to sign in.
    pub async fn close(&self, voen: &Voen, actor: &Actor) -> Result<(), OrganisationError> {
        let event = self.event(actor, Act::CloseOrganisation, voen, &NOTHING)?;
        Ok(self.storage.close_organisation(voen, event.occurred_at, &event).await?)
    }

    /// Opens a closed organisation again with its members by name; it needs new credentials, and they new roles and invitations.
    pub async fn reopen(&self, voen: &Voen, actor: &Actor) -> Result<(), OrganisationError> {
        let event = self.event(actor, Act::ReopenOrganisation, voen, &NOTHING)?;
        Ok(self.storage.reopen_organisation(voen, &event).await?)
    }

    /// Adds a member, who may then answer for credentials.
    pub async fn add_member(&self, voen: &Voen, name: &Name, actor: &Actor) -> Result<(), OrganisationError> {
        let now = self.clock.now();
        let member = MemberRecord { id: audit::fresh_id(&self.random, now)?, name: name.to_string(), added_at: now };
        let event = self.event(actor, Act::AddMember, voen, &serde_json::json!({ "member": member.id }))?;
        Ok(self.storage.add_member(voen, &member, &event).await?)
    }

    /// Removes a member and ends the credentials it answers for.
    pub async fn remove_member(&self, voen: &Voen, name: &Name, actor: &Actor) -> Result<(), OrganisationError> {
        let member = self.member(voen, name).await?;
        let event = self.event(actor, Act::RemoveMember, voen, &serde_json::json!({ "member": member.id }))?;
        Ok(self.storage.remove_member(voen, member.id, event.occurred_at, &event).await?)
    }

    /// Makes a token, good for `days`.
    pub async fn issue_token(
        &self,
        voen: &Voen,
        credential: Credential,
        days: u16,
        actor: &Actor,
    ) -> Result<IssuedToken, OrganisationError> {
        if !(1..=MOST_TOKEN_DAYS).contains(&days) {
            return Err(OrganisationError::Days);
        }
        let token = NewApiToken::generate(&self.random)?;
        let expires_at = self.clock.now().plus_days(i64::from(days));
        let new = self.credential(voen, credential, token.sha256(), expires_at).await?;
        let event = self.event(actor, Act::IssueToken, voen, &credential_detail(&new))?;
        self.storage.add_api_token(&new, &event).await?;
        Ok(IssuedToken { id: new.id, token, expires_at })
    }

    /// Ends a token: the next request with it is refused.
    pub async fn revoke_token(&self, voen: &Voen, name: &Name, actor: &Actor) -> Result<(), OrganisationError> {
        let event = self.event(actor, Act::RevokeToken, voen, &serde_json::json!({ "name": name.as_str() }))?;
        Ok(self.storage.revoke_api_token(voen, name.as_str(), event.occurred_at, &event).await?)
    }

    /// Binds a client certificate, DER, to an organisation for ever.
    pub async fn bind_certificate(
        &self,
        voen: &Voen,
        credential: Credential,
        der: &[u8],
        actor: &Actor,
    ) -> Result<BoundCertificate, OrganisationError> {
        let certificate = ClientCertificate::read(der)?;
        match certificate.check(self.clock.now()) {
            // Whoever renews in time binds the next one before it holds.
            Ok(()) | Err(CertificateFault::Early) => {}
            Err(fault) => return Err(fault.into()),
        }
        let new = self.credential(voen, credential, certificate.sha256, certificate.not_after).await?;
        let event = self.event(actor, Act::BindCertificate, voen, &credential_detail(&new))?;
        self.storage.bind_client_certificate(&new, &event).await?;
        Ok(BoundCertificate { id: new.id, certificate })
    }

    /// Ends the binding of a client certificate: the next request on any connection with it is refused.
    pub async fn revoke_certificate(&self, voen: &Voen, name: &Name, actor: &Actor) -> Result<(), OrganisationError> {
        let event = self.event(actor, Act::RevokeCertificate, voen, &serde_json::json!({ "name": name.as_str() }))?;
        Ok(self.storage.revoke_client_certificate(voen, name.as_str(), event.occurred_at, &event).await?)
    }

    fn record(&self, voen: &Voen, profile: Profile) -> Result<OrganisationRecord, OrganisationError> {
        let Profile { name, issuer, verifier, auditor, needs_certificate } = profile;
        if !issuer && !verifier && !auditor {
            return Err(OrganisationError::NoRole);
        }
        let (voen, added_at) = (voen.clone(), self.clock.now());
        let name = name.to_string();
        Ok(OrganisationRecord { voen, name, issuer, verifier, auditor, needs_certificate, added_at, closed_at: None })
    }

    async fn credential(
        &self,
        voen: &Voen,
        credential: Credential,
        sha256: [u8; 32],
        until: Instant,
    ) -> Result<NewCredential, OrganisationError> {
        let organisation = self.storage.organisation(voen).await?.ok_or(OrganisationRefusal::NoOrganisation)?;
        let Credential { name, member, scopes } = credential;
        let fitting = |scope: &Scope| scope.fits(organisation.issuer, organisation.verifier, organisation.auditor);
        if let Some(other) = scopes.iter().find(|scope| !fitting(scope)) {
            return Err(OrganisationError::ScopeOfAnotherRole(other));
        }
        if scopes.iter().next().is_none() {
            return Err(OrganisationError::NoScope);
        }
        let since = self.clock.now();
        Ok(NewCredential {
            id: audit::fresh_id(&self.random, since)?,
            organisation: voen.clone(),
            member: self.member(voen, &member).await?.id,
            name: name.to_string(),
            sha256,
            scopes: scopes.to_string(),
            since,
            until,
        })
    }

    async fn member(&self, voen: &Voen, name: &Name) -> Result<MemberRecord, OrganisationError> {
        let members = self.storage.members_of(voen).await?;
        let member = members.into_iter().find(|member| member.name == name.as_str());
        Ok(member.ok_or(OrganisationRefusal::NoMember)?)
    }

    fn event(
        &self,
        actor: &Actor,
        act: Act,
        voen: &Voen,
        detail: &serde_json::Value,
    ) -> Result<NewAuditEvent, RandomUnavailable> {
        audit::event(&self.random, actor.label(), act, voen.as_str(), self.clock.now(), detail)
    }
}

const NOTHING: serde_json::Value = serde_json::Value::Null;

fn organisation_detail(organisation: &OrganisationRecord) -> serde_json::Value {
    let OrganisationRecord { name, issuer, verifier, auditor, needs_certificate, .. } = organisation;
    serde_json::json!({
        "name": name,
        "issuer": issuer,
        "verifier": verifier,
        "auditor": auditor,
        "needs_certificate": needs_certificate,
    })
}

fn credential_detail(new: &NewCredential) -> serde_json::Value {
    let NewCredential { id, member, name, scopes, until, .. } = new;
    serde_json::json!({ "id": id, "name": name, "member": member, "scopes": scopes, "until": until })
}

impl From<StorageError> for OrganisationError {
    fn from(error: StorageError) -> Self {
        Self::Refused(error.into())
    }
}
