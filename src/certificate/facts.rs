//! The facts of a certificate as one flat JSON object: the same in the PDF's attachment, the API and the store.

use serde_json::{Map, Value as Json, json};

use super::content::{Content, Fact};
use super::fit::{self, Misfit};
use super::{Certificate, Recipient};
use crate::catalogue::{FieldSort, Kind, Value};

impl Certificate {
    /// What the certificate states, for machines: first what every certificate states, then the kind's fields.
    ///
    /// Instants are RFC 3339 in UTC, dates ISO 8601, amounts `{"amount": "1234.56", "currency": "AZN"}`, tables arrays
    /// of objects, and what is absent `{"absent": "not_provided"}`. [`super::schema::schema`] describes it exactly.
    pub fn facts(&self) -> Json {
        let mut facts = Map::new();
        let mut state = |name: &str, value: Json| facts.insert(name.to_owned(), value);
        state("number", json!(self.number));
        state("issued_at", json!(self.issued_at));
        if let Some(end) = self.valid_until {
            state("valid_until", json!(end));
        }
        state("as_of", json!(self.as_of));
        state("issuer", json!({ "voen": self.kind.issuer.voen, "name": self.kind.issuer.name.az }));
        state("kind", json!(self.kind.code));
        state("kind_version", json!(self.kind.version));
        state("registry_ref", json!(self.registry_reference));
        state("surname", json!(self.holder.surname));
        state("given_name", json!(self.holder.given_name));
        if let Some(patronymic) = &self.holder.patronymic {
            state("patronymic", json!(patronymic));
        }
        state("fin", json!(self.holder.fin.as_str()));
        state("birth_date", json!(self.holder.birth_date.to_string()));
        state("purpose", json!(self.purpose));
        if let Some(recipient) = recipient(&self.recipient) {
            state("recipient", recipient);
        }
        if self.demonstration {
            state("demonstration", json!(true));
        }
        facts.extend(self.content.to_json(&self.kind));
        Json::Object(facts)
    }
}

impl Content {
    /// The kind's own facts by code, in their order.
    pub fn to_json(&self, kind: &Kind) -> Map<String, Json> {
        let fact = |fact: &Fact| {
            let sort = &kind.field(&fact.field)?.sort;
            Some((fact.field.to_string(), json_of(&fact.value, sort)))
        };
        self.facts().iter().filter_map(fact).collect()
    }

    /// The content that these facts state, as [`Certificate::facts`] wrote them under this version of the kind.
    pub fn from_facts(kind: &Kind, facts: &Json) -> Result<Self, Misfit> {
        let fact = |field: &crate::catalogue::Field| {
            let value = fit::parse_value(field, facts.get(field.code.as_str()), fit::Wire::Facts, &|_| true)?;
            Ok(Fact { field: field.code.clone(), value })
        };
        Ok(Self::new(kind.fields.iter().map(fact).collect::<Result<_, _>>()?))
    }
}

fn recipient(recipient: &Recipient) -> Option<Json> {
    match recipient {
        Recipient::WhereRequired => None,
        Recipient::Named { name, voen: None } => Some(json!({ "name": name })),
        Recipient::Named { name, voen: Some(voen) } => Some(json!({ "name": name, "voen": voen })),
    }
}

fn json_of(value: &Value, sort: &FieldSort) -> Json {
    match value {
        Value::Text(text) | Value::Choice(text) => json!(text),
        Value::Date(date) => json!(date.to_string()),
        Value::Month(month) => json!(month.to_string()),
        Value::Money(amount) => json!({ "amount": amount.decimal(), "currency": "AZN" }),
        Value::Integer(number) => json!(number),
        Value::Fin(fin) => json!(fin.as_str()),
        Value::Voen(voen) => json!(voen),
        Value::Absent(reason) => json!({ "absent": reason }),
        Value::Table(rows) => {
            let columns = if let FieldSort::Table(columns) = sort { columns.as_slice() } else { &[] };
            let row = |cells: &Vec<Value>| -> Json {
                let cell = |(column, cell): (&crate::catalogue::Field, &Value)| {
                    (column.code.to_string(), json_of(cell, &column.sort))
                };
                Json::Object(columns.iter().zip(cells).map(cell).collect())
            };
            Json::Array(rows.iter().map(row).collect())
        }
    }
}
