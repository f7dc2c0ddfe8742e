//! One certificate of employment, from the registry's answer to the sealed file, against one bare P-256 signature.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use earayis::catalogue::{Catalogue, Kind};
use earayis::certificate::{Answer, Certificate, Code, Content, Number, QrValue, Recipient, fit, form};
use earayis::clock::{Clock, Instant};
use earayis::keys::{self, InitOptions, KeyRing, SealingAlgorithm};
use earayis::pdf::{Drawing, Press, Released};
use earayis::qr::token::{self, StatusReference, Token, TokenValue};
use earayis::random::Random;
use earayis::registry::{Extract, FileSource, Question, Registry, RegistrySource};
use earayis::seal::Sealer;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use uuid::Uuid;

use crate::Failure;
use crate::measure::{line, median, micros, ratio};

const CITIZENS: &str = include_str!("../../templates/demonstration/citizens.json");
const PUBLIC_URL: &str = "https://arayis.example";

/// The first citizen, twelve months of wages on one page.
const HOLDER: &str = "7DEM001";

/// What an issuance has at hand before it begins to draw.
struct Desk {
    ring: KeyRing,
    press: Press,
    sealer: Sealer,
    kind: Arc<Kind>,
    extracts: Vec<Extract>,
    now: Instant,
    random: Random,
}

/// Prints the figures, and answers how long one certificate takes.
pub(crate) async fn run() -> Result<Duration, Failure> {
    let folder = tempfile::tempdir()?;
    let desk = Desk::set(folder.path()).await?;
    let content = desk.fit()?;
    let certificate = desk.certificate(&content)?;
    let attachment = serde_json::to_vec_pretty(&certificate.facts())?;
    let token = desk.token(&certificate)?;
    let payload = token::payload(PUBLIC_URL, &certificate.code, &token);
    let drawing = desk.drawing(&payload, &attachment);

    let key = bare_key(&desk.random)?;
    let sign = || key.sign(desk.random.ring(), &[7; 32]).map_err(|_| "ring does not sign".into());
    let signature = median(sign)?;
    let whole = median(|| desk.drawn_and_sealed(&certificate, &drawing))?;
    let issued = median(|| desk.answer_to_file())?;

    let released = desk.drawn_and_sealed(&certificate, &drawing)?;
    println!("\ndrawing: one is-yeri certificate, {} bytes of its own\n", released.own.len());
    line("one bare ECDSA P-256 signature (ring)", signature);
    line("drawn and sealed", whole);
    ratio("drawn and sealed / signature", micros(whole) / micros(signature), "target 60, aim 30");

    println!("\n  where the time goes:");
    let drawn = median(|| Ok(desk.press.draw(&certificate, &drawing)?))?;
    line("  drawing, with QR and attachment", drawn);
    line("  sealing and hashing", whole.saturating_sub(drawn));
    line("  beyond it: fitting the registry's answer", median(|| desk.fit())?);
    line("  beyond it: facts and certificate.json", median(|| Ok(serde_json::to_vec_pretty(&certificate.facts())?))?);
    line("  beyond it: the QR's token, with its signature", median(|| desk.token(&certificate))?);
    line("all of it, from the registry's answer", issued);
    Ok(whole)
}

fn bare_key(random: &Random) -> Result<EcdsaKeyPair, Failure> {
    let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, random.ring()).map_err(|_| "ring makes no key")?;
    EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), random.ring())
        .map_err(|_| "ring takes no key of its own".into())
}

