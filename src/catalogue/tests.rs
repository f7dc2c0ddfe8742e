//! The catalogue's tests: the kinds that come with the service are sound, and each mistake is told with its line.

use super::*;

/// A sound kind; each test spoils it in one place.
const SOUND: &str = r#"code = "sample"
version = 1
effective = 2026-01-01
lifecycle = "instant"
valid_days = 30
never_past = "until"
retention_days = 365
sources = ["register"]
qr = ["birth_date", "state", "sum"]
title = { az = "Nümunə", en = "Sample", ru = "Образец" }
title_word = { az = "ARAYIŞ", en = "CERTIFICATE", ru = "СПРАВКА" }
subject = { az = "Nümunə", en = "Sample", ru = "Образец" }

[issuer]
voen = "9900000141"
name = { az = "Nümunə Agentliyi", en = "Sample Agency", ru = "Образцовое агентство" }

[[fields]]
code = "state"
label = { az = "Vəziyyət", en = "State", ru = "Состояние" }
type = "choice"
choices = [
    { code = "on", az = "var", en = "on", ru = "есть" },
    { code = "off", az = "yox", en = "off", ru = "нет" },
]

[[fields]]
code = "until"
label = { az = "Sonu", en = "Until", ru = "До" }
type = "date"
optional = true

[[fields]]
code = "items"
label = { az = "Siyahı", en = "Items", ru = "Список" }
type = "table"
[[fields.columns]]
code = "amount"
label = { az = "Məbləğ", en = "Amount", ru = "Сумма" }
type = "money"

[[fields]]
code = "sum"
label = { az = "Cəmi", en = "Sum", ru = "Итого" }
type = "money"
derived = { sum = "items.amount" }

[[variants]]
code = "off"
when = { field = "state", is = "off" }
hides = ["items", "sum"]

[condition]
require = { zero = "sum" }
refusal = { az = "Olmaz", en = "No", ru = "Нет" }
shows = ["sum"]

[[sections]]
fields = ["state", "until"]

[[sections]]
layout = "table"
fields = ["items"]
totals = ["sum"]

[[purposes]]
code = "other"
az = "Digər"
en = "Other"
ru = "Другое"
"#;

fn mistakes(text: &str) -> Vec<Mistake> {
    Catalogue::parse(&[("sample.toml", text)], &|letter| letter < '\u{1000}').err().unwrap_or_default()
}

fn line_of(text: &str, part: &str) -> usize {
    text[..text.find(part).unwrap()].matches('\n').count() + 1
}

#[test]
fn every_built_in_kind_is_sound_and_stands_in_its_order() {
    let catalogue = Catalogue::built_in().unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
    let codes: Vec<&str> = catalogue.codes().into_iter().map(KindCode::as_str).collect();
    let offered: Vec<&str> = built_in::BUILT_IN.iter().map(|(file, _)| file.trim_end_matches(".toml")).collect();
    assert_eq!(codes, offered);
    for kind in catalogue.kinds() {
        assert!(kind.issuer.name.az.starts_with("Nümunə"), "{} names a real agency", kind.code);
        assert!(kind.issuer.voen.as_str().starts_with("99"), "{} has a real VÖEN", kind.code);
        assert_eq!(kind.legal_basis, None, "{} invents an act", kind.code);
    }
}

#[test]
fn the_kinds_have_the_terms_that_were_proposed() {
    let catalogue = Catalogue::built_in().unwrap();
    let terms: Vec<_> = catalogue.kinds().iter().map(|kind| kind.validity.days.unwrap_or(0)).collect();
    assert_eq!(terms, [30, 30, 30, 0, 30, 10, 90, 30, 30, 90, 90, 90]);
    let routed: Vec<_> = catalogue
        .kinds()
        .iter()
        .filter_map(
            |kind| if let Lifecycle::Routed { working_days } = kind.lifecycle { Some(working_days) } else { None },
        )
        .collect();
    assert_eq!(routed, [1, 7]);
}

