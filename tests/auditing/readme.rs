//! The auditor's section of the README: each of its commands does what it says beside it.

use std::process::{Command, Stdio};

use crate::checked::{issue, vkey};
use crate::place::Place;
use crate::records::until_published;
use crate::service::{PROGRAM, free_port};

/// The commands of the section, without their remarks.
fn commands() -> Vec<String> {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let (_, section) = readme.split_once("## Audit a service").unwrap();
    let (_, block) = section.split_once("```sh\n").unwrap();
    let (block, _) = block.split_once("\n```").unwrap();
    block.lines().map(|line| line.split('#').next().unwrap().trim().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_command_of_the_readme_runs() {
    let place = Place::sqlite();
    let mut service = place.service();
    service.start().await;
    issue(&service, "one").await;
    until_published(&service, &place.reading).await;
    let (key, python) = (vkey(&service), std::env::var("EARAYIS_PYTHON").unwrap_or_else(|_| "python3".to_owned()));
    let commands = commands();
    assert_eq!(commands.len(), 5, "{commands:?}");
    for command in commands {
        let mut line = command.replace("earayis log", &format!("{PROGRAM} log")).replace("URL", &service.url);
        line =
            line.replace("tests/check_log.py", &format!("{python} {}/tests/check_log.py", env!("CARGO_MANIFEST_DIR")));
        let serves = command.contains("log witness");
        if command.ends_with("log check") {
            let config = std::fs::read_dir(place.folder()).unwrap().map(|entry| entry.unwrap().path());
            let config = config.into_iter().find(|path| path.extension().is_some_and(|kind| kind == "toml")).unwrap();
            line = format!("{line} --config {}", config.display());
        }
        if serves {
            line = format!("exec {line} --listen 127.0.0.1:{}", free_port());
        }
        let mut shell = Command::new("sh");
        shell.args(["-c", &line]).env("VKEY", &key).current_dir(place.folder()).stdin(Stdio::null());
        if serves {
            use std::io::BufRead as _;
            let mut witness = shell.stdout(Stdio::piped()).spawn().unwrap();
            let mut vkey = String::new();
            std::io::BufReader::new(witness.stdout.take().unwrap()).read_line(&mut vkey).unwrap();
            assert!(vkey.starts_with("witness.example+"), "{vkey}");
            witness.kill().unwrap();
            witness.wait().unwrap();
        } else {
            let output = tokio::task::block_in_place(|| shell.output().unwrap());
            let words = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success(), "{line}: {words}");
        }
    }
}
