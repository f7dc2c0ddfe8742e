//! A copy of a published log: its checkpoint first, so that the tiles copied after it bear it out, whatever is published meanwhile.

use std::fs;
use std::io;
use std::path::Path;

use super::{CHECKPOINT, LogStore, LogStoreError, WITNESSED, durable, unavailable};

impl LogStore {
    /// Copies the log into a folder of its own, durable when this returns. Answers how many files it has.
    pub fn copy_to(&self, folder: &Path) -> Result<usize, LogStoreError> {
        let failed = unavailable(folder);
        durable::make_folder(folder).map_err(&failed)?;
        // Both are read before any tile, and are put into place after all of them.
        let notes = [(WITNESSED, self.witnessed()?), (CHECKPOINT, self.checkpoint()?)];
        let mut files = 0;
        copy_folder(&self.folder.join("tile"), &folder.join("tile"), &mut files).map_err(&failed)?;
        for (name, note) in notes {
            let Some(note) = note else { continue };
            durable::replace(&folder.join(name), note.as_bytes()).map_err(&failed)?;
            files += 1;
        }
        durable::sync_folder(folder).map_err(&failed)?;
        Ok(files)
    }
}

fn copy_folder(from: &Path, to: &Path, files: &mut usize) -> io::Result<()> {
    let entries = match fs::read_dir(from) {
        // What became full between listing and reading has its partial tiles no more.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    durable::make_folder(to)?;
    for entry in entries {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&path, &to.join(&name), files)?;
        } else if !durable::is_unfinished(&name)
            && let Some(bytes) = durable::read(&path)?
        {
            durable::replace(&to.join(&name), &bytes)?;
            *files += 1;
        }
    }
    durable::sync_folder(to)
}
