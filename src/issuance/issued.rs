//! Certificates as they were issued: found again by whoever may, bit for bit, with who looked at them.

use uuid::Uuid;

use super::{Issuance, IssueError};
use crate::audit::{self, Act};
use crate::auth::Actor;
use crate::catalogue::{KindCode, Translated};
use crate::certificate::{Number, Status, StatusReason};
use crate::clock::Instant;
use crate::storage::{CertificateRecord, Inspection, Look};

/// A certificate in a list of those that somebody may see.
#[derive(Debug, Clone)]
pub struct Held {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    pub number: Number,
    /// Its kind.
    pub kind: KindCode,
    /// The version of the kind it was issued under.
    pub kind_version: u32,
    /// What the kind is called.
    pub title: Translated,
    /// When it was issued.
    pub issued_at: Instant,
    /// The exclusive end of its validity.
    pub valid_until: Option<Instant>,
    /// Its status now.
    pub status: Status,
    /// Why, unless it is valid or expired.
    pub status_reason: Option<StatusReason>,
}

/// One online check that disclosed facts.
#[derive(Debug, Clone)]
pub struct Seen {
    /// When.
    pub at: Instant,
    /// On what basis: `file`, `qr` or `code`.
    pub basis: String,
    /// What the organisation that asked is called, when it said who it is.
    pub verifier: Option<String>,
}

impl Issuance {
    /// The certificates of a signed-in citizen, newest first. Nobody else has a list here.
    pub async fn held_by(&self, actor: &Actor) -> Result<Vec<Held>, IssueError> {
        let Actor::Holder { fin, .. } = actor else { return Ok(Vec::new()) };
        let now = self.clock.now();
        let records = self.storage.certificates_of(fin).await?;
        Ok(records.iter().filter_map(|record| self.held(record, now)).collect())
    }

    /// One certificate, for whoever may see it; none also when it is another's, so that nobody learns that it exists.
    pub async fn seen_by(&self, id: Uuid, actor: &Actor) -> Result<Option<Held>, IssueError> {
        let record = self.visible(id, actor).await?;
        Ok(record.and_then(|record| self.held(&record, self.clock.now())))
    }

    /// The sealed file as it was released, bit for bit, for whoever may see it.
    pub async fn released(&self, id: Uuid, actor: &Actor) -> Result<Option<(Number, Vec<u8>)>, IssueError> {
        let Some(record) = self.visible(id, actor).await? else { return Ok(None) };
        let Some(bytes) = self.storage.released_bytes(id).await? else { return Ok(None) };
        let now = self.clock.now();
        let detail = serde_json::json!({ "number": record.number });
        let event = audit::event(&self.random, actor.label(), Act::Download, &id.to_string(), now, &detail)?;
        self.storage.record_audit(event).await?;
        Ok(Some((record.number, bytes)))
    }

    /// Who was told the certificate's facts online, latest first, for whoever may see it.
    pub async fn looks(&self, id: Uuid, actor: &Actor) -> Result<Vec<Seen>, IssueError> {
        if self.visible(id, actor).await?.is_none() {
            return Ok(Vec::new());
        }
        let (looks, names) = (self.storage.looks_of(id).await?, self.storage.names_of_lookers(id).await?);
        let called = |voen: String| match names.iter().find(|(looker, _)| *looker == voen) {
            Some((_, name)) => name.clone(),
            None => self.agency_name(&voen).unwrap_or_else(|| format!("VÖEN {voen}")),
        };
        let seen = |look: Look| Seen { at: look.at, basis: look.basis, verifier: look.verifier.map(called) };
        Ok(looks.into_iter().map(seen).collect())
    }

    /// Which auditors read the certificate's facts, latest first, as far as it is shown by now: to its holder alone.
    pub async fn inspections(&self, id: Uuid, actor: &Actor) -> Result<Vec<Inspection>, IssueError> {
        match (actor, self.visible(id, actor).await?) {
            (Actor::Holder { .. }, Some(_)) => Ok(self.storage.inspections_of(id, self.clock.now()).await?),
            _ => Ok(Vec::new()),
        }
    }

    /// An agency that looked by a token of the settings is called what its kinds call it.
    fn agency_name(&self, voen: &str) -> Option<String> {
        let kind = self.catalogue.kinds().iter().find(|kind| kind.issuer.voen.as_str() == voen)?;
        Some(kind.issuer.name.az.clone())
    }

    /// The one rule of who may see a certificate: its holder, its agency, the operator.
    async fn visible(&self, id: Uuid, actor: &Actor) -> Result<Option<CertificateRecord>, IssueError> {
        let Some(record) = self.storage.certificate_by_id(id).await? else { return Ok(None) };
        let visible = match actor {
            Actor::Holder { fin, .. } => record.holder == Some(self.storage.holder_key(fin)),
            _ => actor.answers_for(&record.issuer),
        };
        Ok(visible.then_some(record))
    }

    fn held(&self, record: &CertificateRecord, now: Instant) -> Option<Held> {
        let kind = self.catalogue.get(&record.kind, record.kind_version)?;
        let status = record.status_at(now);
        Some(Held {
            id: record.id,
            number: record.number,
            kind: record.kind.clone(),
            kind_version: record.kind_version,
            title: kind.title.clone(),
            issued_at: record.issued_at,
            valid_until: record.valid_until,
            status,
            status_reason: record.standing_reason.filter(|_| !matches!(status, Status::Valid | Status::Expired)),
        })
    }
}
