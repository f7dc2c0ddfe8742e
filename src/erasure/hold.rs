//! Why a hold keeps content: words that fit a line of the ledger, and name nobody.

use std::fmt;
use std::str::FromStr;

/// A hold's reason, such as the case's number: 3 to 200 printable characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HoldReason(String);

/// The text is no reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("give a reason of 3 to 200 characters, such as the case's number")]
pub struct NotHoldReason;

impl HoldReason {
    /// Its words.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for HoldReason {
    type Err = NotHoldReason;

    fn from_str(text: &str) -> Result<Self, NotHoldReason> {
        let text = text.trim();
        let fits = (3..=200).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        if fits { Ok(Self(text.to_owned())) } else { Err(NotHoldReason) }
    }
}

impl fmt::Display for HoldReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
