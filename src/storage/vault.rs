//! The vault: personal content leaves for the database only encrypted, and is looked up only by HMAC.
//!
//! Each certificate has its own data key, wrapped by a versioned key-encryption key (KEK). Whoever deletes the wrapped
//! key has deleted the facts and the bytes, wherever copies of them may be. Every ciphertext is bound to its table,
//! column and row, so that one moved elsewhere does not decrypt.

use std::fmt;

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::{hkdf, hmac};
use uuid::Uuid;
use zeroize::{Zeroize, Zeroizing};

use crate::random::{Random, RandomUnavailable};

/// A key of 256 bits with the name under which rows remember it. Wiped when dropped; `Debug` shows the name only.
pub struct VaultKey {
    id: String,
    key: Zeroizing<[u8; 32]>,
}

/// Encrypts, decrypts and digests for the storage.
///
/// Losing these keys is losing the data: back them up apart from it. A KEK wraps under random nonces and must be
/// replaced by another, with [`super::Storage::rewrap`], long before 2³¹ certificates.
pub struct Vault {
    keks: Vec<VaultKey>,
    active: usize,
    lookup: VaultKey,
    random: Random,
}

/// Why the vault gave nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The key that is to wrap new data keys is not among those given.
    #[error("the active key-encryption key `{0}` is not among the keys given")]
    ActiveMissing(String),
    /// Two keys have one name.
    #[error("two keys are called `{0}`")]
    NameTwice(String),
    /// A row was encrypted under a key that is not here.
    #[error("the database is encrypted under the key `{0}`, which is missing; restore it from its backup")]
    KeyMissing(String),
    /// A key has the name of one this database was written with, and is another.
    #[error("the key `{0}` is not the one this database was written with; restore the right one from its backup")]
    KeyDiffers(String),
    /// The ciphertext was altered, moved or truncated.
    #[error("column `{column}` of table `{table}` does not decrypt: it was altered or moved")]
    Altered {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// No random bytes.
    #[error("the operating system gave no random bytes")]
    Random,
}

/// What a value is looked up for: equal values of different purposes have unequal HMACs.
#[derive(Debug, Clone, Copy)]
pub(super) enum Lookup {
    Code,
    Fin,
    Recipient,
    IdempotencyKey,
    IdempotencyBody,
    Session,
    MemberSession,
    Person,
    Invitation,
    SignIn,
}

/// Where a ciphertext stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell<'a> {
    pub(super) table: &'static str,
    pub(super) column: &'static str,
    pub(super) id: &'a [u8],
}

/// A data key in the clear, for as long as one act needs it.
pub(super) struct DataKey(Zeroizing<[u8; 32]>);

/// A data key as the database keeps it.
#[derive(Clone)]
pub(super) struct WrappedKey {
    pub(super) kek_id: String,
    pub(super) bytes: Vec<u8>,
}

/// HKDF's salt; it separates this service's keys from any other use of the same secret.
const SALT: &[u8] = b"earayis/vault/v1";

impl VaultKey {
    /// A key with its name, such as `kek-2026`.
    pub fn new(id: impl Into<String>, key: [u8; 32]) -> Self {
        Self { id: id.into(), key: Zeroizing::new(key) }
    }

    /// The key's name.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// A value that only this key gives, and that gives nothing of it away.
    pub(super) fn proof(&self) -> Vec<u8> {
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &*self.key), b"earayis/vault/v1/proof").as_ref().to_vec()
    }
}

