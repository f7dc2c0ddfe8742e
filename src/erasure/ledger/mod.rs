//! The ledger of erasures and holds: one line for each, in a file outside the database, durable before the act itself is.

mod file;
mod line;

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

pub use line::{Line, Step};

/// The file. It holds ids, instants and what holds give as their reason, and nothing personal; back it up apart from the
/// database. Any restored database is brought forward to it.
#[derive(Debug, Clone)]
pub struct Ledger {
    file: PathBuf,
}

/// The ledger cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The file system failed.
    #[error("{}: {reason}; erasures and holds are recorded here, so nothing is erased until it can be read and written", file.display())]
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
    /// It is not there, though something was erased.
    #[error("{} is missing, though content was erased: without it a restored backup would bring that back; put the file from the newest backup there", file.display())]
    Missing {
        /// The file.
        file: PathBuf,
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

    /// Where it stands.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Whether the file is there.
    pub fn exists(&self) -> bool {
        self.file.exists()
    }

    /// Appends lines, all of them durable when it returns, however long the file is; or none.
    pub async fn append(&self, lines: &[Line]) -> Result<(), LedgerError> {
        if lines.is_empty() {
            return Ok(());
        }
        let text = written(lines);
        self.with(move |ledger| file::append(&ledger.file, &text).map_err(|reason| ledger.failed(reason))).await
    }

    /// Every line, in the order in which they were written.
    pub async fn lines(&self) -> Result<Vec<Line>, LedgerError> {
        self.with(Self::read).await
    }

    /// Takes over what another ledger has and this has not, such as a backup's, each line at its time: what one of them
    /// knows is never forgotten. Answers how many lines are new.
    pub async fn take_over(&self, other: &Self) -> Result<usize, LedgerError> {
        let theirs = other.lines().await?;
        self.with(move |ledger| {
            // Nobody else appends until both are one.
            let locked = file::open(&ledger.file).map_err(|reason| ledger.failed(reason))?;
            let own = ledger.read()?;
            let known: HashSet<&Line> = own.iter().collect();
            let new: Vec<Line> = theirs.into_iter().filter(|line| !known.contains(line)).collect();
            let count = new.len();
            if count > 0 {
                let text = written(&merged(own, new));
                file::replace(&ledger.file, &text).map_err(|reason| ledger.failed(reason))?;
            }
            drop(locked);
            Ok(count)
        })
        .await
    }

    /// Copies its whole lines, each read and found right, into a new file.
    pub async fn copy_to(&self, path: PathBuf) -> Result<(), LedgerError> {
        self.with(move |ledger| {
            let text = written(&ledger.read()?);
            file::replace(&path, &text).map_err(|reason| LedgerError::File { file: path, reason })
        })
        .await
    }

    fn read(&self) -> Result<Vec<Line>, LedgerError> {
        let text = file::read(&self.file).map_err(|reason| self.failed(reason))?;
        // A line without its end is one whose act never began: the crash came while it was written.
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let damaged = |line| LedgerError::Damaged { file: self.file.clone(), line };
        let lines = whole.lines().enumerate();
        lines.map(|(at, line)| line.parse().map_err(|()| damaged(at + 1))).collect()
    }

    fn failed(&self, reason: io::Error) -> LedgerError {
        LedgerError::File { file: self.file.clone(), reason }
    }

    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, LedgerError> {
        let ledger = self.clone();
        tokio::task::spawn_blocking(move || work(&ledger)).await.map_err(|_| LedgerError::Interrupted)?
    }
}

/// Lines as a file has them.
fn written(lines: &[Line]) -> String {
    lines.iter().fold(String::new(), |text, line| text + &line.to_string() + "\n")
}

/// The lines of both: each keeps its own order, and of two the earlier comes first.
fn merged(own: Vec<Line>, new: Vec<Line>) -> Vec<Line> {
    let (mut own, mut new) = (own.into_iter().peekable(), new.into_iter().peekable());
    let mut both = Vec::new();
    loop {
        let next = match (own.peek(), new.peek()) {
            (Some(one), Some(other)) if other.at < one.at => new.next(),
            (Some(_), _) => own.next(),
            (None, _) => new.next(),
        };
        match next {
            Some(line) => both.push(line),
            None => return both,
        }
    }
}

#[cfg(test)]
mod tests;
