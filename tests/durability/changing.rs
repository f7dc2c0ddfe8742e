//! Verifications while another process changes statuses: no answer begun after a change was acknowledged tells the old one.
//!
//! A tenth of the verifications that the service must stand before a release are done each time; all of them are
//!
//! ```sh
//! EARAYIS_VERIFICATIONS=100000 .ci/test --test durability changing -- --nocapture --test-threads 1
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::chance::Chance;
use crate::clients::{Acknowledged, Crowd, Issuing};
use crate::place::{Place, in_each_place};
use crate::service::TestService;

const CERTIFICATES: usize = 40;
const VERIFIERS: usize = 8;
const CHANGERS: usize = 2;
/// How many of the certificates end revoked while the verifications go on; the others are only suspended and reinstated.
const REVOKED: usize = 30;

in_each_place! {
    async fn no_answer_begun_after_a_change_was_acknowledged_tells_the_old_status(place: Place) {
        let mut chance = Chance::seeded("changing statuses");
        let [mut issuer, mut other] = [place.service(), place.service()];
        issuer.start().await;
        other.start().await;
        let crowd = Crowd::send_out(&issuer, 4, "changing", &mut chance);
        crowd.until_issued(CERTIFICATES).await;
        let told = crowd.come_home().await;
        let papers = Arc::new(papers(&issuer, told.acknowledged).await);

        let enough = Arc::new(AtomicUsize::new(0));
        let over = Arc::new(AtomicBool::new(false));
        let mut verifiers = JoinSet::new();
        for _ in 0..VERIFIERS {
            let (issuing, papers, enough) = (Issuing::at(&other), Arc::clone(&papers), Arc::clone(&enough));
            verifiers.spawn(verify(issuing, papers, enough, Arc::clone(&over), chance.fork()));
        }
        let mut agencies = JoinSet::new();
        for nth in 0..CHANGERS {
            agencies.spawn(change(Changing::at(&issuer), Arc::clone(&papers), nth, Arc::clone(&enough), chance.fork()));
        }
        let changes = agencies.join_all().await.into_iter().flatten().collect::<Vec<_>>();
        over.store(true, Ordering::Relaxed);
        let answers = verifiers.join_all().await.into_iter().flatten().collect::<Vec<_>>();

        assert_true_answers(&changes, &answers);
        let revoked = changes.iter().filter(|change| change.to == "revoked").count();
        println!("{} verifications, {} changes of status, {revoked} of them final", answers.len(), changes.len());
        assert!(answers.len() >= verifications() && revoked == REVOKED);
    }
}

/// How many verifications one test does at least: `EARAYIS_VERIFICATIONS`, or ten thousand for both engines together.
fn verifications() -> usize {
    std::env::var("EARAYIS_VERIFICATIONS").map_or(5_000, |count| count.parse().unwrap())
}

/// A certificate in every form in which it can be presented.
struct Paper {
    id: String,
    number: String,
    code: String,
    digest: String,
    file: Vec<u8>,
}

/// A change of status: it holds at the latest from `acknowledged`, and at the earliest from `asked`.
#[derive(Debug)]
struct Change {
    paper: usize,
    to: &'static str,
    asked: Instant,
    acknowledged: Instant,
}

#[derive(Debug)]
struct Answered {
    paper: usize,
    by: &'static str,
    begun: Instant,
    ended: Instant,
    verdict: String,
}

async fn papers(service: &TestService, acknowledged: Vec<Acknowledged>) -> Vec<Paper> {
    let issuing = Issuing::at(service);
    let mut papers = Vec::new();
    for Acknowledged { id, number, code, .. } in acknowledged.into_iter().take(CERTIFICATES) {
        let file = issuing.pdf(&id).await;
        let digest = data_encoding::HEXLOWER.encode(ring::digest::digest(&ring::digest::SHA256, &file).as_ref());
        papers.push(Paper { id, number, code, digest, file });
    }
    papers
}

