//! The one place that decides who a request comes from: by its API token, its client certificate, or both together.
//!
//! Each decision reads the credential's row from the primary database, so that a revocation by whatever process holds
//! with the very next request. What is shown and is not good is refused with its reason, and never taken for anonymous.

use std::sync::Arc;

use uuid::Uuid;

use super::api_token::sha256;
use super::client_certificate::{CertificateFault, ClientCertificate};
use super::member_sessions::{Auditor, SignedInMember};
use super::role::{Grant, Permission};
use super::{Asker, Scope, Scopes};
use crate::catalogue::Voen;
use crate::clock::{Clock, Instant};
use crate::storage::{ApiTokenRecord, ClientCertificateRecord, OrganisationRecord, Storage, StorageError};

/// Decides who a request comes from.
#[derive(Clone)]
pub struct Admission {
    /// The records.
    pub storage: Storage,
    /// The tokens of the settings file.
    pub configured: Arc<[ConfiguredToken]>,
    /// What time it is.
    pub clock: Clock,
}

/// A token of an issuing organisation that stands in the settings, known by its SHA-256 only. It does not expire.
#[derive(Debug, Clone)]
pub struct ConfiguredToken {
    /// Its name, which stands in the records.
    pub name: String,
    /// The organisation it acts for.
    pub organisation: Voen,
    /// What that organisation is called.
    pub organisation_name: String,
    /// SHA-256 of the token's text.
    pub sha256: [u8; 32],
}

/// What a request shows of who it comes from. Nothing that it merely claims belongs here.
#[derive(Clone, Copy, Default)]
pub struct Shown<'a> {
    /// The token of `Authorization: Bearer` (RFC 6750 §2.1).
    pub token: Option<&'a str>,
    /// The client certificate of the connection, DER.
    pub certificate: Option<&'a [u8]>,
}

/// An organisation that was recognised, and what it may do by the credential it showed.
#[expect(clippy::struct_excessive_bools, reason = "four facts of an organisation, none of which follows from another")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// Who.
    pub asker: Asker,
    /// The member who answers for the credential, by id and name; none for a token of the settings.
    pub member: Option<(Uuid, String)>,
    /// What it may do.
    pub scopes: Scopes,
    /// By what it was known.
    pub known_by: KnownBy,
    /// Until when the credential is good; none for a token of the settings.
    pub expires_at: Option<Instant>,
    /// Whether the organisation issues certificates.
    pub issuer: bool,
    /// Whether it verifies them.
    pub verifier: bool,
    /// Whether it audits.
    pub auditor: bool,
    /// Whether its tokens are good only beside one of its client certificates.
    pub needs_certificate: bool,
}

/// What an organisation showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownBy {
    /// A token.
    Token,
    /// A client certificate bound to it.
    Certificate,
    /// Both. The scopes are the token's.
    Both,
}

