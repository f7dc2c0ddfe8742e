//! Reads a PDF for what it lets one say about it: numbers, signatures, whether its pages are text or pictures, and their codes.

use std::collections::HashSet;

use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};

use super::codes::Codes;
use super::content::Reader;
use super::numbers::Numbers;
use super::streams::{Budget, LARGEST_STREAM};
use super::{Pdf, repair, salvage, scans};
use crate::seal::check::{self, SealCheck};

const MOST_PAGES: usize = 500;
const MOST_OBJECTS: usize = 200_000;
/// Strings and numbers looked at within all objects.
const MOST_VALUES: usize = 2_000_000;
/// Levels of the page tree from which a page inherits.
const DEEPEST_TREE: usize = 32;
/// A PDF in a PDF in a PDF.
const DEEPEST_EMBEDDED: usize = 2;
const MOST_SEALS: usize = 64;
const MOST_HEADERS: usize = 4;
/// Pictures of one file in which codes are looked for.
const MOST_PICTURES: usize = 100;

/// Reads `file`, within limits of its own and those of its process.
pub(super) fn read(file: &[u8], signers: &[Vec<u8>]) -> Pdf {
    let mut findings = Findings { signers, numbers: Numbers::default(), seals: Vec::new(), budget: Budget::new() };
    let pages = findings.read(file, DEEPEST_EMBEDDED);
    findings.seals.truncate(MOST_SEALS);
    let pictures_only = pages.pictures && !pages.text;
    let codes = if findings.seals.is_empty() && (pictures_only || findings.numbers.is_empty()) {
        codes(file)
    } else {
        Vec::new()
    };
    Pdf {
        numbers: findings.numbers.into_vec(),
        has_text: pages.text,
        pictures_only,
        seals: findings.seals,
        pages: pages.count,
        codes,
    }
}

/// The codes in the pictures that the pages draw. Read apart from the rest: few files need it.
fn codes(file: &[u8]) -> Vec<String> {
    let mut codes = Codes::default();
    if let Some((_, document)) = documents(file).next() {
        let mut reader = Reader::new(&document);
        let mut budget = Budget::new();
        for page in page_dictionaries(&document) {
            reader.page(page, inherited_resources(page, &document), &mut budget);
        }
        let pictures = reader.into_pictures(MOST_PICTURES);
        // Each page costs a glance; what costs more is done only when no page showed anything.
        for picture in &pictures {
            // Unpacking a page costs as much as a glance at it.
            if codes.spent() {
                break;
            }
            if let Some(picture) = scans::grey(picture, &document) {
                codes.glance(&picture);
            }
        }
        for picture in pictures {
            if codes.is_empty()
                && !codes.spent()
                && let Some(picture) = scans::grey(picture, &document)
            {
                codes.scrutinise(picture);
            }
        }
    }
    codes.into_vec()
}

struct Findings<'a> {
    signers: &'a [Vec<u8>],
    numbers: Numbers,
    seals: Vec<SealCheck>,
    budget: Budget,
}

#[derive(Default)]
struct Pages {
    count: usize,
    text: bool,
    pictures: bool,
}

