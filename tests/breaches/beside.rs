//! The service assembled in this process on a demonstration's folder, with a clock that a test moves.

use std::path::Path;
use std::sync::Arc;

use earayis::auth::Actor;
use earayis::certificate::{Number, Recipient};
use earayis::clock::{Clock, Instant};
use earayis::config::Settings;
use earayis::examination::{Examiner, Limits};
use earayis::issuance::{IssueRequest, Issued};
use earayis::random::Random;
use earayis::registry::Question;
use earayis::revocation::Change;
use earayis::server::{Service, assemble};
use earayis::verification::{FileInHand, Presented, Verification};

use crate::service::PROGRAM;

/// A service without a server.
pub(crate) struct Beside {
    service: Service,
    pub(crate) clock: Clock,
}

impl Beside {
    /// On the data in `dir`, at the present; its examiner is the program and not this test.
    pub(crate) async fn at(dir: &Path) -> Self {
        let settings = Settings::read(&dir.join("earayis.toml")).unwrap();
        let (clock, random) = (Clock::manual(Clock::System.now()), Random::system());
        let mut service = assemble(&settings, None, clock.clone(), random).await.unwrap();
        let mut verifier = Arc::into_inner(service.app.verifier).unwrap();
        verifier.examiner = Examiner::new(PROGRAM.into(), Limits { at_once: 4, ..Limits::default() });
        service.app.verifier = Arc::new(verifier);
        Self { service, clock }
    }

    pub(crate) async fn verify(&self, presented: Presented) -> Verification {
        self.service.app.verifier.verify(presented, None).await
    }

    /// Takes a file in hand: its record was read, and nothing said yet.
    pub(crate) async fn take_in_hand(&self, bytes: &[u8]) -> FileInHand {
        self.service.app.verifier.take_in_hand(bytes.to_vec()).await
    }

    pub(crate) async fn verify_in_hand(&self, file: FileInHand) -> Verification {
        self.service.app.verifier.verify_file(file, None).await
    }

    /// Issues to the first citizen; the leaf gets its place at once.
    pub(crate) async fn issue(&self, kind: &str) -> (Issued, Vec<u8>) {
        let issued = self.issue_unplaced(kind).await;
        self.place_leaves().await;
        issued
    }

    /// Issues to the first citizen; the leaf waits for its place.
    pub(crate) async fn issue_unplaced(&self, kind: &str) -> (Issued, Vec<u8>) {
        let subject = Question { fin: "7DEM001".parse().unwrap(), birth_date: None, name: None };
        let kind = kind.parse().unwrap();
        let request = IssueRequest { kind, subject, purpose: None, recipient: Recipient::WhereRequired };
        let issuance = &self.service.app.issuance;
        let issued = issuance.issue(request, Actor::Operator, None).await.unwrap();
        let (_, bytes) = issuance.released(issued.id, &Actor::Operator).await.unwrap().unwrap();
        (issued, bytes)
    }

    /// Does a turn of the sequencer.
    pub(crate) async fn place_leaves(&self) {
        self.service.sequencer.turn().await.unwrap();
    }

    pub(crate) async fn change(&self, number: Number, change: Change) {
        self.service.app.revocation.change(number, change, Actor::Operator).await.unwrap();
        self.place_leaves().await;
    }

    /// Erases a certificate's content.
    pub(crate) async fn erase(&self, issued: &Issued) {
        self.service.erasure.erase(issued.number, &Actor::Operator).await.unwrap();
    }

    /// How often the holder would read that somebody was told her facts.
    pub(crate) async fn looks(&self, issued: &Issued) -> usize {
        self.service.storage.looks_of(issued.id).await.unwrap().len()
    }

    pub(crate) fn set(&self, at: Instant) {
        self.clock.set(at);
    }

    /// Closes its connections.
    pub(crate) async fn close(self) {
        self.service.storage.close().await;
    }
}
