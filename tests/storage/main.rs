//! The contracts of the storage, each held by SQLite and PostgreSQL alike.

#[cfg(test)]
mod agencies;
#[cfg(test)]
mod encryption;
#[cfg(test)]
mod erasing;
#[cfg(test)]
mod figures;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod issuance;
#[cfg(test)]
mod log;
#[cfg(test)]
mod members;
#[cfg(test)]
mod opening;
#[cfg(test)]
mod organisations;
#[cfg(test)]
mod records;
#[cfg(test)]
mod search;
#[cfg(test)]
#[path = "../support/mod.rs"]
mod support;
