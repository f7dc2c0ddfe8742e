//! What the desk and the command line show of retention: what is over its term, what is held, and the runs that were.

use super::{Erasure, ErasureError, OverByKind, Run, StandingHold};
use crate::auth::Reach;

/// The most holds that are shown.
const HOLDS: u32 = 200;
/// The most runs.
const RUNS: u32 = 50;

impl Erasure {
    /// What is over its term now, within a reach.
    pub async fn over(&self, reach: &Reach) -> Result<Vec<OverByKind>, ErasureError> {
        Ok(self.storage.over_by_kind(self.clock.now(), reach.only()).await?)
    }

    /// The holds that stand within a reach, latest first.
    pub async fn holds(&self, reach: &Reach) -> Result<Vec<StandingHold>, ErasureError> {
        Ok(self.storage.standing_holds(reach.only(), HOLDS).await?)
    }

    /// The latest runs, each with as much of its report as is within a reach; none of which nothing is.
    pub async fn runs(&self, reach: &Reach) -> Result<Vec<Run>, ErasureError> {
        let mut runs = Vec::new();
        for record in self.storage.erasing_runs(RUNS).await? {
            let own = reach.only().is_none() || record.issuer.as_ref() == reach.only();
            let run = Run::of(record)?;
            let report = run.report.within(reach);
            if own || !report.rows.is_empty() {
                // What was proposed about all agencies is not one agency's to read.
                runs.push(Run { report, proposal: run.proposal.filter(|_| own), ..run });
            }
        }
        Ok(runs)
    }
}
