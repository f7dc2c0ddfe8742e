//! Publication: what anybody may fetch to check certificates without asking about any, signed and never out of date.

mod status_lists;

pub use status_lists::{PublicationError, PublishedList, StatusLists};
