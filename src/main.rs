//! The program: passes the command line on, and its outcome back as the exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    earayis::cli::main()
}
