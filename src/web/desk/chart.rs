//! Charts: bars drawn on the server as SVG, each with its table beside it, readable without colour, script and picture.
//!
//! Widths are shares of the page's and letters keep their size, so that a chart is as readable on a telephone as on a desk.

use crate::catalogue::{Language, print};

/// A chart, and the table of the same numbers.
pub(in crate::web) struct Chart {
    /// Its name within the page.
    pub(in crate::web) id: &'static str,
    pub(in crate::web) title: String,
    /// What the chart shows, in one sentence.
    pub(in crate::web) summary: String,
    /// What the bars are, such as the day.
    pub(in crate::web) head: String,
    /// What is counted.
    pub(in crate::web) unit: String,
    pub(in crate::web) bars: Vec<Bar>,
    /// How high the picture is.
    pub(in crate::web) height: u32,
}

/// One bar.
pub(in crate::web) struct Bar {
    pub(in crate::web) label: String,
    /// As much of the label as the picture has room for.
    pub(in crate::web) short: String,
    /// How many, as the reader's language writes it.
    pub(in crate::web) count: String,
    /// Where its label's letters stand.
    pub(in crate::web) label_y: u32,
    /// Its upper edge.
    pub(in crate::web) y: u32,
    /// How far from the picture's edge it begins.
    pub(in crate::web) x: u32,
    /// As a share of the picture's width, such as `37.5%`.
    pub(in crate::web) width: String,
}

/// How many tenths of a hundredth of the width the longest bar has: beneath its label, or beside it.
const LONGEST: [u64; 2] = [780, 420];
/// How high a bar is with its label, beneath it or beside it.
const LINE: [u32; 2] = [46, 26];
/// How many letters of a label stand above its bar on the narrowest page.
const LETTERS: usize = 40;
/// Labels of so few letters stand beside their bars.
const FEW: usize = 11;
/// How much room such labels have.
const BESIDE: u32 = 92;

impl Chart {
    /// A chart of counts in the order given.
    pub(in crate::web) fn new(
        id: &'static str,
        title: String,
        summary: String,
        (head, unit): (String, String),
        counts: Vec<(String, u64)>,
        language: Language,
    ) -> Self {
        let largest = counts.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1);
        let beside = usize::from(counts.iter().all(|(label, _)| label.chars().count() <= FEW));
        let line = LINE[beside];
        let bar = |((label, count), top): ((String, u64), u32)| {
            // Whatever is more than nothing is seen.
            let tenths = (count * LONGEST[beside] / largest).max(u64::from(count > 0));
            Bar {
                short: shortened(&label),
                label,
                count: print::count(count, language),
                label_y: top + 16,
                y: if beside == 1 { top + 3 } else { top + 22 },
                x: if beside == 1 { BESIDE } else { 0 },
                width: format!("{}.{}%", tenths / 10, tenths % 10),
            }
        };
        let bars: Vec<Bar> = counts.into_iter().zip((0..).step_by(line as usize)).map(bar).collect();
        let height = line * u32::try_from(bars.len()).unwrap_or(0);
        Self { id, title, summary, head, unit, bars, height }
    }
}

impl Bar {
    /// Where its count's letters stand.
    pub(in crate::web) fn count_y(&self) -> u32 {
        self.y + 13
    }

    /// How far behind its end they do.
    pub(in crate::web) fn count_x(&self) -> u32 {
        self.x + 6
    }
}

fn shortened(label: &str) -> String {
    if label.chars().count() <= LETTERS {
        return label.to_owned();
    }
    label.chars().take(LETTERS - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(label: &str, counts: &[u64]) -> Chart {
        let counts = counts.iter().map(|count| (label.to_owned(), *count)).collect();
        Chart::new("a", String::new(), String::new(), (String::new(), String::new()), counts, Language::En)
    }

    #[test]
    fn bars_are_as_long_as_their_counts_and_none_that_counts_is_lost() {
        let label = "a label above its bar";
        let widths: Vec<_> = chart(label, &[1_000, 500, 1, 0]).bars.into_iter().map(|bar| bar.width).collect();
        assert_eq!(widths, ["78.0%", "39.0%", "0.1%", "0.0%"]);
        assert_eq!(chart(label, &[]).height, 0);
        assert_eq!(chart(label, &[0, 0]).bars[1].width, "0.0%");
        assert_eq!(chart("24.11.2026", &[7]).bars[0].width, "42.0%", "beside its label");
    }

    #[test]
    fn a_long_label_is_shortened_in_the_picture_alone() {
        let label = "ə".repeat(60);
        assert_eq!(shortened(&label).chars().count(), LETTERS);
        assert_eq!(shortened("qısa"), "qısa");
        assert_eq!(chart(&label, &[1_234]).bars[0].label, label);
        assert_eq!(chart(&label, &[1_234]).bars[0].count, "1,234");
    }
}
