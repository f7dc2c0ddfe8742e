//! Beginnings: the bytes that certificates of one kind's version share, stored once, named by their SHA-256, unchanging.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ring::digest::{Context, Digest, SHA256};

use super::Storage;
use super::database::read;
use super::error::{StorageError, damaged};
use super::statements as sql;

/// The shared first part of a certificate's file, whose name was compared with its bytes.
#[derive(Clone)]
pub(super) struct Beginning {
    bytes: Arc<[u8]>,
    sha256: [u8; 32],
    /// SHA-256 after these bytes, from which the digest of each whole file goes on.
    after: Context,
}

/// Beginnings that are in the database. They cannot change and hold nothing personal, so that memory may keep them.
#[derive(Default)]
pub(super) struct KnownBeginnings(Mutex<HashMap<[u8; 32], Beginning>>);

impl Beginning {
    /// The beginning made of these bytes, if their SHA-256 is `sha256`.
    pub(super) fn new(bytes: Arc<[u8]>, sha256: [u8; 32]) -> Option<Self> {
        let mut after = Context::new(&SHA256);
        after.update(&bytes);
        (array(after.clone().finish()) == sha256).then_some(Self { bytes, sha256, after })
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn sha256(&self) -> &[u8] {
        &self.sha256
    }

    /// The SHA-256 of the file that goes on with `own`.
    pub(super) fn digest_with(&self, own: &[u8]) -> [u8; 32] {
        let mut context = self.after.clone();
        context.update(own);
        array(context.finish())
    }
}

fn array(digest: Digest) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest.as_ref());
    bytes
}

impl Storage {
    /// The stored beginning with this SHA-256, which was compared with its bytes.
    pub(super) async fn beginning(&self, sha256: &[u8; 32]) -> Result<Option<Beginning>, StorageError> {
        if let Some(known) = self.known_beginnings().find(sha256) {
            return Ok(Some(known));
        }
        let bytes: Option<Vec<u8>> =
            read!(self.database(), |pool| sqlx::query_scalar(sql::BEGINNING).bind(&sha256[..]).fetch_optional(pool))?;
        let Some(bytes) = bytes else {
            return Ok(None);
        };
        let beginning = Beginning::new(bytes.into(), *sha256).ok_or_else(|| damaged("beginnings", "bytes"))?;
        self.known_beginnings().remember(&beginning);
        Ok(Some(beginning))
    }
}

impl KnownBeginnings {
    fn find(&self, sha256: &[u8; 32]) -> Option<Beginning> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(sha256).cloned()
    }

    /// Keeps a beginning that is durably stored.
    pub(super) fn remember(&self, beginning: &Beginning) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(beginning.sha256, beginning.clone());
    }
}
