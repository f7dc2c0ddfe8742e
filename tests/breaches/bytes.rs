//! Every byte counts: a certificate with any one of them changed is not the file that was released.

use earayis::verification::{Basis, CheckResult, Presented, Verdict, Verification};
use ring::digest::{SHA256, digest};

use crate::beside::Beside;
use crate::issued::{Issued, Sequence, issued, shared_length};
use crate::shared::RUNTIME;

/// Of these many own bytes, and as many shared ones, the changed file itself is examined.
const EXAMINED: usize = 200;

fn changed(issued: &Issued, at: usize, sequence: &mut Sequence) -> Vec<u8> {
    let mut bytes = issued.one.bytes.clone();
    bytes[at] ^= u8::try_from(1 + sequence.below(255)).unwrap();
    bytes
}

/// Each own byte in turn: the digest of the changed file stands in no record.
#[test]
fn no_change_of_one_own_byte_is_in_the_issued_set() {
    let issued = issued();
    let begins = shared_length(&issued.one.bytes, &issued.twin.bytes);
    let mut sequence = Sequence(1);
    RUNTIME.block_on(async {
        let beside = Beside::at(&issued.service.dir).await;
        let genuine = beside.verify(by_digest(&issued.one.bytes)).await;
        assert_eq!((genuine.verdict, genuine.basis), (Verdict::Valid, Basis::File));
        for at in begins..issued.one.bytes.len() {
            let found = beside.verify(by_digest(&changed(&issued, at, &mut sequence))).await;
            assert_eq!((found.verdict, found.basis), (Verdict::Unknown, Basis::File), "byte {at}");
            assert!(found.certificate.is_none(), "byte {at}");
        }
        beside.close().await;
    });
}

#[test]
fn a_file_with_an_own_byte_changed_is_altered() {
    let issued = issued();
    let begins = shared_length(&issued.one.bytes, &issued.twin.bytes);
    examined(begins, issued.one.bytes.len());
}

#[test]
fn a_file_with_a_shared_byte_changed_is_altered() {
    let issued = issued();
    examined(0, shared_length(&issued.one.bytes, &issued.twin.bytes));
}

/// A seeded sample of single changes between two places; whatever they break, the file stays recognised as ours.
fn examined(from: usize, to: usize) {
    let issued = issued();
    let mut sequence = Sequence(from as u64 + 2);
    let places: Vec<usize> = (0..EXAMINED).map(|_| from + sequence.below(to - from)).collect();
    RUNTIME.block_on(async {
        let beside = Beside::at(&issued.service.dir).await;
        for at in places {
            let found = beside.verify(Presented::File(changed(&issued, at, &mut sequence))).await;
            assert!(is_refused(&found), "byte {at}: {:?} with {:?}", found.verdict, found.checks);
            assert!(found.certificate.is_none_or(|told| told.facts.is_none() && told.id.is_none()), "byte {at}");
        }
        beside.close().await;
    });
}

/// `altered`; where the change is in the first bytes, by which a PDF is known, it is no PDF any more.
fn is_refused(found: &Verification) -> bool {
    let bytes = found.checks.bytes.result() == CheckResult::Failed;
    bytes && found.basis == Basis::File && matches!(found.verdict, Verdict::Altered | Verdict::Unreadable)
}

fn by_digest(bytes: &[u8]) -> Presented {
    Presented::Digest(digest(&SHA256, bytes).as_ref().try_into().unwrap())
}
