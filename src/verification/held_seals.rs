//! The released files whose seal was found to hold, by digest: of such a file neither bytes nor seal can ever change.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many digests are remembered at least, and at most twice as many: 8 MiB.
const ROOM: usize = 1 << 16;

/// A bounded memory of one process. What it forgot is checked again, and when the signers change it forgets all.
#[derive(Debug, Default)]
pub struct HeldSeals(Mutex<Generations>);

#[derive(Debug, Default)]
struct Generations {
    signers: Vec<Vec<u8>>,
    young: HashSet<[u8; 32]>,
    old: HashSet<[u8; 32]>,
}

impl HeldSeals {
    /// Whether the seal of the file with this SHA-256 was found to hold, and to be one of these `signers`.
    pub(super) fn holds(&self, sha256: &[u8; 32], signers: &[Vec<u8>]) -> bool {
        let seals = self.lock();
        seals.signers == signers && (seals.young.contains(sha256) || seals.old.contains(sha256))
    }

    /// Remembers that it was.
    pub(super) fn keep(&self, sha256: [u8; 32], signers: &[Vec<u8>]) {
        let mut seals = self.lock();
        if seals.signers != signers {
            *seals = Generations { signers: signers.to_vec(), ..Generations::default() };
        }
        if seals.young.len() >= ROOM {
            seals.old = std::mem::take(&mut seals.young);
        }
        seals.young.insert(sha256);
    }

    fn lock(&self) -> MutexGuard<'_, Generations> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(n: usize) -> [u8; 32] {
        let mut digest = [0; 32];
        digest[..8].copy_from_slice(&n.to_be_bytes());
        digest
    }

    #[test]
    fn what_was_asked_lately_is_remembered_in_bounded_room() {
        let (seals, signers) = (HeldSeals::default(), [vec![1]]);
        assert!(!seals.holds(&digest(0), &signers));
        for n in 0..3 * ROOM {
            seals.keep(digest(n), &signers);
            assert!(seals.holds(&digest(n), &signers));
        }
        assert!(!seals.holds(&digest(0), &signers), "the oldest are forgotten");
        assert!(seals.holds(&digest(3 * ROOM - ROOM), &signers));
        let kept = seals.0.lock().unwrap();
        assert!(kept.young.len() + kept.old.len() <= 2 * ROOM);
    }

    #[test]
    fn nothing_is_remembered_of_former_signers() {
        let (seals, former, present) = (HeldSeals::default(), [vec![1], vec![2]], [vec![1]]);
        seals.keep(digest(0), &former);
        assert!(!seals.holds(&digest(0), &present));
        seals.keep(digest(1), &present);
        assert!(!seals.holds(&digest(0), &former) && !seals.holds(&digest(0), &present));
        assert!(seals.holds(&digest(1), &present));
    }
}