#[test]
fn each_mistake_is_told_with_its_line_and_reason() {
    assert_eq!(mistakes(SOUND), []);
    for (right, wrong, reason) in [
        ("valid_days = 30", "valid_day = 30", "has no key `valid_day`"),
        ("valid_days = 30", "valid_days = 0", "from 1 to 3650"),
        ("valid_days = 30", "valid_days = 30\ndistrict = \"nowhere\"", "no field of this kind"),
        ("valid_days = 30", "valid_days = 30\ndistrict = \"until\"", "to be of type choice"),
        ("retention_days = 365", "retention_days = \"long\"", "whole number"),
        ("effective = 2026-01-01", "effective = \"soon\"", "a date such as"),
        ("lifecycle = \"instant\"", "lifecycle = \"slow\"", "\"routed\" with `working_days`"),
        ("voen = \"9900000141\"", "voen = \"9900000151\"", "a VÖEN has ten digits"),
        ("ru = \"Состояние\"", "no = \"Tilstand\"", "has no key `no`"),
        (
            "label = { az = \"Sonu\", en = \"Until\", ru = \"До\" }",
            "label = { az = \"Sonu\", en = \"Until\" }",
            "lacks its translation `ru`",
        ),
        ("label = { az = \"Sonu\"", "label = { az = \"\"", "empty translation `az`"),
        ("label = { az = \"Sonu\"", "label = { az = \"終\"", "no letter U+7D42"),
        ("type = \"date\"", "type = \"day\"", "there is no type `day`"),
        ("never_past = \"until\"", "never_past = \"state\"", "must be of type date"),
        ("never_past = \"until\"", "never_past = \"end\"", "no field of this kind"),
        ("{ code = \"off\", az = \"yox\"", "{ code = \"on\", az = \"yox\"", "stands twice in `choices`"),
        ("qr = [\"birth_date\", \"state\", \"sum\"]", "qr = [\"items\"]", "is a table"),
        ("qr = [\"birth_date\", \"state\", \"sum\"]", "qr = [\"stat\"]", "no field of this kind"),
        ("qr = [\"birth_date\", \"state\", \"sum\"]", "qr = [\"sum\", \"sum\"]", "twice"),
        ("derived = { sum = \"items.amount\" }", "derived = { sum = \"items.price\" }", "no such column"),
        ("derived = { sum = \"items.amount\" }", "derived = { sum = \"amount\" }", "\"table.column\""),
        ("derived = { sum = \"items.amount\" }", "derived = { guess = \"items\" }", "derived by count"),
        (
            "when = { field = \"state\", is = \"off\" }",
            "when = { field = \"state\", is = \"out\" }",
            "no choice of `state`",
        ),
        ("when = { field = \"state\", is = \"off\" }", "when = { field = \"sum\", is = \"off\" }", "of type choice"),
        ("hides = [\"items\", \"sum\"]", "hides = [\"state\"]", "decides whether it applies"),
        ("require = { zero = \"sum\" }", "require = { zero = \"state\" }", "must be of type money"),
        ("shows = [\"sum\"]", "shows = [\"debts\"]", "no field of this kind"),
        ("layout = \"table\"", "layout = \"grid\"", "is a table; its layout"),
        ("layout = \"table\"", "layout = \"mosaic\"", "`layout` is"),
        ("fields = [\"state\", \"until\"]", "fields = [\"state\"]", "no section shows `until`"),
        ("fields = [\"state\", \"until\"]", "fields = [\"state\", \"until\", \"sum\"]", "shown twice"),
        ("fields = [\"items\"]", "fields = [\"items\", \"items\"]", "exactly one field"),
        (
            "sources = [\"register\"]",
            "sources = [\"register\", \"archive\"]",
            "no field comes from the source `archive`",
        ),
        ("code = \"until\"", "code = \"fin\"", "every certificate states `fin` already"),
        ("code = \"until\"", "code = \"state\"", "stands twice"),
        ("optional = true", "optional = \"yes\"", "true or false"),
        ("optional = true", "from = \"archive:/until\"", "not among the kind's `sources`"),
        ("optional = true", "from = \"until\"", "is written"),
        ("code = \"sample\"", "code = \"Sample!\"", "cannot be `Sample!`"),
    ] {
        let text = SOUND.replacen(right, wrong, 1);
        let found = mistakes(&text);
        assert!(found.iter().any(|mistake| mistake.reason.contains(reason)), "{wrong}: {found:#?}");
    }
}

#[test]
fn the_line_is_the_one_to_mend() {
    for (right, wrong, at) in [
        ("valid_days = 30", "valid_day = 30", "valid_day"),
        ("type = \"date\"", "type = \"day\"", "type = \"day\""),
        ("voen = \"9900000141\"", "voen = \"9900000151\"", "voen"),
        ("{ code = \"off\", az = \"yox\"", "{ code = \"off\", az = \"終\"", "{ code = \"off\""),
        ("never_past = \"until\"", "never_past = \"end\"", "never_past"),
        ("qr = [\"birth_date\", \"state\", \"sum\"]", "qr = [\n\"state\",\n\"nil\"]", "\"nil\""),
        ("hides = [\"items\", \"sum\"]", "hides = [\"none\"]", "[[variants]]"),
        ("shows = [\"sum\"]", "shows = [\"none\"]", "[condition]"),
        ("fields = [\"items\"]", "fields = [\"item\"]", "[[sections]]\nlayout"),
        ("derived = { sum = \"items.amount\" }", "derived = { sum = \"items.x\" }", "[[fields]]\ncode = \"sum\""),
    ] {
        let text = SOUND.replacen(right, wrong, 1);
        let lines: Vec<usize> = mistakes(&text).iter().map(|mistake| mistake.line).collect();
        assert!(lines.contains(&line_of(&text, at)), "{wrong}: {lines:?} and not {}", line_of(&text, at));
    }
}

