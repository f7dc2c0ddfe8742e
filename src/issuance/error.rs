//! Why nothing was issued: each cause its own case, so that each person is told what to do.

use crate::catalogue::Issuer;
use crate::certificate::{ConditionUnmet, Misfit};
use crate::clock::Instant;
use crate::registry::RegistryError;
use crate::storage::StorageError;

/// Why a request ended without a certificate.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// No kind of this code is in force.
    #[error("no kind of this code is in force; `earayis kinds list` shows them")]
    UnknownKind,
    /// The kind knows no such purpose.
    #[error("the kind knows no such purpose")]
    UnknownPurpose,
    /// The actor may not have this certificate issued.
    #[error("whoever asks may not have this certificate issued")]
    NotPermitted,
    /// The kind is issued after the agency approved.
    #[error("certificates of this kind need the agency's approval, within {working_days} working days")]
    NeedsApproval {
        /// Whose approval.
        issuer: Issuer,
        /// The agency's term.
        working_days: u32,
    },
    /// The key was used for another request.
    #[error("this idempotency key was used for another request")]
    KeyReused,
    /// A registry gave no extract.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// A registry's extract does not fit the kind.
    #[error(transparent)]
    Misfit(#[from] Misfit),
    /// A name holds a letter that the certificate's font lacks.
    #[error("`{0}` holds a letter that the certificate's font cannot draw")]
    Undrawable(&'static str),
    /// What the certificate would state holds no longer.
    #[error("what the certificate would state has ended already")]
    TermOver,
    /// The kind's condition is not met.
    #[error(transparent)]
    Condition(#[from] ConditionUnmet),
    /// Chance gave a number, code or place that was taken, again and again: something is broken.
    #[error("no free number, code or place was found")]
    NoFreePlace,
    /// The page could not be drawn.
    #[error(transparent)]
    Draw(#[from] crate::pdf::PdfError),
    /// The seal could not be made.
    #[error(transparent)]
    Seal(#[from] crate::seal::SealError),
    /// The QR's token could not be made.
    #[error(transparent)]
    Token(#[from] crate::qr::token::TokenError),
    /// The clock is behind what was recorded.
    #[error("the clock is behind {recorded}, when the log was last written; set it right")]
    ClockBehind {
        /// When the log was last written.
        recorded: Instant,
    },
    /// The records did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// There was no chance to be had.
    #[error(transparent)]
    Random(#[from] crate::random::RandomUnavailable),
    /// The stored content is not what this service writes.
    #[error("the stored content is not what this service writes")]
    Content(#[from] serde_json::Error),
    /// The certificate's content was erased.
    #[error("the certificate's content was erased")]
    Erased,
    /// The task ended before its time.
    #[error("the issuance was interrupted")]
    Interrupted,
}

impl IssueError {
    /// The cause's name in metrics and problems.
    pub fn slug(&self) -> &'static str {
        match self {
            Self::UnknownKind => "unknown-kind",
            Self::UnknownPurpose => "unknown-purpose",
            Self::NotPermitted => "not-permitted",
            Self::NeedsApproval { .. } => "needs-approval",
            Self::KeyReused => "idempotency-key-reused",
            Self::Registry(error) => error.slug(),
            Self::Misfit(_) => "registry-incomplete",
            Self::Undrawable(_) => "undrawable",
            Self::TermOver => "term-over",
            Self::Condition(_) => "condition-not-met",
            Self::Erased => "erased",
            Self::NoFreePlace
            | Self::ClockBehind { .. }
            | Self::Draw(_)
            | Self::Seal(_)
            | Self::Token(_)
            | Self::Storage(_)
            | Self::Random(_)
            | Self::Content(_)
            | Self::Interrupted => "internal",
        }
    }
}
