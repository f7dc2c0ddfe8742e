//! The witness (C2SP tlog-witness): a second organisation's word that a log only grew, on both sides of the wire.
//!
//! [`Witnessing`] is the small service that such an organisation runs: it remembers the largest checkpoint of each log
//! that it cosigned, durably and before it answers, and cosigns nothing that does not continue it. [`WitnessClient`]
//! is how a log asks one.

mod client;
mod memory;
mod service;

pub use client::{Answer, WitnessClient, WitnessError};
pub use memory::{Refusal, Witnessing, WitnessingError, origin_hash};
pub use service::router;
