//! The desk as auditors use it: search within reach, lives, facts for a purpose that the holder sees, samples, figures.

use crate::asked::{by_hand, form, page, settle};
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
    assert!(
        !events.contains("data-act=\"search_person\""),
        "another organisation's search is not this agency's matter"
    );
    let (_, events) = page(&service, &all, "/desk/events").await;
    assert!(events.contains("data-act=\"search_person\"") && !events.contains(FIN), "{events}");
}

/// What the page that was asked for on a search without a hit says, and what is kept of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_is_recorded_with_its_purpose_also_when_nothing_is_found() {
    let service = TestService::demo().await;
    issue(&service, "is-yeri");
    let (all, agency, another) = (service.auditor(0).await, service.auditor(1).await, service.auditor(2).await);
    let search =
        async |cookie: &str, fields: &[(&str, &str)]| form(&service, cookie, "/desk/certificates/person", fields).await;
    let (nobody, recipient) = ("7DEM007", "9900000141");
    assert_eq!(search(&agency, &[("recipient", recipient)]).await.0, 422, "without a purpose");
    assert_eq!(search(&agency, &[("fin", nobody), ("purpose", "complaint number six")]).await.0, 200);
    assert_eq!(search(&agency, &[("recipient", recipient), ("purpose", "review of a bank")]).await.0, 200);
    let (status, text) =
        search(&agency, &[("fin", FIN), ("recipient", recipient), ("purpose", "of both together")]).await;
    assert!(status == 200 && text.contains("Heç nə tapılmadı"), "the recipient is not ignored: {text}");
    for cookie in [&all, &agency] {
        let (status, list) = page(&service, cookie, "/desk/searches?lang=en").await;
        assert_eq!(status, 200);
        for purpose in ["complaint number six", "review of a bank", "of both together"] {
            assert!(list.contains(purpose), "{purpose}: {list}");
        }
        let (_, events) = page(&service, cookie, "/desk/events?lang=en").await;
        assert!(
            events.contains("data-act=\"search_person\"") && events.contains("data-act=\"search_recipient\""),
            "{events}"
        );
        for personal in [nobody, FIN, recipient] {
            assert!(!list.contains(personal) && !events.contains(personal), "{personal}");
        }
    }
    let (_, list) = page(&service, &another, "/desk/searches").await;
    assert!(!list.contains("complaint number six"), "another agency's auditor: {list}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_with_many_certificates_is_told_page_by_page_and_each_telling_is_recorded() {
    let service = TestService::demo().await;
    let first = issue(&service, "is-yeri");
    let copies = format!(
        "with recursive n (i) as (select 1 union all select i + 1 from n where i < 60)
         insert into certificates (id, number, kind, kind_version, issuer, issued_at, as_of, valid_until, keep_until,
             standing, standing_since, version, code_hmac, holder_hmac, kek_id, data_key, facts, beginning, own_bytes,
             seal_key_id, status_list, status_index, demonstration, issued_by)
         select randomblob(16), '2020-0000-' || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', i / 32 + 1, 1) ||
             substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', i % 32 + 1, 1) || '00', kind, kind_version, issuer,
             issued_at - i, as_of, valid_until, keep_until, standing, standing_since, version, randomblob(32), holder_hmac,
             kek_id, data_key, facts, beginning, own_bytes, seal_key_id, status_list, (status_index + i) % 1048576,
             demonstration, issued_by
         from certificates, n where number = '{}'",
        number(&first)
    );
    by_hand(&service, &copies).await;
    let cookie = service.auditor(1).await;
    let told = async |fields: &[(&str, &str)]| {
        let (status, text) = form(&service, &cookie, "/desk/certificates/person?lang=en", fields).await;
        assert_eq!(status, 200);
        (text.matches("<th scope=\"row\"").count(), text)
    };
    let asked = [("fin", FIN), ("purpose", "complaint number five")];
    let (rows, text) = told(&asked).await;
    assert!(rows == 50 && text.contains("These are not all"), "{rows}");
    let (_, after) = text.split_once("name=\"after\" value=\"").expect("there is a next page");
    let next = [asked[0], asked[1], ("after", after.split_once('"').unwrap().0)];
    let (rows, text) = told(&next).await;
    assert!(rows == 11 && !text.contains("These are not all"), "{rows}");
    let (_, list) = page(&service, &cookie, "/desk/searches").await;
    assert!(list.contains("<td class=\"right\">50</td>") && list.contains("<td class=\"right\">11</td>"), "{list}");
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
    for what in [
        "Certificate issued",
        "Leaf of the log: issuance",
        "Verified: ",
        "Certificate revoked",
        "Leaf of the log: revocation",
    ] {
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
    assert!(events.contains("data-act=\"inspect_unshown\"") && events.contains("</i> 30</span>"), "{events}");
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
    settle(&service).await;
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
    // Without a last day the instant is on the page; with it the same is drawn though others were issued meanwhile.
    let (_, after) = text.split_once("name=\"until\" value=\"").unwrap();
    let until = after.split_once('"').unwrap().0.to_owned();
    for _ in 0..6 {
        issue(&service, "is-yeri");
    }
    let last = until.parse::<jiff::Timestamp>().unwrap().as_millisecond();
    let newer =
        format!("update certificates set issued_at = {last} where issued_at > {last} and issued_by = 'operator'");
    by_hand(&service, &newer).await;
    let of = |text: &str| text.split("<dd>2 / ").nth(1).and_then(|rest| rest.split('<').next()?.parse::<u32>().ok());
    assert_eq!(of(&draw("review-7").await.1), of(&text).map(|of| of + 6), "the others are there now");
    let fields = [("kind", "is-yeri"), ("size", "2"), ("seed", "review-7"), ("until", until.as_str())];
    let (status, again) = form(&service, &cookie, "/desk/sample?lang=en", &fields).await;
    let drawn: Vec<_> = again.split("href=\"/desk/certificates/").skip(1).map(|rest| rest[..36].to_owned()).collect();
    assert_eq!((status, &drawn, of(&again)), (200, &first, of(&text)), "{again}");
    assert_eq!(form(&service, &cookie, "/desk/sample", &[("size", "2"), ("until", "yesterday")]).await.0, 422);
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
