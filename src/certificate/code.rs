//! The verification code: the printed secret that proves possession of a certificate, with a check symbol against slips.

use std::fmt;
use std::str::FromStr;

use super::crockford;

/// Sixteen Crockford symbols: 75 random bits and a check symbol.
///
/// The check holds Σ αⁱ·cᵢ = 0 over GF(32) with x⁵+x²+1, so that any one wrong symbol and any swap of two is caught.
/// `Debug` prints nothing of it, and there is no `Display`: whoever shows a code says so by [`Code::printed`].
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Code([u8; 16]);

/// Why a typed text is no code. Neither is an answer about any certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotCode {
    /// It has not sixteen symbols of the code's alphabet.
    #[error("a verification code has sixteen letters and digits, and never U")]
    Form,
    /// Its check symbol does not fit: something was mistyped.
    #[error("the verification code was mistyped: its check symbol does not fit")]
    Check,
}

impl Code {
    /// The code of 75 random bits: the low five bits of each byte are a symbol.
    pub fn from_random(random: [u8; 15]) -> Self {
        let mut symbols = [0; 16];
        for (slot, byte) in symbols.iter_mut().zip(random) {
            *slot = byte & 31;
        }
        // α has order 31, so dividing by α¹⁵ is multiplying by α¹⁶.
        symbols[15] = (0..16).fold(weighted_sum(&symbols), |value, _| times_alpha(value));
        Self(symbols)
    }

    /// As printed and read aloud: `XXXX-XXXX-XXXX-XXXX`.
    pub fn printed(&self) -> String {
        let symbols = self.compact();
        format!("{}-{}-{}-{}", &symbols[..4], &symbols[4..8], &symbols[8..12], &symbols[12..])
    }

    /// The sixteen symbols without separators, as the QR carries them and the look-up digests them.
    pub fn compact(&self) -> String {
        self.0.iter().map(|&value| crockford::symbol(value)).collect()
    }
}

impl FromStr for Code {
    type Err = NotCode;

    /// Accepts what people type; see `crockford::value`.
    fn from_str(text: &str) -> Result<Self, NotCode> {
        let symbols = crockford::parse::<16>(text).ok_or(NotCode::Form)?;
        if weighted_sum(&symbols) == 0 { Ok(Self(symbols)) } else { Err(NotCode::Check) }
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

/// Σ αⁱ·cᵢ by Horner's rule, over GF(32), where addition is exclusive or.
fn weighted_sum(symbols: &[u8; 16]) -> u8 {
    symbols.iter().rev().fold(0, |sum, &symbol| times_alpha(sum) ^ symbol)
}

/// Multiplies by α, the root of x⁵+x²+1.
fn times_alpha(value: u8) -> u8 {
    let shifted = value << 1;
    if shifted & 0b10_0000 == 0 { shifted } else { (shifted ^ 0b00_0101) & 31 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fifteen bytes that differ for each `seed`, from a small linear generator: no randomness in a test.
    fn code(seed: u64) -> Code {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut bytes = [0; 15];
        for byte in &mut bytes {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = state.to_be_bytes()[0];
        }
        Code::from_random(bytes)
    }

    #[test]
    fn a_code_reads_back_as_it_was_printed() {
        for seed in 0..1000 {
            let code = code(seed);
            assert_eq!(code.printed().parse::<Code>().unwrap(), code);
            assert_eq!(code.printed().len(), 19);
        }
    }

    #[test]
    fn every_single_substitution_in_a_thousand_codes_is_caught() {
        for seed in 0..1000 {
            let right = code(seed).0;
            for place in 0..16 {
                for symbol in (0..32).filter(|&symbol| symbol != right[place]) {
                    let mut wrong = right;
                    wrong[place] = symbol;
                    let typed: String = wrong.iter().map(|&v| crockford::symbol(v)).collect();
                    assert_eq!(typed.parse::<Code>(), Err(NotCode::Check));
                }
            }
        }
    }

    #[test]
    fn every_swap_of_two_different_symbols_in_a_thousand_codes_is_caught() {
        for seed in 0..1000 {
            let right = code(seed).0;
            for first in 0..16 {
                for second in (first + 1..16).filter(|&second| right[second] != right[first]) {
                    let mut wrong = right;
                    wrong.swap(first, second);
                    let typed: String = wrong.iter().map(|&v| crockford::symbol(v)).collect();
                    assert_eq!(typed.parse::<Code>(), Err(NotCode::Check));
                }
            }
        }
    }

    #[test]
    fn typing_is_forgiven_where_it_cannot_mislead() {
        let code =
            (0..1000).map(code).find(|code| ["0", "1", "W", "A"].iter().all(|s| code.compact().contains(s))).unwrap();
        let printed = code.printed();
        for typed in [
            printed.to_lowercase(),
            printed.replace('-', " "),
            printed.replace('-', ""),
            format!("  {printed}\n"),
            printed.replace('0', "O").replace('1', "İ").replace('W', "Ü").replace('A', "А"),
            printed.replace('0', "о").replace('1', "ı").replace('W', "ü"),
        ] {
            assert_eq!(typed.parse::<Code>().as_ref(), Ok(&code), "{typed}");
        }
        assert_eq!(printed.replacen('-', "U", 1).parse::<Code>(), Err(NotCode::Form));
        assert_eq!(printed[..18].parse::<Code>(), Err(NotCode::Form));
        assert_eq!("".parse::<Code>(), Err(NotCode::Form));
    }

    #[test]
    fn debug_shows_no_code() {
        assert_eq!(format!("{:?}", code(1)), "Code(…)");
    }
}
