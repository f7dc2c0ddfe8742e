//! Reads the parts of a kind's file that speak of fields: the fields themselves, variants and the condition.

use std::str::FromStr;

use super::check::Lines;
use super::kind::{Derivation, Field, FieldCode, FieldSort, IssueCondition, Origin, Predicate, SourceCode, Variant};
use super::mistake::Reading;
use super::parse::choices;
use super::sheet::Sheet;

/// The kind's fields. What is wrong with one does not keep the others from being read.
pub(super) fn fields(
    sheet: &mut Sheet<'_>,
    sources: &[SourceCode],
    lines: &mut Lines,
    reading: &mut Reading<'_>,
) -> Vec<Field> {
    sheet.need("fields", reading);
    let mut fields: Vec<Field> = Vec::new();
    for mut entry in sheet.sheets("fields", reading) {
        let line = entry.line;
        let (code, field) = field(&mut entry, Level::Kind(sources), reading);
        if entry.flag("hidden", reading) {
            lines.hidden.extend(code.clone());
        }
        entry.finish(reading);
        if let Some(code) = &code
            && lines.fields.iter().any(|(known, _)| known == code)
        {
            reading.mistake(line, format!("the field `{code}` stands twice"));
            continue;
        }
        lines.fields.extend(code.clone().map(|code| (code, line)));
        match field {
            Some(field) => fields.push(field),
            None => lines.broken.extend(code),
        }
    }
    fields
}

/// Where a field stands: in the kind, which knows sources, or in a table, whose row it comes from.
#[derive(Clone, Copy)]
enum Level<'a> {
    Kind(&'a [SourceCode]),
    Table(&'a SourceCode),
}

fn field(entry: &mut Sheet<'_>, level: Level<'_>, reading: &mut Reading<'_>) -> (Option<FieldCode>, Option<Field>) {
    let code = entry.parsed::<FieldCode>("code", reading);
    if let Some(code) = &code {
        entry.rename(format!("the field `{code}`"));
    }
    let label = entry.need_translated("label", reading);
    let optional = entry.flag("optional", reading);
    let origin = code.as_ref().and_then(|code| origin(entry, code, level, reading));
    let sort = sort(entry, level, origin.as_ref(), reading);
    let field = (|| Some(Field { code: code.clone()?, label: label?, sort: sort?, optional, origin: origin? }))();
    (code, field)
}

fn sort(
    entry: &mut Sheet<'_>,
    level: Level<'_>,
    origin: Option<&Origin>,
    reading: &mut Reading<'_>,
) -> Option<FieldSort> {
    entry.need("type", reading)?;
    let (word, line) = entry.text("type", reading)?;
    Some(match word.as_str() {
        "text" => FieldSort::Text,
        "date" => FieldSort::Date,
        "month" => FieldSort::Month,
        "money" => FieldSort::Money,
        "integer" => FieldSort::Integer,
        "choice" => sound(reading, |reading| FieldSort::Choice(choices(entry, "choices", reading)))?,
        "fin" => FieldSort::Fin,
        "voen" => FieldSort::Voen,
        "table" if matches!(level, Level::Table(_)) => {
            reading.mistake(line, "a table cannot stand within a table");
            return None;
        }
        "table" => sound(reading, |reading| FieldSort::Table(columns(entry, origin, reading)))?,
        _ => {
            reading.mistake(
                line,
                format!(
                    "there is no type `{word}`; a field is text, date, month, money, integer, choice, fin, voen or table"
                ),
            );
            return None;
        }
    })
}

/// What `read` reads, if it found no mistake: names that lead into a half-read list would be told as mistakes too.
fn sound<T>(reading: &mut Reading<'_>, read: impl FnOnce(&mut Reading<'_>) -> T) -> Option<T> {
    let before = reading.count();
    let value = read(reading);
    (reading.count() == before).then_some(value)
}

