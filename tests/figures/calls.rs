//! Auditors' own programs: they read what their auditor may, page by page, and nothing personal; everybody else is refused.

use serde_json::Value;

use crate::asked::{by_hand, page};
use crate::service::TestService;

const AGENCY: &str = "9900100161";
const AUDITING: &str = "9900400111";
const CERTIFICATES: &str = "/api/v1/audit/certificates";
const EVENTS: &str = "/api/v1/audit/events";

fn run(service: &TestService, arguments: &[&str]) -> String {
    let output = tokio::task::block_in_place(|| service.run(arguments));
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn token(service: &TestService, voen: &str, member: &str, scopes: &str) -> String {
    let name = format!("{scopes} of {member}").replace(',', " ");
    run(service, &["tokens", "issue", voen, &name, "--member", member, "--scopes", scopes])
}

/// A member of the auditing agency who audits one agency alone.
fn auditor_of_another_organisation(service: &TestService) -> String {
    run(service, &["members", "add", AUDITING, "Nərgiz Yoxlamalı"]);
    run(service, &["members", "grant", AUDITING, "Nərgiz Yoxlamalı", "--agency", AGENCY]);
    token(service, AUDITING, "Nərgiz Yoxlamalı", "audit")
}

async fn call(service: &TestService, token: &str, path: &str) -> (u16, Value) {
    let answer = service.request("GET", path).bearer_auth(token).send().await.unwrap();
    assert_eq!(answer.headers()["cache-control"], "no-store", "{path}");
    (answer.status().as_u16(), answer.json().await.unwrap())
}

fn issue(service: &TestService, kind: &str) -> String {
    let issued = tokio::task::block_in_place(|| service.issue(kind, "7DEM001").0);
    issued["number"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_auditors_program_reads_what_she_may_page_by_page() {
    let service = TestService::demo().await;
    let mut own: Vec<String> = (0..5).map(|_| issue(&service, "is-yeri")).collect();
    let other = issue(&service, "yasayis-yeri");
    own.reverse();
    let program = auditor_of_another_organisation(&service);
    let all = token(&service, AUDITING, "Aytən Sınaqlı", "audit");

    let (mut numbers, mut after, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        pages += 1;
        let (status, answer) =
            call(&service, &program, &format!("{CERTIFICATES}?operator=operator&limit=2{after}")).await;
        assert_eq!(status, 200, "{answer}");
        for certificate in answer["certificates"].as_array().unwrap() {
            assert_eq!(certificate["issuer"], AGENCY);
            numbers.push(certificate["number"].as_str().unwrap().to_owned());
        }
        let Some(next) = answer["next"].as_str() else { break };
        after = format!("&after={next}");
        // What arrives meanwhile moves nothing.
        issue(&service, "is-yeri");
    }
    // Behind them are the demonstration's own.
    assert_eq!(numbers[..5], own[..]);
    let once: std::collections::BTreeSet<_> = numbers.iter().collect();
    assert_eq!(once.len(), numbers.len());
    let (_, answer) = call(&service, &program, &format!("{CERTIFICATES}?number={other}")).await;
    assert_eq!(answer["certificates"], Value::Array(Vec::new()), "another agency's");
    let (_, answer) = call(&service, &all, &format!("{CERTIFICATES}?number={other}")).await;
    assert_eq!(answer["certificates"][0]["number"], other.as_str());

    // That a page was read is an event, whatever page it was: hers for her agency, her colleague's for nobody but all.
    let (_, answer) = call(&service, &program, &format!("{EVENTS}?act=read_by_call&limit=500")).await;
    let events = answer["events"].as_array().unwrap();
    let actor = events[0]["actor"].as_str().unwrap().to_owned();
    assert!(actor.starts_with(&format!("member:{AUDITING}:")), "{answer}");
    assert!(events.iter().all(|event| event["actor"] == actor.as_str()) && events.len() == pages + 2, "{answer}");
    assert_eq!(events[0]["detail"]["credential"], "audit of Nərgiz Yoxlamalı");
    let (_, seen) = call(&service, &all, &format!("{EVENTS}?act=read_by_call")).await;
    assert!(seen["events"].as_array().unwrap().len() > events.len(), "{seen}");
    // The agency's own auditor sees that it was read, and by whom.
    let (_, desk) = page(&service, &service.auditor(1).await, "/desk/events?act=read_by_call").await;
    assert!(desk.contains(&actor.replace(':', "%3A")), "{desk}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_else_reads_and_a_role_that_was_taken_is_gone_at_once() {
    let service = TestService::demo().await;
    let program = auditor_of_another_organisation(&service);
    run(&service, &["members", "add", AGENCY, "core systems"]);
    let without_role = token(&service, AGENCY, "core systems", "audit");
    let without_scope = token(&service, AGENCY, "Rauf Nümunəli", "issue");
    for path in [CERTIFICATES, EVENTS] {
        for (token, status, slug) in [
            (service.token(), 403, "missing-scope"),
            (service.verifier_token(), 403, "missing-scope"),
            (without_scope.clone(), 403, "missing-scope"),
            (without_role.clone(), 403, "without-role"),
            ("no such token".to_owned(), 401, "unknown-token"),
        ] {
            let (answered, problem) = call(&service, &token, path).await;
            assert_eq!(
                (answered, problem["type"].as_str()),
                (status, Some(format!("urn:earayis:problem:{slug}").as_str()))
            );
        }
        assert_eq!(service.request("GET", path).send().await.unwrap().status(), 401);
        let cookie = service.auditor(1).await;
        let both = service.request("GET", path).header("cookie", &cookie).bearer_auth("no such token");
        assert_eq!(both.send().await.unwrap().status(), 401, "what is shown and not good is refused");
        assert_eq!(page(&service, &cookie, path).await.0, 200);
        assert_eq!(call(&service, &program, path).await.0, 200);
    }
    // It opens no page of the desk, and no other call.
    for path in ["/desk", "/desk/events", "/api/v1/watch"] {
        assert!(service.request("GET", path).bearer_auth(&program).send().await.unwrap().status().is_client_error());
    }
    // Only a bank's organisation cannot have it.
    let refused = tokio::task::block_in_place(|| {
        service.run(&["tokens", "issue", "9900310161", "a", "--member", "core systems", "--scopes", "audit"])
    });
    assert!(!refused.status.success());
    run(&service, &["members", "revoke", AUDITING, "Nərgiz Yoxlamalı"]);
    let (status, problem) = call(&service, &program, EVENTS).await;
    assert_eq!((status, problem["type"].as_str()), (403, Some("urn:earayis:problem:without-role")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_read_is_told_in_three_languages_and_never_repeated() {
    let service = TestService::demo().await;
    let cookie = service.auditor(0).await;
    for path in [
        format!("{CERTIFICATES}?fin=7DEM001"),
        format!("{CERTIFICATES}?holder=7DEM001"),
        format!("{CERTIFICATES}?operator=7DEM001"),
        format!("{CERTIFICATES}?number=7DEM001"),
        format!("{CERTIFICATES}?limit=501"),
        format!("{CERTIFICATES}?limit=7DEM001"),
        format!("{EVENTS}?subject=7DEM001"),
        format!("{EVENTS}?operator=holder%3A7DEM001"),
        format!("{EVENTS}?after=7DEM001"),
        format!("{EVENTS}?from=2026-11-24&to=2026-11-23"),
    ] {
        let mut details = Vec::new();
        for language in ["az", "en", "ru"] {
            let asked = service.request("GET", &path).header("cookie", &cookie).header("accept-language", language);
            let answer = asked.send().await.unwrap();
            assert_eq!(answer.status(), 422, "{path}");
            let text = answer.text().await.unwrap();
            assert!(!text.contains("7DEM001"), "{text}");
            let problem: Value = serde_json::from_str(&text).unwrap();
            details.push(problem["detail"].as_str().unwrap().to_owned());
        }
        details.dedup();
        assert_eq!(details.len(), 3, "{path}: {details:?}");
    }
    by_hand(&service, "update audit_events set actor = 'holder:canary-pseudonym' where act = 'sign_in'").await;
    let (status, text) = page(&service, &cookie, &format!("{EVENTS}?operator=holder")).await;
    assert!(status == 200 && text.contains("\"holder\"") && !text.contains("canary"), "{text}");
}
