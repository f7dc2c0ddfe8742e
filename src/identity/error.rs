//! Why a provider's answer was not believed: each rule has its own name, and none tells anything of the person.

use crate::random::RandomUnavailable;

/// Why nobody was signed in.
#[derive(Debug, Clone, thiserror::Error)]
pub enum IdentityError {
    /// The provider could not be reached, or was too slow.
    #[error("the provider of the sign-in does not answer ({0}); try again later")]
    Unreachable(&'static str),
    /// It answered with another status than it should: its `error` where it gave a well-formed one.
    #[error("the provider of the sign-in refused ({status} {error})")]
    Refused {
        /// The status.
        status: u16,
        /// The error's code (RFC 6749 §5.2), or nothing.
        error: String,
    },
    /// Its answer is not of the form that it should have.
    #[error("the answer of the provider of the sign-in cannot be understood: {0}")]
    Garbled(&'static str),
    /// Its description is not of the provider that the settings name, or lacks what is needed.
    #[error("the description of the provider of the sign-in cannot be used: {0}")]
    Metadata(&'static str),
    /// What it says of the person breaks a rule.
    #[error("the provider's word about who signed in is not believed: {0}")]
    Token(Broken),
    /// There was no chance to be had.
    #[error(transparent)]
    Random(#[from] RandomUnavailable),
}

/// The rule that an ID token or a claim breaks (OpenID Connect Core 1.0 §3.1.3.7, RFC 7515, RFC 8725, RFC 9207).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each is explained by its own sentence")]
pub enum Broken {
    #[error("it is no signed token of the compact form")]
    Form,
    #[error("it is signed by an algorithm that is not accepted, or by none")]
    Algorithm,
    #[error("it asks for what is not understood (`crit`)")]
    Critical,
    #[error("it is a token of another sort")]
    Sort,
    #[error("it is signed by a key that the provider does not list for signing by this algorithm")]
    UnknownKey,
    #[error("its signature does not fit")]
    Signature,
    #[error("it is another issuer's")]
    Issuer,
    #[error("it is for another audience")]
    Audience,
    #[error("it was given to another party")]
    AuthorizedParty,
    #[error("it has expired")]
    Expired,
    #[error("it does not say until when it holds")]
    NoExpiry,
    #[error("it was issued at no time or at one that does not fit this sign-in")]
    IssuedAt,
    #[error("it does not hold yet")]
    NotYet,
    #[error("it belongs to another sign-in")]
    Nonce,
    #[error("it belongs to another access token")]
    AccessToken,
    #[error("it does not say who signed in")]
    Subject,
    #[error("what the provider says elsewhere is about another person")]
    OtherSubject,
    #[error("a claim that the settings ask for is missing or malformed")]
    Claim,
    #[error("the answer came from another provider than was asked")]
    MixedUp,
}

impl IdentityError {
    /// Its name in the metrics.
    pub fn slug(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "unreachable",
            Self::Refused { .. } => "refused",
            Self::Garbled(_) => "garbled",
            Self::Metadata(_) => "metadata",
            Self::Token(broken) => broken.slug(),
            Self::Random(_) => "random",
        }
    }
}

impl Broken {
    /// Its name in the metrics and in the log.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Algorithm => "algorithm",
            Self::Critical => "critical",
            Self::Sort => "sort",
            Self::UnknownKey => "unknown-key",
            Self::Signature => "signature",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
            Self::AuthorizedParty => "authorized-party",
            Self::Expired => "expired",
            Self::NoExpiry => "no-expiry",
            Self::IssuedAt => "issued-at",
            Self::NotYet => "not-yet",
            Self::Nonce => "nonce",
            Self::AccessToken => "access-token",
            Self::Subject => "subject",
            Self::OtherSubject => "other-subject",
            Self::Claim => "claim",
            Self::MixedUp => "mixed-up",
        }
    }
}

impl From<Broken> for IdentityError {
    fn from(broken: Broken) -> Self {
        Self::Token(broken)
    }
}
