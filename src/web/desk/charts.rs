//! The charts of a period: which there are, in which order, and in whose words.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::chart::Chart;
use super::desk::agency_name;
use super::words;
use crate::app::App;
use crate::auditing::{Figures, Sums, Took};
use crate::catalogue::print;
use crate::open_data::is_answer;
use crate::web::fault::Fault;
use crate::web::frame::Frame;
use crate::web::open_data::span;

/// How many organisations a chart names.
const NAMED: usize = 20;
/// A period of more days is shown by months.
const DAYS: i32 = 62;

/// Each chart of a period.
pub(super) async fn charts(
    app: &App,
    figures: &Figures,
    (first, last): (Date, Date),
    frame: &Frame,
) -> Result<Vec<Chart>, Fault> {
    let texts = frame.t;
    let today = app.clock.now().baku_date();
    let kind = |code: &str| {
        let known = code.parse().ok().and_then(|code| app.catalogue.in_force(&code, today));
        known.map_or_else(|| code.to_owned(), |kind| kind.title.text(frame.language()).to_owned())
    };
    let agency = |voen: &str| voen.parse().map_or_else(|_| voen.to_owned(), |voen| agency_name(app, &voen, texts));
    let chart = |id, title: &str, summary: &str, head: &str, counts| {
        let heads = (texts.get(head), texts.get("figures-count"));
        Chart::new(id, texts.get(title), texts.get(summary), heads, counts, frame.language())
    };
    let issued_in_time = if first.until(last).map_or(0, |span| span.get_days()) > DAYS {
        let counts = by_month(&figures.issued_by_day);
        chart("issued-by-day", "figures-issued-by-month", "figures-issued-help", "figures-month", counts)
    } else {
        let counts = by_day(&figures.issued_by_day, first, last);
        chart("issued-by-day", "figures-issued-by-day", "figures-issued-help", "figures-day", counts)
    };
    let answer = |name: &str| {
        let (source, answer) = name.split_once(' ').unwrap_or((name, ""));
        format!("{}: {}", words::source(source, texts), words::answer(answer, texts))
    };
    let took = Took::SPANS.map(|(took, _)| {
        let here = figures.took.iter().filter(|(outcome, _)| outcome == took.slug());
        (span(took, texts), here.map(|(_, count)| count).sum())
    });
    let took = if figures.took.is_empty() { Vec::new() } else { took.into() };
    let reasons = figures.out_of_force.iter().map(|row| (row.reason.clone(), row.count)).collect();
    let availability = {
        let heads = (texts.get("figures-registry"), texts.get("figures-percent"));
        let (title, summary) = (texts.get("figures-availability"), texts.get("figures-availability-help"));
        let shares = named(&availability(&figures.answers), |source| words::source(source, texts));
        Chart::new("availability", title, summary, heads, shares, frame.language())
    };
    Ok(vec![
        issued_in_time,
        chart(
            "issued-by-kind",
            "figures-issued-by-kind",
            "figures-issued-help",
            "figures-kind",
            largest_first(named(&figures.issued_by_kind, kind)),
        ),
        chart(
            "issued-by-agency",
            "figures-issued-by-agency",
            "figures-issued-help",
            "figures-agency",
            largest_first(named(&figures.issued_by_agency, agency)),
        ),
        chart("took", "figures-took", "figures-took-help", "figures-span", took),
        chart(
            "by-verdict",
            "figures-by-verdict",
            "figures-verified-help",
            "figures-verdict",
            largest_first(named(&figures.verified_by_verdict, |verdict| texts.get(&format!("status-{verdict}")))),
        ),
        chart(
            "by-basis",
            "figures-by-basis",
            "figures-verified-help",
            "figures-basis",
            largest_first(named(&figures.verified_by_basis, |basis| {
                texts.find(&format!("certificate-basis-{basis}")).unwrap_or_else(|| basis.to_owned())
            })),
        ),
        chart(
            "by-verifier",
            "figures-by-verifier",
            "figures-verified-help",
            "figures-verifier",
            verifiers(app, &figures.verified_by_organisation, frame).await?,
        ),
        chart(
            "by-reason",
            "figures-by-reason",
            "figures-reason-help",
            "figures-reason",
            largest_first(named(&added_up(reasons), |reason| words::reason(reason, texts))),
        ),
        availability,
        chart(
            "answers",
            "figures-answers",
            "figures-answers-help",
            "figures-source",
            largest_first(named(&figures.answers, answer)),
        ),
    ])
}

