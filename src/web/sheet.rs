//! The facts of a certificate as a sheet to be compared with the paper: the paper's order, and its own words beside ours.

use serde_json::Value as Json;

use super::texts::Texts;
use crate::catalogue::{Field, FieldSort, Kind, Language, Translated, Value, print};
use crate::certificate::presentation::{self, Part, PartBody, Row, Table};
use crate::certificate::{Content, Fact, Holder};

/// All that a certificate states, in the reader's language.
pub(super) struct Sheet {
    /// The holder and what the certificate is for.
    pub(super) head: Vec<Line>,
    /// The kind's own parts.
    pub(super) parts: Vec<Passage>,
}

/// One part of a sheet.
pub(super) struct Passage {
    pub(super) title: Option<String>,
    pub(super) body: Body,
}

/// What stands in a part.
pub(super) enum Body {
    Statement(String),
    /// One or more grids of lines.
    Grids(Vec<Vec<Line>>),
    Table(Grid),
}

/// A label and its value; `on_paper` is the value in Azerbaijani where the reader's language says it otherwise.
pub(super) struct Line {
    pub(super) label: String,
    pub(super) value: String,
    pub(super) on_paper: Option<String>,
    pub(super) absent: bool,
}

/// A table with its closing rows.
pub(super) struct Grid {
    pub(super) head: Vec<(String, bool)>,
    pub(super) rows: Vec<Vec<Cell>>,
    pub(super) totals: Vec<Line>,
}

/// A cell of a table, which stands at the right when its column holds amounts.
pub(super) struct Cell {
    pub(super) value: String,
    pub(super) on_paper: Option<String>,
    pub(super) right: bool,
}

impl Sheet {
    /// The sheet of a certificate's facts, as they were issued under this version of its kind; none when they are
    /// not what this service writes.
    pub(super) fn of(kind: &Kind, facts: &Json, texts: Texts) -> Option<Self> {
        let content = Content::from_facts(kind, facts).ok()?;
        Some(Self { head: head(kind, facts, texts), parts: parts(kind, &content, texts.0) })
    }

    /// What a registry says of a person, before there is a certificate.
    pub(super) fn before(kind: &Kind, holder: &Holder, content: &Content, texts: Texts) -> Self {
        let head = vec![
            Line::plain(texts.get("holder-name"), holder.full_name()),
            Line::plain(texts.get("holder-fin"), holder.fin.as_str().to_owned()),
            Line::plain(texts.get("holder-birth-date"), print::date(holder.birth_date)),
        ];
        Self { head, parts: parts(kind, content, texts.0) }
    }
}

impl Line {
    fn plain(label: String, value: String) -> Self {
        Self { label, value, on_paper: None, absent: false }
    }

    fn of(row: &Row, on_paper: Option<&Row>, language: Language) -> Self {
        Self {
            label: row.label.text(language).to_owned(),
            value: row.value.clone(),
            on_paper: on_paper.map(|row| &row.value).filter(|value| **value != row.value).cloned(),
            absent: row.absent,
        }
    }

    /// One fact by itself, such as what a refusal shows.
    pub(super) fn fact(field: &Field, value: &Value, language: Language) -> Self {
        Self::of(&presentation::row(field, value, language), None, language)
    }
}

/// The lines that every certificate begins with.
fn head(kind: &Kind, facts: &Json, texts: Texts) -> Vec<Line> {
    let text = |name: &str| facts.get(name).and_then(Json::as_str);
    let name: Vec<_> = ["surname", "given_name", "patronymic"].into_iter().filter_map(text).collect();
    let mut lines = vec![Line::plain(texts.get("holder-name"), name.join(" "))];
    if let Some(fin) = text("fin") {
        lines.push(Line::plain(texts.get("holder-fin"), fin.to_owned()));
    }
    if let Some(date) = text("birth_date") {
        let printed = date.parse().map_or_else(|_| date.to_owned(), print::date);
        lines.push(Line::plain(texts.get("holder-birth-date"), printed));
    }
    if let Some(purpose) = text("purpose").and_then(|code| kind.purpose(code)) {
        lines.push(translated(texts.get("holder-purpose"), purpose, texts.0));
    }
    lines.push(recipient(facts.get("recipient"), texts));
    if let Some(reference) = text("registry_ref") {
        lines.push(Line::plain(texts.get("holder-registry-ref"), reference.to_owned()));
    }
    lines
}

