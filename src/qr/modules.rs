//! The modules of a QR code: the smallest symbol of level M that carries a payload, as rectangles to be filled.

use qrcode::bits::Bits;
use qrcode::canvas::{Canvas, MaskPattern};
use qrcode::ec::construct_codewords;
use qrcode::types::{Color, EcLevel, Mode, QrError, Version};

/// Restores up to 15 % of the symbol: enough for a creased photocopy at 35 mm.
const LEVEL: EcLevel = EcLevel::M;

/// The largest symbol the standard knows (ISO/IEC 18004).
const LARGEST: i16 = 40;

/// Every mask can be read; the search for the prettiest of eight costs more than the rest of the symbol.
/// With this one, zbar reads tokens of every length allowed at 150 dpi and 35 mm, and those of up to 280 bytes at 100 dpi.
const MASK: MaskPattern = MaskPattern::Meadow;

/// A QR symbol without its quiet zone, which must be four modules wide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Modules {
    width: usize,
    dark: Vec<bool>,
}

/// A rectangle of dark modules, counted from the symbol's upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rectangle {
    /// Modules to the left of it.
    pub x: usize,
    /// Modules above it.
    pub y: usize,
    /// Its width in modules.
    pub width: usize,
    /// Its height in modules.
    pub height: usize,
}

/// Why a payload makes no QR code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotEncodable {
    /// It is not `LEFT#RIGHT` in the alphanumeric set `0-9 A-Z $%*+-./:` and space.
    #[error("a QR payload is upper-case alphanumeric text, `#`, and upper-case alphanumeric text")]
    Form,
    /// It is longer than the largest symbol holds.
    #[error("the QR payload is too long for any symbol; let the kind name fewer QR facts")]
    TooLong,
}

impl From<QrError> for NotEncodable {
    fn from(_: QrError) -> Self {
        Self::TooLong
    }
}

impl Modules {
    /// Encodes `LEFT#RIGHT` as an alphanumeric, a byte and an alphanumeric segment.
    ///
    /// One byte segment for all of it would need 45 % more modules for the same text.
    pub fn encode(payload: &str) -> Result<Self, NotEncodable> {
        let (left, right) = payload.split_once('#').ok_or(NotEncodable::Form)?;
        if !is_alphanumeric(left) || !is_alphanumeric(right) {
            return Err(NotEncodable::Form);
        }
        let version = smallest_version(left.len(), right.len())?;
        let mut bits = Bits::new(version);
        bits.push_alphanumeric_data(left.as_bytes())?;
        bits.push_byte_data(b"#")?;
        bits.push_alphanumeric_data(right.as_bytes())?;
        bits.push_terminator(LEVEL)?;
        let (data, correction) = construct_codewords(&bits.into_bytes(), version, LEVEL)?;
        let mut canvas = Canvas::new(version, LEVEL);
        canvas.draw_all_functional_patterns();
        canvas.draw_data(&data, &correction);
        canvas.apply_mask(MASK);
        let dark: Vec<bool> = canvas.into_colors().into_iter().map(|color| color == Color::Dark).collect();
        Ok(Self { width: usize::from(version.width().unsigned_abs()), dark })
    }

    /// How many modules wide and high the symbol is.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Whether the module at column `x` and row `y` is dark; outside the symbol none is.
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.width && self.dark.get(y * self.width + x).copied().unwrap_or(false)
    }

    /// The dark modules as rectangles that do not overlap: runs of a row, joined with equal runs beneath them.
    pub fn rectangles(&self) -> Vec<Rectangle> {
        let mut rectangles: Vec<Rectangle> = Vec::with_capacity(self.dark.len() / 5);
        let mut latest_at = vec![usize::MAX; self.width];
        for (y, row) in self.dark.chunks_exact(self.width).enumerate() {
            let mut x = 0;
            while x < self.width {
                if !row[x] {
                    x += 1;
                    continue;
                }
                let width = row[x..].iter().take_while(|&&dark| dark).count();
                match rectangles.get_mut(latest_at[x]) {
                    Some(above) if above.width == width && above.y + above.height == y => above.height += 1,
                    _ => {
                        latest_at[x] = rectangles.len();
                        rectangles.push(Rectangle { x, y, width, height: 1 });
                    }
                }
                x += width;
            }
        }
        rectangles
    }
}

fn is_alphanumeric(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase() || b" $%*+-./:".contains(&b))
}

/// The smallest version whose data bits hold both alphanumeric segments and the byte between them.
fn smallest_version(left: usize, right: usize) -> Result<Version, NotEncodable> {
    let segment =
        |mode: Mode, length: usize, version| 4 + mode.length_bits_count(version) + mode.data_bits_count(length);
    (1..=LARGEST)
        .map(Version::Normal)
        .find(|&version| {
            let needed = segment(Mode::Alphanumeric, left, version)
                + segment(Mode::Byte, 1, version)
                + segment(Mode::Alphanumeric, right, version);
            Bits::new(version).max_len(LEVEL).is_ok_and(|room| needed <= room)
        })
        .ok_or(NotEncodable::TooLong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(tail: usize) -> String {
        let symbols = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let token: String = (0..tail).map(|at| char::from(symbols[(at * 7 + at / 5) % 32])).collect();
        format!("HTTPS://ARAYIS.EXAMPLE/V#7KQ3M9XD2T4R8W0C.{token}")
    }

    #[test]
    fn the_rectangles_cover_exactly_the_dark_modules() {
        let modules = Modules::encode(&payload(320)).unwrap();
        let mut covered = vec![0; modules.width() * modules.width()];
        for rectangle in modules.rectangles() {
            for y in rectangle.y..rectangle.y + rectangle.height {
                for x in rectangle.x..rectangle.x + rectangle.width {
                    covered[y * modules.width() + x] += 1;
                }
            }
        }
        for y in 0..modules.width() {
            for x in 0..modules.width() {
                assert_eq!(covered[y * modules.width() + x], i32::from(modules.is_dark(x, y)), "{x} {y}");
            }
        }
    }

    #[test]
    fn the_smallest_symbol_that_fits_is_taken() {
        let widths: Vec<usize> =
            [0, 40, 320, 530].map(|tail| Modules::encode(&payload(tail)).unwrap().width()).to_vec();
        assert_eq!(widths, [29, 33, 65, 77]);
    }

    #[test]
    fn a_payload_of_another_form_or_of_too_many_symbols_is_refused() {
        for wrong in ["HTTPS://ARAYIS.EXAMPLE/V", "https://arayis.example/v#A", "A#B#C", "Ə#A"] {
            assert_eq!(Modules::encode(wrong), Err(NotEncodable::Form), "{wrong}");
        }
        assert_eq!(Modules::encode(&payload(4000)), Err(NotEncodable::TooLong));
    }

    #[test]
    fn the_finder_patterns_stand_in_three_corners() {
        let modules = Modules::encode(&payload(40)).unwrap();
        let last = modules.width() - 1;
        for (x, y) in [(0, 0), (last, 0), (0, last)] {
            assert!(modules.is_dark(x, y));
        }
        assert!(!modules.is_dark(7, 7) && !modules.is_dark(last + 1, 0));
    }
}
