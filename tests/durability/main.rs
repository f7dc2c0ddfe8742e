//! Durability: what a client was told stays true through kills, full disks, broken connections and restored backups.
//!
//! The kills come ten to a test, at moments that a seed chooses. A hundred on each engine, as the service must survive
//! them before a release, are
//!
//! ```sh
//! EARAYIS_KILLS=100 .ci/test --test durability kills -- --nocapture --test-threads 1
//! ```
//!
//! `EARAYIS_SEED=N` repeats a run with the seed that it printed; without it each run has one of its own.

#[cfg(test)]
#[path = "../support/mod.rs"]
#[expect(dead_code, unused_imports, unused_macros, reason = "each target uses its part of what all share")]
mod support;

#[cfg(test)]
#[path = "../support/service.rs"]
#[expect(dead_code, reason = "each target uses its part of what all share")]
mod service;

#[cfg(test)]
mod chance;
#[cfg(test)]
mod changing;
#[cfg(test)]
mod clients;
#[cfg(test)]
mod dropped;
#[cfg(test)]
mod full_disk;
#[cfg(test)]
mod idempotency;
#[cfg(test)]
mod kills;
#[cfg(test)]
mod ledger;
#[cfg(test)]
mod log_history;
#[cfg(test)]
mod place;
#[cfg(test)]
mod records;
#[cfg(test)]
mod sequencer_kills;
#[cfg(test)]
mod stopping;
#[cfg(test)]
mod tampering;
#[cfg(test)]
mod two_processes;
