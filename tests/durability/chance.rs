//! Chance that can be repeated: the seed of a run is printed, and `EARAYIS_SEED` sets it.

use std::time::Duration;

/// A small generator (xorshift64*), good enough to choose moments.
#[derive(Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    /// From `EARAYIS_SEED`, or else from the operating system's chance; `what` names the run in what it prints.
    pub(crate) fn seeded(what: &str) -> Self {
        let given = std::env::var("EARAYIS_SEED").ok().map(|seed| seed.parse::<u64>().unwrap());
        let seed =
            given.unwrap_or_else(|| u64::from(u32::from_be_bytes(earayis::random::Random::system().bytes().unwrap())));
        println!("{what}: EARAYIS_SEED={seed}");
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let drawn = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32;
        usize::try_from(drawn).unwrap() % limit
    }

    /// A time from nothing up to `longest` milliseconds.
    pub(crate) fn moment(&mut self, longest: usize) -> Duration {
        Duration::from_millis(u64::try_from(self.below(longest + 1)).unwrap())
    }

    /// Another generator, for a client of its own.
    pub(crate) fn fork(&mut self) -> Self {
        let _ = self.below(2);
        Self(self.0.rotate_left(17) | 1)
    }
}

/// How many kills one test does: `EARAYIS_KILLS`, or ten.
pub(crate) fn kills() -> usize {
    std::env::var("EARAYIS_KILLS").map_or(10, |kills| kills.parse().unwrap())
}
