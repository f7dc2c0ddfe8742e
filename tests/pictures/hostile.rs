//! Pictures made to kill, to stall or to fill the memory, and four hundred damaged ones: an answer each time.

use std::time::{Duration, Instant};

use earayis::examination::{Examination, Examiner, Limits};
use fax::encoder::Encoder;
use fax::{Color, VecWriter};
use futures_util::StreamExt;
use image::{GrayImage, ImageFormat, Luma};

use crate::drawn::{codes, encoded};
use crate::issued::{Sequence, issued};
use crate::pdf::{deflate, page, stream};
use crate::service::PROGRAM;
use crate::shared::RUNTIME;

/// No answer takes longer than the limits of the examination and a slow machine together.
const PATIENCE: Duration = Duration::from_secs(45);

#[test]
fn bombs_and_mazes_end_as_a_verdict() {
    let issued = issued();
    let flood = b"/I Do ".repeat(200_000);
    let wide = "/Subtype/Image/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/FlateDecode";
    let bomb = deflate(&vec![0; 64 << 20]);
    let drawing = |image: Vec<u8>| page(stream("", &flood), "/XObject<</I 5 0 R>>", vec![image]);
    let sized = |width: u32, height: u32| format!("{wide}/Width {width}/Height {height}");
    let cases = [
        ("a PNG of nothing, 20,000 × 20,000", png_of_nothing(20_000, 20_000)),
        ("a PNG of nothing, 4,000,000,000 × 4,000,000,000", png_of_nothing(4_000_000_000, 4_000_000_000)),
        ("a PNG of nothing, as large as may be", png_of_nothing(7_000, 7_000)),
        ("a JPEG of 65,500 × 65,500", huge_jpeg()),
        ("a maze of corners", encoded(maze(2_400), ImageFormat::Png)),
        ("a PDF of a bomb", drawing(stream(&sized(6_000, 8_000), &bomb))),
        ("a PDF of a picture without end", drawing(stream(&sized(1 << 30, 1 << 30), &bomb))),
        (
            "a PDF of a maze",
            drawing(stream(
                "/Subtype/Image/ColorSpace/DeviceGray/BitsPerComponent 8/Width 2400/Height 2400/Filter/FlateDecode",
                &deflate(maze(2_400).as_raw()),
            )),
        ),
        (
            "a PDF of a fax without end",
            drawing(stream(
                "/Subtype/Image/Width 50000/Height 1000/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns 50000>>",
                &[0xff; 4_000],
            )),
        ),
    ];
    RUNTIME.block_on(async {
        for (name, file) in cases {
            let begun = Instant::now();
            let (status, answer) = issued.service.verify_file(file).await;
            assert!(begun.elapsed() < PATIENCE, "{name}: {:?}", begun.elapsed());
            assert_eq!((status, answer["verdict"].as_str()), (200, Some("unreadable")), "{name}: {answer}");
        }
        let (_, answer) = issued.service.verify_file(issued.one.bytes.clone()).await;
        assert_eq!(answer["verdict"], "valid");
    });
}

