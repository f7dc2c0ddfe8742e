//! `earayis restore`: a backup put into place, and what happened after it kept: what was published, and what was erased.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::{DATABASE, ERASURES, LOG, MANIFEST, Manifest, sha256};
use crate::cli::Failure;
use crate::cli::place::Place;
use crate::cli::terminal::{data, say};
use crate::config::Settings;
use crate::durable;
use crate::erasure::{Ledger, Replayed};
use crate::log_store::LogStore;
use crate::random::Random;

/// Which backup, and where to.
#[derive(Debug, Args)]
pub(in crate::cli) struct Restore {
    #[command(flatten)]
    place: Place,
    /// The backup's folder; without one, what is in place already is gone on with
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
    /// Give up this many published leaves that the backup does not hold, for good
    #[arg(long, value_name = "COUNT")]
    give_up: Option<u64>,
}

impl Restore {
    pub(in crate::cli) async fn run(self) -> Result<ExitCode, Failure> {
        let settings = self.place.settings()?;
        if let Some(from) = &self.from {
            put_into_place(from, &settings).await?;
        }
        let service = self.place.unchecked().await?;
        let missing = service.sequencer.missing().await?;
        if missing > 0 {
            if self.give_up != Some(missing) {
                service.storage.close().await;
                return Err(format!(
                    "the published log has {missing} more leaves than this database: issuances and revocations that it \
                     does not know of. Restore a newer backup if there is one. If there is none, go on with `earayis \
                     restore --give-up {missing}`: certificates issued since will be unknown here and those revoked \
                     since will count as in force, so compare them with the agencies' own records at once"
                )
                .into());
            }
            let lost = service.sequencer.give_up_missing(&Random::system()).await?;
            data(format!(
                "given up    {lost} leaves; `earayis log check --lost COUNT` tells their number from now on"
            ))?;
        } else if self.give_up.is_some_and(|count| count > 0) {
            service.storage.close().await;
            return Err("the database has every published leaf: there is nothing to give up".into());
        }
        service.log_agrees().await?;
        let replayed = service.erasure.replay().await?;
        let size = service.storage.log_state().await?.size;
        service.storage.close().await;
        data(format!("log         {size} leaves; database and published log agree"))?;
        let Replayed { erased, held, lifted } = replayed;
        data(format!("erasures    {erased} made again that the backup had undone"))?;
        data(format!("holds       {held} set again and {lifted} lifted again, as the ledger of erasures says"))?;
        say("start the service, then verify everything with `earayis log check`");
        Ok(ExitCode::SUCCESS)
    }
}

/// Database and log from the backup. A published log that is there already is what people hold proofs of, and stays.
async fn put_into_place(from: &Path, settings: &Settings) -> Result<(), Failure> {
    let manifest = fs::read(from.join(MANIFEST)).map_err(|error| {
        format!("{}: {error}; a folder without its {MANIFEST} is an unfinished backup", from.join(MANIFEST).display())
    })?;
    let manifest: Manifest = serde_json::from_slice(&manifest)?;
    if manifest.origin != settings.log.origin {
        return Err(format!(
            "the backup is of the log {}, and the settings are of {}",
            manifest.origin, settings.log.origin
        )
        .into());
    }
    // Before the database, which would bring back what it does not know of. Both are kept: what was erased, held and lifted
    // after the backup stands in the one that survived.
    let copied = Ledger::new(from.join(ERASURES));
    if !copied.exists() {
        return Err(format!("{} is missing: use another copy of the backup", copied.file().display()).into());
    }
    Ledger::new(settings.log.directory.with_file_name("erasures")).take_over(&copied).await?;
    if let Some(expected) = &manifest.database_sha256 {
        let copy = from.join(DATABASE);
        if sha256(&copy)? != *expected {
            return Err(format!("{} is not what the backup's manifest names: use another copy", copy.display()).into());
        }
        put_database(&copy, &database_file(settings)?)?;
    }
    if !settings.log.directory.join("checkpoint").exists() {
        LogStore::open(from.join(LOG))?.copy_to(&settings.log.directory)?;
    }
    Ok(())
}

fn database_file(settings: &Settings) -> Result<PathBuf, Failure> {
    let path = settings.storage.url.strip_prefix("sqlite:");
    let path = path.ok_or("the backup holds an SQLite database, and the settings name another engine")?;
    Ok(PathBuf::from(path.replace("%3F", "?").replace("%25", "%")))
}

fn put_database(copy: &Path, file: &Path) -> Result<(), Failure> {
    let beside = |suffix: &str| PathBuf::from(format!("{}{suffix}", file.display()));
    for standing in [file.to_owned(), beside("-wal"), beside("-shm")] {
        if standing.exists() {
            return Err(format!(
                "{} is there: stop the service and move it away first, and keep it: it may hold what the backup does not",
                standing.display()
            )
            .into());
        }
    }
    let mut copy = fs::File::open(copy)?;
    durable::replace_private(file, |file| io::copy(&mut copy, file))?;
    Ok(durable::sync_folder(file.parent().unwrap_or(Path::new(".")))?)
}