fn translated(label: String, value: &Translated, language: Language) -> Line {
    let (value, paper) = (value.text(language).to_owned(), value.text(Language::Az));
    let on_paper = (value != paper).then(|| paper.to_owned());
    Line { label, value, on_paper, absent: false }
}

fn recipient(recipient: Option<&Json>, texts: Texts) -> Line {
    let label = texts.get("holder-recipient");
    let text = |name: &str| recipient?.get(name)?.as_str();
    let Some(name) = text("name") else {
        let words = |language| Texts(language).get("holder-recipient-any");
        let (value, paper) = (words(texts.0), words(Language::Az));
        let on_paper = (value != paper).then_some(paper);
        return Line { label, value, on_paper, absent: false };
    };
    let value = text("voen").map_or_else(|| name.to_owned(), |voen| format!("{name}, VÖEN {voen}"));
    Line::plain(label, value)
}

fn parts(kind: &Kind, content: &Content, language: Language) -> Vec<Passage> {
    let ours = presentation::present(kind, content, language);
    let paper = presentation::present(kind, content, Language::Az);
    ours.iter().zip(&paper).map(|(part, paper)| passage(part, paper, language)).collect()
}

fn passage(part: &Part, paper: &Part, language: Language) -> Passage {
    let body = match (&part.body, &paper.body) {
        (PartBody::Grid(rows), PartBody::Grid(paper)) => Body::Grids(vec![lines(rows, paper, language)]),
        (PartBody::Records(records), PartBody::Records(paper)) => {
            Body::Grids(records.iter().zip(paper).map(|(rows, paper)| lines(rows, paper, language)).collect())
        }
        (PartBody::Table(table), PartBody::Table(paper)) => Body::Table(grid(table, paper, language)),
        (PartBody::Statement(statement), _) => Body::Statement(statement.text(language).to_owned()),
        // One content has one form in every language, so the two never differ.
        _ => Body::Grids(Vec::new()),
    };
    Passage { title: part.title.as_ref().map(|title| title.text(language).to_owned()), body }
}

fn lines(rows: &[Row], paper: &[Row], language: Language) -> Vec<Line> {
    rows.iter().zip(paper).map(|(row, paper)| Line::of(row, Some(paper), language)).collect()
}

fn grid(table: &Table, paper: &Table, language: Language) -> Grid {
    let cell = |((value, paper), right): ((&String, &String), bool)| Cell {
        value: value.clone(),
        on_paper: (value != paper).then(|| paper.clone()),
        right,
    };
    let right = || table.head.iter().map(|head| head.right_aligned);
    let rows = table.rows.iter().zip(&paper.rows);
    Grid {
        head: table.head.iter().map(|head| (head.label.text(language).to_owned(), head.right_aligned)).collect(),
        rows: rows.map(|(row, paper)| row.iter().zip(paper).zip(right()).map(cell).collect()).collect(),
        totals: lines(&table.totals, &paper.totals, language),
    }
}

/// What a refusal shows beside its words, such as debts: single facts, then tables.
pub(super) fn shown(kind: &Kind, facts: &[Fact], language: Language) -> (Vec<Line>, Vec<Passage>) {
    let (mut single, mut tables) = (Vec::new(), Vec::new());
    for Fact { field, value } in facts {
        let Some(field) = kind.field(field) else { continue };
        match (&field.sort, value) {
            (FieldSort::Table(columns), Value::Table(rows)) => {
                let table = presentation::table(columns, rows, language);
                let title = Some(field.label.text(language).to_owned());
                tables.push(Passage { title, body: Body::Table(grid(&table, &table, language)) });
            }
            _ => single.push(Line::fact(field, value, language)),
        }
    }
    (single, tables)
}
