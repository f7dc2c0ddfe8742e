//! A name of an organisation, a member or a credential: short, printable, and written one way.

use std::fmt;
use std::str::FromStr;

use unicode_normalization::UnicodeNormalization as _;

/// 1 to 100 printable characters in NFC, without spaces around them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String);

/// The text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a name has 1 to 100 printable characters")]
pub struct NotName;

impl Name {
    /// The characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Name {
    type Err = NotName;

    fn from_str(text: &str) -> Result<Self, NotName> {
        let name: String = text.trim().nfc().collect();
        let printable = |c: char| {
            !c.is_control()
                && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        };
        let fits = (1..=100).contains(&name.chars().count()) && name.chars().all(printable);
        if fits { Ok(Self(name)) } else { Err(NotName) }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_written_one_way_and_hides_nothing() {
        assert_eq!(" Sınaq Bankı ".parse::<Name>().unwrap().as_str(), "Sınaq Bankı");
        assert_eq!("U\u{308}".parse::<Name>().unwrap().as_str(), "Ü");
        for nonsense in ["", "  ", "a\nb", "bank\u{202e}knab", "a\u{200b}", &"n".repeat(101)] {
            assert_eq!(nonsense.parse::<Name>(), Err(NotName), "{nonsense:?}");
        }
    }
}
