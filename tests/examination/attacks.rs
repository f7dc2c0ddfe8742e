//! Files made to kill their reader (threats A and B): each gets an answer within the limits.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use crate::pdf::{HELVETICA, deflate, deflated, file, page, showing, stream};
use crate::{examine, examine_pdf};

const NUMBER: &str = "2026-7KQ3-M9XD";
const TEXT: &[u8] = b"BT /F1 9 Tf (2026-7KQ3-M9XD) Tj ET";

/// A sound page with a hostile object beside it: the page's number must still come out.
async fn beside(hostile: Vec<u8>) -> usize {
    let file = page(stream("", TEXT), HELVETICA, vec![hostile]);
    let found = examine_pdf(&file, &[]).await;
    assert_eq!(found.numbers.first().map(ToString::to_string).as_deref(), Some(NUMBER));
    found.pages
}

fn zeroes(megabytes: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let megabyte = vec![0; 1 << 20];
    for _ in 0..megabytes {
        encoder.write_all(&megabyte).unwrap();
    }
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_flate_bomb_is_not_unfolded() {
    let bomb = zeroes(256);
    assert_eq!(beside(stream("/Filter/FlateDecode", &bomb)).await, 1);
    assert_eq!(beside(stream("/Filter[/FlateDecode/FlateDecode]", &deflate(&bomb))).await, 1);
    let as_content = page(stream("/Filter/FlateDecode", &bomb), "", Vec::new());
    assert!(!examine_pdf(&as_content, &[]).await.has_text);
    let as_objects =
        page(stream("", TEXT), HELVETICA, vec![stream("/Type/ObjStm/N 9/First 9/Filter/FlateDecode", &bomb)]);
    examine(&as_objects, &[]).await;
}

#[tokio::test]
async fn many_small_bombs_share_one_budget() {
    let bomb = zeroes(15);
    let bombs = (0..40).map(|_| stream("/Filter/FlateDecode", &bomb)).collect();
    let found = examine_pdf(&page(stream("", TEXT), HELVETICA, bombs), &[]).await;
    assert_eq!(found.numbers.len(), 1);
}

#[tokio::test]
async fn a_thousand_filters_or_giant_predictors_are_passed_over() {
    let filters = "/FlateDecode".repeat(1000);
    assert_eq!(beside(stream(&format!("/Filter[{filters}]"), &deflate(b"x"))).await, 1);
    let predictor = "/DecodeParms<</Predictor 12/Columns 2147483648/Colors 2147483647/BitsPerComponent 16>>";
    assert_eq!(beside(deflated(predictor, b"\x02abcdef")).await, 1);
}

#[tokio::test]
async fn deep_nesting_is_an_answer() {
    for (open, close) in [("[", "]"), ("<</A", ">>"), ("(", ")")] {
        let nested = format!("{}{}", open.repeat(10_000), close.repeat(10_000)).into_bytes();
        examine(&page(stream("", TEXT), HELVETICA, vec![nested.clone()]), &[]).await;
        examine(&page(stream("", &nested), HELVETICA, Vec::new()), &[]).await;
    }
}

#[tokio::test]
async fn a_page_tree_that_bites_its_tail_ends() {
    let found = examine_pdf(
        &file(&[
            b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
            b"<</Type/Pages/Parent 3 0 R/Kids[3 0 R 2 0 R]/Count 2147483647>>".to_vec(),
            b"<</Type/Pages/Parent 2 0 R/Kids[2 0 R 4 0 R 4 0 R]>>".to_vec(),
            b"<</Type/Page/Parent 3 0 R>>".to_vec(),
        ]),
        &[],
    )
    .await;
    assert_eq!(found.pages, 1);
}

#[tokio::test]
async fn forms_that_draw_each_other_end() {
    let form =
        |other: usize| stream(&format!("/Subtype/Form/Resources<</XObject<</X {other} 0 R>>>>"), b"/X Do /X Do /X Do");
    let file = page(stream("", b"/X Do"), "/XObject<</X 5 0 R>>", vec![form(6), form(5)]);
    assert_eq!(examine_pdf(&file, &[]).await.pages, 1);
}

#[tokio::test]
async fn cross_reference_games_are_answered() {
    let sound = showing(NUMBER);
    let text = String::from_utf8_lossy(&sound).into_owned();
    let table = text.rfind("startxref\n").map(|at| text[at + 10..].lines().next().unwrap().to_owned()).unwrap();
    let replaced = |from: &str, to: &str| {
        let at = sound.windows(from.len()).rposition(|window| window == from.as_bytes()).unwrap();
        [&sound[..at], to.as_bytes(), &sound[at + from.len()..]].concat()
    };
    for file in [
        replaced("/Root", &format!("/Prev {table}/Root")),
        replaced("/Root", "/Prev -1/Root"),
        replaced("/Root", "/Prev 99999999999/Root"),
        replaced("/Size 5", "/Size 4294967295"),
        replaced("0 5\n", "0 4294967295\n"),
        replaced("/Length 34", "/Length 4294967295"),
        replaced("/Length 34", "/Length 4 0 R"),
        replaced(&format!("startxref\n{table}"), "startxref\n4294967295"),
        replaced(&format!("startxref\n{table}"), "startxref\n0"),
        sound[..crate::signing::place(&sound, "endstream")].to_vec(),
        sound[..sound.len() - 40].to_vec(),
    ] {
        let found = examine_pdf(&file, &[]).await;
        assert_eq!(found.numbers.len(), 1, "{}", String::from_utf8_lossy(&file));
    }
}

#[tokio::test]
async fn a_file_whose_tables_are_gone_is_read_as_viewers_read_it() {
    let sound = page(deflated("", TEXT), HELVETICA, Vec::new());
    let tables = crate::signing::place(&sound, "xref");
    let shifted = [&sound[..9], b"% inserted\n", &sound[9..]].concat();
    for file in [&sound[..tables], &shifted, &[&sound[..tables], &sound[..]].concat()] {
        let found = examine_pdf(file, &[]).await;
        assert_eq!((found.pages, found.has_text, found.numbers.len()), (1, true, 1));
    }
}

#[tokio::test]
async fn four_hundred_revisions_are_read() {
    let mut file = showing(NUMBER);
    for _ in 0..400 {
        let text = String::from_utf8_lossy(&file).into_owned();
        let previous = text.rfind("startxref\n").map(|at| text[at + 10..].lines().next().unwrap().to_owned()).unwrap();
        let place = file.len();
        file.extend(b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n");
        let table = file.len();
        file.extend(
            format!(
                "xref\n2 1\n{place:010} 00000 n \ntrailer\n<</Size 5/Root 1 0 R/Prev {previous}>>\nstartxref\n{table}\n%%EOF\n"
            )
            .bytes(),
        );
    }
    let found = examine_pdf(&file, &[]).await;
    assert_eq!((found.numbers.len(), found.pages), (1, 1));
}

#[tokio::test]
async fn object_streams_that_hold_themselves_end() {
    let within = b"5 0 6 12 <</Extends 5 0 R>> <</A 5 0 R>>";
    assert_eq!(beside(stream("/Type/ObjStm/N 2/First 9/Extends 5 0 R", within)).await, 1);
    assert_eq!(beside(b"<</Type/ObjStm/N 5 0 R/First 5 0 R/Length 5 0 R>>\nstream\n5 0\nendstream".to_vec()).await, 1);
    // A cross-reference stream that says object 1, the root, is compressed within object 1.
    let mut file = b"%PDF-1.7\n".to_vec();
    let place = file.len();
    file.extend(b"2 0 obj\n");
    file.extend(stream("/Type/XRef/Size 3/W[1 2 1]/Root 1 0 R", &[0, 0, 0, 0, 2, 0, 1, 0, 2, 0, 2, 0]));
    file.extend(format!("\nendobj\nstartxref\n{place}\n%%EOF\n").bytes());
    examine(&file, &[]).await;
}

#[tokio::test]
async fn a_flood_of_operands_or_fonts_maps_is_answered() {
    let operands = b"/A [ ".repeat(1 << 20);
    examine(&page(deflated("", &operands), HELVETICA, Vec::new()), &[]).await;
    let map = b"<0000> <ffff> <0041> <0000> <ffffffff> [ endbfrange\n".repeat(50_000);
    let font = b"<</Type/Font/Subtype/Type0/ToUnicode 6 0 R>>".to_vec();
    let text = stream("", b"BT /F1 9 Tf <00010002> Tj ET");
    assert_eq!(examine_pdf(&page(text, "/Font<</F1 5 0 R>>", vec![font, deflated("", &map)]), &[]).await.pages, 1);
}
