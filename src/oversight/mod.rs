//! Oversight: the whole log and the whole database, held against one another by whoever does not take our word for it.
//!
//! [`published()`] proves every published byte from the checkpoint's root down to the entries, [`Records`] holds each
//! row against them and each certificate against its acts, and the first thing wrong has a name: a [`Fault`]. Nothing
//! is kept of what was read, so that memory does not grow with the log. A [`Monitor`] follows a log from what it saw last.

mod acts;
mod consistency;
mod fault;
mod keys;
mod monitor;
mod places;
mod published;
mod source;
mod witnessed;

pub use acts::{ActsChecked, acts};
pub use fault::{CheckError, Fault};
pub use keys::LogKeys;
pub use monitor::{Monitor, MonitorError, Seen};
pub use places::Places;
pub use published::{Published, published};
pub use source::{LogSource, SourceError};

/// How far a check has come, and how far it must.
pub type Tell<'a> = &'a (dyn Fn(u64, u64) + Send + Sync);
