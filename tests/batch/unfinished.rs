//! What breaks off: a killed command goes on behind its last whole row, and a truncated answer never passes for a whole one.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::gate::{Gate, Turn};
use crate::tables::{Desk, rows, said};
use crate::world::{World, mistyped, on_runtime, world};

const ROWS: usize = 100;

/// A hundred rows, each with its own number, of several sorts.
fn table(world: &World) -> String {
    let rows = (0..ROWS).map(|row| {
        let code = match row % 4 {
            0 => world.valid.code.clone(),
            1 => mistyped(&world.valid.code),
            2 => world.revoked.code.clone(),
            _ => world.suspended.code.clone(),
        };
        format!("{row},{code},\"a \"\"note\"\"\nof two lines\"\n")
    });
    std::iter::once("row,code,note\n".to_owned()).chain(rows).collect()
}

/// Everything but the receipt, which is another at each verification.
fn without_receipts(path: &Path) -> Vec<Vec<String>> {
    let mut rows = rows(path, b',');
    for row in &mut rows {
        assert_eq!(row.len(), 13);
        row.pop();
    }
    rows
}

/// Waits until so many whole rows stand in the part, and kills the command as a power cut would.
fn kill_at(desk: &Desk, mut command: Child, whole: usize) {
    let begun = Instant::now();
    let part = desk.path("out.csv.part");
    while !part.exists() || std::fs::read_to_string(&part).unwrap().matches("\r\n").count() < whole + 1 {
        assert!(command.try_wait().unwrap().is_none(), "it ended before row {whole}");
        assert!(begun.elapsed() < Duration::from_mins(1), "row {whole} is not written");
        std::thread::sleep(Duration::from_millis(5));
    }
    command.kill().unwrap();
    command.wait().unwrap();
}

#[test]
fn a_command_killed_at_every_tenth_row_goes_on_and_no_row_is_lost_or_written_twice() {
    let world = world();
    let gate = on_runtime(Gate::before(&world.service.url));
    let (whole, broken) = (Desk::new(table(&world), &world.bank), Desk::new(table(&world), &world.bank));
    assert_eq!(whole.check(&world.service.url, &[]).0, 1);

    let mut written = 0;
    while written < ROWS - 10 {
        gate.does(&[Turn::Hang(10)]);
        let command = broken.command(&gate.url).stderr(Stdio::null()).spawn().unwrap();
        written += 10;
        kill_at(&broken, command, written);
        let part = broken.path("out.csv.part");
        if (written / 10).is_multiple_of(2) {
            // A machine that lost its power may also have torn the last row.
            let bytes = std::fs::read(&part).unwrap();
            std::fs::write(&part, &bytes[..bytes.len() - 40]).unwrap();
            written -= 1;
        }
    }
    let (code, words) = broken.check(&gate.url, &[]);
    assert_eq!(code, 1, "{words}");
    assert!(words.contains(&format!("{written} of {ROWS} rows were done before")), "{words}");
    assert!(words.contains("100 rows: 25 mistyped-code, 25 revoked, 25 suspended, 25 valid"), "{words}");
    assert_eq!(without_receipts(&broken.path("out.csv")), without_receipts(&whole.path("out.csv")));
    let calls = gate.asked();
    assert_eq!(calls.first().unwrap().len(), ROWS);
    assert_eq!(calls.last().unwrap().len(), ROWS - written, "what was done is not asked again");
}

#[test]
fn a_truncated_answer_a_busy_and_a_stopping_service_are_asked_again_for_what_is_missing() {
    let world = world();
    let gate = on_runtime(Gate::before(&world.service.url));
    let desk = Desk::new(table(&world), &world.bank);
    let turns = [
        Turn::Refuse(429),
        Turn::End(7),
        Turn::Refuse(503),
        Turn::EndInLine(5),
        Turn::Stop(3),
        Turn::End(0),
        Turn::Refuse(502),
    ];
    gate.does(&turns);
    let (code, words) = desk.check(&gate.url, &[]);
    assert_eq!(code, 1, "{words}");
    assert_eq!(words.matches("its answer was cut short").count(), 4, "{words}");
    let asked: Vec<_> = gate.asked().iter().map(Vec::len).collect();
    assert_eq!(asked, [100, 100, 93, 93, 88, 85, 85, 85]);
    let rows = rows(&desk.path("out.csv"), b',');
    let numbers: Vec<_> = rows[1..].iter().map(|row| row[0].parse::<usize>().unwrap()).collect();
    assert_eq!(numbers, (0..ROWS).collect::<Vec<_>>());
}

