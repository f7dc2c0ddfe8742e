//! Credentials: API tokens, known by their SHA-256 alone, and client certificates, each bound to one organisation for ever.

use uuid::Uuid;

use crate::catalogue::Voen;
use crate::clock::Instant;

use super::Storage;
use super::audit::NewAuditEvent;
use super::database::{execute, read};
use super::error::{StorageError, damaged, violates};
use super::organisations::{OrganisationRecord, OrganisationRefusal, OrganisationRow, finish, hold_member};
use super::statements::organisations as sql;

/// A token or client certificate about to be recorded.
#[derive(Debug, Clone)]
pub struct NewCredential {
    /// Its id, a `UUIDv7`.
    pub id: Uuid,
    /// Whose it is.
    pub organisation: Voen,
    /// The member who answers for it.
    pub member: Uuid,
    /// What the records call it, unique among the organisation's of its sort that are not revoked.
    pub name: String,
    /// SHA-256 of the token's text, or of the certificate in DER.
    pub sha256: [u8; 32],
    /// What it may do, words between spaces.
    pub scopes: String,
    /// Since when.
    pub since: Instant,
    /// Until when: a token exclusively, a certificate by its own word inclusively.
    pub until: Instant,
}

/// An API token as recorded. What it is made of is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiTokenRecord {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub organisation: OrganisationRecord,
    /// Who answers for it.
    pub member: String,
    /// Her id.
    pub member_id: Uuid,
    /// What the records call it.
    pub name: String,
    /// What it may do, words between spaces.
    pub scopes: String,
    /// When it was made.
    pub created_at: Instant,
    /// Until when it is good, exclusively.
    pub expires_at: Instant,
    /// When it was revoked.
    pub revoked_at: Option<Instant>,
    /// The beginning of the last day on which it was used.
    pub used_on: Option<Instant>,
}

/// The binding of a client certificate as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCertificateRecord {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub organisation: OrganisationRecord,
    /// Who answers for it.
    pub member: String,
    /// Her id.
    pub member_id: Uuid,
    /// What the records call it.
    pub name: String,
    /// SHA-256 of the certificate in DER.
    pub sha256: [u8; 32],
    /// What it may do without a token, words between spaces.
    pub scopes: String,
    /// When it was bound.
    pub bound_at: Instant,
    /// The last instant of its validity.
    pub not_after: Instant,
    /// When the binding was revoked.
    pub revoked_at: Option<Instant>,
}

impl Storage {
    /// Records a token of an open organisation's present member.
    pub async fn add_api_token(&self, token: &NewCredential, audit: &NewAuditEvent) -> Result<(), OrganisationRefusal> {
        self.add_credential(sql::INSERT_API_TOKEN, token, audit).await
    }

    /// Binds a client certificate to an open organisation, for one of its present members.
    pub async fn bind_client_certificate(
        &self,
        certificate: &NewCredential,
        audit: &NewAuditEvent,
    ) -> Result<(), OrganisationRefusal> {
        self.add_credential(sql::INSERT_CLIENT_CERTIFICATE, certificate, audit).await
    }

    /// Ends a token; the next request with it is refused, whatever process reads it.
    pub async fn revoke_api_token(
        &self,
        organisation: &Voen,
        name: &str,
        at: Instant,
        audit: &NewAuditEvent,
    ) -> Result<(), OrganisationRefusal> {
        self.revoke_credential(sql::REVOKE_API_TOKEN, organisation, name, at, audit).await
    }

    /// Ends the binding of a client certificate; the next request on any connection with it is refused.
    pub async fn revoke_client_certificate(
        &self,
        organisation: &Voen,
        name: &str,
        at: Instant,
        audit: &NewAuditEvent,
    ) -> Result<(), OrganisationRefusal> {
        self.revoke_credential(sql::REVOKE_CLIENT_CERTIFICATE, organisation, name, at, audit).await
    }

    /// The token of which this is the SHA-256, revoked or not, from the primary database.
    pub async fn api_token(&self, sha256: &[u8; 32]) -> Result<Option<ApiTokenRecord>, StorageError> {
        let sha256 = &sha256[..];
        let row: Option<ApiTokenRow> =
            read!(self.database(), |pool| sqlx::query_as(sql::API_TOKEN).bind(sha256).fetch_optional(pool))?;
        row.map(ApiTokenRow::record).transpose()
    }

    /// An organisation's tokens, newest first.
    pub async fn api_tokens_of(&self, organisation: &Voen) -> Result<Vec<ApiTokenRecord>, StorageError> {
        let voen = organisation.as_str();
        let rows: Vec<ApiTokenRow> =
            read!(self.database(), |pool| sqlx::query_as(sql::API_TOKENS_OF).bind(voen).fetch_all(pool))?;
        rows.into_iter().map(ApiTokenRow::record).collect()
    }

