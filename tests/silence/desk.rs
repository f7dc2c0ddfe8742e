//! What auditors and the public see of the canaries: that there were certificates, and nothing of what they say or of whom.

use sqlx::Connection as _;

use crate::acts::Said;
use crate::canaries::FIN;
use crate::service::TestService;

const PURPOSE: &str = "complaint+number+five";

/// An auditor of all agencies searches, also for the citizen, follows a life, draws, counts and exports; the public reads
/// the open data. Only the page of facts that was asked for with a purpose may hold what is personal.
pub(crate) async fn be_audited(service: &TestService, said: &mut Said) {
    let cookie = service.auditor(0).await;
    said.codes.push(cookie.split_once('=').unwrap().1.to_owned());
    let get = async |path: &str| {
        let answer = service.request("GET", path).header("cookie", &cookie).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.unwrap()
    };
    let desk = get("/desk").await;
    let token = desk.split_once("name=\"form\" value=\"").unwrap().1.split('"').next().unwrap().to_owned();
    let post = async |path: &str, fields: String| {
        let request = service.request("POST", path).header("cookie", &cookie);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request.body(format!("form={token}&{fields}")).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.unwrap()
    };
    let found = post("/desk/certificates/person", format!("fin={FIN}&purpose={PURPOSE}")).await;
    let (_, link) = found.split_once("href=\"/desk/certificates/").expect("the citizen's certificates are found");
    let life = format!("/desk/certificates/{}", &link[..36]);
    let facts = post(&format!("{life}/facts"), format!("purpose={PURPOSE}")).await;
    assert!(facts.contains(FIN), "what was asked for with a purpose is told: {facts}");

    said.unwary.push(("a search for a person".to_owned(), found));
    for path in [
        life.as_str(),
        "/desk/certificates",
        "/desk/events",
        "/desk/searches",
        "/api/v1/audit/certificates?limit=500",
        "/api/v1/audit/events?limit=500",
        "/desk/figures",
        "/desk/alarms",
        "/desk/exports",
        "/open-data",
        "/open-data/agencies",
        "/open-data/catalogue.jsonld",
        "/open-data/codes.json",
    ] {
        said.unwary.push((path.to_owned(), get(path).await));
    }
    // Exports and samples end where the records have settled.
    let database = format!("sqlite:{}", service.dir.join("earayis.db").display());
    let mut connection = sqlx::SqliteConnection::connect(&database).await.unwrap();
    let earlier = "update certificates set issued_at = issued_at - 600000;
         update audit_events set occurred_at = occurred_at - 600000;";
    sqlx::raw_sql(earlier).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    for (path, fields) in [
        ("/desk/sample", "size=20&seed=canary".to_owned()),
        ("/desk/exports", "of=certificates&format=csv".to_owned()),
        ("/desk/exports", "of=events&format=csv".to_owned()),
    ] {
        said.unwary.push((format!("{path} {fields}"), post(path, fields).await));
    }
}
