//! What a certificate costs, `cargo bench`: each figure beside something known in the same run, and none of them judged.
//!
//! `cargo bench -- drawing` runs what has `drawing` in its name: `drawing`, `outside`, `serving`, `logging`,
//! `verifying`. The service under the last three is the release binary in a folder under the target folder, on a real
//! disk; `EARAYIS_BENCH_DIR` names another.
#![expect(clippy::print_stdout, reason = "the figures are what this program is for")]

mod bare;
mod drawing;
mod logging;
mod measure;
mod outside;
mod records;
mod rows;
mod service;
mod serving;
mod verifying;

use std::process::ExitCode;

/// Whatever goes wrong is told to whoever runs this.
type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    // cargo passes `--bench`.
    if let Some(database) = bare::wanted() {
        return bare::serve(&database);
    }
    let wanted = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect::<Vec<_>>();
    let runs = |name: &str| wanted.is_empty() || wanted.iter().any(|part| name.contains(part.as_str()));
    match run(&runs) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("the benchmarks ended early: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(runs: &dyn Fn(&str) -> bool) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut ours = None;
    if runs("drawing") || runs("outside") {
        ours = Some(runtime.block_on(drawing::run())?);
    }
    if let Some(ours) = ours.filter(|_| runs("outside")) {
        outside::run(ours)?;
    }
    if runs("serving") {
        runtime.block_on(serving::run())?;
    }
    if runs("logging") {
        runtime.block_on(logging::run())?;
    }
    if runs("verifying") {
        runtime.block_on(verifying::run())?;
    }
    Ok(())
}
