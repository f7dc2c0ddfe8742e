//! The guide's blocks of code, each with what it must print, and their comparison with what they print.

use std::path::Path;
use std::process::{Command, Stdio};

/// What stands between the outputs of two blocks.
pub(crate) const BETWEEN: &str = "@@ the next block @@";

/// A block of code and what stands under it.
pub(crate) struct Block {
    /// The line of the guide at which the code begins.
    pub(crate) line: usize,
    /// `sh` or `python`.
    pub(crate) language: String,
    pub(crate) code: String,
    /// What it must print; `…` stands for whatever differs from run to run.
    pub(crate) output: String,
}

/// The blocks of a text that are run, in its order.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open: Option<Block> = None;
    for (line, number) in text.lines().zip(1..) {
        match (&mut open, line.strip_prefix("```")) {
            (Some(_), Some("")) => {
                let Some(block) = open.take() else { continue };
                match (block.language.as_str(), blocks.last_mut()) {
                    ("output", Some(code)) => code.output = block.code,
                    ("output", None) => panic!("line {}: the output of nothing", block.line),
                    ("console", _) => {}
                    _ => blocks.push(block),
                }
            }
            (Some(block), _) => block.code.extend([line, "\n"]),
            (None, Some(language)) => {
                let language = language.to_owned();
                open = Some(Block { line: number + 1, language, code: String::new(), output: String::new() });
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

/// Runs the blocks as one program and compares what each printed.
pub(crate) fn run(blocks: &[Block], mut command: Command, between: &str, folder: &Path) {
    let program: Vec<&str> = blocks.iter().map(|block| block.code.as_str()).collect();
    let file = folder.join("program");
    std::fs::write(&file, program.join(between)).unwrap();
    let output = command.arg(&file).current_dir(folder).stdin(Stdio::null()).output().unwrap();
    let (printed, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{printed}\n{complained}");
    let printed: Vec<&str> = printed.split(&format!("{BETWEEN}\n")).collect();
    assert_eq!(printed.len(), blocks.len(), "{printed:?}");
    let differences = blocks.iter().zip(printed).filter(|(block, printed)| !agrees(&block.output, printed));
    let told: Vec<String> = differences
        .map(|(block, printed)| format!("line {}: expected\n{}printed\n{printed}", block.line, block.output))
        .collect();
    assert!(told.is_empty(), "{}\n{complained}", told.join("\n"));
}

/// Whether `printed` is what is `expected`, with anything in place of each `…` that stays within its line.
fn agrees(expected: &str, printed: &str) -> bool {
    let (expected, printed) = (expected.trim_end().lines(), printed.trim_end().lines());
    expected.clone().count() == printed.clone().count()
        && expected.zip(printed).all(|(expected, printed)| line_agrees(expected, printed))
}

fn line_agrees(expected: &str, printed: &str) -> bool {
    let mut parts = expected.split('…');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = printed.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some(place) = rest.find(part) else { return false };
        rest = &rest[place + part.len()..];
    }
    rest.ends_with(last)
}

#[test]
fn a_block_has_the_output_under_it_and_a_command_of_a_terminal_is_not_run() {
    let text = "a\n```console\nx\n```\n```sh\nls\n```\n\n```output\nb …\n```\n```python\n1\n```\n";
    let found: Vec<_> =
        blocks(text).into_iter().map(|block| (block.line, block.language, block.code, block.output)).collect();
    let block = |line, language: &str, code: &str, output: &str| {
        (line, language.to_owned(), code.to_owned(), output.to_owned())
    };
    assert_eq!(found, [block(6, "sh", "ls\n", "b …\n"), block(13, "python", "1\n", "")]);
}

#[test]
fn a_difference_is_found_unless_it_is_announced() {
    for (expected, printed) in [("a\n", "a"), ("", ""), ("on ….\n", "on 24.11.2026."), ("a … b …\nc", "a 1 b 2\nc\n")]
    {
        assert!(agrees(expected, printed), "{expected} {printed}");
    }
    for (expected, printed) in
        [("a", "b"), ("a", ""), ("", "a"), ("a …", "b 1"), ("….", "x"), ("a", "a\na"), ("…b", "a")]
    {
        assert!(!agrees(expected, printed), "{expected} {printed}");
    }
}
