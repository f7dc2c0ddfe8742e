//! The certificate's tests over every kind and citizen: facts, schema, presentation and QR say the same.

use serde_json::{Value as Json, json};

use super::fit::tests::{catalogue, citizens, kind, outcome};
use super::*;
use crate::catalogue::Language;
use crate::catalogue::qr_room::{self, TOKEN_BYTES};
use presentation::{Part, PartBody};

fn issued_at() -> Instant {
    Instant::parse_rfc3339("2026-11-24T05:41:00.250Z").unwrap()
}

fn certificate(kind: &Arc<Kind>, citizen: &Json) -> Option<Certificate> {
    let content = outcome(kind, citizen).ok()?;
    Some(Certificate {
        id: Uuid::from_u128(7),
        number: Number::from_random(2026, [1, 2, 3, 4, 5]),
        code: Code::from_random([9; 15]),
        kind: Arc::clone(kind),
        issued_at: issued_at(),
        valid_until: form::valid_until(kind, &content, issued_at()),
        as_of: issued_at(),
        registry_reference: "demo-1".to_owned(),
        holder: Holder::from_json(citizen).unwrap(),
        purpose: kind.purposes[0].code.clone(),
        recipient: Recipient::WhereRequired,
        content,
        demonstration: true,
    })
}

/// Every certificate that the demonstration can issue.
fn certificates() -> Vec<Certificate> {
    let citizens = citizens();
    let of_kind = |kind: &Arc<Kind>| citizens.iter().filter_map(|who| certificate(kind, who)).collect::<Vec<_>>();
    catalogue().kinds().iter().flat_map(of_kind).collect()
}

fn of(fin: &str, code: &str) -> Certificate {
    certificate(&kind(code), citizens().iter().find(|citizen| citizen["fin"] == fin).unwrap()).unwrap()
}

/// As much of JSON Schema as our schemas use, formats and patterns aside: those are checked from outside.
fn fits(schema: &Json, value: &Json) -> bool {
    let holds = |(keyword, rule): (&String, &Json)| match keyword.as_str() {
        "type" => match rule.as_str().unwrap() {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "integer" => value.is_i64() || value.is_u64(),
            other => panic!("unknown type {other}"),
        },
        "const" => value == rule,
        "enum" => rule.as_array().unwrap().contains(value),
        "anyOf" => rule.as_array().unwrap().iter().any(|schema| fits(schema, value)),
        "items" => value.as_array().unwrap().iter().all(|item| fits(rule, item)),
        "maxItems" => value.as_array().unwrap().len() as u64 <= rule.as_u64().unwrap(),
        "minLength" => value.as_str().unwrap().chars().count() as u64 >= rule.as_u64().unwrap(),
        "maxLength" => value.as_str().unwrap().chars().count() as u64 <= rule.as_u64().unwrap(),
        "required" => rule.as_array().unwrap().iter().all(|key| value.get(key.as_str().unwrap()).is_some()),
        "properties" => {
            let known = rule.as_object().unwrap();
            value
                .as_object()
                .unwrap()
                .iter()
                .all(|(key, value)| known.get(key).is_some_and(|schema| fits(schema, value)))
        }
        "additionalProperties" => *rule == json!(false),
        "title" | "description" | "format" | "pattern" | "$schema" => true,
        other => panic!("unknown keyword {other}"),
    };
    // The type is looked at first, so that the other rules may rely on it.
    let object = schema.as_object().unwrap();
    let (first, rest): (Vec<_>, Vec<_>) = object.iter().partition(|(keyword, _)| keyword.as_str() == "type");
    first.into_iter().all(holds) && rest.into_iter().all(holds)
}

#[test]
fn every_certificate_fits_its_schema_and_its_content_is_read_back() {
    let certificates = certificates();
    assert!(certificates.len() > 300, "{}", certificates.len());
    for certificate in &certificates {
        let facts = certificate.facts();
        let kind = &certificate.kind;
        assert!(fits(&schema::schema(kind), &facts), "{}", kind.code);
        assert_eq!(Content::from_facts(kind, &facts).as_ref(), Ok(&certificate.content), "{}", kind.code);
    }
}

