//! The desk as auditors use it: search within reach, lives, facts for a purpose that the holder sees, samples, figures.

use crate::asked::{form, page};
use crate::service::TestService;

const FIN: &str = "7DEM001";

fn number(certificate: &serde_json::Value) -> String {
    certificate["number"].as_str().unwrap().to_owned()
}

fn issue(service: &TestService, kind: &str) -> serde_json::Value {
    tokio::task::block_in_place(|| service.issue(kind, FIN).0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_auditor_finds_what_is_within_her_reach_and_nothing_else() {
    let service = TestService::demo().await;
    let (job, home) = (issue(&service, "is-yeri"), issue(&service, "yasayis-yeri"));
    let (all, agency) = (service.auditor(0).await, service.auditor(1).await);

    for query in [
        format!("number={}", number(&job)),
        "kind=is-yeri".into(),
        "issuer=9900100161&operator=operator".into(),
        "status=valid".into(),
    ] {
        for cookie in [&all, &agency] {
            let (status, text) = page(&service, cookie, &format!("/desk/certificates?{query}")).await;
            assert_eq!((status, text.contains(&format!(">{}</a>", number(&job)))), (200, true), "{query}");
        }
    }
    let found = async |cookie: &str, query: &str| {
        let (_, text) = page(&service, cookie, &format!("/desk/certificates?{query}")).await;
        text.contains(&format!(">{}</a>", number(&home)))
    };
    assert!(found(&all, "").await);
    for query in ["", "kind=yasayis-yeri", "issuer=9900110121", &format!("number={}", number(&home))] {
        assert!(!found(&agency, query).await, "{query}");
    }
    let (status, text) = page(&service, &all, "/desk/certificates?number=seven&lang=en").await;
    assert_eq!((status, text.contains("A number is written like")), (422, true));
    let (_, text) = page(&service, &all, "/desk/certificates?from=2001-01-01&to=2001-01-02&lang=en").await;
    assert!(text.contains("Nothing was found"), "{text}");

    // Another agency's certificate is answered like one that does not exist.
    let life = format!("/desk/certificates/{}", home["id"].as_str().unwrap());
    assert_eq!(page(&service, &agency, &life).await.0, 404);
    assert_eq!(form(&service, &agency, &format!("{life}/facts"), &[("purpose", "complaint number five")]).await.0, 404);
    assert_eq!(page(&service, &all, &life).await.0, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_is_found_exactly_for_a_purpose_and_it_is_recorded() {
    let service = TestService::demo().await;
    let job = issue(&service, "is-yeri");
    let (all, agency) = (service.auditor(0).await, service.auditor(1).await);
    let search =
        async |cookie: &str, fields: &[(&str, &str)]| form(&service, cookie, "/desk/certificates/person", fields).await;
    assert_eq!(search(&all, &[("fin", FIN)]).await.0, 422, "without a purpose");
    assert_eq!(search(&all, &[("fin", "7DEM0"), ("purpose", "complaint number five")]).await.0, 422);
    let (status, text) = search(&all, &[("fin", FIN), ("purpose", "complaint number five")]).await;
    assert_eq!((status, text.contains(&number(&job))), (200, true));
    let own = page(&service, &holder(&service).await, &format!("/certificates/{}", job["id"].as_str().unwrap())).await;
    assert!(own.1.contains("complaint number five"), "the holder is shown it: {}", own.1);
    let (_, text) = search(&all, &[("fin", "7DEM002"), ("purpose", "complaint number five")]).await;
    assert!(!text.contains(&number(&job)));

    // Everybody who audits the agency sees that it was found by the person, and by whom.
    let (_, events) = page(&service, &agency, "/desk/events?act=find_by_person").await;
    assert!(events.contains(job["id"].as_str().unwrap()), "{events}");
    let (_, events) = page(&service, &agency, "/desk/events?act=search_person").await;
    assert!(!events.contains("<td>search_person</td>"), "another organisation's search is not this agency's matter");
    let (_, events) = page(&service, &all, "/desk/events").await;
    assert!(events.contains("<td>search_person</td>") && !events.contains(FIN), "{events}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_life_is_whole_and_its_facts_are_shown_for_a_purpose_that_the_holder_sees() {
    let service = TestService::demo().await;
    let certificate = issue(&service, "is-yeri");
    let (id, code) = (certificate["id"].as_str().unwrap(), certificate["code"].as_str().unwrap());
    assert_eq!(service.verify("code", code).await["verdict"], "valid");
    let number = number(&certificate);
    let revoked =
        tokio::task::block_in_place(|| service.run(&["revoke", "--number", &number, "--reason", "facts_wrong"]));
    assert!(revoked.status.success());
    let cookie = service.auditor(1).await;
    let path = format!("/desk/certificates/{id}");
    let (_, life) = page(&service, &cookie, &format!("{path}?lang=en")).await;
    for what in ["Act: issue", "Leaf of the log: issued", "Verified: ", "Act: revoke", "Leaf of the log: revoked"] {
        assert!(life.contains(what), "{what}: {life}");
    }
    assert!(!life.contains(FIN), "nothing personal without a purpose");

    let facts = async |purpose: &str, delay: &str| {
        form(&service, &cookie, &format!("{path}/facts"), &[("purpose", purpose), ("delay", delay)]).await
    };
    assert_eq!(facts("short", "0").await.0, 422);
    assert_eq!(facts("complaint number five", "91").await.0, 422, "no showing waits longer than it may");
    let (status, text) = facts("complaint number five", "0").await;
    assert_eq!((status, text.contains(FIN)), (200, true));
    assert_eq!(facts("inquiry that the holder sees later", "30").await.0, 200);

    let holder = holder(&service).await;
    let (_, own) = page(&service, &holder, &format!("/certificates/{id}")).await;
    assert!(own.contains("complaint number five"), "{own}");
    assert!(!own.contains("inquiry that the holder sees later"));
    // Those who audit see that there was one more, and for how long its showing waits.
    let (_, events) = page(&service, &cookie, &format!("/desk/events?subject={id}")).await;
    assert!(events.contains("<td>inspect_unshown</td>") && events.contains("shown_after_days&#34;:30"), "{events}");
    assert!(!events.contains("complaint number five"), "a purpose may name somebody");
}

/// The cookie of the first citizen.
async fn holder(service: &TestService) -> String {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let request = client.post(format!("{}/sign-in", service.url)).body("person=0");
    let answer = request.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_seed_draws_the_same_and_figures_are_charts_with_their_tables() {
    let service = TestService::demo().await;
    for _ in 0..4 {
        issue(&service, "is-yeri");
    }
    let cookie = service.auditor(0).await;
    let draw = async |seed: &str| {
        let fields = [("kind", "is-yeri"), ("size", "2"), ("seed", seed)];
        let (status, text) = form(&service, &cookie, "/desk/sample", &fields).await;
        assert_eq!(status, 200, "{text}");
        let drawn = text.split("href=\"/desk/certificates/").skip(1).map(|rest| rest[..36].to_owned());
        (drawn.collect::<Vec<_>>(), text)
    };
    let (first, text) = draw("review-7").await;
    assert_eq!((first.len(), text.contains("review-7")), (2, true));
    assert_eq!(draw("review-7").await.0, first);
    let mut others = Vec::new();
    for seed in ["a", "b", "c", "d", "e", "f"] {
        others.push(draw(seed).await.0);
    }
    assert!(others.iter().any(|drawn| *drawn != first), "every seed draws the same");
    let (_, events) = page(&service, &cookie, "/desk/events?act=draw_sample").await;
    assert!(events.contains("review-7"), "{events}");

    let (status, figures) = page(&service, &cookie, "/desk/figures?lang=en").await;
    assert_eq!(status, 200);
    assert!(figures.matches("<svg role=\"img\"").count() >= 4, "{figures}");
    assert_eq!(figures.matches("<svg").count(), figures.matches("<table").count(), "each chart has its table");
    let (_, compared) = page(&service, &cookie, "/desk/figures?kind=is-yeri&theirs=1&lang=en").await;
    assert!(compared.contains("more than the registry"), "{compared}");
    assert_eq!(page(&service, &cookie, "/desk/figures?from=2026-13-01").await.0, 422);
    assert_eq!(page(&service, &cookie, "/desk/figures?kind=is-yeri&theirs=many").await.0, 422);
}
