//! What somebody presents to be checked, parsed at the door: a slip of the hand is a hint, not a verification.

use super::verdict::Basis;
use crate::certificate::{Code, Number, code};

/// What is to be checked.
#[derive(Clone)]
pub enum Presented {
    /// A number, which proves no possession.
    Number(Number),
    /// A code, which proves possession.
    Code(Code),
    /// The SHA-256 of a file that stays with whoever has it.
    Digest([u8; 32]),
    /// The text of a QR, as a scanner gives it.
    Qr(String),
    /// A file.
    File(Vec<u8>),
}

/// Why a text is nothing that could be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotPresented {
    /// It is no code, or a mistyped one.
    #[error(transparent)]
    Code(#[from] code::NotCode),
    /// It is no number.
    #[error(transparent)]
    Number(#[from] crate::certificate::number::NotNumber),
    /// It is no SHA-256.
    #[error("a digest is the SHA-256 of a file as 64 hexadecimal digits")]
    Digest,
    /// It is neither number nor code nor QR text.
    #[error("this is neither a number, nor a verification code, nor the text of a QR code")]
    Nothing,
}

impl Presented {
    /// The basis on which a verdict about this stands.
    pub fn basis(&self) -> Basis {
        match self {
            Self::Number(_) => Basis::Number,
            Self::Code(_) => Basis::Code,
            Self::Qr(_) => Basis::Qr,
            Self::Digest(_) | Self::File(_) => Basis::File,
        }
    }

    /// Parses a SHA-256 in hexadecimal, of either case.
    pub fn digest(text: &str) -> Result<Self, NotPresented> {
        let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).ok();
        let sha256 = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()).ok_or(NotPresented::Digest)?;
        Ok(Self::Digest(sha256))
    }

    /// Understands what a person typed or pasted into the one field: a QR's text, a number or a code.
    pub fn typed(text: &str) -> Result<Self, NotPresented> {
        let text = text.trim();
        if text.contains("://") {
            return Ok(Self::Qr(text.to_owned()));
        }
        if let Ok(number) = text.parse() {
            return Ok(Self::Number(number));
        }
        match text.parse() {
            Ok(code) => Ok(Self::Code(code)),
            Err(code::NotCode::Check) => Err(NotPresented::Code(code::NotCode::Check)),
            Err(code::NotCode::Form) => Err(NotPresented::Nothing),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_field_understands_number_code_and_qr() {
        let code = Code::from_random([7; 15]);
        assert!(matches!(Presented::typed(" 2026-7kq3-m9xd "), Ok(Presented::Number(_))));
        assert!(
            matches!(Presented::typed(&code.printed().to_lowercase()), Ok(Presented::Code(typed)) if typed == code)
        );
        assert!(matches!(Presented::typed("HTTPS://ARAYIS.EXAMPLE/V#X.Y"), Ok(Presented::Qr(_))));
    }

    #[test]
    fn a_mistyped_code_is_a_hint_and_no_verification() {
        let mut typed = Code::from_random([7; 15]).printed();
        let last = if typed.ends_with('A') { 'B' } else { 'A' };
        typed.pop();
        typed.push(last);
        assert_eq!(Presented::typed(&typed).err(), Some(NotPresented::Code(code::NotCode::Check)));
        assert_eq!(Presented::typed("salam").err(), Some(NotPresented::Nothing));
        assert_eq!(Presented::typed("").err(), Some(NotPresented::Nothing));
    }

    #[test]
    fn a_digest_is_sixty_four_hexadecimal_digits() {
        assert!(Presented::digest(&"aB".repeat(32)).is_ok());
        for nonsense in ["", "ab", "zz".repeat(32).as_str(), "ab".repeat(33).as_str()] {
            assert_eq!(Presented::digest(nonsense).err(), Some(NotPresented::Digest));
        }
    }
}
