//! Budgets by key: each is used up by asking and comes back with time (the generic cell rate algorithm, ITU-T I.371).
//!
//! Of each key one instant is kept: when its budget will be whole again. Unlike a ready-made limiter this one takes a
//! charge that is known only after the act, sets one aside until it is known, and has a largest number of keys.

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
    kept: Mutex<Table<K, Kept>>,
}

/// What is kept of one key.
#[derive(Default)]
struct Kept {
    /// When the budget is whole again.
    whole_at: u64,
    /// Units that may yet be taken: nobody else gets them meanwhile, and they come back only once they are.
    set_aside: u32,
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

    /// A quarter of what may be taken at once, but never all of it.
    pub(super) fn quarter(self) -> u32 {
        self.burst.div_ceil(4).min(self.burst - 1)
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
        Self { quota, kept: Mutex::new(Table::new(most, Kept::weight)) }
    }

    pub(super) fn quota(&self) -> Quota {
        self.quota
    }

    /// Takes `units` at `now`, or nothing, and then says how long to wait for them. No more are asked than a whole
    /// budget has: otherwise no wait would be long enough.
    pub(super) fn take(&self, key: K, units: u32, now: u64) -> Result<(), Duration> {
        self.take_leaving(0, key, units, now)
    }

    /// The same, while so many are left afterwards as `leave` says, for others of the same key.
    pub(super) fn take_leaving(&self, leave: u32, key: K, units: u32, now: u64) -> Result<(), Duration> {
        let mut table = self.lock();
        self.suffices(table.get(&key), leave, units, now)?;
        self.add(table.of(key), units.min(self.quota.burst), now, self.quota.whole());
        Ok(())
    }

    /// Whether `units` could be taken at `now`, or how long to wait for them; nothing is taken.
    pub(super) fn has(&self, key: &K, units: u32, now: u64) -> Result<(), Duration> {
        self.suffices(self.lock().get(key), 0, units, now)
    }

    /// Sets `units` aside until [`Buckets::settle`] tells how many of them were taken, or says how long to wait.
    pub(super) fn set_aside(&self, key: K, units: u32, now: u64) -> Result<(), Duration> {
        let mut table = self.lock();
        self.suffices(table.get(&key), 0, units, now)?;
        let kept = table.of(key);
        kept.set_aside = kept.set_aside.saturating_add(units);
        Ok(())
    }

    /// Of `units` that were set aside, takes `taken` at `now`; the others are as if they had never been.
    pub(super) fn settle(&self, key: K, units: u32, taken: u32, now: u64) {
        let mut table = self.lock();
        let kept = table.of(key);
        kept.set_aside = kept.set_aside.saturating_sub(units);
        if taken > 0 {
            self.add(kept, taken, now, self.quota.whole().saturating_mul(2));
        }
    }

    /// Takes `units` whether they are there or not. Nobody comes to owe more than a whole budget, so that no wait is
    /// longer than two windows.
    pub(super) fn charge(&self, key: K, units: u32, now: u64) {
        self.add(self.lock().of(key), units, now, self.quota.whole().saturating_mul(2));
    }

    /// Gives back what was taken at this very instant, since nothing came of it.
    pub(super) fn give_back(&self, key: K, units: u32) {
        let mut table = self.lock();
        let kept = table.of(key);
        kept.whole_at = kept.whole_at.saturating_sub(self.quota.cost(units.min(self.quota.burst)));
    }

    /// What is left of a key's budget.
    pub(super) fn left(&self, key: &K, now: u64) -> Left {
        let owed = self.owed(self.lock().get(key), now);
        let units = self.quota.whole().saturating_sub(owed) / self.quota.every;
        Left { units: u32::try_from(units).unwrap_or(u32::MAX), whole_after: Duration::from_nanos(owed) }
    }

    fn suffices(&self, kept: Option<&Kept>, leave: u32, units: u32, now: u64) -> Result<(), Duration> {
        let owed = self.owed(kept, now).saturating_add(self.quota.cost(units.min(self.quota.burst)));
        let missing = owed.saturating_sub(self.quota.cost(self.quota.burst.saturating_sub(leave)));
        if missing > 0 { Err(Duration::from_nanos(missing)) } else { Ok(()) }
    }

