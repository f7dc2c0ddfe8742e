//! Verification by the text of a QR: its host, its code and its signed token must all be ours and name one certificate.

use super::address::Address;
use super::disclosure::Possession;
use super::verdict::{Basis, Checks, Finding, Verdict};
use super::{Outcome, Verifier};
use crate::certificate::Number;
use crate::clock::Instant;
use crate::keys::KeyRefusal;
use crate::qr::token::{self, Payload, TokenError};
use crate::storage::{Recorded, StorageError};

impl Verifier {
    /// Nothing that a QR names is ever fetched: its host is compared, its token is checked with our own keys.
    pub(super) async fn by_qr(&self, text: &str, now: Instant) -> Result<Outcome, StorageError> {
        let payload = match (self.address(text), token::parse_payload(text)) {
            (Some(Address::LookAlike), _) => return Ok(refused(Verdict::Unknown, Finding::QrLookAlikeHost)),
            (Some(Address::Ours), Ok(payload)) => payload,
            (_, Ok(_)) => return Ok(refused(Verdict::Unknown, Finding::QrForeignHost)),
            (_, Err(_)) => return Ok(refused(Verdict::Unreadable, Finding::QrUnreadable)),
        };
        let Some(code) = &payload.code else { return Ok(refused(Verdict::Unreadable, Finding::QrUnreadable)) };
        let record = self.storage.recorded_by_code(code).await?;
        match self.token_number(&payload, now) {
            Ok((number, qr)) => self.by_code_and_token(record, number, qr, now).await,
            Err(finding) => {
                let verdict = if record.is_some() { Verdict::Altered } else { Verdict::Unknown };
                Ok(refused(verdict, finding))
            }
        }
    }

    /// Whether whoever made the QR wants it to be taken for a certificate's.
    pub(super) fn claims_to_be_a_certificates(&self, text: &str) -> bool {
        matches!(self.address(text), Some(Address::Ours | Address::LookAlike)) || token::parse_payload(text).is_ok()
    }

    fn address(&self, text: &str) -> Option<Address> {
        Address::of(text, &self.hosts, self.secure)
    }

    /// The token is ours; the certificate that the code leads to must be the one it names.
    async fn by_code_and_token(
        &self,
        by_code: Option<Recorded>,
        number: Number,
        qr: Finding,
        now: Instant,
    ) -> Result<Outcome, StorageError> {
        let genuine = Checks { qr, ..Checks::NONE };
        match by_code {
            Some(record) if record.certificate.number == number => {
                Ok(self.judge(Basis::Qr, Some(record), genuine, now).await)
            }
            Some(_) => Ok(refused(Verdict::Altered, Finding::QrMixed)),
            // Erasure takes the code away and leaves the number, so an erased certificate's QR still tells its status.
            None => match self.storage.recorded_by_number(number).await? {
                Some(record) if record.certificate.erased_at.is_some() => {
                    let outcome = self.judge(Basis::Qr, Some(record), genuine, now).await;
                    Ok(Outcome { possession: Possession::None, ..outcome })
                }
                Some(_) => Ok(refused(Verdict::Altered, Finding::QrMixed)),
                None => Ok(refused(Verdict::Unknown, qr)),
            },
        }
    }

    /// The number that a token of ours names, and whether the token's term has ended.
    fn token_number(&self, payload: &Payload, now: Instant) -> Result<(Number, Finding), Finding> {
        match token::verify(&payload.token, self.keys().public_keys(), now) {
            Ok(token) => {
                let qr = if token.has_expired(now) { Finding::QrExpired } else { Finding::QrGenuine };
                token.number.parse().map(|number| (number, qr)).map_err(|_| Finding::QrForged)
            }
            Err(TokenError::Key(KeyRefusal::UnknownKey)) => Err(Finding::QrStranger),
            Err(TokenError::Key(KeyRefusal::KeyRevoked)) => Err(Finding::QrKeyRevoked),
            Err(_) => Err(Finding::QrForged),
        }
    }
}

fn refused(verdict: Verdict, qr: Finding) -> Outcome {
    let checks = Checks { qr, ..Checks::NONE };
    Outcome { basis: Basis::Qr, verdict, checks, record: None, possession: Possession::None, sha256: None }
}
