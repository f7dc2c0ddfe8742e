//! The content of one page: text, rules and rectangles within marked content, as a content stream (ISO 32000-1 §8, §9).

use super::faces::{Face, Length, Weight};
use super::objects::push_integer;
use super::structure::Element;

/// How dark: text must stand out 4.5 to 1 and survive a photocopier, so nothing is lighter than `Caption` but rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grey {
    /// What is stated.
    Black,
    /// Labels: 10 to 1.
    Label,
    /// English captions: 7 to 1.
    Caption,
    /// Rules between rows.
    Rule,
    /// A specimen's mark behind the text.
    Mark,
}

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub(super) weight: Weight,
    pub(super) size: Length,
    pub(super) grey: Grey,
    /// Space added after each letter.
    pub(super) tracking: Length,
}

impl Style {
    pub(super) const fn new(weight: Weight, size: Length, grey: Grey) -> Self {
        Self { weight, size, grey, tracking: 0 }
    }
}

/// The content stream of a page as it grows; coordinates are from its lower left corner.
pub(super) struct Ink {
    pub(super) bytes: Vec<u8>,
    /// The element of each marked-content id, in order: this page's part of the parent tree.
    pub(super) marks: Vec<Element>,
    grey: Grey,
    tracking: Length,
}

impl Ink {
    pub(super) fn new() -> Self {
        Self { bytes: Vec::with_capacity(24 * 1024), marks: Vec::with_capacity(128), grey: Grey::Black, tracking: 0 }
    }

    /// Begins content that belongs to an element, and returns its marked-content id.
    pub(super) fn begin(&mut self, tag: &str, element: Element) -> usize {
        self.source("/").source(tag).source("<<");
        self.number(element)
    }

    /// Begins English content of an Azerbaijani element (ISO 32000-1 §14.9.2.3), and returns its marked-content id.
    pub(super) fn begin_english(&mut self, element: Element) -> usize {
        self.source("/Span<</Lang(en)");
        self.number(element)
    }

    fn number(&mut self, element: Element) -> usize {
        let id = self.marks.len();
        self.marks.push(element);
        self.source("/MCID ");
        push_integer(&mut self.bytes, id);
        self.source(">>BDC\n");
        id
    }

    /// Begins content that says nothing: rules, what is repeated, what only numbers pages.
    pub(super) fn begin_artifact(&mut self, kind: Artifact) {
        self.source(match kind {
            Artifact::Layout => "/Artifact<</Type/Layout>>BDC\n",
            Artifact::Header => "/Artifact<</Type/Pagination/Subtype/Header/Attached[/Top]>>BDC\n",
            Artifact::Footer => "/Artifact<</Type/Pagination/Subtype/Footer/Attached[/Bottom]>>BDC\n",
            Artifact::Watermark => "/Artifact<</Type/Pagination/Subtype/Watermark>>BDC\n",
        });
    }

    pub(super) fn end(&mut self) {
        self.source("EMC\n");
    }

    /// Sets a text with its baseline beginning at (`x`, `y`).
    pub(super) fn text(&mut self, face: &Face, style: Style, x: Length, y: Length, text: &str) {
        self.shade(style.grey);
        self.source("BT/").source(style.weight.resource()).source(" ").length(style.size).source("Tf ");
        if style.tracking != self.tracking {
            self.tracking = style.tracking;
            self.length(style.tracking).source("Tc ");
        }
        self.length(x).length(y).source("Td");
        self.show(face, text);
        self.source("ET\n");
    }

    /// Sets a text that rises across the page at 55°, centred on (`x`, `y`).
    pub(super) fn slanted(&mut self, face: &Face, style: Style, x: Length, y: Length, text: &str) {
        self.shade(style.grey);
        let (back, down) = (face.width(text, style.size) / 2, style.size * CAPITALS_HALVED / 1000);
        self.source("q .5736 .8192 -.8192 .5736 ").length(x).length(y).source("cm BT/");
        self.source(style.weight.resource()).source(" ").length(style.size).source("Tf ");
        self.length(-back).length(-down).source("Td");
        self.show(face, text);
        self.source("ET Q\n");
    }

