//! Decodes PNG and JPEG to grey within bounds: what is too large, broken or in another format is no picture.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

/// Pixels of one picture: a page at 600 dpi has 35 million, a good telephone's photograph 48 million.
pub(super) const MOST_PIXELS: usize = 50_000_000;
/// Bytes that a picture may unfold into, its colours included.
pub(super) const MOST_BYTES: usize = 160 << 20;
const LONGEST_SIDE: u32 = 20_000;

/// A picture in shades of grey, row by row; 0 is black.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Grey {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<u8>,
}

impl Grey {
    /// None unless the pixels fill the rows, and there are no more than one may look at.
    pub(super) fn new(width: usize, height: usize, pixels: Vec<u8>) -> Option<Self> {
        let fits = width.checked_mul(height).is_some_and(|count| count == pixels.len() && count <= MOST_PIXELS);
        (fits && !pixels.is_empty()).then_some(Self { width, height, pixels })
    }

    /// The picture in `file`, which its first bytes call PNG or JPEG.
    pub(super) fn decode(file: &[u8]) -> Option<Self> {
        let mut reader = ImageReader::with_format(Cursor::new(file), format(file)?);
        let mut limits = Limits::default();
        limits.max_image_width = Some(LONGEST_SIDE);
        limits.max_image_height = Some(LONGEST_SIDE);
        limits.max_alloc = u64::try_from(MOST_BYTES).ok();
        reader.limits(limits);
        let decoder = reader.into_decoder().ok()?;
        // What it would unfold into stands in its head, before a pixel is decoded.
        let (width, height) = decoder.dimensions();
        let pixels = usize::try_from(u64::from(width) * u64::from(height)).ok()?;
        if pixels > MOST_PIXELS || usize::try_from(decoder.total_bytes()).ok()? > MOST_BYTES {
            return None;
        }
        let colours = DynamicImage::from_decoder(decoder).ok()?;
        Self::new(usize::try_from(width).ok()?, usize::try_from(height).ok()?, on_white(colours))
    }

    /// Half as wide and high, each pixel the mean of four.
    pub(super) fn halved(&self) -> Option<Self> {
        let (width, height) = (self.width / 2, self.height / 2);
        let mut pixels = Vec::with_capacity(width * height);
        for pair in self.pixels.chunks_exact(self.width * 2).take(height) {
            let (upper, lower) = pair.split_at(self.width);
            for (above, below) in upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0) {
                let sum = above.iter().chain(below).fold(2, |sum, &grey| sum + u16::from(grey));
                pixels.push(u8::try_from(sum / 4).unwrap_or(u8::MAX));
            }
        }
        Self::new(width, height, pixels)
    }

    /// Twice as wide and high, with the means between neighbours.
    pub(super) fn doubled(&self) -> Option<Self> {
        let wide: Vec<Vec<u8>> = self.pixels.chunks_exact(self.width).map(with_means_between).collect();
        let mut pixels = Vec::with_capacity(4 * self.pixels.len());
        for (nth, row) in wide.iter().enumerate() {
            let next = wide.get(nth + 1).unwrap_or(row);
            pixels.extend_from_slice(row);
            pixels.extend(row.iter().zip(next).map(|(&a, &b)| a.midpoint(b)));
        }
        Self::new(2 * self.width, 2 * self.height, pixels)
    }

    /// White on black as black on white.
    pub(super) fn inverted(mut self) -> Self {
        for pixel in &mut self.pixels {
            *pixel = !*pixel;
        }
        self
    }
}

/// PNG or JPEG; whatever else there is, is not decoded here.
fn format(file: &[u8]) -> Option<ImageFormat> {
    match file {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(ImageFormat::Png),
        [0xff, 0xd8, 0xff, ..] => Some(ImageFormat::Jpeg),
        _ => None,
    }
}

/// What can be seen through shows white paper.
fn on_white(decoded: DynamicImage) -> Vec<u8> {
    if !decoded.color().has_alpha() {
        return decoded.into_luma8().into_raw();
    }
    let pairs = decoded.into_luma_alpha8().into_raw();
    let seen = |&[grey, alpha]: &[u8; 2]| {
        let (grey, alpha) = (u16::from(grey), u16::from(alpha));
        u8::try_from((grey * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
    };
    pairs.as_chunks::<2>().0.iter().map(seen).collect()
}

fn with_means_between(row: &[u8]) -> Vec<u8> {
    let next = row.iter().skip(1).chain(row.last());
    row.iter().zip(next).flat_map(|(&a, &b)| [a, a.midpoint(b)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_and_double_keep_what_is_seen() {
        let picture = Grey::new(4, 2, vec![0, 0, 255, 255, 0, 0, 255, 255]).unwrap();
        assert_eq!(picture.halved(), Grey::new(2, 1, vec![0, 255]));
        let doubled = picture.doubled().unwrap();
        assert_eq!((doubled.width, doubled.height), (8, 4));
        assert_eq!(doubled.pixels[..8], [0, 0, 0, 127, 255, 255, 255, 255]);
    }

    #[test]
    fn odd_rows_and_columns_are_left_out_of_the_half() {
        let picture = Grey::new(3, 3, vec![8; 9]).unwrap();
        assert_eq!(picture.halved(), Grey::new(1, 1, vec![8]));
        assert_eq!(Grey::new(1, 1, vec![8]).unwrap().halved(), None);
    }

    #[test]
    fn pixels_that_do_not_fill_their_rows_are_no_picture() {
        assert_eq!(Grey::new(2, 2, vec![0; 3]), None);
        assert_eq!(Grey::new(usize::MAX, 2, vec![0; 4]), None);
        assert_eq!(Grey::new(0, 0, Vec::new()), None);
    }

    #[test]
    fn what_can_be_seen_through_is_white() {
        let clear = image::GrayAlphaImage::from_raw(3, 1, vec![0, 0, 0, 255, 100, 128]).unwrap();
        assert_eq!(on_white(DynamicImage::ImageLumaA8(clear)), [255, 0, 177]);
    }
}
