//! The sheets of paper on which the pages are set, from top to bottom: margins, the place of the next line, the turn.

use super::PdfError;
use super::faces::{Face, Faces, Length, Weight};
use super::ink::{Artifact, Grey, Ink, Style};
use super::page::{Caption, Page};
use super::structure::{Element, Structure};

/// A4, in hundredths of a point.
pub(super) const PAPER: (Length, Length) = (59_528, 84_189);
/// 25 mm from the left edge, for the sheet is punched there.
pub(super) const LEFT: Length = 7087;
/// 18 mm from the right edge.
pub(super) const RIGHT: Length = PAPER.0 - 5103;
/// 15 mm from the upper edge.
pub(super) const TOP: Length = PAPER.1 - 4253;
/// 18 mm from the lower edge.
pub(super) const BOTTOM: Length = 5103;
/// Between the margins.
pub(super) const WIDTH: Length = RIGHT - LEFT;

/// Labels and, beneath them, their English.
pub(super) const LABEL: Style = Style::new(Weight::Regular, 850, Grey::Label);
pub(super) const ENGLISH: Style = Style::new(Weight::Regular, 750, Grey::Caption);
/// What is stated under a label or beside it.
pub(super) const VALUE: Style = Style::new(Weight::Regular, 1050, Grey::Black);
pub(super) const VALUE_LEADING: Length = 1350;
const LABEL_LEADING: Length = 1050;
const ENGLISH_LEADING: Length = 910;

/// The sheets as they fill.
pub(super) struct Sheets<'p> {
    pub(super) faces: &'p Faces,
    pub(super) page: &'p Page<'p>,
    pub(super) structure: Structure,
    pub(super) inks: Vec<Ink>,
    /// Whether each sheet is marked as a specimen.
    specimen: bool,
    /// The upper edge of the space that is still free.
    pub(super) y: Length,
    /// The lower edge of the body's space on the present sheet.
    floor: Length,
    /// The lower edge on sheets after the first.
    later_floor: Length,
}

/// On which side of its room a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

impl<'p> Sheets<'p> {
    /// One sheet, whose body ends at `first_floor`; on later ones it ends at `later_floor`.
    pub(super) fn new(
        faces: &'p Faces,
        page: &'p Page<'p>,
        specimen: bool,
        first_floor: Length,
        later_floor: Length,
    ) -> Self {
        Self {
            faces,
            page,
            specimen,
            structure: Structure::new(),
            inks: vec![Ink::new()],
            y: TOP,
            floor: first_floor,
            later_floor,
        }
    }