/// Why whoever asks is not let in. Each is told apart, so that its system can be put right.
#[derive(Debug, Clone, thiserror::Error)]
pub enum NotAdmitted {
    /// It showed nothing, where something is needed.
    #[error("send an API token of your organisation as `Authorization: Bearer TOKEN`")]
    Anonymous,
    /// No token of ours.
    #[error("this is no API token of this service; look whether it was copied whole")]
    UnknownToken,
    /// The token's time is over.
    #[error("this API token has expired; have a new one issued")]
    ExpiredToken,
    /// The token was revoked.
    #[error("this API token was revoked; have a new one issued")]
    RevokedToken,
    /// The organisation is closed.
    #[error("the organisation is closed here; ask the operator")]
    ClosedOrganisation,
    /// The certificate is bound to nobody.
    #[error("this client certificate is not bound to an organisation; ask the operator to bind it")]
    UnknownCertificate,
    /// The certificate's binding was revoked.
    #[error("this client certificate was revoked here; have a new one made and bound")]
    RevokedCertificate,
    /// The certificate itself does not serve.
    #[error(transparent)]
    Certificate(#[from] CertificateFault),
    /// Token and certificate are two organisations'.
    #[error("the API token and the client certificate belong to different organisations; use your own of both")]
    CertificateOfAnother,
    /// The organisation's tokens are good only beside its certificate.
    #[error("this organisation's API tokens are good only over a connection with its client certificate")]
    CertificateNeeded,
    /// The credential may not do this.
    #[error("this credential has not the scope `{}`; have one issued that has", .0.slug())]
    MissingScope(Scope),
    /// The member who answers for the credential is no auditor now.
    #[error(
        "the member who answers for this credential has not the auditor's role; ask the operator to give it to her"
    )]
    WithoutRole,
    /// The records did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Admission {
    /// Who shows this; none when nothing is shown.
    pub async fn admit(&self, shown: Shown<'_>) -> Result<Option<Admitted>, NotAdmitted> {
        let admitted = self.recognise(shown).await;
        if let Err(refused) = &admitted {
            tracing::info!(reason = refused.slug(), "a credential was refused");
            metrics::counter!("earayis_credentials_refused_total", "reason" => refused.slug()).increment(1);
        }
        admitted
    }

    async fn recognise(&self, shown: Shown<'_>) -> Result<Option<Admitted>, NotAdmitted> {
        let certificate = match shown.certificate {
            Some(der) => Some(self.by_certificate(der).await?),
            None => None,
        };
        let Some(token) = shown.token else { return Ok(certificate) };
        let token = self.by_token(token).await?;
        match certificate {
            Some(certificate) if certificate.asker.organisation != token.asker.organisation => {
                Err(NotAdmitted::CertificateOfAnother)
            }
            None if token.needs_certificate => Err(NotAdmitted::CertificateNeeded),
            None => Ok(Some(token)),
            Some(_) => Ok(Some(Admitted { known_by: KnownBy::Both, ..token })),
        }
    }

    async fn by_certificate(&self, der: &[u8]) -> Result<Admitted, NotAdmitted> {
        let now = self.clock.now();
        let certificate = ClientCertificate::read(der)?;
        certificate.check(now)?;
        let record = self.storage.client_certificate(&certificate.sha256).await?;
        let ClientCertificateRecord { organisation, member, member_id, name, scopes, revoked_at, .. } =
            record.ok_or(NotAdmitted::UnknownCertificate)?;
        if organisation.closed_at.is_some() {
            return Err(NotAdmitted::ClosedOrganisation);
        }
        if revoked_at.is_some() {
            return Err(NotAdmitted::RevokedCertificate);
        }
        let expires_at = Some(certificate.not_after);
        let member = Some((member_id, member));
        let admitted = Admitted::by_token(organisation, name, &Scopes::parse(&scopes), member, expires_at);
        Ok(Admitted { known_by: KnownBy::Certificate, ..admitted })
    }

    async fn by_token(&self, token: &str) -> Result<Admitted, NotAdmitted> {
        // Digests are compared and looked up, so that timing tells nothing of a token's text.
        let sha256 = sha256(token.as_bytes());
        let configured = self.configured.iter().find(|configured| configured.sha256 == sha256);
        match configured {
            Some(configured) => self.configured(configured).await,
            None => self.recorded(&sha256).await,
        }
    }

    async fn recorded(&self, sha256: &[u8; 32]) -> Result<Admitted, NotAdmitted> {
        let now = self.clock.now();
        let record = self.storage.api_token(sha256).await?.ok_or(NotAdmitted::UnknownToken)?;
        if record.organisation.closed_at.is_some() {
            return Err(NotAdmitted::ClosedOrganisation);
        }
        if record.revoked_at.is_some() {
            return Err(NotAdmitted::RevokedToken);
        }
        if now >= record.expires_at {
            return Err(NotAdmitted::ExpiredToken);
        }
        self.note_use(&record, now);
        let ApiTokenRecord { organisation, member, member_id, name, scopes, expires_at, .. } = record;
        let member = Some((member_id, member));
        Ok(Admitted::by_token(organisation, name, &Scopes::parse(&scopes), member, Some(expires_at)))
    }

    /// A token of the settings vouches for its organisation, which need not be recorded; closing it holds all the same.
    async fn configured(&self, token: &ConfiguredToken) -> Result<Admitted, NotAdmitted> {
        let recorded = self.storage.organisation(&token.organisation).await?;
        let organisation = recorded.unwrap_or_else(|| OrganisationRecord {
            voen: token.organisation.clone(),
            name: token.organisation_name.clone(),
            issuer: true,
            verifier: false,
            auditor: false,
            needs_certificate: false,
            added_at: Instant::from_millis(0),
            closed_at: None,
        });
        if organisation.closed_at.is_some() {
            return Err(NotAdmitted::ClosedOrganisation);
        }
        let scopes = [Scope::Issue, Scope::Revoke, Scope::Verify].into_iter().collect();
        Ok(Admitted::by_token(organisation, token.name.clone(), &scopes, None, None))
    }

    /// The auditor who answers for a credential with the scope `audit`, as far as her role goes at this request.
    pub async fn auditor(&self, admitted: Admitted) -> Result<(Auditor, Asker), NotAdmitted> {
        let (issuer, audits, member) = (admitted.issuer, admitted.auditor, admitted.member.clone());
        let asker = admitted.permitted(Scope::Audit)?;
        let (id, name) = member.ok_or(NotAdmitted::WithoutRole)?;
        let roles = self.storage.roles_of_member(id).await?;
        let grants = roles.into_iter().filter_map(|(role, agency)| Grant::parse(&role, agency));
        let mut grants = grants.filter(|grant| grant.fits(&asker.organisation, issuer, audits));
        let grant = grants.find(|grant| grant.role.permits(Permission::Audit)).ok_or(NotAdmitted::WithoutRole)?;
        let (organisation, organisation_name) = (asker.organisation.clone(), asker.name.clone());
        let member = SignedInMember { id, name, organisation, organisation_name };
        Ok((Auditor::by_program(member, grant.reach), asker))
    }

    /// Remembers once a day that a token is in use, so that an operator finds those that are not. Nobody waits for it.
    fn note_use(&self, token: &ApiTokenRecord, now: Instant) {
        let today = Instant::start_of(now.baku_date());
        if token.used_on.is_some_and(|day| day >= today) {
            return;
        }
        let (storage, id) = (self.storage.clone(), token.id);
        tokio::spawn(async move {
            if let Err(error) = storage.note_token_use(id, today).await {
                tracing::warn!(error = &error as &dyn std::error::Error, "the use of a token was not noted");
            }
        });
    }
}

