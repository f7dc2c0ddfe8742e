//! The figures of a period as far as an auditor's reach goes, and whether a registry's own count agrees with them.

use std::cmp::Ordering;

use jiff::civil::Date;

use super::{AuditingError, Inquiry};
use crate::auth::Auditor;
use crate::catalogue::KindCode;
use crate::clock::Instant;
use crate::storage::{DailyFigure, Measure, OutOfForce};

/// What happened in a period.
#[derive(Debug, Clone)]
pub struct Figures {
    /// Certificates issued.
    pub issued: Vec<DailyFigure>,
    /// How long their issuance took.
    pub took: Vec<DailyFigure>,
    /// Verifications; for an auditor of one agency, of its certificates.
    pub verified: Vec<DailyFigure>,
    /// Questions to registries.
    pub asked: Vec<DailyFigure>,
    /// Certificates out of force by a change of the period.
    pub out_of_force: Vec<OutOfForce>,
}

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
        let only = auditor.reach.only();
        let read = |measure| self.storage.daily_figures(measure, first, last, only);
        let (since, until) = (Instant::start_of(first), Instant::start_of(last).plus_days(1));
        Ok(Figures {
            issued: read(Measure::Issued).await?,
            took: read(Measure::Took).await?,
            verified: read(Measure::Verified).await?,
            asked: read(Measure::Asked).await?,
            out_of_force: self.storage.out_of_force(since, until, only).await?,
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
        let issued = self.storage.daily_figures(Measure::Issued, first, last, auditor.reach.only()).await?;
        let of_kind = issued.iter().filter(|figure| figure.counted.kind == kind.as_str());
        Ok(Reconciliation { theirs, ours: of_kind.map(|figure| figure.count).sum() })
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
