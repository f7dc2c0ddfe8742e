//! The door: from which network somebody asks, how often she may, and what is unusual about it.
//!
//! Whoever is let in carries a [`Pass`], and nothing is looked up for anybody without one. What a look-up found out
//! changes what its own side may ask next, and nobody else's: a stranger's misses never stand in a correct code's way.
//! Everything here is counted in the memory of one process, bounded, and forgotten by a restart; several processes
//! each count for themselves.

mod alarm;
mod bucket;
mod limits;
mod network;
mod pace;
mod proxies;
mod shares;
mod table;
mod unusual;

use crate::auth::Asker;
use crate::certificate::Number;
use crate::clock::Clock;
use crate::random::Random;
use crate::storage::Storage;

pub use bucket::Quota;
pub use limits::{Ask, Budget, Examining, Limited, Pass, Rates};
pub use network::Network;
pub use proxies::{ForwardingHeader, Proxies};
pub use shares::{Share, Sharer, Shares};
pub use unusual::Thresholds;

use limits::Limits;
use pace::Pace;
use unusual::Unusual;

/// The side that asks: an organisation when it said who it is, else the network that it asks from.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// Where it asks from.
    pub network: Network,
    /// The organisation, when it is one.
    pub asker: Option<&'a Asker>,
}

/// What a look-up came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// One of our certificates.
    Certificate(Number),
    /// Nothing of ours.
    Nothing,
    /// It could not be found out, which is nobody's guess gone wrong.
    Unknowable,
}

/// What an operator decides about the door.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Whose word about a client's address is taken.
    pub proxies: Proxies,
    /// How often each side may ask.
    pub rates: Rates,
    /// What is unusual.
    pub thresholds: Thresholds,
}

/// Lets look-ups in, and notices what is unusual about them.
pub struct Door {
    proxies: Proxies,
    limits: Limits,
    unusual: Unusual,
    storage: Storage,
    clock: Clock,
    random: Random,
}

impl Door {
    /// A door that has seen nobody yet. Alarms are recorded in `storage`.
    pub fn new(settings: Settings, storage: Storage, clock: Clock, random: Random) -> Self {
        let Settings { proxies, rates, thresholds } = settings;
        Self {
            proxies,
            limits: Limits::new(rates, Pace::of(&clock)),
            unusual: Unusual::new(thresholds, Pace::of(&clock)),
            storage,
            clock,
            random,
        }
    }

    /// Whose word about a client's address is taken.
    pub fn proxies(&self) -> &Proxies {
        &self.proxies
    }

    /// Lets one look-up in, or says how long to wait. Nothing was looked up yet: the answer is the same for a right
    /// code and a wrong one.
    pub fn let_in(&self, side: Side<'_>, ask: Ask) -> Result<Pass, Limited> {
        counted(self.limits.let_in(side, ask))
    }

    /// Lets one of many look-ups in that an organisation sent at once: a quarter of its budget stays free for what its
    /// clerks ask one by one.
    pub fn let_in_of_many(&self, side: Side<'_>, ask: Ask) -> Result<Pass, Limited> {
        counted(self.limits.let_in_of_many(side, ask))
    }

    /// Lets a file that was let in be examined, or says how long to wait: who sent files that took long waits, and whose
    /// files are known need no examination. The side is charged by the time until the answer is dropped.
    ///
    /// Only one at a time of each network's [`Side::sharer`] may be let in, so that the time of each is known before the
    /// next.
    pub fn let_in_examination(&self, side: Side<'_>) -> Result<Examining<'_>, Limited> {
        counted(self.limits.let_in_examination(side))
    }

    /// Whether a file of this side may wait to be examined: what is refused now would be refused after the wait too.
    pub fn may_be_examined(&self, side: Side<'_>) -> Result<(), Limited> {
        counted(self.limits.may_be_examined(side))
    }

    /// Lets the numbers in a file's text be looked up, in their order until one is found. Each is a guess by number; of a
    /// network that may guess no more, none is looked up, whether it is ours or not.
    pub fn let_in_numbers(&self, side: Side<'_>, pass: &mut Pass, numbers: &[Number]) -> Result<(), Limited> {
        counted(self.limits.let_in_numbers(side, pass, numbers))
    }

    /// Settles a look-up that was let in: a guess that found nothing counts against its own network, and what is unusual
    /// raises its alarm. What the side may still ask is answered.
    pub fn settle(&self, side: Side<'_>, pass: Pass, found: Found) -> Budget {
        let missed = self.limits.settle(side, pass, found);
        for alarm in self.unusual.notice(side, missed, found) {
            self.raise(&alarm);
        }
        self.limits.budget(side)
    }
}

fn counted<T>(let_in: Result<T, Limited>) -> Result<T, Limited> {
    let_in.inspect_err(|limited| {
        metrics::counter!("earayis_limited_total", "policy" => limited.budget.policy).increment(1);
    })
}
