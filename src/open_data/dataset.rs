//! The datasets: which counts each holds, how they divide, and their rows as tables that anybody can read.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::{Value as Json, json};

use super::suppression::{Count, Shown};
use crate::storage::{Counted, DailyFigure, Measure, Storage, StorageError};

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

/// A dataset's rows of one year, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Which dataset.
    pub dataset: Dataset,
    /// Which year.
    pub year: i16,
    /// The last whole day when it was made.
    pub last_day: Date,
    /// The rows, by day, each sum before its parts.
    pub rows: Vec<Row>,
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

impl Table {
    /// Reads a dataset's rows of one year, of days up to `last`.
    pub(super) async fn read(storage: &Storage, dataset: Dataset, year: i16, last: Date) -> Result<Self, StorageError> {
        let (first, end) = (jiff::civil::date(year, 1, 1), jiff::civil::date(year, 12, 31).min(last));
        let figures = storage.daily_sums(dataset.measure(), first, end).await?;
        let mut rows = Vec::new();
        for day in figures.chunk_by(|one, other| one.day == other.day) {
            rows.extend(rows_of(dataset, day));
        }
        Ok(Self { dataset, year, last_day: last, rows })
    }

    /// RFC 4180, with a head, in UTF-8.
    pub fn csv(&self) -> String {
        let row = |row: &Row| {
            let count = row.count.map(|count| count.to_string()).unwrap_or_default();
            format!("{},{},{},{count},{}\r\n", row.day, row.level, row.codes.join(","), row.count.is_none())
        };
        self.dataset.columns().join(",") + "\r\n" + &self.rows.iter().map(row).collect::<Vec<_>>().concat()
    }

    /// The same rows as JSON, with what whoever keeps the file must know.
    pub fn json(&self, licence: &str) -> Json {
        json!({
            "dataset": self.dataset.slug(),
            "year": self.year,
            "last_day": self.last_day,
            "licence": licence,
            "rows": self.rows.iter().map(|row| self.json_row(row)).collect::<Vec<_>>(),
        })
    }

    fn json_row(&self, row: &Row) -> Json {
        let mut object = serde_json::Map::new();
        object.insert("day".into(), json!(row.day));
        object.insert("level".into(), json!(row.level));
        for (level, code) in self.dataset.levels().iter().skip(1).zip(&row.codes) {
            object.insert((*level).into(), json!(code));
        }
        object.insert("count".into(), json!(row.count));
        object.insert("suppressed".into(), json!(row.count.is_none()));
        Json::Object(object)
    }
}

fn or<'c>(code: &'c str, otherwise: &'static str) -> &'c str {
    if code.is_empty() { otherwise } else { code }
}

/// The rows of one day, suppressed.
fn rows_of(dataset: Dataset, figures: &[DailyFigure]) -> Vec<Row> {
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
        let rows = rows_of(dataset, figures);
        Table { dataset, year: 2026, last_day: jiff::civil::date(2026, 11, 24), rows }
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
        let json = table.json("https://licence.example/");
        assert_eq!(json["rows"][5]["count"], Json::Null);
        assert_eq!(json["rows"].as_array().map(Vec::len), Some(8));
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
        assert_eq!(table(Dataset::Issuances, &[]).csv().lines().count(), 1);
    }
}
