//! Two sequencers on one log, and a killer who strikes between any two of their steps: no fork, no lost leaf, no place twice.
//!
//! Leaves are put straight into the database, so that nothing but placing and publishing goes on. The killer watches
//! the log's folder and strikes after the first, second … change in it, or as soon as leaves have places that are not
//! published yet, or at a moment of chance. A tenth of the kills is done each time; all thousand are
//!
//! ```sh
//! EARAYIS_SEQUENCER_KILLS=500 .ci/test --test durability sequencer_kills -- --nocapture --test-threads 1
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use earayis::transparency::{Act, Checkpoint, Entry, Record};
use uuid::Uuid;

use crate::chance::Chance;
use crate::clients::{Answer, Issuing, Request};
use crate::place::{Place, in_each_place};
use crate::records::{
    Stamped, assert_log_verifies, assert_one_history, count, insert_stamped, published_checkpoint, until_published,
};
use crate::service::TestService;

/// The most leaves that wait at once.
const LEAVES: usize = 60;
/// How long the killer watches for a step before striking anyway.
const PATIENCE: Duration = Duration::from_millis(400);

/// How many kills on one engine.
fn kills() -> usize {
    std::env::var("EARAYIS_SEQUENCER_KILLS").map_or(50, |kills| kills.parse().unwrap())
}

/// Where the killer strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Strike {
    /// After so many changes in the log's folder.
    After(usize),
    /// When the database is ahead of what is published.
    Placed,
    /// Whenever.
    Chance,
    /// The step it waited for never came.
    Late,
}

in_each_place! {
    async fn two_sequencers_and_a_killer_leave_one_log(place: Place) {
        let mut chance = Chance::seeded("sequencer kills");
        let mut services = [place.service(), place.service()];
        services[0].start().await;
        let (certificate, issuer) = (certificate(&services[0]).await, issuer());
        services[1].start().await;
        let (mut checkpoints, mut struck, mut inserted) = (Vec::new(), BTreeMap::new(), 1);
        for _ in 0..kills() {
            let leaves: Vec<_> = (0..=chance.below(LEAVES)).map(|nth| stamped(certificate, &issuer, inserted + nth + 1)).collect();
            inserted += leaves.len();
            let strike = match chance.below(10) {
                0 => Strike::Chance,
                1 | 2 => Strike::Placed,
                step => Strike::After(step - 2),
            };
            let watched = tokio::spawn(watch(strike, place.folder().join("log"), place.reading.clone(), chance.moment(120)));
            insert_stamped(&place.reading, &leaves).await;
            let strike = watched.await.unwrap();
            let dies = chance.below(2);
            services[dies].kill();
            *struck.entry(strike).or_insert(0) += 1;
            checkpoints.extend(published_checkpoint(&services[1 - dies]).await);
            services[dies].launch();
            if chance.below(2) == 0 {
                // A start is a moment like any other: the next kill may come into it.
                services[dies].wait_until_ready().await;
            }
        }
        for service in &mut services {
            service.wait_until_ready().await;
        }
        until_published(&services[0], &place.reading).await;
        checkpoints.extend(published_checkpoint(&services[1]).await);

        let leaves = count(&place.reading, "select count(*) from leaves").await;
        assert_eq!(usize::try_from(leaves).unwrap(), inserted, "no leaf is lost");
        let places = count(&place.reading, "select count(distinct place) from leaves where place is not null").await;
        assert_eq!(places, leaves, "each has a place of its own");
        assert_one_history(&place.reading, &checkpoints).await;
        assert_log_verifies(&services[0]);
        let checked = tokio::task::block_in_place(|| services[1].run(&["log", "check"]));
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
        println!("{} kills, {leaves} leaves, {} checkpoints seen; struck {struck:?}", kills(), checkpoints.len());
    }
}

async fn certificate(service: &TestService) -> Uuid {
    let request = Request { key: "stamped".to_owned(), holder: "7DEM001" };
    match Issuing::at(service).issue(&request).await {
        Answer::Told(status, body) if status == 201 => body["id"].as_str().unwrap().parse().unwrap(),
        Answer::Told(status, body) => panic!("{status}: {body}"),
        Answer::Nothing => panic!("not answered"),
    }
}

/// A leaf of a file stamped again, which anybody may add without touching the certificate's row.
fn stamped(certificate: Uuid, issuer: &str, revision: usize) -> Stamped {
    let random = earayis::random::Random::system();
    let (digest, salt) = (random.bytes().unwrap(), random.bytes().unwrap());
    let at = earayis::clock::Clock::System.now();
    let record = Record {
        act: Act::Restamped,
        id: certificate,
        kind: "is-yeri".to_owned(),
        kind_version: 1,
        issuer: issuer.to_owned(),
        digest: Some(digest),
        at,
    };
    let id = earayis::audit::fresh_id(&random, at).unwrap();
    Stamped { id, revision, digest, salt, entry: Entry::of(&salt, &record), record }
}

fn issuer() -> String {
    let catalogue = earayis::catalogue::Catalogue::built_in().unwrap();
    let kind = catalogue.kinds().iter().find(|kind| kind.code.as_str() == "is-yeri").unwrap();
    kind.issuer.voen.to_string()
}

/// Returns at the moment of the strike, and says which it became.
async fn watch(strike: Strike, log: PathBuf, database: String, moment: Duration) -> Strike {
    match strike {
        Strike::Chance | Strike::Late => {
            tokio::time::sleep(moment).await;
            strike
        }
        Strike::After(changes) => tokio::task::spawn_blocking(move || {
            let begun = Instant::now();
            let (mut seen, mut last) = (0, listing(&log));
            while begun.elapsed() < PATIENCE {
                let now = listing(&log);
                if now != last {
                    (seen, last) = (seen + 1, now);
                }
                if seen == changes {
                    return strike;
                }
            }
            Strike::Late
        })
        .await
        .unwrap(),
        Strike::Placed => {
            let begun = Instant::now();
            while begun.elapsed() < PATIENCE {
                let recorded = count(&database, "select size from log_state").await;
                let published = std::fs::read_to_string(log.join("checkpoint")).unwrap();
                if recorded.unsigned_abs() > Checkpoint::unverified(&published).unwrap().size {
                    return strike;
                }
            }
            Strike::Late
        }
    }
}

/// What stands in a folder and below, each with when it was last written.
fn listing(folder: &Path) -> BTreeSet<(PathBuf, Option<std::time::SystemTime>)> {
    let mut found = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(next) else { continue };
        for entry in entries.flatten() {
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                folders.push(entry.path());
            } else {
                found.insert((entry.path(), entry.metadata().and_then(|data| data.modified()).ok()));
            }
        }
    }
    found
}
