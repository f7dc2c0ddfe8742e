//! SIGTERM under load: what is under way is finished, nothing that was answered is lost, and no leaf is left waiting.

use crate::chance::Chance;
use crate::clients::Crowd;
use crate::ledger::Ledger;
use crate::place::{Place, in_each_place};
use crate::records::{assert_complete, assert_log_verifies, count};

const CLIENTS: usize = 8;

in_each_place! {
    async fn a_service_that_is_asked_to_stop_finishes_what_is_under_way(place: Place) {
        let mut chance = Chance::seeded("stopping");
        let mut ledger = Ledger::default();
        let mut service = place.service();
        for round in 0..3 {
            service.start().await;
            let crowd = Crowd::send_out(&service, CLIENTS, &format!("stop-{round}"), &mut chance);
            crowd.until_issued(CLIENTS + chance.below(20)).await;
            let begun = std::time::Instant::now();
            let status = tokio::task::block_in_place(|| service.stop());
            assert_eq!(status.code(), Some(0), "{status}");
            assert!(begun.elapsed().as_secs() < 25, "it stopped by giving up, after {:?}", begun.elapsed());
            let told = crowd.come_home().await;
            assert!(!told.acknowledged.is_empty());

            let waiting = count(&place.reading, "select count(*) from leaves where place is null").await;
            assert_eq!(waiting, 0, "leaves left waiting");
            service.start().await;
            ledger.write_down(&service, told).await;
            ledger.hold_all(&service).await;
            assert_complete(&place.reading, ledger.acknowledged.len()).await;
            assert_eq!(tokio::task::block_in_place(|| service.stop()).code(), Some(0));
        }
        service.start().await;
        assert_log_verifies(&service);
    }
}
