//! The content of a certificate: each fact it states, typed and in the order of its kind.

use crate::catalogue::{Absence, FieldCode, Value};

/// All that a certificate states beyond what every certificate states.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Content {
    facts: Vec<Fact>,
}

/// One thing a certificate states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The kind's field.
    pub field: FieldCode,
    /// Its value.
    pub value: Value,
}

impl Content {
    /// The facts in the order of the kind's fields; whoever makes one has fitted it to the kind.
    pub(crate) fn new(facts: Vec<Fact>) -> Self {
        Self { facts }
    }

    /// States that what these fields would say does not arise.
    pub(super) fn hide(&mut self, fields: &[FieldCode]) {
        for fact in self.facts.iter_mut().filter(|fact| fields.contains(&fact.field)) {
            fact.value = Value::Absent(Absence::NotApplicable);
        }
    }

    /// The facts in the order of the kind's fields.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// What is stated for a field.
    pub fn value(&self, field: &FieldCode) -> Option<&Value> {
        self.facts.iter().find(|fact| fact.field == *field).map(|fact| &fact.value)
    }
}
