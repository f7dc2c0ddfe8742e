//! The settings of the open data: who publishes, under which licence, and whether the agencies are ranked.

use toml::Spanned;

use super::check::Reader;
use super::{PublicUrl, file};
use crate::open_data::Terms;

impl Reader<'_> {
    /// Whoever does not say who publishes is the host.
    pub(super) fn open_data(&mut self, open_data: &file::OpenData, public_url: Option<&PublicUrl>) -> Option<Terms> {
        let usual = Terms::usual(public_url.map(PublicUrl::authority).unwrap_or_default().to_owned());
        let publisher = self.words("open_data.publisher", open_data.publisher.as_ref(), usual.publisher, |text| {
            !text.trim().is_empty() && !text.chars().any(char::is_control)
        });
        let licence = self.words("open_data.licence", open_data.licence.as_ref(), usual.licence, |text| {
            text.starts_with("https://") && !text.contains(|c: char| c.is_whitespace() || "\"<>".contains(c))
        });
        Some(Terms { publisher: publisher?, licence: licence?, ranking: open_data.ranking.unwrap_or(usual.ranking) })
    }

    fn words(
        &mut self,
        name: &str,
        value: Option<&Spanned<String>>,
        usual: String,
        fits: impl Fn(&str) -> bool,
    ) -> Option<String> {
        let Some(value) = value else { return Some(usual) };
        let text = value.get_ref().clone();
        self.some_or(fits(&text).then_some(text), value.span(), || {
            let what = if name.ends_with("licence") { "an address that begins with `https://`" } else { "a name" };
            format!("`{name}` must be {what}")
        })
    }
}
