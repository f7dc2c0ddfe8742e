//! Issuance: from a registry's extract to a sealed, recorded certificate, or to nothing.
//!
//! Nothing leaves the process before the certificate, its digest, its place in a status list, its leaf and its audit
//! event are durable in one transaction. A crash before that loses nothing anybody saw; a crash after it loses nothing.

mod assemble;
mod error;
mod issued;
mod request;
pub mod sentences;

use std::sync::Arc;

use tokio::sync::watch;
use uuid::Uuid;

pub use error::IssueError;
pub use issued::{Held, Seen};
pub use request::{IdempotencyKey, IssueRequest, NotIdempotencyKey};

pub use crate::registry::{Question, RegistryError};
pub use crate::storage::Inspection;

use crate::audit::{self, Act};
use crate::auth::Actor;
use crate::catalogue::{Catalogue, Kind, Lifecycle};
use crate::certificate::{Answer, Code, Content, Number, fit, form};
use crate::clock::{Clock, Instant};
use crate::keys::KeyRing;
use crate::pdf::Press;
use crate::random::Random;
use crate::registry::{Extract, Registry};
use crate::seal::Sealer;
use crate::storage::{Counted, IssuanceError, Measure, Storage};

/// What it takes to issue.
pub struct Issuance {
    /// The kinds.
    pub catalogue: Arc<Catalogue>,
    /// The registry sources.
    pub registry: Registry,
    /// Draws the page.
    pub press: Press,
    /// Seals it.
    pub sealer: watch::Receiver<Arc<Sealer>>,
    /// The keys in use, of which the one for QR signs the token.
    pub ring: watch::Receiver<Arc<KeyRing>>,
    /// The records.
    pub storage: Storage,
    /// Where the service is reached: the origin that the QR names.
    pub public_url: String,
    /// Whether everything issued is without legal force.
    pub demonstration: bool,
    /// What time it is.
    pub clock: Clock,
    /// Chance.
    pub random: Random,
}

/// A certificate that was issued, now or under the same idempotency key before.
#[derive(Debug, Clone)]
pub struct Issued {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    pub number: Number,
    /// Its code.
    pub code: Code,
    /// The facts it states.
    pub facts: serde_json::Value,
    /// When it was issued.
    pub issued_at: Instant,
    /// The exclusive end of its validity.
    pub valid_until: Option<Instant>,
    /// Whether this is the answer to a repeated request.
    pub repeated: bool,
}

/// How the daily figures call an answer of a registry source's; a failure has its slug.
const ANSWERED: &str = "answered";
/// How far the clocks of two machines may differ.
const SKEW_MILLIS: i64 = 5_000;
/// How often a number, code or place that chance has given twice is drawn anew.
const ATTEMPTS: usize = 5;
/// How long after its instant a certificate may be handed to the records: 30 seconds. One that took longer to be drawn and
/// sealed is made anew, so that no certificate comes to the records long after the instant that it carries.
pub const DRAWN_FOR_MILLIS: i64 = 30_000;

impl Issuance {
    /// Issues a certificate, in a task of its own: a caller who goes away cancels nothing.
    pub async fn issue(
        self: &Arc<Self>,
        request: IssueRequest,
        actor: Actor,
        key: Option<IdempotencyKey>,
    ) -> Result<Issued, IssueError> {
        let issuance = Arc::clone(self);
        let task = tokio::spawn(async move { issuance.issue_here(request, actor, key).await });
        let issued = task.await.map_err(|_| IssueError::Interrupted)?;
        let outcome = issued.as_ref().map_or_else(IssueError::slug, |_| "issued");
        metrics::counter!("earayis_issuances_total", "outcome" => outcome).increment(1);
        issued
    }

    async fn issue_here(
        self: &Arc<Self>,
        request: IssueRequest,
        actor: Actor,
        key: Option<IdempotencyKey>,
    ) -> Result<Issued, IssueError> {
        // A repeat gets its first certificate also after the kind has changed or ended.
        if let Some(key) = &key
            && let Some(first) = self.repeated(&actor, key, &request).await?
        {
            return Ok(first);
        }
        let now = self.time_that_moves_on().await?;
        let kind = self.permitted(&request, &actor, now)?;
        let extracts: Arc<[Extract]> = self.ask(&kind, &request, &actor).await?.into();
        let content = self.fit(&kind, &request, &extracts)?;
        for _ in 0..ATTEMPTS {
            let made = self.assemble(&kind, &request, &content, &extracts).await?;
            if made.is_stale(self.clock.now()) {
                continue;
            }
            let record = self.record(&made, &actor, key.as_ref().map(|key| (key, &request)), now)?;
            match self.storage.store_issuance(record).await {
                Ok(()) => return Ok(made.issued()),
                Err(IssuanceError::IdempotencyTaken) => break,
                Err(IssuanceError::NumberTaken | IssuanceError::CodeTaken | IssuanceError::PlaceTaken) => {}
                Err(IssuanceError::Storage(error)) => return Err(error.into()),
            }
        }
        match &key {
            Some(key) => self.repeated(&actor, key, &request).await?.ok_or(IssueError::NoFreePlace),
            None => Err(IssueError::NoFreePlace),
        }
    }

