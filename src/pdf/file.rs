//! A certificate's own bytes: pages, structure, attachment, the place of the seal and the catalogue that binds them.

use std::ops::Range;

use crate::certificate::Certificate;

use super::beginning::{Beginning, Shared};
use super::ink::Ink;
use super::metadata::{pdf_date, write_information, write_xmp};
use super::objects::{Number, Objects};
use super::sheets::Sheets;
use super::structure::{Element, Role, Structure, page_number};

/// What is attached and what is sealed; a specimen has neither.
pub(super) struct Enclosure<'a> {
    /// The bytes of `certificate.json`.
    pub(super) attachment: &'a [u8],
    /// How many bytes of CMS there is room for.
    pub(super) reserve: usize,
}

/// A certificate's own bytes and, within them, the places of what is filled in later.
pub(super) struct Written {
    pub(super) own: Vec<u8>,
    /// The seal's hexadecimal string with its angle brackets, and its byte range with its square ones.
    pub(super) seal: SealPlace,
}

/// Where in the own bytes the seal's parts stand; empty in a specimen.
#[derive(Default)]
pub(super) struct SealPlace {
    pub(super) contents: Range<usize>,
    pub(super) byte_range: Range<usize>,
}

/// The numbers of the objects that are written apart from where they are referred to.
#[derive(Clone, Copy)]
struct Numbers {
    catalog: Number,
    pages: Number,
    information: Number,
    metadata: Number,
    filespec: Number,
    embedded: Number,
    widget: Number,
    signature: Number,
    first_page: Number,
    first_content: Number,
}

/// Writes everything that follows the beginning.
pub(super) fn write(
    beginning: &Beginning,
    certificate: &Certificate,
    mut sheets: Sheets<'_>,
    enclosure: Option<&Enclosure<'_>>,
) -> Written {
    let mut objects = Objects::after(beginning);
    let (shared, title) = (beginning.shared, sheets.page.title());
    let numbers = reserve(&mut objects, sheets.inks.len(), enclosure.is_some());
    write_information(&mut objects, numbers.information, certificate, &title);
    write_xmp(&mut objects, numbers.metadata, certificate, &title);
    write_pages(&mut objects, numbers, &sheets.inks, shared, enclosure.is_some());
    let form = enclosure.map(|_| place_of_seal(&mut sheets.structure, numbers.widget));
    let root = sheets.structure.write(&mut objects, shared, numbers.first_page, &sheets.inks, form);
    write_catalog(&mut objects, numbers, root, shared, enclosure.is_some());
    let seal = enclosure.map(|enclosure| {
        write_attachment(&mut objects, numbers, certificate, enclosure.attachment);
        write_widget(&mut objects, numbers, sheets.inks.len());
        write_signature(&mut objects, numbers, certificate, enclosure.reserve)
    });
    let seal = seal.unwrap_or_default();
    let own = objects.finish(numbers.catalog, numbers.information, certificate.id.as_bytes());
    Written { own, seal }
}

fn reserve(objects: &mut Objects, pages: usize, sealed: bool) -> Numbers {
    let [catalog, tree, information, metadata] = [(); 4].map(|()| objects.reserve(1));
    let (first_page, first_content) = (objects.reserve(pages), objects.reserve(pages));
    let mut enclosed = || if sealed { objects.reserve(1) } else { Number(0) };
    let [filespec, embedded, widget, signature] = [(); 4].map(|()| enclosed());
    Numbers {
        catalog,
        pages: tree,
        information,
        metadata,
        filespec,
        embedded,
        widget,
        signature,
        first_page,
        first_content,
    }
}

fn write_pages(objects: &mut Objects, numbers: Numbers, inks: &[Ink], shared: Shared, sealed: bool) {
    objects
        .begin(numbers.pages)
        .text("<</Type/Pages/MediaBox[0 0 595.28 841.89]/Count ")
        .integer(inks.len())
        .text("/Kids[");
    for page in 0..inks.len() {
        objects.reference(page_number(numbers.first_page, page)).text(" ");
    }
    objects.text("]>>").end();
    for (page, ink) in inks.iter().enumerate() {
        let content = page_number(numbers.first_content, page);
        objects.begin(page_number(numbers.first_page, page)).text("<</Type/Page/Parent ").reference(numbers.pages);
        // PDF/A wants the resources on the page itself, not inherited.
        objects
            .text("/Resources ")
            .reference(shared.resources)
            .text("/Contents ")
            .reference(content)
            .text("/StructParents ")
            .integer(page);
        if sealed && page == 0 {
            objects.text("/Annots[").reference(numbers.widget).text("]");
        }
        // The order of tabs is the structure's; PDF/UA asks it of pages with annotations, and it is true of all.
        objects.text("/Tabs/S>>").end();
        objects.deflated(content, "", &ink.bytes);
    }
}

