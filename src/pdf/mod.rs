//! Draws a certificate as PDF/A-3a and PDF/UA-1: shared bytes first, its own after them, a place kept for the seal.
//!
//! `wording` turns a certificate into the words of a `page`; `head`, `body`, `grid`, `table` and `foot` set them on `sheets`,
//! each with its `ink` and all with one `structure`; `file` writes what results after the `beginning`.

mod beginning;
mod body;
mod colour;
mod contents;
mod drawn;
mod faces;
mod file;
mod foot;
mod grid;
mod head;
mod ink;
mod metadata;
mod objects;
mod page;
mod sheets;
mod structure;
mod table;
#[cfg(test)]
mod tests;
mod wording;

use std::sync::Arc;

use crate::catalogue::Language;
use crate::certificate::Certificate;
use crate::certificate::presentation::present;
use crate::qr::{Modules, NotEncodable};

pub use beginning::Beginning;
pub use contents::Contents;
pub use drawn::{Drawn, Released};

use faces::Faces;
use file::Enclosure;
use foot::Foot;
use page::Page;
use sheets::Sheets;

/// What draws certificates: the fonts, parsed once, and the beginning that all its certificates share.
pub struct Press {
    faces: Faces,
    beginning: Arc<Beginning>,
}

/// What a drawing needs beside the certificate.
#[derive(Clone, Copy)]
pub struct Drawing<'a> {
    /// `HTTPS://HOST/V#CODE.TOKEN`, all of it in the alphanumeric set of QR codes but the `#`.
    pub qr_payload: &'a str,
    /// The host that readers are told to trust, such as `arayis.example`.
    pub host: &'a str,
    /// The bytes of the attached `certificate.json`.
    pub attachment: &'a [u8],
    /// How many bytes of CMS the seal may have.
    pub reserve: usize,
}

/// Why a certificate cannot be drawn or sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// The fonts are not what this build expects.
    #[error("the fonts in this build cannot be read; restore `templates/fonts` and build again")]
    Fonts,
    /// A text has a letter without a glyph, which would be printed as a box.
    #[error(
        "`{field}` holds the character U+{:04X}, which the certificate's fonts cannot draw; have it corrected at its source",
        u32::from(*character)
    )]
    Undrawable {
        /// The field it stands in.
        field: String,
        /// The first such character.
        character: char,
    },
    /// One row is higher than a whole sheet.
    #[error("`{field}` is too long for a page; have it shortened at its source")]
    TooLong {
        /// The field, or the first column of its table.
        field: String,
    },
    /// The QR payload makes no symbol.
    #[error(transparent)]
    Qr(#[from] NotEncodable),
    /// The seal is larger than the place kept for it.
    #[error("the seal has {needed} bytes and the file keeps {reserve} for it; draw it again with a larger reserve")]
    SealTooLarge {
        /// The bytes of the CMS.
        needed: usize,
        /// The bytes there is room for.
        reserve: usize,
    },
}

impl Press {
    /// Parses the fonts and draws the shared beginning, once for the life of the process.
    pub fn new() -> Result<Self, PdfError> {
        let faces = Faces::parse()?;
        let beginning = Arc::new(Beginning::draw(&faces)?);
        Ok(Self { faces, beginning })
    }

    /// Whether a character can be printed; a text is checked in NFC.
    pub fn draws(&self, character: char) -> bool {
        self.faces.draw(character)
    }

    /// Draws a certificate, complete but for its seal. Equal input gives equal bytes.
    pub fn draw(&self, certificate: &Certificate, drawing: &Drawing<'_>) -> Result<Drawn, PdfError> {
        let parts = present(&certificate.kind, &certificate.content, Language::Az);
        let page = Page::of(certificate, &parts, drawing.host);
        let modules = Modules::encode(drawing.qr_payload)?;
        let sheets = self.set(&page, Some(modules))?;
        let enclosure = Enclosure { attachment: drawing.attachment, reserve: drawing.reserve };
        let written = file::write(&self.beginning, certificate, sheets, Some(&enclosure));
        Ok(Drawn::new(Arc::clone(&self.beginning), written))
    }

    /// Draws a preview of a kind: marked across each page, with neither seal nor QR, number nor code.
    pub fn specimen(&self, certificate: &Certificate, host: &str) -> Result<Vec<u8>, PdfError> {
        let parts = present(&certificate.kind, &certificate.content, Language::Az);
        let page = Page::of(certificate, &parts, host).into_specimen();
        let sheets = self.set(&page, None)?;
        let written = file::write(&self.beginning, certificate, sheets, None);
        Ok([self.beginning.bytes.as_slice(), &written.own].concat())
    }

    /// Sets the words on sheets; without modules they are a specimen's.
    fn set<'p>(&'p self, page: &'p Page<'p>, modules: Option<Modules>) -> Result<Sheets<'p>, PdfError> {
        page.check(&self.faces)?;
        let specimen = modules.is_none();
        let foot = Foot::of(page, &self.faces, modules);
        let mut sheets = Sheets::new(&self.faces, page, specimen, foot.first_floor(), foot.later_floor());
        sheets.head()?;
        sheets.body()?;
        sheets.verification(&foot);
        sheets.footers(&foot);
        Ok(sheets)
    }
}
