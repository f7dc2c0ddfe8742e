//! The keys in use: read again when their folder changes, so that no key signs for long that was retired or revoked.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::time::Instant as Moment;

use super::{AssemblyError, ServeError};
use crate::clock::{Clock, Instant};
use crate::keys::{FolderState, KeyError, KeyRing};
use crate::random::Random;
use crate::seal::Sealer;

/// How often the folder is looked at; on SIGHUP at once.
const LOOKED_AT: Duration = Duration::from_secs(5);
/// For how long a service goes on with the former keys when the present ones cannot be used: long enough to put the
/// files of a ring into place, and no longer than a revocation may wait.
const PATIENCE: Duration = Duration::from_secs(30);

/// What signs and what is trusted at this moment, for everybody who uses it.
#[derive(Clone)]
pub(super) struct KeysInUse {
    directory: PathBuf,
    /// What the folder was like before it was read.
    seen: FolderState,
    pub(super) ring: watch::Sender<Arc<KeyRing>>,
    pub(super) sealer: watch::Sender<Arc<Sealer>>,
    pub(super) jwks: watch::Sender<Arc<Value>>,
}

/// Why a service stops rather than to sign on with the keys it has.
#[derive(Debug, thiserror::Error)]
pub enum KeysLost {
    /// The folder changed, and cannot be used since.
    #[error("the keys have changed and cannot be used, and a key that was revoked must not sign on: {0}")]
    Unusable(#[source] AssemblyError),
    /// What cannot change under way has changed.
    #[error("the keys have changed, and {what}: a running service cannot take that over; start it again")]
    NeedsStart {
        /// What.
        what: &'static str,
    },
}

impl KeysInUse {
    /// Reads the keys in `directory`.
    pub(super) fn load(directory: &Path, now: Instant, random: &Random) -> Result<Self, AssemblyError> {
        let seen = FolderState::of(directory);
        let ring = read(directory, now, random)?;
        let sealer = Arc::new(Sealer::from_ring(&ring, now, random)?);
        tell_of_revoked(&ring);
        let jwks = watch::Sender::new(Arc::new(ring.jwks()));
        let (ring, sealer) = (watch::Sender::new(ring), watch::Sender::new(sealer));
        Ok(Self { directory: directory.to_owned(), seen, ring, sealer, jwks })
    }

    /// The keys in use at this moment.
    pub(super) fn ring(&self) -> Arc<KeyRing> {
        Arc::clone(&self.ring.borrow())
    }

    /// Takes over what changes in the folder, and answers only when the service must not go on.
    pub(super) fn follow(
        self,
        clock: Clock,
        random: Random,
    ) -> Result<impl Future<Output = KeysLost> + Send + 'static, ServeError> {
        let mut hang_up = signal(SignalKind::hangup()).map_err(ServeError::Signal)?;
        Ok(async move {
            let mut every = tokio::time::interval(LOOKED_AT);
            let mut seen = self.seen.clone();
            let mut unusable_since = None;
            loop {
                tokio::select! {
                    _ = every.tick() => {}
                    _ = hang_up.recv() => {}
                }
                let directory = self.directory.clone();
                let Ok(found) = blocking(move || Ok(FolderState::of(&directory))).await else { continue };
                if found == seen && unusable_since.is_none() {
                    continue;
                }
                match self.take_over(clock.now(), &random).await {
                    Ok(Ok(())) => (seen, unusable_since) = (found, None),
                    Ok(Err(what)) => return KeysLost::NeedsStart { what },
                    // No half-written file says so, and each further checkpoint would be one by a stolen key.
                    Err(error @ AssemblyError::Keys(KeyError::Revoked { .. })) => return KeysLost::Unusable(error),
                    Err(error) => {
                        metrics::counter!("earayis_keys_unusable_total").increment(1);
                        tracing::error!(
                            error = &error as &dyn std::error::Error,
                            "the keys have changed and cannot be used; the former ones are, for less than a minute"
                        );
                        if unusable_since.get_or_insert_with(Moment::now).elapsed() > PATIENCE {
                            return KeysLost::Unusable(error);
                        }
                    }
                }
            }
        })
    }

    /// Puts the keys of the folder into use; the inner error says what of them needs a new start.
    async fn take_over(&self, now: Instant, random: &Random) -> Result<Result<(), &'static str>, AssemblyError> {
        let (directory, random) = (self.directory.clone(), random.clone());
        // The seal's own period refuses no ring: another key may be revoked in it, and each seal is checked anyway.
        let (ring, sealer) = blocking(move || {
            let ring = read(&directory, now, &random)?;
            let sealer = Sealer::whenever_valid(&ring, &random)?;
            Ok((ring, Arc::new(sealer)))
        })
        .await?;
        let former = self.ring();
        if let Some(what) = former.needs_start_for(&ring) {
            return Ok(Err(what));
        }
        if !former.keeps_secrets_of(&ring) {
            tracing::warn!("the `kek` or `lookup` keys have changed: they are used from the next start on");
        }
        tell_of_revoked(&ring);
        tracing::info!(revoked = ring.public_keys().revoked().len(), "the keys have changed and are in use");
        // What is signed from here on can be checked before it is signed.
        self.jwks.send_replace(Arc::new(ring.jwks()));
        self.ring.send_replace(ring);
        self.sealer.send_replace(sealer);
        Ok(Ok(()))
    }
}

fn read(directory: &Path, now: Instant, random: &Random) -> Result<Arc<KeyRing>, AssemblyError> {
    let ring = KeyRing::load(directory, random)?;
    ring.check_begun(now)?;
    Ok(Arc::new(ring))
}

/// Nothing is signed for the purpose of an active key that is revoked, and somebody must put another in its place.
fn tell_of_revoked(ring: &KeyRing) {
    for finding in ring.revoked() {
        tracing::warn!("{finding}");
    }
}

/// Files are read off the threads that serve requests.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, AssemblyError> + Send + 'static,
) -> Result<T, AssemblyError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| AssemblyError::Interrupted)?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{InitOptions, SealingAlgorithm, init, revoke};

    fn begun() -> (tempfile::TempDir, Instant, KeysInUse) {
        let folder = tempfile::tempdir().unwrap();
        let now = Instant::parse_rfc3339("2026-11-24T06:00:00Z").unwrap();
        let options = InitOptions {
            now,
            issuer: "Nümunə Agentliyi".to_owned(),
            log_origin: "example.test/log".to_owned(),
            sealing: SealingAlgorithm::P256,
            development: true,
        };
        init(folder.path(), &options, &Random::system()).unwrap();
        let keys = KeysInUse::load(folder.path(), now, &Random::system()).unwrap();
        (folder, now, keys)
    }

    #[tokio::test]
    async fn a_revocation_is_taken_over_though_the_seals_certificate_has_expired() {
        let (folder, now, keys) = begun();
        let later = now.plus_days(4000);
        assert!(KeysInUse::load(folder.path(), later, &Random::system()).is_err(), "a start is refused");
        revoke(folder.path(), keys.ring().qr().kid(), later).unwrap();
        assert_eq!(keys.take_over(later, &Random::system()).await.unwrap(), Ok(()));
        assert_eq!(keys.ring().revoked().count(), 1);
    }

    #[tokio::test]
    async fn a_key_that_has_not_begun_is_not_taken_over() {
        let (_folder, now, keys) = begun();
        let refused = keys.take_over(now.plus_days(-1), &Random::system()).await.unwrap_err().to_string();
        assert!(refused.contains("signs only from 2026-11-24"), "{refused}");
    }
}
