//! Fits a registry's answers to a kind: every fact present or absent with its reason, typed, plausible and drawable.

mod door;

use std::fmt;

use serde_json::Value as Json;

use super::content::{Content, Fact};
use super::derive;
use super::form;
use crate::catalogue::kind::Origin;
use crate::catalogue::{Absence, FieldCode, Kind, SourceCode, Value};

pub(super) use door::{Wire, misleads, value as parse_value};

/// What one source answered about one person.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    /// The source that was asked.
    pub source: &'a SourceCode,
    /// Its answer, below which the kind's pointers lead.
    pub body: &'a Json,
}

/// `Debug` prints nothing of the answer.
impl fmt::Debug for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({}, …)", self.source)
    }
}

/// A field, or a column of a table. It names a place in the kind and nothing about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The kind's field.
    pub field: FieldCode,
    /// The column, when the field is a table.
    pub column: Option<FieldCode>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.column {
            Some(column) => write!(f, "{}.{column}", self.field),
            None => write!(f, "{}", self.field),
        }
    }
}

/// Why an answer does not fit its kind. It names the place and never the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// The registry gave nothing, and the kind needs it.
    #[error("the registry's record is incomplete: `{0}` is missing; ask the agency to complete it")]
    Missing(Place),
    /// The registry gave something that is not of the field's type.
    #[error("the registry's record is garbled: `{0}` is not of its type; ask the agency to correct it")]
    Malformed(Place),
    /// A text has a letter that the certificate's font lacks.
    #[error("`{0}` has a letter that the certificate's font cannot draw; ask the agency for its Latin form")]
    Undrawable(Place),
    /// A date, an amount or a length that cannot be meant.
    #[error("the registry's record is implausible: `{0}` is out of bounds; ask the agency to correct it")]
    Implausible(Place),
}

/// The content that a kind's certificate states, from the answers of its sources.
///
/// `drawable` tells whether the certificate's font has a letter. What the fitting variant hides is stated as not
/// applicable, whatever the registry gave. The kind's condition is a question of its own: [`super::form::condition`].
pub fn fit(kind: &Kind, answers: &[Answer<'_>], drawable: &dyn Fn(char) -> bool) -> Result<Content, Misfit> {
    let mut read: Vec<(FieldCode, Result<Value, Misfit>)> = Vec::new();
    for field in &kind.fields {
        let Origin::Answer { source, pointer } = &field.origin else { continue };
        let body =
            answers.iter().find(|answer| answer.source == source).and_then(|answer| answer.body.pointer(pointer));
        read.push((field.code.clone(), parse_value(field, body, Wire::Registry, drawable)));
    }

    // A missing fact is no misfit where the page's form does not state it; so the form is found from what is there.
    let there = read.iter().filter_map(|(field, value)| {
        value.as_ref().ok().map(|value| Fact { field: field.clone(), value: value.clone() })
    });
    let partial = derive::complete(kind, there.collect());
    let hidden = form::variant(kind, &partial).map(|variant| variant.hides.as_slice()).unwrap_or_default();
    let mut facts = Vec::new();
    for (field, value) in read {
        let value = match value {
            Ok(value) => value,
            Err(_) if hidden.contains(&field) => Value::Absent(Absence::NotApplicable),
            Err(misfit) => return Err(misfit),
        };
        facts.push(Fact { field, value });
    }
    // What follows from a hidden table follows all the same: no lines, no debt.
    let mut content = derive::complete(kind, facts);
    content.hide(hidden);
    Ok(content)
}

#[cfg(test)]
pub(super) mod tests;
