//! `kill -9` while eight clients issue: nothing that anybody was told of is lost, doubled or half there.

use std::time::Duration;

use crate::chance::{Chance, kills};
use crate::clients::{Crowd, Told};
use crate::ledger::Ledger;
use crate::place::{Place, in_each_place};
use crate::records::{assert_complete, assert_log_verifies, assert_one_history, published_checkpoint, until_published};

const CLIENTS: usize = 8;
/// The latest moment of a kill after the clients set out, in milliseconds.
const LATEST: usize = 800;

in_each_place! {
    async fn a_service_that_is_killed_keeps_its_word(place: Place) {
        let mut chance = Chance::seeded("kills");
        let mut ledger = Ledger::default();
        let mut checkpoints = Vec::new();
        let mut service = place.service();
        let mut in_the_dark = 0;
        service.start().await;
        for kill in 0..kills() {
            let crowd = Crowd::send_out(&service, CLIENTS, &format!("kill-{kill}"), &mut chance);
            tokio::time::sleep(chance.moment(LATEST)).await;
            checkpoints.extend(published_checkpoint(&service).await);
            service.kill();
            let told = crowd.come_home().await;
            in_the_dark += told.unanswered.len();

            if chance.below(4) == 0 {
                // A start is a moment like any other.
                service.launch();
                tokio::time::sleep(chance.moment(300)).await;
                service.kill();
            }
            service.start().await;
            checkpoints.extend(published_checkpoint(&service).await);
            let new = ledger.acknowledged.len();
            ledger.write_down(&service, told).await;
            assert_complete(&place.reading, ledger.acknowledged.len()).await;
            ledger.hold_new(&service, new, &mut chance).await;
        }
        let last = Crowd::send_out(&service, CLIENTS, "after", &mut chance);
        last.until_issued(CLIENTS).await;
        ledger.write_down(&service, last.come_home().await).await;

        ledger.hold_all(&service).await;
        until_published(&service, &place.reading).await;
        checkpoints.extend(published_checkpoint(&service).await);
        assert_complete(&place.reading, ledger.acknowledged.len()).await;
        assert_one_history(&place.reading, &checkpoints).await;
        assert_log_verifies(&service);
        println!("{} kills, {} certificates, {in_the_dark} unanswered", kills(), ledger.acknowledged.len());
    }
}

/// The tests above can find what they look for.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_certificate_that_is_lost_would_be_noticed() {
    let place = Place::sqlite();
    let mut chance = Chance::seeded("lost");
    let mut service = place.service();
    service.start().await;
    let crowd = Crowd::send_out(&service, 2, "lost", &mut chance);
    crowd.until_issued(3).await;
    let mut ledger = Ledger::default();
    ledger.write_down(&service, crowd.come_home().await).await;
    until_published(&service, &place.reading).await;
    assert_complete(&place.reading, ledger.acknowledged.len()).await;

    let lost = format!(
        "pragma foreign_keys = off; delete from certificates where number = '{}'",
        ledger.acknowledged[0].number
    );
    crate::records::change_by_hand(&place.reading, &lost).await;
    let (reading, keys) = (place.reading.clone(), ledger.acknowledged.len());
    assert!(tokio::spawn(async move { assert_complete(&reading, keys).await }).await.is_err());
    let told = Told { acknowledged: ledger.acknowledged.split_off(0), ..Told::default() };
    let looked = tokio::spawn(async move {
        let ledger = Ledger { acknowledged: told.acknowledged };
        ledger.hold_all(&service).await;
    });
    assert!(tokio::time::timeout(Duration::from_mins(1), looked).await.unwrap().is_err());
}
