//! How a value is printed for people: dates, amounts and absences as each language writes them.

use jiff::civil::Date;

use super::kind::{Choice, FieldSort};
use super::language::Language;
use super::value::{Absence, Money, Month, Value};

/// A no-break space, which groups digits and keeps an amount on one line.
const NBSP: char = '\u{a0}';

/// Prints a value that is no table; a choice is printed by its words, never by its code.
pub fn value(value: &Value, sort: &FieldSort, language: Language) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Date(at) => date(*at),
        Value::Month(at) => month(*at),
        Value::Money(amount) => money(*amount),
        Value::Integer(number) => number.to_string(),
        Value::Choice(code) => choice(code, sort, language),
        Value::Fin(fin) => fin.as_str().to_owned(),
        Value::Voen(voen) => voen.to_string(),
        Value::Absent(reason) => absence(*reason, language).to_owned(),
        Value::Table(_) => String::new(),
    }
}

/// `24.11.2026`, which all three languages read.
pub fn date(date: Date) -> String {
    format!("{:02}.{:02}.{:04}", date.day(), date.month(), date.year())
}

/// `10.2026`.
pub fn month(month: Month) -> String {
    format!("{:02}.{:04}", month.month(), month.year())
}

/// `1 234,56` without the sign of the currency, which a table's head carries; negative with a true minus sign.
pub fn amount(money: Money) -> String {
    let qepik = money.qepik().unsigned_abs();
    let manat = (qepik / 100).to_string();
    let mut printed = String::new();
    if money.qepik() < 0 {
        printed.push('−');
    }
    for (place, digit) in manat.chars().enumerate() {
        if place > 0 && (manat.len() - place).is_multiple_of(3) {
            printed.push(NBSP);
        }
        printed.push(digit);
    }
    format!("{printed},{:02}", qepik % 100)
}

/// `1 234`, or `1,234` in English.
pub fn count(count: u64, language: Language) -> String {
    let digits = count.to_string();
    let separator = if language == Language::En { ',' } else { NBSP };
    let mut printed = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            printed.push(separator);
        }
        printed.push(digit);
    }
    printed
}

/// `98%`, or `98 %` in Russian.
pub fn percent(hundredths: u64, language: Language) -> String {
    if language == Language::Ru { format!("{hundredths}{NBSP}%") } else { format!("{hundredths}%") }
}

/// `1 234,56 ₼`.
pub fn money(money: Money) -> String {
    format!("{}{NBSP}₼", amount(money))
}

/// The words for why there is no value.
pub fn absence(reason: Absence, language: Language) -> &'static str {
    match (reason, language) {
        (Absence::NotProvided, Language::Az) => "məlumat verilməyib",
        (Absence::NotProvided, Language::En) => "no data provided",
        (Absence::NotProvided, Language::Ru) => "данные не предоставлены",
        (Absence::NotApplicable, Language::Az) => "tətbiq olunmur",
        (Absence::NotApplicable, Language::En) => "not applicable",
        (Absence::NotApplicable, Language::Ru) => "не применяется",
        (Absence::Indefinite, Language::Az) => "müddətsiz",
        (Absence::Indefinite, Language::En) => "without term",
        (Absence::Indefinite, Language::Ru) => "бессрочно",
        (Absence::Ongoing, Language::Az) => "davam edir",
        (Absence::Ongoing, Language::En) => "ongoing",
        (Absence::Ongoing, Language::Ru) => "продолжается",
    }
}

fn choice(code: &str, sort: &FieldSort, language: Language) -> String {
    let choices: &[Choice] = if let FieldSort::Choice(choices) = sort { choices } else { &[] };
    choices
        .iter()
        .find(|choice| choice.code == code)
        .map_or_else(|| code.to_owned(), |c| c.label.text(language).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped_by_no_break_spaces() {
        for (qepik, printed) in [
            (0, "0,00"),
            (5, "0,05"),
            (123_456, "1\u{a0}234,56"),
            (100_000_000, "1\u{a0}000\u{a0}000,00"),
            (-150, "−1,50"),
        ] {
            assert_eq!(amount(Money::from_qepik(qepik)), printed);
        }
        assert_eq!(money(Money::from_qepik(99_900)), "999,00\u{a0}₼");
    }

    #[test]
    fn counts_are_written_as_each_language_writes_them() {
        for (many, az, en) in [(0, "0", "0"), (999, "999", "999"), (1_234_567, "1\u{a0}234\u{a0}567", "1,234,567")] {
            assert_eq!([count(many, Language::Az), count(many, Language::Ru)], [az, az]);
            assert_eq!(count(many, Language::En), en);
        }
        assert_eq!((percent(98, Language::Az).as_str(), percent(98, Language::Ru).as_str()), ("98%", "98\u{a0}%"));
    }

    #[test]
    fn an_absent_amount_is_never_zero() {
        let absent = Value::Absent(Absence::NotProvided);
        assert_eq!(value(&absent, &FieldSort::Money, Language::Az), "məlumat verilməyib");
    }

    #[test]
    fn dates_are_printed_day_first() {
        assert_eq!(date("2026-03-09".parse().unwrap()), "09.03.2026");
        assert_eq!(month(Month::parse("2026-03").unwrap()), "03.2026");
    }
}
