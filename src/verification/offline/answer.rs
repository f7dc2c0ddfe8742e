//! An offline verification in the words of the API: the same members, without what only the service could tell.

use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{Knowledge, OfflineCertificate, OfflineVerification, sentences};
use crate::catalogue::{Catalogue, Kind, Language};
use crate::certificate::Status;
use crate::clock::Instant;
use crate::verification::sentences::finding as sentence;
use crate::verification::verdict::{Basis, CheckName, CheckResult, Finding, Verdict};

/// What `POST /api/v1/verifications` answers, with `mode` `offline`, without a receipt, and with what it stands on.
#[derive(Debug, Serialize)]
pub struct OfflineAnswer {
    id: Uuid,
    verdict: Verdict,
    basis: Basis,
    mode: &'static str,
    verified_at: Instant,
    text: String,
    checks: Vec<Check>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<Certificate>,
    knowledge: Known,
}

#[derive(Debug, Serialize)]
struct Check {
    name: CheckName,
    result: CheckResult,
    reason: &'static str,
    text: &'static str,
}

#[derive(Debug, Serialize)]
struct Certificate {
    number: String,
    kind: KindTold,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<IssuerTold>,
    issued_at: Instant,
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<String>,
    valid_until: Option<Instant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status>,
    demonstration: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    facts: Value,
}

#[derive(Debug, Serialize)]
struct KindTold {
    code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u64>,
    title: String,
}

#[derive(Debug, Serialize)]
struct IssuerTold {
    voen: String,
    name: String,
}

/// What the answer stands on; ages in whole seconds.
#[derive(Debug, Serialize)]
struct Known {
    server: String,
    root_sha256: String,
    max_age_seconds: i64,
    keys: Fetched,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_list: Option<ListTold>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checkpoint: Option<CheckpointTold>,
}

#[derive(Debug, Serialize)]
struct Fetched {
    fetched_at: Instant,
    age_seconds: i64,
}

#[derive(Debug, Serialize)]
struct ListTold {
    uri: String,
    issued_at: Instant,
    age_seconds: i64,
    expires_at: Instant,
}

#[derive(Debug, Serialize)]
struct CheckpointTold {
    origin: String,
    size: u64,
    #[serde(flatten)]
    fetched: Fetched,
}

impl OfflineAnswer {
    /// The verification under an `id`, in `language`; kinds that `catalogue` does not hold are called by their code.
    pub fn of(verification: &OfflineVerification, id: Uuid, catalogue: &Catalogue, language: Language) -> Self {
        let OfflineVerification { verdict, basis, verified_at, checks, certificate, knowledge } = verification;
        let check = |finding: Finding| Check {
            name: finding.check(),
            result: finding.result(),
            reason: finding.slug(),
            text: sentence(finding, language),
        };
        Self {
            id,
            verdict: *verdict,
            basis: *basis,
            mode: "offline",
            verified_at: *verified_at,
            text: sentences::text(verification, language),
            checks: checks.all().map(check).into(),
            certificate: certificate.as_ref().map(|known| Certificate::of(known, catalogue, language)),
            knowledge: Known::of(knowledge, *verified_at),
        }
    }
}

impl Certificate {
    fn of(known: &OfflineCertificate, catalogue: &Catalogue, language: Language) -> Self {
        // A token tells neither its kind's version nor its issuer: what is not known is not told.
        let version = known.facts["kind_version"].as_u64();
        let same = |kind: &&std::sync::Arc<Kind>| {
            kind.code.as_str() == known.kind && version.is_none_or(|version| u64::from(kind.version) == version)
        };
        let kind = catalogue.kinds().iter().filter(same).max_by_key(|kind| kind.version);
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let issuer = match (text(&known.facts["issuer"]["voen"]), text(&known.facts["issuer"]["name"])) {
            (Some(voen), Some(name)) => Some(IssuerTold { voen, name }),
            _ => None,
        };
        let title = kind.map_or(known.kind.as_str(), |kind| kind.title.text(language)).to_owned();
        Self {
            number: known.number.to_string(),
            kind: KindTold { code: known.kind.clone(), version, title },
            issuer,
            issued_at: known.issued_at,
            as_of: text(&known.facts["as_of"]),
            valid_until: known.valid_until,
            status: known.status,
            demonstration: known.demonstration,
            id: known.id,
            facts: known.facts.clone(),
        }
    }
}

impl Known {
    fn of(knowledge: &Knowledge, now: Instant) -> Self {
        let age = |at: Instant| (now.millis() - at.millis()).div_euclid(1000);
        let fetched = || Fetched { fetched_at: knowledge.fetched_at, age_seconds: age(knowledge.fetched_at) };
        let list = knowledge.status_list.as_ref();
        let checkpoint = knowledge.checkpoint.as_ref();
        Self {
            server: knowledge.server.clone(),
            root_sha256: knowledge.root.clone(),
            max_age_seconds: knowledge.max_age_millis / 1000,
            keys: fetched(),
            status_list: list.map(|list| ListTold {
                uri: list.uri.clone(),
                issued_at: list.issued_at,
                age_seconds: age(list.issued_at),
                expires_at: list.expires_at,
            }),
            checkpoint: checkpoint.map(|(origin, size)| CheckpointTold {
                origin: origin.clone(),
                size: *size,
                fetched: fetched(),
            }),
        }
    }
}
