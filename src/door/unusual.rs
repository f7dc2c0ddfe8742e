//! What is unusual: many misses of one side, an organisation far above its habit, one certificate asked by many sides.
//!
//! Each is counted in windows of fixed length and told once in each. What is counted is bounded and holds no address:
//! sides stand in it by a hash under a key of this process.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::alarm::Alarm;
use super::pace::{Pace, nanos};
use super::table::Table;
use super::{Found, Side};
use crate::catalogue::Voen;
use crate::certificate::Number;

/// From what on something is unusual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// The time in which everything is counted.
    pub window: Duration,
    /// So many misses of one network.
    pub misses: u32,
    /// So many misses of one organisation, which asks much more.
    pub organisation_misses: u32,
    /// An organisation that asks so many times as often as it used to.
    pub habit_times: u32,
    /// And no less often than this, whatever its habit.
    pub habit_least: u32,
    /// So many sides that ask about one certificate.
    pub sides: u32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            window: Duration::from_hours(1),
            misses: 50,
            organisation_misses: 1000,
            habit_times: 10,
            habit_least: 5000,
            sides: 20,
        }
    }
}

/// The most sides and the most certificates that are counted.
const MOST_KEYS: usize = 20_000;

/// Counts, and says when something becomes unusual.
pub(super) struct Unusual {
    thresholds: Thresholds,
    hashes: RandomState,
    pace: Pace,
    counts: Mutex<Counts>,
}

struct Counts {
    /// The window that is counted, by its place since the beginning.
    window: u64,
    misses: Table<u64, u32>,
    sides: Table<Number, Vec<u64>>,
    organisations: Table<Voen, Habit>,
}

/// How often an organisation asks.
#[derive(Default)]
struct Habit {
    /// In this window.
    now: u64,
    /// In the windows before, the later ones weighing more.
    before: u64,
}

impl Unusual {
    pub(super) fn new(thresholds: Thresholds, pace: Pace) -> Self {
        let counts = Counts {
            window: 0,
            misses: Table::new(MOST_KEYS, |count| u64::from(*count)),
            sides: Table::new(MOST_KEYS, |sides| sides.len() as u64),
            organisations: Table::new(MOST_KEYS, |habit| habit.now.max(habit.before)),
        };
        Self { thresholds, hashes: RandomState::new(), pace, counts: Mutex::new(counts) }
    }

    /// Counts one look-up, with as many guesses as found nothing, and answers what became unusual by it: nothing, nearly
    /// always.
    pub(super) fn notice(&self, side: Side<'_>, missed: u32, found: Found) -> Vec<Alarm> {
        let mut alarms = Vec::new();
        let hash = match side.asker {
            Some(asker) => self.hashes.hash_one(&asker.organisation),
            None => self.hashes.hash_one(side.network),
        };
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.turn_to(self.pace.now() / nanos(self.thresholds.window).max(1));
        for _ in 0..missed {
            let count = counts.misses.of(hash);
            *count = count.saturating_add(1);
            let (network, organisation) = (side.network, side.asker.map(|asker| asker.organisation.clone()));
            match organisation {
                Some(organisation) if *count == self.thresholds.organisation_misses => {
                    alarms.push(Alarm::OrganisationMisses { organisation, misses: *count });
                }
                None if *count == self.thresholds.misses => {
                    alarms.push(Alarm::NetworkMisses { network, misses: *count });
                }
                _ => {}
            }
        }
        if let Found::Certificate(number) = found {
            let sides = counts.sides.of(number);
            let most = usize::try_from(self.thresholds.sides).unwrap_or(usize::MAX);
            if sides.len() < most && !sides.contains(&hash) {
                sides.push(hash);
                if sides.len() == most {
                    alarms.push(Alarm::ManySides { number, sides: self.thresholds.sides });
                }
            }
        }
        if let Some(asker) = side.asker {
            let Habit { now, before } = counts.organisations.of(asker.organisation.clone());
            *now += 1;
            let unusual = before.saturating_mul(self.thresholds.habit_times.into());
            if *now == unusual.max(self.thresholds.habit_least.into()) {
                let organisation = asker.organisation.clone();
                alarms.push(Alarm::AboveHabit { organisation, asked: *now, habit: *before });
            }
        }
        alarms
    }
}

