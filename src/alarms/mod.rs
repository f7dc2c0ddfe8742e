//! Alarms for an agency: what its own records of a day show that its habit does not, each raised once and acknowledged with words.
//!
//! The records are looked at every few minutes, those of a day that just ended once more; whichever process looks first
//! raises, and the others find that it did. An alarm names an agency, an operator
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
use crate::storage::{Dimension, Measure, NewAgencyAlarm, Notable, Period, Place, Storage, StorageError};

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

/// An alarm's name, what was exceeded, and by what.
type Unusual = (&'static str, i64, Notable);

/// Within so many milliseconds the records are looked at again: what a day's last look missed is in the next day's first.
const SINCE_LAST: i64 = 1_800_000;
/// How many days make a habit.
const HABIT_DAYS: i64 = 28;
/// The most alarms that are shown.
const SHOWN: u32 = 200;

impl Alarms {
    /// Looks at the records of this day, and raises what is unusual in them. Answers how many alarms are new.
    pub async fn look(&self) -> Result<usize, AlarmsError> {
        let now = self.clock.now();
        let (before, day) = (now.plus_millis(-SINCE_LAST).baku_date(), now.baku_date());
        let mut unusual = Vec::new();
        if before != day {
            unusual
                .extend(self.unusual(before, Instant::start_of(day)).await?.into_iter().map(|found| (before, found)));
        }
        let here = self.unusual(day, now.plus_millis(1)).await?;
        unusual.extend(here.into_iter().chain(self.lag(now).await?).map(|found| (day, found)));
        let mut raised = 0;
        for (day, (alarm, threshold, notable)) in unusual {
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

    /// What is unusual in a day's records up to an instant.
    async fn unusual(&self, day: Date, until: Instant) -> Result<Vec<Unusual>, AlarmsError> {
        let limits = &self.thresholds;
        let since = Instant::start_of(day);
        let operators = self.storage.issued_by_operator(since, until).await?;
        let habits = self.habits(day).await?;
        let mut unusual = limits.above_habit(&operators, &habits);
        unusual.extend(limits.shares(&operators));
        let late = self.storage.issued_outside_hours(since, until, limits.opens, limits.closes).await?;
        let often = self.storage.issued_about_one_person(since, until, limits.same_person.saturating_add(1)).await?;
        let pause = limits.revocations_pause.saturating_mul(60_000);
        let withdrawn = self.storage.withdrawn_in_a_row(since, until, pause).await?;
        for (alarm, threshold, found) in [
            ("outside_hours", limits.outside_hours, late),
            ("same_person", limits.same_person, often),
            ("revocations", limits.revocations, withdrawn),
        ] {
            let above = found.into_iter().filter(|notable| notable.found > threshold);
            unusual.extend(above.map(|notable| (alarm, threshold, notable)));
        }
        Ok(unusual)
    }

    /// Whether a leaf waits for its place for too long.
    async fn lag(&self, now: Instant) -> Result<Option<Unusual>, AlarmsError> {
        let waiting = self.storage.oldest_waiting_since().await?;
        let lag = waiting.map_or(0, |since| (now.millis() - since.millis()) / 1000);
        let notable = Notable { issuer: String::new(), subject: String::new(), found: lag };
        Ok((lag > self.thresholds.log_lag).then_some(("log_lag", self.thresholds.log_lag, notable)))
    }

    /// How many each agency issued on a day of the last weeks, on average.
    async fn habits(&self, day: Date) -> Result<BTreeMap<String, i64>, AlarmsError> {
        let (first, last) = (day.saturating_sub(HABIT_DAYS.days()), day.saturating_sub(1.day()));
        let weeks = Period { first, last, issuer: None, kind: None };
        let sums = self.storage.summed(Measure::Issued, Dimension::Issuer, weeks).await?;
        let daily = |count| i64::try_from(count).unwrap_or(i64::MAX) / HABIT_DAYS;
        Ok(sums.into_iter().map(|(issuer, count)| (issuer, daily(count))).collect())
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
