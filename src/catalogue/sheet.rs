//! One table of a kind's file while it is read: each key is asked for once, and what nobody asked for is a mistake.

use std::collections::BTreeSet;
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::language::Translated;
use super::mistake::Reading;

/// A table of the file, with the line it begins on and the keys asked for so far.
pub(super) struct Sheet<'t> {
    table: &'t DeTable<'t>,
    /// The line on which it begins.
    pub(super) line: usize,
    what: String,
    asked: BTreeSet<&'static str>,
}

impl<'t> Sheet<'t> {
    /// A table that messages call `what`.
    pub(super) fn new(table: &'t DeTable<'t>, line: usize, what: impl Into<String>) -> Self {
        Self { table, line, what: what.into(), asked: BTreeSet::new() }
    }

    /// Names the table more exactly, once that is known.
    pub(super) fn rename(&mut self, what: impl Into<String>) {
        self.what = what.into();
    }

    /// The value of `key`, if it is there.
    pub(super) fn take(&mut self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.asked.insert(key);
        self.table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }

    /// The value of `key`; a mistake when it is missing.
    pub(super) fn need(&mut self, key: &'static str, reading: &mut Reading<'_>) -> Option<&'t Spanned<DeValue<'t>>> {
        let value = self.take(key);
        if value.is_none() {
            reading.mistake(self.line, format!("{} lacks `{key}`", self.what));
        }
        value
    }

    /// The text of `key`, trimmed of nothing, if it is there.
    pub(super) fn text(&mut self, key: &'static str, reading: &mut Reading<'_>) -> Option<(String, usize)> {
        let value = self.take(key)?;
        text_of(value, key, reading)
    }

    /// The text of `key` as a `T`; a mistake when it is missing or is none.
    pub(super) fn parsed<T: FromStr>(&mut self, key: &'static str, reading: &mut Reading<'_>) -> Option<T>
    where
        T::Err: std::fmt::Display,
    {
        let value = self.need(key, reading)?;
        let (text, line) = text_of(value, key, reading)?;
        parsed(&text, line, key, reading)
    }

