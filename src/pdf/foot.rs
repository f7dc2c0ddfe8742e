//! The foot: how the first sheet is verified — number, code, QR and two paragraphs — and what ends every sheet.

use super::Faces;
use super::faces::{Length, Weight};
use super::ink::{Artifact, Grey, Style};
use super::page::{Caption, Page, SPECIMEN};
use super::sheets::{BOTTOM, Block, ENGLISH, LEFT, PAPER, RIGHT, Sheets, Side, WIDTH, count};
use super::structure::{Element, Role, Structure};
use crate::qr::Modules;

/// 35 mm.
const QR: Length = 9921;
/// Clear paper beside and above the QR: more than four modules of the largest symbol with a token, and of the smallest.
const CLEAR: Length = 1700;
/// The room of number, code and paragraphs.
const ROOM: Length = WIDTH - QR - CLEAR;
/// The room of the paragraphs' lines, of which those that name the host in semi-bold come out a little wider.
const HOW_ROOM: Length = ROOM - 500;

/// From the labels of number and code down to the paragraphs.
const WORDS: Length = 3750;

const GROUPS: Style = Style { tracking: 30, ..Style::new(Weight::SemiBold, 1200, Grey::Black) };
const HOW: Style = Style::new(Weight::Regular, 800, Grey::Black);
const HOW_LEADING: Length = 1070;
const HOW_ENGLISH: Style = Style::new(Weight::Regular, 750, Grey::Caption);
const HOW_ENGLISH_LEADING: Length = 950;
const FOOTER: Style = Style::new(Weight::Regular, 800, Grey::Black);
const FOOTER_LEADING: Length = 1050;
/// The room of the page's number at the right of the footer.
const PAGE_OF: Length = 6000;

/// The foot of a certificate: its words broken into lines, and the heights that the body must leave free.
pub(super) struct Foot {
    az: String,
    en: String,
    footer: String,
    footer_height: Length,
    height: Length,
    modules: Option<Modules>,
}

impl Foot {
    /// `modules` are the QR's, or none for a specimen.
    pub(super) fn of(page: &Page<'_>, faces: &Faces, modules: Option<Modules>) -> Self {
        let host = page.host;
        let az = format!(
            "Bu {} {} adından elektron qaydada hazırlanıb və təsdiqlənib. Yoxlamaq üçün QR kodu kamera ilə oxudun və ya \
             {host}/v səhifəsində kodu yazın. Çap surətini ekrandakı məlumatla tutuşdurun. Yalnız {host} ünvanına \
             etibar edin. Kodu bilən hər kəs bu məlumatları görə bilər.",
            lower_case(&page.word.text),
            page.issuer.az.text
        );
        let en = format!(
            "Prepared and certified electronically in the name of {}. To verify, scan the QR code or enter the code at \
             {host}/v. Compare a printed copy with the screen. Trust only {host}. Anyone who has the code can see \
             these facts.",
            page.issuer.en.text
        );
        let footer = format!("{} · {}", page.number, page.holder.text);
        let lines =
            |style: Style, text: &str, room| count(faces.face(style.weight).lines(text, style.size, room).len());
        let footer_height = lines(FOOTER, &footer, WIDTH - PAGE_OF) * FOOTER_LEADING + 500;
        let words = WORDS
            + lines(HOW, &az, HOW_ROOM) * HOW_LEADING
            + 250
            + lines(HOW_ENGLISH, &en, HOW_ROOM) * HOW_ENGLISH_LEADING;
        let height = (words + 1000).max(QR + CLEAR) + 300;
        Self { az, en, footer, footer_height, height, modules }
    }

    /// Where the body must end on the first sheet: a little above the foot.
    pub(super) fn first_floor(&self) -> Length {
        self.top() + 500
    }

    /// The upper edge of the foot of the first sheet.
    fn top(&self) -> Length {
        self.later_floor() + self.height
    }

    /// Where the body must end on later sheets.
    pub(super) fn later_floor(&self) -> Length {
        BOTTOM + self.footer_height + 700
    }
}