impl Findings<'_> {
    fn read(&mut self, file: &[u8], deeper: usize) -> Pages {
        let seals = check::check(file, self.signers);
        let judged = seals.len();
        self.seals.extend(seals);

        let mut pages = None;
        let mut signatures = 0;
        let mut known = HashSet::new();
        let mut embedded = Vec::new();
        for (start, document) in documents(file) {
            let read = self.read_pages(&document);
            pages = pages.or(Some(read));
            signatures += self.read_objects(&document, &mut embedded);
            let places = document.objects.values().filter_map(|object| object.as_stream().ok()?.start_position);
            known.extend(places.map(|place| start + place));
        }
        // Signature dictionaries in object streams, where none may be, or with a disguised name.
        self.seals.extend((judged..signatures.min(MOST_SEALS)).map(|_| SealCheck::malformed()));
        embedded.extend(salvage::search(file, &known, &mut self.budget, &mut self.numbers));
        if let Some(deeper) = deeper.checked_sub(1) {
            for file in embedded {
                self.read(&file, deeper);
            }
        }
        pages.unwrap_or_default()
    }

    fn read_pages(&mut self, document: &Document) -> Pages {
        let mut reader = Reader::new(document);
        let mut pages = Pages::default();
        for page in page_dictionaries(document) {
            let drawn = reader.page(page, inherited_resources(page, document), &mut self.budget);
            self.numbers.search(&drawn.text);
            pages.count += 1;
            pages.text |= drawn.visible_text;
            pages.pictures |= drawn.pictures;
        }
        pages
    }

    /// Searches the strings and streams of all objects; counts the signature dictionaries, collects PDF files.
    fn read_objects(&mut self, document: &Document, embedded: &mut Vec<Vec<u8>>) -> usize {
        let mut signatures = 0;
        let mut waiting: Vec<&Object> = document.objects.values().take(MOST_OBJECTS).collect();
        for _ in 0..MOST_VALUES {
            let Some(object) = waiting.pop() else { break };
            match object {
                Object::String(text, _) => self.numbers.search_bytes(text),
                Object::Array(values) => waiting.extend(values),
                Object::Dictionary(dictionary) => {
                    signatures += usize::from(is_signature(dictionary));
                    waiting.extend(dictionary.iter().map(|(_, value)| value));
                }
                Object::Stream(stream) => {
                    waiting.extend(stream.dict.iter().map(|(_, value)| value));
                    if stream.dict.has(b"Length1") {
                        continue; // a font's program
                    }
                    let Some(content) = self.budget.decode(stream) else { continue };
                    self.numbers.search_bytes(&content);
                    if content.starts_with(b"%PDF-") {
                        embedded.push(content);
                    }
                }
                _ => {}
            }
        }
        signatures
    }
}

/// The documents that begin at the first few headers, each up to the end of the file or else up to the next header: a
/// file can have been put before or after another.
fn documents(file: &[u8]) -> impl Iterator<Item = (usize, Document)> {
    let starts: Vec<usize> = memchr::memmem::find_iter(file, b"%PDF-").take(MOST_HEADERS).collect();
    (0..starts.len()).filter_map(move |nth| {
        let (from_here, next) = (&file[starts[nth]..], starts.get(nth + 1));
        let up_to_next = next.map(|next| &file[starts[nth]..*next]);
        let document = load(from_here)
            .or_else(|| load(up_to_next?))
            .or_else(|| load(&repair::repaired(up_to_next.unwrap_or(from_here))?))?;
        Some((starts[nth], document))
    })
}

/// The document, if it leads to pages and no password locks it: a locked one is left to the search of its bytes.
fn load(file: &[u8]) -> Option<Document> {
    let options = LoadOptions { max_decompressed_size: Some(LARGEST_STREAM), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(file, options).ok()?;
    let locked = document.is_encrypted() && !document.was_encrypted();
    let has_pages = !locked && !page_dictionaries(&document).is_empty();
    has_pages.then_some(document)
}

fn is_signature(dictionary: &Dictionary) -> bool {
    let named = |names: &[&[u8]]| dictionary.get_type().is_ok_and(|name| names.contains(&name));
    dictionary.has(b"ByteRange") || named(&[b"Sig", b"DocTimeStamp"])
}

/// The pages in order; a tree that bites its own tail ends there.
fn page_dictionaries(document: &Document) -> Vec<&Dictionary> {
    let mut pages = Vec::new();
    let mut seen: HashSet<ObjectId> = HashSet::new();
    let root = document.catalog().and_then(|catalog| catalog.get(b"Pages"));
    let mut waiting: Vec<&Object> = root.into_iter().collect();
    while let Some(node) = waiting.pop() {
        if pages.len() >= MOST_PAGES || seen.len() >= MOST_OBJECTS {
            break;
        }
        let Ok((id, node)) = document.dereference(node) else { continue };
        let Ok(node) = node.as_dict() else { continue };
        if id.is_some_and(|id| !seen.insert(id)) {
            continue;
        }
        match node.get_deref(b"Kids", document).and_then(Object::as_array) {
            Ok(kids) => waiting.extend(kids.iter().rev()),
            Err(_) => pages.push(node),
        }
    }
    pages
}

fn inherited_resources<'a>(page: &'a Dictionary, document: &'a Document) -> Option<&'a Dictionary> {
    let mut node = page;
    for _ in 0..DEEPEST_TREE {
        if let Ok(resources) = node.get_deref(b"Resources", document).and_then(Object::as_dict) {
            return Some(resources);
        }
        node = node.get_deref(b"Parent", document).and_then(Object::as_dict).ok()?;
    }
    None
}
