//! Exports as others read them: every cell is text, the manifest names what left, and a row that is taken away is noticed.

use crate::asked::{by_hand, form, page, python, send, settle};
use crate::service::TestService;
use serde_json::Value;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_is_read_back_whole_and_proved_later() {
    let service = TestService::demo().await;
    let numbers: Vec<String> = (0..3)
        .map(|_| tokio::task::block_in_place(|| service.issue("is-yeri", "7DEM001").0))
        .map(|certificate| certificate["number"].as_str().unwrap().to_owned())
        .collect();
    settle(&service).await;
    let cookie = service.auditor(0).await;
    let mut files = Vec::new();
    for format in ["csv", "xlsx"] {
        let fields = [("of", "certificates"), ("format", format), ("kind", "is-yeri"), ("operator", "operator")];
        let answer = send(&service, &cookie, "/desk/exports", &fields).await;
        assert_eq!(answer.status(), 200);
        let id = answer.headers()["x-earayis-export"].to_str().unwrap().to_owned();
        let bytes = answer.bytes().await.unwrap().to_vec();
        let path = service.dir.join(format!("export.{format}"));
        std::fs::write(&path, &bytes).unwrap();
        files.push((id, bytes, path));
    }
    let read = "import csv, sys, json\n\
                from openpyxl import load_workbook\n\
                rows = list(csv.reader(open(sys.argv[1], encoding='utf-8', newline='')))\n\
                sheet = load_workbook(sys.argv[2]).active\n\
                cells = [[c.value if c.value is not None else '' for c in row] for row in sheet.iter_rows()]\n\
                assert cells == rows, (cells, rows)\n\
                assert all(c.data_type in ('s', 'inlineStr', 'n') for row in sheet.iter_rows() for c in row if c.value)\n\
                assert all(isinstance(c, str) for row in cells for c in row)\n\
                print(json.dumps(rows))";
    let paths: Vec<&str> = files.iter().map(|(_, _, path)| path.to_str().unwrap()).collect();
    let rows: Vec<Vec<String>> = serde_json::from_str(&python(read, &paths)).unwrap();
    assert_eq!(rows[0][..2], ["id", "number"]);
    for number in &numbers {
        assert!(rows.iter().any(|row| row[1] == *number && row[4] == "9900100161"), "{number}: {rows:?}");
    }

    for (id, bytes, _) in &files {
        let path = format!("/desk/exports/{id}/manifest.json");
        let (status, text) = page(&service, &cookie, &path).await;
        assert_eq!(status, 200, "{text}");
        let manifest: Value = serde_json::from_str(&text).unwrap();
        let sha256 = ring::digest::digest(&ring::digest::SHA256, bytes);
        assert_eq!(manifest["sha256"], data_encoding::HEXLOWER.encode(sha256.as_ref()));
        assert_eq!(manifest["rows"].as_u64(), Some(rows.len() as u64 - 1));
        assert_eq!(
            (&manifest["filter"], &manifest["reach"]),
            (&"kind=is-yeri&operator=operator".into(), &"all".into())
        );
        assert!(manifest["checkpoint"].as_str().unwrap().contains("earayis"), "{text}");
        let (_, proved) = form(&service, &cookie, &format!("{path}?lang=en"), &[]).await;
        assert!(proved.contains("The export is whole"), "{proved}");
        // Whoever audits one agency alone has no business with another's export.
        assert_eq!(page(&service, &service.auditor(1).await, &path).await.0, 404);
    }

    // What is issued later is not missing from it; a row that is changed or taken away is.
    tokio::task::block_in_place(|| service.issue("is-yeri", "7DEM001"));
    let path = format!("/desk/exports/{}/manifest.json?lang=en", files[0].0);
    assert!(form(&service, &cookie, &path, &[]).await.1.contains("The export is whole"));
    by_hand(&service, &format!("update certificates set issued_by = 'nobody' where number = '{}'", numbers[1])).await;
    let (_, told) = form(&service, &cookie, &path, &[]).await;
    assert!(told.contains("differ") && told.contains("<td>removed</td>"), "it is no operator's any more: {told}");
}

fn issue(service: &TestService) -> Value {
    tokio::task::block_in_place(|| service.issue("is-yeri", "7DEM001").0)
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap().to_owned()
}

/// Exports, and answers the file and the address of its manifest.
async fn export(service: &TestService, cookie: &str, fields: &[(&str, &str)]) -> (String, String) {
    let fields: Vec<_> = fields.iter().copied().chain([("format", "csv")]).collect();
    let answer = send(service, cookie, "/desk/exports", &fields).await;
    assert_eq!(answer.status(), 200);
    let id = answer.headers()["x-earayis-export"].to_str().unwrap().to_owned();
    (answer.text().await.unwrap(), format!("/desk/exports/{id}/manifest.json?lang=en"))
}

