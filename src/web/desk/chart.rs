//! Charts: bars drawn on the server as SVG, each with its table beside it, readable without colour, script and picture.

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
}

/// One bar.
pub(in crate::web) struct Bar {
    pub(in crate::web) label: String,
    /// As much of the label as the picture has room for.
    pub(in crate::web) short: String,
    pub(in crate::web) count: u64,
    pub(in crate::web) y: u32,
    pub(in crate::web) width: u32,
}

/// How wide the longest bar is, in the picture's own units.
const LONGEST: u64 = 330;
const LINE: u32 = 28;
/// How many letters of a label stand beside its bar.
const LETTERS: usize = 27;

impl Chart {
    /// A chart of counts in the order given.
    pub(in crate::web) fn new(
        id: &'static str,
        title: String,
        summary: String,
        (head, unit): (String, String),
        counts: Vec<(String, u64)>,
    ) -> Self {
        let largest = counts.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1);
        let bar = |((label, count), y): ((String, u64), u32)| Bar {
            short: shortened(&label),
            label,
            count,
            y,
            // Whatever is more than nothing is seen.
            width: u32::try_from(count * LONGEST / largest).unwrap_or(0).max(u32::from(count > 0)),
        };
        let bars = counts.into_iter().zip((0..).step_by(LINE as usize)).map(bar).collect();
        Self { id, title, summary, head, unit, bars }
    }

    /// How high the picture is.
    pub(in crate::web) fn height(&self) -> u32 {
        LINE * u32::try_from(self.bars.len()).unwrap_or(0)
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

    fn chart(counts: &[u64]) -> Chart {
        let counts = counts.iter().map(|count| ("a".to_owned(), *count)).collect();
        Chart::new("a", String::new(), String::new(), (String::new(), String::new()), counts)
    }

    #[test]
    fn bars_are_as_long_as_their_counts_and_none_that_counts_is_lost() {
        let widths: Vec<u32> = chart(&[1_000, 500, 1, 0]).bars.iter().map(|bar| bar.width).collect();
        assert_eq!(widths, [330, 165, 1, 0]);
        assert_eq!(chart(&[]).height(), 0);
        assert_eq!(chart(&[0, 0]).bars[1].width, 0);
    }

    #[test]
    fn a_long_label_is_shortened_in_the_picture_alone() {
        let label = "ə".repeat(40);
        assert_eq!(shortened(&label).chars().count(), LETTERS);
        assert_eq!(shortened("qısa"), "qısa");
    }
}
