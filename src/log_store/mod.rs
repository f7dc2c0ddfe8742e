//! Where the log is published, outside the database: a folder whose full tiles never change and whose checkpoint never goes back.
//!
//! What stands there is exactly what `GET /log/…` answers: `checkpoint` and `tile/…`, as C2SP tlog-tiles names them.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::durable;
use crate::transparency::{Checkpoint, CheckpointRefused, Tile, TilesError, frontier_at, with_cosignatures};

mod copy;

const CHECKPOINT: &str = "checkpoint";
/// The newest checkpoint that enough witnesses cosigned; the one above it may be newer by what they are being asked about.
const WITNESSED: &str = "checkpoint.witnessed";
/// Held while publishing, so that of two processes one waits for the other.
const LOCK: &str = ".lock";

/// A folder with a log's tiles, entry bundles and checkpoint.
#[derive(Debug, Clone)]
pub struct LogStore {
    folder: PathBuf,
}

/// Why a log could not be published or read.
#[derive(Debug, thiserror::Error)]
pub enum LogStoreError {
    /// The file system failed; what was published before still stands.
    #[error("cannot use {}: {source}; see that the folder exists, has room, and may be read and written by this service", path.display())]
    Unavailable {
        /// The file or folder that was touched.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A published tile holds other bytes than those given: the database and the published log are not of one history.
    #[error("{} holds other bytes than the database gives: publish nothing, and compare both with a witness", path.display())]
    Disagrees {
        /// The published tile, which was left as it is.
        path: PathBuf,
    },
    /// The published checkpoint has more entries than the one given: the database was set back.
    #[error("{} has {published} entries and the database {given}: restore the database to its last state before going on", path.display())]
    Ahead {
        /// The published checkpoint, which was left as it is.
        path: PathBuf,
        /// Its size.
        published: u64,
        /// The size of the one given.
        given: u64,
    },
    /// The published checkpoint has another root at the same size, or another log's name.
    #[error("{} is of another history or another log than the database: check which folder the settings name", path.display())]
    AnotherLog {
        /// The published checkpoint, which was left as it is.
        path: PathBuf,
    },
    /// A published file has not its right length or form.
    #[error("{} is damaged: move it away and publish the log's tiles again from the database", path.display())]
    Damaged {
        /// The damaged file.
        path: PathBuf,
    },
    /// A file that the published checkpoint names is not there.
    #[error(
        "{} is missing, and the published checkpoint names it: stop the service, move `checkpoint` aside, and start it: it \
         publishes every file again from the database", path.display()
    )]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// What was given to publish is no checkpoint.
    #[error(transparent)]
    Refused(#[from] CheckpointRefused),
    /// The tiles, those given and those published, do not hash to the checkpoint given, which was not published.
    #[error("the checkpoint was not published: {0}")]
    Unfounded(Box<TilesError<LogStoreError>>),
}

impl From<TilesError<LogStoreError>> for LogStoreError {
    fn from(error: TilesError<LogStoreError>) -> Self {
        match error {
            TilesError::Read { source, .. } => source,
            unfounded => Self::Unfounded(Box::new(unfounded)),
        }
    }
}

fn is_of(note: &str, checkpoint: &Checkpoint) -> bool {
    Checkpoint::unverified(note).is_ok_and(|found| found == *checkpoint)
}

impl LogStore {
    /// The store in a folder, which is made if it is not there.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, LogStoreError> {
        let folder = folder.into();
        durable::make_folder(&folder).map_err(unavailable(&folder))?;
        fs::read_dir(&folder).map_err(unavailable(&folder))?;
        Ok(Self { folder })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Publishes tiles and bundles, then the checkpoint, each durable before the next may be seen.
    ///
    /// Whatever stops it on the way, the checkpoint published before stays valid, and the same call can be made again.
    pub fn publish(&self, files: &[(Tile, Vec<u8>)], checkpoint: &str) -> Result<(), LogStoreError> {
        let given = Checkpoint::unverified(checkpoint)?;
        let _lock = self.lock()?;
        let published = self.published()?;
        self.refuse_to_go_back(published.as_ref(), &given)?;
        self.put_tiles(files, published.as_ref())?;
        frontier_at(given.size, given.root, |tile| self.read(tile)).map_err(LogStoreError::from)?;
        // What stands there already may bear cosignatures besides.
        if self.checkpoint()?.is_some_and(|standing| standing.starts_with(checkpoint)) {
            return Ok(());
        }
        self.put(CHECKPOINT, checkpoint)
    }

