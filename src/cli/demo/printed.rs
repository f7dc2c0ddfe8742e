//! A released file as a viewer prints it anew: the same page, and no longer the file that we released.

use lopdf::{Document, Object};

/// The file as “print to PDF” leaves it: it looks the same, and has neither seal nor attachment.
pub(super) fn printed_anew(pdf: &[u8]) -> Option<Vec<u8>> {
    let mut document = Document::load_mem(pdf).ok()?;
    let pages: Vec<_> = document.get_pages().into_values().collect();
    for page in pages {
        let page = document.get_object_mut(page).and_then(Object::as_dict_mut).ok()?;
        page.remove(b"Annots");
        page.remove(b"AF");
    }
    let catalogue = document.catalog_mut().ok()?;
    for entry in [&b"AcroForm"[..], b"AF", b"Names", b"Perms", b"Metadata", b"StructTreeRoot", b"MarkInfo"] {
        catalogue.remove(entry);
    }
    document.prune_objects();
    document.renumber_objects();
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).ok()?;
    Some(bytes)
}
