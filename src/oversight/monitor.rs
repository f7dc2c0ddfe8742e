//! The monitor: follows a log from the checkpoint it saw last, believes no new one before it is proven to continue that,
//! and keeps both when it is not.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::consistency::{Continuity, continuity};
use super::fault::{CheckError, Fault};
use super::keys::LogKeys;
use super::source::LogSource;
use crate::durable;
use crate::transparency::{Checkpoint, CheckpointRefused, NoteRefused};

const HELD: &str = "checkpoint";
/// Each checkpoint that was ever believed, by its size.
const KEPT: &str = "checkpoints";
const LOCK: &str = ".lock";

/// What a look at a log brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The checkpoint that is held now.
    pub checkpoint: Checkpoint,
    /// The size that was held before; none at the first look.
    pub before: Option<u64>,
}

/// Why a look brought nothing that can be believed. What was held is held still.
#[derive(Debug, thiserror::Error)]
pub enum MonitorError {
    /// The log contradicts what it signed before.
    #[error("{what}; both checkpoints are kept in {}: show them to the log's operator and to others who follow it", evidence.display())]
    Fork {
        /// What contradicts what.
        what: String,
        /// Where both are kept.
        evidence: PathBuf,
    },
    /// The log shows no checkpoint any more: nothing is known of it.
    #[error(
        "the log had {0} entries, and its checkpoint could not be fetched: nothing is there; look again, and ask its operator"
    )]
    Gone(u64),
    /// What the log shows is not right in itself.
    #[error(transparent)]
    Check(#[from] CheckError),
    /// The folder cannot be used.
    #[error("{}: {reason}; a monitor needs a folder that it alone may write to", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// What is held is not of this log.
    #[error("{}: {refused}; restore it from a backup, or begin anew in another folder", file.display())]
    Held {
        /// The file.
        file: PathBuf,
        /// Why it is refused.
        refused: CheckpointRefused,
    },
}

impl MonitorError {
    /// Whether something is wrong with the log: everything else only left it unknown.
    pub fn is_wrong(&self) -> bool {
        matches!(self, Self::Fork { .. } | Self::Check(CheckError::Wrong(_)))
    }
}

/// A folder with what was seen of one log.
pub struct Monitor {
    folder: PathBuf,
    keys: LogKeys,
    _lock: File,
}

impl Monitor {
    /// Follows the log of those keys in `folder`, which no second monitor may use at once.
    pub fn open(folder: &Path, keys: LogKeys) -> Result<Self, MonitorError> {
        let failed = |reason| MonitorError::Folder { folder: folder.to_owned(), reason };
        durable::make_folder(&folder.join(KEPT)).map_err(failed)?;
        let lock = File::options().create(true).truncate(false).write(true).open(folder.join(LOCK)).map_err(failed)?;
        lock.try_lock().map_err(|error| failed(io::Error::other(error.to_string())))?;
        Ok(Self { folder: folder.to_owned(), keys, _lock: lock })
    }

    /// Looks once: what the log shows now is proven to continue what is held, and held from now on.
    pub async fn look(&self, source: &LogSource) -> Result<Seen, MonitorError> {
        let held = self.held()?;
        let offered = source.checkpoint().await.map_err(CheckError::from)?;
        let Some(offered) = offered else {
            let nothing = || CheckError::from(Fault::NoCheckpoint).into();
            return Err(held.map_or_else(nothing, |(_, held)| MonitorError::Gone(held.size)));
        };
        let offered = String::from_utf8(offered).map_err(|_| Fault::Checkpoint(NoteRefused::Form.into()));
        let offered = offered.map_err(CheckError::from)?;
        let new = self.keys.published(&offered).map_err(CheckError::from)?;
        let before = held.as_ref().map(|(_, held)| held.size);
        if let Some((note, held)) = held {
            if new.size < held.size {
                let (had, shows) = (held.size, new.size);
                let what = format!(
                    "the log had {had} entries and shows {shows}: it was set back, or a cache on the way shows an older one"
                );
                return Err(self.fork(what, (&note, &held), (&offered, &new))?);
            }
            match continuity(source, &held, &new).await? {
                Continuity::Continues => {}
                Continuity::Forked => {
                    let (shown, had) = (new.size, held.size);
                    let what =
                        format!("the log's checkpoint of {shown} entries does not continue the one of {had} entries");
                    return Err(self.fork(what, (&note, &held), (&offered, &new))?);
                }
                Continuity::Unfounded => {
                    return Err(CheckError::Unfounded { old: held.size, new: new.size }.into());
                }
            }
        }
        self.hold(&offered, new.size)?;
        Ok(Seen { checkpoint: new, before })
    }

    fn held(&self) -> Result<Option<(String, Checkpoint)>, MonitorError> {
        let file = self.folder.join(HELD);
        let Some(bytes) = durable::read(&file).map_err(|reason| self.failed(reason))? else { return Ok(None) };
        let note = String::from_utf8(bytes).map_err(|_| NoteRefused::Form.into());
        let opened = note.and_then(|note| self.keys.earlier(&note).map(|held| (note, held)));
        opened.map(Some).map_err(|refused| MonitorError::Held { file, refused })
    }

    fn hold(&self, note: &str, size: u64) -> Result<(), MonitorError> {
        let kept = self.folder.join(KEPT);
        let held = || {
            durable::replace(&kept.join(format!("{size:020}")), note.as_bytes())?;
            durable::sync_folder(&kept)?;
            durable::replace(&self.folder.join(HELD), note.as_bytes())?;
            durable::sync_folder(&self.folder)
        };
        held().map_err(|reason| self.failed(reason))
    }

    /// Keeps what contradicts what, each as a note and what it says; the same contradiction once, whoever else signed it.
    fn fork(
        &self,
        what: String,
        (held, before): (&str, &Checkpoint),
        (offered, now): (&str, &Checkpoint),
    ) -> Result<MonitorError, MonitorError> {
        let name = crate::witness::origin_hash(&format!("{}{}", before.text(), now.text()));
        let evidence = self.folder.join("evidence").join(&name[..32]);
        let keep = || {
            durable::make_folder(&evidence)?;
            durable::replace(&evidence.join("held"), held.as_bytes())?;
            durable::replace(&evidence.join("offered"), offered.as_bytes())?;
            File::open(&evidence)?.sync_all()
        };
        keep().map_err(|reason| self.failed(reason))?;
        Ok(MonitorError::Fork { what, evidence })
    }

    fn failed(&self, reason: io::Error) -> MonitorError {
        MonitorError::Folder { folder: self.folder.clone(), reason }
    }
}
