//! The two faces a certificate is set in: which letters they draw, how wide each is, and where a line breaks.

use printpdf::ParsedFont;

use super::PdfError;

const REGULAR: &[u8] = include_bytes!("../../templates/fonts/NotoSans-Regular.ttf");
const SEMIBOLD: &[u8] = include_bytes!("../../templates/fonts/NotoSans-SemiBold.ttf");

/// Hundredths of a point: every length on a page is a whole number of them, so that equal input gives equal bytes.
pub(super) type Length = i32;

/// Which of the two faces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// Noto Sans Regular, the font resource `F0`.
    Regular,
    /// Noto Sans `SemiBold`, the font resource `F1`.
    SemiBold,
}

/// The height of capitals in thousandths of an em, in both faces.
pub(super) const CAPITALS: Length = 714;

impl Weight {
    /// The name of its font resource on every page.
    pub(super) fn resource(self) -> &'static str {
        match self {
            Self::Regular => "F0",
            Self::SemiBold => "F1",
        }
    }
}

/// Both faces, parsed once.
pub(super) struct Faces {
    regular: Face,
    semibold: Face,
}

/// A glyph's id in the font program, which is its code in a content stream, and its width in thousandths of an em.
#[derive(Clone, Copy, Default)]
pub(super) struct Glyph {
    pub(super) id: u16,
    pub(super) width: u16,
}

impl Faces {
    pub(super) fn parse() -> Result<Self, PdfError> {
        Ok(Self {
            regular: Face::parse(REGULAR, "NotoSans-Regular")?,
            semibold: Face::parse(SEMIBOLD, "NotoSans-SemiBold")?,
        })
    }

    pub(super) fn face(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::SemiBold => &self.semibold,
        }
    }

    /// Whether both faces have a glyph for a character; control characters have none.
    pub(super) fn draw(&self, character: char) -> bool {
        self.regular.glyph(character).id != 0 && self.semibold.glyph(character).id != 0
    }
}

/// One face: its glyphs by character, and the font itself for embedding.
pub(super) struct Face {
    /// The glyphs of the first characters of Unicode, up to the end of Cyrillic.
    near: Vec<Glyph>,
    /// The others, in order.
    far: Vec<(u32, Glyph)>,
    font: ParsedFont,
}

const NEAR: u32 = 0x500;

impl Face {
    fn parse(program: &[u8], name: &str) -> Result<Self, PdfError> {
        let mut font = ParsedFont::from_bytes(program, 0, &mut Vec::new()).ok_or(PdfError::Fonts)?;
        font.font_name = Some(name.to_owned());
        let glyph = |id: u16| Glyph { id, width: font.get_glyph_width(id).unwrap_or(0) };
        let mut near = vec![Glyph::default(); NEAR as usize];
        let mut far = Vec::new();
        for (&character, &id) in &font.codepoint_to_glyph {
            match near.get_mut(character as usize) {
                Some(place) => *place = glyph(id),
                None => far.push((character, glyph(id))),
            }
        }
        if far.is_empty() || font.units_per_em != 1000 {
            return Err(PdfError::Fonts);
        }
        Ok(Self { near, far, font })
    }

    /// The glyph of a character; id 0 when there is none.
    pub(super) fn glyph(&self, character: char) -> Glyph {
        let code = u32::from(character);
        self.near.get(code as usize).copied().unwrap_or_else(|| {
            self.far.binary_search_by_key(&code, |&(c, _)| c).map_or_else(|_| Glyph::default(), |at| self.far[at].1)
        })
    }

    /// How wide a text is at `size`.
    pub(super) fn width(&self, text: &str, size: Length) -> Length {
        let thousandths: i64 = text.chars().map(|c| i64::from(self.glyph(c).width)).sum();
        Length::try_from(thousandths * i64::from(size) / 1000).unwrap_or(Length::MAX)
    }

    /// Every character the face draws, in order.
    pub(super) fn characters(&self) -> String {
        self.font.codepoint_to_glyph.keys().filter_map(|&code| char::from_u32(code)).collect()
    }

    pub(super) fn font(&self) -> &ParsedFont {
        &self.font
    }

    /// Breaks a text into lines no wider than `room`: after spaces, and within a word only when it is wider than a line.
    ///
    /// A line keeps the space it was broken at, so that whoever reads the text aloud or copies it finds the words apart.
    pub(super) fn lines<'t>(&self, text: &'t str, size: Length, room: Length) -> Vec<&'t str> {
        let mut lines = Vec::with_capacity(1);
        if self.width(text, size) <= room {
            lines.push(text);
            return lines;
        }
        let (mut begin, mut break_at) = (0, None);
        let mut used = 0;
        let mut used_at_break = 0;
        for (at, character) in text.char_indices() {
            let advance = Length::from(self.glyph(character).width) * size;
            if character != ' ' && used + advance > room * 1000 && at > begin {
                let end = break_at.unwrap_or(at);
                lines.push(&text[begin..end]);
                used -= if break_at.is_some() { used_at_break } else { used };
                (begin, break_at) = (end, None);
            }
            used += advance;
            if character == ' ' {
                (break_at, used_at_break) = (Some(at + 1), used);
            }
        }
        lines.push(&text[begin..]);
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_azerbaijani_russian_and_printed_character_is_drawn() {
        let faces = Faces::parse().unwrap();
        let azerbaijani = "AaBbCcÇçDdEeƏəFfGgĞğHhXxIıİiJjKkQqLlMmNnOoÖöPpRrSsŞşTtUuÜüVvYyZz";
        let russian: String = ('А'..='я').chain(['Ё', 'ё']).collect();
        for character in azerbaijani.chars().chain(russian.chars()).chain("₼«»“”„’–—№·−…§ \u{a0}".chars())
        {
            assert!(faces.draw(character), "{character}");
        }
        for character in ['\u{307}', '中', '\n', '\u{202e}', '\u{ad}', '😀'] {
            assert!(!faces.draw(character), "{character}");
        }
    }

    #[test]
    fn digits_are_of_one_width_in_both_faces() {
        let faces = Faces::parse().unwrap();
        for weight in [Weight::Regular, Weight::SemiBold] {
            assert!(('0'..='9').all(|digit| faces.face(weight).glyph(digit).width == 572));
        }
    }

    #[test]
    fn lines_keep_every_character_and_their_room() {
        let faces = Faces::parse().unwrap();
        let face = faces.face(Weight::Regular);
        let text =
            "“Nümunə Toxuculuq” Məhdud Məsuliyyətli Cəmiyyəti, Donaudampfschifffahrtselektrizitätenhauptbetriebswerk";
        for room in [4000, 7000, 12_000, 30_000] {
            let lines = face.lines(text, 950, room);
            assert_eq!(lines.concat(), text);
            assert!(lines.iter().all(|line| face.width(line.trim_end(), 950) <= room), "{room}");
        }
        assert_eq!(face.lines("a b", 950, 30_000), ["a b"]);
        assert_eq!(face.lines("", 950, 30_000), [""]);
    }
}
