//! `earayis backup` and `earayis restore`: a copy of everything but the keys that is whole or not there, and the way back.
//!
//! The log is copied before the database, so that no copied log is ever ahead of the database beside it. The manifest
//! comes last: a folder without one is no backup.

mod restore;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

use super::Failure;
use super::place::Place;
use super::terminal::{data, say};
use crate::clock::{Clock, Instant};
use crate::durable;
use crate::oversight::{self, LogKeys, LogSource, Places};
use crate::random::Random;
use crate::server::{Service, open_storage};

pub(super) use restore::Restore;

const MANIFEST: &str = "manifest.json";
const DATABASE: &str = "earayis.db";
const LOG: &str = "log";
const ERASURES: &str = "erasures";

/// What a backup holds.
#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    made_at: String,
    program: String,
    origin: String,
    /// Leaves of the published log that it holds.
    size: u64,
    /// SHA-256 of the database's file; none where the engine's own tool makes it.
    database_sha256: Option<String>,
}

/// Where from, and where to.
#[derive(Debug, Args)]
pub(super) struct Backup {
    #[command(flatten)]
    place: Place,
    /// The folder to make; it must not be there yet
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Backup {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let settings = self.place.settings()?;
        let service = self.place.unchecked().await?;
        make_private(&self.out)?;
        let store = service.sequencer.store.clone();
        let log = self.out.join(LOG);
        let files = tokio::task::spawn_blocking({
            let log = log.clone();
            move || store.copy_to(&log)
        });
        let files = files.await??;
        let database = self.out.join(DATABASE);
        let copied = service.storage.copy_to(&database).await?;
        if copied {
            fs::File::open(&database)?.sync_all()?;
        }
        // After the database: what it has erased and held is in the ledger by now.
        service.erasure.check_ledger().await?;
        service.erasure.ledger.copy_to(self.out.join(ERASURES)).await?;
        let size = self.verify(&settings, &service, &log, copied.then_some(database.as_path())).await?;
        let sha256 = if copied { Some(sha256(&database)?) } else { None };
        self.write_manifest(&Manifest {
            made_at: Clock::System.now().to_string(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            origin: settings.log.origin.clone(),
            size,
            database_sha256: sha256,
        })?;
        service.storage.close().await;
        data(format!("log         {size} entries in {files} files, verified"))?;
        if copied {
            data("database    copied as of one moment, each published entry with its leaf")?;
        } else {
            say("the database is PostgreSQL's: make its part of this backup now, and not before, with `pg_dump \
                 --format=custom` (or a base backup and its write-ahead log, which loses nothing)");
        }
        say(format!(
            "the keys are not in it: keep a copy of {} apart from this folder, where nobody who has the one has the other",
            settings.keys.display()
        ));
        Ok(ExitCode::SUCCESS)
    }

    /// A backup that nobody read is none: the copied log is proven, and held against the copied database.
    async fn verify(
        &self,
        settings: &crate::config::Settings,
        service: &Service,
        log: &Path,
        database: Option<&Path>,
    ) -> Result<u64, Failure> {
        let source = LogSource::folder(log)?;
        let keys = LogKeys::from(service.ring.log().signer().verifier().clone());
        let Some(database) = database else {
            let proven = oversight::published(&source, &keys, &[], None, &|_, _| ()).await?;
            return Ok(proven.checkpoint.size);
        };
        let mut copied = settings.clone();
        copied.storage.url =
            format!("sqlite:{}", database.display().to_string().replace('%', "%25").replace('?', "%3F"));
        let storage = open_storage(&copied, &service.ring, &Random::system()).await?;
        let lost = storage.lost_entries_counted().await?.unsigned_abs();
        // Nothing of a copy is ever late.
        let clock = Clock::manual(Instant::from_millis(0));
        let mut places = Places::new(storage.clone(), clock, lost);
        let proven = oversight::published(&source, &keys, &[], Some(&mut places), &|_, _| ()).await;
        storage.close().await;
        Ok(proven?.checkpoint.size)
    }

    fn write_manifest(&self, manifest: &Manifest) -> Result<(), Failure> {
        durable::replace(&self.out.join(MANIFEST), serde_json::to_string_pretty(manifest)?.as_bytes())?;
        Ok(durable::sync_folder(&self.out)?)
    }
}

/// A new folder that nobody but its owner may enter.
fn make_private(folder: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::DirBuilderExt as _;
    let made = fs::DirBuilder::new().mode(0o700).create(folder);
    made.map_err(|error| format!("{}: {error}; name a folder that is not there yet", folder.display()).into())
}

fn sha256(file: &Path) -> Result<String, Failure> {
    use std::io::Read as _;
    let mut digest = ring::digest::Context::new(&ring::digest::SHA256);
    let (mut file, mut buffer) = (fs::File::open(file)?, vec![0; 1 << 20]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(HEXLOWER.encode(digest.finish().as_ref())),
            read => digest.update(&buffer[..read]),
        }
    }
}
