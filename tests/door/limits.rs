//! Limits: counted exactly, told in the standard's fields, the same for right and wrong, and never a stranger's doing.
//!
//! Budgets come back one unit a minute here, so slowly that none comes back within a test.

use serde_json::Value;

use crate::asking::{Answer, From, UNKNOWN_CODE, answer, service};

const FORM: &str = "application/x-www-form-urlencoded";
const SLOW: &str = "anonymous_per_minute = 1\nanonymous_burst = 8\nnumber_per_minute = 1\nnumber_burst = 2\n\
                    misses_per_minute = 1\nmisses_burst = 3\n";

#[tokio::test]
async fn look_ups_are_counted_exactly_and_the_fields_say_so() {
    let (service, _folder) = service(SLOW, "").await;
    let (issued, _) = service.issue("is-yeri", "7DEM001");
    let code = issued["code"].as_str().unwrap();
    let clerk = From::new(&service, "127.0.0.2");
    for left in (0..8).rev() {
        let answer = clerk.ask("code", code).await;
        assert_eq!((answer.status, answer.json()["verdict"].clone()), (200, Value::from("valid")));
        assert_eq!(answer.header("ratelimit-policy"), "\"anonymous\";q=8;w=480");
        let (policy, remaining, whole_after) = answer.left();
        assert_eq!((policy.as_str(), remaining), ("anonymous", left));
        assert!((1..=480).contains(&whole_after), "{whole_after}");
        assert_eq!(answer.header("retry-after"), "");
    }
    let refused = clerk.ask("code", code).await;
    is_refused(&refused, "anonymous");
    assert_eq!(refused.json()["type"], "urn:earayis:problem:too-many-requests");
    assert_eq!(refused.header("content-type"), "application/problem+json");
    assert_eq!(refused.header("cache-control"), "no-store");

    let other = From::new(&service, "127.0.0.3").ask("code", code).await;
    assert_eq!(other.status, 200, "another network has its own budget");
}

#[tokio::test]
async fn a_refusal_is_the_same_for_a_right_and_a_wrong_code() {
    let (service, _folder) = service(SLOW, "").await;
    let (issued, file) = service.issue("is-yeri", "7DEM001");
    let (code, number) = (issued["code"].as_str().unwrap(), issued["number"].as_str().unwrap());
    let clerk = From::new(&service, "127.0.0.2");
    for _ in 0..8 {
        clerk.ask("code", UNKNOWN_CODE).await;
    }
    // Only the seconds to wait, the date and the request's own number may differ.
    let told = |answer: &Answer| {
        let mut names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
        names.sort();
        let text: String = answer.text.chars().filter(|c| !c.is_ascii_digit()).collect();
        (answer.status, names, text, answer.header("ratelimit-policy").to_owned())
    };
    let right = told(&clerk.ask("code", code).await);
    assert_eq!(right.0, 429);
    assert_eq!(told(&clerk.ask("code", UNKNOWN_CODE).await), right);
    let digest = data_encoding::HEXLOWER.encode(ring::digest::digest(&ring::digest::SHA256, &file).as_ref());
    assert_eq!(told(&clerk.ask("digest", &digest).await), right);
    assert_eq!(told(&clerk.ask("digest", &"0".repeat(64)).await), right);

    // By number the budget of misses is named, for a number that is ours and one that is not.
    let right = told(&clerk.ask("number", number).await);
    assert_eq!((right.0, right.3.as_str()), (429, "\"misses\";q=3;w=180"));
    assert_eq!(told(&clerk.ask("number", "2026-0000-0000").await), right);
}

#[tokio::test]
async fn misses_never_stand_in_a_correct_codes_way() {
    let (service, _folder) = service(SLOW, "").await;
    let (issued, _) = service.issue("is-yeri", "7DEM001");
    let (code, number) = (issued["code"].as_str().unwrap(), issued["number"].as_str().unwrap());
    let (stranger, clerk) = (From::new(&service, "127.0.0.2"), From::new(&service, "127.0.0.3"));
    for wrong in ["2026-0000-0000", "2026-0000-0001", "2026-0000-0002"] {
        assert_eq!(stranger.ask("number", wrong).await.json()["verdict"], "unknown");
    }
    is_refused(&stranger.ask("number", "2026-0000-0003").await, "misses");
    is_refused(&stranger.ask("number", number).await, "misses");
    for asking in [&stranger, &clerk] {
        assert_eq!(asking.ask("code", code).await.json()["verdict"], "valid", "from either network");
    }
    assert_eq!(clerk.ask("number", number).await.json()["verdict"], "valid");
}

