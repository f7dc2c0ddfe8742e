//! A look-up of somebody from outside: let in by the door, verified, and settled with the side that asked.

use axum::http::{HeaderName, HeaderValue, header};

use super::App;
use crate::door::{Ask, Budget, Found, Limited, Pass, Side};
use crate::verification::{Presented, Verdict, Verification};

impl App {
    /// Lets a look-up in, or says how long to wait. A file is let in by [`App::let_in_file`], before it is received.
    pub fn let_in(&self, side: Side<'_>, presented: &Presented) -> Result<Pass, Limited> {
        let ask = match presented {
            Presented::Number(number) => Ask::Number(*number),
            Presented::Code(_) | Presented::Qr(_) => Ask::Code,
            Presented::Digest(_) => Ask::Digest,
            Presented::File(_) => Ask::File,
        };
        self.door.let_in(side, ask)
    }

    /// Lets a file in, of which nothing was read yet.
    pub fn let_in_file(&self, side: Side<'_>) -> Result<Pass, Limited> {
        self.door.let_in(side, Ask::File)
    }

    /// Lets a look-up in when its turn has come: for whoever sent many at once and hears of each in time.
    pub async fn let_in_turn(&self, side: Side<'_>, presented: &Presented) -> Pass {
        loop {
            match self.let_in(side, presented) {
                Ok(pass) => return pass,
                Err(limited) => tokio::time::sleep(limited.wait).await,
            }
        }
    }

    /// Verifies what was let in, and answers beside it what the side may still ask.
    pub async fn verify(&self, side: Side<'_>, pass: Pass, presented: Presented) -> (Verification, Budget) {
        let verification = self.verifier.verify(presented, side.asker).await;
        let found = match (&verification.certificate, verification.verdict) {
            (Some(certificate), _) => Found::Certificate(certificate.number),
            (None, Verdict::Indeterminate) => Found::Unknowable,
            (None, _) => Found::Nothing,
        };
        let budget = self.door.settle(side, pass, found);
        (verification, budget)
    }
}

/// A budget as the fields of an answer (draft-ietf-httpapi-ratelimit-headers-09).
pub fn budget_fields(budget: &Budget) -> [(HeaderName, HeaderValue); 2] {
    let Budget { policy, quota, window, remaining, reset } = budget;
    // Numbers and names of ours always make a value; an empty one would only be ignored.
    let field = |text: String| HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""));
    [
        (HeaderName::from_static("ratelimit-policy"), field(format!("\"{policy}\";q={quota};w={window}"))),
        (HeaderName::from_static("ratelimit"), field(format!("\"{policy}\";r={remaining};t={reset}"))),
    ]
}

/// The fields of a refusal: its budget, and how many seconds to wait (RFC 9110 §10.2.3).
pub fn limited_fields(limited: &Limited) -> [(HeaderName, HeaderValue); 3] {
    let [policy, left] = budget_fields(&limited.budget);
    [policy, left, (header::RETRY_AFTER, HeaderValue::from(limited.budget.reset))]
}
