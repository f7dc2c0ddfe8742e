//! The program: passes the command line on, and its outcome back as the exit code.

fn main() {}
