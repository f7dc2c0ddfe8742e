//! What an auditor asks for, as a form and an address have it: read into what can be asked, or told which field is wrong.
//!
//! What is typed here stands in addresses and in the records. No field takes what could be a FİN or a name.

use serde::Deserialize;
use uuid::Uuid;

use super::{Place, Wanted, WantedEvents};
use crate::catalogue::Voen;
use crate::certificate::Status;
use crate::clock::Instant;

/// The fields of the searches, as they were typed; those that are empty ask for nothing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// A certificate's number.
    pub number: String,
    /// A kind's code.
    pub kind: String,
    /// The VÖEN of an issuing agency.
    pub issuer: String,
    /// The first day, in Baku.
    pub from: String,
    /// The last day, and with it.
    pub to: String,
    /// A status.
    pub status: String,
    /// An actor, as the records have it.
    pub operator: String,
    /// An act, as the records have it.
    pub act: String,
    /// What something was done to.
    pub subject: String,
    /// Where the page begins.
    pub after: String,
}

/// The field that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// No number of a certificate.
    Number,
    /// No code of a kind.
    Kind,
    /// No VÖEN.
    Issuer,
    /// No date.
    Date,
    /// It ends before it begins.
    Period,
    /// No status.
    Status,
    /// No actor.
    Operator,
    /// No act.
    Act,
    /// No subject.
    Subject,
    /// No place of a page.
    After,
}

/// The statuses, in the order in which they are offered.
pub const STATUSES: [Status; 5] =
    [Status::Valid, Status::Suspended, Status::Revoked, Status::Superseded, Status::Expired];

impl Filter {
    /// The certificates that are meant.
    pub fn certificates(&self, now: Instant) -> Result<Wanted, Unreadable> {
        let (since, until) = self.period(now)?;
        Ok(Wanted {
            issuer: read(&self.issuer, Unreadable::Issuer)?,
            kind: read(&self.kind, Unreadable::Kind)?,
            since,
            until,
            status: self.status()?,
            operator: fitting(&self.operator, is_actor, Unreadable::Operator)?,
            number: read(&self.number, Unreadable::Number)?,
            ..Wanted::everything(now)
        })
    }

    /// The audit events that are meant.
    pub fn events(&self, now: Instant) -> Result<WantedEvents, Unreadable> {
        let (since, until) = self.period(now)?;
        Ok(WantedEvents {
            organisation: None,
            own: None,
            actor: fitting(&self.operator, is_actor, Unreadable::Operator)?,
            act: fitting(&self.act, is_word, Unreadable::Act)?,
            subject: fitting(&self.subject, is_subject, Unreadable::Subject)?,
            since,
            until,
        })
    }

    fn period(&self, now: Instant) -> Result<(Instant, Instant), Unreadable> {
        let day = |text: &String| read::<jiff::civil::Date>(text, Unreadable::Date);
        let (from, to) = (day(&self.from)?, day(&self.to)?);
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            return Err(Unreadable::Period);
        }
        let since = from.map_or(Instant::from_millis(0), Instant::start_of);
        Ok((since, to.map_or(now.plus_millis(1), |to| Instant::start_of(to).plus_days(1))))
    }

    fn status(&self) -> Result<Option<Status>, Unreadable> {
        match typed(&self.status) {
            None => Ok(None),
            Some(slug) => {
                let known = STATUSES.into_iter().find(|status| status.slug() == slug);
                known.map(Some).ok_or(Unreadable::Status)
            }
        }
    }

    /// The place after which the page begins.
    pub fn place(&self) -> Result<Place, Unreadable> {
        let Some(after) = typed(&self.after) else { return Ok(Place::START) };
        let parse = || {
            let (at, id) = after.split_once('.')?;
            Some(Place { at: Instant::from_millis(at.parse().ok()?), id: id.parse().ok()? })
        };
        parse().ok_or(Unreadable::After)
    }

    /// The text of the field `after` of the page behind this place.
    pub fn after(place: Place) -> String {
        format!("{}.{}", place.at.millis(), place.id)
    }

    /// Its fields in an address, without the place.
    pub fn query(&self) -> String {
        let fields = self.fields().into_iter().filter(|(_, value)| !value.trim().is_empty());
        fields.map(|(name, value)| format!("{name}={}", encoded(value.trim()))).collect::<Vec<_>>().join("&")
    }

    /// The filter of which [`Filter::query`] made this; what it would not make asks for nothing.
    pub fn of_query(query: &str) -> Self {
        let mut filter = Self::default();
        for (name, value) in query.split('&').filter_map(|field| field.split_once('=')) {
            let field = match name {
                "number" => &mut filter.number,
                "kind" => &mut filter.kind,
                "issuer" => &mut filter.issuer,
                "from" => &mut filter.from,
                "to" => &mut filter.to,
                "status" => &mut filter.status,
                "operator" => &mut filter.operator,
                "act" => &mut filter.act,
                "subject" => &mut filter.subject,
                _ => continue,
            };
            *field = decoded(value);
        }
        filter
    }

    /// Its fields by name, without the place.
    pub fn fields(&self) -> [(&'static str, &str); 9] {
        [
            ("number", &self.number),
            ("kind", &self.kind),
            ("issuer", &self.issuer),
            ("from", &self.from),
            ("to", &self.to),
            ("status", &self.status),
            ("operator", &self.operator),
            ("act", &self.act),
            ("subject", &self.subject),
        ]
    }

    /// The address of the page that begins behind `next`.
    pub fn link(&self, path: &str, next: Place) -> String {
        let query = self.query();
        let and = if query.is_empty() { "" } else { "&" };
        format!("{path}?{query}{and}after={}", Self::after(next))
    }
}

