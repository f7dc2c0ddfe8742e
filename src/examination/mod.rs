//! The examination of unknown bytes in a separate, limited process whose death is an answer and never a failure.

mod child;
mod codes;
mod content;
mod examiner;
mod fonts;
mod grey;
mod numbers;
mod reading;
mod repair;
mod salvage;
mod scans;
mod streams;
mod tokens;

use serde::{Deserialize, Serialize};

pub use child::run_child;
pub use examiner::{CannotExamine, Examiner, Limits};

use crate::certificate::Number;
use crate::seal::check::SealCheck;

/// The hidden subcommand under which the program runs [`run_child`].
pub const SUBCOMMAND: &str = "examine-bytes";

/// What unknown bytes turned out to be. It can explain why they are not genuine; it never says that they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Examination {
    /// No PDF, and no picture that could be decoded.
    NotPdf {
        /// What the first bytes promise.
        looks_like: LooksLike,
    },
    /// A picture, with the text of each QR code found in it: what a stranger wrote, at most 8 texts of 1,000 bytes.
    Picture(Vec<String>),
    /// A PDF, sound or broken.
    Pdf(Pdf),
    /// The bytes killed their examiner, or kept it beyond its limits.
    Died,
}

/// What a file that is no PDF looks like, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LooksLike {
    /// A picture: in another format than PNG and JPEG, broken, or too large.
    Image,
    /// Anything else.
    Other,
}

/// What stands in a PDF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pdf {
    /// Everything anywhere in the file that reads like a certificate's number, in order and each once, at most 64:
    /// in the text of pages, Info, XMP, attachments, form values, and objects of earlier or foreign revisions.
    pub numbers: Vec<Number>,
    /// A page draws readable text.
    pub has_text: bool,
    /// Pages draw pictures, lines or areas and no text that can be seen, as a scanner or a tracer makes them.
    pub pictures_only: bool,
    /// Every signature found, also in PDFs embedded in this one.
    pub seals: Vec<SealCheck>,
    /// The pages that could be reached, at most 500.
    pub pages: usize,
    /// The text of each QR code in the pictures that pages draw: what a stranger wrote, at most 8 texts of 1,000 bytes.
    /// They are looked for only where neither a seal nor, beside visible text, a number says what the file claims to be.
    pub codes: Vec<String>,
}

/// What can be said of a file by its first bytes: that it is neither a PDF nor a picture which could be decoded. None when
/// it takes an examination.
pub fn at_first_sight(file: &[u8]) -> Option<Examination> {
    let looks_like = not_pdf(file).filter(|_| !is_decodable_picture(file))?;
    Some(Examination::NotPdf { looks_like })
}

/// By its first bytes: whether it is one of the pictures that are decoded.
fn is_decodable_picture(file: &[u8]) -> bool {
    [&b"\x89PNG\r\n\x1a\n"[..], b"\xff\xd8\xff"].iter().any(|magic| file.starts_with(magic))
}

/// By its first bytes: none when it is to be read as a PDF. Viewers accept the header within the first 1,024 bytes.
fn not_pdf(file: &[u8]) -> Option<LooksLike> {
    let has_header = |bytes: &[u8]| memchr::memmem::find(bytes, b"%PDF-").is_some();
    if has_header(&file[..file.len().min(1024)]) {
        return None;
    }
    let pictures: [&[u8]; 8] =
        [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*", b"BM", b"\0\0\x01\0"];
    let boxed =
        |at: usize, names: &[&[u8]]| names.iter().any(|name| file.get(at..).is_some_and(|b| b.starts_with(name)));
    let is_picture = pictures.iter().any(|magic| file.starts_with(magic))
        || (file.starts_with(b"RIFF") && boxed(8, &[b"WEBP"]))
        || boxed(4, &[b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif"]);
    match (is_picture, has_header(file)) {
        (true, _) => Some(LooksLike::Image),
        (false, true) => None,
        (false, false) => Some(LooksLike::Other),
    }
}
