//! A citizen's life on the demonstration's pages: she signs in, takes a certificate, sees it, and it is verified.

use reqwest::header::{LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;

use crate::acts::Said;
use crate::canaries::{FIN, RECIPIENT};
use crate::service::TestService;

pub(crate) async fn live_through(service: &TestService, said: &mut Said) {
    let client = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
    let url = |path: &str| format!("{}{path}", service.url);
    let form = "application/x-www-form-urlencoded";

    let answer = client.post(url("/sign-in")).header("content-type", form).body("person=0").send().await.unwrap();
    assert_eq!(answer.status(), 303);
    let cookie = answer.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let session = cookie.split_once('=').unwrap().1.to_owned();
    // Whoever had the session's name would be she.
    said.codes.push(session);
    let get = |path: &str| client.get(url(path)).header("cookie", &cookie).send();
    let home = get("/").await.unwrap().text().await.unwrap();
    assert!(home.contains(FIN), "{home}");

    let mut issued = Vec::new();
    for place in 0..12 {
        let page = get(&format!("/take/{place}")).await.unwrap().text().await.unwrap();
        let Some((_, rest)) = page.split_once("name=\"key\" value=\"") else { continue };
        let key = rest.split('"').next().unwrap();
        let recipient = RECIPIENT.replace(' ', "+");
        let body = format!("place={place}&key={key}&purpose=&to=named&recipient={recipient}&voen=9900000141");
        let request = client.post(url("/take")).header("cookie", &cookie).header("content-type", form).body(body);
        let answer = request.send().await.unwrap();
        if let Some(location) = answer.headers().get(LOCATION) {
            issued.push(location.to_str().unwrap().to_owned());
        }
    }
    assert!(issued.len() > 5, "{} certificates were taken", issued.len());
    for path in &issued {
        let page = get(path).await.unwrap();
        assert_eq!(page.status(), 200);
        assert_eq!(get(&format!("{path}/pdf")).await.unwrap().status(), 200);
        // Whoever is not signed in sees the list of citizens to sign in as, and nothing of what any of them has.
        let stranger = client.get(url(path)).send().await.unwrap();
        assert_eq!(stranger.status(), 401);
        let page = stranger.text().await.unwrap();
        for told in [FIN, RECIPIENT, "Simurqbank", "98765", "Lələkbulaq", "1931", "29.07"] {
            assert!(!page.contains(told), "a stranger was told `{told}`: {page}");
        }
    }

    let token = service.token();
    let id = issued[0].rsplit('/').next().unwrap();
    let file = get(&format!("{}/pdf", issued[0])).await.unwrap().bytes().await.unwrap().to_vec();
    assert_eq!(service.verify_file(file).await.1["verdict"], "valid");
    let fetched =
        service.request("GET", &format!("/api/v1/certificates/{id}")).bearer_auth(token).send().await.unwrap();
    if fetched.status() == 200 {
        let certificate: serde_json::Value = fetched.json().await.unwrap();
        said.issued(&certificate);
        let code = certificate["code"].as_str().unwrap();
        let typed = client.post(url("/v")).header("content-type", form).body(format!("what={code}"));
        assert_eq!(typed.send().await.unwrap().status(), 200);
    }
    for body in [format!("what={FIN}"), format!("person={FIN}"), format!("place={FIN}&key={FIN}")] {
        for path in ["/v", "/sign-in", "/take"] {
            let wrong = client.post(url(path)).header("cookie", &cookie).header("content-type", form);
            let answer = wrong.body(body.clone()).send().await.unwrap();
            assert_ne!(answer.status(), 500, "{path} {body}");
        }
    }
    let out = client.post(url("/sign-out")).header("cookie", &cookie).send().await.unwrap();
    assert_eq!(out.status(), 303);
}
