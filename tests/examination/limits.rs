//! The child's limits and its death: an answer each time, and an error only when no child could be started.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use earayis::examination::{CannotExamine, Examination, Examiner, Limits};

use crate::pdf::{HELVETICA, deflated, page, showing};

async fn examine_by(program: &Path, limits: Limits, file: &[u8]) -> Examination {
    Examiner::new(program.to_owned(), limits).examine(file, &[]).await.expect("a child can be started")
}

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_earayis"))
}

/// A child that gets ready like the real one and then does something else.
///
/// Another process writes it: a file that this one ever had open for writing may be busy when it is to be run.
fn impostor(folder: &Path, then: &str) -> PathBuf {
    let program = folder.join("impostor");
    let write = "printf '#!/bin/sh\nread task\necho ready\n%s\n' \"$2\" > \"$1\" && chmod +x \"$1\"";
    assert!(Command::new("sh").args(["-c", write, "sh"]).arg(&program).arg(then).status().unwrap().success());
    program
}

#[tokio::test]
async fn a_child_that_runs_for_ever_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let endless = impostor(folder.path(), "while :; do :; done");
    let limits = Limits { wall: Duration::from_secs(1), ..Limits::default() };
    assert_eq!(examine_by(&endless, limits, &showing("text")).await, Examination::Died);
}

#[tokio::test]
async fn nonsense_silence_and_failure_are_death() {
    let large = [showing("text"), vec![b' '; 1 << 20]].concat();
    for nonsense in [
        "exec yes",
        "echo {}",
        "exit 0",
        "exit 1",
        "kill -9 $$",
        "echo '{\"pdf\":{\"numbers\":[\"2026\"],\"has_text\":true,\"pictures_only\":false,\"seals\":[],\"pages\":1,\"codes\":[]}}'",
        "echo '{\"picture\":{\"codes\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]}}'",
        "printf '{\"picture\":{\"codes\":[\"%01001d\"]}}' 0",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let found = examine_by(&impostor(folder.path(), nonsense), Limits::default(), &large).await;
        assert_eq!(found, Examination::Died, "{nonsense}");
    }
}

#[tokio::test]
async fn a_child_that_wants_too_much_memory_or_time_dies() {
    let content = b"(text) Tj ".repeat(1_400_000);
    let hungry = page(deflated("", &content), HELVETICA, Vec::new());
    for limits in
        [Limits { address_space: 16 << 20, ..Limits::default() }, Limits { cpu_seconds: 0, ..Limits::default() }]
    {
        // With next to nothing it may end before it could say that it is ready, which is no answer either.
        match Examiner::new(program().to_owned(), limits).examine(&hungry, &[]).await {
            Ok(Examination::Died) | Err(CannotExamine::NotReady { .. }) => {}
            other => panic!("a child within {limits:?} answered {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_program_that_never_reads_the_file_is_an_error_of_ours() {
    for (program, started) in
        [("/nowhere/earayis", false), ("/bin/true", true), ("/bin/echo", true), ("/usr/bin/yes", true)]
    {
        let found = Examiner::new(program.into(), Limits::default()).examine(&showing("text"), &[]).await;
        match found {
            Err(CannotExamine::NotStarted { .. }) => assert!(!started, "{program}"),
            Err(CannotExamine::NotReady { .. }) => assert!(started, "{program}"),
            Ok(answer) => panic!("{program} answered {answer:?}"),
        }
    }
}

/// The child has lowered its limits before it reads the first byte of a file.
#[test]
fn the_child_limits_itself_first() {
    let mut child = Command::new(program())
        .arg(earayis::examination::SUBCOMMAND)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut to_child = child.stdin.take().unwrap();
    to_child.write_all(b"{\"address_space\":536870912,\"cpu_seconds\":5,\"signers\":[]}\n").unwrap();
    let mut ready = [0; 6];
    child.stdout.as_mut().unwrap().read_exact(&mut ready).unwrap();
    assert_eq!(&ready, b"ready\n");
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    drop(to_child);
    child.wait().unwrap();
    let soft_and_hard = |name: &str| -> Vec<String> {
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
        line[name.len()..].split_whitespace().take(2).map(str::to_owned).collect()
    };
    assert_eq!(soft_and_hard("Max address space"), ["536870912"; 2]);
    assert_eq!(soft_and_hard("Max cpu time"), ["5"; 2]);
    assert_eq!(soft_and_hard("Max core file size"), ["0"; 2]);
    assert_eq!(soft_and_hard("Max file size"), ["0"; 2]);
    assert_eq!(soft_and_hard("Max open files"), ["3"; 2]);
    assert_eq!(soft_and_hard("Max processes"), ["0"; 2]);
}
