//! A key ring as it is loaded: every key read, checked against its certificate and its purpose, and ready for use.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::chain::{Chain, DEVELOPMENT_UNIT};
use super::manifest::{self, Manifest, State};
use super::reading::{Reading, read_text};
use super::{KeyError, LogKey, PublicKeys, Purpose, Secret, SigningKey};
use crate::clock::Instant;
use crate::random::Random;
use crate::transparency::Verifier;

/// How long before a key's end an operator is told: time enough to make another and have it certified.
const NOTICE_DAYS: i64 = 60;

/// The keys of one folder.
#[derive(Debug)]
pub struct KeyRing {
    development: bool,
    root: Chain,
    seal: SealFiles,
    qr: SigningKey,
    status: SigningKey,
    receipt: SigningKey,
    log: LogKey,
    log_statements: Vec<String>,
    former_log_keys: Vec<Verifier>,
    kek: Secret,
    retired_keks: Vec<Secret>,
    lookup: Secret,
    public: PublicKeys,
    seal_certificates: Vec<Vec<u8>>,
    /// The active keys that sign.
    signing: Vec<Signing>,
    findings: Vec<Finding>,
}

/// The period of an active key.
#[derive(Debug)]
struct Signing {
    purpose: Purpose,
    not_before: Instant,
    not_after: Instant,
    revoked: bool,
}

/// Something about a ring that an operator should put right, though the service can run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// Others than the owner may read a private key.
    #[error("{0}: others may read this private key: set its mode to 0600")]
    ReadableByOthers(PathBuf),
    /// The root's private key lies beside the keys in use.
    #[error("{0}: the root's private key lies with the keys in daily use: keep it apart, where no network reaches it")]
    RootAtHand(PathBuf),
    /// A key's period ends soon, or has ended: what it signs afterwards is believed by nobody.
    #[error("the active `{purpose}` key signs until {until} only: replace it before then")]
    Ends {
        /// What the key is for.
        purpose: Purpose,
        /// The first instant at which it signs no more.
        until: Instant,
    },
    /// A key is in use, and revoked: nothing is signed for its purpose.
    #[error("the active `{purpose}` key is revoked, and nothing is signed for its purpose: put another in its place")]
    Revoked {
        /// What the key is for.
        purpose: Purpose,
    },
}

/// The sealing key as it lies in its files: the sealer makes its own of it.
#[derive(Clone)]
pub struct SealFiles {
    pkcs8: Zeroizing<Vec<u8>>,
    chain: Chain,
    revoked: bool,
}

impl SealFiles {
    /// The PKCS#8 document of the private key.
    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    /// Its certificate and those above it.
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// Whether the key is revoked: then nothing may be sealed with it.
    pub fn is_revoked(&self) -> bool {
        self.revoked
    }
}

impl std::fmt::Debug for SealFiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealFiles(…)")
    }
}

impl KeyRing {
    /// Reads the ring in `dir` and refuses it when a key is missing, of the wrong size or purpose, or does not fit its
    /// certificate. `random` is what its keys will sign with.
    pub fn load(dir: &Path, random: &Random) -> Result<Self, KeyError> {
        let file = dir.join(manifest::FILE);
        let manifest = Manifest::parse(&read_text(&file)?, &file)?;
        let mut reading = Reading::new(dir, &manifest, random);
        let root = reading.root()?;
        let public = reading.public_keys(&root)?;
        let seal_record = reading.active(Purpose::Seal)?;
        let seal = SealFiles {
            pkcs8: reading.pkcs8(seal_record)?,
            chain: reading.chain(seal_record, Some(root.root()))?,
            revoked: seal_record.revoked_at.is_some(),
        };
        let qr = reading.signing_key(Purpose::Qr)?;
        let status = reading.signing_key(Purpose::Status)?;
        let receipt = reading.signing_key(Purpose::Receipt)?;
        let log = reading.log(&public)?;
        let (kek, retired_keks) = reading.secrets(Purpose::Kek)?;
        let (lookup, _) = reading.secrets(Purpose::Lookup)?;
        let findings = reading.into_findings();
        let signs = |purpose| !matches!(purpose, Purpose::Kek | Purpose::Lookup);
        let active = manifest.keys.iter().filter(|key| key.state == State::Active && signs(key.purpose));
        let signing = active.map(|key| Signing {
            purpose: key.purpose,
            not_before: key.not_before,
            not_after: key.not_after,
            revoked: key.revoked_at.is_some(),
        });
        let signing = signing.collect();
        let development =
            manifest.development || root.units().is_ok_and(|units| units.iter().any(|u| u == DEVELOPMENT_UNIT));
        Ok(Self {
            development,
            root,
            seal,
            qr,
            status,
            receipt,
            log: log.key,
            log_statements: log.statements,
            former_log_keys: log.former,
            kek,
            retired_keks,
            lookup,
            seal_certificates: public.seal_certificates(),
            public,
            signing,
            findings,
        })
    }

