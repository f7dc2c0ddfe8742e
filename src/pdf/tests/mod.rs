//! What the pages promise, seen in whole files: sameness, determinism, refusal, offsets, repetition, reachability.

mod sample;

use std::collections::BTreeSet;

use lopdf::{Document, Object, ObjectId};

use super::*;
use sample::{PAYLOAD, certificate, drawing};

fn released(rows: usize) -> Released {
    let press = Press::new().unwrap();
    press.draw(&certificate(rows), &drawing()).unwrap().fill(b"0\x82").unwrap()
}

#[test]
fn two_certificates_begin_alike_and_equal_ones_are_equal() {
    let (press, other) = (Press::new().unwrap(), Press::new().unwrap());
    let draw = |press: &Press, rows| press.draw(&certificate(rows), &drawing()).unwrap();
    let (short, long, again) = (draw(&press, 3), draw(&press, 40), draw(&other, 40));
    assert_eq!(long.digest_to_seal(), again.digest_to_seal());
    assert_ne!(short.digest_to_seal(), long.digest_to_seal());
    let (short, long, again) = (short.fill(&[]).unwrap(), long.fill(&[]).unwrap(), again.fill(&[]).unwrap());
    assert_eq!(short.beginning.sha256, long.beginning.sha256);
    assert_eq!(long.bytes(), again.bytes());
    assert!(short.bytes().starts_with(&long.beginning.bytes));
}

#[test]
fn the_digests_are_those_of_the_bytes() {
    let press = Press::new().unwrap();
    let drawn = press.draw(&certificate(12), &drawing()).unwrap();
    let to_seal = drawn.digest_to_seal();
    let released = drawn.fill(&[0xAB; 100]).unwrap();
    let bytes = released.bytes();
    let sha256 = |bytes: &[u8]| ring::digest::digest(&ring::digest::SHA256, bytes).as_ref().to_vec();
    assert_eq!(released.sha256.to_vec(), sha256(&bytes));
    let document = Document::load_mem(&bytes).unwrap();
    let signature = signature(&document);
    let range: Vec<usize> = signature
        .get(b"ByteRange")
        .and_then(Object::as_array)
        .unwrap()
        .iter()
        .map(|number| usize::try_from(number.as_i64().unwrap()).unwrap())
        .collect();
    assert_eq!(range[2] + range[3], bytes.len());
    assert_eq!((bytes[range[1]], bytes[range[2] - 1]), (b'<', b'>'));
    assert_eq!(to_seal.to_vec(), sha256(&[&bytes[..range[1]], &bytes[range[2]..]].concat()));
    let contents = signature.get(b"Contents").and_then(Object::as_str).unwrap();
    assert_eq!(contents.len(), drawing().reserve);
    assert!(contents.starts_with(&[0xAB; 100]) && contents[100..].iter().all(|&byte| byte == 0));
}

#[test]
fn a_seal_that_does_not_fit_is_refused() {
    let press = Press::new().unwrap();
    let drawn = press.draw(&certificate(1), &drawing()).unwrap();
    let reserve = drawn.reserve();
    let refusal = drawn.fill(&vec![0; reserve + 1]).err();
    assert_eq!(refusal, Some(PdfError::SealTooLarge { needed: reserve + 1, reserve }));
}

#[test]
fn a_letter_without_a_glyph_is_refused_and_its_field_named() {
    let press = Press::new().unwrap();
    let mut certificate = certificate(1);
    certificate.holder.surname = "Əliyev中".to_owned();
    let error = press.draw(&certificate, &drawing()).err();
    assert_eq!(error, Some(PdfError::Undrawable { field: "holder name".to_owned(), character: '中' }));
    assert!(error.unwrap().to_string().contains("U+4E2D"));
    // A letter and its mark apart are one letter, and drawn.
    certificate.holder.surname = "C\u{327}ingizova".to_owned();
    assert!(press.draw(&certificate, &drawing()).is_ok());
}

#[test]
fn every_offset_of_the_cross_reference_table_leads_to_its_object() {
    let bytes = released(40).bytes();
    let text = |range: std::ops::Range<usize>| String::from_utf8_lossy(&bytes[range]).into_owned();
    let tail = text(bytes.len() - 40..bytes.len());
    let table: usize = tail.split("startxref\n").nth(1).unwrap().lines().next().unwrap().parse().unwrap();
    let head = text(table..table + 20);
    let size: usize = head.lines().nth(1).unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let entries = table + format!("xref\n0 {size}\n").len();
    for number in 1..size {
        let entry = text(entries + 20 * number..entries + 20 * (number + 1));
        assert!(entry.ends_with(" 00000 n\r\n"));
        let offset: usize = entry[..10].parse().unwrap();
        assert!(bytes[offset..].starts_with(format!("{number} 0 obj\n").as_bytes()), "{number}");
    }
}

#[test]
fn no_object_is_out_of_reach() {
    for rows in [0, 1, 40] {
        let document = Document::load_mem(&released(rows).bytes()).unwrap();
        let mut reached = BTreeSet::new();
        let mut waiting: Vec<Object> = document.trailer.iter().map(|(_, value)| value.clone()).collect();
        while let Some(object) = waiting.pop() {
            match object {
                Object::Reference(id) if reached.insert(id) => waiting.push(document.get_object(id).unwrap().clone()),
                Object::Array(items) => waiting.extend(items),
                Object::Dictionary(dictionary) | Object::Stream(lopdf::Stream { dict: dictionary, .. }) => {
                    waiting.extend(dictionary.iter().map(|(_, value)| value.clone()));
                }
                _ => {}
            }
        }
        let written: BTreeSet<ObjectId> = document.objects.keys().copied().collect();
        assert_eq!(reached, written, "{rows}");
    }
}

