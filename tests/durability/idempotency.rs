//! One idempotency key, many requests at once: one certificate, told to all of them alike.

use std::sync::Arc;

use reqwest::StatusCode;
use serde_json::json;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::clients::{Acknowledged, Answer, Issuing, Request};
use crate::place::{Place, in_each_place};
use crate::records::assert_complete;

const AT_ONCE: usize = 100;

in_each_place! {
    async fn a_hundred_requests_under_one_key_make_one_certificate(place: Place) {
        let mut services = [place.service(), place.service()];
        services[0].start().await;
        services[1].start().await;
        let request = Request { key: "once-only".to_owned(), holder: "7DEM001" };
        let gate = Arc::new(Barrier::new(AT_ONCE));
        let mut asking = JoinSet::new();
        for number in 0..AT_ONCE {
            // Two processes share them: the one certificate is the database's doing, not a lock's in memory.
            let issuing = Issuing::at(&services[number % 2]);
            let (request, gate) = (request.clone(), Arc::clone(&gate));
            asking.spawn(async move {
                gate.wait().await;
                issuing.issue(&request).await
            });
        }
        let (mut created, mut told) = (0, Vec::new());
        while let Some(answer) = asking.join_next().await {
            match answer.unwrap() {
                Answer::Told(status @ (StatusCode::CREATED | StatusCode::OK), body) => {
                    created += usize::from(status == StatusCode::CREATED);
                    told.push(Acknowledged::read(request.clone(), &body));
                }
                Answer::Told(status, body) => panic!("answered {status}: {body}"),
                Answer::Nothing => panic!("not answered"),
            }
        }
        assert_eq!((created, told.len()), (1, AT_ONCE));
        let first = &told[0];
        for other in &told {
            assert_eq!(
                (&other.id, &other.number, &other.code, &other.facts),
                (&first.id, &first.number, &first.code, &first.facts)
            );
        }
        assert_complete(&place.reading, 1).await;
    }

    async fn another_body_under_the_same_key_is_refused(place: Place) {
        let mut service = place.service();
        service.start().await;
        let issuing = Issuing::at(&service);
        let first = json!({ "kind": "is-yeri", "holder": "7DEM001" });
        assert!(matches!(issuing.send("taken", &first).await, Answer::Told(StatusCode::CREATED, _)));
        for other in [
            json!({ "kind": "is-yeri", "holder": "7DEM002" }),
            json!({ "kind": "is-yeri", "holder": "7DEM001", "purpose": "other" }),
            json!({ "kind": "is-yeri", "holder": "7DEM001", "recipient": { "name": "Nümunə Bank" } }),
        ] {
            let Answer::Told(status, problem) = issuing.send("taken", &other).await else { panic!("not answered") };
            assert_eq!(status, StatusCode::CONFLICT, "{problem}");
            assert_eq!(problem["type"], "urn:earayis:problem:idempotency-key-reused");
        }
        // Spelt otherwise, it is the same request.
        let same = json!({ "holder": "7DEM001", "kind": "is-yeri" });
        assert!(matches!(issuing.send("taken", &same).await, Answer::Told(StatusCode::OK, _)));
        assert_complete(&place.reading, 1).await;
    }
}
