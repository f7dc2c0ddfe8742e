//! The circuit breaker: a source that keeps failing is left in peace, and tried again by one question at a time.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clock::Instant;

/// Opens after so many consecutive outages; after the pause one question may probe, and its success closes it.
#[derive(Debug)]
pub(super) struct Breaker {
    threshold: u32,
    pause_millis: i64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    outages: u32,
    /// Set while open: when the next probe may pass.
    probe_at: Option<Instant>,
}

impl Breaker {
    pub(super) fn new(threshold: u32, pause_millis: i64) -> Self {
        Self { threshold, pause_millis, state: Mutex::default() }
    }

    /// Lets a question pass, or says when to come again.
    ///
    /// Letting a probe pass moves the next one a pause away. So a probe that is abandoned without an outcome
    /// (its caller went away) blocks nobody for longer than that.
    pub(super) fn admit(&self, now: Instant) -> Result<(), Instant> {
        let mut state = self.state();
        match state.probe_at {
            Some(at) if now < at => Err(at),
            Some(_) => {
                state.probe_at = Some(now.plus_millis(self.pause_millis));
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// The source answered.
    pub(super) fn succeeded(&self) {
        *self.state() = State::default();
    }

    /// The source failed a question that was asked at `now`.
    pub(super) fn failed(&self, now: Instant) {
        let mut state = self.state();
        state.outages = state.outages.saturating_add(1);
        if state.outages >= self.threshold {
            let at = now.plus_millis(self.pause_millis);
            state.probe_at = Some(state.probe_at.map_or(at, |earlier| earlier.max(at)));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every write leaves the state whole, so that of a thread which panicked is as good as any.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Instant {
        Instant::from_millis(millis)
    }

    #[test]
    fn it_opens_only_after_consecutive_outages() {
        let breaker = Breaker::new(2, 100);
        breaker.failed(at(0));
        breaker.succeeded();
        breaker.failed(at(1));
        assert_eq!(breaker.admit(at(1)), Ok(()));
        breaker.failed(at(2));
        assert_eq!(breaker.admit(at(101)), Err(at(102)));
    }

    #[test]
    fn one_probe_passes_after_the_pause_and_its_success_closes() {
        let breaker = Breaker::new(1, 100);
        breaker.failed(at(0));
        assert_eq!(breaker.admit(at(100)), Ok(()));
        assert_eq!(breaker.admit(at(100)), Err(at(200)), "a second question while the probe is under way");
        breaker.succeeded();
        assert_eq!(breaker.admit(at(101)), Ok(()));
        assert_eq!(breaker.admit(at(101)), Ok(()));
    }

    #[test]
    fn a_failed_probe_keeps_it_open_and_an_abandoned_one_blocks_nobody_for_long() {
        let breaker = Breaker::new(1, 100);
        breaker.failed(at(0));
        assert_eq!(breaker.admit(at(150)), Ok(()));
        breaker.failed(at(150));
        assert_eq!(breaker.admit(at(249)), Err(at(250)));
        assert_eq!(breaker.admit(at(250)), Ok(()));
        assert_eq!(breaker.admit(at(350)), Ok(()), "the probe of 250 never came back");
    }
}
