//! Verification by file: genuine only if its bytes are exactly bytes that we released.

use ring::digest;

use super::disclosure::Possession;
use super::verdict::{Basis, Checks, Finding, Verdict};
use super::{Outcome, Verifier};
use crate::certificate::Number;
use crate::clock::Instant;
use crate::examination::{self, Examination, LooksLike, Pdf};
use crate::seal::check::{self, Coverage, SealCheck, SealProblem};
use crate::storage::{Recorded, StorageError};

/// A file that was presented, and what is known of it by now. Nothing that stands in it was looked up yet.
pub struct FileInHand {
    sha256: Option<[u8; 32]>,
    known: Known,
    /// When it was taken in hand, before anything was read.
    taken_at: Instant,
}

/// What is known of a file.
enum Known {
    /// We released its bytes, which have this SHA-256.
    Released(Box<Recorded>, [u8; 32], Vec<u8>),
    /// Its bytes are unknown, and what they are is to be found out.
    Unexamined(Vec<u8>),
    /// Its bytes are unknown, and this is what they are.
    Examined(Examination),
    /// Nothing can be found out now: the records, or an examiner, are out of reach.
    Unreachable(Checks),
}

impl FileInHand {
    /// Whether its bytes are unknown to us, so that it takes an examination to say what they are.
    pub fn must_be_examined(&self) -> bool {
        matches!(self.known, Known::Unexamined(_))
    }

    /// Whether nothing could be found out about it, which is nobody's fault but ours.
    pub fn is_unreachable(&self) -> bool {
        matches!(self.known, Known::Unreachable(_))
    }

    /// The instant of which its verdict speaks. What was read with a file we released is said of the time before the
    /// reading, and not of a later one by which it may have been revoked; for any other the records are read from `now` on.
    pub(super) fn judged_at(&self, now: Instant) -> Instant {
        if matches!(self.known, Known::Released(..)) { self.taken_at } else { now.max(self.taken_at) }
    }

    /// The numbers in its text that are looked up next, in this order until one is found: at most two.
    pub fn numbers(&self) -> &[Number] {
        match &self.known {
            Known::Examined(Examination::Pdf(pdf)) => &pdf.numbers[..pdf.numbers.len().min(MOST_NUMBERS)],
            _ => &[],
        }
    }
}

impl Verifier {
    /// Hashes first: a known digest needs no parser.
    pub async fn take_in_hand(&self, bytes: Vec<u8>) -> FileInHand {
        let Some((sha256, bytes)) = hashed(bytes).await else {
            let known = Known::Unreachable(Checks::UNREACHABLE);
            return FileInHand { sha256: None, known, taken_at: self.clock.now() };
        };
        let taken_at = self.clock.now();
        let known = match self.storage.recorded_by_digest(&sha256).await {
            Ok(Some(record)) => Known::Released(Box::new(record), sha256, bytes),
            Ok(None) => match examination::at_first_sight(&bytes) {
                Some(examination) => Known::Examined(examination),
                None => Known::Unexamined(bytes),
            },
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a file could not be looked up");
                Known::Unreachable(Checks::UNREACHABLE)
            }
        };
        FileInHand { sha256: Some(sha256), known, taken_at }
    }

    /// Finds out what unknown bytes are, which never meet a parser in this process; other files stay as they are.
    pub async fn examine_file(&self, file: FileInHand) -> FileInHand {
        let Known::Unexamined(bytes) = &file.known else { return file };
        let known = match self.examiner.examine(bytes, self.keys().seal_certificates()).await {
            Ok(examination) => Known::Examined(examination),
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "no process could be started to examine a file"
                );
                Known::Unreachable(Checks {
                    bytes: Finding::BytesUnreachable,
                    seal: Finding::SealUnexamined,
                    ..Checks::UNREACHABLE
                })
            }
        };
        FileInHand { known, ..file }
    }

    pub(super) async fn by_file(&self, file: FileInHand, now: Instant) -> Result<Outcome, StorageError> {
        let outcome = match file.known {
            Known::Released(record, sha256, bytes) => self.released(*record, sha256, &bytes, now).await,
            Known::Examined(examination) => self.foreign(examination, now).await?,
            Known::Unreachable(checks) => Outcome { checks, ..Outcome::unreachable(Basis::File) },
            // Nobody said what it is, and nothing is said of it.
            Known::Unexamined(_) => Outcome::unreachable(Basis::File),
        };
        Ok(Outcome { sha256: file.sha256, ..outcome })
    }

    /// Bytes that we released. That their seal fails would mean that our own records or keys are not what they were.
    async fn released(&self, record: Recorded, sha256: [u8; 32], bytes: &[u8], now: Instant) -> Outcome {
        let keys = self.keys();
        let signers = keys.seal_certificates();
        let seal = if self.held_seals.holds(&sha256, signers) {
            Finding::SealIntact
        } else {
            seal_finding(&check::check(bytes, signers))
        };
        let checks = Checks { bytes: Finding::BytesReleased, seal, ..Checks::NONE };
        let outcome = self.judge(Basis::File, Some(record), checks, now).await;
        if seal == Finding::SealIntact {
            self.held_seals.keep(sha256, signers);
            return outcome;
        }
        tracing::error!(alarm = "seal", finding = ?seal, "a released file's own seal does not hold");
        Outcome { verdict: Verdict::Indeterminate, possession: Possession::None, ..outcome }
    }

    /// Bytes that we did not release: what they are decides between `altered`, `unknown` and `unreadable`.
    async fn foreign(&self, examination: Examination, now: Instant) -> Result<Outcome, StorageError> {
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
    async fn first_on_record(&self, numbers: &[Number]) -> Result<Option<Recorded>, StorageError> {
        for number in numbers.iter().take(MOST_NUMBERS) {
            if let Some(record) = self.storage.recorded_by_number(*number).await? {
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

/// A file may have millions of bytes: such are hashed off the threads that serve requests. None when the service stops.
async fn hashed(bytes: Vec<u8>) -> Option<([u8; 32], Vec<u8>)> {
    if bytes.len() <= HASHED_AT_ONCE {
        return Some((sha256(&bytes), bytes));
    }
    tokio::task::spawn_blocking(move || (sha256(&bytes), bytes)).await.ok()
}

/// A certificate has less: its hash takes less time than handing it to another thread and back.
const HASHED_AT_ONCE: usize = 128 << 10;

pub(super) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    sha256
}
