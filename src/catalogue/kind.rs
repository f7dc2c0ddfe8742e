//! A kind of certificate: what it states, who answers for it, where its facts come from and how it is set on the page.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::identifiers::Voen;
use super::language::Translated;

/// One version of one kind, as its file in `templates/kinds/` declares it.
///
/// A certificate remembers the version it was issued under; a published version never changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Kind {
    /// Its name for machines, such as `is-yeri`.
    pub code: KindCode,
    /// Counts from 1.
    pub version: u32,
    /// The first day, in Baku, on which this version is issued.
    pub effective: Date,
    /// What the list of kinds calls it: “İş yerinə dair arayış”.
    pub title: Translated,
    /// The word set largest on the page: ARAYIŞ or ÇIXARIŞ.
    pub title_word: Translated,
    /// What stands beneath that word: “İş yerinə və əmək haqqına dair”; in English the caption.
    pub subject: Translated,
    /// The agency in whose name it is issued.
    pub issuer: Issuer,
    /// The legal basis, when the agency gave one.
    pub legal_basis: Option<Translated>,
    /// How long a certificate holds.
    pub validity: Validity,
    /// How many days after its end, or after its issue when it has none, its content is kept.
    pub retention_days: u32,
    /// Whether it is issued at once or after approval.
    pub lifecycle: Lifecycle,
    /// The registry sources that are asked, the first of which says who the person is.
    pub sources: Vec<SourceCode>,
    /// What it states beyond what every kind states, in order.
    pub fields: Vec<Field>,
    /// The forms the page takes; the first whose predicate holds is the certificate's. May be empty.
    pub variants: Vec<Variant>,
    /// What must hold for a certificate to be issued at all.
    pub condition: Option<IssueCondition>,
    /// The body of the page, from top to bottom.
    pub sections: Vec<Section>,
    /// The fields whose values the QR carries after the holder's name.
    pub qr: Vec<FieldCode>,
    /// The field that names a district, by which its certificates are counted; a choice of its own, not of a table.
    pub district: Option<FieldCode>,
    /// The purposes a holder may choose from; the first is the default.
    pub purposes: Vec<Choice>,
}

impl Kind {
    /// The field with this code, among the kind's own.
    pub fn field(&self, code: &FieldCode) -> Option<&Field> {
        self.fields.iter().find(|field| field.code == *code)
    }

    /// The districts by which its certificates are counted; none for a kind that has none.
    pub fn districts(&self) -> &[Choice] {
        match self.district.as_ref().and_then(|code| self.field(code)).map(|field| &field.sort) {
            Some(FieldSort::Choice(choices)) => choices,
            _ => &[],
        }
    }

    /// The words for a purpose, if the kind knows it.
    pub fn purpose(&self, code: &str) -> Option<&Translated> {
        self.purposes.iter().find(|choice| choice.code == code).map(|choice| &choice.label)
    }
}

/// The agency in whose name a kind is issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// The organisation's VÖEN, which is its id.
    pub voen: Voen,
    /// Its name in each language.
    pub name: Translated,
}

/// How long a certificate of a kind holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validity {
    /// Whole days after the day of issue; none means that it does not expire.
    pub days: Option<u32>,
    /// A date field past whose day the certificate never holds, such as the end of a disability's term.
    pub never_past: Option<FieldCode>,
}

/// Whether the registry's answer alone makes a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifecycle {
    /// Issued at once.
    Instant,
    /// Issued after the agency approved the request.
    Routed {
        /// The agency's term.
        working_days: u32,
    },
}

/// One thing a kind states.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name for machines, unique within its kind or table.
    pub code: FieldCode,
    /// What the page calls it.
    pub label: Translated,
    /// What sort of value it has.
    pub sort: FieldSort,
    /// Whether it may be absent with a reason.
    pub optional: bool,
    /// Where its value comes from. A table's columns come from their row, under the name given here.
    pub origin: Origin,
}

/// The sort of a field's value.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldSort {
    /// A text of at most 300 characters.
    Text,
    /// A civil date.
    Date,
    /// A calendar month.
    Month,
    /// An amount in manat.
    Money,
    /// A whole number.
    Integer,
    /// One of a closed set.
    Choice(Vec<Choice>),
    /// A person's FİN.
    Fin,
    /// An organisation's VÖEN.
    Voen,
    /// Rows of these columns; no table within a table.
    Table(Vec<Field>),
}

/// One member of a closed set: its code for machines and its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Its name for machines.
    pub code: String,
    /// What the page says.
    pub label: Translated,
}

/// Where a field's value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// From a source's answer, at a JSON pointer (RFC 6901) below the answer, or below a table's row.
    Answer {
        /// The source that is asked; within a table's row, the table's source.
        source: SourceCode,
        /// Where in the answer.
        pointer: String,
    },
    /// Computed from another field of the certificate.
    Derived(Derivation),
}

