//! Where a log is read from: the folder of its store, or the address of a service that publishes it.

use std::path::Path;
use std::sync::Arc;

use crate::log_store::{LogStore, LogStoreError};
use crate::routes::{LOG_CHECKPOINT, LOG_WITNESSED};
use crate::transparency::Tile;
use crate::trust::{Server, ServerError};

/// The most bytes of a checkpoint with all its signatures.
const CHECKPOINT_BYTES: usize = 1 << 20;

/// A published log.
#[derive(Clone)]
pub enum LogSource {
    /// In a folder, as [`LogStore`] lays it out.
    Folder(Arc<LogStore>),
    /// Behind a service's address.
    Server(Arc<Server>),
}

/// Why a log could not be read: nothing is known of it.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// There is no such folder.
    #[error("there is no folder {0}: name the folder in which `checkpoint` and `tile` stand")]
    NoFolder(String),
    /// The folder cannot be read.
    #[error(transparent)]
    Store(#[from] LogStoreError),
    /// The service does not answer as it should.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// The task was cancelled.
    #[error("reading the log was interrupted")]
    Interrupted,
}

impl SourceError {
    /// Whether it is the file itself that has not its right length.
    pub(super) fn is_damage(&self) -> bool {
        matches!(self, Self::Store(LogStoreError::Damaged { .. }) | Self::Server(ServerError::TooLong { .. }))
    }
}

impl LogSource {
    /// The log in a folder that is there.
    pub fn folder(folder: &Path) -> Result<Self, SourceError> {
        if !folder.is_dir() {
            return Err(SourceError::NoFolder(folder.display().to_string()));
        }
        Ok(Self::Folder(Arc::new(LogStore::open(folder)?)))
    }

    /// The log of the service at that address.
    pub fn server(address: &str) -> Result<Self, SourceError> {
        Ok(Self::Server(Arc::new(Server::new(address)?)))
    }

    /// The published checkpoint's bytes, if anything was published.
    pub async fn checkpoint(&self) -> Result<Option<Vec<u8>>, SourceError> {
        self.note(LOG_CHECKPOINT, LogStore::checkpoint).await
    }

    /// The bytes of the newest checkpoint that the log's witnesses cosigned, if they did.
    pub async fn witnessed(&self) -> Result<Option<Vec<u8>>, SourceError> {
        self.note(LOG_WITNESSED, LogStore::witnessed).await
    }

    async fn note(
        &self,
        path: &str,
        of: impl FnOnce(&LogStore) -> Result<Option<String>, LogStoreError> + Send + 'static,
    ) -> Result<Option<Vec<u8>>, SourceError> {
        match self {
            Self::Folder(store) => {
                let store = Arc::clone(store);
                let read = tokio::task::spawn_blocking(move || of(&store));
                Ok(read.await.map_err(|_| SourceError::Interrupted)??.map(String::into_bytes))
            }
            Self::Server(server) => Ok(server.find(path, CHECKPOINT_BYTES).await?),
        }
    }

    /// A tile's bytes, if it is there.
    pub async fn tile(&self, tile: Tile) -> Result<Option<Vec<u8>>, SourceError> {
        match self {
            Self::Folder(store) => {
                let store = Arc::clone(store);
                let read = tokio::task::spawn_blocking(move || store.read(&tile));
                Ok(read.await.map_err(|_| SourceError::Interrupted)??)
            }
            Self::Server(server) => Ok(server.tile(&tile).await?),
        }
    }
}
