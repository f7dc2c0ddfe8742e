//! The thresholds of the agencies' alarms: whole numbers, each within what makes sense.

use std::ops::RangeInclusive;

use toml::Spanned;

use super::check::Reader;
use super::file;
use crate::alarms::Thresholds;

const MANY: RangeInclusive<i64> = 1..=1_000_000_000;

impl Reader<'_> {
    pub(super) fn agency_alarms(&mut self, alarms: &file::AgencyAlarms) -> Option<Thresholds> {
        let usual = Thresholds::default();
        let hour = |hour: Option<i64>| hour.and_then(|hour| u8::try_from(hour).ok());
        let habit_times = self.within("habit_times", alarms.habit_times.as_ref(), usual.habit_times, 1..=1_000);
        let habit_least = self.within("habit_least", alarms.habit_least.as_ref(), usual.habit_least, MANY);
        let opens = hour(self.within("opens", alarms.opens.as_ref(), usual.opens.into(), 0..=23));
        let closes = hour(self.within("closes", alarms.closes.as_ref(), usual.closes.into(), 1..=24));
        let outside_hours = self.within("outside_hours", alarms.outside_hours.as_ref(), usual.outside_hours, MANY);
        let share = self.within("operator_share", alarms.operator_share.as_ref(), usual.operator_share, 1..=100);
        let least = self.within("operator_least", alarms.operator_least.as_ref(), usual.operator_least, MANY);
        let same_person = self.within("same_person", alarms.same_person.as_ref(), usual.same_person, MANY);
        let revocations = self.within("revocations", alarms.revocations.as_ref(), usual.revocations, MANY);
        let pause = alarms.revocations_pause_minutes.as_ref();
        let revocations_pause = self.within("revocations_pause_minutes", pause, usual.revocations_pause, 1..=1_440);
        let log_lag = self.within("log_lag_seconds", alarms.log_lag_seconds.as_ref(), usual.log_lag, 1..=86_400);
        Some(Thresholds {
            habit_times: habit_times?,
            habit_least: habit_least?,
            opens: opens?,
            closes: closes?,
            outside_hours: outside_hours?,
            operator_share: share?,
            operator_least: least?,
            same_person: same_person?,
            revocations: revocations?,
            revocations_pause: revocations_pause?,
            log_lag: log_lag?,
        })
    }

    fn within(
        &mut self,
        name: &str,
        value: Option<&Spanned<i64>>,
        usual: i64,
        range: RangeInclusive<i64>,
    ) -> Option<i64> {
        let Some(value) = value else { return Some(usual) };
        let number = Some(*value.get_ref()).filter(|number| range.contains(number));
        self.some_or(number, value.span(), || {
            format!("`agency_alarms.{name}` must be a number from {} to {}", range.start(), range.end())
        })
    }
}
