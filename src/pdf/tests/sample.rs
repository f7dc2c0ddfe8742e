//! A fictional certificate with as many rows as a test wants.

use std::sync::Arc;

use crate::catalogue::kind::{Choice, Field, FieldSort, Issuer, Kind, Layout, Lifecycle, Origin, Section, Validity};
use crate::catalogue::{Absence, FieldCode, Money, Month, Translated, Value};
use crate::certificate::{Certificate, Code, Content, Fact, Holder, Number, Recipient};
use crate::clock::Instant;
use crate::pdf::Drawing;

pub(in crate::pdf) const PAYLOAD: &str = "HTTPS://ARAYIS.EXAMPLE/V#7KQ3M9XD2T4R8W0C.\
    2KCEJIQ3BIQQUWQAAEBAMBQHBAEQUCYMBUHA6EARCIJRIFIWC4MBSGQ3DQOR4HZAEERCGJFASMRULAYTAMB2GE5DCMBRHI2DMNZZHA4TCMRTGQ2TMNZY\
    HE2TKNJVGU2TKNJVGU2TKNJVGU2TKNJVGU2TKNJVGU2TKNJVGU2TKNJVGU2TKNJVGU2TKMZTGMZTGMZTGMZTGMZTGMZTGMZTGMZTGMZTGMZTGMZTGMZT\
    4ZTAMBQHBAEQUCYMBUHA6EARCIJRIFIWC4MBSGQ3DQOR4HZAEERCGJFASMRULAYTAMB2GE5DCMBRHI2DMNZZHA4TCMRTGQ2TMNZY";

pub(in crate::pdf) fn drawing() -> Drawing<'static> {
    Drawing { qr_payload: PAYLOAD, host: "arayis.example", attachment: b"{\"number\":\"2026\"}", reserve: 4096 }
}

/// A certificate of employment with `rows` monthly wages; with none the table is left out.
pub(in crate::pdf) fn certificate(rows: usize) -> Certificate {
    Certificate {
        id: "0190a0b0-c0d0-7e0f-8a0b-0c0d0e0f0a0b".parse().unwrap(),
        number: Number::from_random(2026, [0x3b, 0xae, 0x9d, 0x0f, 0x42]),
        code: Code::from_random([7; 15]),
        kind: Arc::new(kind()),
        issued_at: Instant::parse_rfc3339("2026-11-24T05:41:00Z").unwrap(),
        valid_until: Some(Instant::parse_rfc3339("2026-12-24T20:00:00Z").unwrap()),
        as_of: Instant::parse_rfc3339("2026-11-24T05:40:58Z").unwrap(),
        registry_reference: "DEMO-2026-000184".to_owned(),
        holder: Holder {
            fin: "7DEM001".parse().unwrap(),
            surname: "Əliyeva".to_owned(),
            given_name: "Günəş".to_owned(),
            patronymic: Some("Çingiz qızı".to_owned()),
            birth_date: "1987-03-14".parse().unwrap(),
        },
        purpose: "bank".to_owned(),
        recipient: Recipient::WhereRequired,
        content: content(rows),
        demonstration: true,
    }
}

fn content(rows: usize) -> Content {
    let job = vec![
        Value::Text("“Nümunə Toxuculuq” MMC".to_owned()),
        Value::Voen("9900000141".parse().unwrap()),
        Value::Text("Baş mühasib".to_owned()),
        Value::Choice("main".to_owned()),
        Value::Date("2019-09-02".parse().unwrap()),
        Value::Absent(Absence::Ongoing),
    ];
    let wages = (1..=rows).map(|row| {
        let amount = Value::Money(Money::from_qepik([118_000, 142_050, 123_456][row % 3]));
        let amount = if row % 12 == 4 { Value::Absent(Absence::NotProvided) } else { amount };
        let month = Month::parse(&format!("2026-{:02}", row % 12 + 1)).unwrap();
        vec![Value::Month(month), Value::Text(format!("“Nümunə Toxuculuq” MMC, row {row}.")), amount]
    });
    let facts = [
        ("jobs", Value::Table(vec![job])),
        ("wages", Value::Table(wages.collect())),
        ("total", Value::Money(Money::from_qepik(1_416_024))),
        ("average", Value::Money(Money::from_qepik(128_729))),
    ];
    let fact = |(code, value): (&str, Value)| Fact { field: code.parse().unwrap(), value };
    Content::new(facts.into_iter().map(fact).collect())
}

