//! What the sandbox gives to present: its certificates as they are, and forgeries made of them.

use data_encoding::BASE32_NOPAD;

use super::{Failure, printed};
use crate::app::{Expected, Sample, SampleFile, Sandbox};
use crate::catalogue::Translated;
use crate::certificate::{Code, Number, Status};
use crate::pdf::Contents;
use crate::server::Service;
use crate::storage::{CertificateRecord, StoredContent};
use crate::verification::Verdict;

/// A certificate of the sandbox with everything that can be presented of it.
struct Held {
    name: &'static str,
    status: Status,
    number: Number,
    code: Code,
    qr: Option<String>,
    bytes: Vec<u8>,
}

/// The sandbox over the certificates that were found, each by the name of its sample.
pub(super) async fn of(service: &Service, found: Vec<(&'static str, CertificateRecord)>) -> Result<Sandbox, Failure> {
    let mut certificates = Vec::new();
    for (name, record) in found {
        let successor = record.superseded_by;
        certificates.extend(held(service, name, record).await?);
        if let Some(id) = successor
            && let Some(record) = service.storage.certificate_by_id(id).await?
            && record.status_at(service.app.clock.now()) == Status::Valid
        {
            certificates.extend(held(service, "successor", record).await?);
        }
    }
    let forged = forgeries(&certificates);
    let genuine = certificates.into_iter().map(Held::sample);
    Ok(Sandbox::new(genuine.chain(forged).chain(nobodys()).collect()))
}

/// None for a certificate whose content was erased.
async fn held(service: &Service, name: &'static str, record: CertificateRecord) -> Result<Option<Held>, Failure> {
    let Some(content) = service.storage.facts(record.id).await? else { return Ok(None) };
    let Some(bytes) = service.storage.released_bytes(record.id).await? else { return Ok(None) };
    let code = StoredContent::parse(&content)?.code.parse()?;
    let read = move || (Contents::of(&bytes).map(|contents| contents.qr_payload), bytes);
    let (qr, bytes) = tokio::task::spawn_blocking(read).await?;
    let status = record.status_at(service.app.clock.now());
    Ok(Some(Held { name, status, number: record.number, code, qr, bytes }))
}

impl Held {
    fn sample(self) -> Sample {
        Sample {
            number: Some(self.number),
            code: Some(self.code.printed()),
            qr: self.qr,
            file: Some(file(self.name, self.bytes)),
            ..sample(self.name, Expected::Verdict(self.status.into()))
        }
    }
}

/// What people make of a genuine certificate.
fn forgeries(certificates: &[Held]) -> Vec<Sample> {
    let named = |name: &str| certificates.iter().find(|held| held.name == name);
    let (Some(one), other) = (named("valid"), named("named-recipient")) else { return Vec::new() };
    let altered = Expected::Verdict(Verdict::Altered);
    let by_file = |name, bytes| Sample { file: Some(file(name, bytes)), ..sample(name, altered) };
    let by_qr = |name, expected, qr| Sample { qr: Some(qr), ..sample(name, expected) };

    let mut forged = vec![by_file("altered", with_one_byte_changed(&one.bytes))];
    forged.extend(printed::printed_anew(&one.bytes).map(|bytes| by_file("printed-anew", bytes)));
    if let Some(qr) = &one.qr {
        let other = other.and_then(|other| other.qr.as_deref());
        forged.extend(other.and_then(|other| mixed(qr, other)).map(|qr| by_qr("mixed-qr", altered, qr)));
        forged.extend(doctored(qr).map(|qr| by_qr("doctored-qr", altered, qr)));
        forged.extend(elsewhere(qr).map(|qr| by_qr("foreign-qr", Expected::Verdict(Verdict::Unknown), qr)));
    }
    forged.push(Sample { code: Some(mistyped(&one.code)), ..sample("mistyped", Expected::Problem("mistyped-code")) });
    forged
}

/// What was never ours.
fn nobodys() -> [Sample; 2] {
    let unknown = Sample {
        number: Some(Number::from_random(2020, *b"never")),
        code: Some(Code::from_random(*b"no such one is ").printed()),
        ..sample("unknown", Expected::Verdict(Verdict::Unknown))
    };
    let unreadable = Sample {
        qr: Some("https://menu.example/today".to_owned()),
        file: Some(file("unreadable", b"This text bears the name of a PDF file and is none.\n".to_vec())),
        ..sample("unreadable", Expected::Verdict(Verdict::Unreadable))
    };
    [unknown, unreadable]
}

fn sample(name: &'static str, expected: Expected) -> Sample {
    Sample { name, shows: shows(name), expected, number: None, code: None, qr: None, file: None }
}

fn file(name: &str, bytes: Vec<u8>) -> SampleFile {
    SampleFile { name: format!("{name}.pdf"), bytes: bytes.into() }
}

/// A bit near the end, where the seal is: no viewer shows a difference.
fn with_one_byte_changed(pdf: &[u8]) -> Vec<u8> {
    let mut bytes = pdf.to_vec();
    if let Some(byte) = bytes.iter_mut().rev().nth(200) {
        *byte ^= 1;
    }
    bytes
}

/// The code of one certificate with the signed token of another.
fn mixed(one: &str, other: &str) -> Option<String> {
    let (address_and_code, _) = one.rsplit_once('.')?;
    let (_, token) = other.rsplit_once('.')?;
    Some(format!("{address_and_code}.{token}"))
}

/// The same QR with ten years more in the job, by changing the date in the signed token.
fn doctored(qr: &str) -> Option<String> {
    let (front, token) = qr.rsplit_once('.')?;
    let mut token = BASE32_NOPAD.decode(token.as_bytes()).ok()?;
    let (told, wished) = (b"2019-04-01", b"2009-04-01");
    let place = token.windows(told.len()).position(|bytes| bytes == told)?;
    token.splice(place..place + told.len(), wished.iter().copied());
    Some(format!("{front}.{}", BASE32_NOPAD.encode(&token)))
}

/// The same QR on a host that is not ours.
fn elsewhere(qr: &str) -> Option<String> {
    let (_, secret) = qr.split_once('#')?;
    Some(format!("HTTPS://ARAYIS-YOXLA.EXAMPLE/V#{secret}"))
}

/// The last symbol mistaken: the check symbol says so before anything is looked up.
fn mistyped(code: &Code) -> String {
    let mut text = code.printed();
    let last = if text.pop() == Some('7') { '8' } else { '7' };
    text.push(last);
    text
}

/// What each sample shows, in the order az, en, ru.
fn shows(name: &str) -> Translated {
    let [az, en, ru] = match name {
        "valid" => ["Verilib və qüvvədədir.", "Issued and in force.", "Выдана и действует."],
        "named-recipient" => [
            "Qüvvədədir, lakin başqa banka təqdim edilmək üçün verilib: təqdim edilən yer arayışın özündə yazılıb.",
            "In force, and made out to one particular bank: the certificate itself says for whom it is.",
            "Действует, но выдана для предъявления в конкретный банк: получатель указан в самой справке.",
        ],
        "suspended" => [
            "Sui-istifadə ehtimalı araşdırıldığı üçün qüvvəsi müvəqqəti dayandırılıb.",
            "Out of force for now, while suspected misuse is examined.",
            "Действие временно приостановлено: проверяется возможное злоупотребление.",
        ],
        "revoked" => [
            "Məlumatda səhv olduğu üçün ləğv edilib.",
            "Withdrawn for good, because a fact in it was wrong.",
            "Аннулирована: в сведениях была ошибка.",
        ],
        "superseded" => [
            "Yenisi ilə əvəz edilib; cavabda yenisinin nömrəsi göstərilir.",
            "Replaced; the answer names the number of the new one.",
            "Заменена; в ответе указан номер новой справки.",
        ],
        "successor" => [
            "Əvəz edilmiş arayışın yenisi: qüvvədədir.",
            "The one that replaced it: in force.",
            "Справка, выданная взамен: действует.",
        ],
        "expired" => [
            "On gün etibarlı idi, müddəti bitib.",
            "It held for ten days, and they are over.",
            "Действовала десять дней, срок истёк.",
        ],
        "altered" => [
            "“valid” faylının bir baytı dəyişdirilib; gözlə fərq görünmür.",
            "The file of “valid” with one byte changed; no eye sees a difference.",
            "Файл «valid» с одним изменённым байтом; на глаз разницы нет.",
        ],
        "printed-anew" => [
            "“valid” faylı proqramdan yenidən PDF kimi çap edilib: görünüşü eynidir, möhürü yoxdur.",
            "The file of “valid” printed to PDF by a viewer: it looks the same and has no seal.",
            "Файл «valid», заново напечатанный в PDF: выглядит так же, но печати нет.",
        ],
        "mixed-qr" => [
            "Bir arayışın kodu, başqa arayışın imzalı hissəsi.",
            "The code of one certificate with the signed part of another.",
            "Код одной справки с подписанной частью другой.",
        ],
        "doctored-qr" => [
            "QR-ın imzalı hissəsində işə başlama ili dəyişdirilib: imza uyğun gəlmir.",
            "A QR whose signed part was given another year: the signature does not fit.",
            "В подписанной части QR изменён год: подпись не сходится.",
        ],
        "foreign-qr" => [
            "Oxşar, lakin bizim olmayan ünvana aparan QR.",
            "A QR that leads to an address like ours, which is not ours.",
            "QR, ведущий на похожий, но чужой адрес.",
        ],
        "mistyped" => [
            "Kodun son simvolu səhv yazılıb: bu, yoxlama sayılmır.",
            "A code with its last symbol mistyped: this is no verification yet.",
            "Код с ошибкой в последнем символе: проверка не выполняется.",
        ],
        "unknown" => [
            "Düzgün qurulmuş, lakin heç vaxt verilməmiş nömrə və kod.",
            "A well-formed number and a well-formed code that were never issued.",
            "Правильно составленные номер и код, которые никогда не выдавались.",
        ],
        "unreadable" => [
            "PDF olmayan fayl və arayışa aid olmayan QR.",
            "A file that is no PDF, and a QR that is of no certificate.",
            "Файл, который не является PDF, и QR, не относящийся к справке.",
        ],
        _ => [name; 3],
    };
    Translated { az: az.to_owned(), en: en.to_owned(), ru: ru.to_owned() }
}
