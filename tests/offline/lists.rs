//! Status lists as they are served: the very next fetch after a change contains it, whoever made the change.

use std::io::Read as _;

use earayis::certificate::Standing;
use earayis::clock::Clock;
use earayis::keys::PublicKeys;
use earayis::qr::token;
use earayis::status_list::StatusList;
use earayis::trust::Root;
use reqwest::Response;

use crate::bank::Certificate;
use crate::postgres;
use crate::service::{TestService, free_port};

const PATH: &str = "/api/v1/status-lists/1";

async fn get(service: &TestService, headers: &[(&str, &str)]) -> Response {
    let mut request = service.request("GET", PATH);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

fn header(answer: &Response, name: &str) -> String {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned()
}

/// The present list, as a stranger believes it who knows the root.
async fn list(service: &TestService) -> StatusList {
    let root = std::fs::read(service.dir.join("keys").join("root.cert.pem")).unwrap();
    let jwks = service.request("GET", "/.well-known/jwks.json").send().await.unwrap().json().await.unwrap();
    let keys = PublicKeys::from_jwks(&jwks, Root::parse(&root).unwrap().der());
    StatusList::open(&get(service, &[]).await.text().await.unwrap(), &keys, Clock::System.now()).unwrap()
}

/// Where the certificate's token says that its status stands.
fn place(certificate: &Certificate) -> (u32, String) {
    let payload = token::parse_payload(&certificate.qr).unwrap();
    let reference = token::unverified(&payload.token).unwrap().status_list;
    (reference.index, reference.uri)
}

#[tokio::test]
async fn a_list_is_named_typed_tagged_and_compressed() {
    let service = TestService::fresh().await;
    let none = service.request("GET", "/api/v1/status-lists").send().await.unwrap();
    assert_eq!(none.json::<serde_json::Value>().await.unwrap(), serde_json::json!({ "status_lists": [] }));
    assert_eq!(get(&service, &[]).await.status(), 404);
    let certificate = Certificate::issue(&service, "diplom");
    let all = service.request("GET", "/api/v1/status-lists").send().await.unwrap();
    let uri = format!("{}{PATH}", service.url);
    assert_eq!(all.json::<serde_json::Value>().await.unwrap(), serde_json::json!({ "status_lists": [uri] }));

    let plain = get(&service, &[]).await;
    assert_eq!((plain.status().as_u16(), header(&plain, "content-type").as_str()), (200, "application/statuslist+jwt"));
    assert_eq!(header(&plain, "cache-control"), "public, no-cache");
    assert_eq!((header(&plain, "vary").as_str(), header(&plain, "content-encoding").as_str()), ("accept-encoding", ""));
    let tag = header(&plain, "etag");
    let text = plain.text().await.unwrap();
    let same = get(&service, &[("if-none-match", &tag)]).await;
    assert_eq!((same.status().as_u16(), header(&same, "etag")), (304, tag.clone()));
    assert_eq!(same.bytes().await.unwrap().len(), 0);
    assert_eq!(get(&service, &[("if-none-match", "\"another\"")]).await.status(), 200);

    let compressed = get(&service, &[("accept-encoding", "gzip")]).await;
    assert_eq!(header(&compressed, "content-encoding"), "gzip");
    assert_ne!(header(&compressed, "etag"), tag, "other bytes have another tag");
    let mut unpacked = String::new();
    flate2::read::GzDecoder::new(&compressed.bytes().await.unwrap()[..]).read_to_string(&mut unpacked).unwrap();
    assert_eq!(unpacked, text);

    let list = list(&service).await;
    assert_eq!((list.uri.as_str(), list.changes), (uri.as_str(), Some(0)));
    assert_eq!(list.expires_at.seconds() - list.issued_at.seconds(), 24 * 60 * 60);
    let (index, named) = place(&certificate);
    assert_eq!((named, list.standing(index)), (uri, Some(Standing::InForce)));
    for (path, status) in [("2", 404), ("0", 404), ("-1", 404), ("x", 400), ("99999999999999999999", 400)] {
        let answer = service.request("GET", &format!("/api/v1/status-lists/{path}")).send().await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), header(&answer, "content-type").as_str()),
            (status, "application/problem+json")
        );
    }
}

#[tokio::test]
async fn the_next_fetch_contains_what_another_process_did_in_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    the_next_fetch_contains_what_another_process_did(folder.path(), "sqlite:earayis.db").await;
}

#[tokio::test]
async fn the_next_fetch_contains_what_another_process_did_in_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let url = postgres::server().fresh_database(true).await;
    the_next_fetch_contains_what_another_process_did(folder.path(), &url).await;
}

