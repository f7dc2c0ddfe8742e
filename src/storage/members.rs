//! What members may do and by what they are known: each change with its audit event in one transaction, ending sessions.

use uuid::Uuid;

use crate::catalogue::Voen;
use crate::clock::Instant;

use super::Storage;
use super::audit::NewAuditEvent;
use super::database::{Transaction, execute, read, within};
use super::error::{StorageError, damaged, violates};
use super::organisations::{MemberRecord, OrganisationRefusal, finish, hold_member};
use super::statements::members as sql;
use super::vault::{Cell, Lookup};

/// A role as it is given to a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMemberRole {
    /// Its id, a `UUIDv7`.
    pub id: Uuid,
    /// Whose it is to be.
    pub member: Uuid,
    /// Its word.
    pub role: String,
    /// The agency that it is about; none for all.
    pub agency: Option<Voen>,
    /// When it is given.
    pub granted_at: Instant,
}

/// A present member, what it may do, and whether somebody is bound to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberWithRoles {
    /// The member.
    pub member: MemberRecord,
    /// The words of its roles, each with the agency that it is about, or none for all.
    pub roles: Vec<(String, Option<Voen>)>,
    /// Whether somebody can sign in as this member.
    pub bound: bool,
}

/// What a person is known by. `Debug` shows nothing of it, and the records hold an HMAC only.
#[derive(Clone, Copy)]
pub enum PersonKey<'a> {
    /// The provider's own name for her.
    Subject {
        /// The provider.
        issuer: &'a str,
        /// Its name for the claim that tells persons apart, such as `sub`.
        claim: &'a str,
        /// What the claim says.
        value: &'a str,
    },
    /// Her identification number.
    Fin(&'a crate::catalogue::Fin),
}

/// A present member who is known by something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownMember {
    /// The id of what it is known by.
    pub identity: Uuid,
    /// The member's id.
    pub member: Uuid,
    /// The organisation's id.
    pub organisation: Voen,
}

impl Storage {
    /// Gives a present member of an open organisation a role, and ends its sessions.
    pub async fn grant_role(
        &self,
        organisation: &Voen,
        role: &NewMemberRole,
        audit: &NewAuditEvent,
    ) -> Result<(), OrganisationRefusal> {
        let mut transaction = self.begin_holding(organisation).await?;
        hold_member(&mut transaction, organisation, role.member).await?;
        let NewMemberRole { id, member, role, agency, granted_at } = role;
        let agency = agency.as_ref().map(Voen::as_str);
        execute!(&mut transaction, sql::INSERT_MEMBER_ROLE, id, member, role, agency, granted_at.millis()).map_err(
            |error| {
                if violates(&error, "member_roles_role", "member_roles.member_id, member_roles.role") {
                    OrganisationRefusal::RoleHeld
                } else {
                    error.into()
                }
            },
        )?;
        execute!(&mut transaction, sql::DELETE_MEMBER_SESSIONS_OF, member)?;
        finish(transaction, audit).await
    }

    /// Takes a role from a member, and ends its sessions.
    pub async fn revoke_role(
        &self,
        organisation: &Voen,
        member: Uuid,
        role: &str,
        at: Instant,
        audit: &NewAuditEvent,
    ) -> Result<(), OrganisationRefusal> {
        let mut transaction = self.begin_holding(organisation).await?;
        hold_member(&mut transaction, organisation, member).await?;
        if execute!(&mut transaction, sql::REVOKE_MEMBER_ROLE, member, role, at.millis())? != 1 {
            return Err(OrganisationRefusal::RoleNotHeld);
        }
        execute!(&mut transaction, sql::DELETE_MEMBER_SESSIONS_OF, member)?;
        finish(transaction, audit).await
    }

    /// The present members of an organisation with their roles, by name.
    pub async fn members_with_roles(&self, organisation: &Voen) -> Result<Vec<MemberWithRoles>, StorageError> {
        let voen = organisation.as_str();
        let rows: Vec<Row> =
            read!(self.database(), |pool| sqlx::query_as(sql::MEMBER_ROLES_OF).bind(voen).fetch_all(pool))?;
        let mut members: Vec<MemberWithRoles> = Vec::new();
        for row in rows {
            let role = row.role.read()?;
            match members.last_mut().filter(|last| last.member.id == row.id) {
                Some(last) => last.roles.extend(role),
                None => members.push(row.member(role)),
            }
        }
        Ok(members)
    }

