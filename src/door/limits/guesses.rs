//! Guesses: each by number has its miss set aside while it is under way, so that many at once get no more than their rate.

use std::fmt;
use std::sync::Arc;

use super::networks::Networks;
use crate::certificate::Number;
use crate::door::network::Network;
use crate::door::pace::Pace;
use crate::door::{Found, Side};

/// A look-up that was let in. Only the door makes one, for one look-up.
///
/// One that is never settled, since its request was broken off, counts as if it had found nothing.
#[derive(Debug)]
pub struct Pass {
    pub(super) guessed: Guessed,
    pub(super) set_aside: Option<SetAside>,
}

/// What of a look-up somebody may have guessed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Guessed {
    /// Nothing: nobody guesses a file or its digest.
    Nothing,
    /// A code, in its QR or alone.
    Code,
    /// A number.
    Number(Number),
    /// The numbers in a file's text, which are looked up in this order until one is found.
    Numbers(Vec<Number>),
}

/// What networks may guess by number and not find.
pub(super) struct Misses {
    budgets: Networks,
    pace: Pace,
}

/// So many misses that nobody else can use until they are settled.
pub(super) struct SetAside {
    misses: Arc<Misses>,
    network: Network,
    guesses: u32,
    missed: u32,
}

impl Pass {
    /// Counts the look-up, and answers how many of its guesses found nothing. An organisation is known, and only watched.
    pub(super) fn settle(self, side: Side<'_>, found: Found, budgets: &Misses) -> u32 {
        let missed = self.guessed.misses(found);
        match self.set_aside {
            Some(set_aside) => set_aside.settle(missed),
            None if side.asker.is_none() && missed > 0 => budgets.charge(side.network, missed),
            None => {}
        }
        missed
    }
}

impl Guessed {
    fn misses(&self, found: Found) -> u32 {
        let numbers = match self {
            Self::Nothing => &[],
            Self::Code => return u32::from(found == Found::Nothing),
            Self::Number(number) => std::slice::from_ref(number),
            Self::Numbers(numbers) => numbers,
        };
        let missed = match found {
            // What a file's QR leads to was looked for after all of its numbers.
            Found::Certificate(found) => numbers.iter().take_while(|number| **number != found).count(),
            Found::Nothing => numbers.len(),
            Found::Unknowable => 0,
        };
        u32::try_from(missed).unwrap_or(u32::MAX)
    }
}

impl Misses {
    pub(super) fn new(budgets: Networks, pace: Pace) -> Self {
        Self { budgets, pace }
    }

    /// Sets the misses of so many guesses aside, all of them or none.
    pub(super) fn set_aside(self: &Arc<Self>, network: Network, guesses: u32) -> Result<SetAside, super::Limited> {
        self.budgets.set_aside(network, guesses, self.pace.now())?;
        Ok(SetAside { misses: Arc::clone(self), network, guesses, missed: guesses })
    }

    /// Counts misses that nobody had set aside, as those of codes.
    pub(super) fn charge(&self, network: Network, missed: u32) {
        self.budgets.charge(network, missed, self.pace.now());
    }
}

impl SetAside {
    /// Counts what found nothing, and gives the rest back.
    pub(super) fn settle(mut self, missed: u32) {
        self.missed = missed;
    }
}

impl Drop for SetAside {
    fn drop(&mut self) {
        self.misses.budgets.settle(self.network, self.guesses, self.missed, self.misses.pace.now());
    }
}

impl fmt::Debug for SetAside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SetAside({})", self.guesses)
    }
}
