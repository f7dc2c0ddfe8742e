//! The demonstration's citizens against every kind: each gets the outcome that its note promises.

use serde_json::{Value as Json, json};

use super::*;
use crate::catalogue::{Catalogue, KindCode, Money};
use crate::certificate::Holder;

const CITIZENS: &str = include_str!("../../../templates/demonstration/citizens.json");

/// What comes of asking for a kind, when it is not a certificate.
const OTHERWISE: &[(&str, &str, &str)] = &[
    ("7DEM013", "rabite-borcu-yoxdur", "condition"),
    ("7DEM015", "is-yeri", "undrawable jobs.employer"),
    ("7DEM015", "ferdi-melumat", "undrawable address"),
    ("7DEM016", "is-yeri", "missing jobs.position"),
    ("7DEM016", "ferdi-melumat", "missing document_expiry"),
    ("7DEM016", "diplom", "missing series_number"),
    ("7DEM016", "sexsiyyet-vesiqesi", "missing issued"),
    ("7DEM023", "diplom", "no record"),
    ("7DEM023", "emek-pensiyasi", "no record"),
    ("7DEM023", "sosial-muavinet", "no record"),
    ("7DEM023", "elillik", "no record"),
    ("7DEM031", "is-yeri", "malformed wages.gross"),
    ("7DEM032", "yasayis-yeri", "implausible since"),
    ("7DEM033", "telebe-mezun", "no record"),
    ("7DEM033", "diplom", "no record"),
    ("7DEM033", "emek-pensiyasi", "no record"),
    ("7DEM033", "sosial-muavinet", "no record"),
    ("7DEM033", "elillik", "no record"),
];

/// The letters of the certificate's font, near enough: Latin, Cyrillic and what stands between words.
pub(in crate::certificate) fn drawable(letter: char) -> bool {
    letter < '\u{500}' || ('\u{2010}'..'\u{2030}').contains(&letter) || letter == '₼'
}

pub(in crate::certificate) fn citizens() -> Vec<Json> {
    let all: Json = serde_json::from_str(CITIZENS).unwrap();
    all["citizens"].as_array().unwrap().clone()
}

/// The content of a built-in kind for a citizen of the demonstration, or what comes instead.
pub(in crate::certificate) fn outcome(kind: &Kind, citizen: &Json) -> Result<Content, String> {
    let mut answers = Vec::new();
    for source in &kind.sources {
        let body = citizen["answers"].get(source.as_str()).ok_or("no record")?;
        answers.push(Answer { source, body });
    }
    let content = fit(kind, &answers, &drawable).map_err(|misfit| match misfit {
        Misfit::Missing(place) => format!("missing {place}"),
        Misfit::Malformed(place) => format!("malformed {place}"),
        Misfit::Undrawable(place) => format!("undrawable {place}"),
        Misfit::Implausible(place) => format!("implausible {place}"),
    })?;
    form::condition(kind, &content).map_err(|_| "condition".to_owned())?;
    Ok(content)
}

/// The built-in kinds, parsed once for all tests.
pub(in crate::certificate) fn catalogue() -> &'static Catalogue {
    static CATALOGUE: std::sync::LazyLock<Catalogue> = std::sync::LazyLock::new(|| Catalogue::built_in().unwrap());
    &CATALOGUE
}

pub(in crate::certificate) fn kind(code: &str) -> std::sync::Arc<Kind> {
    let code: KindCode = code.parse().unwrap();
    std::sync::Arc::clone(catalogue().get(&code, 1).unwrap())
}

fn content(fin: &str, code: &str) -> Content {
    let citizen = citizens().into_iter().find(|citizen| citizen["fin"] == fin).unwrap();
    outcome(&kind(code), &citizen).unwrap()
}

fn stated<'c>(content: &'c Content, field: &str) -> &'c Value {
    content.value(&field.parse().unwrap()).unwrap()
}

#[test]
fn every_citizen_gets_what_her_note_promises() {
    let catalogue = catalogue();
    for citizen in citizens() {
        let fin = citizen["fin"].as_str().unwrap();
        for kind in catalogue.kinds() {
            let code = kind.code.as_str();
            let expected = OTHERWISE.iter().find(|(who, what, _)| *who == fin && *what == code).map(|(_, _, why)| *why);
            let found = outcome(kind, &citizen);
            assert_eq!(found.as_ref().err().map(String::as_str), expected, "{fin} {code}");
        }
    }
}

