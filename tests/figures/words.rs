//! No page that a person sees shows the records' own names for things: each has its words in each language.

use std::collections::BTreeSet;

use earayis::audit::Act;
use earayis::catalogue::Catalogue;
use earayis::certificate::StatusReason;

use crate::asked::{form, page, settle};
use crate::service::TestService;

const FIN: &str = "7DEM001";

/// What stands on a page for people to read: no tags, and nothing that says of itself that it is for machines.
fn read_by_people(page: &str) -> String {
    let mut page = page.to_owned();
    // The demonstration's notes on its citizens are English wherever they stand, and say so.
    let notes = ("<span class=\"note\" lang=\"en\"", "</span>");
    for (from, to) in
        [("<script", "</script>"), ("<style", "</style>"), ("<code", "</code>"), ("<pre", "</pre>"), notes]
    {
        while let Some(from) = page.find(from) {
            let to = page[from..].find(to).map_or(page.len(), |end| from + end);
            page.replace_range(from..to, " ");
        }
    }
    let texts = page.split('<').map(|part| part.split_once('>').map_or("", |(_, text)| text));
    texts.collect::<Vec<_>>().join(" ")
}

/// The records' names for acts, reasons, leaves, answers, kinds and sources, as far as they are no words of people's.
fn names() -> BTreeSet<String> {
    let catalogue = Catalogue::built_in().unwrap();
    let kinds = catalogue.kinds().iter().map(|kind| kind.code.to_string());
    let sources = catalogue.kinds().iter().flat_map(|kind| kind.sources.iter().map(ToString::to_string));
    let acts = Act::ALL.iter().map(|act| act.slug().to_owned());
    let reasons = StatusReason::ALL.iter().map(|reason| reason.slug().to_owned());
    let others = [
        "issued",
        "revoked",
        "suspended",
        "reinstated",
        "answered",
        "valid",
        "expired",
        "holder",
        "member",
        "issuer",
        "certificates",
        "events",
        "unknown",
        "file",
        "qr",
        "code",
        "number",
    ];
    let others = others.into_iter().map(str::to_owned);
    let all = kinds.chain(sources).chain(acts).chain(reasons).chain(others);
    all.filter(|name| name != "diplom").collect()
}

/// The names on a page; in English those alone that are no English words.
fn shown(page: &str, language: &str, names: &BTreeSet<String>) -> Vec<String> {
    let text = read_by_people(page);
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-');
    let is_name = |word: &&str| {
        let of_machines = word.contains('_') && word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        of_machines || names.contains(*word) && (language != "en" || word.contains('-'))
    };
    words.filter(is_name).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_shows_the_records_names() {
    let service = TestService::demo().await;
    let issue = || tokio::task::block_in_place(|| service.issue("is-yeri", FIN).0);
    let (job, gone) = (issue(), issue());
    let number = gone["number"].as_str().unwrap();
    let revoked =
        tokio::task::block_in_place(|| service.run(&["revoke", "--number", number, "--reason", "facts_wrong"]));
    assert!(revoked.status.success());
    service.verify("code", job["code"].as_str().unwrap()).await;
    service.verify("number", number).await;
    let cookie = service.auditor(0).await;
    let id = gone["id"].as_str().unwrap();
    let (life, facts) = (format!("/desk/certificates/{id}"), format!("/desk/certificates/{id}/facts"));
    let purpose = ("purpose", "complaint number five");
    form(&service, &cookie, "/desk/certificates/person", &[("fin", FIN), purpose]).await;
    form(&service, &cookie, &facts, &[purpose, ("delay", "0")]).await;
    form(&service, &cookie, &facts, &[purpose, ("delay", "30")]).await;
    form(&service, &cookie, "/desk/sample", &[("size", "1")]).await;
    for of in ["certificates", "events"] {
        assert_eq!(form(&service, &cookie, "/desk/exports", &[("of", of), ("format", "csv")]).await.0, 200);
    }
    let names = names();
    let mut read = 0;
    for language in ["az", "en", "ru"] {
        for path in [
            "/",
            "/v",
            "/v/receipt",
            "/open-data",
            "/open-data/agencies",
            "/desk",
            "/desk/certificates",
            &life,
            "/desk/events",
            "/desk/figures",
            "/desk/alarms",
            "/desk/sample",
            "/desk/exports",
        ] {
            let (status, text) = page(&service, &cookie, &format!("{path}?lang={language}")).await;
            assert_eq!(status, 200, "{path}");
            assert_eq!(shown(&text, language, &names), [""; 0], "{path} in {language}: {}", read_by_people(&text));
            read += 1;
        }
    }
    assert_eq!(read, 39);
    // What is taken home keeps the names themselves.
    settle(&service).await;
    let (_, csv) = form(&service, &cookie, "/desk/exports", &[("of", "events"), ("format", "csv")]).await;
    assert!(csv.contains("inspect_unshown") && csv.contains("facts_wrong"), "{csv}");
}

#[test]
fn a_name_on_a_page_is_found() {
    let names = names();
    assert_eq!(shown("<p>Hərəkət: issue</p>", "az", &names), ["issue"]);
    assert_eq!(shown("<td>follow_life</td><code>draw_sample</code>", "en", &names), ["follow_life"]);
    assert_eq!(shown("<option value=\"is-yeri\">İş yeri</option>", "az", &names), [""; 0]);
}
