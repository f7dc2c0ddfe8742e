//! The evidence that a witness keeps: a fork that the log's key signed always, and what is merely unproven within bounds,
//! since anybody can show a true checkpoint with a false proof.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::origin_hash;
use crate::durable;
use crate::transparency::{AddCheckpoint, Checkpoint, ConsistencyProof};

/// What begins the name of a proven fork: two histories in the log's own words.
const FORK: &str = "fork-";
/// What begins the name of a checkpoint of which nothing shows yet whether it continues what was cosigned.
const UNPROVEN: &str = "unproven-";
/// How many of each are kept of one log. Only the log's key makes a fork, and a hundred say no more than one.
const MOST: usize = 100;

/// Where the evidence of one log is kept: `held` and `offered` in a folder for each contradiction.
pub(super) struct Evidence {
    folder: PathBuf,
}

/// A checkpoint beside the note that carries it, with no more signatures than were checked.
pub(super) type Signed<'a> = (&'a str, &'a Checkpoint);

impl Evidence {
    pub(super) fn of(log: &Path) -> Self {
        Self { folder: log.join("evidence") }
    }

    /// Keeps a fork; the same two checkpoints once, whatever came with them. Answers whether it is new.
    pub(super) fn keep_fork(&self, held: Signed<'_>, offered: &AddCheckpoint, new: &Checkpoint) -> io::Result<bool> {
        self.keep(FORK, &fork(held.1, new), held.0, offered)
    }

    /// Keeps what does not show that it continues the held checkpoint; the same checkpoint once, whatever was held
    /// then. Answers whether it is new.
    pub(super) fn keep_unproven(
        &self,
        held: Signed<'_>,
        offered: &AddCheckpoint,
        new: &Checkpoint,
    ) -> io::Result<bool> {
        if self.folder.join(fork(held.1, new)).exists() {
            return Ok(false);
        }
        self.keep(UNPROVEN, &unproven(new), held.0, offered)
    }

    /// What was unproven of the size that is cosigned now: it was this very checkpoint, or there are two of one size.
    pub(super) fn settle(&self, cosigned: Signed<'_>) -> io::Result<()> {
        let (of_this_size, same) = (format!("{UNPROVEN}{:020}-", cosigned.1.size), unproven(cosigned.1));
        for name in self.names()?.into_iter().filter(|name| name.starts_with(&of_this_size)) {
            let place = self.folder.join(&name);
            if name != same
                && let Some(offered) = offered_in(&place)?
                && let Ok(other) = Checkpoint::unverified(&offered.note)
            {
                self.keep_fork(cosigned, &offered, &other)?;
            }
            fs::remove_dir_all(&place)?;
        }
        Ok(())
    }

    fn keep(&self, kind: &str, name: &str, held: &str, offered: &AddCheckpoint) -> io::Result<bool> {
        let place = self.folder.join(name);
        if place.join("offered").exists() {
            return Ok(false);
        }
        let others = self.names()?.into_iter().filter(|other| other.starts_with(kind) && other != name);
        if others.count() >= MOST {
            return Ok(false);
        }
        durable::make_folder(&place)?;
        durable::replace(&place.join("held"), held.as_bytes())?;
        durable::replace(&place.join("offered"), offered.to_string().as_bytes())?;
        durable::sync_folder(&place)?;
        Ok(true)
    }

    fn names(&self) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }
}

/// Whether a request shows that the log's key signed two histories. Strangers cannot make one that does: other roots of
/// one size are both signed, and hashes that lead to the signed new root tell which older root that tree has.
pub(super) fn is_fork(held: &Checkpoint, request: &AddCheckpoint, new: &Checkpoint) -> bool {
    if new.size == held.size {
        return new.root != held.root;
    }
    let (old_size, new_size) = (held.size, new.size);
    let proof = ConsistencyProof { old_size, new_size, hashes: request.proof.clone() };
    request.old_size == held.size && proof.older_root(new.root).is_some_and(|root| root != held.root)
}

fn fork(held: &Checkpoint, new: &Checkpoint) -> String {
    let digest = origin_hash(&format!("{}{}", held.text(), new.text()));
    format!("{FORK}{:020}-{}", new.size, &digest[..16])
}

fn unproven(new: &Checkpoint) -> String {
    format!("{UNPROVEN}{:020}-{}", new.size, &origin_hash(&new.text())[..16])
}

fn offered_in(place: &Path) -> io::Result<Option<AddCheckpoint>> {
    let offered = durable::read(&place.join("offered"))?;
    Ok(offered.and_then(|bytes| String::from_utf8(bytes).ok()).as_deref().and_then(AddCheckpoint::parse))
}
