//! The agencies as anybody may see them: which kinds they issue, how many, how fast, and how reliably their registries answer.
//!
//! How many is the sum of published counts, and so "at least": hidden ones are left out, not guessed. How fast and how
//! reliably is told as spans and whole hundredths, and only of at least a hundred.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::{Dataset, OpenData, Row};
use crate::catalogue::{KindCode, Translated, Voen};
use crate::storage::{Measure, PublishedDay, StorageError, Took};

/// Over how many days the figures go.
const DAYS: i64 = 90;
/// Of fewer neither speed nor reliability is told.
const ENOUGH: u64 = 100;

/// Every agency that issues, over the last whole days.
#[derive(Debug, Clone)]
pub struct Agencies {
    /// The first day.
    pub first: Date,
    /// The last, and with it.
    pub last: Date,
    /// By rank when they are ranked, else by name.
    pub agencies: Vec<AgencyFigures>,
}

/// One agency.
#[derive(Debug, Clone)]
pub struct AgencyFigures {
    /// Its id.
    pub voen: Voen,
    /// Its name.
    pub name: Translated,
    /// What it issues, in the catalogue's order.
    pub kinds: Vec<KindFigures>,
    /// At least so many certificates, of all kinds.
    pub issued: u64,
    /// Within which span half of them were issued; none when too few were.
    pub half_within: Option<Took>,
    /// Within which span nine of ten were.
    pub most_within: Option<Took>,
    /// How its registries answered; none when they were asked too rarely.
    pub answers: Option<Answers>,
}

/// One kind of an agency's.
#[derive(Debug, Clone)]
pub struct KindFigures {
    /// Its code.
    pub code: KindCode,
    /// What it is called.
    pub title: Translated,
    /// At least so many were issued; 0 when every count is hidden or there is none.
    pub issued: u64,
}

/// Of a hundred questions to an agency's registries, how many were answered: rounded down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Answers(pub u64);

impl OpenData {
    /// The agencies' figures of the days up to `last`.
    pub(super) async fn agencies_until(&self, last: Date) -> Result<Agencies, StorageError> {
        let first = last.saturating_sub((DAYS - 1).days());
        let issued = published_sums(&self.storage.published_days(Dataset::Issuances.slug(), first, last).await?);
        let took = self.storage.summed_by_agency(Measure::Took, first, last).await?;
        let asked = self.storage.summed_by_agency(Measure::Asked, first, last).await?;
        let mut agencies: Vec<AgencyFigures> = Vec::new();
        for kind in self.catalogue.codes().into_iter().filter_map(|code| self.catalogue.in_force(code, last)) {
            let at = agencies.iter().position(|agency| agency.voen == kind.issuer.voen).unwrap_or_else(|| {
                agencies.push(agency(&kind.issuer.voen, &kind.issuer.name, &issued, &took, &asked));
                agencies.len() - 1
            });
            let count = issued.get(&(kind.issuer.voen.to_string(), kind.code.to_string())).copied();
            let title = kind.title.clone();
            agencies[at].kinds.push(KindFigures { code: kind.code.clone(), title, issued: count.unwrap_or(0) });
        }
        agencies.sort_by(|one, other| one.name.az.cmp(&other.name.az));
        if self.terms.ranking {
            agencies.sort_by_cached_key(rank);
        }
        Ok(Agencies { first, last, agencies })
    }
}

/// What was counted of an agency, by outcome.
type Outcomes = [(String, String, u64)];

/// The published counts by agency and kind, and by agency alone under the empty kind.
fn published_sums(days: &[PublishedDay]) -> BTreeMap<(String, String), u64> {
    let lines = days.iter().flat_map(|day| day.lines.lines());
    let mut sums = BTreeMap::new();
    for row in lines.filter_map(|line| Row::read(Dataset::Issuances, line)) {
        if let Row { level: "agency" | "kind", codes, count: Some(count), .. } = row
            && let [agency, kind, _] = codes.as_slice()
        {
            *sums.entry((agency.clone(), kind.clone())).or_default() += count;
        }
    }
    sums
}

