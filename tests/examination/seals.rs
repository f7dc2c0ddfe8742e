//! The check of seals: what is whole and ours, and every way of not being it.

use earayis::seal::check::{Coverage, SealCheck, SealProblem, check};

use crate::signing::{Signer, place, set_range, unsealed};

fn only(file: &[u8], signer: &Signer) -> SealCheck {
    let mut checks = check(file, std::slice::from_ref(&signer.certificate));
    assert_eq!(checks.len(), 1, "{checks:?}");
    checks.remove(0)
}

fn replaced(file: &[u8], from: &str, to: &str) -> Vec<u8> {
    let at = place(file, from);
    [&file[..at], to.as_bytes(), &file[at + from.len()..]].concat()
}

#[test]
fn our_untouched_seal_is_ours_intact_and_about_the_entire_file() {
    for signer in [Signer::p256(), Signer::rsa()] {
        let sound = SealCheck { ours: true, intact: true, coverage: Coverage::EntireFile, problems: Vec::new() };
        assert_eq!(only(&signer.seal("2026-7KQ3-M9XD"), &signer), sound);
    }
}

#[test]
fn a_signer_who_took_our_name_is_unknown() {
    let (ours, theirs) = (Signer::p256(), Signer::p256());
    let found = only(&theirs.seal("text"), &ours);
    assert!(found.intact && !found.ours);
    assert_eq!(found.problems, [SealProblem::UnknownSigner]);
}

#[test]
fn no_flipped_byte_leaves_a_seal_clean() {
    let signer = Signer::p256();
    let file = signer.seal("text");
    let clean = |check: &SealCheck| check.ours && check.intact && check.problems.is_empty();
    for at in (0..file.len()).filter(|at| at % 3 == 0) {
        let mut flipped = file.clone();
        flipped[at] ^= 1;
        let checks = check(&flipped, std::slice::from_ref(&signer.certificate));
        assert!(!checks.iter().any(clean), "byte {at}: {checks:?}");
    }
}

#[test]
fn a_flip_is_named_by_where_it_is() {
    let signer = Signer::p256();
    let file = signer.seal("text");
    let (_, open, close) = unsealed("text");
    let flipped = |at: usize, byte: u8| {
        let mut file = file.clone();
        file[at] = byte;
        only(&file, &signer).problems
    };
    assert_eq!(flipped(place(&file, "text"), b'T'), [SealProblem::DigestMismatch]);
    assert_eq!(flipped(file.len() - 2, b'f'), [SealProblem::DigestMismatch]);
    assert_eq!(flipped(close - 1, b'1'), [SealProblem::MalformedContainer]);
    assert_eq!(flipped(open + 1, b'z'), [SealProblem::MalformedContainer]);
    // The last byte of the DER is the last of the signature's value.
    let end = file[..close].iter().rposition(|&byte| byte != b'0').unwrap();
    assert_eq!(flipped(end, if file[end] == b'1' { b'2' } else { b'1' }), [SealProblem::BadSignature]);
}

#[test]
fn an_appended_line_is_trailing_bytes() {
    let signer = Signer::p256();
    for tail in [&b"\n"[..], b"% a comment\n"] {
        let found = only(&[&signer.seal("text"), tail].concat(), &signer);
        assert!(found.ours && found.intact);
        assert_eq!((found.coverage, found.problems), (Coverage::Partial, vec![SealProblem::TrailingBytes]));
    }
}

#[test]
fn a_signed_gap_is_a_gap_though_the_signature_fits() {
    let signer = Signer::p256();
    let found = only(&signer.seal_leaving_out("text", 9), &signer);
    assert!(found.ours && found.intact);
    assert_eq!((found.coverage, found.problems), (Coverage::Partial, vec![SealProblem::Gap]));
}

#[test]
fn a_range_that_is_not_four_numbers_within_the_file_is_malformed() {
    let signer = Signer::p256();
    let file = signer.seal("text");
    for range in [
        "",
        "0 10 20",
        "0 10 20 30 40 50",
        "0 -10 20 30",
        "0 10 20 -30",
        "0 +10 20 30",
        "0 10.0 20 30",
        "1 10 20 30",
        "0 30 20 30",
        "0 10 20 99999999",
        "0 10 18446744073709551615 30",
        "0 10 99999999999999999999999999 30",
        "0 10 R 30",
        "null",
    ] {
        let mut file = file.clone();
        set_range(&mut file, range);
        assert_eq!(only(&file, &signer).problems, [SealProblem::MalformedByteRange], "{range}");
    }
    for missing in ["", "/ByteRange null", "/ByteRange 7 0 R"] {
        let start = place(&file, "/ByteRange[");
        let end = place(&file, "/Contents<");
        let file = [&file[..start], missing.as_bytes(), &file[end..]].concat();
        assert_eq!(only(&file, &signer).problems, [SealProblem::MalformedByteRange], "{missing}");
    }
}

#[test]
fn a_container_without_a_signature_is_malformed() {
    let signer = Signer::p256();
    let (mut zeroes, open, close) = unsealed("text");
    let range = format!("0 {open} {} {}", close + 1, zeroes.len() - close - 1);
    set_range(&mut zeroes, &range);
    let hole = String::from_utf8(zeroes[open..=close].to_vec()).unwrap();
    for contents in ["", "<>", "<00>", "<0>", "null", "9 0 R", "(text)", "<3080", "<30 80>", &hole] {
        let file = replaced(&zeroes, &hole, contents);
        let found = only(&file, &signer);
        let expected = [SealProblem::MalformedContainer, SealProblem::MalformedByteRange];
        assert!(found.problems.iter().any(|problem| expected.contains(problem)), "{contents}: {found:?}");
        assert!(!found.intact && !found.ours, "{contents}");
    }
    assert_eq!(only(&zeroes, &signer).problems, [SealProblem::MalformedContainer]);
}

#[test]
fn the_seal_of_one_certificate_does_not_fit_another() {
    let signer = Signer::p256();
    let (one, other) = (signer.seal("salary 100"), signer.seal("salary 900"));
    let (_, open, close) = unsealed("salary 100");
    let swapped = [&other[..open], &one[open..=close], &other[close + 1..]].concat();
    assert_eq!(only(&swapped, &signer).problems, [SealProblem::DigestMismatch]);
}

#[test]
fn a_thousand_signatures_are_not_all_judged() {
    let file = "/ByteRange[0 1 2 3]/Contents<30>endobj ".repeat(1000);
    assert_eq!(check(file.as_bytes(), &[]).len(), 32);
    assert_eq!(check(b"", &[]), []);
    assert_eq!(check(b"/ByteRange", &[]).len(), 1);
}
