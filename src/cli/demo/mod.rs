//! `earayis demo`: everything in one folder — settings, development keys, fictional registry, SQLite, log — and running.

mod auditors;
mod printed;
mod samples;
mod sandbox;
mod verifiers;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;

use super::Failure;
use super::place::DEMONSTRATION_SETTINGS;
use super::terminal::say;
use crate::app::{Demonstration, Person};
use crate::catalogue::{Catalogue, SourceCode, Voen};
use crate::clock::Clock;
use crate::config::{Place, Settings};
use crate::durable;
use crate::keys::{self, InitOptions, SealingAlgorithm};
use crate::random::Random;
use crate::registry::{Citizen, FileSource};
use crate::server::{assemble, serve};
use crate::telemetry::{self, Metrics};

/// Runs a demonstration.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// The folder that holds everything; a second start keeps what is in it
    #[arg(long, value_name = "DIR", default_value = "data")]
    dir: PathBuf,
    /// Where to listen
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// A file with a table `[sign_in]`, as `earayis serve` has it: people can also sign in at a real provider
    #[arg(long, value_name = "FILE")]
    sign_in: Option<PathBuf>,
}

/// The fictional citizens.
const CITIZENS: &str = include_str!("../../../templates/demonstration/citizens.json");

impl Demo {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let random = Random::system();
        prepare(&self, &Clock::System, &random)?;
        let settings = Settings::read(&self.dir.join(DEMONSTRATION_SETTINGS))?;
        telemetry::start(settings.telemetry)?;
        let metrics = Metrics::start()?;
        let people = people(&settings)?;
        let mut service = assemble(&settings, None, Clock::System, random).await?;
        let sandbox = sandbox::open(&service, &settings, &self.dir).await?;
        verifiers::introduce(&service, &self.dir).await?;
        let auditors = auditors::introduce(&service).await?;
        service.app.demonstration = Some(Arc::new(Demonstration { people, auditors, sandbox }));
        let verifier = verifiers::told(&self.dir);
        let (dir, url) = (self.dir.display().to_string(), settings.public_url.to_string());
        let ready = move |_: SocketAddr, metrics: SocketAddr| {
            say(format!("SINAQ – HÜQUQİ QÜVVƏSİ YOXDUR: a demonstration without legal force, all in `{dir}`"));
            say(format!("  pages    {url}/"));
            say(format!("  verify   {url}/v"));
            say(format!("  desk     {url}/desk, the auditor's"));
            say(format!("  sandbox  {url}/sandbox, something to verify for each verdict"));
            say(format!("  guide    {url}/developers/guide"));
            say(format!("  API      {url}/api/v1/openapi.json, the issuer's token in `{dir}/issuer.token`"));
            say(format!("           {verifier}"));
            say(format!("  metrics  http://{metrics}/metrics"));
        };
        serve(service, &settings, metrics, ready).await?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Makes what the folder lacks. Keys, data and citizens that are there stay as they are.
fn prepare(demo: &Demo, clock: &Clock, random: &Random) -> Result<(), Failure> {
    let Demo { dir, listen, sign_in } = demo;
    fs::create_dir_all(dir.join("log"))?;
    if !dir.join("keys").join("ring.toml").exists() {
        let options = InitOptions {
            now: sandbox::began(clock.now()),
            issuer: "earayis SINAQ".to_owned(),
            log_origin: "demo.earayis.example/log".to_owned(),
            sealing: SealingAlgorithm::P256,
            development: true,
        };
        keys::init(&dir.join("keys"), &options, random)?;
    }
    let citizens = dir.join("citizens.json");
    if !citizens.exists() {
        fs::write(&citizens, CITIZENS)?;
    }
    let token = dir.join("issuer.token");
    if !token.exists() {
        private(&token, &data_encoding::BASE64URL_NOPAD.encode(&random.bytes::<32>()?))?;
    }
    let former = former_hosts(dir, *listen)?;
    let token = fs::read_to_string(&token)?;
    let mut text = settings_text(*listen, &former, token.trim())?;
    if let Some(file) = sign_in {
        text.push('\n');
        text.push_str(&fs::read_to_string(file)?);
    }
    Ok(durable::replace(&dir.join(DEMONSTRATION_SETTINGS), text.as_bytes())?)
}

/// QR codes printed while the demonstration had another address stay ours.
fn former_hosts(dir: &Path, listen: SocketAddr) -> Result<Vec<String>, Failure> {
    let file = dir.join(DEMONSTRATION_SETTINGS);
    if !file.exists() {
        return Ok(Vec::new());
    }
    if !fs::read_to_string(&file)?.starts_with(WRITTEN_ANEW) {
        return Err(
            format!("{} was not written by a demonstration; name another folder with `--dir`", file.display()).into()
        );
    }
    let before = Settings::read(&file)?;
    let mut hosts = before.former_hosts;
    hosts.push(before.public_url.authority().to_owned());
    hosts.retain(|host| *host != listen.to_string());
    hosts.sort();
    hosts.dedup();
    Ok(hosts)
}

/// How a demonstration's settings begin: no others are ever written over.
const WRITTEN_ANEW: &str = "# Written anew by each start of `earayis demo`";

/// Far more look-ups than a machine answers.
const MANY: u32 = 10_000_000;

fn settings_text(listen: SocketAddr, former: &[String], token: &str) -> Result<String, Failure> {
    use std::fmt::Write as _;
    let sha256 = ring::digest::digest(&ring::digest::SHA256, token.as_bytes());
    let sha256 = data_encoding::HEXLOWER.encode(sha256.as_ref());
    let mut text = format!(
        "{WRITTEN_ANEW}; commands find this demonstration with `--dir`.\n\
         listen = \"{listen}\"\n\
         public_url = \"http://{listen}\"\n\
         former_hosts = {former:?}\n\
         production = false\n\n\
         [storage]\nurl = \"sqlite:earayis.db\"\n\n\
         [log]\ndirectory = \"log\"\norigin = \"demo.earayis.example/log\"\n\n\
         [keys]\ndirectory = \"keys\"\n\n\
         [metrics]\nlisten = \"127.0.0.1:0\"\n\n\
         [telemetry]\nformat = \"text\"\nlevel = \"warn\"\n\n\
         # Everybody here is this machine: limits that show how they work would only be in the way.\n\
         [limits]\nanonymous_per_minute = {MANY}\nanonymous_burst = {MANY}\nnumber_per_minute = {MANY}\n\
         number_burst = {MANY}\nmisses_per_minute = {MANY}\nmisses_burst = {MANY}\n\
         organisation_per_second = {MANY}\norganisation_burst = {MANY}\n"
    );
    let catalogue = Catalogue::built_in().map_err(|_| "the built-in catalogue has mistakes")?;
    for source in sources(&catalogue) {
        write!(text, "\n[[registry]]\nsource = \"{source}\"\nkind = \"file\"\npath = \"citizens.json\"\n")?;
    }
    if let Some(agency) = agency(&catalogue) {
        write!(
            text,
            "\n[[api_token]]\nname = \"demonstration\"\norganisation = \"{agency}\"\nrole = \"issuer\"\nsha256 = \"{sha256}\"\n"
        )?;
    }
    Ok(text)
}

/// Every source that a kind asks, once.
fn sources(catalogue: &Catalogue) -> BTreeSet<&SourceCode> {
    catalogue.kinds().iter().flat_map(|kind| &kind.sources).collect()
}

/// The agency that answers for the certificate of employment: the demonstration's API token is its own.
fn agency(catalogue: &Catalogue) -> Option<&Voen> {
    catalogue.kinds().iter().find(|kind| kind.code.as_str() == "is-yeri").map(|kind| &kind.issuer.voen)
}

/// The fictional citizens as sign-in offers them.
fn people(settings: &Settings) -> Result<Vec<Person>, Failure> {
    let Some(file) = settings.registries.iter().find_map(|registry| match &registry.place {
        Place::File(path) => Some(path),
        Place::Http(_) => None,
    }) else {
        return Ok(Vec::new());
    };
    let source = FileSource::parse(&fs::read_to_string(file)?)?;
    let person = |citizen: &Citizen| Person {
        holder: citizen.holder().clone(),
        note: citizen.note().unwrap_or_default().to_owned(),
    };
    Ok(source.people().iter().map(person).collect())
}

/// Writes a file that only its owner may read.
fn private(file: &Path, text: &str) -> Result<(), Failure> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600).open(file)?.write_all(text.as_bytes())?;
    Ok(())
}
