//! The suppression attacked: whoever knows everything that is published, and how it was made, works out no hidden count.

use std::collections::BTreeMap;

use super::*;

fn tree(parts: &[(&[&str], u64)]) -> Count {
    let mut root = Count::default();
    for (path, count) in parts {
        root.add(path, *count);
    }
    root
}

fn counts(shown: &Shown) -> Vec<(String, Option<u64>)> {
    shown.parts.iter().map(|part| (part.code.clone(), part.count)).collect()
}

#[test]
fn one_small_count_takes_another_with_it() {
    let shown = tree(&[(&["a"], 40), (&["b"], 3), (&["c"], 50)]).suppressed();
    assert_eq!(shown.count, Some(93));
    assert_eq!(counts(&shown), [("a".into(), None), ("b".into(), None), ("c".into(), Some(50))]);
}

#[test]
fn small_counts_are_never_hidden_alone() {
    // Whoever knew that b and c are small could work out of 18 that both are 9.
    let shown = tree(&[(&["a"], 10), (&["b"], 9), (&["c"], 9)]).suppressed();
    assert_eq!(counts(&shown), [("a".into(), None), ("b".into(), None), ("c".into(), None)]);
    let shown = tree(&[(&["a"], 40), (&["b"], 1), (&["c"], 1), (&["d"], 50)]).suppressed();
    assert_eq!(counts(&shown), [("a".into(), None), ("b".into(), None), ("c".into(), None), ("d".into(), Some(50))]);
}

#[test]
fn a_count_whose_parts_cannot_be_protected_is_shown_without_them() {
    let shown = tree(&[(&["a"], 9), (&["b"], 1)]).suppressed();
    assert_eq!((shown.count, shown.parts), (Some(10), vec![]));
    let shown = tree(&[(&["a", "x"], 4), (&["a", "y"], 5)]).suppressed();
    assert_eq!((shown.count, shown.parts), (None, vec![]));
}

#[test]
fn nothing_is_shown_beneath_a_hidden_count() {
    let shown = tree(&[(&["a", "x"], 30), (&["a", "y"], 40), (&["b"], 3), (&["c"], 50)]).suppressed();
    assert_eq!((shown.parts[0].count, shown.parts[0].parts.len()), (None, 0));
}

/// What is published, as equations: each shown count is the sum of the parts that are listed. `None` for what is hidden.
struct Published {
    sums: Vec<(u64, Vec<Result<u64, String>>)>,
}

impl Published {
    fn of(shown: &Shown) -> Self {
        let mut published = Self { sums: Vec::new() };
        published.collect(shown, "");
        published
    }

    fn collect(&mut self, shown: &Shown, path: &str) {
        let named = |part: &Shown| format!("{path}/{}", part.code);
        if let (Some(count), false) = (shown.count, shown.parts.is_empty()) {
            let parts = shown.parts.iter().map(|part| part.count.ok_or_else(|| named(part))).collect();
            self.sums.push((count, parts));
        }
        shown.parts.iter().for_each(|part| self.collect(part, &named(part)));
    }

    /// The least and the greatest that each hidden count can be; narrowed until nothing more follows.
    ///
    /// No unknown stands in two equations, as no count has two sums, so that these bounds are exact.
    fn bounds(&self) -> BTreeMap<String, (u64, u64)> {
        let mut bounds: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        for (_, parts) in &self.sums {
            bounds.extend(
                parts.iter().filter_map(|part| part.clone().err()).map(|unknown| (unknown, (1, u64::MAX / 1_000))),
            );
        }
        loop {
            let before = bounds.clone();
            for (sum, parts) in &self.sums {
                let known: u64 = parts.iter().flatten().sum();
                let unknown: Vec<&String> = parts.iter().filter_map(|part| part.as_ref().err()).collect();
                for one in &unknown {
                    let others = || unknown.iter().filter(|other| other != &one).map(|other| bounds[*other]);
                    let (least, greatest): (u64, u64) =
                        (others().map(|bound| bound.0).sum(), others().map(|bound| bound.1).sum());
                    let (low, high) = bounds[*one];
                    let bound = (low.max((sum - known).saturating_sub(greatest)), high.min(sum - known - least));
                    bounds.insert((*one).clone(), bound);
                }
            }
            if bounds == before {
                return bounds;
            }
        }
    }
}

