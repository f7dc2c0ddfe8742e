//! Evidence: what a service answered that contradicts what it signed before, kept beside what it contradicts.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::clock::Instant;

/// The folder's name within the trust folder.
const FOLDER: &str = "evidence";

/// Keeps `pieces`, each a name and its bytes, in a folder of their own, and answers where.
pub(super) fn keep(folder: &Path, now: Instant, what: &str, pieces: &[(&str, &[u8])]) -> io::Result<PathBuf> {
    let place = folder.join(FOLDER).join(format!("{}-{what}", now.millis()));
    fs::create_dir_all(&place)?;
    for (name, bytes) in pieces {
        fs::write(place.join(name), bytes)?;
        fs::File::open(place.join(name))?.sync_all()?;
    }
    fs::File::open(&place)?.sync_all()?;
    Ok(place)
}
