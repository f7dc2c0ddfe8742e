//! The replay: a restored database is brought forward to the ledger, which knows what was erased, held and lifted since.
//!
//! The ledger wins over a hold that stands only because the backup is older than its lifting, and over a backup that is
//! older than a hold: what it says last of a certificate is what stands.

use std::collections::HashMap;

use uuid::Uuid;

use super::{Erasure, ErasureError, HoldReason, Line, Step};
use crate::audit::Act;
use crate::auth::Actor;
use crate::clock::Instant;
use crate::storage::{Content, Keeping, KeptContent, StorageError};

/// What a replay did to a database that was older than the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Replayed {
    /// Erased again.
    pub erased: usize,
    /// Held again.
    pub held: usize,
    /// Whose holds were lifted again, without being erased.
    pub lifted: usize,
}

/// What the ledger says of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Word {
    erased: Option<Instant>,
    /// The last that was said of a hold, be it before or behind an erasure.
    hold: Option<Hold>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Hold {
    Placed(Instant, HoldReason),
    Lifted(Instant),
}

/// What is to be done to a certificate whose content is there.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Missing {
    Erase,
    Hold(Instant, HoldReason),
    Lift,
}

/// How many certificates become right in one transaction.
const AT_ONCE: usize = 200;

impl Erasure {
    /// Does again what the ledger names and the database, restored from a backup, has not.
    pub async fn replay(&self) -> Result<Replayed, ErasureError> {
        let words = words(self.ledger.lines().await?);
        let ids: Vec<Uuid> = words.keys().copied().collect();
        let kept = self.storage.kept_among(&ids).await?;
        let mut missing: Vec<_> =
            kept.into_iter().filter_map(|kept| Some((kept.id, words.get(&kept.id)?.missing(kept)?))).collect();
        // Two processes that start at once take them in one order, so that neither waits for the other.
        missing.sort_unstable_by_key(|(id, _)| *id);
        let mut replayed = Replayed::default();
        for some in missing.chunks(AT_ONCE) {
            let mut keeping = self.storage.begin_keeping().await?;
            for (id, missing) in some {
                self.catch_up(&mut keeping, *id, missing, &mut replayed).await?;
            }
            keeping.commit().await?;
        }
        if replayed.erased > 0 {
            match self.storage.overwrite_freed().await {
                // It is erased; another process still reads old pages, and whoever erases next overwrites them.
                Ok(()) | Err(StorageError::FreedPagesRemain) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(replayed)
    }

    async fn catch_up(
        &self,
        keeping: &mut Keeping,
        id: Uuid,
        missing: &Missing,
        replayed: &mut Replayed,
    ) -> Result<(), ErasureError> {
        let content = keeping.look(id).await?;
        let told = |act| self.event(id, act, &Actor::Service, &serde_json::json!({ "from": "ledger" }));
        if matches!(missing, Missing::Erase | Missing::Lift) && matches!(content, Content::Held(_)) {
            let lifted = keeping.lift_hold(id, &told(Act::LiftHold)?).await?;
            replayed.lifted += usize::from(lifted && *missing == Missing::Lift);
        }
        match missing {
            Missing::Erase => replayed.erased += usize::from(keeping.erase(id, &told(Act::Erase)?).await?),
            Missing::Hold(at, reason) => {
                let placed = keeping.place_hold(id, *at, reason.as_str(), &told(Act::PlaceHold)?).await?;
                replayed.held += usize::from(placed);
            }
            Missing::Lift => {}
        }
        Ok(())
    }
}

fn words(lines: Vec<Line>) -> HashMap<Uuid, Word> {
    let mut words: HashMap<Uuid, Word> = HashMap::new();
    for Line { certificate, at, step } in lines {
        let word = words.entry(certificate).or_default();
        match step {
            // No hold stood when it was written.
            Step::Erase => *word = Word { erased: Some(at), hold: None },
            Step::Hold(reason) => word.hold = Some(Hold::Placed(at, reason)),
            Step::Lift => word.hold = Some(Hold::Lifted(at)),
        }
    }
    words
}

impl Word {
    /// What a database lacks that keeps this content.
    fn missing(&self, kept: KeptContent) -> Option<Missing> {
        match (&self.hold, self.erased) {
            // A hold that came behind the erasing, which then never was: the hold keeps the content.
            (Some(Hold::Placed(at, reason)), _) => {
                // A database that knows of the hold, or of a later one, knows best whether it stands.
                let known = kept.last_held.is_some_and(|last| last >= *at);
                (!known).then(|| Missing::Hold(*at, reason.clone()))
            }
            (None | Some(Hold::Lifted(_)), Some(erased)) => {
                // A hold that this ledger does not know, and that came behind all it knows: of a time before the ledger
                // knew of holds, or by another one's.
                let last = match &self.hold {
                    Some(Hold::Lifted(at)) => (*at).max(erased),
                    _ => erased,
                };
                let later = kept.held_since.is_some_and(|since| since > last);
                (!later).then_some(Missing::Erase)
            }
            (Some(Hold::Lifted(at)), None) => {
                kept.held_since.is_some_and(|since| since <= *at).then_some(Missing::Lift)
            }
            (None, None) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: Uuid = Uuid::nil();

    fn at(millis: i64) -> Instant {
        Instant::from_millis(millis)
    }

    fn hold() -> Step {
        Step::Hold("case 7".parse().unwrap())
    }

    /// What is missing in a database with this standing hold, and the last that was ever placed.
    fn missing(steps: &[(i64, Step)], held_since: Option<i64>, last_held: Option<i64>) -> Option<Missing> {
        let lines = steps.iter().map(|(when, step)| Line { certificate: ID, at: at(*when), step: step.clone() });
        let words = words(lines.collect());
        let kept = KeptContent { id: ID, held_since: held_since.map(at), last_held: last_held.map(at) };
        words[&ID].missing(kept)
    }

    #[test]
    fn what_was_erased_is_erased_whatever_hold_the_backup_had() {
        let lifted_and_erased = [(1, hold()), (2, Step::Lift), (3, Step::Erase)];
        assert_eq!(missing(&lifted_and_erased, Some(1), Some(1)), Some(Missing::Erase));
        assert_eq!(missing(&lifted_and_erased, None, None), Some(Missing::Erase));
        // A ledger of the time when it knew of no holds.
        assert_eq!(missing(&[(3, Step::Erase)], Some(1), Some(1)), Some(Missing::Erase));
    }

    #[test]
    fn a_hold_that_the_backup_lacks_keeps_again() {
        let again = Some(Missing::Hold(at(5), "case 7".parse().unwrap()));
        assert_eq!(missing(&[(5, hold())], None, None), again);
        assert_eq!(missing(&[(1, hold()), (2, Step::Lift), (5, hold())], None, Some(1)), again);
        assert_eq!(missing(&[(5, hold())], Some(5), Some(5)), None);
        // Written by a process that died before it erased; then somebody else held.
        assert_eq!(missing(&[(3, Step::Erase), (5, hold())], None, None), again);
        assert_eq!(missing(&[(3, Step::Erase)], Some(5), Some(5)), None);
        // Nor is a hold lifted that came behind everything this ledger knows.
        let erased_held_lifted = [(3, Step::Erase), (5, hold()), (6, Step::Lift)];
        assert_eq!(missing(&erased_held_lifted, Some(9), Some(9)), None);
    }

    #[test]
    fn a_hold_that_was_lifted_since_the_backup_keeps_no_more() {
        assert_eq!(missing(&[(1, hold()), (2, Step::Lift)], Some(1), Some(1)), Some(Missing::Lift));
        assert_eq!(missing(&[(1, hold()), (2, Step::Lift)], None, Some(1)), None);
        // A ledger that is older than the database.
        assert_eq!(missing(&[(1, hold())], None, Some(1)), None);
        assert_eq!(missing(&[(1, hold()), (2, Step::Lift)], Some(9), Some(9)), None);
    }
}
