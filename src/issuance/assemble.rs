//! The making of one certificate in memory: number, code and place by chance, the page drawn, sealed and hashed.

use std::sync::Arc;

use uuid::Uuid;

use super::{DRAWN_FOR_MILLIS, IdempotencyKey, Issuance, IssueError, IssueRequest, Issued};
use crate::audit::{self, Act};
use crate::auth::Actor;
use crate::catalogue::{Kind, Value};
use crate::certificate::{Certificate, Code, Content, Number, QrValue, Recipient, form};
use crate::clock::Instant;
use crate::pdf::{Drawing, Released};
use crate::qr::token::{self, StatusReference, Token, TokenValue};
use crate::registry::Extract;
use crate::status_list;
use crate::storage::{NewCertificate, NewIdempotency, NewLeaf, StoredContent, Took};
use crate::transparency::{Act as LogAct, Entry, Record};

/// A certificate that exists in memory only.
pub(super) struct Made {
    certificate: Certificate,
    facts: serde_json::Value,
    released: Released,
    /// The key that sealed it.
    seal_key: String,
    place: (i64, u32),
    leaf: NewLeaf,
}

impl Made {
    /// Whether it was so long in the making that its instant is past.
    pub(super) fn is_stale(&self, now: Instant) -> bool {
        now.millis() - self.certificate.issued_at.millis() > DRAWN_FOR_MILLIS
    }

    pub(super) fn issued(self) -> Issued {
        Issued {
            id: self.certificate.id,
            number: self.certificate.number,
            code: self.certificate.code,
            facts: self.facts,
            issued_at: self.certificate.issued_at,
            valid_until: self.certificate.valid_until,
            repeated: false,
        }
    }
}

impl Issuance {
    /// Draws, seals and hashes; nothing of it is recorded, and nothing leaves the process.
    ///
    /// It takes milliseconds of a processor, off the threads that serve requests.
    pub(super) async fn assemble(
        self: &Arc<Self>,
        kind: &Arc<Kind>,
        request: &IssueRequest,
        content: &Content,
        extracts: &Arc<[Extract]>,
    ) -> Result<Made, IssueError> {
        let certificate = self.certificate(kind, request, content, extracts)?;
        let list = self.storage.open_status_list().await?;
        let (issuance, extracts) = (Arc::clone(self), Arc::clone(extracts));
        let task = tokio::task::spawn_blocking(move || issuance.make(certificate, list, &extracts));
        task.await.map_err(|_| IssueError::Interrupted)?
    }

    fn make(&self, certificate: Certificate, list: i64, extracts: &[Extract]) -> Result<Made, IssueError> {
        let index = u32::from_be_bytes(self.random.bytes()?) % status_list::ENTRIES;
        let token = self.token(&certificate, list, index)?;
        let payload = token::payload(&self.public_url, &certificate.code, &token);
        let facts = certificate.facts();
        let attachment = serde_json::to_vec_pretty(&facts)?;
        let sealer = Arc::clone(&self.sealer.borrow());
        let drawing = Drawing {
            qr_payload: &payload,
            host: host_of(&self.public_url),
            attachment: &attachment,
            reserve: sealer.reserve(),
        };
        let drawn = self.press.draw(&certificate, &drawing)?;
        let released = sealer.seal(drawn, extracts, certificate.issued_at)?;
        let leaf = self.leaf(&certificate, released.sha256)?;
        Ok(Made { certificate, facts, released, seal_key: sealer.key_id(), place: (list, index), leaf })
    }

    fn certificate(
        &self,
        kind: &Arc<Kind>,
        request: &IssueRequest,
        content: &Content,
        extracts: &[Extract],
    ) -> Result<Certificate, IssueError> {
        let issued_at = self.clock.now();
        let first = extracts.first().ok_or(IssueError::UnknownKind)?;
        let purpose = request.purpose.clone().or_else(|| kind.purposes.first().map(|choice| choice.code.clone()));
        Ok(Certificate {
            id: audit::fresh_id(&self.random, issued_at)?,
            number: Number::from_random(issued_at.baku_date().year(), self.random.bytes()?),
            code: Code::from_random(self.random.bytes()?),
            kind: Arc::clone(kind),
            issued_at,
            valid_until: form::valid_until(kind, content, issued_at),
            as_of: extracts.iter().map(Extract::as_of).min().unwrap_or(issued_at),
            registry_reference: references(extracts),
            holder: first.holder().clone(),
            purpose: purpose.ok_or(IssueError::UnknownPurpose)?,
            recipient: request.recipient.clone(),
            content: content.clone(),
            demonstration: self.demonstration,
        })
    }

    fn token(&self, certificate: &Certificate, list: i64, index: u32) -> Result<Vec<u8>, IssueError> {
        let token = Token {
            issuer: self.public_url.clone(),
            expires: certificate.valid_until,
            not_before: certificate.issued_at,
            number: certificate.number.to_string(),
            status_list: StatusReference {
                index,
                uri: format!("{}{}/{list}", self.public_url, crate::routes::STATUS_LISTS),
            },
            kind: certificate.kind.code.to_string(),
            facts: certificate.qr_facts().into_iter().map(token_fact).collect(),
            demonstration: certificate.demonstration,
        };
        let ring = Arc::clone(&self.ring.borrow());
        Ok(token::sign(&token, ring.qr())?)
    }

