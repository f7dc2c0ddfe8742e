//! The running service on SQLite: durable issuances a second, and what one leaves on the disk.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use crate::Failure;
use crate::measure::{rate, ratio};
use crate::rows::{bare_commits, weigh};
use crate::service::{CLIENTS, Running, folder, issue};

const ISSUANCES: usize = 3000;
const WARM_UP: usize = 200;
/// How many issuances of 32 clients at once may be expected to share a commit.
const GROUP: usize = 16;

/// Prints the figures.
pub(crate) async fn run() -> Result<(), Failure> {
    let folder = folder()?;
    let data = folder.path().join("data");
    let running = Arc::new(Running::start(&data).await?);

    println!("\nserving: SQLite in {}, {CLIENTS} clients over HTTP on the same processors\n", folder.path().display());
    issue(&running, WARM_UP).await?;
    let begun = Instant::now();
    issue(&running, ISSUANCES).await?;
    let issuing = begun.elapsed();
    Arc::into_inner(running).ok_or("a client still runs")?.stop()?;

    let weights = weigh(&data.join("earayis.db")).await?;
    let bytes = usize::try_from(weights.database - weights.shared)? / weights.certificates;
    let single = bare_commits(folder.path(), 400, 1, bytes).await?;
    let grouped = bare_commits(folder.path(), 100, GROUP, bytes).await?;
    let issuances = rate(ISSUANCES, issuing);
    let (single, grouped) = (rate(400, single), rate(100 * GROUP, grouped));
    println!("  durable issuances a second                     {issuances:>10.0}");
    println!("  bare commits of {bytes} bytes a second, one each  {single:>10.0}");
    println!("  such rows a second, {GROUP} to a commit             {grouped:>10.0}");
    ratio("issuances / bare commits, one each", issuances / single, "aim 0.5");
    ratio("issuances / bare rows, sharing commits", issuances / grouped, "what group commit could reach");

    println!(
        "\n  stored for each of {} certificates: {bytes} bytes in the database (aim 12000), of which",
        weights.certificates
    );
    let mut told = 0.0;
    for (name, bytes) in &weights.parts {
        println!("    {name:<44} {bytes:>8.0}");
        told += bytes;
    }
    println!("    {:<44} {:>8.0}", "indexes, pages not full, looks", f64::from(u32::try_from(bytes)?) - told);
    let log = folder_bytes(&data.join("log"))? / u64::try_from(weights.certificates)?;
    println!("  beside it {log} bytes in the published log; {} bytes are shared by all", weights.shared);
    Ok(())
}

fn folder_bytes(folder: &Path) -> Result<u64, Failure> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        bytes += if entry.file_type()?.is_dir() { folder_bytes(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(bytes)
}
