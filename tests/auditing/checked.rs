//! What `earayis log check` says, of a service's log and records or of a log alone.

use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::clients::{Acknowledged, Answer, Issuing, Request};
use crate::service::{PROGRAM, TestService};

/// Issues a certificate of employment.
pub(crate) async fn issue(service: &TestService, key: &str) -> Acknowledged {
    let request = Request { key: key.to_owned(), holder: "7DEM001" };
    match Issuing::at(service).issue(&request).await {
        Answer::Told(status, body) if status == 201 => Acknowledged::read(request, &body),
        Answer::Told(status, body) => panic!("{status}: {body}"),
        Answer::Nothing => panic!("not answered"),
    }
}

/// Does `revocation`, `suspension` or `reinstatement` to a certificate.
pub(crate) async fn act(service: &TestService, certificate: &Acknowledged, act: &str, reason: &str) {
    let answer = service
        .request("POST", &format!("/api/v1/certificates/{}/{act}", certificate.id))
        .bearer_auth(service.token())
        .json(&serde_json::json!({ "reason": reason }))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
}

/// Runs the program.
pub(crate) fn earayis(arguments: &[&str]) -> Output {
    Command::new(PROGRAM).args(arguments).stdin(Stdio::null()).output().unwrap()
}

/// The log's verifier key.
pub(crate) fn vkey(service: &TestService) -> String {
    let told = service.run(&["log", "vkey"]);
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    String::from_utf8(told.stdout).unwrap().trim().to_owned()
}

/// What the check tells as JSON, and its exit code.
pub(crate) fn told(output: &Output) -> (i32, Value) {
    let text = String::from_utf8_lossy(&output.stdout);
    let told = serde_json::from_str(&text)
        .unwrap_or_else(|_| panic!("no JSON: {text}{}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code().unwrap(), told)
}

/// Log and records of a service.
pub(crate) fn check(service: &TestService) -> (i32, Value) {
    told(&tokio::task::block_in_place(|| service.run(&["log", "check", "--json"])))
}

/// All is right.
pub(crate) fn assert_sound(service: &TestService) -> Value {
    let (code, told) = check(service);
    assert_eq!((code, told["verdict"].as_str()), (0, Some("sound")), "{told}");
    told
}

/// Something is wrong, and it is this.
pub(crate) fn assert_wrong(service: &TestService, fault: &str, named: &str) {
    let (code, told) = check(service);
    assert_eq!((code, told["fault"].as_str()), (1, Some(fault)), "{told}");
    let text = told["text"].as_str().unwrap();
    assert!(text.contains(named), "`{named}` is not in: {text}");
}
