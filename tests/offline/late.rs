//! Knowledge that grows old: each instant after a fetch, decided with a clock of the test's own.

use earayis::clock::{Clock, Instant};
use earayis::trust::Trust;
use earayis::verification::offline::{MAX_AGE_MILLIS, OfflinePresented, OfflineVerifier};

use crate::bank::{Bank, Certificate};
use crate::service::TestService;

const MINUTE: i64 = 60_000;

#[tokio::test]
async fn knowledge_grows_old_and_a_certificate_expires_without_it() {
    let mut service = TestService::fresh().await;
    let certificate = Certificate::issue(&service, "is-yeri");
    let bank = Bank::new();
    bank.must_fetch(&service);
    service.kill();
    let fetched = Clock::System.now();
    let verdict = |now: Instant, max_age_millis: i64| {
        let trust = Trust::load(&bank.trust(), now).unwrap();
        let verifier = OfflineVerifier { trust: &trust, max_age_millis, now };
        let by_qr = verifier.verify(OfflinePresented::Qr(certificate.qr.clone())).unwrap();
        let presented =
            OfflinePresented::File { bytes: certificate.bytes.clone(), proof: Some(certificate.proof.clone()) };
        let by_file = verifier.verify(presented).unwrap();
        assert_eq!((by_qr.verdict, by_qr.checks.status), (by_file.verdict, by_file.checks.status));
        format!("{} {}", by_qr.verdict.slug(), by_qr.checks.status.slug())
    };
    let week = 7 * 24 * 60 * MINUTE;
    for (minutes, max_age, expected) in [
        (0, MAX_AGE_MILLIS, "valid in_force"),
        (23 * 60, MAX_AGE_MILLIS, "valid in_force"),
        (61, 60 * MINUTE, "indeterminate too_old"),
        (59, 60 * MINUTE, "valid in_force"),
        (24 * 60 + 1, MAX_AGE_MILLIS, "indeterminate too_old"),
        (24 * 60 + 1, week, "indeterminate too_old"), // the list has expired by its own word
        (40 * 24 * 60, MAX_AGE_MILLIS, "expired expired"),
        (-2, MAX_AGE_MILLIS, "valid in_force"),
        (-10, MAX_AGE_MILLIS, "indeterminate clock_behind"),
    ] {
        assert_eq!(verdict(fetched.plus_millis(minutes * MINUTE), max_age), expected, "after {minutes} minutes");
    }
}
