//! What is wrong with the settings: each mistake a sentence that says where it stands and what to do.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why the service does not start with these settings.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the settings in {}: {reason}; name another file with --config FILE", file.display())]
    Unreadable {
        /// The file as it was named.
        file: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// The file says something wrong; all that was found, in the order of lines.
    #[error("{}", Listed { file, mistakes })]
    Mistakes {
        /// The file as it was named.
        file: PathBuf,
        /// At least one.
        mistakes: Vec<Mistake>,
    },
    /// `production = true`, yet the keys were made for a demonstration. Whoever opens the keys finds this out.
    #[error(
        "the keys in {} are for demonstrations; make the service's own with `earayis keys`, \
         or set `production = false`",
        directory.display()
    )]
    DevelopmentKeys {
        /// The folder of the keys.
        directory: PathBuf,
    },
}

/// One thing to put right in the file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong and what to do.
    pub sentence: String,
}

struct Listed<'a> {
    file: &'a PathBuf,
    mistakes: &'a [Mistake],
}

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.mistakes.iter().enumerate() {
            let end_of_line = if index == 0 { "" } else { "\n" };
            write!(f, "{end_of_line}{}:{}: {}", self.file.display(), mistake.line, mistake.sentence)?;
        }
        Ok(())
    }
}