impl Counts {
    /// Begins to count anew in a new window; habits are kept, and fade while nobody asks.
    fn turn_to(&mut self, window: u64) {
        /// After so many idle windows no habit is left.
        const FADED: u64 = 128;
        if window <= self.window {
            return;
        }
        self.misses.clear();
        self.sides.clear();
        for _ in 0..(window - self.window).min(FADED) {
            self.organisations.retain(|habit| {
                habit.before = (habit.before * 3 + habit.now) / 4;
                habit.now = 0;
                habit.before > 0
            });
        }
        self.window = window;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::Asker;
    use crate::clock::{Clock, Instant};
    use crate::door::Network;

    const HOUR: i64 = 3_600_000;

    fn unusual() -> (Unusual, Clock) {
        let clock = Clock::manual(Instant::from_millis(0));
        let thresholds = Thresholds {
            misses: 3,
            organisation_misses: 5,
            habit_times: 2,
            habit_least: 4,
            sides: 3,
            ..Thresholds::default()
        };
        (Unusual::new(thresholds, Pace::of(&clock)), clock)
    }

    fn from(host: u8) -> Side<'static> {
        Side { network: Network::of([203, 0, 113, host].into()), asker: None }
    }

    fn bank() -> Asker {
        Asker { organisation: "9900000141".parse().unwrap(), name: "Bank".to_owned(), by: "token".to_owned() }
    }

    #[test]
    fn many_misses_of_one_network_are_told_once_in_each_window() {
        let (unusual, clock) = unusual();
        let told = |hosts: u8| (0..12).flat_map(|turn| unusual.notice(from(turn % hosts), 1, Found::Nothing)).count();
        assert_eq!(told(6), 0, "two misses of each are nothing");
        assert_eq!(told(1), 1);
        assert_eq!(told(1), 0);
        clock.set(Instant::from_millis(HOUR));
        assert_eq!(told(1), 1);
    }

    #[test]
    fn what_is_no_miss_is_not_counted_as_one() {
        let (unusual, _) = unusual();
        assert!((0..20).all(|_| unusual.notice(from(1), 0, Found::Nothing).is_empty()));
        assert!((0..20).all(|_| unusual.notice(from(1), 0, Found::Unknowable).is_empty()));
    }

    #[test]
    fn a_certificate_asked_by_many_sides_is_told_once() {
        let (unusual, _) = unusual();
        let number: Number = "2026-7KQ3-M9XD".parse().unwrap();
        let other: Number = "2026-7KQ3-M9XE".parse().unwrap();
        let ask = |host, number| unusual.notice(from(host), 0, Found::Certificate(number));
        assert!((0..20).all(|_| ask(1, number).is_empty()), "one side may ask as often as it likes");
        assert!(ask(2, number).is_empty() && ask(3, other).is_empty());
        assert_eq!(ask(3, number), [Alarm::ManySides { number, sides: 3 }]);
        assert!((4..30).all(|host| ask(host, number).is_empty()));
    }

    #[test]
    fn an_organisation_far_above_its_habit_is_told_and_one_that_grows_slowly_is_not() {
        let (unusual, clock) = unusual();
        let bank = bank();
        let mut hour = 0;
        let mut ask = |times: u32| {
            let side = Side { asker: Some(&bank), ..from(1) };
            let told: Vec<_> = (0..times).flat_map(|_| unusual.notice(side, 0, Found::Nothing)).collect();
            hour += 1;
            clock.set(Instant::from_millis(hour * HOUR));
            told
        };
        assert!(ask(3).is_empty());
        let told = ask(40);
        let organisation: Voen = "9900000141".parse().unwrap();
        assert_eq!(told, [Alarm::AboveHabit { organisation: organisation.clone(), asked: 4, habit: 0 }]);
        assert!(ask(19).is_empty(), "its habit is ten by now");
        assert_eq!(ask(100), [Alarm::AboveHabit { organisation, asked: 24, habit: 12 }]);
    }

    #[test]
    fn an_organisations_misses_have_their_own_threshold() {
        let (unusual, _) = unusual();
        let bank = bank();
        let side = Side { asker: Some(&bank), ..from(1) };
        let told: Vec<_> = (0..9).flat_map(|_| unusual.notice(side, 1, Found::Nothing)).collect();
        assert!(told.contains(&Alarm::OrganisationMisses { organisation: bank.organisation.clone(), misses: 5 }));
        assert!(!told.iter().any(|alarm| matches!(alarm, Alarm::NetworkMisses { .. })));
    }

    #[test]
    fn however_many_ask_the_counts_are_bounded() {
        let (unusual, _) = unusual();
        for host in 0..50_000_u32 {
            let side = Side { network: Network::of(std::net::Ipv4Addr::from(host).into()), asker: None };
            unusual.notice(side, 1, Found::Nothing);
        }
        assert!(unusual.counts.lock().unwrap().misses.len() <= MOST_KEYS);
    }
}
