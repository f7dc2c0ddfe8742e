//! The same page by pyHanko and reportlab, which many would use: drawn and sealed by a script beside this file.

use std::process::Command;
use std::time::Duration;

use crate::Failure;
use crate::measure::{line, micros, ratio};

/// Compares with `ours`, the time of one drawn and sealed certificate.
pub(crate) fn run(ours: Duration) -> Result<(), Failure> {
    println!("\noutside: a comparable page by pyHanko and reportlab\n");
    let python = std::env::var("EARAYIS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let root = env!("CARGO_MANIFEST_DIR");
    let asked = Command::new(&python)
        .arg(format!("{root}/tests/bench/pyhanko_reportlab.py"))
        .arg(format!("{root}/templates/fonts"))
        .output()?;
    if !asked.status.success() {
        println!(
            "  SKIPPED: {python} cannot run it; `.ci/test --no-run` installs what it needs, and EARAYIS_PYTHON names it"
        );
        println!("  {}", String::from_utf8_lossy(&asked.stderr).lines().last().unwrap_or_default());
        return Ok(());
    }
    let told: serde_json::Value = serde_json::from_slice(&asked.stdout)?;
    let time = |name: &str| told[name].as_f64().map(Duration::from_secs_f64).ok_or("the script told no time");
    let theirs = time("whole")?;
    line("page by reportlab", time("page")?);
    line("  its QR alone, which is Python all through", time("qr")?);
    line("seal by pyHanko (P-256, PAdES B-B)", time("seal")?);
    line("both", theirs);
    line("ours, drawn and sealed", ours);
    println!("  theirs has {} bytes; it is neither tagged nor PDF/A, which ours is", told["bytes"]);
    ratio("theirs / ours", micros(theirs) / micros(ours), "target 25, aim 50");
    ratio(
        "theirs without QR / ours with it",
        micros(theirs.saturating_sub(time("qr")?)) / micros(ours),
        "for fairness",
    );
    Ok(())
}
