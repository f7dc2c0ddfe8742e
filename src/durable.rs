//! Files that are whole or not there, whatever happens: written beside their place, made durable, then renamed into it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt as _, fchown};
use std::path::Path;

/// What an unfinished file is called; no path of a log ends so, and the next attempt writes over it.
const UNFINISHED: &str = ".unfinished";

/// Puts a file in its place at once, durable but for its name, which [`sync_folder`] makes durable.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(UNFINISHED);
    let mut file = File::create(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)
}

/// Puts a file in the place of another, with its mode and owner: whoever may read the old one may read the new one. Where
/// a link stands, the file that it leads to is replaced. Durable with its name.
pub(crate) fn replace_alike(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let former = fs::metadata(&path)?;
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(UNFINISHED);
    let mut file = File::create(&unfinished)?;
    file.write_all(bytes)?;
    let own = file.metadata()?;
    if (own.uid(), own.gid()) != (former.uid(), former.gid()) {
        fchown(&file, Some(former.uid()), Some(former.gid()))?;
    }
    file.set_permissions(former.permissions())?;
    file.sync_all()?;
    fs::rename(&unfinished, &path)?;
    path.parent().map_or(Ok(()), sync_folder)
}

/// Makes a folder and those above it, each durable.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    let missing: Vec<&Path> = folder.ancestors().take_while(|above| !above.exists()).collect();
    fs::create_dir_all(folder)?;
    for parent in missing.into_iter().filter_map(Path::parent) {
        sync_folder(if parent.as_os_str().is_empty() { Path::new(".") } else { parent })?;
    }
    Ok(())
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// A file's bytes, or `None` where there is no such file.
pub(crate) fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The same as [`replace`], for a file that only its owner may read from its first byte on, written piece by piece.
pub(crate) fn replace_private<T>(path: &Path, write: impl FnOnce(&mut File) -> io::Result<T>) -> io::Result<T> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(UNFINISHED);
    // One that was left may have other rights.
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(&unfinished)?;
    let written = write(&mut file)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    Ok(written)
}
