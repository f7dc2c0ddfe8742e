//! Chance: every unpredictable byte of the service comes from the operating system through here.

use ring::rand::{SecureRandom, SystemRandom};

/// The operating system's random generator.
#[derive(Debug, Clone)]
pub struct Random(SystemRandom);

/// The operating system gave no random bytes; nothing secret may be made now.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct RandomUnavailable;

impl Random {
    /// The system's generator.
    pub fn system() -> Self {
        Self(SystemRandom::new())
    }

    /// `N` fresh random bytes.
    pub fn bytes<const N: usize>(&self) -> Result<[u8; N], RandomUnavailable> {
        let mut bytes = [0; N];
        self.0.fill(&mut bytes).map_err(|_| RandomUnavailable)?;
        Ok(bytes)
    }

    /// The generator in the form that `ring`'s signing functions ask for.
    pub fn ring(&self) -> &dyn SecureRandom {
        &self.0
    }
}
