//! A service's answer on the wire: parsed whole or refused, and no word of it appears in the refusal.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::name::tidy;
use super::{Extract, Question, RegistryError};
use crate::catalogue::{Fin, SourceCode};
use crate::certificate::Holder;
use crate::clock::Instant;

/// How far a source's clock may be ahead of ours.
const TOLERATED_MILLIS: i64 = 5 * 60 * 1000;
/// The longest reference that a certificate prints.
const REFERENCE_CHARS: usize = 100;

/// `{"as_of": RFC 3339, "reference": "…", "holder": {…}, "answer": {…}}`; more fields are ignored.
#[derive(Deserialize)]
struct Reply {
    as_of: String,
    reference: String,
    holder: HolderReply,
    answer: Map<String, Value>,
}

/// `{"fin", "surname", "given_name", "patronymic", "birth_date"}`; only a FİN must be there to be an answer at all.
#[derive(Deserialize)]
struct HolderReply {
    fin: String,
    surname: Option<String>,
    given_name: Option<String>,
    patronymic: Option<String>,
    birth_date: Option<String>,
}

/// Reads the body of a 200 answer to `question`.
pub(super) fn read(
    body: &[u8],
    source: &SourceCode,
    question: &Question,
    now: Instant,
) -> Result<Extract, RegistryError> {
    let reply: Reply = serde_json::from_slice(body).map_err(|error| {
        let shapeless = error.is_syntax() || error.is_eof();
        garbled(if shapeless { "it is not JSON" } else { "it lacks a part or has one of the wrong type" })
    })?;
    let holder = reply.holder.read(question)?;
    let as_of = Instant::parse_rfc3339(&reply.as_of).ok_or(garbled("`as_of` is not an RFC 3339 instant"))?;
    if as_of > now.plus_millis(TOLERATED_MILLIS) {
        return Err(garbled("`as_of` lies in the future"));
    }
    let reference = tidy(&reply.reference).filter(|reference| reference.chars().count() <= REFERENCE_CHARS);
    let reference = reference.ok_or(garbled("`reference` is empty, longer than 100 characters or not printable"))?;
    Extract::answering(question, source.clone(), as_of, reference, holder, Value::Object(reply.answer))
}

impl HolderReply {
    fn read(self, question: &Question) -> Result<Holder, RegistryError> {
        let fin: Fin = self.fin.parse().map_err(|_| garbled("`fin` is not a FİN"))?;
        question.expects_fin(&fin)?;
        let birth_date = self.birth_date.ok_or(RegistryError::Incomplete { what: "birth_date" })?;
        let birth_date = birth_date.parse().map_err(|_| garbled("`birth_date` is not a date"))?;
        let patronymic = self.patronymic.filter(|name| !name.trim().is_empty());
        Ok(Holder {
            fin,
            surname: name(self.surname, "surname")?,
            given_name: name(self.given_name, "given_name")?,
            patronymic: patronymic.map(|text| name(Some(text), "patronymic")).transpose()?,
            birth_date,
        })
    }
}

fn name(text: Option<String>, what: &'static str) -> Result<String, RegistryError> {
    let text = text.filter(|text| !text.trim().is_empty()).ok_or(RegistryError::Incomplete { what })?;
    tidy(&text).ok_or(garbled("a name has control characters"))
}

fn garbled(what: &'static str) -> RegistryError {
    RegistryError::Garbled { what }
}