    /// Whether these are development keys, by the manifest or by the root certificate: then no certificate under them
    /// has legal force, and each says so.
    pub fn is_development(&self) -> bool {
        self.development
    }

    /// The key of the tokens in QR codes.
    pub fn qr(&self) -> &SigningKey {
        &self.qr
    }

    /// The key of the status lists.
    pub fn status(&self) -> &SigningKey {
        &self.status
    }

    /// The key of the receipts.
    pub fn receipt(&self) -> &SigningKey {
        &self.receipt
    }

    /// The sealing key's files.
    pub fn seal(&self) -> &SealFiles {
        &self.seal
    }

    /// The log's key.
    pub fn log(&self) -> &LogKey {
        &self.log
    }

    /// The root's signed statements of the log's keys, present and retired, without the revoked: compact JWS, payload
    /// `{iat, vkey}`.
    pub fn log_statements(&self) -> &[String] {
        &self.log_statements
    }

    /// The keys that the log had before, retired or revoked: by their signatures it is known again, and nothing is
    /// believed.
    pub fn former_log_keys(&self) -> &[Verifier] {
        &self.former_log_keys
    }

    /// The key-encryption key that wraps new data keys.
    pub fn active_kek(&self) -> &Secret {
        &self.kek
    }

    /// The key-encryption key of a version, active or retired.
    pub fn kek(&self, version: u32) -> Option<&Secret> {
        [&self.kek].into_iter().chain(&self.retired_keks).find(|secret| secret.version() == version)
    }

    /// Every key-encryption key, the active one first.
    pub fn keks(&self) -> impl Iterator<Item = &Secret> {
        std::iter::once(&self.kek).chain(&self.retired_keks)
    }

    /// The key that digests codes and FİN.
    pub fn lookup(&self) -> &Secret {
        &self.lookup
    }

    /// What a verifier trusts: the public keys, present and retired.
    pub fn public_keys(&self) -> &PublicKeys {
        &self.public
    }

    /// The certificates of every key that seals or ever sealed, in DER.
    pub fn seal_certificates(&self) -> &[Vec<u8>] {
        &self.seal_certificates
    }

    /// Why a service that runs with these keys cannot go on with `others` without a new start.
    pub fn needs_start_for(&self, others: &Self) -> Option<&'static str> {
        if self.log.vkey() != others.log.vkey() {
            return Some("the log's key is another");
        }
        (self.development != others.development).then_some("they are for development no more, or only now")
    }

    /// Whether `others` have the same symmetric keys, by which what is stored is encrypted and looked up.
    pub fn keeps_secrets_of(&self, others: &Self) -> bool {
        let keks = |ring: &Self| ring.keks().map(|kek| (kek.version(), *kek.expose())).collect::<Vec<_>>();
        self.lookup.expose() == others.lookup.expose() && keks(self) == keks(others)
    }

    /// The root certificate in DER.
    pub fn root_certificate(&self) -> &[u8] {
        self.root.own()
    }

    /// What an operator should put right, as it is at `now`.
    pub fn findings(&self, now: Instant) -> Vec<Finding> {
        let soon = now.plus_days(NOTICE_DAYS);
        let ending = self.signing.iter().filter(|key| key.not_after <= soon);
        let ending = ending.map(|key| Finding::Ends { purpose: key.purpose, until: key.not_after });
        self.findings.iter().cloned().chain(self.revoked()).chain(ending).collect()
    }

    /// The active keys that are revoked.
    pub fn revoked(&self) -> impl Iterator<Item = Finding> {
        self.signing.iter().filter(|key| key.revoked).map(|key| Finding::Revoked { purpose: key.purpose })
    }

    /// Refuses a ring of which a key in use would sign at `now` what nobody believes, its period not having begun.
    pub fn check_begun(&self, now: Instant) -> Result<(), KeyError> {
        let mut signing = self.signing.iter().filter(|key| Purpose::SIGNING.contains(&key.purpose));
        match signing.find(|key| now.seconds() < key.not_before.seconds()) {
            Some(key) => Err(KeyError::NotBegun { purpose: key.purpose, from: key.not_before }),
            None => Ok(()),
        }
    }
}