async fn verify(
    issuing: Issuing,
    papers: Arc<Vec<Paper>>,
    enough: Arc<AtomicUsize>,
    over: Arc<AtomicBool>,
    mut chance: Chance,
) -> Vec<Answered> {
    let mut answers = Vec::new();
    while !over.load(Ordering::Relaxed) {
        let paper = chance.below(papers.len());
        let Paper { number, code, digest, file, .. } = &papers[paper];
        let begun = Instant::now();
        let (by, told) = match chance.below(8) {
            0..3 => ("code", issuing.verify("code", code).await),
            3..6 => ("number", issuing.verify("number", number).await),
            6 => ("digest", issuing.verify("digest", digest).await),
            _ => ("file", issuing.verify_file(file.clone()).await),
        };
        let verdict = told["verdict"].as_str().unwrap_or_else(|| panic!("no verdict in {told}")).to_owned();
        answers.push(Answered { paper, by, begun, ended: Instant::now(), verdict });
        enough.fetch_add(1, Ordering::Relaxed);
    }
    answers
}

/// Suspends and reinstates this agency's certificates, and revokes them one after the other, spread over the whole run.
async fn change(
    issuer: Changing,
    papers: Arc<Vec<Paper>>,
    nth: usize,
    done: Arc<AtomicUsize>,
    mut chance: Chance,
) -> Vec<Change> {
    let mut own = (nth..papers.len()).step_by(CHANGERS).collect::<Vec<_>>();
    let (all, last) = (own.len(), own.len() - REVOKED / CHANGERS);
    let mut changes = Vec::new();
    while done.load(Ordering::Relaxed) < verifications() || own.len() > last {
        let at = chance.below(own.len());
        let share = verifications() * (all - own.len()) / (REVOKED / CHANGERS);
        if own.len() > last && done.load(Ordering::Relaxed) >= share {
            let paper = own.swap_remove(at);
            changes.push(issuer.act(&papers, paper, "revocation", "facts_wrong", "revoked").await);
        } else {
            let paper = own[at];
            changes.push(issuer.act(&papers, paper, "suspension", "misuse_suspected", "suspended").await);
            tokio::time::sleep(chance.moment(20)).await;
            changes.push(issuer.act(&papers, paper, "reinstatement", "cause_removed", "valid").await);
        }
        tokio::time::sleep(chance.moment(20)).await;
    }
    changes
}

/// The issuer's system, at the process that nobody verifies with.
struct Changing {
    client: reqwest::Client,
    url: String,
    token: String,
}

impl Changing {
    fn at(service: &TestService) -> Self {
        Self { client: reqwest::Client::new(), url: service.url.clone(), token: service.token() }
    }

    async fn act(&self, papers: &[Paper], paper: usize, act: &str, reason: &str, to: &'static str) -> Change {
        let url = format!("{}/api/v1/certificates/{}/{act}", self.url, papers[paper].id);
        let asked = Instant::now();
        let posted = self.client.post(url).bearer_auth(&self.token).json(&json!({ "reason": reason })).send().await;
        let told: Value = posted.unwrap().json().await.unwrap();
        let acknowledged = Instant::now();
        assert_eq!(told["status"], to, "{told}");
        Change { paper, to, asked, acknowledged }
    }
}

/// Each answer tells a status that may have held at some moment between its beginning and its end.
fn assert_true_answers(changes: &[Change], answers: &[Answered]) {
    let mut histories: BTreeMap<usize, Vec<&Change>> = BTreeMap::new();
    for change in changes {
        histories.entry(change.paper).or_default().push(change);
    }
    for answer in answers {
        let history = histories.get(&answer.paper).map_or(&[][..], Vec::as_slice);
        // What certainly held when it began: the last change that was acknowledged by then.
        let settled = history.iter().rposition(|change| change.acknowledged <= answer.begun);
        let possible =
            history.iter().skip(settled.map_or(0, |last| last + 1)).take_while(|change| change.asked <= answer.ended);
        let held = settled.map_or("valid", |last| history[last].to);
        let mut may_be = std::iter::once(held).chain(possible.map(|change| change.to));
        assert!(
            may_be.any(|status| status == answer.verdict),
            "by {}: {answer:?} where {held} held; {history:?}",
            answer.by
        );
    }
}
