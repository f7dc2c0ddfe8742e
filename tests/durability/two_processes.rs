//! Two processes on one database at once, one of them killed: the other goes on, and vouches for what the dead one said.

use crate::chance::{Chance, kills};
use crate::clients::Crowd;
use crate::ledger::Ledger;
use crate::place::{Place, in_each_place};
use crate::records::{assert_complete, assert_log_verifies, assert_one_history, published_checkpoint, until_published};

const CLIENTS_OF_EACH: usize = 4;
/// The latest moment of a kill after the clients set out, in milliseconds.
const LATEST: usize = 800;

in_each_place! {
    async fn the_other_of_two_kills_processes_goes_on(place: Place) {
        let mut chance = Chance::seeded("two processes");
        let mut ledger = Ledger::default();
        let mut checkpoints = Vec::new();
        let mut services = [place.service(), place.service()];
        services[0].start().await;
        services[1].start().await;
        for kill in 0..kills() {
            let dies = chance.below(2);
            let lives = 1 - dies;
            let named = |which: &str| format!("{which}-{kill}");
            let of_dying = Crowd::send_out(&services[dies], CLIENTS_OF_EACH, &named("dies"), &mut chance);
            let of_living = Crowd::send_out(&services[lives], CLIENTS_OF_EACH, &named("lives"), &mut chance);
            tokio::time::sleep(chance.moment(LATEST)).await;
            services[dies].kill();
            let told = of_dying.come_home().await;

            // Whoever is left answers for the other's certificates at once, while its own clients go on.
            let new = ledger.acknowledged.len();
            ledger.write_down(&services[lives], told).await;
            let of_living = of_living.come_home().await;
            assert!(of_living.unanswered.is_empty(), "a process failed because another died: {of_living:?}");
            ledger.write_down(&services[lives], of_living).await;
            ledger.hold_new(&services[lives], new, &mut chance).await;
            checkpoints.extend(published_checkpoint(&services[lives]).await);
            services[dies].start().await;
            ledger.hold_new(&services[dies], ledger.acknowledged.len(), &mut chance).await;
            assert_complete(&place.reading, ledger.acknowledged.len()).await;
        }
        ledger.hold_all(&services[chance.below(2)]).await;
        until_published(&services[0], &place.reading).await;
        checkpoints.extend(published_checkpoint(&services[1]).await);
        assert_complete(&place.reading, ledger.acknowledged.len()).await;
        assert_one_history(&place.reading, &checkpoints).await;
        assert_log_verifies(&services[0]);
        println!("{} kills of one in two, {} certificates", kills(), ledger.acknowledged.len());
    }
}