fn place_of_seal(structure: &mut Structure, widget: Number) -> Element {
    let form = structure.add(Structure::document(), Role::Form);
    structure.widget(form, widget);
    form
}

fn write_catalog(objects: &mut Objects, numbers: Numbers, root: Number, shared: Shared, sealed: bool) {
    objects.begin(numbers.catalog).text("<</Type/Catalog/Pages ").reference(numbers.pages);
    objects.text("/Metadata ").reference(numbers.metadata).text("/OutputIntents[").reference(shared.intent);
    objects.text("]/Lang(az)/MarkInfo<</Marked true>>/ViewerPreferences<</DisplayDocTitle true>>/StructTreeRoot ");
    objects.reference(root);
    if sealed {
        objects.text("/Names<</EmbeddedFiles<</Names[").string(ATTACHMENT).reference(numbers.filespec);
        objects.text("]>>>>/AF[").reference(numbers.filespec).text("]/AcroForm<</Fields[");
        // 3: the form has a signature, and whoever writes to the file may only append (§12.7.2).
        objects.reference(numbers.widget).text("]/SigFlags 3>>/Perms<</DocMDP ").reference(numbers.signature);
        objects.text(">>");
    }
    objects.text(">>").end();
}

/// The name of the attached file.
const ATTACHMENT: &str = "certificate.json";

fn write_attachment(objects: &mut Objects, numbers: Numbers, certificate: &Certificate, attachment: &[u8]) {
    objects.begin(numbers.filespec).text("<</Type/Filespec/F").string(ATTACHMENT).text("/UF").string(ATTACHMENT);
    objects.text("/AFRelationship/Data/Desc").string("Arayışın məlumatları / The certificate's facts");
    objects.text("/EF<</F ").reference(numbers.embedded).text("/UF ").reference(numbers.embedded).text(">>>>").end();
    let entries = format!(
        "/Type/EmbeddedFile/Subtype/application#2Fjson/Params<</Size {}/ModDate({})>>",
        attachment.len(),
        pdf_date(certificate.issued_at)
    );
    objects.deflated(numbers.embedded, &entries, attachment);
}

/// The one annotation: a widget without extent, printed and locked (F = 132), that stands for the seal.
fn write_widget(objects: &mut Objects, numbers: Numbers, pages: usize) {
    objects.begin(numbers.widget).text("<</Type/Annot/Subtype/Widget/FT/Sig/T(Seal)/TU").string("Elektron təsdiq");
    objects.text("/Rect[0 0 0 0]/F 132/P ").reference(numbers.first_page).text("/V ").reference(numbers.signature);
    objects.text("/StructParent ").integer(pages).text(">>").end();
}

/// The signature dictionary of PAdES (ETSI EN 319 142-1 §5), certifying that nothing may change (`DocMDP` P = 1).
fn write_signature(objects: &mut Objects, numbers: Numbers, certificate: &Certificate, reserve: usize) -> SealPlace {
    objects.begin(numbers.signature).text("<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/Name");
    objects.string(&certificate.kind.issuer.name.az).text("/M").string(&pdf_date(certificate.issued_at));
    objects.text("/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams");
    objects.text("<</Type/TransformParams/P 1/V/1.2>>>>]/ByteRange");
    let byte_range = objects.len();
    objects.text(EMPTY_BYTE_RANGE).text("/Contents");
    let contents = objects.len();
    objects.text("<").zeros(2 * reserve).text(">");
    let end = objects.len();
    objects.text(">>").end();
    SealPlace { contents: contents..end, byte_range: byte_range..byte_range + EMPTY_BYTE_RANGE.len() }
}

/// Room for a byte range of four numbers, of which the first is 0.
const EMPTY_BYTE_RANGE: &str = "[0                                 ]";