    /// What was taken and is not back yet, with what is set aside.
    fn owed(&self, kept: Option<&Kept>, now: u64) -> u64 {
        let owed = |kept: &Kept| owed(kept.whole_at, now).saturating_add(self.quota.cost(kept.set_aside));
        kept.map_or(0, owed)
    }

    fn add(&self, kept: &mut Kept, units: u32, now: u64, most: u64) {
        let owed = owed(kept.whole_at, now).saturating_add(self.quota.cost(units));
        kept.whole_at = now.saturating_add(owed.min(most));
    }

    fn lock(&self) -> MutexGuard<'_, Table<K, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }
}

impl Kept {
    /// What is set aside is never forgotten for what is not.
    fn weight(&self) -> u64 {
        if self.set_aside > 0 { u64::MAX } else { self.whole_at }
    }
}

fn owed(whole_at: u64, now: u64) -> u64 {
    whole_at.saturating_sub(now)
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
    fn what_is_set_aside_is_nobodys_until_it_is_settled_and_then_comes_back_from_there() {
        let buckets = buckets();
        buckets.set_aside("a", 2, 0).unwrap();
        assert_eq!(buckets.left(&"a", 0).units, 1);
        buckets.set_aside("a", 1, 0).unwrap();
        assert_eq!(buckets.set_aside("a", 1, 10 * SECOND), Err(Duration::from_secs(1)), "time gives none of it back");
        buckets.settle("a", 2, 0, 10 * SECOND);
        assert_eq!(buckets.left(&"a", 10 * SECOND).units, 2);
        buckets.settle("a", 1, 1, 10 * SECOND);
        assert_eq!(buckets.left(&"a", 10 * SECOND), Left { units: 2, whole_after: Duration::from_secs(1) });
        assert_eq!(buckets.left(&"a", 11 * SECOND).units, 3);
        buckets.settle("b", 7, 0, 0);
        assert_eq!(buckets.left(&"b", 0).units, 3, "what was never set aside gives nothing back");
    }

    #[test]
    fn whoever_must_leave_a_quarter_waits_until_it_is_there() {
        let buckets = Buckets::new(Quota::new(60, Duration::from_mins(1), 8), 10);
        let quarter = buckets.quota().quarter();
        assert_eq!(quarter, 2);
        assert!((0..6).all(|_| buckets.take_leaving(quarter, "a", 1, 0).is_ok()));
        assert_eq!(buckets.take_leaving(quarter, "a", 1, 0), Err(Duration::from_secs(1)));
        assert!((0..2).all(|_| buckets.take("a", 1, 0).is_ok()), "the quarter is there for others");
        assert_eq!(buckets.take_leaving(quarter, "a", 1, 2 * SECOND), Err(Duration::from_secs(1)));
        assert_eq!(buckets.take_leaving(quarter, "a", 1, 3 * SECOND), Ok(()));
        let quarters = [1, 2, 3, 4, 5].map(|burst| Quota::new(1, Duration::from_secs(1), burst).quarter());
        assert_eq!(quarters, [0, 1, 1, 1, 2]);
    }

    #[test]
    fn however_many_ask_the_memory_is_bounded() {
        let buckets = Buckets::new(Quota::new(60, Duration::from_mins(1), 100), 64);
        (0..10_000_u32).for_each(|key| buckets.take(key, 1, 0).unwrap());
        assert!(buckets.len() <= 64);
    }

    proptest! {
        /// However many guesses are under way at once and however long: no more miss than the quota has.
        #[test]
        fn nobody_misses_more_than_her_quota(
            steps in proptest::collection::vec((0_u64..2 * SECOND, proptest::bool::ANY, proptest::bool::ANY), 1..80),
        ) {
            let buckets = buckets();
            let (mut now, mut under_way, mut missed) = (0, 0_u32, 0_u64);
            for (pause, begins, misses) in steps {
                now += pause;
                if begins {
                    under_way += u32::from(buckets.set_aside("a", 1, now).is_ok());
                } else if under_way > 0 {
                    under_way -= 1;
                    missed += u64::from(misses);
                    buckets.settle("a", 1, u32::from(misses), now);
                }
                prop_assert!(missed + u64::from(under_way) <= 3 + now / SECOND);
            }
        }

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
