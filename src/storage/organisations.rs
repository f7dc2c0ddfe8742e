//! Organisations and their members: each change with its audit event in one transaction, and what is closed stays known.

use uuid::Uuid;

use crate::catalogue::Voen;
use crate::clock::Instant;

use super::Storage;
use super::audit::NewAuditEvent;
use super::database::{Transaction, execute, read};
use super::error::{StorageError, damaged, violates};
use super::members::shut_out;
use super::statements::{members as member_sql, organisations as sql};

/// An organisation that uses the service.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four answers about an organisation, none of which follows from another"
)]
pub struct OrganisationRecord {
    /// Its id.
    pub voen: Voen,
    /// Its name.
    pub name: String,
    /// Whether it issues certificates.
    pub issuer: bool,
    /// Whether it verifies them.
    pub verifier: bool,
    /// Whether it audits: its members may be auditors of any agency, or of all.
    pub auditor: bool,
    /// Whether its tokens are good only beside one of its client certificates.
    pub needs_certificate: bool,
    /// When it was added.
    pub added_at: Instant,
    /// When it was closed; none while it is open.
    pub closed_at: Option<Instant>,
}

/// Somebody who answers for an organisation's credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRecord {
    /// Its id, a `UUIDv7`.
    pub id: Uuid,
    /// The name, unique among the organisation's present members.
    pub name: String,
    /// When it was added.
    pub added_at: Instant,
}

