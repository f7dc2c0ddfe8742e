//! The beginning that certificates share: header, colour profile and fonts, byte-identical in every one of them.

use lopdf::xref::{XrefEntry, XrefType};
use lopdf::{Document, Object, Stream, dictionary};
use printpdf::serialize::to_lopdf_doc;
use printpdf::{FontId, Mm, Op, PdfDocument, PdfFont, PdfFontHandle, PdfPage, PdfSaveOptions, Pt, TextItem};
use ring::digest::{Context, SHA256};

use super::PdfError;
use super::colour::srgb_profile;
use super::faces::{CAPITALS, Faces, Weight};
use super::objects::Number;

/// The first bytes of a certificate's file, immutable and named by their digest, so that they are stored once.
///
/// Nothing in them depends on the kind, so all certificates drawn by one build begin alike; a later build may
/// begin otherwise, which is why each certificate names its own beginning.
pub struct Beginning {
    /// From `%PDF-1.7` to the end of the last shared object.
    pub bytes: Vec<u8>,
    /// The SHA-256 of `bytes`.
    pub sha256: [u8; 32],
    /// A digest already fed with `bytes`, so that 35 kB are not hashed again for each certificate.
    pub(super) hashed: Context,
    /// Where each shared object begins, by number; number 0 is no object.
    pub(super) offsets: Vec<usize>,
    pub(super) shared: Shared,
}

/// The shared objects to which a certificate's own refer.
#[derive(Clone, Copy)]
pub(super) struct Shared {
    /// The resource dictionary of every page: the fonts `F0` and `F1`.
    pub(super) resources: Number,
    /// The output intent, which names the colour profile.
    pub(super) intent: Number,
    /// The attributes of a table cell that heads its column.
    pub(super) column: Number,
    /// The attributes of a table cell that heads its row.
    pub(super) row: Number,
}

impl Beginning {
    pub(super) fn draw(faces: &Faces) -> Result<Self, PdfError> {
        let mut objects = SharedObjects { written: Document::with_version("1.7"), drawn: specimen_of(faces) };
        let profile = Stream::new(dictionary! { "N" => 3 }, srgb_profile());
        let profile = objects.add(Object::Stream(profile))?;
        let intent = Object::Dictionary(dictionary! {
            "Type" => "OutputIntent", "S" => "GTS_PDFA1", "OutputConditionIdentifier" => Object::string_literal("sRGB"),
            "Info" => Object::string_literal("sRGB IEC61966-2.1"),
            "DestOutputProfile" => Object::Reference((profile.0, 0)),
        });
        let intent = Number(objects.written.add_object(intent).0);
        let resources = objects.fonts()?;
        let scope = |name: &str| Object::Dictionary(dictionary! { "O" => "Table", "Scope" => name });
        let (column, row) = (objects.add(scope("Column"))?, objects.add(scope("Row"))?);
        let (bytes, offsets) = objects.write()?;
        let mut hashed = Context::new(&SHA256);
        hashed.update(&bytes);
        let sha256 = digest(hashed.clone());
        Ok(Self { bytes, sha256, hashed, offsets, shared: Shared { resources, intent, column, row } })
    }
}

/// The 32 bytes of a finished SHA-256.
pub(super) fn digest(context: Context) -> [u8; 32] {
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(context.finish().as_ref());
    sha256
}

/// A document that uses every character of both fonts, for printpdf embeds widths and Unicode values of what is used.
fn specimen_of(faces: &Faces) -> Document {
    let mut document = PdfDocument::new("");
    let mut ops = vec![Op::StartTextSection];
    for weight in [Weight::Regular, Weight::SemiBold] {
        let id = FontId(weight.resource().to_owned());
        let face = faces.face(weight);
        document.resources.fonts.map.insert(id.clone(), PdfFont::new(face.font().clone()));
        ops.push(Op::SetFont { font: PdfFontHandle::External(id), size: Pt(1.0) });
        ops.push(Op::ShowText { items: vec![TextItem::Text(face.characters())] });
    }
    ops.push(Op::EndTextSection);
    document.with_pages(vec![PdfPage::new(Mm(210.0), Mm(297.0), ops)]);
    to_lopdf_doc(&document, &PdfSaveOptions::default(), &mut Vec::new())
}

/// Shared objects on their way into the file.
struct SharedObjects {
    written: Document,
    /// The document from which fonts are taken.
    drawn: Document,
}

impl SharedObjects {
    /// Adds an object after those it refers to, which are taken from the drawn document and get their new numbers first.
    fn add(&mut self, mut object: Object) -> Result<Number, PdfError> {
        self.renumber(&mut object)?;
        if let Object::Stream(stream) = &mut object {
            stream.compress().map_err(|_| PdfError::Fonts)?;
        }
        Ok(Number(self.written.add_object(object).0))
    }

    fn renumber(&mut self, object: &mut Object) -> Result<(), PdfError> {
        match object {
            Object::Reference(id) => {
                let target = self.drawn.get_object(*id).map_err(|_| PdfError::Fonts)?.clone();
                *object = Object::Reference((self.add(target)?.0, 0));
            }
            Object::Array(items) => {
                for item in items {
                    self.renumber(item)?;
                }
            }
            Object::Dictionary(entries) | Object::Stream(Stream { dict: entries, .. }) => {
                for (_, entry) in entries.iter_mut() {
                    self.renumber(entry)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Takes the fonts from printpdf's document and names them in a resource dictionary.
    fn fonts(&mut self) -> Result<Number, PdfError> {
        for object in self.drawn.objects.values_mut() {
            if let Ok(descriptor) = object.as_dict_mut()
                && descriptor.has(b"CapHeight")
            {
                // printpdf states the ascent here.
                descriptor.set("CapHeight", i64::from(CAPITALS));
            }
        }
        let resource = Weight::Regular.resource().as_bytes();
        let names_fonts = |object: &&Object| object.as_dict().is_ok_and(|entries| entries.has(resource));
        let fonts = self.drawn.objects.values().find(names_fonts).ok_or(PdfError::Fonts)?.clone();
        self.add(Object::Dictionary(dictionary! { "Font" => fonts }))
    }

    /// The file's bytes up to the cross-reference table, and where each object begins.
    fn write(mut self) -> Result<(Vec<u8>, Vec<usize>), PdfError> {
        self.written.reference_table.cross_reference_type = XrefType::CrossReferenceTable;
        let mut bytes = Vec::new();
        self.written.save_to(&mut bytes).map_err(|_| PdfError::Fonts)?;
        let read = Document::load_mem(&bytes).map_err(|_| PdfError::Fonts)?;
        bytes.truncate(read.xref_start);
        let mut offsets = vec![0];
        for entry in read.reference_table.entries.into_values() {
            if let XrefEntry::Normal { offset, .. } = entry {
                offsets.push(offset as usize);
            }
        }
        Ok((bytes, offsets))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_same_each_time_and_small_enough_to_share() {
        let draw = || Beginning::draw(&Faces::parse().unwrap()).unwrap();
        let (first, second) = (draw(), draw());
        assert_eq!(first.bytes, second.bytes);
        assert_eq!(first.sha256, second.sha256);
        assert!(first.bytes.len() < 60_000, "{}", first.bytes.len());
    }

    #[test]
    fn every_offset_leads_to_its_object() {
        let beginning = Beginning::draw(&Faces::parse().unwrap()).unwrap();
        for (number, &offset) in beginning.offsets.iter().enumerate().skip(1) {
            assert!(beginning.bytes[offset..].starts_with(format!("{number} 0 obj\n").as_bytes()), "{number}");
        }
    }
}
