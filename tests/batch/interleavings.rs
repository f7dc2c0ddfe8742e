//! Changes by one process while another opens watches and pulls: nothing is lost and nothing told twice, whoever comes first.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::chance::Chance;
use crate::place::{Place, in_each_place};
use crate::service::TestService;
use crate::world::{BANK, Certificate, enrol};

const CERTIFICATES: usize = 6;
/// How often each certificate changes.
const CHANGES: usize = 25;

/// What an organisation was told when it opened a watch.
struct Opened {
    /// How many changes were acknowledged before it asked.
    before: usize,
    /// How many were when it had its answer.
    after: usize,
    /// Since when the status held that it was told; none while nothing had changed.
    since: Option<String>,
}

/// A certificate while it is changed: what was acknowledged, in order.
struct Life {
    certificate: Certificate,
    acknowledged: AtomicUsize,
}

/// Changes a certificate again and again; answers since when each status held.
async fn change(service: Arc<TestService>, life: Arc<Life>, mut chance: Chance) -> Vec<String> {
    let mut history = Vec::new();
    for turn in 0..CHANGES {
        tokio::time::sleep(chance.moment(12)).await;
        let (act, reason) =
            if turn % 2 == 0 { ("suspension", "misuse_suspected") } else { ("reinstatement", "cause_removed") };
        let answer = life.certificate.change(&service, act, &json!({ "reason": reason })).await;
        history.push(answer["since"].as_str().unwrap().to_owned());
        life.acknowledged.store(history.len(), Ordering::SeqCst);
    }
    history
}

/// Opens a watch at some moment.
async fn open(service: Arc<TestService>, token: String, life: Arc<Life>, wait: Duration) -> Opened {
    tokio::time::sleep(wait).await;
    let before = life.acknowledged.load(Ordering::SeqCst);
    let request = service.request("POST", "/api/v1/watch").bearer_auth(token);
    let answer = request.json(&json!({ "certificate": life.certificate.id })).send().await.unwrap();
    assert_eq!(answer.status(), 201);
    let answer: Value = answer.json().await.unwrap();
    let after = life.acknowledged.load(Ordering::SeqCst);
    Opened { before, after, since: answer["now"]["since"].as_str().map(str::to_owned) }
}

/// Pulls until the changes that `last` names were all seen; answers every change in the order in which it came.
async fn pull(
    service: Arc<TestService>,
    token: String,
    mut chance: Chance,
    last: tokio::sync::oneshot::Receiver<HashMap<String, String>>,
) -> Vec<Value> {
    let (mut after, mut told, mut last, mut awaited) = (0, Vec::new(), last, None);
    let begun = Instant::now();
    loop {
        let limit = 1 + chance.below(5);
        let path = format!("/api/v1/watch/changes?after={after}&limit={limit}");
        let answer: Value =
            service.request("GET", &path).bearer_auth(&token).send().await.unwrap().json().await.unwrap();
        told.extend(answer["changes"].as_array().unwrap().clone());
        after = answer["next"].as_u64().unwrap();
        if awaited.is_none() {
            awaited = last.try_recv().ok();
        }
        if let Some(awaited) = &awaited {
            let seen = |(number, since): (&String, &String)| {
                told.iter().any(|change| change["number"] == **number && change["since"] == **since)
            };
            if answer["more"] == false && awaited.iter().all(seen) {
                return told;
            }
        }
        assert!(begun.elapsed() < Duration::from_mins(2), "{} changes were told and not all", told.len());
    }
}

in_each_place! {
    async fn no_change_is_lost_or_told_twice_however_the_processes_meet(place: Place) {
        let mut chance = Chance::seeded("watches");
        let mut changing = place.service();
        let mut watching = place.service();
        let token = enrol(&changing, BANK, "core");
        changing.start().await;
        watching.start().await;
        let (changing, watching) = (Arc::new(changing), Arc::new(watching));

        let mut lives = Vec::new();
        for _ in 0..CERTIFICATES {
            let certificate = Certificate::issue(&changing, "7DEM001").await;
            let look = watching.request("POST", "/api/v1/verifications").bearer_auth(&token);
            look.json(&json!({ "code": certificate.code })).send().await.unwrap();
            lives.push(Arc::new(Life { certificate, acknowledged: AtomicUsize::new(0) }));
        }
        let (say_last, last) = tokio::sync::oneshot::channel();
        let pulling = tokio::spawn(pull(Arc::clone(&watching), token.clone(), chance.fork(), last));
        let (mut histories, mut openings) = (Vec::new(), Vec::new());
        for life in &lives {
            histories.push(tokio::spawn(change(Arc::clone(&changing), Arc::clone(life), chance.fork())));
            let opening = open(Arc::clone(&watching), token.clone(), Arc::clone(life), chance.moment(400));
            openings.push(tokio::spawn(opening));
        }
        let mut outcomes = Vec::new();
        for (history, opening) in histories.into_iter().zip(openings) {
            outcomes.push((history.await.unwrap(), opening.await.unwrap()));
        }
        // The last change of each whose opening did not tell it must still come.
        let awaited = lives.iter().zip(&outcomes).filter(|(_, (history, opened))| opened.since.as_ref() != history.last());
        let awaited = awaited.map(|(life, (history, _))| (life.certificate.number.clone(), history.last().unwrap().clone()));
        say_last.send(awaited.collect()).unwrap();
        let told = pulling.await.unwrap();

        let places: Vec<_> = told.iter().map(|change| change["place"].as_u64().unwrap()).collect();
        assert!(places.is_sorted_by(|a, b| a < b), "each place once and in order: {places:?}");
        for (life, (history, opened)) in lives.iter().zip(&outcomes) {
            let its = told.iter().filter(|change| change["number"] == life.certificate.number);
            let its: Vec<_> = its.map(|change| change["since"].as_str().unwrap().to_owned()).collect();
            assert!(history.ends_with(&its), "a change in the middle is missing: {its:?} of {history:?}");
            let first_told = history.len() - its.len();
            let told_by_opening = opened.since.as_ref().map_or(0, |since| 1 + history.iter().position(|at| at == since).unwrap());
            assert!(first_told <= told_by_opening, "lost between the opening and the changes");
            assert!(first_told >= opened.before, "told of what was before the watch");
            // One change may hold already that nobody was told of yet: the next after those acknowledged.
            let held = opened.before..=opened.after + 1;
            assert!(held.contains(&told_by_opening), "told {told_by_opening} of {held:?} changes");
        }
        println!("{} changes told of {}", told.len(), CERTIFICATES * CHANGES);
    }
}
