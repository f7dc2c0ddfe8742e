//! Open data as anybody fetches it: whole days, nothing small, a catalogue that others read, pages in three languages.

use serde_json::Value;
use sqlx::{Connection as _, SqliteConnection};

use crate::asked::python;
use crate::service::TestService;

/// A day that is over, of which there is something to publish.
const DAY: &str = "2024-02-29";

/// A service whose counts of one day are these: measure, agency, kind, district, outcome, count.
async fn counted(rows: &[(&str, &str, &str, &str, &str, i64)]) -> TestService {
    let service = TestService::fresh().await;
    let database = format!("sqlite:{}", service.dir.join("earayis.db").display());
    let mut connection = SqliteConnection::connect(&database).await.unwrap();
    for (measure, issuer, kind, district, outcome, count) in rows {
        sqlx::query(
            "insert into daily_figures (day, measure, issuer, kind, district, outcome, basis, organisation, source,
                shard, count) values ($1, $2, $3, $4, $5, $6, '', '9900310161', '', 1, $7)",
        )
        .bind(DAY)
        .bind(measure)
        .bind(issuer)
        .bind(kind)
        .bind(district)
        .bind(outcome)
        .bind(count)
        .execute(&mut connection)
        .await
        .unwrap();
    }
    connection.close().await.unwrap();
    service
}

async fn get(service: &TestService, path: &str) -> (u16, String) {
    let answer = service.request("GET", path).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_published_hides_the_small_and_what_would_reveal_it() {
    let service = counted(&[
        ("issued", "9900110121", "yasayis-yeri", "baki", "", 40),
        ("issued", "9900110121", "yasayis-yeri", "seki", "", 3),
        ("issued", "9900110121", "yasayis-yeri", "susa", "", 60),
        ("issued", "9900100161", "is-yeri", "", "", 70),
        ("verified", "9900100161", "is-yeri", "", "valid", 4),
    ])
    .await;
    let (status, csv) = get(&service, "/open-data/issuances/2024.csv").await;
    assert_eq!(status, 200);
    assert_eq!(
        csv,
        "day,level,agency,kind,district,count,suppressed\r\n\
         2024-02-29,day,,,,173,false\r\n\
         2024-02-29,agency,9900100161,,,70,false\r\n\
         2024-02-29,kind,9900100161,is-yeri,,70,false\r\n\
         2024-02-29,agency,9900110121,,,103,false\r\n\
         2024-02-29,kind,9900110121,yasayis-yeri,,103,false\r\n\
         2024-02-29,district,9900110121,yasayis-yeri,baki,,true\r\n\
         2024-02-29,district,9900110121,yasayis-yeri,seki,,true\r\n\
         2024-02-29,district,9900110121,yasayis-yeri,susa,60,false\r\n"
    );
    let (_, verifications) = get(&service, "/open-data/verifications/2024.csv").await;
    assert!(verifications.ends_with("2024-02-29,day,,,,true\r\n"), "{verifications}");
    assert!(!verifications.contains("9900310161"), "who verified is nobody's business");

    // The same rows as JSON, each as the schema has it.
    let (_, json) = get(&service, "/open-data/issuances/2024.json").await;
    let (_, schema) = get(&service, "/open-data/issuances/schema.json").await;
    let program = "import json, sys, jsonschema\n\
                   data, schema = json.loads(sys.argv[1]), json.loads(sys.argv[2])\n\
                   for row in data['rows']: jsonschema.validate(row, schema, cls=jsonschema.Draft202012Validator)\n\
                   print(len(data['rows']), data['licence'])";
    assert_eq!(python(program, &[&json, &schema]).trim(), "8 https://creativecommons.org/licenses/by/4.0/");
    let (_, codes) = get(&service, "/open-data/codes.json").await;
    let codes: Value = serde_json::from_str(&codes).unwrap();
    assert_eq!(codes["district"]["seki"]["az"], "Şəki");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_catalogue_is_read_by_others_and_leads_to_the_files() {
    let service = counted(&[("issued", "9900100161", "is-yeri", "", "", 70)]).await;
    let (_, catalogue) = get(&service, "/open-data/catalogue.jsonld").await;
    let program = "import sys, rdflib\n\
                   from rdflib.namespace import DCAT, DCTERMS, RDF\n\
                   g = rdflib.Graph().parse(data=sys.argv[1], format='json-ld')\n\
                   [c] = g.subjects(RDF.type, DCAT.Catalog)\n\
                   for p in (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCTERMS.license): assert (c, p, None) in g, p\n\
                   assert {t.language for t in g.objects(c, DCTERMS.title)} == {'az', 'en', 'ru'}\n\
                   datasets = list(g.objects(c, DCAT.dataset))\n\
                   assert len(datasets) == 2\n\
                   for d in datasets:\n\
                   \x20   for p in (DCTERMS.title, DCTERMS.description, DCTERMS.accrualPeriodicity): assert (d, p, None) in g, p\n\
                   for x in g.subjects(RDF.type, DCAT.Distribution):\n\
                   \x20   for p in (DCAT.accessURL, DCTERMS.license, DCTERMS.format, DCAT.mediaType): assert (x, p, None) in g, p\n\
                   print('\\n'.join(sorted(str(o) for o in g.objects(None, DCAT.downloadURL))))";
    let files = python(program, &[&catalogue]);
    assert!(files.contains("/open-data/issuances/2024.csv"), "{files}");
    for file in files.lines() {
        assert!(file.starts_with(&service.url), "{file}");
        assert_eq!(get(&service, &file[service.url.len()..]).await.0, 200, "{file}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_there_is_a_problem_and_what_is_not_over_is_not_shown() {
    let service = TestService::fresh().await;
    for path in ["issuances/1999.csv", "issuances/2024.pdf", "issuances/.csv", "people/2024.csv", "issuances/2099.csv"]
    {
        let (status, text) = get(&service, &format!("/open-data/{path}")).await;
        assert_eq!(status, 404, "{path}");
        assert!(text.contains("urn:earayis:problem:not-found"), "{text}");
    }
    // A certificate of today.
    service.issue("is-yeri", "7DEM001");
    let this_year = time_of(&service).await;
    let (_, csv) = get(&service, &format!("/open-data/issuances/{this_year}.csv")).await;
    assert_eq!(csv.lines().count(), 1, "{csv}");
    for (language, title) in [("az", "Açıq məlumatlar"), ("en", "Open data"), ("ru", "Открытые данные")]
    {
        let (status, page) = get(&service, &format!("/open-data?lang={language}")).await;
        assert_eq!((status, page.contains(title)), (200, true), "{language}");
        let (status, page) = get(&service, &format!("/open-data/agencies?lang={language}")).await;
        assert_eq!((status, page.contains("Nümunə") || language != "az"), (200, true), "{language}");
    }
}

/// The year in which the service lives.
async fn time_of(service: &TestService) -> String {
    let (_, catalogue) = get(service, "/open-data/catalogue.jsonld").await;
    let catalogue: Value = serde_json::from_str(&catalogue).unwrap();
    catalogue["dct:modified"]["@value"].as_str().unwrap()[..4].to_owned()
}
