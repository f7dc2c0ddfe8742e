//! Rate limits: by organisation, by network for everybody else, and by number for whoever has only that.
//!
//! A network that found nothing too often may not ask by number for a while: numbers are short enough to be tried. By
//! code it still may, as often as anybody: nobody can try seventy-five random bits, so a stranger's misses stand in the
//! way of no correct code, not even behind the same address. Whoever is refused hears so before anything is looked up,
//! and thus the same for a right code and a wrong one.
//!
//! A file is let in before it is received, and again before it is examined and before a number in its text is looked up:
//! files that cost much or name what may be guessed stand in no genuine file's way, since one whose digest is known
//! needs neither.

mod examining;
mod guesses;
mod networks;

use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use super::bucket::{Buckets, Quota};
use super::network::Network;
use super::pace::Pace;
use super::{Found, Side};
use crate::catalogue::Voen;
use crate::certificate::Number;

pub use examining::Examining;
pub use guesses::Pass;

use guesses::{Guessed, Misses, SetAside};
use networks::Networks;

/// How often each side may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// From one network without saying who asks.
    pub anonymous: Quota,
    /// As one organisation.
    pub organisation: Quota,
    /// Anonymously by one number, from all networks together.
    pub number: Quota,
    /// How often a network may find nothing before it may ask by number again.
    pub misses: Quota,
    /// What an uploaded file costs; and, of a budget of its own that is as large as `anonymous`, each second for which
    /// one had to be examined.
    pub upload_weight: u32,
}

impl Default for Rates {
    /// An office of clerks behind one address is let through; whoever tries numbers tries six a minute.
    fn default() -> Self {
        Self {
            anonymous: Quota::new(60, Duration::from_mins(1), 120),
            organisation: Quota::new(100, Duration::from_secs(1), 200),
            number: Quota::new(10, Duration::from_mins(1), 30),
            misses: Quota::new(6, Duration::from_mins(1), 30),
            upload_weight: 5,
        }
    }
}

/// What is asked for, as far as the door needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// By a number, which somebody may have guessed.
    Number(Number),
    /// By a code or a QR, which somebody may have guessed.
    Code,
    /// By a digest, which nobody guesses.
    Digest,
    /// By a file.
    File,
}

/// What a side may still ask, as the fields `RateLimit` and `RateLimit-Policy` tell it
/// (draft-ietf-httpapi-ratelimit-headers).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// The policy's name: `anonymous`, `organisation`, `number`, `misses`, `examination`; and `site`, `site-misses` or
    /// `site-examination` for an IPv6 /48.
    pub policy: &'static str,
    /// Units in a whole budget.
    pub quota: u32,
    /// Seconds in which a budget that was used up is whole again.
    pub window: u64,
    /// Units that are left.
    pub remaining: u32,
    /// Seconds until it is whole again; of one that does not suffice, until it does.
    pub reset: u64,
}

/// A look-up that was not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many look-ups; try again in {} seconds", budget.reset)]
pub struct Limited {
    /// The budget that does not suffice.
    pub budget: Budget,
    /// How long to wait; its `reset` says the same in whole seconds.
    pub wait: Duration,
}

/// The most keys of each sort that are remembered.
const MOST_KEYS: usize = 100_000;

/// Every side's budgets.
pub(super) struct Limits {
    asked: Networks,
    misses: Arc<Misses>,
    examined: Networks,
    numbers: Buckets<Number>,
    organisations: Buckets<Voen>,
    upload_weight: u32,
    pace: Pace,
}

impl Limits {
    pub(super) fn new(rates: Rates, pace: Pace) -> Self {
        Self {
            asked: Networks::new("anonymous", "site", rates.anonymous),
            misses: Arc::new(Misses::new(Networks::new("misses", "site-misses", rates.misses), pace.clone())),
            examined: Networks::new("examination", "site-examination", rates.anonymous),
            numbers: Buckets::new(rates.number, MOST_KEYS),
            organisations: Buckets::new(rates.organisation, MOST_KEYS),
            upload_weight: rates.upload_weight,
            pace,
        }
    }

    pub(super) fn let_in(&self, side: Side<'_>, ask: Ask) -> Result<Pass, Limited> {
        self.let_in_leaving(0, side, ask)
    }

    /// Lets in one of many that were sent at once: a quarter of an organisation's budget stays free for its clerks.
    pub(super) fn let_in_of_many(&self, side: Side<'_>, ask: Ask) -> Result<Pass, Limited> {
        self.let_in_leaving(self.organisations.quota().quarter(), side, ask)
    }

