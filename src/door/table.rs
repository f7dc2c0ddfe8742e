//! What is remembered of many keys: never of more than a set number, and those are forgotten first that weigh least.
//!
//! Whoever floods the table with fresh keys makes it forget the others that did little, and never those that did much.

use std::collections::HashMap;
use std::hash::Hash;

/// A bounded map from keys to what is remembered of each.
pub(super) struct Table<K, V> {
    kept: HashMap<K, V>,
    most: usize,
    weight: fn(&V) -> u64,
}

impl<K: Eq + Hash, V: Default> Table<K, V> {
    /// An empty table of at most `most` keys (at least one); `weight` says what is worth remembering.
    pub(super) fn new(most: usize, weight: fn(&V) -> u64) -> Self {
        Self { kept: HashMap::new(), most: most.max(1), weight }
    }

    /// What is remembered of a key, or a fresh start.
    pub(super) fn of(&mut self, key: K) -> &mut V {
        if self.kept.len() >= self.most && !self.kept.contains_key(&key) {
            self.forget_the_lighter_half();
        }
        self.kept.entry(key).or_default()
    }

    /// What is remembered of a key, if anything is.
    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.kept.get(key)
    }

    /// Everything that is remembered, to be changed; what `keep` refuses is forgotten.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&mut V) -> bool) {
        self.kept.retain(|_, value| keep(value));
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.kept.clear();
    }

    /// Costs as much as the table is long, and makes room for half as many: each key pays a constant.
    fn forget_the_lighter_half(&mut self) {
        let weight = self.weight;
        let mut weights: Vec<u64> = self.kept.values().map(weight).collect();
        let middle = (weights.len() - 1) / 2;
        let (_, middle, _) = weights.select_nth_unstable(middle);
        let middle = *middle;
        self.kept.retain(|_, value| weight(value) > middle);
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.kept.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_keys_fills_no_memory_and_makes_nobody_forgotten_that_did_much() {
        let mut table = Table::new(100, |count: &u64| *count);
        for heavy in 0..40_u32 {
            *table.of(heavy) = 1000 + u64::from(heavy);
        }
        for flood in 1000..100_000_u32 {
            *table.of(flood) += 1;
            assert!(table.len() <= 100);
        }
        for heavy in 0..40 {
            assert_eq!(table.get(&heavy), Some(&(1000 + u64::from(heavy))));
        }
    }

    #[test]
    fn a_known_key_is_found_in_a_full_table() {
        let mut table = Table::new(2, |count: &u64| *count);
        *table.of("a") = 5;
        *table.of("b") = 7;
        assert_eq!(*table.of("a"), 5);
        assert_eq!(table.len(), 2);
        *table.of("c") = 6;
        assert_eq!((table.get(&"a"), table.get(&"b"), table.get(&"c")), (None, Some(&7), Some(&6)));
    }

    #[test]
    fn keys_that_weigh_the_same_are_forgotten_together() {
        let mut table = Table::new(10, |count: &u64| *count);
        (0..11).for_each(|key: u8| *table.of(key) = 1);
        assert_eq!(table.len(), 1);
    }
}
