//! Shares: no network takes connections, guesses or examinations from others, and no batch takes them from its own clerks.

use std::net::{IpAddr, SocketAddr};

use futures_util::StreamExt as _;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::asking::{Answer, From, UNKNOWN_CODE, answer, service, set_limits};
use crate::banks::Bank;
use crate::pdf::{deflate, showing};
use crate::service::{TestService, free_port};

/// Misses that do not come back within a test, and enough of everything else.
const FEW_MISSES: &str = "anonymous_burst = 1000000\nnumber_burst = 1000000\nmisses_per_minute = 1\nmisses_burst = 3\n";

async fn upload(from: &From, file: Vec<u8>) -> Answer {
    let part = reqwest::multipart::Part::bytes(file).file_name("f.pdf");
    let form = reqwest::multipart::Form::new().part("file", part);
    answer(from.request("POST", "/api/v1/verifications").multipart(form)).await
}

#[tokio::test]
async fn a_network_that_holds_its_connections_leaves_the_others_to_others() {
    let metrics = free_port();
    let folder = tempfile::tempdir().unwrap();
    let mut service = TestService::serving(folder.path(), free_port(), "sqlite:earayis.db");
    service.change_settings(
        "[metrics]\nlisten = \"127.0.0.1:0\"",
        &format!("[metrics]\nlisten = \"127.0.0.1:{metrics}\""),
    );
    service.start().await;
    let address: SocketAddr = service.url.strip_prefix("http://").unwrap().parse().unwrap();
    let _ = rlimit::increase_nofile_limit(1 << 14);

    let mut held = Vec::new();
    while let Some(stream) = served("127.0.0.2", address).await {
        held.push(stream);
        assert!(held.len() <= 1024, "one network holds an eighth of 8,192 at most");
    }
    assert!(held.len() >= 8, "{} connections", held.len());
    let text = reqwest::get(format!("http://127.0.0.1:{metrics}/metrics")).await.unwrap().text().await.unwrap();
    assert!(text.contains("earayis_connections_refused_total 1"), "{text}");

    assert_eq!(From::new(&service, "127.0.0.3").ask("code", UNKNOWN_CODE).await.status, 200);
    held.clear();
    while served("127.0.0.2", address).await.is_none() {}
}

/// A connection over which a request was answered, unless it was closed before.
async fn served(from: &str, to: SocketAddr) -> Option<TcpStream> {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(from.parse::<IpAddr>().unwrap(), 0)).unwrap();
    let mut stream = socket.connect(to).await.ok()?;
    stream.write_all(b"GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n").await.ok()?;
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.ok()?;
    assert_eq!(&answer, b"HTTP/1.1 200");
    Some(stream)
}

#[tokio::test]
async fn guesses_sent_at_once_get_no_more_than_their_rate() {
    let (service, _folder) = service(FEW_MISSES, "").await;
    let (issued, _) = service.issue("is-yeri", "7DEM001");
    let guesser = From::new(&service, "127.0.0.2");
    let numbers: Vec<_> = (0..60).map(|nth| format!("2026-0000-00{nth:02}")).collect();
    let answers = join_all(numbers.iter().map(|number| guesser.ask("number", number))).await;
    let looked_up = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(looked_up, 3, "each of the others was refused, and not looked up");
    let code = issued["code"].as_str().unwrap();
    assert_eq!(guesser.ask("code", code).await.json()["verdict"], "valid", "a code is as good as before");
}

#[tokio::test]
async fn a_file_with_guessed_numbers_is_no_oracle_beyond_the_rate() {
    let (service, _folder) = service(FEW_MISSES, "").await;
    let (issued, genuine) = service.issue("is-yeri", "7DEM001");
    let (code, ours) = (issued["code"].as_str().unwrap(), issued["number"].as_str().unwrap());
    let guesser = From::new(&service, "127.0.0.2");
    let present = async |text: String| {
        let answer = upload(&guesser, showing(&text)).await;
        match answer.status {
            200 => answer.json()["verdict"].as_str().unwrap().to_owned(),
            429 => answer.left().0,
            status => panic!("{status}: {}", answer.text),
        }
    };
    for _ in 0..5 {
        assert_eq!(present(format!("No. {ours}")).await, "altered", "a copy of ours costs no miss");
    }
    assert_eq!(present("No. 2026-0000-0001".into()).await, "unknown");
    assert_eq!(present(format!("No. 2026-0000-0002, {ours}")).await, "altered", "and one miss");
    // One miss is left, and none is learnt with a second number.
    assert_eq!(present(format!("No. {ours}, 2026-0000-0003")).await, "misses");
    assert_eq!(present("No. 2026-0000-0004, 2026-0000-0003".into()).await, "misses");
    assert_eq!(present("No. 2026-0000-0005".into()).await, "unknown");
    assert_eq!(present("No. 2026-0000-0006".into()).await, "misses");
    assert_eq!(present(format!("No. {ours}")).await, "misses", "the same for a right and a wrong one");
    assert_eq!(guesser.ask("number", ours).await.left().0, "misses", "files and numbers share the rate");

    assert_eq!(present("no number at all".into()).await, "unknown");
    assert_eq!(upload(&guesser, genuine).await.json()["verdict"], "valid");
    assert_eq!(guesser.ask("code", code).await.json()["verdict"], "valid");
    let clerk = From::new(&service, "127.0.0.3");
    assert_eq!(upload(&clerk, showing(ours)).await.json()["verdict"], "altered");
    let bank = Bank::add(&service, "9900310161", &[]);
    let part = reqwest::multipart::Part::bytes(showing(ours)).file_name("f.pdf");
    let form = reqwest::multipart::Form::new().part("file", part);
    let as_bank = guesser.request("POST", "/api/v1/verifications").bearer_auth(&bank.token).multipart(form);
    assert_eq!(answer(as_bank).await.json()["verdict"], "altered", "an organisation has its own");
}

