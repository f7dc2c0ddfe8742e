//! The assembly of a service from its settings: what does not fit together is refused before anything is served.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::alarms::Alarms;
use crate::app::{App, Demonstration, Stopping, Turns, Uploads};
use crate::auditing::Inquiry;
use crate::auth::{Admission, ConfiguredToken, MemberSessions, Sessions};
use crate::catalogue::{Catalogue, Mistake, Voen};
use crate::clock::Clock;
use crate::config::{ConfigError, Settings};
use crate::door::Door;
use crate::erasure::{Erasure, ErasureError, Ledger, Replayed};
use crate::examination::{Examiner, Limits};
use crate::identity::{Provider, UnusableRoots};
use crate::issuance::Issuance;
use crate::keys::{KeyError, KeyRing};
use crate::log_store::{LogStore, LogStoreError};
use crate::open_data::OpenData;
use crate::organisations::Organisations;
use crate::pdf::{PdfError, Press};
use crate::publication::StatusLists;
use crate::random::Random;
use crate::revocation::Revocation;
use crate::routes;
use crate::seal::SealError;
use crate::sequencer::{Sequencer, SequencerError, Witnesses};
use crate::sign_in::SignIn;
use crate::storage::{Durability, Storage, StorageError, Vault, VaultKey};
use crate::verification::receipt::Receipts;
use crate::verification::{HeldSeals, LogReader, Verifier};
use crate::watch::Watching;
use crate::witness::{WitnessClient, WitnessError};

use super::keys::KeysInUse;
use super::registries::{self, RegistryMistake};

/// A service, ready to be served or to do one act.
pub struct Service {
    /// What requests reach.
    pub app: App,
    /// The records.
    pub storage: Storage,
    /// Gives leaves their places.
    pub sequencer: Sequencer,
    /// Erases content, and replays erasures after a restore.
    pub erasure: Erasure,
    /// Keeps organisations, members and credentials.
    pub organisations: Organisations,
    /// The keys, as they were when it was put together.
    pub ring: Arc<KeyRing>,
    /// The keys as they are in use.
    pub(super) keys: KeysInUse,
}

