//! The head of a certificate: whose it is, what it is, when it holds and of whom it speaks; and the head of later sheets.

use super::PdfError;
use super::faces::{Length, Weight};
use super::ink::{Artifact, Grey, Style};
use super::page::{Caption, Entry};
use super::sheets::{Block, ENGLISH, LABEL, LEFT, RIGHT, Sheets, Side, VALUE, WIDTH, count};
use super::structure::{Element, Role, Structure};

const STATE: Style = Style::new(Weight::Regular, 900, Grey::Black);
const AGENCY: Style = Style::new(Weight::SemiBold, 1100, Grey::Black);
const WORD: Style = Style { tracking: 60, ..Style::new(Weight::SemiBold, 2000, Grey::Black) };
const SUBJECT: Style = Style::new(Weight::Regular, 1300, Grey::Black);
const SUBJECT_ENGLISH: Style = Style::new(Weight::Regular, 900, Grey::Caption);
const NAME: Style = Style::new(Weight::SemiBold, 1400, Grey::Black);
const RUNNING: Style = Style::new(Weight::Regular, 800, Grey::Label);

const BANNER: Style = Style { tracking: 90, ..Style::new(Weight::SemiBold, 1000, Grey::Black) };

impl Sheets<'_> {
    /// Sets the head of the first sheet.
    pub(super) fn head(&mut self) -> Result<(), PdfError> {
        let document = Structure::document();
        self.begin_sheet();
        self.banner();
        self.issuer(document);
        self.title(document);
        self.particulars(document);
        self.holder(document);
        // Of all that the head says, a name alone has no bound.
        if self.fits(0) { Ok(()) } else { Err(PdfError::TooLong { field: self.page.holder.place.to_owned() }) }
    }

    /// What heads each sheet after the first, which a screen reader need not hear again.
    pub(super) fn running_head(&mut self) {
        self.banner();
        let text = format!("{} · {} · {}", self.page.issuer.az.text, self.page.word.text, self.page.subject.az.text);
        let face = self.face(RUNNING);
        let lines = face.lines(&text, RUNNING.size, WIDTH);
        let block = Block { x: LEFT, room: WIDTH, baseline: self.y - 800, leading: 1050, side: Side::Left };
        self.ink().begin_artifact(Artifact::Header);
        self.draw_lines(RUNNING, block, &lines);
        self.y -= count(lines.len()) * 1050 + 300;
        let y = self.y;
        self.ink().fill(Grey::Rule, LEFT, y - 40, WIDTH, 40);
        self.ink().end();
        self.y -= 1600;
    }

    /// The words that deny a demonstration's certificate or a specimen its force, in a frame across the head.
    fn banner(&mut self) {
        let Some(words) = self.page.banner else { return };
        let first = self.inks.len() == 1;
        let face = self.face(BANNER);
        let letters = count(words.chars().count()) - 1;
        let x = LEFT + (WIDTH - face.width(words, BANNER.size) - letters * BANNER.tracking) / 2;
        let (height, y) = (1650, self.y - 1650);
        self.ink().begin_artifact(Artifact::Header);
        self.ink().frame(Grey::Black, LEFT, y, WIDTH, height, 80);
        // It is read out once; on later sheets it is a repetition.
        if !first {
            self.ink().text(face, BANNER, x, y + 468, words);
        }
        self.ink().end();
        if first {
            let paragraph = self.structure.add(Structure::document(), Role::Paragraph);
            self.say(paragraph, BANNER, x, y + 468, words);
        }
        self.y -= height + 650;
    }

    fn issuer(&mut self, document: Element) {
        let page = self.page;
        let state = self.structure.add(document, Role::Paragraph);
        self.say(state, STATE, LEFT, self.y - 900, "Azərbaycan Respublikası");
        self.y -= 1250;
        let agency = self.structure.add(document, Role::Paragraph);
        self.flow(agency, AGENCY, 1450, &page.issuer.az.text);
        self.english(document, ENGLISH, 1000, AGENCY, 1450, &page.issuer);
        self.y -= 500;
        self.rule(Grey::Black, self.y, 80);
        self.y -= 1100;
    }

    fn title(&mut self, document: Element) {
        let page = self.page;
        let title = self.structure.add(document, Role::Title);
        self.flow(title, WORD, 2350, &page.word.text);
        self.flow(title, SUBJECT, 1650, &page.subject.az.text);
        self.english(document, SUBJECT_ENGLISH, 1150, SUBJECT, 1650, &page.subject);
        self.y -= 700;
    }

    /// Number and dates in one row between two rules.
    fn particulars(&mut self, document: Element) {
        let page = self.page;
        self.rule(Grey::Black, self.y, 50);
        self.y -= 450;
        let widths = self.widths(&page.particulars);
        let used: Length = widths.iter().sum();
        let gap = (WIDTH - used) / count(widths.len().max(2) - 1);
        self.y -= self.row(document, &page.particulars, &positions(LEFT, &widths, gap), 1000) + 400;
        self.rule(Grey::Black, self.y, 50);
        self.y -= 800;
    }

    /// The name at the left, large; what else identifies the holder at the right.
    fn holder(&mut self, document: Element) {
        const GAP: Length = 2200;
        /// From the labels down to the baseline of the name.
        const DROP: Length = 1350;
        let page = self.page;
        let widths = self.widths(&page.holder_entries);
        let used = widths.iter().sum::<Length>() + GAP * (count(widths.len()) - 1);
        let room = WIDTH - used - GAP;
        let caption = Caption::new("holder", "Arayış sahibi", "Holder");
        let label = self.structure.add(document, Role::Paragraph);
        let block = Block { x: LEFT, room, baseline: self.y - 850, leading: 0, side: Side::Left };
        self.say_label(label, &caption, block);
        let baseline = self.y - self.label_height(&caption, room) - DROP;
        let name = self.structure.add(document, Role::Heading);
        let lines = self.face(NAME).lines(&page.holder.text, NAME.size, room);
        self.say_lines(name, NAME, Block { baseline, leading: 1800, ..block }, &lines);
        let height = self.row(document, &page.holder_entries, &positions(RIGHT - used, &widths, GAP), DROP);
        self.y -= height + (count(lines.len()) - 1) * 1800 + 1050;
    }

    /// Sets the English of a caption that was just set: beside its last line if there is room, else below.
    fn english(
        &mut self,
        document: Element,
        style: Style,
        leading: Length,
        above: Style,
        above_leading: Length,
        caption: &Caption<'_>,
    ) {
        let paragraph = self.structure.add(document, Role::EnglishParagraph);
        match self.beside(above, style, caption) {
            Some(x) => self.say(paragraph, style, x, self.y + above_leading - above.size, &caption.en.text),
            None => self.flow(paragraph, style, leading, &caption.en.text),
        }
    }

    /// How wide each of some labels with its value is.
    fn widths(&self, entries: &[Entry<'_>]) -> Vec<Length> {
        let width = |style: Style, text: &str| self.face(style).width(text, style.size);
        let widest = |entry: &Entry<'_>| {
            let label = width(LABEL, &entry.label.az.text).max(width(ENGLISH, &entry.label.en.text));
            width(VALUE, &entry.value.text).max(label)
        };
        entries.iter().map(widest).collect()
    }

    /// Sets labels side by side and their values `drop` beneath, a table of one row; returns its height.
    fn row(&mut self, document: Element, entries: &[Entry<'_>], positions: &[Length], drop: Length) -> Length {
        let table = self.structure.add(document, Role::Table);
        let heads = self.structure.add(table, Role::Row);
        let values = self.structure.add(table, Role::Row);
        let top = self.y;
        let height = entries.iter().map(|entry| self.label_height(&entry.label, WIDTH)).max().unwrap_or(0);
        for (entry, &x) in entries.iter().zip(positions) {
            let head = self.structure.add(heads, Role::ColumnHead);
            let block = Block { x, room: WIDTH, baseline: top - 850, leading: 0, side: Side::Left };
            self.say_label(head, &entry.label, block);
            let cell = self.structure.add(values, Role::Cell(1));
            self.say(cell, VALUE, x, top - height - drop, &entry.value.text);
        }
        height + drop + 300
    }

    /// Sets a text in lines from the present place, and moves below it.
    fn flow(&mut self, element: Element, style: Style, leading: Length, text: &str) {
        let lines = self.face(style).lines(text, style.size, WIDTH);
        let block = Block { x: LEFT, room: WIDTH, baseline: self.y - style.size, leading, side: Side::Left };
        self.say_lines(element, style, block, &lines);
        self.y -= count(lines.len()) * leading;
    }
}

/// Where columns begin that are so wide and this far apart.
fn positions(first: Length, widths: &[Length], gap: Length) -> Vec<Length> {
    let next = |x: &mut Length, width: &Length| {
        let position = *x;
        *x += width + gap;
        Some(position)
    };
    widths.iter().scan(first, next).collect()
}
