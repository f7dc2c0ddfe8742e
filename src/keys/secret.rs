//! Symmetric keys: 32 bytes that `Debug` never shows and that are wiped when dropped.

use std::fmt;

use zeroize::Zeroizing;

/// A symmetric key of 32 bytes and its version.
#[derive(Clone)]
pub struct Secret {
    version: u32,
    bytes: Zeroizing<[u8; 32]>,
}

impl Secret {
    /// The key `bytes`, version `version`.
    pub fn new(version: u32, bytes: [u8; 32]) -> Self {
        Self { version, bytes: Zeroizing::new(bytes) }
    }

    /// The version that each wrapped row names.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The bytes themselves, for the cipher that uses them.
    pub fn expose(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// From the text of a key file: 64 hexadecimal digits and perhaps a line's end.
    pub(super) fn from_text(version: u32, text: &str) -> Option<Self> {
        let decoded = Zeroizing::new(data_encoding::HEXLOWER_PERMISSIVE.decode(text.trim_end().as_bytes()).ok()?);
        Some(Self::new(version, decoded.as_slice().try_into().ok()?))
    }

    /// The text of the key file.
    pub(super) fn to_text(&self) -> Zeroizing<String> {
        let mut text = data_encoding::HEXLOWER.encode(self.bytes.as_slice());
        text.push('\n');
        Zeroizing::new(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret(version {}, …)", self.version)
    }
}