impl Vault {
    /// A vault that wraps new data keys under the KEK called `active`, and opens what any of `keks` wrapped.
    pub fn new(keks: Vec<VaultKey>, active: &str, lookup: VaultKey, random: Random) -> Result<Self, VaultError> {
        let mut names: Vec<&str> = keks.iter().chain([&lookup]).map(VaultKey::id).collect();
        names.sort_unstable();
        if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(VaultError::NameTwice(twice[0].to_owned()));
        }
        let position = keks.iter().position(|kek| kek.id == active);
        let active = position.ok_or_else(|| VaultError::ActiveMissing(active.to_owned()))?;
        Ok(Self { keks, active, lookup, random })
    }

    /// Where its random bytes come from.
    pub(super) fn random(&self) -> &Random {
        &self.random
    }

    /// The KEK under which new data keys are wrapped.
    pub(super) fn active(&self) -> &VaultKey {
        &self.keks[self.active]
    }

    pub(super) fn keks(&self) -> &[VaultKey] {
        &self.keks
    }

    pub(super) fn lookup_key(&self) -> &VaultKey {
        &self.lookup
    }

    /// The HMAC by which `value` is found again.
    pub(super) fn digest(&self, lookup: Lookup, value: &[u8]) -> Vec<u8> {
        let purpose: &[u8] = match lookup {
            Lookup::Code => b"earayis/lookup/v1/code\0",
            Lookup::Fin => b"earayis/lookup/v1/fin\0",
            Lookup::Recipient => b"earayis/lookup/v1/recipient\0",
            Lookup::IdempotencyKey => b"earayis/lookup/v1/idempotency-key\0",
            Lookup::IdempotencyBody => b"earayis/lookup/v1/idempotency-body\0",
            Lookup::Session => b"earayis/lookup/v1/session\0",
            Lookup::MemberSession => b"earayis/lookup/v1/member-session\0",
            Lookup::Person => b"earayis/lookup/v1/person\0",
            Lookup::Invitation => b"earayis/lookup/v1/invitation\0",
            Lookup::SignIn => b"earayis/lookup/v1/sign-in\0",
        };
        let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &*self.lookup.key));
        context.update(purpose);
        context.update(value);
        context.sign().as_ref().to_vec()
    }

    /// A fresh data key for the certificate `id`, in the clear and wrapped.
    pub(super) fn fresh_data_key(&self, id: Uuid) -> Result<(DataKey, WrappedKey), VaultError> {
        let data_key = DataKey(Zeroizing::new(self.random.bytes()?));
        let wrapped = self.wrap(&data_key, id)?;
        Ok((data_key, wrapped))
    }

    /// Wraps a data key under the active KEK.
    pub(super) fn wrap(&self, data_key: &DataKey, id: Uuid) -> Result<WrappedKey, VaultError> {
        let kek = self.active();
        let bytes = self.seal(&kek.key, b"wrap", wrapped_in(&id), &*data_key.0)?;
        Ok(WrappedKey { kek_id: kek.id.clone(), bytes })
    }

    /// The data key of the certificate `id`.
    pub(super) fn unwrap(&self, wrapped: &WrappedKey, id: Uuid) -> Result<DataKey, VaultError> {
        let cell = wrapped_in(&id);
        let mut opened = self.open(&self.kek(&wrapped.kek_id)?.key, b"wrap", cell, &wrapped.bytes)?;
        let key = opened.as_slice().try_into().map_err(|_| cell.altered());
        opened.zeroize();
        Ok(DataKey(Zeroizing::new(key?)))
    }

    /// Encrypts what stands in `cell` under the subkey of its column.
    pub(super) fn seal_cell(&self, key: &DataKey, cell: Cell<'_>, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.seal(&key.0, cell.column.as_bytes(), cell, plain)
    }

    /// Decrypts what stands in `cell`.
    pub(super) fn open_cell(&self, key: &DataKey, cell: Cell<'_>, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.open(&key.0, cell.column.as_bytes(), cell, sealed)
    }

    /// Encrypts a row of its own, such as a session, directly under a subkey of the active KEK for that row alone.
    pub(super) fn seal_row(&self, cell: Cell<'_>, plain: &[u8]) -> Result<(String, Vec<u8>), VaultError> {
        let kek = self.active();
        Ok((kek.id.clone(), self.seal(&kek.key, &cell.aad(), cell, plain)?))
    }

    /// Decrypts a row of its own.
    pub(super) fn open_row(&self, kek_id: &str, cell: Cell<'_>, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.open(&self.kek(kek_id)?.key, &cell.aad(), cell, sealed)
    }

    fn kek(&self, id: &str) -> Result<&VaultKey, VaultError> {
        self.keks.iter().find(|kek| kek.id == id).ok_or_else(|| VaultError::KeyMissing(id.to_owned()))
    }

    /// Nonce ‖ ciphertext ‖ tag.
    fn seal(&self, secret: &[u8; 32], info: &[u8], cell: Cell<'_>, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        let nonce: [u8; NONCE_LEN] = self.random.bytes()?;
        let mut sealed = Vec::with_capacity(NONCE_LEN + plain.len() + AES_256_GCM.tag_len());
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plain);
        let tag = subkey(secret, info)
            .and_then(|key| {
                let nonce = Nonce::assume_unique_for_key(nonce);
                key.seal_in_place_separate_tag(nonce, Aad::from(cell.aad()), &mut sealed[NONCE_LEN..])
            })
            .map_err(|_| cell.altered())?;
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    #[expect(clippy::unused_self, reason = "it stands beside `seal`, which needs the vault's random bytes")]
    fn open(&self, secret: &[u8; 32], info: &[u8], cell: Cell<'_>, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_LEN>().ok_or_else(|| cell.altered())?;
        let mut plain = ciphertext.to_vec();
        let key = subkey(secret, info).map_err(|_| cell.altered())?;
        let opened = key.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(cell.aad()), &mut plain);
        let length = opened.map_err(|_| cell.altered())?.len();
        plain.truncate(length);
        Ok(plain)
    }
}

impl Cell<'_> {
    /// table ‖ column ‖ id, each ended so that no two cells have the same.
    fn aad(&self) -> Vec<u8> {
        [self.table.as_bytes(), b"\0", self.column.as_bytes(), b"\0", self.id].concat()
    }

    fn altered(&self) -> VaultError {
        VaultError::Altered { table: self.table, column: self.column }
    }
}

fn wrapped_in(id: &Uuid) -> Cell<'_> {
    Cell { table: "certificates", column: "data_key", id: id.as_bytes() }
}

