//! The keys, one purpose each, and what the public may know of them: a key is never used for another purpose than its own.
//!
//! A folder of keys is described by its `ring.toml`. [`init`] makes one, [`KeyRing::load`] reads one and refuses what
//! does not fit, [`PublicKeys`] is what a verifier trusts. `keys/README.md` tells operators what each key is for.

mod chain;
mod folder;
mod init;
mod jwks;
pub mod jws;
mod key_ring;
mod log;
mod manifest;
mod public;
mod purpose;
mod reading;
mod revoke;
mod revoked;
mod secret;
mod signing;

use std::path::PathBuf;

pub use chain::Chain;
pub use folder::FolderState;
pub use init::{InitOptions, SealingAlgorithm, init, private_pem};
pub use jwks::{StatedLogKey, stated_log_keys};
pub use key_ring::{Finding, KeyRing, SealFiles};
pub use log::LogKey;
pub use public::{KeyRefusal, Kid, Material, PublicKey, PublicKeys};
pub use purpose::Purpose;
pub use revoke::{Revoked, revoke};
pub use revoked::RevokedKey;
pub use secret::Secret;
pub use signing::SigningKey;

use crate::clock::Instant;

/// Why keys could not be made, read or used; each message names the file and what to do.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// A file of the ring cannot be read.
    #[error("{file}: cannot be read ({reason}): restore it from the backup of the keys")]
    Read {
        /// The file.
        file: PathBuf,
        /// What the operating system said.
        reason: std::io::Error,
    },
    /// A file of the ring cannot be written; a file that stands there is never overwritten.
    #[error("{file}: cannot be written ({reason}): choose an empty folder that this user may write")]
    Write {
        /// The file.
        file: PathBuf,
        /// What the operating system said.
        reason: std::io::Error,
    },
    /// The manifest cannot be changed.
    #[error(
        "{file}: cannot be replaced ({reason}), and the key is not revoked: do it as the file's owner, or write \
         `revoked_at` into it by hand"
    )]
    Change {
        /// The file.
        file: PathBuf,
        /// What the operating system said.
        reason: std::io::Error,
    },
    /// A ring stands there already.
    #[error("{0}: a key ring stands here already, and keys are never overwritten: choose another folder")]
    Exists(PathBuf),
    /// A file does not hold what the manifest says it holds.
    #[error("{file}: {problem}")]
    Unfit {
        /// The file.
        file: PathBuf,
        /// What does not fit and what to do.
        problem: String,
    },
    /// The ring lacks an active key, or has two.
    #[error(
        "{file}: there must be exactly one active `{purpose}` key and there are {found}: correct the states of its keys"
    )]
    ActiveKeys {
        /// The manifest.
        file: PathBuf,
        /// The purpose concerned.
        purpose: Purpose,
        /// How many active keys it has.
        found: usize,
    },
    /// A key was asked to do what it is not for.
    #[error("a `{held}` key was asked to sign as `{asked}`: each key has one purpose")]
    WrongPurpose {
        /// What the key is for.
        held: Purpose,
        /// What it was asked for.
        asked: Purpose,
    },
    /// A key is in use, and revoked.
    #[error("the active `{purpose}` key is revoked and signs nothing: put another in its place (keys/README.md)")]
    Revoked {
        /// What the key is for.
        purpose: Purpose,
    },
    /// A key is in use before its period begins: what it signs is believed by nobody.
    #[error("the active `{purpose}` key signs only from {from} on: leave the one before it active until then")]
    NotBegun {
        /// What the key is for.
        purpose: Purpose,
        /// The first instant at which it signs.
        from: Instant,
    },
    /// The options of a new ring do not fit.
    #[error("the key ring cannot be made: {0}")]
    Options(String),
    /// No random bytes, no keys.
    #[error(transparent)]
    Random(#[from] crate::random::RandomUnavailable),
    /// The cryptographic library refused.
    #[error("the signature could not be made")]
    Signing,
}

#[cfg(test)]
mod tests;
