//! Turns the codes that a page shows back into text: by `ToUnicode` (ISO 32000-1 §9.10.3), else by the font's encoding.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Encoding, Object};

use super::streams::{Budget, LARGEST_STREAM};
use super::tokens::{Token, Tokens};

/// More entries than a font of two-byte codes can have are not kept.
const MOST_ENTRIES: usize = 1 << 16;

/// How to read the strings shown in one font.
#[derive(Debug)]
pub(super) struct Font<'a> {
    composite: bool,
    to_unicode: Option<ToUnicode>,
    encoding: Option<Encoding<'a>>,
}

impl<'a> Font<'a> {
    pub(super) fn new(dictionary: &'a Dictionary, document: &'a Document, budget: &mut Budget) -> Self {
        let composite = dictionary.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Type0");
        let to_unicode = dictionary
            .get_deref(b"ToUnicode", document)
            .and_then(Object::as_stream)
            .ok()
            .and_then(|stream| budget.decode(stream))
            .map(|map| ToUnicode::parse(&map));
        let encoding = if to_unicode.is_some() {
            None
        } else {
            dictionary.get_font_encoding_with_limit(document, LARGEST_STREAM).ok()
        };
        Self { composite, to_unicode, encoding }
    }

    /// The text of a shown string; codes of which the font says nothing are left out.
    pub(super) fn read(&self, shown: &[u8], text: &mut String) {
        match (&self.to_unicode, &self.encoding) {
            (Some(map), _) => map.read(shown, self.composite, text),
            (None, Some(encoding)) => text.push_str(&Document::decode_text(encoding, shown).unwrap_or_default()),
            (None, None) if self.composite => {}
            (None, None) => text.extend(shown.iter().map(|&byte| char::from(byte))),
        }
    }
}

/// A `ToUnicode` map. Ranges are kept as ranges.
#[derive(Debug, Default)]
struct ToUnicode {
    /// Length in bytes, first and last code.
    code_space: Vec<(usize, u32, u32)>,
    /// By first code: last code, and the UTF-16 of the first.
    ranges: BTreeMap<u32, (u32, Vec<u16>)>,
}

impl ToUnicode {
    fn parse(map: &[u8]) -> Self {
        let mut parsed = Self::default();
        let mut operands: Vec<Token<'_>> = Vec::new();
        for token in Tokens(map) {
            match token {
                Token::Word(b"endcodespacerange") => parsed.add_code_space(&operands),
                Token::Word(b"endbfchar") => parsed.add_characters(&operands),
                Token::Word(b"endbfrange") => parsed.add_ranges(&operands),
                Token::String(_) | Token::Open | Token::Close if operands.len() < 4 * MOST_ENTRIES => {
                    operands.push(token);
                    continue;
                }
                _ => {}
            }
            operands.clear();
        }
        parsed
    }

    fn add_code_space(&mut self, operands: &[Token<'_>]) {
        for pair in operands.chunks_exact(2) {
            if let [Token::String(first), Token::String(last)] = pair
                && (1..=4).contains(&first.len())
                && self.code_space.len() < 64
            {
                self.code_space.push((first.len(), code(first), code(last)));
            }
        }
    }

    fn add_characters(&mut self, operands: &[Token<'_>]) {
        for pair in operands.chunks_exact(2) {
            if let [Token::String(source), Token::String(target)] = pair {
                self.add(code(source), code(source), utf16(target));
            }
        }
    }

    fn add_ranges(&mut self, operands: &[Token<'_>]) {
        let mut rest = operands;
        while let [Token::String(first), Token::String(last), after @ ..] = rest {
            let (first, last) = (code(first), code(last));
            rest = match after {
                [Token::String(target), after @ ..] => {
                    self.add(first, last, utf16(target));
                    after
                }
                [Token::Open, after @ ..] => {
                    let end = after.iter().position(|token| *token == Token::Close).unwrap_or(after.len());
                    for (source, token) in (first..=last).zip(&after[..end]) {
                        if let Token::String(target) = token {
                            self.add(source, source, utf16(target));
                        }
                    }
                    after.get(end + 1..).unwrap_or_default()
                }
                _ => return,
            };
        }
    }

    fn add(&mut self, first: u32, last: u32, target: Vec<u16>) {
        if self.ranges.len() < MOST_ENTRIES {
            self.ranges.insert(first, (last, target));
        }
    }

    fn read(&self, shown: &[u8], composite: bool, text: &mut String) {
        let mut rest = shown;
        while !rest.is_empty() {
            let length = if composite { self.code_length(rest) } else { 1 };
            let (source, after) = rest.split_at(length.min(rest.len()));
            self.look_up(code(source), text);
            rest = after;
        }
    }

    fn code_length(&self, shown: &[u8]) -> usize {
        let fits = |&&(length, first, last): &&(usize, u32, u32)| {
            shown.get(..length).is_some_and(|source| (first..=last).contains(&code(source)))
        };
        self.code_space.iter().filter(fits).map(|&(length, ..)| length).min().unwrap_or(2)
    }

    fn look_up(&self, source: u32, text: &mut String) {
        let Some((first, (last, target))) = self.ranges.range(..=source).next_back() else { return };
        if source > *last {
            return;
        }
        let mut units = target.clone();
        if let (Some(unit), Ok(offset)) = (units.last_mut(), u16::try_from(source - first)) {
            *unit = unit.wrapping_add(offset);
        }
        text.push_str(&String::from_utf16_lossy(&units));
    }
}

/// A code of up to four bytes.
fn code(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |value, &byte| value << 8 | u32::from(byte))
}

/// A target: UTF-16, of which no sane map has more than a ligature's few units.
fn utf16(bytes: &[u8]) -> Vec<u16> {
    if let [byte] = bytes {
        return vec![u16::from(*byte)];
    }
    bytes.as_chunks::<2>().0.iter().take(8).map(|&pair| u16::from_be_bytes(pair)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(map: &[u8], shown: &[u8], composite: bool) -> String {
        let mut text = String::new();
        ToUnicode::parse(map).read(shown, composite, &mut text);
        text
    }

    #[test]
    fn characters_ranges_and_lists_are_looked_up() {
        let map = b"1 begincodespacerange <0000> <FFFF> endcodespacerange
            1 beginbfchar <0003> <0020> endbfchar
            2 beginbfrange <0010> <0019> <0030> <0020> <0021> [<018F> <00660066>] endbfrange";
        assert_eq!(read(map, &[0, 0x12, 0, 3, 0, 0x19, 0, 0x20, 0, 0x21, 0, 0x77], true), "2 9Əff");
    }

    #[test]
    fn a_simple_font_has_codes_of_one_byte_whatever_its_map_claims() {
        let map =
            b"1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <0041> <0042> <0061> endbfrange";
        assert_eq!(read(map, b"AB", false), "ab");
    }

    #[test]
    fn a_map_of_nonsense_reads_as_nothing() {
        for map in [&b"endbfrange <00> endbfchar <01> <02> [ endbfrange"[..], b"<00> <ffffffff> [ endbfrange", b""] {
            assert_eq!(read(map, b"\x05", true), "");
        }
    }
}
