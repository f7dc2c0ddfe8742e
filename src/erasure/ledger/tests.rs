//! The ledger, with whatever a crash, another process or another ledger makes of it.

use uuid::Uuid;

use super::*;
use crate::clock::Instant;

fn line(certificate: u128, at: i64, step: Step) -> Line {
    Line { certificate: Uuid::from_u128(certificate), at: Instant::from_millis(at), step }
}

fn hold(reason: &str) -> Step {
    Step::Hold(reason.parse().unwrap())
}

fn ledger() -> (tempfile::TempDir, Ledger) {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::new(folder.path().join("erasures"));
    (folder, ledger)
}

#[tokio::test]
async fn what_was_recorded_is_read_back_in_order() {
    let (_folder, ledger) = ledger();
    assert!(ledger.lines().await.unwrap().is_empty());
    let lines = [
        line(1, 5, Step::Erase),
        line(2, 6, hold("case 7, of the court in Bakı")),
        line(2, 7, Step::Lift),
        line(2, 7, Step::Erase),
    ];
    ledger.append(&lines[..2]).await.unwrap();
    ledger.append(&lines[2..]).await.unwrap();
    assert_eq!(ledger.lines().await.unwrap(), lines);
}

/// The first ledgers had nothing but erasures.
#[test]
fn a_line_says_one_thing() {
    let id = Uuid::from_u128(1);
    let erased: Line = format!("{id} 1970-01-01T00:00:00.005Z").parse().unwrap();
    assert_eq!(erased, line(1, 5, Step::Erase));
    for rest in
        ["", "lift", "yesterday", "1970-01-01T00:00:00Z ", "1970-01-01T00:00:00Z erase", "1970-01-01T00:00:00Z hold "]
    {
        assert!(format!("{id} {rest}").parse::<Line>().is_err(), "{rest}");
    }
}

#[tokio::test]
async fn a_line_that_a_crash_cut_off_is_passed_over_and_a_damaged_one_is_named() {
    let (_folder, ledger) = ledger();
    let (first, second) = (line(1, 5, Step::Erase), line(2, 6, Step::Erase));
    ledger.append(std::slice::from_ref(&first)).await.unwrap();
    // Longer than what is read at once.
    file::append(&ledger.file, &"0".repeat(10_000)).unwrap();
    assert_eq!(ledger.lines().await.unwrap(), std::slice::from_ref(&first));
    ledger.append(std::slice::from_ref(&second)).await.unwrap();
    assert_eq!(ledger.lines().await.unwrap(), [first, second]);
    file::append(&ledger.file, "00000000-0000-0000\n").unwrap();
    assert!(matches!(ledger.lines().await, Err(LedgerError::Damaged { line: 3, .. })));
    let copy = ledger.file.with_file_name("copy");
    assert!(
        ledger.copy_to(copy.clone()).await.is_err() && !copy.exists(),
        "a damaged ledger is not copied as if it were one"
    );
}

#[tokio::test]
async fn of_two_ledgers_each_line_comes_at_its_time_and_none_twice() {
    let (_folder, own) = ledger();
    let (_other_folder, other) = ledger();
    let shared = line(1, 1, Step::Erase);
    own.append(&[shared.clone(), line(2, 6, hold("later"))]).await.unwrap();
    other.append(&[shared.clone(), line(2, 2, hold("earlier")), line(2, 3, Step::Lift)]).await.unwrap();
    assert_eq!(own.take_over(&other).await.unwrap(), 2);
    assert_eq!(own.take_over(&other).await.unwrap(), 0);
    let merged = own.lines().await.unwrap();
    let expected = [shared, line(2, 2, hold("earlier")), line(2, 3, Step::Lift), line(2, 6, hold("later"))];
    assert_eq!(merged, expected, "the hold that stands is the last word");
}

#[tokio::test]
async fn a_ledger_that_cannot_be_read_is_named() {
    let (folder, _) = ledger();
    let ledger = Ledger::new(folder.path().to_owned());
    let error = ledger.lines().await.unwrap_err();
    assert!(error.to_string().contains(&folder.path().display().to_string()), "{error}");
    assert!(ledger.append(&[line(1, 1, Step::Erase)]).await.is_err());
}
