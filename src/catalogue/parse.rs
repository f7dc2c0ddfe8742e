//! Reads a kind's file: every mistake that can be found in one go is told, and only a file without any becomes a kind.

use std::str::FromStr;

use jiff::civil::Date;
use toml::de::{DeTable, DeValue};

use super::check::{self, Lines};
use super::identifiers::Voen;
use super::kind::{Choice, FieldCode, Issuer, Kind, KindCode, Layout, Lifecycle, Section, SourceCode, Validity};
use super::mistake::{Mistake, Reading};
use super::parse_field;
use super::sheet::Sheet;

/// The kind that `text` declares. `drawable` tells whether the certificate's font has a letter.
pub(super) fn kind(file: &str, text: &str, drawable: &dyn Fn(char) -> bool) -> Result<Kind, Vec<Mistake>> {
    let mut reading = Reading::new(file, text, drawable);
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let line = reading.line(error.span().map_or(0, |span| span.start));
        reading.mistake(line, format!("not TOML: {}", error.message()));
    }
    if !errors.is_empty() {
        return Err(reading.into_mistakes());
    }
    let mut sheet = Sheet::new(root.get_ref(), 1, "the kind");
    let kind = whole(&mut sheet, &mut reading);
    sheet.finish(&mut reading);
    match kind {
        Some(kind) if reading.count() == 0 => Ok(kind),
        _ => Err(reading.into_mistakes()),
    }
}

fn whole(sheet: &mut Sheet<'_>, reading: &mut Reading<'_>) -> Option<Kind> {
    let mut lines = Lines::default();
    let code = sheet.parsed::<KindCode>("code", reading);
    let version = needed_number(sheet, "version", 1..=9999, reading);
    let effective = effective(sheet, reading);
    let lifecycle = lifecycle(sheet, reading);
    let retention_days = needed_number(sheet, "retention_days", 1..=36_500, reading);
    let [title, title_word, subject] =
        ["title", "title_word", "subject"].map(|key| sheet.need_translated(key, reading));
    let legal_basis = sheet.translated("legal_basis", reading);
    let issuer = issuer(sheet, reading);
    let validity = validity(sheet, &mut lines, reading);
    let sources = sources(sheet, &mut lines, reading);
    let purposes = purposes(sheet, reading);
    let fields = parse_field::fields(sheet, &sources, &mut lines, reading);
    let variants = parse_field::variants(sheet, &mut lines, reading);
    let condition = parse_field::condition(sheet, &mut lines, reading);
    let sections = sections(sheet, &mut lines, reading);
    let qr = sheet.list::<FieldCode>("qr", reading);
    lines.qr = qr.iter().map(|(_, line)| *line).collect();
    let qr: Vec<_> = qr.into_iter().map(|(code, _)| code).collect();
    let district = sheet.take("district").and_then(|value| {
        lines.district = reading.line(value.span().start);
        sheet.parsed::<FieldCode>("district", reading)
    });

    let body = check::Body {
        validity: &validity,
        sources: &sources,
        fields: &fields,
        variants: &variants,
        condition: condition.as_ref(),
        sections: &sections,
        qr: &qr,
        district: district.as_ref(),
    };
    check::body(&body, &lines, reading);
    let kind = Kind {
        code: code?,
        version: version?,
        effective: effective?,
        title: title?,
        title_word: title_word?,
        subject: subject?,
        issuer: issuer?,
        legal_basis,
        validity,
        retention_days: retention_days?,
        lifecycle: lifecycle?,
        sources,
        fields,
        variants,
        condition,
        sections,
        qr,
        district,
        purposes,
    };
    if reading.count() == 0 {
        check::qr_room(&kind, &lines, reading);
    }
    Some(kind)
}

fn needed_number(
    sheet: &mut Sheet<'_>,
    key: &'static str,
    range: std::ops::RangeInclusive<u32>,
    reading: &mut Reading<'_>,
) -> Option<u32> {
    sheet.need(key, reading)?;
    sheet.number(key, range, reading)
}

fn effective(sheet: &mut Sheet<'_>, reading: &mut Reading<'_>) -> Option<Date> {
    let value = sheet.need("effective", reading)?;
    let text = match value.get_ref() {
        DeValue::Datetime(date) => date.to_string(),
        DeValue::String(text) => text.to_string(),
        _ => String::new(),
    };
    let date = if text.len() == 10 { Date::from_str(&text).ok() } else { None };
    if date.is_none() {
        let line = reading.line(value.span().start);
        reading.mistake(line, "`effective` must be a date such as 2026-01-01");
    }
    date
}