/// A picture whose examination takes seconds, each as another: there is much to look at in it and nothing to find.
fn slow(nth: usize) -> Vec<u8> {
    const SIDE: usize = 4_000;
    let mut row = vec![0];
    let mut state = u32::try_from(nth).unwrap();
    for _ in 0..SIDE {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        row.push(if state >> 31 == 0 { 0 } else { 255 });
    }
    let side = u32::try_from(SIDE).unwrap().to_be_bytes();
    let header = [&side[..], &side, &[8, 0, 0, 0, 0]].concat();
    let pixels = deflate(&row.repeat(SIDE));
    let parts = [(*b"IHDR", header), (*b"IDAT", pixels), (*b"IEND", Vec::new())].map(|(kind, data)| part(kind, &data));
    [&b"\x89PNG\r\n\x1a\n"[..], &parts.concat()].concat()
}

fn part(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    let mut check = flate2::Crc::new();
    check.update(&kind);
    check.update(data);
    [&length, &kind[..], data, &check.sum().to_be_bytes()].concat()
}

#[tokio::test]
async fn slow_files_of_two_networks_keep_nobody_elses_waiting_for_all_of_them() {
    let (service, _folder) = service("anonymous_burst = 1000000\nanonymous_per_minute = 1000000\n", "").await;
    let strangers = [From::new(&service, "127.0.0.2"), From::new(&service, "127.0.0.3")];
    let mut theirs: FuturesUnordered<_> = (0..8).map(|nth| upload(&strangers[nth % 2], slow(nth))).collect();
    // All are there, and wait, when the first is answered.
    theirs.next().await.unwrap();
    let clerk = From::new(&service, "127.0.0.4");
    let mut hers = Box::pin(upload(&clerk, showing("a letter")));
    let mut before = 0;
    let answer = loop {
        tokio::select! {
            answer = &mut hers => break answer,
            Some(_) = theirs.next() => before += 1,
        }
    };
    assert_eq!(answer.json()["verdict"], "unknown");
    assert!(before <= 4, "{before} of theirs came before hers");
}

#[tokio::test]
async fn a_network_is_charged_by_the_time_its_files_took_and_only_for_files_nobody_knows() {
    // An upload counts one of five, and so does each second of an examination: these take more than one.
    let limits = "anonymous_per_minute = 1\nanonymous_burst = 5\nupload_weight = 1\n";
    let folder = tempfile::tempdir().unwrap();
    let mut service = TestService::serving(folder.path(), free_port(), "sqlite:earayis.db");
    set_limits(&service, limits, "");
    service.start().await;
    let (_, genuine) = service.issue("is-yeri", "7DEM001");
    let stranger = From::new(&service, "127.0.0.2");
    let mut nth = 0;
    let refused = loop {
        let answer = upload(&stranger, slow(nth)).await;
        if answer.status == 429 {
            break answer;
        }
        assert_eq!(answer.json()["verdict"], "unreadable");
        nth += 1;
    };
    assert_eq!(refused.left().0, "examination");
    assert_eq!(upload(&stranger, genuine).await.json()["verdict"], "valid", "a known file needs no examination");
    assert_eq!(upload(&From::new(&service, "127.0.0.3"), showing("a letter")).await.status, 200);
}

#[tokio::test]
async fn a_batch_leaves_its_organisations_clerks_a_quarter() {
    let (service, _folder) = service("organisation_per_second = 1\norganisation_burst = 8\n", "").await;
    let (issued, _) = service.issue("is-yeri", "7DEM001");
    let bank = Bank::add(&service, "9900310161", &[]);
    let items = vec![json!({ "code": issued["code"] }); 60];
    let request = service.request("POST", "/api/v1/verifications/batch").bearer_auth(&bank.token);
    let mut batch = request.json(&json!({ "items": items })).send().await.unwrap();
    let mut lines = 0;
    while lines < 6 {
        let chunk = batch.chunk().await.unwrap().unwrap();
        lines += memchr::memchr_iter(b'\n', &chunk).count();
    }
    // It has used up all that it may, and waits for each further item.
    for _ in 0..2 {
        let single = service.request("POST", "/api/v1/verifications").bearer_auth(&bank.token);
        let single = answer(single.json(&json!({ "code": issued["code"] }))).await;
        assert_eq!((single.status, single.json()["verdict"].clone()), (200, "valid".into()));
    }
    assert!(lines < 60, "the batch was not done");
    assert!(batch.chunk().await.unwrap().is_some(), "and goes on");
}