/// Why a service cannot be put together from its settings.
#[derive(Debug, thiserror::Error)]
pub enum AssemblyError {
    /// The settings contradict the keys.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The keys cannot be used.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The keys could not be read to the end.
    #[error("the reading of the keys was interrupted")]
    Interrupted,
    /// The seal cannot be made with them.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The log's name in the settings and in the keys differ.
    #[error("`origin` under [log] is `{settings}` and the log's key is for `{keys}`: set `origin` to the key's")]
    Origin {
        /// In the settings.
        settings: String,
        /// In the keys.
        keys: String,
    },
    /// The catalogue has mistakes.
    #[error("{}", list(.0))]
    Kinds(Vec<Mistake>),
    /// The folder of the kinds cannot be read.
    #[error("{}: cannot be read ({reason}); set `directory` under [kinds] to the folder of the kinds", directory.display())]
    KindFolder {
        /// The folder.
        directory: PathBuf,
        /// What the system said.
        reason: std::io::Error,
    },
    /// A registry source cannot be used.
    #[error(transparent)]
    Registry(#[from] RegistryMistake),
    /// The database cannot be used.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The log's folder cannot be used.
    #[error(transparent)]
    LogStore(#[from] LogStoreError),
    /// A witness cannot be asked.
    #[error(transparent)]
    Witness(#[from] WitnessError),
    /// The provider of the sign-in cannot be reached safely.
    #[error(transparent)]
    SignIn(#[from] UnusableRoots),
    /// Certificates cannot be drawn.
    #[error(transparent)]
    Press(#[from] PdfError),
    /// The program does not know where it lies.
    #[error("the program's own file cannot be found ({0}), and unknown files are examined by it")]
    Program(std::io::Error),
}

/// Why nothing may be served or done with a service that was put together.
#[derive(Debug, thiserror::Error)]
pub enum StartUpError {
    /// The published log, the database and the clock are at odds.
    #[error(transparent)]
    Log(#[from] SequencerError),
    /// Erasures could not be replayed.
    #[error(transparent)]
    Erasure(#[from] ErasureError),
}

fn list(mistakes: &[Mistake]) -> String {
    mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Puts a service together: keys, catalogue, registries, storage, log. Nothing is served yet and nothing written but
/// the database's own tables.
pub async fn assemble(
    settings: &Settings,
    demonstration: Option<Demonstration>,
    clock: Clock,
    random: Random,
) -> Result<Service, AssemblyError> {
    let now = clock.now();
    let keys = KeysInUse::load(&settings.keys, now, &random)?;
    let ring = keys.ring();
    if settings.production && ring.is_development() {
        return Err(ConfigError::DevelopmentKeys { directory: settings.keys.clone() }.into());
    }
    if ring.log().origin() != settings.log.origin {
        let (settings, keys) = (settings.log.origin.clone(), ring.log().origin().to_owned());
        return Err(AssemblyError::Origin { settings, keys });
    }
    let press = Press::new()?;
    let catalogue = Arc::new(catalogue(settings, &press)?);
    let registry = registries::open(&settings.registries, &random)?;
    let storage = open_storage(settings, &ring, &random).await?;
    let store = Arc::new(LogStore::open(&settings.log.directory)?);
    let log = LogReader::new(Arc::clone(&store), ring.log().signer().verifier().clone());
    let public_url = settings.public_url.to_string();

    let without_force = !settings.production || ring.is_development();
    let issuance = Issuance {
        catalogue: Arc::clone(&catalogue),
        registry,
        press,
        sealer: keys.sealer.subscribe(),
        ring: keys.ring.subscribe(),
        storage: storage.clone(),
        public_url: public_url.clone(),
        demonstration: without_force,
        clock: clock.clone(),
        random: random.clone(),
    };
    let verifier = Verifier {
        storage: storage.clone(),
        log: log.clone(),
        examiner: Examiner::new(std::env::current_exe().map_err(AssemblyError::Program)?, Limits::default()),
        receipts: Receipts::new(keys.ring.subscribe(), public_url.clone()),
        ring: keys.ring.subscribe(),
        held_seals: HeldSeals::default(),
        catalogue: Arc::clone(&catalogue),
        hosts: hosts(settings),
        secure: settings.public_url.is_secure(),
        clock: clock.clone(),
        random: random.clone(),
    };
    let turns = Turns::of(verifier.examiner.at_once());
    let admission = Admission {
        storage: storage.clone(),
        configured: configured_tokens(settings, &catalogue),
        clock: clock.clone(),
    };
    let status_lists =
        StatusLists::new(storage.clone(), keys.ring.subscribe(), &public_url, &settings.former_hosts, clock.clone());
    let sign_in = sign_in(settings, &storage, &clock, &random)?;
    let open_data = open_data(settings, &storage, &catalogue, &clock);
    let auditing = Inquiry {
        storage: storage.clone(),
        catalogue: Arc::clone(&catalogue),
        clock: clock.clone(),
        random: random.clone(),
    };
    let erasure = erasure(settings, &storage, &clock, &random);
    let app = App {
        catalogue,
        erasure: erasure.clone(),
        alarms: Alarms {
            storage: storage.clone(),
            thresholds: settings.agency_alarms.clone(),
            clock: clock.clone(),
            random: random.clone(),
        },
        auditing,
        open_data: Arc::new(open_data),
        status_lists: Arc::new(status_lists),
        issuance: Arc::new(issuance),
        verifier: Arc::new(verifier),
        door: Arc::new(Door::new(settings.door.clone(), storage.clone(), clock.clone(), random.clone())),
        revocation: Arc::new(Revocation { storage: storage.clone(), clock: clock.clone(), random: random.clone() }),
        watching: Watching { storage: storage.clone(), clock: clock.clone(), random: random.clone() },
        log,
        admission,
        sessions: sign_in.holders.clone(),
        member_sessions: sign_in.members.clone(),
        sign_in,
        jwks: keys.jwks.subscribe(),
        demonstration: demonstration.map(Arc::new),
        without_force,
        public_url: public_url.into(),
        upload_bytes: settings.limits.upload_bytes,
        uploads: Uploads::default(),
        turns,
        patience: settings.limits.request_timeout * 4 / 5,
        stopping: Stopping::default(),
        clock: clock.clone(),
        random,
    };
    let organisations = Organisations { storage: storage.clone(), clock: clock.clone(), random: app.random.clone() };
    let witnesses = Arc::new(witnesses(settings)?);
    let sequencer = Sequencer { storage: storage.clone(), store, signer: ring.log().signer(), witnesses, clock };
    Ok(Service { app, storage, sequencer, erasure, organisations, ring, keys })
}

fn erasure(settings: &Settings, storage: &Storage, clock: &Clock, random: &Random) -> Erasure {
    let ledger = Arc::new(Ledger::new(settings.log.directory.with_file_name("erasures")));
    let (storage, clock, random) = (storage.clone(), clock.clone(), random.clone());
    Erasure { storage, ledger, rule: settings.retention, clock, random }
}

/// How long an act of the command line waits for all witnesses together: one that runs answers sooner.
const PATIENCE_OF_AN_ACT: Duration = Duration::from_secs(1);

impl Service {
    /// Comes before anything is served or done: compares database, published log and clock, and erases again what a
    /// restored backup brought back.
    pub async fn start_up(&self) -> Result<(), StartUpError> {
        self.log_agrees().await?;
        self.erased_stays_erased().await
    }

    /// The same before a single act of the command line, which waits for no silent witness: the service asks it.
    pub async fn start_up_for_an_act(&self) -> Result<(), StartUpError> {
        self.sequencer.succeed(self.ring.former_log_keys()).await?;
        self.sequencer.start_up_within(PATIENCE_OF_AN_ACT).await?;
        self.erased_stays_erased().await
    }

    async fn erased_stays_erased(&self) -> Result<(), StartUpError> {
        let replayed = self.erasure.replay().await?;
        if replayed != Replayed::default() {
            let Replayed { erased, held, lifted } = replayed;
            tracing::warn!(
                erased,
                held,
                lifted,
                "the database was older than the ledger of erasures; it was brought forward"
            );
        }
        Ok(())
    }

    /// Compares database, published log and clock, after a new key of the log has taken over what the former one signed.
    pub async fn log_agrees(&self) -> Result<(), SequencerError> {
        self.sequencer.succeed(self.ring.former_log_keys()).await?;
        self.sequencer.start_up().await
    }

    /// Shows in the metrics how many days the sealing certificate still holds, once an hour.
    pub(super) fn sealer_days(&self) -> impl Future<Output = ()> + Send + 'static + use<> {
        let (issuance, clock) = (Arc::clone(&self.app.issuance), self.app.clock.clone());
        async move {
            let mut every = tokio::time::interval(Duration::from_hours(1));
            loop {
                every.tick().await;
                let days = issuance.sealer.borrow().certificate().days_left(clock.now());
                #[expect(clippy::cast_precision_loss, reason = "a number of days fits any float")]
                metrics::gauge!("earayis_seal_certificate_days_left").set(days as f64);
            }
        }
    }
}

fn witnesses(settings: &Settings) -> Result<Witnesses, AssemblyError> {
    let clients = settings.log.witnesses.iter();
    let clients =
        clients.map(|witness| WitnessClient::new(&witness.url, witness.key.clone(), witness.roots.as_deref()));
    Ok(Witnesses::new(clients.collect::<Result<_, _>>()?, settings.log.witness_quorum))
}

fn catalogue(settings: &Settings, press: &Press) -> Result<Catalogue, AssemblyError> {
    let drawable = |letter| press.draws(letter);
    let Some(directory) = &settings.kinds else {
        return Catalogue::built_in().map_err(AssemblyError::Kinds);
    };
    let unreadable = |reason| AssemblyError::KindFolder { directory: directory.clone(), reason };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            files.push((path.display().to_string(), std::fs::read_to_string(&path).map_err(unreadable)?));
        }
    }
    files.sort();
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Catalogue::parse(&files, &drawable).map_err(AssemblyError::Kinds)
}

/// The storage that the settings name, under the keys of the ring.
pub async fn open_storage(settings: &Settings, ring: &KeyRing, random: &Random) -> Result<Storage, AssemblyError> {
    let key = |name: &str, secret: &crate::keys::Secret| {
        VaultKey::new(format!("{name}-{}", secret.version()), *secret.expose())
    };
    let keks = ring.keks().map(|secret| key("kek", secret)).collect();
    let active = format!("kek-{}", ring.active_kek().version());
    let vault = Vault::new(keks, &active, key("lookup", ring.lookup()), random.clone()).map_err(StorageError::from)?;
    let password = settings.storage.password.as_ref().map(crate::config::Secret::expose);
    Ok(Storage::open(&settings.storage.url, password, Durability::Asserted, vault).await?)
}

fn sign_in(settings: &Settings, storage: &Storage, clock: &Clock, random: &Random) -> Result<SignIn, AssemblyError> {
    let provider = settings.sign_in.clone().map(|settings| Provider::new(settings, clock.clone())).transpose()?;
    let (storage, clock, random) = (storage.clone(), clock.clone(), random.clone());
    Ok(SignIn {
        provider: provider.map(Arc::new),
        redirect: format!("{}{}", settings.public_url, routes::SIGN_IN_RETURN),
        members: MemberSessions { storage: storage.clone(), clock: clock.clone(), random: random.clone() },
        holders: Sessions { storage: storage.clone(), clock: clock.clone(), random: random.clone() },
        storage,
        clock,
        random,
    })
}

fn open_data(settings: &Settings, storage: &Storage, catalogue: &Arc<Catalogue>, clock: &Clock) -> OpenData {
    let (terms, public_url) = (settings.open_data.clone(), settings.public_url.to_string().into());
    OpenData::new(storage.clone(), Arc::clone(catalogue), terms, public_url, clock.clone())
}

/// The hosts that a QR of ours may name, as QR and URL write them: lower case, with a port that is not the usual one.
fn hosts(settings: &Settings) -> Vec<String> {
    let present = settings.public_url.authority().to_ascii_lowercase();
    std::iter::once(present).chain(settings.former_hosts.iter().cloned()).collect()
}

/// The settings' tokens. An agency is called what its kinds call it.
fn configured_tokens(settings: &Settings, catalogue: &Catalogue) -> Arc<[ConfiguredToken]> {
    let name = |voen: &Voen| {
        let own = catalogue.kinds().iter().find(|kind| kind.issuer.voen == *voen);
        own.map_or_else(|| voen.to_string(), |kind| kind.issuer.name.az.clone())
    };
    let tokens = settings.api_tokens.iter().map(|token| ConfiguredToken {
        name: token.name.clone(),
        organisation: token.organisation.clone(),
        organisation_name: name(&token.organisation),
        sha256: token.sha256,
    });
    tokens.collect()
}
