//! The clock: every instant the service acts on comes from here, so that a test can decide what time it is.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};

/// Where the present comes from.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A clock that stands still until it is told to move.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that shows `at` until [`Clock::set`] moves it.
    pub fn manual(at: Instant) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(at.0)))
    }

    /// The present instant, to the millisecond.
    pub fn now(&self) -> Instant {
        match self {
            Self::System => {
                #[expect(
                    clippy::disallowed_methods,
                    reason = "this is the one place where the machine's clock is read"
                )]
                let now = jiff::Timestamp::now();
                Instant(now.as_millisecond())
            }
            Self::Manual(millis) => Instant(millis.load(Ordering::SeqCst)),
        }
    }

    /// Moves a manual clock; the system's clock is not ours to move, and stays.
    pub fn set(&self, at: Instant) {
        if let Self::Manual(millis) = self {
            millis.store(at.0, Ordering::SeqCst);
        }
    }
}

/// A moment in time: UTC, whole milliseconds since 1970-01-01, as the database stores it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

/// Baku keeps UTC+4 all year since 2016; certificates are dated in its civil time.
const BAKU: Offset = Offset::constant(4);
const DAY: i64 = 86_400_000;

impl Instant {
    /// The last instant there is.
    pub const LAST: Self = Self(253_402_207_200_000);

    /// From UTC milliseconds; a value outside the years 0001–9999 is brought to the nearest end.
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.clamp(-62_135_596_800_000, 253_402_207_200_000))
    }

    /// UTC milliseconds since 1970-01-01.
    pub fn millis(self) -> i64 {
        self.0
    }

    /// Whole UTC seconds since 1970-01-01, rounded down.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// RFC 3339 in UTC, always to the millisecond: the length of a text that holds it tells nothing.
    pub fn to_text_of_one_length(self) -> String {
        format!("{:.3}", self.timestamp())
    }

    /// Parses an RFC 3339 instant, such as `2026-11-24T05:41:00Z`.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let instant: jiff::Timestamp = text.parse().ok()?;
        Some(Self::from_millis(instant.as_millisecond()))
    }

    /// The civil date and time in Baku.
    pub fn in_baku(self) -> DateTime {
        self.timestamp().to_zoned(TimeZone::fixed(BAKU)).datetime()
    }

    /// The civil date in Baku.
    pub fn baku_date(self) -> Date {
        self.in_baku().date()
    }

    /// The exclusive end of a validity of `days` days: the midnight in Baku that ends the last of them.
    ///
    /// A certificate of 30 days issued at any hour of 24 November is valid through 24 December.
    #[must_use]
    pub fn end_of_day_in_baku(self, days: u32) -> Self {
        let shift = i64::from(BAKU.seconds()) * 1000;
        let today = (self.0 + shift).div_euclid(DAY);
        Self((today + i64::from(days) + 1) * DAY - shift)
    }

    /// The instant at which `date` begins in Baku.
    pub fn start_of(date: Date) -> Self {
        let midnight = date.to_datetime(jiff::civil::Time::midnight());
        let at = BAKU.to_timestamp(midnight).map_or(0, jiff::Timestamp::as_millisecond);
        Self(at)
    }

    /// This instant moved by `millis` milliseconds, forwards or back.
    #[must_use]
    pub fn plus_millis(self, millis: i64) -> Self {
        Self::from_millis(self.0.saturating_add(millis))
    }

    /// This instant moved by whole days of 24 hours.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        self.plus_millis(days.saturating_mul(DAY))
    }

    fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or_default()
    }
}

/// RFC 3339 in UTC, with milliseconds only where there are any: `2026-11-24T05:41:00Z`.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}

impl serde::Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Instant {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse_rfc3339(&text).ok_or_else(|| serde::de::Error::custom("not an RFC 3339 instant"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn validity_ends_at_a_midnight_of_baku() {
        let evening = Instant::parse_rfc3339("2026-11-24T19:59:59Z").unwrap();
        let after_midnight = Instant::parse_rfc3339("2026-11-24T20:00:00Z").unwrap();
        assert_eq!(evening.end_of_day_in_baku(30).to_string(), "2026-12-24T20:00:00Z");
        assert_eq!(after_midnight.end_of_day_in_baku(30).to_string(), "2026-12-25T20:00:00Z");
    }

    #[test]
    fn a_date_begins_four_hours_before_utc_does() {
        let date: Date = "2026-11-24".parse().unwrap();
        assert_eq!(Instant::start_of(date).to_string(), "2026-11-23T20:00:00Z");
        assert_eq!(Instant::start_of(date).baku_date(), date);
    }

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let clock = Clock::manual(Instant::from_millis(5));
        let other_hand = clock.clone();
        assert_eq!(clock.now(), Instant::from_millis(5));
        other_hand.set(Instant::from_millis(9));
        assert_eq!(clock.now(), Instant::from_millis(9));
    }
}