/// What the proof says of a row: its cell of how it differs.
fn said_of(told: &str, id: &str) -> String {
    let Some((before, _)) = told.split_once(id) else { return "nothing".to_owned() };
    let (_, row) = before.rsplit_once("<tr><td>").unwrap();
    row.split_once('<').unwrap().0.to_owned()
}

/// A row that was under way when an export was made may come to the records later, with an earlier instant.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_ends_where_no_row_can_join_it_any_more() {
    let service = TestService::demo().await;
    let cookie = service.auditor(0).await;
    let (settled, fresh) = (issue(&service), issue(&service));
    let back =
        format!("update certificates set issued_at = issued_at - 600000 where number = '{}'", text(&settled, "number"));
    by_hand(&service, &back).await;
    let before = earayis::clock::Clock::System.now().millis();
    for filter in [&[][..], &[("to", "2999-12-31")][..]] {
        let fields: Vec<_> = filter.iter().copied().chain([("of", "certificates")]).collect();
        let (file, manifest) = export(&service, &cookie, &fields).await;
        assert!(file.contains(&text(&settled, "number")) && !file.contains(&text(&fresh, "number")), "{file}");
        let told: Value = serde_json::from_str(&page(&service, &cookie, &manifest).await.1).unwrap();
        let (until, settling) = (told["until"].as_i64().unwrap(), told["settling"].as_i64().unwrap());
        assert!(settling >= 120_000 && (before - settling..before - settling + 60_000).contains(&until), "{told}");
        assert_eq!(told["as_of"].as_i64(), Some(until));
    }
    let (_, list) = page(&service, &cookie, "/desk/exports?lang=en").await;
    assert!(list.contains("Rows of the last 3 minutes are not exported"), "{list}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_certificate_that_is_gone_was_added_or_changed_is_named() {
    let service = TestService::demo().await;
    let [removed, changed, kept, later] = std::array::from_fn(|_| issue(&service));
    settle(&service).await;
    let move_out =
        format!("update certificates set issued_at = issued_at + 600000 where number = '{}'", text(&later, "number"));
    by_hand(&service, &move_out).await;
    let cookie = service.auditor(0).await;
    let (_, manifest) =
        export(&service, &cookie, &[("of", "certificates"), ("kind", "is-yeri"), ("operator", "operator")]).await;
    assert!(form(&service, &cookie, &manifest, &[]).await.1.contains("The export is whole"));

    let (removed, changed, kept, added) =
        (text(&removed, "id"), text(&changed, "id"), text(&kept, "id"), text(&later, "id"));
    let blob = |id: &str| format!("x'{}'", id.replace('-', ""));
    let hand = format!(
        "delete from certificates where id = {}; update certificates set number = '2026-0000-0000' where id = {};
         update certificates set issued_at = issued_at - 600000 where id = {};",
        blob(&removed),
        blob(&changed),
        blob(&added)
    );
    by_hand(&service, &hand).await;
    let (status, told) = form(&service, &cookie, &manifest, &[]).await;
    assert!(status == 200 && told.contains("The export and the records differ"), "{told}");
    for (id, said) in [(&removed, "removed"), (&changed, "changed"), (&added, "added"), (&kept, "nothing")] {
        assert_eq!(said_of(&told, id), said, "{told}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_by_status_is_proved_though_statuses_change() {
    let service = TestService::demo().await;
    let [suspended, expired, valid] = std::array::from_fn(|_| issue(&service));
    let act = |command: &str, number: &str, reason: &str| {
        let done = tokio::task::block_in_place(|| service.run(&[command, "--number", number, "--reason", reason]));
        assert!(done.status.success(), "{command}");
    };
    act("suspend", &text(&suspended, "number"), "misuse_suspected");
    settle(&service).await;
    let ended =
        format!("update certificates set valid_until = issued_at + 1 where number = '{}'", text(&expired, "number"));
    by_hand(&service, &ended).await;
    let cookie = service.auditor(0).await;
    // What changes now is not settled, and none of the export's business.
    act("suspend", &text(&valid, "number"), "misuse_suspected");
    let mut manifests = Vec::new();
    for (status, meant) in [("suspended", &suspended), ("expired", &expired), ("valid", &valid)] {
        let (file, manifest) =
            export(&service, &cookie, &[("of", "certificates"), ("kind", "is-yeri"), ("status", status)]).await;
        for one in [&suspended, &expired, &valid] {
            assert_eq!(file.contains(&text(one, "number")), one == meant, "{status}: {file}");
        }
        assert!(file.contains(&format!("\"{status}\"")), "{file}");
        manifests.push(manifest);
    }
    act("reinstate", &text(&suspended, "number"), "cause_removed");
    act("revoke", &text(&suspended, "number"), "facts_wrong");
    for manifest in &manifests {
        assert!(form(&service, &cookie, manifest, &[]).await.1.contains("The export is whole"), "{manifest}");
    }
    // Whoever wipes out that it was suspended is found: it should not have been among the suspended ones, but the valid.
    let hidden = format!("delete from audit_events where act = 'suspend' and subject = '{}'", text(&suspended, "id"));
    by_hand(&service, &hidden).await;
    let id = text(&suspended, "id");
    assert_eq!(said_of(&form(&service, &cookie, &manifests[0], &[]).await.1, &id), "removed");
    assert_eq!(said_of(&form(&service, &cookie, &manifests[2], &[]).await.1, &id), "added");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_event_that_is_gone_was_added_or_changed_is_named() {
    let service = TestService::demo().await;
    issue(&service);
    for _ in 0..4 {
        by_hand(
            &service,
            "insert into audit_events (id, actor, act, subject, occurred_at, detail, organisation)
             values (randomblob(16), 'service', 'raise_alarm', '9900100161', unixepoch() * 1000, '{}', '9900100161')",
        )
        .await;
    }
    settle(&service).await;
    for auditor in [0, 1] {
        let cookie = service.auditor(auditor).await;
        let (file, manifest) = export(&service, &cookie, &[("of", "events"), ("act", "raise_alarm")]).await;
        let ids: Vec<String> = file.lines().skip(1).map(|line| line[1..37].to_owned()).collect();
        assert!(ids.len() >= 3, "{file}");
        assert!(form(&service, &cookie, &manifest, &[]).await.1.contains("The export is whole"));
        let blob = |id: &str| format!("x'{}'", id.replace('-', ""));
        let added = format!("0198{auditor}000-0000-7000-8000-000000000000");
        let hand = format!(
            "delete from audit_events where id = {};
             update audit_events set detail = '{{\"found\":0}}' where id = {};
             insert into audit_events (id, actor, act, subject, occurred_at, detail, organisation)
                 select {}, actor, act, subject, occurred_at, detail, organisation from audit_events where id = {};",
            blob(&ids[0]),
            blob(&ids[1]),
            blob(&added),
            blob(&ids[2])
        );
        by_hand(&service, &hand).await;
        let (_, told) = form(&service, &cookie, &manifest, &[]).await;
        for (id, said) in [(&ids[0], "removed"), (&ids[1], "changed"), (&added, "added"), (&ids[2], "nothing")] {
            assert_eq!(said_of(&told, id), said, "{told}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exports_under_way_say_how_far_they_are() {
    let service = TestService::demo().await;
    let cookie = service.auditor(1).await;
    // The one who asks has exported once, so that the records know what they call her.
    export(&service, &cookie, &[("of", "events")]).await;
    let now = earayis::clock::Clock::System.now().millis();
    for (id, rows, noted_at) in [("01", 4321, now), ("02", 17, now - 600_000)] {
        let hand = format!(
            "insert into exports (id, actor, contents, format, filter, since, until, began_at, row_count, reached, noted_at)
             select x'{}', actor, 'certificates', 'csv', 'kind=is-yeri', 0, {now}, {noted_at}, {rows}, {now}, {noted_at}
             from exports limit 1",
            id.repeat(16)
        );
        by_hand(&service, &hand).await;
    }
    let (status, list) = page(&service, &cookie, "/desk/exports?lang=en").await;
    let (under_way, broken) = list.split_once("The export broke off").expect("one broke off");
    assert!(
        status == 200 && under_way.contains("The export is under way") && under_way.contains("<dd>4321</dd>"),
        "{list}"
    );
    assert!(broken.contains("<dd>17</dd>"), "{list}");
    let (_, another) = page(&service, &service.auditor(2).await, "/desk/exports?lang=en").await;
    assert!(!another.contains("4321"), "another auditor's");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_are_exported_with_the_auditors_own_and_nothing_that_names_a_citizen() {
    let service = TestService::demo().await;
    tokio::task::block_in_place(|| service.issue("is-yeri", "7DEM001"));
    let cookie = service.auditor(1).await;
    // What an auditor does is an event like any other.
    assert_eq!(form(&service, &cookie, "/desk/sample", &[("size", "1"), ("seed", "s")]).await.0, 200);
    settle(&service).await;
    let answer = send(&service, &cookie, "/desk/exports", &[("of", "events"), ("format", "csv")]).await;
    assert_eq!(answer.status(), 200);
    let text = answer.text().await.unwrap();
    assert!(text.contains("\"issue\"") && text.contains("\"draw_sample\""), "{text}");
    assert!(!text.contains("holder:"), "{text}");
    for fields in [[("of", "people"), ("format", "csv")], [("of", "events"), ("format", "pdf")]] {
        assert_eq!(form(&service, &cookie, "/desk/exports", &fields).await.0, 400);
    }
    let (status, _) =
        form(&service, &cookie, "/desk/exports", &[("of", "events"), ("format", "csv"), ("from", "yesterday")]).await;
    assert_eq!(status, 422);
}
