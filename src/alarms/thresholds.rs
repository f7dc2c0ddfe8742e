//! What is unusual at an agency: numbers that an operator sets, and the judgements that follow from them.

use std::collections::BTreeMap;

use crate::storage::Notable;

/// From which numbers on an agency's day is unusual; each alarm is raised above its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thresholds {
    /// As many times as on a day of the last four weeks.
    pub habit_times: i64,
    /// And more than so many.
    pub habit_least: i64,
    /// The hour at which an agency's operators begin, in Baku.
    pub opens: u8,
    /// The hour at which they end.
    pub closes: u8,
    /// So many outside of those hours.
    pub outside_hours: i64,
    /// So many hundredths of an agency's certificates by one operator of several.
    pub operator_share: i64,
    /// Where there are more than so many.
    pub operator_least: i64,
    /// So many about one person.
    pub same_person: i64,
    /// So many revoked or suspended in a row.
    pub revocations: i64,
    /// In a row is what follows the one before within so many minutes.
    pub revocations_pause: i64,
    /// So many seconds for which a leaf waits for its place.
    pub log_lag: i64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            habit_times: 5,
            habit_least: 200,
            opens: 8,
            closes: 20,
            outside_hours: 20,
            operator_share: 80,
            operator_least: 100,
            same_person: 10,
            revocations: 20,
            revocations_pause: 10,
            log_lag: 60,
        }
    }
}

impl Thresholds {
    /// Agencies that issued far more than they use to.
    pub(super) fn above_habit(
        &self,
        operators: &[Notable],
        habits: &BTreeMap<String, i64>,
    ) -> Vec<(&'static str, i64, Notable)> {
        let agencies = by_agency(operators).into_iter();
        agencies
            .filter_map(|(issuer, found)| {
                let habit = habits.get(&issuer).copied().unwrap_or(0);
                let threshold = habit.saturating_mul(self.habit_times).max(self.habit_least);
                let notable = Notable { issuer, subject: String::new(), found };
                (found > threshold).then_some(("above_habit", threshold, notable))
            })
            .collect()
    }

    /// Operators, of several, who issued nearly everything that was not asked for by citizens themselves.
    pub(super) fn shares(&self, operators: &[Notable]) -> Vec<(&'static str, i64, Notable)> {
        let people: Vec<Notable> = operators.iter().filter(|one| one.subject != "holder").cloned().collect();
        let agencies = by_agency(&people);
        let several = |issuer: &str| people.iter().filter(|one| one.issuer == issuer).count() > 1;
        let above = people.iter().filter_map(|one| {
            let all = agencies.get(&one.issuer).copied().unwrap_or(0);
            let share = one.found * 100 / all.max(1);
            let unusual = all > self.operator_least && share > self.operator_share && several(&one.issuer);
            unusual.then(|| ("operator_share", self.operator_share, Notable { found: share, ..one.clone() }))
        });
        above.collect()
    }
}

fn by_agency(operators: &[Notable]) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for one in operators {
        *sums.entry(one.issuer.clone()).or_default() += one.found;
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issued(subject: &str, found: i64) -> Notable {
        Notable { issuer: "9900000141".into(), subject: subject.into(), found }
    }

    #[test]
    fn a_day_is_above_habit_when_it_is_far_above_and_not_small() {
        let limits = Thresholds::default();
        let habit = |each| BTreeMap::from([("9900000141".to_owned(), each)]);
        let found = |today, habits| limits.above_habit(&[issued("holder", today)], &habits).len();
        assert_eq!((found(200, habit(0)), found(201, habit(0))), (0, 1));
        assert_eq!((found(500, habit(100)), found(501, habit(100))), (0, 1));
    }

    #[test]
    fn one_operator_of_several_is_unusual_and_the_only_one_is_not() {
        let limits = Thresholds::default();
        let alone = [issued("issuer:9900000141:a", 1_000), issued("holder", 5)];
        assert_eq!(limits.shares(&alone), []);
        let several = [issued("issuer:9900000141:a", 95), issued("issuer:9900000141:b", 10), issued("holder", 9_999)];
        let found = limits.shares(&several);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].2.subject.as_str(), found[0].2.found), ("issuer:9900000141:a", 90));
        assert_eq!(limits.shares(&[issued("x", 79), issued("y", 21)]), [], "of a hundred nothing is said");
    }
}
