//! The values a certificate may state: typed, so that what was parsed once cannot be wrong afterwards.

use std::fmt;

use jiff::civil::Date;

use super::identifiers::{Fin, Voen};

/// What one field states. `Debug` prints the sort of value and never the value: facts are personal.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// A text, in Unicode NFC, without control characters.
    Text(String),
    /// A civil date.
    Date(Date),
    /// A calendar month.
    Month(Month),
    /// An amount in manat.
    Money(Money),
    /// A whole number.
    Integer(i64),
    /// The code of one of the field's choices.
    Choice(String),
    /// A person's FİN.
    Fin(Fin),
    /// An organisation's VÖEN.
    Voen(Voen),
    /// Rows of a table; each row holds one value for each of the table's columns, in their order.
    Table(Vec<Vec<Value>>),
    /// Nothing, and why.
    Absent(Absence),
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text(…)",
            Self::Date(_) => "Date(…)",
            Self::Month(_) => "Month(…)",
            Self::Money(_) => "Money(…)",
            Self::Integer(_) => "Integer(…)",
            Self::Choice(_) => "Choice(…)",
            Self::Fin(_) => "Fin(…)",
            Self::Voen(_) => "Voen(…)",
            Self::Table(_) => "Table(…)",
            Self::Absent(_) => "Absent(…)",
        })
    }
}

/// Why a field states nothing. An absent amount is never 0,00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Absence {
    /// The registry holds no data: *məlumat verilməyib*.
    NotProvided,
    /// The question does not arise: *tətbiq olunmur*.
    NotApplicable,
    /// There is no end: *müddətsiz*.
    Indefinite,
    /// It goes on: *davam edir*.
    Ongoing,
}

/// An amount in manat, kept as whole qəpik. Negative amounts exist (a correction).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money(i64);

impl Money {
    /// From qəpik, a hundredth of a manat.
    pub fn from_qepik(qepik: i64) -> Self {
        Self(qepik)
    }

    /// The amount in qəpik.
    pub fn qepik(self) -> i64 {
        self.0
    }

    /// Parses a decimal amount as the wire has it: `1234.56`, `1234.5`, `1234`, `-0.05`. Nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (manat, fraction) = digits.split_once('.').unwrap_or((digits, "00"));
        let well_formed = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !well_formed(manat) || !well_formed(fraction) || fraction.len() > 2 || manat.len() > 15 {
            return None;
        }
        let hundredths: i64 = fraction.parse().ok()?;
        let hundredths = if fraction.len() == 1 { hundredths * 10 } else { hundredths };
        let qepik = manat.parse::<i64>().ok()?.checked_mul(100)?.checked_add(hundredths)?;
        Some(Self(if negative { -qepik } else { qepik }))
    }

    /// The amount as the wire has it: `1234.56`.
    pub fn decimal(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let qepik = self.0.unsigned_abs();
        format!("{sign}{}.{:02}", qepik / 100, qepik % 100)
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Money(…)")
    }
}

/// A calendar month of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    year: i16,
    month: i8,
}

impl Month {
    /// The month in which `date` lies.
    pub fn of(date: Date) -> Self {
        Self { year: date.year(), month: date.month() }
    }

    /// Parses `2026-10`.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 7 || text.as_bytes()[4] != b'-' {
            return None;
        }
        format!("{text}-01").parse().ok().map(Self::of)
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.year
    }

    /// The month of the year, 1 to 12.
    pub fn month(self) -> i8 {
        self.month
    }
}

/// `2026-10`, as the wire has it.
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_survives_the_wire() {
        for (text, qepik) in
            [("1234.56", 123_456), ("1234.5", 123_450), ("0", 0), ("-0.05", -5), ("14160.24", 1_416_024)]
        {
            assert_eq!(Money::parse(text), Some(Money(qepik)), "{text}");
            assert_eq!(Money::parse(&Money(qepik).decimal()), Some(Money(qepik)), "{text}");
        }
        for nonsense in ["", ".", "1.", ".5", "1.234", "1,5", "1e3", "+1", " 1", "--1", "99999999999999999999"] {
            assert_eq!(Money::parse(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn a_month_is_a_real_month() {
        assert_eq!(Month::parse("2026-10").unwrap().to_string(), "2026-10");
        for nonsense in ["2026-13", "2026-00", "202610", "2026-1", "2026/10"] {
            assert_eq!(Month::parse(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn debug_shows_no_fact() {
        assert_eq!(format!("{:?} {:?}", Value::Money(Money(5)), Value::Text("maaş".into())), "Money(…) Text(…)");
    }

    proptest::proptest! {
        #[test]
        fn every_amount_survives_the_wire(qepik in -100_000_000_000_i64..=100_000_000_000) {
            proptest::prop_assert_eq!(Money::parse(&Money(qepik).decimal()), Some(Money(qepik)));
        }
    }
}
