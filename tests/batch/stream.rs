//! The batch by the API: a thousand items in order, each with its own answer, and an end that can be seen.

use serde_json::{Value, json};

use crate::world::{BANK, Certificate, World, count, hexadecimal, mistyped, on_runtime, unknown_code, world};

const BATCH: &str = "/api/v1/verifications/batch";

/// The lines of a whole answer without the last, which says that it was the last.
async fn lines(world: &World, items: &Value) -> Vec<Value> {
    let answer = world.ask("POST", BATCH).json(&json!({ "items": items })).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/x-ndjson");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let text = answer.text().await.unwrap();
    assert!(text.ends_with('\n'));
    let mut lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let last = lines.pop().unwrap();
    assert_eq!(last, json!({ "done": true, "items": lines.len() }));
    lines
}

/// Items of every sort, with what each is answered: a verdict, or a problem's slug.
async fn sorts(world: &World) -> Vec<(Value, &'static str)> {
    let digest = world.valid.digest(&world.service).await;
    vec![
        (json!({ "code": world.valid.code }), "valid"),
        (json!({ "code": mistyped(&world.valid.code) }), "mistyped-code"),
        (json!({ "number": world.revoked.number }), "revoked"),
        (json!({ "digest": digest }), "valid"),
        (json!({ "code": unknown_code() }), "unknown"),
        (json!({}), "malformed-item"),
        (json!({ "code": world.revoked.code.to_lowercase() }), "revoked"),
        (json!({ "digest": "00".repeat(32) }), "unknown"),
        (json!({ "qr": "HTTPS://ELSEWHERE.EXAMPLE/V#A.B" }), "unreadable"),
        (json!({ "number": "seven" }), "malformed-number"),
        (json!({ "code": world.suspended.code }), "suspended"),
        (json!({ "digest": "7" }), "malformed-digest"),
        (json!({ "code": 7 }), "malformed-item"),
        (json!({ "code": world.valid.code, "number": world.valid.number }), "malformed-item"),
        (json!({ "code": "no code" }), "malformed-code"),
    ]
}

fn told(line: &Value) -> &str {
    let problem = line["problem"]["type"].as_str().and_then(|kind| kind.rsplit(':').next());
    line["verification"]["verdict"].as_str().or(problem).unwrap_or_else(|| panic!("{line}"))
}

#[test]
fn a_thousand_mixed_items_are_answered_in_their_order_and_every_look_is_recorded() {
    let world = world();
    on_runtime(async {
        let sorts = sorts(&world).await;
        let items = (0..1000).map(|place| {
            let mut item = sorts[place % sorts.len()].0.clone();
            item["reference"] = format!("row {place}").into();
            item
        });
        let lines = lines(&world, &Value::Array(items.collect())).await;
        assert_eq!(lines.len(), 1000);
        for (place, line) in lines.iter().enumerate() {
            assert_eq!(line["index"], place);
            assert_eq!(line["reference"], format!("row {place}"));
            assert_eq!(told(line), sorts[place % sorts.len()].1, "{line}");
            let by_code = sorts[place % sorts.len()].0["code"].is_string();
            let facts = line["verification"]["certificate"]["facts"].is_object();
            assert_eq!(facts, by_code && matches!(told(line), "valid" | "revoked" | "suspended"), "{line}");
        }
        let ids: std::collections::HashSet<_> =
            lines.iter().filter_map(|line| line["verification"]["id"].as_str()).collect();
        let verified = lines.iter().filter(|line| line["verification"].is_object()).count();
        assert_eq!(ids.len(), verified, "each is an act of its own");
        let disclosed = lines.iter().filter(|line| line["verification"]["certificate"]["facts"].is_object());
        let ids: Vec<_> = disclosed.map(|line| hexadecimal(line["verification"]["id"].as_str().unwrap())).collect();
        assert!(ids.len() > 150);
        let looks = format!("select count(*) from looks where verifier = '{BANK}' and id in ({})", ids.join(","));
        let looks = count(&world.place.reading, &looks).await;
        assert_eq!(looks, i64::try_from(ids.len()).unwrap(), "no facts without a look");
    });
}