fn agency(
    voen: &Voen,
    name: &Translated,
    issued: &BTreeMap<(String, String), u64>,
    took: &Outcomes,
    asked: &Outcomes,
) -> AgencyFigures {
    let of = |outcomes: &Outcomes| -> Vec<(String, u64)> {
        let own = outcomes.iter().filter(|(issuer, ..)| issuer == voen.as_str());
        own.map(|(_, outcome, count)| (outcome.clone(), *count)).collect()
    };
    let issued = issued.get(&(voen.to_string(), String::new())).copied().unwrap_or(0);
    let took = of(took);
    let spans = |share| within(&took, share).filter(|_| issued >= ENOUGH);
    AgencyFigures {
        voen: voen.clone(),
        name: name.clone(),
        kinds: Vec::new(),
        issued,
        half_within: spans(50),
        most_within: spans(90),
        answers: answers(&of(asked)),
    }
}

/// The shortest span within which `share` of a hundred fall.
fn within(counts: &[(String, u64)], share: u64) -> Option<Took> {
    let all: u64 = counts.iter().map(|(_, count)| count).sum();
    let mut reached = 0;
    Took::SPANS.into_iter().map(|(span, _)| span).find(|span| {
        let here = counts.iter().filter(|(outcome, _)| outcome == span.slug());
        reached += here.map(|(_, count)| count).sum::<u64>();
        all > 0 && reached * 100 >= all * share
    })
}

fn answers(counts: &[(String, u64)]) -> Option<Answers> {
    let (mut answered, mut asked) = (0, 0);
    for (outcome, count) in counts {
        if let Some(is_answer) = is_answer(outcome) {
            (answered, asked) = (answered + if is_answer { *count } else { 0 }, asked + count);
        }
    }
    (asked >= ENOUGH).then(|| Answers(answered * 100 / asked))
}

/// Whether a registry answered, whatever it said; none where a fault of this service's own kept it from being asked.
pub fn is_answer(outcome: &str) -> Option<bool> {
    match outcome {
        "registry-unknown-source" | "registry-no-random" => None,
        "registry-unreachable"
        | "registry-slow"
        | "registry-refused"
        | "registry-garbled"
        | "registry-circuit-open" => Some(false),
        _ => Some(true),
    }
}

/// The more reliable first, then the faster; of whom too little is known, last.
fn rank(agency: &AgencyFigures) -> impl Ord + use<> {
    let place = |took: Option<Took>| took.and_then(|took| Took::SPANS.iter().position(|(span, _)| *span == took));
    let unreliable = agency.answers.map(|Answers(hundredths)| 100 - hundredths);
    (unreliable.is_none(), unreliable, place(agency.most_within).unwrap_or(usize::MAX), agency.name.az.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(outcome: &str, count: u64) -> (String, u64) {
        (outcome.to_owned(), count)
    }

    #[test]
    fn a_span_is_told_within_which_so_many_fall() {
        let figures = [figure("under_1s", 50), figure("under_3s", 39), figure("under_1m", 11)];
        assert_eq!(within(&figures, 50).map(Took::slug), Some("under_1s"));
        assert_eq!(within(&figures, 89).map(Took::slug), Some("under_3s"));
        assert_eq!(within(&figures, 90).map(Took::slug), Some("under_1m"));
        assert_eq!(within(&[], 50), None);
    }

    #[test]
    fn a_registry_that_says_no_has_answered_and_one_that_says_nothing_has_not() {
        let asked = [figure("answered", 900), figure("registry-no-such-person", 90), figure("registry-slow", 10)];
        assert_eq!(answers(&asked), Some(Answers(99)));
        let ours = [figure("registry-no-random", 1_000), figure("answered", 99)];
        assert_eq!(answers(&ours), None, "of ninety-nine questions nothing is told");
    }
}
