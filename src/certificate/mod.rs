//! The certificate: the document this service issues, what it states, of whom, by whom, and whether it holds.

pub mod code;
pub mod content;
mod crockford;
mod derive;
pub mod facts;
pub mod fit;
pub mod form;
pub mod holder;
pub mod number;
pub mod presentation;
pub mod qr_facts;
pub mod schema;
pub mod specimen;
pub mod status;

use std::sync::Arc;

use unicode_normalization::UnicodeNormalization as _;
use uuid::Uuid;

pub use code::{Code, NotCode};
pub use content::{Content, Fact};
pub use fit::{Answer, Misfit};
pub use form::ConditionUnmet;
pub use holder::{Holder, NotHolder};
pub use number::Number;
pub use qr_facts::QrValue;
pub use status::{Standing, Status, StatusAct, StatusReason};

use crate::catalogue::Kind;
use crate::clock::Instant;

/// A certificate as it is about to be drawn and sealed: everything the page, the attachment and the QR state.
#[derive(Debug, Clone)]
pub struct Certificate {
    /// Its id for machines, a `UUIDv7`.
    pub id: Uuid,
    /// Its printed number.
    pub number: Number,
    /// Its printed secret.
    pub code: Code,
    /// The kind and version under which it is issued.
    pub kind: Arc<Kind>,
    /// When it was issued.
    pub issued_at: Instant,
    /// The exclusive end of its validity, a midnight in Baku; none when it does not expire.
    pub valid_until: Option<Instant>,
    /// When the registry answered; the earliest, when several did.
    pub as_of: Instant,
    /// The registry's own reference to its answer.
    pub registry_reference: String,
    /// Of whom it speaks.
    pub holder: Holder,
    /// The purpose's code, one of the kind's.
    pub purpose: String,
    /// To whom it is to be given.
    pub recipient: Recipient,
    /// What it states of its kind.
    pub content: Content,
    /// Whether it is a demonstration's, without legal force.
    pub demonstration: bool,
}

/// To whom a certificate is to be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// Wherever it is asked for: “Tələb olunan yerə təqdim edilmək üçün”.
    WhereRequired,
    /// A named organisation, with its VÖEN when it was given; see [`Recipient::named`].
    Named {
        /// Its name, at most 200 characters.
        name: String,
        /// Its VÖEN.
        voen: Option<crate::catalogue::Voen>,
    },
}

impl Recipient {
    /// A named recipient, if the name has 1 to 200 printable characters; it is kept in NFC, without spaces around it.
    pub fn named(name: &str, voen: Option<crate::catalogue::Voen>) -> Option<Self> {
        let name: String = name.trim().nfc().collect();
        let fits = (1..=200).contains(&name.chars().count()) && !name.chars().any(char::is_control);
        fits.then_some(Self::Named { name, voen })
    }

    /// Whether a font that has the letters for which `drawable` is true can print it.
    pub fn is_drawable(&self, drawable: &dyn Fn(char) -> bool) -> bool {
        match self {
            Self::WhereRequired => true,
            Self::Named { name, .. } => name.chars().all(drawable),
        }
    }
}

#[cfg(test)]
mod tests;
