//! Makes a whole key ring: every key, its certificate under a new root, and the manifest, overwriting nothing.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    SerialNumber,
};
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair};
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject;
use zeroize::Zeroizing;

use super::chain::DEVELOPMENT_UNIT;
use super::log::is_origin;
use super::manifest::{self, KeyRecord, Manifest, State};
use super::{KeyError, KeyRing, LogKey, Material, Purpose, Secret, SigningKey, jws};
use crate::clock::Instant;
use crate::random::Random;

/// How long a new root and the keys under it are good for.
const ROOT_DAYS: i64 = 20 * 365;
const KEY_DAYS: i64 = 10 * 365;

/// The media type, in a JWS's `typ`, of the root's statement about the log's key.
pub(super) const LOG_STATEMENT: &str = "earayis-log-key+jwt";

/// What a new ring is to be.
#[derive(Debug, Clone)]
pub struct InitOptions {
    /// The present: every key is good from now.
    pub now: Instant,
    /// The issuer's name, as the certificates' subjects bear it.
    pub issuer: String,
    /// The origin of the transparency log, such as `earayis.example/log`.
    pub log_origin: String,
    /// The sealing key.
    pub sealing: SealingAlgorithm,
    /// Whether the ring is for development: then everything sealed with it says that it has no legal force.
    pub development: bool,
}

/// Which key seals.
#[derive(Clone, Default)]
pub enum SealingAlgorithm {
    /// A new P-256 key.
    #[default]
    P256,
    /// An RSA key of 2048, 3072 or 4096 bits, made elsewhere (`openssl genpkey`): its PKCS#8 PEM text.
    Rsa(Zeroizing<String>),
}

impl std::fmt::Debug for SealingAlgorithm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if matches!(self, Self::P256) { "P256" } else { "Rsa(…)" })
    }
}

/// Makes all keys of a ring in `dir` and loads it. The manifest is written last: without it there is no ring.
pub fn init(dir: &Path, options: &InitOptions, random: &Random) -> Result<KeyRing, KeyError> {
    let manifest_file = dir.join(manifest::FILE);
    if manifest_file.exists() {
        return Err(KeyError::Exists(manifest_file));
    }
    if !is_origin(&options.log_origin) || options.log_origin.contains(['"', '\\']) {
        let problem = "the log's origin is empty or holds a space, a plus, a quotation mark or a backslash";
        return Err(KeyError::Options(problem.to_owned()));
    }
    let sealing = sealing_key(&options.sealing, random)?;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .map_err(|reason| KeyError::Write { file: dir.to_owned(), reason })?;
    let mut made = Making { dir, options, random, records: Vec::new() };
    let root = made.root()?;
    made.certified(Purpose::Seal, &sealing, &root)?;
    for purpose in Purpose::SIGNING {
        made.certified(purpose, &new_p256(random)?, &root)?;
    }
    made.log(&root)?;
    made.symmetric(Purpose::Kek)?;
    made.symmetric(Purpose::Lookup)?;
    let manifest =
        Manifest { development: options.development, log_origin: options.log_origin.clone(), keys: made.records };
    write_new(&manifest_file, manifest.to_text().as_bytes(), 0o644)?;
    KeyRing::load(dir, random)
}

/// The new root: its certificate's parameters and its key, as an issuer and as a signer of statements.
struct Root {
    issuer: Issuer<'static, KeyPair>,
    signer: SigningKey,
}

/// A ring in the making.
struct Making<'a> {
    dir: &'a Path,
    options: &'a InitOptions,
    random: &'a Random,
    records: Vec<KeyRecord>,
}

