//! `earayis trust`: brings what an offline check stands on, and says what there is and how old it is.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};

use super::Failure;
use super::terminal::{data, say};
use crate::clock::{Clock, Instant};
use crate::trust::{self, Fetched, Root, TrustError};

/// The commands of trust.
#[derive(Debug, Subcommand)]
pub(super) enum Trust {
    /// Fetch keys, status lists and the log's checkpoint with the hashes of its tree (32 bytes a certificate and act), each
    /// verified against the root and against what was held: exit code 1 when a status list was refused, 2 when the log or
    /// nothing at all was taken
    Fetch {
        /// The service
        #[arg(long, value_name = "URL")]
        server: String,
        /// The folder that keeps them
        #[arg(long, value_name = "DIR", default_value = DEFAULT_DIR)]
        dir: PathBuf,
        /// The root's certificate, in PEM or DER [default: the one that the folder holds, or at first use the service's]
        #[arg(long, value_name = "FILE")]
        root: Option<PathBuf>,
        /// By how many entries the log may have grown since the last fetch
        #[arg(long, value_name = "ENTRIES", default_value_t = trust::MOST_GROWTH)]
        growth: u64,
    },
    /// Say what a folder holds and how old it is, after verifying it
    Show {
        /// The folder
        #[arg(long, value_name = "DIR", default_value = DEFAULT_DIR)]
        dir: PathBuf,
    },
}

/// Where trust is kept unless told otherwise.
pub(super) const DEFAULT_DIR: &str = "trust";

impl Trust {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Fetch { server, dir, root, growth } => fetch(&server, &dir, root.as_deref(), growth).await,
            Self::Show { dir } => show(&dir, Clock::System.now()),
        }
    }
}

async fn fetch(server: &str, dir: &Path, root: Option<&Path>, growth: u64) -> Result<ExitCode, Failure> {
    let root = root.map(read_root).transpose()?;
    // Whoever comes second finds the same provider in place.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    let mut tell = |what: &'static str, done: u64, all: u64| {
        bar.set_message(what);
        bar.set_length(all);
        bar.set_position(done);
    };
    let clock = Clock::System;
    let fetched = trust::fetch(server, dir, root, &clock, growth, &mut tell).await;
    bar.finish_and_clear();
    told(&fetched?, clock.now())
}

fn read_root(file: &Path) -> Result<Root, Failure> {
    let bytes = std::fs::read(file).map_err(|error| format!("{}: cannot be read: {error}", file.display()))?;
    Ok(Root::parse(&bytes).map_err(|error| format!("{}: {error}", file.display()))?)
}

fn told(fetched: &Fetched, now: Instant) -> Result<ExitCode, Failure> {
    if fetched.pinned_now {
        say(format!(
            "warning: the root was taken from the service itself, since none was known: whoever answered in its place \
             would be believed from now on. Compare its SHA-256 with the one that the agency publishes, or fetch into \
             an empty folder with `--root FILE`:\n  {}",
            fetched.root
        ));
    }
    data(format!("root        {}", fetched.root))?;
    data(format!("keys        {}", fetched.keys))?;
    for key in &fetched.revoked {
        data(format!("revoked     {}, since {}", key.kid, key.revoked_at))?;
    }
    for key in &fetched.concealed {
        say(format!(
            "warning: the key {} is revoked by a signed status list, and the list of keys does not say so: it is an older \
             copy, or somebody on the way conceals it; here it is revoked. Tell the service's operator if it stays so",
            key.kid
        ));
    }
    match (&fetched.checkpoint, fetched.grown_from) {
        (None, _) => data("checkpoint  none yet")?,
        (Some(checkpoint), None) => data(format!("checkpoint  {}, {} entries", checkpoint.origin, checkpoint.size))?,
        (Some(checkpoint), Some(held)) => data(format!(
            "checkpoint  {}, {} entries, proven to continue the {held} held before",
            checkpoint.origin, checkpoint.size
        ))?,
    }
    let mut code = ExitCode::SUCCESS;
    for list in &fetched.lists {
        let age = list.issued_at.map_or_else(|| "not held".to_owned(), |at| format!("signed {} ago", age(at, now)));
        data(format!("list        {}, {age}", list.uri))?;
        if let Some(refused) = &list.refused {
            say(format!("warning: {} was not taken: {refused}", list.uri));
            code = ExitCode::FAILURE;
        }
    }
    if fetched.lists.is_empty() {
        data("list        none yet")?;
    }
    Ok(code)
}

fn show(dir: &Path, now: Instant) -> Result<ExitCode, Failure> {
    let trust = trust::Trust::load(dir, now)?;
    data(format!("server      {}", trust.server()))?;
    data(format!("root        {}", trust.root))?;
    let fetched = age(trust.fetched_at(), now);
    data(format!("keys        {}, fetched {fetched} ago", trust.keys.iter().count()))?;
    for key in trust.revoked_keys() {
        data(format!("revoked     {}, since {}", key.kid, key.revoked_at))?;
    }
    if let Some(checkpoint) = &trust.checkpoint {
        let fetched = age(trust.checkpoint_fetched_at(), now);
        data(format!("checkpoint  {}, {} entries, fetched {fetched} ago", checkpoint.origin, checkpoint.size))?;
        trust.check_tree()?;
    }
    for uri in trust.list_addresses() {
        match trust.status_list(uri, now) {
            Ok(Some(list)) => {
                let expired = if list.has_expired(now) { ", expired" } else { "" };
                data(format!("list        {uri}, signed {} ago{expired}", age(list.issued_at, now)))?;
            }
            Ok(None) => {}
            Err(error @ TrustError::Refused { .. }) => say(format!("warning: {error}")),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The time since `at`, as people say it; nothing is younger than now.
pub(super) fn age(at: Instant, now: Instant) -> String {
    spoken((now.millis() - at.millis()).max(0) / 1000)
}

/// So many seconds, in the two largest units that matter.
pub(super) fn spoken(seconds: i64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min"),
        (0, ..) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_said_in_the_units_that_matter() {
        for (seconds, text) in [(0, "0 s"), (59, "59 s"), (60, "1 min"), (7_380, "2 h 3 min"), (266_400, "3 d 2 h")] {
            assert_eq!(spoken(seconds), text);
        }
        let now = Instant::from_millis(5_000);
        assert_eq!(age(Instant::from_millis(9_000), now), "0 s");
    }
}
