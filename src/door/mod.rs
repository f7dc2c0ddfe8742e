//! The door: from which network somebody asks, how often she may, and what is unusual about it.
//!
//! Whoever is let in carries an [`Pass`], and nothing is verified for anybody without one. What a look-up found out
//! changes what its own side may ask next, and nobody else's: a stranger's misses never stand in a correct code's way.
//! Everything here is counted in the memory of one process, bounded, and forgotten by a restart; several processes
//! each count for themselves.

mod alarm;
mod bucket;
mod limits;
mod network;
mod pace;
mod proxies;
mod table;
mod unusual;

use crate::auth::Asker;
use crate::certificate::Number;
use crate::clock::Clock;
use crate::random::Random;
use crate::storage::Storage;

pub use bucket::Quota;
pub use limits::{Ask, Budget, Limited, Pass, Rates};
pub use network::Network;
pub use proxies::{ForwardingHeader, Proxies};
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
        let pass = self.limits.let_in(side, ask);
        if let Err(limited) = &pass {
            metrics::counter!("earayis_limited_total", "policy" => limited.budget.policy).increment(1);
        }
        pass
    }

    /// Settles a look-up that was let in: a guess that found nothing counts against its own network, and what is unusual
    /// raises its alarm. What the side may still ask is answered.
    pub fn settle(&self, side: Side<'_>, pass: Pass, found: Found) -> Budget {
        let missed = pass.was_guess() && found == Found::Nothing;
        if missed {
            self.limits.charge_miss(side);
        }
        for alarm in self.unusual.notice(side, missed, found) {
            self.raise(&alarm);
        }
        self.limits.budget(side)
    }
}
