//! What the command line writes: data to standard output, talk to standard error, and a broken pipe is no failure.

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

/// Writes a line of data.
pub(super) fn data(line: impl AsRef<str>) -> io::Result<()> {
    quiet_when_nobody_listens(writeln!(io::stdout().lock(), "{}", line.as_ref()))
}

/// Writes bytes of data as they are.
pub(super) fn bytes(bytes: &[u8]) -> io::Result<()> {
    quiet_when_nobody_listens(io::stdout().lock().write_all(bytes))
}

/// Says something to whoever sits before the terminal.
pub(super) fn say(line: impl AsRef<str>) {
    // There is nowhere left to complain to when standard error is closed.
    let _ = writeln!(io::stderr().lock(), "{}", line.as_ref());
}

/// Says why a command failed, with every cause beneath it, and gives the exit code of a failure.
pub(super) fn fail(error: &(dyn Error + 'static)) -> ExitCode {
    say(format!("error: {error}"));
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !said.contains(&text) {
            say(format!("  because: {text}"));
        }
        said = text;
        cause = error.source();
    }
    ExitCode::from(2)
}

fn quiet_when_nobody_listens(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
