//! A batch under way when the service stops: it ends whole, or says that it does not.

use std::process::Command;

use serde_json::{Value, json};

use crate::place::Place;
use crate::world::{BANK, Certificate, count, enrol};

const ITEMS: usize = 1000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopping_service_answers_what_it_began_and_says_that_there_is_more() {
    let place = Place::sqlite();
    let mut service = place.service();
    let token = enrol(&service, BANK, "core");
    service.start().await;
    let certificate = Certificate::issue(&service, "7DEM001").await;
    let items = vec![json!({ "code": certificate.code }); ITEMS];
    let request = service.request("POST", "/api/v1/verifications/batch").bearer_auth(&token);
    let mut answer = request.json(&json!({ "items": items })).send().await.unwrap();
    let mut text = answer.chunk().await.unwrap().unwrap().to_vec();
    Command::new("kill").args(["-TERM", &service.pid().to_string()]).status().unwrap();
    while let Some(chunk) = answer.chunk().await.unwrap() {
        text.extend_from_slice(&chunk);
    }
    let text = String::from_utf8(text).unwrap();
    let mut lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let last = lines.pop().unwrap();
    assert_eq!(last["items"], lines.len());
    for (place, line) in lines.iter().enumerate() {
        assert_eq!((&line["index"], &line["verification"]["verdict"]), (&json!(place), &json!("valid")));
    }
    if lines.len() < ITEMS {
        assert_eq!(last["done"], false);
        assert_eq!(last["problem"]["type"], "urn:earayis:problem:stopping");
    } else {
        assert_eq!(last["done"], true);
    }
    println!("{} of {ITEMS} were answered", lines.len());
    assert_eq!(tokio::task::block_in_place(|| service.stop()).code(), Some(0));
    let looks = count(&place.reading, &format!("select count(*) from looks where verifier = '{BANK}'")).await;
    // What was begun behind the last line comes to its end untold: at most as many as are verified at once.
    let told = i64::try_from(lines.len()).unwrap();
    assert!((told..told + 32).contains(&looks), "every answer was a look, and hardly a look untold: {looks}, {told}");
}
