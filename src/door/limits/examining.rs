//! Examinations: each is charged by the time it took, however it ended, so that slow files keep nobody else's waiting long.

use std::time::Duration;

use super::Limits;
use crate::door::network::Network;
use crate::door::pace::Pace;

/// An examination that was let in. Its side is charged for it when this is dropped: by an answer, by a request that was
/// broken off, by whatever.
pub struct Examining<'a> {
    limits: &'a Limits,
    /// Whom to charge; none for an organisation, which is known.
    network: Option<Network>,
    begun: u64,
}

impl<'a> Examining<'a> {
    pub(super) fn begin(limits: &'a Limits, network: Option<Network>, pace: &Pace) -> Self {
        Self { limits, network, begun: pace.now() }
    }

    /// Charges nobody: no examination took place, and the fault is ours.
    pub fn forgive(mut self) {
        self.network = None;
    }
}

impl Drop for Examining<'_> {
    fn drop(&mut self) {
        let now = self.limits.pace.now();
        if let Some(network) = self.network {
            let units = units(now.saturating_sub(self.begun), self.limits.upload_weight);
            self.limits.examined.charge(network, units, now);
        }
    }
}

/// Each second counts as an upload, and a part of one as its part.
fn units(nanos: u64, a_second: u32) -> u32 {
    let units = (u128::from(nanos) * u128::from(a_second)).div_ceil(Duration::from_secs(1).as_nanos());
    u32::try_from(units).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_costs_what_an_upload_costs() {
        assert_eq!([0, 1, 200_000_000, 1_000_000_000, 1_000_000_001].map(|nanos| units(nanos, 5)), [0, 1, 1, 5, 6]);
        assert_eq!(units(u64::MAX, u32::MAX), u32::MAX);
    }
}