/// How a value follows from a table of the same certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Derivation {
    /// The number of rows, or of rows whose `column` is present.
    Count {
        /// The table.
        table: FieldCode,
        /// Only rows in which this column is present.
        column: Option<FieldCode>,
    },
    /// The number of different values of a column, such as reported months.
    Distinct {
        /// The table.
        table: FieldCode,
        /// The column.
        column: FieldCode,
        /// Only rows in which this column is present too.
        present: Option<FieldCode>,
    },
    /// The sum of an amount over the rows in which it is present.
    Sum {
        /// The table.
        table: FieldCode,
        /// The amount.
        column: FieldCode,
    },
    /// A sum divided by a number, rounded half away from zero to the qəpik; absent when that number is 0.
    Quotient {
        /// The field that holds the sum.
        dividend: FieldCode,
        /// The field that holds the number.
        divisor: FieldCode,
    },
    /// The greatest date or month of a column, over the rows in which `present` is present.
    Latest {
        /// The table.
        table: FieldCode,
        /// The date or month.
        column: FieldCode,
        /// Only rows in which this column is present too.
        present: Option<FieldCode>,
    },
    /// The value of a column in the first row; absent when there is none.
    First {
        /// The table.
        table: FieldCode,
        /// The column.
        column: FieldCode,
    },
    /// One of two choices, as a question about the other facts is answered.
    Decided {
        /// The question.
        when: Predicate,
        /// The choice's code when the answer is yes.
        then: String,
        /// The choice's code when it is no.
        otherwise: String,
    },
}

/// A question about the facts whose answer is yes or no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Predicate {
    /// The table has no row, or does not arise. A table of which nothing is known is neither empty nor not empty.
    Empty(FieldCode),
    /// The table has a row.
    NotEmpty(FieldCode),
    /// The choice is this one.
    Is(FieldCode, String),
    /// The amount is 0,00.
    Zero(FieldCode),
}

impl Predicate {
    /// The field that is asked about.
    pub fn field(&self) -> &FieldCode {
        match self {
            Self::Empty(field) | Self::NotEmpty(field) | Self::Is(field, _) | Self::Zero(field) => field,
        }
    }
}

/// One form of the page: what it says in place of fields that do not arise.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// Its name for machines, such as `not-employed`.
    pub code: String,
    /// When it is the certificate's.
    pub when: Predicate,
    /// A sentence set where the hidden fields would stand.
    pub statement: Option<Translated>,
    /// Fields that this form neither shows nor carries in the QR.
    pub hides: Vec<FieldCode>,
}

/// What must hold for a certificate to be issued, and the words when it does not.
#[derive(Debug, Clone, PartialEq)]
pub struct IssueCondition {
    /// What must hold.
    pub require: Predicate,
    /// What the holder is told when it does not.
    pub refusal: Translated,
    /// The fields shown to the holder beside the refusal.
    pub shows: Vec<FieldCode>,
}

/// A part of the page's body.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Its heading, if it has one.
    pub title: Option<Translated>,
    /// How its fields are set.
    pub layout: Layout,
    /// The fields, in order. A table layout has exactly one, which is a table.
    pub fields: Vec<FieldCode>,
    /// Fields set as closing rows of a table, in semi-bold: sums and means.
    pub totals: Vec<FieldCode>,
}

/// How a section's fields are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// Label at the left, value at the right, one field a line.
    Grid,
    /// One table with a head that each page repeats.
    Table,
    /// Each row of the one table as a grid of its own: for few rows of many columns.
    Records,
}

/// A kind's name for machines: lower-case Latin letters, digits and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KindCode(String);

/// A field's name for machines: lower-case Latin letters, digits and underscores.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldCode(String);

/// A registry source's name for machines: lower-case Latin letters, digits and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceCode(String);

/// The text is no name for machines: 1 to 40 characters `a-z`, `0-9`, and `-` or `_` as the sort of name allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a code has 1 to 40 lower-case Latin letters, digits and separators, and begins with a letter")]
pub struct NotCode;

fn parse_code(text: &str, separator: char) -> Result<String, NotCode> {
    let begins = text.starts_with(|c: char| c.is_ascii_lowercase());
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == separator;
    if begins && text.len() <= 40 && text.chars().all(allowed) { Ok(text.to_owned()) } else { Err(NotCode) }
}

macro_rules! code {
    ($($name:ident, $separator:literal;)*) => {$(
        impl $name {
            /// The name itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = NotCode;

            fn from_str(text: &str) -> Result<Self, NotCode> {
                parse_code(text, $separator).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

code! {
    KindCode, '-';
    FieldCode, '_';
    SourceCode, '-';
}