fn columns(entry: &mut Sheet<'_>, origin: Option<&Origin>, reading: &mut Reading<'_>) -> Vec<Field> {
    let Some(Origin::Answer { source, .. }) = origin else {
        if origin.is_some() {
            reading.mistake(entry.line, "a table comes from a source and cannot be derived");
        }
        // The columns are asked for, so that they are not also told as unknown.
        entry.take("columns");
        return Vec::new();
    };
    let mut columns: Vec<Field> = Vec::new();
    let before = reading.count();
    for mut column in entry.sheets("columns", reading) {
        let (_, field) = field(&mut column, Level::Table(source), reading);
        if let Some(field) = field {
            if columns.iter().any(|known| known.code == field.code) {
                reading.mistake(column.line, format!("the column `{}` stands twice", field.code));
            }
            columns.push(field);
        }
        column.finish(reading);
    }
    if columns.is_empty() && reading.count() == before {
        reading.mistake(entry.line, "a table needs at least one of `columns`");
    }
    columns
}

/// `from = "source:/pointer"`, `from = "/pointer"` below the first source, or nothing: `/code` below the first source.
fn origin(entry: &mut Sheet<'_>, code: &FieldCode, level: Level<'_>, reading: &mut Reading<'_>) -> Option<Origin> {
    if let Level::Kind(_) = level
        && let Some(mut derived) = entry.sheet("derived", reading)
    {
        let derivation = derivation(&mut derived, reading);
        derived.finish(reading);
        if entry.take("from").is_some() {
            reading.mistake(entry.line, format!("the field `{code}` is either `derived` or comes `from` a source"));
        }
        return derivation.map(Origin::Derived);
    }
    let (text, line) = entry.text("from", reading).unwrap_or((format!("/{code}"), entry.line));
    let (named, pointer) = text.split_once(':').map_or((None, text.as_str()), |(source, rest)| (Some(source), rest));
    if !pointer.starts_with('/') {
        reading.mistake(line, "`from` is written \"source:/path/in/the/answer\" or \"/path/in/the/answer\"");
        return None;
    }
    let source = match (level, named) {
        (Level::Table(source), None) => source.clone(),
        (Level::Table(_), Some(_)) => {
            reading.mistake(line, "a column comes from its table's row and names no source");
            return None;
        }
        // Where the kind names no source at all, that is told once and not again for each field.
        (Level::Kind(sources), None) => sources.first()?.clone(),
        (Level::Kind(sources), Some(name)) => {
            let known = SourceCode::from_str(name).ok().filter(|source| sources.contains(source));
            if known.is_none() {
                reading.mistake(line, format!("`{name}` is not among the kind's `sources`"));
            }
            known?
        }
    };
    Some(Origin::Answer { source, pointer: pointer.to_owned() })
}

fn derivation(derived: &mut Sheet<'_>, reading: &mut Reading<'_>) -> Option<Derivation> {
    derived.rename("`derived`");
    let present = derived.take("present").and_then(|_| derived.parsed::<FieldCode>("present", reading));
    if derived.take("count").is_some() {
        return Some(Derivation::Count { table: derived.parsed("count", reading)?, column: present });
    }
    if derived.take("distinct").is_some() {
        let (table, column) = column_of(derived, "distinct", reading)?;
        return Some(Derivation::Distinct { table, column, present });
    }
    if derived.take("latest").is_some() {
        let (table, column) = column_of(derived, "latest", reading)?;
        return Some(Derivation::Latest { table, column, present });
    }
    if present.is_some() {
        reading.mistake(derived.line, "`present` goes only with `count`, `distinct` and `latest`");
    }
    if derived.take("sum").is_some() {
        let (table, column) = column_of(derived, "sum", reading)?;
        return Some(Derivation::Sum { table, column });
    }
    if derived.take("first").is_some() {
        let (table, column) = column_of(derived, "first", reading)?;
        return Some(Derivation::First { table, column });
    }
    if derived.take("quotient").is_some() {
        let parts = derived.list::<FieldCode>("quotient", reading);
        let [(dividend, _), (divisor, _)] = parts.as_slice() else {
            reading.mistake(derived.line, "`quotient` names two fields: [\"sum\", \"number\"]");
            return None;
        };
        return Some(Derivation::Quotient { dividend: dividend.clone(), divisor: divisor.clone() });
    }
    if derived.take("decided").is_some() {
        let mut question = derived.sheet("decided", reading)?;
        let when = predicate(&mut question, reading);
        question.finish(reading);
        let [then, otherwise] =
            ["then", "otherwise"].map(|key| derived.parsed::<FieldCode>(key, reading).map(|code| code.to_string()));
        return Some(Derivation::Decided { when: when?, then: then?, otherwise: otherwise? });
    }
    reading.mistake(derived.line, "a field is derived by count, distinct, sum, quotient, latest, first or decided");
    None
}

