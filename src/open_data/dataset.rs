//! The datasets: which counts each holds, how they divide, and their rows as tables that anybody can read.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::{Value as Json, json};

use super::suppression::{Count, Shown};
use crate::storage::{Counted, DailyFigure, Measure, PublishedDay};

/// No figures are older than the service's first kinds.
pub(super) const FIRST_YEAR: i16 = 2020;
/// What stands for a district that a certificate does not state.
const NOT_STATED: &str = "not_stated";
/// What stands for the kind of a certificate that was not found.
const NO_CERTIFICATE: &str = "no_certificate";

/// What is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dataset {
    /// Certificates issued, by day, agency, kind and district.
    Issuances,
    /// Verifications, by day, verdict and kind.
    Verifications,
}

/// What a row counts: a whole day, or a part of what the level before it counts.
pub type Level = &'static str;

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// RFC 4180, with a head, in UTF-8.
    Csv,
    /// The same rows as objects, with what whoever keeps the file must know.
    Json,
}

/// A dataset's rows of one year, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Which dataset.
    pub dataset: Dataset,
    /// Which year.
    pub year: i16,
    /// The last whole day of the year when it was made.
    pub last_day: Date,
    /// The days as they were published, each sum before its parts.
    pub days: Vec<PublishedDay>,
}

/// A count as it is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The day, in Baku.
    pub day: Date,
    /// What is counted.
    pub level: Level,
    /// The codes that say of what, one for each level beneath the day; empty beneath the row's own.
    pub codes: Vec<String>,
    /// How many; none when it is hidden.
    pub count: Option<u64>,
}

impl Dataset {
    /// Every dataset.
    pub const ALL: [Self; 2] = [Self::Issuances, Self::Verifications];

    /// Its name in addresses.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Issuances => "issuances",
            Self::Verifications => "verifications",
        }
    }

    /// The dataset with a name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dataset| dataset.slug() == slug)
    }

    /// The levels at which it counts, each a division of the one before.
    pub fn levels(self) -> &'static [Level] {
        match self {
            Self::Issuances => &["day", "agency", "kind", "district"],
            Self::Verifications => &["day", "verdict", "kind"],
        }
    }

    /// Its columns, in order.
    pub fn columns(self) -> Vec<&'static str> {
        let codes = self.levels().iter().skip(1).copied();
        ["day", "level"].into_iter().chain(codes).chain(["count", "suppressed"]).collect()
    }

    pub(super) fn measure(self) -> Measure {
        match self {
            Self::Issuances => Measure::Issued,
            Self::Verifications => Measure::Verified,
        }
    }

    /// How a row of it is made up (JSON Schema 2020-12); the columns of the CSV have the same names.
    pub fn schema(self, address: &str) -> Json {
        let code = |level: &str| match level {
            "agency" => json!({ "type": "string", "pattern": "^([0-9]{10})?$", "description": "The agency's VÖEN" }),
            "verdict" => json!({ "type": "string", "pattern": "^[a-z]*$", "description": "The verdict" }),
            "district" => json!({
                "type": "string",
                "pattern": "^[a-z0-9_]*$",
                "description": "The district's code; not_stated where a certificate of the kind states none",
            }),
            _ => json!({
                "type": "string",
                "pattern": "^[a-z0-9_-]*$",
                "description": "The kind's code; no_certificate where none was found",
            }),
        };
        let mut properties = serde_json::Map::new();
        properties
            .insert("day".into(), json!({ "type": "string", "format": "date", "description": "The day in Baku" }));
        properties.insert("level".into(), json!({ "enum": self.levels(), "description": "What the row counts" }));
        for level in self.levels().iter().skip(1) {
            properties.insert((*level).into(), code(level));
        }
        let count = "How many; null, and empty in CSV, when it is hidden";
        properties.insert("count".into(), json!({ "type": ["integer", "null"], "minimum": 10, "description": count }));
        properties
            .insert("suppressed".into(), json!({ "type": "boolean", "description": "Whether the count is hidden" }));
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": address,
            "title": format!("A row of {}", self.slug()),
            "type": "object",
            "properties": properties,
            "required": self.columns(),
            "additionalProperties": false,
        })
    }

    /// The way of a count from the day's sum to its smallest part.
    fn path(self, counted: &Counted, by_district: bool) -> Vec<&str> {
        match self {
            Self::Issuances if by_district => {
                vec![&counted.issuer, &counted.kind, or(&counted.district, NOT_STATED)]
            }
            Self::Issuances => vec![&counted.issuer, &counted.kind],
            Self::Verifications => vec![&counted.outcome, or(&counted.kind, NO_CERTIFICATE)],
        }
    }
}

