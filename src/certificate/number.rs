//! The certificate's number: printed, not secret, and by itself good for asking the status only.

use std::fmt;
use std::str::FromStr;

use super::crockford;

/// The year of issue in Baku and 40 random bits: `2026-7KQ3-M9XD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Number {
    year: i16,
    symbols: [u8; 8],
}

/// The text is not a certificate's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a number is a year and eight letters and digits, such as `2026-7KQ3-M9XD`")]
pub struct NotNumber;

impl Number {
    /// The number of `year`, four digits, and 40 random bits.
    pub fn from_random(year: i16, random: [u8; 5]) -> Self {
        let bits = random.iter().fold(0_u64, |bits, &byte| bits << 8 | u64::from(byte));
        let mut symbols = [0; 8];
        for (place, slot) in symbols.iter_mut().enumerate() {
            *slot = (bits >> (35 - 5 * place)).to_le_bytes()[0] & 31;
        }
        Self { year, symbols }
    }
}

impl FromStr for Number {
    type Err = NotNumber;

    /// Accepts what people type; see `crockford::value`.
    fn from_str(text: &str) -> Result<Self, NotNumber> {
        let typed: String = text.chars().filter(|&c| !crockford::separates(c)).collect();
        let (year, rest) = typed.split_at_checked(4).ok_or(NotNumber)?;
        if !year.bytes().all(|b| b.is_ascii_digit()) || !year.starts_with('2') {
            return Err(NotNumber);
        }
        let symbols = crockford::parse::<8>(rest).ok_or(NotNumber)?;
        Ok(Self { year: year.parse().map_err(|_| NotNumber)?, symbols })
    }
}

/// As printed: `2026-7KQ3-M9XD`.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let symbols: String = self.symbols.iter().map(|&value| crockford::symbol(value)).collect();
        write!(f, "{:04}-{}-{}", self.year, &symbols[..4], &symbols[4..])
    }
}

impl serde::Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_reads_back_as_it_was_printed() {
        for random in [[0; 5], [255; 5], [1, 2, 3, 4, 5], [0x3b, 0xae, 0x9d, 0x0f, 0x42]] {
            let number = Number::from_random(2026, random);
            assert_eq!(number.to_string().parse(), Ok(number));
            assert_eq!(number.to_string().to_lowercase().replace('-', " ").parse(), Ok(number));
        }
        assert_eq!(Number::from_random(2026, [255; 5]).to_string(), "2026-ZZZZ-ZZZZ");
    }

    #[test]
    fn what_is_not_a_number_is_refused() {
        for nonsense in
            ["", "2026", "2026-7KQ3-M9X", "2026-7KQ3-M9XDD", "20267KQ3M9XU", "X026-7KQ3-M9XD", "1026-7KQ3-M9XD"]
        {
            assert_eq!(nonsense.parse::<Number>(), Err(NotNumber), "{nonsense}");
        }
    }
}
