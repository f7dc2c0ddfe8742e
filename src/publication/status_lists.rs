//! The status lists as they are served: a list fetched after a change was acknowledged, by whatever process, contains it.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use flate2::Compression;
use flate2::write::GzEncoder;

use tokio::sync::watch;

use crate::certificate::Standing;
use crate::clock::{Clock, Instant};
use crate::keys::{KeyError, KeyRing};
use crate::routes::STATUS_LISTS;
use crate::status_list::{Places, StatusListStatement, sign, value_of};
use crate::storage::{Storage, StorageError};

/// A list is signed anew when it is this old, though nothing changed: long before its `ttl` of an hour.
const FRESH_MILLIS: i64 = 15 * 60 * 1000;
/// So many signed lists are kept in memory, a third of a megabyte each at most.
const KEPT: usize = 64;

/// Signs status lists, and keeps a signed one for as long as it is current.
pub struct StatusLists {
    storage: Storage,
    ring: watch::Receiver<Arc<KeyRing>>,
    /// The origins under which lists have addresses: the present one, then former ones.
    origins: Vec<String>,
    clock: Clock,
    kept: Mutex<HashMap<i64, Arc<PublishedList>>>,
    /// One list is signed at a time: whoever waits for the same one finds it signed.
    turn: tokio::sync::Mutex<()>,
}

/// A signed list.
#[derive(Debug)]
pub struct PublishedList {
    /// The JWT, `application/statuslist+jwt`.
    pub jwt: Vec<u8>,
    /// The same compressed with gzip, where that makes it smaller.
    pub gzip: Option<Vec<u8>>,
    /// What names these bytes and no others: the beginning of their SHA-256, in hexadecimal.
    pub digest: String,
    changes: u64,
    signed_at: Instant,
    /// The keys that were in use then, of which it says which are revoked.
    ring: Arc<KeyRing>,
}

/// Why a list cannot be served now.
#[derive(Debug, thiserror::Error)]
pub enum PublicationError {
    /// The records did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The key did not sign.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The task ended before its time.
    #[error("the signing of a status list was interrupted")]
    Interrupted,
}

impl StatusLists {
    /// The lists of the certificates in `storage`, at addresses under `public_url` and formerly under `former_hosts`.
    pub fn new(
        storage: Storage,
        ring: watch::Receiver<Arc<KeyRing>>,
        public_url: &str,
        former_hosts: &[String],
        clock: Clock,
    ) -> Self {
        let scheme = public_url.split_once("://").map_or("https", |(scheme, _)| scheme);
        let former = former_hosts.iter().map(|host| format!("{scheme}://{host}"));
        let origins = std::iter::once(public_url.to_owned()).chain(former).collect();
        Self { storage, ring, origins, clock, kept: Mutex::default(), turn: tokio::sync::Mutex::default() }
    }

    /// The addresses of all lists.
    pub async fn addresses(&self) -> Result<Vec<String>, PublicationError> {
        let numbers = self.storage.status_lists().await?;
        let origin = self.origins.first().map_or("", String::as_str);
        Ok(numbers.into_iter().map(|number| address(origin, number)).collect())
    }

    /// The list of this number as it is at this moment; none when there is no such list.
    pub async fn list(&self, number: i64) -> Result<Option<Arc<PublishedList>>, PublicationError> {
        let Some(changes) = self.storage.status_list_changes(number).await? else { return Ok(None) };
        if let Some(kept) = self.current(number, changes) {
            return Ok(Some(kept));
        }
        let _turn = self.turn.lock().await;
        // Read again: whoever had the turn before may have signed it, and more may have changed since.
        let Some(changes) = self.storage.status_list_changes(number).await? else { return Ok(None) };
        if let Some(kept) = self.current(number, changes) {
            return Ok(Some(kept));
        }
        let signed = Arc::new(self.sign(number, changes).await?);
        self.keep(number, &signed);
        Ok(Some(signed))
    }

    /// The list that is kept, if it has seen every change, of the keys too, and is not old.
    fn current(&self, number: i64, changes: u64) -> Option<Arc<PublishedList>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let age = |list: &PublishedList| self.clock.now().millis() - list.signed_at.millis();
        let ring = Arc::clone(&self.ring.borrow());
        let current = |list: &&Arc<PublishedList>| {
            list.changes == changes && Arc::ptr_eq(&list.ring, &ring) && (0..FRESH_MILLIS).contains(&age(list))
        };
        kept.get(&number).filter(current).cloned()
    }

    /// Places of which the counter says the same before and after: lists of one count have one content.
    async fn settled(&self, number: i64, mut changes: u64) -> Result<(u64, Vec<(u32, Standing)>), PublicationError> {
        loop {
            let places = self.storage.places_out_of_force(number).await?;
            match self.storage.status_list_changes(number).await? {
                Some(since) if since != changes => changes = since,
                _ => return Ok((changes, places)),
            }
        }
    }

    async fn sign(&self, number: i64, changes: u64) -> Result<PublishedList, PublicationError> {
        let (changes, out_of_force) = self.settled(number, changes).await?;
        let addresses: Vec<String> = self.origins.iter().map(|origin| address(origin, number)).collect();
        let aggregation = format!("{}{STATUS_LISTS}", self.origins.first().map_or("", String::as_str));
        let (ring, now) = (Arc::clone(&self.ring.borrow()), self.clock.now());
        // Compressing takes milliseconds of a processor, off the threads that serve requests.
        let task = tokio::task::spawn_blocking(move || {
            let mut places = Places::all_valid();
            for (index, standing) in out_of_force {
                places.set(index, value_of(standing));
            }
            let (uri, former_uris) = addresses.split_first().ok_or(KeyError::Signing)?;
            let revoked_keys = &ring.public_keys().revoked();
            let aggregation_uri = &aggregation;
            let statement = StatusListStatement { uri, former_uris, aggregation_uri, changes, revoked_keys, now };
            let jwt = sign(&statement, &places, ring.status())?.into_bytes();
            Ok(PublishedList { gzip: gzip(&jwt), digest: digest(&jwt), jwt, changes, signed_at: now, ring })
        });
        task.await.map_err(|_| PublicationError::Interrupted)?
    }

    fn keep(&self, number: i64, list: &Arc<PublishedList>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT && !kept.contains_key(&number) {
            let oldest = kept.iter().min_by_key(|(_, list)| list.signed_at).map(|(number, _)| *number);
            oldest.map(|oldest| kept.remove(&oldest));
        }
        kept.insert(number, Arc::clone(list));
    }
}

/// A list's address under an origin, as tokens name it.
fn address(origin: &str, number: i64) -> String {
    format!("{origin}{STATUS_LISTS}/{number}")
}

/// Base64 of what is compressed already still loses a quarter; a list that is nearly empty may gain.
fn gzip(jwt: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(jwt).ok()?;
    let compressed = encoder.finish().ok()?;
    (compressed.len() < jwt.len()).then_some(compressed)
}

fn digest(bytes: &[u8]) -> String {
    let sha256 = ring::digest::digest(&ring::digest::SHA256, bytes);
    data_encoding::HEXLOWER.encode(&sha256.as_ref()[..16])
}