fn typed(text: &str) -> Option<String> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn read<T: std::str::FromStr>(text: &str, otherwise: Unreadable) -> Result<Option<T>, Unreadable> {
    typed(text).map(|text| text.parse()).transpose().map_err(|_| otherwise)
}

fn fitting(text: &str, fits: fn(&str) -> bool, otherwise: Unreadable) -> Result<Option<String>, Unreadable> {
    match typed(text) {
        Some(text) if !fits(&text) => Err(otherwise),
        text => Ok(text),
    }
}

/// An actor's label. A citizen is `holder` and nothing more: what her look-up value did is nobody's to list.
fn is_actor(text: &str) -> bool {
    let mut parts = text.splitn(3, ':');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("operator" | "holder" | "service"), None, None) => true,
        (Some("issuer" | "verifier"), Some(voen), Some(name)) => {
            voen.parse::<Voen>().is_ok()
                && (1..=100).contains(&name.chars().count())
                && !name.contains(char::is_control)
        }
        (Some("member"), Some(voen), Some(id)) => voen.parse::<Voen>().is_ok() && id.parse::<Uuid>().is_ok(),
        _ => false,
    }
}

/// A word of the program's own, without capitals and digits.
fn is_word(text: &str) -> bool {
    text.len() <= 40 && text.bytes().all(|b| b.is_ascii_lowercase() || b"_-".contains(&b))
}

fn is_subject(text: &str) -> bool {
    is_word(text) || text.parse::<Uuid>().is_ok() || text.parse::<Voen>().is_ok()
}

/// RFC 3986 §2.1: everything but letters, digits, `-`, `.`, `_` and `~`.
fn encoded(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

fn decoded(text: &str) -> String {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let digits = piece.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.extend(digits);
        bytes.extend(piece.bytes().skip(2));
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Instant {
        Instant::parse_rfc3339("2026-11-24T05:00:00Z").unwrap()
    }

    #[test]
    fn a_day_is_meant_whole() {
        let day = Filter { from: "2026-11-20".into(), to: "2026-11-20".into(), ..Filter::default() };
        let wanted = day.certificates(now()).unwrap();
        assert_eq!(wanted.since.to_string(), "2026-11-19T20:00:00Z");
        assert_eq!(wanted.until.to_string(), "2026-11-20T20:00:00Z");
    }

    #[test]
    fn a_field_that_cannot_be_read_is_named() {
        let filter = |change: fn(&mut Filter)| {
            let mut filter = Filter::default();
            change(&mut filter);
            filter.certificates(now()).unwrap_err()
        };
        assert_eq!(filter(|filter| filter.number = "seven".into()), Unreadable::Number);
        assert_eq!(filter(|filter| filter.issuer = "123".into()), Unreadable::Issuer);
        assert_eq!(filter(|filter| filter.to = "20.11.2026".into()), Unreadable::Date);
        assert_eq!(filter(|filter| filter.status = "gone".into()), Unreadable::Status);
        assert_eq!(
            filter(|filter| (filter.from, filter.to) = ("2026-11-21".into(), "2026-11-20".into())),
            Unreadable::Period
        );
    }

    #[test]
    fn an_address_leads_to_the_same_search() {
        let filter = Filter { operator: "issuer:9900000141:a b&c".into(), ..Filter::default() };
        assert_eq!(filter.query(), "operator=issuer%3A9900000141%3Aa%20b%26c");
        let full = Filter { kind: "is-yeri".into(), status: "valid".into(), ..filter };
        assert_eq!(Filter::of_query(&full.query()).fields(), full.fields());
        assert_eq!(Filter::of_query("").query(), "");
    }

    #[test]
    fn a_place_leads_on_and_another_text_is_told() {
        let place = Place { at: now(), id: Uuid::from_u128(7) };
        let filter = |after: String| Filter { after, ..Filter::default() };
        assert_eq!(filter(Filter::after(place)).place(), Ok(place));
        assert_eq!(filter(String::new()).place(), Ok(Place::START));
        assert_eq!(filter("page 2".into()).place(), Err(Unreadable::After));
    }

    #[test]
    fn nothing_that_could_name_a_person_is_taken() {
        for text in ["7DEM001", "holder:a1b2", "Aliyeva", "member:9900000141:x", "issuer:99:a", "operator:7DEM001", "x"]
        {
            let filter = Filter { operator: text.into(), ..Filter::default() };
            assert_eq!(filter.events(now()).unwrap_err(), Unreadable::Operator, "{text}");
            assert_eq!(filter.certificates(now()).unwrap_err(), Unreadable::Operator, "{text}");
        }
        for text in ["7DEM001", "7dem001", "Aliyeva Aygün"] {
            let filter = Filter { subject: text.into(), ..Filter::default() };
            assert_eq!(filter.events(now()).unwrap_err(), Unreadable::Subject, "{text}");
            let filter = Filter { act: text.into(), ..Filter::default() };
            assert_eq!(filter.events(now()).unwrap_err(), Unreadable::Act, "{text}");
        }
        for operator in ["operator", "holder", "service", "issuer:9900000141:core 2026"] {
            let filter = Filter { operator: operator.into(), ..Filter::default() };
            assert_eq!(filter.events(now()).unwrap().actor.as_deref(), Some(operator));
        }
    }
}
