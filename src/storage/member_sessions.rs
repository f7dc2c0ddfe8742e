//! Sessions of members: found only by whoever has the token, with the roles that hold at this very request.

use uuid::Uuid;

use crate::catalogue::Voen;
use crate::clock::Instant;

use super::Storage;
use super::audit::NewAuditEvent;
use super::database::{execute, read};
use super::error::{StorageError, damaged};
use super::members::RoleRow;
use super::statements::members as sql;
use super::vault::Lookup;

/// A session that has not ended, of a present member of an open organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberSessionRecord {
    /// The member's id.
    pub member: Uuid,
    /// The member's name.
    pub name: String,
    /// The organisation's id.
    pub organisation: Voen,
    /// The organisation's name.
    pub organisation_name: String,
    /// Whether the organisation issues certificates.
    pub issuer: bool,
    /// Whether it audits.
    pub auditor: bool,
    /// The member's roles: their words, each with the agency that it is about, or none for all.
    pub roles: Vec<(String, Option<Voen>)>,
    /// Since when it lasts.
    pub created_at: Instant,
    /// When the member was last here, to the minute.
    pub seen_at: Instant,
    /// When it ends however busy the member is.
    pub ends_at: Instant,
}

impl Storage {
    /// Opens a session of a member, with its audit event, under a random token, of which only an HMAC is kept. `identity` is by what the
    /// member is known; none in a demonstration.
    pub async fn open_member_session(
        &self,
        token: &str,
        member: Uuid,
        identity: Option<Uuid>,
        ends_at: Instant,
        audit: &NewAuditEvent,
    ) -> Result<(), StorageError> {
        let hmac = self.session_hmac(token);
        let mut transaction = self.database().begin().await?;
        let (now, ends_at) = (audit.occurred_at.millis(), ends_at.millis());
        execute!(&mut transaction, sql::INSERT_MEMBER_SESSION, hmac, member, identity, now, ends_at)?;
        audit.store(&mut transaction).await?;
        transaction.commit().await
    }

    /// The session with this token, if it has not ended at `now` and its member was here after `idle_since`.
    pub async fn member_session(
        &self,
        token: &str,
        now: Instant,
        idle_since: Instant,
    ) -> Result<Option<MemberSessionRecord>, StorageError> {
        let (hmac, now, idle) = (self.session_hmac(token), now.millis(), idle_since.millis());
        let rows: Vec<Row> = read!(self.database(), |pool| sqlx::query_as(sql::MEMBER_SESSION)
            .bind(&hmac)
            .bind(now)
            .bind(idle)
            .fetch_all(pool))?;
        let mut session: Option<MemberSessionRecord> = None;
        for row in rows {
            let role = row.role.read()?;
            match &mut session {
                Some(session) => session.roles.extend(role),
                None => session = Some(row.record(role)?),
            }
        }
        Ok(session)
    }

    /// The roles that a present member has: their words, each with the agency that it is about, or none for all.
    pub async fn roles_of_member(&self, member: Uuid) -> Result<Vec<(String, Option<Voen>)>, StorageError> {
        let rows: Vec<RoleRow> =
            read!(self.database(), |pool| sqlx::query_as(sql::ROLES_OF_MEMBER).bind(member).fetch_all(pool))?;
        rows.iter().filter_map(|row| row.read().transpose()).collect()
    }

    /// Remembers that the member was here.
    pub async fn note_member_seen(&self, token: &str, at: Instant) -> Result<(), StorageError> {
        let hmac = self.session_hmac(token);
        let mut transaction = self.database().begin().await?;
        execute!(&mut transaction, sql::NOTE_MEMBER_SEEN, hmac, at.millis())?;
        transaction.commit().await
    }

    /// Ends a session, with its audit event; no error and no event when there is none.
    pub async fn delete_member_session(&self, token: &str, audit: &NewAuditEvent) -> Result<(), StorageError> {
        let hmac = self.session_hmac(token);
        let mut transaction = self.database().begin().await?;
        if execute!(&mut transaction, sql::DELETE_MEMBER_SESSION, hmac)? == 1 {
            audit.store(&mut transaction).await?;
        }
        transaction.commit().await
    }

    /// Forgets members' sessions that ended, or that nobody used since `idle_since`, with the sign-ins and invitations
    /// whose time is over; answers how many sessions.
    pub async fn purge_member_sessions(&self, now: Instant, idle_since: Instant) -> Result<u64, StorageError> {
        let mut transaction = self.database().begin().await?;
        let forgotten = execute!(&mut transaction, sql::PURGE_MEMBER_SESSIONS, now.millis(), idle_since.millis())?;
        execute!(&mut transaction, sql::PURGE_SIGN_INS, now.millis())?;
        execute!(&mut transaction, sql::PURGE_INVITATIONS, now.millis())?;
        transaction.commit().await?;
        Ok(forgotten)
    }

    fn session_hmac(&self, token: &str) -> Vec<u8> {
        self.vault().digest(Lookup::MemberSession, token.as_bytes())
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    member: Uuid,
    member_name: String,
    voen: String,
    organisation: String,
    issuer: i32,
    auditor: i32,
    created_at: i64,
    seen_at: i64,
    ends_at: i64,
    #[sqlx(flatten)]
    role: RoleRow,
}

impl Row {
    fn record(self, role: Option<(String, Option<Voen>)>) -> Result<MemberSessionRecord, StorageError> {
        Ok(MemberSessionRecord {
            member: self.member,
            name: self.member_name,
            organisation: self.voen.parse().map_err(|_| damaged("organisations", "voen"))?,
            organisation_name: self.organisation,
            issuer: self.issuer != 0,
            auditor: self.auditor != 0,
            roles: role.into_iter().collect(),
            created_at: Instant::from_millis(self.created_at),
            seen_at: Instant::from_millis(self.seen_at),
            ends_at: Instant::from_millis(self.ends_at),
        })
    }
}
