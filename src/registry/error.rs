//! What can go wrong between a question and its extract: each failure has its own case, and none holds personal data.

use crate::catalogue::SourceCode;
use crate::clock::Instant;
use crate::random::RandomUnavailable;

/// Why there is no extract.
///
/// `Display` and `Debug` are for telemetry: they hold no personal data and nothing that a source wrote.
/// What a person reads is chosen by [`RegistryError::slug`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// No connection came about, or it broke before an answer began, or what came over it was not HTTP.
    #[error("the registry source cannot be reached; try again later")]
    Unreachable,
    /// No answer within the time allowed.
    #[error("the registry source did not answer in time; try again later")]
    Slow,
    /// The source answered with an HTTP status other than 200 and 404; a redirect is never followed.
    #[error("the registry source refused the question with HTTP status {status}; ask those who run it")]
    Refused {
        /// The HTTP status.
        status: u16,
    },
    /// The source answered something that is no answer.
    #[error("the registry source's answer cannot be used: {what}; ask those who run it")]
    Garbled {
        /// What is wrong, without a word of the answer.
        what: &'static str,
    },
    /// The source knows nobody of this FİN.
    #[error("the registry source knows no such person; check the FİN")]
    NoSuchPerson,
    /// The source knows the person and does not say who she is.
    #[error("the registry source's record lacks {what}; it must be completed there first")]
    Incomplete {
        /// The missing part: `surname`, `given_name` or `birth_date`.
        what: &'static str,
    },
    /// The answer bears another FİN or another birth date than asked. The caller refuses and raises the alarm.
    #[error("the registry source answered about another person than asked; nothing may be issued")]
    AnotherPerson,
    /// FİN and birth date are as asked, and the name is another. The caller refuses with advice, without alarm.
    #[error("the registry source names the person otherwise; the two records must be brought together first")]
    AnotherName,
    /// The source failed so often that it is left in peace for a while.
    #[error("the registry source failed repeatedly and is not asked before {until}")]
    CircuitOpen {
        /// When it will be tried again.
        until: Instant,
    },
    /// No source of this name is configured.
    #[error("no registry source {0} is configured; name it in the configuration")]
    UnknownSource(SourceCode),
    /// No random bytes for the question's idempotency key.
    #[error("the operating system gave no random bytes for the question to the registry source")]
    NoRandom,
}

impl RegistryError {
    /// The failure's name for machines: chooses the words for a person, the problem's type and the metric's outcome.
    pub fn slug(&self) -> &'static str {
        match self {
            Self::Unreachable => "registry-unreachable",
            Self::Slow => "registry-slow",
            Self::Refused { .. } => "registry-refused",
            Self::Garbled { .. } => "registry-garbled",
            Self::NoSuchPerson => "registry-no-such-person",
            Self::Incomplete { .. } => "registry-incomplete",
            Self::AnotherPerson => "registry-another-person",
            Self::AnotherName => "registry-another-name",
            Self::CircuitOpen { .. } => "registry-circuit-open",
            Self::UnknownSource(_) => "registry-unknown-source",
            Self::NoRandom => "registry-no-random",
        }
    }

    /// Whether the source itself is failing, as opposed to one person's record.
    ///
    /// A garbled answer does not count: one broken record must not close the source to everybody else.
    pub(super) fn is_outage(&self) -> bool {
        matches!(self, Self::Unreachable | Self::Slow | Self::Refused { status: 500.. })
    }
}

impl From<RandomUnavailable> for RegistryError {
    fn from(_: RandomUnavailable) -> Self {
        Self::NoRandom
    }
}
