//! Alarms: raised once in a window, counted, logged and recorded, and in none of these an address.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::{Connection as _, SqliteConnection};

use crate::asking::{From, UNKNOWN_CODE, service, set_limits};
use crate::banks::Bank;
use crate::service::{TestService, free_port};

const PROXY: &str = "127.0.0.2";

#[tokio::test]
async fn many_misses_from_one_network_raise_one_alarm() {
    let metrics = free_port();
    let folder = tempfile::tempdir().unwrap();
    let mut service = TestService::serving(folder.path(), free_port(), "sqlite:earayis.db");
    let many = "anonymous_burst = 1000\nmisses_burst = 1000\n";
    set_limits(&service, many, &format!("[alarms]\nmisses = 5\nsides = 3\n[proxies]\ntrusted = [\"{PROXY}\"]\n"));
    service.change_settings(
        "[metrics]\nlisten = \"127.0.0.1:0\"",
        &format!("[metrics]\nlisten = \"127.0.0.1:{metrics}\""),
    );
    service.start().await;
    let (issued, _) = service.issue("is-yeri", "7DEM001");
    let code = issued["code"].as_str().unwrap();

    let proxy = From::new(&service, PROXY);
    let ask = async |from: &str, code: &str| {
        let answer = proxy.asked_through("code", code, &[("x-forwarded-for", from)]).await;
        assert_eq!(answer.status, 200);
    };
    for _ in 0..4 {
        ask("203.0.113.171", UNKNOWN_CODE).await;
        ask("203.0.113.172", UNKNOWN_CODE).await;
    }
    assert_eq!(alarms(metrics).await, BTreeMap::new(), "four misses are nothing yet");
    for _ in 0..9 {
        ask("203.0.113.171", UNKNOWN_CODE).await;
    }
    let misses = ("network_misses".to_owned(), 1);
    assert_eq!(alarms(metrics).await, BTreeMap::from([misses.clone()]));

    for _ in 0..5 {
        ask("198.51.100.181", code).await;
        ask("198.51.100.182", code).await;
    }
    assert_eq!(alarms(metrics).await, BTreeMap::from([misses.clone()]), "two sides are nothing yet");
    for host in 183..199 {
        ask(&format!("198.51.100.{host}"), code).await;
    }
    assert_eq!(alarms(metrics).await, BTreeMap::from([("many_sides".to_owned(), 1), misses]));

    let number = issued["number"].as_str().unwrap();
    let expected = [
        ("many_sides", format!("{{\"number\":\"{number}\",\"sides\":3}}")),
        ("network_misses", "{\"network\":\"203.0.113.0/24\",\"misses\":5}".to_owned()),
    ];
    until_recorded(folder.path(), expected.len()).await;
    assert!(service.stop().success());
    let recorded = recorded(folder.path()).await;
    assert_eq!(recorded, expected.map(|(slug, detail)| ("service".to_owned(), slug.to_owned(), detail)));

    let telemetry = std::fs::read_to_string(&service.telemetry).unwrap();
    for slug in ["network_misses", "many_sides"] {
        assert_eq!(telemetry.matches(slug).count(), 1, "{telemetry}");
    }
    for personal in ["203.0.113.171", "198.51.100.18", UNKNOWN_CODE, code, "7DEM001"] {
        assert!(!telemetry.contains(personal), "{personal}: {telemetry}");
    }
}

#[tokio::test]
async fn an_organisation_above_its_habit_and_one_that_misses_often_raise_theirs() {
    let thresholds = "[alarms]\nmisses = 2\norganisation_misses = 5\nhabit_least = 10\n";
    let (mut service, folder) = service("anonymous_burst = 1000\n", thresholds).await;
    let bank = Bank::add(&service, "9900310161", &[]);
    let authorisation = format!("Bearer {}", bank.token);
    let clerk = From::new(&service, "127.0.0.2");
    for _ in 0..20 {
        let headers = [("authorization", authorisation.as_str())];
        assert_eq!(clerk.asked_through("code", UNKNOWN_CODE, &headers).await.status, 200);
    }
    until_recorded(folder.path(), 2).await;
    assert!(service.stop().success());
    let expected = [
        ("above_habit", "{\"organisation\":\"9900310161\",\"asked\":10,\"habit\":0}"),
        ("organisation_misses", "{\"organisation\":\"9900310161\",\"misses\":5}"),
    ];
    let expected = expected.map(|(slug, detail)| ("service".to_owned(), slug.to_owned(), detail.to_owned()));
    assert_eq!(recorded(folder.path()).await, expected);
}

#[tokio::test]
async fn what_is_usual_raises_none() {
    let (mut service, folder) = service("anonymous_burst = 1000\n", "[alarms]\nmisses = 5\nsides = 3\n").await;
    let (issued, file) = service.issue("is-yeri", "7DEM001");
    let clerk = From::new(&service, "127.0.0.2");
    for _ in 0..10 {
        assert_eq!(clerk.ask("code", issued["code"].as_str().unwrap()).await.status, 200);
        assert_eq!(clerk.ask("digest", &"0".repeat(64)).await.status, 200, "nobody guesses a digest");
        assert_eq!(clerk.ask("code", "0000-0000-0000-0001").await.status, 422, "a slip of the hand is no miss");
    }
    service.verify_file(file).await;
    assert!(service.stop().success());
    assert_eq!(recorded(folder.path()).await, []);
}

/// The alarms that the metrics count.
async fn alarms(port: u16) -> BTreeMap<String, u64> {
    let text = reqwest::get(format!("http://127.0.0.1:{port}/metrics")).await.unwrap().text().await.unwrap();
    let counted = text.lines().filter_map(|line| line.strip_prefix("earayis_alarms_total{alarm=\""));
    counted
        .map(|line| {
            let (slug, count) = line.split_once("\"} ").unwrap();
            (slug.to_owned(), count.parse().unwrap())
        })
        .collect()
}

/// Actor, subject and detail of the recorded alarms, by subject.
async fn recorded(folder: &Path) -> Vec<(String, String, String)> {
    let url = format!("sqlite:{}", folder.join("earayis.db").display());
    let mut database = SqliteConnection::connect(&url).await.unwrap();
    let rows =
        sqlx::query_as("select actor, subject, detail from audit_events where act = 'raise_alarm' order by subject");
    rows.fetch_all(&mut database).await.unwrap()
}

/// Alarms are recorded beside the answers; in the end they are.
async fn until_recorded(folder: &Path, count: usize) {
    let begun = Instant::now();
    while recorded(folder).await.len() < count {
        assert!(begun.elapsed() < Duration::from_secs(30), "the alarms were not recorded");
        tokio::task::yield_now().await;
    }
}
