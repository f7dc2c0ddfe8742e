//! Four eyes: what one person listed, another approved, and nothing else is erased; each who tries otherwise is refused.

use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};

use crate::asked::{form, page};
use crate::service::{TestService, free_port};

/// The keepers of the demonstration, by their places in its list.
const KEEPERS: [usize; 2] = [3, 4];
const EMPLOYMENT: &str = "9900100161";

/// A demonstration where erasing needs four eyes.
async fn service() -> (TestService, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    // The settings that a demonstration is given are put behind its own.
    let more = folder.path().join("more.toml");
    std::fs::write(&more, "[retention]\nfour_eyes = true\n").unwrap();
    let mut service = TestService::at(&folder.path().join("data"), free_port());
    std::fs::create_dir_all(&service.dir).unwrap();
    service.more = vec!["--sign-in".to_owned(), more.display().to_string()];
    service.start().await;
    (service, folder)
}

fn run(service: &TestService, arguments: &[&str]) -> (bool, String) {
    let output = tokio::task::block_in_place(|| service.run(arguments));
    let words = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.success(), words)
}

fn issue(service: &TestService, kind: &str) -> Value {
    tokio::task::block_in_place(|| service.issue(kind, "7DEM001").0)
}

async fn change(service: &TestService, sql: String) {
    let database = format!("sqlite:{}", service.dir.join("earayis.db").display());
    let mut connection = SqliteConnection::connect(&database).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// The certificate's term is over.
async fn over(service: &TestService, certificate: &Value) {
    let number = certificate["number"].as_str().unwrap();
    change(service, format!("update certificates set keep_until = 1000 where number = '{number}'")).await;
}

async fn verdict(service: &TestService, certificate: &Value) -> Value {
    service.verify("code", certificate["code"].as_str().unwrap()).await["verdict"].clone()
}

/// What was proposed and done, as the command line shows it.
fn shown(service: &TestService) -> Value {
    let output = tokio::task::block_in_place(|| service.run(&["retention", "show", "--json"]));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What a proposal of this id is now.
fn proposal(service: &TestService, id: &str) -> Value {
    let shown = shown(service);
    shown["proposals"].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap().clone()
}

async fn decide(service: &TestService, cookie: &str, proposal: &Value, word: &str, note: &str) -> (u16, String) {
    let (id, digest) = (proposal["id"].as_str().unwrap(), proposal["digest"].as_str().unwrap());
    let fields = [("digest", digest), ("decision", word), ("note", note), ("lang", "en")];
    form(service, cookie, &format!("/desk/retention/{id}?lang=en"), &fields).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exactly_what_another_person_approved_is_erased() {
    let (service, _folder) = service().await;
    let [listed, held, late, other] = [
        issue(&service, "is-yeri"),
        issue(&service, "is-yeri"),
        issue(&service, "is-yeri"),
        issue(&service, "yasayis-yeri"),
    ];
    for certificate in [&listed, &held, &other] {
        over(&service, certificate).await;
    }
    let (done, words) = run(&service, &["retention", "run"]);
    assert!(!done && words.contains("four eyes"), "{words}");

    let [proposer, approver] = [service.auditor(KEEPERS[0]).await, service.auditor(KEEPERS[1]).await];
    let (auditor, agency) = (service.auditor(0).await, service.auditor(1).await);
    assert_eq!(form(&service, &auditor, "/desk/retention", &[]).await.0, 403, "an auditor proposes nothing");
    let (status, text) = form(&service, &proposer, "/desk/retention", &[("note", "quarterly run")]).await;
    assert!(status == 200 && text.contains("quarterly run"), "{status}: {text}");
    let waiting = shown(&service)["proposals"][0].clone();
    assert_eq!((&waiting["state"], &waiting["total"]), (&json!("waiting"), &json!(3)), "{waiting}");
    let id = waiting["id"].as_str().unwrap();
    let carry_out = || run(&service, &["retention", "run", "--proposal", id]);
    let (done, words) = carry_out();
    assert!(!done && words.contains("not approved"), "{words}");

    // Whoever may not, what was not shown, and nothing said.
    for (who, status) in [(&proposer, 422), (&auditor, 403), (&agency, 403)] {
        assert_eq!(decide(&service, who, &waiting, "approve", "looks right").await.0, status);
    }
    let another = json!({ "id": id, "digest": "00".repeat(32) });
    assert_eq!(decide(&service, &approver, &another, "approve", "looks right").await.0, 422);
    assert_eq!(decide(&service, &approver, &waiting, "approve", "").await.0, 422);
    assert_eq!(page(&service, &agency, &format!("/desk/retention/{id}")).await.0, 404, "what is about all is not hers");
    assert_eq!(proposal(&service, id)["state"], "waiting");
    let (status, text) = page(&service, &approver, &format!("/desk/retention/{id}?lang=en")).await;
    assert!(status == 200 && text.contains(listed["number"].as_str().unwrap()), "{text}");
    assert!(!text.contains(late["number"].as_str().unwrap()) && text.contains("Approve exactly this list"), "{text}");
    assert_eq!(decide(&service, &approver, &waiting, "approve", "looks right").await.0, 200);
    assert_eq!(decide(&service, &approver, &waiting, "refuse", "on second thought").await.0, 422, "decided once");

    // Meanwhile one more term ends, and a court wants another.
    over(&service, &late).await;
    assert!(
        run(&service, &["retention", "hold", "--number", held["number"].as_str().unwrap(), "--reason", "case 7"]).0
    );
    let (done, words) = carry_out();
    assert!(done && words.contains("1 erased, 1 kept by a legal hold") && words.contains("What stays"), "{words}");
    assert_eq!(
        (verdict(&service, &listed).await, verdict(&service, &other).await),
        (json!("unknown"), json!("unknown"))
    );
    assert_eq!((verdict(&service, &held).await, verdict(&service, &late).await), (json!("valid"), json!("valid")));
    let (done, words) = carry_out();
    assert!(!done && words.contains("carried out already"), "{words}");
    assert_eq!(proposal(&service, id)["state"], "done");

    // Everybody reads of it, as far as it is hers.
    for (language, words) in
        [("az", "Nə qalır və niyə"), ("en", "What stays, and why"), ("ru", "Что остаётся и почему")]
    {
        let (status, text) = page(&service, &agency, &format!("/desk/retention?lang={language}")).await;
        assert!(status == 200 && text.contains(words) && text.contains("case 7"), "{text}");
        assert!(!text.contains(id), "what is about all agencies is not hers: {text}");
    }
    let (_, events) = page(&service, &auditor, "/desk/events?subject=retention").await;
    for act in ["propose_erasing", "approve_erasing", "run_erasure"] {
        assert!(events.contains(act), "{act}: {events}");
    }
    assert!(events.contains(waiting["digest"].as_str().unwrap()), "{events}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_refused_is_late_or_was_changed_by_hand_is_not_erased() {
    let (service, _folder) = service().await;
    let [one, other] = [issue(&service, "is-yeri"), issue(&service, "is-yeri")];
    let keeper = service.auditor(KEEPERS[0]).await;
    let propose = |certificate: &Value| {
        let number = certificate["number"].as_str().unwrap();
        let (done, words) = run(&service, &["erase", "--number", number, "--note", "her request"]);
        assert!(done && words.contains("retention run --proposal"), "{words}");
        let id = words.lines().next().unwrap().to_owned();
        proposal(&service, &id)
    };
    let carried_out = |proposal: &Value| {
        let (done, words) = run(&service, &["retention", "run", "--proposal", proposal["id"].as_str().unwrap()]);
        assert!(!done, "{words}");
        words
    };
    let refused = propose(&one);
    assert_eq!(
        (&refused["single"], &refused["issuer"], &refused["total"]),
        (&json!(true), &json!(EMPLOYMENT), &json!(1))
    );
    assert_eq!(decide(&service, &keeper, &refused, "refuse", "no ground").await.0, 200);
    assert!(carried_out(&refused).contains("not approved"));

    let late = propose(&one);
    change(&service, "update erasing_proposals set expires_at = proposed_at + 1".to_owned()).await;
    assert_eq!(decide(&service, &keeper, &late, "approve", "looks right").await.0, 422, "too late");
    assert_eq!(proposal(&service, late["id"].as_str().unwrap())["state"], "expired");
    assert!(carried_out(&late).contains("time of this proposal is over"));

    let changed = propose(&one);
    // The agency's own keeper decides on the agency's own.
    let grant = ["members", "grant", EMPLOYMENT, "Rauf Nümunəli", "--role", "keeper", "--agency", EMPLOYMENT];
    assert!(run(&service, &grant).0);
    let own = service.auditor(1).await;
    assert_eq!(decide(&service, &own, &changed, "approve", "looks right").await.0, 200);
    let more = format!(
        "insert into erasing_listed select p.id, c.id from erasing_proposals p, certificates c
         where p.decision = 'approved' and c.number = '{}'",
        other["number"].as_str().unwrap()
    );
    change(&service, more).await;
    assert!(carried_out(&changed).contains("not those that it was made about"));
    assert_eq!((verdict(&service, &one).await, verdict(&service, &other).await), (json!("valid"), json!("valid")));
    let own_word = "update erasing_proposals set decision = 'approved', decided_by = proposed_by, decided_at = 1,
        decision_note = 'by hand' where decision is null";
    let database = format!("sqlite:{}", service.dir.join("earayis.db").display());
    let mut connection = SqliteConnection::connect(&database).await.unwrap();
    assert!(sqlx::raw_sql(own_word).execute(&mut connection).await.is_err(), "the table itself wants two people");
    connection.close().await.unwrap();
    // Another agency's keeper does not even see it.
    let another = "9900110121";
    assert!(run(&service, &["members", "grant", another, "Ləman Misallı", "--role", "keeper", "--agency", another]).0);
    let another = service.auditor(2).await;
    assert_eq!(decide(&service, &another, &propose(&other), "approve", "looks right").await.0, 404);
}
