//! The service that trust is fetched from: asked for its own few paths, within limits, and followed nowhere else.

use std::time::Duration;

use crate::transparency::Tile;

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// A service's address.
pub struct Server {
    base: String,
    client: reqwest::Client,
}

/// Why a service gave no answer that can be used.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The address is none.
    #[error("`{0}` is no address of a service, such as https://arayis.example")]
    Address(String),
    /// What it says on the way could be replaced by older words: keys before they were revoked.
    #[error("`{0}` is not protected on the way; name the service by https")]
    Unprotected(String),
    /// It cannot be asked.
    #[error("{0} does not answer: {1}")]
    Unreachable(String, reqwest::Error),
    /// It answers otherwise.
    #[error("{url} answers {status}")]
    Status {
        /// What was asked for.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// Its answer is longer than any of its kind.
    #[error("{url} answers with more than {most} bytes")]
    TooLong {
        /// What was asked for.
        url: String,
        /// The most that is read.
        most: usize,
    },
}

fn is_this_machine(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, port)| if port.ends_with(']') { host } else { name });
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

impl Server {
    /// The service at `address`: by https, or on this machine.
    pub fn new(address: &str) -> Result<Self, ServerError> {
        let base = address.trim_end_matches('/').to_owned();
        let host = base.strip_prefix("https://").or_else(|| base.strip_prefix("http://"));
        if host.is_none_or(|host| host.is_empty() || host.contains(['/', '?', '#', '@', ' '])) {
            return Err(ServerError::Address(address.to_owned()));
        }
        if base.starts_with("http://") && !host.is_some_and(is_this_machine) {
            return Err(ServerError::Unprotected(address.to_owned()));
        }
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE).build();
        let client = client.map_err(|error| ServerError::Unreachable(base.clone(), error))?;
        Ok(Self { base, client })
    }

    /// The address without its last slash.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// What stands at `path`, of at most `most` bytes.
    pub async fn get(&self, path: &str, most: usize) -> Result<Vec<u8>, ServerError> {
        let url = format!("{}{path}", self.base);
        self.find(path, most).await?.ok_or(ServerError::Status { url, status: 404 })
    }

    /// The same; none when the service answers that there is nothing.
    pub async fn find(&self, path: &str, most: usize) -> Result<Option<Vec<u8>>, ServerError> {
        let url = format!("{}{path}", self.base);
        let unreachable = |error| ServerError::Unreachable(url.clone(), error);
        let mut answer = self.client.get(&url).send().await.map_err(unreachable)?;
        match answer.status().as_u16() {
            200 => {}
            404 => return Ok(None),
            status => return Err(ServerError::Status { url, status }),
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(unreachable)? {
            if bytes.len() + chunk.len() > most {
                return Err(ServerError::TooLong { url, most });
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Some(bytes))
    }

    /// A tile of the log, or, where a partial one is gone, the beginning of the full one in its place.
    pub async fn tile(&self, tile: &Tile) -> Result<Option<Vec<u8>>, ServerError> {
        let path = |tile: &Tile| format!("/log/{}", tile.path());
        if let Some(bytes) = self.find(&path(tile), tile.byte_length()).await? {
            return Ok(Some(bytes));
        }
        if tile.is_full() {
            return Ok(None);
        }
        let full = tile.full();
        let bytes = self.find(&path(&full), full.byte_length()).await?;
        Ok(bytes.map(|mut bytes| {
            bytes.truncate(tile.byte_length());
            bytes
        }))
    }
}
