//! How time passes at the door: forwards only, whatever somebody does to the machine's clock.

use std::time::Duration;

use crate::clock::{Clock, Instant};

/// Counts nanoseconds since it was made; by a manual clock, when there is one.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    clock: Clock,
    begun: std::time::Instant,
    begun_at: Instant,
}

impl Pace {
    pub(super) fn of(clock: &Clock) -> Self {
        Self { clock: clock.clone(), begun: std::time::Instant::now(), begun_at: clock.now() }
    }

    /// Nanoseconds since the beginning.
    pub(super) fn now(&self) -> u64 {
        let passed = match &self.clock {
            Clock::System => self.begun.elapsed(),
            Clock::Manual(_) => {
                let millis = self.clock.now().millis() - self.begun_at.millis();
                Duration::from_millis(u64::try_from(millis).unwrap_or(0))
            }
        };
        nanos(passed)
    }
}

/// A duration in nanoseconds; five hundred years at most.
pub(super) fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
