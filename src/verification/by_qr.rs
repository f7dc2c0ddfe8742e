//! Verification by the text of a QR: its host, its code and its signed token must all be ours and name one certificate.

use super::disclosure::Possession;
use super::verdict::{Basis, Checks, Finding, Verdict};
use super::{Outcome, Verifier};
use crate::certificate::Number;
use crate::clock::Instant;
use crate::keys::KeyRefusal;
use crate::qr::token::{self, Payload, TokenError};
use crate::storage::{CertificateRecord, StorageError};

impl Verifier {
    /// Nothing that a QR names is ever fetched: its host is compared, its token is checked with our own keys.
    pub(super) async fn by_qr(&self, text: &str, now: Instant) -> Result<Outcome, StorageError> {
        let Ok(payload) = token::parse_payload(text) else {
            return Ok(refused(Verdict::Unreadable, Finding::QrUnreadable));
        };
        if !self.hosts.contains(&payload.host) {
            return Ok(refused(Verdict::Unknown, Finding::QrForeignHost));
        }
        let Some(code) = &payload.code else { return Ok(refused(Verdict::Unreadable, Finding::QrUnreadable)) };
        let record = self.storage.certificate_by_code(code).await?;
        match self.token_number(&payload, now) {
            Ok(number) => self.by_code_and_token(record, number, now).await,
            Err(finding) => {
                let verdict = if record.is_some() { Verdict::Altered } else { Verdict::Unknown };
                Ok(refused(verdict, finding))
            }
        }
    }

    /// The token is ours; the certificate that the code leads to must be the one it names.
    async fn by_code_and_token(
        &self,
        by_code: Option<CertificateRecord>,
        number: Number,
        now: Instant,
    ) -> Result<Outcome, StorageError> {
        let genuine = Checks { qr: Finding::QrGenuine, ..Checks::NONE };
        match by_code {
            Some(record) if record.number == number => Ok(self.judge(Basis::Qr, Some(record), genuine, now).await),
            Some(_) => Ok(refused(Verdict::Altered, Finding::QrMixed)),
            // Erasure takes the code away and leaves the number, so an erased certificate's QR still tells its status.
            None => match self.storage.certificate_by_number(number).await? {
                Some(record) if record.erased_at.is_some() => {
                    let outcome = self.judge(Basis::Qr, Some(record), genuine, now).await;
                    Ok(Outcome { possession: Possession::None, ..outcome })
                }
                Some(_) => Ok(refused(Verdict::Altered, Finding::QrMixed)),
                None => Ok(refused(Verdict::Unknown, Finding::QrGenuine)),
            },
        }
    }

    fn token_number(&self, payload: &Payload, now: Instant) -> Result<Number, Finding> {
        match token::verify(&payload.token, &self.public_keys, now) {
            Ok(token) => token.number.parse().map_err(|_| Finding::QrForged),
            Err(TokenError::Key(KeyRefusal::KeyRevoked)) => Err(Finding::QrKeyRevoked),
            Err(_) => Err(Finding::QrForged),
        }
    }
}

fn refused(verdict: Verdict, qr: Finding) -> Outcome {
    let checks = Checks { qr, ..Checks::NONE };
    Outcome { basis: Basis::Qr, verdict, checks, record: None, possession: Possession::None, sha256: None }
}
