//! What an offline answer stands on: which root, keys, status list and checkpoint, and from when each of them is.

use crate::clock::Instant;
use crate::status_list::StatusList;
use crate::trust::Trust;

/// What was fetched, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Knowledge {
    /// From which service.
    pub server: String,
    /// The root's fingerprint, on which all of it rests.
    pub root: String,
    /// When keys and checkpoint were fetched.
    pub fetched_at: Instant,
    /// The log's name and size at that time; none when it had no checkpoint.
    pub checkpoint: Option<(String, u64)>,
    /// The status list that was looked into.
    pub status_list: Option<ListKnowledge>,
    /// How old the policy allows knowledge to be, in milliseconds.
    pub max_age_millis: i64,
}

/// The status list that an answer stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListKnowledge {
    /// Its address.
    pub uri: String,
    /// When it was signed.
    pub issued_at: Instant,
    /// The first instant at which nothing rests on it any more.
    pub expires_at: Instant,
}

impl Knowledge {
    pub(super) fn of(trust: &Trust, status_list: Option<ListKnowledge>, max_age_millis: i64) -> Self {
        let checkpoint = trust.checkpoint.as_ref().map(|checkpoint| (checkpoint.origin.clone(), checkpoint.size));
        Self {
            server: trust.server().to_owned(),
            root: trust.root.fingerprint(),
            fetched_at: trust.fetched_at(),
            checkpoint,
            status_list,
            max_age_millis,
        }
    }
}

impl ListKnowledge {
    pub(super) fn of(list: &StatusList) -> Self {
        Self { uri: list.uri.clone(), issued_at: list.issued_at, expires_at: list.expires_at }
    }
}
