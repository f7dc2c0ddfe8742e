//! The ledger of erasures: one line for each, in a file outside the database, durable before the erasure begins.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::clock::Instant;

/// The file. It holds ids and instants, and nothing personal; back it up apart from the database.
#[derive(Debug, Clone)]
pub struct Ledger {
    file: PathBuf,
}

/// The ledger cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The file system failed.
    #[error("{}: {reason}; erasures are recorded here, so nothing is erased until it can be written", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// A line is not as it was written.
    #[error("{}: line {line} is damaged; restore the file from its backup, so that no erasure is forgotten", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// Counts from 1.
        line: usize,
    },
    /// The task was cancelled.
    #[error("the ledger of erasures was not read to its end")]
    Interrupted,
}

impl Ledger {
    /// The ledger in `file`, which is made with its first line.
    pub fn new(file: PathBuf) -> Self {
        Self { file }
    }

    /// Records that a certificate's content is to be erased; durable when it returns.
    pub async fn record(&self, id: Uuid, at: Instant) -> Result<(), LedgerError> {
        self.with(move |file| append(file, &format!("{id} {at}\n"))).await
    }

    /// Every certificate whose content was ever to be erased.
    pub async fn erased(&self) -> Result<Vec<Uuid>, LedgerError> {
        Ok(self.lines().await?.into_iter().map(|(id, _)| id).collect())
    }

    async fn lines(&self) -> Result<Vec<(Uuid, Instant)>, LedgerError> {
        let text = self.with(read).await?;
        let damaged = |line| LedgerError::Damaged { file: self.file.clone(), line };
        // A line without its end is one whose erasure never began: the crash came while it was written.
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let lines = whole.lines().enumerate();
        lines.map(|(at, line)| parse(line).ok_or_else(|| damaged(at + 1))).collect()
    }

    /// Where it stands.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Takes over what another ledger names, such as a backup's: an erasure that one of them knows is never forgotten.
    /// Answers how many lines are new.
    pub async fn take_over(&self, other: &Self) -> Result<usize, LedgerError> {
        let known = self.erased().await?;
        let mut new = 0;
        for (id, at) in other.lines().await? {
            if !known.contains(&id) {
                self.record(id, at).await?;
                new += 1;
            }
        }
        Ok(new)
    }

    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
    ) -> Result<T, LedgerError> {
        let file = self.file.clone();
        let done = tokio::task::spawn_blocking(move || work(&file)).await.map_err(|_| LedgerError::Interrupted)?;
        done.map_err(|reason| LedgerError::File { file: self.file.clone(), reason })
    }
}

/// Appends a whole line, in place of one that a crash cut off: its erasure never began, and what followed it on the
/// same line would be damaged. The lock keeps two processes from taking each other's line for such a one.
fn append(path: &Path, line: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).read(true).append(true).mode(0o600).open(path)?;
    file.lock()?;
    let mut text = Vec::new();
    file.read_to_end(&mut text)?;
    let whole = text.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
    if whole < text.len() {
        file.set_len(whole as u64)?;
    }
    file.write_all(line.as_bytes())?;
    file.sync_all()?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    match File::open(path) {
        Ok(mut file) => file.read_to_string(&mut text).map(|_| text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(text),
        Err(error) => Err(error),
    }
}

fn parse(line: &str) -> Option<(Uuid, Instant)> {
    let (id, at) = line.split_once(' ')?;
    Some((id.parse().ok()?, Instant::parse_rfc3339(at)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_recorded_is_read_back_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::new(folder.path().join("erasures"));
        assert!(ledger.erased().await.unwrap().is_empty());
        let ids = [Uuid::from_u128(1), Uuid::from_u128(2)];
        for id in ids {
            ledger.record(id, Instant::from_millis(5)).await.unwrap();
        }
        assert_eq!(ledger.erased().await.unwrap(), ids);
    }

    #[tokio::test]
    async fn a_line_that_a_crash_cut_off_is_passed_over_and_a_damaged_one_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("erasures");
        let ledger = Ledger::new(file.clone());
        ledger.record(Uuid::from_u128(1), Instant::from_millis(5)).await.unwrap();
        append(&file, "00000000-0000-0000").unwrap();
        assert_eq!(ledger.erased().await.unwrap(), [Uuid::from_u128(1)]);
        ledger.record(Uuid::from_u128(2), Instant::from_millis(6)).await.unwrap();
        assert_eq!(ledger.erased().await.unwrap(), [Uuid::from_u128(1), Uuid::from_u128(2)]);
        append(&file, "00000000-0000-0000\n").unwrap();
        assert!(matches!(ledger.erased().await, Err(LedgerError::Damaged { line: 3, .. })));
    }
}
