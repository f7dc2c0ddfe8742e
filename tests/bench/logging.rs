//! The log while certificates are issued at full speed: how soon one's place can be proved, and what share of the speed it costs.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::Failure;
use crate::measure::{rate, ratio};
use crate::service::{CLIENTS, Running, folder, issue, issue_and_tell};

/// Issuances of each round, enough for some seconds of full speed.
const ISSUANCES: usize = 3000;
const WARM_UP: usize = 200;
/// With and without the log in turn, so that what else the machine does falls on both.
const ROUNDS: usize = 3;
/// Of how many issuances one is followed to its proof.
const ONE_IN: usize = 10;

/// Prints the figures.
pub(crate) async fn run() -> Result<(), Failure> {
    let folder = folder()?;
    let (data, log) = (folder.path().join("data"), folder.path().join("data/log"));
    let running = Arc::new(Running::start(&data).await?);
    println!("\nlogging: SQLite in {}, {CLIENTS} clients over HTTP on the same processors\n", folder.path().display());
    issue(&running, WARM_UP).await?;

    let mut waits = proof_waits(&running).await?;
    waits.sort_unstable();
    let [median, late] = [50, 99].map(|hundredth| waits[waits.len() * hundredth / 100].as_secs_f64() * 1e3);
    println!("  from the answer to a proof of inclusion, at full speed, of {} certificates", waits.len());
    println!("    median    {median:>8.0} ms");
    println!("    99 of 100 {late:>8.0} ms   (aim 1000)");

    let (mut with, mut without) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..ROUNDS {
        with += timed(&running).await?;
        let paused = Paused::pause(&log)?;
        without += timed(&running).await?;
        drop(paused);
        until_proved(&running, &issue(&running, 1).await?[0].id).await?;
    }
    let [with, without] = [with, without].map(|time| rate(ROUNDS * ISSUANCES, time));
    println!("  issuances a second, places given and published meanwhile {with:>10.0}");
    println!("  issuances a second, leaves stored and left waiting       {without:>10.0}");
    ratio("the log's share of issuing", 1.0 - with / without, "aim 0.10 or less");
    Arc::into_inner(running).ok_or("a client still runs")?.stop()
}

async fn timed(running: &Arc<Running>) -> Result<Duration, Failure> {
    let begun = Instant::now();
    issue(running, ISSUANCES).await?;
    Ok(begun.elapsed())
}

/// How long after its answer each followed certificate could be proved.
async fn proof_waits(running: &Arc<Running>) -> Result<Vec<Duration>, Failure> {
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let issuing = tokio::spawn({
        let running = Arc::clone(running);
        async move { issue_and_tell(&running, ISSUANCES, Some(tell)).await.map(drop) }
    });
    let (mut followers, mut nth) = (JoinSet::new(), 0);
    while let Some(id) = told.recv().await {
        nth += 1;
        if nth % ONE_IN == 0 {
            let (running, begun) = (Arc::clone(running), Instant::now());
            followers.spawn(async move { until_proved(&running, &id).await.map(|()| begun.elapsed()) });
        }
    }
    issuing.await??;
    followers.join_all().await.into_iter().collect()
}

/// Asks again and again, as a client that wants the proof beside its file.
async fn until_proved(running: &Running, id: &str) -> Result<(), Failure> {
    for _ in 0..6000 {
        if running.has_proof(id).await? {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Err("a certificate was not proved within two minutes".into())
}

/// The published log taken away from the sequencer, which gives no place while it cannot read what it published. Back with
/// the end of this value.
struct Paused<'a> {
    log: &'a Path,
}

impl<'a> Paused<'a> {
    fn pause(log: &'a Path) -> Result<Self, Failure> {
        std::fs::rename(log.join("checkpoint"), log.join("checkpoint.away"))?;
        std::fs::create_dir(log.join("checkpoint"))?;
        Ok(Self { log })
    }
}

impl Drop for Paused<'_> {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir(self.log.join("checkpoint"));
        let _ = std::fs::rename(self.log.join("checkpoint.away"), self.log.join("checkpoint"));
    }
}
