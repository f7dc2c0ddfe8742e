//! Suppression: counts under ten are hidden, and with them whatever would let a reader work them out.
//!
//! Counts form trees: each is the sum of its parts, and no count has two sums. A count under [`LEAST`] is hidden. Where
//! some parts of a shown count are hidden, one of them is not small, and their sum, which anybody can work out, is large
//! enough that each small one could be any number from 1 to 9, also for whoever knows this rule: for that, further parts
//! are hidden in the order of their names, which tells nothing about their sizes. Where hiding all parts would not be
//! enough, the count is shown without any of them. Beneath a hidden count nothing is shown.

/// The least count that is shown.
pub const LEAST: u64 = 10;

/// A count, and the parts whose sum it is; none when it is not divided. Parts of zero are left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Count {
    /// Its name among the parts of the same sum.
    pub code: String,
    /// How many.
    pub count: u64,
    /// In the order of their names.
    pub parts: Vec<Count>,
}

/// A count as it may be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its name among the parts of the same sum.
    pub code: String,
    /// How many; none when it is hidden.
    pub count: Option<u64>,
    /// Its parts, as far as anything is told of them.
    pub parts: Vec<Shown>,
}

impl Count {
    /// Adds `count` at the end of `path`, and to every sum on the way.
    pub fn add(&mut self, path: &[&str], count: u64) {
        self.count += count;
        let Some((first, rest)) = path.split_first() else { return };
        let at = match self.parts.binary_search_by(|part| part.code.as_str().cmp(first)) {
            Ok(at) => at,
            Err(at) => {
                self.parts.insert(at, Self { code: (*first).to_owned(), ..Self::default() });
                at
            }
        };
        self.parts[at].add(rest, count);
    }

    /// What of it may be published.
    pub fn suppressed(&self) -> Shown {
        if self.count < LEAST {
            return self.hidden();
        }
        let parts = self.hidden_parts().unwrap_or_default();
        let parts =
            self.parts.iter().zip(parts).map(|(part, hide)| if hide { part.hidden() } else { part.suppressed() });
        Shown { code: self.code.clone(), count: Some(self.count), parts: parts.collect() }
    }

    fn hidden(&self) -> Shown {
        Shown { code: self.code.clone(), count: None, parts: Vec::new() }
    }

    /// Which parts of this count, being shown, are hidden; none when no choice of them would protect the small ones.
    fn hidden_parts(&self) -> Option<Vec<bool>> {
        let mut hide: Vec<bool> = self.parts.iter().map(|part| part.count < LEAST).collect();
        if hide.contains(&true) {
            // Were small ones hidden alone, whoever knows that could work out of 18 that both are 9.
            hide_next(&mut hide)?;
        }
        while hide.contains(&true) && !self.protects(&hide) {
            hide_next(&mut hide)?;
        }
        Some(hide)
    }

    /// Whether each small one of the hidden parts could, as far as a reader can work out, be any number from 1 to 9.
    fn protects(&self, hide: &[bool]) -> bool {
        let hidden = || self.parts.iter().zip(hide).filter(|(_, hide)| **hide);
        let (sum, parts) = (hidden().map(|(part, _)| part.count).sum::<u64>(), hidden().count() as u64);
        // It may be 9 while one is not small, and each of the others, `parts - 2`, is at least 1.
        parts >= 2 && sum >= (LEAST - 1) + LEAST + (parts - 2)
    }
}

/// Hides the next part in the order of their names; none when all are hidden.
fn hide_next(hide: &mut [bool]) -> Option<()> {
    let further = hide.iter().position(|hidden| !hidden)?;
    hide[further] = true;
    Some(())
}

#[cfg(test)]
mod tests;
