//! Decodes the pictures that a PDF's pages draw, one after another: JPEG, deflated or bare samples, and fax (ITU-T T.4, T.6).
//!
//! Whether black is 0 or 1 is not asked: whoever looks for codes looks at the negative, too.

use fax::Color;
use fax::decoder::{decode_g3, decode_g4, pels};
use lopdf::{Dictionary, Document, Object, Stream};

use super::grey::{Grey, MOST_BYTES, MOST_PIXELS};

/// Filters in a row before the one that makes a picture of it.
const MOST_FILTERS: usize = 3;

/// The picture in `stream`, an image of ISO 32000-1 §8.9.5.
pub(super) fn grey(stream: &Stream, document: &Document) -> Option<Grey> {
    let image = Image::of(stream, document)?;
    let (last, before) = image.filters.split_last().map_or((&b""[..], &[][..]), |(last, before)| (*last, before));
    match last {
        b"DCTDecode" => Grey::decode(&image.unfolded(before)?),
        b"CCITTFaxDecode" => image.faxed(&image.unfolded(before)?),
        _ => image.sampled(&image.unfolded(&image.filters)?),
    }
}

/// An image with what its dictionary says of it.
struct Image<'a> {
    stream: &'a Stream,
    document: &'a Document,
    width: usize,
    height: usize,
    filters: Vec<&'a [u8]>,
    /// Of each filter, as far as it has any.
    parameters: Vec<Option<&'a Dictionary>>,
}