fn kind() -> Kind {
    let job = vec![
        field("employer", "İşəgötürən", "Employer", FieldSort::Text),
        field("voen", "VÖEN", "Taxpayer number", FieldSort::Voen),
        field("position", "Vəzifə", "Position", FieldSort::Text),
        field(
            "place",
            "İş yerinin növü",
            "Kind of employment",
            FieldSort::Choice(vec![choice("main", "Əsas iş yeri", "Main")]),
        ),
        field("start", "İşə başlayıb", "Employed since", FieldSort::Date),
        field("end", "İşdən çıxıb", "Employed until", FieldSort::Date),
    ];
    let wage = vec![
        field("month", "Ay", "Month", FieldSort::Month),
        field("wage_employer", "İşəgötürən", "Employer", FieldSort::Text),
        field("gross", "Hesablanıb", "Gross", FieldSort::Money),
    ];
    Kind {
        code: "is-yeri".parse().unwrap(),
        version: 1,
        effective: "2026-01-01".parse().unwrap(),
        title: words("İş yerinə dair arayış", "Certificate of employment and wages"),
        title_word: words("ARAYIŞ", "CERTIFICATE"),
        subject: words("İş yerinə və əmək haqqına dair", "Certificate of employment and wages"),
        issuer: Issuer {
            voen: "9900000141".parse().unwrap(),
            name: words("Nümunə Məşğulluq Agentliyi", "Specimen Employment Agency"),
        },
        legal_basis: None,
        validity: Validity { days: Some(30), never_past: None },
        retention_days: 365,
        lifecycle: Lifecycle::Instant,
        sources: vec!["contracts".parse().unwrap()],
        fields: vec![
            field("jobs", "İş yerləri", "Employment", FieldSort::Table(job)),
            field("wages", "Əmək haqqı", "Wages", FieldSort::Table(wage)),
            field("total", "Cəmi", "Total", FieldSort::Money),
            field("average", "Orta aylıq", "Monthly average", FieldSort::Money),
        ],
        variants: Vec::new(),
        condition: None,
        sections: vec![
            section("İş yeri", "Employment", Layout::Records, "jobs", &[]),
            section(
                "Hesablanmış əmək haqqı, son 12 ay",
                "Wages, last 12 reported months",
                Layout::Table,
                "wages",
                &["total", "average"],
            ),
        ],
        qr: Vec::new(),
        district: None,
        purposes: vec![choice("bank", "Banka təqdim etmək", "For a bank")],
    }
}

fn section(az: &str, en: &str, layout: Layout, table: &str, totals: &[&str]) -> Section {
    let codes = |names: &[&str]| -> Vec<FieldCode> { names.iter().map(|name| name.parse().unwrap()).collect() };
    Section { title: Some(words(az, en)), layout, fields: codes(&[table]), totals: codes(totals) }
}

fn field(code: &str, az: &str, en: &str, sort: FieldSort) -> Field {
    let origin = Origin::Answer { source: "contracts".parse().unwrap(), pointer: format!("/{code}") };
    Field { code: code.parse().unwrap(), label: words(az, en), sort, optional: false, origin }
}

fn choice(code: &str, az: &str, en: &str) -> Choice {
    Choice { code: code.to_owned(), label: words(az, en) }
}

fn words(az: &str, en: &str) -> Translated {
    Translated { az: az.to_owned(), en: en.to_owned(), ru: en.to_owned() }
}
