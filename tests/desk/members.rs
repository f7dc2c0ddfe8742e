//! Members: bound once, to one person; what is taken from them holds for their very next request; tabs never mix.

use serde_json::{Value, json};

use crate::hostile::{reason, service};
use crate::provider::Provider;
use crate::service::{TestService, free_port};
use crate::visitor::Visitor;

const AGENCY: &str = "9900400111";
const AYTEN: &str = "Aytən Sınaqlı";
const RAUF: &str = "Rauf Nümunəli";
const MEMBER: &str = "as=member";

fn run(service: &TestService, arguments: &[&str]) -> String {
    let output = service.run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn refused(service: &TestService, arguments: &[&str]) -> String {
    let output = service.run(arguments);
    assert!(!output.status.success(), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// An auditing agency with an auditor of all; answers the code of her invitation.
pub(crate) fn with_desk(service: &TestService) -> String {
    run(service, &["organisations", "add", AGENCY, "--name", "Sınaq Audit Agentliyi", "--roles", "auditor"]);
    run(service, &["members", "add", AGENCY, AYTEN]);
    run(service, &["members", "grant", AGENCY, AYTEN, "--role", "auditor", "--all"]);
    run(service, &["members", "invite", AGENCY, AYTEN])
}

/// Somebody signed in as whom the provider names, and whether she sees the desk.
async fn signed_in(service: &TestService, provider: &Provider) -> (Visitor, u16) {
    let mut visitor = Visitor::of(&service.url);
    let seen = visitor.sign_in(provider, MEMBER).await;
    assert_eq!(seen.status, 200, "{}", seen.text);
    let status = visitor.open("/desk", false).await.status;
    (visitor, status)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_taken_from_a_member_holds_for_her_very_next_request() {
    let (service, provider, _folder) = service("").await;
    let (mut visitor, status) = signed_in(&service, &provider).await;
    assert_eq!(status, 200);
    run(&service, &["members", "revoke", AGENCY, AYTEN]);
    assert_eq!(visitor.open("/desk", false).await.status, 401, "the session ended with the role");
    let (mut visitor, status) = signed_in(&service, &provider).await;
    assert_eq!(status, 403, "known, and without a role");
    run(&service, &["members", "grant", AGENCY, AYTEN, "--all"]);
    assert_eq!(visitor.open("/desk", false).await.status, 401, "a role begins with a sign-in");

    let (mut visitor, status) = signed_in(&service, &provider).await;
    assert_eq!(status, 200);
    run(&service, &["organisations", "change", AGENCY, "--roles", "verifier"]);
    assert_eq!(visitor.open("/desk", false).await.status, 403, "the organisation audits no more");
    run(&service, &["organisations", "change", AGENCY, "--roles", "auditor"]);
    assert_eq!(visitor.open("/desk", false).await.status, 200);
    run(&service, &["organisations", "close", AGENCY]);
    assert_eq!(visitor.open("/desk", false).await.status, 401, "closed");
    run(&service, &["organisations", "reopen", AGENCY]);
    assert_eq!(visitor.open("/desk", false).await.status, 401, "what was closed brings no session back");

    assert_eq!(visitor.sign_in(&provider, MEMBER).await.status, 403, "nor what she was known by");
    assert_eq!(reason(&service), "no-member");
    run(&service, &["members", "bind", AGENCY, AYTEN, "--fin", "7DEM001"]);
    let (_, status) = signed_in(&service, &provider).await;
    assert_eq!(status, 403, "nor her role");
    run(&service, &["members", "grant", AGENCY, AYTEN, "--all"]);

    let (mut visitor, status) = signed_in(&service, &provider).await;
    assert_eq!(status, 200);
    run(&service, &["members", "unbind", AGENCY, AYTEN]);
    assert_eq!(visitor.open("/desk", false).await.status, 401, "unbound");
    assert_eq!(visitor.sign_in(&provider, MEMBER).await.status, 403);
    assert_eq!(reason(&service), "no-member");
    run(&service, &["members", "bind", AGENCY, AYTEN, "--fin", "7DEM001"]);
    let (mut visitor, status) = signed_in(&service, &provider).await;
    assert_eq!(status, 200, "by her FİN");
    run(&service, &["members", "remove", AGENCY, AYTEN]);
    assert_eq!(visitor.open("/desk", false).await.status, 401, "removed");
    assert_eq!(visitor.sign_in(&provider, MEMBER).await.status, 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_is_accepted_once_and_one_person_is_one_member() {
    let (service, provider, _folder) = service("").await;
    run(&service, &["members", "add", AGENCY, RAUF]);
    let old = run(&service, &["members", "invite", AGENCY, RAUF]);
    let code = run(&service, &["members", "invite", AGENCY, RAUF]);
    let with = |code: &str| format!("as=member&invitation={code}");
    let mut visitor = Visitor::of(&service.url);
    assert_eq!(visitor.sign_in(&provider, &with(&code)).await.status, 403, "person-1 is Aytən");
    assert_eq!(reason(&service), "person-taken");
    provider.person("person-2", json!({ "fin": "7DEM002" }));
    assert_eq!(visitor.sign_in(&provider, MEMBER).await.status, 403);
    assert_eq!(reason(&service), "no-member");
    assert_eq!(visitor.sign_in(&provider, &with(&old)).await.status, 403, "a newer one was made");
    assert_eq!(reason(&service), "no-invitation");
    assert_eq!(visitor.send("/sign-in/begin", &with("AAAA")).await.status, 403, "no code at all");
    let typed = code.to_lowercase().replace('-', "%20");
    assert_eq!(visitor.sign_in(&provider, &with(&typed)).await.status, 200, "the refusal had not used it up");
    provider.person("person-3", json!({ "fin": "7DEM003" }));
    assert_eq!(Visitor::of(&service.url).sign_in(&provider, &with(&code)).await.status, 403, "used");
    assert_eq!(reason(&service), "no-invitation");

    // What tells two members apart must not name both.
    assert!(refused(&service, &["members", "grant", AGENCY, AYTEN, "--all"]).contains("already"));
    run(&service, &["members", "bind", AGENCY, RAUF, "--fin", "7DEM001"]);
    provider.person("person-1", json!({ "fin": "7DEM001" }));
    assert_eq!(Visitor::of(&service.url).sign_in(&provider, MEMBER).await.status, 403, "Aytən by name, Rauf by FİN");
    assert_eq!(reason(&service), "person-taken");

    let listed: Value = serde_json::from_str(&run(&service, &["members", "list", AGENCY, "--json"])).unwrap();
    assert_eq!(listed[0]["roles"], json!([{ "role": "auditor", "of": "all" }]));
    assert_eq!(listed[1]["bound"], true);
    let database = std::fs::read(service.dir.join("earayis.db")).unwrap();
    let log = std::fs::read(service.dir.join("earayis.db-wal")).unwrap_or_default();
    for personal in ["7DEM001", "7DEM002", "person-1", "person-2"] {
        let stands = |bytes: &[u8]| bytes.windows(personal.len()).any(|window| window == personal.as_bytes());
        assert!(!stands(&database) && !stands(&log), "{personal} stands in the database");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agency_audits_itself_alone() {
    let (service, _, _folder) = service("").await;
    run(&service, &["organisations", "add", "9900110121", "--name", "Nümunə", "--roles", "issuer"]);
    run(&service, &["members", "add", "9900110121", RAUF]);
    for reach in [&["--all"][..], &["--agency", "9900100161"]] {
        let told = refused(&service, &[&["members", "grant", "9900110121", RAUF], reach].concat());
        assert!(told.contains("audit that agency alone"), "{told}");
    }
    run(&service, &["members", "grant", "9900110121", RAUF, "--agency", "9900110121"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_persons_in_two_tabs_are_never_mixed() {
    let (service, provider, _folder) = service("").await;
    run(&service, &["members", "add", AGENCY, RAUF]);
    run(&service, &["members", "grant", AGENCY, RAUF, "--agency", "9900100161"]);
    run(&service, &["members", "bind", AGENCY, RAUF, "--fin", "7DEM002"]);

    let mut browser = Visitor::of(&service.url);
    browser.sign_in(&provider, MEMBER).await;
    let first = browser.open("/desk", false).await;
    assert!(first.text.contains(AYTEN) && first.text.contains("all agencies"), "{}", first.text);
    let token = browser.cookie("member").unwrap().to_owned();

    // In the second tab somebody else begins, while the first tab still shows Aytən's page.
    let address = browser.leave(MEMBER).await;
    assert_eq!(browser.open("/desk", false).await.status, 401, "her session ended when the other one began");
    let mut thief = Visitor::of(&service.url);
    thief.put_cookie("member", &token);
    assert_eq!(thief.open("/desk", false).await.status, 401, "and not in this browser alone");
    provider.person("person-2", json!({ "fin": "7DEM002" }));
    let planted = browser.cookie("member").map(str::to_owned);
    assert_eq!(browser.come_back(&provider.authorize(&address)).await.status, 200);
    assert_ne!(browser.cookie("member").map(str::to_owned), planted);
    let second = browser.open("/desk", false).await;
    assert!(second.text.contains(RAUF) && !second.text.contains(AYTEN));
    assert_ne!(first.form(), second.form());

    let sent = browser.send("/desk/sign-out", &format!("form={}", first.form())).await;
    assert_eq!(sent.status, 409, "a form of Aytən's page does nothing as Rauf: {}", sent.text);
    assert_eq!(browser.open("/desk", false).await.status, 200);
    let sent = browser.send("/desk/sign-out", "form=").await;
    assert_eq!(sent.status, 409);
    assert_eq!(browser.send("/desk/sign-out", "").await.status, 400);
    let token = browser.cookie("member").unwrap().to_owned();
    let sent = browser.send("/desk/sign-out", &format!("form={}", second.form())).await;
    assert_eq!(sent.status, 303);
    assert!(!browser.is_member());
    browser.put_cookie("member", &token);
    assert_eq!(browser.open("/desk", false).await.status, 401, "the session itself has ended");

    // What somebody put into the browser before is no session, and becomes none.
    browser.put_cookie("member", "planted-by-somebody-else");
    assert_eq!(browser.sign_in(&provider, MEMBER).await.status, 200);
    assert_ne!(browser.cookie("member"), Some("planted-by-somebody-else"));
    let mut attacker = Visitor::of(&service.url);
    attacker.put_cookie("member", "planted-by-somebody-else");
    assert_eq!(attacker.open("/desk", false).await.status, 401);

    // Two sign-ins of one browser at once: each ends as whom it names, and the later one is who is signed in.
    let (one, other) = (browser.leave(MEMBER).await, browser.leave(MEMBER).await);
    let (one, other) = (provider.authorize(&one), provider.authorize(&other));
    provider.person("person-1", json!({ "fin": "7DEM001" }));
    assert_eq!(browser.come_back(&other).await.status, 200);
    assert!(browser.open("/desk", false).await.text.contains(AYTEN));
    provider.person("person-2", json!({ "fin": "7DEM002" }));
    assert_eq!(browser.come_back(&one).await.status, 200);
    let last = browser.open("/desk", false).await;
    assert!(last.text.contains(RAUF) && !last.text.contains(AYTEN));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_citizen_of_a_demonstration_signs_in_at_a_real_provider_too() {
    let (provider, folder) = (Provider::start().await, tempfile::tempdir().unwrap());
    let mut service = TestService::at(folder.path(), free_port());
    std::fs::write(folder.path().join("sign-in.secret"), crate::provider::SECRET).unwrap();
    let table = folder.path().join("sign-in.toml");
    std::fs::write(&table, provider.settings("")).unwrap();
    service.more = vec!["--sign-in".to_owned(), table.display().to_string()];
    service.start().await;
    let mut visitor = Visitor::of(&service.url);
    assert_eq!(visitor.sign_in(&provider, "as=holder").await.status, 200);
    assert!(visitor.cookie("session").is_some() && !visitor.is_member(), "a citizen is no member");
    assert!(visitor.open("/", false).await.text.contains("7DEM001"));
    assert_eq!(visitor.open("/desk", false).await.status, 401);

    provider.person("person-2", json!({ "fin": "7DEM002" }));
    assert_eq!(visitor.sign_in(&provider, "as=holder").await.status, 200);
    let page = visitor.open("/", false).await.text;
    assert!(page.contains("7DEM002") && !page.contains("7DEM001"), "one session is one person's");
    provider.person("person-3", json!({ "fin": "7ZZZ999" }));
    let mut stranger = Visitor::of(&service.url);
    assert_eq!(stranger.sign_in(&provider, "as=holder").await.status, 403, "nobody of this demonstration");
    assert!(stranger.cookie("session").is_none());
    assert_eq!(stranger.sign_in(&provider, MEMBER).await.status, 403);
    // The fictional people are there as before.
    assert_eq!(stranger.send("/sign-in", "person=0").await.status, 303);
}
