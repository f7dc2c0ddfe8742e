//! Splits a content stream or a `ToUnicode` map into tokens (ISO 32000-1 §7.2), in one pass and without recursion.

/// One token. Numbers are kept as words until somebody wants their value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A literal or hexadecimal string, decoded.
    String(Vec<u8>),
    /// A name without its slash, as written.
    Name(&'a [u8]),
    /// An operator or a number.
    Word(&'a [u8]),
    /// `[`
    Open,
    /// `]`
    Close,
    /// `<<`, `>>`, `{`, `}` and stray delimiters.
    Other,
}

/// The tokens of `0`.
#[derive(Debug)]
pub(super) struct Tokens<'a>(pub(super) &'a [u8]);

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        self.skip_blank();
        let (&first, after) = self.0.split_first()?;
        Some(match first {
            b'(' => Token::String(self.literal()),
            b'<' if !after.starts_with(b"<") => Token::String(self.hexadecimal()),
            b'/' => {
                self.0 = after;
                Token::Name(self.regular())
            }
            b'[' | b']' => {
                self.0 = after;
                if first == b'[' { Token::Open } else { Token::Close }
            }
            _ if is_delimiter(first) => {
                self.0 = after;
                Token::Other
            }
            _ => Token::Word(self.regular()),
        })
    }
}

impl<'a> Tokens<'a> {
    /// Passes over the data of an inline image, after its `ID`.
    pub(super) fn skip_inline_image(&mut self) {
        let end = memchr::memmem::find_iter(self.0, b"EI").find(|&at| {
            let blank_before = at.checked_sub(1).is_some_and(|before| self.0[before].is_ascii_whitespace());
            blank_before && self.0.get(at + 2).is_none_or(u8::is_ascii_whitespace)
        });
        self.0 = end.map_or(&[], |at| &self.0[at + 2..]);
    }

    fn skip_blank(&mut self) {
        loop {
            let blank = self.0.iter().take_while(|byte| is_blank(**byte)).count();
            self.0 = &self.0[blank..];
            if !self.0.starts_with(b"%") {
                return;
            }
            let comment = self.0.iter().take_while(|byte| !matches!(byte, b'\r' | b'\n')).count();
            self.0 = &self.0[comment..];
        }
    }

    fn regular(&mut self) -> &'a [u8] {
        let length = self.0.iter().take_while(|byte| !is_blank(**byte) && !is_delimiter(**byte)).count();
        let (word, rest) = self.0.split_at(length);
        self.0 = rest;
        word
    }

    /// A string in parentheses with its escapes (ISO 32000-1 §7.3.4.2).
    fn literal(&mut self) -> Vec<u8> {
        let mut text = Vec::new();
        let mut open = 0_usize;
        while let Some((&byte, after)) = self.0.split_first() {
            self.0 = after;
            match byte {
                b'\\' => self.escape(&mut text),
                b'(' => {
                    open += 1;
                    if open > 1 {
                        text.push(byte);
                    }
                }
                b')' if open == 1 => break,
                b')' => {
                    open -= 1;
                    text.push(byte);
                }
                _ => text.push(byte),
            }
        }
        text
    }

    fn escape(&mut self, text: &mut Vec<u8>) {
        let Some((&byte, after)) = self.0.split_first() else { return };
        self.0 = after;
        match byte {
            b'0'..=b'7' => {
                let more = self.0.iter().take(2).take_while(|digit| matches!(digit, b'0'..=b'7')).count();
                let (digits, rest) = self.0.split_at(more);
                self.0 = rest;
                text.push(
                    digits.iter().fold(byte - b'0', |value, digit| value.wrapping_mul(8).wrapping_add(digit - b'0')),
                );
            }
            b'\r' => self.0 = self.0.strip_prefix(b"\n").unwrap_or(self.0),
            b'\n' => {}
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' | b'f' => text.push(b' '),
            other => text.push(other),
        }
    }

    fn hexadecimal(&mut self) -> Vec<u8> {
        let end = memchr::memchr(b'>', self.0).unwrap_or(self.0.len());
        let (written, rest) = self.0.split_at(end);
        self.0 = rest.get(1..).unwrap_or_default();
        let digits: Vec<u8> = written.iter().filter_map(|&byte| hex_value(byte)).collect();
        digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect()
    }
}

fn hex_value(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b'\0' | b'\t' | b'\n' | b'\x0c' | b'\r' | b' ')
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_names_and_words_are_told_apart() {
        let content = br"/F1 12 Tf [(a\(b\051\\) -20.5 <4 1>]TJ % comment (x)
(nested (parentheses)) '";
        let tokens: Vec<Token<'_>> = Tokens(content).collect();
        assert_eq!(
            tokens,
            [
                Token::Name(b"F1"),
                Token::Word(b"12"),
                Token::Word(b"Tf"),
                Token::Open,
                Token::String(b"a(b)\\".to_vec()),
                Token::Word(b"-20.5"),
                Token::String(b"A".to_vec()),
                Token::Close,
                Token::Word(b"TJ"),
                Token::String(b"nested (parentheses)".to_vec()),
                Token::Word(b"'"),
            ]
        );
    }

    #[test]
    fn unfinished_strings_end_with_the_content() {
        for content in [&b"(never closed"[..], b"<41", b"(\\", b"<", b"(((", b"/", b">", b"\\"] {
            assert!(Tokens(content).count() <= 1, "{content:?}");
        }
    }
}