    /// Binds what a person is known by to a present member, and forgets the member's invitations.
    pub async fn bind_member(
        &self,
        organisation: &Voen,
        member: Uuid,
        id: Uuid,
        key: PersonKey<'_>,
        at: Instant,
        audit: &NewAuditEvent,
    ) -> Result<(), OrganisationRefusal> {
        let mut transaction = self.begin_holding(organisation).await?;
        hold_member(&mut transaction, organisation, member).await?;
        self.insert_identity(&mut transaction, member, id, key, at).await?;
        execute!(&mut transaction, sql::DELETE_INVITATIONS_OF, member)?;
        finish(transaction, audit).await
    }

    /// Ends whatever a member is known by, with its sessions and invitations.
    pub async fn unbind_member(
        &self,
        organisation: &Voen,
        member: Uuid,
        at: Instant,
        audit: &NewAuditEvent,
    ) -> Result<(), OrganisationRefusal> {
        let mut transaction = self.begin_holding(organisation).await?;
        hold_member(&mut transaction, organisation, member).await?;
        shut_out(&mut transaction, member, at).await?;
        finish(transaction, audit).await
    }

    /// The present member of an open organisation who is known by `key`.
    pub async fn member_known_by(&self, key: PersonKey<'_>) -> Result<Option<KnownMember>, StorageError> {
        let hmac = self.person_hmac(key);
        let row: Option<(Uuid, String, Uuid, String)> =
            read!(self.database(), |pool| sqlx::query_as(sql::MEMBER_OF_IDENTITY).bind(&hmac).fetch_optional(pool))?;
        let Some((identity, basis, member, organisation)) = row else { return Ok(None) };
        if basis != key.basis() {
            return Err(damaged("member_identities", "basis"));
        }
        let organisation = organisation.parse().map_err(|_| damaged("members", "organisation"))?;
        Ok(Some(KnownMember { identity, member, organisation }))
    }

    /// Remembers an invitation of a present member: whoever has the code may bind herself to it, once, until `expires_at`.
    pub async fn invite_member(
        &self,
        organisation: &Voen,
        member: Uuid,
        code: &str,
        expires_at: Instant,
        audit: &NewAuditEvent,
    ) -> Result<(), OrganisationRefusal> {
        let hmac = self.vault().digest(Lookup::Invitation, code.as_bytes());
        let mut transaction = self.begin_holding(organisation).await?;
        hold_member(&mut transaction, organisation, member).await?;
        execute!(&mut transaction, sql::DELETE_INVITATIONS_OF, member)?;
        let (now, expires_at) = (audit.occurred_at.millis(), expires_at.millis());
        execute!(&mut transaction, sql::INSERT_INVITATION, hmac, member, now, expires_at)?;
        finish(transaction, audit).await
    }

    /// Accepts an invitation: takes the code away for ever and binds the person to its member. None when there is no
    /// such invitation at `at`; then nothing has changed.
    pub async fn accept_invitation(
        &self,
        code: &str,
        id: Uuid,
        key: PersonKey<'_>,
        at: Instant,
        audit: impl FnOnce(&KnownMember) -> Result<NewAuditEvent, StorageError> + Send,
    ) -> Result<Option<KnownMember>, OrganisationRefusal> {
        let hmac = self.vault().digest(Lookup::Invitation, code.as_bytes());
        let mut transaction = self.database().begin().await?;
        let member: Option<Uuid> = within!(&mut transaction, |connection| sqlx::query_scalar(sql::TAKE_INVITATION)
            .bind(&hmac)
            .bind(at.millis())
            .fetch_optional(connection))?;
        let Some(member) = member else { return Ok(None) };
        let organisation: Option<String> =
            within!(&mut transaction, |connection| sqlx::query_scalar(sql::ORGANISATION_OF_MEMBER)
                .bind(member)
                .fetch_optional(connection))?;
        let Some(organisation) = organisation else { return Ok(None) };
        let organisation = organisation.parse().map_err(|_| damaged("members", "organisation"))?;
        let known = KnownMember { identity: id, member, organisation };
        hold_member(&mut transaction, &known.organisation, member).await?;
        self.insert_identity(&mut transaction, member, id, key, at).await?;
        finish(transaction, &audit(&known)?).await?;
        Ok(Some(known))
    }

