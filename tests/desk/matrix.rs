//! Every route × everybody who may ask × what is her own and what is not: nothing succeeds that does not stand here.
//!
//! A path of `src/routes.rs` without a line fails the test, and so does a line of a path that is no more.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use earayis::routes;

use crate::service::TestService;

/// Who may ask, each by a letter.
const EVERYBODY: &str = "ncsabAkvit";
/// Everybody but whoever shows a credential that is for something else.
const ANYBODY: &str = "ncsabAkvi";
const NOBODY: &str = "";
/// The owner of what is her own, and another citizen, whose is the other.
const CITIZENS: &str = "cs";
/// The auditor of the agency whose own it is, that of the other, one of all, and one who also decides on erasing.
const AUDITORS: &str = "abAk";
/// The same, and the program of the first.
const AUDITORS_AND_PROGRAM: &str = "abAkt";

/// One method of one path, and who may do it on her own and on the other.
struct Line {
    path: &'static str,
    method: &'static str,
    body: Body,
    own: &'static str,
    other: &'static str,
}

#[derive(Clone, Copy)]
enum Body {
    Nothing,
    Form(&'static str),
    /// JSON in which `ID` and `KIND` are the object's.
    Json(&'static str),
    File,
}

const fn line(path: &'static str, method: &'static str, body: Body, own: &'static str, other: &'static str) -> Line {
    Line { path, method, body, own, other }
}

const fn get(path: &'static str, who: &'static str) -> Line {
    line(path, "GET", Body::Nothing, who, who)
}

const fn post(path: &'static str, body: Body, who: &'static str) -> Line {
    line(path, "POST", body, who, who)
}

/// Every path, and each of its methods that succeeds for anybody. All other methods succeed for nobody.
const LINES: &[Line] = &[
    // for everybody
    get(routes::VERIFY, EVERYBODY),
    post(routes::VERIFY, Body::Form("what=2020-0000-0000"), ANYBODY),
    get(routes::VERIFY_UPPER, EVERYBODY),
    get(routes::VERIFY_FILE, EVERYBODY),
    post(routes::VERIFY_FILE, Body::File, ANYBODY),
    get(routes::VERIFY_RECEIPT, EVERYBODY),
    // what is no receipt is told as a mistake
    post(routes::VERIFY_RECEIPT, Body::Form("receipt=x"), NOBODY),
    get(routes::VERIFY_WORKER, EVERYBODY),
    get(routes::HOME, EVERYBODY),
    get(routes::SANDBOX_PAGE, EVERYBODY),
    get(routes::DEVELOPERS, EVERYBODY),
    get(routes::GUIDE, EVERYBODY),
    get(routes::GUIDE_TEXT, EVERYBODY),
    get(routes::ASSET, NOBODY),
    post(routes::VERIFICATIONS, Body::Json(r#"{"number":"2020-0000-0000"}"#), ANYBODY),
    post(routes::RECEIPT_CHECK, Body::Json(r#"{"receipt":"x"}"#), EVERYBODY),
    get(routes::CERTIFICATE_PROOF, EVERYBODY),
    get(routes::STATUS_LISTS, EVERYBODY),
    get(routes::STATUS_LIST, EVERYBODY),
    get(routes::KINDS, EVERYBODY),
    get(routes::KIND_SCHEMA, EVERYBODY),
    get(routes::OPENAPI, EVERYBODY),
    get(routes::SANDBOX, EVERYBODY),
    get(routes::SANDBOX_SAMPLE, EVERYBODY),
    get(routes::SANDBOX_FILE, EVERYBODY),
    get(routes::JWKS, EVERYBODY),
    get(routes::LOG_CHECKPOINT, EVERYBODY),
    get(routes::LOG_TILE, NOBODY),
    // nobody witnesses it
    get(routes::LOG_WITNESSED, NOBODY),
    get(routes::OPEN_DATA, EVERYBODY),
    get(routes::AGENCIES, EVERYBODY),
    get(routes::OPEN_DATA_CATALOGUE, EVERYBODY),
    get(routes::OPEN_DATA_CODES, EVERYBODY),
    get(routes::OPEN_DATA_FILE, EVERYBODY),
    get(routes::HEALTH_LIVE, EVERYBODY),
    get(routes::HEALTH_READY, EVERYBODY),
    get(routes::API, NOBODY),
    get(routes::API_ELSEWHERE, NOBODY),
    // signing in and out
    post(routes::SIGN_IN, Body::Form("person=0"), EVERYBODY),
    post(routes::SIGN_OUT, Body::Form(""), EVERYBODY),
    get(routes::SIGN_IN_BEGIN, EVERYBODY),
    post(routes::SIGN_IN_BEGIN, Body::Form("as=member"), NOBODY),
    get(routes::SIGN_IN_RETURN, NOBODY),
    get(routes::DESK_SIGN_IN, EVERYBODY),
    post(routes::DESK_SIGN_IN, Body::Form("auditor=0"), EVERYBODY),
    get(routes::DESK_SIGN_OUT, EVERYBODY),
    // whoever has a session cannot be signed out by a form that is not its own
    post(routes::DESK_SIGN_OUT, Body::Form("form=x"), "ncsvit"),
    // citizens
    get(routes::TAKE, EVERYBODY),
    post(routes::TAKE, Body::Form("place=0&key=matrix"), CITIZENS),
    get(routes::TAKE_ONE, CITIZENS),
    get(routes::MINE, CITIZENS),
    line(routes::MINE_ONE, "GET", Body::Nothing, "c", "s"),
    line(routes::MINE_PDF, "GET", Body::Nothing, "c", "s"),
    // organisations
    get(routes::ORGANISATION, "vit"),
    post(routes::VERIFICATIONS_BATCH, Body::Json(r#"{"items":[{"number":"2020-0000-0000"}]}"#), "v"),
    get(routes::WATCHES, "v"),
    // it has looked at neither
    post(routes::WATCHES, Body::Json(r#"{"certificate":"ID"}"#), NOBODY),
    get(routes::WATCH_CHANGES, "v"),
    line(routes::WATCH, "DELETE", Body::Nothing, NOBODY, NOBODY),
    // issuers
    line(routes::CERTIFICATES, "POST", Body::Json(r#"{"kind":"KIND","holder":"7DEM001"}"#), "i", NOBODY),
    line(routes::CERTIFICATE, "GET", Body::Nothing, "i", NOBODY),
    line(routes::CERTIFICATE_PDF, "GET", Body::Nothing, "i", NOBODY),
    line(routes::SUSPENSION, "POST", Body::Json(r#"{"reason":"misuse_suspected"}"#), "i", NOBODY),
    line(routes::REINSTATEMENT, "POST", Body::Json(r#"{"reason":"cause_removed"}"#), "i", NOBODY),
    line(routes::SUPERSESSION, "POST", Body::Json(r#"{"by":"NEXT"}"#), "i", NOBODY),
    line(routes::REVOCATION, "POST", Body::Json(r#"{"reason":"facts_wrong"}"#), "i", NOBODY),
    // auditors
    get(routes::DESK, AUDITORS),
    get(routes::DESK_CERTIFICATES, AUDITORS),
    // it only leads to the search
    get(routes::DESK_PERSON, EVERYBODY),
    line(routes::DESK_CERTIFICATE, "GET", Body::Nothing, "aAk", "bAk"),
    // without the form of her own page
    post(routes::DESK_CERTIFICATE_FACTS, Body::Form("purpose=any+purpose+at+all&delay=0"), NOBODY),
    get(routes::DESK_EVENTS, AUDITORS),
    get(routes::DESK_SEARCHES, AUDITORS),
    get(routes::AUDIT_CERTIFICATES, AUDITORS_AND_PROGRAM),
    get(routes::AUDIT_EVENTS, AUDITORS_AND_PROGRAM),
    get(routes::DESK_ALARMS, AUDITORS),
    get(routes::DESK_SAMPLE, AUDITORS),
    get(routes::DESK_FIGURES, AUDITORS),
    get(routes::DESK_EXPORTS, AUDITORS),
    // what is listed there nobody proposed
    get(routes::DESK_RETENTION, AUDITORS),
    get(routes::DESK_RETENTION_ONE, NOBODY),
    // there is no such export
    get(routes::DESK_MANIFEST, NOBODY),
];

/// Every path that the program names.
fn named() -> BTreeSet<String> {
    let text = include_str!("../../src/routes.rs");
    let constants = text.split("pub const ").skip(1).filter_map(|rest| rest.split('"').nth(1));
    constants.map(str::to_owned).collect()
}

/// Somebody who asks: her letter, and the header by which she is known.
struct Asker {
    letter: char,
    header: Option<(&'static str, String)>,
}

/// What is asked about.
struct Object {
    id: String,
    kind: &'static str,
    next: String,
}

async fn cookie(service: &TestService, path: &str, form: String) -> String {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let asked = client.post(format!("{}{path}", service.url)).body(form);
    let answer = asked.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap();
    answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
}

/// Everybody, freshly signed in.
async fn askers(service: &TestService, program: &str) -> Vec<Asker> {
    let citizen = async |place: usize| cookie(service, routes::SIGN_IN, format!("person={place}")).await;
    let token = |text: String| Some(("authorization", format!("Bearer {text}")));
    let asker = |letter, header| Asker { letter, header };
    vec![
        asker('n', None),
        asker('c', Some(("cookie", citizen(0).await))),
        asker('s', Some(("cookie", citizen(1).await))),
        asker('a', Some(("cookie", service.auditor(1).await))),
        asker('b', Some(("cookie", service.auditor(2).await))),
        asker('A', Some(("cookie", service.auditor(0).await))),
        asker('k', Some(("cookie", service.auditor(3).await))),
        asker('v', token(service.verifier_token())),
        asker('t', token(program.to_owned())),
        asker('i', token(service.token())),
    ]
}

/// The token of the program of the first agency's auditor.
fn program(service: &TestService) -> String {
    let arguments = ["tokens", "issue", "9900100161", "audits", "--member", "Rauf Nümunəli", "--scopes", "audit"];
    let made = service.run(&arguments);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    String::from_utf8(made.stdout).unwrap().trim().to_owned()
}

fn number(service: &TestService, kind: &str, holder: &str) -> String {
    service.issue(kind, holder).0["number"].as_str().unwrap().to_owned()
}

fn object(service: &TestService, path: &str, own: bool) -> Object {
    let (kind, holder) = if own { ("is-yeri", "7DEM001") } else { ("ferdi-melumat", "7DEM002") };
    let output = service.issue(kind, holder).0;
    if path == routes::REINSTATEMENT {
        let number = output["number"].as_str().unwrap();
        let suspended = service.run(&["suspend", "--number", number, "--reason", "misuse_suspected"]);
        assert!(suspended.status.success());
    }
    let next = if path == routes::SUPERSESSION { number(service, kind, holder) } else { String::new() };
    Object { id: output["id"].as_str().unwrap().to_owned(), kind, next }
}

fn address(path: &str, object: &Object) -> String {
    let filled = path.replace("{id}", &object.id).replace("{place}", "0").replace("{number}", "1");
    let filled = filled.replace("{code}/{version}", &format!("{}/1", object.kind));
    let filled = filled.replace("{name}", "valid").replace("{*path}", "nowhere");
    filled.replace("{dataset}/{file}", "issuances/schema.json")
}

/// Whether somebody succeeds: whatever is no error, be it a page that leads on.
async fn succeeds(service: &TestService, asker: &Asker, method: &str, path: &str, body: Body, object: &Object) -> bool {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let request = client.request(method.parse().unwrap(), format!("{}{}", service.url, address(path, object)));
    let request = match &asker.header {
        Some((name, value)) => request.header(*name, value),
        None => request,
    };
    let request = match body {
        Body::Nothing => request,
        Body::Form(form) => request.header("content-type", "application/x-www-form-urlencoded").body(form),
        Body::Json(text) => {
            let text = text.replace("ID", &object.id).replace("KIND", object.kind).replace("NEXT", &object.next);
            request.header("content-type", "application/json").body(text)
        }
        Body::File => {
            let part = reqwest::multipart::Part::bytes(b"nothing".to_vec()).file_name("f.pdf");
            request.multipart(reqwest::multipart::Form::new().part("file", part))
        }
    };
    let status = request.send().await.unwrap().status().as_u16();
    assert!(status < 500, "{method} {path} as {}: {status}", asker.letter);
    status < 400
}

#[test]
fn every_path_has_its_line() {
    let lined: BTreeSet<String> = LINES.iter().map(|line| line.path.to_owned()).collect();
    assert_eq!(lined, named(), "a path without a line, or a line without its path");
    assert!(named().len() > 50);
}

/// Paths that are written out beside their names would be asked by nobody here.
#[test]
fn every_route_is_named_in_one_place() {
    let mut written = String::new();
    for file in ["src/web/mod.rs", "src/web/desk/mod.rs", "src/web/developers/mod.rs", "src/api/mod.rs"] {
        let text = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| line.contains(".route(\"")) {
            writeln!(written, "{file}:{}: {}", number + 1, line.trim()).unwrap();
        }
    }
    assert!(written.is_empty(), "name the path in src/routes.rs:\n{written}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_unexpected_succeeds() {
    let service = TestService::demo().await;
    let (mut own, mut other) = (object(&service, "", true), object(&service, "", false));
    let program = program(&service);
    let mut unexpected = String::new();
    let mut asked = 0;
    for path in named() {
        let changes = [routes::SUSPENSION, routes::REINSTATEMENT, routes::SUPERSESSION, routes::REVOCATION];
        if changes.contains(&path.as_str()) {
            (own, other) = (object(&service, &path, true), object(&service, &path, false));
        }
        // The issuer comes last: what she changes is changed.
        for asker in askers(&service, &program).await {
            for method in ["GET", "PUT", "PATCH", "DELETE", "POST"] {
                let line = LINES.iter().find(|line| line.path == path && line.method == method);
                for (object, name) in [(&other, "other"), (&own, "own")] {
                    let body = line.map_or(Body::Nothing, |line| line.body);
                    let may = line.is_some_and(|line| {
                        let who = if name == "own" { line.own } else { line.other };
                        who.contains(asker.letter)
                    });
                    asked += 1;
                    if succeeds(&service, &asker, method, &path, body, object).await != may {
                        let does = if may { "does not succeed" } else { "succeeds" };
                        writeln!(unexpected, "{method} {path} as {} on {name} {does}", asker.letter).unwrap();
                    }
                }
            }
        }
    }
    assert!(unexpected.is_empty(), "of {asked}:\n{unexpected}");
    assert!(asked > 4000, "{asked}");
}

/// What an auditor holds opens nothing else: neither a token's place nor a citizen's, nor a session of another sort.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_sort_of_credential_is_not_another() {
    let service = TestService::demo().await;
    let auditor = service.auditor(0).await;
    let citizen = cookie(&service, routes::SIGN_IN, "person=0".to_owned()).await;
    let value = |cookie: &str| cookie.split_once('=').unwrap().1.to_owned();
    for (path, header, shown) in [
        (routes::DESK, "cookie", format!("member={}", value(&citizen))),
        (routes::DESK, "cookie", format!("session={}", value(&auditor))),
        (routes::DESK, "cookie", "member=".to_owned()),
        (routes::DESK, "authorization", format!("Bearer {}", value(&auditor))),
        (routes::DESK, "authorization", format!("Bearer {}", service.token())),
        (routes::MINE, "cookie", format!("session={}", value(&auditor))),
        (routes::ORGANISATION, "authorization", format!("Bearer {}", value(&auditor))),
    ] {
        let answer = service.request("GET", path).header(header, shown).send().await.unwrap();
        assert_eq!(answer.status(), 401, "{path} by {header}");
    }
    let foreign = service.request("POST", routes::DESK_SIGN_OUT).header("cookie", &auditor);
    let foreign = foreign.header("sec-fetch-site", "cross-site").body("form=x");
    let foreign = foreign.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap();
    assert_eq!(foreign.status(), 403, "a form of another site");
    let answer = service.request("GET", routes::DESK).header("cookie", &auditor).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'") && policy.contains("form-action 'self'"), "{policy}");
}