/// The `table.column` under `key`.
fn column_of(derived: &mut Sheet<'_>, key: &'static str, reading: &mut Reading<'_>) -> Option<(FieldCode, FieldCode)> {
    let (text, line) = derived.text(key, reading)?;
    let parts = text.split_once('.').and_then(|(table, column)| Some((table.parse().ok()?, column.parse().ok()?)));
    if parts.is_none() {
        reading.mistake(line, format!("`{key}` is written \"table.column\""));
    }
    parts
}

fn predicate(question: &mut Sheet<'_>, reading: &mut Reading<'_>) -> Option<Predicate> {
    question.rename("the question");
    if question.take("empty").is_some() {
        return question.parsed("empty", reading).map(Predicate::Empty);
    }
    if question.take("not_empty").is_some() {
        return question.parsed("not_empty", reading).map(Predicate::NotEmpty);
    }
    if question.take("zero").is_some() {
        return question.parsed("zero", reading).map(Predicate::Zero);
    }
    if question.take("field").is_some() {
        let field = question.parsed::<FieldCode>("field", reading);
        let is = question.parsed::<FieldCode>("is", reading);
        return Some(Predicate::Is(field?, is?.to_string()));
    }
    reading.mistake(
        question.line,
        "a question is { empty = \"table\" }, { not_empty = \"table\" }, { zero = \"amount\" } or { field = \"choice\", is = \"code\" }",
    );
    None
}

fn asked(entry: &mut Sheet<'_>, key: &'static str, reading: &mut Reading<'_>) -> Option<Predicate> {
    entry.need(key, reading)?;
    let mut question = entry.sheet(key, reading)?;
    let predicate = predicate(&mut question, reading);
    question.finish(reading);
    predicate
}

/// The forms the page takes.
pub(super) fn variants(sheet: &mut Sheet<'_>, lines: &mut Lines, reading: &mut Reading<'_>) -> Vec<Variant> {
    let mut variants: Vec<Variant> = Vec::new();
    for mut entry in sheet.sheets("variants", reading) {
        let code = entry.parsed::<super::kind::KindCode>("code", reading);
        let when = asked(&mut entry, "when", reading);
        let statement = entry.translated("statement", reading);
        let hides: Vec<_> = entry.list("hides", reading).into_iter().map(|(code, _)| code).collect();
        if let (Some(code), Some(when)) = (code, when) {
            if variants.iter().any(|known| known.code == code.as_str()) {
                reading.mistake(entry.line, format!("the variant `{code}` stands twice"));
            }
            lines.variants.push(entry.line);
            variants.push(Variant { code: code.to_string(), when, statement, hides });
        }
        entry.finish(reading);
    }
    variants
}

/// What must hold for a certificate to be issued.
pub(super) fn condition(sheet: &mut Sheet<'_>, lines: &mut Lines, reading: &mut Reading<'_>) -> Option<IssueCondition> {
    let mut entry = sheet.sheet("condition", reading)?;
    lines.condition = entry.line;
    let require = asked(&mut entry, "require", reading);
    let refusal = entry.need_translated("refusal", reading);
    let shows: Vec<_> = entry.list("shows", reading).into_iter().map(|(code, _)| code).collect();
    entry.finish(reading);
    Some(IssueCondition { require: require?, refusal: refusal?, shows })
}
