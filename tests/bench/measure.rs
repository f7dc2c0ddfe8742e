//! Medians: how long something takes, told in a way that one slow run does not change.

use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::Failure;

/// How many runs one median is of.
const RUNS: usize = 400;

/// The median time of `work`, which is done a few times unmeasured first.
pub(crate) fn median<T>(mut work: impl FnMut() -> Result<T, Failure>) -> Result<Duration, Failure> {
    for _ in 0..RUNS / 10 {
        black_box(work()?);
    }
    let mut times = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let begun = Instant::now();
        black_box(work()?);
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    Ok(times[RUNS / 2])
}

/// Microseconds, as a table shows them.
pub(crate) fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// A line of a table: a name, and its time.
pub(crate) fn line(name: &str, time: Duration) {
    println!("  {name:<46} {:>10.1} µs", micros(time));
}

/// A ratio, with what it is aimed at.
pub(crate) fn ratio(name: &str, ratio: f64, aim: &str) {
    println!("  {name:<46} {ratio:>10.2} ×   ({aim})");
}

/// How often a second.
pub(crate) fn rate(count: usize, time: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / time.as_secs_f64()
}
