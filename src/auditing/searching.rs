//! Search: certificates and events within an auditor's reach; what is personal is searched for a purpose, recorded before it is told.
//!
//! Recorded of a search for a person, a recipient or both: who searched, when, for what, which of the two, and how many were
//! found on this page; also when nothing was. A search for a person leaves with each certificate that she is told of, in the
//! same transaction, that it was found by whom it is about: its holder is shown it. One for a recipient alone does not: an
//! organisation is no person, and the employer of one is told of nobody in particular. Whom it was about, is recorded nowhere:
//! neither the FİN nor the VÖEN, which may be a natural person's. The purpose goes with a certificate that was found when that
//! is erased, and at the latest [`PURPOSE_DAYS`] after the search.

use super::{AuditEventRecord, without_pseudonym};
use super::{AuditingError, Found, Inquiry, PAGE_ROWS, Page, Place, Purpose, Wanted, WantedEvents, paged, within};
use crate::audit::Act;
use crate::auth::Auditor;
use crate::catalogue::{Fin, Voen};
use crate::storage::PersonalSearch;

/// For how many days the purpose of a search is kept.
pub const PURPOSE_DAYS: i64 = 366;

/// Whom a search is about: certificates for which all that is given holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sought {
    /// About this person.
    Person(Fin),
    /// For this organisation.
    Recipient(Voen),
    /// About this person, for this organisation.
    Both(Fin, Voen),
}

impl Inquiry {
    /// The certificates that are meant, as far as the auditor's reach goes, by nothing that is personal.
    pub async fn search(&self, auditor: &Auditor, wanted: Wanted, after: Place) -> Result<Page<Found>, AuditingError> {
        self.search_page(auditor, wanted, after, PAGE_ROWS).await
    }

    /// The same, at most so many on a page.
    pub async fn search_page(
        &self,
        auditor: &Auditor,
        wanted: Wanted,
        after: Place,
        rows: u32,
    ) -> Result<Page<Found>, AuditingError> {
        if wanted.holder.is_some() || wanted.recipient.is_some() {
            return Err(AuditingError::Purpose);
        }
        let Some(wanted) = within(auditor, wanted) else { return Ok(Page { rows: Vec::new(), next: None }) };
        Ok(paged(self.storage.search(&wanted, after, rows + 1).await?, rows, Found::place))
    }

    /// A page of the certificates about a person, for a recipient, or both, as far as the auditor's reach goes; that she is
    /// told of them is durable before it is answered.
    pub async fn search_personally(
        &self,
        auditor: &Auditor,
        sought: &Sought,
        after: Place,
        purpose: &Purpose,
    ) -> Result<Page<Found>, AuditingError> {
        let now = self.clock.now();
        let wanted = sought.wanted(Wanted { issuer: auditor.reach.only().cloned(), ..Wanted::everything(now) });
        let mut page = paged(self.storage.search(&wanted, after, PAGE_ROWS + 1).await?, PAGE_ROWS, Found::place);
        let found = page.rows.len();
        let detail = serde_json::json!({ "sought": sought.slug(), "found": found, "continued": after != Place::START });
        let event = self.event(auditor, sought.act(), "search", now, &detail)?;
        let search = PersonalSearch {
            id: event.id,
            auditor: event.actor.clone(),
            organisation: auditor.member.organisation_name.clone(),
            reach: auditor.reach.only().map(ToString::to_string),
            sought: sought.slug().to_owned(),
            purpose: purpose.as_str().to_owned(),
            found: i64::try_from(found).unwrap_or(i64::MAX),
            searched_at: now.millis(),
        };
        let mut told = Vec::new();
        if !matches!(sought, Sought::Recipient(_)) {
            for found in &page.rows {
                told.push(self.inspection(auditor, found.id, purpose, 0, Act::FindByPerson)?);
            }
        }
        let erased = self.storage.record_search(&search, &event, &told).await?;
        page.rows.retain(|found| !erased.contains(&found.id));
        Ok(page)
    }

    /// The searches for what is personal by auditors of the same agency, or by all for whoever audits all, latest first.
    pub async fn personal_searches(
        &self,
        auditor: &Auditor,
        after: Place,
    ) -> Result<Page<PersonalSearch>, AuditingError> {
        let rows = self.storage.personal_searches(auditor.reach.only(), after, PAGE_ROWS + 1).await?;
        let place = |search: &PersonalSearch| Place {
            at: crate::clock::Instant::from_millis(search.searched_at),
            id: search.id,
        };
        Ok(paged(rows, PAGE_ROWS, place))
    }

    /// Takes away the purposes whose term is over, and what was kept of exports that broke off a day ago.
    pub async fn purge(&self) -> Result<(), AuditingError> {
        let now = self.clock.now();
        self.storage.forget_purposes(now.plus_days(-PURPOSE_DAYS)).await?;
        Ok(self.storage.forget_abandoned_exports(now.plus_days(-1)).await?)
    }

    /// The audit events that are meant: those of the records of the auditor's agency, and what she did to nobody's; or all.
    ///
    /// A citizen's look-up value is not among what is told.
    pub async fn events(
        &self,
        auditor: &Auditor,
        wanted: WantedEvents,
        after: Place,
    ) -> Result<Page<AuditEventRecord>, AuditingError> {
        self.events_page(auditor, wanted, after, PAGE_ROWS).await
    }

    /// The same, at most so many on a page.
    pub async fn events_page(
        &self,
        auditor: &Auditor,
        wanted: WantedEvents,
        after: Place,
        rows: u32,
    ) -> Result<Page<AuditEventRecord>, AuditingError> {
        let found = self.storage.audit_events(&wanted.within(auditor), after, rows + 1).await?;
        let page = paged(found, rows, |event| Place { at: event.occurred_at, id: event.id });
        Ok(Page { rows: page.rows.into_iter().map(without_pseudonym).collect(), ..page })
    }

    /// Records that an auditor's own program began to read a list.
    pub async fn note_reading(
        &self,
        auditor: &Auditor,
        of: &str,
        filter: &str,
        by: Option<&str>,
    ) -> Result<(), AuditingError> {
        let detail = serde_json::json!({ "filter": filter, "credential": by });
        self.record(auditor, Act::ReadByCall, of, &detail).await.map(drop)
    }
}

impl WantedEvents {
    /// What is meant as far as the auditor's reach goes.
    pub(super) fn within(self, auditor: &Auditor) -> Self {
        let organisation = auditor.reach.only().cloned();
        Self { organisation, own: Some(auditor.member.actor().label()), ..self }
    }
}

impl Sought {
    fn wanted(&self, wanted: Wanted) -> Wanted {
        match self {
            Self::Person(fin) => Wanted { holder: Some(fin.clone()), ..wanted },
            Self::Recipient(voen) => Wanted { recipient: Some(voen.clone()), ..wanted },
            Self::Both(fin, voen) => Wanted { holder: Some(fin.clone()), recipient: Some(voen.clone()), ..wanted },
        }
    }

    fn slug(&self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::Recipient(_) => "recipient",
            Self::Both(..) => "both",
        }
    }

    fn act(&self) -> Act {
        match self {
            Self::Recipient(_) => Act::SearchRecipient,
            Self::Person(_) | Self::Both(..) => Act::SearchPerson,
        }
    }
}
