//! FİN and VÖEN: the country's identifiers of a person and of an organisation, which exist here only when well formed.

use std::fmt;
use std::str::FromStr;

/// A person's identification number: seven characters `[0-9A-HJ-NP-Z]`, without a check digit.
///
/// `Debug` prints nothing of it, and there is no `Display`: whoever prints a FİN says so by [`Fin::as_str`].
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Fin(String);

/// The text is not a FİN: seven Latin letters or digits, none of them I or O.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a FİN has seven letters or digits, and never I or O")]
pub struct NotFin;

impl Fin {
    /// A number that no person has, for specimens.
    pub(crate) fn nobody() -> Self {
        Self("0000000".to_owned())
    }

    /// The seven characters, upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Fin {
    type Err = NotFin;

    /// Accepts lower case and surrounding spaces, as people type it.
    fn from_str(text: &str) -> Result<Self, NotFin> {
        let fin = text.trim().to_ascii_uppercase();
        let allowed = |b: u8| b.is_ascii_digit() || (b.is_ascii_uppercase() && b != b'I' && b != b'O');
        if fin.len() == 7 && fin.bytes().all(allowed) { Ok(Self(fin)) } else { Err(NotFin) }
    }
}

impl fmt::Debug for Fin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fin(…)")
    }
}

/// A taxpayer's number, which names an organisation: ten digits with a check digit and a status digit.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Voen(String);

/// The text is not a VÖEN: ten digits, of which the ninth checks the first eight and the tenth is 1 or 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a VÖEN has ten digits, the ninth of which checks the others and the tenth is 1 or 2")]
pub struct NotVoen;

impl Voen {
    /// The ten digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Voen {
    type Err = NotVoen;

    fn from_str(text: &str) -> Result<Self, NotVoen> {
        let text = text.trim();
        let digits: [u8; 10] = text.as_bytes().try_into().map_err(|_| NotVoen)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(NotVoen);
        }
        let sum: u32 =
            digits.iter().zip([4, 1, 8, 6, 2, 7, 5, 3]).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
        if sum % 11 == u32::from(digits[8] - b'0') && matches!(digits[9], b'1' | b'2') {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotVoen)
        }
    }
}

impl fmt::Display for Voen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl serde::Serialize for Voen {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Voen {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl<'de> serde::Deserialize<'de> for Fin {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_voens_are_judged_as_published() {
        for valid in ["1401555071", "1400057421", "9900000141"] {
            assert!(valid.parse::<Voen>().is_ok(), "{valid}");
        }
        for invalid in ["1401555081", "1400057424", "140155507", "14015550711", "14015550a1", ""] {
            assert_eq!(invalid.parse::<Voen>(), Err(NotVoen), "{invalid}");
        }
    }

    #[test]
    fn a_fin_has_neither_i_nor_o_and_forgives_case() {
        assert_eq!("7dem001".parse::<Fin>().unwrap().as_str(), "7DEM001");
        for invalid in ["7DEM00I", "7DEM00O", "7DEM01", "7DEM0011", "7DEM 01", "7DƏM001"] {
            assert_eq!(invalid.parse::<Fin>(), Err(NotFin), "{invalid}");
        }
    }

    #[test]
    fn debug_shows_no_fin() {
        assert_eq!(format!("{:?}", "7DEM001".parse::<Fin>().unwrap()), "Fin(…)");
    }
}