#[test]
fn facts_that_were_changed_do_not_fit_the_schema() {
    let certificate = of("7DEM001", "is-yeri");
    let schema = schema::schema(&certificate.kind);
    let facts = certificate.facts();
    for (pointer, value) in [
        ("/total", json!("14160.24")),
        ("/total", json!({ "amount": "1.00", "currency": "EUR" })),
        ("/jobs/0/type", json!("boss")),
        ("/jobs/0/start", json!({ "absent": "not_provided" })),
        ("/wages/3/gross", json!({ "absent": "because" })),
        ("/kind", json!("diplom")),
        ("/jobs", json!({ "absent": "indefinite" })),
        ("/demonstration", json!(false)),
    ] {
        let mut changed = facts.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        assert!(!fits(&schema, &changed), "{pointer}");
    }
    let mut more = facts.clone();
    more["rumour"] = json!("x");
    let mut less = facts;
    less.as_object_mut().unwrap().remove("average");
    assert!(!fits(&schema, &more) && !fits(&schema, &less));
}

#[test]
fn facts_are_flat_and_say_what_every_certificate_says() {
    let mut certificate = of("7DEM001", "yasayis-yeri");
    certificate.recipient =
        Recipient::Named { name: "“Nümunə Bank” ASC".to_owned(), voen: Some("9900000141".parse().unwrap()) };
    let facts = certificate.facts();
    let names: Vec<&str> = facts.as_object().unwrap().keys().map(String::as_str).take(16).collect();
    assert_eq!(names, crate::catalogue::RESERVED[..16]);
    assert_eq!(facts["issued_at"], "2026-11-24T05:41:00.25Z");
    assert_eq!(facts["valid_until"], "2026-12-24T20:00:00Z");
    assert_eq!(facts["issuer"]["name"], "Nümunə Əhali Qeydiyyatı Xidməti");
    assert_eq!(facts["recipient"], json!({ "name": "“Nümunə Bank” ASC", "voen": "9900000141" }));
    assert_eq!(facts["until"], json!({ "absent": "indefinite" }));
    assert!(fits(&schema::schema(&certificate.kind), &facts));

    let without = of("7DEM008", "diplom").facts();
    assert!(without.get("patronymic").is_none() && without.get("valid_until").is_none());
    assert!(without.get("recipient").is_none());
}

#[test]
fn a_certificate_never_holds_past_the_term_of_what_it_states() {
    let day = |fin: &str| of(fin, "elillik").valid_until.unwrap().plus_millis(-1).baku_date().to_string();
    assert_eq!(day("7DEM021"), "2027-02-22");
    assert_eq!(day("7DEM024"), "2026-06-30");
    let kind = kind("elillik");
    let mut citizen = citizens()[0].clone();
    citizen["answers"]["disability"]["until"] = json!("2026-12-01");
    let end = certificate(&kind, &citizen).unwrap().valid_until.unwrap();
    assert_eq!(end.to_string(), "2026-12-01T20:00:00Z");
    assert_eq!(of("7DEM001", "diplom").valid_until, None);
}

#[test]
fn every_page_lists_what_its_content_states_in_each_language() {
    for certificate in certificates() {
        for language in Language::ALL {
            let parts = presentation::present(&certificate.kind, &certificate.content, language);
            assert!(!parts.is_empty());
            for part in &parts {
                assert!(is_whole(part), "{} {:?}", certificate.kind.code, part.title);
            }
        }
    }
}

fn is_whole(part: &Part) -> bool {
    match &part.body {
        PartBody::Statement(_) => true,
        PartBody::Grid(rows) => !rows.is_empty() && rows.iter().all(|row| !row.value.is_empty()),
        PartBody::Records(records) => records.iter().flatten().all(|row| !row.value.is_empty()),
        PartBody::Table(table) => table.rows.iter().all(|row| row.len() == table.head.len()),
    }
}

