//! The verdict of a verification, the basis it stands on and the checks it is made of: closed sets, so that none is ever improvised.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::certificate::Status;

/// What one act of checking concluded. Any error is not `valid`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Issued by us and in force now.
    Valid,
    /// Issued by us, out of force for now.
    Suspended,
    /// Issued by us and withdrawn.
    Revoked,
    /// Issued by us and replaced by another.
    Superseded,
    /// Issued by us, past its term.
    Expired,
    /// Bears our seal or our number and is not what we released; or a QR whose parts name different certificates.
    Altered,
    /// Nothing of it is in our records.
    Unknown,
    /// Not a PDF, or no code in what was presented.
    Unreadable,
    /// We could not find out.
    Indeterminate,
}

impl Verdict {
    /// Its name on the wire.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
            Self::Superseded => "superseded",
            Self::Expired => "expired",
            Self::Altered => "altered",
            Self::Unknown => "unknown",
            Self::Unreadable => "unreadable",
            Self::Indeterminate => "indeterminate",
        }
    }
}

impl From<Status> for Verdict {
    fn from(status: Status) -> Self {
        match status {
            Status::Valid => Self::Valid,
            Status::Suspended => Self::Suspended,
            Status::Revoked => Self::Revoked,
            Status::Superseded => Self::Superseded,
            Status::Expired => Self::Expired,
        }
    }
}

/// What the verdict stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// These very bytes, uploaded or named by their digest.
    File,
    /// The text of a QR.
    Qr,
    /// A typed code.
    Code,
    /// A number only.
    Number,
}

impl Basis {
    /// Its name on the wire.
    pub fn slug(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Qr => "qr",
            Self::Code => "code",
            Self::Number => "number",
        }
    }
}

/// One part of a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckName {
    /// Whether these are bytes that we released.
    Bytes,
    /// Whether the electronic seal fits.
    Seal,
    /// Whether the issuance is on record.
    Record,
    /// Whether it is in force.
    Status,
    /// Whether the transparency log holds it.
    Log,
    /// Whether the QR's signed token fits.
    Qr,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckResult {
    /// It fits.
    Passed,
    /// It does not.
    Failed,
    /// It was not, or not yet, done.
    NotDone,
}

