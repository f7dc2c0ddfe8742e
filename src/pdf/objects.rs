//! A certificate's own objects, written directly: numbers, offsets, cross-reference table and trailer (ISO 32000-1 §7.5).

use std::fmt::Write as _;

use flate2::{Compress, Compression, FlushCompress};

use super::beginning::Beginning;

/// What is deflated here is not deflated again where it is stored. Of an ordinary certificate's page level 1 leaves
/// 10.0 kB, this one 7.0 kB and level 9 6.5 kB, in 70, 240 and 700 µs.
const LEVEL: u32 = 4;

/// The number of an indirect object; its generation is always 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number(pub(super) u32);

/// The objects that follow a [`Beginning`], in one growing piece of bytes.
pub(super) struct Objects {
    bytes: Vec<u8>,
    begins_at: usize,
    /// Where each object begins in the file, by number; 0 until it is written.
    offsets: Vec<usize>,
    deflater: Compress,
    scratch: Vec<u8>,
}

impl Objects {
    pub(super) fn after(beginning: &Beginning) -> Self {
        Self {
            bytes: Vec::with_capacity(64 * 1024),
            begins_at: beginning.bytes.len(),
            offsets: beginning.offsets.clone(),
            deflater: Compress::new(Compression::new(LEVEL), true),
            scratch: Vec::new(),
        }
    }

    /// Gives out the next `count` numbers, of which the first is returned.
    pub(super) fn reserve(&mut self, count: usize) -> Number {
        let first = self.offsets.len();
        self.offsets.resize(first + count, 0);
        Number(u32::try_from(first).unwrap_or(u32::MAX))
    }

    /// Begins the object that a reserved number names.
    pub(super) fn begin(&mut self, number: Number) -> &mut Self {
        let offset = self.begins_at + self.bytes.len();
        if let Some(place) = self.offsets.get_mut(number.0 as usize) {
            *place = offset;
        }
        self.integer(number.0 as usize).text(" 0 obj\n")
    }

    pub(super) fn end(&mut self) {
        self.text("\nendobj\n");
    }

    /// Writes PDF source as it stands.
    pub(super) fn text(&mut self, source: &str) -> &mut Self {
        self.bytes.extend_from_slice(source.as_bytes());
        self
    }

    pub(super) fn integer(&mut self, number: usize) -> &mut Self {
        push_integer(&mut self.bytes, number);
        self
    }

    pub(super) fn reference(&mut self, number: Number) -> &mut Self {
        self.integer(number.0 as usize).text(" 0 R")
    }

    /// A text string: ASCII as it is, anything else in UTF-16 with its mark (§7.9.2.2).
    pub(super) fn string(&mut self, text: &str) -> &mut Self {
        if text.bytes().all(|b| (b' '..=b'~').contains(&b) && !b"()\\".contains(&b)) {
            return self.text("(").text(text).text(")");
        }
        self.text("<FEFF");
        for unit in text.encode_utf16() {
            self.hexadecimal(&unit.to_be_bytes());
        }
        self.text(">")
    }

    /// Zeros, to be overwritten.
    pub(super) fn zeros(&mut self, count: usize) -> &mut Self {
        self.bytes.resize(self.bytes.len() + count, b'0');
        self
    }

    pub(super) fn hexadecimal(&mut self, bytes: &[u8]) -> &mut Self {
        for byte in bytes {
            self.bytes.extend([HEXADECIMAL[usize::from(byte >> 4)], HEXADECIMAL[usize::from(byte & 15)]]);
        }
        self
    }

    /// A stream object as it stands, with more entries for its dictionary.
    pub(super) fn stream(&mut self, number: Number, entries: &str, data: &[u8]) {
        self.begin(number).text("<<").text(entries).text("/Length ").integer(data.len()).text(">>\nstream\n");
        self.bytes.extend_from_slice(data);
        self.text("\nendstream").end();
    }

    /// A stream object, deflated.
    pub(super) fn deflated(&mut self, number: Number, entries: &str, data: &[u8]) {
        let mut scratch = std::mem::take(&mut self.scratch);
        deflate(&mut self.deflater, data, &mut scratch);
        self.stream(number, &format!("{entries}/Filter/FlateDecode"), &scratch);
        self.scratch = scratch;
    }

    /// How many bytes are written so far, not counting the beginning.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Writes the cross-reference table and the trailer, and hands everything over.
    ///
    /// `id` names the document; its two halves are equal because this is its first revision (§14.4).
    pub(super) fn finish(mut self, root: Number, info: Number, id: &[u8; 16]) -> Vec<u8> {
        let table_at = self.begins_at + self.bytes.len();
        let size = self.offsets.len();
        let mut table = String::with_capacity(20 * size + 32);
        let _ = write!(table, "xref\n0 {size}\n0000000000 65535 f\r\n");
        self.text(&table);
        for at in 1..size {
            self.entry(self.offsets[at]);
        }
        self.text("trailer\n<</Size ").integer(size).text("/Root ").reference(root).text("/Info ").reference(info);
        self.text("/ID[<").hexadecimal(id).text("><").hexadecimal(id).text(">]>>\nstartxref\n");
        self.integer(table_at).text("\n%%EOF\n");
        self.bytes
    }

    /// Twenty bytes: ten digits, the generation, and an end of line of two.
    fn entry(&mut self, offset: usize) {
        let mut digits = [b'0'; 10];
        let mut rest = offset;
        for place in digits.iter_mut().rev() {
            *place = HEXADECIMAL[rest % 10];
            rest /= 10;
        }
        self.bytes.extend_from_slice(&digits);
        self.text(" 00000 n\r\n");
    }
}

const HEXADECIMAL: &[u8; 16] = b"0123456789ABCDEF";

/// Appends a number in decimal.
pub(super) fn push_integer(bytes: &mut Vec<u8>, number: usize) {
    let mut digits = [0; 20];
    let (mut rest, mut first) = (number, digits.len());
    while first > 0 {
        first -= 1;
        digits[first] = HEXADECIMAL[rest % 10];
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    bytes.extend_from_slice(&digits[first..]);
}

/// Deflates `data` into `target`, which is emptied first.
pub(super) fn deflate(deflater: &mut Compress, data: &[u8], target: &mut Vec<u8>) {
    // A fresh one need not clear its tables again, which are larger than what it deflates.
    if deflater.total_in() > 0 {
        deflater.reset();
    }
    target.clear();
    // Stored blocks are the worst case: five bytes for each 16 KiB, and the frame.
    target.reserve(data.len() + data.len() / 1000 + 64);
    // There is room for all of it, so one call with `Finish` is enough, and it has no other way to fail.
    let _ = deflater.compress_vec(data, target, FlushCompress::Finish);
}
