//! Rate limits: by organisation, by network for everybody else, and by number for whoever has only that.
//!
//! A network that found nothing too often may not ask by number for a while: numbers are short enough to be tried. By
//! code it still may, as often as anybody: nobody can try seventy-five random bits, so a stranger's misses stand in the
//! way of no correct code, not even behind the same address. Whoever is refused hears so before anything is looked up,
//! and thus the same for a right code and a wrong one.

use std::hash::Hash;
use std::time::Duration;

use super::Side;
use super::bucket::{Buckets, Quota};
use super::network::{Network, Site};
use super::pace::Pace;
use crate::catalogue::Voen;
use crate::certificate::Number;

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
    /// What an uploaded file costs: it may have to be examined.
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

/// A look-up that was let in. Only the door makes one, for one look-up.
#[derive(Debug)]
pub struct Pass {
    guess: bool,
}

impl Pass {
    /// Whether it may have been guessed. A look-up is settled once.
    pub(super) fn was_guess(self) -> bool {
        self.guess
    }
}

/// What a side may still ask, as the fields `RateLimit` and `RateLimit-Policy` tell it
/// (draft-ietf-httpapi-ratelimit-headers).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// The policy's name: `anonymous`, `organisation`, `number`, `misses`, and `site` or `site-misses` for an IPv6 /48.
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
/// A site of IPv6 networks, which may be one customer's, may ask as often as so many of them.
const NETWORKS_OF_A_SITE: u32 = 8;

/// Every side's budgets.
pub(super) struct Limits {
    networks: Budgets<Network>,
    sites: Budgets<Site>,
    numbers: Buckets<Number>,
    organisations: Buckets<Voen>,
    upload_weight: u32,
    pace: Pace,
}

/// What networks, or sites of them, may ask and find nothing.
struct Budgets<K> {
    asked: Buckets<K>,
    missed: Buckets<K>,
}

impl Limits {
    pub(super) fn new(rates: Rates, pace: Pace) -> Self {
        let budgets = |times| {
            let asked = rates.anonymous.times(times);
            (asked, rates.misses.times(times))
        };
        Self {
            networks: Budgets::new(budgets(1)),
            sites: Budgets::new(budgets(NETWORKS_OF_A_SITE)),
            numbers: Buckets::new(rates.number, MOST_KEYS),
            organisations: Buckets::new(rates.organisation, MOST_KEYS),
            upload_weight: rates.upload_weight,
            pace,
        }
    }

    pub(super) fn let_in(&self, side: Side<'_>, ask: Ask) -> Result<Pass, Limited> {
        let now = self.pace.now();
        let units = if ask == Ask::File { self.upload_weight } else { 1 };
        match side.asker {
            // Strangers who know a number cannot keep an organisation from asking about it.
            Some(asker) => take("organisation", &self.organisations, &asker.organisation, units, now)?,
            None => self.let_in_anonymous(side.network, ask, units, now)?,
        }
        Ok(Pass { guess: matches!(ask, Ask::Number(_) | Ask::Code) })
    }

    /// The site goes first: one that has used up its budget adds no network to what is remembered.
    fn let_in_anonymous(&self, network: Network, ask: Ask, units: u32, now: u64) -> Result<(), Limited> {
        let site = network.site();
        if let Ask::Number(_) = ask {
            site.map_or(Ok(()), |site| may_miss("site-misses", &self.sites.missed, &site, now))?;
            may_miss("misses", &self.networks.missed, &network, now)?;
        }
        site.map_or(Ok(()), |site| take("site", &self.sites.asked, &site, units, now))?;
        let taken = take("anonymous", &self.networks.asked, &network, units, now).and_then(|()| match ask {
            Ask::Number(number) => take("number", &self.numbers, &number, units, now)
                .inspect_err(|_| self.networks.asked.give_back(network, units)),
            _ => Ok(()),
        });
        if let (Err(_), Some(site)) = (&taken, site) {
            self.sites.asked.give_back(site, units);
        }
        taken
    }

    /// Counts a guess that found nothing against the network it came from; an organisation is known and only watched.
    pub(super) fn charge_miss(&self, side: Side<'_>) {
        let now = self.pace.now();
        if side.asker.is_none() {
            // A network that has none left harms itself alone, and not its neighbours of one site.
            let counts_for_all = self.networks.missed.has(&side.network, 1, now).is_ok();
            self.networks.missed.charge(side.network, 1, now);
            if let Some(site) = side.network.site().filter(|_| counts_for_all) {
                self.sites.missed.charge(site, 1, now);
            }
        }
    }

    /// What the side may still ask.
    pub(super) fn budget(&self, side: Side<'_>) -> Budget {
        let now = self.pace.now();
        match side.asker {
            Some(asker) => budget("organisation", &self.organisations, &asker.organisation, now),
            None => budget("anonymous", &self.networks.asked, &side.network, now),
        }
    }
}

impl<K: Eq + Hash> Budgets<K> {
    fn new((asked, missed): (Quota, Quota)) -> Self {
        Self { asked: Buckets::new(asked, MOST_KEYS), missed: Buckets::new(missed, MOST_KEYS) }
    }
}

/// Whether one more miss may happen; it is charged when it did.
fn may_miss<K: Eq + Hash>(policy: &'static str, buckets: &Buckets<K>, key: &K, now: u64) -> Result<(), Limited> {
    buckets.has(key, 1, now).map_err(|wait| limited(policy, buckets, key, wait, now))
}

fn take<K: Eq + Hash + Clone>(
    policy: &'static str,
    buckets: &Buckets<K>,
    key: &K,
    units: u32,
    now: u64,
) -> Result<(), Limited> {
    buckets.take(key.clone(), units, now).map_err(|wait| limited(policy, buckets, key, wait, now))
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