    fn leaf(&self, certificate: &Certificate, digest: [u8; 32]) -> Result<NewLeaf, IssueError> {
        let record = Record {
            act: LogAct::Issued,
            id: certificate.id,
            kind: certificate.kind.code.to_string(),
            kind_version: certificate.kind.version,
            issuer: certificate.kind.issuer.voen.to_string(),
            digest: Some(digest),
            at: certificate.issued_at,
        };
        let salt = self.random.bytes()?;
        Ok(NewLeaf {
            id: audit::fresh_id(&self.random, certificate.issued_at)?,
            certificate_id: certificate.id,
            act: LogAct::Issued.slug().to_owned(),
            entry: Entry::of(&salt, &record).0,
            salt,
            record: record.to_cbor(),
            recorded_at: certificate.issued_at,
        })
    }

    /// The rows of one issuance, to be stored together or not at all.
    pub(super) fn record(
        &self,
        made: &Made,
        actor: &Actor,
        idempotency: Option<(&IdempotencyKey, &IssueRequest)>,
        asked_at: Instant,
    ) -> Result<NewCertificate, IssueError> {
        let certificate = &made.certificate;
        let kind = &certificate.kind;
        let detail = serde_json::json!({ "number": certificate.number, "kind": kind.code, "version": kind.version });
        let subject = certificate.id.to_string();
        let content = StoredContent { code: certificate.code.compact(), facts: made.facts.clone() };
        Ok(NewCertificate {
            id: certificate.id,
            number: certificate.number,
            code: certificate.code.clone(),
            holder: certificate.holder.fin.clone(),
            kind: kind.code.clone(),
            kind_version: kind.version,
            issuer: kind.issuer.voen.clone(),
            issued_at: certificate.issued_at,
            as_of: certificate.as_of,
            valid_until: certificate.valid_until,
            keep_until: keep_until(certificate),
            recipient: match &certificate.recipient {
                Recipient::Named { voen, .. } => voen.clone(),
                Recipient::WhereRequired => None,
            },
            district: district(certificate),
            took: Took::of_millis(self.clock.now().millis().saturating_sub(asked_at.millis())),
            facts: content.to_bytes()?,
            beginning: made.released.beginning.bytes.as_slice().into(),
            beginning_sha256: made.released.beginning.sha256,
            own: made.released.own.clone(),
            sha256: made.released.sha256,
            seal_key: made.seal_key.clone(),
            status_list: made.place.0,
            status_index: i64::from(made.place.1),
            demonstration: certificate.demonstration,
            leaf: made.leaf.clone(),
            audit: audit::event(&self.random, actor.label(), Act::Issue, &subject, certificate.issued_at, &detail)?,
            idempotency: idempotency.map(|(key, request)| NewIdempotency {
                actor: actor.label(),
                key: key.as_str().to_owned(),
                body: request.canonical(),
            }),
        })
    }

    /// A certificate as it was issued before, with its code.
    pub async fn issued(&self, id: Uuid) -> Result<Issued, IssueError> {
        let record = self.storage.certificate_by_id(id).await?.ok_or(IssueError::Erased)?;
        let stored = self.storage.facts(id).await?.ok_or(IssueError::Erased)?;
        let content = StoredContent::parse(&stored)?;
        Ok(Issued {
            id,
            number: record.number,
            code: content.code.parse().map_err(|_| IssueError::Erased)?,
            facts: content.facts,
            issued_at: record.issued_at,
            valid_until: record.valid_until,
            repeated: true,
        })
    }
}

/// The district of which a certificate speaks, when its kind is counted by district and it states one.
fn district(certificate: &Certificate) -> Option<String> {
    match certificate.content.value(certificate.kind.district.as_ref()?)? {
        Value::Choice(code) => Some(code.clone()),
        _ => None,
    }
}

fn keep_until(certificate: &Certificate) -> Instant {
    let end = certificate.valid_until.unwrap_or(certificate.issued_at);
    end.plus_days(i64::from(certificate.kind.retention_days))
}

/// The host, with its port, as the page prints it.
fn host_of(public_url: &str) -> &str {
    public_url.split_once("://").map_or(public_url, |(_, host)| host)
}

/// Money travels as whole qəpik, a date or a month as its text.
fn token_fact((field, value): (String, QrValue)) -> (String, TokenValue) {
    let value = match value {
        QrValue::Text(text) => TokenValue::Text(text),
        QrValue::Integer(number) => TokenValue::Integer(number),
    };
    (field, value)
}

/// The sources' own references, each once, in the order in which the sources were asked.
fn references(extracts: &[Extract]) -> String {
    let mut references: Vec<_> = extracts.iter().map(Extract::reference).collect();
    references.dedup();
    references.join(", ")
}
