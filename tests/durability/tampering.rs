//! Rows changed past the service, by somebody with the database's password: the log does not bear them out.

use serde_json::Value;

use crate::clients::{Acknowledged, Answer, Issuing, Request};
use crate::place::{Place, in_each_place};
use crate::records::{change_by_hand, until_published};
use crate::service::TestService;

async fn issue(service: &TestService, key: &str) -> Acknowledged {
    let request = Request { key: key.to_owned(), holder: "7DEM001" };
    match Issuing::at(service).issue(&request).await {
        Answer::Told(status, body) if status == 201 => Acknowledged::read(request, &body),
        Answer::Told(status, body) => panic!("{status}: {body}"),
        Answer::Nothing => panic!("not answered"),
    }
}

async fn revoke(service: &TestService, certificate: &Acknowledged) {
    let answer = service
        .request("POST", &format!("/api/v1/certificates/{}/revocation", certificate.id))
        .bearer_auth(service.token())
        .json(&serde_json::json!({ "reason": "facts_wrong" }))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
}

/// However it is presented, nobody is told that it is in force, or that it is not.
async fn assert_disbelieved(service: &TestService, certificate: &Acknowledged) {
    let file = Issuing::at(service).pdf(&certificate.id).await;
    let (status, by_file) = service.verify_file(file).await;
    assert_eq!(status, 503, "{by_file}");
    let by_number = service.verify("number", &certificate.number).await;
    let by_code = service.verify("code", &certificate.code).await;
    for told in [by_file, by_number, by_code] {
        assert_eq!(told["verdict"], "indeterminate", "{told}");
        assert_eq!(log_check(&told)["result"], "failed", "{told}");
        assert!(told["receipt"].is_null() && told["certificate"]["facts"].is_null(), "{told}");
    }
}

fn log_check(told: &Value) -> &Value {
    told["checks"].as_array().unwrap().iter().find(|check| check["name"] == "log").unwrap()
}

in_each_place! {
    async fn a_revocation_undone_by_hand_is_not_believed(place: Place) {
        let mut service = place.service();
        service.start().await;
        let (revoked, neighbour) = (issue(&service, "revoked").await, issue(&service, "neighbour").await);
        revoke(&service, &revoked).await;
        until_published(&service, &place.reading).await;
        assert_eq!(service.verify("code", &revoked.code).await["verdict"], "revoked");

        let undone = format!("update certificates set standing = 0, standing_reason = null where number = '{}'", revoked.number);
        change_by_hand(&place.reading, &undone).await;
        assert_disbelieved(&service, &revoked).await;

        // Nor when its leaf goes with it: the published log remembers, and the place is missing.
        let leaf = format!("delete from leaves where act = 'revoked' and certificate_id = ({})", id_of(&revoked));
        change_by_hand(&place.reading, &leaf).await;
        let told = service.verify("code", &revoked.code).await;
        println!("with the revocation's leaf deleted too: {}", told["verdict"]);
        assert_eq!(service.verify("code", &neighbour.code).await["verdict"], "valid");
        service.kill();
        // The database alone cannot tell any more, but it does not fit the published log.
        let words = tokio::task::block_in_place(|| service.run(&["doctor"]));
        assert!(!words.status.success(), "{}", String::from_utf8_lossy(&words.stdout));
    }

    async fn facts_stay_here_when_the_look_cannot_be_recorded(place: Place) {
        let mut service = place.service();
        service.start().await;
        let seen = issue(&service, "seen").await;
        until_published(&service, &place.reading).await;
        assert!(service.verify("code", &seen.code).await["certificate"]["facts"].is_object());

        change_by_hand(&place.reading, "alter table looks rename to looks_elsewhere").await;
        let told = service.verify("code", &seen.code).await;
        assert_eq!(told["verdict"], "indeterminate", "{told}");
        assert!(told["certificate"].is_null() && told["receipt"].is_null(), "{told}");
        // A number tells no facts, so nothing needs to be recorded for it.
        assert_eq!(service.verify("number", &seen.number).await["verdict"], "valid");

        change_by_hand(&place.reading, "alter table looks_elsewhere rename to looks").await;
        assert_eq!(service.verify("code", &seen.code).await["verdict"], "valid");
    }

    async fn a_certificate_revoked_by_hand_is_not_believed(place: Place) {
        let mut service = place.service();
        service.start().await;
        let certificate = issue(&service, "victim").await;
        until_published(&service, &place.reading).await;
        let changed = format!("update certificates set standing = 1, standing_reason = 'facts_wrong' where number = '{}'", certificate.number);
        change_by_hand(&place.reading, &changed).await;
        assert_disbelieved(&service, &certificate).await;
    }

    async fn a_certificate_without_its_leaf_is_not_believed(place: Place) {
        let mut service = place.service();
        service.start().await;
        let (certificate, neighbour) = (issue(&service, "leafless").await, issue(&service, "neighbour").await);
        until_published(&service, &place.reading).await;
        let deleted = format!("delete from leaves where certificate_id = ({})", id_of(&certificate));
        change_by_hand(&place.reading, &deleted).await;
        assert_disbelieved(&service, &certificate).await;
        assert_eq!(service.verify("code", &neighbour.code).await["verdict"], "valid");
    }

    async fn a_digest_added_by_hand_makes_no_file_genuine(place: Place) {
        let mut service = place.service();
        service.start().await;
        let certificate = issue(&service, "digest").await;
        until_published(&service, &place.reading).await;
        let forged = [Issuing::at(&service).pdf(&certificate.id).await, b"\n".to_vec()].concat();
        let sha256 = data_encoding::HEXLOWER.encode(ring::digest::digest(&ring::digest::SHA256, &forged).as_ref());
        let blob = if place.reading.starts_with("sqlite:") { format!("x'{sha256}'") } else { format!("'\\x{sha256}'") };
        let added = format!(
            "insert into certificate_digests (sha256, certificate_id, revision, released_at)
             select {blob}, id, 2, issued_at from certificates where number = '{}'",
            certificate.number
        );
        change_by_hand(&place.reading, &added).await;
        let (status, told) = service.verify_file(forged).await;
        assert_eq!((status, told["verdict"].as_str()), (503, Some("indeterminate")), "{told}");
    }

    async fn a_leaf_moved_to_another_certificate_is_not_believed(place: Place) {
        let mut service = place.service();
        service.start().await;
        let (one, two) = (issue(&service, "one").await, issue(&service, "two").await);
        until_published(&service, &place.reading).await;
        let moved = format!(
            "delete from leaves where certificate_id = ({});
             update leaves set certificate_id = ({}) where certificate_id = ({})",
            id_of(&one),
            id_of(&one),
            id_of(&two)
        );
        change_by_hand(&place.reading, &moved).await;
        assert_disbelieved(&service, &one).await;
        assert_disbelieved(&service, &two).await;
    }
}

fn id_of(certificate: &Acknowledged) -> String {
    format!("select id from certificates where number = '{}'", certificate.number)
}
