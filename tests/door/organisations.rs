//! Organisations: a limit of their own wherever they ask from, which no stranger uses up and no batch gets around.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::asking::{From, UNKNOWN_CODE, answer, service};
use crate::banks::Bank;

/// A budget that comes back by the second, and anonymous ones that do not come back within a test.
const SLOW: &str = "organisation_per_second = 4\norganisation_burst = 4\nanonymous_per_minute = 1\n\
                    anonymous_burst = 2\nnumber_per_minute = 1\nnumber_burst = 1\n";

#[tokio::test]
async fn an_organisation_is_limited_as_one_and_apart_from_everybody_else() {
    let (service, _folder) = service(SLOW, "").await;
    let (issued, _) = service.issue("is-yeri", "7DEM001");
    let (code, number) = (issued["code"].as_str().unwrap(), issued["number"].as_str().unwrap());
    let bank = Bank::add(&service, "9900310161", &[]);
    let networks = ["127.0.0.2", "127.0.0.3", "127.0.0.4"].map(|address| From::new(&service, address));

    // Strangers use up the budgets of this network and of this number; the bank asks about it all the same.
    for _ in 0..4 {
        networks[0].ask("number", number).await;
        networks[0].ask("code", UNKNOWN_CODE).await;
    }
    let token = format!("Bearer {}", bank.token);
    let authorised = [("authorization", token.as_str())];
    assert_eq!(networks[0].ask("number", number).await.status, 429);
    assert_eq!(networks[0].asked_through("number", number, &authorised).await.json()["verdict"], "valid");

    let begun = Instant::now();
    let asked = (0..60).map(|turn| networks[turn % 3].asked_through("code", code, &authorised));
    let answers = join_all(asked).await;
    let let_in = answers.iter().filter(|answer| answer.status == 200).count();
    let came_back = usize::try_from(4 * (begun.elapsed().as_secs() + 1)).unwrap();
    assert!(let_in <= 4 + came_back, "{let_in} of one organisation's look-ups from three networks");
    let refused = answers.iter().filter(|answer| answer.status == 429);
    assert!(refused.clone().all(|answer| answer.header("ratelimit-policy") == "\"organisation\";q=4;w=1"));
    assert_eq!(let_in + refused.count(), 60);
    let (policy, left, _) = networks[1].ask("code", code).await.left();
    assert_eq!((policy.as_str(), left), ("anonymous", 1), "the bank used none of it");
}

#[tokio::test]
async fn each_item_of_a_batch_waits_for_its_turn() {
    let (service, _folder) = service(SLOW, "").await;
    let (issued, _) = service.issue("is-yeri", "7DEM001");
    let bank = Bank::add(&service, "9900310161", &[]);
    let items: Vec<_> = (0..16).map(|_| json!({ "code": issued["code"] })).collect();
    let begun = Instant::now();
    let request = service.request("POST", "/api/v1/verifications/batch").bearer_auth(&bank.token);
    let answer = answer(request.json(&json!({ "items": items }))).await;
    // Four at once and four a second: no faster, however fast the machine.
    assert!(begun.elapsed() >= Duration::from_secs(3), "twelve items had to wait for their turn");
    let lines: Vec<Value> = answer.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 17);
    assert!(lines[..16].iter().all(|line| line["verification"]["verdict"] == "valid"), "{}", answer.text);
    assert_eq!(lines[16], json!({ "done": true, "items": 16 }));
}
