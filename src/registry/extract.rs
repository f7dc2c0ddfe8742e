//! The question about one person and the extract that answers it: an extract speaks of the person asked about.

use std::fmt;

use jiff::civil::Date;
use serde_json::Value;

use super::RegistryError;
use crate::catalogue::{Fin, SourceCode};
use crate::certificate::Holder;
use crate::clock::Instant;

/// What a registry source says about one person. It can be made only in `registry`, and sealing takes one by type.
///
/// `Debug` names the source and the instant, and nothing personal. Nobody else can make one, not even from another:
///
/// ```compile_fail,E0451
/// fn forged(extract: earayis::registry::Extract) -> earayis::registry::Extract {
///     earayis::registry::Extract { answer: serde_json::json!({ "debts": [] }), ..extract }
/// }
/// ```
#[derive(Clone)]
pub struct Extract {
    source: SourceCode,
    as_of: Instant,
    reference: String,
    holder: Holder,
    answer: Value,
}

/// What is known of the person asked about. `Debug` prints nothing.
#[derive(Clone)]
pub struct Question {
    /// Who is asked about.
    pub fin: Fin,
    /// The birth date, when known; another in the answer is another person.
    pub birth_date: Option<Date>,
    /// Surname, given name and patronymic, when known; others in the answer are another name.
    pub name: Option<(String, String, Option<String>)>,
}

impl Extract {
    /// The one place where an extract comes into being, and only of the person asked about.
    pub(super) fn answering(
        question: &Question,
        source: SourceCode,
        as_of: Instant,
        reference: String,
        holder: Holder,
        answer: Value,
    ) -> Result<Self, RegistryError> {
        question.expects_fin(&holder.fin)?;
        if question.birth_date.is_some_and(|date| date != holder.birth_date) {
            return Err(RegistryError::AnotherPerson);
        }
        if !question.names(&holder) {
            return Err(RegistryError::AnotherName);
        }
        Ok(Self { source, as_of, reference, holder, answer })
    }

    /// Which source answered.
    pub fn source(&self) -> &SourceCode {
        &self.source
    }

    /// When it answered.
    pub fn as_of(&self) -> Instant {
        self.as_of
    }

    /// The source's own reference to its answer; at most 100 characters.
    pub fn reference(&self) -> &str {
        &self.reference
    }

    /// The person, as the source names her.
    pub fn holder(&self) -> &Holder {
        &self.holder
    }

    /// What it says of her: a JSON object, as the source wrote it.
    pub fn answer(&self) -> &Value {
        &self.answer
    }
}

impl Question {
    /// The question whose only right answer is about this very person.
    pub fn about(holder: &Holder) -> Self {
        let name = (holder.surname.clone(), holder.given_name.clone(), holder.patronymic.clone());
        Self { fin: holder.fin.clone(), birth_date: Some(holder.birth_date), name: Some(name) }
    }

    /// Whether the holder bears the name that is known, if one is.
    fn names(&self, holder: &Holder) -> bool {
        let Some((surname, given_name, patronymic)) = self.name.clone() else { return true };
        Holder { surname, given_name, patronymic, ..holder.clone() }.same_name(holder)
    }

    /// Refuses an answer about another FİN. Called before the rest is read: an alarm outranks an incomplete record.
    pub(super) fn expects_fin(&self, answered: &Fin) -> Result<(), RegistryError> {
        if self.fin == *answered { Ok(()) } else { Err(RegistryError::AnotherPerson) }
    }
}

impl fmt::Debug for Extract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Extract").field("source", &self.source).field("as_of", &self.as_of).finish_non_exhaustive()
    }
}

impl fmt::Debug for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Question(…)")
    }
}
