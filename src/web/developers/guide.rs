//! The guide: one text for the page and for the tests, which run its code as it stands.

use pulldown_cmark::{Options, Parser, html};

const GUIDE: &str = include_str!("../../../templates/guide/guide.md");

/// The address that the text in the repository names: a demonstration's usual one.
const USUAL: &str = "http://127.0.0.1:8080";

/// The guide as Markdown (`CommonMark`), for the service at `origin`: its code can be copied and run.
pub(super) fn text(origin: &str) -> String {
    GUIDE.replace(USUAL, origin)
}

/// The same as HTML.
pub(super) fn html(origin: &str) -> String {
    let text = text(origin);
    let mut html = String::with_capacity(2 * text.len());
    html::push_html(&mut html, Parser::new_ext(&text, Options::empty()));
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guide_speaks_of_the_service_that_shows_it() {
        let html = html("https://arayis.example");
        assert!(html.contains("https://arayis.example") && !html.contains("127.0.0.1:8080"), "{html}");
        assert!(html.starts_with("<h1>") && html.matches("<h1>").count() == 1);
    }

    /// Its blocks are code to run, what the code prints, or a command that is typed into a terminal and stays there.
    #[test]
    fn every_block_says_what_it_is() {
        let fences = GUIDE.lines().filter(|line| line.starts_with("```") && *line != "```");
        let known = ["```sh", "```python", "```output", "```console"];
        let unknown: Vec<_> = fences.filter(|fence| !known.contains(fence)).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}
