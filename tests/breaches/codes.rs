//! Wrong codes, numbers and digests of each sort: a slip of the hand is a hint, anything else that is not ours is unknown.

use serde_json::{Value, json};

use crate::answer::{Expected, IN_FORCE, NO_FILE, NO_QR, NO_RECORD, discloses_nothing};
use crate::issued::{Issued, issued, text};
use crate::shared::RUNTIME;

const UNKNOWN: Expected<'_> =
    Expected { verdict: "unknown", basis: "code", file: NO_FILE, record: NO_RECORD, qr: NO_QR };
const VALID: Expected<'_> = Expected { verdict: "valid", basis: "code", file: NO_FILE, record: IN_FORCE, qr: NO_QR };

/// A code that is right and that nobody issued; its check symbol is computed by the definition, not by the service.
fn unissued(seed: u8) -> String {
    const SYMBOLS: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let chosen: Vec<usize> = (0..15).map(|place| (usize::from(seed) * 7 + place * 11) % 32).collect();
    let check = (0..32).find(|check| {
        let symbols = chosen.iter().chain([check]);
        symbols.rev().fold(0, |sum, symbol| {
            let doubled = sum << 1;
            (if doubled & 32 == 0 { doubled } else { doubled ^ 0b10_0101 }) ^ symbol
        }) == 0
    });
    chosen.into_iter().chain(check).map(|symbol| char::from(SYMBOLS[symbol])).collect()
}

async fn problem(issued: &Issued, body: Value) -> (u16, Value) {
    let answer = issued.service.request("POST", "/api/v1/verifications").json(&body).send().await.unwrap();
    let status = answer.status().as_u16();
    assert_eq!(answer.headers()["content-type"], "application/problem+json", "{body}");
    (status, answer.json().await.unwrap())
}

#[test]
fn a_mistyped_code_is_a_hint_and_no_verification() {
    let issued = issued();
    let code = issued.one.code.replace('-', "");
    let with = |place: usize, symbol: char| -> String {
        code.chars().enumerate().map(|(at, c)| if at == place { symbol } else { c }).collect()
    };
    RUNTIME.block_on(async {
        for place in 0..16 {
            let wrong = if code.as_bytes()[place] == b'7' { '8' } else { '7' };
            let (status, problem) = problem(&issued, json!({ "code": with(place, wrong) })).await;
            assert_eq!((status, &problem["type"]), (422, &json!("urn:earayis:problem:mistyped-code")), "{place}");
            assert!(problem.get("verdict").is_none());
        }
        for nonsense in ["", "salam", &code[..15], &format!("{code}0"), "UUUU-UUUU-UUUU-UUUU", &"0".repeat(9000)] {
            let (status, problem) = problem(&issued, json!({ "code": nonsense })).await;
            assert_eq!((status, &problem["type"]), (422, &json!("urn:earayis:problem:malformed-code")), "{nonsense}");
        }
    });
}

#[test]
fn a_code_typed_as_people_type_is_the_code() {
    let issued = issued();
    let code = issued.one.code.as_str();
    let spaced = code.replace('-', " ").to_lowercase();
    let cyrillic: String = code
        .chars()
        .map(|c| match c {
            'A' => 'А',
            'B' => 'В',
            'C' => 'С',
            'E' => 'Е',
            'H' => 'Н',
            'K' => 'К',
            'M' => 'М',
            'P' => 'Р',
            'T' => 'Т',
            'X' => 'Х',
            '0' => 'O',
            '1' => 'ı',
            'W' => 'Ü',
            other => other,
        })
        .collect();
    RUNTIME.block_on(async {
        for typed in [code, &spaced, &cyrillic, &format!("  {code}\n"), &code.replace('-', "–")] {
            let answer = issued.service.verify("code", typed).await;
            VALID.assert(typed, &answer);
            assert_eq!(answer["certificate"]["number"], json!(issued.one.number));
            assert_eq!(answer["certificate"]["facts"]["fin"], "7DEM001");
        }
    });
}

#[test]
fn a_right_code_that_nobody_issued_is_unknown() {
    let issued = issued();
    RUNTIME.block_on(async {
        for seed in 0..20 {
            let answer = issued.service.verify("code", &unissued(seed)).await;
            UNKNOWN.assert("an unissued code", &answer);
            assert!(answer["certificate"].is_null() && discloses_nothing(&answer));
        }
    });
}

#[test]
fn a_number_tells_the_status_and_an_unknown_one_nothing() {
    let issued = issued();
    let number = issued.one.number.as_str();
    let last = if number.ends_with('7') { "8" } else { "7" };
    let wrong = format!("{}{last}", &number[..number.len() - 1]);
    let other_year = format!("2025{}", &number[4..]);
    RUNTIME.block_on(async {
        let answer = issued.service.verify("number", number).await;
        Expected { basis: "number", ..VALID }.assert(number, &answer);
        assert!(discloses_nothing(&answer), "{answer}");
        for unknown in [wrong.as_str(), &other_year] {
            let answer = issued.service.verify("number", unknown).await;
            Expected { basis: "number", ..UNKNOWN }.assert(unknown, &answer);
        }
        for nonsense in ["", "7", "2026", "2026-7KQ3", "1026-7KQ3-M9XD", "2026-7KQ3-M9XD-0000", "٢٠٢٦-7KQ3-M9XD"] {
            let (status, problem) = problem(&issued, json!({ "number": nonsense })).await;
            assert_eq!((status, &problem["type"]), (422, &json!("urn:earayis:problem:malformed-number")), "{nonsense}");
        }
    });
}

#[test]
fn a_digest_tells_that_the_file_is_ours_and_not_what_it_says() {
    let issued = issued();
    let digest =
        |bytes: &[u8]| data_encoding::HEXLOWER.encode(ring::digest::digest(&ring::digest::SHA256, bytes).as_ref());
    let genuine = digest(&issued.one.bytes);
    RUNTIME.block_on(async {
        let valid = Expected { basis: "file", file: ["bytes passed released", NO_FILE[1]], ..VALID };
        for text in [genuine.as_str(), &genuine.to_uppercase()] {
            let answer = issued.service.verify("digest", text).await;
            valid.assert(text, &answer);
            assert!(discloses_nothing(&answer), "{answer}");
        }
        let unknown = Expected { basis: "file", file: ["bytes failed unknown", NO_FILE[1]], ..UNKNOWN };
        unknown.assert("another file's digest", &issued.service.verify("digest", &digest(b"another")).await);
        for nonsense in ["", "00", &genuine[1..], &format!("{genuine}00"), &"g".repeat(64)] {
            let (status, problem) = problem(&issued, json!({ "digest": nonsense })).await;
            assert_eq!((status, &problem["type"]), (422, &json!("urn:earayis:problem:malformed-digest")), "{nonsense}");
        }
    });
}

#[test]
fn wrong_and_unknown_codes_have_one_answer() {
    let issued = issued();
    RUNTIME.block_on(async {
        let mut answers = Vec::new();
        for seed in 20..24 {
            let mut answer = issued.service.verify("code", &unissued(seed)).await;
            for unique in ["id", "verified_at", "receipt"] {
                assert!(!text(&answer[unique]).is_empty());
                answer[unique] = Value::Null;
            }
            answers.push(answer);
        }
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    });
}
