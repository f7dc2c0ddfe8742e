//! Tokens and client certificates together, over real TLS: each wrong pair is refused with its reason, at once.

use reqwest::tls::Version;
use serde_json::json;

use crate::asking::{Answer, UNKNOWN_CODE, answer};
use crate::authority::Certified;
use crate::banks::Bank;
use crate::secured::Tls;

const ANONYMOUS: Result<&str, (u16, &str)> = Ok("anonymous");
const KNOWN: Result<&str, (u16, &str)> = Ok("organisation");

#[tokio::test]
async fn each_pair_of_token_and_certificate_is_let_in_or_refused_with_its_reason() {
    let tls = Tls::started().await;
    let [of_first, of_second, unbound] = [(); 3].map(|()| tls.clients.client_until(4000));
    let first = Bank::add(&tls.service, "9900310161", &[]);
    let second = Bank::add(&tls.service, "9900520031", &["--needs-certificate"]);
    first.bind(&tls.service, &of_first);
    second.bind(&tls.service, &of_second);

    let cases: [(Option<&str>, Option<&Certified>, _); 12] = [
        (None, None, ANONYMOUS),
        (Some(&first.token), None, KNOWN),
        (None, Some(&of_first), KNOWN),
        (Some(&first.token), Some(&of_first), KNOWN),
        (Some(&second.token), Some(&of_second), KNOWN),
        (Some(&first.token), Some(&of_second), Err((403, "certificate-of-another-organisation"))),
        (Some(&second.token), Some(&of_first), Err((403, "certificate-of-another-organisation"))),
        (Some(&second.token), None, Err((403, "certificate-needed"))),
        (None, Some(&unbound), Err((403, "unknown-certificate"))),
        (Some(&first.token), Some(&unbound), Err((403, "unknown-certificate"))),
        (Some("salam"), Some(&of_first), Err((401, "unknown-token"))),
        (Some("salam"), None, Err((401, "unknown-token"))),
    ];
    for (case, (token, own, expected)) in cases.into_iter().enumerate() {
        let client = tls.client(own, Version::TLS_1_3);
        assert_eq!(told(&ask(&tls, &client, token, &[]).await), expected.map_err(|(s, r)| (s, r.to_owned())), "{case}");
    }

    // On the connection that is open already, too.
    let by_certificate = tls.client(Some(&of_first), Version::TLS_1_3);
    assert_eq!(told(&ask(&tls, &by_certificate, None, &[]).await), Ok("organisation"));
    first.revoke_certificate(&tls.service);
    let refused = told(&ask(&tls, &by_certificate, None, &[]).await);
    assert_eq!(refused, Err((403, "revoked-certificate".to_owned())));
    let by_token = tls.client(None, Version::TLS_1_3);
    assert_eq!(told(&ask(&tls, &by_token, Some(&first.token), &[]).await), Ok("organisation"));
    first.revoke_token(&tls.service);
    let refused = told(&ask(&tls, &by_token, Some(&first.token), &[]).await);
    assert_eq!(refused, Err((401, "revoked-token".to_owned())));
}

#[tokio::test]
async fn no_header_makes_a_client_certificate() {
    let tls = Tls::started().await;
    let of_bank = tls.clients.client_until(4000);
    let bank = Bank::add(&tls.service, "9900310161", &["--needs-certificate"]);
    bank.bind(&tls.service, &of_bank);
    let pem = of_bank.certificate.replace('\n', "%0A");
    let forged = [
        ("x-client-cert", pem.as_str()),
        ("x-ssl-client-cert", &pem),
        ("x-forwarded-client-cert", &pem),
        ("client-cert", &pem),
        ("forwarded", "for=203.0.113.5"),
    ];
    let client = tls.client(None, Version::TLS_1_3);
    assert_eq!(told(&ask(&tls, &client, None, &forged).await), Ok("anonymous"));
    let refused = told(&ask(&tls, &client, Some(&bank.token), &forged).await);
    assert_eq!(refused, Err((403, "certificate-needed".to_owned())));
}

async fn ask(tls: &Tls, client: &reqwest::Client, token: Option<&str>, headers: &[(&str, &str)]) -> Answer {
    let url = format!("{}/api/v1/verifications", tls.service.url);
    let mut request = client.post(url).json(&json!({ "code": UNKNOWN_CODE }));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    answer(request).await
}

/// As whom somebody was let in, by the limit that she was told of; or why not.
fn told(answer: &Answer) -> Result<&'static str, (u16, String)> {
    if answer.status != 200 {
        let slug = answer.json()["type"].as_str().unwrap().rsplit(':').next().unwrap().to_owned();
        return Err((answer.status, slug));
    }
    match answer.left().0.as_str() {
        "anonymous" => Ok("anonymous"),
        "organisation" => Ok("organisation"),
        other => panic!("{other}"),
    }
}
