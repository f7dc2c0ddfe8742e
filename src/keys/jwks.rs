//! The published list of keys, `/.well-known/jwks.json`: written from a ring, and believed only as far as its root.

use data_encoding::BASE64;
use serde_json::{Map, Value, json};

use super::init::LOG_STATEMENT;
use super::{Chain, KeyRing, Kid, Material, PublicKey, PublicKeys, Purpose, jws};
use crate::clock::Instant;
use crate::transparency::Verifier;

/// The member in which a published list carries the root's statements of the log's keys.
const LOG_STATEMENTS: &str = "log_statements";

impl KeyRing {
    /// What is published: the keys as [`PublicKeys::jwks`] lists them, and, in the member `log_statements`, the root's
    /// signed statements of the log's keys.
    pub fn jwks(&self) -> Value {
        let mut jwks = self.public_keys().jwks();
        jwks[LOG_STATEMENTS] = self.log_statements().into();
        jwks
    }
}

/// The log's verifier keys in a published list, present and retired, as far as the root among `keys` states them.
///
/// A statement that the root did not sign is left out.
pub fn stated_log_keys(jwks: &Value, keys: &PublicKeys, now: Instant) -> Vec<StatedLogKey> {
    let statements = jwks.get(LOG_STATEMENTS).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    statements.iter().filter_map(|statement| StatedLogKey::read(statement.as_str()?, keys, now)).collect()
}

/// A key of a log as the root states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedLogKey {
    /// The key.
    pub verifier: Verifier,
    /// When the root stated it, to the second: of several keys the one that was stated last signs.
    pub stated_at: Instant,
    /// The statement.
    pub statement: String,
}

impl StatedLogKey {
    /// Reads a statement; none when no root among `keys` signed it.
    pub fn read(statement: &str, keys: &PublicKeys, now: Instant) -> Option<Self> {
        #[derive(serde::Deserialize)]
        struct Payload {
            iat: i64,
            vkey: String,
        }
        let verified = jws::verify(statement, Purpose::Root, LOG_STATEMENT, keys, now).ok()?;
        let Payload { iat, vkey } = serde_json::from_slice(&verified.payload).ok()?;
        let stated_at = Instant::from_millis(iat.saturating_mul(1000));
        Some(Self { verifier: vkey.parse().ok()?, stated_at, statement: statement.to_owned() })
    }
}

impl PublicKeys {
    /// The keys as a JWK set (RFC 7517): each with `x5c` to the root, `purpose`, and `nbf`, `exp` and `revoked_at` in
    /// seconds since 1970.
    pub fn jwks(&self) -> Value {
        json!({ "keys": self.iter().map(jwk).collect::<Vec<_>>() })
    }

    /// The keys of a published JWK set that stand under the root certificate `root` (DER) which the caller trusts.
    ///
    /// A key whose chain does not end in that root, or whose members say other than its certificate, is left out.
    pub fn from_jwks(jwks: &Value, root: &[u8]) -> Self {
        let keys = jwks.get("keys").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        Self::new(keys.iter().filter_map(|jwk| trusted(jwk, root)).collect())
    }
}

fn jwk(key: &PublicKey) -> Value {
    let mut jwk = Map::new();
    for (name, value) in key.material.jwk_members() {
        jwk.insert(name.to_owned(), value.into());
    }
    let algorithm = if matches!(key.material, Material::P256(_)) { "ES256" } else { "RS256" };
    jwk.insert("kid".to_owned(), key.kid().to_string().into());
    jwk.insert("use".to_owned(), "sig".into());
    jwk.insert("alg".to_owned(), algorithm.into());
    jwk.insert("purpose".to_owned(), key.purpose.word().into());
    jwk.insert("nbf".to_owned(), key.not_before.seconds().into());
    jwk.insert("exp".to_owned(), key.not_after.seconds().into());
    if let Some(at) = key.revoked_at {
        jwk.insert("revoked_at".to_owned(), at.seconds().into());
    }
    jwk.insert("x5c".to_owned(), key.chain.iter().map(|der| BASE64.encode(der)).collect::<Vec<_>>().into());
    Value::Object(jwk)
}

/// The key of one JWK, taken from its certificate.
fn trusted(jwk: &Value, root: &[u8]) -> Option<PublicKey> {
    let text = |name: &str| jwk.get(name)?.as_str();
    let instant = |name: &str| Some(Instant::from_millis(jwk.get(name)?.as_i64()?.saturating_mul(1000)));
    let purpose = Purpose::from_word(text("purpose")?)?;
    let decoded = jwk.get("x5c")?.as_array()?.iter().map(|der| BASE64.decode(der.as_str()?.as_bytes()).ok());
    let chain = Chain::from_der(decoded.collect::<Option<Vec<_>>>()?).ok()?;
    let material = chain.material().ok()?;
    let (begins, ends) = chain.validity().ok()?;
    let (not_before, not_after) = (instant("nbf")?, instant("exp")?);
    let says_so = material.jwk_members().iter().all(|(name, value)| text(name) == Some(value))
        && text("kid")?.parse::<Kid>() == Ok(material.kid())
        && chain.serves(purpose).ok()?
        && begins <= not_before
        && not_after <= ends;
    let revoked_at = match jwk.get("revoked_at") {
        Some(_) => Some(instant("revoked_at")?),
        None => None,
    };
    (chain.root() == root && says_so).then(|| PublicKey {
        purpose,
        material,
        not_before,
        not_after,
        revoked_at,
        chain: chain.certificates().to_vec(),
    })
}