async fn the_next_fetch_contains_what_another_process_did(folder: &std::path::Path, url: &str) {
    let mut one = TestService::serving(folder, free_port(), url);
    let mut other = TestService::serving(folder, free_port(), url);
    one.start().await;
    other.start().await;
    let mut tag = String::new();
    for turn in 1..=6_u64 {
        let (acting, reading) = if turn % 2 == 0 { (&one, &other) } else { (&other, &one) };
        let (issued, bytes) = acting.issue("is-yeri", "7DEM001");
        let number = issued["number"].as_str().unwrap().to_owned();
        let qr = earayis::pdf::Contents::of(&bytes).unwrap().qr_payload;
        let certificate = Certificate { number, qr, bytes, proof: String::new() };
        let (index, _) = place(&certificate);
        for service in [&one, &other] {
            assert_eq!(list(service).await.standing(index), Some(Standing::InForce));
        }
        // By the other process's API, or by a command beside both.
        if turn % 3 == 0 {
            let arguments = ["revoke", "--number", &certificate.number, "--reason", "facts_wrong"];
            assert!(acting.run(&arguments).status.success());
        } else {
            let path = format!("/api/v1/certificates/{}/revocation", issued["id"].as_str().unwrap());
            let body = serde_json::json!({ "reason": "facts_wrong" });
            let answer = acting.request("POST", &path).bearer_auth(acting.token()).json(&body).send().await.unwrap();
            assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
        }
        for service in [reading, acting] {
            let list = list(service).await;
            assert_eq!((list.standing(index), list.changes), (Some(Standing::Revoked), Some(turn)), "turn {turn}");
        }
        let now = header(&get(reading, &[]).await, "etag");
        assert_ne!(now, tag);
        assert_eq!(get(reading, &[("if-none-match", &now)]).await.status(), 304);
        assert_eq!(get(reading, &[("if-none-match", &tag)]).await.status(), 200, "the one before is not current");
        tag = now;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_fetch_after_an_acknowledged_change_lacks_it_however_many_act_at_once_in_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    no_fetch_after_an_acknowledged_change_lacks_it(folder.path(), "sqlite:earayis.db").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_fetch_after_an_acknowledged_change_lacks_it_however_many_act_at_once_in_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let url = postgres::server().fresh_database(true).await;
    no_fetch_after_an_acknowledged_change_lacks_it(folder.path(), &url).await;
}

/// Clients of two processes revoke at once; each asks the other process for the list as soon as it has its answer.
async fn no_fetch_after_an_acknowledged_change_lacks_it(folder: &std::path::Path, url: &str) {
    const CLIENTS: usize = 4;
    const EACH: usize = 4;
    let mut services = [0, 1].map(|_| TestService::serving(folder, free_port(), url));
    for service in &mut services {
        service.start().await;
    }
    let services = std::sync::Arc::new(services);
    let issued: Vec<_> = (0..CLIENTS * EACH).map(|turn| services[turn % 2].issue("is-yeri", "7DEM001")).collect();
    let clients = issued.chunks(EACH).enumerate().map(|(client, chunk)| {
        let (services, chunk) = (std::sync::Arc::clone(&services), chunk.to_vec());
        tokio::spawn(async move {
            for (turn, (issued, bytes)) in chunk.iter().enumerate() {
                let (acting, reading) = (&services[(client + turn) % 2], &services[(client + turn + 1) % 2]);
                let payload = token::parse_payload(&earayis::pdf::Contents::of(bytes).unwrap().qr_payload).unwrap();
                let index = token::unverified(&payload.token).unwrap().status_list.index;
                let path = format!("/api/v1/certificates/{}/revocation", issued["id"].as_str().unwrap());
                let body = serde_json::json!({ "reason": "facts_wrong" });
                let answer =
                    acting.request("POST", &path).bearer_auth(acting.token()).json(&body).send().await.unwrap();
                assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
                assert_eq!(list(reading).await.standing(index), Some(Standing::Revoked));
            }
        })
    });
    for client in clients.collect::<Vec<_>>() {
        client.await.unwrap();
    }
    for service in services.iter() {
        assert_eq!(list(service).await.changes, Some((CLIENTS * EACH) as u64), "each change is counted once");
    }
}

/// Read by a program that shares no code with the service: each value in its place, and nothing in any other.
#[tokio::test]
async fn a_stranger_reads_each_status_in_its_place() {
    let service = TestService::fresh().await;
    let issued = [(); 5].map(|()| Certificate::issue(&service, "diplom"));
    let [revoked, suspended, superseded, reinstated, valid] = &issued;
    let act = |arguments: &[&str]| assert!(service.run(arguments).status.success(), "{arguments:?}");
    act(&["revoke", "--number", &revoked.number, "--reason", "facts_wrong"]);
    act(&["supersede", "--number", &superseded.number, "--by", &valid.number]);
    for certificate in [suspended, reinstated] {
        act(&["suspend", "--number", &certificate.number, "--reason", "misuse_suspected"]);
    }
    act(&["reinstate", "--number", &reinstated.number, "--reason", "cause_removed"]);
    let python = std::env::var("EARAYIS_PYTHON").expect("run the tests by `.ci/test`: it installs Python's packages");
    let mut stranger = std::process::Command::new(python);
    stranger.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/offline/stranger.py"));
    stranger.arg(service.dir.join("keys").join("root.cert.pem")).arg(&service.url).arg(place(valid).1);
    for (certificate, value) in [(revoked, 1), (suspended, 2), (superseded, 3), (reinstated, 0), (valid, 0)] {
        stranger.arg(format!("{}={value}", place(certificate).0));
    }
    let output = stranger.output().unwrap();
    let said = crate::bank::said(&output);
    assert!(output.status.success() && said.0.contains("5 places say what they should"), "{said:?}");
}
