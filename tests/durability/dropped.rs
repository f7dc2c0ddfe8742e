//! Clients that hang up while their certificate is made: it is there as a whole, or not at all.

use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::chance::Chance;
use crate::clients::{Issuing, Request};
use crate::ledger::Ledger;
use crate::place::{Place, in_each_place};
use crate::records::{assert_complete, assert_log_verifies, until_published};
use crate::service::TestService;

const CONNECTIONS: usize = 48;
/// The latest moment of hanging up after the request was sent, in milliseconds.
const LATEST: usize = 120;

in_each_place! {
    async fn a_client_that_hangs_up_leaves_nothing_half_done(place: Place) {
        let mut chance = Chance::seeded("dropped connections");
        let mut service = place.service();
        service.start().await;
        let mut hanging_up = JoinSet::new();
        for number in 0..CONNECTIONS {
            let request = Request { key: format!("dropped-{number}"), holder: "7DEM001" };
            let (mut bytes, patience) = (bytes_of(&service, &request), chance.moment(LATEST));
            if chance.below(4) == 0 {
                // Gone in the middle of its own words.
                bytes.truncate(bytes.len() - 1 - chance.below(40));
            }
            hanging_up.spawn(hang_up(address(&service), bytes, patience));
        }
        while let Some(done) = hanging_up.join_next().await {
            done.unwrap();
        }

        let (issuing, mut ledger) = (Issuing::at(&service), Ledger::default());
        let mut were_there = 0;
        for number in 0..CONNECTIONS {
            let request = Request { key: format!("dropped-{number}"), holder: "7DEM001" };
            were_there += usize::from(ledger.settle(&issuing, request).await);
        }
        println!("{were_there} of {CONNECTIONS} certificates were made for clients that had gone");
        ledger.hold_all(&service).await;
        until_published(&service, &place.reading).await;
        assert_complete(&place.reading, CONNECTIONS).await;
        assert_log_verifies(&service);
    }
}

async fn hang_up(address: String, bytes: Vec<u8>, patience: Duration) {
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(&bytes).await.unwrap();
    tokio::time::sleep(patience).await;
    drop(connection);
}

fn address(service: &TestService) -> String {
    service.url.strip_prefix("http://").unwrap().to_owned()
}

fn bytes_of(service: &TestService, request: &Request) -> Vec<u8> {
    let body = serde_json::json!({ "kind": "is-yeri", "holder": request.holder }).to_string();
    let head = format!(
        "POST /api/v1/certificates HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\nidempotency-key: {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        address(service),
        service.token(),
        request.key,
        body.len()
    );
    (head + &body).into_bytes()
}
