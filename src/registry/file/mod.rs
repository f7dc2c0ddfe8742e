//! A source in a file of fictional citizens, for demonstrations and tests: it answers as a real one would, failures included.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use jiff::civil::Date;
use serde_json::{Map, Value};

use super::name::tidy;
use super::{Extract, Question, RegistryError};
use crate::catalogue::{Fin, SourceCode};
use crate::certificate::Holder;
use crate::clock::Instant;

/// The citizens of one file, in its order.
#[derive(Debug)]
pub struct FileSource {
    citizens: Vec<Citizen>,
    places: HashMap<Fin, usize>,
}

/// One fictional citizen. `Debug` prints nothing of her.
pub struct Citizen {
    holder: Holder,
    note: Option<String>,
    answers: BTreeMap<SourceCode, Value>,
    extract_holder: Option<Holder>,
}

/// The file is not as [`FileSource::parse`] describes it. No value of it appears here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MalformedFile {
    /// It is not JSON.
    #[error("the file is not JSON: see line {line}, column {column}")]
    NotJson {
        /// Counts from 1.
        line: usize,
        /// Counts from 1.
        column: usize,
    },
    /// It is no list of citizens.
    #[error("the file must be an object with one field, `citizens`, which is a list")]
    NoCitizens,
    /// One citizen is not as she should be.
    #[error("citizen {position}: {what}")]
    Citizen {
        /// Her place in the list, counting from 1.
        position: usize,
        /// What is wrong.
        what: &'static str,
    },
}

impl FileSource {
    /// Reads the text of a file:
    ///
    /// ```json
    /// {"citizens": [{
    ///   "fin": "7DEM001", "surname": "…", "given_name": "…", "patronymic": null, "birth_date": "1987-03-14",
    ///   "note": "optional, shown beside the name",
    ///   "answers": {"employment": {}},
    ///   "extract_holder": {"fin": "…", "surname": "…", "given_name": "…", "patronymic": null, "birth_date": "…"}
    /// }]}
    /// ```
    ///
    /// `answers` has one object for each source that knows the person. `extract_holder`, when given, is whom the
    /// answers name instead: it is how a file plays a registry that answers about another person or another name.
    pub fn parse(text: &str) -> Result<Self, MalformedFile> {
        let file: Value = serde_json::from_str(text)
            .map_err(|error| MalformedFile::NotJson { line: error.line(), column: error.column() })?;
        let Value::Object(mut file) = file else { return Err(MalformedFile::NoCitizens) };
        let Some(Value::Array(list)) = file.remove("citizens") else { return Err(MalformedFile::NoCitizens) };
        if !file.is_empty() {
            return Err(MalformedFile::NoCitizens);
        }
        let mut source = Self { citizens: Vec::with_capacity(list.len()), places: HashMap::new() };
        for (place, citizen) in list.into_iter().enumerate() {
            let wrong = |what| MalformedFile::Citizen { position: place + 1, what };
            let citizen = Citizen::read(citizen).map_err(wrong)?;
            if source.places.insert(citizen.holder.fin.clone(), place).is_some() {
                return Err(wrong("her `fin` is an earlier citizen's"));
            }
            source.citizens.push(citizen);
        }
        Ok(source)
    }

    /// Everybody in the file, in its order: for a demonstration's sign-in.
    pub fn people(&self) -> &[Citizen] {
        &self.citizens
    }

    /// Answers as of `now`, with a reference that says *sınaq*, trial.
    pub(super) fn ask(&self, source: &SourceCode, question: &Question, now: Instant) -> Result<Extract, RegistryError> {
        let citizen = self.places.get(&question.fin).map(|place| &self.citizens[*place]);
        let found = citizen.and_then(|citizen| citizen.answers.get(source).map(|answer| (citizen, answer)));
        let (citizen, answer) = found.ok_or(RegistryError::NoSuchPerson)?;
        let holder = citizen.extract_holder.as_ref().unwrap_or(&citizen.holder).clone();
        let reference = format!("SINAQ-{}", now.millis());
        Extract::answering(question, source.clone(), now, reference, holder, answer.clone())
    }
}

impl Citizen {
    /// Who she is.
    pub fn holder(&self) -> &Holder {
        &self.holder
    }

    /// What the file says she is there to show, such as “without employment”.
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    fn read(value: Value) -> Result<Self, &'static str> {
        let Value::Object(mut fields) = value else { return Err("must be an object") };
        let holder = read_holder(&mut fields)?;
        let note = match fields.remove("note") {
            None | Some(Value::Null) => None,
            Some(Value::String(note)) => Some(note),
            Some(_) => return Err("`note` must be a text"),
        };
        let Some(Value::Object(sources)) = fields.remove("answers") else { return Err("`answers` must be an object") };
        let mut answers = BTreeMap::new();
        for (source, answer) in sources {
            let source = source.parse().map_err(|_| "a name in `answers` is not a source's code")?;
            if !answer.is_object() {
                return Err("each of `answers` must be an object");
            }
            answers.insert(source, answer);
        }
        let extract_holder = match fields.remove("extract_holder") {
            None | Some(Value::Null) => None,
            Some(Value::Object(mut named)) => {
                let holder =
                    read_holder(&mut named).map_err(|_| "`extract_holder` must have the five fields of a holder")?;
                if !named.is_empty() {
                    return Err("`extract_holder` must have the five fields of a holder and no more");
                }
                Some(holder)
            }
            Some(_) => return Err("`extract_holder` must be an object"),
        };
        if !fields.is_empty() {
            return Err(
                "has a field that is none of fin, surname, given_name, patronymic, birth_date, note, answers, \
                        extract_holder",
            );
        }
        Ok(Self { holder, note, answers, extract_holder })
    }
}

impl fmt::Debug for Citizen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Citizen(…)")
    }
}

/// Takes the five fields of a holder out of `fields`.
fn read_holder(fields: &mut Map<String, Value>) -> Result<Holder, &'static str> {
    let fin: Fin = text(fields, "fin")
        .and_then(|text| text.parse().ok())
        .ok_or("`fin` must be a FİN: 7 of 0-9, A-Z without I and O")?;
    let surname = text(fields, "surname").and_then(|name| tidy(&name)).ok_or("`surname` must be a name")?;
    let given_name = text(fields, "given_name").and_then(|name| tidy(&name)).ok_or("`given_name` must be a name")?;
    let patronymic = match fields.remove("patronymic") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => Some(tidy(&name).ok_or("`patronymic` must be a name or null")?),
        Some(_) => return Err("`patronymic` must be a name or null"),
    };
    let birth_date: Date = text(fields, "birth_date")
        .and_then(|text| text.parse().ok())
        .ok_or("`birth_date` must be a date such as 1987-03-14")?;
    Ok(Holder { fin, surname, given_name, patronymic, birth_date })
}

fn text(fields: &mut Map<String, Value>, name: &str) -> Option<String> {
    match fields.remove(name) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