#[tokio::test]
async fn a_number_is_limited_whoever_asks_about_it() {
    let (service, _folder) = service(SLOW, "").await;
    let (issued, _) = service.issue("is-yeri", "7DEM001");
    let number = issued["number"].as_str().unwrap();
    for address in ["127.0.0.2", "127.0.0.3"] {
        assert_eq!(From::new(&service, address).ask("number", number).await.status, 200);
    }
    let third = From::new(&service, "127.0.0.4");
    is_refused(&third.ask("number", number).await, "number");
    assert_eq!(third.ask("code", issued["code"].as_str().unwrap()).await.left().1, 7, "what was refused cost nothing");
}

#[tokio::test]
async fn a_file_weighs_more_and_is_refused_before_it_is_looked_at() {
    let (service, _folder) = service(&format!("{SLOW}upload_weight = 3"), "").await;
    let (_, file) = service.issue("is-yeri", "7DEM001");
    let clerk = From::new(&service, "127.0.0.2");
    let upload = async |path: &str| {
        let part = reqwest::multipart::Part::bytes(file.clone()).file_name("f.pdf");
        answer(clerk.request("POST", path).multipart(reqwest::multipart::Form::new().part("file", part))).await
    };
    assert_eq!(upload("/api/v1/verifications").await.left().1, 5);
    assert_eq!(upload("/v/file").await.left().1, 2);
    is_refused(&upload("/api/v1/verifications").await, "anonymous");
    is_refused(&upload("/v/file").await, "anonymous");
    assert_eq!(clerk.ask("code", UNKNOWN_CODE).await.left().1, 1);
}

#[tokio::test]
async fn only_look_ups_are_limited() {
    let (service, _folder) = service(SLOW, "").await;
    let (issued, _) = service.issue("is-yeri", "7DEM001");
    let clerk = From::new(&service, "127.0.0.2");
    for _ in 0..9 {
        clerk.ask("code", UNKNOWN_CODE).await;
    }
    is_refused(&clerk.ask("code", UNKNOWN_CODE).await, "anonymous");
    let proof = format!("/api/v1/certificates/{}/proof", issued["id"].as_str().unwrap());
    for path in [
        "/v",
        "/health/live",
        "/health/ready",
        "/.well-known/jwks.json",
        "/log/checkpoint",
        "/api/v1/kinds",
        "/api/v1/openapi.json",
        &proof,
    ] {
        for _ in 0..12 {
            assert_eq!(answer(clerk.request("GET", path)).await.status, 200, "{path}");
        }
    }
    assert_eq!(clerk.ask("code", "7KQ3").await.status, 422, "a slip of the hand is no look-up");
}

#[tokio::test]
async fn the_page_says_so_in_each_language_and_keeps_the_fields() {
    let (service, _folder) = service(SLOW, "").await;
    let clerk = From::new(&service, "127.0.0.2");
    for _ in 0..8 {
        clerk.ask("code", UNKNOWN_CODE).await;
    }
    for (language, title) in
        [("az", "Çox sorğu göndərilib"), ("en", "Too many look-ups"), ("ru", "Слишком много запросов")]
    {
        let request = clerk.request("POST", "/v").header("accept-language", language);
        let page = answer(request.header("content-type", FORM).body(format!("what={UNKNOWN_CODE}"))).await;
        is_refused(&page, "anonymous");
        assert!(page.header("content-type").starts_with("text/html"));
        assert!(page.text.contains(title), "{}", page.text);
        assert!(page.text.contains(page.header("retry-after")), "the page names the seconds");
        assert!(!page.text.contains(UNKNOWN_CODE));
    }
}

#[track_caller]
fn is_refused(answer: &Answer, by: &str) {
    assert_eq!(answer.status, 429, "{}", answer.text);
    let (policy, _, wait) = answer.left();
    assert_eq!(policy, by);
    assert_eq!(answer.header("retry-after"), wait.to_string());
    assert!(wait > 0);
}