    /// Adds cosignatures to `checkpoint`, if it is still the published one; answers the note with them.
    ///
    /// With `enough` of them, those that other processes added among them, it is also kept as the newest that was
    /// witnessed, which never goes back.
    pub fn cosign(
        &self,
        checkpoint: &str,
        lines: &[String],
        enough: impl FnOnce(&str) -> bool,
    ) -> Result<String, LogStoreError> {
        let given = Checkpoint::unverified(checkpoint)?;
        let _lock = self.lock()?;
        let standing = self.checkpoint()?.filter(|standing| is_of(standing, &given));
        // Another process may have added others meanwhile.
        let cosigned = with_cosignatures(standing.as_deref().unwrap_or(checkpoint), lines);
        // Whatever a witness answered, what is published can be read.
        if !is_of(&cosigned, &given) {
            return Err(CheckpointRefused::Form.into());
        }
        let witnessed = self.witnessed()?.map(|note| Checkpoint::unverified(&note)).transpose()?;
        // Kept first: who dies between the two is asked again about what is published.
        if witnessed.is_none_or(|before| before.size <= given.size) && enough(&cosigned) {
            self.put(WITNESSED, &cosigned)?;
        }
        if standing.is_some() {
            self.put(CHECKPOINT, &cosigned)?;
        }
        Ok(cosigned)
    }

    /// The newest checkpoint that enough witnesses cosigned, if any did. Who relies on it checks its signatures.
    pub fn witnessed(&self) -> Result<Option<String>, LogStoreError> {
        self.note(WITNESSED)
    }

    fn put(&self, name: &str, note: &str) -> Result<(), LogStoreError> {
        let path = self.folder.join(name);
        durable::replace(&path, note.as_bytes()).map_err(unavailable(&path))?;
        durable::sync_folder(&self.folder).map_err(unavailable(&self.folder))
    }

    fn note(&self, name: &str) -> Result<Option<String>, LogStoreError> {
        let path = self.folder.join(name);
        let Some(bytes) = durable::read(&path).map_err(unavailable(&path))? else {
            return Ok(None);
        };
        String::from_utf8(bytes).map(Some).map_err(|_| LogStoreError::Damaged { path })
    }

    /// Publishes tiles and bundles ahead of their checkpoint, so that a log of any size can be written piece by piece.
    pub fn publish_tiles(&self, files: &[(Tile, Vec<u8>)]) -> Result<(), LogStoreError> {
        let _lock = self.lock()?;
        self.put_tiles(files, self.published()?.as_ref())
    }

    /// The signed checkpoint that is published, if any. Who relies on it checks its signature.
    pub fn checkpoint(&self) -> Result<Option<String>, LogStoreError> {
        self.note(CHECKPOINT)
    }

    /// A published tile or bundle; a partial one that is gone is answered from the full one that took its place.
    pub fn read(&self, tile: &Tile) -> Result<Option<Vec<u8>>, LogStoreError> {
        if let Some(bytes) = self.read_exactly(tile)? {
            return Ok(Some(bytes));
        }
        if tile.is_full() {
            return Ok(None);
        }
        let full = self.read_exactly(&tile.full())?;
        Ok(full.map(|mut bytes| {
            bytes.truncate(tile.byte_length());
            bytes
        }))
    }

