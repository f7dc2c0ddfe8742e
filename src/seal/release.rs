//! The one way from a drawn certificate to a released one: through an extract of a registry, and a seal.

use super::{SealError, Sealer};
use crate::clock::Instant;
use crate::pdf::{Drawn, Released};
use crate::registry::Extract;

impl Sealer {
    /// Seals what was drawn from `extracts`, of which there is at least one and all speak of one person.
    ///
    /// Only `registry` can make an extract: nobody seals what no registry said.
    pub fn seal(&self, drawn: Drawn, extracts: &[Extract], now: Instant) -> Result<Released, SealError> {
        let Some((first, others)) = extracts.split_first() else { return Err(SealError::NoExtract) };
        if others.iter().any(|other| other.holder().fin != first.holder().fin) {
            return Err(SealError::AnotherPerson);
        }
        let cms = self.cms(&drawn.digest_to_seal(), now)?;
        Ok(drawn.fill(&cms)?)
    }
}