    fn let_in_leaving(&self, leave: u32, side: Side<'_>, ask: Ask) -> Result<Pass, Limited> {
        let units = if ask == Ask::File { self.upload_weight } else { 1 };
        let set_aside = match side.asker {
            // Strangers who know a number cannot keep an organisation from asking about it.
            Some(asker) => self.take_of_organisation(leave, &asker.organisation, units).map(|()| None)?,
            None => self.let_in_anonymous(side.network, ask, units)?,
        };
        let guessed = match ask {
            Ask::Number(number) => Guessed::Number(number),
            Ask::Code => Guessed::Code,
            Ask::Digest | Ask::File => Guessed::Nothing,
        };
        Ok(Pass { guessed, set_aside })
    }

    /// Lets the numbers in the text of a file that was let in be looked up: each is a guess like any other.
    ///
    /// A number's own budget is not asked: whoever knows a forged file's number could keep everybody from learning that
    /// it is forged.
    pub(super) fn let_in_numbers(&self, side: Side<'_>, pass: &mut Pass, numbers: &[Number]) -> Result<(), Limited> {
        if numbers.is_empty() {
            return Ok(());
        }
        if side.asker.is_none() {
            let guesses = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            pass.set_aside = Some(self.misses.set_aside(side.network, guesses)?);
        }
        pass.guessed = Guessed::Numbers(numbers.to_vec());
        Ok(())
    }

    /// Lets a file be examined, whose side is charged by the time it takes.
    pub(super) fn let_in_examination(&self, side: Side<'_>) -> Result<Examining<'_>, Limited> {
        self.may_be_examined(side)?;
        let network = side.asker.is_none().then_some(side.network);
        Ok(Examining::begin(self, network, &self.pace))
    }

    /// Whether a side could be let in to an examination. Nothing is charged.
    pub(super) fn may_be_examined(&self, side: Side<'_>) -> Result<(), Limited> {
        if side.asker.is_some() { Ok(()) } else { self.examined.has(side.network, self.pace.now()) }
    }

    /// Counts a look-up with what it found, and answers how many of its guesses found nothing.
    pub(super) fn settle(&self, side: Side<'_>, pass: Pass, found: Found) -> u32 {
        pass.settle(side, found, &self.misses)
    }

    fn take_of_organisation(&self, leave: u32, organisation: &Voen, units: u32) -> Result<(), Limited> {
        let now = self.pace.now();
        let taken = self.organisations.take_leaving(leave, organisation.clone(), units, now);
        taken.map_err(|wait| limited("organisation", &self.organisations, organisation, wait, now))
    }

    fn let_in_anonymous(&self, network: Network, ask: Ask, units: u32) -> Result<Option<SetAside>, Limited> {
        let Ask::Number(number) = ask else {
            return self.asked.take(network, units, self.pace.now()).map(|()| None);
        };
        let set_aside = self.misses.set_aside(network, 1)?;
        match self.take_by_number(network, number, units) {
            Ok(()) => Ok(Some(set_aside)),
            Err(limited) => {
                set_aside.settle(0);
                Err(limited)
            }
        }
    }

    fn take_by_number(&self, network: Network, number: Number, units: u32) -> Result<(), Limited> {
        let now = self.pace.now();
        self.asked.take(network, units, now)?;
        self.numbers.take(number, units, now).map_err(|wait| {
            self.asked.give_back(network, units);
            limited("number", &self.numbers, &number, wait, now)
        })
    }

    /// What the side may still ask.
    pub(super) fn budget(&self, side: Side<'_>) -> Budget {
        let now = self.pace.now();
        match side.asker {
            Some(asker) => budget("organisation", &self.organisations, &asker.organisation, now),
            None => self.asked.budget(side.network, now),
        }
    }
}

fn limited<K: Eq + Hash>(policy: &'static str, buckets: &Buckets<K>, key: &K, wait: Duration, now: u64) -> Limited {
    Limited { budget: Budget { reset: seconds(wait), ..budget(policy, buckets, key, now) }, wait }
}

fn budget<K: Eq + Hash>(policy: &'static str, buckets: &Buckets<K>, key: &K, now: u64) -> Budget {
    let (quota, left) = (buckets.quota(), buckets.left(key, now));
    Budget {
        policy,
        quota: quota.burst(),
        window: seconds(quota.window()),
        remaining: left.units,
        reset: seconds(left.whole_after),
    }
}

/// Whole seconds, rounded up: whoever waits for so long has waited long enough.
fn seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests;
