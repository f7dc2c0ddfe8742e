//! Settling: how long ago is long enough for the records to have every row of then.
//!
//! A row carries the instant at which its act began, and stands in the records when that is durable: an issuance after it
//! was drawn and sealed, each other act after its commit. What is told up to *now* can thus be contradicted by a row that
//! was under way. [`SETTLING_MILLIS`] is longer than an act can be: an issuance is drawn anew when
//! 30 s are over (`DRAWN_FOR_MILLIS` of issuance) before it is handed to the records, they take up no act that waited
//! 30 s, and a transaction begins within 40 s (its connection and the other's turn) or not at all; the rest is for its commit
//! and for clocks that differ by 5 s.

use super::Inquiry;
use crate::clock::Instant;

/// For how long a row may still come to the records with an instant that is past: three minutes.
pub const SETTLING_MILLIS: i64 = 180_000;

impl Inquiry {
    /// The instant before which no row is missing any more.
    pub fn settled(&self) -> Instant {
        self.clock.now().plus_millis(-SETTLING_MILLIS)
    }
}