    /// Remembers that a token was used on the day that begins at `day`.
    pub async fn note_token_use(&self, id: Uuid, day: Instant) -> Result<(), StorageError> {
        let mut transaction = self.database().begin().await?;
        execute!(&mut transaction, sql::NOTE_TOKEN_USE, id, day.millis())?;
        transaction.commit().await
    }

    /// The binding of the client certificate with this SHA-256, revoked or not, from the primary database.
    pub async fn client_certificate(&self, sha256: &[u8; 32]) -> Result<Option<ClientCertificateRecord>, StorageError> {
        let sha256 = &sha256[..];
        let row: Option<ClientCertificateRow> =
            read!(self.database(), |pool| sqlx::query_as(sql::CLIENT_CERTIFICATE).bind(sha256).fetch_optional(pool))?;
        row.map(ClientCertificateRow::record).transpose()
    }

    /// An organisation's client certificates, newest first.
    pub async fn client_certificates_of(
        &self,
        organisation: &Voen,
    ) -> Result<Vec<ClientCertificateRecord>, StorageError> {
        let voen = organisation.as_str();
        let rows: Vec<ClientCertificateRow> =
            read!(self.database(), |pool| sqlx::query_as(sql::CLIENT_CERTIFICATES_OF).bind(voen).fetch_all(pool))?;
        rows.into_iter().map(ClientCertificateRow::record).collect()
    }

    async fn add_credential(
        &self,
        statement: &'static str,
        credential: &NewCredential,
        audit: &NewAuditEvent,
    ) -> Result<(), OrganisationRefusal> {
        let NewCredential { id, organisation, member, name, sha256, scopes, since, until } = credential;
        let mut transaction = self.begin_holding(organisation).await?;
        hold_member(&mut transaction, organisation, *member).await?;
        execute!(
            &mut transaction,
            statement,
            id,
            organisation.as_str(),
            member,
            name,
            &sha256[..],
            scopes,
            since.millis(),
            until.millis(),
        )
        .map_err(refusal)?;
        finish(transaction, audit).await
    }

    async fn revoke_credential(
        &self,
        statement: &'static str,
        organisation: &Voen,
        name: &str,
        at: Instant,
        audit: &NewAuditEvent,
    ) -> Result<(), OrganisationRefusal> {
        let mut transaction = self.database().begin().await?;
        if execute!(&mut transaction, statement, organisation.as_str(), name, at.millis())? != 1 {
            return Err(OrganisationRefusal::NoCredential);
        }
        finish(transaction, audit).await
    }
}

fn refusal(error: sqlx::Error) -> OrganisationRefusal {
    let taken = |table: &str, column: &str| {
        let (name, columns) = (format!("{table}_{column}"), format!("{table}.organisation, {table}.{column}"));
        violates(&error, &name, &columns)
    };
    if taken("api_tokens", "name") || taken("client_certificates", "name") {
        OrganisationRefusal::NameTaken
    } else if violates(&error, "client_certificates_sha256_key", "client_certificates.sha256") {
        OrganisationRefusal::CertificateTaken
    } else {
        error.into()
    }
}

#[derive(sqlx::FromRow)]
struct ApiTokenRow {
    #[sqlx(flatten)]
    organisation: OrganisationRow,
    id: Uuid,
    member: String,
    member_id: Uuid,
    name: String,
    scopes: String,
    created_at: i64,
    expires_at: i64,
    revoked_at: Option<i64>,
    used_on: Option<i64>,
}

impl ApiTokenRow {
    fn record(self) -> Result<ApiTokenRecord, StorageError> {
        Ok(ApiTokenRecord {
            id: self.id,
            organisation: self.organisation.record()?,
            member: self.member,
            member_id: self.member_id,
            name: self.name,
            scopes: self.scopes,
            created_at: Instant::from_millis(self.created_at),
            expires_at: Instant::from_millis(self.expires_at),
            revoked_at: self.revoked_at.map(Instant::from_millis),
            used_on: self.used_on.map(Instant::from_millis),
        })
    }
}

#[derive(sqlx::FromRow)]
struct ClientCertificateRow {
    #[sqlx(flatten)]
    organisation: OrganisationRow,
    id: Uuid,
    member: String,
    member_id: Uuid,
    name: String,
    sha256: Vec<u8>,
    scopes: String,
    bound_at: i64,
    not_after: i64,
    revoked_at: Option<i64>,
}

impl ClientCertificateRow {
    fn record(self) -> Result<ClientCertificateRecord, StorageError> {
        Ok(ClientCertificateRecord {
            id: self.id,
            organisation: self.organisation.record()?,
            member: self.member,
            member_id: self.member_id,
            name: self.name,
            sha256: self.sha256.try_into().map_err(|_| damaged("client_certificates", "sha256"))?,
            scopes: self.scopes,
            bound_at: Instant::from_millis(self.bound_at),
            not_after: Instant::from_millis(self.not_after),
            revoked_at: self.revoked_at.map(Instant::from_millis),
        })
    }
}
