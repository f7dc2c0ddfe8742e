//! How the desk's pages say which field of a filter cannot be read.

use crate::auditing::{Filter, Place, Unreadable};

/// The name of the text that says what to write.
pub(super) fn advice(unreadable: Unreadable) -> &'static str {
    match unreadable {
        Unreadable::Number => "filter-no-number",
        Unreadable::Kind => "filter-no-kind",
        Unreadable::Issuer => "filter-no-voen",
        Unreadable::Date => "filter-no-date",
        Unreadable::Period => "filter-no-period",
        Unreadable::Status => "filter-no-status",
        Unreadable::Operator => "filter-no-operator",
        Unreadable::Act => "filter-no-act",
        Unreadable::Subject => "filter-no-subject",
        Unreadable::After => "filter-no-place",
    }
}

/// Where a page begins: of a place that cannot be read, the first does.
pub(super) fn place(filter: &Filter) -> Place {
    filter.place().unwrap_or(Place::START)
}
