//! What is asked for when a certificate is asked for, parsed at the door.

use std::str::FromStr;

use crate::catalogue::KindCode;
use crate::certificate::Recipient;
use crate::registry::Question;

/// A request for one certificate.
#[derive(Debug, Clone)]
pub struct IssueRequest {
    /// Of which kind.
    pub kind: KindCode,
    /// About whom, and what is known of the person.
    pub subject: Question,
    /// The purpose's code; the kind's first when none is given.
    pub purpose: Option<String>,
    /// To whom it is to be given.
    pub recipient: Recipient,
}

impl IssueRequest {
    /// The request as bytes that are equal exactly when the requests are: what an idempotency key is bound to.
    pub fn canonical(&self) -> Vec<u8> {
        let (recipient, voen) = match &self.recipient {
            Recipient::WhereRequired => (None, None),
            Recipient::Named { name, voen } => (Some(name), voen.as_ref()),
        };
        let parts = serde_json::json!([
            "earayis/request/v1",
            self.kind,
            self.subject.fin.as_str(),
            self.purpose,
            recipient,
            voen,
        ]);
        parts.to_string().into_bytes()
    }
}

/// A key that makes repeats of a request return the first certificate: 1 to 128 visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

/// The text is no idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an `Idempotency-Key` has 1 to 128 visible ASCII characters")]
pub struct NotIdempotencyKey;

impl IdempotencyKey {
    /// The key itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for IdempotencyKey {
    type Err = NotIdempotencyKey;

    fn from_str(text: &str) -> Result<Self, NotIdempotencyKey> {
        let fits = (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if fits { Ok(Self(text.to_owned())) } else { Err(NotIdempotencyKey) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_visible_ascii() {
        assert!("018f2c1e-7b1a".parse::<IdempotencyKey>().is_ok());
        for nonsense in ["", "a b", "açar", "line\nbreak", &"k".repeat(129)] {
            assert_eq!(nonsense.parse::<IdempotencyKey>(), Err(NotIdempotencyKey), "{nonsense}");
        }
    }
}
