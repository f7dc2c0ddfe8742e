//! A line of the ledger: about which certificate, when, and what; one that another program wrote is none.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::clock::Instant;
use crate::erasure::HoldReason;

/// A line.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Line {
    /// The certificate's id.
    pub certificate: Uuid,
    /// When.
    pub at: Instant,
    /// What.
    pub step: Step,
}

/// What is about to be done to a certificate's content.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// It is erased.
    Erase,
    /// A hold keeps it, for this reason.
    Hold(HoldReason),
    /// The hold is lifted.
    Lift,
}

/// `ID INSTANT`, and for a hold `hold REASON` or `lift` behind it.
impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { certificate, at, step } = self;
        write!(f, "{certificate} {at}")?;
        match step {
            Step::Erase => Ok(()),
            Step::Hold(reason) => write!(f, " hold {reason}"),
            Step::Lift => f.write_str(" lift"),
        }
    }
}

impl FromStr for Line {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (certificate, rest) = text.split_once(' ').ok_or(())?;
        let (at, step) = rest.split_once(' ').unwrap_or((rest, ""));
        let step = match (step, step.strip_prefix("hold ")) {
            ("", _) if !rest.contains(' ') => Step::Erase,
            ("lift", _) => Step::Lift,
            (_, Some(reason)) => Step::Hold(reason.parse().map_err(|_| ())?),
            _ => return Err(()),
        };
        let certificate = certificate.parse().map_err(|_| ())?;
        Ok(Self { certificate, at: Instant::parse_rfc3339(at).ok_or(())?, step })
    }
}
