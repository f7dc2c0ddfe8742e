//! Alarms of an agency: raised once, seen within reach, acknowledged once and with words.

use crate::asked::{form, page};
use crate::service::TestService;

/// One more than an agency may issue about one person on a day before it is unusual.
const OFTEN: usize = 11;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_person_again_and_again_is_told_to_her_agencys_auditors() {
    let mut service = TestService::demo().await;
    let none = page(&service, &service.auditor(1).await, "/desk/alarms?lang=en").await;
    assert!(none.1.contains("There are no alarms"), "{}", none.1);
    for _ in 0..OFTEN {
        tokio::task::block_in_place(|| service.issue("is-yeri", "7DEM001"));
    }
    // The records are looked at at each start; twice, and what was raised is not raised again.
    for _ in 0..2 {
        service.kill();
        service.start().await;
        let cookie = service.auditor(1).await;
        for _ in 0..1_000 {
            if page(&service, &cookie, "/desk/alarms?lang=en").await.1.contains("The same person again and again") {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
    let (all, agency, other) = (service.auditor(0).await, service.auditor(1).await, service.auditor(2).await);
    let (_, alarms) = page(&service, &agency, "/desk/alarms?lang=en").await;
    assert_eq!(alarms.matches("<h2 id=\"alarm-").count(), 1, "{alarms}");
    assert!(alarms.contains("11 / 10") && !alarms.contains("7DEM001"), "{alarms}");
    assert!(page(&service, &other, "/desk/alarms?lang=en").await.1.contains("There are no alarms"));

    let (_, after) = alarms.split_once("name=\"alarm\" value=\"").unwrap();
    let id = &after[..36];
    let acknowledge = async |cookie: &str, note: &str| {
        form(&service, cookie, "/desk/alarms", &[("alarm", id), ("note", note)]).await.0
    };
    assert_eq!(acknowledge(&agency, "?").await, 422, "without words");
    assert_eq!(acknowledge(&other, "none of our business").await, 404);
    assert_eq!(acknowledge(&agency, "a lost paper, asked for again").await, 200, "the list is shown again");
    assert_eq!(acknowledge(&all, "acknowledged before").await, 404);
    let (_, alarms) = page(&service, &all, "/desk/alarms?lang=en").await;
    assert!(alarms.contains("a lost paper, asked for again") && !alarms.contains("acknowledged before"), "{alarms}");
    let (_, events) = page(&service, &agency, "/desk/events?act=raise_alarm").await;
    assert_eq!(events.matches("data-act=\"raise_alarm\"").count(), 1, "{events}");
    let (_, events) = page(&service, &agency, "/desk/events?act=acknowledge_alarm").await;
    assert_eq!(events.matches("data-act=\"acknowledge_alarm\"").count(), 1, "{events}");
}