/// The hidden counts under [`LEAST`] that a reader can tell from some other number from 1 to 9.
fn worked_out(count: &Count, shown: &Shown) -> Vec<String> {
    let bounds = Published::of(shown).bounds();
    let mut small = BTreeMap::new();
    collect_small(count, "", &mut small);
    let narrowed =
        bounds.into_iter().filter(|(path, (low, high))| small.contains_key(path) && (*low > 1 || *high < LEAST - 1));
    narrowed.map(|(path, bound)| format!("{path}: {} is within {bound:?}", small[&path])).collect()
}

fn collect_small(count: &Count, path: &str, small: &mut BTreeMap<String, u64>) {
    for part in &count.parts {
        let path = format!("{path}/{}", part.code);
        if part.count < LEAST {
            small.insert(path.clone(), part.count);
        }
        collect_small(part, &path, small);
    }
}

/// Hides small counts and nothing else.
fn naive(count: &Count) -> Shown {
    let shown = count.count >= LEAST;
    let parts = if shown { count.parts.iter().map(naive).collect() } else { Vec::new() };
    Shown { code: count.code.clone(), count: shown.then_some(count.count), parts }
}

/// A day as it may be: few or many agencies, kinds and districts, most counts small.
fn day(seed: u64) -> Count {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut below = |bound: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) % bound
    };
    let mut root = Count::default();
    for agency in 0..=below(4) {
        for kind in 0..=below(4) {
            for district in 0..=below(6) {
                let largest = [3, 12, 30, 300][usize::try_from(below(4)).unwrap()];
                let count = below(largest);
                if count > 0 {
                    root.add(&[&format!("a{agency}"), &format!("k{kind}"), &format!("d{district}")], count);
                }
            }
        }
    }
    root
}

#[test]
fn no_hidden_count_can_be_worked_out() {
    let (mut hidden, mut broken_otherwise) = (0, 0);
    for seed in 1..=20_000 {
        let day = day(seed);
        let shown = day.suppressed();
        let found = worked_out(&day, &shown);
        assert!(found.is_empty(), "seed {seed}: {found:?}");
        hidden += Published::of(&shown).bounds().len();
        broken_otherwise += usize::from(!worked_out(&day, &naive(&day)).is_empty());
    }
    // The attack is one: it breaks what hides the small counts alone.
    assert!(hidden > 20_000 && broken_otherwise > 5_000, "{hidden} {broken_otherwise}");
}

#[test]
fn no_two_days_that_look_alike_narrow_a_small_count() {
    // Whoever knows the rule asks which days would be published like this one. For three parts, all days are tried.
    let mut alike: BTreeMap<String, Vec<[u64; 3]>> = BTreeMap::new();
    for a in 1..=40_u64 {
        for b in 1..=40 - a {
            for c in 1..=40_u64.saturating_sub(a + b) {
                let shown = tree(&[(&["a"], a), (&["b"], b), (&["c"], c)]).suppressed();
                alike.entry(format!("{shown:?}")).or_default().push([a, b, c]);
            }
        }
    }
    let partly = |shown: &str| shown.contains("count: None") && !shown.starts_with("Shown { code: \"\", count: None");
    for (shown, days) in alike.iter().filter(|(shown, _)| partly(shown)) {
        for part in 0..3 {
            let mut values: Vec<u64> = days.iter().map(|day| day[part]).collect();
            values.sort_unstable();
            values.dedup();
            let may_be_small = values.iter().any(|value| *value < LEAST);
            assert!(!may_be_small || values.len() >= 9, "{shown}: {values:?}");
        }
    }
}

#[test]
fn every_published_sum_is_the_sum_of_what_it_was_made_of() {
    for seed in 1..=200 {
        let day = day(seed);
        let total: u64 = day.parts.iter().map(|part| part.count).sum();
        assert_eq!(day.count, total);
        if let Some(count) = day.suppressed().count {
            assert_eq!(count, total);
        }
    }
}
