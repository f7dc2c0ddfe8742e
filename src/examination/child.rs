//! The child: lowers its own limits, reads the bytes, answers in one line of JSON, and is never believed for more.

use std::io::{BufRead, Read, Write};
use std::process::ExitCode;
use std::sync::mpsc;
use std::thread;

use data_encoding::BASE64;
use rlimit::{Resource, setrlimit};
use serde::{Deserialize, Serialize};

use super::codes::{Codes, LONGEST_CODE, MOST_CODES};
use super::grey::Grey;
use super::{Examination, LooksLike, Pdf, not_pdf, reading};
use crate::seal::check::SealCheck;

/// The stack of the reading thread: nesting is bounded well within it.
const STACK: usize = 16 << 20;
/// The longest first line: some hundred certificates.
const LONGEST_TASK: u64 = 1 << 20;
/// What the child says when its limits stand: whatever befalls it from here on, the bytes did.
pub(super) const READY: [u8; 6] = *b"ready\n";

/// The first line the child reads: its limits and what it needs to know.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Task {
    address_space: u64,
    cpu_seconds: u64,
    /// DER in base64.
    signers: Vec<String>,
}

/// What the child writes. Numbers travel as text and are parsed again by the parent.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer {
    Pdf {
        numbers: Vec<String>,
        has_text: bool,
        pictures_only: bool,
        seals: Vec<SealCheck>,
        pages: usize,
        codes: Vec<String>,
    },
    Picture {
        codes: Vec<String>,
    },
    /// It looked like a picture and could not be decoded.
    NoPicture,
}

/// Runs as the child: reads a task and a file from standard input and writes the answer to standard output.
///
/// Anything but exit code 0 means that there is no answer.
pub fn run_child() -> ExitCode {
    match examine_standard_input() {
        Some(()) => ExitCode::SUCCESS,
        None => ExitCode::FAILURE,
    }
}

fn examine_standard_input() -> Option<()> {
    let mut input = std::io::stdin().lock();
    let mut line = Vec::new();
    input.by_ref().take(LONGEST_TASK).read_until(b'\n', &mut line).ok()?;
    let task: Task = serde_json::from_slice(&line).ok()?;
    let signers = task.signers.iter().map(|der| BASE64.decode(der.as_bytes()).ok()).collect::<Option<Vec<_>>>()?;

    // The thread comes before the limits, after which no other can be made.
    let (hand_over, receive) = mpsc::channel::<Vec<u8>>();
    let reader = thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || receive.recv().ok().map(|file| read(&file, &signers)))
        .ok()?;
    limit(task.address_space, task.cpu_seconds).ok()?;
    say(&READY)?;

    let mut file = Vec::new();
    input.read_to_end(&mut file).ok()?;
    hand_over.send(file).ok()?;
    let answer = serde_json::to_vec(&reader.join().ok()??).ok()?;
    say(&answer)
}

fn read(file: &[u8], signers: &[Vec<u8>]) -> Answer {
    if not_pdf(file).is_none() {
        return Answer::from(reading::read(file, signers));
    }
    let Some(picture) = Grey::decode(file) else { return Answer::NoPicture };
    let mut codes = Codes::default();
    codes.glance(&picture);
    if codes.is_empty() {
        codes.scrutinise(picture);
    }
    Answer::Picture { codes: codes.into_vec() }
}

fn say(words: &[u8]) -> Option<()> {
    let mut output = std::io::stdout().lock();
    output.write_all(words).and_then(|()| output.flush()).ok()
}

/// Takes away what reading a file needs none of: files, processes, and memory and time beyond measure.
fn limit(address_space: u64, cpu_seconds: u64) -> std::io::Result<()> {
    for (resource, most) in [
        (Resource::AS, address_space),
        (Resource::CPU, cpu_seconds),
        (Resource::CORE, 0),
        (Resource::FSIZE, 0),
        // Standard input, output and error are open already.
        (Resource::NOFILE, 3),
        (Resource::NPROC, 0),
    ] {
        setrlimit(resource, most, most)?;
    }
    Ok(())
}

impl Task {
    pub(super) fn new(address_space: u64, cpu_seconds: u64, signers: &[Vec<u8>]) -> Self {
        let signers = signers.iter().map(|der| BASE64.encode(der)).collect();
        Self { address_space, cpu_seconds, signers }
    }

    /// The task as the line that the child reads.
    pub(super) fn line(&self) -> Vec<u8> {
        // Numbers and base64 always serialise; an empty line would be answered by a child that refuses it.
        let mut line = serde_json::to_vec(self).unwrap_or_default();
        line.push(b'\n');
        line
    }
}

impl Answer {
    /// The answer in the domain's words, or none when a number in it is no number, or its codes keep no bounds.
    pub(super) fn into_examination(self) -> Option<Examination> {
        match self {
            Self::Pdf { numbers, has_text, pictures_only, seals, pages, codes } => {
                let numbers = numbers.iter().map(|number| number.parse().ok()).collect::<Option<_>>()?;
                let codes = bounded(codes)?;
                Some(Examination::Pdf(Pdf { numbers, has_text, pictures_only, seals, pages, codes }))
            }
            Self::Picture { codes } => bounded(codes).map(Examination::Picture),
            Self::NoPicture => Some(Examination::NotPdf { looks_like: LooksLike::Image }),
        }
    }
}

fn bounded(codes: Vec<String>) -> Option<Vec<String>> {
    let keeps_bounds = codes.len() <= MOST_CODES && codes.iter().all(|code| code.len() <= LONGEST_CODE);
    keeps_bounds.then_some(codes)
}

impl From<Pdf> for Answer {
    fn from(pdf: Pdf) -> Self {
        let Pdf { numbers, has_text, pictures_only, seals, pages, codes } = pdf;
        let numbers = numbers.iter().map(ToString::to_string).collect();
        Self::Pdf { numbers, has_text, pictures_only, seals, pages, codes }
    }
}
