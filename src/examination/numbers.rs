//! Finds what reads like a certificate's number in text that was split, spaced and re-hyphenated on its way.

use crate::certificate::Number;

/// More numbers than this in one file are not collected: a certificate has one.
const MOST_NUMBERS: usize = 64;
/// Bytes within which a number ends, spaced and in UTF-16.
const REACH: usize = 96;

/// The numbers found so far, in order, each once.
#[derive(Debug, Default)]
pub(super) struct Numbers(Vec<Number>);

impl Numbers {
    /// Looks through `text` as it stands, and again without its white space.
    pub(super) fn search(&mut self, text: &str) {
        let characters: Vec<char> = text.chars().map(plain).filter(|&c| c != '\u{ad}').collect();
        self.scan(&characters, &[' ', '-']);
        let joined: Vec<char> = characters.into_iter().filter(|&c| c != ' ').collect();
        self.scan(&joined, &['-']);
    }

    /// Looks through bytes of any sort, in UTF-8, UTF-16 or a superset of ASCII: near what begins like a number only,
    /// for there can be megabytes of them.
    pub(super) fn search_bytes(&mut self, bytes: &[u8]) {
        for at in memchr::memchr_iter(b'2', bytes) {
            let near = &bytes[at..bytes.len().min(at + REACH)];
            if begins_like_a_number(near) {
                let near: Vec<u8> = near.iter().copied().filter(|&byte| byte != 0).collect();
                self.search(&String::from_utf8_lossy(&near));
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn into_vec(self) -> Vec<Number> {
        self.0
    }

    fn scan(&mut self, text: &[char], separators: &[char]) {
        for at in 0..text.len() {
            if text[at] != '2' || self.0.len() >= MOST_NUMBERS {
                continue;
            }
            if let Some(number) = number_at(&text[at..], separators)
                && !self.0.contains(&number)
            {
                self.0.push(number);
            }
        }
    }
}

/// A year, four symbols and four symbols, each pair separated: never the first three groups of a code, which has four.
fn number_at(text: &[char], separators: &[char]) -> Option<Number> {
    let mut rest = text;
    let mut found = String::with_capacity(16);
    let mut hyphenated = true;
    for group in 0..3 {
        if group > 0 {
            let separated = rest.iter().take_while(|c| separators.contains(c)).count();
            if separated == 0 || separated > 3 {
                return None;
            }
            hyphenated &= rest[..separated].contains(&'-');
            rest = &rest[separated..];
        }
        let (symbols, after) = rest.split_at_checked(4)?;
        if symbols.iter().any(|c| !c.is_alphanumeric()) {
            return None;
        }
        found.extend(symbols);
        rest = after;
    }
    let goes_on = matches!(rest, ['-', more @ ..] if more.len() >= 4 && more[..4].iter().all(|c| c.is_alphanumeric()));
    // “2026 when they” is made of symbols, too; without hyphens a number must at least hold a digit.
    let wordlike = !hyphenated && !found.chars().skip(4).any(|c| c.is_ascii_digit());
    if goes_on || wordlike { None } else { found.parse().ok() }
}

/// All white space as one, all hyphens as one.
fn plain(character: char) -> char {
    match character {
        '‐' | '‑' | '‒' | '–' | '—' | '−' | '_' => '-',
        white if white.is_whitespace() || matches!(white, '\0' | '\u{200b}' | '\u{feff}') => ' ',
        other => other,
    }
}

/// Four digits, however spaced, and then no digit and no letter.
fn begins_like_a_number(bytes: &[u8]) -> bool {
    let mut written = bytes.iter().filter(|&&byte| byte != 0 && !byte.is_ascii_whitespace());
    let year = written.by_ref().take(4).filter(|byte| byte.is_ascii_digit()).count() == 4;
    let spaced = bytes.get(4).is_some_and(|&byte| byte == 0 || byte.is_ascii_whitespace());
    year && (spaced || written.next().is_some_and(|byte| !byte.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let mut numbers = Numbers::default();
        numbers.search(text);
        numbers.into_vec().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_number_is_found_however_it_was_broken_up() {
        for text in [
            "Arayış № 2026-7KQ3-M9XD",
            "№2026-7KQ3-M9XDTarix: 24.11.2026",
            "2026 – 7KQ3 – M9XD",
            "2 0 2 6 - 7 K\nQ 3 - M 9 X D",
            "2026 7kq3 m9xd",
            "2026\u{ad}‑7KQ3‑M9XD",
            "24.11.2026 2026-7KQ3-M9XD 2026-7KQ3-M9XD",
        ] {
            assert_eq!(found(text), ["2026-7KQ3-M9XD"], "{text}");
        }
    }

    #[test]
    fn a_code_or_an_ordinary_text_is_no_number() {
        for text in [
            "2345-ABCD-EFGH-JKMN",
            "since 2026 when they",
            "2026",
            "in 2026 nothing happened",
            "2026-7KQ3",
            "20267KQ3M9XD",
            "2026-UUUU-M9XD",
        ] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn utf16_text_is_read() {
        let mut bytes = vec![0xfe, 0xff];
        bytes.extend("№ 2026-7KQ3-M9XD".encode_utf16().flat_map(u16::to_be_bytes));
        let mut numbers = Numbers::default();
        numbers.search_bytes(&bytes);
        assert_eq!(numbers.into_vec().len(), 1);
    }

    #[test]
    fn a_flood_of_numbers_is_cut_off() {
        let flood: Vec<String> = (1000..2000).map(|nth| format!("2026-AAAA-{nth}")).collect();
        assert_eq!(found(&flood.join(" ")).len(), MOST_NUMBERS);
    }
}
