//! Open data attacked by a reader who keeps every version of everything and sets one against the other.
//!
//! She has each day's edition of each file and of the agencies' page, and knows how they are made. Within a day she sets
//! sums against parts; from day to day, one version of a file against the next, and the page's sums against the rows.

use std::collections::BTreeMap;
use std::sync::Arc;

use earayis::catalogue::Catalogue;
use earayis::clock::{Clock, Instant};
use earayis::open_data::{Dataset, Format, OpenData, Terms};
use earayis::random::Random;
use earayis::storage::{Durability, Storage, Vault, VaultKey};
use sqlx::{Connection as _, SqliteConnection};

/// How many days she reads.
const DAYS: i64 = 30;
/// 14:00 in Baku, on a day of December: the files of two years are read.
const BEGIN: &str = "2025-12-15T10:00:00Z";
const EMPLOYMENT: &str = "9900100161";
const RESIDENCE: &str = "9900110121";

/// What happens, and what is published of it.
struct World {
    open_data: OpenData,
    clock: Clock,
    connection: SqliteConnection,
    chance: u64,
    /// Every count of every day, by its dataset and its line without the count.
    counts: BTreeMap<(Slug, String), u64>,
    _folder: tempfile::TempDir,
}

/// A dataset's name.
type Slug = &'static str;

/// A file at one day: its lines.
type Version = Vec<String>;

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("earayis.db").display());
        let (kek, lookup) = (VaultKey::new("kek-1", [1; 32]), VaultKey::new("lookup-1", [2; 32]));
        let vault = Vault::new(vec![kek], "kek-1", lookup, Random::system()).unwrap();
        let storage = Storage::open(&url, None, Durability::Relaxed, vault).await.unwrap();
        let clock = Clock::manual(Instant::parse_rfc3339(BEGIN).unwrap());
        let (catalogue, terms) = (Catalogue::built_in().unwrap(), Terms::usual("arayis.example".to_owned()));
        let open_data =
            OpenData::new(storage, Arc::new(catalogue), terms, "https://arayis.example".into(), clock.clone());
        let connection = SqliteConnection::connect(&url).await.unwrap();
        Self { open_data, clock, connection, chance: 0x9e37_79b9_7f4a_7c15, counts: BTreeMap::new(), _folder: folder }
    }

    /// A number below `bound`: the same in each run.
    fn below(&mut self, bound: u64) -> u64 {
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        (self.chance >> 11) % bound
    }

    /// Mostly few, sometimes many.
    fn many(&mut self) -> u64 {
        let largest = [3, 12, 40, 300][usize::try_from(self.below(4)).unwrap()];
        self.below(largest)
    }

    async fn add(&mut self, day: &str, measure: &str, [issuer, kind, district, outcome]: [&str; 4], count: u64) {
        if count == 0 {
            return;
        }
        sqlx::query(
            "insert into daily_figures (day, measure, issuer, kind, district, outcome, basis, organisation, source,
                 shard, count) values ($1, $2, $3, $4, $5, $6, '', '', '', 1, $7)
             on conflict do update set count = count + excluded.count",
        )
        .bind(day)
        .bind(measure)
        .bind(issuer)
        .bind(kind)
        .bind(district)
        .bind(outcome)
        .bind(i64::try_from(count).unwrap())
        .execute(&mut self.connection)
        .await
        .unwrap();
    }

    /// A day's acts; what is counted of them is what the day's trees are made of.
    async fn happen(&mut self, day: &str) {
        let mut places = vec![("issued", [EMPLOYMENT, "is-yeri", "", ""], vec![EMPLOYMENT, "is-yeri"])];
        for district in ["baki", "gence", "seki", "susa"] {
            let residence = [RESIDENCE, "yasayis-yeri", district, ""];
            places.push(("issued", residence, vec![RESIDENCE, "yasayis-yeri", district]));
        }
        for verdict in ["expired", "revoked", "valid"] {
            for (issuer, kind) in [(EMPLOYMENT, "is-yeri"), (RESIDENCE, "yasayis-yeri")] {
                places.push(("verified", [issuer, kind, "", verdict], vec![verdict, kind]));
            }
        }
        for (measure, place, path) in places {
            let count = self.many();
            self.add(day, measure, place, count).await;
            let dataset = if measure == "issued" { "issuances" } else { "verifications" };
            for depth in 0..=path.len() {
                let sum = self.counts.entry((dataset, name(day, &path[..depth]))).or_default();
                *sum += count;
            }
        }
    }

    async fn file(&self, dataset: Dataset, year: i16) -> Version {
        let file = self.open_data.file(dataset, year, Format::Csv).await.unwrap().unwrap();
        String::from_utf8(file.bytes.to_vec()).unwrap().lines().skip(1).map(str::to_owned).collect()
    }
}

/// What a row counts: its day and its codes, as far as it has any.
fn name(day: &str, path: &[&str]) -> String {
    [&[day][..], path].concat().join("/")
}

