//! The figures of a period as far as an auditor's reach goes, and whether a registry's own count agrees with them.

use std::cmp::Ordering;

use jiff::civil::Date;

use super::{AuditingError, Inquiry};
use crate::auth::Auditor;
use crate::catalogue::KindCode;
use crate::clock::Instant;
use crate::storage::{Dimension, Measure, OutOfForce, Period};

/// What happened in a period: sums by name, in the order of the names.
#[derive(Debug, Clone)]
pub struct Figures {
    /// Certificates issued, by day.
    pub issued_by_day: Sums,
    /// By kind.
    pub issued_by_kind: Sums,
    /// By agency.
    pub issued_by_agency: Sums,
    /// How long their issuance took, by [`crate::storage::Took`].
    pub took: Sums,
    /// Verifications by verdict; for an auditor of one agency, of its certificates.
    pub verified_by_verdict: Sums,
    /// By basis.
    pub verified_by_basis: Sums,
    /// By the VÖEN of the organisation that verified; empty for who did not say.
    pub verified_by_organisation: Sums,
    /// Questions to registries, by source and answer, with a space between them.
    pub answers: Sums,
    /// Certificates out of force by a change of the period.
    pub out_of_force: Vec<OutOfForce>,
}

/// How many of each name.
pub type Sums = Vec<(String, u64)>;

/// A registry's count beside ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reconciliation {
    /// What the registry counted.
    pub theirs: u64,
    /// How many certificates were issued.
    pub ours: u64,
}

impl Reconciliation {
    /// Whether we issued fewer, as many or more than the registry counted, and by how many.
    pub fn difference(self) -> (Ordering, u64) {
        (self.ours.cmp(&self.theirs), self.ours.abs_diff(self.theirs))
    }
}

impl Inquiry {
    /// The figures of the days from `first` to `last`, in Baku.
    pub async fn figures(&self, auditor: &Auditor, first: Date, last: Date) -> Result<Figures, AuditingError> {
        let issuer = auditor.reach.only();
        let sums = |measure, by| self.storage.summed(measure, by, Period { first, last, issuer, kind: None });
        let (since, until) = (Instant::start_of(first), Instant::start_of(last).plus_days(1));
        Ok(Figures {
            issued_by_day: sums(Measure::Issued, Dimension::Day).await?,
            issued_by_kind: sums(Measure::Issued, Dimension::Kind).await?,
            issued_by_agency: sums(Measure::Issued, Dimension::Issuer).await?,
            took: sums(Measure::Took, Dimension::Outcome).await?,
            verified_by_verdict: sums(Measure::Verified, Dimension::Outcome).await?,
            verified_by_basis: sums(Measure::Verified, Dimension::Basis).await?,
            verified_by_organisation: sums(Measure::Verified, Dimension::Organisation).await?,
            answers: sums(Measure::Asked, Dimension::Answer).await?,
            out_of_force: self.storage.out_of_force(since, until, issuer).await?,
        })
    }

    /// A registry's own count for a kind and a period beside ours.
    pub async fn reconcile(
        &self,
        auditor: &Auditor,
        kind: &KindCode,
        (first, last): (Date, Date),
        theirs: u64,
    ) -> Result<Reconciliation, AuditingError> {
        let period = Period { first, last, issuer: auditor.reach.only(), kind: Some(kind) };
        let issued = self.storage.summed(Measure::Issued, Dimension::Kind, period).await?;
        Ok(Reconciliation { theirs, ours: issued.iter().map(|(_, count)| count).sum() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_says_which_way() {
        let difference = |theirs, ours| Reconciliation { theirs, ours }.difference();
        assert_eq!(difference(7, 7), (Ordering::Equal, 0));
        assert_eq!(difference(7, 9), (Ordering::Greater, 2));
        assert_eq!(difference(9, 7), (Ordering::Less, 2));
    }
}
