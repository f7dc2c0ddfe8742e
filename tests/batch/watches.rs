//! Watches by the API: who may open one, what it tells, and what nobody else learns.

use std::time::{Duration, Instant};

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::world::{BANK, Certificate, World, count, hexadecimal, on_runtime, world};

const WATCH: &str = "/api/v1/watch";

async fn told(request: RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    if status != 204 {
        let personal = answer.headers().get("cache-control").is_some_and(|value| value == "no-store");
        assert!(personal, "{status} may be kept by somebody");
    }
    (status, answer.json().await.unwrap_or_default())
}

/// Verifies by code in the name of whoever has `token`; answers the verification's id.
async fn look(world: &World, token: &str, certificate: &Certificate) -> String {
    let request = world.service.request("POST", "/api/v1/verifications").json(&json!({ "code": certificate.code }));
    let answer: Value = request.bearer_auth(token).send().await.unwrap().json().await.unwrap();
    answer["id"].as_str().unwrap().to_owned()
}

async fn open(world: &World, body: Value) -> (u16, Value) {
    told(world.ask("POST", WATCH).json(&body)).await
}

async fn changes(world: &World, after: u64) -> Value {
    told(world.ask("GET", &format!("{WATCH}/changes?after={after}&limit=1000"))).await.1
}