    fn read_exactly(&self, tile: &Tile) -> Result<Option<Vec<u8>>, LogStoreError> {
        let path = self.path(tile);
        match durable::read(&path).map_err(unavailable(&path))? {
            Some(bytes) if bytes.len() != tile.byte_length() => Err(LogStoreError::Damaged { path }),
            found => Ok(found),
        }
    }

    fn put_tiles(&self, files: &[(Tile, Vec<u8>)], published: Option<&Checkpoint>) -> Result<(), LogStoreError> {
        let published_size = published.map_or(0, |published| published.size);
        let mut folders = BTreeSet::new();
        for (tile, bytes) in files {
            let path = self.put_tile(tile, bytes, published_size)?;
            // Also where nothing was written: whoever did may have died before the names were durable.
            folders.extend(
                path.ancestors().skip(1).take_while(|above| above.starts_with(&self.folder)).map(Path::to_owned),
            );
        }
        for folder in folders {
            durable::sync_folder(&folder).map_err(unavailable(&folder))?;
        }
        self.drop_superseded(files)
    }

    /// Puts a tile where it is not yet, and tells the path where its bytes now stand.
    ///
    /// A full tile, and a partial one that the published checkpoint rests on, is never replaced by other bytes.
    fn put_tile(&self, tile: &Tile, bytes: &[u8], published_size: u64) -> Result<PathBuf, LogStoreError> {
        let path = self.path(tile);
        if bytes.len() != tile.byte_length() {
            return Err(LogStoreError::Damaged { path });
        }
        // A partial tile is also held against the full one, which already says what its places hold.
        for stands in [*tile, tile.full()] {
            let Some(found) = self.read_exactly(&stands)? else {
                continue;
            };
            if found.starts_with(bytes) {
                return Ok(self.path(&stands));
            }
            if stands.is_full() || tile.is_within(published_size) {
                return Err(LogStoreError::Disagrees { path: self.path(&stands) });
            }
        }
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(unavailable(parent))?;
        }
        durable::replace(&path, bytes).map_err(unavailable(&path))?;
        Ok(path)
    }

    fn refuse_to_go_back(&self, published: Option<&Checkpoint>, given: &Checkpoint) -> Result<(), LogStoreError> {
        let Some(published) = published else {
            return Ok(());
        };
        let path = self.folder.join(CHECKPOINT);
        if published.origin != given.origin || (published.size == given.size && published.root != given.root) {
            return Err(LogStoreError::AnotherLog { path });
        }
        if published.size > given.size {
            return Err(LogStoreError::Ahead { path, published: published.size, given: given.size });
        }
        Ok(())
    }

    /// The partial tiles of tiles that became full are no longer needed: [`LogStore::read`] answers from the full ones.
    fn drop_superseded(&self, files: &[(Tile, Vec<u8>)]) -> Result<(), LogStoreError> {
        for (tile, _) in files.iter().filter(|(tile, _)| tile.is_full()) {
            let mut partials = self.path(tile).into_os_string();
            partials.push(".p");
            let partials = PathBuf::from(partials);
            match fs::remove_dir_all(&partials) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unavailable(&partials)(error)),
                _ => {}
            }
        }
        Ok(())
    }

    fn published(&self) -> Result<Option<Checkpoint>, LogStoreError> {
        let Some(note) = self.checkpoint()? else {
            return Ok(None);
        };
        let path = self.folder.join(CHECKPOINT);
        Checkpoint::unverified(&note).map(Some).map_err(|_| LogStoreError::Damaged { path })
    }

    fn lock(&self) -> Result<File, LogStoreError> {
        let path = self.folder.join(LOCK);
        let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(unavailable(&path))?;
        file.lock().map_err(unavailable(&path))?;
        Ok(file)
    }

    fn path(&self, tile: &Tile) -> PathBuf {
        self.folder.join(tile.path())
    }
}

fn unavailable(path: &Path) -> impl Fn(io::Error) -> LogStoreError {
    let path = path.to_owned();
    move |source| LogStoreError::Unavailable { path: path.clone(), source }
}

#[cfg(test)]
mod tests;
