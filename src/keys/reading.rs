//! Reads a key ring's files one by one, and says of each what does not fit.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use zeroize::Zeroizing;

use super::chain::Chain;
use super::init::LOG_STATEMENT;
use super::manifest::{self, KeyRecord, Manifest, State};
use super::{Finding, KeyError, LogKey, Material, PublicKey, PublicKeys, Purpose, Secret, SigningKey, jws};
use crate::random::Random;
use crate::transparency::Verifier;

/// A ring being read.
pub(super) struct Reading<'a> {
    dir: &'a Path,
    manifest: &'a Manifest,
    random: &'a Random,
    findings: Vec<Finding>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(dir: &'a Path, manifest: &'a Manifest, random: &'a Random) -> Self {
        Self { dir, manifest, random, findings: Vec::new() }
    }

    /// What was noticed on the way and hinders nothing.
    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    pub(super) fn root(&mut self) -> Result<Chain, KeyError> {
        let record = self.active(Purpose::Root)?;
        let chain = self.chain(record, None)?;
        if let Some(name) = &record.private_key
            && self.dir.join(name).exists()
        {
            self.check_private(record, &chain)?;
            if !self.manifest.development {
                self.findings.push(Finding::RootAtHand(self.dir.join(name)));
            }
        }
        Ok(chain)
    }

    /// Every key with a certificate, checked against it.
    pub(super) fn public_keys(&mut self, root: &Chain) -> Result<PublicKeys, KeyError> {
        let roots = self.roots()?;
        let mut keys = Vec::new();
        for record in self.manifest.keys.iter().filter(|record| is_certified(record.purpose)) {
            let above = (record.purpose != Purpose::Root).then(|| root.own());
            let chain = self.chain(record, above)?;
            if !roots.iter().any(|root| root == chain.root()) {
                return Err(self.unfit(
                    record.certificate.as_ref(),
                    "ends in another root than the ring's: name that root in the manifest",
                ));
            }
            let material = chain.material().map_err(|problem| self.unfit(record.certificate.as_ref(), &problem))?;
            let wants_p256 = record.purpose != Purpose::Seal;
            if wants_p256 && !matches!(material, Material::P256(_)) {
                return Err(self.unfit(record.certificate.as_ref(), "is not for a P-256 key: make a key of that kind"));
            }
            if material.kid().to_string() != record.id {
                let problem = format!(
                    "is for the key `{}`, the manifest says `{}`: correct one of them",
                    material.kid(),
                    record.id
                );
                return Err(self.unfit(record.certificate.as_ref(), &problem));
            }
            self.check_period(record, &chain)?;
            if record.purpose != Purpose::Root && record.private_key.is_some() {
                self.check_private(record, &chain)?;
            }
            keys.push(PublicKey {
                purpose: record.purpose,
                material,
                not_before: record.not_before,
                not_after: record.not_after,
                revoked_at: record.revoked_at,
                chain: chain.certificates().to_vec(),
            });
        }
        Ok(PublicKeys::new(keys))
    }

    /// The certificates of the present root and the retired ones.
    fn roots(&self) -> Result<Vec<Vec<u8>>, KeyError> {
        let roots = self.manifest.keys.iter().filter(|record| record.purpose == Purpose::Root);
        roots.map(|record| Ok(self.chain(record, None)?.own().to_vec())).collect()
    }

    pub(super) fn signing_key(&mut self, purpose: Purpose) -> Result<SigningKey, KeyError> {
        let record = self.active(purpose)?;
        let pkcs8 = self.pkcs8(record)?;
        let key = SigningKey::from_pkcs8(purpose, &pkcs8, self.random).ok_or_else(|| {
            self.unfit(record.private_key.as_ref(), "is not a P-256 key in PKCS#8: restore the right one")
        })?;
        Ok(key.revoked(record.revoked_at.is_some()))
    }

    pub(super) fn log(&mut self, keys: &PublicKeys) -> Result<LogKeys, KeyError> {
        let record = self.active(Purpose::Log)?;
        if record.revoked_at.is_some() {
            return Err(KeyError::Revoked { purpose: Purpose::Log });
        }
        let pkcs8 = self.pkcs8(record)?;
        let key = LogKey::from_pkcs8(&self.manifest.log_origin, &pkcs8).ok_or_else(|| {
            self.unfit(record.private_key.as_ref(), "is not an Ed25519 key in PKCS#8: restore the right one")
        })?;
        if key.key_id() != record.id {
            return Err(
                self.unfit(record.private_key.as_ref(), "is another key than the manifest says: restore the right one")
            );
        }
        let (mut statements, mut former) = (Vec::new(), Vec::new());
        for record in self.manifest.keys.iter().filter(|record| record.purpose == Purpose::Log) {
            let Some(name) = &record.statement else {
                let problem = format!("names no statement by the root for the log's key {}: have it signed", record.id);
                return Err(self.unfit(None, &problem));
            };
            let statement = read_text(&self.dir.join(name))?.trim_end().to_owned();
            let verified = jws::verify(&statement, Purpose::Root, LOG_STATEMENT, keys, record.not_before)
                .map_err(|refusal| self.unfit(Some(name), &format!("is not the root's statement ({refusal})")))?;
            let said: Stated = serde_json::from_slice(&verified.payload)
                .map_err(|_| self.unfit(Some(name), "is a statement without a vkey: have the root sign it anew"))?;
            if record.state == State::Active && said.vkey != key.vkey() {
                return Err(self.unfit(Some(name), "is a statement of another key: have the root sign it anew"));
            }
            if record.state == State::Retired {
                former.push(said.vkey.parse().map_err(|_| self.unfit(Some(name), "states no vkey of a log"))?);
            }
            // Whoever is told of a key believes it, and a revoked one is nobody to believe.
            if record.revoked_at.is_none() {
                statements.push(statement);
            }
        }
        Ok(LogKeys { key, statements, former })
    }

    /// The active symmetric key of a purpose, and the retired ones that still have a file.
    pub(super) fn secrets(&mut self, purpose: Purpose) -> Result<(Secret, Vec<Secret>), KeyError> {
        let active = self.secret(self.active(purpose)?)?;
        let retired =
            |key: &&KeyRecord| key.purpose == purpose && key.state == State::Retired && key.private_key.is_some();
        let mut secrets = Vec::new();
        for record in self.manifest.keys.iter().filter(retired) {
            secrets.push(self.secret(record)?);
        }
        if secrets.iter().any(|secret| secret.version() == active.version()) {
            return Err(self.unfit(None, &format!("gives two `{purpose}` keys the same version: correct one of them")));
        }
        Ok((active, secrets))
    }

    fn secret(&mut self, record: &KeyRecord) -> Result<Secret, KeyError> {
        let (name, text) = self.private_text(record)?;
        record.id.parse().ok().and_then(|version| Secret::from_text(version, &text)).ok_or_else(|| {
            self.unfit(Some(name), "is not a key of 32 bytes in hexadecimal with a whole number as id: restore it")
        })
    }

    pub(super) fn active(&self, purpose: Purpose) -> Result<&'a KeyRecord, KeyError> {
        let active: Vec<&KeyRecord> =
            self.manifest.keys.iter().filter(|key| key.purpose == purpose && key.state == State::Active).collect();
        match active[..] {
            [one] => Ok(one),
            _ => Err(KeyError::ActiveKeys { file: self.dir.join(manifest::FILE), purpose, found: active.len() }),
        }
    }

    /// The certificate of a record, under `root` where it is not the root itself, naming the record's purpose.
    pub(super) fn chain(&self, record: &KeyRecord, root: Option<&[u8]>) -> Result<Chain, KeyError> {
        let Some(name) = &record.certificate else {
            return Err(
                self.unfit(None, &format!("names no certificate for the `{}` key {}", record.purpose, record.id))
            );
        };
        let file = self.dir.join(name);
        let pem = fs::read(&file).map_err(|reason| KeyError::Read { file, reason })?;
        if record.purpose == Purpose::Root && CertificateDer::pem_slice_iter(&pem).count() > 1 {
            return Err(self.unfit(Some(name), "holds more than the root's own certificate: leave that alone"));
        }
        let chain = Chain::from_pem(&pem, root).map_err(|problem| self.unfit(Some(name), &problem))?;
        match chain.serves(record.purpose) {
            Ok(true) => Ok(chain),
            _ => {
                Err(self.unfit(Some(name), &format!("is a certificate for another purpose than `{}`", record.purpose)))
            }
        }
    }

    fn check_period(&self, record: &KeyRecord, chain: &Chain) -> Result<(), KeyError> {
        let (begins, ends) = chain.validity().map_err(|problem| self.unfit(record.certificate.as_ref(), &problem))?;
        if begins <= record.not_before && record.not_before < record.not_after && record.not_after <= ends {
            return Ok(());
        }
        let problem =
            format!("is valid from {begins} to {ends}, and the manifest's period for the key is not within that");
        Err(self.unfit(record.certificate.as_ref(), &problem))
    }

    /// Whether a record's private key is the one its certificate certifies.
    fn check_private(&mut self, record: &KeyRecord, chain: &Chain) -> Result<(), KeyError> {
        let pkcs8 = self.pkcs8(record)?;
        if Material::of_private(&pkcs8, self.random).is_some_and(|material| Ok(material) == chain.material()) {
            return Ok(());
        }
        Err(self
            .unfit(record.private_key.as_ref(), "is not the key that its certificate certifies: restore the right one"))
    }

    pub(super) fn pkcs8(&mut self, record: &KeyRecord) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let (name, pem) = self.private_text(record)?;
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes())
            .map_err(|_| self.unfit(Some(name), "is not a PKCS#8 private key in PEM: restore it"))?;
        Ok(Zeroizing::new(der.secret_pkcs8_der().to_vec()))
    }

    /// The text of a record's private key, and its file's name.
    fn private_text<'r>(&mut self, record: &'r KeyRecord) -> Result<(&'r String, Zeroizing<String>), KeyError> {
        let Some(name) = &record.private_key else {
            let problem = format!("names no private key for the active `{}` key: restore it", record.purpose);
            return Err(self.unfit(None, &problem));
        };
        let file = self.dir.join(name);
        let text = Zeroizing::new(read_text(&file)?);
        self.look_at_mode(&file)?;
        Ok((name, text))
    }

    fn look_at_mode(&mut self, file: &Path) -> Result<(), KeyError> {
        let metadata = fs::metadata(file).map_err(|reason| KeyError::Read { file: file.to_owned(), reason })?;
        let finding = Finding::ReadableByOthers(file.to_owned());
        if metadata.permissions().mode() & 0o077 != 0 && !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
        Ok(())
    }

    /// The error about one file of the ring, or about the manifest itself.
    fn unfit(&self, name: Option<&String>, problem: &str) -> KeyError {
        KeyError::Unfit {
            file: self.dir.join(name.map_or(manifest::FILE, String::as_str)),
            problem: problem.to_owned(),
        }
    }
}

/// The log's keys.
pub(super) struct LogKeys {
    /// The active one.
    pub(super) key: LogKey,
    /// The root's statements of those that are not revoked.
    pub(super) statements: Vec<String>,
    /// The retired ones, the revoked among them.
    pub(super) former: Vec<Verifier>,
}

/// What the root says of the log's key.
#[derive(serde::Deserialize)]
struct Stated {
    vkey: String,
}

fn is_certified(purpose: Purpose) -> bool {
    !matches!(purpose, Purpose::Log | Purpose::Kek | Purpose::Lookup)
}

pub(super) fn read_text(file: &Path) -> Result<String, KeyError> {
    fs::read_to_string(file).map_err(|reason| KeyError::Read { file: file.to_owned(), reason })
}
