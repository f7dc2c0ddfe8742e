//! What an auditor asks for, as the form and the address have it: read into what can be asked, or told which field is wrong.

use serde::Deserialize;

use crate::auditing::{Wanted, WantedEvents};
use crate::catalogue::Voen;
use crate::certificate::Status;
use crate::clock::Instant;

/// The fields of the searches, as they were typed; those that are empty ask for nothing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Filter {
    pub(super) number: String,
    pub(super) kind: String,
    pub(super) issuer: String,
    /// The first day, in Baku.
    pub(super) from: String,
    /// The last day, and with it.
    pub(super) to: String,
    pub(super) status: String,
    pub(super) operator: String,
    pub(super) act: String,
    pub(super) subject: String,
    /// Where the page begins.
    pub(super) after: String,
}

/// The field that cannot be read, and the name of the text that says what to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unreadable(pub(super) &'static str);

pub(super) const STATUSES: [Status; 5] =
    [Status::Valid, Status::Suspended, Status::Revoked, Status::Superseded, Status::Expired];

impl Filter {
    /// The certificates that are meant.
    pub(super) fn certificates(&self, now: Instant) -> Result<Wanted, Unreadable> {
        let (since, until) = self.period(now)?;
        Ok(Wanted {
            issuer: read(&self.issuer, Unreadable("filter-no-voen"))?,
            kind: read(&self.kind, Unreadable("filter-no-kind"))?,
            since,
            until,
            status: self.status()?,
            operator: typed(&self.operator),
            number: read(&self.number, Unreadable("filter-no-number"))?,
            ..Wanted::everything(now)
        })
    }

    /// The audit events that are meant.
    pub(super) fn events(&self, now: Instant) -> Result<WantedEvents, Unreadable> {
        let (since, until) = self.period(now)?;
        let (actor, act, subject) = (typed(&self.operator), typed(&self.act), typed(&self.subject));
        Ok(WantedEvents { organisation: None::<Voen>, actor, act, subject, since, until })
    }

    fn period(&self, now: Instant) -> Result<(Instant, Instant), Unreadable> {
        let day = |text: &String| read::<jiff::civil::Date>(text, Unreadable("filter-no-date"));
        let (from, to) = (day(&self.from)?, day(&self.to)?);
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            return Err(Unreadable("filter-no-period"));
        }
        let since = from.map_or(Instant::from_millis(0), Instant::start_of);
        Ok((since, to.map_or(now.plus_millis(1), |to| Instant::start_of(to).plus_days(1))))
    }

    fn status(&self) -> Result<Option<Status>, Unreadable> {
        match typed(&self.status) {
            None => Ok(None),
            Some(slug) => {
                let known = STATUSES.into_iter().find(|status| status.slug() == slug);
                known.map(Some).ok_or(Unreadable("filter-no-status"))
            }
        }
    }

    /// The place after which the page begins: of one that cannot be read, the first.
    pub(super) fn place(&self) -> crate::auditing::Place {
        let parse = || {
            let (at, id) = self.after.split_once('.')?;
            Some(crate::auditing::Place { at: Instant::from_millis(at.parse().ok()?), id: id.parse().ok()? })
        };
        parse().unwrap_or(crate::auditing::Place::START)
    }

    /// Its fields in an address, without the place.
    pub(super) fn query(&self) -> String {
        let fields = self.fields().into_iter().filter(|(_, value)| !value.trim().is_empty());
        fields.map(|(name, value)| format!("{name}={}", encoded(value.trim()))).collect::<Vec<_>>().join("&")
    }

    /// Its fields by name, without the place.
    pub(super) fn fields(&self) -> [(&'static str, &str); 9] {
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
    pub(super) fn link(&self, path: &str, next: crate::auditing::Place) -> String {
        let query = self.query();
        let and = if query.is_empty() { "" } else { "&" };
        format!("{path}?{query}{and}after={}.{}", next.at.millis(), next.id)
    }
}

fn typed(text: &str) -> Option<String> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn read<T: std::str::FromStr>(text: &str, otherwise: Unreadable) -> Result<Option<T>, Unreadable> {
    typed(text).map(|text| text.parse()).transpose().map_err(|_| otherwise)
}

/// RFC 3986 §2.1: everything but letters, digits, `-`, `.`, `_` and `~`.
fn encoded(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
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
            filter.certificates(now()).unwrap_err().0
        };
        assert_eq!(filter(|filter| filter.number = "seven".into()), "filter-no-number");
        assert_eq!(filter(|filter| filter.issuer = "123".into()), "filter-no-voen");
        assert_eq!(filter(|filter| filter.to = "20.11.2026".into()), "filter-no-date");
        assert_eq!(filter(|filter| filter.status = "gone".into()), "filter-no-status");
        assert_eq!(
            filter(|filter| (filter.from, filter.to) = ("2026-11-21".into(), "2026-11-20".into())),
            "filter-no-period"
        );
    }

    #[test]
    fn an_address_leads_to_the_same_search() {
        let filter = Filter { operator: "issuer:9900000141:a b&c".into(), ..Filter::default() };
        assert_eq!(filter.query(), "operator=issuer%3A9900000141%3Aa%20b%26c");
    }
}
