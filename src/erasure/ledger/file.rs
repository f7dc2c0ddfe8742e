//! The ledger's file: locked by whoever writes, and whole lines only, whatever a crash or a full disk left at its end.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use crate::durable;

/// How many bytes are read at once when the last whole line is looked for.
const BLOCK: u64 = 4096;

/// Appends whole lines, in place of one that a crash cut off: its act never began, and what followed it on the same line
/// would be damaged. What cannot be written whole is taken back.
pub(super) fn append(path: &Path, lines: &str) -> io::Result<()> {
    let mut file = open(path)?;
    let whole = end_of_whole_lines(&mut file)?;
    file.set_len(whole)?;
    if let Err(error) = file.write_all(lines.as_bytes()).and_then(|()| file.sync_all()) {
        // Were a line left there, its certificate would be erased at the next start.
        file.set_len(whole)?;
        return Err(error);
    }
    sync_folder(path)
}

/// Opens the file for appending, made when it is not there, and locks it: two processes never take each other's line for
/// one that a crash cut off, and nobody appends to a file that [`replace`] has put another in the place of.
pub(super) fn open(path: &Path) -> io::Result<File> {
    loop {
        let file = OpenOptions::new().create(true).read(true).append(true).mode(0o600).open(path)?;
        file.lock()?;
        let (opened, standing) = (file.metadata()?, fs::metadata(path));
        if standing.is_ok_and(|standing| (standing.dev(), standing.ino()) == (opened.dev(), opened.ino())) {
            return Ok(file);
        }
    }
}

/// Puts another file in its place, with these lines.
pub(super) fn replace(path: &Path, lines: &str) -> io::Result<()> {
    durable::replace_private(path, |file| file.write_all(lines.as_bytes()))?;
    sync_folder(path)
}

/// What it holds; nothing where it is not there yet.
pub(super) fn read(path: &Path) -> io::Result<String> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        read => read,
    }
}

/// Where the last whole line ends, found from the end on.
fn end_of_whole_lines(file: &mut File) -> io::Result<u64> {
    let mut end = file.metadata()?.len();
    while end > 0 {
        let start = end.saturating_sub(BLOCK);
        let mut block = Vec::new();
        file.seek(SeekFrom::Start(start))?;
        (&mut *file).take(end - start).read_to_end(&mut block)?;
        if let Some(line_feed) = block.iter().rposition(|&byte| byte == b'\n') {
            return Ok(start + line_feed as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}

fn sync_folder(path: &Path) -> io::Result<()> {
    durable::sync_folder(path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")))
}
