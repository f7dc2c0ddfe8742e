//! Trust: what somebody keeps to check certificates without asking, each piece signed under one root, never going back.
//!
//! A folder holds the root that is trusted, the published keys, the log's checkpoint and the status lists. [`fetch()`]
//! brings them, verifies each against the root and against what the folder held before, and puts them into place at
//! once or not at all. [`Trust::load`] verifies everything again. The folder proves nothing against whoever may write
//! to it: keep it as the root itself is kept.

mod evidence;
mod fetch;
mod folder;
mod root;
mod server;

pub use fetch::{FetchError, Fetched, FetchedList, fetch};
pub use folder::{Trust, TrustError};
pub use root::{NotRoot, Root};