fn lifecycle(sheet: &mut Sheet<'_>, reading: &mut Reading<'_>) -> Option<Lifecycle> {
    sheet.need("lifecycle", reading)?;
    let (word, line) = sheet.text("lifecycle", reading)?;
    match word.as_str() {
        "instant" => Some(Lifecycle::Instant),
        "routed" => {
            let working_days = needed_number(sheet, "working_days", 1..=365, reading)?;
            Some(Lifecycle::Routed { working_days })
        }
        _ => {
            reading.mistake(line, "`lifecycle` is \"instant\", or \"routed\" with `working_days`");
            None
        }
    }
}

fn issuer(sheet: &mut Sheet<'_>, reading: &mut Reading<'_>) -> Option<Issuer> {
    sheet.need("issuer", reading)?;
    let mut issuer = sheet.sheet("issuer", reading)?;
    let voen = issuer.parsed::<Voen>("voen", reading);
    let name = issuer.need_translated("name", reading);
    issuer.finish(reading);
    Some(Issuer { voen: voen?, name: name? })
}

fn validity(sheet: &mut Sheet<'_>, lines: &mut Lines, reading: &mut Reading<'_>) -> Validity {
    let days = sheet.number("valid_days", 1..=3650, reading);
    let never_past = sheet.take("never_past").and_then(|value| {
        lines.never_past = reading.line(value.span().start);
        sheet.parsed::<FieldCode>("never_past", reading)
    });
    Validity { days, never_past }
}

fn sources(sheet: &mut Sheet<'_>, lines: &mut Lines, reading: &mut Reading<'_>) -> Vec<SourceCode> {
    sheet.need("sources", reading);
    let sources = sheet.list::<SourceCode>("sources", reading);
    lines.sources = sources.iter().map(|(_, line)| *line).collect();
    sources.into_iter().map(|(code, _)| code).collect()
}

fn purposes(sheet: &mut Sheet<'_>, reading: &mut Reading<'_>) -> Vec<Choice> {
    if sheet.need("purposes", reading).is_none() {
        return Vec::new();
    }
    choices(sheet, "purposes", reading)
}

/// The choices of `key`: at least one, each code once.
pub(super) fn choices(sheet: &mut Sheet<'_>, key: &'static str, reading: &mut Reading<'_>) -> Vec<Choice> {
    let mut choices: Vec<Choice> = Vec::new();
    let before = reading.count();
    for mut entry in sheet.sheets(key, reading) {
        let code = entry.parsed::<FieldCode>("code", reading);
        if let Some(code) = &code {
            entry.rename(format!("the choice `{code}`"));
            if choices.iter().any(|choice| choice.code == code.as_str()) {
                reading.mistake(entry.line, format!("the choice `{code}` stands twice in `{key}`"));
            }
        }
        let label = entry.words(reading);
        if let (Some(code), Some(label)) = (code, label) {
            choices.push(Choice { code: code.to_string(), label });
        }
        entry.finish(reading);
    }
    if choices.is_empty() && reading.count() == before {
        reading.mistake(sheet.line, format!("`{key}` needs at least one entry"));
    }
    choices
}

fn sections(sheet: &mut Sheet<'_>, lines: &mut Lines, reading: &mut Reading<'_>) -> Vec<Section> {
    sheet.need("sections", reading);
    let mut sections = Vec::new();
    for mut entry in sheet.sheets("sections", reading) {
        entry.rename("a section");
        let title = entry.translated("title", reading);
        let layout = layout(&mut entry, reading);
        let [fields, totals] = ["fields", "totals"]
            .map(|key| entry.list::<FieldCode>(key, reading).into_iter().map(|(code, _)| code).collect());
        lines.sections.push(entry.line);
        sections.push(Section { title, layout, fields, totals });
        entry.finish(reading);
    }
    sections
}

fn layout(entry: &mut Sheet<'_>, reading: &mut Reading<'_>) -> Layout {
    let Some((word, line)) = entry.text("layout", reading) else { return Layout::Grid };
    match word.as_str() {
        "grid" => Layout::Grid,
        "table" => Layout::Table,
        "records" => Layout::Records,
        _ => {
            reading.mistake(line, "`layout` is \"grid\", \"table\" or \"records\"");
            Layout::Grid
        }
    }
}