impl Sheets<'_> {
    /// Sets how the certificate is verified, at the foot of the first sheet; it is read after the body.
    pub(super) fn verification(&mut self, foot: &Foot) {
        let later = self.inks.split_off(1);
        self.y = foot.top();
        self.rule(Grey::Black, self.y, 50);
        let top = self.y - 1000;
        self.groups(top);
        self.how(foot, top - WORDS);
        self.qr(foot, self.y - CLEAR);
        self.inks.extend(later);
    }

    fn groups(&mut self, top: Length) {
        let page = self.page;
        let number = Caption::new("number", "Arayışın nömrəsi", "Certificate number");
        let code = Caption::new("code", "Yoxlama kodu", "Verification code");
        for (x, caption, groups) in [(LEFT, number, &page.number), (LEFT + ROOM * 2 / 5, code, &page.code)] {
            let paragraph = self.structure.add(Structure::document(), Role::Paragraph);
            let block = Block { x, room: ROOM / 2, baseline: top - 850, leading: 0, side: Side::Left };
            self.say_label(paragraph, &caption, block);
            self.say(paragraph, GROUPS, x, top - 3200, groups);
        }
    }

    fn how(&mut self, foot: &Foot, top: Length) {
        let (az, en) = (foot.az.as_str(), foot.en.as_str());
        let paragraph = self.structure.add(Structure::document(), Role::Paragraph);
        let english = self.structure.add(Structure::document(), Role::EnglishParagraph);
        let block = Block { x: LEFT, room: ROOM, baseline: top - 850, leading: HOW_LEADING, side: Side::Left };
        let az = self.face(HOW).lines(az, HOW.size, HOW_ROOM);
        self.say_naming_host(paragraph, HOW, block, &az);
        let baseline = block.baseline - count(az.len()) * HOW_LEADING - 150;
        let en = self.face(HOW_ENGLISH).lines(en, HOW_ENGLISH.size, HOW_ROOM);
        self.say_naming_host(english, HOW_ENGLISH, Block { baseline, leading: HOW_ENGLISH_LEADING, ..block }, &en);
    }

    /// Sets lines as one element's content, with the host in semi-bold wherever it is named.
    fn say_naming_host(&mut self, element: Element, style: Style, block: Block, lines: &[&str]) {
        let (host, tag) = (self.page.host, self.structure.tag(element));
        let strong = Style { weight: Weight::SemiBold, ..style };
        let mark = self.ink().begin(tag, element);
        let mut baseline = block.baseline;
        for line in lines {
            let (mut x, mut rest) = (block.x, *line);
            while !rest.is_empty() {
                let (style, end) = match rest.find(host) {
                    Some(0) => (strong, host.len()),
                    at => (style, at.unwrap_or(rest.len())),
                };
                let face = self.face(style);
                self.ink().text(face, style, x, baseline, &rest[..end]);
                x += face.width(&rest[..end], style.size);
                rest = &rest[end..];
            }
            baseline -= block.leading;
        }
        self.ink().end();
        self.structure.mark(element, 0, mark);
    }

    /// Sets the QR flush with the right margin, beyond which the paper is clear too.
    fn qr(&mut self, foot: &Foot, top: Length) {
        let x = RIGHT - QR;
        let Some(modules) = &foot.modules else {
            self.no_qr(x, top);
            return;
        };
        let figure = Role::Figure([x, top - QR, RIGHT, top]);
        let figure = self.structure.add(Structure::document(), figure);
        let mark = self.ink().begin("Figure", figure);
        self.ink().modules(modules, x, top, QR);
        self.ink().end();
        self.structure.mark(figure, 0, mark);
    }

    /// A specimen has a frame where a certificate has its QR.
    fn no_qr(&mut self, x: Length, top: Length) {
        self.ink().begin_artifact(Artifact::Layout);
        self.ink().frame(Grey::Rule, x, top - QR, QR, QR, 60);
        self.ink().end();
        let paragraph = self.structure.add(Structure::document(), Role::Paragraph);
        self.say(paragraph, ENGLISH, x + 3700, top - QR / 2 - 250, "QR kod");
    }

    /// Ends every sheet with number, name and its place among the sheets, so that none can be exchanged.
    pub(super) fn footers(&mut self, foot: &Foot) {
        let sheets = self.inks.len();
        let face = self.face(FOOTER);
        let lines = face.lines(&foot.footer, FOOTER.size, WIDTH - PAGE_OF);
        for (at, ink) in self.inks.iter_mut().enumerate() {
            let top = BOTTOM + foot.footer_height;
            ink.begin_artifact(Artifact::Footer);
            ink.fill(Grey::Black, LEFT, top - 50, WIDTH, 50);
            for (line, text) in lines.iter().enumerate() {
                ink.text(face, FOOTER, LEFT, top - 1250 - count(line) * FOOTER_LEADING, text);
            }
            let page = format!("səhifə {} / {sheets}", at + 1);
            ink.text(face, FOOTER, RIGHT - face.width(&page, FOOTER.size), top - 1250, &page);
            ink.end();
        }
    }

    /// Marks every sheet of a specimen across, behind its words.
    pub(super) fn mark_as_specimen(&mut self) {
        let style = Style::new(Weight::SemiBold, 6400, Grey::Mark);
        let face = self.face(style);
        let ink = self.ink();
        ink.begin_artifact(Artifact::Watermark);
        ink.slanted(face, style, PAPER.0 / 2, PAPER.1 / 2, SPECIMEN);
        ink.end();
    }
}

/// Azerbaijani lower case, in which I is ı and İ is i.
fn lower_case(word: &str) -> String {
    word.chars()
        .flat_map(|letter| match letter {
            'I' => 'ı'.to_lowercase(),
            'İ' => 'i'.to_lowercase(),
            other => other.to_lowercase(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_are_lowered_as_azerbaijani_lowers_them() {
        assert_eq!(lower_case("ARAYIŞ"), "arayış");
        assert_eq!(lower_case("ÇIXARIŞ"), "çıxarış");
        assert_eq!(lower_case("İŞ"), "iş");
    }
}
