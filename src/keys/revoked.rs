//! A revoked key as it is told to others: which, and since when; whoever was told does not forget.

use serde::{Deserialize, Serialize};

use super::public::NotKid;
use super::{Kid, PublicKeys, Purpose};
use crate::clock::Instant;

/// Since when nothing that a key signed is believed. In JSON `{"kid": …, "revoked_at": seconds since 1970}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct RevokedKey {
    /// The key.
    pub kid: Kid,
    /// Since when, to the second.
    pub revoked_at: Instant,
}

#[derive(Serialize, Deserialize)]
struct Written {
    kid: String,
    revoked_at: i64,
}

impl From<RevokedKey> for Written {
    fn from(key: RevokedKey) -> Self {
        Self { kid: key.kid.to_string(), revoked_at: key.revoked_at.seconds() }
    }
}

impl TryFrom<Written> for RevokedKey {
    type Error = NotKid;

    fn try_from(written: Written) -> Result<Self, NotKid> {
        let revoked_at = Instant::from_millis(written.revoked_at.saturating_mul(1000));
        Ok(Self { kid: written.kid.parse()?, revoked_at })
    }
}

impl RevokedKey {
    /// Every key of two lists once, revoked since the earlier of two moments.
    pub fn joined(one: &[Self], other: &[Self]) -> Vec<Self> {
        let mut all: Vec<Self> = one.iter().chain(other).copied().collect();
        all.sort_unstable();
        all.dedup_by_key(|key| key.kid);
        all
    }
}

impl PublicKeys {
    /// Those among the keys that are revoked.
    pub fn revoked(&self) -> Vec<RevokedKey> {
        let revoked = |key: &super::PublicKey| Some(RevokedKey { kid: key.kid(), revoked_at: key.revoked_at? });
        RevokedKey::joined(&self.iter().filter_map(revoked).collect::<Vec<_>>(), &[])
    }

    /// The same keys, revoked also where `revoked` says so, and since the earlier moment where both do. Of a root nothing
    /// is believed that stands under it: whoever stole a lesser key would bring down all others.
    #[must_use]
    pub fn with_revoked(self, revoked: &[RevokedKey]) -> Self {
        self.map(|key| {
            if key.purpose == Purpose::Root {
                return;
            }
            let told = revoked.iter().filter(|told| told.kid == key.kid()).map(|told| told.revoked_at);
            key.revoked_at = key.revoked_at.into_iter().chain(told).min();
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn revoked(kid: u8, seconds: i64) -> RevokedKey {
        RevokedKey { kid: Kid([kid; 8]), revoked_at: Instant::from_millis(seconds * 1000) }
    }

    #[test]
    fn the_earlier_moment_counts_and_no_key_is_forgotten() {
        let joined =
            RevokedKey::joined(&[revoked(2, 9), revoked(1, 5)], &[revoked(1, 4), revoked(1, 8), revoked(3, 1)]);
        assert_eq!(joined, [revoked(1, 4), revoked(2, 9), revoked(3, 1)]);
    }

    #[test]
    fn it_is_written_in_one_form() {
        let text = serde_json::to_string(&revoked(0, 7)).unwrap();
        assert_eq!(text, r#"{"kid":"AAAAAAAAAAA","revoked_at":7}"#);
        assert_eq!(serde_json::from_str::<RevokedKey>(&text).unwrap(), revoked(0, 7));
        assert!(serde_json::from_str::<RevokedKey>(r#"{"kid":"AAAA","revoked_at":7}"#).is_err());
    }
}
