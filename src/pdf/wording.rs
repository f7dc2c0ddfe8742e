//! From a certificate to the words of its pages: the parts its kind lists, and what every certificate says.

use std::borrow::Cow;

use crate::catalogue::{Translated, print};
use crate::certificate::presentation::{self, PartBody, Row};
use crate::certificate::{Certificate, Recipient};
use crate::clock::Instant;

use super::page::{Body, Caption, Column, Entry, Page, Part, Table, Text, Total};

/// What a demonstration's certificate says across its head.
const DEMONSTRATION: &str = "SINAQ – HÜQUQİ QÜVVƏSİ YOXDUR";

impl<'a> Page<'a> {
    /// The words of a certificate whose kind lists these parts, as it is printed for `host`.
    pub(super) fn of(certificate: &'a Certificate, parts: &'a [presentation::Part], host: &'a str) -> Self {
        let kind = &*certificate.kind;
        let mut parts: Vec<Part<'a>> = parts.iter().map(part).collect();
        parts.push(Part { title: None, body: Body::Grids(vec![common(certificate)]) });
        let holder = &certificate.holder;
        Self {
            kind_title: &kind.title.az,
            banner: certificate.demonstration.then_some(DEMONSTRATION),
            issuer: caption("issuer", &kind.issuer.name),
            word: Text::new("title_word", &kind.title_word.az),
            subject: caption("subject", &kind.subject),
            particulars: particulars(certificate),
            holder: Text::new("holder name", holder.full_name()),
            holder_entries: vec![
                entry("fin", "FİN", "Personal number", holder.fin.as_str()),
                entry("birth_date", "Doğum tarixi", "Date of birth", print::date(holder.birth_date)),
            ],
            parts,
            number: certificate.number.to_string(),
            code: certificate.code.printed(),
            host,
        }
    }
}

fn particulars(certificate: &Certificate) -> Vec<Entry<'_>> {
    // The end is exclusive; what people read is the last day.
    let last_day = |end: Instant| print::date(end.plus_millis(-1).baku_date());
    let valid = certificate.valid_until.map_or_else(|| "müddətsiz".to_owned(), last_day);
    vec![
        entry("number", "Nömrə", "Number", certificate.number.to_string()),
        entry("issued_at", "Verilib", "Issued", print::date(certificate.issued_at.baku_date())),
        entry("valid_until", "Etibarlıdır", "Valid through", valid),
        entry("as_of", "Məlumatın tarixi", "Facts as of", moment(certificate.as_of)),
    ]
}

/// `24.11.2026, 09:41` in Baku.
fn moment(instant: Instant) -> String {
    let local = instant.in_baku();
    format!("{}, {:02}:{:02}", print::date(local.date()), local.hour(), local.minute())
}

/// What every certificate states after its own facts.
fn common(certificate: &Certificate) -> Vec<Entry<'_>> {
    let kind = &*certificate.kind;
    let purpose = kind.purpose(&certificate.purpose).map_or(certificate.purpose.as_str(), |words| &words.az);
    let recipient: Cow<'_, str> = match &certificate.recipient {
        Recipient::WhereRequired => "Tələb olunan yerə təqdim edilmək üçün".into(),
        Recipient::Named { name, voen: None } => name.into(),
        Recipient::Named { name, voen: Some(voen) } => format!("{name}, VÖEN {voen}").into(),
    };
    let mut entries = vec![
        entry("purpose", "Məqsəd", "Purpose", purpose),
        entry("recipient", "Təqdim olunur", "Recipient", recipient),
        entry("registry_ref", "Reyestr istinadı", "Registry reference", &certificate.registry_reference),
    ];
    if let Some(basis) = &kind.legal_basis {
        entries.push(entry("legal_basis", "Hüquqi əsas", "Legal basis", &basis.az));
    }
    entries
}

fn part(part: &presentation::Part) -> Part<'_> {
    let body = match &part.body {
        PartBody::Statement(statement) => Body::Statement(caption("statement", statement)),
        PartBody::Grid(rows) => Body::Grids(vec![rows.iter().map(row).collect()]),
        PartBody::Records(records) => Body::Grids(records.iter().map(|rows| rows.iter().map(row).collect()).collect()),
        PartBody::Table(listed) => Body::Table(table(listed)),
    };
    Part { title: part.title.as_ref().map(|title| caption("section", title)), body }
}

fn row(row: &Row) -> Entry<'_> {
    let place = row.field.as_str();
    Entry { label: caption(place, &row.label), value: Text::new(place, &row.value) }
}

fn table(listed: &presentation::Table) -> Table<'_> {
    let columns = listed
        .head
        .iter()
        .map(|head| Column { label: caption(&head.label.az, &head.label), flush_right: head.right_aligned });
    let rows = listed
        .rows
        .iter()
        .map(|cells| cells.iter().zip(&listed.head).map(|(cell, head)| Text::new(&head.label.az, cell)).collect());
    Table { columns: columns.collect(), rows: rows.collect(), totals: listed.totals.iter().map(total).collect() }
}

/// A total stands under a column of amounts, whose digits it must meet: its currency moves to its label.
fn total(total: &Row) -> Total<'_> {
    let place = total.field.as_str();
    match total.value.strip_suffix("\u{a0}₼") {
        None => Total { entry: row(total), is_amount: false },
        Some(amount) => {
            let label = Caption::new(place, format!("{}, ₼", total.label.az), format!("{}, AZN", total.label.en));
            Total { entry: Entry { label, value: Text::new(place, amount) }, is_amount: true }
        }
    }
}

fn caption<'a>(place: &'a str, label: &'a Translated) -> Caption<'a> {
    Caption::new(place, &label.az, &label.en)
}

fn entry<'a>(place: &'a str, az: &'a str, en: &'a str, value: impl Into<Cow<'a, str>>) -> Entry<'a> {
    Entry { label: Caption::new(place, az, en), value: Text::new(place, value) }
}
