//! Alarms for an agency: what its own records of a day show that its habit does not, each raised once and acknowledged with words.
//!
//! The records are looked at every few minutes; whichever process looks first raises. An alarm names an agency, an operator
//! or a certificate's number, and nobody whom a certificate is about.

mod thresholds;

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use uuid::Uuid;

pub use thresholds::Thresholds;

pub use crate::storage::AgencyAlarmRecord;

use crate::audit::{self, Act};
use crate::auth::{Actor, Auditor};
use crate::clock::{Clock, Instant};
use crate::random::{Random, RandomUnavailable};
use crate::storage::{Measure, NewAgencyAlarm, Notable, Place, Storage, StorageError};

/// Raises alarms and keeps what was answered to them.
#[derive(Clone)]
pub struct Alarms {
    /// The records.
    pub storage: Storage,
    /// What is unusual.
    pub thresholds: Thresholds,
    /// What time it is.
    pub clock: Clock,
    /// Chance.
    pub random: Random,
}

/// Why the records could not be looked at, or an alarm not be acknowledged.
#[derive(Debug, thiserror::Error)]
pub enum AlarmsError {
    /// The words are too few or too many.
    #[error("say what was found, in 3 to 500 characters")]
    Note,
    /// The records did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// There was no chance to be had.
    #[error(transparent)]
    Random(#[from] RandomUnavailable),
}

/// How many days make a habit.
const HABIT_DAYS: i64 = 28;
/// The most alarms that are shown.
const SHOWN: u32 = 200;

impl Alarms {
    /// Looks at the records of this day, and raises what is unusual in them. Answers how many alarms are new.
    pub async fn look(&self) -> Result<usize, AlarmsError> {
        let now = self.clock.now();
        let day = now.baku_date();
        let mut raised = 0;
        for (alarm, threshold, notable) in self.unusual(day, now).await? {
            raised += usize::from(self.raise(alarm, threshold, notable, day, now).await?);
        }
        Ok(raised)
    }

    /// The alarms within the auditor's reach, latest first.
    pub async fn raised(&self, auditor: &Auditor) -> Result<Vec<AgencyAlarmRecord>, AlarmsError> {
        Ok(self.storage.agency_alarms(auditor.reach.only(), Place::START, SHOWN).await?)
    }

    /// Acknowledges an alarm within the auditor's reach; answers whether there was one that nobody had.
    pub async fn acknowledge(&self, auditor: &Auditor, id: Uuid, note: &str) -> Result<bool, AlarmsError> {
        let note = note.trim();
        if !(3..=500).contains(&note.chars().count()) || note.chars().any(char::is_control) {
            return Err(AlarmsError::Note);
        }
        let by = auditor.member.actor().label();
        let now = self.clock.now();
        let detail = serde_json::json!({});
        let event = audit::event(&self.random, by.clone(), Act::AcknowledgeAlarm, &id.to_string(), now, &detail)?;
        Ok(self.storage.acknowledge_agency_alarm(id, auditor.reach.only(), (&by, note), &event).await?)
    }

    /// What is unusual: the alarm, what was exceeded, and by what.
    async fn unusual(&self, day: Date, now: Instant) -> Result<Vec<(&'static str, i64, Notable)>, AlarmsError> {
        let limits = &self.thresholds;
        let (since, until) = (Instant::start_of(day), now.plus_millis(1));
        let operators = self.storage.issued_by_operator(since, until).await?;
        let habits = self.habits(day).await?;
        let mut unusual = limits.above_habit(&operators, &habits);
        unusual.extend(limits.shares(&operators));
        let late = self.storage.issued_outside_hours(since, until, limits.opens, limits.closes).await?;
        let often = self.storage.issued_about_one_person(since, until, limits.same_person.saturating_add(1)).await?;
        let withdrawn = self.storage.went_out_of_force(since, until).await?;
        for (alarm, threshold, found) in [
            ("outside_hours", limits.outside_hours, late),
            ("same_person", limits.same_person, often),
            ("revocations", limits.revocations, withdrawn),
        ] {
            let above = found.into_iter().filter(|notable| notable.found > threshold);
            unusual.extend(above.map(|notable| (alarm, threshold, notable)));
        }
        let waiting = self.storage.oldest_waiting_since().await?;
        let lag = waiting.map_or(0, |since| (now.millis() - since.millis()) / 1000);
        if lag > limits.log_lag {
            let notable = Notable { issuer: String::new(), subject: String::new(), found: lag };
            unusual.push(("log_lag", limits.log_lag, notable));
        }
        Ok(unusual)
    }

    /// How many each agency issued on a day of the last weeks, on average.
    async fn habits(&self, day: Date) -> Result<BTreeMap<String, i64>, AlarmsError> {
        let (first, last) = (day.saturating_sub(HABIT_DAYS.days()), day.saturating_sub(1.day()));
        let mut sums: BTreeMap<String, i64> = BTreeMap::new();
        for figure in self.storage.daily_sums(Measure::Issued, first, last).await? {
            *sums.entry(figure.counted.issuer).or_default() += i64::try_from(figure.count).unwrap_or(i64::MAX);
        }
        for sum in sums.values_mut() {
            *sum /= HABIT_DAYS;
        }
        Ok(sums)
    }

    async fn raise(
        &self,
        alarm: &'static str,
        threshold: i64,
        notable: Notable,
        day: Date,
        now: Instant,
    ) -> Result<bool, AlarmsError> {
        let id = audit::fresh_id(&self.random, now)?;
        // An event's subject says in whose matter it is.
        let subject = if notable.issuer.is_empty() { alarm.to_owned() } else { notable.issuer.clone() };
        let detail = serde_json::json!({ "alarm": alarm, "found": notable.found, "threshold": threshold });
        let actor = Actor::Service.label();
        let event = audit::event(&self.random, actor, Act::RaiseAlarm, &subject, now, &detail)?;
        let new = NewAgencyAlarm { id, alarm, notable, day: day.to_string(), threshold, raised_at: now };
        let raised = self.storage.raise_agency_alarm(&new, &event).await?;
        if raised {
            tracing::warn!(alarm, agency = %new.notable.issuer, found = new.notable.found, threshold, "an agency's day is unusual");
            metrics::counter!("earayis_alarms_total", "alarm" => alarm).increment(1);
        }
        Ok(raised)
    }
}
