//! Trust: what somebody keeps to check certificates without asking, each piece signed under one root, never going back.
//!
//! A folder holds the root that is trusted, the published keys, the log's checkpoint with the hashes of its tree, and
//! the status lists, with every revocation of a key that was ever told. [`fetch()`] brings them, verifies each against
//! the root and against what the folder held before, and puts keys and lists into place at once, then the log at once.
//! [`Trust::load`] verifies everything but the tree again, and [`Trust::check_tree`] the tree. The folder proves nothing
//! against whoever may write to it: keep it as the root itself is kept.

mod evidence;
mod fetch;
mod folder;
mod root;
mod server;
mod tree;

pub use fetch::{FetchError, Fetched, FetchedList, MOST_GROWTH, Tell, fetch};
pub use folder::{Trust, TrustError};
pub use root::{NotRoot, Root};
pub use server::{Server, ServerError};
