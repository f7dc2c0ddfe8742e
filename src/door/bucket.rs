//! Budgets by key: each is used up by asking and comes back with time (the generic cell rate algorithm, ITU-T I.371).
//!
//! Of each key one instant is kept: when its budget will be whole again. Unlike a ready-made limiter this one takes a
//! charge that is known only after the act, gives one back, and has a largest number of keys.

use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::pace::nanos;
use super::table::Table;

/// How much may be asked: so many units at once, coming back at an even pace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// After so many nanoseconds one unit is back.
    every: u64,
    burst: u32,
}

/// What is left of one budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Left {
    /// Units that may be taken now.
    pub(super) units: u32,
    /// How long until the budget is whole.
    pub(super) whole_after: Duration,
}

/// The budgets of many keys under one quota.
pub(super) struct Buckets<K> {
    quota: Quota,
    whole_at: Mutex<Table<K, u64>>,
}

impl Quota {
    /// `units` come back in each `period`, and `burst` of them may be taken at once. A zero counts as one.
    pub fn new(units: u32, period: Duration, burst: u32) -> Self {
        Self { every: (nanos(period) / u64::from(units.max(1))).max(1), burst: burst.max(1) }
    }

    /// How much may be taken at once.
    pub fn burst(self) -> u32 {
        self.burst
    }

    /// How long a budget that was used up takes to be whole again.
    pub fn window(self) -> Duration {
        Duration::from_nanos(self.whole())
    }

    /// The same quota for `times` as many.
    #[must_use]
    pub(super) fn times(self, times: u32) -> Self {
        Self { every: (self.every / u64::from(times)).max(1), burst: self.burst.saturating_mul(times) }
    }

    fn whole(self) -> u64 {
        self.cost(self.burst)
    }

    fn cost(self, units: u32) -> u64 {
        self.every.saturating_mul(u64::from(units))
    }
}

impl<K: Eq + Hash> Buckets<K> {
    /// Whole budgets for everybody; at most `most` keys that are not whole are remembered.
    pub(super) fn new(quota: Quota, most: usize) -> Self {
        Self { quota, whole_at: Mutex::new(Table::new(most, |whole_at| *whole_at)) }
    }

    pub(super) fn quota(&self) -> Quota {
        self.quota
    }

    /// Takes `units` at `now`, or nothing, and then says how long to wait for them. No more are asked than a whole
    /// budget has: otherwise no wait would be long enough.
    pub(super) fn take(&self, key: K, units: u32, now: u64) -> Result<(), Duration> {
        let mut kept = self.lock();
        let owed = self.owed_with(units, kept.get(&key), now)?;
        *kept.of(key) = now.saturating_add(owed);
        Ok(())
    }

    /// Whether `units` could be taken at `now`, or how long to wait for them; nothing is taken.
    pub(super) fn has(&self, key: &K, units: u32, now: u64) -> Result<(), Duration> {
        self.owed_with(units, self.lock().get(key), now).map(drop)
    }

    fn owed_with(&self, units: u32, whole_at: Option<&u64>, now: u64) -> Result<u64, Duration> {
        let owed = owed(whole_at, now).saturating_add(self.quota.cost(units.min(self.quota.burst)));
        let missing = owed.saturating_sub(self.quota.whole());
        if missing > 0 { Err(Duration::from_nanos(missing)) } else { Ok(owed) }
    }

    /// Takes `units` whether they are there or not. Nobody comes to owe more than a whole budget, so that no wait is
    /// longer than two windows.
    pub(super) fn charge(&self, key: K, units: u32, now: u64) {
        let mut kept = self.lock();
        let owed = owed(kept.get(&key), now).saturating_add(self.quota.cost(units));
        *kept.of(key) = now.saturating_add(owed.min(self.quota.whole().saturating_mul(2)));
    }

    /// Gives back what was taken a moment ago, since nothing came of it.
    pub(super) fn give_back(&self, key: K, units: u32) {
        let mut kept = self.lock();
        let whole_at = kept.of(key);
        *whole_at = whole_at.saturating_sub(self.quota.cost(units.min(self.quota.burst)));
    }

