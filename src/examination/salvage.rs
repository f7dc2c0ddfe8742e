//! Looks for numbers where no cross-reference table leads: overwritten revisions, foreign tails, broken files.

use std::collections::HashSet;

use memchr::memmem;

use super::numbers::Numbers;
use super::streams::Budget;

/// Streams that are looked into.
const MOST_STREAMS: usize = 10_000;
/// Bytes before `stream` in which its dictionary names what it is.
const DICTIONARY: usize = 256;

/// Searches the raw bytes, and every deflated stream that does not begin at one of the `known` places.
/// Gives back the PDF files that stood in streams.
pub(super) fn search(file: &[u8], known: &HashSet<usize>, budget: &mut Budget, numbers: &mut Numbers) -> Vec<Vec<u8>> {
    numbers.search_bytes(file);
    let mut embedded = Vec::new();
    for keyword in memmem::find_iter(file, b"stream").take(MOST_STREAMS) {
        let data = &file[keyword + b"stream".len()..];
        let data = data.strip_prefix(b"\r").unwrap_or(data);
        let Some(data) = data.strip_prefix(b"\n") else { continue };
        let dictionary = &file[keyword.saturating_sub(DICTIONARY)..keyword];
        let dictionary = &dictionary[memmem::rfind(dictionary, b"obj").unwrap_or(0)..];
        let tedious: [&[u8]; 3] = [b"/Image", b"/Length1", b"/FontFile"];
        if known.contains(&(file.len() - data.len()))
            || !is_zlib(data)
            || tedious.iter().any(|word| memmem::find(dictionary, word).is_some())
        {
            continue;
        }
        let Some(content) = budget.inflate(data) else { continue };
        numbers.search_bytes(&content);
        if content.starts_with(b"%PDF-") {
            embedded.push(content);
        }
    }
    embedded
}

/// The two bytes with which a zlib stream begins (RFC 1950 §2.2).
fn is_zlib(data: &[u8]) -> bool {
    matches!(data, [method, flags, ..] if method & 15 == 8 && (u16::from(*method) << 8 | u16::from(*flags)) % 31 == 0)
}
