//! What time and erasure change: expiry at its instant, the code's door closed 90 days later, and content that is gone.

use earayis::certificate::{Status, StatusReason};
use earayis::clock::Instant;
use earayis::revocation::Change;
use earayis::verification::{Basis, Finding, Presented, Verdict, Verification};

use crate::beside::Beside;
use crate::issued::read_qr;
use crate::service::TestService;
use crate::shared::RUNTIME;

const DAYS_90: i64 = 90 * 24 * 3600 * 1000;

/// A service of its own, whose clock may be moved: nobody else uses the folder.
fn alone(test: impl AsyncFnOnce(Beside)) {
    RUNTIME.block_on(async {
        let mut demonstration = TestService::demo().await;
        demonstration.stop();
        test(Beside::at(&demonstration.dir).await).await;
    });
}

fn discloses(found: &Verification) -> bool {
    found.certificate.as_ref().is_some_and(|told| told.facts.is_some())
}

#[test]
fn a_certificate_expires_at_its_instant_and_its_code_closes_ninety_days_later() {
    alone(async |service| {
        let (issued, bytes) = service.issue("is-yeri").await;
        let end = issued.valid_until.unwrap();
        assert_eq!(end.in_baku().time(), jiff::civil::Time::midnight());
        let by_code = || service.verify(Presented::Code(issued.code.clone()));
        let by_file = || service.verify(Presented::File(bytes.clone()));
        let by_number = || service.verify(Presented::Number(issued.number));
        let qr = read_qr(&bytes);
        let by_qr = || service.verify(Presented::Qr(qr.clone()));

        service.set(end.plus_millis(-1));
        for found in [by_code().await, by_file().await, by_number().await] {
            assert_eq!((found.verdict, found.checks.status), (Verdict::Valid, Finding::StatusInForce));
        }
        assert_eq!((by_qr().await.verdict, by_qr().await.checks.qr), (Verdict::Valid, Finding::QrGenuine));
        service.set(end);
        assert_eq!((by_qr().await.verdict, by_qr().await.checks.qr), (Verdict::Expired, Finding::QrExpired));
        for found in [by_code().await, by_file().await, by_number().await] {
            assert_eq!((found.verdict, found.checks.status), (Verdict::Expired, Finding::StatusExpired));
            assert_eq!(found.since(), Some(end));
        }
        service.set(end.plus_millis(DAYS_90 - 1));
        assert!(discloses(&by_code().await));
        service.set(end.plus_millis(DAYS_90));
        let closed = by_code().await;
        assert!(closed.verdict == Verdict::Expired && !discloses(&closed));
        assert!(discloses(&by_file().await), "whoever has the file has the facts");
        service.close().await;
    });
}

#[test]
fn the_code_of_a_revoked_certificate_closes_ninety_days_after_its_revocation() {
    alone(async |service| {
        let (issued, _) = service.issue("diplom").await;
        assert_eq!(issued.valid_until, None);
        service.change(issued.number, Change::Revoke(StatusReason::FactsWrong)).await;
        let revoked = service.verify(Presented::Number(issued.number)).await.since().unwrap();
        for (at, open) in
            [(revoked, true), (revoked.plus_millis(DAYS_90 - 1), true), (revoked.plus_millis(DAYS_90), false)]
        {
            service.set(at);
            let found = service.verify(Presented::Code(issued.code.clone())).await;
            assert_eq!((found.verdict, discloses(&found)), (Verdict::Revoked, open));
        }
        service.close().await;
    });
}

#[test]
fn facts_that_were_read_before_an_erasure_do_not_leave_after_it() {
    alone(async |service| {
        let (issued, bytes) = service.issue("is-yeri").await;
        let file = service.take_in_hand(&bytes).await;
        service.erase(&issued).await;
        let found = service.verify_in_hand(file).await;
        assert_eq!((found.verdict, found.checks.record), (Verdict::Valid, Finding::RecordErased));
        assert!(!discloses(&found) && found.receipt.is_some());
        assert_eq!(service.looks(&issued).await, 0, "nobody was told anything");
        service.close().await;
    });
}