#[test]
fn the_wages_are_set_as_a_table_with_its_totals() {
    let certificate = of("7DEM001", "is-yeri");
    let parts = presentation::present(&certificate.kind, &certificate.content, Language::Az);
    let [Part { body: PartBody::Records(jobs), .. }, Part { body: PartBody::Table(wages), .. }] = &parts[..] else {
        panic!("{parts:?}");
    };
    assert_eq!(jobs[0][0].value, "“Nümunə Toxuculuq” MMC");
    assert_eq!((jobs[0][6].value.as_str(), jobs[0][6].absent), ("davam edir", true));
    let right: Vec<bool> = wages.head.iter().map(|head| head.right_aligned).collect();
    assert_eq!(right, [false, false, false, true]);
    assert_eq!((wages.head[3].label.az.as_str(), wages.head[3].label.en.as_str()), ("Məbləğ, ₼", "Gross, AZN"));
    assert_eq!(wages.rows[0], ["11.2025", "9900000141", "hesabat verilib", "1\u{a0}180,00"]);
    assert_eq!(wages.rows[3][3], "məlumat verilməyib");
    assert_eq!(wages.totals[0].value, "14\u{a0}160,24\u{a0}₼");
    assert!(!format!("{parts:?}").contains("Toxuculuq"));
    assert_eq!(wages.totals[1].value, "1\u{a0}287,29\u{a0}₼");
}

#[test]
fn a_statement_stands_where_the_hidden_facts_would() {
    let certificate = of("7DEM012", "is-yeri");
    let parts = presentation::present(&certificate.kind, &certificate.content, Language::En);
    assert_eq!(parts.len(), 1);
    assert!(matches!(&parts[0].body, PartBody::Statement(words) if words.en.contains("no employment contract")));

    let certificate = of("7DEM019", "emek-pensiyasi");
    let parts = presentation::present(&certificate.kind, &certificate.content, Language::Ru);
    assert!(matches!(&parts[0].body, PartBody::Grid(rows) if rows.len() == 1 && rows[0].value == "не получает"));
    assert!(matches!(&parts[1].body, PartBody::Statement(_)));
}

#[test]
fn the_qr_carries_the_name_and_the_facts_of_its_kind() {
    let facts = of("7DEM001", "is-yeri").qr_facts();
    let text = |text: &str| QrValue::Text(text.to_owned());
    let expected = [
        ("name", text("Əliyeva Günəş Çingiz qızı")),
        ("employer", text("9900000141")),
        ("start", text("2019-09-02")),
        ("average", QrValue::Integer(128_729)),
        ("reported_through", text("2026-10")),
    ];
    assert_eq!(facts, expected.map(|(code, value)| (code.to_owned(), value)));

    let absent = of("7DEM021", "elillik").qr_facts();
    assert!(absent.iter().all(|(code, _)| code != "until"));
    let allowance = of("7DEM001", "sosial-muavinet").qr_facts();
    assert!(allowance.contains(&("as_of".to_owned(), text("2026-11-24T05:41:00Z"))));
}

#[test]
fn no_qr_grows_too_dense_and_none_carries_a_fin() {
    let mut shortened = 0;
    for certificate in certificates() {
        let facts = certificate.qr_facts();
        let bytes: usize = facts
            .iter()
            .map(|(code, value)| {
                let value = if let QrValue::Text(text) = value { qr_room::text_item(text.len()) } else { 9 };
                qr_room::text_item(code.len()) + value
            })
            .sum();
        assert!(qr_room::envelope(&certificate.kind) + bytes <= TOKEN_BYTES + 8, "{}", certificate.kind.code);
        for (_, value) in &facts {
            if let QrValue::Text(text) = value {
                assert!(!text.contains(certificate.holder.fin.as_str()));
                shortened += usize::from(text.ends_with('…'));
            }
        }
    }
    assert!(shortened > 10, "the longest names and texts were to be shortened");
}
