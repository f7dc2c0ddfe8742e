//! An invitation's code: 120 random bits, shown once, by which a person binds herself to the member she is.

use std::fmt;
use std::str::FromStr;

use crate::random::{Random, RandomUnavailable};

const BYTES: usize = 15;

/// A code as it is kept for comparison: 24 letters and digits (RFC 4648 §6). `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct InvitationCode(String);

/// The text is no invitation's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an invitation's code has six groups of four letters and digits")]
pub struct NotInvitationCode;

impl InvitationCode {
    /// A code that nobody can guess.
    pub fn generate(random: &Random) -> Result<Self, RandomUnavailable> {
        Ok(Self(data_encoding::BASE32.encode(&random.bytes::<BYTES>()?)))
    }

    /// The 24 symbols.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is shown, once: `XXXX-XXXX-XXXX-XXXX-XXXX-XXXX`.
    pub fn printed(&self) -> String {
        let groups: Vec<_> = (0..self.0.len()).step_by(4).map(|at| &self.0[at..at + 4]).collect();
        groups.join("-")
    }
}

impl FromStr for InvitationCode {
    type Err = NotInvitationCode;

    /// Accepts lower case, spaces and hyphens, and the digits that look like letters of the alphabet.
    fn from_str(text: &str) -> Result<Self, NotInvitationCode> {
        let typed = text.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| match c.to_ascii_uppercase() {
            '0' => 'O',
            '1' => 'I',
            '8' => 'B',
            other => other,
        });
        let code: String = typed.take(BYTES * 8 / 5 + 1).collect();
        let bytes = data_encoding::BASE32.decode(code.as_bytes()).map_err(|_| NotInvitationCode)?;
        if bytes.len() == BYTES { Ok(Self(code)) } else { Err(NotInvitationCode) }
    }
}

impl fmt::Debug for InvitationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InvitationCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it_and_never_printed_by_chance() {
        let code = InvitationCode::generate(&Random::system()).unwrap();
        let printed = code.printed();
        assert_eq!(printed.len(), 29);
        assert_eq!(printed.parse(), Ok(code.clone()));
        assert_eq!(format!(" {} ", printed.to_lowercase().replace('-', " ")).parse(), Ok(code.clone()));
        assert_eq!(
            "OIB0-18AA-AAAA-AAAA-AAAA-AAAA".parse::<InvitationCode>().unwrap().as_str(),
            "OIBOIBAAAAAAAAAAAAAAAAAA"
        );
        assert_eq!(format!("{code:?}"), "InvitationCode(…)");
        for nonsense in ["", "AAAA", &"A".repeat(25), &"9".repeat(24), "ƏƏƏƏ-AAAA-AAAA-AAAA-AAAA-AAAA"] {
            assert_eq!(nonsense.parse::<InvitationCode>(), Err(NotInvitationCode), "{nonsense}");
        }
    }
}