#[test]
fn four_hundred_damaged_pictures_are_answered() {
    let text = "HTTPS://ARAYIS.EXAMPLE/V#0000000000000000.MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U";
    let picture = codes(&[text]);
    let (width, height) = picture.dimensions();
    let size = format!("/Subtype/Image/Width {width}/Height {height}");
    let drawing = |image: Vec<u8>| page(stream("", b"/I Do"), "/XObject<</I 5 0 R>>", vec![image]);
    let jpeg = encoded(picture.clone(), ImageFormat::Jpeg);
    let grey = "/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode";
    let fax = format!("{size}/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns {width}>>");
    let whole = [
        drawing(stream(&format!("{size}/Filter/DCTDecode"), &jpeg)),
        drawing(stream(&format!("{size}{grey}"), &deflate(picture.as_raw()))),
        drawing(stream(&fax, &faxed(&picture))),
        encoded(picture, ImageFormat::Png),
        jpeg,
    ];
    let mut chance = Sequence(1);
    let damaged = (0..400).map(|nth| damaged(&whole[nth % whole.len()], &mut chance));
    let files: Vec<Vec<u8>> = whole.iter().cloned().chain(damaged).collect();

    let examiner = Examiner::new(PROGRAM.into(), Limits::default());
    let (mut answered, mut read) = (0, 0);
    RUNTIME.block_on(async {
        let each = files.iter().map(async |file| examiner.examine(file, &[]).await.unwrap());
        let mut each = futures_util::stream::iter(each).buffered(2);
        while let Some(found) = each.next().await {
            let found = match found {
                Examination::Picture(codes) => codes,
                Examination::Pdf(pdf) => pdf.codes,
                Examination::NotPdf { .. } | Examination::Died => Vec::new(),
            };
            assert!(found.iter().all(|code| code == text), "another text than was drawn: {found:?}");
            assert!(answered >= whole.len() || found.len() == 1, "whole picture {answered} was not read");
            (answered, read) = (answered + 1, read + found.len());
        }
    });
    assert_eq!(answered, 405);
    println!("{read} of {answered} were read in spite of the damage");
}

/// A few bytes changed, cut out, doubled or cut off.
fn damaged(file: &[u8], chance: &mut Sequence) -> Vec<u8> {
    let mut file = file.to_vec();
    for _ in 0..=chance.below(6) {
        let at = chance.below(file.len());
        let length = chance.below(64).min(file.len() - at);
        match chance.below(5) {
            0 => file[at] ^= 1 << chance.below(8),
            1 => file[at] = u8::try_from(chance.below(256)).unwrap(),
            2 if length + 1 < file.len() => drop(file.drain(at..at + length)),
            3 => {
                let again = file[at..at + length].to_vec();
                file.splice(at..at, again);
            }
            _ if chance.below(4) == 0 => file.truncate(at.max(1)),
            _ => file[at] = 0xff,
        }
    }
    file
}

fn faxed(picture: &GrayImage) -> Vec<u8> {
    let (width, _) = picture.dimensions();
    let mut encoder = Encoder::new(VecWriter::new());
    for row in picture.rows() {
        let line = row.map(|pixel| if pixel.0[0] < 128 { Color::Black } else { Color::White });
        encoder.encode_line(line, width).unwrap();
    }
    encoder.finish().unwrap().finish()
}

/// Corners of codes, side by side and without end: each three might be a code's.
fn maze(side: u32) -> GrayImage {
    GrayImage::from_fn(side, side, |x, y| {
        let (x, y) = (x / 2 % 9, y / 2 % 9);
        let ring = (1..8).contains(&x) && (1..8).contains(&y) && ([1, 7].contains(&x) || [1, 7].contains(&y));
        let stone = (3..6).contains(&x) && (3..6).contains(&y);
        Luma([if ring || stone { 0 } else { 255 }])
    })
}

/// A PNG that says it is so large, and has a little of it.
fn png_of_nothing(width: u32, height: u32) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut head = [width.to_be_bytes(), height.to_be_bytes()].concat();
    head.extend([8, 0, 0, 0, 0]);
    chunk(&mut file, *b"IHDR", &head);
    chunk(&mut file, *b"IDAT", &deflate(&vec![0; 50 << 20]));
    chunk(&mut file, *b"IEND", &[]);
    file
}

fn chunk(file: &mut Vec<u8>, name: [u8; 4], content: &[u8]) {
    file.extend(u32::try_from(content.len()).unwrap().to_be_bytes());
    let named = [&name[..], content].concat();
    file.extend(&named);
    let mut checksum = flate2::Crc::new();
    checksum.update(&named);
    file.extend(checksum.sum().to_be_bytes());
}

/// A small JPEG whose frame says that it is large.
fn huge_jpeg() -> Vec<u8> {
    let mut file = encoded(codes(&["salam"]), ImageFormat::Jpeg);
    let frame = file.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
    file[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xdc, 0xff, 0xdc]);
    file
}