    /// The whole number of `key` within `range`, if it is there.
    pub(super) fn number(
        &mut self,
        key: &'static str,
        range: std::ops::RangeInclusive<u32>,
        reading: &mut Reading<'_>,
    ) -> Option<u32> {
        let value = self.take(key)?;
        let number = match value.get_ref() {
            DeValue::Integer(digits) => digits.to_string().replace('_', "").parse().ok(),
            _ => None,
        };
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            let line = reading.line(value.span().start);
            reading.mistake(line, format!("`{key}` must be a whole number from {} to {}", range.start(), range.end()));
        }
        number
    }

    /// Whether `key` is there and true.
    pub(super) fn flag(&mut self, key: &'static str, reading: &mut Reading<'_>) -> bool {
        let Some(value) = self.take(key) else { return false };
        if let DeValue::Boolean(flag) = value.get_ref() {
            return *flag;
        }
        let line = reading.line(value.span().start);
        reading.mistake(line, format!("`{key}` must be true or false"));
        false
    }

    /// The table of `key`, if it is there.
    pub(super) fn sheet(&mut self, key: &'static str, reading: &mut Reading<'_>) -> Option<Sheet<'t>> {
        let value = self.take(key)?;
        sheet_of(value, format!("`{key}` of {}", self.what), reading)
    }

    /// The tables of the array `key`; none when it is not there.
    pub(super) fn sheets(&mut self, key: &'static str, reading: &mut Reading<'_>) -> Vec<Sheet<'t>> {
        let what = format!("an entry of `{key}`");
        self.items(key, reading).into_iter().filter_map(|item| sheet_of(item, what.clone(), reading)).collect()
    }

    /// The texts of the array `key`, each as a `T` with its line; none when it is not there.
    pub(super) fn list<T: FromStr>(&mut self, key: &'static str, reading: &mut Reading<'_>) -> Vec<(T, usize)>
    where
        T::Err: std::fmt::Display,
    {
        let mut list = Vec::new();
        for item in self.items(key, reading) {
            if let Some((text, line)) = text_of(item, key, reading)
                && let Some(value) = parsed(&text, line, key, reading)
            {
                list.push((value, line));
            }
        }
        list
    }

    /// The words of `key` in all three languages, if the key is there.
    pub(super) fn translated(&mut self, key: &'static str, reading: &mut Reading<'_>) -> Option<Translated> {
        let mut sheet = self.sheet(key, reading)?;
        let words = sheet.words(reading);
        sheet.finish(reading);
        words
    }

    /// The words of `key` in all three languages; a mistake when the key is missing.
    pub(super) fn need_translated(&mut self, key: &'static str, reading: &mut Reading<'_>) -> Option<Translated> {
        self.need(key, reading)?;
        self.translated(key, reading)
    }

    /// The keys `az`, `en` and `ru` of this table itself.
    pub(super) fn words(&mut self, reading: &mut Reading<'_>) -> Option<Translated> {
        let [az, en, ru] = ["az", "en", "ru"].map(|language| self.word(language, reading));
        Some(Translated { az: az?, en: en?, ru: ru? })
    }

    fn word(&mut self, language: &'static str, reading: &mut Reading<'_>) -> Option<String> {
        let Some(value) = self.take(language) else {
            reading.mistake(self.line, format!("{} lacks its translation `{language}`", self.what));
            return None;
        };
        let (text, line) = text_of(value, language, reading)?;
        if text.trim().is_empty() {
            reading.mistake(line, format!("{} has an empty translation `{language}`", self.what));
            return None;
        }
        reading.check_drawable(line, &text);
        Some(text)
    }

    fn items(&mut self, key: &'static str, reading: &mut Reading<'_>) -> Vec<&'t Spanned<DeValue<'t>>> {
        let Some(value) = self.take(key) else { return Vec::new() };
        if let DeValue::Array(items) = value.get_ref() {
            return items.iter().collect();
        }
        let line = reading.line(value.span().start);
        reading.mistake(line, format!("`{key}` must be a list"));
        Vec::new()
    }

    /// Ends the reading of this table: each key that nobody asked for is a mistake.
    pub(super) fn finish(self, reading: &mut Reading<'_>) {
        for name in self.table.keys() {
            if !self.asked.contains(name.get_ref().as_ref()) {
                let line = reading.line(name.span().start);
                let known: Vec<&str> = self.asked.iter().copied().collect();
                reading.mistake(
                    line,
                    format!("{} has no key `{}`; it knows {}", self.what, name.get_ref(), known.join(", ")),
                );
            }
        }
    }
}

fn sheet_of<'t>(
    value: &'t Spanned<DeValue<'t>>,
    what: impl Into<String>,
    reading: &mut Reading<'_>,
) -> Option<Sheet<'t>> {
    let what = what.into();
    let line = reading.line(value.span().start);
    if let DeValue::Table(table) = value.get_ref() {
        return Some(Sheet::new(table, line, what));
    }
    reading.mistake(line, format!("{what} must be a table, written {{ key = value }}"));
    None
}

/// The text of a value, and its line.
fn text_of(value: &Spanned<DeValue<'_>>, key: &str, reading: &mut Reading<'_>) -> Option<(String, usize)> {
    let line = reading.line(value.span().start);
    if let DeValue::String(text) = value.get_ref() {
        return Some((text.to_string(), line));
    }
    reading.mistake(line, format!("`{key}` must be a text between quotation marks"));
    None
}

fn parsed<T: FromStr>(text: &str, line: usize, key: &str, reading: &mut Reading<'_>) -> Option<T>
where
    T::Err: std::fmt::Display,
{
    match text.parse() {
        Ok(value) => Some(value),
        Err(reason) => {
            reading.mistake(line, format!("`{key}` cannot be `{text}`: {reason}"));
            None
        }
    }
}