    /// What is left of a key's budget.
    pub(super) fn left(&self, key: &K, now: u64) -> Left {
        let owed = owed(self.lock().get(key), now);
        let units = self.quota.whole().saturating_sub(owed) / self.quota.every;
        Left { units: u32::try_from(units).unwrap_or(u32::MAX), whole_after: Duration::from_nanos(owed) }
    }

    fn lock(&self) -> MutexGuard<'_, Table<K, u64>> {
        self.whole_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }
}

fn owed(whole_at: Option<&u64>, now: u64) -> u64 {
    whole_at.map_or(0, |whole_at| whole_at.saturating_sub(now))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: u64 = 1_000_000_000;

    /// One unit a second, three at once.
    fn buckets() -> Buckets<&'static str> {
        Buckets::new(Quota::new(60, Duration::from_mins(1), 3), 10)
    }

    #[test]
    fn a_budget_is_used_up_exactly_and_comes_back_unit_by_unit() {
        let buckets = buckets();
        for _ in 0..3 {
            assert_eq!(buckets.take("a", 1, 0), Ok(()));
        }
        assert_eq!(buckets.take("a", 1, 0), Err(Duration::from_secs(1)));
        assert_eq!(buckets.take("a", 2, 0), Err(Duration::from_secs(2)));
        assert_eq!(buckets.take("a", 1, SECOND - 1), Err(Duration::from_nanos(1)));
        assert_eq!(buckets.take("a", 1, SECOND), Ok(()));
        assert_eq!(buckets.take("a", 1, SECOND), Err(Duration::from_secs(1)));
        assert_eq!(buckets.left(&"a", 3 * SECOND), Left { units: 2, whole_after: Duration::from_secs(1) });
        assert_eq!(buckets.left(&"b", 0), Left { units: 3, whole_after: Duration::ZERO });
        assert_eq!(buckets.take("b", 3, 0), Ok(()));
    }

    #[test]
    fn what_is_refused_costs_nothing() {
        let buckets = buckets();
        buckets.take("a", 2, 0).unwrap();
        for _ in 0..100 {
            assert_eq!(buckets.take("a", 2, 0), Err(Duration::from_secs(1)));
        }
        assert_eq!(buckets.take("a", 1, 0), Ok(()));
    }

    #[test]
    fn a_charge_may_leave_a_debt_and_no_wait_is_longer_than_two_windows() {
        let buckets = buckets();
        buckets.charge("a", 5, 0);
        assert_eq!(buckets.left(&"a", 0).units, 0);
        assert_eq!(buckets.take("a", 1, 0), Err(Duration::from_secs(3)));
        buckets.charge("a", u32::MAX, 0);
        assert_eq!(buckets.take("a", 3, 0), Err(Duration::from_secs(6)));
        assert_eq!(buckets.take("a", 3, 6 * SECOND), Ok(()));
    }

    #[test]
    fn more_than_a_whole_budget_takes_a_whole_one() {
        let buckets = buckets();
        assert_eq!(buckets.take("a", 1000, 0), Ok(()));
        assert_eq!(buckets.take("a", 1000, 0), Err(Duration::from_secs(3)));
    }

    #[test]
    fn what_is_given_back_may_be_taken_again() {
        let buckets = buckets();
        buckets.take("a", 3, 0).unwrap();
        buckets.give_back("a", 2);
        assert_eq!(buckets.left(&"a", 0).units, 2);
        buckets.give_back("b", 3);
        assert_eq!(buckets.left(&"b", 0).units, 3);
    }

    #[test]
    fn however_many_ask_the_memory_is_bounded() {
        let buckets = Buckets::new(Quota::new(60, Duration::from_mins(1), 100), 64);
        (0..10_000_u32).for_each(|key| buckets.take(key, 1, 0).unwrap());
        assert!(buckets.len() <= 64);
    }

    proptest! {
        /// Whatever is asked and whenever, nobody gets more than one whole budget and what came back since.
        #[test]
        fn nobody_gets_more_than_her_quota(asked in proptest::collection::vec((1_u32..5, 0_u64..3 * SECOND), 1..60)) {
            let buckets = buckets();
            let (mut now, mut taken) = (0, 0_u64);
            for (units, pause) in asked {
                now += pause;
                if buckets.take("a", units, now).is_ok() {
                    taken += u64::from(units.min(3));
                }
                prop_assert!(taken <= 3 + now / SECOND);
            }
        }
    }
}