    /// Fills a rectangle whose lower left corner is (`x`, `y`): a rule, when it is thin.
    pub(super) fn fill(&mut self, grey: Grey, x: Length, y: Length, width: Length, height: Length) {
        self.shade(grey);
        self.length(x).length(y).length(width).length(height).source("re f\n");
    }

    /// Four rules around a rectangle, inside it.
    pub(super) fn frame(&mut self, grey: Grey, x: Length, y: Length, width: Length, height: Length, rule: Length) {
        self.fill(grey, x, y, width, rule);
        self.fill(grey, x, y + height - rule, width, rule);
        self.fill(grey, x, y + rule, rule, height - 2 * rule);
        self.fill(grey, x + width - rule, y + rule, rule, height - 2 * rule);
    }

    /// Fills rectangles of whole modules as one path, so that no seam shows between neighbours.
    ///
    /// (`x`, `y`) is the symbol's upper left corner and `size` its width.
    pub(super) fn modules(&mut self, modules: &crate::qr::Modules, x: Length, y: Length, size: Length) {
        self.shade(Grey::Black);
        // The scale has four more decimals than a length: the error over 177 modules stays below a thousandth of a point.
        let scale = i64::from(size) * 10_000 / i64::try_from(modules.width()).unwrap_or(1);
        let scale = format!("{}.{:06}", scale / 1_000_000, scale % 1_000_000);
        self.source("q ").source(&scale).source(" 0 0 -").source(&scale).source(" ");
        self.length(x).length(y).source("cm\n");
        for rectangle in modules.rectangles() {
            for number in [rectangle.x, rectangle.y, rectangle.width, rectangle.height] {
                push_integer(&mut self.bytes, number);
                self.bytes.push(b' ');
            }
            self.source("re\n");
        }
        self.source("f Q\n");
    }

    fn shade(&mut self, grey: Grey) {
        if self.grey != grey {
            self.grey = grey;
            self.source(match grey {
                Grey::Black => "0 g ",
                Grey::Label => ".25 g ",
                Grey::Caption => ".35 g ",
                Grey::Rule => ".6 g ",
                Grey::Mark => ".85 g ",
            });
        }
    }

    /// A string of two-byte glyph ids (Identity-H), with the bytes escaped that end or change a literal string.
    fn show(&mut self, face: &Face, text: &str) {
        self.bytes.push(b'(');
        for character in text.chars() {
            for byte in face.glyph(character).id.to_be_bytes() {
                match byte {
                    b'(' | b')' | b'\\' => self.bytes.extend([b'\\', byte]),
                    b'\r' => self.bytes.extend(b"\\r"),
                    _ => self.bytes.push(byte),
                }
            }
        }
        self.source(")Tj ");
    }

    fn source(&mut self, source: &str) -> &mut Self {
        self.bytes.extend_from_slice(source.as_bytes());
        self
    }

    /// A length in points, with as many decimals as it needs, and a space.
    fn length(&mut self, length: Length) -> &mut Self {
        if length < 0 {
            self.bytes.push(b'-');
        }
        let length = length.unsigned_abs() as usize;
        push_integer(&mut self.bytes, length / 100);
        if !length.is_multiple_of(100) {
            self.bytes.push(b'.');
            push_integer(&mut self.bytes, length / 10 % 10);
            if !length.is_multiple_of(10) {
                push_integer(&mut self.bytes, length % 10);
            }
        }
        self.bytes.push(b' ');
        self
    }
}

const CAPITALS_HALVED: Length = super::faces::CAPITALS / 2;

/// What kind of artifact (ISO 32000-1 §14.8.2.2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Artifact {
    /// Rules, and table heads repeated on a later page.
    Layout,
    /// What heads every page.
    Header,
    /// What ends every page.
    Footer,
    /// A specimen's mark.
    Watermark,
}