impl<'a> Image<'a> {
    fn of(stream: &'a Stream, document: &'a Document) -> Option<Self> {
        let side = |name: &[u8]| usize::try_from(stream.dict.get_deref(name, document).ok()?.as_i64().ok()?).ok();
        let (width, height) = (side(b"Width")?, side(b"Height")?);
        if width == 0 || width.checked_mul(height)? > MOST_PIXELS {
            return None;
        }
        let each = |value: &'a Object| match value {
            Object::Array(values) => values.iter().collect(),
            one => vec![one],
        };
        let listed = |name: &[u8]| stream.dict.get_deref(name, document).map(each).unwrap_or_default();
        let filters: Vec<&[u8]> =
            listed(b"Filter").into_iter().map(|name| name.as_name().ok()).collect::<Option<_>>()?;
        if filters.len() > MOST_FILTERS {
            return None;
        }
        let parameters = listed(b"DecodeParms").into_iter();
        let parameters = parameters.map(|one| document.dereference(one).ok()?.1.as_dict().ok()).collect();
        Some(Self { stream, document, width, height, filters, parameters })
    }

    fn parameter(&self, nth: usize, name: &[u8]) -> Option<i64> {
        self.parameters.get(nth).copied().flatten()?.get_deref(name, self.document).ok()?.as_i64().ok()
    }

    /// The bytes after these first filters.
    fn unfolded(&self, filters: &[&[u8]]) -> Option<Vec<u8>> {
        let mut bytes = self.stream.content.clone();
        for (nth, filter) in filters.iter().enumerate() {
            let mut dictionary = Dictionary::new();
            dictionary.set("Filter", Object::Name(filter.to_vec()));
            if self.parameter(nth, b"Predictor").is_some_and(|predictor| predictor >= 10) {
                dictionary.set("DecodeParms", self.row_parameters(nth)?);
            }
            bytes = Stream::new(dictionary, bytes).get_plain_content_with_limit(MOST_BYTES).ok()?;
        }
        (bytes.len() <= MOST_BYTES).then_some(bytes)
    }

    /// A predictor's parameters for rows of bytes, as which rows of single bits are predicted (PNG §9.2).
    fn row_parameters(&self, nth: usize) -> Option<Dictionary> {
        let least = |name: &[u8], usual| self.parameter(nth, name).unwrap_or(usual).clamp(1, 1 << 16);
        let (columns, colors, bits) = (least(b"Columns", 1), least(b"Colors", 1), least(b"BitsPerComponent", 8));
        let pixel = (colors * bits / 8).max(1);
        let row = columns.checked_mul(colors * bits)?.checked_add(7)? / 8;
        let mut dictionary = Dictionary::new();
        dictionary.set("Predictor", 15);
        dictionary.set("Columns", row / pixel);
        dictionary.set("Colors", pixel);
        dictionary.set("BitsPerComponent", 8);
        Some(dictionary)
    }

    /// Rows of runs of black and white.
    fn faxed(&self, bytes: &[u8]) -> Option<Grey> {
        let nth = self.filters.len() - 1;
        let columns = self.parameter(nth, b"Columns").unwrap_or(1_728);
        let width = usize::try_from(columns).ok().filter(|&width| width > 0)?;
        if width.checked_mul(self.height)? > MOST_PIXELS {
            return None;
        }
        let (columns, rows) = (u32::try_from(width).ok()?, u32::try_from(self.height).ok()?);
        let all = width * self.height;
        let mut pixels: Vec<u8> = Vec::with_capacity(all);
        let draw = |line: &[u32]| {
            if pixels.len() < all {
                pixels.extend(pels(line, columns).map(|color| if color == Color::Black { 0 } else { u8::MAX }));
            }
        };
        let bytes = bytes.iter().copied();
        // A page that breaks off shows what came before.
        let _ = match self.parameter(nth, b"K").unwrap_or(0) {
            ..0 => decode_g4(bytes, columns, Some(rows), draw),
            0 => decode_g3(bytes, draw),
            _ => None,
        };
        if pixels.is_empty() {
            return None;
        }
        pixels.resize(all, u8::MAX);
        Grey::new(width, self.height, pixels)
    }

    /// Rows of samples, each row beginning with a byte of its own.
    fn sampled(&self, bytes: &[u8]) -> Option<Grey> {
        let bits = match self.stream.dict.get_deref(b"BitsPerComponent", self.document).and_then(Object::as_i64) {
            Ok(bits @ (1 | 2 | 4 | 8 | 16)) => usize::try_from(bits).ok()?,
            // A stencil has no bits named.
            _ => 1,
        };
        let space =
            self.stream.dict.get(b"ColorSpace").ok().map_or(Some(Space::Direct(1)), |space| self.space(space, 0))?;
        let components = space.components();
        let row = self.width.checked_mul(components * bits)?.div_ceil(8);
        let mut pixels = Vec::with_capacity(self.width * self.height);
        for row in bytes.chunks(row).take(self.height) {
            let samples = samples(row, bits, matches!(space, Space::Indexed(_)));
            pixels.extend(samples.chunks_exact(components).take(self.width).map(|sample| space.grey(sample)));
            if pixels.len() % self.width != 0 {
                break;
            }
        }
        if pixels.is_empty() {
            return None;
        }
        pixels.resize(self.width * self.height, u8::MAX);
        Grey::new(self.width, self.height, pixels)
    }

    fn space(&self, space: &Object, depth: usize) -> Option<Space> {
        let space = self.document.dereference(space).ok()?.1;
        if let Ok(name) = space.as_name() {
            return match name {
                b"DeviceRGB" | b"CalRGB" => Some(Space::Direct(3)),
                b"DeviceCMYK" => Some(Space::Direct(4)),
                b"DeviceGray" | b"CalGray" => Some(Space::Direct(1)),
                _ => None,
            };
        }
        let [family, rest @ ..] = space.as_array().ok()?.as_slice() else { return None };
        match (family.as_name().ok()?, rest) {
            (b"ICCBased", [profile, ..]) => {
                let profile = self.document.dereference(profile).ok()?.1.as_stream().ok()?;
                match profile.dict.get_deref(b"N", self.document).ok()?.as_i64().ok()? {
                    1 => Some(Space::Direct(1)),
                    3 | 4 if depth > 3 => None,
                    3 => Some(Space::Direct(3)),
                    4 => Some(Space::Direct(4)),
                    _ => None,
                }
            }
            (b"Indexed", [base, _, table]) if depth == 0 => {
                let base = self.space(base, depth + 1)?;
                let table = match self.document.dereference(table).ok()?.1 {
                    Object::String(table, _) => table.clone(),
                    Object::Stream(table) => table.get_plain_content_with_limit(4 << 10).ok()?,
                    _ => return None,
                };
                Some(Space::Indexed(table.chunks_exact(base.components()).map(|color| base.grey(color)).collect()))
            }
            (b"CalRGB" | b"Lab", _) => Some(Space::Direct(3)),
            (b"CalGray" | b"Separation", _) => Some(Space::Direct(1)),
            _ => None,
        }
    }
}

/// How samples are colours.
#[derive(Debug, PartialEq, Eq)]
enum Space {
    /// One sample, three (red, green, blue) or four (cyan, magenta, yellow, black).
    Direct(usize),
    /// A table of colours, here of their greys.
    Indexed(Vec<u8>),
}

impl Space {
    fn components(&self) -> usize {
        match self {
            Self::Direct(components) => *components,
            Self::Indexed(_) => 1,
        }
    }

