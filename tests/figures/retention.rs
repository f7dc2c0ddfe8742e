//! Retention: what is over its term is erased with a report, what a hold keeps stays, and what is not over is untouched.

use serde_json::{Value, json};
use sqlx::{Connection as _, SqliteConnection};

use crate::service::TestService;

const AGENCY: &str = "9900100161";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_erases_what_is_over_its_term_and_a_hold_keeps() {
    let service = TestService::fresh().await;
    let issue = || tokio::task::block_in_place(|| service.issue("is-yeri", "7DEM001").0);
    let [over, held, current] = [issue(), issue(), issue()];
    let number = |certificate: &Value| certificate["number"].as_str().unwrap().to_owned();
    let run = |arguments: &[&str]| {
        let output = tokio::task::block_in_place(|| service.run(arguments));
        let (out, said) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        (output.status.success(), out, said)
    };
    let report = |verb| {
        let (done, out, said) = run(&["retention", verb, "--json"]);
        assert!(done, "{said}");
        serde_json::from_str::<Value>(&out).unwrap()
    };
    assert_eq!(report("plan")["rows"], json!([]));
    let (_, out, _) = run(&["retention", "run"]);
    assert!(out.contains("nothing is over its term"), "{out}");

    let database = format!("sqlite:{}", service.dir.join("earayis.db").display());
    let mut connection = SqliteConnection::connect(&database).await.unwrap();
    for certificate in [&over, &held] {
        let sql = "update certificates set keep_until = 1000 where number = $1";
        sqlx::query(sql).bind(number(certificate)).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();
    assert!(run(&["retention", "hold", "--number", &number(&held), "--reason", "case 7"]).0);
    assert!(!run(&["retention", "hold", "--number", &number(&held), "--reason", "case 8"]).0, "one hold is enough");
    let (done, _, said) = run(&["erase", "--number", &number(&held)]);
    assert!(!done && said.contains("legal hold"), "{said}");

    let planned = report("plan");
    let row =
        |erased, held| json!([{ "issuer": AGENCY, "kind": "is-yeri", "erased": erased, "held": held, "gone": 0 }]);
    assert_eq!((&planned["rows"], &planned["plan"]), (&row(1, 1), &json!(true)));
    let done = report("run");
    assert_eq!((&done["rows"], &done["plan"], &done["overwritten"]), (&row(1, 1), &json!(false), &json!(true)));
    assert!(done["remains"].as_array().unwrap().contains(&json!("log_leaf")), "{done}");
    let verdict = async |certificate: &Value| {
        service.verify("code", certificate["code"].as_str().unwrap()).await["verdict"].clone()
    };
    assert_eq!(verdict(&over).await, "unknown", "its code is gone");
    assert_eq!((verdict(&held).await, verdict(&current).await), (json!("valid"), json!("valid")));

    assert!(run(&["retention", "lift", "--number", &number(&held)]).0);
    assert!(!run(&["retention", "lift", "--number", &number(&held)]).0, "there is none any more");
    for (language, what, why) in [
        ("az", "1 silinəcək, 0 hüquqi saxlama altında qalır", "Jurnalı heç kim yenidən yaza bilməz"),
        ("en", "1 would be erased, 0 kept by a legal hold", "Nobody can rewrite the log"),
        ("ru", "будет удалено: 1, остаётся под запретом удаления: 0", "Журнал никто не может переписать"),
    ] {
        let (done, out, _) = run(&["retention", "plan", "--lang", language]);
        assert!(done && out.contains(what) && out.contains(why), "{out}");
    }
    assert_eq!(report("run")["rows"], row(1, 0));
    assert_eq!(verdict(&held).await, "unknown");
    assert_eq!(report("run")["rows"], json!([]), "what is erased is not erased again");
    let (_, shown, _) = run(&["retention", "show", "--json"]);
    let shown: Value = serde_json::from_str(&shown).unwrap();
    let told: Vec<_> = shown["runs"].as_array().unwrap().iter().map(|run| run["report"]["rows"].clone()).collect();
    assert_eq!(told, [json!([]), row(1, 0), row(1, 1), json!([])], "every run keeps its report, latest first");
}