    /// Remembers a sign-in under way until `expires_at`: what is in `content` is found again by `state`, once.
    pub async fn begin_sign_in(&self, state: &str, content: &[u8], expires_at: Instant) -> Result<(), StorageError> {
        let hmac = self.vault().digest(Lookup::SignIn, state.as_bytes());
        let (kek_id, content) = self.vault().seal_row(sign_in_cell(&hmac), content)?;
        let mut transaction = self.database().begin().await?;
        execute!(&mut transaction, sql::INSERT_SIGN_IN, &hmac, kek_id, content, expires_at.millis())?;
        transaction.commit().await
    }

    /// Takes a sign-in under way, which nobody can take again.
    pub async fn take_sign_in(&self, state: &str, now: Instant) -> Result<Option<Vec<u8>>, StorageError> {
        let hmac = self.vault().digest(Lookup::SignIn, state.as_bytes());
        let mut transaction = self.database().begin().await?;
        let row: Option<(String, Vec<u8>)> = within!(&mut transaction, |connection| sqlx::query_as(sql::TAKE_SIGN_IN)
            .bind(&hmac)
            .bind(now.millis())
            .fetch_optional(connection))?;
        transaction.commit().await?;
        let Some((kek_id, content)) = row else { return Ok(None) };
        Ok(Some(self.vault().open_row(&kek_id, sign_in_cell(&hmac), &content)?))
    }

    async fn insert_identity(
        &self,
        transaction: &mut Transaction,
        member: Uuid,
        id: Uuid,
        key: PersonKey<'_>,
        at: Instant,
    ) -> Result<(), OrganisationRefusal> {
        let (basis, hmac) = (key.basis(), self.person_hmac(key));
        execute!(&mut *transaction, sql::INSERT_MEMBER_IDENTITY, id, member, basis, hmac, at.millis()).map_err(
            |error| {
                if violates(&error, "member_identities_person", "member_identities.identity_hmac") {
                    OrganisationRefusal::PersonTaken
                } else {
                    error.into()
                }
            },
        )?;
        Ok(())
    }

    /// The identities of one purpose only: a member cannot be found among holders, nor a holder among members.
    fn person_hmac(&self, key: PersonKey<'_>) -> Vec<u8> {
        let text = match key {
            PersonKey::Subject { issuer, claim, value } => ["subject", issuer, claim, value].join("\0"),
            PersonKey::Fin(fin) => ["fin", fin.as_str()].join("\0"),
        };
        self.vault().digest(Lookup::Person, text.as_bytes())
    }
}

/// Ends whatever a member is known by, its sessions and its invitations.
pub(super) async fn shut_out(transaction: &mut Transaction, member: Uuid, at: Instant) -> Result<(), StorageError> {
    execute!(&mut *transaction, sql::UNBIND_MEMBER, member, at.millis())?;
    execute!(&mut *transaction, sql::DELETE_MEMBER_SESSIONS_OF, member)?;
    execute!(&mut *transaction, sql::DELETE_INVITATIONS_OF, member)?;
    Ok(())
}

fn sign_in_cell(hmac: &[u8]) -> Cell<'_> {
    Cell { table: "sign_ins", column: "content", id: hmac }
}

impl PersonKey<'_> {
    fn basis(self) -> &'static str {
        match self {
            Self::Subject { .. } => "subject",
            Self::Fin(_) => "fin",
        }
    }
}

impl std::fmt::Debug for PersonKey<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PersonKey({}…)", self.basis())
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    added_at: i64,
    #[sqlx(flatten)]
    role: RoleRow,
    identities: i64,
}

/// A role of a member's, or none.
#[derive(sqlx::FromRow)]
pub(super) struct RoleRow {
    role: Option<String>,
    agency: Option<String>,
}

impl RoleRow {
    /// The role's word, with the agency that it is about, or none for all.
    pub(super) fn read(&self) -> Result<Option<(String, Option<Voen>)>, StorageError> {
        let Some(role) = &self.role else { return Ok(None) };
        let agency = self.agency.as_deref().map(str::parse).transpose();
        Ok(Some((role.clone(), agency.map_err(|_| damaged("member_roles", "agency"))?)))
    }
}

impl Row {
    fn member(self, role: Option<(String, Option<Voen>)>) -> MemberWithRoles {
        let member = MemberRecord { id: self.id, name: self.name, added_at: Instant::from_millis(self.added_at) };
        MemberWithRoles { member, roles: role.into_iter().collect(), bound: self.identities > 0 }
    }
}
