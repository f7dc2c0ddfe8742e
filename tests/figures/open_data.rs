//! Open data as anybody fetches it: whole days, nothing small, a catalogue that others read, pages in three languages.

use serde_json::Value;
use sqlx::{Connection as _, SqliteConnection};

use crate::asked::python;
use crate::service::TestService;

/// A day that is over, of which there is something to publish.
const DAY: &str = "2024-02-29";

/// A count: measure, agency, kind, district, outcome, and how many.
type Counted<'c> = (&'c str, &'c str, &'c str, &'c str, &'c str, i64);

/// A service whose counts of one day are these.
async fn counted(rows: &[Counted<'_>]) -> TestService {
    let service = TestService::fresh().await;
    count(&service, DAY, rows).await;
    service
}

/// Adds counts of a day.
async fn count(service: &TestService, day: &str, rows: &[Counted<'_>]) {
    let database = format!("sqlite:{}", service.dir.join("earayis.db").display());
    let mut connection = SqliteConnection::connect(&database).await.unwrap();
    for (measure, issuer, kind, district, outcome, count) in rows {
        sqlx::query(
            "insert into daily_figures (day, measure, issuer, kind, district, outcome, basis, organisation, source,
                shard, count) values ($1, $2, $3, $4, $5, $6, '', '9900310161', '', 1, $7)
             on conflict do update set count = count + excluded.count",
        )
        .bind(day)
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
    let mut service = counted(&[("issued", "9900100161", "is-yeri", "", "", 70)]).await;
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
                   licence = rdflib.URIRef('https://creativecommons.org/licenses/by/4.0/')\n\
                   assert set(g.objects(None, DCTERMS.license)) == {licence}\n\
                   for o in g.objects(None, DCTERMS.conformsTo): assert (o, RDF.type, DCTERMS.Standard) in g\n\
                   assert len(set(g.objects(None, DCTERMS.conformsTo))) == 1\n\
                   assert all((x, DCTERMS.conformsTo, None) in g for x in g.subjects(RDF.type, DCAT.Distribution))\n\
                   print('\\n'.join(sorted(str(o) for o in g.objects(None, DCAT.downloadURL))))";
    let files = python(program, &[&catalogue]);
    assert!(files.contains("/open-data/issuances/2024.csv"), "{files}");
    for file in files.lines() {
        assert!(file.starts_with(&service.url), "{file}");
        assert_eq!(get(&service, &file[service.url.len()..]).await.0, 200, "{file}");
    }
    // Each row's schema says of itself where it is, and there it is; addresses outlive a start.
    let (status, schema) = get(&service, "/open-data/issuances/schema.json").await;
    let schema: Value = serde_json::from_str(&schema).unwrap();
    assert_eq!(
        (status, schema["$id"].as_str()),
        (200, Some(&*format!("{}/open-data/issuances/schema.json", service.url)))
    );
    service.kill();
    service.start().await;
    assert_eq!(python(program, &[&get(&service, "/open-data/catalogue.jsonld").await.1]), files);
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

/// Days that are over, so many before today in Baku.
fn days_ago(days: i64) -> String {
    let now = earayis::clock::Clock::System.now();
    now.plus_days(-days).baku_date().to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_has_a_tag_by_which_whoever_has_it_is_told_so() {
    let service = counted(&[("issued", "9900100161", "is-yeri", "", "", 70)]).await;
    let mut tags = std::collections::BTreeSet::new();
    for path in ["issuances/2024.csv", "issuances/2024.json", "issuances/2025.csv", "catalogue.jsonld"] {
        let path = format!("/open-data/{path}");
        let answer = service.request("GET", &path).send().await.unwrap();
        let tag = answer.headers()["etag"].to_str().unwrap().to_owned();
        assert!(tags.insert(tag.clone()), "{path}: another file has the same tag");
        assert!(!answer.text().await.unwrap().is_empty());
        let again = service.request("GET", &path).header("if-none-match", &tag).send().await.unwrap();
        assert_eq!((again.status().as_u16(), again.headers()["etag"].to_str().unwrap()), (304, tag.as_str()));
        assert_eq!(again.text().await.unwrap(), "");
        let other = service.request("GET", &path).header("if-none-match", "\"other\"").send().await.unwrap();
        assert_eq!(other.status(), 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_published_never_changes_so_that_no_two_versions_tell_a_late_count() {
    let mut service = counted(&[("issued", "9900100161", "is-yeri", "", "", 70)]).await;
    let (_, first) = get(&service, "/open-data/issuances/2024.csv").await;
    assert!(first.contains(",70,false"), "{first}");
    // One that comes late would be read off the difference; so would a first one of a day without any.
    count(&service, DAY, &[("issued", "9900100161", "is-yeri", "", "", 1)]).await;
    count(&service, "2024-03-01", &[("issued", "9900100161", "is-yeri", "", "", 44)]).await;
    // Another process, or another start, publishes the same.
    service.kill();
    service.start().await;
    let (_, second) = get(&service, "/open-data/issuances/2024.csv").await;
    assert_eq!(second, first);
    let (_, json) = get(&service, "/open-data/issuances/2024.json").await;
    assert!(json.contains("\"count\":70"), "{json}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_flood_of_requests_reads_the_records_once() {
    let service = std::sync::Arc::new(counted(&[("issued", "9900100161", "is-yeri", "", "", 70)]).await);
    let first = get(&service, "/open-data/issuances/2024.csv").await;
    get(&service, "/open-data/agencies").await;
    // Whoever asks now is answered without the database: its tables are not even there any more.
    let database = format!("sqlite:{}", service.dir.join("earayis.db").display());
    let mut connection = SqliteConnection::connect(&database).await.unwrap();
    for table in ["daily_figures", "published_days"] {
        let sql = format!("alter table {table} rename to gone_{table}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    }
    let mut asking = tokio::task::JoinSet::new();
    for at in 0..200 {
        let (service, first) = (std::sync::Arc::clone(&service), first.clone());
        asking.spawn(async move {
            let page = ["/open-data", "/open-data/agencies", "/open-data/catalogue.jsonld"][at % 3];
            assert_eq!(get(&service, page).await.0, 200, "{page}");
            assert_eq!(get(&service, "/open-data/issuances/2024.csv").await, first);
        });
    }
    asking.join_all().await;
}

/// Two agencies, one of which answers less reliably and faster.
fn two_agencies() -> Vec<Counted<'static>> {
    let (employment, other) = ("9900100161", "9900110121");
    vec![
        ("issued", employment, "is-yeri", "", "", 70),
        ("issued", other, "yasayis-yeri", "baki", "", 90),
        ("issued", other, "yasayis-yeri", "seki", "", 3),
        ("issued", other, "yasayis-yeri", "susa", "", 60),
        ("took", employment, "is-yeri", "", "under_1s", 70),
        ("took", other, "yasayis-yeri", "", "under_3s", 153),
        ("asked", employment, "is-yeri", "", "answered", 60),
        ("asked", employment, "is-yeri", "", "registry-slow", 10),
        ("asked", other, "yasayis-yeri", "", "answered", 150),
        ("asked", other, "yasayis-yeri", "", "registry-no-such-person", 3),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_agencies_page_is_made_of_what_is_published_and_ranks_only_when_it_is_told_to() {
    let mut service = TestService::fresh().await;
    for day in [3, 4] {
        count(&service, &days_ago(day), &two_agencies()).await;
    }
    // A day on which an agency issued fewer than ten, and one on which it was the only one.
    count(&service, &days_ago(5), &[("issued", "9900100161", "is-yeri", "", "", 8)]).await;
    count(&service, &days_ago(6), &[("issued", "9900100161", "is-yeri", "", "", 25)]).await;
    let section = |page: &str, voen: &str| {
        let (_, after) = page.split_once(&format!("<section aria-labelledby=\"agency-{voen}\">")).unwrap();
        after.split_once("</section>").unwrap().0.to_owned()
    };
    let (status, page) = get(&service, "/open-data/agencies?lang=en").await;
    assert_eq!(status, 200);
    let employment = section(&page, "9900100161");
    for told in ["Certificate of employment and wages", "at least 165", "under 1 second", "85%"] {
        assert!(employment.contains(told), "{told}: {employment}");
    }
    let other = section(&page, "9900110121");
    for told in ["at least 306", "under 3 seconds", "100%"] {
        assert!(other.contains(told), "{told}: {other}");
    }
    // The sums are those of the rows that anybody has.
    let mut sums = std::collections::BTreeMap::<String, u64>::new();
    for year in [&days_ago(3)[..4], &days_ago(6)[..4]].into_iter().collect::<std::collections::BTreeSet<_>>() {
        let (_, csv) = get(&service, &format!("/open-data/issuances/{year}.csv")).await;
        for columns in csv.lines().map(|line| line.split(',').collect::<Vec<_>>()) {
            if columns[1] == "agency" && !columns[5].is_empty() {
                *sums.entry(columns[2].to_owned()).or_default() += columns[5].parse::<u64>().unwrap();
            }
        }
    }
    assert_eq!(sums.into_iter().collect::<Vec<_>>(), [("9900100161".into(), 165), ("9900110121".into(), 306)]);
    // Of agencies of which nothing can be told nothing is: every other one.
    assert!(page.matches("There is no figure to show").count() >= 4, "{page}");
    let at = |page: &str, voen: &str| page.find(&format!("id=\"agency-{voen}\"")).unwrap();
    assert!(!page.contains("In order of how") && !page.contains(">1. "), "nobody is ranked unless it is said");

    service.kill();
    let settings = service.settings();
    let last = settings.lines().last().unwrap().to_owned();
    service.change_settings(&last, &format!("{last}\n[open_data]\nranking = true"));
    service.start().await;
    let (_, ranked) = get(&service, "/open-data/agencies?lang=en").await;
    assert!(ranked.contains("In order of how"), "the method is stated: {ranked}");
    assert!(at(&ranked, "9900110121") < at(&ranked, "9900100161"), "the more reliable first");
    assert!(ranked.contains(">1. ") && section(&ranked, "9900110121").contains(">1. "), "{ranked}");
    assert_eq!(section(&ranked, "9900110121").replace(">1. ", ">"), other, "the same figures");
}
