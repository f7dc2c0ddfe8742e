//! A code that is wrong by little and one that nobody ever had are answered alike, in length and in time.
//!
//! 20,000 tries of each, in an order drawn by chance, and Welch's t over their times without the slowest tenth, which
//! the machine's other work makes. A difference that told them apart would give a t of hundreds; between the same
//! things |t| passes 5 once in a million runs. A code that is known shows that the measure can tell.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use earayis::certificate::Code;
use serde_json::json;

use crate::service::TestService;

/// Tries of each sort: `EARAYIS_TRIES`, or a tenth of what is done before a release.
fn tries() -> usize {
    std::env::var("EARAYIS_TRIES").map_or(2_000, |tries| tries.parse().unwrap())
}

/// Crockford base32, whose values are the places.
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

#[tokio::test]
async fn a_nearly_right_code_and_one_that_never_was_are_answered_alike() {
    let service = TestService::demo().await;
    let (certificate, _) = service.issue("is-yeri", "7DEM001");
    let right = certificate["code"].as_str().unwrap().to_owned();
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    let (mut near, mut never) = (Vec::new(), Vec::new());
    let mut lengths = BTreeSet::new();
    for _ in 0..2 * tries() {
        let is_near = chance.next() & 1 == 0;
        let code = if is_near { nearly(&right, &mut chance) } else { any(&mut chance) };
        let (took, length) = ask(&service, &code).await;
        lengths.insert(length);
        if is_near { near.push(took) } else { never.push(took) }
    }
    assert_eq!(lengths.len(), 1, "the answers differ in length: {lengths:?}");
    let t = welch(&near, &never);
    println!("{} and {} tries: t = {t:.2}", near.len(), never.len());
    assert!(t.abs() < 5.0, "a nearly right code is told from any other by the time of its answer: t = {t}");

    let mut known = Vec::new();
    for _ in 0..tries() / 4 {
        known.push(ask(&service, &right).await.0);
    }
    let t = welch(&known, &never);
    println!("the right code: t = {t:.0}");
    assert!(t > 20.0, "the measure does not tell what differs: t = {t}");
}

async fn ask(service: &TestService, code: &str) -> (Duration, usize) {
    let request = service.request("POST", "/api/v1/verifications").json(&json!({ "code": code }));
    let begun = Instant::now();
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let length = answer.bytes().await.unwrap().len();
    (begun.elapsed(), length)
}

/// A well-formed code that differs from `right` in one symbol and in the check symbol that follows from it.
fn nearly(right: &str, chance: &mut Chance) -> String {
    let value = |symbol| SYMBOLS.iter().position(|other| *other == symbol).unwrap().to_le_bytes()[0];
    let mut symbols = [0; 15];
    for (slot, symbol) in symbols.iter_mut().zip(right.bytes().filter(|symbol| *symbol != b'-')) {
        *slot = value(symbol);
    }
    let place = usize::try_from(chance.next() % 15).unwrap();
    symbols[place] ^= 1 + chance.next().to_le_bytes()[0] % 31;
    Code::from_random(symbols).printed()
}

fn any(chance: &mut Chance) -> String {
    Code::from_random(std::array::from_fn(|_| chance.next().to_le_bytes()[7])).printed()
}

/// Welch's t between two samples of times, each without its slowest tenth.
fn welch(one: &[Duration], other: &[Duration]) -> f64 {
    let [(a, a_spread), (b, b_spread)] = [one, other].map(|times| {
        let mut micros = times.iter().map(|time| time.as_secs_f64() * 1e6).collect::<Vec<_>>();
        micros.sort_by(f64::total_cmp);
        micros.truncate(micros.len() * 9 / 10);
        let count = f64::from(u32::try_from(micros.len()).unwrap());
        let mean = micros.iter().sum::<f64>() / count;
        let variance = micros.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (count - 1.0);
        (mean, variance / count)
    });
    (a - b) / (a_spread + b_spread).sqrt()
}

/// Chance that needs no seed of its own: which codes are tried does not matter.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}
