//! Holds a kind together: every name leads to a field that fits, every field is shown, and nothing follows from itself.

mod page;

use crate::catalogue::kind::{
    Derivation, Field, FieldCode, FieldSort, IssueCondition, Kind, Origin, Predicate, Section, SourceCode, Validity,
    Variant,
};
use crate::catalogue::mistake::Reading;
use crate::catalogue::qr_room;

/// Names that every certificate's facts use already; `name` is the holder's in the QR.
pub const RESERVED: [&str; 17] = [
    "number",
    "issued_at",
    "valid_until",
    "as_of",
    "issuer",
    "kind",
    "kind_version",
    "registry_ref",
    "surname",
    "given_name",
    "patronymic",
    "fin",
    "birth_date",
    "purpose",
    "recipient",
    "demonstration",
    "name",
];

/// Where the parts of a kind stand in its file, and which fields it says nobody shall see.
#[derive(Debug, Default)]
pub(in crate::catalogue) struct Lines {
    pub(in crate::catalogue) fields: Vec<(FieldCode, usize)>,
    /// Fields that are declared, and wrongly: names that lead to them are no further mistake.
    pub(in crate::catalogue) broken: Vec<FieldCode>,
    pub(in crate::catalogue) hidden: Vec<FieldCode>,
    pub(in crate::catalogue) sources: Vec<usize>,
    pub(in crate::catalogue) variants: Vec<usize>,
    pub(in crate::catalogue) sections: Vec<usize>,
    pub(in crate::catalogue) qr: Vec<usize>,
    pub(in crate::catalogue) condition: usize,
    pub(in crate::catalogue) never_past: usize,
    pub(in crate::catalogue) district: usize,
}

impl Lines {
    fn field(&self, code: &FieldCode) -> usize {
        self.fields.iter().find(|(known, _)| known == code).map_or(1, |(_, line)| *line)
    }
}

/// The parts of a kind that name one another.
pub(in crate::catalogue) struct Body<'a> {
    pub(in crate::catalogue) validity: &'a Validity,
    pub(in crate::catalogue) sources: &'a [SourceCode],
    pub(in crate::catalogue) fields: &'a [Field],
    pub(in crate::catalogue) variants: &'a [Variant],
    pub(in crate::catalogue) condition: Option<&'a IssueCondition>,
    pub(in crate::catalogue) sections: &'a [Section],
    pub(in crate::catalogue) qr: &'a [FieldCode],
    pub(in crate::catalogue) district: Option<&'a FieldCode>,
}

/// Checks the body as far as it could be read.
pub(in crate::catalogue) fn body(body: &Body<'_>, lines: &Lines, reading: &mut Reading<'_>) {
    let mut check = Check { body, lines, reading };
    check.fields();
    check.sources();
    check.cycles();
    check.validity();
    check.variants();
    check.condition();
    check.sections();
    check.qr();
    check.district();
}

/// Checks that the longest facts of a whole kind fit into its QR code.
pub(in crate::catalogue) fn qr_room(kind: &Kind, lines: &Lines, reading: &mut Reading<'_>) {
    let bytes = qr_room::longest_token(kind);
    if bytes > qr_room::TOKEN_BYTES {
        let line = lines.qr.first().copied().unwrap_or(1);
        reading.mistake(
            line,
            format!(
                "the QR code holds {} bytes and its facts may need {bytes}; name fewer in `qr`",
                qr_room::TOKEN_BYTES
            ),
        );
    }
}

struct Check<'c, 'r> {
    body: &'c Body<'c>,
    lines: &'c Lines,
    reading: &'c mut Reading<'r>,
}

