//! Reads back what a released file carries: its facts and the text of its QR. Only for bytes that are known to be ours.

use lopdf::content::Content;
use lopdf::{Document, Object};
use rxing::qrcode::decoder::qrcode_decoder::decode_bool_array;

/// The most bytes of a page's content, and of the attached facts, once they are unpacked.
const MOST_BYTES: usize = 16 << 20;

/// What a file states beside its pages.
#[derive(Clone, PartialEq, Eq)]
pub struct Contents {
    /// The bytes of the attached `certificate.json`.
    pub attachment: Vec<u8>,
    /// The text of the QR that the page shows.
    pub qr_payload: String,
}

impl Contents {
    /// What a file that [`super::Press`] drew carries; none when it is another's, or its form is not known here.
    pub fn of(file: &[u8]) -> Option<Self> {
        let document = Document::load_mem(file).ok()?;
        Some(Self { attachment: attachment(&document)?, qr_payload: qr_payload(&document)? })
    }
}

impl std::fmt::Debug for Contents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Contents(…)")
    }
}

/// The one associated file (ISO 32000-2 §14.13).
fn attachment(document: &Document) -> Option<Vec<u8>> {
    let files = document.catalog().ok()?.get_deref(b"AF", document).ok()?.as_array().ok()?;
    let filespec = document.get_dictionary(files.first()?.as_reference().ok()?).ok()?;
    let embedded = filespec.get_deref(b"EF", document).ok()?.as_dict().ok()?;
    let stream = embedded.get_deref(b"F", document).ok()?.as_stream().ok()?;
    stream.decompressed_content_with_limit(MOST_BYTES).ok()
}

fn qr_payload(document: &Document) -> Option<String> {
    document.get_pages().into_values().find_map(|page| {
        let content = document.get_page_content_with_limit(page, MOST_BYTES).ok()?;
        decoded(&Content::decode(&content).ok()?)
    })
}

/// The QR is drawn as rectangles of whole modules, alone in a coordinate system whose unit is a module.
fn decoded(content: &Content) -> Option<String> {
    let mut rectangles: Vec<[usize; 4]> = Vec::new();
    for operation in &content.operations {
        match operation.operator.as_str() {
            "re" => rectangles.extend(whole(&operation.operands)),
            "f" => {
                if let Some(text) = symbol(&rectangles) {
                    return Some(text);
                }
                rectangles.clear();
            }
            "cm" => rectangles.clear(),
            _ => {}
        }
    }
    None
}

fn whole(operands: &[Object]) -> Option<[usize; 4]> {
    let number = |object: &Object| usize::try_from(object.as_i64().ok()?).ok();
    let numbers: Option<Vec<usize>> = operands.iter().map(number).collect();
    numbers?.try_into().ok()
}

/// The text of the symbol that the rectangles draw; none when they draw none.
fn symbol(rectangles: &[[usize; 4]]) -> Option<String> {
    // 21 to 177 modules (ISO/IEC 18004).
    let size = rectangles.iter().map(|[x, _, width, _]| x.saturating_add(*width)).max()?;
    if !(21..=177).contains(&size) {
        return None;
    }
    let mut dark = vec![vec![false; size]; size];
    for &[x, y, width, height] in rectangles {
        for row in dark.iter_mut().skip(y).take(height) {
            row.get_mut(x..x.saturating_add(width))?.fill(true);
        }
    }
    decode_bool_array(&dark).ok().map(|read| read.getText().to_owned())
}
