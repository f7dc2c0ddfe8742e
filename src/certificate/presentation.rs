//! What a page lists, on paper and on screen alike: parts with their titles, rows and tables, the values printed.

use super::content::Content;
use super::form;
use crate::catalogue::kind::{Layout, Section};
use crate::catalogue::{Field, FieldCode, FieldSort, Kind, Language, Translated, Value, print};

/// One part of a page's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its heading, if it has one.
    pub title: Option<Translated>,
    /// What stands beneath it.
    pub body: PartBody,
}

/// What a part lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartBody {
    /// A sentence in place of facts that do not arise.
    Statement(Translated),
    /// Label at the left, value at the right.
    Grid(Vec<Row>),
    /// Several grids, one for each row of a table with few rows.
    Records(Vec<Vec<Row>>),
    /// A table.
    Table(Table),
}

/// A label and its value.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// The field, or the table's column.
    pub field: FieldCode,
    /// What the page calls it.
    pub label: Translated,
    /// The value in the page's language, or why there is none.
    pub value: String,
    /// Whether the value says why there is none.
    pub absent: bool,
}

/// A table whose head is repeated on each page.
#[derive(Clone, PartialEq, Eq)]
pub struct Table {
    /// The columns' heads.
    pub head: Vec<Head>,
    /// The cells in the page's language, one for each head.
    pub rows: Vec<Vec<String>>,
    /// Closing rows in semi-bold, never parted from the last row.
    pub totals: Vec<Row>,
}

/// The head of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// What the page calls it; an amount's head carries the currency.
    pub label: Translated,
    /// Whether its cells stand at the right: amounts and numbers do.
    pub right_aligned: bool,
}

/// `Debug` prints no value.
impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Row({}, …)", self.field)
    }
}

/// `Debug` prints no cell.
impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Table({} rows)", self.rows.len())
    }
}

/// The parts of a page, from top to bottom, with the values printed in `language`.
///
/// A section of which the content's variant leaves nothing is not there; the variant's statement takes the place,
/// and the title, of the first of them, or stands at the top when there is none.
pub fn present(kind: &Kind, content: &Content, language: Language) -> Vec<Part> {
    let variant = form::variant(kind, content);
    let hidden = variant.map(|variant| variant.hides.as_slice()).unwrap_or_default();
    let mut statement = variant.and_then(|variant| variant.statement.clone());
    let page = Page { kind, content, language, hidden };
    let mut parts = Vec::new();
    for section in &kind.sections {
        if let Some(body) = page.body(section) {
            parts.push(Part { title: section.title.clone(), body });
        } else if let Some(statement) = statement.take() {
            parts.push(Part { title: section.title.clone(), body: PartBody::Statement(statement) });
        }
    }
    if let Some(statement) = statement {
        parts.insert(0, Part { title: None, body: PartBody::Statement(statement) });
    }
    parts
}

/// One fact as a row, for places that list facts by themselves, such as a refusal.
pub fn row(field: &Field, value: &Value, language: Language) -> Row {
    Row {
        field: field.code.clone(),
        label: field.label.clone(),
        value: print::value(value, &field.sort, language),
        absent: matches!(value, Value::Absent(_)),
    }
}

/// A table by itself, without totals.
pub fn table(columns: &[Field], rows: &[Vec<Value>], language: Language) -> Table {
    let cells =
        |row: &Vec<Value>| columns.iter().zip(row).map(|(column, value)| cell(column, value, language)).collect();
    Table { head: columns.iter().map(head).collect(), rows: rows.iter().map(cells).collect(), totals: Vec::new() }
}

struct Page<'a> {
    kind: &'a Kind,
    content: &'a Content,
    language: Language,
    hidden: &'a [FieldCode],
}

impl Page<'_> {
    /// What a section lists; none when the variant hides all of it.
    fn body(&self, section: &Section) -> Option<PartBody> {
        if section.layout == Layout::Grid {
            let rows = self.rows(&section.fields);
            return (!rows.is_empty()).then_some(PartBody::Grid(rows));
        }
        let code = section.fields.iter().find(|code| !self.hidden.contains(code))?;
        let field = self.kind.field(code)?;
        let (FieldSort::Table(columns), Some(Value::Table(rows))) = (&field.sort, self.content.value(code)) else {
            // The table is absent: its reason stands in a line of its own.
            return Some(PartBody::Grid(self.rows(&section.fields)));
        };
        if section.layout == Layout::Records {
            let record = |cells: &Vec<Value>| {
                columns.iter().zip(cells).map(|(column, value)| row(column, value, self.language)).collect()
            };
            return Some(PartBody::Records(rows.iter().map(record).collect()));
        }
        let table = table(columns, rows, self.language);
        Some(PartBody::Table(Table { totals: self.rows(&section.totals), ..table }))
    }

    fn rows(&self, fields: &[FieldCode]) -> Vec<Row> {
        let shown = fields.iter().filter(|code| !self.hidden.contains(code));
        shown.filter_map(|code| Some(row(self.kind.field(code)?, self.content.value(code)?, self.language))).collect()
    }
}

fn head(column: &Field) -> Head {
    let right_aligned = matches!(column.sort, FieldSort::Money | FieldSort::Integer);
    let Translated { az, en, ru } = &column.label;
    let label = if column.sort == FieldSort::Money {
        Translated { az: format!("{az}, ₼"), en: format!("{en}, AZN"), ru: format!("{ru}, ₼") }
    } else {
        column.label.clone()
    };
    Head { label, right_aligned }
}

/// An amount in a table stands without the currency, which the head carries.
fn cell(column: &Field, value: &Value, language: Language) -> String {
    match value {
        Value::Money(amount) => print::amount(*amount),
        other => print::value(other, &column.sort, language),
    }
}
