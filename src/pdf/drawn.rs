//! A drawn certificate: complete but for the seal, which fills the place kept for it; then nothing changes any more.

use std::ops::Range;
use std::sync::Arc;

use ring::digest::Context;

use super::PdfError;
use super::beginning::{Beginning, digest};
use super::file::{SealPlace, Written};

/// A certificate that waits for its seal.
pub struct Drawn {
    /// The bytes it shares with others.
    pub beginning: Arc<Beginning>,
    own: Vec<u8>,
    /// In the own bytes, the seal's hexadecimal string with its brackets.
    contents: Range<usize>,
    /// The digest of everything before that string.
    before: Context,
}

/// A sealed certificate, byte for byte as it leaves the process.
pub struct Released {
    /// The bytes it shares with others, which come first.
    pub beginning: Arc<Beginning>,
    /// The bytes of its own.
    pub own: Vec<u8>,
    /// The SHA-256 of both together: by this the file is known again.
    pub sha256: [u8; 32],
}

impl Drawn {
    pub(super) fn new(beginning: Arc<Beginning>, written: Written) -> Self {
        let Written { mut own, seal: SealPlace { contents, byte_range } } = written;
        let start = beginning.bytes.len();
        let range = format!("[0 {} {} {}", start + contents.start, start + contents.end, own.len() - contents.end);
        // The placeholder keeps room for four numbers of ten digits; its closing bracket stays where it is.
        own[byte_range.start..byte_range.start + range.len()].copy_from_slice(range.as_bytes());
        let mut before = beginning.hashed.clone();
        before.update(&own[..contents.start]);
        Self { beginning, own, contents, before }
    }

    /// The SHA-256 over the byte range, that is over every byte but the seal's: what the seal signs.
    pub fn digest_to_seal(&self) -> [u8; 32] {
        let mut context = self.before.clone();
        context.update(&self.own[self.contents.end..]);
        digest(context)
    }

    /// How many bytes of CMS there is room for.
    pub fn reserve(&self) -> usize {
        (self.contents.len() - 2) / 2
    }

    /// Fills the seal in; the rest of its place stays zeros, which readers of DER pass over.
    pub fn fill(mut self, cms: &[u8]) -> Result<Released, PdfError> {
        if cms.len() > self.reserve() {
            return Err(PdfError::SealTooLarge { needed: cms.len(), reserve: self.reserve() });
        }
        for (place, byte) in self.own[self.contents.start + 1..].chunks_exact_mut(2).zip(cms) {
            place.copy_from_slice(&[HEXADECIMAL[usize::from(byte >> 4)], HEXADECIMAL[usize::from(byte & 15)]]);
        }
        let mut context = self.before;
        context.update(&self.own[self.contents.start..]);
        Ok(Released { beginning: self.beginning, own: self.own, sha256: digest(context) })
    }
}

const HEXADECIMAL: &[u8; 16] = b"0123456789abcdef";

impl Released {
    /// The whole file.
    pub fn bytes(&self) -> Vec<u8> {
        [self.beginning.bytes.as_slice(), &self.own].concat()
    }
}
