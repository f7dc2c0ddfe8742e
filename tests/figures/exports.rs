//! Exports as others read them: every cell is text, the manifest names what left, and a row that is taken away is noticed.

use serde_json::Value;
use sqlx::{Connection as _, SqliteConnection};

use crate::asked::{form, page, python, send};
use crate::service::TestService;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_is_read_back_whole_and_proved_later() {
    let service = TestService::demo().await;
    let numbers: Vec<String> = (0..3)
        .map(|_| tokio::task::block_in_place(|| service.issue("is-yeri", "7DEM001").0))
        .map(|certificate| certificate["number"].as_str().unwrap().to_owned())
        .collect();
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
    let database = format!("sqlite:{}", service.dir.join("earayis.db").display());
    let mut connection = SqliteConnection::connect(&database).await.unwrap();
    let change = "update certificates set issued_by = 'nobody' where number = $1";
    sqlx::query(change).bind(&numbers[1]).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    assert!(form(&service, &cookie, &path, &[]).await.1.contains("differ"), "a changed row was not noticed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_are_exported_with_the_auditors_own_and_nothing_that_names_a_citizen() {
    let service = TestService::demo().await;
    tokio::task::block_in_place(|| service.issue("is-yeri", "7DEM001"));
    let cookie = service.auditor(1).await;
    // What an auditor does is an event like any other.
    assert_eq!(form(&service, &cookie, "/desk/sample", &[("size", "1"), ("seed", "s")]).await.0, 200);
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