    /// What the registry says about a person, fitted to the kind, with nothing issued: the page before consent.
    pub async fn preview(&self, request: &IssueRequest, actor: &Actor) -> Result<(Arc<Kind>, Content), IssueError> {
        let kind = self.permitted(request, actor, self.clock.now())?;
        let extracts = self.ask(&kind, request, actor).await?;
        let content = self.fit(&kind, request, &extracts)?;
        Ok((kind, content))
    }

    /// The present, unless the clock is plainly behind what the log has recorded: nothing is dated back.
    async fn time_that_moves_on(&self) -> Result<Instant, IssueError> {
        let (now, recorded) = (self.clock.now(), self.storage.log_state().await?.updated_at);
        if recorded.millis() > now.millis() + SKEW_MILLIS {
            return Err(IssueError::ClockBehind { recorded });
        }
        Ok(now)
    }

    fn permitted(&self, request: &IssueRequest, actor: &Actor, now: Instant) -> Result<Arc<Kind>, IssueError> {
        let kind = self.catalogue.in_force(&request.kind, now.baku_date()).cloned().ok_or(IssueError::UnknownKind)?;
        if !actor.may_issue(&kind.issuer.voen, &request.subject.fin) {
            return Err(IssueError::NotPermitted);
        }
        if let Lifecycle::Routed { working_days } = kind.lifecycle {
            return Err(IssueError::NeedsApproval { issuer: kind.issuer.clone(), working_days });
        }
        match &request.purpose {
            Some(purpose) if kind.purpose(purpose).is_none() => Err(IssueError::UnknownPurpose),
            _ => Ok(kind),
        }
    }

    /// The certificate that the same request under the same key has made before.
    async fn repeated(
        &self,
        actor: &Actor,
        key: &IdempotencyKey,
        request: &IssueRequest,
    ) -> Result<Option<Issued>, IssueError> {
        let Some(first) = self.storage.idempotent(&actor.label(), key.as_str(), &request.canonical()).await? else {
            return Ok(None);
        };
        if !first.same_body {
            return Err(IssueError::KeyReused);
        }
        self.issued(first.certificate_id).await.map(Some)
    }

    /// Asks each of the kind's sources. The first says who the person is, and the others must name the same one.
    async fn ask(&self, kind: &Kind, request: &IssueRequest, actor: &Actor) -> Result<Vec<Extract>, IssueError> {
        let mut question = request.subject.clone();
        let mut extracts = Vec::with_capacity(kind.sources.len());
        for source in &kind.sources {
            let answer = self.registry.ask(source, &question, self.clock.now()).await;
            let outcome = answer.as_ref().map_or_else(RegistryError::slug, |_| ANSWERED);
            let counted = Counted::question(&kind.issuer.voen, &kind.code, source, outcome);
            self.storage.count(Measure::Asked, counted, self.clock.now());
            match answer {
                Ok(extract) => {
                    question = Question::about(extract.holder());
                    extracts.push(extract);
                }
                Err(RegistryError::AnotherPerson) => {
                    self.alarm(kind, actor).await;
                    return Err(RegistryError::AnotherPerson.into());
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(extracts)
    }

    /// Nothing is stated that is not typed, plausible and drawable, and nothing that holds no longer.
    fn fit(&self, kind: &Kind, request: &IssueRequest, extracts: &[Extract]) -> Result<Content, IssueError> {
        let drawable = |letter| self.press.draws(letter);
        if let Some(part) = extracts.iter().find_map(|extract| extract.holder().undrawable(&drawable)) {
            return Err(IssueError::Undrawable(part));
        }
        if !request.recipient.is_drawable(&drawable) {
            return Err(IssueError::Undrawable("recipient"));
        }
        let answers: Vec<_> =
            extracts.iter().map(|extract| Answer { source: extract.source(), body: extract.answer() }).collect();
        let content = fit::fit(kind, &answers, &drawable)?;
        form::condition(kind, &content)?;
        let now = self.clock.now();
        if form::valid_until(kind, &content, now).is_some_and(|end| end <= now) {
            return Err(IssueError::TermOver);
        }
        Ok(content)
    }

    /// A registry that answers for somebody else is broken or misused; nobody's name is put into the alarm.
    async fn alarm(&self, kind: &Kind, actor: &Actor) {
        tracing::error!(alarm = "another_person", kind = %kind.code, "a registry answered for another person than asked");
        metrics::counter!("earayis_alarms_total", "alarm" => "another_person").increment(1);
        let detail = serde_json::json!({ "kind": kind.code });
        let now = self.clock.now();
        let event = audit::event(&self.random, actor.label(), Act::RefuseOtherPerson, kind.code.as_str(), now, &detail);
        let stored = match event {
            Ok(event) => self.storage.record_audit(event.of(Some(&kind.issuer.voen))).await.map_err(IssueError::from),
            Err(error) => Err(error.into()),
        };
        if let Err(error) = stored {
            tracing::error!(error = &error as &dyn std::error::Error, "an alarm could not be recorded");
        }
    }
}
