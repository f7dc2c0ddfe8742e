//! What each network may do, and each site of IPv6 networks eight times as often: who changes networks gains little.

use std::time::Duration;

use super::{Budget, Limited, MOST_KEYS, budget, limited};
use crate::door::bucket::{Buckets, Quota};
use crate::door::network::{Network, Site};

/// A site of IPv6 networks, which may be one customer's, may ask as often as so many of them.
const NETWORKS_OF_A_SITE: u32 = 8;

/// The budgets of networks and of their sites under one quota.
pub(super) struct Networks {
    policy: &'static str,
    site_policy: &'static str,
    each: Buckets<Network>,
    sites: Buckets<Site>,
}

impl Networks {
    pub(super) fn new(policy: &'static str, site_policy: &'static str, quota: Quota) -> Self {
        let sites = Buckets::new(quota.times(NETWORKS_OF_A_SITE), MOST_KEYS);
        Self { policy, site_policy, each: Buckets::new(quota, MOST_KEYS), sites }
    }

    /// Takes `units`. The site goes first: one that has used up its budget adds no network to what is remembered.
    pub(super) fn take(&self, network: Network, units: u32, now: u64) -> Result<(), Limited> {
        if let Some(site) = network.site() {
            self.sites.take(site, units, now).map_err(|wait| self.site_limited(site, wait, now))?;
        }
        self.each.take(network, units, now).map_err(|wait| {
            if let Some(site) = network.site() {
                self.sites.give_back(site, units);
            }
            limited(self.policy, &self.each, &network, wait, now)
        })
    }

    /// Gives back what was taken at this very instant.
    pub(super) fn give_back(&self, network: Network, units: u32) {
        self.each.give_back(network, units);
        if let Some(site) = network.site() {
            self.sites.give_back(site, units);
        }
    }

    /// Whether one unit is left; nothing is taken.
    pub(super) fn has(&self, network: Network, now: u64) -> Result<(), Limited> {
        if let Some(site) = network.site() {
            self.sites.has(&site, 1, now).map_err(|wait| self.site_limited(site, wait, now))?;
        }
        self.each.has(&network, 1, now).map_err(|wait| limited(self.policy, &self.each, &network, wait, now))
    }

    /// Sets `units` aside until [`Networks::settle`].
    pub(super) fn set_aside(&self, network: Network, units: u32, now: u64) -> Result<(), Limited> {
        if let Some(site) = network.site() {
            self.sites.set_aside(site, units, now).map_err(|wait| self.site_limited(site, wait, now))?;
        }
        self.each.set_aside(network, units, now).map_err(|wait| {
            if let Some(site) = network.site() {
                self.sites.settle(site, units, 0, now);
            }
            limited(self.policy, &self.each, &network, wait, now)
        })
    }

    /// Takes `taken` of `units` that were set aside.
    pub(super) fn settle(&self, network: Network, units: u32, taken: u32, now: u64) {
        self.each.settle(network, units, taken, now);
        if let Some(site) = network.site() {
            self.sites.settle(site, units, taken, now);
        }
    }

    /// Takes `units` whether they are there or not. A network that has none left harms itself alone, and not its
    /// neighbours of one site.
    pub(super) fn charge(&self, network: Network, units: u32, now: u64) {
        let counts_for_all = self.each.has(&network, 1, now).is_ok();
        self.each.charge(network, units, now);
        if let Some(site) = network.site().filter(|_| counts_for_all) {
            self.sites.charge(site, units, now);
        }
    }

    /// What is left of a network's own budget.
    pub(super) fn budget(&self, network: Network, now: u64) -> Budget {
        budget(self.policy, &self.each, &network, now)
    }

    /// How many networks are remembered.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.each.len()
    }

    fn site_limited(&self, site: Site, wait: Duration, now: u64) -> Limited {
        limited(self.site_policy, &self.sites, &site, wait, now)
    }
}