/// The changes of one certificate after `after`, as soon as there are so many.
async fn changes_of(world: &World, certificate: &Certificate, after: u64, many: usize) -> (Vec<Value>, u64) {
    let begun = Instant::now();
    loop {
        let answer = changes(world, after).await;
        let all = answer["changes"].as_array().unwrap();
        let its: Vec<_> = all.iter().filter(|change| change["number"] == certificate.number).cloned().collect();
        if its.len() >= many {
            return (its, answer["next"].as_u64().unwrap());
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{answer}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[test]
fn a_watch_tells_each_change_once_with_its_reason_and_no_fact() {
    let world = world();
    on_runtime(async {
        let certificate = Certificate::issue(&world.service, "7DEM001").await;
        let successor = Certificate::issue(&world.service, "7DEM001").await;
        let verification = look(&world, &world.bank, &certificate).await;
        let (status, watch) = open(&world, json!({ "verification": verification, "days": 30 })).await;
        assert_eq!(status, 201, "{watch}");
        assert_eq!(watch["now"], json!({ "number": certificate.number, "status": "valid" }));
        assert!(watch["valid_until"].is_string());
        let cursor = watch["cursor"].as_u64().unwrap();

        let suspended =
            certificate.change(&world.service, "suspension", &json!({ "reason": "misuse_suspected" })).await;
        let reinstated =
            certificate.change(&world.service, "reinstatement", &json!({ "reason": "cause_removed" })).await;
        let superseded = certificate.change(&world.service, "supersession", &json!({ "by": successor.number })).await;
        let (changes, next) = changes_of(&world, &certificate, cursor, 3).await;
        let number = &certificate.number;
        let places: Vec<_> = changes.iter().map(|change| change["place"].as_u64().unwrap()).collect();
        assert!(places.is_sorted_by(|a, b| a < b) && places[2] < next);
        assert_eq!(
            changes,
            [
                json!({ "place": places[0], "number": number, "status": "suspended", "since": suspended["since"], "reason": "misuse_suspected" }),
                json!({ "place": places[1], "number": number, "status": "valid", "since": reinstated["since"], "reason": "cause_removed" }),
                json!({ "place": places[2], "number": number, "status": "superseded", "since": superseded["since"], "reason": "superseded",
                "superseded_by": successor.number }),
            ]
        );
        assert_eq!(changes_of(&world, &certificate, next, 0).await.0, [] as [Value; 0]);
        let (rest, _) = changes_of(&world, &certificate, places[0] + 1, 2).await;
        assert_eq!(rest, changes[1..]);
        let again = open(&world, json!({ "verification": verification })).await.1;
        assert_eq!((again["id"].as_str(), again["now"]["status"].as_str()), (watch["id"].as_str(), Some("superseded")));
    });
}

#[test]
fn a_watch_that_is_open_already_is_let_end_later_and_never_earlier() {
    let world = world();
    on_runtime(async {
        let certificate = Certificate::issue(&world.service, "7DEM001").await;
        let verification = look(&world, &world.bank, &certificate).await;
        let mut ends = Vec::new();
        for (status, days) in [(201, 10), (200, 20), (200, 5)] {
            let (answered, watch) = open(&world, json!({ "certificate": certificate.id, "days": days })).await;
            assert_eq!(answered, status);
            ends.push((watch["id"].clone(), watch["ends_at"].as_str().unwrap().to_owned()));
        }
        assert!(ends[0].0 == ends[1].0 && ends[0].1 < ends[1].1 && ends[1] == ends[2], "{ends:?}");
        let (_, longest) = open(&world, json!({ "verification": verification })).await;
        assert!(longest["ends_at"].as_str().unwrap() > ends[1].1.as_str());
        let events = format!(
            "select count(*) from audit_events where subject = '{}' and act = 'watch'
            and actor = 'verifier:{BANK}:core'",
            certificate.id
        );
        assert_eq!(count(&world.place.reading, &events).await, 4, "the holder's record shows it");
    });
}

#[test]
fn whoever_was_not_told_the_facts_watches_nothing_and_learns_nothing() {
    let world = world();
    on_runtime(async {
        let certificate = Certificate::issue(&world.service, "7DEM002").await;
        let ask = |body: Value| world.ask("POST", "/api/v1/verifications").json(&body);
        let by_number = told(ask(json!({ "number": certificate.number }))).await.1;
        let by_digest = told(ask(json!({ "digest": certificate.digest(&world.service).await }))).await.1;
        let anonymous = world.service.verify("code", &certificate.code).await;
        let of_another = look(&world, &world.other_bank, &certificate).await;
        let mut answers = Vec::new();
        for body in [
            json!({ "verification": by_number["id"] }),
            json!({ "verification": by_digest["id"] }),
            json!({ "verification": anonymous["id"] }),
            json!({ "verification": of_another }),
            json!({ "verification": "01890000-0000-7000-8000-000000000000" }),
            json!({ "certificate": certificate.id }),
            json!({ "certificate": "01890000-0000-7000-8000-000000000000" }),
        ] {
            answers.push(open(&world, body).await);
        }
        assert_eq!(answers[0].0, 404);
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
        let watches = format!("select count(*) from watches where certificate_id = {}", hexadecimal(&certificate.id));
        assert_eq!(count(&world.place.reading, &watches).await, 0);
    });
}

#[test]
fn another_organisations_watch_is_as_absent_as_none() {
    let world = world();
    on_runtime(async {
        let certificate = Certificate::issue(&world.service, "7DEM003").await;
        look(&world, &world.bank, &certificate).await;
        let (_, watch) = open(&world, json!({ "certificate": certificate.id })).await;
        let (id, cursor) = (watch["id"].as_str().unwrap(), &watch["cursor"]);
        let other = |method: &str, path: &str| world.service.request(method, path).bearer_auth(&world.other_bank);
        let absent = told(other("DELETE", &format!("{WATCH}/01890000-0000-7000-8000-000000000000"))).await;
        assert_eq!(absent.0, 404);
        assert_eq!(told(other("DELETE", &format!("{WATCH}/{id}"))).await, absent);
        certificate.change(&world.service, "revocation", &json!({ "reason": "facts_wrong" })).await;
        changes_of(&world, &certificate, cursor.as_u64().unwrap(), 1).await;
        let theirs = told(other("GET", &format!("{WATCH}/changes?after={cursor}"))).await.1;
        assert_eq!(theirs["changes"], json!([]));
        let theirs = told(other("GET", WATCH)).await.1;
        assert!(!theirs.to_string().contains(&certificate.number), "{theirs}");
        for (token, status) in [(Some(&world.clerk), 403), (Some(&world.service.token()), 403), (None, 401)] {
            for path in [WATCH.to_owned(), format!("{WATCH}/changes")] {
                let request = world.service.request("GET", &path);
                let request = if let Some(token) = token { request.bearer_auth(token) } else { request };
                assert_eq!(told(request).await.0, status);
            }
        }
    });
}

#[test]
fn an_ended_watch_is_silent() {
    let world = world();
    on_runtime(async {
        let (one, other) =
            (Certificate::issue(&world.service, "7DEM004").await, Certificate::issue(&world.service, "7DEM005").await);
        let mut ids = Vec::new();
        for certificate in [&one, &other] {
            look(&world, &world.bank, certificate).await;
            let (_, watch) = open(&world, json!({ "certificate": certificate.id })).await;
            ids.push((watch["id"].as_str().unwrap().to_owned(), watch["cursor"].as_u64().unwrap()));
        }
        one.change(&world.service, "suspension", &json!({ "reason": "misuse_suspected" })).await;
        assert_eq!(told(world.ask("DELETE", &format!("{WATCH}/{}", ids[0].0))).await.0, 204);
        assert_eq!(told(world.ask("DELETE", &format!("{WATCH}/{}", ids[0].0))).await.0, 404);
        one.change(&world.service, "revocation", &json!({ "reason": "facts_wrong" })).await;
        other.change(&world.service, "revocation", &json!({ "reason": "facts_wrong" })).await;
        changes_of(&world, &other, ids[0].1, 1).await;
        assert_eq!(changes_of(&world, &one, 0, 0).await.0, [] as [Value; 0]);
        let ended = format!("select count(*) from audit_events where subject = '{}' and act = 'end_watch'", one.id);
        assert_eq!(count(&world.place.reading, &ended).await, 1);

        // Opened again, it tells what comes and not what was.
        look(&world, &world.bank, &one).await;
        let (status, watch) = open(&world, json!({ "certificate": one.id })).await;
        assert_eq!((status, &watch["now"]["status"]), (201, &json!("revoked")));
        assert_eq!(changes_of(&world, &one, 0, 0).await.0, [] as [Value; 0]);
    });
}

#[test]
fn watches_are_listed_page_by_page() {
    let world = world();
    on_runtime(async {
        let mut opened = Vec::new();
        for holder in ["7DEM001", "7DEM002", "7DEM003"] {
            let certificate = Certificate::issue(&world.service, holder).await;
            look(&world, &world.bank, &certificate).await;
            opened.push(open(&world, json!({ "certificate": certificate.id })).await.1["id"].clone());
        }
        let (mut listed, mut after) = (Vec::new(), String::new());
        loop {
            let (status, page) = told(world.ask("GET", &format!("{WATCH}?limit=2{after}"))).await;
            assert_eq!(status, 200);
            let watches = page["watches"].as_array().unwrap();
            assert!(watches.len() <= 2);
            listed.extend(watches.iter().map(|watch| watch["id"].clone()));
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        assert!(opened.iter().all(|id| listed.iter().filter(|listed| *listed == id).count() == 1), "{listed:?}");
    });
}

#[test]
fn what_cannot_be_watched_or_pulled_is_refused_with_what_to_do() {
    let world = world();
    on_runtime(async {
        let verification = look(&world, &world.bank, &world.valid).await;
        for (body, slug) in [
            (json!({ "verification": verification, "days": 91 }), "watch-too-long"),
            (json!({ "verification": verification, "days": 0 }), "watch-too-long"),
            (json!({ "verification": verification, "certificate": world.valid.id }), "malformed-request"),
            (json!({}), "malformed-request"),
            (json!({ "verification": "seven" }), "malformed-request"),
            (json!({ "verification": verification, "days": -1 }), "malformed-request"),
        ] {
            let (status, problem) = open(&world, body).await;
            assert_eq!((status, problem["type"].as_str()), (422, Some(&*format!("urn:earayis:problem:{slug}"))));
        }
        for (query, status) in [
            ("after=18446744073709551615", 409),
            ("after=1000000", 409),
            ("after=-1", 400),
            ("after=x", 400),
            ("limit=0", 400),
            ("limit=1001", 400),
            ("limit=1000", 200),
            ("", 200),
        ] {
            assert_eq!(told(world.ask("GET", &format!("{WATCH}/changes?{query}"))).await.0, status, "{query}");
        }
        assert_eq!(told(world.ask("DELETE", &format!("{WATCH}/seven"))).await.0, 400);
        assert_eq!(told(world.ask("GET", &format!("{WATCH}?after=seven"))).await.0, 400);
    });
}