    pub(super) fn face(&self, style: Style) -> &'p Face {
        self.faces.face(style.weight)
    }

    /// Begins a sheet below nothing: what lies behind its words comes first.
    pub(super) fn begin_sheet(&mut self) {
        self.y = TOP;
        if self.specimen {
            self.mark_as_specimen();
        }
    }

    /// The sheet that is being filled.
    pub(super) fn ink(&mut self) -> &mut Ink {
        let last = self.inks.len() - 1;
        &mut self.inks[last]
    }

    /// Whether this much still fits above the floor.
    pub(super) fn fits(&self, height: Length) -> bool {
        self.y - height >= self.floor
    }

    /// Turns to a new sheet unless `height` still fits; says whether it did. `field` is named when no sheet is enough.
    pub(super) fn make_room(&mut self, height: Length, field: &str) -> Result<bool, PdfError> {
        if self.fits(height) {
            return Ok(false);
        }
        self.inks.push(Ink::new());
        self.floor = self.later_floor;
        self.begin_sheet();
        self.running_head();
        if self.fits(height) { Ok(true) } else { Err(PdfError::TooLong { field: field.to_owned() }) }
    }

    /// Sets one line that is an element's content.
    pub(super) fn say(&mut self, element: Element, style: Style, x: Length, baseline: Length, text: &str) {
        let mark = self.begin(element);
        let face = self.face(style);
        self.ink().text(face, style, x, baseline, text);
        self.end(element, mark);
    }

    /// Sets a text in lines that are one element's content; the first baseline is given, and the room for `side`.
    pub(super) fn say_lines(&mut self, element: Element, style: Style, block: Block, lines: &[&str]) {
        let mark = self.begin(element);
        self.draw_lines(style, block, lines);
        self.end(element, mark);
    }

    /// Draws lines within marked content that is already begun.
    pub(super) fn draw_lines(&mut self, style: Style, block: Block, lines: &[&str]) {
        let face = self.face(style);
        let mut baseline = block.baseline;
        for line in lines {
            let x = match block.side {
                Side::Left => block.x,
                Side::Right => block.x + block.room - face.width(line.trim_end(), style.size),
            };
            self.ink().text(face, style, x, baseline, line);
            baseline -= block.leading;
        }
    }

    /// How high a label is with its English.
    pub(super) fn label_height(&self, label: &Caption<'_>, room: Length) -> Length {
        let lines = |style: Style, text| count(self.face(style).lines(text, style.size, room).len());
        lines(LABEL, &label.az.text) * LABEL_LEADING + lines(ENGLISH, &label.en.text) * ENGLISH_LEADING
    }

    /// Sets a label and beneath it its English as an element's content; `block` gives the first baseline.
    pub(super) fn say_label(&mut self, element: Element, label: &Caption<'_>, block: Block) {
        let [(az_block, az), (en_block, en)] = self.label_lines(label, block);
        let mark = self.begin(element);
        self.draw_lines(LABEL, az_block, &az);
        self.end(element, mark);
        self.say_english(element, en_block, &en);
    }

    /// Draws a label that is said elsewhere: the head of a table on its later sheets.
    pub(super) fn draw_label(&mut self, label: &Caption<'_>, block: Block) {
        let [(az_block, az), (en_block, en)] = self.label_lines(label, block);
        self.draw_lines(LABEL, az_block, &az);
        self.draw_lines(ENGLISH, en_block, &en);
    }

    fn label_lines<'l>(&self, label: &'l Caption<'_>, block: Block) -> [(Block, Vec<&'l str>); 2] {
        let az = self.face(LABEL).lines(&label.az.text, LABEL.size, block.room);
        let en = self.face(ENGLISH).lines(&label.en.text, ENGLISH.size, block.room);
        let baseline = block.baseline - count(az.len()) * LABEL_LEADING + (LABEL_LEADING - ENGLISH_LEADING);
        let english = Block { baseline, leading: ENGLISH_LEADING, ..block };
        [(Block { leading: LABEL_LEADING, ..block }, az), (english, en)]
    }

    /// Begins an element's content on the present sheet.
    fn begin(&mut self, element: Element) -> usize {
        let tag = self.structure.tag(element);
        self.ink().begin(tag, element)
    }

    /// Ends the content that was begun with this mark.
    fn end(&mut self, element: Element, mark: usize) {
        self.ink().end();
        self.structure.mark(element, self.inks.len() - 1, mark);
    }

    /// Sets English as further content of an Azerbaijani element, marked for a voice to change its language.
    pub(super) fn say_english(&mut self, element: Element, block: Block, lines: &[&str]) {
        let mark = self.ink().begin_english(element);
        self.draw_lines(ENGLISH, block, lines);
        self.end(element, mark);
    }

    /// A rule across the body, its upper edge at `y`.
    pub(super) fn rule(&mut self, grey: Grey, y: Length, thickness: Length) {
        let ink = self.ink();
        ink.begin_artifact(Artifact::Layout);
        ink.fill(grey, LEFT, y - thickness, WIDTH, thickness);
        ink.end();
    }
}

/// Where lines stand: the left edge of their room, its width, the first baseline, the leading, and the side.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block {
    pub(super) x: Length,
    pub(super) room: Length,
    pub(super) baseline: Length,
    pub(super) leading: Length,
    pub(super) side: Side,
}

/// A count of lines as a factor of lengths.
pub(super) fn count(lines: usize) -> Length {
    Length::try_from(lines).unwrap_or(Length::MAX)
}