/// Why nothing of an organisation was changed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum OrganisationRefusal {
    /// It is not there, or closed.
    #[error("there is no open organisation with this VÖEN; `earayis organisations list` shows them")]
    NoOrganisation,
    /// It has no such member.
    #[error("the organisation has no member of this name; `earayis members list` shows them")]
    NoMember,
    /// It has no such token or certificate that is not revoked.
    #[error("the organisation has nothing of this name that could be revoked")]
    NoCredential,
    /// It is there already, or was.
    #[error("there is an organisation with this VÖEN: change it, or open it again")]
    Exists,
    /// A member, token or certificate of this name is there.
    #[error("the organisation has one of this name: choose another name, or end that one first")]
    NameTaken,
    /// The client certificate is bound, or was: it stays known for ever.
    #[error("this client certificate was bound before, and a certificate is bound once: have a new one made")]
    CertificateTaken,
    /// The member has the role already.
    #[error("the member has this role already; revoke it first to give it for another agency")]
    RoleHeld,
    /// The member has it not.
    #[error("the member has no such role; `earayis members list` shows the roles")]
    RoleNotHeld,
    /// Somebody else is known by it.
    #[error("this person is bound to a member already, and one person is one member: unbind the other first")]
    PersonTaken,
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Storage {
    /// Adds an organisation.
    pub async fn add_organisation(
        &self,
        organisation: &OrganisationRecord,
        audit: &NewAuditEvent,
    ) -> Result<(), OrganisationRefusal> {
        let mut transaction = self.database().begin().await?;
        let OrganisationRecord { voen, name, issuer, verifier, auditor, needs_certificate, added_at, .. } =
            organisation;
        let added = execute!(
            &mut transaction,
            sql::INSERT_ORGANISATION,
            voen.as_str(),
            name,
            i32::from(*issuer),
            i32::from(*verifier),
            i32::from(*needs_certificate),
            added_at.millis(),
            i32::from(*auditor),
        )?;
        if added != 1 {
            return Err(OrganisationRefusal::Exists);
        }
        finish(transaction, audit).await
    }

    /// Changes name, roles and need of a certificate of an open organisation.
    pub async fn change_organisation(
        &self,
        organisation: &OrganisationRecord,
        audit: &NewAuditEvent,
    ) -> Result<(), OrganisationRefusal> {
        let mut transaction = self.database().begin().await?;
        let OrganisationRecord { voen, name, issuer, verifier, auditor, needs_certificate, .. } = organisation;
        let changed = execute!(
            &mut transaction,
            sql::CHANGE_ORGANISATION,
            voen.as_str(),
            name,
            i32::from(*issuer),
            i32::from(*verifier),
            i32::from(*needs_certificate),
            i32::from(*auditor),
        )?;
        if changed != 1 {
            return Err(OrganisationRefusal::NoOrganisation);
        }
        finish(transaction, audit).await
    }

    /// Closes an organisation and ends its credentials, and its members' roles, sessions, invitations and whatever they are
    /// known by: opening it again brings none of them back.
    pub async fn close_organisation(
        &self,
        voen: &Voen,
        at: Instant,
        audit: &NewAuditEvent,
    ) -> Result<(), OrganisationRefusal> {
        let (voen, at) = (voen.as_str(), at.millis());
        let mut transaction = self.database().begin().await?;
        if execute!(&mut transaction, sql::CLOSE_ORGANISATION, voen, at)? != 1 {
            return Err(OrganisationRefusal::NoOrganisation);
        }
        end_all(&mut transaction, voen, at).await?;
        finish(transaction, audit).await
    }

    /// Opens a closed organisation again, with its members by name and nothing by which they could act.
    pub async fn reopen_organisation(&self, voen: &Voen, audit: &NewAuditEvent) -> Result<(), OrganisationRefusal> {
        let (voen, at) = (voen.as_str(), audit.occurred_at.millis());
        let mut transaction = self.database().begin().await?;
        if execute!(&mut transaction, sql::REOPEN_ORGANISATION, voen)? != 1 {
            return Err(OrganisationRefusal::NoOrganisation);
        }
        // Once more: an invitation may have been accepted while it was closed, and earlier programs ended less.
        end_all(&mut transaction, voen, at).await?;
        finish(transaction, audit).await
    }

    /// The organisation with this VÖEN, open or closed.
    pub async fn organisation(&self, voen: &Voen) -> Result<Option<OrganisationRecord>, StorageError> {
        let voen = voen.as_str();
        let row: Option<OrganisationRow> =
            read!(self.database(), |pool| sqlx::query_as(sql::ORGANISATION).bind(voen).fetch_optional(pool))?;
        row.map(OrganisationRow::record).transpose()
    }

    /// Every organisation, by name.
    pub async fn organisations(&self) -> Result<Vec<OrganisationRecord>, StorageError> {
        let rows: Vec<OrganisationRow> =
            read!(self.database(), |pool| sqlx::query_as(sql::ORGANISATIONS).fetch_all(pool))?;
        rows.into_iter().map(OrganisationRow::record).collect()
    }

    /// The names of the organisations that looked at a certificate, by VÖEN.
    pub async fn names_of_lookers(&self, certificate: Uuid) -> Result<Vec<(String, String)>, StorageError> {
        Ok(read!(self.database(), |pool| sqlx::query_as(sql::NAMES_OF_LOOKERS).bind(certificate).fetch_all(pool))?)
    }

    /// Adds a member to an open organisation.
    pub async fn add_member(
        &self,
        organisation: &Voen,
        member: &MemberRecord,
        audit: &NewAuditEvent,
    ) -> Result<(), OrganisationRefusal> {
        let mut transaction = self.begin_holding(organisation).await?;
        let (voen, added_at) = (organisation.as_str(), member.added_at.millis());
        execute!(&mut transaction, sql::INSERT_MEMBER, member.id, voen, &member.name, added_at).map_err(|error| {
            if violates(&error, "members_name", "members.organisation, members.name") {
                OrganisationRefusal::NameTaken
            } else {
                error.into()
            }
        })?;
        finish(transaction, audit).await
    }

    /// Removes a member and ends the credentials it answers for.
    pub async fn remove_member(
        &self,
        organisation: &Voen,
        id: Uuid,
        at: Instant,
        audit: &NewAuditEvent,
    ) -> Result<(), OrganisationRefusal> {
        let mut transaction = self.begin_holding(organisation).await?;
        hold_member(&mut transaction, organisation, id).await?;
        execute!(&mut transaction, sql::REMOVE_MEMBER, id, at.millis())?;
        execute!(&mut transaction, sql::REVOKE_API_TOKENS_OF_MEMBER, id, at.millis())?;
        execute!(&mut transaction, sql::REVOKE_CLIENT_CERTIFICATES_OF_MEMBER, id, at.millis())?;
        execute!(&mut transaction, member_sql::REVOKE_MEMBER_ROLES, id, at.millis())?;
        shut_out(&mut transaction, id, at).await?;
        finish(transaction, audit).await
    }

    /// An organisation's present members, by name.
    pub async fn members_of(&self, organisation: &Voen) -> Result<Vec<MemberRecord>, StorageError> {
        let voen = organisation.as_str();
        let rows: Vec<MemberRow> =
            read!(self.database(), |pool| sqlx::query_as(sql::MEMBERS_OF).bind(voen).fetch_all(pool))?;
        Ok(rows.into_iter().map(MemberRow::record).collect())
    }

    /// Begins a transaction in which nobody else changes this organisation, which must be open.
    pub(super) async fn begin_holding(&self, organisation: &Voen) -> Result<Transaction, OrganisationRefusal> {
        let mut transaction = self.database().begin().await?;
        if execute!(&mut transaction, sql::HOLD_ORGANISATION, organisation.as_str())? != 1 {
            return Err(OrganisationRefusal::NoOrganisation);
        }
        Ok(transaction)
    }
}

