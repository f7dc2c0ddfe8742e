//! What the pages of a certificate say, in reading order and before any of it has a place: labels, values, tables.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::PdfError;
use super::faces::Faces;

/// What marks a specimen.
pub(super) const SPECIMEN: &str = "NÜMUNƏ · SPECIMEN";
/// What a specimen shows in place of a number and a code.
const NO_NUMBER: &str = "0000-XXXX-XXXX";
const NO_CODE: &str = "XXXX-XXXX-XXXX-XXXX";

/// Everything that is printed.
pub(super) struct Page<'a> {
    pub(super) kind_title: &'a str,
    /// What is framed across the head of every sheet: that this has no legal force.
    pub(super) banner: Option<&'a str>,
    pub(super) issuer: Caption<'a>,
    /// ARAYIŞ or ÇIXARIŞ.
    pub(super) word: Text<'a>,
    pub(super) subject: Caption<'a>,
    /// Number, issued, valid through, as of.
    pub(super) particulars: Vec<Entry<'a>>,
    pub(super) holder: Text<'a>,
    /// What identifies the holder beside the name.
    pub(super) holder_entries: Vec<Entry<'a>>,
    pub(super) parts: Vec<Part<'a>>,
    pub(super) number: String,
    pub(super) code: String,
    pub(super) host: &'a str,
}

/// A text in Unicode NFC and the name, for an error, of the field it comes from.
pub(super) struct Text<'a> {
    pub(super) place: &'a str,
    pub(super) text: Cow<'a, str>,
}

/// A text in Azerbaijani and its English beneath.
pub(super) struct Caption<'a> {
    pub(super) az: Text<'a>,
    pub(super) en: Text<'a>,
}

/// A label and its value.
pub(super) struct Entry<'a> {
    pub(super) label: Caption<'a>,
    pub(super) value: Text<'a>,
}

/// A part of the body.
pub(super) struct Part<'a> {
    pub(super) title: Option<Caption<'a>>,
    pub(super) body: Body<'a>,
}

/// How a part is set.
pub(super) enum Body<'a> {
    /// A sentence.
    Statement(Caption<'a>),
    /// Groups of labels and values: one for a grid, one for each row of records.
    Grids(Vec<Vec<Entry<'a>>>),
    /// A table.
    Table(Table<'a>),
}

/// Columns, rows, and totals that close it.
pub(super) struct Table<'a> {
    pub(super) columns: Vec<Column<'a>>,
    pub(super) rows: Vec<Vec<Text<'a>>>,
    pub(super) totals: Vec<Total<'a>>,
}

/// What closes a table.
pub(super) struct Total<'a> {
    pub(super) entry: Entry<'a>,
    /// Whether it is an amount, which stands under a column of amounts.
    pub(super) is_amount: bool,
}

/// A column of a table.
pub(super) struct Column<'a> {
    pub(super) label: Caption<'a>,
    /// Whether its values are amounts or numbers, which stand flush right.
    pub(super) flush_right: bool,
}

impl<'a> Text<'a> {
    pub(super) fn new(place: &'a str, text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        let text = match is_nfc_quick(text.chars()) {
            IsNormalized::Yes => text,
            _ => Cow::Owned(text.nfc().collect()),
        };
        Self { place, text }
    }
}

impl<'a> Caption<'a> {
    pub(super) fn new(place: &'a str, az: impl Into<Cow<'a, str>>, en: impl Into<Cow<'a, str>>) -> Self {
        Self { az: Text::new(place, az), en: Text::new(place, en) }
    }
}

impl Page<'_> {
    /// The title of the document, which a reader's window shows.
    pub(super) fn title(&self) -> String {
        format!("{} № {}", self.kind_title, self.number)
    }

    /// The same words without number and code, which a specimen has not.
    pub(super) fn into_specimen(mut self) -> Self {
        for entry in &mut self.particulars {
            if entry.value.place == "number" {
                entry.value.text = NO_NUMBER.into();
            }
        }
        self.banner = Some(SPECIMEN);
        self.number = NO_NUMBER.into();
        self.code = NO_CODE.into();
        self
    }

    /// Refuses a page on which a letter would be a box, and says which field holds it.
    pub(super) fn check(&self, faces: &Faces) -> Result<(), PdfError> {
        self.texts(&mut |text| match text.text.chars().find(|&c| !faces.draw(c)) {
            None => Ok(()),
            Some(character) => Err(PdfError::Undrawable { field: text.place.to_owned(), character }),
        })
    }

    fn texts(&self, visit: &mut impl FnMut(&Text<'_>) -> Result<(), PdfError>) -> Result<(), PdfError> {
        for text in [&self.issuer.az, &self.issuer.en, &self.word, &self.subject.az, &self.subject.en, &self.holder] {
            visit(text)?;
        }
        visit(&Text { place: "host", text: self.host.into() })?;
        self.particulars.iter().chain(&self.holder_entries).try_for_each(|entry| entry.texts(visit))?;
        for part in &self.parts {
            part.title.iter().try_for_each(|title| title.texts(visit))?;
            match &part.body {
                Body::Statement(statement) => statement.texts(visit)?,
                Body::Grids(grids) => grids.iter().flatten().try_for_each(|entry| entry.texts(visit))?,
                Body::Table(table) => {
                    table.columns.iter().try_for_each(|column| column.label.texts(visit))?;
                    table.rows.iter().flatten().try_for_each(&mut *visit)?;
                    table.totals.iter().try_for_each(|total| total.entry.texts(visit))?;
                }
            }
        }
        Ok(())
    }
}

impl Caption<'_> {
    fn texts(&self, visit: &mut impl FnMut(&Text<'_>) -> Result<(), PdfError>) -> Result<(), PdfError> {
        visit(&self.az)?;
        visit(&self.en)
    }
}

impl Entry<'_> {
    fn texts(&self, visit: &mut impl FnMut(&Text<'_>) -> Result<(), PdfError>) -> Result<(), PdfError> {
        self.label.texts(visit)?;
        visit(&self.value)
    }
}
