//! The body of a certificate: its parts from top to bottom, their headings, and the sentence of a variant.

use super::PdfError;
use super::faces::{Length, Weight};
use super::ink::{Grey, Style};
use super::page::{Body, Caption, Part};
use super::sheets::{Block, ENGLISH, LEFT, Sheets, Side, VALUE, VALUE_LEADING, WIDTH, count};
use super::structure::{Role, Structure};

const HEADING: Style = Style::new(Weight::SemiBold, 1050, Grey::Black);
const HEADING_LEADING: Length = 1400;

/// From the lower edge of a part to the upper edge of the next.
pub(super) const BETWEEN_PARTS: Length = 900;
/// From a heading to what it heads.
const BELOW_HEADING: Length = 300;

impl Sheets<'_> {
    /// Sets every part, on as many sheets as they need.
    pub(super) fn body(&mut self) -> Result<(), PdfError> {
        let page = self.page;
        for (at, part) in page.parts.iter().enumerate() {
            if at > 0 {
                self.y -= BETWEEN_PARTS;
            }
            self.part(part)?;
        }
        Ok(())
    }

    fn part(&mut self, part: &Part<'_>) -> Result<(), PdfError> {
        match &part.body {
            Body::Statement(statement) => self.statement(part.title.as_ref(), statement),
            Body::Grids(grids) => self.grids(part.title.as_ref(), grids),
            Body::Table(table) => self.table(part.title.as_ref(), table),
        }
    }

    /// How high a part's heading is with the space below it.
    pub(super) fn heading_height(&self, title: Option<&Caption<'_>>) -> Length {
        title.map_or(0, |title| {
            let lines = self.face(HEADING).lines(&title.az.text, HEADING.size, WIDTH).len();
            let beside = self.beside(HEADING, ENGLISH, title).is_some();
            count(lines) * HEADING_LEADING + if beside { 0 } else { 910 } + BELOW_HEADING
        })
    }

    /// Where the English of a caption that is set in `style` stands beside it, if there is room.
    pub(super) fn beside(&self, style: Style, english: Style, caption: &Caption<'_>) -> Option<Length> {
        let x = self.face(style).width(&caption.az.text, style.size) + 600;
        (x + self.face(english).width(&caption.en.text, english.size) <= WIDTH).then_some(LEFT + x)
    }

    /// Sets a part's heading, if it has one; whoever calls has made room for it.
    pub(super) fn heading(&mut self, title: Option<&Caption<'_>>) {
        let Some(title) = title else { return };
        let height = self.heading_height(Some(title));
        let heading = self.structure.add(Structure::document(), Role::Heading);
        let lines = self.face(HEADING).lines(&title.az.text, HEADING.size, WIDTH);
        let block = Block { x: LEFT, room: WIDTH, baseline: self.y - 1050, leading: HEADING_LEADING, side: Side::Left };
        self.y -= height;
        let english = match self.beside(HEADING, ENGLISH, title) {
            Some(x) => Block { x, ..block },
            None => Block { baseline: self.y + BELOW_HEADING + 260, ..block },
        };
        self.say_lines(heading, HEADING, block, &lines);
        self.say_english(heading, english, &[&title.en.text]);
    }

    fn statement(&mut self, title: Option<&Caption<'_>>, statement: &Caption<'_>) -> Result<(), PdfError> {
        let az = self.face(VALUE).lines(&statement.az.text, VALUE.size, WIDTH);
        let en = self.face(ENGLISH).lines(&statement.en.text, ENGLISH.size, WIDTH);
        let height = count(az.len()) * VALUE_LEADING + count(en.len()) * 950 + 300;
        self.make_room(self.heading_height(title) + height, statement.az.place)?;
        self.heading(title);
        let paragraph = self.structure.add(Structure::document(), Role::Paragraph);
        let english = self.structure.add(Structure::document(), Role::EnglishParagraph);
        let block = Block { x: LEFT, room: WIDTH, baseline: self.y - 1050, leading: VALUE_LEADING, side: Side::Left };
        self.say_lines(paragraph, VALUE, block, &az);
        let baseline = block.baseline - count(az.len()) * VALUE_LEADING;
        self.say_lines(english, ENGLISH, Block { baseline, leading: 950, ..block }, &en);
        self.y -= height;
        Ok(())
    }
}