#[test]
fn names_use_every_letter_and_one_only_has_letters_that_the_font_lacks() {
    let mut names = String::new();
    for citizen in citizens() {
        let holder = Holder::from_json(&citizen).unwrap();
        assert_eq!(holder.undrawable(&drawable).is_some(), holder.fin.as_str() == "7DEM014");
        names.push_str(&holder.full_name());
        if let Some(other) = citizen.get("extract_holder") {
            let other = Holder::from_json(other).unwrap();
            assert!(!holder.same_name(&other));
            assert_eq!(holder.fin == other.fin, holder.fin.as_str() == "7DEM018");
        }
    }
    // No word begins with Ğ.
    for letter in "AaBbCcÇçDdEeƏəFfGgğHhXxIıİiJjKkQqLlMmNnOoÖöPpRrSsŞşTtUuÜüVvYyZz".chars() {
        assert!(names.contains(letter), "{letter}");
    }
}

#[test]
fn the_first_citizen_wages_add_up_and_the_unreported_month_counts_nowhere() {
    let content = content("7DEM001", "is-yeri");
    let qepik = |field| if let Value::Money(amount) = stated(&content, field) { amount.qepik() } else { 0 };
    let expected: i64 = [118_000, 142_050, 123_456].iter().sum::<i64>() * 4 - 118_000;
    assert_eq!(qepik("total"), expected);
    assert_eq!(*stated(&content, "months_reported"), Value::Integer(11));
    assert_eq!(qepik("average"), (2 * expected + 11) / 22);
    assert_eq!(*stated(&content, "reported_through"), Value::Month(crate::catalogue::Month::parse("2026-10").unwrap()));
    assert_eq!(*stated(&content, "employer"), Value::Voen("9900000141".parse().unwrap()));
}

#[test]
fn what_a_variant_hides_is_not_applicable_and_the_variant_is_found_again() {
    for (fin, code, variant, field) in [
        ("7DEM012", "is-yeri", Some("not-employed"), "total"),
        ("7DEM026", "is-yeri", Some("no-wages"), "average"),
        ("7DEM019", "emek-pensiyasi", Some("not-receiving"), "monthly"),
        ("7DEM019", "sosial-muavinet", Some("not-receiving"), "monthly_total"),
        ("7DEM020", "rabite-borcu-yoxdur", Some("no-lines"), "lines"),
    ] {
        let content = content(fin, code);
        assert_eq!(form::variant(&kind(code), &content).map(|variant| variant.code.as_str()), variant, "{fin} {code}");
        assert_eq!(*stated(&content, field), Value::Absent(Absence::NotApplicable), "{fin} {code}");
    }
    let content = content("7DEM020", "rabite-borcu-yoxdur");
    assert_eq!(*stated(&content, "total"), Value::Money(Money::from_qepik(0)));
    assert_eq!(*stated(&content, "result"), Value::Choice("no_debt".to_owned()));
}

#[test]
fn a_table_of_which_nothing_is_known_is_not_an_empty_table() {
    let kind = kind("is-yeri");
    let (contracts, wages) = (json!({ "jobs": { "absent": "not_provided" } }), json!({ "wages": [] }));
    let bodies = [&contracts, &wages];
    let answers: Vec<_> = kind.sources.iter().zip(bodies).map(|(source, body)| Answer { source, body }).collect();
    let missing = Place { field: "jobs".parse().unwrap(), column: None };
    assert_eq!(fit(&kind, &answers, &drawable), Err(Misfit::Missing(missing)));
}

#[test]
fn a_debt_is_shown_to_the_holder_and_nothing_else() {
    let citizen = citizens().into_iter().find(|citizen| citizen["fin"] == "7DEM013").unwrap();
    let kind = kind("rabite-borcu-yoxdur");
    let answers = [Answer { source: &kind.sources[0], body: &citizen["answers"]["telecom-debts"] }];
    let content = fit(&kind, &answers, &drawable).unwrap();
    let unmet = form::condition(&kind, &content).unwrap_err();
    let shown: Vec<_> = unmet.shown.iter().map(|fact| fact.field.as_str()).collect();
    assert_eq!(shown, ["lines", "total"]);
    assert_eq!(unmet.shown[1].value, Value::Money(Money::from_qepik(1555)));
}

/// Fits one cell of the personal data.
fn with(field: &str, value: &Json) -> Result<Content, Misfit> {
    let kind = kind("ferdi-melumat");
    let mut body = citizens()[0]["answers"]["personal-data"].clone();
    body[field] = value.clone();
    fit(&kind, &[Answer { source: &kind.sources[0], body: &body }], &drawable)
}