/// A finding of one check: each belongs to one check and has one result, so that the three can never disagree.
macro_rules! findings {
    ($($(#[$doc:meta])* $variant:ident = $check:ident $result:ident $slug:literal;)*) => {
        /// What a check found: the reason for its result.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Finding {
            $($(#[$doc])* $variant,)*
        }

        impl Finding {
            /// Every finding there is.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The check it belongs to.
            pub fn check(self) -> CheckName {
                match self {
                    $(Self::$variant => CheckName::$check,)*
                }
            }

            /// The result it stands for.
            pub fn result(self) -> CheckResult {
                match self {
                    $(Self::$variant => CheckResult::$result,)*
                }
            }

            /// Its name on the wire, unique within its check.
            pub fn slug(self) -> &'static str {
                match self {
                    $(Self::$variant => $slug,)*
                }
            }
        }
    };
}

findings! {
    /// Exactly bytes that we released.
    BytesReleased = Bytes Passed "released";
    /// Not bytes that we released, though they bear our seal or number.
    BytesDiffer = Bytes Failed "differ";
    /// Not bytes that we released, and nothing in them is ours.
    BytesUnknown = Bytes Failed "unknown";
    /// Neither a PDF nor a picture, or one that could not be taken apart.
    BytesUnreadable = Bytes Failed "unreadable";
    /// A picture in another format than PNG and JPEG, broken, or too large.
    BytesUndecodable = Bytes Failed "picture_format";
    /// A picture, of which only the QR code can be checked.
    BytesPicture = Bytes NotDone "picture";
    /// No file was presented.
    BytesNotPresented = Bytes NotDone "not_presented";
    /// Offline: our seal fits, and a seal alone proves too little.
    BytesSealOnly = Bytes NotDone "seal_only";
    /// Offline: the proof given is not that of these bytes.
    BytesNotInProof = Bytes NotDone "proof_of_another";
    /// The digest could not be looked up.
    BytesUnreachable = Bytes NotDone "unreachable";

    /// Our seal, intact, over the whole file.
    SealIntact = Seal Passed "intact";
    /// Our seal, or one that cannot be read any more, stands in the file, and the file was changed after it.
    SealBroken = Seal Failed "broken";
    /// Our seal is intact over a part of the file, and something was added.
    SealPartial = Seal Failed "partial";
    /// A seal, and not ours.
    SealForeign = Seal Failed "foreign";
    /// No seal.
    SealMissing = Seal Failed "missing";
    /// The file could not be taken apart within limits.
    SealUnexamined = Seal NotDone "unexamined";
    /// A picture, which cannot have a seal.
    SealPicture = Seal NotDone "picture";
    /// No file was presented, or only its digest.
    SealNotPresented = Seal NotDone "not_presented";

    /// The issuance is on record.
    RecordFound = Record Passed "found";
    /// The issuance is on record, its content was erased.
    RecordErased = Record Passed "erased";
    /// Nothing of it is on record.
    RecordMissing = Record Failed "missing";
    /// Offline: the records are not asked.
    RecordOffline = Record NotDone "offline";
    /// The records could not be read.
    RecordUnreachable = Record NotDone "unreachable";

    /// In force.
    StatusInForce = Status Passed "in_force";
    /// Out of force for now.
    StatusSuspended = Status Failed "suspended";
    /// Withdrawn.
    StatusRevoked = Status Failed "revoked";
    /// Replaced.
    StatusSuperseded = Status Failed "superseded";
    /// Past its term.
    StatusExpired = Status Failed "expired";
    /// There is no record whose status could be read.
    StatusNotDone = Status NotDone "no_record";
    /// Offline: what is known of the status is older than the policy allows.
    StatusTooOld = Status NotDone "too_old";
    /// Offline: the certificate's status list was not fetched.
    StatusListMissing = Status NotDone "no_list";
    /// Offline: the clock is behind what was fetched, so that no age can be told.
    StatusClockBehind = Status NotDone "clock_behind";
    /// The status could not be read.
    StatusUnreachable = Status NotDone "unreachable";

    /// Every act on record stands in the published log.
    LogIncluded = Log Passed "included";
    /// An act waits for its place, for less than a minute.
    LogPending = Log NotDone "pending";
    /// An act has waited longer than a minute for its place.
    LogLate = Log Failed "late";
    /// The record and the log disagree.
    LogDisagrees = Log Failed "disagrees";
    /// Offline: no proof was given.
    LogProofMissing = Log NotDone "no_proof";
    /// Offline: the proof given is none, or not of this log.
    LogProofRefused = Log Failed "proof_refused";
    /// Offline: the proof contradicts the log that was fetched.
    LogForked = Log Failed "forked";
    /// Offline: the proof is of an entry that came after the log was fetched.
    LogNotFetched = Log NotDone "log_not_fetched";
    /// Offline, and by a QR: the log is not asked.
    LogOffline = Log NotDone "offline";
    /// The log could not be read.
    LogUnreachable = Log NotDone "unreachable";
    /// There is no record to look for.
    LogNotDone = Log NotDone "no_record";

    /// The token is signed by us and names this certificate.
    QrGenuine = Qr Passed "genuine";
    /// The token is signed by us, and its term has ended.
    QrExpired = Qr Failed "expired";
    /// The token was changed, or signed with another key than it names.
    QrForged = Qr Failed "forged";
    /// The token is signed with a key that is not ours.
    QrStranger = Qr Failed "stranger";
    /// The token and the code name different certificates.
    QrMixed = Qr Failed "mixed";
    /// The QR leads to another host than ours.
    QrForeignHost = Qr Failed "foreign_host";
    /// The QR leads to a host that only resembles ours.
    QrLookAlikeHost = Qr Failed "look_alike_host";
    /// More than one code in the picture claims to be a certificate's.
    QrSeveral = Qr Failed "several";
    /// No QR code was found in the picture.
    QrNotFound = Qr Failed "not_found";
    /// The text is no QR of a certificate.
    QrUnreadable = Qr Failed "unreadable";
    /// The key that signed the token was revoked.
    QrKeyRevoked = Qr Failed "key_revoked";
    /// Offline: the key that signed the token is not known here, and may be newer than what was fetched.
    QrKeyUnknown = Qr NotDone "key_unknown";
    /// No QR was presented.
    QrNotPresented = Qr NotDone "not_presented";
}

/// The findings of one verification, one for each check, in the order in which a reader meets them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checks {
    /// On the bytes.
    pub bytes: Finding,
    /// On the seal.
    pub seal: Finding,
    /// On the record.
    pub record: Finding,
    /// On the status.
    pub status: Finding,
    /// On the log.
    pub log: Finding,
    /// On the QR.
    pub qr: Finding,
}

impl Checks {
    /// Nothing was done yet: no file, no QR, no record.
    pub const NONE: Self = Self {
        bytes: Finding::BytesNotPresented,
        seal: Finding::SealNotPresented,
        record: Finding::RecordMissing,
        status: Finding::StatusNotDone,
        log: Finding::LogNotDone,
        qr: Finding::QrNotPresented,
    };

    /// The storage did not answer.
    pub const UNREACHABLE: Self = Self {
        bytes: Finding::BytesNotPresented,
        seal: Finding::SealNotPresented,
        record: Finding::RecordUnreachable,
        status: Finding::StatusUnreachable,
        log: Finding::LogNotDone,
        qr: Finding::QrNotPresented,
    };

    /// All six, in order.
    pub fn all(self) -> [Finding; 6] {
        [self.bytes, self.seal, self.record, self.status, self.log, self.qr]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn reasons_are_unique_within_their_check() {
        let mut seen = HashSet::new();
        for finding in Finding::ALL {
            assert!(seen.insert((finding.check(), finding.slug())), "{finding:?}");
        }
    }

    #[test]
    fn nothing_done_is_nothing_passed() {
        for checks in [Checks::NONE, Checks::UNREACHABLE] {
            assert!(checks.all().iter().all(|finding| finding.result() != CheckResult::Passed));
        }
    }

    #[test]
    fn names_on_the_wire_are_the_slugs() {
        for verdict in [Verdict::Valid, Verdict::Indeterminate, Verdict::Superseded] {
            assert_eq!(serde_json::to_value(verdict).unwrap(), verdict.slug());
        }
        for basis in [Basis::File, Basis::Qr, Basis::Code, Basis::Number] {
            assert_eq!(serde_json::to_value(basis).unwrap(), basis.slug());
        }
    }
}
