//! Pictures drawn by the tests themselves: QR codes of any text, side by side, as PNG or JPEG.

use std::io::Cursor;

use image::{DynamicImage, GrayImage, ImageFormat, Luma};
use qrcode::{Color, EcLevel, QrCode};

/// Pixels of a module, and modules of white around a code.
const MODULE: u32 = 4;
const QUIET: u32 = 6;

/// These texts as codes beside one another.
pub(crate) fn codes(texts: &[&str]) -> GrayImage {
    let codes: Vec<QrCode> =
        texts.iter().map(|text| QrCode::with_error_correction_level(text, EcLevel::M).unwrap()).collect();
    let side = |code: &QrCode| (u32::try_from(code.width()).unwrap() + 2 * QUIET) * MODULE;
    let width = codes.iter().map(side).sum::<u32>().max(200);
    let height = codes.iter().map(side).max().unwrap_or(200);
    let mut picture = GrayImage::from_pixel(width, height, Luma([255]));
    let mut left = QUIET * MODULE;
    for code in &codes {
        let modules = u32::try_from(code.width()).unwrap();
        let colors = code.to_colors();
        for (nth, _) in colors.iter().enumerate().filter(|(_, color)| **color == Color::Dark) {
            let nth = u32::try_from(nth).unwrap();
            let (x, y) = (left + nth % modules * MODULE, (QUIET + nth / modules) * MODULE);
            for pixel in 0..MODULE * MODULE {
                picture.put_pixel(x + pixel % MODULE, y + pixel / MODULE, Luma([0]));
            }
        }
        left += side(code);
    }
    picture
}

/// These texts as codes in one picture, as PNG.
pub(crate) fn png(texts: &[&str]) -> Vec<u8> {
    encoded(codes(texts), ImageFormat::Png)
}

pub(crate) fn encoded(picture: GrayImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    DynamicImage::ImageLuma8(picture).write_to(&mut file, format).unwrap();
    file.into_inner()
}