#[test]
fn an_item_is_answered_as_it_would_be_alone() {
    let world = world();
    on_runtime(async {
        for (item, _) in sorts(&world).await {
            let line = lines(&world, &json!([item.clone()])).await.remove(0);
            if line["verification"].is_null() {
                continue;
            }
            let alone = world.ask("POST", "/api/v1/verifications").json(&item).send().await.unwrap();
            let mut alone: Value = alone.json().await.unwrap();
            let mut together = line["verification"].clone();
            for answer in [&mut alone, &mut together] {
                for own in ["id", "verified_at", "receipt"] {
                    assert!(answer.as_object_mut().unwrap().remove(own).is_some(), "{own}");
                }
            }
            assert_eq!(together, alone);
        }
    });
}

#[test]
fn problems_speak_the_readers_language() {
    let world = world();
    on_runtime(async {
        let items = json!({ "items": [{ "code": mistyped(&world.valid.code) }, 7] });
        for (language, words) in
            [("az", ["səhv", "yalnız"]), ("en", ["mistyped", "exactly"]), ("ru", ["ошибкой", "ровно"])]
        {
            let request = world.ask("POST", BATCH).header("accept-language", language).json(&items);
            let text = request.send().await.unwrap().text().await.unwrap();
            for (line, word) in text.lines().zip(words) {
                assert!(line.contains(word), "{language}: {line}");
            }
        }
    });
}

#[test]
fn what_is_no_batch_is_refused_as_a_whole() {
    let world = world();
    on_runtime(async {
        let refusal = async |request: reqwest::RequestBuilder| {
            let answer = request.send().await.unwrap();
            let status = answer.status().as_u16();
            let problem: Value = answer.json().await.unwrap();
            (status, problem["type"].as_str().unwrap().rsplit(':').next().unwrap().to_owned())
        };
        let ask = || world.ask("POST", BATCH);
        let many = |items: usize| json!({ "items": vec![json!({}); items] });
        let text = |body: &str| ask().header("content-type", "application/json").body(body.to_owned());
        for (request, status, slug) in [
            (ask().json(&many(0)), 422, "malformed-request"),
            (ask().json(&many(1001)), 422, "too-many-items"),
            (ask().json(&json!({ "items": { "code": "a" } })), 422, "malformed-request"),
            (ask().json(&json!([])), 422, "malformed-request"),
            (text("{\"items\": ["), 400, "unreadable-request"),
            (text(&format!("{{\"items\": [\"{}\"]}}", "a".repeat(2 << 20))), 413, "too-large"),
            (ask().body("code=a"), 415, "unsupported-media-type"),
            (world.service.request("POST", BATCH).json(&many(1)), 401, "unauthenticated"),
            (world.service.request("POST", BATCH).bearer_auth("no token").json(&many(1)), 401, "unknown-token"),
            (world.service.request("POST", BATCH).bearer_auth(&world.clerk).json(&many(1)), 403, "missing-scope"),
            (
                world.service.request("POST", BATCH).bearer_auth(world.service.token()).json(&many(1)),
                403,
                "missing-scope",
            ),
        ] {
            assert_eq!(refusal(request).await, (status, slug.to_owned()));
        }
        assert_eq!(lines(&world, &many(1000)["items"]).await.len(), 1000);
    });
}

#[test]
fn a_client_that_goes_away_ends_the_work_and_leaves_the_looks_that_were_recorded() {
    let world = world();
    on_runtime(async {
        let (left, whole) =
            (Certificate::issue(&world.service, "7DEM004").await, Certificate::issue(&world.service, "7DEM005").await);
        let items = |certificate: &Certificate| Value::Array(vec![json!({ "code": certificate.code }); 1000]);
        let mut answer = world.ask("POST", BATCH).json(&json!({ "items": items(&left) })).send().await.unwrap();
        let first = answer.chunk().await.unwrap().unwrap();
        drop(answer);
        let told = String::from_utf8_lossy(&first).matches('\n').count();
        // As much time as the whole takes: what had gone on would be done by then.
        assert_eq!(lines(&world, &items(&whole)).await.len(), 1000);
        let recorded = world.looks(BANK, &left).await;
        assert!((i64::try_from(told).unwrap()..1000).contains(&recorded), "{told} told, {recorded} looks");
        assert_eq!(lines(&world, &items(&whole)).await.len(), 1000);
        assert_eq!(world.looks(BANK, &left).await, recorded);
    });
}