/// Ends everything by which an organisation or its members could act.
async fn end_all(transaction: &mut Transaction, voen: &str, at: i64) -> Result<(), StorageError> {
    execute!(&mut *transaction, sql::REVOKE_API_TOKENS_OF, voen, at)?;
    execute!(&mut *transaction, sql::REVOKE_CLIENT_CERTIFICATES_OF, voen, at)?;
    execute!(&mut *transaction, member_sql::REVOKE_ROLES_OF_ORGANISATION, voen, at)?;
    execute!(&mut *transaction, member_sql::UNBIND_ORGANISATION, voen, at)?;
    execute!(&mut *transaction, member_sql::DELETE_INVITATIONS_OF_ORGANISATION, voen)?;
    execute!(&mut *transaction, member_sql::DELETE_SESSIONS_OF_ORGANISATION, voen)?;
    Ok(())
}

/// Adds the audit event and makes all of it durable.
pub(super) async fn finish(mut transaction: Transaction, audit: &NewAuditEvent) -> Result<(), OrganisationRefusal> {
    audit.store(&mut transaction).await?;
    Ok(transaction.commit().await?)
}

/// Holds a present member of this organisation until the transaction ends.
pub(super) async fn hold_member(
    transaction: &mut Transaction,
    organisation: &Voen,
    id: Uuid,
) -> Result<(), OrganisationRefusal> {
    match execute!(transaction, sql::HOLD_MEMBER, id, organisation.as_str())? {
        1 => Ok(()),
        _ => Err(OrganisationRefusal::NoMember),
    }
}

impl From<sqlx::Error> for OrganisationRefusal {
    fn from(error: sqlx::Error) -> Self {
        Self::Storage(error.into())
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct OrganisationRow {
    voen: String,
    organisation: String,
    issuer: i32,
    verifier: i32,
    auditor: i32,
    needs_certificate: i32,
    added_at: i64,
    closed_at: Option<i64>,
}

impl OrganisationRow {
    pub(super) fn record(self) -> Result<OrganisationRecord, StorageError> {
        Ok(OrganisationRecord {
            voen: self.voen.parse().map_err(|_| damaged("organisations", "voen"))?,
            name: self.organisation,
            issuer: self.issuer != 0,
            verifier: self.verifier != 0,
            auditor: self.auditor != 0,
            needs_certificate: self.needs_certificate != 0,
            added_at: Instant::from_millis(self.added_at),
            closed_at: self.closed_at.map(Instant::from_millis),
        })
    }
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    id: Uuid,
    name: String,
    added_at: i64,
}

impl MemberRow {
    fn record(self) -> MemberRecord {
        MemberRecord { id: self.id, name: self.name, added_at: Instant::from_millis(self.added_at) }
    }
}
