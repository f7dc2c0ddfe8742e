//! Gives a broken file a new cross-reference table, as viewers do: what they show must be seen here, too.

use std::collections::BTreeMap;

use memchr::memmem;

/// Object numbers beyond this are junk, and more objects are not looked for.
const MOST_OBJECTS: usize = 200_000;

/// The file with a table of all objects that begin somewhere in it, the later of two with the same number, and with
/// the last root that it names. None when it names none, or is encrypted: then the key could be anywhere.
pub(super) fn repaired(file: &[u8]) -> Option<Vec<u8>> {
    if memmem::find(file, b"/Encrypt").is_some() {
        return None;
    }
    let objects: BTreeMap<usize, usize> =
        memmem::find_iter(file, b" obj").filter_map(|at| object_before(file, at)).take(MOST_OBJECTS).collect();
    let named = memmem::rfind_iter(file, b"/Root").find_map(|at| reference(&file[at + b"/Root".len()..]));
    let root = named.filter(|root| *root > 0).or_else(|| catalog(file, &objects))?;

    let places = objects.iter().map(|(number, place)| format!("{number} 1\n{place:010} 00000 n \n"));
    let (start, size) = (file.len() + 1, MOST_OBJECTS + 1);
    let table: Vec<String> = std::iter::once("\nxref\n".to_owned())
        .chain(places)
        .chain([format!("trailer\n<</Size {size}/Root {root} 0 R>>\nstartxref\n{start}\n%%EOF\n")])
        .collect();
    Some([file, table.concat().as_bytes()].concat())
}

/// Number and place of the object whose ` obj` is at `at`.
fn object_before(file: &[u8], at: usize) -> Option<(usize, usize)> {
    let start = at.saturating_sub(16);
    let before = &file[start..at];
    let generation = digits_at_end(before);
    let number_and_before = before[..before.len() - generation.len()].trim_ascii_end();
    let digits = digits_at_end(number_and_before);
    let number = parsed(digits).filter(|&number| number > 0 && number < MOST_OBJECTS)?;
    (!generation.is_empty()).then_some((number, start + number_and_before.len() - digits.len()))
}

fn digits_at_end(text: &[u8]) -> &[u8] {
    let digits = text.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    &text[text.len() - digits..]
}

fn parsed(digits: &[u8]) -> Option<usize> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// The number in a reference such as ` 1 0 R`.
fn reference(text: &[u8]) -> Option<usize> {
    let text = text[..text.len().min(32)].trim_ascii_start();
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    parsed(&text[..digits])
}

/// The last object whose first bytes say that it is a catalogue.
fn catalog(file: &[u8], objects: &BTreeMap<usize, usize>) -> Option<usize> {
    let says = |place: usize| {
        let beginning = &file[place..file.len().min(place + 256)];
        let own = &beginning[..memmem::find(beginning, b"endobj").unwrap_or(beginning.len())];
        memmem::find(own, b"/Catalog").is_some()
    };
    objects.iter().rev().find(|&(_, &place)| says(place)).map(|(&number, _)| number)
}