impl Admitted {
    fn by_token(
        organisation: OrganisationRecord,
        by: String,
        scopes: &Scopes,
        member: Option<(Uuid, String)>,
        expires_at: Option<Instant>,
    ) -> Self {
        let OrganisationRecord { voen, name, issuer, verifier, auditor, needs_certificate, .. } = organisation;
        Self {
            asker: Asker { organisation: voen, name, by },
            member,
            scopes: scopes.fitting(issuer, verifier, auditor),
            issuer,
            verifier,
            auditor,
            known_by: KnownBy::Token,
            expires_at,
            needs_certificate,
        }
    }

    /// Whoever may do what `scope` names.
    pub fn permitted(self, scope: Scope) -> Result<Asker, NotAdmitted> {
        if self.scopes.hold(scope) { Ok(self.asker) } else { Err(NotAdmitted::MissingScope(scope)) }
    }
}

impl NotAdmitted {
    /// Its name on the wire and in the metrics.
    pub fn slug(&self) -> &'static str {
        match self {
            Self::Anonymous => "unauthenticated",
            Self::UnknownToken => "unknown-token",
            Self::ExpiredToken => "expired-token",
            Self::RevokedToken => "revoked-token",
            Self::ClosedOrganisation => "closed-organisation",
            Self::UnknownCertificate => "unknown-certificate",
            Self::RevokedCertificate => "revoked-certificate",
            Self::Certificate(CertificateFault::Unreadable) => "unreadable-certificate",
            Self::Certificate(CertificateFault::Usage) => "certificate-not-for-clients",
            Self::Certificate(CertificateFault::Early) => "certificate-not-yet-valid",
            Self::Certificate(CertificateFault::Expired) => "expired-certificate",
            Self::CertificateOfAnother => "certificate-of-another-organisation",
            Self::CertificateNeeded => "certificate-needed",
            Self::MissingScope(_) => "missing-scope",
            Self::WithoutRole => "without-role",
            Self::Storage(_) => "credentials-unchecked",
        }
    }
}