impl Row {
    /// Its line in CSV. No code holds anything that would have to be quoted.
    pub(super) fn line(&self) -> String {
        let count = self.count.map(|count| count.to_string()).unwrap_or_default();
        format!("{},{},{},{count},{}\r\n", self.day, self.level, self.codes.join(","), self.count.is_none())
    }

    /// The row of a line, which [`Row::line`] wrote; none of any other.
    pub(super) fn read(dataset: Dataset, line: &str) -> Option<Self> {
        let columns: Vec<&str> = line.split(',').collect();
        let [day, level, codes @ .., count, suppressed] = columns.as_slice() else { return None };
        let row = Self {
            day: day.parse().ok()?,
            level: dataset.levels().iter().find(|known| *known == level)?,
            codes: codes.iter().map(|code| (*code).to_owned()).collect(),
            count: if count.is_empty() { None } else { Some(count.parse().ok()?) },
        };
        (codes.len() + 1 == dataset.levels().len() && *suppressed == row.count.is_none().to_string()).then_some(row)
    }

    fn json(&self, dataset: Dataset) -> Json {
        let mut object = serde_json::Map::new();
        object.insert("day".into(), json!(self.day));
        object.insert("level".into(), json!(self.level));
        for (level, code) in dataset.levels().iter().skip(1).zip(&self.codes) {
            object.insert((*level).into(), json!(code));
        }
        object.insert("count".into(), json!(self.count));
        object.insert("suppressed".into(), json!(self.count.is_none()));
        Json::Object(object)
    }
}

impl Table {
    /// The file.
    pub fn text(&self, format: Format, licence: &str) -> String {
        match format {
            Format::Csv => self.csv(),
            Format::Json => self.json(licence),
        }
    }

    /// Its rows, one by one.
    pub fn rows(&self) -> impl Iterator<Item = Row> {
        let lines = self.days.iter().flat_map(|day| day.lines.lines());
        lines.filter_map(|line| Row::read(self.dataset, line))
    }

    fn csv(&self) -> String {
        let head = self.dataset.columns().join(",") + "\r\n";
        self.days.iter().fold(head, |text, day| text + &day.lines)
    }

    /// Written row by row: a year of many districts is never held as objects.
    fn json(&self, licence: &str) -> String {
        let head = json!({
            "dataset": self.dataset.slug(),
            "year": self.year,
            "last_day": self.last_day,
            "licence": licence,
        });
        let mut text = head.to_string();
        text.pop();
        text.push_str(",\"rows\":[");
        for (at, row) in self.rows().enumerate() {
            text.push_str(if at == 0 { "\n" } else { ",\n" });
            text.push_str(&row.json(self.dataset).to_string());
        }
        text.push_str("\n]}\n");
        text
    }
}

fn or<'c>(code: &'c str, otherwise: &'static str) -> &'c str {
    if code.is_empty() { otherwise } else { code }
}

/// The rows of one day, suppressed.
pub(super) fn rows_of(dataset: Dataset, figures: &[DailyFigure]) -> Vec<Row> {
    let Some(first) = figures.first() else { return Vec::new() };
    let with_districts: BTreeSet<&str> = figures
        .iter()
        .filter(|figure| !figure.counted.district.is_empty())
        .map(|figure| figure.counted.kind.as_str())
        .collect();
    let mut day = Count::default();
    for DailyFigure { counted, count, .. } in figures {
        day.add(&dataset.path(counted, with_districts.contains(counted.kind.as_str())), *count);
    }
    let mut rows = Vec::new();
    collect(dataset, first.day, &day.suppressed(), &mut Vec::new(), &mut rows);
    rows
}

