//! A look-up of somebody from outside: let in by the door, verified, and settled with the side that asked.

use axum::http::{HeaderName, HeaderValue, header};
use tokio::time::timeout;

use super::App;
use crate::door::{Ask, Budget, Found, Limited, Network, Pass, Side};
use crate::verification::{Basis, FileInHand, Presented, Verdict, Verification};

impl App {
    /// Lets a look-up in, or says how long to wait. A file is let in by [`App::let_in_file`], before it is received.
    pub fn let_in(&self, side: Side<'_>, presented: &Presented) -> Result<Pass, Limited> {
        self.door.let_in(side, ask(presented))
    }

    /// Lets a file in, of which nothing was read yet.
    pub fn let_in_file(&self, side: Side<'_>) -> Result<Pass, Limited> {
        self.door.let_in(side, Ask::File)
    }

    /// Lets somebody begin to sign in: it costs what a look-up does.
    pub fn let_in_to_sign_in(&self, network: Network) -> Result<Pass, Limited> {
        self.door.let_in(Side { network, asker: None }, Ask::Digest)
    }

    /// Lets a look-up in when its turn has come: for whoever sent many at once and hears of each in time. It waits while
    /// less than a quarter of the organisation's budget is left: the quarter is its clerks'.
    pub async fn let_in_turn(&self, side: Side<'_>, presented: &Presented) -> Pass {
        loop {
            match self.door.let_in_of_many(side, ask(presented)) {
                Ok(pass) => return pass,
                Err(limited) => tokio::time::sleep(limited.wait).await,
            }
        }
    }

    /// Verifies what was let in, and answers beside it what the side may still ask.
    ///
    /// A file alone may be refused as late as this: when it would have to be examined, or numbers in its text looked up,
    /// and its side may ask for no more of that now.
    pub async fn verify(
        &self,
        side: Side<'_>,
        mut pass: Pass,
        presented: Presented,
    ) -> Result<(Verification, Budget), Limited> {
        let verification = match presented {
            Presented::File(bytes) => {
                let file = self.in_hand(side, bytes).await?;
                self.door.let_in_numbers(side, &mut pass, file.numbers())?;
                self.in_time(Basis::File, self.verifier.verify_file(file, side.asker)).await
            }
            presented => self.in_time(presented.basis(), self.verifier.verify(presented, side.asker)).await,
        };
        let found = match (&verification.certificate, verification.verdict) {
            (Some(certificate), _) => Found::Certificate(certificate.number),
            (None, Verdict::Indeterminate) => Found::Unknowable,
            (None, _) => Found::Nothing,
        };
        let budget = self.door.settle(side, pass, found);
        Ok((verification, budget))
    }

    /// A verification, or that nothing could be found out in time: were the request broken off instead, what hangs here
    /// would count as a guess that found nothing.
    async fn in_time(&self, basis: Basis, verification: impl Future<Output = Verification>) -> Verification {
        match timeout(self.patience, verification).await {
            Ok(verification) => verification,
            Err(_) => self.verifier.out_of_time(basis).await,
        }
    }

    /// A file, examined in its side's turn if nobody knows it.
    async fn in_hand(&self, side: Side<'_>, bytes: Vec<u8>) -> Result<FileInHand, Limited> {
        let file = self.verifier.take_in_hand(bytes).await;
        if !file.must_be_examined() {
            return Ok(file);
        }
        // Whoever is in debt hears it at once, and holds no room while she waits.
        self.door.may_be_examined(side)?;
        let _turn = self.turns.turn(side).await;
        // Asked again in its turn: what the side's last one cost is known by now.
        let examining = self.door.let_in_examination(side)?;
        let file = self.verifier.examine_file(file).await;
        if file.is_unreachable() {
            examining.forgive();
        }
        Ok(file)
    }
}

fn ask(presented: &Presented) -> Ask {
    match presented {
        Presented::Number(number) => Ask::Number(*number),
        Presented::Code(_) | Presented::Qr(_) => Ask::Code,
        Presented::Digest(_) => Ask::Digest,
        Presented::File(_) => Ask::File,
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
