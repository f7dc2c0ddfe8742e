//! The places of a status list: so many bits for each certificate, packed from the lowest bit, compressed with zlib.

use std::io::Read as _;

use flate2::Compression;
use flate2::read::{ZlibDecoder, ZlibEncoder};

use crate::certificate::Standing;

/// How many places a list has.
pub const ENTRIES: u32 = 1 << 20;
/// How many bits a place of this service's lists has.
pub(super) const BITS: u8 = 2;

/// The statuses of a list, by place. Its length is whole bytes, so that some places at the end may stand for nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    bits: u8,
    bytes: Vec<u8>,
}

/// Why a compressed array is no list of places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlacesRefused {
    /// A place has 1, 2, 4 or 8 bits.
    #[error("a place of a status list has 1, 2, 4 or 8 bits")]
    Bits,
    /// It would have more places than a list has, however little it is when compressed.
    #[error("the status list has more than {ENTRIES} places")]
    TooLarge,
    /// It is no zlib data, or not all of it, or something follows it.
    #[error("the status list is not whole zlib data")]
    Damaged,
}

impl Places {
    /// [`ENTRIES`] places of two bits, all of them 0: valid, or nobody's.
    pub fn all_valid() -> Self {
        Self { bits: BITS, bytes: vec![0; byte_length(BITS)] }
    }

    /// How many bits each place has.
    pub fn bits(&self) -> u8 {
        self.bits
    }

    /// The value at a place; none beyond the last.
    pub fn get(&self, index: u32) -> Option<u8> {
        let (byte, shift) = self.locate(index);
        Some(self.bytes.get(byte)? >> shift & self.mask())
    }

    /// Sets the value at a place, as far as the place and its bits go.
    pub fn set(&mut self, index: u32, value: u8) {
        let ((at, shift), mask) = (self.locate(index), self.mask());
        if let Some(byte) = self.bytes.get_mut(at) {
            *byte = *byte & !(mask << shift) | (value & mask) << shift;
        }
    }

    /// The array as zlib data (RFC 1950), as small as it can be made.
    pub fn compress(&self) -> Vec<u8> {
        let mut compressed = Vec::new();
        // Reading from memory cannot fail.
        let _ = ZlibEncoder::new(self.bytes.as_slice(), Compression::best()).read_to_end(&mut compressed);
        compressed
    }

    /// The array in zlib data. No more is ever unpacked than a list may hold.
    pub fn decompress(bits: u8, compressed: &[u8]) -> Result<Self, PlacesRefused> {
        if !matches!(bits, 1 | 2 | 4 | 8) {
            return Err(PlacesRefused::Bits);
        }
        let most = byte_length(bits);
        let mut decoder = ZlibDecoder::new(compressed);
        let mut bytes = Vec::new();
        let unpacked = decoder.by_ref().take(most as u64 + 1).read_to_end(&mut bytes);
        match unpacked {
            Ok(length) if length > most => Err(PlacesRefused::TooLarge),
            Ok(_) if decoder.total_in() == compressed.len() as u64 => Ok(Self { bits, bytes }),
            _ => Err(PlacesRefused::Damaged),
        }
    }

    /// The byte of a place and how far its lowest bit stands from that byte's.
    fn locate(&self, index: u32) -> (usize, u32) {
        let each = 8 / u32::from(self.bits);
        ((index / each) as usize, index % each * u32::from(self.bits))
    }

    fn mask(&self) -> u8 {
        u8::MAX >> (8 - self.bits)
    }
}

fn byte_length(bits: u8) -> usize {
    ENTRIES as usize / 8 * usize::from(bits)
}

/// How a list writes a standing: 0 valid, 1 revoked, 2 suspended, 3 superseded.
pub fn value_of(standing: Standing) -> u8 {
    match standing {
        Standing::InForce => 0,
        Standing::Revoked => 1,
        Standing::Suspended => 2,
        Standing::Superseded => 3,
    }
}

/// The standing that a list writes so.
pub fn standing_of(value: u8) -> Option<Standing> {
    [Standing::InForce, Standing::Revoked, Standing::Suspended, Standing::Superseded]
        .into_iter()
        .find(|standing| value_of(*standing) == value)
}