fn collect(dataset: Dataset, day: Date, shown: &Shown, path: &mut Vec<String>, rows: &mut Vec<Row>) {
    let levels = dataset.levels();
    let Some(level) = levels.get(path.len()) else { return };
    let mut codes = path.clone();
    codes.resize(levels.len() - 1, String::new());
    rows.push(Row { day, level, codes, count: shown.count });
    for part in &shown.parts {
        path.push(part.code.clone());
        collect(dataset, day, part, path, rows);
        path.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issued(issuer: &str, kind: &str, district: &str, count: u64) -> DailyFigure {
        let [issuer, kind, district] = [issuer, kind, district].map(str::to_owned);
        let counted = Counted { issuer, kind, district, ..Counted::default() };
        DailyFigure { day: jiff::civil::date(2026, 11, 24), counted, count }
    }

    fn table(dataset: Dataset, figures: &[DailyFigure]) -> Table {
        let day = jiff::civil::date(2026, 11, 24);
        let lines = rows_of(dataset, figures).iter().map(Row::line).collect();
        Table { dataset, year: 2026, last_day: day, days: vec![PublishedDay { day, lines }] }
    }

    #[test]
    fn a_day_is_divided_by_agency_kind_and_district() {
        let figures = [
            issued("9900000141", "is-yeri", "", 30),
            issued("9900110121", "yasayis-yeri", "", 11),
            issued("9900110121", "yasayis-yeri", "baki", 22),
            issued("9900110121", "yasayis-yeri", "seki", 2),
        ];
        let table = table(Dataset::Issuances, &figures);
        assert_eq!(
            table.csv(),
            "day,level,agency,kind,district,count,suppressed\r\n\
             2026-11-24,day,,,,65,false\r\n\
             2026-11-24,agency,9900000141,,,30,false\r\n\
             2026-11-24,kind,9900000141,is-yeri,,30,false\r\n\
             2026-11-24,agency,9900110121,,,35,false\r\n\
             2026-11-24,kind,9900110121,yasayis-yeri,,35,false\r\n\
             2026-11-24,district,9900110121,yasayis-yeri,baki,,true\r\n\
             2026-11-24,district,9900110121,yasayis-yeri,not_stated,11,false\r\n\
             2026-11-24,district,9900110121,yasayis-yeri,seki,,true\r\n"
        );
        let json: Json = serde_json::from_str(&table.json("https://licence.example/")).unwrap();
        assert_eq!(json["rows"][5]["count"], Json::Null);
        assert_eq!(json["rows"].as_array().map(Vec::len), Some(8));
        assert_eq!(json["licence"], "https://licence.example/");
    }

    #[test]
    fn a_verification_that_found_nothing_has_no_kind() {
        let verified = |verdict: &str, kind: &str, count| {
            let counted = Counted { outcome: verdict.into(), kind: kind.into(), ..Counted::default() };
            DailyFigure { counted, ..issued("", "", "", count) }
        };
        let table = table(Dataset::Verifications, &[verified("unknown", "", 20), verified("valid", "is-yeri", 5)]);
        assert_eq!(
            table.csv(),
            "day,level,verdict,kind,count,suppressed\r\n\
             2026-11-24,day,,,25,false\r\n\
             2026-11-24,verdict,unknown,,,true\r\n\
             2026-11-24,verdict,valid,,,true\r\n"
        );
    }

    #[test]
    fn a_day_without_any_act_has_no_row() {
        let table = table(Dataset::Issuances, &[]);
        assert_eq!(table.csv().lines().count(), 1);
        assert_eq!(serde_json::from_str::<Json>(&table.json("")).unwrap()["rows"], json!([]));
    }

    #[test]
    fn a_line_that_was_not_written_here_is_no_row() {
        let line = "2026-11-24,kind,9900000141,is-yeri,,30,false";
        assert_eq!(Row::read(Dataset::Issuances, line).map(|row| row.line()), Some(format!("{line}\r\n")));
        for other in [
            "",
            "2026-11-24",
            "2026-11-24,kind,9900000141,is-yeri,30,false",
            "24,day,,,,30,false",
            "2026-11-24,week,,,,30,false",
            "2026-11-24,day,,,,30,true",
            "2026-11-24,day,,,,,false",
        ] {
            assert_eq!(Row::read(Dataset::Issuances, other), None, "{other}");
        }
    }
}
