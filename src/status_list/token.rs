//! The status list token: a JWT (`statuslist+jwt`) that says of which list it is, when it was signed and until when it holds.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

use super::places::{BITS, Places, PlacesRefused, standing_of};
use crate::certificate::Standing;
use crate::clock::Instant;
use crate::keys::jws::{self, JwsError};
use crate::keys::{KeyError, PublicKeys, Purpose, RevokedKey, SigningKey};

/// The type that the token's header names.
pub const TYPE: &str = "statuslist+jwt";
/// After so many seconds a list should be fetched anew.
pub const TTL_SECONDS: i64 = 60 * 60;
/// After so many seconds nothing rests on a list any more.
const LIFE_SECONDS: i64 = 24 * 60 * 60;
/// How far the clock of whoever checks may be behind ours.
const SKEW_MILLIS: i64 = 5 * 60 * 1000;

/// What is to be signed beside the places.
#[derive(Debug, Clone, Copy)]
pub struct StatusListStatement<'a> {
    /// The list's address, as tokens name it.
    pub uri: &'a str,
    /// The same list's addresses when the service had other hosts: tokens of that time name those.
    pub former_uris: &'a [String],
    /// Where all lists are named.
    pub aggregation_uri: &'a str,
    /// How many changes the list has seen: of two lists the one with more is the newer.
    pub changes: u64,
    /// The service's keys that are revoked: said here under a signature, where nobody on the way can leave it out.
    pub revoked_keys: &'a [RevokedKey],
    /// The present.
    pub now: Instant,
}

/// A status list that this service signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusList {
    /// Its address.
    pub uri: String,
    /// Its former addresses.
    pub former_uris: Vec<String>,
    /// When it was signed.
    pub issued_at: Instant,
    /// The first instant at which nothing rests on it any more.
    pub expires_at: Instant,
    /// How many changes it has seen; none in a list that does not count them.
    pub changes: Option<u64>,
    /// The service's keys that were revoked when it was signed.
    pub revoked_keys: Vec<RevokedKey>,
    places: Places,
}

/// Why a status list is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StatusListRefused {
    /// Its form, type, key or signature is refused.
    #[error(transparent)]
    Signature(#[from] JwsError),
    /// It lacks a claim, or one is not of its form.
    #[error("the status list's claims are not those of a status list")]
    Claims,
    /// It is another list than the one asked for.
    #[error("the service answered with another status list than the one asked for")]
    AnotherList,
    /// It is dated in the future.
    #[error("the status list is dated in the future: set the clock right")]
    Future,
    /// Its time is over.
    #[error("the status list has expired: the service must sign it anew")]
    Expired,
    /// An older one than the one that is held.
    #[error("the status list is older than the one held: somebody answers with the past")]
    Older,
    /// Its places are no list of this service's.
    #[error(transparent)]
    Places(#[from] PlacesRefused),
    /// Its places have another number of bits than this service's have.
    #[error("the status list has {0} bits a place, and this service's lists have {BITS}")]
    Bits(u8),
}

/// Signs a list with the key for status lists.
pub fn sign(statement: &StatusListStatement<'_>, places: &Places, key: &SigningKey) -> Result<String, KeyError> {
    let iat = statement.now.seconds();
    let claims = Claims {
        sub: statement.uri.to_owned(),
        iat,
        exp: iat + LIFE_SECONDS,
        ttl: TTL_SECONDS,
        changes: Some(statement.changes),
        former_subs: statement.former_uris.to_vec(),
        revoked_keys: statement.revoked_keys.to_vec(),
        status_list: ListClaim {
            bits: places.bits(),
            lst: BASE64URL_NOPAD.encode(&places.compress()),
            aggregation_uri: Some(statement.aggregation_uri.to_owned()),
        },
    };
    let claims = serde_json::to_vec(&claims).map_err(|_| KeyError::Signing)?;
    jws::sign(key, Purpose::Status, TYPE, &claims)
}

impl StatusList {
    /// Believes a token only if a status key among `keys` signed it, it is not from the future, has not expired, and its
    /// places are this service's. Whether it is the list asked for and no older one, the caller asks next.
    pub fn open(token: &str, keys: &PublicKeys, now: Instant) -> Result<Self, StatusListRefused> {
        let list = Self::open_expired_too(token, keys, now)?;
        if list.has_expired(now) { Err(StatusListRefused::Expired) } else { Ok(list) }
    }

    /// The same, also when its time is over: what was revoked for good then is revoked still.
    pub fn open_expired_too(token: &str, keys: &PublicKeys, now: Instant) -> Result<Self, StatusListRefused> {
        let verified = jws::verify(token, Purpose::Status, TYPE, keys, now)?;
        let claims: Claims = serde_json::from_slice(&verified.payload).map_err(|_| StatusListRefused::Claims)?;
        if claims.exp <= claims.iat || claims.ttl <= 0 || claims.sub.is_empty() {
            return Err(StatusListRefused::Claims);
        }
        let issued_at = instant(claims.iat);
        if issued_at > now.plus_millis(SKEW_MILLIS) {
            return Err(StatusListRefused::Future);
        }
        if claims.status_list.bits != BITS {
            return Err(StatusListRefused::Bits(claims.status_list.bits));
        }
        let compressed =
            BASE64URL_NOPAD.decode(claims.status_list.lst.as_bytes()).map_err(|_| StatusListRefused::Claims)?;
        Ok(Self {
            uri: claims.sub,
            former_uris: claims.former_subs,
            issued_at,
            expires_at: instant(claims.exp),
            changes: claims.changes,
            revoked_keys: claims.revoked_keys,
            places: Places::decompress(BITS, &compressed)?,
        })
    }

    /// Whether its time is over at `now`.
    pub fn has_expired(&self, now: Instant) -> bool {
        self.expires_at <= now
    }

    /// Whether tokens name this list by `uri`.
    pub fn is_at(&self, uri: &str) -> bool {
        self.uri == uri || self.former_uris.iter().any(|former| former == uri)
    }

    /// The standing at a place; none beyond the last.
    pub fn standing(&self, index: u32) -> Option<Standing> {
        standing_of(self.places.get(index)?)
    }

    /// Refuses this list in the place of `held` when it is another one, or older: when it has seen fewer changes, or,
    /// where changes are not counted, was signed before it.
    pub fn follows(&self, held: &Self) -> Result<(), StatusListRefused> {
        if self.uri != held.uri && !self.is_at(&held.uri) {
            return Err(StatusListRefused::AnotherList);
        }
        let older = match (self.changes, held.changes) {
            (Some(new), Some(held)) => new < held,
            (None, Some(_)) => true,
            (_, None) => self.issued_at < held.issued_at,
        };
        if older { Err(StatusListRefused::Older) } else { Ok(()) }
    }
}

fn instant(seconds: i64) -> Instant {
    Instant::from_millis(seconds.saturating_mul(1000))
}

/// draft-ietf-oauth-status-list §5.1, and three claims of our own.
#[derive(Serialize, Deserialize)]
struct Claims {
    sub: String,
    iat: i64,
    exp: i64,
    ttl: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    changes: Option<u64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    former_subs: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    revoked_keys: Vec<RevokedKey>,
    status_list: ListClaim,
}

/// draft-ietf-oauth-status-list §4.2.
#[derive(Serialize, Deserialize)]
struct ListClaim {
    bits: u8,
    lst: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    aggregation_uri: Option<String>,
}
