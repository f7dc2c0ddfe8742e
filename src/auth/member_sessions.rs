//! The sessions of members: what one may do is read anew for each request, and a session never outlives what it stands on.

use uuid::Uuid;

use super::Actor;
use super::role::{Grant, Permission, Reach};
use crate::catalogue::Voen;
use crate::clock::{Clock, Instant};
use crate::random::Random;
use crate::storage::{MemberSessionRecord, NewAuditEvent, Storage, StorageError};

/// How long a session waits for a member who does nothing: 30 minutes.
const IDLE_MILLIS: i64 = 30 * MINUTE;
/// How long one lasts at most, however busy the member is: 10 hours, a long day's work.
const LONGEST_MILLIS: i64 = 10 * 60 * MINUTE;
const MINUTE: i64 = 60_000;

/// Opens, finds and closes the sessions of members.
#[derive(Clone)]
pub struct MemberSessions {
    /// The records.
    pub storage: Storage,
    /// What time it is.
    pub clock: Clock,
    /// Chance.
    pub random: Random,
}

/// A member who is signed in, and what she may do at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberSession {
    /// Who.
    pub member: SignedInMember,
    /// What she may do.
    pub grants: Vec<Grant>,
    /// What each of her forms must carry.
    pub form: FormToken,
}

/// A member as the acts know her.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedInMember {
    /// The member's id, which stands in the records of what she does.
    pub id: Uuid,
    /// What she is called.
    pub name: String,
    /// The organisation she belongs to.
    pub organisation: Voen,
    /// What that is called.
    pub organisation_name: String,
}

/// A member who audits. Only a session, or a credential with the scope `audit`, whose member has the role at this moment
/// gives one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Auditor {
    /// Who.
    pub member: SignedInMember,
    /// Whose certificates: of one agency, or of all. Nothing else may be shown to her.
    pub reach: Reach,
    /// What each of her forms must carry.
    pub form: FormToken,
    /// Whose erasing she may propose and decide on; none when she has not the role.
    erases: Option<Reach>,
}

/// An auditor who may also propose what is to be erased, and decide on what another person proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keeper {
    /// Who.
    pub member: SignedInMember,
    /// Whose certificates.
    pub reach: Reach,
}

/// A text that only the pages of one session hold: a form that another session's page sends is known by it and refused.
/// `Debug` prints nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct FormToken(String);

/// Why somebody may not do something as a member.
#[derive(Debug, Clone, thiserror::Error)]
pub enum NotPermitted {
    /// Nobody is signed in, or the session has ended.
    #[error("sign in at the desk; your session may have ended")]
    SignedOut,
    /// The member has no role that permits it.
    #[error("you have not the role for this; ask the operator to give it to you")]
    WithoutRole,
    /// The records did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl MemberSessions {
    /// Opens a session for a member who has proven who she is; the text goes into her cookie and nowhere else. It is a
    /// new one each time: what a browser held before is no part of it.
    pub async fn open(
        &self,
        member: Uuid,
        identity: Option<Uuid>,
        audit: &NewAuditEvent,
    ) -> Result<String, StorageError> {
        let token = data_encoding::BASE64URL_NOPAD.encode(&self.random.bytes::<32>()?);
        let ends_at = audit.occurred_at.plus_millis(LONGEST_MILLIS);
        self.storage.open_member_session(&token, member, identity, ends_at, audit).await?;
        Ok(token)
    }

    /// Who is signed in under this cookie, with what she may do at this moment, from the primary database.
    pub async fn find(&self, token: &str) -> Result<Option<MemberSession>, StorageError> {
        let now = self.clock.now();
        let Some(record) = self.storage.member_session(token, now, idle_since(now)).await? else { return Ok(None) };
        if now.millis() - record.seen_at.millis() >= MINUTE {
            self.storage.note_member_seen(token, now).await?;
        }
        Ok(Some(MemberSession::of(record, FormToken::of(token))))
    }

    /// The auditor who is signed in under this cookie.
    pub async fn auditor(&self, token: &str) -> Result<Auditor, NotPermitted> {
        let session = self.find(token).await?.ok_or(NotPermitted::SignedOut)?;
        let reach = session.permitted(Permission::Audit).ok_or(NotPermitted::WithoutRole)?.clone();
        let erases = session.permitted(Permission::Erase).cloned();
        Ok(Auditor { member: session.member, reach, form: session.form, erases })
    }

    /// Ends a session; that it is unknown is as good.
    pub async fn close(&self, token: &str, audit: &NewAuditEvent) -> Result<(), StorageError> {
        self.storage.delete_member_session(token, audit).await
    }

    /// Forgets what has ended.
    pub async fn purge(&self) -> Result<u64, StorageError> {
        let now = self.clock.now();
        self.storage.purge_member_sessions(now, idle_since(now)).await
    }
}

fn idle_since(now: Instant) -> Instant {
    now.plus_millis(-IDLE_MILLIS)
}

impl MemberSession {
    fn of(record: MemberSessionRecord, form: FormToken) -> Self {
        let MemberSessionRecord { member: id, name, organisation, organisation_name, issuer, auditor, .. } = record;
        let grants = record.roles.into_iter().filter_map(|(role, agency)| Grant::parse(&role, agency));
        let grants = grants.filter(|grant| grant.fits(&organisation, issuer, auditor)).collect();
        let member = SignedInMember { id, name, organisation, organisation_name };
        Self { member, grants, form }
    }

    /// About whose certificates the member may do this, by the widest of her roles; none when she may not at all.
    pub fn permitted(&self, permission: Permission) -> Option<&Reach> {
        let permitting = || self.grants.iter().filter(|grant| grant.role.permits(permission)).map(|grant| &grant.reach);
        permitting().find(|reach| **reach == Reach::All).or_else(|| permitting().next())
    }
}

impl Auditor {
    /// Who came by a program and no page: she reads, and decides nothing.
    pub(super) fn by_program(member: SignedInMember, reach: Reach) -> Self {
        Self { member, reach, form: FormToken(String::new()), erases: None }
    }

    /// The keeper that she is too; none when she has not the role.
    pub fn keeper(&self) -> Option<Keeper> {
        Some(Keeper { member: self.member.clone(), reach: self.erases.clone()? })
    }
}

impl SignedInMember {
    /// The member as the records of what was done name her.
    pub fn actor(&self) -> Actor {
        Actor::Member { organisation: self.organisation.clone(), member: self.id }
    }
}

impl FormToken {
    /// The token of the session that this cookie's text opens; the cookie cannot be told from it.
    fn of(session: &str) -> Self {
        let mut context = ring::digest::Context::new(&ring::digest::SHA256);
        context.update(b"earayis/form/v1\0");
        context.update(session.as_bytes());
        Self(data_encoding::BASE64URL_NOPAD.encode(&context.finish().as_ref()[..18]))
    }

    /// The text that a form carries.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a form carried this session's. Both are digests of a secret, so that timing tells nothing of it.
    pub fn is(&self, sent: &str) -> bool {
        !self.0.is_empty() && self.0 == sent
    }
}

impl std::fmt::Debug for FormToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FormToken(…)")
    }
}
