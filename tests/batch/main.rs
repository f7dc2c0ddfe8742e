//! Many at once and later: batches by the API and by the command line, and watches, each against a real service.
//!
//! What breaks off is broken off at a chosen place: a gate between the command line and the service lets as many lines
//! through as a test says. Interleavings are seeded; `EARAYIS_SEED=N` repeats a run with the seed that it printed.

#[cfg(test)]
#[path = "../durability/chance.rs"]
#[expect(dead_code, reason = "each target uses its part of what all share")]
mod chance;
#[cfg(test)]
#[path = "../storage/fixtures.rs"]
#[expect(dead_code, reason = "each target uses its part of what all share")]
mod fixtures;
#[cfg(test)]
mod gate;
#[cfg(test)]
mod interleavings;
#[cfg(test)]
#[path = "../durability/place.rs"]
mod place;
#[cfg(test)]
#[path = "../support/service.rs"]
#[expect(dead_code, reason = "each target uses its part of what all share")]
mod service;
#[cfg(test)]
#[path = "../support/shared.rs"]
mod shared;
#[cfg(test)]
mod stopping;
#[cfg(test)]
mod stream;
#[cfg(test)]
#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "each target uses its part of what all share")]
mod support;
#[cfg(test)]
mod tables;
#[cfg(test)]
mod terms;
#[cfg(test)]
mod unfinished;
#[cfg(test)]
mod watches;
#[cfg(test)]
mod world;