impl<'c> Check<'c, '_> {
    /// The field that `what` names; a mistake when there is none.
    fn named(&mut self, code: &FieldCode, what: &str, line: usize) -> Option<&'c Field> {
        let field = self.body.fields.iter().find(|field| field.code == *code);
        if field.is_none() && !self.lines.broken.contains(code) {
            self.reading.mistake(line, format!("{what} names `{code}`, which is no field of this kind"));
        }
        field
    }

    /// The columns of the table that `what` names.
    fn table(&mut self, code: &FieldCode, what: &str, line: usize) -> Option<&'c [Field]> {
        let field = self.named(code, what, line)?;
        if let FieldSort::Table(columns) = &field.sort {
            return Some(columns);
        }
        self.reading.mistake(line, format!("{what} names `{code}`, which is no table"));
        None
    }

    fn column(&mut self, table: &FieldCode, column: &FieldCode, what: &str, line: usize) -> Option<&'c Field> {
        let columns = self.table(table, what, line)?;
        let found = columns.iter().find(|field| field.code == *column);
        if found.is_none() {
            self.reading.mistake(line, format!("{what} names `{table}.{column}`, but that table has no such column"));
        }
        found
    }

    fn fields(&mut self) {
        for (code, line) in &self.lines.fields {
            if RESERVED.contains(&code.as_str()) {
                self.reading
                    .mistake(*line, format!("every certificate states `{code}` already; give the field another code"));
            }
        }
        for field in self.body.fields {
            if let Origin::Derived(derivation) = &field.origin {
                self.derivation(field, derivation, self.lines.field(&field.code));
            }
        }
    }

    fn derivation(&mut self, field: &Field, derivation: &Derivation, line: usize) {
        let what = format!("the derivation of `{}`", field.code);
        match derivation {
            Derivation::Count { table, column } => {
                self.must_be(field, &FieldSort::Integer, line);
                self.table(table, &what, line);
                self.present(table, column.as_ref(), &what, line);
            }
            Derivation::Distinct { table, column, present } => {
                self.must_be(field, &FieldSort::Integer, line);
                self.column(table, column, &what, line);
                self.present(table, present.as_ref(), &what, line);
            }
            Derivation::Sum { table, column } => {
                self.must_be(field, &FieldSort::Money, line);
                if let Some(summed) = self.column(table, column, &what, line) {
                    self.must_be(summed, &FieldSort::Money, line);
                }
            }
            Derivation::Quotient { dividend, divisor } => {
                self.must_be(field, &FieldSort::Money, line);
                for (part, sort) in [(dividend, FieldSort::Money), (divisor, FieldSort::Integer)] {
                    if let Some(part) = self.named(part, &what, line) {
                        self.must_be(part, &sort, line);
                    }
                }
            }
            Derivation::Latest { table, column, present } => {
                if let Some(dated) = self.column(table, column, &what, line) {
                    if !matches!(dated.sort, FieldSort::Date | FieldSort::Month) {
                        self.reading.mistake(line, format!("{what} needs a column of dates or months"));
                    }
                    self.must_be(field, &dated.sort, line);
                }
                self.present(table, present.as_ref(), &what, line);
            }
            Derivation::First { table, column } => {
                if let Some(first) = self.column(table, column, &what, line) {
                    self.must_be(field, &first.sort, line);
                }
            }
            Derivation::Decided { when, then, otherwise } => {
                self.predicate(when, &what, line);
                for code in [then, otherwise] {
                    self.choice(field, code, &what, line);
                }
            }
        }
    }

    fn present(&mut self, table: &FieldCode, column: Option<&FieldCode>, what: &str, line: usize) {
        if let Some(column) = column {
            self.column(table, column, what, line);
        }
    }

    fn must_be(&mut self, field: &Field, sort: &FieldSort, line: usize) {
        if field.sort != *sort {
            let word = sort_word(sort);
            self.reading
                .mistake(line, format!("`{}` must be of type {word} here, with the same choices if any", field.code));
        }
    }

    fn choice(&mut self, field: &Field, code: &str, what: &str, line: usize) {
        let FieldSort::Choice(choices) = &field.sort else {
            self.reading.mistake(line, format!("{what} needs `{}` to be of type choice", field.code));
            return;
        };
        if !choices.iter().any(|choice| choice.code == code) {
            self.reading.mistake(line, format!("{what} names `{code}`, which is no choice of `{}`", field.code));
        }
    }

    fn predicate(&mut self, predicate: &Predicate, what: &str, line: usize) {
        match predicate {
            Predicate::Empty(table) | Predicate::NotEmpty(table) => {
                self.table(table, what, line);
            }
            Predicate::Is(code, choice) => {
                if let Some(field) = self.named(code, what, line) {
                    self.choice(field, choice, what, line);
                }
            }
            Predicate::Zero(code) => {
                if let Some(field) = self.named(code, what, line) {
                    self.must_be(field, &FieldSort::Money, line);
                }
            }
        }
    }

    fn sources(&mut self) {
        for (at, source) in self.body.sources.iter().enumerate() {
            let line = self.lines.sources.get(at).copied().unwrap_or(1);
            if self.body.sources[..at].contains(source) {
                self.reading.mistake(line, format!("the source `{source}` stands twice"));
            }
            let uses = |field: &Field| matches!(&field.origin, Origin::Answer { source: from, .. } if from == source);
            if self.lines.broken.is_empty() && !self.body.fields.iter().any(uses) {
                self.reading.mistake(line, format!("no field comes from the source `{source}`"));
            }
        }
    }

    fn cycles(&mut self) {
        for field in self.body.fields {
            let mut waiting = inputs(field);
            let mut seen: Vec<&FieldCode> = Vec::new();
            while let Some(code) = waiting.pop() {
                if *code == field.code {
                    let line = self.lines.field(&field.code);
                    self.reading.mistake(line, format!("`{code}` is derived from itself"));
                    break;
                }
                if !seen.contains(&code) {
                    seen.push(code);
                    waiting.extend(self.body.fields.iter().filter(|other| other.code == *code).flat_map(inputs));
                }
            }
        }
    }

    fn validity(&mut self) {
        let Some(code) = &self.body.validity.never_past else { return };
        let line = self.lines.never_past;
        if let Some(field) = self.named(code, "`never_past`", line) {
            self.must_be(field, &FieldSort::Date, line);
        }
    }

    fn district(&mut self) {
        let Some(code) = self.body.district else { return };
        let line = self.lines.district;
        if let Some(field) = self.named(code, "`district`", line)
            && !matches!(field.sort, FieldSort::Choice(_))
        {
            self.reading.mistake(line, format!("`district` needs `{code}` to be of type choice"));
        }
    }

    fn variants(&mut self) {
        for (at, variant) in self.body.variants.iter().enumerate() {
            let line = self.lines.variants.get(at).copied().unwrap_or(1);
            let what = format!("the variant `{}`", variant.code);
            self.predicate(&variant.when, &what, line);
            for code in &variant.hides {
                self.named(code, &what, line);
            }
            let asked = match &variant.when {
                // A hidden table does not arise and still counts as empty, so a variant may hide the one it asks for.
                Predicate::Empty(_) => None,
                Predicate::NotEmpty(code) | Predicate::Is(code, _) | Predicate::Zero(code) => Some(code),
            };
            if let Some(code) = asked.filter(|code| variant.hides.contains(code)) {
                self.reading.mistake(line, format!("{what} hides `{code}`, which decides whether it applies"));
            }
        }
    }

    fn condition(&mut self) {
        let Some(condition) = self.body.condition else { return };
        let line = self.lines.condition;
        self.predicate(&condition.require, "the condition", line);
        for code in &condition.shows {
            self.named(code, "the condition", line);
        }
    }
}

/// The fields from which a field follows directly.
fn inputs(field: &Field) -> Vec<&FieldCode> {
    let Origin::Derived(derivation) = &field.origin else { return Vec::new() };
    match derivation {
        Derivation::Quotient { dividend, divisor } => vec![dividend, divisor],
        Derivation::Count { table, .. }
        | Derivation::Distinct { table, .. }
        | Derivation::Sum { table, .. }
        | Derivation::Latest { table, .. }
        | Derivation::First { table, .. } => vec![table],
        Derivation::Decided { when, .. } => vec![when.field()],
    }
}

fn sort_word(sort: &FieldSort) -> &'static str {
    match sort {
        FieldSort::Text => "text",
        FieldSort::Date => "date",
        FieldSort::Month => "month",
        FieldSort::Money => "money",
        FieldSort::Integer => "integer",
        FieldSort::Choice(_) => "choice",
        FieldSort::Fin => "fin",
        FieldSort::Voen => "voen",
        FieldSort::Table(_) => "table",
    }
}
