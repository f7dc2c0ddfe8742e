//! What a credential may do: a closed set of words, and an unknown one grants nothing.

use std::fmt;
use std::str::FromStr;

use utoipa::ToSchema;

/// One thing that a token or a client certificate may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Verify certificates one by one, in the organisation's name.
    Verify,
    /// Verify many in one call.
    Batch,
    /// Follow the status of certificates that the organisation verified.
    Watch,
    /// Issue certificates of the organisation's kinds, and read its own.
    Issue,
    /// Change the status of the organisation's certificates.
    Revoke,
    /// Read the record as the auditor who answers for the credential, as far as her role goes at that moment.
    Audit,
}

/// A set of scopes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scopes(Vec<Scope>);

/// The text names something else than scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the scopes are verify, batch and watch for a verifier, issue, revoke and verify for an issuer, and audit for an issuer or an auditing agency"
)]
pub struct NotScope;

impl Scope {
    /// Each, in the order in which they are listed.
    pub const ALL: [Self; 6] = [Self::Verify, Self::Batch, Self::Watch, Self::Issue, Self::Revoke, Self::Audit];

    /// Its name on the wire, in the records and on the command line.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Batch => "batch",
            Self::Watch => "watch",
            Self::Issue => "issue",
            Self::Revoke => "revoke",
            Self::Audit => "audit",
        }
    }

    /// Whether an organisation with these roles may have it.
    pub fn fits(self, issuer: bool, verifier: bool, auditor: bool) -> bool {
        match self {
            // An issuing agency may audit itself.
            Self::Audit => auditor || issuer,
            Self::Verify => issuer || verifier,
            Self::Batch | Self::Watch => verifier,
            Self::Issue | Self::Revoke => issuer,
        }
    }
}

impl FromStr for Scope {
    type Err = NotScope;

    fn from_str(text: &str) -> Result<Self, NotScope> {
        Self::ALL.into_iter().find(|scope| scope.slug() == text).ok_or(NotScope)
    }
}

impl Scopes {
    /// The scopes that `words`, between spaces, name; a word that this program does not know grants nothing.
    pub fn parse(words: &str) -> Self {
        words.split_whitespace().filter_map(|word| word.parse().ok()).collect()
    }

    /// Whether `scope` is among them.
    pub fn hold(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Each of them, in the order of [`Scope::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = Scope> + '_ {
        self.0.iter().copied()
    }

    /// Those that an organisation with these roles may have.
    #[must_use]
    pub fn fitting(&self, issuer: bool, verifier: bool, auditor: bool) -> Self {
        self.iter().filter(|scope| scope.fits(issuer, verifier, auditor)).collect()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<T: IntoIterator<Item = Scope>>(scopes: T) -> Self {
        let mut scopes: Vec<_> = scopes.into_iter().collect();
        scopes.sort_unstable();
        scopes.dedup();
        Self(scopes)
    }
}

/// Words between spaces (RFC 6749 §3.3).
impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.iter().map(|scope| scope.slug()).collect::<Vec<_>>().join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_as_they_are_written_and_strange_words_grant_nothing() {
        let scopes = Scopes::parse("watch  verify everything verify");
        assert_eq!(scopes.to_string(), "verify watch");
        assert_eq!(Scopes::parse(&scopes.to_string()), scopes);
        assert!(scopes.hold(Scope::Verify) && !scopes.hold(Scope::Issue));
        assert_eq!("Verify".parse::<Scope>(), Err(NotScope));
    }

    #[test]
    fn a_verifier_never_issues_and_an_issuer_never_watches() {
        let all: Scopes = Scope::ALL.into_iter().collect();
        assert_eq!(all.fitting(false, true, false).to_string(), "verify batch watch");
        assert_eq!(all.fitting(true, false, false).to_string(), "verify issue revoke audit");
        assert_eq!(all.fitting(false, false, true).to_string(), "audit");
        assert_eq!(all.fitting(false, false, false).to_string(), "");
    }
}
