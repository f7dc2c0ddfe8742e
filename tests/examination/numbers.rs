//! What the examination finds in files that were printed, saved again, wrapped or put together.

use earayis::seal::check::SealProblem;

use crate::pdf::{HELVETICA, deflated, file, page, showing, stream};
use crate::signing::Signer;
use crate::{examine, examine_pdf};
use earayis::examination::{Examination, LooksLike};

const NUMBER: &str = "2026-7KQ3-M9XD";

async fn numbers(file: &[u8]) -> Vec<String> {
    examine_pdf(file, &[]).await.numbers.iter().map(ToString::to_string).collect()
}

fn hex(codes: impl Iterator<Item = u32>) -> String {
    codes.map(|code| format!("{code:04x}")).collect::<Vec<_>>().concat()
}

#[tokio::test]
async fn a_number_shown_on_a_page_is_found() {
    let found = examine_pdf(&showing("No. 2026-7KQ3-M9XD"), &[]).await;
    assert_eq!(found.numbers.iter().map(ToString::to_string).collect::<Vec<_>>(), [NUMBER]);
    assert!(found.has_text && !found.pictures_only && found.pages == 1);
}

#[tokio::test]
async fn a_number_in_pieces_is_found() {
    for content in [
        "BT /F1 9 Tf (20) Tj 9 0 Td (26) Tj 9 0 Td (-7K) Tj (Q3-M9) Tj 9 0 Td (XD) Tj ET",
        "BT /F1 9 Tf [(2026)-300(-)20(7KQ3)-300(-M9)(XD)] TJ ET",
        "BT /F1 9 Tf <323032362d> Tj (7KQ3\\055M9XD) ' ET",
    ] {
        assert_eq!(
            numbers(&page(deflated("", content.as_bytes()), HELVETICA, Vec::new())).await,
            [NUMBER],
            "{content}"
        );
    }
}

#[tokio::test]
async fn a_composite_font_is_read_by_its_map() {
    let map = b"1 begincodespacerange <0000> <FFFF> endcodespacerange
        3 beginbfrange <0001> <000A> <0030> <0011> <002A> <0041> <0040> <0040> [<002D>] endbfrange";
    let code = |symbol: char| match symbol {
        '-' => 0x40,
        digit @ '0'..='9' => u32::from(digit) - 0x2f,
        letter => u32::from(letter) - 0x30,
    };
    let shown = hex(NUMBER.chars().map(code));
    let content = stream("", format!("BT /F1 9 Tf <{shown}> Tj ET").as_bytes());
    let font = b"<</Type/Font/Subtype/Type0/Encoding/Identity-H/ToUnicode 6 0 R>>".to_vec();
    let file = page(content, "/Font<</F1 5 0 R>>", vec![font, deflated("", map)]);
    assert_eq!(numbers(&file).await, [NUMBER]);
}

#[tokio::test]
async fn a_number_beside_the_pages_is_found() {
    let utf16 = hex("№ 2026-7KQ3-M9XD".encode_utf16().map(u32::from));
    for object in [
        b"<</Title(Arayis 2026-7KQ3-M9XD)>>".to_vec(),
        format!("<</FT/Tx/V<feff{utf16}>>>").into_bytes(),
        stream("/Type/Metadata/Subtype/XML", b"<dc:title>2026-7KQ3-M9XD</dc:title>"),
        deflated("/Type/EmbeddedFile", b"{\"number\":\"2026-7KQ3-M9XD\"}"),
        deflated("/Type/EmbeddedFile", &showing(NUMBER)),
    ] {
        let found = numbers(&page(stream("", b""), "", vec![object.clone()])).await;
        assert_eq!(found, [NUMBER], "{}", String::from_utf8_lossy(&object));
    }
}

#[tokio::test]
async fn a_form_within_a_form_is_read() {
    let inner = stream(&format!("/Subtype/Form/Resources<<{HELVETICA}>>"), b"BT /F1 9 Tf (2026-7KQ3-M9XD) Tj ET");
    let outer = stream("/Subtype/Form/Resources<</XObject<</X 6 0 R>>>>", b"/X Do");
    let found = page(stream("", b"/X Do"), "/XObject<</X 5 0 R>>", vec![outer, inner]);
    assert_eq!(numbers(&found).await, [NUMBER]);
}

#[tokio::test]
async fn a_scan_is_pictures_only_even_with_recognised_text_under_it() {
    let picture = stream("/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray", b"\0");
    let content = stream("", b"/I Do BT /F1 9 Tf 3 Tr (2026-7KQ3-M9XD) Tj ET");
    let resources = format!("{HELVETICA}/XObject<</I 5 0 R>>");
    let found = examine_pdf(&page(content, &resources, vec![picture]), &[]).await;
    assert!(found.pictures_only && !found.has_text);
    assert_eq!(found.numbers.len(), 1);

    let outlines = examine_pdf(&page(stream("", b"0 0 m 9 9 l 9 0 l f"), "", Vec::new()), &[]).await;
    assert!(outlines.pictures_only && !outlines.has_text);
}

#[tokio::test]
async fn a_genuine_file_within_another_is_still_seen() {
    let signer = Signer::p256();
    let genuine = signer.seal(NUMBER);
    let forged = showing("another text");
    let tail = [&genuine[..], b"% appended\n"].concat();
    let attached = page(stream("", b""), "", vec![deflated("/Type/EmbeddedFile", &genuine)]);
    for (name, file) in [
        ("tail", tail),
        ("before", [&genuine[..], &forged].concat()),
        ("after", [&forged[..], &genuine].concat()),
        ("attached", attached),
    ] {
        let found = examine_pdf(&file, std::slice::from_ref(&signer.certificate)).await;
        assert_eq!(found.numbers.iter().map(ToString::to_string).collect::<Vec<_>>(), [NUMBER], "{name}");
        assert!(found.seals.iter().any(|seal| seal.ours), "{name}: {:?}", found.seals);
    }
}

#[tokio::test]
async fn a_signature_with_a_disguised_name_is_counted_as_malformed() {
    let disguised = b"<</Type/Sig/Byte#52ange[0 1 2 3]/Contents<30>>>".to_vec();
    let found = examine_pdf(&page(stream("", b""), "", vec![disguised]), &[]).await;
    assert_eq!(found.seals.len(), 1);
    assert_eq!(found.seals[0].problems, [SealProblem::MalformedContainer]);
}

#[tokio::test]
async fn what_is_no_pdf_is_told_by_its_looks() {
    for (bytes, looks_like) in [
        (&b""[..], LooksLike::Other),
        (b"%", LooksLike::Other),
        (b"PK\x03\x04", LooksLike::Other),
        (b"\x89PNG\r\n\x1a\n....", LooksLike::Image),
        (b"\xff\xd8\xff\xe0....", LooksLike::Image),
        (b"RIFF....WEBPVP8 ", LooksLike::Image),
    ] {
        assert_eq!(examine(bytes, &[]).await, Examination::NotPdf { looks_like });
    }
    let random: Vec<u8> = (0..5000_u32).map(|i| i.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    assert_eq!(examine(&random, &[]).await, Examination::NotPdf { looks_like: LooksLike::Other });
    assert_eq!(examine_pdf(&file(&[]), &[]).await.pages, 0);
}
