//! A copy of a published log: the files that its checkpoint names, whatever is published meanwhile.

use std::collections::BTreeSet;
use std::path::Path;

use super::{CHECKPOINT, LogStore, LogStoreError, WITNESSED, durable, unavailable};
use crate::transparency::{Checkpoint, Tile, WholeLog};

impl LogStore {
    /// Copies the log into a folder of its own, durable when this returns. Answers how many files it has.
    pub fn copy_to(&self, folder: &Path) -> Result<usize, LogStoreError> {
        self.copy_with(folder, |_| ())
    }

    /// The same; `before` hears of each tile before it is read, while the log may go on growing.
    pub(super) fn copy_with(&self, folder: &Path, mut before: impl FnMut(&Tile)) -> Result<usize, LogStoreError> {
        // Both are read before any tile, and are put into place after all of them.
        let notes = [(WITNESSED, self.witnessed()?), (CHECKPOINT, self.checkpoint()?)];
        let size = match &notes[1].1 {
            Some(note) => Checkpoint::unverified(note)?.size,
            None => 0,
        };
        let copy = Self::open(folder)?;
        let (mut files, mut folders) = (0, BTreeSet::new());
        for tile in WholeLog::tiles(size) {
            before(&tile);
            // Where a partial tile has become full meanwhile, the full one begins with it.
            let bytes = self.read(&tile)?.ok_or_else(|| LogStoreError::Missing { path: self.path(&tile) })?;
            let path = copy.path(&tile);
            if let Some(parent) = path.parent().filter(|parent| !folders.contains(*parent)) {
                durable::make_folder(parent).map_err(unavailable(parent))?;
                folders.insert(parent.to_owned());
            }
            durable::replace(&path, &bytes).map_err(unavailable(&path))?;
            files += 1;
        }
        for folder in folders {
            durable::sync_folder(&folder).map_err(unavailable(&folder))?;
        }
        for (name, note) in notes {
            let Some(note) = note else { continue };
            copy.put(name, &note)?;
            files += 1;
        }
        Ok(files)
    }
}
