//! Signing in and out: a sign-in ends where it began, in the same browser, once, as one person; each is an audit event.
//!
//! Whoever the provider of [`crate::identity`] names is signed in as the member that she is bound to, or as the citizen
//! that she is. A demonstration also lets its fictional people in without proof.

use std::fmt;
use std::sync::Arc;

use ring::digest;
use uuid::Uuid;

use crate::audit::{self, Act};
use crate::auth::{Actor, InvitationCode, MemberSessions, Sessions};
use crate::catalogue::Voen;
use crate::clock::{Clock, Instant};
use crate::identity::{self, IdentityError, Pending, Person, Provider, Returned};
use crate::random::{Random, RandomUnavailable};
use crate::storage::{KnownMember, NewAuditEvent, OrganisationRefusal, PersonKey, Storage, StorageError};

/// How long somebody may take at the provider: 10 minutes.
const PATIENCE_MILLIS: i64 = 10 * 60 * 1000;

/// Signs people in and out.
#[derive(Clone)]
pub struct SignIn {
    /// Who says who somebody is; without one, only a demonstration's people can sign in.
    pub provider: Option<Arc<Provider>>,
    /// Where the provider sends browsers back to.
    pub redirect: String,
    /// The members' sessions.
    pub members: MemberSessions,
    /// The citizens' sessions.
    pub holders: Sessions,
    /// The records.
    pub storage: Storage,
    /// What time it is.
    pub clock: Clock,
    /// Chance.
    pub random: Random,
}

/// What somebody signs in as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// As a member of an organisation, at the desk.
    Member,
    /// As a citizen.
    Holder,
}

/// A sign-in that was begun: where to send the browser, and the text that its cookie must hold when it comes back.
pub struct Begun {
    /// The address at the provider.
    pub address: String,
    /// What the browser is known by.
    pub browser: String,
}

/// What came back by way of the browser.
#[derive(Clone, Default, serde::Deserialize)]
pub struct Answer {
    /// Which sign-in it ends.
    pub state: String,
    /// What becomes a token.
    pub code: Option<String>,
    /// Which provider it came from.
    pub iss: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
}

