//! What a bank can do without asking: trust fetched, certificates and receipts checked offline, and each breach refused.

#[cfg(test)]
mod bank;
#[cfg(test)]
mod doctored;
#[cfg(test)]
mod fetched;
#[cfg(test)]
mod files;
#[cfg(test)]
mod forks;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod late;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod moved;
#[cfg(test)]
#[expect(dead_code, reason = "each target uses the server in its own way")]
#[path = "../support/postgres.rs"]
mod postgres;
#[cfg(test)]
mod receipts;
#[cfg(test)]
mod running;
#[cfg(test)]
#[expect(dead_code, reason = "each target drives the service in its own way")]
#[path = "../support/service.rs"]
mod service;
#[cfg(test)]
mod statuses;
