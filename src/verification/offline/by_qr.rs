//! Offline verification by QR: the token's signature, then its place in a status list.

use serde_json::{Map, Value};

use super::{Found, NOTHING, OfflineCertificate, OfflineVerifier};
use crate::keys::KeyRefusal;
use crate::qr::token::{self, Token, TokenError, TokenValue};
use crate::trust::TrustError;
use crate::verification::verdict::{Basis, Checks, Finding, Verdict};

impl OfflineVerifier<'_> {
    pub(super) fn by_qr(&self, text: &str) -> Result<Found, TrustError> {
        let refused = |verdict, qr| Ok(Found::refused(Basis::Qr, verdict, Checks { qr, ..NOTHING }));
        let Ok(payload) = token::parse_payload(text.trim()) else {
            return refused(Verdict::Unreadable, Finding::QrUnreadable);
        };
        if !self.hosts().contains(&payload.host) {
            return refused(Verdict::Unknown, Finding::QrForeignHost);
        }
        match token::verify(&payload.token, &self.trust.keys, self.now) {
            Ok(token) => self.by_token(&token),
            Err(TokenError::Key(KeyRefusal::KeyRevoked)) => refused(Verdict::Unknown, Finding::QrKeyRevoked),
            Err(TokenError::Key(KeyRefusal::UnknownKey)) if self.may_be_of_a_newer_key(&payload.token) => {
                refused(Verdict::Indeterminate, Finding::QrKeyUnknown)
            }
            Err(TokenError::NotYetValid) => {
                let checks = Checks { status: Finding::StatusClockBehind, ..NOTHING };
                Ok(Found::refused(Basis::Qr, Verdict::Indeterminate, checks))
            }
            Err(_) => refused(Verdict::Unknown, Finding::QrForged),
        }
    }

    /// Whether a token is dated after the keys were fetched: one dated before would be signed by a key among them.
    fn may_be_of_a_newer_key(&self, bytes: &[u8]) -> bool {
        token::unverified(bytes).is_some_and(|token| token.not_before >= self.trust.fetched_at())
    }

    fn by_token(&self, token: &Token) -> Result<Found, TrustError> {
        let Ok(number) = token.number.parse() else {
            let checks = Checks { qr: Finding::QrForged, ..NOTHING };
            return Ok(Found::refused(Basis::Qr, Verdict::Unknown, checks));
        };
        let place = &token.status_list;
        let (status, finding, list) = self.status(&place.uri, place.index, token.expires)?;
        let certificate = OfflineCertificate {
            number,
            kind: token.kind.clone(),
            issued_at: token.not_before,
            valid_until: token.expires,
            status,
            demonstration: token.demonstration,
            id: None,
            facts: facts(token),
        };
        Ok(Found {
            verdict: status.map_or(Verdict::Indeterminate, Verdict::from),
            basis: Basis::Qr,
            checks: Checks { qr: Finding::QrGenuine, status: finding, ..NOTHING },
            certificate: Some(certificate),
            list,
        })
    }
}

/// The token's facts by the field's code; an amount is a whole number of qəpik, as the token writes it.
fn facts(token: &Token) -> Value {
    let fact = |(code, value): &(String, TokenValue)| {
        let value = match value {
            TokenValue::Text(text) => Value::from(text.as_str()),
            TokenValue::Integer(number) => Value::from(*number),
        };
        (code.clone(), value)
    };
    Value::Object(token.facts.iter().map(fact).collect::<Map<_, _>>())
}
