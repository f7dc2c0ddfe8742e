//! Decodes streams within a budget: no stream unfolds into more than 16 MiB, no file into more than 64.

use std::io::Read;

use flate2::read::ZlibDecoder;
use lopdf::{Dictionary, Object, Stream};

/// Bytes that one stream may unfold into.
pub(super) const LARGEST_STREAM: usize = 16 << 20;
/// Bytes that all streams of a file may unfold into together.
const ALL_STREAMS: usize = 64 << 20;
/// Filters in a row: two are usual, more are an attack.
const MOST_FILTERS: usize = 3;
/// Columns of a predictor: enough for any picture, far from where a row fills the memory.
const MOST_COLUMNS: i64 = 1 << 16;

/// What may still be unfolded.
#[derive(Debug)]
pub(super) struct Budget {
    left: usize,
}

impl Budget {
    pub(super) fn new() -> Self {
        Self { left: ALL_STREAMS }
    }

    /// The decoded content, unless the stream is a picture, has foreign filters, or unfolds beyond what is left.
    pub(super) fn decode(&mut self, stream: &Stream) -> Option<Vec<u8>> {
        let limit = self.left.min(LARGEST_STREAM);
        if !is_modest(stream) || limit == 0 {
            return None;
        }
        let decoded = stream.get_plain_content_with_limit(limit);
        // What went wrong has cost its work as well.
        self.left = self.left.saturating_sub(decoded.as_ref().map_or(limit, Vec::len));
        decoded.ok().filter(|content| content.len() <= limit)
    }

    /// Whatever can be unfolded from `data`, a zlib stream (RFC 1950) followed by anything.
    pub(super) fn inflate(&mut self, data: &[u8]) -> Option<Vec<u8>> {
        let limit = self.left.min(LARGEST_STREAM);
        let mut content = Vec::new();
        let more_than_limit = u64::try_from(limit).ok()? + 1;
        // A stream that breaks off or fails its checksum still shows what came before.
        let _ = ZlibDecoder::new(data).take(more_than_limit).read_to_end(&mut content);
        self.left = self.left.saturating_sub(content.len());
        (content.len() <= limit).then_some(content)
    }
}

/// Whether the stream has only the general filters, few of them, and parameters within reason.
fn is_modest(stream: &Stream) -> bool {
    let general: [&[u8]; 8] =
        [b"FlateDecode", b"Fl", b"LZWDecode", b"LZW", b"ASCII85Decode", b"A85", b"ASCIIHexDecode", b"AHx"];
    let filters = match stream.dict.get(b"Filter") {
        Ok(_) => match stream.filters() {
            Ok(filters) => filters,
            Err(_) => return false,
        },
        Err(_) => Vec::new(),
    };
    let is_picture = stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Image");
    let modest_parameters = |parameters: &Dictionary| {
        [&b"Columns"[..], b"Colors", b"BitsPerComponent"]
            .iter()
            .all(|key| parameters.get(key).and_then(Object::as_i64).unwrap_or(1) <= MOST_COLUMNS)
    };
    let parameters_are_modest = match stream.dict.get(b"DecodeParms") {
        Ok(Object::Dictionary(parameters)) => modest_parameters(parameters),
        Ok(Object::Array(each)) => each.iter().filter_map(|one| one.as_dict().ok()).all(modest_parameters),
        Ok(Object::Reference(_)) => false,
        _ => true,
    };
    !is_picture
        && filters.len() <= MOST_FILTERS
        && filters.iter().all(|filter| general.contains(filter))
        && parameters_are_modest
}