    fn grey(&self, sample: &[u8]) -> u8 {
        match (self, sample) {
            (Self::Direct(_), &[red, green, blue]) => mean(red, green, blue),
            (Self::Direct(_), &[cyan, magenta, yellow, black]) => (!mean(cyan, magenta, yellow)).saturating_sub(black),
            (Self::Direct(_), &[grey, ..]) => grey,
            (Self::Indexed(table), &[index, ..]) => table.get(usize::from(index)).copied().unwrap_or_default(),
            _ => 0,
        }
    }
}

/// As bright as the eye finds it, roughly.
fn mean(red: u8, green: u8, blue: u8) -> u8 {
    let sum = 3 * u16::from(red) + 4 * u16::from(green) + u16::from(blue);
    u8::try_from(sum / 8).unwrap_or(u8::MAX)
}

/// The samples of a row, each a byte: spread over its whole range, or as they stand when they are places in a table.
fn samples(row: &[u8], bits: usize, as_they_stand: bool) -> Vec<u8> {
    match bits {
        8 => row.to_vec(),
        16 => row.as_chunks::<2>().0.iter().map(|pair| pair[0]).collect(),
        bits => {
            let most = (1_u16 << bits) - 1;
            let factor = if as_they_stand { 1 } else { 255 / most };
            let each = |byte: &u8| {
                let byte = u16::from(*byte);
                (0..8 / bits).rev().map(move |nth| (byte >> (nth * bits)) & most)
            };
            row.iter().flat_map(each).map(|value| u8::try_from(value * factor).unwrap_or(u8::MAX)).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use lopdf::dictionary;

    use super::*;

    fn image(entries: &Dictionary, content: &[u8]) -> Option<Grey> {
        let mut dictionary = dictionary! { "Width" => 4, "Height" => 2, "BitsPerComponent" => 8 };
        for (name, value) in entries {
            dictionary.set(name.clone(), value.clone());
        }
        grey(&Stream::new(dictionary, content.to_vec()), &Document::new())
    }

    fn pixels(entries: &Dictionary, content: &[u8]) -> Vec<u8> {
        image(entries, content).map(|picture| picture.pixels).unwrap_or_default()
    }

    #[test]
    fn samples_of_each_width_and_colour_are_grey() {
        let bits = dictionary! { "BitsPerComponent" => 1, "ColorSpace" => "DeviceGray" };
        assert_eq!(pixels(&bits, &[0b0101_0000, 0b1111_0000]), [0, 255, 0, 255, 255, 255, 255, 255]);
        let grey = dictionary! { "ColorSpace" => "DeviceGray" };
        assert_eq!(pixels(&grey, &[1, 2, 3, 4, 5, 6, 7, 8]), [1, 2, 3, 4, 5, 6, 7, 8]);
        let white = dictionary! { "ColorSpace" => "DeviceRGB" };
        assert_eq!(pixels(&white, &[255; 24]), [255; 8]);
        let ink = dictionary! { "ColorSpace" => "DeviceCMYK" };
        assert_eq!(pixels(&ink, &[0, 0, 0, 255].repeat(8)), [0; 8]);
        let table = Object::string_literal(vec![9, 9, 9, 200, 200, 200]);
        let indexed = vec!["Indexed".into(), "DeviceRGB".into(), 1.into(), table];
        let indexed = dictionary! { "BitsPerComponent" => 4, "ColorSpace" => Object::Array(indexed) };
        assert_eq!(pixels(&indexed, &[0x01, 0x10, 0, 0]), [9, 200, 200, 9, 9, 9, 9, 9]);
    }

    #[test]
    fn a_picture_that_breaks_off_shows_what_came_before() {
        let grey = dictionary! { "ColorSpace" => "DeviceGray" };
        assert_eq!(pixels(&grey, &[1, 2, 3, 4]), [1, 2, 3, 4, 255, 255, 255, 255]);
    }

    #[test]
    fn a_fax_is_read() {
        // White to the end, and the same again: two lines of `V0`, and nothing after them.
        let parameters = dictionary! { "K" => -1, "Columns" => 4 };
        let fax = dictionary! { "Filter" => "CCITTFaxDecode", "DecodeParms" => parameters };
        assert_eq!(pixels(&fax, &[0b1100_0000, 0]), [255; 8]);
    }

    #[test]
    fn what_names_no_sensible_size_is_no_picture() {
        for (width, height) in [(0, 1), (-1, 1), (1 << 20, 1 << 20), (i64::MAX, i64::MAX)] {
            assert_eq!(image(&dictionary! { "Width" => width, "Height" => height }, &[0; 8]), None, "{width}×{height}");
        }
    }
}