/// Somebody who has just signed in: the text for the cookie of her new session.
pub enum SignedIn {
    /// A member.
    Member(String),
    /// A citizen.
    Holder(String),
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The settings name no provider.
    #[error("this service has no provider for signing in; the operator names one under [sign_in]")]
    NoProvider,
    /// There is no such sign-in under way: it took too long, ended before, or began in another browser.
    #[error("this sign-in is not under way in this browser; begin again")]
    Lost,
    /// The provider let nobody in.
    #[error("the provider of the sign-in let nobody in ({0})")]
    Declined(String),
    /// The provider's answer was not believed, or did not come.
    #[error(transparent)]
    Provider(#[from] IdentityError),
    /// No member is known by this person.
    #[error("nobody here is known by this person; ask the operator for an invitation")]
    NoMember,
    /// The invitation is not good, or not any more.
    #[error("there is no such invitation any more; ask for a new one")]
    NoInvitation,
    /// The person is another member already.
    #[error("this person is a member already; the operator can unbind her from that one")]
    PersonTaken,
    /// The provider says nothing of the FİN, by which alone a citizen is known.
    #[error("the provider does not say who this citizen is")]
    NoFin,
    /// The records did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// There was no chance to be had.
    #[error(transparent)]
    Random(#[from] RandomUnavailable),
}

/// A sign-in under way, as it is kept where only the database's keys read it.
#[derive(serde::Serialize, serde::Deserialize)]
struct UnderWay {
    side: Side,
    invitation: Option<String>,
    /// SHA-256 of what the browser holds.
    browser: String,
    pending: Pending,
}

impl SignIn {
    /// Begins a sign-in. `browser` is what this browser's cookie holds, if it began one a moment ago in another tab.
    pub async fn begin(
        &self,
        side: Side,
        invitation: Option<InvitationCode>,
        browser: Option<&str>,
    ) -> Result<Begun, SignInError> {
        let provider = self.provider.as_ref().ok_or(SignInError::NoProvider)?;
        let state = identity::secret(&self.random)?;
        let browser = match browser.filter(|text| text.len() == state.len()) {
            Some(known) => known.to_owned(),
            None => identity::secret(&self.random)?,
        };
        let (address, pending) = provider.begin(&state, &self.redirect, &self.random).await?;
        let invitation = invitation.map(|code| code.as_str().to_owned());
        let under_way = UnderWay { side, invitation, browser: sha256(&browser), pending };
        let content = serde_json::to_vec(&under_way).map_err(|_| SignInError::Lost)?;
        let until = self.clock.now().plus_millis(PATIENCE_MILLIS);
        self.storage.begin_sign_in(&state, &content, until).await?;
        Ok(Begun { address, browser })
    }

    /// Ends a sign-in with what came back. Whatever comes of it, the same answer is never heard again.
    pub async fn finish(&self, browser: Option<&str>, answer: &Answer) -> Result<SignedIn, SignInError> {
        let under_way = self.take(browser, answer).await.map_err(counted)?;
        self.ended(&under_way, answer).await.map_err(counted)
    }

    /// Signs a fictional member of a demonstration in, without proof.
    pub async fn demonstrate_member(&self, organisation: Voen, member: Uuid) -> Result<String, SignInError> {
        self.open_member(&Actor::Member { organisation, member }, member, None, "demonstration").await
    }

    /// Signs a member out.
    pub async fn end_member(&self, token: &str) -> Result<(), SignInError> {
        let Some(session) = self.members.find(token).await? else { return Ok(()) };
        let actor = session.member.actor();
        let event = self.event(&actor, Act::SignOut, &session.member.id.to_string(), &serde_json::Value::Null)?;
        let event = event.of(actor.organisation());
        Ok(self.members.close(token, &event).await?)
    }

    /// Where the browser is sent to sign out at the provider too, and comes back to `redirect`; none where there is no
    /// such place, or it cannot be found out now.
    pub async fn end_at_provider(&self, redirect: &str) -> Option<String> {
        let provider = self.provider.as_ref()?;
        provider.end_session(redirect).await.unwrap_or_else(|error| {
            tracing::warn!(error = &error as &dyn std::error::Error, "the provider's place for signing out is unknown");
            None
        })
    }

    async fn take(&self, browser: Option<&str>, answer: &Answer) -> Result<UnderWay, SignInError> {
        let content = self.storage.take_sign_in(&answer.state, self.clock.now()).await?.ok_or(SignInError::Lost)?;
        let under_way: UnderWay = serde_json::from_slice(&content).map_err(|_| SignInError::Lost)?;
        if browser.map(sha256).as_deref() == Some(&under_way.browser) { Ok(under_way) } else { Err(SignInError::Lost) }
    }

    async fn ended(&self, under_way: &UnderWay, answer: &Answer) -> Result<SignedIn, SignInError> {
        let provider = self.provider.as_ref().ok_or(SignInError::NoProvider)?;
        let code = match (&answer.error, &answer.code) {
            (None, Some(code)) => code,
            (error, _) => return Err(SignInError::Declined(known_error(error.as_deref()))),
        };
        let returned = Returned { code, issuer: answer.iss.as_deref() };
        let person = provider.finish(&under_way.pending, returned).await?;
        match under_way.side {
            Side::Member => self.member(&person, under_way.invitation.as_deref()).await.map(SignedIn::Member),
            Side::Holder => self.holder(&person).await.map(SignedIn::Holder),
        }
    }

    async fn member(&self, person: &Person, invitation: Option<&str>) -> Result<String, SignInError> {
        let known = match invitation {
            Some(code) => self.accept(person, code).await?,
            None => self.known(person).await?.ok_or(SignInError::NoMember)?,
        };
        let KnownMember { identity, member, organisation } = known;
        self.open_member(&Actor::Member { organisation, member }, member, Some(identity), "provider").await
    }

    /// The member whom the person is bound to, by either of what she is known by; if both name one, they name the same.
    async fn known(&self, person: &Person) -> Result<Option<KnownMember>, SignInError> {
        let by_subject = self.storage.member_known_by(subject(person)).await?;
        let by_fin = match &person.fin {
            Some(fin) => self.storage.member_known_by(PersonKey::Fin(fin)).await?,
            None => None,
        };
        match (by_subject, by_fin) {
            (Some(one), Some(other)) if one.member != other.member => Err(SignInError::PersonTaken),
            (by_subject, by_fin) => Ok(by_subject.or(by_fin)),
        }
    }

    async fn accept(&self, person: &Person, code: &str) -> Result<KnownMember, SignInError> {
        // Whoever is a member already must not become a second one by whatever else she is known by.
        if self.known(person).await?.is_some() {
            return Err(SignInError::PersonTaken);
        }
        let now = self.clock.now();
        let (binding, event_id) = (audit::fresh_id(&self.random, now)?, audit::fresh_id(&self.random, now)?);
        let event = |known: &KnownMember| {
            let actor = Actor::Member { organisation: known.organisation.clone(), member: known.member };
            let detail = serde_json::json!({ "member": known.member, "by": "invitation" });
            Ok(NewAuditEvent {
                id: event_id,
                actor: actor.label(),
                act: Act::BindMember.slug().to_owned(),
                subject: known.organisation.to_string(),
                occurred_at: now,
                detail: detail.to_string(),
                organisation: None,
            })
        };
        match self.storage.accept_invitation(code, binding, subject(person), now, event).await {
            Ok(Some(known)) => Ok(known),
            Ok(None) | Err(OrganisationRefusal::NoOrganisation | OrganisationRefusal::NoMember) => {
                Err(SignInError::NoInvitation)
            }
            Err(OrganisationRefusal::Storage(error)) => Err(error.into()),
            Err(_) => Err(SignInError::PersonTaken),
        }
    }

    async fn open_member(
        &self,
        actor: &Actor,
        member: Uuid,
        identity: Option<Uuid>,
        by: &str,
    ) -> Result<String, SignInError> {
        let event = self.event(actor, Act::SignIn, &member.to_string(), &serde_json::json!({ "by": by }))?;
        let event = event.of(actor.organisation());
        metrics::counter!("earayis_sign_ins_total", "outcome" => "member").increment(1);
        Ok(self.members.open(member, identity, &event).await?)
    }

    async fn holder(&self, person: &Person) -> Result<String, SignInError> {
        let fin = person.fin.as_ref().ok_or(SignInError::NoFin)?;
        let actor = self.holders.holder(fin.clone());
        let event = self.event(&actor, Act::SignIn, "holder", &serde_json::json!({ "by": "provider" }))?;
        self.storage.record_audit(event).await?;
        metrics::counter!("earayis_sign_ins_total", "outcome" => "holder").increment(1);
        Ok(self.holders.open(fin).await?)
    }

    fn event(
        &self,
        actor: &Actor,
        act: Act,
        subject: &str,
        detail: &serde_json::Value,
    ) -> Result<NewAuditEvent, RandomUnavailable> {
        audit::event(&self.random, actor.label(), act, subject, self.now(), detail)
    }

    fn now(&self) -> Instant {
        self.clock.now()
    }
}

fn subject(person: &Person) -> PersonKey<'_> {
    PersonKey::Subject { issuer: &person.issuer, claim: &person.member_claim, value: &person.member }
}

fn sha256(text: &str) -> String {
    data_encoding::HEXLOWER.encode(digest::digest(&digest::SHA256, text.as_bytes()).as_ref())
}

/// The error codes of RFC 6749 §4.1.2.1 and OpenID Connect Core 1.0 §3.1.2.6; anybody can write others into an address.
fn known_error(error: Option<&str>) -> String {
    let known = ["access_denied", "login_required", "interaction_required", "temporarily_unavailable", "server_error"];
    known.into_iter().find(|known| Some(*known) == error).unwrap_or("other").to_owned()
}

fn counted(error: SignInError) -> SignInError {
    let reason = error.slug();
    tracing::info!(reason, error = &error as &dyn std::error::Error, "nobody was signed in");
    metrics::counter!("earayis_sign_ins_total", "outcome" => reason).increment(1);
    error
}

impl SignInError {
    /// Its name in the metrics.
    pub fn slug(&self) -> &'static str {
        match self {
            Self::NoProvider => "no-provider",
            Self::Lost => "lost",
            Self::Declined(_) => "declined",
            Self::Provider(error) => error.slug(),
            Self::NoMember => "no-member",
            Self::NoInvitation => "no-invitation",
            Self::PersonTaken => "person-taken",
            Self::NoFin => "no-fin",
            Self::Storage(_) => "storage",
            Self::Random(_) => "random",
        }
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answer(…)")
    }
}
