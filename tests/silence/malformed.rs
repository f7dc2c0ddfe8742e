//! Requests in which the canaries stand where they do not belong: in addresses, headers, names of fields and of files.

use reqwest::multipart::{Form, Part};
use serde_json::json;

use crate::acts::Said;
use crate::canaries::{FIN, RECIPIENT};
use crate::service::TestService;

const NAME: &str = "Kanaryquşova";

pub(crate) async fn ask_wrongly(service: &TestService, said: &mut Said) {
    let code = said.codes[1].clone();
    in_addresses(service, said, &code).await;
    in_headers(service, said).await;
    in_bodies(service, said, &code).await;
    in_uploads(service, said).await;
}

async fn in_addresses(service: &TestService, said: &mut Said, code: &str) {
    for path in [
        format!("/api/v1/certificates/{FIN}"),
        format!("/api/v1/certificates/{FIN}/pdf"),
        format!("/api/v1/certificates?holder={FIN}&name={NAME}"),
        format!("/api/v1/kinds/{FIN}/1/schema.json"),
        format!("/api/v1/{code}"),
        format!("/log/tile/{FIN}"),
        format!("/log/tile/0/{code}"),
        format!("/{FIN}/{NAME}"),
    ] {
        let answer = service.request("GET", &path).bearer_auth(service.token()).send().await.unwrap();
        said.refused(&format!("GET of an address with a canary ({})", path.len()), answer).await;
    }
    // The page of the QR answers to whatever follows, and tells none of it.
    for path in [format!("/v?code={code}&fin={FIN}"), format!("/V?{NAME}")] {
        let answer = service.request("GET", &path).send().await.unwrap();
        let (headers, body) = (format!("{:?}", answer.headers()), answer.text().await.unwrap());
        said.unwary.push(("GET of the page of the QR".to_owned(), headers + &body));
    }
}

async fn in_headers(service: &TestService, said: &mut Said) {
    let body = json!({ "kind": "is-yeri", "holder": FIN, "purpose": "none" });
    let posted = || service.request("POST", "/api/v1/certificates").json(&body);
    let token = service.token();
    let wrong = [
        posted().bearer_auth(FIN),
        posted().header("authorization", format!("Basic {FIN}")),
        posted().bearer_auth(&token).header("idempotency-key", format!("{FIN} {FIN}")),
        posted().bearer_auth(&token).header("idempotency-key", FIN),
        posted().bearer_auth(&token).header("user-agent", FIN).header("referer", format!("https://bank.example/{FIN}")),
        posted().bearer_auth(&token).header("accept-language", FIN).header("x-request-id", FIN),
        posted().bearer_auth(&token).header("cookie", format!("session={FIN}")).header("x-forwarded-for", FIN),
    ];
    for request in wrong {
        said.refused("a header with a canary", request.send().await.unwrap()).await;
    }
}

async fn in_bodies(service: &TestService, said: &mut Said, code: &str) {
    let bodies = [
        format!(r#"{{"kind":"is-yeri","holder":"{FIN}","{NAME}":"{NAME}"}}"#),
        format!(r#"{{"kind":"is-yeri","holder":"{FIN}X"}}"#),
        format!(r#"{{"kind":"{FIN}","holder":"{NAME}"}}"#),
        format!(r#"{{"kind":"is-yeri","holder":["{FIN}"]}}"#),
        format!(r#"{{"kind":"is-yeri","holder":"{FIN}","recipient":{{"name":"{RECIPIENT}","voen":"{FIN}"}}}}"#),
        format!(r#"{{"kind":"is-yeri","holder":"{FIN}","recipient":{{"name":"{RECIPIENT}\u0007"}}}}"#),
        format!(r#"{{"kind":"is-yeri","holder":"{FIN}","purpose":"{NAME}"}}"#),
        format!(r#"{{"kind":"is-yeri","holder":"{FIN}""#),
        format!("{FIN} {NAME}"),
        r#"{"holder":"QN4RY77"#.repeat(5000),
    ];
    for body in bodies {
        let request = service.request("POST", "/api/v1/certificates").bearer_auth(service.token());
        let answer = request.header("content-type", "application/json").body(body).send().await.unwrap();
        said.refused("a body that is wrong", answer).await;
    }
    let mistyped = format!("{}{}", &code[..code.len() - 1], if code.ends_with('0') { '1' } else { '0' });
    let asked = [
        json!({ "code": mistyped }),
        json!({ "code": FIN }),
        json!({ "number": FIN }),
        json!({ "digest": FIN }),
        json!({ FIN: NAME }),
        json!({ "code": code, "number": FIN }),
        json!({ "code": { NAME: FIN } }),
    ];
    for body in asked {
        let answer = service.request("POST", "/api/v1/verifications").json(&body).send().await.unwrap();
        said.refused("a verification that is none", answer).await;
    }
    for qr in [
        format!("HTTPS://BANK.EXAMPLE/V#{code}.{FIN}"),
        format!("{}/V#{code}.{FIN}", service.url.to_uppercase()),
        format!("{FIN} {NAME}"),
    ] {
        let answer = service.request("POST", "/api/v1/verifications").json(&json!({ "qr": qr })).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }
}

async fn in_uploads(service: &TestService, said: &mut Said) {
    let pages = format!("%PDF-1.7\n1 0 obj << /Title ({FIN} {NAME}) >> endobj\nstream\n{NAME}\nendstream\n%%EOF");
    for bytes in [pages.clone().into_bytes(), format!("{FIN} {NAME}").into_bytes(), pages.repeat(400).into_bytes()] {
        let part = Part::bytes(bytes).file_name(format!("{FIN} {NAME}.pdf"));
        let form = Form::new().part("file", part);
        let answer = service.request("POST", "/api/v1/verifications").multipart(form).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        said.unwary.push(("the verification of a file".to_owned(), answer.text().await.unwrap()));
    }
    let other = Form::new().part(FIN, Part::text(NAME));
    let answer = service.request("POST", "/api/v1/verifications").multipart(other).send().await.unwrap();
    said.refused("an upload with another part", answer).await;
    let broken =
        service.request("POST", "/api/v1/verifications").header("content-type", "multipart/form-data; boundary=x");
    let answer =
        broken.body(format!("--x\r\ncontent-disposition: form-data; name=\"file\"\r\n\r\n{FIN}")).send().await.unwrap();
    said.refused("an upload that breaks off", answer).await;
}
