//! Evidence: what a service answered that contradicts what it signed before, kept beside what it contradicts.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ring::digest::{Context, SHA256};

/// The folder's name within the trust folder.
const FOLDER: &str = "evidence";

/// Keeps `pieces`, each a name and its bytes, in a folder of their own, and answers where. The same evidence has the same
/// place: whoever repeats himself fills no disk.
pub(super) fn keep(folder: &Path, what: &str, pieces: &[(&str, &[u8])]) -> io::Result<PathBuf> {
    let mut digest = Context::new(&SHA256);
    for (name, bytes) in pieces {
        digest.update(format!("{name} {}\n", bytes.len()).as_bytes());
        digest.update(bytes);
    }
    let digest = data_encoding::HEXLOWER.encode(&digest.finish().as_ref()[..16]);
    let place = folder.join(FOLDER).join(format!("{digest}-{what}"));
    fs::create_dir_all(&place)?;
    for (name, bytes) in pieces {
        fs::write(place.join(name), bytes)?;
        fs::File::open(place.join(name))?.sync_all()?;
    }
    fs::File::open(&place)?.sync_all()?;
    Ok(place)
}
