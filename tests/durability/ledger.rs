//! The ledger: every certificate that any client was told of, held against the service after each of its deaths.

use std::collections::BTreeSet;

use reqwest::StatusCode;
use serde_json::Value;
use tokio::task::JoinSet;

use crate::chance::Chance;
use crate::clients::{Acknowledged, Answer, Issuing, Request, Told};
use crate::service::TestService;

#[derive(Default)]
pub(crate) struct Ledger {
    /// In the order in which they were written down.
    pub(crate) acknowledged: Vec<Acknowledged>,
}

/// How many older certificates are looked at again after each kill, besides all new ones. At the end all are.
const OLDER: usize = 12;

impl Ledger {
    /// Writes down what the clients were told, and asks again for everything they had no answer to: each request then
    /// has its one certificate, whether it was made before the kill or only now.
    pub(crate) async fn write_down(&mut self, service: &TestService, told: Told) {
        self.acknowledged.extend(told.acknowledged);
        let issuing = Issuing::at(service);
        for request in told.unanswered {
            self.settle(&issuing, request).await;
        }
    }

    /// Asks again for a certificate of which no answer came, and says whether it existed already.
    pub(crate) async fn settle(&mut self, issuing: &Issuing, request: Request) -> bool {
        match issuing.issue(&request).await {
            Answer::Told(status @ (StatusCode::CREATED | StatusCode::OK), body) => {
                self.acknowledged.push(Acknowledged::read(request, &body));
                status == StatusCode::OK
            }
            Answer::Told(status, body) => panic!("{request:?} sent again was answered {status}: {body}"),
            Answer::Nothing => panic!("{request:?} sent again was not answered"),
        }
    }

    /// Holds the certificates from `new` on, and some of the older ones, against the service.
    pub(crate) async fn hold_new(&self, service: &TestService, new: usize, chance: &mut Chance) {
        let older = (0..OLDER.min(new)).map(|_| &self.acknowledged[chance.below(new)]).collect::<Vec<_>>();
        hold_each(service, self.acknowledged[new..].iter().chain(older)).await;
    }

    /// Holds every certificate against the service.
    pub(crate) async fn hold_all(&self, service: &TestService) {
        hold_each(service, self.acknowledged.iter()).await;
        let ids = self.acknowledged.iter().map(|certificate| &certificate.id).collect::<BTreeSet<_>>();
        let numbers = self.acknowledged.iter().map(|certificate| &certificate.number).collect::<BTreeSet<_>>();
        let codes = self.acknowledged.iter().map(|certificate| &certificate.code).collect::<BTreeSet<_>>();
        for values in [ids, numbers, codes] {
            assert_eq!(values.len(), self.acknowledged.len(), "two requests were told of one certificate");
        }
    }
}

/// How many certificates are held against a service at once.
const AT_ONCE: usize = 16;

async fn hold_each<'a>(service: &TestService, certificates: impl Iterator<Item = &'a Acknowledged>) {
    let (issuing, mut holding) = (Issuing::at(service), JoinSet::new());
    for certificate in certificates {
        if holding.len() == AT_ONCE {
            holding.join_next().await.unwrap().unwrap();
        }
        holding.spawn(hold(issuing.clone(), certificate.clone()));
    }
    while let Some(held) = holding.join_next().await {
        held.unwrap();
    }
}

/// By its code, by its file and by its key, a certificate is still what its holder was told.
async fn hold(issuing: Issuing, certificate: Acknowledged) {
    let Acknowledged { request, id, number, code, facts } = &certificate;
    let by_code = issuing.verify("code", code).await;
    assert_valid(&by_code, &certificate);
    assert_eq!(&by_code["certificate"]["facts"], facts, "{number}");

    let by_file = issuing.verify_file(issuing.pdf(id).await).await;
    assert_valid(&by_file, &certificate);
    assert_eq!(by_file["basis"], "file");
    assert_eq!(&by_file["certificate"]["facts"], facts, "{number}");

    match issuing.issue(request).await {
        Answer::Told(StatusCode::OK, body) => {
            let again = Acknowledged::read(request.clone(), &body);
            assert_eq!((&again.id, &again.number, &again.code, &again.facts), (id, number, code, facts));
        }
        Answer::Told(status, body) => panic!("{request:?} repeated was answered {status}: {body}"),
        Answer::Nothing => panic!("{request:?} repeated was not answered"),
    }
}

fn assert_valid(verification: &Value, certificate: &Acknowledged) {
    assert_eq!(verification["verdict"], "valid", "{}: {verification}", certificate.number);
    assert_eq!(verification["certificate"]["number"], *certificate.number);
    assert_eq!(verification["certificate"]["id"], *certificate.id);
}