/// Each row by its name, with the name of the sum that it is a part of, and its count.
fn read(version: &[String]) -> Vec<(String, Option<String>, Option<u64>)> {
    let row = |line: &String| {
        let columns: Vec<&str> = line.split(',').collect();
        let codes: Vec<&str> = columns[2..columns.len() - 2].iter().copied().filter(|code| !code.is_empty()).collect();
        let parent = codes.split_last().map(|(_, before)| name(columns[0], before));
        (name(columns[0], &codes), parent, columns[columns.len() - 2].parse().ok())
    };
    version.iter().map(row).collect()
}

/// The hidden counts under ten that sums and parts narrow.
fn worked_out(version: &[String], truly: impl Fn(&str) -> u64) -> Vec<String> {
    let rows = read(version);
    let mut found = Vec::new();
    for (sum, _, shown) in &rows {
        let parts: Vec<_> = rows.iter().filter(|(_, parent, _)| parent.as_ref() == Some(sum)).collect();
        let hidden: Vec<_> = parts.iter().filter(|(.., count)| count.is_none()).collect();
        let Some(shown) = shown else {
            assert!(parts.is_empty(), "beneath the hidden {sum}");
            continue;
        };
        let rest = shown.saturating_sub(parts.iter().filter_map(|(.., count)| *count).sum());
        let most = rest.saturating_sub(hidden.len().saturating_sub(1) as u64);
        let small = hidden.iter().filter(|(part, ..)| truly(part) < 10);
        found.extend(small.filter(|_| hidden.len() < 2 || most < 9).map(|(part, ..)| format!("{part} of {rest}")));
    }
    found
}

#[tokio::test]
async fn nothing_hidden_is_worked_out_of_every_version_of_everything() {
    let mut world = World::new().await;
    let mut versions: BTreeMap<(Slug, i16), Vec<Version>> = BTreeMap::new();
    let (mut hidden, mut late) = (0, 0);
    for days in 0..DAYS {
        let now = Instant::parse_rfc3339(BEGIN).unwrap().plus_days(days);
        let day = now.baku_date().to_string();
        world.happen(&day).await;
        world.clock.set(now.plus_days(1));
        for dataset in Dataset::ALL {
            for year in [2025, 2026].into_iter().filter(|year| *year <= now.baku_date().year()) {
                let version = world.file(dataset, year).await;
                let earlier = versions.entry((dataset.slug(), year)).or_default();
                // The difference of two versions is the new day's rows and nothing else.
                let before = earlier.last().map_or(0, Vec::len);
                if let Some(last) = earlier.last() {
                    assert_eq!(version.get(..before), Some(last.as_slice()), "{day}: what was published changed");
                }
                let new = version[before..].iter().all(|line| line.starts_with(&day));
                assert!(new || earlier.is_empty(), "{day}: rows of days that were published");
                let truly = |part: &str| world.counts[&(dataset.slug(), part.to_owned())];
                assert_eq!(worked_out(&version, truly), [""; 0], "{day}");
                for (part, _, count) in read(&version) {
                    assert!(count.is_none_or(|count| count >= 10 && count == truly(&part)), "{part}");
                    hidden += usize::from(count.is_none());
                }
                earlier.push(version);
            }
        }
        // The page's sums are those of the rows: set against them, they say nothing more.
        let page = world.open_data.agencies().await.unwrap();
        let mut sums: BTreeMap<String, u64> = BTreeMap::new();
        for version in versions.iter().filter(|((dataset, _), _)| *dataset == "issuances").map(|(_, all)| all) {
            for (part, parent, count) in version.last().map(|version| read(version)).unwrap_or_default() {
                if parent.is_some() {
                    let codes = part.split_once('/').unwrap().1.to_owned();
                    *sums.entry(codes).or_default() += count.unwrap_or(0);
                }
            }
        }
        let sum = |codes: &str| sums.get(codes).copied().unwrap_or(0);
        for agency in &page.agencies {
            assert_eq!(agency.issued, sum(agency.voen.as_str()), "{day}");
            for kind in &agency.kinds {
                assert_eq!(kind.issued, sum(&format!("{}/{}", agency.voen, kind.code)), "{day}");
            }
            assert!(agency.issued >= 100 || agency.half_within.is_none(), "{day}: speed of {}", agency.issued);
        }
        // What comes late, of a day that is published, is published nowhere; else tomorrow's version would tell it.
        world.add(&day, "issued", [EMPLOYMENT, "is-yeri", "", ""], 1).await;
        world.add(&day, "verified", [EMPLOYMENT, "is-yeri", "", "valid"], 1).await;
        late += 2;
    }
    assert!(hidden > 500 && late == 2 * DAYS, "the reader had something to attack: {hidden}");
}

#[test]
fn the_reader_breaks_what_hides_small_counts_alone() {
    let lines: Version =
        ["2025-12-15,day,,,,93,false", "2025-12-15,agency,a,,,90,false", "2025-12-15,agency,b,,,,true"]
            .map(str::to_owned)
            .into();
    assert_eq!(worked_out(&lines, |_| 3), ["2025-12-15/b of 3"]);
}