impl Desk {
    async fn set(folder: &std::path::Path) -> Result<Self, Failure> {
        let (now, random) = (Clock::System.now(), Random::system());
        let options = InitOptions {
            now,
            issuer: "earayis SINAQ".to_owned(),
            log_origin: "bench.earayis.example/log".to_owned(),
            sealing: SealingAlgorithm::P256,
            development: true,
        };
        let ring = keys::init(&folder.join("keys"), &options, &random)?;
        let sealer = Sealer::from_ring(&ring, now, &random)?;
        let catalogue = Catalogue::built_in().map_err(|_| "the built-in kinds have mistakes")?;
        let kind = catalogue.in_force(&"is-yeri".parse()?, now.baku_date()).ok_or("no is-yeri")?;
        let file = Arc::new(FileSource::parse(CITIZENS)?);
        let sources = kind.sources.iter().map(|code| (code.clone(), RegistrySource::File(Arc::clone(&file))));
        let registry = Registry::new(sources.collect::<BTreeMap<_, _>>());
        let question = Question { fin: HOLDER.parse()?, birth_date: None, name: None };
        let mut extracts = Vec::new();
        for source in &kind.sources {
            extracts.push(registry.ask(source, &question, now).await?);
        }
        Ok(Self { ring, press: Press::new()?, sealer, kind: Arc::clone(kind), extracts, now, random })
    }

    fn fit(&self) -> Result<Content, Failure> {
        let answer = |extract: &Extract| (extract.source().clone(), extract.answer().clone());
        let answers = self.extracts.iter().map(answer).collect::<Vec<_>>();
        let answers = answers.iter().map(|(source, body)| Answer { source, body }).collect::<Vec<_>>();
        Ok(fit::fit(&self.kind, &answers, &|letter| self.press.draws(letter))?)
    }

    fn certificate(&self, content: &Content) -> Result<Certificate, Failure> {
        let first = self.extracts.first().ok_or("no extract")?;
        let purpose = self.kind.purposes.first().ok_or("no purpose")?.code.clone();
        Ok(Certificate {
            id: Uuid::from_bytes(self.random.bytes()?),
            number: Number::from_random(self.now.baku_date().year(), self.random.bytes()?),
            code: Code::from_random(self.random.bytes()?),
            kind: Arc::clone(&self.kind),
            issued_at: self.now,
            valid_until: form::valid_until(&self.kind, content, self.now),
            as_of: first.as_of(),
            registry_reference: self.extracts.iter().map(Extract::reference).collect::<Vec<_>>().join(", "),
            holder: first.holder().clone(),
            purpose,
            recipient: Recipient::WhereRequired,
            content: content.clone(),
            demonstration: true,
        })
    }

    fn token(&self, certificate: &Certificate) -> Result<Vec<u8>, Failure> {
        let fact = |(field, value)| match value {
            QrValue::Text(text) => (field, TokenValue::Text(text)),
            QrValue::Integer(number) => (field, TokenValue::Integer(number)),
        };
        let token = Token {
            issuer: PUBLIC_URL.to_owned(),
            expires: certificate.valid_until,
            not_before: certificate.issued_at,
            number: certificate.number.to_string(),
            status_list: StatusReference { index: 7, uri: format!("{PUBLIC_URL}/api/v1/status-lists/1") },
            kind: certificate.kind.code.to_string(),
            facts: certificate.qr_facts().into_iter().map(fact).collect(),
            demonstration: true,
        };
        Ok(token::sign(&token, self.ring.qr())?)
    }

    fn drawing<'a>(&self, qr_payload: &'a str, attachment: &'a [u8]) -> Drawing<'a> {
        Drawing { qr_payload, host: "arayis.example", attachment, reserve: self.sealer.reserve() }
    }

    fn drawn_and_sealed(&self, certificate: &Certificate, drawing: &Drawing<'_>) -> Result<Released, Failure> {
        let drawn = self.press.draw(certificate, drawing)?;
        Ok(self.sealer.seal(drawn, &self.extracts, self.now)?)
    }

    fn answer_to_file(&self) -> Result<Released, Failure> {
        let certificate = self.certificate(&self.fit()?)?;
        let payload = token::payload(PUBLIC_URL, &certificate.code, &self.token(&certificate)?);
        let attachment = serde_json::to_vec_pretty(&certificate.facts())?;
        self.drawn_and_sealed(&certificate, &self.drawing(&payload, &attachment))
    }
}
