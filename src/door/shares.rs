//! Shares: of what all use together, such as connections and memory, one side holds no more than its part.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Side;
use super::network::{Network, Site};
use crate::catalogue::Voen;

/// Whose a share is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Sharer {
    /// An organisation that said who it is, wherever it asks from.
    Organisation(Voen),
    /// An IPv4 network.
    Network(Network),
    /// A site of IPv6 networks, which share as one: whoever has one of them may have all 65,536.
    Site(Site),
}

/// What sides hold of something that is counted. A clone counts the same.
#[derive(Debug, Clone)]
pub struct Shares(Arc<Held>);

#[derive(Debug)]
struct Held {
    most: usize,
    by: Mutex<HashMap<Sharer, usize>>,
}

/// What one side holds. It is given back when this is dropped.
#[derive(Debug)]
pub struct Share {
    shares: Shares,
    sharer: Sharer,
    units: usize,
}

impl Side<'_> {
    /// Whose share it is that this side holds, and in whose line it waits where one of each is served at a time.
    pub fn sharer(self) -> Sharer {
        match self.asker {
            Some(asker) => Sharer::Organisation(asker.organisation.clone()),
            None => self.network.into(),
        }
    }
}

impl From<Network> for Sharer {
    fn from(network: Network) -> Self {
        network.site().map_or(Self::Network(network), Self::Site)
    }
}

impl Sharer {
    /// Whether it is an organisation, which is known, and not somebody on a network.
    pub fn is_organisation(&self) -> bool {
        matches!(self, Self::Organisation(_))
    }
}

impl Shares {
    /// Shares of `most` units each, of at least one.
    pub fn of(most: usize) -> Self {
        Self(Arc::new(Held { most: most.max(1), by: Mutex::default() }))
    }

    /// A share with nothing in it yet.
    pub fn begin(&self, sharer: Sharer) -> Share {
        Share { shares: self.clone(), sharer, units: 0 }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Sharer, usize>> {
        self.0.by.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Share {
    /// Takes `units` more, all or none; whether it did.
    #[must_use]
    pub fn grow(&mut self, units: usize) -> bool {
        let most = self.shares.0.most;
        let mut held = self.shares.lock();
        let has = held.get(&self.sharer).copied().unwrap_or(0);
        let Some(has) = has.checked_add(units).filter(|has| *has <= most) else { return false };
        if units > 0 {
            held.insert(self.sharer.clone(), has);
        }
        self.units += units;
        true
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut held = self.shares.lock();
        if let Some(units) = held.get_mut(&self.sharer) {
            *units = units.saturating_sub(self.units);
            if *units == 0 {
                held.remove(&self.sharer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::Asker;

    fn from(address: &str) -> Side<'static> {
        Side { network: Network::of(address.parse().unwrap()), asker: None }
    }

    fn holding(shares: &Shares, side: Side<'_>, units: usize) -> Option<Share> {
        let mut share = shares.begin(side.sharer());
        share.grow(units).then_some(share)
    }

    #[test]
    fn a_side_holds_its_share_and_no_more_and_gives_it_back() {
        let shares = Shares::of(3);
        let (mut mine, neighbour) = (holding(&shares, from("203.0.113.5"), 2).unwrap(), from("203.0.113.6"));
        assert!(!mine.grow(2), "all or none");
        assert!(mine.grow(1) && !mine.grow(1) && mine.grow(0));
        assert!(holding(&shares, from("203.0.113.5"), 1).is_none());
        assert!(!mine.grow(usize::MAX));
        assert!(holding(&shares, neighbour, 3).is_some(), "a neighbour has her own");
        drop(mine);
        assert!(holding(&shares, from("203.0.113.5"), 3).is_some());
        assert!(shares.lock().is_empty(), "what is held by nobody is not remembered");
    }

    #[test]
    fn an_organisation_has_a_share_of_its_own_wherever_it_is() {
        let shares = Shares::of(2);
        let bank =
            Asker { organisation: "9900000141".parse().unwrap(), name: "Bank".to_owned(), by: "token".to_owned() };
        let as_bank = |address| Side { asker: Some(&bank), ..from(address) };
        let _stranger = holding(&shares, from("203.0.113.5"), 2).unwrap();
        let _bank = holding(&shares, as_bank("203.0.113.5"), 1).unwrap();
        let _elsewhere = holding(&shares, as_bank("203.0.113.6"), 1).unwrap();
        assert!(holding(&shares, as_bank("203.0.113.7"), 1).is_none());
        assert_eq!(as_bank("2001:db8::1").sharer(), as_bank("203.0.113.5").sharer());
        assert!(as_bank("2001:db8::1").sharer().is_organisation() && !from("2001:db8::1").sharer().is_organisation());
    }

    #[test]
    fn a_site_holds_no_more_than_one_ipv4_network() {
        let shares = Shares::of(2);
        let held: Vec<_> =
            (0..100).filter_map(|net| holding(&shares, from(&format!("2001:db8:1:{net:x}::1")), 1)).collect();
        assert_eq!(held.len(), 2);
        assert!(holding(&shares, from("2001:db8:2::1"), 2).is_some());
        drop(held);
        assert!(shares.lock().is_empty());
        assert_eq!(from("2001:db8:1:2::1").sharer(), from("2001:db8:1:3::1").sharer());
        assert_ne!(from("2001:db8:1::1").sharer(), from("2001:db8:2::1").sharer());
        assert_ne!(from("203.0.113.5").sharer(), from("203.0.113.6").sharer());
    }
}
