//! The sandbox of a demonstration: something to present for every answer that a verifier can meet, with that answer.

use std::fmt;

use axum::body::Bytes;

use crate::catalogue::Translated;
use crate::certificate::Number;
use crate::verification::Verdict;

/// The samples, in the order in which a reader meets them; each name once.
#[derive(Debug, Clone, Default)]
pub struct Sandbox(Vec<Sample>);

/// Something to present. Whatever of it is presented gives the one answer that it expects.
///
/// Everything of it is public by intention; `Debug` prints its name only, since a code is printed nowhere.
#[derive(Clone)]
pub struct Sample {
    /// Its name in addresses, such as `revoked`.
    pub name: &'static str,
    /// What it shows.
    pub shows: Translated,
    /// What whoever presents it must be answered.
    pub expected: Expected,
    /// A number.
    pub number: Option<Number>,
    /// A code as printed or mistyped.
    pub code: Option<String>,
    /// The text of a QR.
    pub qr: Option<String>,
    /// A file.
    pub file: Option<SampleFile>,
}

/// The answer to a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// This verdict.
    Verdict(Verdict),
    /// The problem of this slug: nothing was verified.
    Problem(&'static str),
}

/// A file to present.
#[derive(Clone)]
pub struct SampleFile {
    /// Its name when it is kept.
    pub name: String,
    /// Its bytes.
    pub bytes: Bytes,
}

impl Sandbox {
    /// The sandbox of these samples.
    pub fn new(samples: Vec<Sample>) -> Self {
        Self(samples)
    }

    /// All of them.
    pub fn samples(&self) -> &[Sample] {
        &self.0
    }

    /// The sample of this name.
    pub fn sample(&self, name: &str) -> Option<&Sample> {
        self.0.iter().find(|sample| sample.name == name)
    }
}

impl Expected {
    /// The verdict's or the problem's name on the wire.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Verdict(verdict) => verdict.slug(),
            Self::Problem(slug) => slug,
        }
    }
}

impl fmt::Debug for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sample({})", self.name)
    }
}
