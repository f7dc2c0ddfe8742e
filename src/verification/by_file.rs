//! Verification by file: genuine only if its bytes are exactly bytes that we released.

use ring::digest;

use super::disclosure::Possession;
use super::verdict::{Basis, Checks, Finding, Verdict};
use super::{Outcome, Verifier};
use crate::clock::Instant;
use crate::examination::{Examination, LooksLike, Pdf};
use crate::seal::check::{self, Coverage, SealCheck, SealProblem};
use crate::storage::{CertificateRecord, StorageError};

impl Verifier {
    /// Hashes first: a known digest needs no parser, and unknown bytes never meet one in this process.
    pub(super) async fn by_file(&self, bytes: Vec<u8>, now: Instant) -> Result<Outcome, StorageError> {
        let Some((sha256, bytes)) = hashed(bytes).await else { return Ok(Outcome::unreachable(Basis::File)) };
        let outcome = match self.storage.certificate_by_digest(&sha256).await? {
            Some(record) => self.released(record, &bytes, now).await,
            None => self.foreign(bytes, now).await?,
        };
        Ok(Outcome { sha256: Some(sha256), ..outcome })
    }

    /// Bytes that we released. That their seal fails would mean that our own records or keys are not what they were.
    async fn released(&self, record: CertificateRecord, bytes: &[u8], now: Instant) -> Outcome {
        let seal = seal_finding(&check::check(bytes, &self.signers));
        let checks = Checks { bytes: Finding::BytesReleased, seal, ..Checks::NONE };
        let outcome = self.judge(Basis::File, Some(record), checks, now).await;
        if seal == Finding::SealIntact {
            return outcome;
        }
        tracing::error!(alarm = "seal", finding = ?seal, "a released file's own seal does not hold");
        Outcome { verdict: Verdict::Indeterminate, possession: Possession::None, ..outcome }
    }

    /// Bytes that we did not release: what they are decides between `altered`, `unknown` and `unreadable`.
    async fn foreign(&self, bytes: Vec<u8>, now: Instant) -> Result<Outcome, StorageError> {
        let examination = match self.examiner.examine(&bytes, &self.signers).await {
            Ok(examination) => examination,
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "no process could be started to examine a file"
                );
                let checks =
                    Checks { bytes: Finding::BytesUnreachable, seal: Finding::SealUnexamined, ..Checks::UNREACHABLE };
                return Ok(Outcome { checks, ..Outcome::unreachable(Basis::File) });
            }
        };
        // It waited for its turn, and what is in force is asked now.
        let now = self.clock.now().max(now);
        match examination {
            Examination::NotPdf { looks_like } => {
                let bytes = match looks_like {
                    LooksLike::Image => Finding::BytesUndecodable,
                    LooksLike::Other => Finding::BytesUnreadable,
                };
                Ok(refused(Verdict::Unreadable, bytes, Finding::SealMissing))
            }
            Examination::Picture(codes) => self.by_picture(&codes, now).await,
            Examination::Died => Ok(refused(Verdict::Unreadable, Finding::BytesUnreadable, Finding::SealUnexamined)),
            Examination::Pdf(pdf) => self.foreign_pdf(pdf, now).await,
        }
    }

    /// One that bears our seal or number is a changed copy. Any other may be a scan, with or without a scanner's own
    /// words and recognised text on it: as with a photograph, only the QR in its pictures can be checked.
    async fn foreign_pdf(&self, pdf: Pdf, now: Instant) -> Result<Outcome, StorageError> {
        let Pdf { numbers, seals, codes, pictures_only, .. } = pdf;
        let seal = seal_finding(&seals);
        let ours = seals.iter().any(|seal| seal.ours);
        let record = self.first_on_record(&numbers).await?;
        if record.is_none() && !ours {
            let claims = codes.iter().any(|text| self.claims_to_be_a_certificates(text));
            return if seals.is_empty() && (pictures_only || claims) {
                self.by_picture(&codes, now).await
            } else {
                Ok(refused(Verdict::Unknown, Finding::BytesUnknown, seal))
            };
        }
        let checks = Checks { bytes: Finding::BytesDiffer, seal, ..Checks::NONE };
        let outcome = self.judge(Basis::File, record, checks, now).await;
        Ok(Outcome { verdict: Verdict::Altered, possession: Possession::None, ..outcome })
    }

    /// The first of the numbers in a file's text that is one of ours.
    async fn first_on_record(
        &self,
        numbers: &[crate::certificate::Number],
    ) -> Result<Option<CertificateRecord>, StorageError> {
        for number in numbers.iter().take(MOST_NUMBERS) {
            if let Some(record) = self.storage.certificate_by_number(*number).await? {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }
}

/// A stranger's file must be no way to try numbers: a copy of ours names its own first.
const MOST_NUMBERS: usize = 2;

fn refused(verdict: Verdict, bytes: Finding, seal: Finding) -> Outcome {
    let checks = Checks { bytes, seal, ..Checks::NONE };
    Outcome { basis: Basis::File, verdict, checks, record: None, possession: Possession::None, sha256: None }
}

pub(super) fn seal_finding(seals: &[SealCheck]) -> Finding {
    let Some(ours) = seals.iter().find(|seal| seal.ours) else {
        // Whose a seal was that cannot be read any more, such as that of a file cut short, nobody can tell.
        let by_another = |seal: &SealCheck| seal.problems.contains(&SealProblem::UnknownSigner);
        return match seals {
            [] => Finding::SealMissing,
            _ if seals.iter().any(by_another) => Finding::SealForeign,
            _ => Finding::SealBroken,
        };
    };
    match (ours.intact, &ours.coverage, seals.len()) {
        (true, Coverage::EntireFile, 1) => Finding::SealIntact,
        (true, _, _) => Finding::SealPartial,
        (false, _, _) => Finding::SealBroken,
    }
}

/// A file may have millions of bytes: they are hashed off the threads that serve requests. None when the service stops.
async fn hashed(bytes: Vec<u8>) -> Option<([u8; 32], Vec<u8>)> {
    tokio::task::spawn_blocking(move || (sha256(&bytes), bytes)).await.ok()
}

pub(super) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    sha256
}
