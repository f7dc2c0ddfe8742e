//! Verifications a second by number, code and file, each beside the bare limit of the same request in the same run.
//!
//! `EARAYIS_BENCH_RECORDS=10000,1000000,10000000` says how many certificates the database has. Larger ones take long to
//! fill and tens of gigabytes, so that the last is left out unless asked for.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::task::JoinSet;

use crate::Failure;
use crate::bare::Bare;
use crate::measure::{rate, ratio};
use crate::records::fill;
use crate::service::{CLIENTS, Issued, Running, folder, issue};

const REAL: usize = 2000;
const ASKED: usize = 20_000;
const FILES: usize = 6000;
const WARM_UP: usize = 2000;

/// How often a second, and how long one took.
struct Speed {
    rate: f64,
    median: Duration,
    late: Duration,
}

/// Prints the figures.
pub(crate) async fn run() -> Result<(), Failure> {
    let sizes = std::env::var("EARAYIS_BENCH_RECORDS").unwrap_or_else(|_| "10000,1000000".to_owned());
    let mut measured = Vec::new();
    for size in sizes.split(',') {
        measured.push(with_records(size.trim().parse()?).await?);
    }
    if let [first, .., last] = measured.as_slice() {
        let names = ["by number", "by code", "by file"];
        println!("\n  99 of 100, with the most records / with the fewest");
        for (name, (first, last)) in names.into_iter().zip(first.iter().zip(last)) {
            ratio(name, last.late.as_secs_f64() / first.late.as_secs_f64(), "aim 1.3 or less");
        }
    }
    Ok(())
}

/// Measures with so many certificates; answers the speeds by number, by code and by file.
async fn with_records(count: u64) -> Result<[Speed; 3], Failure> {
    let folder = folder()?;
    let data = folder.path().join("data");
    let running = Arc::new(Running::start(&data).await?);
    let issued = issue(&running, REAL).await?;
    let mut files = Vec::new();
    for one in &issued {
        files.push(running.pdf(&one.id).await?);
    }
    Arc::into_inner(running).ok_or("a client still runs")?.stop()?;
    let mut numbers = fill(&data, count).await?;
    numbers.extend(issued.iter().map(|one| one.number.clone()));
    spread(&mut numbers);

    println!("\nverifying: {count} certificates in SQLite, {CLIENTS} clients over HTTP on the same processors\n");
    let bare = Bare::start(&data.join("earayis.db")).await?;
    let bare_number = ask(&numbers, ASKED, |number| bare.post("/number").json(&json!({ "number": number }))).await?;
    let bare_file = ask(&files, FILES, |file| bare.post("/file").multipart(form(file))).await?;
    drop(bare);

    let running = Running::start(&data).await?;
    let by_number = ask(&numbers, ASKED, |number| running.post().json(&json!({ "number": number }))).await?;
    let codes = issued.iter().map(|Issued { code, .. }| code.clone()).collect::<Vec<_>>();
    let by_code = ask(&codes, ASKED, |code| running.post().json(&json!({ "code": code }))).await?;
    let first_time = ask_once(&files, |file| running.post().multipart(form(file))).await?;
    let by_file = ask(&files, FILES, |file| running.post().multipart(form(file))).await?;
    running.stop()?;

    println!("  {:<34} {:>10} {:>12} {:>12}", "", "a second", "median", "99 of 100");
    line("bare look-up by number", &bare_number);
    line("by number", &by_number);
    line("by code: look, facts, receipt", &by_code);
    line(&format!("bare hash of {} kB", files[0].len() / 1000), &bare_file);
    line("by file, each for the first time", &first_time);
    line("by file, again", &by_file);
    ratio("by number / bare look-up", by_number.rate / bare_number.rate, "aim 0.7");
    ratio("by code / bare look-up", by_code.rate / bare_number.rate, "aim 0.5");
    ratio("by file, first time / bare hash", first_time.rate / bare_file.rate, "aim 0.5");
    ratio("by file, again / bare hash", by_file.rate / bare_file.rate, "aim 0.5");
    Ok([by_number, by_code, by_file])
}

fn form(file: &[u8]) -> reqwest::multipart::Form {
    reqwest::multipart::Form::new().part("file", reqwest::multipart::Part::bytes(file.to_vec()))
}

/// Neighbours in the table are not asked for one after the other.
fn spread(numbers: &mut [String]) {
    let count = numbers.len();
    for at in (1..count).rev() {
        numbers.swap(at, at.wrapping_mul(0x9E37_79B9) % (at + 1));
    }
}

/// Asks `count` times about what `items` hold in turn, after a warm-up; every answer must be a good one.
async fn ask<T>(items: &[T], count: usize, request: impl Fn(&T) -> reqwest::RequestBuilder) -> Result<Speed, Failure> {
    ask_in_turn(items, WARM_UP, count, request).await
}

/// Asks about each of `items` once.
async fn ask_once<T>(items: &[T], request: impl Fn(&T) -> reqwest::RequestBuilder) -> Result<Speed, Failure> {
    ask_in_turn(items, 0, items.len(), request).await
}

async fn ask_in_turn<T>(
    items: &[T],
    warm_up: usize,
    count: usize,
    request: impl Fn(&T) -> reqwest::RequestBuilder,
) -> Result<Speed, Failure> {
    let mut under_way = JoinSet::new();
    let mut times = Vec::with_capacity(count);
    let mut begun = Instant::now();
    for (n, item) in items.iter().cycle().take(warm_up + count).enumerate() {
        if n == warm_up {
            times.clear();
            begun = Instant::now();
        }
        if under_way.len() == CLIENTS
            && let Some(asked) = under_way.join_next().await
        {
            times.push(asked??);
        }
        let request = request(item);
        under_way.spawn(async move {
            let begun = Instant::now();
            let answer = request.send().await?.error_for_status()?;
            let text = answer.text().await?;
            let took = begun.elapsed();
            let bad = text.contains("\"verdict\"") && !text.contains("\"verdict\":\"valid\"");
            if bad { Err(Failure::from(text)) } else { Ok(took) }
        });
    }
    while let Some(asked) = under_way.join_next().await {
        times.push(asked??);
    }
    let rate = rate(count, begun.elapsed());
    times.sort_unstable();
    Ok(Speed { rate, median: times[times.len() / 2], late: times[times.len() * 99 / 100] })
}

fn line(name: &str, speed: &Speed) {
    let millis = |time: Duration| time.as_secs_f64() * 1e3;
    println!("  {name:<34} {:>10.0} {:>9.2} ms {:>9.2} ms", speed.rate, millis(speed.median), millis(speed.late));
}