#[test]
fn a_service_that_refuses_for_good_is_not_asked_again() {
    let world = world();
    let gate = on_runtime(Gate::before(&world.service.url));
    let desk = Desk::new(table(&world), &world.bank);
    gate.does(&[Turn::End(30), Turn::Refuse(403)]);
    let (code, words) = desk.check(&gate.url, &[]);
    assert!(code == 2 && words.contains("30 of 100 rows are done"), "{code} {words}");
    assert!(!desk.path("out.csv").exists() && desk.path("out.csv.part").exists());
    assert_eq!(desk.check(&gate.url, &[]).0, 1);
    assert_eq!(gate.asked().last().unwrap().len(), 70);
}

#[test]
fn a_table_that_changed_and_a_part_that_is_not_its_own_are_refused() {
    let world = world();
    let gate = on_runtime(Gate::before(&world.service.url));
    let desk = Desk::new(table(&world), &world.bank);
    gate.does(&[Turn::End(30), Turn::Refuse(403)]);
    assert_eq!(desk.check(&gate.url, &[]).0, 2);
    let part = std::fs::read(desk.path("out.csv.part")).unwrap();

    let (code, words) = desk.check(&gate.url, &["--upload"]);
    assert!(code == 2 && words.contains("`--upload` was set otherwise"), "{words}");
    let (code, words) = desk.check(&world.service.url, &[]);
    assert!(code == 2 && words.contains("another service was asked"), "{words}");

    std::fs::write(desk.path("in.csv"), table(&world).replace("99,", "100,")).unwrap();
    let (code, words) = desk.check(&gate.url, &[]);
    assert!(code == 2 && words.contains("the table has changed"), "{words}");
    std::fs::write(desk.path("in.csv"), table(&world)).unwrap();

    let altered = String::from_utf8(part.clone()).unwrap().replace("\r\n7,", "\r\n8,");
    std::fs::write(desk.path("out.csv.part"), altered).unwrap();
    let (code, words) = desk.check(&gate.url, &[]);
    assert!(code == 2 && words.contains("row 8 is not the table's"), "{words}");
    std::fs::write(desk.path("out.csv.part"), &part).unwrap();

    std::fs::rename(desk.path("out.csv.progress"), desk.path("away")).unwrap();
    let (code, words) = desk.check(&gate.url, &[]);
    assert!(code == 2 && words.contains("of what it is made is not known"), "{words}");
    std::fs::rename(desk.path("away"), desk.path("out.csv.progress")).unwrap();
    assert_eq!(std::fs::read(desk.path("out.csv.part")).unwrap(), part, "a refusal leaves everything as it was");
    assert_eq!(desk.check(&gate.url, &[]).0, 1);
}

#[test]
fn two_commands_do_not_write_one_table_and_a_kill_at_the_very_end_changes_nothing() {
    let world = world();
    let gate = on_runtime(Gate::before(&world.service.url));
    let desk = Desk::new(table(&world), &world.bank);
    gate.does(&[Turn::Hang(10)]);
    let first = desk.command(&gate.url).stderr(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    while gate.asked().is_empty() {
        assert!(begun.elapsed() < Duration::from_mins(1), "nothing is asked");
        std::thread::sleep(Duration::from_millis(5));
    }
    let (code, words) = said(&desk.command(&gate.url).output().unwrap());
    assert!(code == 2 && words.contains("another process is writing"), "{words}");
    kill_at(&desk, first, 10);
    let progress = std::fs::read(desk.path("out.csv.progress")).unwrap();
    assert_eq!(desk.check(&gate.url, &[]).0, 1);
    let whole = desk.out();

    // Killed between giving the table its name and forgetting how it was made.
    std::fs::write(desk.path("out.csv.progress"), progress).unwrap();
    let calls = gate.asked().len();
    let (code, words) = desk.check(&gate.url, &[]);
    assert!(code == 1 && words.contains("100 rows: 25 mistyped-code"), "{words}");
    assert_eq!((gate.asked().len(), desk.out()), (calls, whole));
    assert!(!desk.path("out.csv.progress").exists());
}