#[test]
fn a_table_of_three_sheets_repeats_its_head_and_keeps_its_total_company() {
    let document = Document::load_mem(&released(75).bytes()).unwrap();
    let pages: Vec<u32> = document.get_pages().keys().copied().collect();
    assert_eq!(pages.len(), 3);
    for page in pages {
        let text = document.extract_text(&[page]).unwrap();
        assert!(text.contains("Hesablanıb, ₼"), "{page}: {text}");
        assert!(text.contains(&format!("səhifə {page} / 3")), "{page}: {text}");
        assert!(text.contains("SINAQ – HÜQUQİ QÜVVƏSİ YOXDUR"));
    }
    // Whatever the number of rows, the sheet with the total has a row of the table too.
    for rows in 10..60 {
        let document = Document::load_mem(&released(rows).bytes()).unwrap();
        let last = u32::try_from(document.get_pages().len()).unwrap();
        let with_total = (1..=last).find(|&page| document.extract_text(&[page]).unwrap().contains("Cəmi")).unwrap();
        let text = document.extract_text(&[with_total]).unwrap();
        assert!(text.contains(&format!("row {rows}.")), "{rows}: {text}");
    }
}

#[test]
fn a_specimen_has_neither_seal_nor_qr_nor_number_and_says_what_it_is() {
    let press = Press::new().unwrap();
    let certificate = certificate(40);
    let bytes = press.specimen(&certificate, "arayis.example").unwrap();
    let document = Document::load_mem(&bytes).unwrap();
    assert!(document.catalog().unwrap().get(b"AcroForm").is_err());
    for page in document.get_pages().into_keys() {
        let text = document.extract_text(&[page]).unwrap();
        assert!(text.contains("NÜMUNƏ · SPECIMEN"));
        assert!(!text.contains(&certificate.number.to_string()) && !text.contains(&certificate.code.printed()));
    }
}

#[test]
fn the_seal_is_the_only_annotation_and_forbids_every_change() {
    let document = Document::load_mem(&released(60).bytes()).unwrap();
    let annotated =
        document.get_pages().into_values().filter(|&page| document.get_dictionary(page).unwrap().has(b"Annots"));
    assert_eq!(annotated.count(), 1);
    let source = format!("{:?}", signature(&document));
    assert!(source.contains("DocMDP"));
    let catalog = document.catalog().unwrap();
    for forbidden in [&b"OCProperties"[..], b"OpenAction", b"AA", b"Outlines"] {
        assert!(!catalog.has(forbidden));
    }
}

#[test]
fn one_press_serves_many_threads() {
    let press = Press::new().unwrap();
    let draw = || press.draw(&certificate(5), &drawing()).unwrap().digest_to_seal();
    let digests =
        std::thread::scope(|scope| [scope.spawn(draw), scope.spawn(draw)].map(|thread| thread.join().unwrap()));
    assert_eq!(digests[0], digests[1]);
}

#[test]
fn what_no_sheet_can_hold_is_refused_and_its_field_named() {
    let press = Press::new().unwrap();
    let mut certificate = certificate(1);
    certificate.holder.given_name = "Ələsgər ".repeat(120);
    let refusal = press.draw(&certificate, &drawing()).err();
    assert_eq!(refusal, Some(PdfError::TooLong { field: "holder name".to_owned() }));
    certificate.holder.given_name = "Ələsgər".to_owned();
    certificate.registry_reference = "uzun ".repeat(2000);
    let refusal = press.draw(&certificate, &drawing()).err();
    assert_eq!(refusal, Some(PdfError::TooLong { field: "registry_ref".to_owned() }));
}

#[test]
fn only_a_demonstration_denies_its_force() {
    let press = Press::new().unwrap();
    let mut certificate = certificate(3);
    certificate.demonstration = false;
    let bytes = press.draw(&certificate, &drawing()).unwrap().fill(&[]).unwrap().bytes();
    let text = Document::load_mem(&bytes).unwrap().extract_text(&[1]).unwrap();
    assert!(!text.contains("SINAQ") && text.contains("Yoxlama kodu"));
    assert!(text.contains(&certificate.code.printed()) && text.contains("24.12.2026"));
}

#[test]
fn a_payload_that_is_no_qr_is_refused() {
    let press = Press::new().unwrap();
    let wrong = Drawing { qr_payload: &PAYLOAD.to_lowercase(), ..drawing() };
    assert_eq!(press.draw(&certificate(1), &wrong).err(), Some(PdfError::Qr(NotEncodable::Form)));
}

fn signature(document: &Document) -> lopdf::Dictionary {
    let perms = document.catalog().unwrap().get(b"Perms").and_then(Object::as_dict).unwrap();
    let id = perms.get(b"DocMDP").and_then(Object::as_reference).unwrap();
    document.get_dictionary(id).unwrap().clone()
}

#[test]
fn a_file_gives_back_its_facts_and_the_text_of_its_qr() {
    for rows in [0, 12, 200] {
        let bytes = released(rows).bytes();
        let contents = Contents::of(&bytes).unwrap();
        assert_eq!((contents.attachment.as_slice(), contents.qr_payload.as_str()), (drawing().attachment, PAYLOAD));
        assert!(Contents::of(&bytes[..bytes.len() / 2]).is_none());
    }
    let press = Press::new().unwrap();
    assert_eq!(
        Contents::of(&press.specimen(&certificate(12), "arayis.example").unwrap()),
        None,
        "a specimen has neither"
    );
    assert_eq!(Contents::of(b"%PDF-1.7"), None);
}