/// Each day of a period, those without any too; none when there is nothing at all.
fn by_day(counts: &Sums, first: Date, last: Date) -> Sums {
    if counts.is_empty() {
        return Vec::new();
    }
    let counts: BTreeMap<&str, u64> = counts.iter().map(|(day, count)| (day.as_str(), *count)).collect();
    let days = first.series(1.day()).take_while(|day| *day <= last);
    days.map(|day| (print::date(day), counts.get(day.to_string().as_str()).copied().unwrap_or(0))).collect()
}

fn by_month(counts: &Sums) -> Sums {
    let month = |day: &str| day.get(..7).unwrap_or(day).to_owned();
    let months = added_up(counts.iter().map(|(day, count)| (month(day), *count)).collect());
    named(&months, |month| {
        month.split_once('-').map_or_else(|| month.to_owned(), |(year, month)| format!("{month}.{year}"))
    })
}

/// Of a hundred questions to each source, how many were answered, rounded down.
fn availability(answers: &Sums) -> Sums {
    let mut sources: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for (name, count) in answers {
        let (source, outcome) = name.split_once(' ').unwrap_or((name, ""));
        if let Some(answered) = is_answer(outcome) {
            let (answers, asked) = sources.entry(source).or_default();
            (*answers, *asked) = (*answers + if answered { *count } else { 0 }, *asked + count);
        }
    }
    sources.into_iter().map(|(source, (answers, asked))| (source.to_owned(), answers * 100 / asked.max(1))).collect()
}

/// The organisations that verified most, by their names.
async fn verifiers(app: &App, counts: &Sums, frame: &Frame) -> Result<Sums, Fault> {
    let mut verifiers = largest_first(counts.clone());
    verifiers.truncate(NAMED);
    for (voen, _) in &mut verifiers {
        *voen = match voen.parse() {
            Ok(known) => {
                let organisation = app.auditing.storage.organisation(&known).await;
                let organisation = organisation.map_err(|error| Fault::internal(&error))?;
                organisation.map_or_else(|| voen.clone(), |organisation| organisation.name)
            }
            Err(_) => frame.t.get("desk-anybody"),
        };
    }
    Ok(verifiers)
}

fn named(counts: &Sums, name: impl Fn(&str) -> String) -> Sums {
    counts.iter().map(|(code, count)| (name(code), *count)).collect()
}

fn added_up(counts: Sums) -> Sums {
    let mut sums: BTreeMap<String, u64> = BTreeMap::new();
    for (name, count) in counts {
        *sums.entry(name).or_default() += count;
    }
    sums.into_iter().collect()
}

fn largest_first(mut counts: Sums) -> Sums {
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn sums(counts: &[(&str, u64)]) -> Sums {
        counts.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
    }

    #[test]
    fn a_day_without_any_is_seen_between_others() {
        let counts = sums(&[("2026-11-22", 3), ("2026-11-24", 5)]);
        let shown = by_day(&counts, date(2026, 11, 22), date(2026, 11, 24));
        assert_eq!(shown, sums(&[("22.11.2026", 3), ("23.11.2026", 0), ("24.11.2026", 5)]));
        assert_eq!(by_month(&counts), sums(&[("11.2026", 8)]));
    }

    #[test]
    fn availability_counts_answers_whatever_they_say_and_no_fault_of_ours() {
        let answers = sums(&[
            ("wages answered", 90),
            ("wages registry-no-such-person", 6),
            ("wages registry-slow", 4),
            ("wages registry-no-random", 50),
        ]);
        assert_eq!(availability(&answers), sums(&[("wages", 96)]));
    }
}
