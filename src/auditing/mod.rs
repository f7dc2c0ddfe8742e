//! Auditing: what an auditor finds, follows and takes home, never beyond her reach, and each disclosure recorded before it.
//!
//! An auditor of one agency is answered as if there were no other. Searching for a person or a recipient, and reading what a
//! certificate states, need a purpose: it is recorded with who asked before anything is told, and the holder of a certificate
//! that is told or read is shown it.

mod export;
mod figures;
mod filter;
mod history;
mod inspection;
mod life;
mod sample;
mod searching;
mod settling;
mod sheet;
mod workbook;

use std::sync::Arc;

use uuid::Uuid;

pub use export::{Difference, Differs, Export, Format, Manifest, NAMED, Proof, Unfinished};
pub use figures::{Figures, Reconciliation, Sums};
pub use filter::{Filter, STATUSES, Unreadable};
pub use inspection::{Inspected, LONGEST_DELAY_DAYS};
pub use life::{Life, Moment, What};
pub use sample::{Sample, Seed};
pub use searching::{PURPOSE_DAYS, Sought};
pub use settling::SETTLING_MILLIS;

pub use crate::storage::{
    AuditEventRecord, ExportRecord, Found, OutOfForce, PersonalSearch, Place, Took, Wanted, WantedEvents,
};

use history::WantedStatus;

use crate::audit::{self, Act};
use crate::auth::Auditor;
use crate::catalogue::Catalogue;
use crate::clock::{Clock, Instant};
use crate::random::{Random, RandomUnavailable};
use crate::storage::{NewAuditEvent, Storage, StorageError};

/// What it takes to audit.
#[derive(Clone)]
pub struct Inquiry {
    /// The records.
    pub storage: Storage,
    /// The kinds.
    pub catalogue: Arc<Catalogue>,
    /// What time it is.
    pub clock: Clock,
    /// Chance.
    pub random: Random,
}

/// Why an auditor was told nothing.
#[derive(Debug, thiserror::Error)]
pub enum AuditingError {
    /// A search for what is personal without a purpose.
    #[error("say for what you need it, in 10 to 300 characters: it is recorded, and the holder is shown it")]
    Purpose,
    /// More than one sample or one sheet can hold.
    #[error("more than {0} certificates are meant; choose a shorter period")]
    TooMany(u64),
    /// The records did not answer, or hold what cannot be.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// There was no chance to be had.
    #[error(transparent)]
    Random(#[from] RandomUnavailable),
    /// What is stored is not what this service writes.
    #[error("the stored content is not what this service writes")]
    Content(#[from] serde_json::Error),
}

/// For what an auditor needs what is personal: 10 to 300 printable characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purpose(String);

impl Purpose {
    /// The purpose, if the text is one.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let fits = (10..=300).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        fits.then(|| Self(text.to_owned()))
    }

    /// Its words.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Rows of a page, and where the next begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Where the next page begins; none when there is none.
    pub next: Option<Place>,
}

/// How many rows a page has.
pub const PAGE_ROWS: u32 = 50;

impl Inquiry {
    async fn record(
        &self,
        auditor: &Auditor,
        act: Act,
        subject: &str,
        detail: &serde_json::Value,
    ) -> Result<Uuid, AuditingError> {
        let event = self.event(auditor, act, subject, self.clock.now(), detail)?;
        let id = event.id;
        self.storage.record_audit(event).await?;
        Ok(id)
    }

    fn event(
        &self,
        auditor: &Auditor,
        act: Act,
        subject: &str,
        at: Instant,
        detail: &serde_json::Value,
    ) -> Result<NewAuditEvent, AuditingError> {
        let event = audit::event(&self.random, auditor.member.actor().label(), act, subject, at, detail)?;
        Ok(event.of(auditor.reach.only()))
    }
}

/// What is meant as far as the auditor's reach goes; none when that is nothing.
fn within(auditor: &Auditor, wanted: Wanted) -> Option<Wanted> {
    match (auditor.reach.only(), &wanted.issuer) {
        (Some(own), Some(issuer)) if own != issuer => None,
        (Some(own), _) => Some(Wanted { issuer: Some(own.clone()), ..wanted }),
        (None, _) => Some(wanted),
    }
}

/// A page of rows, of which one more than a page was asked for.
fn paged<T>(mut rows: Vec<T>, page: u32, place: impl Fn(&T) -> Place) -> Page<T> {
    let more = rows.len() > page as usize;
    rows.truncate(page as usize);
    let next = rows.last().filter(|_| more).map(place);
    Page { rows, next }
}

/// A citizen acts as `holder` and nothing more is told of her.
fn without_pseudonym(event: AuditEventRecord) -> AuditEventRecord {
    let actor = if event.actor.starts_with("holder:") { "holder".to_owned() } else { event.actor };
    AuditEventRecord { actor, ..event }
}