#[test]
fn a_status_that_was_read_is_said_of_the_time_before_its_reading() {
    alone(async |service| {
        let (issued, bytes) = service.issue("is-yeri").await;
        let end = issued.valid_until.unwrap();
        service.set(end.plus_millis(-1));
        let file = service.take_in_hand(&bytes).await;
        service.set(end);
        let found = service.verify_in_hand(file).await;
        assert_eq!((found.verdict, found.verified_at), (Verdict::Valid, end.plus_millis(-1)));
        assert_eq!(found.certificate.unwrap().status, Status::Valid);
        service.close().await;
    });
}

#[test]
fn of_an_erased_certificate_the_file_verifies_without_facts_and_the_code_is_unknown() {
    alone(async |service| {
        let (issued, bytes) = service.issue("is-yeri").await;
        assert!(discloses(&service.verify(Presented::Code(issued.code.clone())).await));
        service.erase(&issued).await;
        let file = service.verify(Presented::File(bytes.clone())).await;
        assert_eq!((file.verdict, file.basis), (Verdict::Valid, Basis::File));
        assert_eq!((file.checks.record, file.checks.log), (Finding::RecordErased, Finding::LogIncluded));
        assert!(!discloses(&file) && file.receipt.is_some());
        let code = service.verify(Presented::Code(issued.code.clone())).await;
        assert_eq!((code.verdict, code.checks.record), (Verdict::Unknown, Finding::RecordMissing));
        assert!(code.certificate.is_none());
        let number = service.verify(Presented::Number(issued.number)).await;
        assert_eq!(number.verdict, Verdict::Valid);
        let altered = service.verify(Presented::File([&bytes[..], b"\n"].concat())).await;
        assert_eq!(altered.verdict, Verdict::Altered);
        service.close().await;
    });
}

/// Only what disclosed facts is a look, and each such act is one.
#[test]
fn the_holder_sees_each_look_and_nothing_else() {
    alone(async |service| {
        let (issued, bytes) = service.issue("is-yeri").await;
        let digest = ring::digest::digest(&ring::digest::SHA256, &bytes).as_ref().try_into().unwrap();
        for (presented, looks) in [
            (Presented::Number(issued.number), 0),
            (Presented::Digest(digest), 0),
            (Presented::File([&bytes[..], b"\n"].concat()), 0),
            (Presented::Code(issued.code.clone()), 1),
            (Presented::File(bytes.clone()), 2),
        ] {
            let found = service.verify(presented).await;
            assert_eq!(service.looks(&issued).await, looks);
            assert_eq!(discloses(&found), looks > 0);
        }
        service.close().await;
    });
}

/// A leaf that waits a minute for its place is an alarm, and no verdict is given meanwhile.
#[test]
fn a_waiting_leaf_is_pending_for_a_minute_and_then_nothing_can_be_said() {
    alone(async |service| {
        let (issued, _) = service.issue_unplaced("is-yeri").await;
        let verify = || service.verify(Presented::Code(issued.code.clone()));
        let at: Instant = issued.issued_at;
        service.set(at.plus_millis(59_999));
        let waiting = verify().await;
        assert_eq!((waiting.verdict, waiting.checks.log), (Verdict::Valid, Finding::LogPending));
        service.set(at.plus_millis(60_000));
        let late = verify().await;
        assert_eq!((late.verdict, late.checks.log), (Verdict::Indeterminate, Finding::LogLate));
        assert!(late.receipt.is_none() && !discloses(&late));
        service.place_leaves().await;
        let placed = verify().await;
        assert_eq!((placed.verdict, placed.checks.log), (Verdict::Valid, Finding::LogIncluded));
        service.close().await;
    });
}