impl Making<'_> {
    fn root(&mut self) -> Result<Root, KeyError> {
        let pkcs8 = new_p256(self.random)?;
        let signer = SigningKey::from_pkcs8(Purpose::Root, &pkcs8, self.random).ok_or(KeyError::Signing)?;
        let pair = pair_of(&pkcs8)?;
        let mut params = self.params(Purpose::Root, ROOT_DAYS)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(1));
        params.key_usages =
            vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
        let certificate = params.self_signed(&pair).map_err(|error| not_made(&error))?;
        self.write_pair(Purpose::Root, signer.kid().to_string(), &pair, &certificate.pem(), ROOT_DAYS)?;
        Ok(Root { issuer: Issuer::new(params, pair), signer })
    }

    /// A key with a certificate under the root that carries its purpose.
    fn certified(&mut self, purpose: Purpose, pkcs8: &[u8], root: &Root) -> Result<(), KeyError> {
        let material = Material::of_private(pkcs8, self.random).ok_or(KeyError::Signing)?;
        let pair = pair_of(pkcs8)?;
        let mut params = self.params(purpose, KEY_DAYS)?;
        params.is_ca = IsCa::ExplicitNoCa;
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        if purpose == Purpose::Seal {
            params.key_usages.push(KeyUsagePurpose::ContentCommitment);
        }
        let certificate = params.signed_by(&pair, &root.issuer).map_err(|error| not_made(&error))?;
        self.write_pair(purpose, material.kid().to_string(), &pair, &certificate.pem(), KEY_DAYS)
    }

    fn log(&mut self, root: &Root) -> Result<(), KeyError> {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(self.random.ring()).map_err(|_| KeyError::Signing)?;
        let pkcs8 = Zeroizing::new(pkcs8.as_ref().to_vec());
        let key = LogKey::from_pkcs8(&self.options.log_origin, &pkcs8).ok_or(KeyError::Signing)?;
        let statement = serde_json::json!({ "iat": self.options.now.seconds(), "vkey": key.vkey() }).to_string();
        let statement = jws::sign(&root.signer, Purpose::Root, LOG_STATEMENT, statement.as_bytes())?;
        self.write("log.key.pem", private_pem(&pkcs8).as_bytes(), 0o600)?;
        self.write("log.statement.jws", statement.as_bytes(), 0o644)?;
        let mut record = self.record(Purpose::Log, key.key_id(), KEY_DAYS);
        record.private_key = Some("log.key.pem".to_owned());
        record.statement = Some("log.statement.jws".to_owned());
        self.records.push(record);
        Ok(())
    }

    fn symmetric(&mut self, purpose: Purpose) -> Result<(), KeyError> {
        let secret = Secret::new(1, self.random.bytes()?);
        let file = format!("{purpose}-1.key");
        self.write(&file, secret.to_text().as_bytes(), 0o600)?;
        let mut record = self.record(purpose, "1".to_owned(), KEY_DAYS);
        record.private_key = Some(file);
        self.records.push(record);
        Ok(())
    }

    /// A certificate's subject, serial number and period.
    fn params(&self, purpose: Purpose, days: i64) -> Result<CertificateParams, KeyError> {
        let mut name = DistinguishedName::new();
        name.push(DnType::OrganizationName, self.options.issuer.as_str());
        let development_root = self.options.development && purpose == Purpose::Root;
        let unit = if development_root { DEVELOPMENT_UNIT } else { purpose.word() };
        name.push(DnType::OrganizationalUnitName, unit);
        name.push(DnType::CommonName, format!("{} ({purpose})", self.options.issuer));
        let mut serial: [u8; 16] = self.random.bytes()?;
        serial[0] = serial[0] & 0x3f | 0x40; // positive, and 16 bytes in DER
        let mut params = CertificateParams::default();
        params.distinguished_name = name;
        params.serial_number = Some(SerialNumber::from_slice(&serial));
        // Keys begin after 1970, and X.509 counts whole seconds.
        let begin = Duration::from_secs(self.options.now.seconds().unsigned_abs());
        params.not_before = rcgen::date_time_ymd(1970, 1, 1) + begin;
        params.not_after = params.not_before + Duration::from_secs(days.unsigned_abs() * 86_400);
        Ok(params)
    }

    fn record(&self, purpose: Purpose, id: String, days: i64) -> KeyRecord {
        let from = Instant::from_millis(self.options.now.seconds() * 1000);
        KeyRecord {
            purpose,
            id,
            private_key: None,
            certificate: None,
            statement: None,
            not_before: from,
            not_after: from.plus_days(days),
            revoked_at: None,
            state: State::Active,
        }
    }

    fn write_pair(
        &mut self,
        purpose: Purpose,
        id: String,
        pair: &KeyPair,
        certificate: &str,
        days: i64,
    ) -> Result<(), KeyError> {
        let (key_file, certificate_file) = (format!("{purpose}.key.pem"), format!("{purpose}.cert.pem"));
        self.write(&key_file, private_pem(pair.serialized_der()).as_bytes(), 0o600)?;
        self.write(&certificate_file, certificate.as_bytes(), 0o644)?;
        let mut record = self.record(purpose, id, days);
        record.private_key = Some(key_file);
        record.certificate = Some(certificate_file);
        self.records.push(record);
        Ok(())
    }

    fn write(&self, name: &str, bytes: &[u8], mode: u32) -> Result<(), KeyError> {
        write_new(&self.dir.join(name), bytes, mode)
    }
}

/// The PKCS#8 document of the key that is to seal.
fn sealing_key(sealing: &SealingAlgorithm, random: &Random) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let SealingAlgorithm::Rsa(pem) = sealing else { return new_p256(random) };
    let given = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes())
        .map_err(|_| KeyError::Options("the sealing key is not a PKCS#8 key in PEM".to_owned()))?;
    match Material::of_private(given.secret_pkcs8_der(), random) {
        Some(Material::Rsa { .. }) => Ok(Zeroizing::new(given.secret_pkcs8_der().to_vec())),
        _ => Err(KeyError::Options("the sealing key is no RSA key of 2048, 3072 or 4096 bits".to_owned())),
    }
}

fn new_p256(random: &Random) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, random.ring());
    Ok(Zeroizing::new(pkcs8.map_err(|_| KeyError::Signing)?.as_ref().to_vec()))
}

/// Writes a file that must not stand there yet, and waits until it is on the disk.
fn write_new(file: &Path, bytes: &[u8], mode: u32) -> Result<(), KeyError> {
    let written = fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(file).and_then(|mut opened| {
        opened.write_all(bytes)?;
        opened.sync_all()
    });
    written.map_err(|reason| KeyError::Write { file: file.to_owned(), reason })
}

/// A PKCS#8 document as PEM (RFC 7468 §10).
pub fn private_pem(pkcs8: &[u8]) -> Zeroizing<String> {
    let encoded = Zeroizing::new(data_encoding::BASE64.encode(pkcs8));
    let mut pem = Zeroizing::new(String::from("-----BEGIN PRIVATE KEY-----\n"));
    for (place, symbol) in encoded.char_indices() {
        if place > 0 && place % 64 == 0 {
            pem.push('\n');
        }
        pem.push(symbol);
    }
    pem.push_str("\n-----END PRIVATE KEY-----\n");
    pem
}

fn pair_of(pkcs8: &[u8]) -> Result<KeyPair, KeyError> {
    KeyPair::try_from(pkcs8).map_err(|error| not_made(&error))
}

fn not_made(error: &rcgen::Error) -> KeyError {
    KeyError::Options(error.to_string())
}