#[test]
fn all_mistakes_of_all_files_are_found_in_one_go() {
    let spoilt = SOUND
        .replace("valid_days", "valid_day")
        .replace("\"date\"", "\"day\"")
        .replace("[\"sum\"]\n\n[[s", "[\"x\"]\n\n[[s");
    let files = [("a.toml", spoilt.as_str()), ("b.toml", "code = \n"), ("c.toml", "")];
    let found = Catalogue::parse(&files, &|_| true).unwrap_err();
    let of = |file: &str| found.iter().filter(|mistake| mistake.file == file).count();
    assert_eq!(of("a.toml"), 3, "{found:#?}");
    assert!(found.iter().any(|mistake| mistake.file == "b.toml" && mistake.reason.starts_with("not TOML")));
    assert!(of("c.toml") > 8);
}

#[test]
fn a_field_that_follows_from_itself_is_refused() {
    let text = SOUND.replace(
        "derived = { sum = \"items.amount\" }",
        "derived = { quotient = [\"mean\", \"rows\"] }\n\n[[fields]]\ncode = \"rows\"\nhidden = true\nlabel = { az = \"Say\", en = \"Number\", ru = \"Число\" }\ntype = \"integer\"\nderived = { count = \"items\" }\n\n[[fields]]\ncode = \"mean\"\nhidden = true\nlabel = { az = \"Orta\", en = \"Mean\", ru = \"Среднее\" }\ntype = \"money\"\nderived = { quotient = [\"sum\", \"rows\"] }",
    );
    let found = mistakes(&text);
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found.iter().all(|mistake| mistake.reason.contains("derived from itself")));
}

#[test]
fn facts_too_long_for_the_qr_are_refused() {
    let field = |n: usize| {
        format!(
            "[[fields]]\ncode = \"an_amount_with_a_long_name_{n}\"\nhidden = true\nlabel = {{ az = \"a\", en = \"a\", ru = \"a\" }}\ntype = \"money\"\n\n"
        )
    };
    let fields: String = (0..4).map(field).collect();
    let codes: Vec<String> = (0..4).map(|n| format!("\"an_amount_with_a_long_name_{n}\"")).collect();
    let codes = codes.join(", ");
    let text = SOUND
        .replacen("[[fields]]", &format!("{fields}[[fields]]"), 1)
        .replace(", \"sum\"]\ntitle", &format!(", {codes}]\ntitle"));
    let found = mistakes(&text);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].reason.contains("the QR code holds 428 bytes"), "{found:#?}");
    assert_eq!(found[0].line, line_of(&text, "qr = "));
}

#[test]
fn a_later_version_replaces_the_earlier_from_its_day() {
    let second = SOUND.replace("version = 1", "version = 2").replace("2026-01-01", "2026-07-01");
    let catalogue = Catalogue::parse(&[("2.toml", &second), ("1.toml", SOUND)], &|_| true).unwrap();
    let code: KindCode = "sample".parse().unwrap();
    let on = |day: &str| catalogue.in_force(&code, day.parse().unwrap()).map(|kind| kind.version);
    assert_eq!([on("2025-12-31"), on("2026-01-01"), on("2026-06-30")], [None, Some(1), Some(1)]);
    assert_eq!([on("2026-07-01"), on("2030-01-01")], [Some(2), Some(2)]);
    assert_eq!(catalogue.get(&code, 1).unwrap().version, 1);
    assert!(catalogue.get(&code, 3).is_none());
    assert_eq!(catalogue.codes().len(), 1);
}

#[test]
fn versions_that_clash_are_refused() {
    let same = Catalogue::parse(&[("1.toml", SOUND), ("copy.toml", SOUND)], &|_| true).unwrap_err();
    assert_eq!((same[0].file.as_str(), same.len()), ("copy.toml", 1));
    let earlier = SOUND.replace("version = 1", "version = 2");
    let found = Catalogue::parse(&[("1.toml", SOUND), ("2.toml", &earlier)], &|_| true).unwrap_err();
    assert!(found[0].reason.contains("order of its versions"), "{found:#?}");
}
