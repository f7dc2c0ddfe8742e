//! `earayis kinds`: what the catalogue holds, what is wrong with a kind's file, and how its page will look.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;

use super::Failure;
use super::terminal::{data, say};
use crate::catalogue::{Catalogue, KindCode, Language, Lifecycle, Mistake};
use crate::certificate::specimen;
use crate::clock::Clock;
use crate::pdf::Press;

/// The catalogue's commands.
#[derive(Debug, Subcommand)]
pub(super) enum Kinds {
    /// List the built-in kinds, or those of the files
    List {
        /// Files of kinds
        files: Vec<PathBuf>,
    },
    /// Check files of kinds: each mistake with file, line and reason; exit code 1 when there is one
    Check {
        /// Files of kinds [default: the built-in ones]
        files: Vec<PathBuf>,
    },
    /// Draw a specimen of a kind, plainly marked and never sealed
    Preview {
        /// The kind's code
        kind: KindCode,
        /// Where to write the PDF
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Files of kinds [default: the built-in ones]
        files: Vec<PathBuf>,
    },
}

impl Kinds {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let press = Press::new()?;
        let (Self::List { files } | Self::Check { files } | Self::Preview { files, .. }) = &self;
        let catalogue = match catalogue(files, &press)? {
            Ok(catalogue) => catalogue,
            Err(mistakes) => {
                mistakes.iter().try_for_each(|mistake| data(mistake.to_string()))?;
                say(format!("{} to put right", counted(mistakes.len(), "mistake")));
                return Ok(ExitCode::FAILURE);
            }
        };
        match self {
            Self::List { .. } => list(&catalogue)?,
            Self::Check { .. } => say(format!("{} without a mistake", counted(catalogue.kinds().len(), "kind"))),
            Self::Preview { kind, out, .. } => preview(&catalogue, &press, &kind, &out)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn catalogue(files: &[PathBuf], press: &Press) -> Result<Result<Catalogue, Vec<Mistake>>, Failure> {
    let drawable = |letter| press.draws(letter);
    if files.is_empty() {
        return Ok(Catalogue::built_in());
    }
    let mut texts = Vec::new();
    for file in files {
        let text =
            std::fs::read_to_string(file).map_err(|error| format!("{}: cannot be read: {error}", file.display()))?;
        texts.push((file.display().to_string(), text));
    }
    let texts: Vec<_> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Ok(Catalogue::parse(&texts, &drawable))
}

fn list(catalogue: &Catalogue) -> Result<(), Failure> {
    for kind in catalogue.kinds() {
        let how = match kind.lifecycle {
            Lifecycle::Instant => "at once".to_owned(),
            Lifecycle::Routed { working_days } => {
                format!("approval, {}", counted(working_days as usize, "working day"))
            }
        };
        let days = kind.validity.days.map_or_else(|| "no end".to_owned(), |days| format!("{days} days"));
        data(format!("{:<20} v{:<3} {days:<9} {how:<26} {}", kind.code, kind.version, kind.title.text(Language::Az)))?;
    }
    Ok(())
}

fn preview(catalogue: &Catalogue, press: &Press, code: &KindCode, out: &PathBuf) -> Result<(), Failure> {
    let now = Clock::System.now();
    let kind = catalogue
        .in_force(code, now.baku_date())
        .or_else(|| catalogue.kinds().iter().rfind(|kind| kind.code == *code))
        .ok_or_else(|| format!("there is no kind `{code}`; `earayis kinds list` shows them"))?;
    let specimen = specimen::of(kind, now)?;
    std::fs::write(out, press.specimen(&specimen, "arayis.example")?)
        .map_err(|error| format!("{}: cannot be written: {error}", out.display()))?;
    say(format!("a specimen of `{code}` is in {}", out.display()));
    Ok(())
}

fn counted(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