#[test]
fn texts_come_out_composed_and_misleading_letters_are_refused() {
    let composed = with("birth_place", &json!("  Go\u{308}yc\u{327}ay ")).unwrap();
    assert_eq!(*stated(&composed, "birth_place"), Value::Text("Göyçay".to_owned()));
    let place = Place { field: "birth_place".parse().unwrap(), column: None };
    for misleading in ["Ba\u{202e}kı", "Ba\u{200b}kı", "Bakı\u{7}x", "Ba\nkı"] {
        assert_eq!(with("birth_place", &json!(misleading)), Err(Misfit::Malformed(place.clone())), "{misleading:?}");
    }
    assert_eq!(with("birth_place", &json!("ə".repeat(301))), Err(Misfit::Implausible(place.clone())));
    assert!(with("birth_place", &json!("ə".repeat(300))).is_ok());
    for absent in [json!(null), json!(" "), json!({ "absent": "not_provided" })] {
        assert_eq!(with("birth_place", &absent), Err(Misfit::Missing(place.clone())));
    }
    assert_eq!(with("birth_place", &json!({ "absent": "because" })), Err(Misfit::Malformed(place.clone())));
    assert_eq!(with("birth_place", &json!(5)), Err(Misfit::Malformed(place)));
}

#[test]
fn only_an_optional_field_may_be_absent_and_it_keeps_its_reason() {
    let content = with("marital_status", &json!({ "absent": "not_applicable" })).unwrap();
    assert_eq!(*stated(&content, "marital_status"), Value::Absent(Absence::NotApplicable));
    let content = with("marital_status", &json!(null)).unwrap();
    assert_eq!(*stated(&content, "marital_status"), Value::Absent(Absence::NotProvided));
    let place = Place { field: "marital_status".parse().unwrap(), column: None };
    assert_eq!(with("marital_status", &json!("engaged")), Err(Misfit::Malformed(place)));
}

#[test]
fn dates_are_iso_and_of_our_time() {
    let place = Place { field: "document_expiry".parse().unwrap(), column: None };
    for garbled in ["2030-02-30", "01.02.2030", "2030-2-1", "20300201", "2030-02-01T00:00"] {
        assert_eq!(with("document_expiry", &json!(garbled)), Err(Misfit::Malformed(place.clone())), "{garbled}");
    }
    for far in ["1899-12-31", "2101-01-01", "9999-12-31"] {
        assert_eq!(with("document_expiry", &json!(far)), Err(Misfit::Implausible(place.clone())), "{far}");
    }
}

#[test]
fn amounts_are_decimal_texts_in_manat() {
    let kind = kind("emek-pensiyasi");
    let fitted = |amount: Json| {
        let mut body = citizens()[0]["answers"]["pensions"].clone();
        body["monthly"] = amount;
        fit(&kind, &[Answer { source: &kind.sources[0], body: &body }], &drawable)
            .map(|content| stated(&content, "monthly").clone())
    };
    let place = Place { field: "monthly".parse().unwrap(), column: None };
    assert_eq!(fitted(json!("320.5")), Ok(Value::Money(Money::from_qepik(32_050))));
    assert_eq!(fitted(json!({ "amount": "320.50", "currency": "AZN" })), Ok(Value::Money(Money::from_qepik(32_050))));
    for garbled in [json!(320.5), json!("320,50"), json!({ "amount": "320.50", "currency": "USD" }), json!({})] {
        assert_eq!(fitted(garbled), Err(Misfit::Malformed(place.clone())));
    }
    assert_eq!(fitted(json!("1000000000.01")), Err(Misfit::Implausible(place)));
}

#[test]
fn no_misfit_and_no_answer_shows_a_value() {
    let misfit = with("document_expiry", &json!("7DEM001")).unwrap_err();
    assert!(!format!("{misfit} {misfit:?}").contains("7DEM001"));
    let kind = kind("ferdi-melumat");
    let answer = Answer { source: &kind.sources[0], body: &json!("7DEM001") };
    assert!(!format!("{answer:?}").contains("7DEM001"));
}

proptest::proptest! {
    #[test]
    fn a_text_that_is_let_in_is_composed_and_is_let_in_again_unchanged(text in "\\PC{1,40}") {
        use unicode_normalization::UnicodeNormalization as _;
        let field = kind("ferdi-melumat").fields[1].clone();
        if let Ok(Value::Text(first)) = parse_value(&field, Some(&json!(text)), Wire::Registry, &|_| true) {
            proptest::prop_assert_eq!(&first.nfc().collect::<String>(), &first);
            let again = parse_value(&field, Some(&json!(first)), Wire::Facts, &|_| true);
            proptest::prop_assert_eq!(again, Ok(Value::Text(first)));
        }
    }
}
