//! Verification of a picture by the QR codes found in it: of several that claim to be a certificate's, none is believed.

use super::verdict::{Checks, Finding, Verdict};
use super::{Basis, Outcome, Possession, Verifier};
use crate::clock::Instant;
use crate::storage::StorageError;

impl Verifier {
    /// `codes` are the texts of the QR codes in a picture, or in the pictures of a PDF: what strangers wrote.
    ///
    /// A stranger's code beside ours, such as a shop's or a telephone's, is nothing to us. Two that claim to be a
    /// certificate's are refused whatever they say, for nobody could tell which of them an answer is about.
    pub(super) async fn by_picture(&self, codes: &[String], now: Instant) -> Result<Outcome, StorageError> {
        let claims: Vec<&String> = codes.iter().filter(|text| self.claims_to_be_a_certificates(text)).collect();
        let outcome = match (claims.as_slice(), codes) {
            ([claim], _) => self.by_qr(claim, now).await?,
            ([], []) => unreadable(Finding::QrNotFound),
            ([], _) => unreadable(Finding::QrUnreadable),
            _ => unreadable(Finding::QrSeveral),
        };
        let checks = Checks { bytes: Finding::BytesPicture, seal: Finding::SealPicture, ..outcome.checks };
        Ok(Outcome { checks, ..outcome })
    }
}

fn unreadable(qr: Finding) -> Outcome {
    let checks = Checks { qr, ..Checks::NONE };
    let (verdict, possession) = (Verdict::Unreadable, Possession::None);
    Outcome { basis: Basis::Qr, verdict, checks, record: None, possession, sha256: None }
}