/// The AES-256-GCM key that HKDF-SHA256 derives from `secret` for `info` (RFC 5869).
fn subkey(secret: &[u8; 32], info: &[u8]) -> Result<LessSafeKey, ring::error::Unspecified> {
    let pseudorandom = hkdf::Salt::new(hkdf::HKDF_SHA256, SALT).extract(secret);
    let info = [info];
    Ok(LessSafeKey::new(UnboundKey::from(pseudorandom.expand(&info, &AES_256_GCM)?)))
}

impl From<RandomUnavailable> for VaultError {
    fn from(_: RandomUnavailable) -> Self {
        Self::Random
    }
}

impl fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VaultKey({})", self.id)
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("keks", &self.keks).field("lookup", &self.lookup).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CERTIFICATE: Uuid = Uuid::from_bytes([7; 16]);
    const OTHER: Uuid = Uuid::from_bytes([8; 16]);

    fn vault(keks: &[(&str, u8)], active: &str) -> Vault {
        let keks = keks.iter().map(|&(id, byte)| VaultKey::new(id, [byte; 32])).collect();
        Vault::new(keks, active, VaultKey::new("lookup", [9; 32]), Random::system()).unwrap()
    }

    fn cell<'a>(column: &'static str, id: &'a Uuid) -> Cell<'a> {
        Cell { table: "certificates", column, id: id.as_bytes() }
    }

    #[test]
    fn what_was_encrypted_decrypts_in_its_own_cell_only() {
        let vault = vault(&[("a", 1)], "a");
        let (key, wrapped) = vault.fresh_data_key(CERTIFICATE).unwrap();
        let sealed = vault.seal_cell(&key, cell("facts", &CERTIFICATE), b"a wage").unwrap();
        let key = vault.unwrap(&wrapped, CERTIFICATE).unwrap();
        assert_eq!(vault.open_cell(&key, cell("facts", &CERTIFICATE), &sealed).unwrap(), b"a wage");
        for moved in [cell("own_bytes", &CERTIFICATE), cell("facts", &OTHER)] {
            assert!(matches!(vault.open_cell(&key, moved, &sealed), Err(VaultError::Altered { .. })));
        }
        assert!(matches!(vault.unwrap(&wrapped, OTHER), Err(VaultError::Altered { .. })));
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_noticed() {
        let vault = vault(&[("a", 1)], "a");
        let (key, _) = vault.fresh_data_key(CERTIFICATE).unwrap();
        let sealed = vault.seal_cell(&key, cell("facts", &CERTIFICATE), b"1 234,56").unwrap();
        for bit in 0..sealed.len() * 8 {
            let mut altered = sealed.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert!(vault.open_cell(&key, cell("facts", &CERTIFICATE), &altered).is_err(), "bit {bit}");
        }
        for length in 0..sealed.len() {
            assert!(vault.open_cell(&key, cell("facts", &CERTIFICATE), &sealed[..length]).is_err(), "length {length}");
        }
    }

    #[test]
    fn a_rotated_vault_opens_what_the_old_key_wrapped_until_it_is_gone() {
        let (_, wrapped) = vault(&[("a", 1)], "a").fresh_data_key(CERTIFICATE).unwrap();
        let rotated = vault(&[("a", 1), ("b", 2)], "b");
        let rewrapped = rotated.wrap(&rotated.unwrap(&wrapped, CERTIFICATE).unwrap(), CERTIFICATE).unwrap();
        assert_eq!(rewrapped.kek_id, "b");
        let later = vault(&[("b", 2)], "b");
        assert!(later.unwrap(&rewrapped, CERTIFICATE).is_ok());
        assert!(matches!(later.unwrap(&wrapped, CERTIFICATE), Err(VaultError::KeyMissing(id)) if id == "a"));
    }

    #[test]
    fn equal_values_of_different_purposes_have_unequal_digests() {
        let vault = vault(&[("a", 1)], "a");
        assert_eq!(vault.digest(Lookup::Code, b"x"), vault.digest(Lookup::Code, b"x"));
        assert_ne!(vault.digest(Lookup::Code, b"x"), vault.digest(Lookup::Fin, b"x"));
        assert_ne!(vault.digest(Lookup::Code, b"x"), vault.digest(Lookup::Code, b"y"));
    }

    #[test]
    fn a_vault_without_its_active_key_or_with_a_name_twice_is_refused() {
        let random = Random::system;
        let made = |keks, active| Vault::new(keks, active, VaultKey::new("lookup", [9; 32]), random()).err();
        assert_eq!(made(vec![VaultKey::new("a", [1; 32])], "b"), Some(VaultError::ActiveMissing("b".into())));
        let twice = vec![VaultKey::new("a", [1; 32]), VaultKey::new("a", [2; 32])];
        assert_eq!(made(twice, "a"), Some(VaultError::NameTwice("a".into())));
    }

    #[test]
    fn debug_shows_no_key() {
        let shown = format!("{:?}", vault(&[("a", 0xab)], "a"));
        assert!(shown.contains("VaultKey(a)") && !shown.contains("171") && !shown.contains("ab, "), "{shown}");
    }
}
