//! The sandbox's own certificates: issued and changed as any other, and found again by whom they are about.
//!
//! The records are the only memory. A start makes what it does not find there, so that one that was killed is continued
//! by the next and nothing is made twice, and what has run out is renewed.

use std::fs;
use std::path::Path;

use futures_util::future::try_join_all;

use super::{Failure, samples};
use crate::app::Sandbox;
use crate::auth::Actor;
use crate::catalogue::Fin;
use crate::certificate::{Number, Recipient, Status, StatusReason};
use crate::clock::{Clock, Instant};
use crate::config::{Place, Registry, Settings};
use crate::issuance::{IssueRequest, Question};
use crate::revocation::Change;
use crate::server::{Service, assemble};
use crate::storage::{CertificateRecord, Storage, StorageError};

/// How long ago a new demonstration began, in days: the certificate without debts holds for ten, so that one issued on
/// the first day has run out by itself.
const BEGAN_DAYS_AGO: i64 = 12;

/// The registry that knows the sandbox's people. Nobody signs in as one of them, and no other certificate is theirs.
const CITIZENS: &str = include_str!("../../../templates/demonstration/sandbox.json");

/// The bank that one certificate names: the name and VÖEN are invented.
const BANK: (&str, &str) = ("“Nümunə Bank” ASC", "9900300221");

/// A certificate that the sandbox holds.
pub(super) struct Part {
    /// The sample it is for.
    pub(super) name: &'static str,
    /// The FİN of its holder, who has no other.
    holder: &'static str,
    kind: &'static str,
    status: Status,
    named: bool,
}

/// A certificate for each status.
const PARTS: [Part; 6] = [
    Part { name: "valid", holder: "7SBX001", kind: "is-yeri", status: Status::Valid, named: false },
    Part { name: "named-recipient", holder: "7SBX002", kind: "is-yeri", status: Status::Valid, named: true },
    Part { name: "suspended", holder: "7SBX003", kind: "is-yeri", status: Status::Suspended, named: false },
    Part { name: "revoked", holder: "7SBX004", kind: "is-yeri", status: Status::Revoked, named: false },
    Part { name: "superseded", holder: "7SBX005", kind: "is-yeri", status: Status::Superseded, named: false },
    Part { name: "expired", holder: "7SBX006", kind: "rabite-borcu-yoxdur", status: Status::Expired, named: false },
];

/// When a demonstration that is made now began by its own clock: its keys are as old, and so is its first certificate.
pub(super) fn began(now: Instant) -> Instant {
    now.plus_days(-BEGAN_DAYS_AGO)
}

/// The sandbox of a service, which is found fit to start before anything of it is shown; what lacks is made first.
pub(super) async fn open(service: &Service, settings: &Settings, dir: &Path) -> Result<Sandbox, Failure> {
    let now = service.app.clock.now();
    let mut lacking = Vec::new();
    for part in &PARTS {
        if part.find(&service.storage, now).await?.is_none() {
            lacking.push(part);
        }
    }
    if !lacking.is_empty() {
        supply(service, settings, dir, &lacking).await?;
    }
    service.start_up().await?;
    let now = service.app.clock.now();
    let mut found = Vec::new();
    for part in &PARTS {
        if let Some(record) = part.find(&service.storage, now).await? {
            found.push((part.name, record));
        }
    }
    samples::of(service, found).await
}

/// Makes the parts that lack, in a service of its own beside the other: with the sandbox's registry, and a clock that
/// begins where an empty log lets it.
async fn supply(service: &Service, settings: &Settings, dir: &Path, lacking: &[&Part]) -> Result<(), Failure> {
    let file = dir.join("sandbox.json");
    fs::write(&file, CITIZENS)?;
    let registry = |registry: &Registry| Registry { source: registry.source.clone(), place: Place::File(file.clone()) };
    let settings = Settings { registries: settings.registries.iter().map(registry).collect(), ..settings.clone() };
    let (past, present): (Vec<&Part>, Vec<&Part>) = lacking.iter().partition(|part| part.status == Status::Expired);

    let now = service.app.clock.now();
    let begins = if !past.is_empty() && may_begin(service, began(now)).await? { began(now) } else { now };
    let clock = Clock::manual(begins);
    let maker = assemble(&settings, None, clock.clone(), service.app.random.clone()).await?;
    maker.start_up().await?;
    // Where history has begun already, the certificate is issued now and is shown when it has run out.
    try_join_all(past.iter().map(|part| part.make(&maker))).await?;
    if begins < now {
        // The log of that day: what it holds is never dated back, and what comes later follows it.
        maker.sequencer.turn().await?;
        clock.set(service.app.clock.now());
    }
    try_join_all(present.iter().map(|part| part.make(&maker))).await?;
    maker.storage.close().await;
    Ok(())
}

/// Whether history may begin at `then`: nothing was recorded since, and every key is as old. Time is never turned back.
async fn may_begin(service: &Service, then: Instant) -> Result<bool, StorageError> {
    let log = service.storage.log_state().await?;
    let nothing_yet = log.size == 0 && service.storage.oldest_waiting_since().await?.is_none();
    Ok(nothing_yet && log.updated_at <= then && service.ring.public_keys().iter().all(|key| key.not_before <= then))
}

impl Part {
    /// The certificate as it is wanted, if the records hold it.
    async fn find(&self, storage: &Storage, now: Instant) -> Result<Option<CertificateRecord>, Failure> {
        Ok(self.held(storage, now, self.status).await?.into_iter().next())
    }

    /// The holder's certificates of the kind with this status, newest first.
    async fn held(&self, storage: &Storage, now: Instant, status: Status) -> Result<Vec<CertificateRecord>, Failure> {
        let mut records = storage.certificates_of(&self.fin()?).await?;
        records.retain(|record| record.kind.as_str() == self.kind && record.status_at(now) == status);
        Ok(records)
    }

    /// Issues what lacks and gives it its status, going on where an earlier start was broken off.
    async fn make(&self, maker: &Service) -> Result<(), Failure> {
        let in_force = self.held(&maker.storage, maker.app.clock.now(), Status::Valid).await?;
        let mut numbers: Vec<Number> = in_force.iter().rev().map(|record| record.number).collect();
        let needed = if self.status == Status::Superseded { 2 } else { 1 };
        while numbers.len() < needed {
            let issued = maker.app.issuance.issue(self.request()?, Actor::Operator, None).await?;
            numbers.push(issued.number);
        }
        let change = match (self.status, numbers.as_slice()) {
            (Status::Suspended, _) => Change::Suspend(StatusReason::MisuseSuspected),
            (Status::Revoked, _) => Change::Revoke(StatusReason::FactsWrong),
            (Status::Superseded, [.., newest]) => Change::Supersede(*newest),
            _ => return Ok(()),
        };
        maker.app.revocation.change(numbers[0], change, Actor::Operator).await?;
        Ok(())
    }

    fn request(&self) -> Result<IssueRequest, Failure> {
        let (name, voen) = BANK;
        let bank = Recipient::named(name, Some(voen.parse()?)).unwrap_or(Recipient::WhereRequired);
        Ok(IssueRequest {
            kind: self.kind.parse()?,
            subject: Question { fin: self.fin()?, birth_date: None, name: None },
            purpose: None,
            recipient: if self.named { bank } else { Recipient::WhereRequired },
        })
    }

    fn fin(&self) -> Result<Fin, Failure> {
        Ok(self.holder.parse()?)
    }
}
