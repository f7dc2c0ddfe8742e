//! Auditing: what an auditor's own tools find, when all is right, and when somebody has laid hands on log or database.

#[cfg(test)]
#[path = "../support/mod.rs"]
#[expect(dead_code, unused_imports, unused_macros, reason = "each target uses its part of what all share")]
mod support;

#[cfg(test)]
#[path = "../support/service.rs"]
#[expect(dead_code, reason = "each target uses its part of what all share")]
mod service;

#[cfg(test)]
#[path = "../durability/chance.rs"]
#[expect(dead_code, reason = "each target uses its part of what all share")]
mod chance;

#[cfg(test)]
#[path = "../durability/clients.rs"]
#[expect(dead_code, reason = "each target uses its part of what all share")]
mod clients;

#[cfg(test)]
#[path = "../durability/place.rs"]
mod place;

#[cfg(test)]
#[path = "../durability/records.rs"]
#[expect(dead_code, reason = "each target uses its part of what all share")]
mod records;

#[cfg(test)]
#[path = "../door/authority.rs"]
#[expect(dead_code, reason = "each target uses its part of what all share")]
mod authority;

#[cfg(test)]
mod by_hand;
#[cfg(test)]
mod checked;
#[cfg(test)]
mod doctor;
#[cfg(test)]
mod flipped;
#[cfg(test)]
mod live;
#[cfg(test)]
mod readme;
#[cfg(test)]
mod restoring;
#[cfg(test)]
mod seeds;
#[cfg(test)]
mod tls_witness;
#[cfg(test)]
mod witnessed;
#[cfg(test)]
mod witnesses;
