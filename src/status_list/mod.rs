//! Status lists (IETF Token Status List): one signed list says of half a million certificates whether each still stands.
//!
//! [`Places`] is the list's array of bits, [`sign`] puts it into a JWT, [`StatusList::open`] believes one that this
//! service signed. Whoever keeps a list keeps what it could say at its date: how old it is, it tells itself.

mod places;
#[cfg(test)]
mod tests;
mod token;

pub use places::{ENTRIES, Places, PlacesRefused, standing_of, value_of};
pub use token::{StatusList, StatusListRefused, StatusListStatement, TTL_SECONDS, TYPE, sign};
